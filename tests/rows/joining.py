"""Rows of the operations' table: joining."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import seeds, shapes


@st.composite
def concatenated(draw: st.DrawFn) -> Example:
    shape = draw(shapes(min_dims=1, max_dims=3))
    axis = draw(st.integers(0, len(shape) - 1))
    lengths = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    operands = [
        uniform(draw(seeds()), (*shape[:axis], length, *shape[axis + 1 :])) for length in lengths
    ]
    return Example(operands, options={"axis": axis - len(shape) * draw(st.booleans())})


@st.composite
def flattened(draw: st.DrawFn) -> Example:
    count = draw(st.integers(1, 3))
    operands = [uniform(draw(seeds()), draw(shapes(max_dims=2))) for _ in range(count)]
    return Example(operands, options={"axis": None})


@st.composite
def stacked(draw: st.DrawFn) -> Example:
    shape = draw(shapes(max_dims=3))
    operands = [uniform(draw(seeds()), shape) for _ in range(draw(st.integers(1, 3)))]
    axis = draw(st.integers(-len(shape) - 1, len(shape)))
    return Example(operands, options={"axis": axis})


@st.composite
def blocks(draw: st.DrawFn, axis: int, vectors: bool) -> Example:
    """Draw matrices that differ in one axis; for vstack, rows among them; or numbers, vectors."""
    count = draw(st.integers(1, 3))
    if draw(st.booleans()):
        sides: list[tuple[int, ...]] = [(draw(st.integers(0, 3)),) for _ in range(count)]
        same = draw(st.sampled_from([(), (2,)]))
        drawn = [same] * count if not vectors else [draw(st.sampled_from([s, ()])) for s in sides]
    else:
        shape = list(draw(shapes(min_dims=2, max_dims=3)))
        drawn = []
        for _ in range(count):
            shape[axis] = draw(st.integers(0, 3))
            row = axis == 0 and len(shape) == 2 and draw(st.booleans())
            drawn.append(tuple(shape[1:]) if row else tuple(shape))
    return Example([uniform(draw(seeds()), shape) for shape in drawn])


@st.composite
def cut(draw: st.DrawFn) -> Example:
    shape = list(draw(shapes(min_dims=1, max_dims=3)))
    axis = draw(st.integers(0, len(shape) - 1))
    where: Any = draw(st.lists(st.integers(0, 4), max_size=3).map(sorted))
    if draw(st.booleans()):
        where = draw(st.integers(1, 3))
        shape[axis] = where * draw(st.integers(0, 2))
    x = uniform(draw(seeds()), tuple(shape))
    return Example([x], (where,), {"axis": axis - len(shape) * draw(st.booleans())})


@st.composite
def repeated(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes()))
    axis = draw(st.none() if x.ndim == 0 else st.none() | st.integers(-x.ndim, x.ndim - 1))
    length = x.size if axis is None else x.shape[axis]
    counts: Any = st.integers(0, 3)
    if draw(st.booleans()):
        counts = st.lists(counts, min_size=length, max_size=length).map(np.array)
        counts = counts.map(lambda drawn: drawn.astype(int))
    return Example([x], (draw(counts),), {"axis": axis})


@st.composite
def tiled(draw: st.DrawFn) -> Example:
    x = uniform(draw(seeds()), draw(shapes(max_dims=3)))
    several = st.lists(st.integers(0, 3), max_size=4).map(tuple)
    return Example([x], (draw(st.integers(0, 3) | several),))


def of_list(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arrays, **options: function(list(arrays), **options)


def weighed(parts: Sequence[Any]) -> list[Any]:
    """Return the parts but the last, which stays unused, each times another number."""
    return [part.reshape(-1) * (i + 1.5) for i, part in enumerate(parts)][: max(1, len(parts) - 1)]


def split(x: Any, where: Any, axis: int) -> ag.Variable:
    return ag.concatenate(weighed(ag.split(x, where, axis=axis)))


def expected_split(x: np.ndarray, where: Any, axis: int) -> np.ndarray:
    return np.concatenate(weighed(np.split(x, where, axis=axis)))


ROWS = [
    Row("concatenate", of_list(np.concatenate), concatenated(), of_list(ag.concatenate)),
    Row("concatenate", of_list(np.concatenate), flattened(), of_list(ag.concatenate), "flat"),
    Row("stack", of_list(np.stack), stacked(), of_list(ag.stack)),
    Row("vstack", of_list(np.vstack), blocks(axis=0, vectors=False), of_list(ag.vstack)),
    Row("hstack", of_list(np.hstack), blocks(axis=1, vectors=True), of_list(ag.hstack)),
    Row("split", expected_split, cut(), split),
    Row("repeat", np.repeat, repeated()),
    Row("tile", np.tile, tiled()),
]
