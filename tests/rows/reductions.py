"""Rows of the operations' table: reductions."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row, distinct, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import axes, seeds, shapes


@st.composite
def reduced(draw: st.DrawFn, min_side: int = 1) -> Example:
    x = distinct(draw(seeds()), draw(shapes(min_side=min_side)))
    return Example([x], (draw(axes(x.ndim)),), {"keepdims": draw(st.booleans())})


@st.composite
def summed_up(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_side=1)), -3.0, 3.0)
    return Example([x], (draw(axes(x.ndim)),), {"keepdims": draw(st.booleans())})


def logarithm_of_sum(x: np.ndarray, axis: Any = None, keepdims: bool = False) -> np.ndarray:
    return np.asarray(np.log(np.exp(x).sum(axis=axis, keepdims=keepdims)))


ROWS = [
    Row("sum", np.sum, reduced(min_side=0)),
    Row("mean", np.mean, reduced()),
    Row("max", np.max, reduced()),
    Row("min", np.min, reduced()),
    Row("logsumexp", logarithm_of_sum, summed_up()),
]
