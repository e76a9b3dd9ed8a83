"""Rows of the operations' table: stacking."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import seeds, shapes
from rows.joining import of_list


@st.composite
def columns(draw: st.DrawFn) -> Example:
    """Draw vectors, and matrices of as many rows."""
    rows = draw(st.integers(0, 3))
    sides = st.sampled_from([(rows,), (rows, 2), (rows, 0)])
    drawn = draw(st.lists(sides, min_size=1, max_size=3))
    return Example([uniform(draw(seeds()), shape) for shape in drawn])


@st.composite
def layers(draw: st.DrawFn) -> Example:
    """Draw matrices, and stacks of them."""
    matrix = draw(shapes(min_dims=2, max_dims=2))
    drawn = draw(st.lists(st.sampled_from([matrix, (*matrix, 2)]), min_size=1, max_size=3))
    if draw(st.booleans()):
        drawn = [draw(shapes(max_dims=1))] * len(drawn)
    return Example([uniform(draw(seeds()), shape) for shape in drawn])


@st.composite
def lengthened(draw: st.DrawFn) -> Example:
    shape = list(draw(shapes(min_dims=1, max_dims=3)))
    axis = draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    x = uniform(draw(seeds()), tuple(shape))
    if axis is None:
        return Example([x, uniform(draw(seeds()), draw(shapes(max_dims=2)))])
    shape[axis] = draw(st.integers(0, 3))
    return Example([x, uniform(draw(seeds()), tuple(shape))], (), {"axis": axis})


@st.composite
def blocks(draw: st.DrawFn) -> Example:
    """Draw four blocks that make a rectangle, perhaps in many layers."""
    rows, others = ([draw(st.integers(0, 3)) for _ in range(2)] for _ in range(2))
    layers = draw(st.sampled_from([(), (2,)]))
    sides = [(*layers, m, n) for m in rows for n in others]
    return Example([uniform(draw(seeds()), shape) for shape in sides])


@st.composite
def row_of_blocks(draw: st.DrawFn) -> Example:
    """Draw vectors and numbers: lists of them become rows."""
    sides = st.sampled_from([(), (2,), (0,)])
    return Example([uniform(draw(seeds()), draw(sides)) for _ in range(3)])


def square(a: Any, b: Any, c: Any, d: Any) -> Any:
    return [[a, b], [c, d]]


ROWS = [
    Row("column_stack", of_list(np.column_stack), columns(), of_list(ag.column_stack)),
    Row("dstack", of_list(np.dstack), layers(), of_list(ag.dstack)),
    Row("append", np.append, lengthened()),
    Row(
        "block",
        lambda *four: np.block(square(*four)),
        blocks(),
        lambda *four: ag.block(square(*four)),
    ),
    Row("block", of_list(np.block), row_of_blocks(), of_list(ag.block), "row"),
]
