"""Splitting: NumPy's other ways to cut an array into parts."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions.constants import integer
from autograd_lite.functions.entry import asarray
from autograd_lite.functions.joining import split
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.functions.shapes import reshape
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["array_split", "dsplit", "hsplit", "unstack", "vsplit"]


@composed(
    cases=(Case(A(5, 2), 3), Case(A(2, 5), 2, axis=-1), Case(A(3), (1, 2)), Case(A(2), 3)),
    points=(
        At(
            X([1.0, 2.0, 3.0]),
            2,
            gives=([1, 2], [3]),
            arriving=([4, 5], [6]),
            slopes=([4, 5, 6],),
        ),
    ),
)
def array_split(
    ary: Operand, indices_or_sections: int | Sequence[int], axis: int = 0
) -> list[Variable]:
    """Cut into parts along an axis; of an uneven length the first parts are one longer.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> [part.size for part in ag.array_split(ag.Variable([1.0, 2.0, 3.0, 4.0, 5.0]), 2)]
    [3, 2]
    """
    if isinstance(indices_or_sections, list | tuple) or getattr(indices_or_sections, "ndim", False):
        return split(ary, indices_or_sections, axis)
    parts = integer(indices_or_sections, "array_split: indices_or_sections")
    if parts < 1:
        msg = f"array_split: {parts} parts are not possible; pass 1 or more."
        raise ArgumentError(msg)
    x = asarray(ary)
    (along,) = normalized_axes(integer(axis, "array_split: axis"), x.ndim, "array_split")
    each, longer = divmod(x.shape[along], parts)
    return split(x, [i * each + min(i, longer) for i in range(1, parts)], along)


@composed(
    cases=(Case(A(4), 2), Case(A(2, 3), (1,)), Case(A(2, 4, 1), 2)),
    points=(
        At(X([[1.0, 2.0]]), 2, gives=([[1]], [[2]]), arriving=([[3]], [[4]]), slopes=([[3, 4]],)),
    ),
)
def hsplit(ary: Operand, indices_or_sections: int | Sequence[int]) -> list[Variable]:
    """Cut into columns, or blocks of columns; a vector into pieces.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> [part.shape for part in ag.hsplit(ag.Variable([[1.0, 2.0]]), 2)]
    [(1, 1), (1, 1)]
    """
    x = _of_axes(ary, 1, "hsplit")
    return split(x, indices_or_sections, 1 if x.ndim > 1 else 0)


@composed(
    cases=(Case(A(4, 1), 2), Case(A(3, 2), (1,))),
    points=(
        At(X([[1.0], [2.0]]), 2, gives=([[1]], [[2]]), arriving=([[3]], [[4]]),
           slopes=([[3], [4]],)),
    ),
)  # fmt: skip
def vsplit(ary: Operand, indices_or_sections: int | Sequence[int]) -> list[Variable]:
    """Cut into rows, or blocks of rows.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> [part.shape for part in ag.vsplit(ag.Variable([[1.0], [2.0]]), 2)]
    [(1, 1), (1, 1)]
    """
    return split(_of_axes(ary, 2, "vsplit"), indices_or_sections, 0)


@composed(
    cases=(Case(A(1, 2, 4), 2), Case(A(2, 1, 3), (1,))),
    points=(
        At(X([[[1.0, 2.0]]]), 2, gives=([[[1]]], [[[2]]]), arriving=([[[3]]], [[[4]]]),
           slopes=([[[3, 4]]],)),
    ),
)  # fmt: skip
def dsplit(ary: Operand, indices_or_sections: int | Sequence[int]) -> list[Variable]:
    """Cut along the third axis.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> [part.shape for part in ag.dsplit(ag.Variable([[[1.0, 2.0]]]), 2)]
    [(1, 1, 1), (1, 1, 1)]
    """
    return split(_of_axes(ary, 3, "dsplit"), indices_or_sections, 2)


@composed(
    cases=(Case(A(3, 2)), Case(A(2, 3), axis=-1), Case(A(2))),
    points=(At(X([1.0, 2.0]), gives=(1, 2), arriving=(3, 4), slopes=([3, 4],)),),
)
def unstack(x: Operand, *, axis: int = 0) -> tuple[Variable, ...]:
    """Take apart along an axis, which is gone from the parts: the reverse of ``stack``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.unstack(ag.Variable([[1.0, 2.0], [3.0, 4.0]]))
    (Variable([1., 2.]), Variable([3., 4.]))
    """
    whole = _of_axes(x, 1, "unstack")
    (along,) = normalized_axes(integer(axis, "unstack: axis"), whole.ndim, "unstack")
    count = whole.shape[along]
    rest = (*whole.shape[:along], *whole.shape[along + 1 :])
    return tuple([reshape(part, rest) for part in split(whole, count, along)]) if count else ()


def _of_axes(x: Operand, least: int, what: str) -> Variable:
    """Return an operand that has enough axes."""
    whole = asarray(x)
    if whole.ndim < least:
        msg = f"{what}: shape {whole.shape} has too few axes; pass {least} or more."
        raise ShapeError(msg)
    return whole
