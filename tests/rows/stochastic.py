"""Rows of the operations' table: stochastic."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import seeds, shapes


@st.composite
def dropped(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    p = draw(st.sampled_from([0, 0.25, 0.3, 0.9, 1]))
    return Example([x], (p,), {"generator": draw(seeds())})


def masked(x: np.ndarray, p: float, generator: int) -> np.ndarray:
    kept = np.random.default_rng(generator).random(x.shape) >= p
    return (x * kept * (1 / (1 - p) if p < 1 else 0)).astype(x.dtype)


ROWS = [Row("dropout", masked, dropped())]
