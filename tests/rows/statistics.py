"""Rows of the operations' table: statistics."""

from __future__ import annotations

import math

import numpy as np
from drawn import Example, Row, distinct, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import axes, seeds, shapes


@st.composite
def spread(draw: st.DrawFn, more_than_one: bool) -> Example:
    x = distinct(draw(seeds()), draw(shapes(min_side=1)))
    axis = draw(axes(x.ndim))
    size = x.size // max(1, np.var(x, axis=axis).size)
    if size == 1 and more_than_one:  # a std of 0 has a kink
        x, axis = uniform(draw(seeds()), (2, 3)), None
        size = 6
    ddof = draw(st.sampled_from([0, 0.5, 1, -1]))
    options = {"ddof": ddof if ddof < size else 0, "keepdims": draw(st.booleans())}
    return Example([x], (axis,), options)


def away_from_ties(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return numbers of different sizes, some below 0."""
    x = distinct(seed, shape, 0.1)
    return np.asarray(np.where(x < 0, x - 0.1, x))


@st.composite
def vectors(draw: st.DrawFn) -> Example:
    x = away_from_ties(draw(seeds()), draw(shapes(min_dims=1, min_side=1)))
    axis = draw(st.integers(-x.ndim, x.ndim - 1))
    orders = [None, 2, 1, 0, 3, 1.5, -1, -2.5, math.inf, -math.inf]
    return Example([x], (draw(st.sampled_from(orders)), axis), {"keepdims": draw(st.booleans())})


@st.composite
def matrices(draw: st.DrawFn) -> Example:
    shape = draw(shapes(min_dims=2, min_side=1))
    x = np.sqrt(np.abs(away_from_ties(draw(seeds()), shape)) + 0.1)  # their sums differ too
    pair = draw(st.permutations(range(x.ndim)))[:2]
    axis = tuple(i - x.ndim * draw(st.booleans()) for i in pair)
    order = draw(st.sampled_from([None, "fro", 1, -1, math.inf, -math.inf]))
    return Example([x], (order, axis), {"keepdims": draw(st.booleans())})


@st.composite
def everything(draw: st.DrawFn) -> Example:
    x = away_from_ties(draw(seeds()), draw(shapes(min_side=1)))
    return Example([x], (), {"keepdims": draw(st.booleans())})


ROWS = [
    Row("var", np.var, spread(more_than_one=False)),
    Row("std", np.std, spread(more_than_one=True)),
    Row("norm", np.linalg.norm, vectors(), note="vectors"),
    Row("norm", np.linalg.norm, matrices(), note="matrices"),
    Row("norm", np.linalg.norm, everything(), note="everything"),
]
