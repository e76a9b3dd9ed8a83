"""Rows of the operations' table: shapes."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, one, uniform
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
def expanded(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(max_dims=3)))
    count = draw(st.integers(1, 2))
    ndim = x.ndim + count
    axes = draw(st.permutations(range(ndim)))[:count]
    signed = tuple(axis - ndim * draw(st.booleans()) for axis in axes)
    return Example([x], (signed[0] if count == 1 else signed,))


@st.composite
def squeezed(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    ones = [i - x.ndim * draw(st.booleans()) for i in range(x.ndim) if x.shape[i] == 1]
    named = tuple(draw(st.permutations(ones))[: draw(st.integers(0, len(ones)))])
    return Example([x], (draw(st.sampled_from([None, named, *named[:1]])),))


@st.composite
def moved(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=1)))
    count = draw(st.integers(1, x.ndim))
    ends = []
    for _ in range(2):
        chosen = draw(st.permutations(range(x.ndim)))[:count]
        ends.append(tuple(i - x.ndim * draw(st.booleans()) for i in chosen))
    return Example([x], tuple(end[0] if count == 1 else end for end in ends))


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


def summed_to(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    ones = np.ones(shape, x.dtype)
    total = np.zeros(shape, x.dtype)
    places = np.broadcast_to(np.arange(ones.size).reshape(shape), x.shape)
    np.add.at(total.reshape(-1), places, x)
    return total


ROWS = [
    Row("reshape", np.reshape, reshaped()),
    Row("ravel", np.ravel, one()),
    Row("expand_dims", np.expand_dims, expanded()),
    Row("squeeze", np.squeeze, squeezed()),
    Row("moveaxis", np.moveaxis, moved()),
    Row("transpose", np.transpose, transposed()),
    Row("swapaxes", np.swapaxes, with_two_axes()),
    Row("broadcast_to", np.broadcast_to, stretched()),
    Row("sum_to", summed_to, shrunk()),
]
