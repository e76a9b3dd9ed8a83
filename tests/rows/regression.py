"""Rows of the operations' table: losses of real numbers."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, distinct, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import seeds, shapes
from rows.binary_losses import reduced, reductions


@st.composite
def alike(draw: st.DrawFn) -> Example:
    """All differences are odd multiples of 0.1: none is 0 or 1."""
    shape = draw(shapes(min_side=1))
    operands = [distinct(draw(seeds()), shape), distinct(draw(seeds()), shape, 0.1)]
    return Example(operands, (), {"reduction": draw(reductions)})


@st.composite
def with_delta(draw: st.DrawFn) -> Example:
    example = draw(alike())
    return Example(
        example.operands, (), {**example.options, "delta": draw(st.sampled_from([0.2, 1.0, 2]))}
    )


@st.composite
def scored(draw: st.DrawFn) -> Example:
    """No score times label is 1."""
    y = distinct(draw(seeds()), draw(shapes(min_side=1)), 0.1)
    t = np.sign(uniform(draw(seeds()), y.shape))
    return Example(
        [y], (draw(st.sampled_from([t, t.astype(int)])),), {"reduction": draw(reductions)}
    )


def huber_of(y: np.ndarray, t: np.ndarray, reduction: str, delta: float) -> np.ndarray:
    r = np.abs(y - t)
    return reduced(np.where(r < delta, 0.5 * r * r, delta * (r - 0.5 * delta)), reduction)


def hinge_of(y: np.ndarray, t: np.ndarray, reduction: str) -> np.ndarray:
    return reduced(np.maximum(0, 1 - t.astype(y.dtype) * y), reduction)


ROWS = [
    Row("mean_squared_error", lambda y, t, reduction: reduced((y - t) ** 2, reduction), alike()),
    Row("mean_absolute_error", lambda y, t, reduction: reduced(abs(y - t), reduction), alike()),
    Row("huber", huber_of, with_delta()),
    Row("hinge", hinge_of, scored()),
]
