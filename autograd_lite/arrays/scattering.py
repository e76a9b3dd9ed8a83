"""Scattering: gradients back to the places that an index picked, added up where they repeat.

Every library takes :func:`scatter_add`. NumPy adds fast along one axis only, so that for it
(:func:`numpy_scatter_add`) every index becomes places in flat memory, and the rows of a table
(embeddings) are sorted first, so that whole rows are added at once.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from types import EllipsisType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from autograd_lite.arrays.libraries import Array

__all__ = [
    "numpy_places_along",
    "numpy_scatter_add",
    "numpy_within",
    "places_along",
    "scatter_add",
    "within",
]

Index: TypeAlias = Any  # whatever `array[...]` takes
Shape: TypeAlias = tuple[int, ...]

minimum_reduce: Any = np.minimum.reduce
maximum_reduce: Any = np.maximum.reduce

HALF = np.dtype(np.float16)
EVERYTHING = slice(None)
SMALL = 256  # elements: up to here add.at is as fast at any index
WIDE = 8  # elements: lines from this width on are added whole, narrower ones element by element
MANY = 8192  # elements: sorting pays from here on
FEW = 32  # lines: fewer of one rank are left to one sum each
SPARSE = 4  # places for each one that is reached: from here on they are written into zeros
_BASIC = (int, slice, type(None), EllipsisType, np.integer)


def scatter_add(xp: Any, x: Array, index: Index, shape: Shape) -> Array:
    """Return zeros of `shape` with `x` added at `index`; repeated places add up."""
    out: Array
    if selects_once(index):
        out = xp.zeros(shape, dtype=x.dtype)
        out[index] = x
        return out
    half = x.dtype == HALF  # is added up in float32, as sums are
    out = xp.zeros(shape, dtype=np.float32 if half else x.dtype)
    xp.add.at(out, index, x.astype(out.dtype))
    return out.astype(x.dtype) if half else out


def selects_once(index: Index) -> bool:
    """Whether an index reaches no element twice: everything but integer arrays and lists."""
    parts = index if type(index) is tuple else (index,)
    return all([isinstance(part, _BASIC) or _is_mask(part) for part in parts])


def _is_whole(part: Any) -> bool:
    return type(part) is np.ndarray and part.dtype.kind in "iu"


def _is_mask(part: Any) -> bool:
    return getattr(part, "dtype", None) == np.bool_


def numpy_scatter_add(x: Array, index: Index, shape: Shape) -> Array:
    """``scatter_add`` for NumPy, whose ``add.at`` is fast on flat arrays alone."""
    if selects_once(index):
        zeros: Array = np.zeros(shape, x.dtype)
        zeros[index] = x
        return zeros
    if x.dtype == HALF:
        return _added(x.astype(np.float32), index, shape).astype(HALF)
    return _added(x, index, shape)


def _added(x: Array, index: Index, shape: Shape) -> Array:
    if x.size <= SMALL:
        out: Array = np.zeros(shape, x.dtype)
        np.add.at(out, index, x)
        return out
    axis, rows = _along_one_axis(index)
    if rows is None or rows.dtype.kind not in "iu":
        return _anywhere(x, index, shape)
    rows = rows.reshape(-1).astype(np.intp, copy=False)  # a product of short ones would overflow
    if x.size >= MANY and (axis or prod(shape[1:]) >= WIDE):
        lines = x.reshape(*shape[:axis], rows.size, *shape[axis + 1 :])
        return _whole_lines(lines, _positive(rows, shape[axis]), axis, shape[axis])
    return _flat(x, _places(rows, shape, axis), shape)


def _along_one_axis(index: Index) -> tuple[int, Array | None]:
    """Return the axis and the index of `x[:, :, rows]`; None for other indices."""
    if type(index) is np.ndarray:
        return 0, index
    if type(index) is not tuple or not index or type(index[-1]) is not np.ndarray:
        return 0, None
    whole = all([type(part) is slice and part == EVERYTHING for part in index[:-1]])
    return len(index) - 1, index[-1] if whole else None


def _places(rows: Array, shape: Shape, axis: int) -> Array:
    """Return where `x[:, :, rows]` lies in flat memory."""
    before, length, width = prod(shape[:axis]), shape[axis], prod(shape[axis + 1 :])
    if before != 1:  # of one block, rows below 0 are at the end of the memory
        starts = np.arange(0, before * length, length)
        rows = starts[:, None] + _positive(rows, length)
    return rows if width == 1 else rows[..., None] * width + np.arange(width)


def _positive(rows: Array, length: int) -> Array:
    if rows.size and rows.min() < 0:
        counted: Array = np.where(rows < 0, rows + length, rows)
        return counted
    return rows


def _flat(values: Array, places: Array, shape: Shape) -> Array:
    out: Array = np.zeros(shape, values.dtype)
    np.add.at(out.reshape(-1), places.reshape(-1), values.reshape(-1))
    return out


def _anywhere(values: Array, index: Index, shape: Shape) -> Array:
    """Add at any index: at the places that the same index picks from the numbers 0, 1, 2, …."""
    size = prod(shape)
    if type(index) is tuple and len(index) == len(shape) and all([_is_whole(i) for i in index]):
        places: Any = 0
        for rows, length in zip(index, shape, strict=True):
            places = places * length + _positive(rows.astype(np.intp, copy=False), length)
        return _flat(values, np.broadcast_to(places, values.shape), shape)
    if values.size * WIDE < size:
        out: Array = np.zeros(shape, values.dtype)
        np.add.at(out, index, values)
        return out
    return _flat(values, np.arange(size).reshape(shape)[index], shape)


def _whole_lines(x: Array, rows: Array, axis: int, length: int) -> Array:
    """Add lines: the first of each place, the second of each, …, then what the last few still have.

    The places with most lines come first, so that every round adds to a leading block. At the end
    the result is picked from the sums and one line of zeros.
    """
    before: Any = (EVERYTHING,) * axis
    order = _sorting(rows, length)
    ordered = rows[order]
    new = np.empty(ordered.shape, np.bool_)
    new[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    starts = new.nonzero()[0]
    counts = np.diff(starts, append=ordered.size)
    most = int(counts.max())
    if most > 1:
        by_count = _sorting(most - counts, most)
        starts, counts = starts[by_count], counts[by_count]
    longer = counts.size - np.bincount(counts).cumsum()  # how many places have more than i lines
    total = x.take(order[np.append(starts, 0)], axis)
    total[(*before, -1)] = 0
    done = 1
    while longer[done] >= FEW or done < most <= FEW:
        block: Array = total[(*before, slice(longer[done]))]
        block += x.take(order[starts[: longer[done]] + done], axis)
        done += 1
    for i in range(longer[done]):
        rest = x.take(order[starts[i] + done : starts[i] + counts[i]], axis)
        total[(*before, i)] += rest.sum(axis)
    places = ordered[starts]
    if starts.size * SPARSE < length:
        out: Array = np.zeros((*x.shape[:axis], length, *x.shape[axis + 1 :]), x.dtype)
        out[(*before, places)] = total[(*before, slice(-1))]
        return out
    picked = np.full(length, starts.size)
    picked[places] = np.arange(starts.size)
    found: Array = total.take(picked, axis)
    return found


def _sorting(keys: Array, below: int) -> Array:
    """Return a stable order of whole numbers from 0, 16 bits at a time: NumPy's fastest sort."""
    order: Array = keys.astype(np.uint16).argsort(kind="stable")
    bits = 16
    while below >> bits:
        order = order[(keys[order] >> bits).astype(np.uint16).argsort(kind="stable")]
        bits += 16
    return order


def within(index: Array, low: int, high: int) -> Any:
    """Whether every element of an integer array is at least `low` and less than `high`."""
    return ((index >= low) & (index < high)).all()


def numpy_within(index: Array, low: int, high: int) -> bool:
    """``within`` in two passes without temporaries."""
    if not index.size:
        return True
    return bool(minimum_reduce(index, None) >= low and maximum_reduce(index, None) < high)


def places_along(xp: Any, index: Array, shape: Shape, axis: int) -> Array:
    """Return where an index along an axis points to in the flat memory of an array of a shape.

    The other axes of both broadcast, as those of ``take_along_axis`` do.
    """
    stride = prod(shape[axis + 1 :])
    places: Array = (index + (index < 0) * shape[axis]) * stride
    return places + _line_starts(xp, shape, axis)


def numpy_places_along(index: Array, shape: Shape, axis: int) -> Array:
    """``places_along`` with as few passes as there are things to do."""
    stride = prod(shape[axis + 1 :])
    places = _positive(index, shape[axis])
    if stride != 1:
        places = places * stride
    small = prod(shape) <= MANY
    return places + (_known_starts(shape, axis) if small else _line_starts(np, shape, axis))


@lru_cache(maxsize=64)
def _known_starts(shape: Shape, axis: int) -> Array:
    return _line_starts(np, shape, axis)


def _line_starts(xp: Any, shape: Shape, axis: int) -> Array:
    """Return where the lines along an axis start, with that axis of length 1."""
    ndim, stride = len(shape), 1
    starts: Array = xp.zeros((1,) * ndim, dtype=np.intp)
    for i in range(ndim - 1, -1, -1):
        if i != axis and shape[i] != 1:
            here = xp.arange(shape[i]) * stride
            starts = starts + here.reshape(-1, *(1,) * (ndim - 1 - i))
        stride *= shape[i]
    return starts
