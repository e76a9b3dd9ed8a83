"""Norms of vectors and matrices, and the condition number."""

from __future__ import annotations

from math import inf
from numbers import Real
from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions import reductions, selection
from autograd_lite.functions.axes import moveaxis
from autograd_lite.functions.complex import is_complex
from autograd_lite.functions.linalg.operands import as_variable, matrices, square
from autograd_lite.functions.linalg.singular import svdvals
from autograd_lite.functions.linalg.solving import inv
from autograd_lite.functions.reductions import Reduction, narrow, normalized_axes, wide
from autograd_lite.functions.rounding import sign
from autograd_lite.functions.shapes import expand_dims
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Axis, Operand, Variable

__all__ = ["cond", "matrix_norm", "norm", "vector_norm"]


class Norm(Reduction):
    """(Σ |x|^p)^(1/p); the gradient is g · sign x · (|x| / norm)^(p-1), for p = 2 g · x / norm."""

    __slots__ = ("out", "p", "x")
    keeps = ("out", "x")
    name = "norm"
    symbol = "‖x‖"
    subgradient = "0 where the norm is 0, and of elements that are 0"
    cases = (
        Case(A(3, 4)),
        Case(A(3, 4), axis=0, keepdims=True),
        Case(A(2, 3, 4), "fro", axis=(0, -1)),
        Case(A(5, away_from=0.0), 3),
        Case(A(2, 3, complex=True)),
        Case(A(5, away_from=0.0, complex=True), 3),
        Case(A(2, 3, complex=True), "fro", axis=(0, 1)),
        Case(A(2, 5, away_from=0.0), 1.5, axis=-1),
        Case(A(5, low=0.5), -1.5),
        Case(A(3, 4, away_from=0.0), 1, axis=1),
        Case(A(7, distinct=True, low=0.3), inf),
        Case(A(7, distinct=True, low=0.3), -inf),
        Case(A(5, low=0.5), 0),
        Case(A(3, 4, distinct=True, low=0.3), 1),
        Case(A(2, 3, 4, distinct=True, low=0.3), -inf, axis=(2, 0), keepdims=True),
        Case(A(3, 2), "nuc"),
        Case(A(3, 2, 2), 2, axis=(2, 0), keepdims=True),
        Case(A(2, 2), -2),
        Case(A(3, 2, complex=True), "nuc"),
        Case(A(2, 2, complex=True), -2),
    )
    points = (
        At(X([3.0, -4.0]), gives=5.0, slopes=([0.6, -0.8],)),
        At(X([3e200, -4e200]), gives=5e200, slopes=([0.6, -0.8],), exact32=False),
        At(X([3e-200, -4e-200]), gives=5e-200, slopes=([0.6, -0.8],), exact32=False),
        At(X([3e-30, -4e-30]), gives=5e-30, slopes=([0.6, -0.8],)),
        At(X([[0.0, 0.0], [0.0, -2.0]]), axis=1, gives=[0.0, 2.0],
           slopes=([[0.0, 0.0], [0.0, -1.0]],)),
        At(X([0.0, 0.0]), 3.0, gives=0.0, slopes=([0.0, 0.0],)),
        At(X([0.0, -2.0]), 1.5, gives=2.0, slopes=([0.0, -1.0],)),
        At(X([0.0, -2.0]), 0.5, gives=2.0, slopes=([0.0, -1.0],)),
        At(X([0.0, -2.0]), -1.5, gives=0.0, slopes=([0.0, 0.0],)),
        At(X([0.0, -2.0, 2.0]), 1, gives=4.0, slopes=([0.0, -1.0, 1.0],)),
        At(X([0.0, -2.0, 2.0]), inf, gives=2.0, slopes=([0.0, -0.5, 0.5],)),
        At(X([0.0, -2.0, 2.0]), -inf, gives=0.0, slopes=([0.0, 0.0, 0.0],)),
        At(X([0.0, -2.0, 2.0]), 0, gives=2.0, slopes=([0.0, 0.0, 0.0],)),
        At(X(-2.0), gives=2.0, slopes=(-1.0,)),
        At(X([[3.0, 0.0], [0.0, -4.0]]), 2, gives=4.0, slopes=([[0.0, 0.0], [0.0, -1.0]],)),
        At(X([[2.0, 0.0], [0.0, 2.0]]), 2, gives=2.0, slopes=([[0.5, 0.0], [0.0, 0.5]],)),
        At(X([[2.0, 0.0], [0.0, 0.0]]), "nuc", gives=2.0, slopes=([[1.0, 0.0], [0.0, 0.0]],)),
        At(X([[0.0, 0.0], [0.0, 0.0]]), "nuc", gives=0.0, slopes=([[0.0, 0.0], [0.0, 0.0]],)),
        At(X([[0.0, 0.0], [0.0, 0.0]]), 2, gives=0.0, slopes=([[0.0, 0.0], [0.0, 0.0]],)),
        At(X([[0.0, 0.0], [0.0, 0.0]]), gives=0.0, slopes=([[0.0, 0.0], [0.0, 0.0]],)),
    )  # fmt: skip
    out: Array
    x: Array
    p: float

    def __init__(self, axis: Axis, p: float, keepdims: bool) -> None:
        super().__init__(axis, keepdims)
        self.p = p

    def forward(self, x: Array) -> Array:
        """Scale by the largest element (for p < 0 the smallest), so that no power overflows."""
        xp, p = self.xp, self.p
        axes = self.over(x)
        self.count("norm")
        self.x = x
        exact = xp.widened(x)
        sizes = xp.abs(exact)
        scale = (xp.max if p > 0 else xp.min)(sizes, axis=axes, keepdims=True)
        scale = xp.where((scale > 0) & (scale < inf), scale, 1.0)
        if p == 2:
            scaled = exact / scale
            root = xp.sqrt(xp.sum(scaled * scaled, axis=axes, keepdims=True))
        else:
            root = xp.sum((sizes / scale) ** p, axis=axes, keepdims=True) ** (1.0 / p)
        out = self.out = narrow(self.reduced(root * scale), x)
        return out

    def backward(self, gy: Array) -> Array:
        x, out = wide(self.x), wide(self.out)
        nonzero = out != 0
        gy = self.kept(gy * nonzero.astype(gy.dtype))
        out = self.kept(out + ~nonzero)
        if self.p == 2:
            return narrow(x / out * gy, gy)
        # At x = 0 a power below 0 would be infinite; 1 stands for it, and the sign makes it 0.
        shares = self.xp.abs(x) / out + (x == 0)
        return narrow(self.xp.sign(x) * shares ** (self.p - 1.0) * gy, gy)


def norm(
    x: Operand, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False
) -> Variable:
    """Return a norm of vectors or matrices, as ``numpy.linalg.norm``.

    Parameters
    ----------
    x : Variable or array
    ord : number, "fro", "nuc" or None
        Of vectors: 2 (also None), any other p, ``inf`` (the largest absolute value), ``-inf`` (the
        smallest), 0 (how many are not 0). Of matrices: ``"fro"`` (also None: the root of the sum
        of squares), 1 and ``inf`` (the largest sum of a column's, of a row's absolute values), -1
        and ``-inf`` (the smallest), 2 and -2 (the largest and the smallest singular value),
        ``"nuc"`` (their sum).
    axis : int, tuple of int or None
        One axis of vectors, or the row and the column axis of matrices; None takes all elements
        as one vector, or with `ord` an operand of one or two axes as what it is.
    keepdims : bool
        Keep the axes with length 1.

    Raises
    ------
    ArgumentError
        For orders that neither vectors nor matrices have.
    ShapeError
        If there are no elements, of orders below 0; of others the norm is 0 then.

    Notes
    -----
    Nothing overflows on the way. At 0 the gradient is 0, to any order. Equal largest singular
    values share the gradient of the 2-norm.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([3.0, -4.0])
    >>> y = ag.norm(x)
    >>> y.backward()
    >>> y.item(), x.grad.tolist()
    (5.0, [0.6, -0.8])
    """
    v = as_variable(x, "norm")
    if axis is None and ord is None:
        return _root(v, None, 2.0, keepdims) if v.size else _of_nothing(v, None, keepdims)
    axes = normalized_axes(axis, v.ndim, "norm")
    if _is_empty(v, axes) and _has_least(ord):
        return _of_nothing(v, axes, keepdims)
    _require_elements(v, axes, "norm")
    if len(axes) == 1:
        return _vector_norm(v, ord, axes, keepdims)
    if len(axes) == 2:
        return _matrix_norm(v, ord, axes[0], axes[1], keepdims)
    msg = (
        f"norm: {len(axes)} axes of shape {v.shape} with ord={ord!r}; a vector has one axis and a "
        "matrix two: name them with axis=."
    )
    raise ArgumentError(msg)


def _is_empty(v: Variable, axes: tuple[int, ...]) -> bool:
    return 0 in [v.shape[i] for i in axes]


def _has_least(ord: Any) -> bool:
    """Whether 0 is the least that a norm can be: not of orders below 0."""
    return not isinstance(ord, Real) or float(ord) >= 0


def _of_nothing(v: Variable, axes: Axis, keepdims: bool) -> Variable:
    return reductions.sum(selection.abs(v), axes, keepdims)


def _require_elements(v: Variable, axes: tuple[int, ...], what: str) -> None:
    if _is_empty(v, axes):
        msg = f"{what}: axis {axes} of shape {v.shape} is empty; there is no norm of nothing."
        raise ShapeError(msg)


def _root(v: Variable, axes: Axis, p: float, keepdims: bool) -> Variable:
    """Apply the operation, of complex numbers to their sizes."""
    return unary(Norm(axes, p, keepdims), selection.abs(v) if is_complex(v) else v)


def _vector_norm(v: Variable, ord: Any, axes: Axis, keepdims: bool) -> Variable:
    if ord is None or ord == 2:
        return _root(v, axes, 2.0, keepdims)
    if ord == 0:
        v, ord = sign(selection.abs(v)), 1
    if ord == 1:
        return reductions.sum(selection.abs(v), axes, keepdims)
    if ord == inf:
        return reductions.max(selection.abs(v), axes, keepdims)
    if ord == -inf:
        return reductions.min(selection.abs(v), axes, keepdims)
    if isinstance(ord, Real) and ord == ord:
        return _root(v, axes, float(ord), keepdims)
    msg = f"norm: {ord!r:.40} is no order of a vector norm; pass a number, or two axes of matrices."
    raise ArgumentError(msg)


def _matrix_norm(v: Variable, ord: Any, row: int, column: int, keepdims: bool) -> Variable:
    if ord is None or ord == "fro":
        return _root(v, (row, column), 2.0, keepdims)
    if ord == "nuc" or (isinstance(ord, Real) and ord in (2, -2)):
        return _spectral_norm(v, ord, row, column, keepdims)
    if isinstance(ord, Real) and ord in (1, -1, inf, -inf):
        within, across = (row, column) if ord in (1, -1) else (column, row)
        sums = reductions.sum(selection.abs(v), within, keepdims)
        if within < across and not keepdims:
            across -= 1
        return (reductions.max if float(ord) > 0 else reductions.min)(sums, across, keepdims)
    msg = (
        f"norm: ord={ord!r:.40} is no order of a matrix norm; pass 'fro', 'nuc', 1, -1, 2, -2, inf "
        "or -inf, or one axis of vectors."
    )
    raise ArgumentError(msg)


def _spectral_norm(v: Variable, ord: Any, row: int, column: int, keepdims: bool) -> Variable:
    """Reduce singular values; those that are 0 get 0, as numbers do at the kink of abs."""
    values = selection.abs(svdvals(moveaxis(v, (row, column), (-2, -1))))
    reduce = reductions.sum if ord == "nuc" else reductions.max if ord == 2 else reductions.min
    found = reduce(values, -1)
    return expand_dims(found, tuple(sorted((row, column)))) if keepdims else found


@composed(
    cases=(
        Case(A(3, 4)),
        Case(A(3, 4, away_from=0.0), axis=0, keepdims=True, ord=3),
        Case(A(2, 3, 4, distinct=True, low=0.3), axis=(0, 2), ord=inf),
    ),
    points=(
        At(X([[3.0], [-4.0]]), gives=5.0, slopes=([[0.6], [-0.8]],)),
        At(X([0.0, 0.0]), gives=0.0, slopes=([0.0, 0.0],)),
        At(X([0.0, 0.0]), ord=1, gives=0.0, slopes=([0.0, 0.0],)),
    ),
    subgradient="as norm",
)
def vector_norm(
    x: Operand, *, axis: Axis = None, keepdims: bool = False, ord: float = 2
) -> Variable:
    """Return a norm of vectors, as ``numpy.linalg.vector_norm``.

    Parameters
    ----------
    x : Variable or array
    axis : int, tuple of int or None
        The axes whose elements together make a vector; None for all.
    keepdims : bool
        Keep the axes with length 1.
    ord : number
        As for vectors in :func:`norm`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.vector_norm(ag.Variable([[3.0], [-4.0]]))
    Variable(5.0)
    """
    v = as_variable(x, "vector_norm")
    axes = normalized_axes(axis, v.ndim, "vector_norm")
    if _is_empty(v, axes) and _has_least(ord):
        return _of_nothing(v, axes, keepdims)
    _require_elements(v, axes, "vector_norm")
    return _vector_norm(v, ord, axes, keepdims)


@composed(
    cases=(
        Case(A(2, 3, 4)),
        Case(A(3, 2), ord="nuc", keepdims=True),
        Case(A(2, 3, low=0.3), ord=1),
        Case(A(2, 3, 2), ord=2),
        Case(A(2, 3, complex=True), ord=2),
    ),
    points=(
        At(X([[3.0], [-4.0]]), gives=5.0, slopes=([[0.6], [-0.8]],)),
        At(X([[0.0]]), ord="nuc", gives=0.0, slopes=([[0.0]],)),
    ),
    subgradient="as norm",
)
def matrix_norm(x: Operand, *, keepdims: bool = False, ord: float | str = "fro") -> Variable:
    """Return a norm of matrices, as ``numpy.linalg.matrix_norm``.

    Parameters
    ----------
    x : Variable or array, shape (..., m, n)
    keepdims : bool
        Keep the axes with length 1.
    ord : number, "fro" or "nuc"
        As for matrices in :func:`norm`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.matrix_norm(ag.Variable([[3.0, 0.0], [0.0, -4.0]]), ord="nuc")
    Variable(7.0)
    """
    v = matrices(x, "matrix_norm")
    axes = (v.ndim - 2, v.ndim - 1)
    if _is_empty(v, axes) and _has_least(ord):
        return _of_nothing(v, axes, keepdims)
    _require_elements(v, axes, "matrix_norm")
    return _matrix_norm(v, ord, *axes, keepdims)


@composed(
    cases=(
        Case(A(3, 2)),
        Case(A(2, 3, 3, diagonal=5.0), "fro"),
        Case(A(3, 3, diagonal=5.0), 1),
        Case(A(2, 2, diagonal=4.0), -2),
        Case(A(2, 2, complex=True)),
    ),
    points=(
        At(X([[4.0, 0.0], [0.0, 2.0]]), gives=2.0, slopes=([[0.5, 0.0], [0.0, -1.0]],)),
        At(X([[2.0, 0.0], [0.0, 0.0]]), gives=inf, arriving=0.0,
           slopes=([[0.0, 0.0], [0.0, 0.0]],)),
        At(X([[0.0, 0.0], [0.0, 0.0]]), gives=inf, slopes=([[0.0, 0.0], [0.0, 0.0]],)),
    ),
    subgradient="as norm; 0 of zeros",
)  # fmt: skip
def cond(x: Operand, p: float | str | None = None) -> Variable:
    """Return the condition number, as ``numpy.linalg.cond``.

    Parameters
    ----------
    x : Variable or array, shape (..., m, n)
        Square, but for the orders 2 and -2.
    p : number, "fro", "nuc" or None
        The order of :func:`norm`; 2 if None.

    Raises
    ------
    SingularError
        If a matrix has no inverse, but for the orders 2 and -2.
    ShapeError
        If there are no elements, or the matrices should be square.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.cond(ag.Variable([[4.0, 0.0], [0.0, 2.0]]))
    Variable(2.0)
    """
    v = matrices(x, "cond")
    axes = (v.ndim - 2, v.ndim - 1)
    _require_elements(v, axes, "cond")
    if p is None or p in (2, -2):
        values = svdvals(v)
        largest, smallest = values[..., 0], values[..., -1]
        return _ratio(smallest, largest) if p == -2 else _ratio(largest, smallest)
    v = square(v, "cond")
    return matrix_norm(v, ord=p) * matrix_norm(inv(v), ord=p)


def _ratio(above: Variable, below: Variable) -> Variable:
    """Divide; 0 / 0, of a matrix of zeros, is ∞, and has no slope."""
    lost = (above._data == 0) & (below._data == 0)
    return selection.where(lost, inf, above / (below + lost))
