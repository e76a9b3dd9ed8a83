"""Rows of the operations' table: rounding."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import broadcasting, seeds, shapes


def between(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return numbers that are not near a whole number, nor near a half."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.integers(-6, 6, shape) / 2 + rng.uniform(0.1, 0.4, shape))


@st.composite
def stepped(draw: st.DrawFn) -> Example:
    return Example([between(draw(seeds()), draw(shapes()))])


@st.composite
def rounded(draw: st.DrawFn) -> Example:
    x, decimals = between(draw(seeds()), draw(shapes())), draw(st.integers(-1, 2))
    return Example([np.asarray(x / 10**decimals)], (decimals,))


@st.composite
def divided(draw: st.DrawFn) -> Example:
    a, b = draw(broadcasting(2))
    y = np.sign(uniform(draw(seeds()), b)) * draw(st.sampled_from([0.5, 1.0]))
    return Example([between(draw(seeds()), a), np.asarray(y)])


ROWS = [
    Row("sign", np.sign, stepped()),
    Row("floor", np.floor, stepped()),
    Row("ceil", np.ceil, stepped()),
    Row("trunc", np.trunc, stepped()),
    Row("round", np.round, rounded()),
    Row("mod", np.mod, divided()),
]
