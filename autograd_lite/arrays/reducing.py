"""Reducing and accumulating: products, running sums and products, the remainder.

float16 is accumulated in float32. NumPy runs along an axis one element at a time; large arrays are
taken a whole column or a whole half at a time instead, which the processor does in parallel.
"""

from __future__ import annotations

from math import prod as product
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from autograd_lite.arrays.libraries import Array

__all__ = [
    "column_sums",
    "cumprod",
    "cumsum",
    "large_sum",
    "mod",
    "numpy_cumprod",
    "numpy_cumsum",
    "numpy_min",
    "numpy_mod",
    "numpy_prod",
    "prod",
]

Axis: TypeAlias = int | tuple[int, ...] | None

HALF = np.dtype(np.float16)
SINGLE = np.dtype(np.float32)
DOUBLE = np.dtype(np.float64)
HUGE = 2.0**28  # quotients: below, float64 holds them and their product with a float32
MANY = 8192  # elements: one call of NumPy's takes longer from here on than several of ours
LONG = 128  # elements of an axis: folding it saves time down to here
WIDE = 256  # elements of a column: shorter ones do not repay a call each
LEAST = 16  # elements of a block
SHORT = 4096  # elements: more are added in pairs, for their digits
NARROW = 8  # elements: so few sums side by side are no work for NumPy
ROW = 1024  # elements: einsum adds up longer rows less exactly than NumPy's pairs of pairs do
add_reduce: Any = np.add.reduce
multiply_reduce: Any = np.multiply.reduce
minimum_reduce: Any = np.minimum.reduce
add_accumulate: Any = np.add.accumulate
multiply_accumulate: Any = np.multiply.accumulate


def prod(xp: Any, x: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """Multiply, float16 in float32."""
    if x.dtype != HALF:
        plain: Array = xp.prod(x, axis=axis, keepdims=keepdims)
        return plain
    wide: Array = xp.prod(x, axis=axis, dtype=np.float32, keepdims=keepdims)
    return wide.astype(HALF)


def cumsum(xp: Any, x: Array, axis: int, *, reverse: bool = False) -> Array:
    """Return running sums, if asked from the end; of float16 in float32."""
    kind = np.float32 if x.dtype == HALF else None
    if reverse:
        sums: Array = xp.flip(xp.cumsum(xp.flip(x, axis), axis=axis, dtype=kind), axis)
    else:
        sums = xp.cumsum(x, axis=axis, dtype=kind)
    return sums if kind is None else sums.astype(HALF)


def cumprod(xp: Any, x: Array, axis: int) -> Array:
    """Return running products; of float16 in float32."""
    if x.dtype != HALF:
        plain: Array = xp.cumprod(x, axis=axis)
        return plain
    wide: Array = xp.cumprod(x, axis=axis, dtype=np.float32)
    return wide.astype(HALF)


def mod(xp: Any, x: Array, y: Array) -> Array:
    """Return the remainder of x / y, with the sign of y."""
    rest: Array = xp.remainder(x, y)
    return rest


def large_sum(x: Array, axis: Axis, *, keepdims: bool = False) -> Array:
    """``numpy.sum`` of many elements by einsum: NumPy's own loop takes up to 20 times as long.

    Products with ones are faster still, but BLAS rounds some columns otherwise than others, and
    ties of equal columns would be split.
    """
    if axis == 0 and not keepdims and x.ndim == 2 and _is_table(x):  # 1.7 µs less than below
        columns: Array = np.einsum("ij->j", x)
        return columns
    given: Any = range(x.ndim) if axis is None else axis if type(axis) is tuple else (axis,)
    axes = [i % x.ndim for i in given]
    sums: Array | None = None
    if x.dtype in (SINGLE, DOUBLE) and x.flags.c_contiguous:
        if len(axes) == 1 and axis is not None:
            sums = _sum_along(x, axes[0])
        if sums is None and len(axes) == x.ndim:
            sums = _sum_of_all(x)
    if sums is None:
        plain: Array = add_reduce(x, axis, None, None, keepdims)
        return plain
    kept = [1 if i in axes else n for i, n in enumerate(x.shape)]
    return sums.reshape(kept) if keepdims else sums


def _is_table(x: Array) -> bool:
    """Whether rows are of a length at which einsum adds them up fastest."""
    return x.dtype in (SINGLE, DOUBLE) and x.flags.c_contiguous and 1 < x.shape[1] <= SHORT


def _sum_along(x: Array, axis: int) -> Array | None:
    """Sum along one axis; None where NumPy adds in pairs, for the digits, or is as fast."""
    few, width = x.shape[axis], product(x.shape[axis + 1 :])
    shape = (*x.shape[:axis], *x.shape[axis + 1 :])
    if axis == 0 and 1 < width <= SHORT:
        columns: Array = np.einsum("ij->j", x.reshape(few, width))
        return columns.reshape(shape)
    if few > SHORT or width > NARROW:
        return None
    lines = x if width == 1 else np.moveaxis(x, axis, -1).copy()
    lines = lines.reshape(-1, few)
    sums: Array
    sums = add_reduce(lines.T.copy(), 0) if few <= NARROW else np.einsum("ij->i", lines)
    return sums.reshape(shape)


def _sum_of_all(x: Array) -> Array:
    flat = x.reshape(-1)
    whole = x.size - x.size % ROW
    sums = add_reduce(np.einsum("ij->i", flat[:whole].reshape(-1, ROW)))
    total: Array = sums + add_reduce(flat[whole:])
    return total


def column_sums(xp: Any, x: Array) -> Array:
    """Sum each column of a matrix; float16 in float32."""
    if x.dtype != HALF:
        plain: Array = xp.sum(x, axis=0)
        return plain
    wide: Array = xp.sum(x, axis=0, dtype=np.float32)
    return wide.astype(HALF)


def numpy_min(x: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """``numpy.min`` without its Python wrapper."""
    smallest: Array = minimum_reduce(x, axis, None, None, keepdims)
    return smallest


def numpy_prod(x: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """``prod`` by eighths: the last axis is folded onto itself as long as it is long."""
    if x.dtype == HALF:
        wide: Array = multiply_reduce(x, axis, np.float32, None, keepdims)
        return wide.astype(HALF)
    axes = axis if type(axis) is tuple else (axis,)
    if x.size >= MANY and (axis is None or x.ndim - 1 in axes):
        while x.shape[-1] >= LONG:
            eighth = x.shape[-1] // 8
            whole = x[..., : 8 * eighth].reshape((*x.shape[:-1], 8, eighth))
            rest = x[..., 8 * eighth :]
            x = multiply_reduce(whole, -2)
            x[..., : rest.shape[-1]] *= rest
    product: Array = multiply_reduce(x, axis, None, None, keepdims)
    return product


def numpy_cumsum(x: Array, axis: int, *, reverse: bool = False) -> Array:
    """``cumsum`` by columns, or by the columns of blocks."""
    backwards = (slice(None),) * axis + (slice(None, None, -1 if reverse else 1),)
    if x.size < MANY or x.dtype not in (SINGLE, DOUBLE):
        kind = np.float32 if x.dtype == HALF else None
        sums: Array = add_accumulate(x[backwards], axis, kind)[backwards]
        return sums if kind is None else sums.astype(HALF)
    out = np.array(x, order="C")
    length = x.shape[axis]
    rows = x.size // length
    blocks = min(MANY // rows, length // LEAST)
    if axis == x.ndim - 1 and blocks > 1:
        _by_blocks(out[backwards].reshape(rows, length), blocks)
    else:
        _by_columns(np.add, out[backwards], axis)
    return out


def numpy_cumprod(x: Array, axis: int) -> Array:
    """``cumprod`` by columns; not by blocks, in which a 0 before and an ∞ behind would meet."""
    if x.dtype == HALF:
        wide: Array = multiply_accumulate(x, axis, np.float32)
        return wide.astype(HALF)
    if x.size < MANY or x.dtype not in (SINGLE, DOUBLE):
        plain: Array = multiply_accumulate(x, axis)
        return plain
    out = np.array(x, order="K")
    _by_columns(np.multiply, out, axis)
    return out


def _by_columns(function: np.ufunc, out: Array, axis: int) -> None:
    """Accumulate in place, a column of all rows at a time where that pays."""
    length = out.shape[axis]
    if out.size < length * WIDE:
        function.accumulate(out, axis, None, out)
        return
    columns = out.swapaxes(0, axis)
    before = columns[0]
    for i in range(1, length):
        here = columns[i]
        function(before, here, here)
        before = here


def _by_blocks(out: Array, blocks: int) -> None:
    """Sum up rows in place: within blocks first, all at a time, then from block to block."""
    rows, length = out.shape
    block = length // blocks
    whole = out[:, : blocks * block].reshape(rows, blocks, block)
    _by_columns(np.add, whole, 2)
    ends: Array = add_accumulate(whole[:, :, -1], 1)
    whole[:, 1:] += ends[:, :-1, None]
    if blocks * block < length:
        rest = out[:, blocks * block :]
        rest[:, 0] += ends[:, -1]
        add_accumulate(rest, 1, None, rest)


def numpy_mod(x: Array, y: Array) -> Array:
    """``mod``; of many float32 by way of float64, in which it is exact up to huge quotients."""
    if x.size >= MANY and x.dtype == SINGLE:
        with np.errstate(all="ignore"):
            wide = y.astype(np.float64)
            off: Array = x / wide
            np.floor(off, off)
            exact = max(off.max(), -off.min()) < HUGE
            off *= wide
            np.subtract(x, off, off)
            rest = off.astype(SINGLE)
        if exact and np.isfinite(rest).all():
            return rest
    plain: Array = np.remainder(x, y)
    return plain
