"""Rows of the operations' table: selection."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, distinct, one, two_distinct, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import broadcasting, seeds, shapes


@st.composite
def chosen(draw: st.DrawFn) -> Example:
    a, b, c = draw(broadcasting(3))
    x, y = uniform(draw(seeds()), a), uniform(draw(seeds()), b)
    return Example([x, y], (uniform(draw(seeds()), c) > 0,))


@st.composite
def limited(draw: st.DrawFn) -> Example:
    x = distinct(draw(seeds()), draw(shapes()))
    bounds = st.sampled_from([None, -0.9, -0.5, 0.1, 0.7, 3.1])
    low, high = draw(bounds), draw(bounds)
    return Example([x], (-2.3 if low is None and high is None else low, high))


@st.composite
def limited_by_arrays(draw: st.DrawFn) -> Example:
    a, b, c = draw(broadcasting(3))
    offsets = zip((a, b, c), (0.0, 0.07, 0.13), strict=True)
    return Example([distinct(draw(seeds()), shape, offset) for shape, offset in offsets])


ROWS = [
    Row("abs", np.abs, one(away_from_0=True)),
    Row("maximum", np.maximum, two_distinct()),
    Row("minimum", np.minimum, two_distinct()),
    Row("fmax", np.fmax, two_distinct()),
    Row("fmin", np.fmin, two_distinct()),
    Row("clip", np.clip, limited()),
    Row("clip", np.clip, limited_by_arrays(), note="arrays"),
    Row("where", lambda x, y, c: np.where(c, x, y), chosen(), lambda x, y, c: ag.where(c, x, y)),
]
