"""Rows of the operations' table: activations."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, one, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import seeds, shapes


@st.composite
def along_an_axis(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=1, min_side=1)))
    return Example([x], (draw(st.integers(-x.ndim, x.ndim - 1)),))


def softmax_of(x: np.ndarray, axis: int = -1) -> np.ndarray:
    powers = np.exp(x)
    return powers / powers.sum(axis=axis, keepdims=True)


def logistic(x: np.ndarray) -> np.ndarray:
    return 0.5 * np.tanh(0.5 * x) + 0.5


ROWS = [
    Row("relu", lambda x: x * (x > 0), one(away_from_0=True)),
    Row("sigmoid", logistic, one(low=-5, high=5)),
    Row("softmax", softmax_of, along_an_axis()),
]
