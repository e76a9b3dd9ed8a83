"""Rows of the operations' table: shapes."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import larger, seeds, shapes, smaller


@st.composite
def reshaped(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    sides = draw(st.permutations(x.shape))
    merged = draw(st.integers(0, len(sides)))
    shape = [int(np.prod(sides[:merged])), *sides[merged:]]
    if x.size and draw(st.booleans()):
        shape[draw(st.integers(0, len(shape) - 1))] = -1
    return Example([x], (tuple(shape),))


@st.composite
def transposed(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    order = tuple(i - x.ndim * draw(st.booleans()) for i in draw(st.permutations(range(x.ndim))))
    return Example([x], (draw(st.sampled_from([None, order])),))


@st.composite
def with_two_axes(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=1)))
    axis = st.integers(-x.ndim, x.ndim - 1)
    return Example([x], (draw(axis), draw(axis)))


@st.composite
def stretched(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(max_dims=3)))
    return Example([x], (draw(larger(x.shape)),))


@st.composite
def shrunk(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    return Example([x], (draw(smaller(x.shape)),))


@st.composite
def repeated(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    axis = st.none() if x.ndim == 0 else st.none() | st.integers(-x.ndim, x.ndim - 1)
    return Example([x], (draw(st.integers(0, 3)),), {"axis": draw(axis)})


def summed_to(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    ones = np.ones(shape, x.dtype)
    total = np.zeros(shape, x.dtype)
    places = np.broadcast_to(np.arange(ones.size).reshape(shape), x.shape)
    np.add.at(total.reshape(-1), places, x)
    return total


ROWS = [
    Row("reshape", np.reshape, reshaped()),
    Row("transpose", np.transpose, transposed()),
    Row("swapaxes", np.swapaxes, with_two_axes()),
    Row("broadcast_to", np.broadcast_to, stretched()),
    Row("sum_to", summed_to, shrunk()),
    Row("repeat", np.repeat, repeated()),
]
