"""Stacking: NumPy's other ways to put arrays together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.functions.atleast import atleast_3d
from autograd_lite.functions.entry import copy
from autograd_lite.functions.joining import concatenate
from autograd_lite.functions.operands import variables
from autograd_lite.functions.shapes import ravel, reshape
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["append", "block", "column_stack", "dstack"]

Nested: TypeAlias = Operand | list["Nested"]


@composed(
    cases=(Case([A(3), A(3)]), Case([A(3), A(3, 2)]), Case([A(), A()])),
    points=(
        At([X([1.0, 2.0]), X([3.0, 4.0])], gives=[[1, 3], [2, 4]], arriving=[[5, 6], [7, 8]],
           slopes=([5, 7], [6, 8])),
    ),
)  # fmt: skip
def column_stack(tup: Sequence[Operand]) -> Variable:
    """Put vectors side by side as the columns of a matrix; matrices as they are.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.column_stack([ag.Variable([1.0, 2.0]), [3.0, 4.0]])
    Variable([[1., 3.],
              [2., 4.]])
    """
    columns = variables("column_stack", *_listed(tup, "column_stack"))
    return concatenate([x if x.ndim > 1 else reshape(x, (-1, 1)) for x in columns], 1)


@composed(
    cases=(Case([A(3), A(3)]), Case([A(2, 3), A(2, 3, 2)]), Case([A(), A()])),
    points=(
        At([X([1.0, 2.0]), X([3.0, 4.0])], gives=[[[1, 3], [2, 4]]], arriving=[[[5, 6], [7, 8]]],
           slopes=([5, 7], [6, 8])),
    ),
)  # fmt: skip
def dstack(tup: Sequence[Operand]) -> Variable:
    """Put arrays one behind the other, along the third axis.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.dstack([ag.Variable([[1.0, 2.0]]), [[3.0, 4.0]]]).shape
    (1, 2, 2)
    """
    layers: Any = [atleast_3d(x) for x in variables("dstack", *_listed(tup, "dstack"))]
    return concatenate(layers, 2)


@composed(
    cases=(Case(A(2), A()), Case(A(2, 3), A(1, 3), axis=0), Case(A(2, 2), A(3))),
    points=(At(X([1.0]), X(2.0), gives=[1, 2], arriving=[3, 4], slopes=([3], 4)),),
)
def append(arr: Operand, values: Operand, axis: int | None = None) -> Variable:
    """Return an array with values at its end; both flattened where `axis` is None.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.append(ag.Variable([1.0, 2.0]), 3.0)
    Variable([1., 2., 3.])
    """
    if axis is None:
        return concatenate([ravel(x) for x in variables("append", arr, values)])
    return concatenate([arr, values], axis)


@composed(
    cases=(
        Case([A(2), A(3)]),
        Case([[A(2, 2), A(2, 1)], [A(1, 2), A(1, 1)]]),
        Case([[A(), 0.5], [A(2)]]),
        Case([A(2, 3), A(2, 1)]),
        Case(A(2)),
    ),
    points=(
        At([[X(1.0), 0.0], [0.0, X(2.0)]], gives=[[1, 0], [0, 2]], arriving=[[3, 4], [5, 6]],
           slopes=(3, 6)),
    ),
)  # fmt: skip
def block(arrays: Nested) -> Variable:
    """Build an array from nested lists of blocks.

    Parameters
    ----------
    arrays : nested list of Variable, array or number
        The innermost lists are joined along the last axis, the lists around them along the one
        before, and so on. All blocks first get as many axes as the deepest list or the largest
        block has.

    Raises
    ------
    ArgumentError
        If lists are nested to different depths, or empty.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> a = ag.Variable([[1.0, 2.0]])
    >>> ag.block([[a, 0.0], [5.0, a]])
    Variable([[1., 2., 0.],
              [5., 1., 2.]])
    """
    depth = _depth_of(arrays)
    leaves = variables("block", *_leaves_of(arrays))
    axes = max(depth, *[x.ndim for x in leaves], 0)
    spread = iter([reshape(x, (*(1,) * (axes - x.ndim), *x.shape)) for x in leaves])

    def joined(part: Nested, axis: int) -> Variable:
        if not isinstance(part, list):
            return next(spread)
        return concatenate([joined(inner, axis + 1) for inner in part], axis)

    return joined(arrays, -depth) if depth else copy(leaves[0])


def _depth_of(arrays: Any) -> int:
    """Return how deep lists are nested: equally everywhere."""
    if not isinstance(arrays, list):
        return 0
    depths = {_depth_of(part) for part in arrays}
    if len(depths) != 1:
        msg = "block: lists of blocks are empty or nested unequally deep; nest all alike."
        raise ArgumentError(msg)
    return 1 + depths.pop()


def _leaves_of(arrays: Any) -> list[Operand]:
    if not isinstance(arrays, list):
        return [arrays]
    return [leaf for part in arrays for leaf in _leaves_of(part)]


def _listed(operands: Sequence[Operand], what: str) -> Sequence[Operand]:
    """Return the operands of a join: a list or a tuple."""
    if not isinstance(operands, list | tuple):
        msg = f"{what}: a {type(operands).__name__} is one operand; pass a list or a tuple."
        raise OperandError(msg)
    return operands
