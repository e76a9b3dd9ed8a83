"""Diagonals of matrices, and the triangles on either side."""

from __future__ import annotations

from typing import TypeAlias

from autograd_lite.arrays import Array, Namespace
from autograd_lite.errors import ShapeError
from autograd_lite.functions.constants import integer
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import ShapeKeeping, Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["diag", "diagonal", "tril", "triu"]

Shape: TypeAlias = tuple[int, ...]


class Diagonal(Unary):
    """The elements (i, i + offset) of two axes; the gradient goes back to them, 0 elsewhere."""

    __slots__ = ("axis1", "axis2", "before", "index", "offset")
    constants = ("index",)
    name = "diagonal"
    complexes = True
    view = True
    cases = (
        Case(A(3, 4)),
        Case(A(3, 2), offset=-1),
        Case(A(2, 3, 4), offset=1, axis1=1, axis2=2),
        Case(A(2, 3, 4), axis1=-1, axis2=0),
        Case(A(2, 2), offset=2),
        Case(A(2, 3, complex=True)),
    )
    points = (
        At(
            X([[1.0, 2.0], [3.0, 4.0]]),
            gives=[1, 4],
            arriving=[5, 6],
            slopes=([[5, 0], [0, 6]],),
        ),
        At(X([[1.0, 2.0]]), offset=1, gives=[2], slopes=([[0, 1]],)),
    )
    offset: int
    axis1: int
    axis2: int
    before: Shape
    index: tuple[Array, ...]  # for every axis, which broadcast to the shape of the result

    def __init__(self, offset: int, axis1: int, axis2: int) -> None:
        self.offset = offset
        self.axis1 = axis1
        self.axis2 = axis2

    def forward(self, x: Array) -> Array:
        ndim, shape = x.ndim, x.shape
        first, second = normalized_axes((self.axis1, self.axis2), ndim, "diagonal")
        rows, columns = _on_diagonal(self.xp, shape[first], shape[second], self.offset)
        index = {first: rows, second: columns}
        others = [axis for axis in range(ndim) if axis not in index]
        for i, axis in enumerate(others):  # of the result; the diagonal is its last axis
            index[axis] = self.xp.arange(shape[axis]).reshape(-1, *(1,) * (len(others) - i))
        self.index = tuple([index[axis] for axis in range(ndim)])
        self.before = shape
        self.leaves_out(x)
        return x.diagonal(self.offset, first, second)

    def backward(self, gy: Array) -> Array:
        return self.xp.scatter_add(gy, self.index, self.before)


class Diag(Unary):
    """A square matrix with a vector on a diagonal, 0 elsewhere; of a matrix, its diagonal."""

    __slots__ = ("index", "k", "matrix", "takes")
    constants = ("index",)
    name = "diag"
    complexes = True
    view = True
    cases = (
        Case(A(3)),
        Case(A(2), k=1),
        Case(A(2), k=-2),
        Case(A(0)),
        Case(A(3, 2)),
        Case(A(2, 3), k=1),
        Case(A(2, complex=True)),
    )
    points = (
        At(X([1.0, 2.0]), gives=[[1, 0], [0, 2]], arriving=[[3, 4], [5, 6]], slopes=([3, 6],)),
        At(X([]), k=1, gives=[[0]], slopes=([],)),
        At(X([[1.0, 2.0]]), k=1, gives=[2], slopes=([[0, 1]],)),
    )
    k: int
    takes: bool
    matrix: Shape
    index: tuple[Array, Array]

    def __init__(self, k: int) -> None:
        self.k = k

    def forward(self, x: Array) -> Array:
        if x.ndim not in (1, 2):
            msg = f"diag: shape {x.shape} is neither a vector nor a matrix; use diagonal()."
            raise ShapeError(msg)
        self.takes = x.ndim == 2
        n = x.shape[0] + abs(self.k)
        self.matrix = x.shape if self.takes else (n, n)
        self.index = _on_diagonal(self.xp, self.matrix[0], self.matrix[1], self.k)
        if not self.takes:
            return self.xp.scatter_add(x, self.index, self.matrix)
        self.leaves_out(x)
        return x.diagonal(self.k)

    def backward(self, gy: Array) -> Array:
        if self.takes:
            return self.xp.scatter_add(gy, self.index, self.matrix)
        return self.xp.diagonal(gy, self.k)


class Triangle(ShapeKeeping):
    """What the two triangles share: which diagonal ends them."""

    __slots__ = ("k",)
    cases = (
        Case(A(3, 4)),
        Case(A(2, 3, 2), k=-1),
        Case(A(2, 3), k=1),
        Case(A(1, 0)),
        Case(A(3, 3, complex=True)),
    )
    k: int

    def __init__(self, k: int) -> None:
        self.k = k

    def enter(self, x: Array) -> None:
        """Check that there is a matrix."""
        if x.ndim < 2:
            msg = f"{self.name}: shape {x.shape} is no matrix; reshape to two axes or more."
            raise ShapeError(msg)
        self.leaves_out(x)


class TriL(Triangle):
    """The elements on and below a diagonal, 0 elsewhere; the same of the gradient."""

    __slots__ = ()
    name = "tril"
    complexes = True
    points = (
        At(
            X([[1.0, float("nan")], [3.0, 4.0]]),
            gives=[[1, 0], [3, 4]],
            slopes=([[1, 0], [1, 1]],),
        ),
    )

    def forward(self, x: Array) -> Array:
        self.enter(x)
        return self.xp.tril(x, self.k)

    def backward(self, gy: Array) -> Array:
        return self.xp.tril(gy, self.k)


class TriU(Triangle):
    """The elements on and above a diagonal, 0 elsewhere; the same of the gradient."""

    __slots__ = ()
    name = "triu"
    complexes = True
    points = (
        At(
            X([[1.0, 2.0], [float("nan"), 4.0]]),
            gives=[[1, 2], [0, 4]],
            slopes=([[1, 1], [0, 1]],),
        ),
    )

    def forward(self, x: Array) -> Array:
        self.enter(x)
        return self.xp.triu(x, self.k)

    def backward(self, gy: Array) -> Array:
        return self.xp.triu(gy, self.k)


def diagonal(x: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Variable:
    """Take the elements (i, i + offset) of two axes; they become the last axis.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.diagonal(ag.Variable([[1.0, 2.0], [3.0, 4.0]]))
    Variable([1., 4.])
    """
    first, second = integer(axis1, "diagonal: axis1"), integer(axis2, "diagonal: axis2")
    return unary(Diagonal(integer(offset, "diagonal: offset"), first, second), x)


def diag(v: Operand, k: int = 0) -> Variable:
    """Put a vector on a diagonal of a square matrix; of a matrix, take its diagonal.

    Raises
    ------
    ShapeError
        If `v` is neither a vector nor a matrix.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.diag(ag.Variable([1.0, 2.0]))
    Variable([[1., 0.],
              [0., 2.]])
    """
    return unary(Diag(integer(k, "diag: k")), v)


def tril(x: Operand, k: int = 0) -> Variable:
    """Keep the elements on and below the k-th diagonal of the last two axes; 0 elsewhere.

    Raises
    ------
    ShapeError
        If there are no two axes.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.tril(ag.Variable([[1.0, 2.0], [3.0, 4.0]]))
    Variable([[1., 0.],
              [3., 4.]])
    """
    return unary(TriL(integer(k, "tril: k")), x)


def triu(x: Operand, k: int = 0) -> Variable:
    """Keep the elements on and above the k-th diagonal of the last two axes; 0 elsewhere.

    Raises
    ------
    ShapeError
        If there are no two axes.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.triu(ag.Variable([[1.0, 2.0], [3.0, 4.0]]))
    Variable([[1., 2.],
              [0., 4.]])
    """
    return unary(TriU(integer(k, "triu: k")), x)


def _on_diagonal(xp: Namespace, rows: int, columns: int, offset: int) -> tuple[Array, Array]:
    """Return the rows and the columns of the elements on a diagonal."""
    down, right = max(0, -offset), max(0, offset)
    length = max(0, min(rows - down, columns - right))
    return xp.arange(down, down + length), xp.arange(right, right + length)
