"""Arranging: NumPy's names for moving elements about, without its Python wrappers.

On 32 elements the wrappers take several times as long as the work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import EllipsisType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from autograd_lite.arrays.libraries import Array

__all__ = ["numpy_flip", "numpy_roll", "numpy_split", "numpy_tril", "numpy_triu"]

Part: TypeAlias = tuple[EllipsisType, slice, slice]
Corner: TypeAlias = tuple[slice, slice]

BACKWARDS = slice(None, None, -1)
EVERYTHING = slice(None)
BAND = 64  # rows: of a triangle, this many at a time are one block and one small triangle
# All bits of the elements on and below a diagonal, for any diagonal of a matrix of a band or less.
_LOWER = np.arange(BAND)[:, None] + BAND >= np.arange(3 * BAND)
_UNSIGNED = [np.dtype(f"u{size}") for size in (1, 2, 4, 8)]
KEPT = {kind.itemsize: np.where(_LOWER, ~kind.type(0), kind.type(0)) for kind in _UNSIGNED}
BATCH = 8  # matrices: a mask of a whole one pays for so many


def numpy_flip(x: Array, axis: Any) -> Array:
    """``numpy.flip``: a view."""
    axes = axis if type(axis) is tuple else (axis,)
    ndim = x.ndim
    if axis is None:
        return x[(BACKWARDS,) * ndim]
    return x[
        tuple([BACKWARDS if i in axes or i - ndim in axes else EVERYTHING for i in range(ndim)])
    ]


def numpy_roll(x: Array, shift: Any, axis: Any) -> Array:
    """``numpy.roll`` with an axis for each shift: the last part of each goes before the first."""
    shifts = shift if type(shift) is tuple else (shift,)
    axes = axis if type(axis) is tuple else (axis,)
    rolled = x
    for by, along in zip(shifts, axes, strict=True):
        length = x.shape[along]
        if length and by % length:
            cut = length - by % length
            before = (EVERYTHING,) * (along % x.ndim)
            parts = rolled[(*before, slice(cut, None))], rolled[(*before, slice(cut))]
            rolled = np.concatenate(parts, along)
    return x.copy() if rolled is x else rolled


def numpy_split(x: Array, ends: int | Sequence[int], axis: int = 0) -> list[Array]:
    """``numpy.split`` at ends that rise: views."""
    length = x.shape[axis]
    if isinstance(ends, int):
        ends = range(length // ends, length, length // ends) if length else [0] * (ends - 1)
    before = (EVERYTHING,) * (axis % x.ndim)
    parts = []
    start = 0
    for end in (*ends, length):
        parts.append(x[(*before, slice(start, end))])
        start = end
    return parts


def numpy_tril(x: Array, k: int = 0) -> Array:
    """``numpy.tril`` by bits: those of the other triangle are masked, a NaN's too."""
    bits = x.dtype.itemsize
    if bits not in KEPT:
        return np.tril(x, k)
    rows, columns = x.shape[-2:]
    if x.size >= BATCH * rows * columns or (rows <= BAND and columns <= BAND):
        return _masked(x, _mask(rows, columns, k, bits))
    out: Array = np.zeros(x.shape, x.dtype)
    for part, corner in _bands(rows, columns, k):
        out[part] = _masked(x[part], KEPT[bits][corner]) if corner else x[part]
    return out


def numpy_triu(x: Array, k: int = 0) -> Array:
    """``numpy.triu`` by bits, as ``tril``."""
    bits = x.dtype.itemsize
    if bits not in KEPT:
        return np.triu(x, k)
    rows, columns = x.shape[-2:]
    if x.size >= BATCH * rows * columns or (rows <= BAND and columns <= BAND):
        return _masked(x, ~_mask(rows, columns, k - 1, bits))
    out = x.copy()
    for part, corner in _bands(rows, columns, k - 1):
        out[part] = _masked(out[part], ~KEPT[bits][corner]) if corner else 0
    return out


def _mask(rows: int, columns: int, k: int, bits: int) -> Array:
    """Return all bits of the elements up to the k-th diagonal, and none of the others."""
    mask: Array
    if rows <= BAND and columns <= BAND and abs(k) <= BAND:
        mask = KEPT[bits][:rows, BAND - k : BAND - k + columns]
        return mask
    below = np.arange(k, k + rows)[:, None] >= np.arange(columns)
    mask = below * KEPT[bits][0, 0]
    return mask


def _masked(x: Array, mask: Array) -> Array:
    out = np.empty(x.shape, x.dtype)
    np.bitwise_and(x.view(mask.dtype), mask, out=out.view(mask.dtype))
    return out


def _bands(rows: int, columns: int, k: int) -> Iterator[tuple[Part, Corner | None]]:
    """Yield the rectangles of a lower triangle, band by band, and corners with their masks."""
    start, full = max(0, -k), min(rows, max(0, columns - 1 - k))
    while start < full:  # of these rows only a part belongs to it
        end = min(full, start + BAND)
        left, right = start + k + 1, min(columns, end + k)
        yield (..., slice(start, end), slice(left)), None
        corner = slice(end - start), slice(BAND + 1, BAND + 1 + right - left)
        yield (..., slice(start, end), slice(left, right)), corner
        start = end
    yield (..., slice(max(full, -k), None), EVERYTHING), None
