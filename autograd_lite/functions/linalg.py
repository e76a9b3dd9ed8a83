"""Products: matmul, and the fused affine map of a layer."""

from __future__ import annotations

from math import prod

from autograd_lite.arrays import Array
from autograd_lite.errors import ShapeError
from autograd_lite.graph.apply import binary, nary
from autograd_lite.graph.cases import A, Case
from autograd_lite.graph.function import Nary, Pair
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["linear", "matmul"]


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
    cases = (
        Case(A(3, 4), A(4, 2)),
        Case(A(4), A(4)),
        Case(A(4), A(4, 2)),
        Case(A(3, 4), A(4)),
        Case(A(2, 3, 4), A(4, 2)),
        Case(A(2, 1, 3, 4), A(5, 4, 2)),
        Case(A(0, 4), A(4, 2)),
    )
    a: Array
    b: Array

    def forward(self, a: Array, b: Array) -> Array:
        self.a = a
        self.b = b
        return self.xp.matmul(a, b)

    def misfit(self, *shapes: tuple[int, ...]) -> str:
        return _columns_and_rows(shapes[0], shapes[1])

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        xp, a, b = self.xp, self.a, self.b
        if a.ndim == b.ndim == 2:
            return (
                None if self._left is None else gy @ b.T,
                None if self._right is None else a.T @ gy,
            )
        rows, columns = self._as_matrices(a, b)
        g = xp.reshape(gy, self._matrix_shape(gy, a, b))
        ga = xp.matmul(g, xp.swapaxes(columns, -1, -2))
        gb = xp.matmul(xp.swapaxes(rows, -1, -2), g)
        return (
            xp.reshape(xp.sum_to(ga, rows.shape), a.shape),
            xp.reshape(xp.sum_to(gb, columns.shape), b.shape),
        )

    def _as_matrices(self, a: Array, b: Array) -> tuple[Array, Array]:
        """Make a row of a vector on the left, a column of one on the right."""
        rows = self.xp.reshape(a, (1, a.shape[0])) if a.ndim == 1 else a
        columns = self.xp.reshape(b, (b.shape[0], 1)) if b.ndim == 1 else b
        return rows, columns

    def _matrix_shape(self, gy: Array, a: Array, b: Array) -> tuple[int, ...]:
        """Return the shape of the product with the axes that vectors lack put back."""
        shape = gy.shape
        if b.ndim == 1:
            shape = (*shape, 1)
        return shape if a.ndim > 1 else (*shape[:-1], 1, shape[-1])


class Linear(Nary):
    """x @ W + b: one node for a layer, with no gradient for a batch that wants none."""

    __slots__ = ("bias_shape", "w", "x")
    keeps = ("x", "w")
    name = "linear"
    symbol = "x·W+b"
    cases = (
        Case(A(3, 4), A(4, 2), A(2)),
        Case(A(4), A(4, 2), A(2)),
        Case(A(2, 3, 4), A(4, 2), A(2)),
        Case([[1.0, 2.0], [3.0, 4.0]], A(2, 2), A(2)),
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
            None if edge_b is None else xp.sum(gy, axis=0),
        )


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
