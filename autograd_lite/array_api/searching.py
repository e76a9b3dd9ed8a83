"""Looking for elements, ordering them, counting them.

Places are integers and have no gradient. What is found there has: ``sort`` and ``unique_values``
take elements of `x`, and their gradients go back to where they came from.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from autograd_lite import functions
from autograd_lite.array_api.constants import as_constant, value_of
from autograd_lite.arrays import Array
from autograd_lite.functions.operands import library_among
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.variable import Operand, Variable

__all__ = [
    "UniqueAll",
    "UniqueCounts",
    "UniqueInverse",
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "count_nonzero",
    "nonzero",
    "searchsorted",
    "sort",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]

Axis = int | tuple[int, ...] | None


class UniqueAll(NamedTuple):
    """Distinct elements, where each comes first, which one stands at each place, how often."""

    values: Variable
    indices: Variable
    inverse_indices: Variable
    counts: Variable


class UniqueCounts(NamedTuple):
    """Distinct elements, and how often each occurs."""

    values: Variable
    counts: Variable


class UniqueInverse(NamedTuple):
    """Distinct elements, and which of them stands at each place."""

    values: Variable
    inverse_indices: Variable


def _reduced(name: str, x: Operand, axis: Axis, keepdims: bool) -> Variable:
    value = value_of(x)
    normalized_axes(axis, value.ndim, name)
    return as_constant(getattr(library_among(value), name)(value, axis=axis, keepdims=keepdims))


def all(x: Operand, /, *, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Return whether all elements along axes are true."""
    return _reduced("all", x, axis, keepdims)


def any(x: Operand, /, *, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Return whether an element along axes is true."""
    return _reduced("any", x, axis, keepdims)


def argmax(x: Operand, /, *, axis: int | None = None, keepdims: bool = False) -> Variable:
    """Return where the greatest element is, the first of equal ones."""
    return _reduced("argmax", x, axis, keepdims)


def argmin(x: Operand, /, *, axis: int | None = None, keepdims: bool = False) -> Variable:
    """Return where the least element is, the first of equal ones."""
    return _reduced("argmin", x, axis, keepdims)


def count_nonzero(x: Operand, /, *, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Return how many elements along axes are not zero."""
    return _reduced("count_nonzero", x, axis, keepdims)


def nonzero(x: Operand, /) -> tuple[Variable, ...]:
    """Return the places of elements that are not zero, by axis."""
    value = value_of(x)
    return tuple([as_constant(places) for places in library_among(value).nonzero(value)])


def searchsorted(
    x1: Operand,
    x2: Operand,
    /,
    *,
    side: Literal["left", "right"] = "left",
    sorter: Operand | None = None,
) -> Variable:
    """Return where the elements of `x2` would stand in the ordered `x1`."""
    line, wanted, order = value_of(x1), value_of(x2), value_of(sorter)
    return as_constant(library_among(line).searchsorted(line, wanted, side=side, sorter=order))


def argsort(
    x: Operand, /, *, axis: int = -1, descending: bool = False, stable: bool = True
) -> Variable:
    """Return the places of the elements along an axis in their order."""
    value = value_of(x)
    return as_constant(_order(value, axis, descending, stable))


def sort(
    x: Operand, /, *, axis: int = -1, descending: bool = False, stable: bool = True
) -> Variable:
    """Return the elements in their order along an axis; gradients go back to their places.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite import array_api as xp
    >>> x = ag.Variable([3.0, 1.0, 2.0])
    >>> xp.sort(x, descending=True)[0].backward()
    >>> print(x.grad)
    [1. 0. 0.]
    """
    if value_of(x).size == 0:
        return functions.reshape(x, value_of(x).shape)
    order = _order(value_of(x), axis, descending, stable)
    return functions.take_along_axis(x, order, axis=axis)


def unique_values(x: Operand, /) -> Variable:
    """Return the distinct elements; the gradient of each goes to where it comes first."""
    return unique_all(x).values


def unique_counts(x: Operand, /) -> UniqueCounts:
    """Return the distinct elements, and how often each occurs."""
    found = unique_all(x)
    return UniqueCounts(found.values, found.counts)


def unique_inverse(x: Operand, /) -> UniqueInverse:
    """Return the distinct elements, and which of them stands at each place."""
    found = unique_all(x)
    return UniqueInverse(found.values, found.inverse_indices)


def unique_all(x: Operand, /) -> UniqueAll:
    """Return the distinct elements in order, each NaN by itself, with all that is known of them."""
    value = value_of(x)
    _, first, inverse, counts = library_among(value).unique(
        value,
        return_index=True,
        return_inverse=True,
        return_counts=True,
        equal_nan=False,
    )
    plain = [as_constant(part) for part in (first, inverse.reshape(value.shape), counts)]
    return UniqueAll(functions.take(x, first), *plain)


def _order(value: Array, axis: int, descending: bool, stable: bool) -> Array:
    """Return the order along an axis; equal elements keep theirs, also in descending order."""
    normalized_axes(axis, value.ndim, "sort")
    xp = library_among(value)
    options: dict[str, Any] = {"axis": axis, "kind": "stable" if stable else None}
    if not descending:
        return xp.argsort(value, **options)
    backward = xp.argsort(xp.flip(value, axis), **options)
    order: Array = value.shape[axis] - 1 - xp.flip(backward, axis)
    return order
