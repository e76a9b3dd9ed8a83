"""Rows of the operations' table: products, running sums and running products."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import axes, seeds, shapes


def with_zeros(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return factors near 1 or -1; in half of the cases a fourth of them is 0."""
    x = uniform(seed, shape)
    few = (np.abs(x) < 0.5) if seed % 2 else np.abs(x) < 0
    return np.where(few, 0.0, np.sign(x) * (1 + x / 8))


@st.composite
def multiplied(draw: st.DrawFn) -> Example:
    x = with_zeros(draw(seeds()), draw(shapes()))
    return Example([x], (draw(axes(x.ndim)),), {"keepdims": draw(st.booleans())})


@st.composite
def long_row(draw: st.DrawFn) -> Example:
    """Draw rows that are folded, or taken two steps at a time."""
    x = with_zeros(draw(seeds()), (draw(st.integers(9, 70)),))
    return Example([x], (0,))


@st.composite
def running(draw: st.DrawFn, zeros: bool) -> Example:
    shape = draw(shapes())
    x = with_zeros(draw(seeds()), shape) if zeros else uniform(draw(seeds()), shape)
    axis = st.none() if x.ndim == 0 else st.none() | st.integers(-x.ndim, x.ndim - 1)
    return Example([x], (draw(axis),))


ROWS = [
    Row("prod", np.prod, multiplied()),
    Row("prod", np.prod, long_row(), note="long"),
    Row("cumsum", np.cumsum, running(zeros=False)),
    Row("cumprod", np.cumprod, running(zeros=True)),
    Row("cumprod", np.cumprod, long_row(), note="long"),
]
