"""Rows of the operations' table: rectifiers."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, away, distinct, one, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import seeds, shapes


@st.composite
def with_alpha(draw: st.DrawFn) -> Example:
    x = away(uniform(draw(seeds()), draw(shapes())))
    return Example([x], (draw(st.sampled_from([0.0, 0.01, 0.5, 1, 1.5])),))


@st.composite
def in_groups(draw: st.DrawFn) -> Example:
    *shape, groups = draw(shapes(min_dims=1))
    pieces = draw(st.integers(1, 3))
    x = distinct(draw(seeds()), (*shape, groups * pieces))
    axis = draw(st.integers(-x.ndim, x.ndim - 1))
    return Example([np.moveaxis(x, -1, axis).copy()], (pieces, axis))


def exponential_linear(x: np.ndarray, alpha: float) -> np.ndarray:
    return np.maximum(x, 0) + alpha * (np.exp(np.minimum(x, 0)) - 1)


def largest_of_each(x: np.ndarray, pieces: int, axis: int) -> np.ndarray:
    first = np.moveaxis(x, axis, 0)
    groups = first.reshape(len(first) // pieces, pieces, *first.shape[1:])
    return np.moveaxis(groups.max(axis=1), 0, axis)


ROWS = [
    Row("relu", lambda x: x * (x > 0), one(away_from_0=True)),
    Row("leaky_relu", lambda x, alpha: np.where(x > 0, x, x * alpha), with_alpha()),
    Row("elu", exponential_linear, with_alpha()),
    Row(
        "selu",
        lambda x: 1.0507009873554805 * exponential_linear(x, 1.6732632423543772),
        one(away_from_0=True),
    ),
    Row("hard_sigmoid", lambda x: np.clip((x + 3) / 6, 0, 1), one(low=-2.9, high=2.9)),
    Row("hard_sigmoid", lambda x: np.clip((x + 3) / 6, 0, 1), one(low=3.1, high=9), note="flat"),
    Row("step", lambda x: (x > 0).astype(x.dtype), one(away_from_0=True)),
    Row("maxout", largest_of_each, in_groups()),
]
