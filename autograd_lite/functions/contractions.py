"""Contractions: outer, kron, tensordot, einsum."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import prod
from typing import Any

from autograd_lite.arrays import Array, is_array
from autograd_lite.errors import ArgumentError, OperandError, ShapeError
from autograd_lite.functions.axes import transpose
from autograd_lite.functions.constants import beside, integer
from autograd_lite.functions.indexing import getitem
from autograd_lite.functions.products import Contraction, Labels, summed_over
from autograd_lite.functions.reductions import normalized_axes, sum
from autograd_lite.functions.shapes import reshape
from autograd_lite.functions.subscripts import resolved, those
from autograd_lite.graph.apply import binary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Pair
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["einsum", "kron", "outer", "tensordot"]

Shape = tuple[int, ...]


class Outer(Pair):
    """a_i · b_j for all elements of a and b; the gradients are g b and gᵀ a."""

    __slots__ = ("a", "b", "shapes")
    keeps = ("a", "b")
    name = "outer"
    symbol = "⊗"
    complexes = True
    cases = (
        Case(A(3), A(2)),
        Case(A(2, 2), A(3)),
        Case(A(), A(2, 3)),
        Case(A(0), A(2)),
        Case(A(2, complex=True), A(3, complex=True)),
    )
    points = (
        At(X([2.0]), X([3.0]), gives=[[6.0]], slopes=([3.0], [2.0])),
        At(X([1.0, 2.0]), X([]), gives=[[], []], slopes=([0.0, 0.0], [])),
    )
    a: Array | None
    b: Array | None
    shapes: tuple[Shape, Shape]

    def forward(self, a: Array, b: Array) -> Array:
        self.a = None if self._right is None else a
        self.b = None if self._left is None else b
        self.shapes = a.shape, b.shape
        return a.reshape((a.size, 1)) * b.reshape((b.size,))

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        a, b = self.a, self.b
        first, second = self.shapes
        return (
            None if b is None else (gy @ b.reshape((gy.shape[1],))).reshape(first),
            None if a is None else (a.reshape((gy.shape[0],)) @ gy).reshape(second),
        )


class Kron(Contraction):
    """Every element of a times the whole of b, as blocks: axes of both in turn, then merged."""

    __slots__ = ("apart",)
    name = "kron"
    symbol = "⊗"
    complexes = True
    cases = (
        Case(A(2, 3), A(2, 2)),
        Case(A(3), A(2)),
        Case(A(2), A(2, 2)),
        Case(A(2, 1, 2), A(3)),
        Case(A(), A(2, 2)),
        Case(A(2, 0), A(1, 2)),
        Case(A(2, complex=True), A(2, 2, complex=True)),
    )
    points = (
        At(
            X([1.0, 2.0]),
            X([3.0, 4.0]),
            gives=[3.0, 4.0, 6.0, 8.0],
            slopes=([7.0, 7.0], [3.0, 3.0]),
        ),
    )
    apart: Shape

    def forward(self, a: Array, b: Array) -> Array:
        mine, other, _ = summed_over(a.ndim, b.ndim, (), ())
        both = max(a.ndim, b.ndim)
        turns = zip(mine.rjust(both), other.rjust(both), strict=True)
        product = self.contract(a, b, (mine, other, "".join(map("".join, turns)).replace(" ", "")))
        self.apart = product.shape
        first, second = (1,) * (both - a.ndim) + a.shape, (1,) * (both - b.ndim) + b.shape
        return product.reshape(tuple([n * m for n, m in zip(first, second, strict=True)]))

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        return super().backward(gy.reshape(self.apart))


def outer(x: Operand, y: Operand) -> Variable:
    """Multiply every element of `x` by every element of `y`, both flattened.

    Returns
    -------
    Variable, shape (x.size, y.size)

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.outer(ag.Variable([1.0, 2.0]), [3.0, 4.0])
    Variable([[3., 4.],
              [6., 8.]])
    """
    return binary(Outer(), x, y)


def kron(x: Operand, y: Operand) -> Variable:
    """Return the Kronecker product: `y` times each element of `x`, as blocks.

    Returns
    -------
    Variable
        With the more axes of the two; lengths are multiplied.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.kron(ag.Variable([1.0, 10.0]), [1.0, 2.0])
    Variable([ 1.,  2., 10., 20.])
    """
    return binary(Kron(), x, y)


class TensorDot(Contraction):
    """Σ a·b over pairs of axes; the result has the axes of a that are left, then those of b."""

    __slots__ = ("axes",)
    name = "tensordot"
    symbol = "·"
    complexes = True
    cases = (
        Case(A(2, 3, 4), A(3, 4, 2)),
        Case(A(3, 4), A(4, 2), 1),
        Case(A(2, 3), A(2), 0),
        Case(A(2, 3, 4), A(4, 2, 3), ((0, -1), (1, 0))),
        Case(A(3), A(3), (0, 0)),
        Case(A(0, 2), A(2, 3), 1),
        Case(A(2, 3, complex=True), A(3, 2, complex=True), 1),
    )
    points = (
        At(X([2.0]), X([3.0]), 1, gives=6.0, slopes=([3.0], [2.0])),
        At(
            X([[1.0], [2.0]]), X([3.0]), 0, gives=[[[3.0]], [[6.0]]], slopes=([[3.0], [3.0]], [3.0])
        ),
        At(X([]), X([]), 1, gives=0.0, slopes=([], [])),
    )
    axes: Any

    def __init__(self, axes: Any) -> None:
        self.axes = axes

    def forward(self, a: Array, b: Array) -> Array:
        first, second = _pairs(self.axes, a.ndim, b.ndim)
        if [a.shape[i] for i in first] != [b.shape[i] for i in second]:
            msg = (
                f"tensordot: axes {first} of shape {a.shape} and axes {second} of shape {b.shape} "
                "differ in length; name axes of equal lengths, in the same order."
            )
            raise ShapeError(msg)
        return self.contract(a, b, summed_over(a.ndim, b.ndim, first, second))


def _pairs(axes: Any, a: int, b: int) -> tuple[Shape, Shape]:
    """Return the axes of both operands that are summed over, as non-negative numbers."""
    axes = _listed(axes)
    if not isinstance(axes, list | tuple):
        count = integer(axes, "tensordot: axes")
        if not 0 <= count <= min(a, b):
            msg = f"tensordot: axes is {count}, but the operands have {a} and {b} axes."
            raise ShapeError(msg)
        return tuple(range(a - count, a)), tuple(range(count))
    if len(axes) != 2:
        msg = f"tensordot: axes {axes!r:.40} are not a number, nor one list for each operand."
        raise ArgumentError(msg)
    mine, other = [
        tuple(part) if isinstance(part, list | tuple) else (part,) for part in map(_listed, axes)
    ]
    if len(mine) != len(other):
        msg = f"tensordot: axes {axes} do not pair up; name as many of each operand."
        raise ArgumentError(msg)
    return normalized_axes(mine, a, "tensordot"), normalized_axes(other, b, "tensordot")


def _listed(axes: Any) -> Any:
    return axes.tolist() if hasattr(axes, "tolist") else axes


def tensordot(
    x: Operand,
    y: Operand,
    axes: int | tuple[int | Sequence[int], int | Sequence[int]] = 2,
) -> Variable:
    """Sum the products of two operands over pairs of axes, as ``numpy.tensordot``.

    Parameters
    ----------
    x, y : Variable or array
    axes : int or pair of int or of sequences of int
        A number n: the last n axes of `x` with the first n of `y`. A pair: these axes of `x` with
        those of `y`.

    Returns
    -------
    Variable
        With the axes of `x` that are left, then those of `y`.

    Raises
    ------
    ShapeError
        If paired axes differ in length, or there are not so many axes.
    ArgumentError
        If `axes` are not pairs.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> ag.tensordot(x, [[1.0, 1.0], [1.0, 1.0]])
    Variable(10.0)
    >>> ag.tensordot(x, [1.0, 10.0], axes=([0], [0]))
    Variable([31., 42.])
    """
    return binary(TensorDot(axes), x, y)


class Einsum(Contraction):
    """The product of two operands, summed over the indices that the result lacks."""

    __slots__ = ()
    name = "einsum"
    symbol = "Σ·"
    complexes = True
    cases = (
        Case("ij,jk->ik", A(2, 3), A(3, 4)),
        Case("ij,jk", A(2, 3), A(3, 4)),
        Case("bij,bjk->bik", A(2, 2, 3), A(2, 3, 2)),
        Case("bi,bi->b", A(3, 2), A(3, 2)),
        Case("i,j->ji", A(2), A(3)),
        Case("ijk,lj->kil", A(2, 3, 2), A(2, 3)),
        Case("...ij,jk->...ik", A(2, 2, 3), A(3, 2)),
        Case("...i,...i", A(2, 1, 3), A(2, 3)),
        Case("ii", A(3, 3)),
        Case("iij->ji", A(2, 2, 3)),
        Case("ba", A(2, 3)),
        Case("ij->", A(2, 3)),
        Case("ij,jk,kl->il", A(2, 3), A(3, 2), A(2, 2)),
        Case("ij,k->k", A(2, 3), A(2)),
        Case("ij,j->i", A(2, 1), A(3)),
        Case(",i->i", A(), A(3)),
        Case("ij,jk->ik", A(2, 3, complex=True), A(3, 2, complex=True)),
        Case("ij,k->k", A(2, 3, complex=True), A(2)),
    )
    points = (
        At(
            "ii->i",
            X([[1.0, 2.0], [3.0, 4.0]]),
            gives=[1.0, 4.0],
            slopes=([[1.0, 0.0], [0.0, 1.0]],),
        ),
        At("i,i->i", X([2.0]), X([3.0, 5.0]), gives=[6.0, 10.0], slopes=([8.0], [2.0, 2.0])),
        At("i,i->", X([]), X([]), gives=0.0, slopes=([], [])),
        At(
            "i,j->i",
            X([2.0, 3.0]),
            X([4.0, 5.0]),
            gives=[18.0, 27.0],
            slopes=([9.0, 9.0], [5.0, 5.0]),
        ),
    )

    def __init__(self, labels: Labels) -> None:
        self.labels = labels

    def forward(self, a: Array, b: Array) -> Array:
        return self.contract(a, b, self.labels)


def einsum(subscripts: str, *operands: Operand) -> Variable:
    """Multiply operands and sum over indices, as ``numpy.einsum``.

    Each letter is an index; one that the result lacks is summed over; "..." stands for any other
    axes. Repeated in one operand, an index takes its diagonal. Every two operands are a node; the
    pair whose product takes the least memory beyond its own comes first.

    Parameters
    ----------
    subscripts : str
        "ij,jk->ik"; without an arrow, the result has the indices that occur once, by alphabet.
    *operands : Variable or array

    Returns
    -------
    Variable

    Raises
    ------
    ArgumentError
        If the subscripts are not NumPy's notation, or not of so many operands.
    ShapeError
        If they do not fit the operands' shapes.
    OperandError
        For NumPy's other form, lists of axes between the operands.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> ag.einsum("ij,j->i", x, [1.0, 10.0])
    Variable([21., 43.])
    >>> ag.einsum("ii", x)
    Variable(5.0)
    """
    if not isinstance(subscripts, str):
        msg = "einsum: lists of axes are not taken; write the subscripts as text, 'ij,jk->ik'."
        raise OperandError(msg)
    given: list[Any] = [
        x if isinstance(x, Variable) or is_array(x) else beside(x, operands, "einsum: operand")
        for x in operands
    ]
    terms, out, sizes, pair = resolved(subscripts, tuple([x.shape for x in given]))
    if pair:
        mine, other = terms
        return binary(Einsum((mine, other, out)), *given)
    parts = [_unstretched(x, term, sizes) for x, term in zip(given, terms, strict=True)]
    named = [term for _, term in parts]
    for i, (x, term) in enumerate(parts):
        parts[i] = _alone(x, term, "".join([*named[:i], *named[i + 1 :], out]))
    while len(parts) > 1:
        parts = _paired(parts, out, sizes)
    ((x, labels),) = parts
    if labels == out and x is not given[0]:
        return x
    return transpose(x, [labels.index(label) for label in out])


def _unstretched(x: Any, term: str, sizes: dict[str, int]) -> tuple[Any, str]:
    """Drop axes of length 1 of indices that have another length elsewhere."""
    own = [i for i, label in enumerate(term) if sizes[label] == x.shape[i]]
    if len(own) == len(term):
        return x, term
    return reshape(x, [x.shape[i] for i in own]), "".join([term[i] for i in own])


def _alone(x: Any, term: str, others: str) -> tuple[Any, str]:
    """Do what concerns one operand: take diagonals, sum over indices that it alone has."""
    for label in dict.fromkeys(term):
        while term.count(label) > 1:
            x, term = _diagonal(x, term, label)
    own = tuple([i for i, label in enumerate(term) if label not in others])
    if own:
        x, term = sum(x, axis=own), those(term, lambda label: label in others)
    return x, term


def _diagonal(x: Any, term: str, label: str) -> tuple[Variable, str]:
    """Let one axis stand for the first two of a label: every (n + 1)th element of n · n."""
    i = term.index(label)
    j = term.index(label, i + 1)
    rest = [axis for axis in range(len(term)) if axis not in (i, j)]
    n = x.shape[i]
    order = (*rest, i, j)
    table = x if order == tuple(sorted(order)) else transpose(x, order)
    flat = reshape(table, (*table.shape[:-2], n * n))
    labels = "".join([term[axis] for axis in rest]) + label
    return getitem(flat, (Ellipsis, slice(None, None, n + 1))), labels


def _paired(parts: list[tuple[Any, str]], out: str, sizes: dict[str, int]) -> list[tuple[Any, str]]:
    """Multiply the two operands whose product saves the most memory, and put it first."""
    ways = [_together(parts, i, j, out) for i, j in combinations(range(len(parts)), 2)]

    def growth(way: tuple[int, int, str]) -> int:
        mine, other, product = [
            prod([sizes[label] for label in labels])
            for labels in (parts[way[0]][1], parts[way[1]][1], way[2])
        ]
        return product - mine - other

    i, j, kept = min(ways, key=growth)
    (a, mine), (b, other) = parts[i], parts[j]
    product = binary(Einsum((mine, other, kept)), a, b)
    return [(product, kept), *[part for k, part in enumerate(parts) if k not in (i, j)]]


def _together(parts: list[tuple[Any, str]], i: int, j: int, out: str) -> tuple[int, int, str]:
    """Return two operands and the indices that their product must keep."""
    if len(parts) == 2:
        return i, j, out
    others = out + "".join([term for k, (_, term) in enumerate(parts) if k not in (i, j)])
    both = "".join(dict.fromkeys(parts[i][1] + parts[j][1]))
    return i, j, those(both, lambda label: label in others)
