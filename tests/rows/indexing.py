"""Rows of the operations' table: indexing."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import indices, seeds, shapes


@st.composite
def indexed(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    return Example([x], (draw(indices(x.shape)),))


@st.composite
def scattered(draw: st.DrawFn) -> Example:
    shape = draw(shapes())
    index = draw(indices(shape))
    return Example([uniform(draw(seeds()), np.zeros(shape)[index].shape)], (index, shape))


@st.composite
def taken(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    axis = draw(st.none() if x.ndim == 0 else st.none() | st.integers(-x.ndim, x.ndim - 1))
    length = x.size if axis is None else x.shape[axis]
    return Example([x], (numbers(draw, draw(shapes(0, 2)), -length, length),), {"axis": axis})


@st.composite
def taken_along(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=1)))
    if draw(st.booleans()):
        shape: Any = draw(shapes(1, 1)) if x.size else (0,)
        picks = numbers(draw, tuple(shape), -x.size, x.size)
        return Example([x], (picks,), {"axis": None})
    axis = draw(st.integers(0, x.ndim - 1))
    shape = [draw(st.sampled_from([1, n])) for n in x.shape]
    shape[axis] = draw(st.integers(0, 3)) if x.shape[axis] else 0
    picks = numbers(draw, tuple(shape), -x.shape[axis], x.shape[axis])
    return Example([x], (picks,), {"axis": axis - x.ndim * draw(st.booleans())})


@st.composite
def looked_up(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(2, 2)))
    return Example([x], (numbers(draw, draw(shapes(0, 3)), 0, len(x)),))


def numbers(draw: st.DrawFn, shape: tuple[int, ...], low: int, high: int) -> np.ndarray:
    """Return indices from `low` on and below `high`; none where there are none."""
    if low == high:
        shape = shape if 0 in shape else (*shape, 0)
        return np.zeros(shape, int)
    dtype = draw(st.sampled_from([np.int64, np.int32, np.int8]))
    return np.random.default_rng(draw(seeds())).integers(low, high, shape).astype(dtype)


def scattered_into_zeros(x: np.ndarray, index: Any, shape: tuple[int, ...]) -> np.ndarray:
    zeros = np.zeros(shape, x.dtype)
    np.add.at(zeros, index, x)
    return zeros


ROWS = [
    Row("getitem", operator.getitem, indexed()),
    Row("scatter_add", scattered_into_zeros, scattered()),
    Row("take", np.take, taken()),
    Row("take_along_axis", np.take_along_axis, taken_along()),
    Row("embedding", lambda weight, index: weight[index], looked_up()),
]
