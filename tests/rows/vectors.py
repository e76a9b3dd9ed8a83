"""Rows of the operations' table: products of vectors."""

from __future__ import annotations

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import broadcasting, seeds, shapes


def with_axis(shape: tuple[int, ...], length: int, axis: int) -> tuple[int, ...]:
    """Return a shape with one more axis, counted from the end."""
    place = len(shape) + 1 + axis
    return (*shape[:place], length, *shape[place:])


@st.composite
def in_space(draw: st.DrawFn) -> Example:
    a, b = draw(broadcasting(2))
    common = len(np.broadcast_shapes(a, b))
    first, second, third = (draw(st.integers(-n - 1, -1)) for n in (len(a), len(b), common))
    operands = [with_axis(a, 3, first), with_axis(b, 3, second)]
    options = {"axisa": first, "axisb": second, "axisc": third}
    return Example([uniform(draw(seeds()), shape) for shape in operands], (), options)


@st.composite
def as_large(draw: st.DrawFn) -> Example:
    shape = draw(shapes(max_dims=2))
    other = (int(np.prod(shape)),) if draw(st.booleans()) else shape[::-1]
    return Example([uniform(draw(seeds()), s) for s in (shape, other)])


@st.composite
def along(draw: st.DrawFn) -> Example:
    a, b = draw(broadcasting(2))
    axis, length = draw(st.integers(-min(len(a), len(b)) - 1, -1)), draw(st.integers(0, 3))
    operands = [with_axis(shape, length, axis) for shape in (a, b)]
    return Example([uniform(draw(seeds()), s) for s in operands], (), {"axis": axis})


@st.composite
def matrix_and_vector(draw: st.DrawFn, matrix_first: bool) -> Example:
    a, b = draw(broadcasting(2))
    m, n = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    sides = [(*a, m, n), (*b, n)] if matrix_first else [(*a, m), (*b, m, n)]
    return Example([uniform(draw(seeds()), shape) for shape in sides])


ROWS = [
    Row("cross", np.cross, in_space()),
    Row("vdot", np.vdot, as_large()),
    Row("vecdot", np.vecdot, along()),
    Row("matvec", lambda x, v: (x @ v[..., None])[..., 0], matrix_and_vector(matrix_first=True)),
    Row(
        "vecmat",
        lambda v, x: (v[..., None, :] @ x)[..., 0, :],
        matrix_and_vector(matrix_first=False),
    ),
]
