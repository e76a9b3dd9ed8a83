"""Rows of the operations' table: arrays of Variables, and copies."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, one, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import seeds, shapes


@st.composite
def gathered(draw: st.DrawFn) -> Example:
    shape = draw(shapes(max_dims=2))
    return Example([uniform(draw(seeds()), shape) for _ in range(4)])


ROWS = [
    Row(
        "array",
        lambda a, b, c, d: np.array([[a, b], [c, d], [b, a]]),
        gathered(),
        lambda a, b, c, d: ag.array([[a, b], (c, d), [b, a]]),
    ),
    Row("copy", np.copy, one()),
]
