"""The kernels: what rules need beyond NumPy's names, written once for every library.

Each takes the library's module first; :func:`bound` fixes it. NumPy alone gets
spellings of its own for a few (:func:`numpy_only`), each with its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from autograd_lite.arrays.libraries import Array

Index: TypeAlias = Any  # whatever `array[...]` takes
HALF = np.dtype(np.float16)
add_reduce: Any = np.add.reduce
maximum_reduce: Any = np.maximum.reduce
minimum_reduce: Any = np.minimum.reduce
Axis: TypeAlias = int | tuple[int, ...] | None

__all__ = ["bound", "numpy_only"]


def sum_to(add_up: Callable[..., Array], x: Array, shape: tuple[int, ...]) -> Array:
    """Sum `x` over the axes along which an array of `shape` would be broadcast to it."""
    if x.shape == shape:
        return x
    extra = x.ndim - len(shape)
    stretched = tuple(
        axis + extra for axis, size in enumerate(shape) if size == 1 and x.shape[axis + extra] != 1
    )
    total = add_up(x, (*range(extra), *stretched), keepdims=True)
    return total.reshape(shape)


def wide_sum(xp: Any, x: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """Sum with float16 accumulated in float32, so that thousands of terms do not stall."""
    if x.dtype == np.float16:
        total: Array = xp.sum(x, axis=axis, dtype=np.float32, keepdims=keepdims)
        return total.astype(np.float16)
    plain: Array = xp.sum(x, axis=axis, keepdims=keepdims)
    return plain


def wide_mean(xp: Any, x: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """Average; float16 is summed and divided in float32, so that large sums do not overflow."""
    kind = np.float32 if x.dtype == np.float16 else None
    average: Array = xp.mean(x, axis=axis, dtype=kind, keepdims=keepdims)
    return average if kind is None else average.astype(np.float16)


def widened(xp: Any, x: Array) -> Array:
    """Return float16 as float32, for sums on the way to a result; all else as it is."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def scatter_add(xp: Any, x: Array, index: Index, shape: tuple[int, ...]) -> Array:
    """Return zeros of `shape` with `x` added at `index`; repeated places add up."""
    out: Array
    if selects_once(index):
        out = xp.zeros(shape, dtype=x.dtype)
        out[index] = x
        return out
    half = x.dtype == np.float16  # is added up in float32, as sums are
    out = xp.zeros(shape, dtype=np.float32 if half else x.dtype)
    xp.add.at(out, index, x.astype(out.dtype))
    return out.astype(x.dtype) if half else out


def selects_once(index: Index) -> bool:
    """Whether an index reaches no element twice: everything but integer arrays and lists."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or isinstance(part, int | slice | np.integer)
        or getattr(part, "dtype", None) == np.bool_
        for part in parts
    )


def holds_nan(xp: Any, x: Array) -> bool:
    """Say False: where no flag is raised, the walk looks at everything anyway."""
    return False


def numpy_holds_nan(x: Array) -> bool:
    """Whether an array holds NaN: its smallest element is NaN then, and no flag goes up."""
    if not x.size:
        return False
    smallest = minimum_reduce(x, None)
    return bool(smallest != smallest)


def sigmoid(xp: Any, x: Array) -> Array:
    """Return 1 / (1 + exp(-x)): all digits where the result is tiny, 0 where exp overflows."""
    smooth: Array = 1 / (1 + xp.exp(-x))
    return smooth


def numpy_sigmoid(x: Array) -> Array:
    """``sigmoid`` without NumPy's warning about the overflow, which is harmless here."""
    with np.errstate(over="ignore"):
        return sigmoid(np, x)


def numpy_sum(x: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """``numpy.sum`` without its Python wrapper (0.9 µs for 2.0 µs on 32 elements)."""
    if x.dtype is HALF:
        total: Array = add_reduce(x, axis, np.float32, None, keepdims)
        return total.astype(np.float16)
    plain: Array = add_reduce(x, axis, None, None, keepdims)
    return plain


def numpy_mean(x: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """``numpy.mean`` without its Python wrapper (3 µs less)."""
    half = x.dtype is HALF
    total: Any = add_reduce(x, axis, np.float32 if half else None, None, keepdims)
    count = x.size if axis is None else x.size / total.size if total.size else 1.0
    average: Array = total / count
    return average.astype(np.float16) if half else average


def numpy_max(x: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """``numpy.max`` without its Python wrapper (1.3 µs less)."""
    largest: Array = maximum_reduce(x, axis, None, None, keepdims)
    return largest


def numpy_broadcast_to(x: Array, shape: tuple[int, ...]) -> Array:
    """``numpy.broadcast_to`` with a short cut for one element (0.3 µs for 2.3 µs)."""
    if x.ndim == 0 and type(x) is np.ndarray:
        view: Array = np.ndarray(shape, x.dtype, x, 0, (0,) * len(shape))
        view.flags.writeable = False
        return view
    return np.broadcast_to(x, shape)


def bound(module: Any) -> dict[str, Callable[..., Any]]:
    """Return the kernels of one library by name."""
    return {
        "mean": partial(wide_mean, module),
        "sum": partial(wide_sum, module),
        "sum_to": partial(sum_to, partial(wide_sum, module)),
        "widened": partial(widened, module),
        "holds_nan": partial(holds_nan, module),
        "scatter_add": partial(scatter_add, module),
        "sigmoid": partial(sigmoid, module),
    }


def numpy_only() -> dict[str, Callable[..., Any]]:
    """Return the kernels that NumPy spells in its own way."""
    return {
        "broadcast_to": numpy_broadcast_to,
        "holds_nan": numpy_holds_nan,
        "max": numpy_max,
        "mean": numpy_mean,
        "sigmoid": numpy_sigmoid,
        "sum": numpy_sum,
        "sum_to": partial(sum_to, numpy_sum),
    }
