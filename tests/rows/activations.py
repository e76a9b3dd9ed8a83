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


def gelu_of(x: np.ndarray) -> np.ndarray:
    return 0.5 * x * (1 + np.tanh(float(np.sqrt(2 / np.pi)) * (x + 0.044715 * x**3)))


ROWS = [
    Row("sigmoid", logistic, one(low=-5, high=5)),
    Row("softplus", lambda x: np.log(1 + np.exp(x)), one(low=-5, high=5)),
    Row("silu", lambda x: x * logistic(x), one(low=-5, high=5)),
    Row("mish", lambda x: x * np.tanh(np.log(1 + np.exp(x))), one(low=-5, high=5)),
    Row("gelu", gelu_of, one(low=-5, high=5)),
    Row("softmax", softmax_of, along_an_axis()),
    Row("log_softmax", lambda x, axis: np.log(softmax_of(x, axis)), along_an_axis()),
]
