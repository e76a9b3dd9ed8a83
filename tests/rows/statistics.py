"""Rows of the operations' table: statistics."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, distinct, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import axes, seeds, shapes


@st.composite
def spread(draw: st.DrawFn, more_than_one: bool) -> Example:
    x = distinct(draw(seeds()), draw(shapes(min_side=1)))
    axis = draw(axes(x.ndim))
    size = x.size // max(1, np.var(x, axis=axis).size)
    if size == 1 and more_than_one:  # a std of 0 has a kink
        x, axis = uniform(draw(seeds()), (2, 3)), None
        size = 6
    ddof = draw(st.sampled_from([0, 0.5, 1, -1]))
    options = {"ddof": ddof if ddof < size else 0, "keepdims": draw(st.booleans())}
    return Example([x], (axis,), options)


ROWS = [
    Row("var", np.var, spread(more_than_one=False)),
    Row("std", np.std, spread(more_than_one=True)),
]
