"""What stands in for an inverse where there is none: pinv, lstsq, matrix_rank."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np

from autograd_lite.arrays import Array, namespace, require
from autograd_lite.errors import ShapeError, SingularError
from autograd_lite.functions import reductions
from autograd_lite.functions.complex import conj, is_complex, real
from autograd_lite.functions.conversion import astype
from autograd_lite.functions.diagonals import tril
from autograd_lite.functions.linalg.operands import (
    adjoint,
    applied,
    as_variable,
    conjugated,
    lapack,
    matrices,
    rounding,
    square,
    transposed,
)
from autograd_lite.functions.linalg.singular import of_hermitian, svdvals
from autograd_lite.functions.matrices import matmul
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Operand, Variable, constant

__all__ = ["LstsqResult", "lstsq", "matrix_rank", "pinv"]

Cutoff: TypeAlias = "float | Array"
NUMPYS_RTOL = 1e-15
_RANK_IS_NOT_FULL = (
    "lstsq: the rank of a is not full; for the shortest solution call pinv(a, rtol=None) @ b."
)


class LstsqResult(NamedTuple):
    """What lstsq returns."""

    x: Variable
    residuals: Variable
    rank: int
    singular_values: Variable


class Pinv(Unary):
    """P = A⁺; the gradient is -Pᴴ g Pᴴ + (I - A P) gᴴ P Pᴴ + Pᴴ P gᴴ (I - P A)."""

    __slots__ = ("cutoff", "out", "x")
    keeps = ("x", "out")
    name = "pinv"
    symbol = "A⁺"
    complexes = True
    subgradient = "that among matrices of the same rank"
    cases = (
        Case(A(3, 3, diagonal=5.0)),
        Case(A(4, 2)),
        Case(A(2, 3)),
        Case(A(2, 3, 2)),
        Case(A(0, 2)),
        Case(A(3, 2), rtol=1e-3),
        Case(A(3, 3, diagonal=5.0), hermitian=True),
        Case(A(3, 2, complex=True)),
        Case(A(2, 3, complex=True), rtol=None),
        Case(A(3, 3, complex=True, diagonal=5.0), hermitian=True),
    )
    points = (
        At(X([[4.0]]), gives=[[0.25]], slopes=([[-0.0625]],)),
        At(X([[0.0]]), gives=[[0.0]], slopes=([[0.0]],)),
        At(X([[2.0, 0.0], [0.0, 0.0]]), gives=[[0.5, 0.0], [0.0, 0.0]],
           slopes=([[-0.25, 0.25], [0.25, 0.0]],)),
        At(X([[3.0], [4.0]]), gives=[[0.12, 0.16]], arriving=[[1.0, 0.0]],
           slopes=([[0.0112], [-0.0384]],)),
    )  # fmt: skip
    cutoff: Cutoff
    out: Array
    x: Array

    def __init__(self, cutoff: Cutoff) -> None:
        self.cutoff = cutoff

    def forward(self, x: Array) -> Array:
        self.x = x
        invert = partial(self.xp.linalg.pinv, rcond=self.cutoff)
        out: Array = lapack(self, invert, x, instead="look for NaN")
        self.out = out
        return out

    def backward(self, gy: Array) -> Array:
        xp, x, p, gy = self.xp, self.x, self.out, conjugated(self.xp, gy)
        turned, g = adjoint(xp, p), adjoint(xp, gy)
        below = g @ p @ turned
        beside = turned @ p @ g
        total = below - x @ (p @ below) + beside - (beside @ p) @ x - turned @ gy @ turned
        found: Array = conjugated(xp, total)
        return found


def pinv(
    x: Operand,
    rcond: Cutoff | None = None,
    hermitian: bool = False,
    *,
    rtol: Cutoff | None = NUMPYS_RTOL,
) -> Variable:
    """Return pseudo-inverses, as ``numpy.linalg.pinv``.

    Parameters
    ----------
    x : Variable or array, shape (..., m, n)
    rcond, rtol : float, or one for each matrix, optional
        Singular values of at most this share of the largest count as 0: two names of NumPy's for
        one number, of which `rcond` goes first. By default 1e-15, as in NumPy; with ``rtol=None``
        the larger of m and n, times the rounding error of the dtype: the better choice in float32.
    hermitian : bool
        The matrices are symmetric or Hermitian: only the lower triangle is read, and gets a
        gradient.

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
    if hermitian:
        v = square(v, "pinv")
        half = 0.5 * (tril(v) + tril(v, -1))
        v = half + transposed(half)
    return applied(Pinv(_cutoff(v, rtol if rcond is None else rcond)), v)


def _cutoff(v: Variable, given: Cutoff | None) -> Cutoff:
    return max(v.shape[-2:]) * rounding(v) if given is None else given


def lstsq(a: Operand, b: Operand, rcond: float | None = None) -> LstsqResult:
    """Solve A x = b in the sense of least squares, as ``numpy.linalg.lstsq``, for full rank.

    Parameters
    ----------
    a : Variable or array, shape (m, n)
    b : Variable or array, shape (m,) or (m, k)
    rcond : float, optional
        Singular values of at most this share of the largest count as 0. By default the larger of m
        and n, times the rounding error of the dtype; below 0 that error alone.

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
        rank is another one as soon as `a` moves. Call ``pinv(a, rtol=None) @ b`` for one.
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
    dtype = np.result_type(v.dtype, right.dtype)
    v = v if v.dtype == dtype else astype(v, dtype)
    values = svdvals(v)
    rank = min(v.shape)
    s = values._data
    cutoff = rounding(v) if rcond is not None and rcond < 0 else _cutoff(v, rcond)
    require((s > cutoff * s[:1]).all(), _RANK_IS_NOT_FULL, SingularError)
    x = matmul(pinv(v, cutoff), right)
    return LstsqResult(x, _residuals(v, x, right), rank, values)


def _residuals(a: Variable, x: Variable, b: Variable) -> Variable:
    m, n = a.shape
    if m <= n:
        return constant(namespace(a._data).zeros((0,), dtype=real(x).dtype))
    off = b - matmul(a, x)
    squares = real(off * conj(off)) if is_complex(off) else off * off
    return reductions.sum(squares, axis=0, keepdims=b.ndim == 1)


def matrix_rank(
    x: Operand,
    tol: Cutoff | None = None,
    hermitian: bool = False,
    *,
    rtol: Cutoff | None = None,
) -> int | Array:
    """Return how many singular values are not 0, as ``numpy.linalg.matrix_rank``: plain numbers.

    Parameters
    ----------
    x : Variable or array, shape (..., m, n)
        A vector has rank 1, or 0 if all of it is 0.
    tol, rtol : float, or one for each matrix, optional
        What counts as 0: at most `tol`, or else at most this share of the largest.
    hermitian : bool
        The matrices are symmetric or Hermitian: only the lower triangle is read.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.matrix_rank(ag.Variable([[1.0, 2.0], [2.0, 4.0]]))
    1
    """
    v = as_variable(x, "matrix_rank").detach()
    if v.ndim < 2:
        return int((v.data != 0).any())
    s = (of_hermitian(square(v, "matrix_rank")).S if hermitian else svdvals(v)).data
    least = _per_matrix(s, _cutoff(v, rtol) if tol is None else tol)
    if tol is None and s.shape[-1]:
        least = least * s.max(axis=-1, keepdims=True)
    ranks: Array = (s > least).sum(axis=-1)
    return ranks if v.ndim > 2 else int(ranks)


def _per_matrix(s: Array, given: Cutoff) -> Array:
    return namespace(s).asarray(given)[..., None]
