"""Rows of the operations' table: signs."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, away, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import broadcasting, seeds


@st.composite
def two_away(draw: st.DrawFn) -> Example:
    a, b = draw(broadcasting(2))
    return Example([away(uniform(draw(seeds()), shape)) for shape in (a, b)])


ROWS = [
    Row("copysign", np.copysign, two_away()),
    Row("heaviside", np.heaviside, two_away()),
]
