"""Rows of the operations' table: applying."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import seeds, shapes


@st.composite
def in_pieces(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=1)))
    masks = [uniform(draw(seeds()), x.shape) > 0 for _ in range(2)]
    return Example([x], (masks, (np.square, np.negative, 0.5)[: draw(st.integers(2, 3))]))


@st.composite
def vectors(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=1, max_dims=3, min_side=1)))
    function = draw(st.sampled_from([np.sum, np.square, _table]))
    return Example([x], (function, draw(st.integers(-x.ndim, x.ndim - 1))))


def _table(v: Any) -> Any:
    return np.outer(v, v[:2])


ROWS = [
    Row("piecewise", np.piecewise, in_pieces()),
    Row(
        "apply_along_axis",
        lambda x, function, axis: np.apply_along_axis(function, axis, x),
        vectors(),
        lambda x, function, axis: ag.apply_along_axis(function, axis, x),
    ),
]
