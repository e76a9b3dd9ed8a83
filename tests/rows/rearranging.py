"""Rows of the operations' table: rearranging."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import broadcasting, seeds, shapes


@st.composite
def of_axes(draw: st.DrawFn, least: int) -> Example:
    return Example([uniform(draw(seeds()), draw(shapes(min_dims=least, max_dims=4)))])


@st.composite
def rolled(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_dims=1, max_dims=4)))
    axis = draw(st.integers(-x.ndim, x.ndim - 1))
    return Example([x], (axis, draw(st.integers(-x.ndim, x.ndim))))


@st.composite
def several(draw: st.DrawFn) -> Example:
    drawn = draw(broadcasting(3))
    return Example([uniform(draw(seeds()), shape) for shape in drawn])


@st.composite
def coordinates(draw: st.DrawFn) -> Example:
    drawn = draw(st.lists(shapes(max_dims=1), min_size=1, max_size=3))
    options = {"sparse": draw(st.booleans()), "indexing": draw(st.sampled_from(["xy", "ij"]))}
    return Example([uniform(draw(seeds()), shape) for shape in drawn], (), options)


def parts_of(function: Callable[..., Any], join: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose result says what all parts are."""

    def joined(*given: Any, **options: Any) -> Any:
        parts = function(*given, **options)
        return join([part.reshape(-1) * (i + 1.5) for i, part in enumerate(parts)])

    return joined


def row(name: str, examples: st.SearchStrategy[Example]) -> Row:
    numpys, ours = getattr(np, name), getattr(ag, name)
    return Row(name, parts_of(numpys, np.concatenate), examples, parts_of(ours, ag.concatenate))


ROWS = [
    Row("fliplr", np.fliplr, of_axes(2)),
    Row("flipud", np.flipud, of_axes(1)),
    Row("matrix_transpose", np.matrix_transpose, of_axes(2)),
    Row("rollaxis", np.rollaxis, rolled()),
    row("broadcast_arrays", several()),
    row("meshgrid", coordinates()),
]
