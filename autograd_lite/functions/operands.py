"""Operands of composed functions: as Variables, and their values where only those matter."""

from __future__ import annotations

from typing import Any

from autograd_lite.arrays import NUMPY, Array, Namespace, as_array, enter, is_array, namespace
from autograd_lite.errors import DeviceError
from autograd_lite.functions.constants import beside
from autograd_lite.graph.variable import Operand, Variable, constant

__all__ = [
    "fractional",
    "library_among",
    "library_of",
    "require_one_library",
    "values",
    "variable",
    "variables",
]


def variable(x: Operand, what: str) -> Variable:
    """Return the only operand of a function as a Variable."""
    return x if isinstance(x, Variable) else constant(as_array(x, what=what))


def variables(what: str, *operands: Operand) -> tuple[Variable, ...]:
    """Return operands as Variables: arrays copied, numbers in the dtype of the first array."""
    return tuple([_beside(x, operands, what) for x in operands])


def values(x: Operand, what: str) -> Array:
    """Return the elements of an operand, for what has no slope in them: order, places, signs."""
    return enter(x._data, x) if isinstance(x, Variable) else as_array(x, what=what)


def _beside(x: Operand, operands: tuple[Operand, ...], what: str) -> Variable:
    if isinstance(x, Variable):
        return x
    array = beside(x, operands, f"{what}: an operand")
    if type(x) in (float, int):
        given: Any = [getattr(y, "dtype", None) for y in operands]
        floating = [dtype for dtype in given if dtype is not None and dtype.kind == "f"]
        array = array.astype(floating[0] if floating else array.dtype)
    return constant(array)


def fractional(x: Any) -> Any:
    """Return integers and truths as float64, which holds their quotients; all else as it is."""
    return x if x.dtype.kind in "fc" else x.astype(float)


def library_among(*values: Any) -> Namespace:
    """Return the library of the first array among values; NumPy where there is none."""
    for value in values:
        if is_array(value):
            return namespace(value)
    return NUMPY


def library_of(x: Variable) -> Any:
    """Return the namespace of an operand's values."""
    return namespace(enter(x._data, x))


def require_one_library(what: str, *operands: Variable) -> None:
    """Require operands of one library, where their values meet before any operation.

    Raises
    ------
    DeviceError
        If they live in different ones.
    """
    homes = dict.fromkeys([library_of(x).library for x in operands])
    if len(homes) > 1:
        msg = (
            f"{what}: the operands live in different array libraries ({', '.join(homes)}); move "
            "them to one device with .to('cpu') or .to('cuda')."
        )
        raise DeviceError(msg)
