"""Applying: functions to pieces of an array by condition, and to one vector after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import neg
from typing import Any, TypeAlias

from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions.arithmetic import add
from autograd_lite.functions.axes import moveaxis
from autograd_lite.functions.constants import beside, integer
from autograd_lite.functions.conversion import astype
from autograd_lite.functions.entry import array, asarray
from autograd_lite.functions.indexing import getitem, scatter_add
from autograd_lite.functions.operands import variables
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.functions.shapes import broadcast_to, reshape
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["apply_along_axis", "piecewise"]

Choice: TypeAlias = Callable[..., Any] | Operand


def _twice(x: Any) -> Any:
    return x + x


def _squared(x: Any) -> Any:
    return x * x


@composed(
    cases=(
        Case(A(3), ([True, False, False], [False, True, False]), (_twice, _squared)),
        Case(A(3), ([True, False, False], [True, True, False]), (_twice, _squared, 0.5)),
    ),
    points=(
        At(X([2.0, 3.0]), ([True, False],), (neg, 1.0), gives=[-2, 1], slopes=([-1, 0],)),
    ),
)  # fmt: skip
def piecewise(
    x: Operand, condlist: Sequence[Any], funclist: Sequence[Choice], *args: Any, **kw: Any
) -> Variable:
    """Compute each element by the function of its condition: the last one that holds.

    Parameters
    ----------
    x : Variable or array
    condlist : sequence of bool array
        In the shape of `x`; or one such array alone.
    funclist : sequence of callable, Variable, array or number
        One for each condition, and perhaps one more for where none holds (0 by default). A
        function is given the elements of its piece as a vector, and `args` and `kw`.

    Raises
    ------
    ArgumentError
        If there is another number of functions.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([-2.0, 0.0, 4.0])
    >>> ag.piecewise(x, [x < 0, x >= 0], [lambda piece: -piece, ag.sqrt])
    Variable([2., 0., 2.])
    """
    whole = asarray(x)
    condlist = _listed(condlist, whole)
    if not len(condlist) or len(funclist) - len(condlist) not in (0, 1):
        msg = (
            f"piecewise: {len(funclist)} functions for {len(condlist)} conditions; "
            "pass one for each, and at most one more; one condition at least."
        )
        raise ArgumentError(msg)
    masks = [beside(condition, (whole,), "piecewise: condition") for condition in condlist]
    free: Any = masks[0] | True
    parts = []
    for mask, function in reversed(list(zip(masks, funclist, strict=False))):
        parts.append(_piece(whole, mask & free, function, args, kw))  # of two that hold, the last
        free = free & ~mask
    if len(funclist) > len(condlist):
        parts.append(_piece(whole, free, funclist[-1], args, kw))
    return reduce(add, parts)


def _listed(condlist: Any, x: Variable) -> Sequence[Any]:
    """Return the conditions as a sequence: one alone, array or list of truths, in a list."""
    if getattr(condlist, "ndim", None) == 0 or isinstance(condlist, bool):
        return [condlist]
    alone = x.ndim and len(condlist) and _is_truth(condlist[0])
    return [condlist] if alone else condlist


def _is_truth(value: Any) -> bool:
    return not isinstance(value, list | tuple) and getattr(value, "ndim", 0) == 0


def _piece(x: Variable, mask: Any, function: Choice, args: Any, kw: Any) -> Variable:
    """Return what a function makes of some elements, in their places among zeros."""
    part = getitem(x, mask)
    made = function(part, *args, **kw) if callable(function) else function
    (_, made) = variables("piecewise: function", x, made)
    made = broadcast_to(astype(made, x.dtype), part.shape)
    return scatter_add(made, mask, x.shape)


def _product(x: Any) -> Any:
    return x[0] * x[-1]


@composed(
    cases=(
        Case(_product, 0, A(3, 2)),
        Case(_squared, -1, A(2, 3)),
        Case(_twice, 1, A(2, 3, 2)),
    ),
    points=(At(neg, 1, X([[2.0, 3.0]]), gives=[[-2, -3]], slopes=([[-1, -1]],)),),
)
def apply_along_axis(
    func1d: Callable[..., Any], axis: int, arr: Operand, *args: Any, **kwargs: Any
) -> Variable:
    """Apply a function to the vectors along an axis, one by one.

    A function that takes a whole array and an axis is faster.

    Parameters
    ----------
    func1d : callable
        Takes a vector, and `args` and `kwargs`; its results have one shape.
    axis : int
        The axis of the vectors, in whose place the axes of the results stand.
    arr : Variable or array

    Raises
    ------
    ShapeError
        If there is no vector.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.apply_along_axis(lambda v: v[0] * v[1], 1, ag.Variable([[1.0, 2.0], [3.0, 4.0]]))
    Variable([ 2., 12.])
    """
    x = asarray(arr)
    (along,) = normalized_axes(integer(axis, "apply_along_axis: axis"), x.ndim, "apply_along_axis")
    others = (*x.shape[:along], *x.shape[along + 1 :])
    if 0 in others:
        msg = f"apply_along_axis: shape {x.shape} holds no vector along axis {axis}; pass one."
        raise ShapeError(msg)
    rows = reshape(moveaxis(x, along, -1), (-1, x.shape[along]))
    made = array([func1d(row, *args, **kwargs) for row in rows])
    results = reshape(made, (*others, *made.shape[1:]))
    behind = results.ndim - len(others)
    last = tuple(range(len(others), results.ndim))
    return moveaxis(results, last, tuple(range(along, along + behind)))
