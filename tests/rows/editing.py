"""Rows of the operations' table: editing."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import seeds, shapes


@st.composite
def places(draw: st.DrawFn, length: int, behind: int) -> Any:
    """Draw places along an axis: one, some, a slice or, of what is there, a mask."""
    kinds: list[Any] = [
        st.builds(slice, st.none() | st.integers(-4, 4), st.none() | st.integers(-4, 4)),
    ]
    if length + behind:
        one = st.integers(-length, length - 1 + behind)
        kinds += [one, st.lists(one, max_size=3), st.lists(one, min_size=1, max_size=3).map(tuple)]
    if length:
        kinds.append(st.lists(st.booleans(), min_size=length, max_size=length).map(np.array))
    return draw(st.one_of(kinds))


@st.composite
def shortened(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(max_dims=3)))
    axis = draw(st.none() if x.ndim == 0 else st.none() | st.integers(-x.ndim, x.ndim - 1))
    where = draw(places(x.size if axis is None else x.shape[axis], behind=0))
    return Example([x], (where, axis))


@st.composite
def put_in(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(max_dims=3)))
    axis = draw(st.none() if x.ndim == 0 else st.none() | st.integers(-x.ndim, x.ndim - 1))
    length = x.size if axis is None else x.shape[axis]
    where = draw(places(length, behind=1))
    rest = () if axis is None else tuple(np.delete(x.shape, axis).tolist())
    shape: tuple[int, ...] = ()
    if np.ndim(where) == 0 and not isinstance(where, slice):
        shape = draw(st.sampled_from([(), rest]))
        if axis is None:
            shape = draw(st.sampled_from([(), (2,), (0,)]))
    return Example([x, uniform(draw(seeds()), shape)], (where, axis))


@st.composite
def filled(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(max_dims=2)))
    return Example([x], (draw(st.integers(0, 5) | shapes(max_dims=3)),))


ROWS = [
    Row("delete", np.delete, shortened()),
    Row(
        "insert",
        lambda x, values, where, axis: np.insert(x, where, values, axis),
        put_in(),
        lambda x, values, where, axis: ag.insert(x, where, values, axis),
    ),
    Row("resize", np.resize, filled()),
]
