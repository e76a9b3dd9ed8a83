"""Inverses and linear systems: inv, solve, and their forms for tensors."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from autograd_lite.arrays import Array
from autograd_lite.errors import ShapeError
from autograd_lite.functions.axes import moveaxis
from autograd_lite.functions.constants import integer
from autograd_lite.functions.linalg.operands import applied, as_variable, lapack, mirrored, square
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.functions.shapes import reshape
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Pair, ShapeKeeping
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["inv", "solve", "tensorinv", "tensorsolve"]

Shape = tuple[int, ...]
_LEAST = "use linalg.pinv or linalg.lstsq, or add a small multiple of the identity"


class Inv(ShapeKeeping):
    """A⁻¹; the gradient is -A⁻ᵀ g A⁻ᵀ."""

    __slots__ = keeps = ("out",)
    name = "inv"
    symbol = "A⁻¹"
    complexes = True
    cases = (
        Case(A(3, 3, diagonal=5.0)),
        Case(A(2, 2, 2, diagonal=-4.0)),
        Case(A(1, 1, low=0.5)),
        Case(A(0, 0)),
        Case(A(0, 2, 2)),
        Case(A(2, 2, complex=True, diagonal=5.0)),
    )
    points = (
        At(X([[4.0]]), gives=[[0.25]], slopes=([[-0.0625]],)),
        At(X([[0.0, 2.0], [1.0, 0.0]]), gives=[[0.0, 1.0], [0.5, 0.0]],
           slopes=([[-0.5, -0.25], [-1.0, -0.5]],)),
    )  # fmt: skip
    out: Array

    def forward(self, x: Array) -> Array:
        out: Array = lapack(self, self.xp.linalg.inv, x, instead=_LEAST)
        self.out = out
        return out

    def backward(self, gy: Array) -> Array:
        turned = mirrored(self.xp, self.out)
        return -(turned @ gy @ turned)


class Solve(Pair):
    """x with A x = b; the gradient of b is h = A⁻ᵀ g, that of A is -h xᵀ."""

    __slots__ = ("a", "b_shape", "out")
    keeps = ("a", "out")
    name = "solve"
    symbol = "A⁻¹b"
    complexes = True
    cases = (
        Case(A(3, 3, diagonal=5.0), A(3)),
        Case(A(3, 3, diagonal=5.0), A(3, 2)),
        Case(A(2, 2, 2, diagonal=5.0), A(2)),
        Case(A(2, 2, diagonal=5.0), A(3, 2, 1)),
        Case(A(2, 1, 2, 2, diagonal=5.0), A(3, 2, 2)),
        Case(A(1, 1, low=0.5), A(1, 3)),
        Case(A(0, 0), A(0)),
        Case(A(2, 2, diagonal=5.0), A(2, 0)),
        Case(A(2, 2, complex=True, diagonal=5.0), A(2, complex=True)),
        Case(A(2, 2, diagonal=5.0), A(2, 1, complex=True)),
    )
    points = (
        At(X([[4.0]]), X([2.0]), gives=[0.5], slopes=([[-0.125]], [0.25])),
        At(X([[0.0, 2.0], [1.0, 0.0]]), X([[2.0], [3.0]]), gives=[[3.0], [1.0]],
           slopes=([[-1.5, -0.5], [-3.0, -1.0]], [[0.5], [1.0]])),
    )  # fmt: skip
    a: Array
    b_shape: Shape
    out: Array

    def forward(self, a: Array, b: Array) -> Array:
        self.a = a
        self.b_shape = b.shape
        out: Array = lapack(self, self.xp.linalg.solve, a, b, instead=_LEAST)
        self.out = out
        return out

    def misfit(self, *shapes: Shape) -> str:
        a, b = shapes
        rows = b[0] if len(b) == 1 else b[-2]
        return f": {a[-1]} unknowns, but {rows} rows on the right; reshape or transpose one"

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        a, out, xp = self.a, self.out, self.xp
        vector = len(self.b_shape) == 1
        if vector:
            gy, out = _column(gy), _column(out)
        h = xp.linalg.solve(mirrored(xp, a), gy)
        ga = gb = None
        if self._left is not None:
            ga = xp.sum_to(-(h @ mirrored(xp, out)), a.shape)
        if self._right is not None:
            gb = xp.sum_to(h.reshape(h.shape[:-1]) if vector else h, self.b_shape)
        return ga, gb


def _column(x: Array) -> Array:
    return x.reshape((*x.shape, 1))


def inv(x: Operand) -> Variable:
    """Invert matrices, as ``numpy.linalg.inv``.

    Parameters
    ----------
    x : Variable or array, shape (..., n, n)

    Returns
    -------
    Variable, shape (..., n, n)

    Raises
    ------
    SingularError
        If a matrix has no inverse. It is NumPy's ``LinAlgError``, too.
    ShapeError
        If the matrices are not square.

    Notes
    -----
    To solve a linear system call :func:`solve`: it is faster and loses fewer digits. The gradient
    -A⁻ᵀ g A⁻ᵀ is that of M. B. Giles, An extended collection of matrix derivative results for
    forward and reverse mode algorithmic differentiation (2008), section 2.2.3.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[4.0]])
    >>> y = ag.linalg.inv(x)
    >>> y.backward()
    >>> y.item(), x.grad.tolist()
    (0.25, [[-0.0625]])
    """
    return applied(Inv(), square(x, "inv"))


def solve(a: Operand, b: Operand) -> Variable:
    """Solve linear systems A x = b, as ``numpy.linalg.solve``.

    Parameters
    ----------
    a : Variable or array, shape (..., n, n)
    b : Variable or array, shape (n,) or (..., n, k)
        One vector, or matrices whose columns are the right-hand sides: what has two axes or more
        is a stack of matrices, as since NumPy 2. Stacks broadcast.

    Returns
    -------
    Variable, shape (..., n) or (..., n, k)

    Raises
    ------
    SingularError
        If a matrix has no inverse. It is NumPy's ``LinAlgError``, too.
    ShapeError
        If the shapes do not fit.

    Notes
    -----
    The gradients are those of M. B. Giles, An extended collection of matrix derivative results
    (2008), section 2.3.1. Each costs one more solution, with the transposed matrix.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> a, b = ag.Variable([[2.0, 0.0], [0.0, 4.0]]), ag.Variable([1.0, 2.0])
    >>> x = ag.linalg.solve(a, b)
    >>> x.sum().backward()
    >>> x.data.tolist(), b.grad.tolist()
    ([0.5, 0.5], [0.5, 0.25])
    """
    right = as_variable(b, "solve")
    if right.ndim == 0:
        msg = "solve: a number on the right is no right-hand side; pass a vector of shape (n,)."
        raise ShapeError(msg)
    return applied(Solve(), square(a, "solve"), right)


@composed(
    cases=(Case(A(4, 2, 2, low=-0.3, high=0.3), ind=1), Case(A(2, 3, 6), ind=2)),
    points=(At(X([4.0]), ind=1, gives=[0.25], slopes=([-0.0625],)),),
)
def tensorinv(x: Operand, ind: int = 2) -> Variable:
    """Invert a tensor, as ``numpy.linalg.tensorinv``: of the matrix with `ind` axes for its rows.

    Parameters
    ----------
    x : Variable or array
        The product of its first `ind` lengths is the product of the others.
    ind : int
        At least 1.

    Raises
    ------
    ShapeError
        If the two products differ.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.tensorinv(ag.Variable([[2.0, 0.0], [0.0, 4.0]]), ind=1)
    Variable([[0.5 , 0.  ],
              [0.  , 0.25]])
    """
    v = as_variable(x, "tensorinv")
    rows = integer(ind, "tensorinv: ind")
    before, after = v.shape[:rows], v.shape[rows:]
    if rows < 1 or prod(before) != prod(after):
        msg = f"tensorinv: axes {before} and {after} make no square matrix; pass another ind."
        raise ShapeError(msg)
    matrix = reshape(v, (prod(before), prod(after)))
    return reshape(inv(matrix), after + before)


@composed(
    cases=(
        Case(A(2, 3, 6), A(2, 3)),
        Case(A(6, 2, 3), A(2, 3), axes=(0,)),
        Case(A(3, 3, diagonal=5.0), A(3)),
    ),
    points=(At(X([[4.0]]), X([2.0]), gives=[0.5], slopes=([[-0.125]], [0.25])),),
)
def tensorsolve(a: Operand, b: Operand, axes: Sequence[int] | None = None) -> Variable:
    """Solve ``tensordot(a, x, x.ndim) = b`` for x, as ``numpy.linalg.tensorsolve``.

    Parameters
    ----------
    a : Variable or array, shape b.shape + x.shape
        The products of the two shapes are equal.
    b : Variable or array
    axes : sequence of int, optional
        Axes of `a` to move to the end before.

    Raises
    ------
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.tensorsolve(ag.Variable([[2.0, 0.0], [0.0, 4.0]]), [1.0, 2.0])
    Variable([0.5, 0.5])
    """
    v, right = as_variable(a, "tensorsolve"), as_variable(b, "tensorsolve")
    if axes is not None:
        last = normalized_axes(tuple(axes), v.ndim, "tensorsolve")
        v = moveaxis(v, last, tuple(range(-len(last), 0)))
    wanted = v.shape[right.ndim :]
    if v.shape[: right.ndim] != right.shape or prod(wanted) != right.size:
        msg = (
            f"tensorsolve: a of shape {v.shape} and b of shape {right.shape} do not fit; a needs "
            "the axes of b, then axes with the same product."
        )
        raise ShapeError(msg)
    solved = solve(reshape(v, (right.size, right.size)), reshape(right, (right.size,)))
    return reshape(solved, wanted)
