"""Rows of the operations' table: creating."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from drawn import Example, Row, one, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import broadcasting, seeds, shapes


@st.composite
def filling(draw: st.DrawFn) -> Example:
    small, large = draw(broadcasting(2))
    shape = np.broadcast_shapes(small, large)
    return Example([uniform(draw(seeds()), small)], (shape,))


@st.composite
def ends(draw: st.DrawFn, low: float = -2.0) -> Example:
    a, b = draw(broadcasting(2))
    ndim = len(np.broadcast_shapes(a, b))
    options = {"endpoint": draw(st.booleans()), "axis": draw(st.integers(-ndim - 1, ndim))}
    operands = [uniform(draw(seeds()), shape, low) for shape in (a, b)]
    return Example(operands, (draw(st.integers(0, 5)),), options)


@st.composite
def ends_and_base(draw: st.DrawFn) -> Example:
    example = draw(ends())
    return Example([*example.operands, uniform(draw(seeds()), (), 0.5)], *_rest(example))


def _rest(example: Example) -> tuple[tuple[int, ...], dict[str, object]]:
    return example.arguments, example.options


@st.composite
def powers(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), (draw(st.integers(0, 4)),))
    return Example([x], (draw(st.none() | st.integers(0, 4)), draw(st.booleans())))


@st.composite
def in_a_row(draw: st.DrawFn) -> Example:
    return Example([uniform(draw(seeds()), draw(shapes(max_dims=2)))], (draw(st.integers(-2, 2)),))


def kept(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return NumPy's function in the operand's dtype: NumPy itself leaves float32 here."""
    return lambda x, *others, **options: function(x, *others, **options).astype(x.dtype)


ROWS = [
    Row("full", lambda x, shape: np.broadcast_to(x, shape), filling(), lambda x, s: ag.full(s, x)),
    Row(
        "full_like",
        lambda x, shape: np.broadcast_to(x, shape),
        filling(),
        lambda x, s: ag.full_like(np.zeros(s, x.dtype), x),
    ),
    Row("linspace", np.linspace, ends()),
    Row(
        "logspace",
        lambda a, b, base, num, **options: base ** np.linspace(a, b, num, **options),
        ends_and_base(),
        lambda a, b, base, num, **options: ag.logspace(a, b, num, base=base, **options),
    ),
    Row("geomspace", kept(np.geomspace), ends(low=0.5)),
    Row("vander", kept(np.vander), powers()),
    Row("diagflat", np.diagflat, in_a_row()),
    Row("diagflat", np.diagflat, one(), note="main"),
]
