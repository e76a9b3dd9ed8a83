"""Rows of the operations' table: averages, covariance, differences, grids and interpolation."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row, distinct, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import axes, seeds, shapes


@st.composite
def averaged(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_side=1)))
    keepdims = draw(st.booleans())
    if x.ndim and draw(st.booleans()):
        axis: Any = draw(st.integers(-x.ndim, x.ndim - 1))
        weights = uniform(draw(seeds()), (x.shape[axis],), 0.5)
    else:
        axis, weights = draw(axes(x.ndim)), uniform(draw(seeds()), x.shape, 0.5)
    return Example([x, weights], (axis, keepdims))


@st.composite
def ranging(draw: st.DrawFn) -> Example:
    x = distinct(draw(seeds()), draw(shapes(min_side=1)))
    return Example([x], (draw(axes(x.ndim)),), {"keepdims": draw(st.booleans())})


@st.composite
def observed(draw: st.DrawFn) -> Example:
    n, k, more = draw(st.integers(3, 6)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
    x, y = uniform(draw(seeds()), (k, n)), uniform(draw(seeds()), (more, n))
    rowvar = draw(st.booleans())
    return Example([x, y] if rowvar else [x.T, y.T], (), {"rowvar": rowvar})


@st.composite
def weighted(draw: st.DrawFn) -> Example:
    n = draw(st.integers(3, 6))
    x = uniform(draw(seeds()), (n,) if draw(st.booleans()) else (draw(st.integers(1, 3)), n))
    rng = np.random.default_rng(draw(seeds()))
    options = {
        "fweights": draw(st.sampled_from([None, rng.integers(1, 4, n)])),
        "aweights": draw(st.sampled_from([None, rng.uniform(0.5, 2.0, n)])),
        "bias": draw(st.booleans()),
        "ddof": draw(st.sampled_from([None, 0, 1])),
    }
    return Example([x], (), options)


def numpys_cov(x: np.ndarray, *y: np.ndarray, **options: Any) -> np.ndarray:
    return np.cov(x, *y, **options).astype(x.dtype)  # NumPy's is float64


def numpys_corrcoef(x: np.ndarray, y: np.ndarray, rowvar: bool) -> np.ndarray:
    return np.corrcoef(x, y, rowvar).astype(x.dtype)


@st.composite
def stepping(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=1)))
    return Example([x], (draw(st.integers(0, 3)), draw(st.integers(-x.ndim, x.ndim - 1))))


@st.composite
def stepping_between(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=1)))
    axis = draw(st.integers(-x.ndim, x.ndim - 1))
    ends = []
    for _ in range(2):
        shape = list(x.shape)
        shape[axis] = draw(st.integers(0, 2))
        ends.append(uniform(draw(seeds()), tuple(shape) if draw(st.booleans()) else ()))
    return Example([x, *ends], (draw(st.integers(1, 2)), axis))


@st.composite
def in_a_row(draw: st.DrawFn) -> Example:
    return Example([uniform(draw(seeds()), draw(shapes())) for _ in range(3)])


@st.composite
def phases(draw: st.DrawFn) -> Example:
    x = 5 * uniform(draw(seeds()), draw(shapes(min_dims=1)))
    axis = draw(st.integers(-x.ndim, x.ndim - 1))
    return Example([x], (draw(st.sampled_from([None, 2.0, 4.5])), axis), {"period": 3.7})


@st.composite
def areas(draw: st.DrawFn) -> Example:
    y = uniform(draw(seeds()), draw(shapes(min_dims=1, min_side=1)))
    axis = draw(st.integers(-y.ndim, y.ndim - 1))
    shape = y.shape if draw(st.booleans()) else (y.shape[axis],)
    return Example([y, uniform(draw(seeds()), shape)], (axis,))


@st.composite
def sampled(draw: st.DrawFn) -> Example:
    order = draw(st.sampled_from([1, 2]))
    shape = draw(shapes(min_dims=1, max_dims=3, min_side=1))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    length = draw(st.integers(order + 1, 5))
    x = uniform(
        draw(seeds()), tuple(length if i == axis % len(shape) else n for i, n in enumerate(shape))
    )
    places = np.cumsum(uniform(draw(seeds()), (length,), 0.3, 2.0))
    spacing = draw(st.sampled_from([0.7, places]))
    return Example([x], (spacing,), {"axis": axis, "edge_order": order})


@st.composite
def between_knots(draw: st.DrawFn) -> Example:
    knots = np.arange(draw(st.integers(1, 4))) * 1.3 + uniform(draw(seeds()), (), -0.2, 0.2)
    x = 2.6 * uniform(draw(seeds()), draw(shapes())) + 1.0
    off = (x - knots[0] + 0.65) % 1.3 - 0.65  # at a knot there is a kink
    x = np.asarray(np.where(np.abs(off) < 0.01, x + 0.02, x))
    ends = draw(st.sampled_from([(), (0.5,), (None, -2.0)]))
    return Example([x, knots, uniform(draw(seeds()), knots.shape)], ends)


def numpys_interp(x: np.ndarray, *arguments: Any) -> np.ndarray:
    return np.asarray(np.interp(x, *arguments)).astype(x.dtype)  # NumPy's is float64


@st.composite
def polynomials(draw: st.DrawFn) -> Example:
    p = uniform(draw(seeds()), (draw(st.integers(0, 4)),))
    return Example([p, uniform(draw(seeds()), draw(shapes()))])


@st.composite
def vectors(draw: st.DrawFn) -> Example:
    a, v = (uniform(draw(seeds()), (draw(st.integers(1, 5)),)) for _ in range(2))
    return Example([a, v], (draw(st.sampled_from(["full", "same", "valid"])),))


@st.composite
def totals(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=1)))
    axis = st.integers(-x.ndim, x.ndim - 1)
    options = {"axis": draw(st.none() | axis if x.ndim == 1 else axis)}
    return Example([x], (), {**options, "include_initial": draw(st.booleans())})


@st.composite
def written(draw: st.DrawFn) -> Example:
    """Draw an array, an index that may name an element twice, and what is written there."""
    shape = draw(shapes(min_dims=1, min_side=1))
    x, index = uniform(draw(seeds()), shape), draw(numbered(shape))
    target = x[index].shape
    values = draw(st.sampled_from([(), target, target[1:]]))
    return Example([x, uniform(draw(seeds()), values)], (index,))


@st.composite
def numbered(draw: st.DrawFn, shape: tuple[int, ...]) -> Any:
    numbers = st.lists(st.integers(-shape[0], shape[0] - 1), max_size=4)
    mask = uniform(draw(seeds()), shape) > 0
    picked = draw(st.sampled_from([draw(numbers), draw(st.integers(0, shape[0] - 1))]))
    rows = np.array(picked, int) if isinstance(picked, list) else picked
    return draw(st.sampled_from([rows, slice(None, None, -1), mask, (..., slice(1))]))


def overwritten(x: np.ndarray, values: np.ndarray, index: Any) -> np.ndarray:
    out = x.copy()
    out[index] = values
    return out


def added_at(x: np.ndarray, values: np.ndarray, index: Any) -> np.ndarray:
    out = x.copy()
    np.add.at(out, index, values)
    return out


@st.composite
def put(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=1, min_side=1)))
    axis = draw(st.integers(-x.ndim, x.ndim - 1))
    shape = list(x.shape)
    shape[axis] = draw(st.integers(0, 3))
    rng = np.random.default_rng(draw(seeds()))
    numbers = rng.integers(-x.shape[axis], x.shape[axis], tuple(shape))
    values = uniform(draw(seeds()), draw(st.sampled_from([(), numbers.shape])))
    return Example([x, values], (numbers, axis))


def put_along(x: np.ndarray, values: np.ndarray, numbers: Any, axis: int) -> np.ndarray:
    out = x.copy()
    np.put_along_axis(out, numbers, values, axis)
    return out


ROWS = [
    Row(
        "average",
        lambda x, w, axis, keepdims: np.average(x, axis, w, keepdims=keepdims),
        averaged(),
        lambda x, w, axis, keepdims: ag.average(x, axis, w, keepdims=keepdims),
    ),
    Row("ptp", np.ptp, ranging()),
    Row("cov", numpys_cov, observed()),
    Row("cov", numpys_cov, weighted(), note="weighted"),
    Row("corrcoef", numpys_corrcoef, observed()),
    Row("diff", np.diff, stepping()),
    Row(
        "diff",
        lambda x, first, last, n, axis: np.diff(x, n, axis, first, last),
        stepping_between(),
        lambda x, first, last, n, axis: ag.diff(x, n, axis, first, last),
        note="ends",
    ),
    Row("ediff1d", np.ediff1d, in_a_row()),
    Row("unwrap", np.unwrap, phases()),
    Row(
        "trapezoid",
        lambda y, x, axis: np.trapezoid(y, x, axis=axis),
        areas(),
        lambda y, x, axis: ag.trapezoid(y, x, axis=axis),
    ),
    Row("gradient", np.gradient, sampled()),
    Row("interp", numpys_interp, between_knots()),
    Row("polyval", np.polyval, polynomials()),
    Row("convolve", np.convolve, vectors()),
    Row("correlate", np.correlate, vectors()),
    Row("cumulative_sum", np.cumulative_sum, totals()),
    Row("cumulative_prod", np.cumulative_prod, totals()),
    Row("set_at", overwritten, written(), lambda x, y, index: ag.set_at(x, index, y)),
    Row("add_at", added_at, written(), lambda x, y, index: ag.add_at(x, index, y)),
    Row("scatter", put_along, put(), lambda x, y, i, axis: ag.scatter(x, i, y, axis)),
]
