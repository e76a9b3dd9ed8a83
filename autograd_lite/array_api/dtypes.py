"""Element types: the standard's names for them, their limits, and questions about them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from autograd_lite import functions
from autograd_lite.array_api.constants import value_of
from autograd_lite.arrays import Array, as_dtype, to_device
from autograd_lite.functions.operands import library_among
from autograd_lite.graph.variable import Operand, Variable, leaf_from

__all__ = [
    "BOOLEANS",
    "COMPLEXES",
    "FLOATS",
    "INTEGERS",
    "UNSIGNED",
    "DType",
    "FloatLimits",
    "IntegerLimits",
    "ScalarType",
    "astype",
    "can_cast",
    "finfo",
    "iinfo",
    "isdtype",
    "result_type",
]

DType = np.dtype[Any]
ScalarType = type[np.generic]


def _named(*names: str) -> dict[str, ScalarType]:
    """Return NumPy's classes: ``dtype("float64") == None`` is true, of which programs trip."""
    return {name: np.dtype(name).type for name in names}


BOOLEANS = _named("bool")
INTEGERS = _named("int8", "int16", "int32", "int64")
UNSIGNED = _named("uint8", "uint16", "uint32", "uint64")
FLOATS = _named("float32", "float64")
COMPLEXES = _named("complex64", "complex128")


class FloatLimits(NamedTuple):
    """What a floating-point type can hold, as Python floats."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: DType


class IntegerLimits(NamedTuple):
    """What an integer type can hold, as Python integers."""

    bits: int
    max: int
    min: int
    dtype: DType


def finfo(type: npt.DTypeLike | Operand, /) -> FloatLimits:
    """Return the limits of a floating-point type, or of an array's; a complex one's parts.

    Examples
    --------
    >>> from autograd_lite import array_api as xp
    >>> xp.finfo(xp.float32).bits
    32
    """
    info: Any = np.finfo(_dtype_of(type, "finfo"))
    eps, greatest, least = float(info.eps), float(info.max), float(info.min)
    return FloatLimits(info.bits, eps, greatest, least, float(info.smallest_normal), info.dtype)


def iinfo(type: npt.DTypeLike | Operand, /) -> IntegerLimits:
    """Return the limits of an integer type, or of an array's.

    Examples
    --------
    >>> from autograd_lite import array_api as xp
    >>> xp.iinfo(xp.int8).max
    127
    """
    info: Any = np.iinfo(_dtype_of(type, "iinfo"))
    return IntegerLimits(info.bits, int(info.max), int(info.min), info.dtype)


def can_cast(from_: npt.DTypeLike | Operand, to: npt.DTypeLike, /) -> bool:
    """Return whether a type, or an array's, promotes to another."""
    return np.can_cast(_dtype_of(from_, "can_cast"), as_dtype(to, "can_cast"))


def result_type(*arrays_and_dtypes: Any) -> DType:
    """Return the type that arrays, Python numbers and types have in common."""
    return np.result_type(*[_type_or_number(x) for x in arrays_and_dtypes])


def isdtype(dtype: npt.DTypeLike, kind: Any) -> bool:
    """Return whether a type is of a kind: ``"real floating"``, a type, or a tuple of these."""
    return np.isdtype(as_dtype(dtype, "isdtype"), kind)


def astype(
    x: Operand, dtype: npt.DTypeLike, /, *, copy: bool = True, device: str | None = None
) -> Variable:
    """Return the same numbers in another type, and on another device if one is given.

    A gradient is converted back. Integers and booleans have none: they are a constant, as what
    ``trunc`` and ``x != 0`` give. `copy` False allows to return `x` itself.
    """
    wanted = as_dtype(dtype, "astype")
    if isinstance(x, Variable):
        x = x if device is None else functions.to(x, device)
        if x.dtype == wanted and not copy:
            return x
        if x.requires_grad and wanted.kind in "fc":
            return functions.astype(x, wanted)
    array: Array = library_among(value_of(x)).asarray(value_of(x)).astype(wanted)
    return leaf_from(array if device is None else to_device(array, device), requires_grad=False)


def _dtype_of(given: Any, what: str) -> DType:
    return given.dtype if isinstance(given, Variable | np.ndarray) else as_dtype(given, what)


def _type_or_number(given: Any) -> Any:
    return given.dtype if isinstance(given, Variable | np.ndarray | np.generic) else given
