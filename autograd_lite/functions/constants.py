"""Constant arguments: conditions, labels, counts, as private arrays beside the operands."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lite.arrays import Array, as_array, is_array, namespace, private
from autograd_lite.errors import OperandError
from autograd_lite.graph.variable import Variable

__all__ = ["beside"]


def beside(value: object, operands: Sequence[object], what: str) -> Array:
    """Return a constant argument as a private array in the library of the first array operand.

    Raises
    ------
    OperandError
        If it is a Variable that requires a gradient: a constant argument would cut its graph.
    """
    if isinstance(value, Variable):
        if value.requires_grad:
            msg = f"{what} cannot be differentiated; pass a plain array, for example v.data."
            raise OperandError(msg)
        value = value._data
    array = as_array(value, what=what)
    if is_array(value):
        return private(array)
    for operand in operands:
        data = operand._data if isinstance(operand, Variable) else operand
        if is_array(data):
            return namespace(data).asarray(array)
    return array
