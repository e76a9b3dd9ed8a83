"""Rows of the operations' table: scaling."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, one, two, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import broadcasting, seeds


@st.composite
def raised(draw: st.DrawFn) -> Example:
    a, b = draw(broadcasting(2))
    return Example([uniform(draw(seeds()), a, 0.5), uniform(draw(seeds()), b)])


ROWS = [
    Row("deg2rad", np.deg2rad, one()),
    Row("rad2deg", np.rad2deg, one()),
    Row("logaddexp2", np.logaddexp2, two()),
    Row("float_power", np.float_power, raised()),
]
