"""Rows of the operations' table: reductions."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, distinct
from hypothesis import strategies as st

from autograd_lite.testing.strategies import axes, seeds, shapes


@st.composite
def reduced(draw: st.DrawFn, min_side: int = 1) -> Example:
    x = distinct(draw(seeds()), draw(shapes(min_side=min_side)))
    return Example([x], (draw(axes(x.ndim)),), {"keepdims": draw(st.booleans())})


ROWS = [
    Row("sum", np.sum, reduced(min_side=0)),
    Row("mean", np.mean, reduced()),
    Row("max", np.max, reduced()),
]
