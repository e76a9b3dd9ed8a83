"""Rows of the operations' table: reordering, diagonals, padding."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import axes, seeds, shapes


@st.composite
def flipped(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    return Example([x], (draw(axes(x.ndim)),))


@st.composite
def rolled(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    by = st.integers(-4, 4)
    if x.ndim == 0 or draw(st.booleans()):
        return Example([x], (draw(by | st.tuples(by, by)),))
    axis = st.integers(-x.ndim, x.ndim - 1)
    shift, along = draw(
        st.one_of(
            st.tuples(by, axis),
            st.tuples(st.tuples(by, by), st.tuples(axis, axis)),
            st.tuples(by, st.tuples(axis, axis)),
            st.tuples(st.tuples(by, by), axis),
        )
    )
    return Example([x], (shift,), {"axis": along})


@st.composite
def turned(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=2)))
    first, second = draw(st.permutations(range(x.ndim)))[:2]
    plane = (first - x.ndim * draw(st.booleans()), second)
    return Example([x], (draw(st.integers(-5, 5)),), {"axes": plane})


@st.composite
def framed(draw: st.DrawFn) -> Example:
    mode = draw(st.sampled_from(["constant", "edge", "reflect", "symmetric", "wrap"]))
    x = uniform(draw(seeds()), draw(shapes(max_dims=3, min_side=0 if mode == "constant" else 1)))
    width = st.integers(0, 3)
    pair = st.tuples(width, width)
    each = st.tuples(*[pair] * x.ndim)
    widths: Any = draw(st.one_of(width, pair, each) if x.ndim else st.just(0))
    options = {"constant_values": 0.5} if mode == "constant" and draw(st.booleans()) else {}
    return Example([x], (widths, mode), options)


@st.composite
def with_diagonal(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=2)))
    first, second = draw(st.permutations(range(x.ndim)))[:2]
    options = {"axis1": first - x.ndim * draw(st.booleans()), "axis2": second}
    return Example([x], (draw(st.integers(-4, 4)),), options)


@st.composite
def matrices(draw: st.DrawFn, min_dims: int, max_dims: int) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims, max_dims)))
    return Example([x], (draw(st.integers(-4, 4)),))


ROWS = [
    Row("flip", np.flip, flipped()),
    Row("roll", np.roll, rolled()),
    Row("rot90", np.rot90, turned()),
    Row("pad", np.pad, framed()),
    Row("diagonal", np.diagonal, with_diagonal()),
    Row("diag", np.diag, matrices(1, 2)),
    Row("tril", np.tril, matrices(2, 4)),
    Row("triu", np.triu, matrices(2, 4)),
]
