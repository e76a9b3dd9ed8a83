"""Rows of the operations' table: losses."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import seeds, shapes
from rows.activations import logistic, softmax_of


@st.composite
def classified(draw: st.DrawFn) -> Example:
    *batch, _ = draw(shapes(min_dims=1, max_dims=3, min_side=1))
    classes = draw(st.sampled_from([1, 2, 3, 5, 64, 65]))
    rng = np.random.default_rng(draw(seeds()))
    labels = rng.integers(0, classes, batch)
    one_hot = np.eye(classes)[labels]
    t = draw(st.sampled_from([labels, labels.astype(np.uint8), labels.tolist(), one_hot]))
    return Example([rng.uniform(-3, 3, (*batch, classes))], (t,))


@st.composite
def judged(draw: st.DrawFn, low: float, high: float) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_side=1)), low, high)
    t = uniform(draw(seeds()), x.shape, 0.0, 1.0)
    return Example([x], (draw(st.sampled_from([t, t.round(), t.round().astype(int)])),))


@st.composite
def two_alike(draw: st.DrawFn) -> Example:
    shape = draw(shapes(min_side=1))
    return Example([uniform(draw(seeds()), shape), uniform(draw(seeds()), shape)])


def cross_entropy_of(x: np.ndarray, t: Any) -> np.ndarray:
    labels = np.asarray(t)
    one_hot = labels if labels.shape == x.shape else np.eye(x.shape[-1])[labels]
    losses = -np.log(softmax_of(x)) * one_hot.astype(x.dtype)
    return losses.sum(axis=-1).mean()


def binary_cross_entropy_of(p: np.ndarray, t: np.ndarray) -> np.ndarray:
    t = t.astype(p.dtype)
    return -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean()


ROWS = [
    Row("softmax_cross_entropy", cross_entropy_of, classified()),
    Row("binary_cross_entropy", binary_cross_entropy_of, judged(0.1, 0.9)),
    Row(
        "binary_cross_entropy_with_logits",
        lambda x, t: binary_cross_entropy_of(logistic(x), t),
        judged(-4.0, 4.0),
    ),
    Row("mean_squared_error", lambda y, t: np.mean((y - t) ** 2), two_alike()),
]
