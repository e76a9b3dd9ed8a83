"""Rows of the operations' table: divergences and similarities."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import broadcasting, seeds, shapes
from rows.activations import softmax_of
from rows.binary_losses import reductions


@st.composite
def two_tables(draw: st.DrawFn) -> Example:
    shape = draw(shapes(min_dims=1, min_side=1))
    operands = [uniform(draw(seeds()), shape, low, 0.9) for low in (-3.0, 0.1)]
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    return Example(operands, (), {"axis": axis, "reduction": draw(reductions)})


@st.composite
def vectors(draw: st.DrawFn) -> Example:
    a, b = draw(broadcasting(2))
    length = draw(st.integers(1, 3))
    operands = [uniform(draw(seeds()), (*shape, length), 0.2, 2.0) for shape in (a, b)]
    return Example(operands, (), {})


def kl_of(x: np.ndarray, p: np.ndarray, axis: int, reduction: str) -> np.ndarray:
    log_q = np.log(softmax_of(x, axis))
    rows = (p * (np.log(p) - log_q)).sum(axis=axis)
    return rows if reduction == "none" else getattr(rows, reduction)()


def cosine_of(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    lengths = np.sqrt((x * x).sum(axis=-1)) * np.sqrt((y * y).sum(axis=-1))
    return (x * y).sum(axis=-1) / lengths


ROWS = [
    Row(
        "kl_divergence",
        kl_of,
        two_tables(),
        lambda x, p, axis, reduction: ag.kl_divergence(
            ag.log_softmax(x, axis), p, axis=axis, reduction=reduction
        ),
    ),
    Row("cosine_similarity", cosine_of, vectors()),
]
