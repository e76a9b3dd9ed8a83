"""From what a user passes to an array that the engine owns: coercion, refusals, private copies."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays.gate import enter
from autograd_lite.arrays.libraries import LIBRARIES, Array, namespace
from autograd_lite.errors import DTypeError, OperandError, ShapeError

__all__ = [
    "DTypeLike",
    "as_array",
    "as_dtype",
    "frozen",
    "is_array",
    "private",
    "read_only",
    "scalar",
]

DTypeLike: TypeAlias = npt.DTypeLike
_NUMBERS = "fiubc"  # the kinds of dtypes: floats, integers with and without sign, truths, complex


def is_array(x: object) -> bool:
    """Whether `x` is an array of a known library (not a subclass of it)."""
    kind = type(x)
    return kind in LIBRARIES or kind.__module__.partition(".")[0] == "cupy"


def as_array(data: object, dtype: DTypeLike | None = None, *, what: str = "Variable") -> Array:
    """Return `data` as an array of its own library: shared where it is one, else a new one.

    Parameters
    ----------
    data : array, number or nested sequence of numbers
    dtype : dtype, optional
        Converts; None keeps the data's own.
    what : str
        Who asks, for messages.

    Raises
    ------
    OperandError
        For masked arrays, matrices and other things that are no array.
    ShapeError
        For a ragged list.
    DTypeError
        For objects, strings, dates and records.
    """
    if _loses_meaning(data):
        msg = (
            f"{what}: a {type(data).__name__} would lose its meaning in an ordinary array; "
            "pass numpy.asarray(x), or x.filled(value) for a masked array."
        )
        raise OperandError(msg)
    if is_array(data):
        array: Array = enter(data)  # type: ignore[arg-type]
        namespace(array)
    else:
        array = _convert(data, what)
    wanted = array.dtype if dtype is None else as_dtype(dtype, what)
    if array.dtype.kind not in _NUMBERS or wanted.kind not in _NUMBERS:
        unfit = wanted if array.dtype.kind in _NUMBERS else array.dtype
        msg = (
            f"{what}: dtype {unfit} is not supported; "
            "pass numbers, for example numpy.asarray(x, dtype=float)."
        )
        raise DTypeError(msg)
    if array.dtype.kind == "c" and wanted.kind != "c":
        msg = (
            f"{what}: {array.dtype} data as {wanted} would lose its imaginary part; pass its .real."
        )
        raise DTypeError(msg)
    if dtype is None:
        return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    return array.astype(wanted, copy=False)


def _loses_meaning(data: object) -> bool:
    """Whether an array is masked or a matrix; numpy.ma takes 8 ms to import, so not sooner."""
    if not isinstance(data, np.ndarray) or type(data) is np.ndarray:
        return False
    return isinstance(data, np.ma.MaskedArray | np.matrix)


def as_dtype(dtype: DTypeLike, what: str) -> np.dtype[np.generic]:
    """Return a dtype, or raise in the family."""
    try:
        return np.dtype(dtype)
    except TypeError as error:
        msg = f"{what}: {dtype!r:.40} is no dtype; pass float, 'float32' or numpy.float32."
        raise DTypeError(msg) from error


def _convert(data: object, what: str) -> Array:
    """Build a NumPy array from numbers, lists and things that offer ``__array__``."""
    try:
        return np.asarray(data)
    except ValueError as error:
        msg = f"{what}: the nested list is ragged ({error}); make every row the same length."
        raise ShapeError(msg) from error


def scalar(value: complex, dtype: npt.DTypeLike) -> Array:
    """Return a Python number as a read-only 0-d array.

    Raises
    ------
    DTypeError
        If the dtype cannot hold it.
    """
    try:
        array = np.array(value, dtype)
    except OverflowError as error:
        msg = f"a number does not fit beside an array of dtype {np.dtype(dtype)} ({error})."
        raise DTypeError(msg) from error
    array.flags.writeable = False
    return array


def immutable(x: Array) -> bool:
    """Whether an array and its whole base chain are read-only NumPy memory."""
    link: object = x
    while isinstance(link, np.ndarray):
        if link.flags.writeable:
            return False
        link = link.base
    return link is None or isinstance(link, bytes)


def private(x: Array) -> Array:
    """Return `x` if nobody can write into it, else a copy: what a rule will read again."""
    return x if immutable(x) else x.copy()


def frozen(x: Array) -> Array:
    """Return a copy that nobody can write into."""
    copied = x.copy()
    if type(copied) is np.ndarray:
        copied.flags.writeable = False
    return copied


def read_only(x: Array) -> Array:
    """Return a view that refuses writes; a copy where the library has no such views.

    The view stands on a read-only memoryview, so that its flag cannot be switched back.
    """
    if type(x) is not np.ndarray:
        own = getattr(x, "read_only", None)  # of what is traced
        return x.copy() if own is None else own()
    return np.asarray(memoryview(x).toreadonly())  # type: ignore[arg-type]
