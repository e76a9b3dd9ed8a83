"""Products: matmul, the fused affine map of a layer, dot, inner; trace."""

from __future__ import annotations

from math import prod

from autograd_lite.arrays import Array
from autograd_lite.errors import ShapeError
from autograd_lite.functions.constants import integer
from autograd_lite.functions.products import Contraction, summed_over
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.apply import binary, nary, unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Nary, Pair, Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["dot", "inner", "linear", "matmul", "trace"]

Shape = tuple[int, ...]


def _columns_and_rows(a: tuple[int, ...], b: tuple[int, ...]) -> str:
    """Name the two lengths that a product of matrices needs to be equal."""
    if not a or not b:
        return ": numbers have no rows and columns; multiply with * instead"
    rows = b[-2] if len(b) > 1 else b[-1]
    return f": the first has {a[-1]} columns, the second {rows} rows; transpose or reshape one"


class MatMul(Pair):
    """a @ b; the gradients are g @ bᵀ and aᵀ @ g."""

    __slots__ = keeps = ("a", "b")
    name = "matmul"
    symbol = "@"
    complexes = True
    cases = (
        Case(A(3, 4), A(4, 2)),
        Case(A(4), A(4)),
        Case(A(4), A(4, 2)),
        Case(A(3, 4), A(4)),
        Case(A(2, 3, 4), A(4, 2)),
        Case(A(2, 1, 3, 4), A(5, 4, 2)),
        Case(A(0, 4), A(4, 2)),
        Case(A(2, 3, complex=True), A(3, 2, complex=True)),
        Case(A(2, 2, 3), A(3, complex=True)),
    )
    points = (
        At(X([[]]), X([]), gives=[0], slopes=([[]], [])),
        At(X([[1.0, 2.0]]), X([3.0, 4.0]), gives=[11], slopes=([[3, 4]], [1, 2])),
    )
    a: Array
    b: Array

    def forward(self, a: Array, b: Array) -> Array:
        self.a = a
        self.b = b
        return self.xp.matmul(a, b)

    def misfit(self, *shapes: Shape) -> str:
        return _columns_and_rows(shapes[0], shapes[1])

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        a, b = self.a, self.b
        if a.ndim == b.ndim == 2:
            return (
                None if self._left is None else gy @ b.T,
                None if self._right is None else a.T @ gy,
            )
        return (
            None if self._left is None else self._to_first(gy, a, b),
            None if self._right is None else self._to_second(gy, a, b),
        )

    def _to_first(self, gy: Array, a: Array, b: Array) -> Array:
        """Return g @ bᵀ; a vector's axis of length 1 is put back for it."""
        xp = self.xp
        if b.ndim == 1:
            return xp.reshape(gy, (*gy.shape, 1)) * b
        if a.ndim == 1:
            column = xp.matmul(b, xp.reshape(gy, (*gy.shape, 1)))
            return xp.sum_to(xp.reshape(column, column.shape[:-1]), a.shape)
        return xp.sum_to(xp.matmul(gy, xp.swapaxes(b, -1, -2)), a.shape)

    def _to_second(self, gy: Array, a: Array, b: Array) -> Array:
        """Return aᵀ @ g; rows of all stacks together where they meet one matrix or vector."""
        xp = self.xp
        if a.ndim == 1:
            row = xp.reshape(gy, (*gy.shape[: b.ndim - 2], 1, *gy.shape[b.ndim - 2 :]))
            return xp.reshape(a, (*a.shape, 1)) * row if b.ndim > 1 else gy * a
        if b.ndim > 2:
            return xp.sum_to(xp.matmul(xp.swapaxes(a, -1, -2), gy), b.shape)
        rows = prod(a.shape[:-1])
        return xp.reshape(a, (rows, b.shape[0])).T @ xp.reshape(gy, (rows, *b.shape[1:]))


class Linear(Nary):
    """x @ W + b: one node for a layer, with no gradient for a batch that wants none."""

    __slots__ = ("bias_shape", "w", "x")
    keeps = ("x", "w")
    name = "linear"
    symbol = "x·W+b"
    complexes = True
    cases = (
        Case(A(3, 4), A(4, 2), A(2)),
        Case(A(4), A(4, 2), A(2)),
        Case(A(2, 3, 4), A(4, 2), A(2)),
        Case([[1.0, 2.0], [3.0, 4.0]], A(2, 2), A(2)),
        Case(A(2, 3, complex=True), A(3, 2, complex=True), A(2)),
    )
    points = (
        At(
            X([[1.0, 2.0]]),
            X([[3.0], [4.0]]),
            X([5.0]),
            gives=[[16]],
            slopes=([[3, 4]], [[1], [2]], [1]),
        ),
    )
    x: Array
    w: Array

    def forward(self, x: Array, w: Array, b: Array) -> Array:
        if w.ndim != 2 or b.shape != w.shape[1:]:
            msg = (
                f"linear: weights of shape {w.shape} and bias of shape {b.shape} do not fit; "
                "use (inputs, outputs) and (outputs,)."
            )
            raise ShapeError(msg)
        self.x = x
        self.w = w
        product = self.xp.matmul(x, w)
        product += b
        return product

    def misfit(self, *shapes: tuple[int, ...]) -> str:
        return _columns_and_rows(shapes[0], shapes[1])

    def backward(self, gy: Array) -> tuple[Array | None, Array | None, Array | None]:
        x, w, xp = self.x, self.w, self.xp
        edge_x, edge_w, edge_b = self._left
        gx = None if edge_x is None else gy @ w.T
        if x.ndim != 2:
            rows = prod(gy.shape[:-1])
            x = xp.reshape(x, (rows, w.shape[0]))
            gy = xp.reshape(gy, (rows, w.shape[1]))
        return (
            gx,
            None if edge_w is None else x.T @ gy,
            None if edge_b is None else xp.column_sums(gy),
        )


class Dot(Contraction):
    """Σ a·b over the last axis of a and the last but one of b, or its only one."""

    __slots__ = ()
    name = "dot"
    symbol = "·"
    complexes = True
    cases = (
        Case(A(4), A(4)),
        Case(A(3, 4), A(4, 2)),
        Case(A(3, 4), A(4)),
        Case(A(4), A(4, 2)),
        Case(A(2, 3, 4), A(4)),
        Case(A(2, 3), A(2, 3, 2)),
        Case(A(2, 1, 3), A(2, 3, 2)),
        Case(A(), A(2, 3)),
        Case(A(3), 2.0),
        Case(A(0, 4), A(4, 2)),
        Case(A(3, complex=True), A(3, complex=True)),
        Case(A(2, 3, complex=True), A(3, 2)),
    )
    points = (
        At(X([]), X([]), gives=0.0, slopes=([], [])),
        At(X([2.0]), X([3.0]), gives=6.0, slopes=([3.0], [2.0])),
        At(X(2.0), X([3.0, 4.0]), gives=[6.0, 8.0], slopes=(7.0, [2.0, 2.0])),
    )

    def forward(self, a: Array, b: Array) -> Array:
        first, second = a.ndim - 1, max(b.ndim - 2, 0)
        scaled = first < 0 or b.ndim == 0
        pairs = ((), ()) if scaled else ((first,), (second,))
        return self.contract(a, b, summed_over(a.ndim, b.ndim, *pairs))

    def misfit(self, *shapes: Shape) -> str:
        return _columns_and_rows(shapes[0], shapes[1])


class Inner(Contraction):
    """Σ a·b over the last axes of both."""

    __slots__ = ()
    name = "inner"
    symbol = "⟨·⟩"
    complexes = True
    cases = (
        Case(A(4), A(4)),
        Case(A(3, 4), A(2, 4)),
        Case(A(2, 3, 4), A(4)),
        Case(A(2, 3), A(2, 2, 3)),
        Case(A(), A(3)),
        Case(A(2, 0), A(3, 0)),
        Case(A(2, 3, complex=True), A(2, 3, complex=True)),
    )
    points = (
        At(X([2.0]), X([3.0]), gives=6.0, slopes=([3.0], [2.0])),
        At(X([[1.0, 2.0]]), X([3.0, 4.0]), gives=[11.0], slopes=([[3.0, 4.0]], [1.0, 2.0])),
    )

    def forward(self, a: Array, b: Array) -> Array:
        scaled = a.ndim == 0 or b.ndim == 0
        pairs = ((), ()) if scaled else ((a.ndim - 1,), (b.ndim - 1,))
        return self.contract(a, b, summed_over(a.ndim, b.ndim, *pairs))

    def misfit(self, *shapes: Shape) -> str:
        a, b = shapes
        return f": the last axes have {a[-1]} and {b[-1]} elements; transpose or reshape one"


class Trace(Unary):
    """The sum of a diagonal of two axes; the gradient goes to each element of that diagonal."""

    __slots__ = ("axes", "count", "offset", "shape")
    name = "trace"
    symbol = "tr"
    complexes = True
    cases = (
        Case(A(3, 3)),
        Case(A(2, 4), 1),
        Case(A(4, 2), -2),
        Case(A(2, 3, 2)),
        Case(A(2, 3, 2, 2), 1, 0, -1),
        Case(A(2, 3), 5),
        Case(A(3, 3, complex=True)),
    )
    points = (
        At(X([[1.0, 2.0], [3.0, 4.0]]), gives=5.0, slopes=([[1.0, 0.0], [0.0, 1.0]],)),
        At(X([[1.0, 2.0], [3.0, 4.0]]), -1, gives=3.0, slopes=([[0.0, 0.0], [1.0, 0.0]],)),
        At(X([[], []]), gives=0.0, slopes=([[], []],)),
    )
    axes: Shape
    count: int
    offset: int
    shape: Shape

    def __init__(self, offset: int, axes: Shape) -> None:
        self.offset = offset
        self.axes = axes

    def forward(self, x: Array) -> Array:
        self.axes = normalized_axes(self.axes, x.ndim, "trace")
        diagonal = x.diagonal(self.offset, *self.axes)
        self.shape = x.shape
        self.leaves_out(x)
        self.count = diagonal.shape[-1]
        return self.xp.sum(diagonal, axis=-1)

    def backward(self, gy: Array) -> Array:
        """Put g on a diagonal of zeros: every (m + 1)th element of n rows of m."""
        xp, shape = self.xp, gy.shape
        n, m = [self.shape[axis] for axis in self.axes]
        first = max(self.offset, 0) - m * min(self.offset, 0)
        places = slice(first, first + self.count * (m + 1), m + 1)
        along = xp.broadcast_to(xp.reshape(gy, (*shape, 1)), (*shape, self.count))
        flat = xp.scatter_add(along, (Ellipsis, places), (*shape, n * m))
        table = xp.reshape(flat, (*shape, n, m))
        rest = [axis for axis in range(len(self.shape)) if axis not in self.axes]
        order = [*rest, *self.axes]
        return xp.transpose(table, tuple([order.index(axis) for axis in range(len(order))]))


def matmul(x: Operand, y: Operand) -> Variable:
    """Multiply matrices, as ``x @ y`` in NumPy: 1-d, 2-d, batched and broadcast operands.

    Parameters
    ----------
    x : Variable or array, shape (..., n, k) or (k,)
    y : Variable or array, shape (..., k, m) or (k,)

    Returns
    -------
    Variable, shape (..., n, m)
        Without n for a vector on the left, without m for one on the right.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.matmul(ag.Variable([[1.0, 2.0]]), [[3.0], [4.0]])
    Variable([[11.]])
    """
    return binary(MatMul(), x, y)


def linear(x: Operand, w: Operand, b: Operand | None = None) -> Variable:
    """Apply the affine map of a layer, ``x @ w + b``, as one node.

    Parameters
    ----------
    x : Variable or array, shape (..., inputs)
    w : Variable or array, shape (inputs, outputs)
    b : Variable or array, shape (outputs,), optional

    Returns
    -------
    Variable, shape (..., outputs)

    Raises
    ------
    ShapeError
        If the weights are no matrix or the bias is not one row of the output.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linear([[1.0, 2.0]], ag.Variable([[3.0], [4.0]]), ag.Variable([0.5]))
    Variable([[11.5]])
    """
    if b is None:
        return matmul(x, w)
    return nary(Linear(), x, w, b)


def dot(x: Operand, y: Operand) -> Variable:
    """Multiply as ``numpy.dot``: vectors, matrices, and every row of `x` by every column of `y`.

    Parameters
    ----------
    x, y : Variable, array or number
        Numbers multiply every element. Otherwise the last axis of `x` is summed with the last but
        one of `y`, or with the only one of a vector.

    Returns
    -------
    Variable
        With the axes of `x` that are left, then those of `y`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.dot(ag.Variable([1.0, 2.0]), [3.0, 4.0])
    Variable(11.0)
    """
    return binary(Dot(), x, y)


def inner(x: Operand, y: Operand) -> Variable:
    """Sum products over the last axes of both, as ``numpy.inner``; numbers multiply.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.inner(ag.Variable([[1.0, 2.0], [3.0, 4.0]]), [1.0, 10.0])
    Variable([21., 43.])
    """
    return binary(Inner(), x, y)


def trace(x: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Variable:
    """Sum a diagonal, as ``numpy.trace``.

    Parameters
    ----------
    x : Variable or array of at least two axes
    offset : int
        How far above the main diagonal; below it, if negative.
    axis1, axis2 : int
        The axes that the diagonal runs through.

    Returns
    -------
    Variable
        Of the axes that are left.

    Raises
    ------
    ShapeError
        If there are no two such axes.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.trace(ag.Variable([[1.0, 2.0], [3.0, 4.0]]))
    Variable(5.0)
    """
    axes = integer(axis1, "trace: axis1"), integer(axis2, "trace: axis2")
    return unary(Trace(integer(offset, "trace: offset"), axes), x)
