"""Entry: what composed functions take in; nested lists of Variables become one Variable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy.typing as npt

from autograd_lite.arrays import as_array, as_dtype, is_array, private
from autograd_lite.functions.conversion import astype
from autograd_lite.functions.joining import stack
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable, constant

__all__ = ["array", "asarray", "copy"]

Nested: TypeAlias = Operand | Sequence["Nested"]


@composed(
    cases=(
        Case([A(), A()]),
        Case([[A(), A()], [A(), A()]]),
        Case([A(3), A(3)], "float64"),
        Case([(A(), 2.0), [0.5, A()]]),
        Case(A(2, 3)),
    ),
    points=(
        At(
            [[X(1.0), 2.0], [3.0, X(4.0)]],
            gives=[[1, 2], [3, 4]],
            arriving=[[5, 6], [7, 8]],
            slopes=(5, 8),
        ),
    ),
)
def array(object: Nested, dtype: npt.DTypeLike | None = None) -> Variable:
    """Make one Variable of nested lists or tuples of Variables, arrays and numbers.

    ``numpy.array`` cannot do this: it asks every Variable for its plain value.

    Parameters
    ----------
    object : Variable, array, number or nested sequence of them
        Every list stacks its items, which have one shape, along a new first axis.
    dtype : dtype, optional

    Returns
    -------
    Variable
        With memory of its own.

    Raises
    ------
    ShapeError
        If the items of a list have different shapes.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> a, b = ag.Variable(1.0), ag.Variable(2.0)
    >>> ag.array([[a, b], [0.0, a * b]])
    Variable([[1., 2.],
              [0., 2.]])
    """
    if not _holds_arrays(object):
        return constant(as_array(object, dtype, what="array").copy())
    whole = _stacked(object)
    wanted = whole.dtype if dtype is None else dtype
    fresh = whole is not object and as_dtype(wanted, "array") == whole.dtype
    return whole if fresh else astype(whole, wanted)


def asarray(x: Nested, dtype: npt.DTypeLike | None = None) -> Variable:
    """Return a Variable: the same one, unless it has another dtype; all else as ``array`` does.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, 2.0])
    >>> ag.asarray(x) is x
    True
    >>> ag.asarray([x, x]).shape
    (2, 2)
    """
    if isinstance(x, list | tuple) and _holds_arrays(x):
        return array(x, dtype)
    if not isinstance(x, Variable):
        return constant(private(as_array(x, dtype, what="asarray")))
    if dtype is None or as_dtype(dtype, "asarray") == x.dtype:
        return x
    return astype(x, dtype)


@composed(
    cases=(Case(A(3, 4)), Case(A())),
    points=(At(X([1.0, 2.0]), gives=[1, 2], arriving=[3, 4], slopes=([3, 4],)),),
)
def copy(a: Operand) -> Variable:
    """Copy into memory of its own; the gradient goes back as it is.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.copy(ag.Variable([1.0, 2.0]))
    Variable([1., 2.])
    """
    whole = asarray(a)
    return astype(whole, whole.dtype)


def _holds_arrays(value: object) -> bool:
    """Whether nested sequences hold more than numbers."""
    if isinstance(value, list | tuple):
        return any([_holds_arrays(part) for part in value])
    return isinstance(value, Variable) or is_array(value)


def _stacked(value: Any) -> Any:
    """Return nested sequences as one operand, each list stacked by one operation."""
    if isinstance(value, list | tuple) and _holds_arrays(value):
        return stack([_stacked(part) for part in value])
    return value
