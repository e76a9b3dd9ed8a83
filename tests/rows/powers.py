"""Rows of the operations' table: powers."""

from __future__ import annotations

import operator

import numpy as np
from drawn import Example, Row, away, one, two, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import seeds, shapes


@st.composite
def with_exponent(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    return Example(
        [away(x)], (draw(st.sampled_from([-3, -2, -1.0, 0, 0.0, 1, 1.0, 2, 2.0, 3, 4.0, 5])),)
    )


@st.composite
def with_fraction(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()), 0.3, 2.0)
    return Example([x], (draw(st.sampled_from([-1.5, -0.5, 0.5, 1.5, 2.5])),))


ROWS = [
    Row("pow", operator.pow, two(low=0.3)),
    Row("pow", operator.pow, with_exponent(), note="constant"),
    Row("pow", operator.pow, with_fraction(), note="fraction"),
    Row("square", np.square, one()),
    Row("sqrt", np.sqrt, one(low=0.3)),
    Row("cbrt", np.cbrt, one(away_from_0=True)),
    Row("reciprocal", np.reciprocal, one(away_from_0=True)),
    Row("hypot", np.hypot, two(away_from_0=True)),
]
