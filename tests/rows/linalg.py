"""Rows of the operations' table: linear algebra.

Eigenvectors, singular vectors and QR's columns are compared in products that do not depend on their
signs. NumPy refuses float16, which the operations compute in float32.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from drawn import Example, Row, distinct, uniform
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import seeds, shapes

NUMBERS = np.array([1.0, -2.0, 0.5, 3.0])


def wide(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return NumPy's function, also for float16."""

    def widened(*operands: Any, **options: Any) -> np.ndarray:
        arrays = [x.astype(np.float32) if _half(x) else x for x in operands]
        found = np.asarray(function(*arrays, **options))
        return found.astype(np.float16) if any(map(_half, operands)) else found

    return widened


def _half(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype == np.float16


def of_list(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arrays, **options: function(list(arrays), **options)


# ---- what is drawn


def drawn_matrices(draw: st.DrawFn, rows: int, columns: int, batch: int = 1) -> np.ndarray:
    """Return matrices whose rank is full: their diagonals are 4 apart from what surrounds them."""
    shape = (*draw(shapes(max_dims=batch)), rows, columns)
    return uniform(draw(seeds()), shape, -1.0, 1.0) + apart(rows, columns)


def apart(rows: int, columns: int) -> np.ndarray:
    """Return a diagonal of different numbers."""
    return np.eye(rows, columns) * np.array([4.0, -8.0, 12.0, 16.0])[:columns]


@st.composite
def squares(draw: st.DrawFn, least: int = 0, batch: int = 1) -> Example:
    n = draw(st.integers(least, 3))
    return Example([drawn_matrices(draw, n, n, batch)])


@st.composite
def powers(draw: st.DrawFn) -> Example:
    (x,) = draw(squares()).operands
    return Example([x / 8.0], (draw(st.integers(-2, 5)),))


@st.composite
def anything(draw: st.DrawFn) -> Example:
    n = draw(st.integers(0, 3))
    shape = (*draw(shapes(max_dims=1)), n, n)
    return Example([uniform(draw(seeds()), shape)])


@st.composite
def rectangles(draw: st.DrawFn, least: int = 0) -> Example:
    return Example([drawn_matrices(draw, draw(st.integers(least, 3)), draw(st.integers(least, 3)))])


@st.composite
def systems(draw: st.DrawFn) -> Example:
    n = draw(st.integers(0, 3))
    a = drawn_matrices(draw, n, n)
    if draw(st.booleans()):
        return Example([a, uniform(draw(seeds()), (n,))])
    stacks = [(), (1,), a.shape[:-2], (2, *[1] * (a.ndim - 2))]
    shape = (*draw(st.sampled_from(stacks)), n, draw(st.integers(0, 3)))
    return Example([a, uniform(draw(seeds()), shape)])


@st.composite
def triangles(draw: st.DrawFn, *options: dict[str, Any]) -> Example:
    """Draw matrices of which one triangle is read: positive definite, eigenvalues apart."""
    (x,) = draw(squares()).operands
    return Example([abs(x)], options=draw(st.sampled_from([{}, *options])))


@st.composite
def tensors(draw: st.DrawFn) -> Example:
    shape, ind = draw(st.sampled_from([((2, 3, 6), 2), ((4, 2, 2), 1), ((1, 2, 2, 1), 2)]))
    size = math.prod(shape[:ind])
    x = uniform(draw(seeds()), (size, size)) + 5 * np.eye(size)
    return Example([x.reshape(shape)], options={"ind": ind})


@st.composite
def tensor_systems(draw: st.DrawFn) -> Example:
    options: dict[str, Any] = draw(st.sampled_from([{}, {"axes": (0,)}]))
    a = (uniform(draw(seeds()), (6, 6)) + 5 * np.eye(6)).reshape(2, 3, 6)
    return Example([np.moveaxis(a, -1, 0) if options else a, uniform(draw(seeds()), (2, 3))],
                   options=options)  # fmt: skip


@st.composite
def chains(draw: st.DrawFn) -> Example:
    sizes = draw(st.lists(st.integers(0, 3), min_size=3, max_size=5))
    pairs = list(pairwise(sizes))
    shapes_of: list[tuple[int, ...]] = list(pairs)
    if draw(st.booleans()):
        shapes_of[0] = pairs[0][1:]
    if draw(st.booleans()):
        shapes_of[-1] = pairs[-1][:1]
    return Example([uniform(draw(seeds()), shape) for shape in shapes_of])


@st.composite
def spinning(draw: st.DrawFn) -> Example:
    """Draw matrices that turn the plane: their two eigenvalues are not real."""
    shape = (*draw(shapes(max_dims=1)), 2, 2)
    turn = np.array([[0.0, -4.0], [4.0, 0.0]])
    return Example([uniform(draw(seeds()), shape, -1.0, 1.0) + turn])


# ---- norms


def away_from_ties(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return numbers of different sizes, some below 0."""
    x = distinct(seed, shape, 0.1)
    return np.asarray(np.where(x < 0, x - 0.1, x))


@st.composite
def vectors(draw: st.DrawFn) -> Example:
    x = away_from_ties(draw(seeds()), draw(shapes(min_dims=1, min_side=1)))
    axis = draw(st.integers(-x.ndim, x.ndim - 1))
    orders = [None, 2, 1, 0, 3, 1.5, -1, -2.5, math.inf, -math.inf]
    return Example([x], (draw(st.sampled_from(orders)), axis), {"keepdims": draw(st.booleans())})


@st.composite
def matrices(draw: st.DrawFn) -> Example:
    shape = draw(shapes(min_dims=2, min_side=1))
    x = np.sqrt(np.abs(away_from_ties(draw(seeds()), shape)) + 0.1)  # their sums differ too
    pair = draw(st.permutations(range(x.ndim)))[:2]
    axis = tuple(i - x.ndim * draw(st.booleans()) for i in pair)
    order = draw(st.sampled_from([None, "fro", 1, -1, math.inf, -math.inf]))
    return Example([x], (order, axis), {"keepdims": draw(st.booleans())})


@st.composite
def everything(draw: st.DrawFn) -> Example:
    x = away_from_ties(draw(seeds()), draw(shapes(min_side=1)))
    return Example([x], (), {"keepdims": draw(st.booleans())})


@st.composite
def spectral(draw: st.DrawFn) -> Example:
    """Draw matrices in two axes, anywhere, whose singular values are apart."""
    (x,) = draw(rectangles(1)).operands
    axis: tuple[int, int] = (-2, -1)
    if draw(st.booleans()):
        x, axis = np.moveaxis(x, -1, 0), (-1, 0)
    order = draw(st.sampled_from([2, -2, "nuc"]))
    return Example([x], (order, axis), {"keepdims": draw(st.booleans())})


@st.composite
def several_axes(draw: st.DrawFn) -> Example:
    x = away_from_ties(draw(seeds()), draw(shapes(min_side=1)))
    axis = draw(st.sampled_from([None, tuple(range(x.ndim)), tuple(range(x.ndim))[:1]]))
    options = {"axis": axis, "ord": draw(st.sampled_from([2, 1, 3, math.inf, 0]))}
    return Example([x], (), options | {"keepdims": draw(st.booleans())})


@st.composite
def last_axes(draw: st.DrawFn) -> Example:
    (x,) = draw(rectangles(1)).operands
    order = draw(st.sampled_from(["fro", "nuc", 2, -2]))
    return Example([x], (), {"ord": order, "keepdims": draw(st.booleans())})


@st.composite
def conditions(draw: st.DrawFn) -> Example:
    (x,) = draw(squares(1)).operands
    return Example([x], (draw(st.sampled_from([None, 2, -2, "fro", "nuc"])),))


# ---- what does not depend on signs


def projected(xp: Any, x: Any, **options: Any) -> Any:
    """Return the projections on eigenvectors, each times another number, and the eigenvalues."""
    w, v = xp.linalg.eigh(x, **options)
    weights = NUMBERS.astype(x.dtype)[: w.shape[-1]]
    return (v * weights) @ xp.swapaxes(v, -1, -2) + w[..., None, :]


def scaled(xp: Any, x: Any) -> Any:
    """Return the matrix with each eigenvalue, real ones, times another number."""
    w, v = xp.linalg.eig(x)
    weights = NUMBERS.astype(x.dtype)[: w.shape[-1]]
    return (v * (weights * w)[..., None, :]) @ xp.linalg.inv(v)


def powered(xp: Any, x: Any) -> Any:
    """Return a power of the matrix, by eigenvalues that are not real, and a size of vectors."""
    w, v = xp.linalg.eig(x)
    power = (v * (w * w * w)[..., None, :]) @ xp.linalg.inv(v)
    return (xp.real(power) + xp.abs(v) ** 2).astype(np.result_type(x.dtype, np.float32))


def recomposed(xp: Any, x: Any) -> Any:
    u, s, vh = xp.linalg.svd(x, full_matrices=False)
    weights = NUMBERS.astype(x.dtype)[: s.shape[-1]]
    return (u * weights) @ vh + xp.sum(s * weights, axis=-1)[..., None, None]


def by_sizes(xp: Any, x: Any) -> Any:
    """Return the matrix again, by the sizes of eigenvalues, with other weights."""
    u, s, vh = xp.linalg.svd(x, hermitian=True)
    weights = NUMBERS.astype(x.dtype)[: s.shape[-1]]
    return (u * (s * weights)[..., None, :]) @ vh


def unsigned(xp: Any, x: Any) -> Any:
    q, r = xp.linalg.qr(x)
    weights = NUMBERS.astype(x.dtype)[: q.shape[-1]]
    projections = (q * weights) @ xp.swapaxes(q, -1, -2)
    return xp.concatenate([xp.ravel(projections), xp.ravel(r * r)])


def both(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the same combination of NumPy's results and of the operation's."""
    return {
        "expected": wide(lambda *args, **options: function(np, *args, **options)),
        "apply": lambda *args, **options: function(ag, *args, **options),
    }


def slogdet(xp: Any, x: Any) -> Any:
    sign, logarithm = xp.linalg.slogdet(x)
    return sign + 2.0 * logarithm


ROWS = [
    Row("inv", wide(np.linalg.inv), squares()),
    Row("solve", wide(np.linalg.solve), systems()),
    Row("tensorinv", wide(np.linalg.tensorinv), tensors()),
    Row("tensorsolve", wide(np.linalg.tensorsolve), tensor_systems()),
    Row("det", wide(np.linalg.det), anything()),
    Row("slogdet", examples=squares(), **both(slogdet)),
    Row("cholesky", wide(np.linalg.cholesky), triangles({"upper": True}, {"upper": False})),
    Row("qr", examples=rectangles(), **both(unsigned)),
    Row("eigh", examples=triangles({"UPLO": "U"}, {"UPLO": "L"}), **both(projected)),
    Row("eigvalsh", wide(np.linalg.eigvalsh), triangles({"UPLO": "U"}, {"UPLO": "L"})),
    Row("eig", examples=squares(), **both(scaled), note="real"),
    Row(
        "eig",
        lambda x: powered(np, x.astype(np.result_type(x.dtype, np.float32))),
        spinning(),
        lambda x: powered(ag, x),
        note="not real",
    ),
    Row("eigvals", wide(np.linalg.eigvals), squares()),
    Row("svd", examples=rectangles(), **both(recomposed)),
    Row("svd", examples=triangles(), **both(by_sizes), note="hermitian"),
    Row("svdvals", wide(np.linalg.svdvals), rectangles()),
    Row("pinv", wide(np.linalg.pinv), rectangles()),
    Row("pinv", wide(np.linalg.pinv), triangles({"hermitian": True}), note="hermitian"),
    Row("norm", np.linalg.norm, vectors(), note="vectors"),
    Row("norm", np.linalg.norm, matrices(), note="matrices"),
    Row("norm", np.linalg.norm, everything(), note="everything"),
    Row("norm", wide(np.linalg.norm), spectral(), note="spectral"),
    Row("vector_norm", np.linalg.vector_norm, several_axes()),
    Row("matrix_norm", wide(np.linalg.matrix_norm), last_axes()),
    Row("cond", wide(np.linalg.cond), conditions()),
    Row("matrix_power", wide(np.linalg.matrix_power), powers()),
    Row("multi_dot", of_list(np.linalg.multi_dot), chains(), of_list(ag.linalg.multi_dot)),
    Row("matrix_transpose", np.linalg.matrix_transpose, rectangles()),
]
