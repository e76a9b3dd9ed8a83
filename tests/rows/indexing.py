"""Rows of the operations' table: indexing."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import indices, seeds, shapes


@st.composite
def indexed(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    return Example([x], (draw(indices(x.shape)),))


@st.composite
def scattered(draw: st.DrawFn) -> Example:
    shape = draw(shapes())
    index = draw(indices(shape))
    return Example([uniform(draw(seeds()), np.zeros(shape)[index].shape)], (index, shape))


def scattered_into_zeros(x: np.ndarray, index: Any, shape: tuple[int, ...]) -> np.ndarray:
    zeros = np.zeros(shape, x.dtype)
    np.add.at(zeros, index, x)
    return zeros


ROWS = [
    Row("getitem", operator.getitem, indexed()),
    Row("scatter_add", scattered_into_zeros, scattered()),
]
