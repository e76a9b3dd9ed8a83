"""Rows of the operations' table: sorting, quantiles and choosing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from drawn import Example, Row, distinct, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.functions.ranks import METHODS
from autograd_lite.testing.strategies import axes, broadcasting, seeds, shapes
from rows.missing import with_holes


def one_axis(ndim: int) -> st.SearchStrategy[int | None]:
    return st.none() if ndim == 0 else st.none() | st.integers(-ndim, ndim - 1)


@st.composite
def sorted_along(draw: st.DrawFn) -> Example:
    x = distinct(draw(seeds()), draw(shapes()))
    return Example([x], (draw(one_axis(x.ndim)),))


@st.composite
def partitioned(draw: st.DrawFn) -> Example:
    x = distinct(draw(seeds()), draw(shapes(min_side=1)))
    axis = draw(one_axis(x.ndim))
    length = x.size if axis is None else x.shape[axis]
    kth = draw(st.lists(st.integers(-length, length - 1), min_size=1, max_size=3))
    return Example([x], (kth[0] if len(kth) == 1 else kth, axis))


def in_their_places(partition: Callable[..., Any]) -> Callable[..., Any]:
    """Return the elements of a partition that have a place: of the others NumPy says none."""

    def picked(x: Any, kth: Any, axis: int | None) -> Any:
        return np.take(partition(x, kth, axis), kth, axis or 0)

    return picked


@st.composite
def shared(draw: st.DrawFn, whole: int, holes: bool) -> Example:
    x = distinct(draw(seeds()), draw(shapes(min_side=1)))
    axis = draw(axes(x.ndim))
    if holes:
        x = with_holes(x, axis, draw(seeds()))
    share = st.sampled_from([0.0, 0.13, 0.25, 0.5, 0.6, 0.77, 1.0]).map(lambda q: q * whole)
    table = st.just(np.array([[0.25, 0.5]]) * whole)  # NumPy's nan-functions turn its axes about
    q = draw(share | st.lists(share, max_size=3) | (share if holes else table))
    options = {"keepdims": draw(st.booleans()), "method": draw(st.sampled_from(METHODS))}
    return Example([x], (q, axis), options)


@st.composite
def halved(draw: st.DrawFn, holes: bool) -> Example:
    x = distinct(draw(seeds()), draw(shapes(min_side=1)))
    axis = draw(axes(x.ndim))
    x = with_holes(x, axis, draw(seeds())) if holes else x
    return Example([x], (axis,), {"keepdims": draw(st.booleans())})


def in_float64(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that computes in float64, in the dtype of its operand."""

    def reference(x: np.ndarray, *arguments: Any, **options: Any) -> np.ndarray:
        found = function(np.asarray(x, float), *arguments, **options)
        return np.asarray(found).astype(x.dtype)

    return reference


@st.composite
def compressed(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    axis = draw(one_axis(x.ndim))
    length = x.size if axis is None else x.shape[axis]
    mask = uniform(draw(seeds()), (draw(st.integers(0, length)),)) > 0
    return Example([x], (mask, axis))


@st.composite
def extracted(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    return Example([x], (uniform(draw(seeds()), x.shape) > 0,))


@st.composite
def selected(draw: st.DrawFn) -> Example:
    drawn = draw(broadcasting(5))
    a, b, default = (uniform(draw(seeds()), shape) for shape in drawn[:3])
    first, second = (uniform(draw(seeds()), shape) > 0 for shape in drawn[3:])
    return Example([a, b, default], ([first, second],))


@st.composite
def chosen(draw: st.DrawFn) -> Example:
    drawn = draw(broadcasting(3))
    a, b = (uniform(draw(seeds()), shape) for shape in drawn[:2])
    numbers = np.random.default_rng(draw(seeds())).integers(0, 2, drawn[2])
    return Example([a, b], (numbers,))


def numpys_choose(a: np.ndarray, b: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    return np.choose(numbers, [a, b])


ROWS = [
    Row("sort", np.sort, sorted_along()),
    Row("partition", in_their_places(np.partition), partitioned(), in_their_places(ag.partition)),
    Row("quantile", in_float64(np.quantile), shared(1, holes=False)),
    Row("percentile", in_float64(np.percentile), shared(100, holes=False)),
    Row("nanquantile", in_float64(np.nanquantile), shared(1, holes=True)),
    Row("nanpercentile", in_float64(np.nanpercentile), shared(100, holes=True)),
    Row("median", np.median, halved(holes=False)),
    Row("nanmedian", np.nanmedian, halved(holes=True)),
    Row(
        "compress",
        lambda x, mask, axis: np.compress(mask, x, axis),
        compressed(),
        lambda x, mask, axis: ag.compress(mask, x, axis),
    ),
    Row(
        "extract",
        lambda x, mask: np.extract(mask, x),
        extracted(),
        lambda x, mask: ag.extract(mask, x),
    ),
    Row(
        "select",
        lambda a, b, default, conditions: np.select(conditions, [a, b], default),
        selected(),
        lambda a, b, default, conditions: ag.select(conditions, [a, b], default),
    ),
    Row(
        "choose",
        numpys_choose,
        chosen(),
        lambda a, b, numbers: ag.choose(numbers, [a, b]),
    ),
]
