"""What stands in for an inverse where there is none: pinv, lstsq, matrix_rank."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from autograd_lite.arrays import Array, namespace, require
from autograd_lite.errors import ShapeError, SingularError
from autograd_lite.functions import reductions
from autograd_lite.functions.linalg.operands import (
    applied,
    as_variable,
    lapack,
    matrices,
    mirrored,
    rounding,
)
from autograd_lite.functions.linalg.singular import svdvals
from autograd_lite.functions.matrices import matmul
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Operand, Variable, constant

__all__ = ["LstsqResult", "lstsq", "matrix_rank", "pinv"]


class LstsqResult(NamedTuple):
    """What lstsq returns."""

    x: Variable
    residuals: Variable
    rank: int
    singular_values: Variable


class Pinv(Unary):
    """P = A⁺; the gradient is -Pᵀ g Pᵀ + (I - A P) gᵀ P Pᵀ + Pᵀ P gᵀ (I - P A)."""

    __slots__ = ("cutoff", "out", "x")
    keeps = ("x", "out")
    name = "pinv"
    symbol = "A⁺"
    subgradient = "that among matrices of the same rank"
    cases = (
        Case(A(3, 3, diagonal=5.0)),
        Case(A(4, 2)),
        Case(A(2, 3)),
        Case(A(2, 3, 2)),
        Case(A(0, 2)),
        Case(A(3, 2), rtol=1e-3),
    )
    points = (
        At(X([[4.0]]), gives=[[0.25]], slopes=([[-0.0625]],)),
        At(X([[0.0]]), gives=[[0.0]], slopes=([[0.0]],)),
        At(X([[2.0, 0.0], [0.0, 0.0]]), gives=[[0.5, 0.0], [0.0, 0.0]],
           slopes=([[-0.25, 0.25], [0.25, 0.0]],)),
        At(X([[3.0], [4.0]]), gives=[[0.12, 0.16]], arriving=[[1.0, 0.0]],
           slopes=([[0.0112], [-0.0384]],)),
    )  # fmt: skip
    cutoff: float
    out: Array
    x: Array

    def __init__(self, cutoff: float) -> None:
        self.cutoff = cutoff

    def forward(self, x: Array) -> Array:
        self.x = x
        invert = partial(self.xp.linalg.pinv, rcond=self.cutoff)
        out: Array = lapack(self, invert, x, instead="look for NaN")
        self.out = out
        return out

    def backward(self, gy: Array) -> Array:
        xp, x, p = self.xp, self.x, self.out
        turned, g = mirrored(xp, p), mirrored(xp, gy)
        below = g @ p @ turned
        beside = turned @ p @ g
        return below - x @ (p @ below) + beside - (beside @ p) @ x - turned @ gy @ turned


def pinv(x: Operand, rcond: float | None = None, *, rtol: float | None = None) -> Variable:
    """Return pseudo-inverses, as ``numpy.linalg.pinv``.

    Parameters
    ----------
    x : Variable or array, shape (..., m, n)
    rcond, rtol : float, optional
        Singular values of at most this share of the largest count as 0: two names of NumPy's for
        one number. By default the larger of m and n, times the rounding error of the dtype.

    Returns
    -------
    Variable, shape (..., n, m)

    Notes
    -----
    The gradient holds among matrices of the same rank; where the rank changes, the pseudo-inverse
    jumps. See G. H. Golub and V. Pereyra, The differentiation of pseudo-inverses and nonlinear
    least squares problems whose variables separate (1973), equation 4.12.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.pinv(ag.Variable([[2.0, 0.0], [0.0, 0.0]]))
    Variable([[0.5, 0. ],
              [0. , 0. ]])
    """
    v = matrices(x, "pinv")
    given = rcond if rtol is None else rtol
    return applied(Pinv(_cutoff(v, given)), v)


def _cutoff(v: Variable, given: float | None) -> float:
    return max(v.shape[-2:]) * rounding(v) if given is None else float(given)


def lstsq(a: Operand, b: Operand, rcond: float | None = None) -> LstsqResult:
    """Solve A x = b in the sense of least squares, as ``numpy.linalg.lstsq``, for full rank.

    Parameters
    ----------
    a : Variable or array, shape (m, n)
    b : Variable or array, shape (m,) or (m, k)
    rcond : float, optional
        As for :func:`pinv`.

    Returns
    -------
    x : Variable, shape (n,) or (n, k)
        The shortest of all solutions, where there are many (m < n).
    residuals : Variable, shape (1,) or (k,)
        The sums of the squared residuals; of shape (0,) unless m > n, where there are none.
    rank : int
        The smaller of m and n.
    singular_values : Variable
        Those of `a`.

    Raises
    ------
    SingularError
        If the rank is less than m and n. NumPy returns a solution then; it has no gradient, for the
        rank is another one as soon as `a` moves. Call ``pinv(a) @ b`` for one.
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> a, b = ag.Variable([[1.0], [1.0]]), ag.Variable([1.0, 3.0])
    >>> x, residuals, rank, _ = ag.linalg.lstsq(a, b)
    >>> round(x.item(), 12), round(residuals.item(), 12), rank
    (2.0, 2.0, 1)
    """
    v, right = matrices(a, "lstsq"), as_variable(b, "lstsq")
    if v.ndim != 2 or right.ndim not in (1, 2) or right.shape[0] != v.shape[0]:
        msg = (
            f"lstsq: a of shape {v.shape} and b of shape {right.shape} do not fit; pass shapes "
            "(m, n) and (m,) or (m, k)."
        )
        raise ShapeError(msg)
    values = svdvals(v)
    rank = min(v.shape)
    s = values._data
    full = (s > _cutoff(v, rcond) * s[:1]).all()
    missing = "lstsq: the rank of a is not full; call linalg.pinv(a) @ b for the shortest solution."
    require(full, missing, SingularError)
    x = matmul(pinv(v, rcond), right)
    return LstsqResult(x, _residuals(v, x, right), rank, values)


def _residuals(a: Variable, x: Variable, b: Variable) -> Variable:
    m, n = a.shape
    if m <= n:
        return constant(namespace(a._data).zeros((0,), dtype=x.dtype))
    off = b - matmul(a, x)
    return reductions.sum(off * off, axis=0, keepdims=b.ndim == 1)


def matrix_rank(x: Operand, tol: float | None = None, *, rtol: float | None = None) -> int | Array:
    """Return how many singular values are not 0, as ``numpy.linalg.matrix_rank``: plain numbers.

    Parameters
    ----------
    x : Variable or array, shape (..., m, n)
    tol, rtol : float, optional
        What counts as 0: at most `tol`, or at most this share of the largest.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.matrix_rank(ag.Variable([[1.0, 2.0], [2.0, 4.0]]))
    1
    """
    v = matrices(x, "matrix_rank")
    s = svdvals(v.detach()).data
    largest = s.max(axis=-1, keepdims=True) if s.shape[-1] else s
    least = _cutoff(v, rtol) * largest if tol is None else tol
    ranks: Array = (s > least).sum(axis=-1)
    return ranks if v.ndim > 2 else int(ranks)
