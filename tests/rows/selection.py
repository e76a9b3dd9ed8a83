"""Rows of the operations' table: selection."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, two_distinct, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import broadcasting, seeds


@st.composite
def chosen(draw: st.DrawFn) -> Example:
    a, b, c = draw(broadcasting(3))
    x, y = uniform(draw(seeds()), a), uniform(draw(seeds()), b)
    return Example([x, y], (uniform(draw(seeds()), c) > 0,))


ROWS = [
    Row("maximum", np.maximum, two_distinct()),
    Row("where", lambda x, y, c: np.where(c, x, y), chosen(), lambda x, y, c: ag.where(c, x, y)),
]
