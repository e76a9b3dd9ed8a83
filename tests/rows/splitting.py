"""Rows of the operations' table: splitting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import seeds, shapes
from rows.joining import weighed


@st.composite
def cut(draw: st.DrawFn, least: int, even: bool, axis: int | None = None) -> Example:
    """Draw an array to be cut along an axis: into parts of one length, or at places."""
    shape = list(draw(shapes(min_dims=least, max_dims=3)))
    along = draw(st.integers(0, len(shape) - 1)) if axis is None else min(axis, len(shape) - 1)
    where: Any = draw(st.lists(st.integers(0, 4), max_size=3).map(sorted))
    if draw(st.booleans()):
        where = draw(st.integers(1, 4))
        shape[along] = where * draw(st.integers(0, 2)) if even else draw(st.integers(0, 5))
    x = uniform(draw(seeds()), tuple(shape))
    return Example([x], (where,), {"axis": along} if axis is None else {})


@st.composite
def apart(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=1, max_dims=3, min_side=1)))
    return Example([x], (), {"axis": draw(st.integers(-x.ndim, x.ndim - 1))})


def parts_of(function: Callable[..., Any], join: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose result says what all parts but the last are."""
    return lambda x, *given, **options: join(weighed(function(x, *given, **options)))


def row(name: str, examples: st.SearchStrategy[Example]) -> Row:
    numpys, ours = getattr(np, name), getattr(ag, name)
    return Row(name, parts_of(numpys, np.concatenate), examples, parts_of(ours, ag.concatenate))


ROWS = [
    row("array_split", cut(1, even=False)),
    row("hsplit", cut(1, even=True, axis=1)),
    row("vsplit", cut(2, even=True, axis=0)),
    row("dsplit", cut(3, even=True, axis=2)),
    row("unstack", apart()),
]
