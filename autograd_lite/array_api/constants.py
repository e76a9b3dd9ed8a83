"""Values without a gradient: out of Variables, and back as constant Variables.

Code written for the standard asks all its arrays together for their namespace, so what a function
of the namespace returns is a Variable too: integers and booleans, which carry no gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_lite.arrays import Array, enter, is_array
from autograd_lite.functions.operands import library_among
from autograd_lite.graph.variable import Operand, Variable, constant

__all__ = ["as_constant", "of_one", "of_two", "value_of"]


def value_of(x: Any) -> Any:
    """Return the array of a Variable; anything else as it is."""
    return enter(x._data, x) if isinstance(x, Variable) else x


def as_constant(result: Any) -> Variable:
    """Return an array, or a number that a library made of it, as a Variable without gradient."""
    array: Array = result if is_array(result) else library_among(result).asarray(result)
    return constant(array)


def of_one(name: str) -> Callable[[Operand], Variable]:
    """Return a function of the standard whose result depends on one array but has no slope."""

    def function(x: Operand, /) -> Variable:
        value = value_of(x)
        return as_constant(getattr(library_among(value), name)(value))

    return _named(function, name)


def of_two(name: str) -> Callable[[Operand, Operand], Variable]:
    """Return a function of the standard of two arrays, or an array and a number."""

    def function(x1: Operand, x2: Operand, /) -> Variable:
        first, second = value_of(x1), value_of(x2)
        return as_constant(getattr(library_among(first, second), name)(first, second))

    return _named(function, name)


def _named(function: Callable[..., Variable], name: str) -> Callable[..., Variable]:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Return NumPy's ``{name}`` of the values: a Variable without gradient."
    return function
