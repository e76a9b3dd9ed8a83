"""Constant arguments: conditions, labels, counts, as private arrays beside the operands."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any

from autograd_lite.arrays import (
    Array,
    Namespace,
    as_array,
    enter,
    frozen,
    is_array,
    namespace,
    private,
)
from autograd_lite.errors import DeviceError, OperandError
from autograd_lite.graph.variable import Variable

__all__ = ["beside", "integer", "number"]


def beside(value: object, operands: Sequence[object], what: str) -> Array:
    """Return a constant argument as a private array in the library of the first array operand.

    Raises
    ------
    OperandError
        If it is a Variable that requires a gradient: a constant argument would cut its graph.
    DeviceError
        If it is an array of another library than the operands'.
    """
    if isinstance(value, Variable):
        if value.requires_grad:
            msg = f"{what} cannot be differentiated; pass a plain array, for example v.data."
            raise OperandError(msg)
        value = enter(value._data, value)
    array = as_array(value, what=what)  # through the gate
    library = _library_of(operands)
    if library is None:
        return private(array)
    if not is_array(value):
        return library.asarray(frozen(array))  # it may be a view of what `value` is
    if namespace(array) is not library:
        msg = (
            f"{what} lives in {namespace(array).library}, the operand in {library.library}; "
            "move one of them, for example with ag.arrays.to_device(array, device)."
        )
        raise DeviceError(msg)
    return private(array)


def integer(value: object, what: str) -> int:
    """Return a count, an axis or a length as an int.

    Raises
    ------
    OperandError
        If it is not an integer.
    """
    try:
        return index(value)  # type: ignore[arg-type]
    except TypeError as error:
        msg = f"{what}: {value!r:.40} is not an integer; pass an int."
        raise OperandError(msg) from error


def number(value: object, what: str) -> float:
    """Return a slope, a share or a bound as a Python float, which promotes no float32.

    Raises
    ------
    OperandError
        If it is not a number.
    """
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:  # a text
        msg = f"{what}={value!r:.40} is not a number; pass a float."
        raise OperandError(msg) from error


def _library_of(operands: Sequence[object]) -> Namespace | None:
    """Return the library of the first operand that is an array; None for numbers and lists."""
    for operand in operands:
        data: Any = operand._data if isinstance(operand, Variable) else operand
        if is_array(data):
            return namespace(enter(data, operand))
    return None
