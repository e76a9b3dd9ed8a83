"""Triangular factors: cholesky and qr."""

from __future__ import annotations

from typing import Any, NamedTuple

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError
from autograd_lite.functions.linalg.operands import (
    adjoint,
    applied,
    conjugated,
    folded,
    halved,
    is_constant,
    lapack,
    matrices,
    square,
    unrecorded,
)
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Nary, ShapeKeeping
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["QRResult", "cholesky", "qr"]


class QRResult(NamedTuple):
    """What qr returns, called as in NumPy."""

    Q: Variable
    R: Variable


class Cholesky(ShapeKeeping):
    """L with L Lᴴ = A: the gradient is S = L⁻ᴴ Φ(Lᴴ g) L⁻¹, in the triangle that was read.

    Φ takes the lower triangle and half of the diagonal. The upper factor is Lᴴ of Aᴴ.
    """

    __slots__ = ("out", "upper")
    keeps = ("out",)
    name = "cholesky"
    symbol = "chol"
    complexes = True
    cases = (
        Case(A(3, 3, low=-1, high=1, diagonal=4.0)),
        Case(A(2, 2, 2, low=-1, high=1, diagonal=4.0)),
        Case(A(3, 3, low=-1, high=1, diagonal=4.0), upper=True),
        Case(A(3, 3, low=-1, high=1, diagonal=4.0, complex=True)),
        Case(A(3, 3, low=-1, high=1, diagonal=4.0, complex=True), upper=True),
        Case(A(1, 1, low=0.5)),
        Case(A(0, 0)),
    )
    points = (
        At(X([[4.0]]), gives=[[2.0]], slopes=([[0.25]],)),
        At(X([[4.0, 7.0], [0.0, 9.0]]), gives=[[2.0, 0.0], [0.0, 3.0]],
           slopes=([[0.25, 0.0], [0.5, 1.0 / 6.0]],)),
        At(X([[4.0, 0.0], [7.0, 9.0]]), upper=True, gives=[[2.0, 0.0], [0.0, 3.0]],
           slopes=([[0.25, 0.5], [0.0, 1.0 / 6.0]],)),
    )  # fmt: skip
    out: Array
    upper: bool

    def __init__(self, upper: bool) -> None:
        self.upper = upper

    def forward(self, x: Array) -> Array:
        xp = self.xp
        given = adjoint(xp, x) if self.upper else x
        factor: Array = lapack(
            self, xp.linalg.cholesky, given, instead="add a small multiple of the identity"
        )
        out = self.out = adjoint(xp, factor).copy() if self.upper else factor
        return out

    def backward(self, gy: Array) -> Array:
        xp, factor, gy = self.xp, self.out, conjugated(self.xp, gy)
        if self.upper:
            factor, gy = adjoint(xp, factor), adjoint(xp, gy)
        inverse = xp.linalg.inv(factor)
        s = adjoint(xp, inverse) @ halved(xp, adjoint(xp, factor) @ gy) @ inverse
        found: Array = conjugated(xp, folded(xp, s, upper=self.upper))
        return found


class QR(Nary):
    """Q R = A with orthonormal columns in Q and R upper triangular.

    With M = R gRᴴ - gQᴴ Q and its lower triangle mirrored, L, the gradient is (gQ + Q L) R⁻ᴴ. Of a
    wide matrix (X Y) = Q (U V) this is the gradient of X, for gQ + Y gVᴴ; that of Y is Q gV.
    LAPACK makes the diagonal of R real, and so is that of L.
    """

    __slots__ = ("q", "r", "rows", "x")
    keeps = ("q", "r", "x")
    outputs = ("q", "r")
    name = "qr"
    complexes = True
    cases = (
        Case(A(3, 3, diagonal=5.0)),
        Case(A(4, 2)),
        Case(A(2, 4)),
        Case(A(2, 3, 2)),
        Case(A(3, 0)),
        Case(A(1, 1, low=0.5)),
        Case(A(3, 3, diagonal=5.0, complex=True)),
        Case(A(3, 2, complex=True)),
        Case(A(2, 3, complex=True)),
    )
    points = (
        At(X([[3.0], [4.0]]), gives=([[-0.6], [-0.8]], [[-5.0]]), arriving=([[0.0]], [[1.0]]),
           slopes=([[-0.6], [-0.8]],)),
    )  # fmt: skip
    q: Array
    r: Array
    rows: int
    x: Array

    def forward(self, x: Array) -> tuple[Array, Array]:
        self.q, self.r = self.xp.linalg.qr(x)
        self.x = x
        self.rows = x.shape[-2]
        return self.q, self.r

    def backward(self, gq: Array | None, gr: Array | None) -> tuple[Array]:
        xp = self.xp
        gq, gr = conjugated(xp, gq), conjugated(xp, gr)
        wide = self.r.shape[-1] > self.rows
        return (conjugated(xp, self.wide(gq, gr) if wide else self.tall(gq, gr, self.r)),)

    def wide(self, gq: Array | None, gr: Array | None) -> Array:
        """Return the gradient of a matrix with more columns than rows."""
        xp, rows, r = self.xp, self.rows, self.r[..., : self.rows]
        if gr is None:
            return xp.concatenate([self.tall(gq, None, r), self.x[..., rows:] * 0.0], -1)
        beyond = gr[..., rows:]
        through = self.x[..., rows:] @ adjoint(xp, beyond)
        left = self.tall(through if gq is None else gq + through, gr[..., :rows], r)
        return xp.concatenate([left, self.q @ beyond], -1)

    def tall(self, gq: Array | None, gr: Array | None, r: Array) -> Array:
        """Return the gradient of a matrix with at least as many rows as columns."""
        xp, q = self.xp, self.q
        m: Any = 0.0
        if gr is not None:
            m = r @ adjoint(xp, gr)
        if gq is not None:
            m = m - adjoint(xp, gq) @ q
        half = halved(xp, m)
        symmetric = half + adjoint(xp, half)
        inner = q @ symmetric if gq is None else gq + q @ symmetric
        inverse = lapack(
            self, xp.linalg.inv, r, instead="the columns depend on each other: qr has no gradient"
        )
        return inner @ adjoint(xp, inverse)


def cholesky(x: Operand, *, upper: bool = False) -> Variable:
    """Return the factor L of positive definite matrices A = L Lᴴ, symmetric or Hermitian.

    As ``numpy.linalg.cholesky``. Only the lower triangle of `x` is read (the upper one with
    ``upper=True``), and only it gets a gradient: an element off the diagonal stands for its mirror
    image too, and gets the gradients of both.

    Parameters
    ----------
    x : Variable or array, shape (..., n, n)
    upper : bool
        Return Lᴴ, and read the upper triangle.

    Returns
    -------
    Variable, shape (..., n, n)

    Raises
    ------
    SingularError
        If a matrix is not positive definite. It is NumPy's ``LinAlgError``, too.
    ShapeError
        If the matrices are not square.

    Notes
    -----
    The rule is that of I. Murray, Differentiation of the Cholesky decomposition (2016), section
    3.3, equations 9 and 10.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[4.0, 0.0], [2.0, 5.0]])
    >>> y = ag.linalg.cholesky(x)
    >>> y.sum().backward()
    >>> y.data.tolist(), x.grad.tolist()
    ([[2.0, 0.0], [1.0, 2.0]], [[0.1875, 0.0], [0.25, 0.25]])
    """
    return applied(Cholesky(bool(upper)), square(x, "cholesky"))


def qr(x: Operand, mode: str = "reduced") -> QRResult | Variable:
    """Factor into orthonormal columns and an upper triangle, as ``numpy.linalg.qr``.

    Parameters
    ----------
    x : Variable or array, shape (..., m, n)
    mode : {"reduced", "complete", "r"}
        ``"complete"`` of constants, or where Q has no columns beyond those of ``"reduced"``
        (m ≤ n): they could be any, so they have no gradient. ``"r"`` returns R alone.

    Returns
    -------
    Q : Variable, shape (..., m, k), with k the smaller of m and n
    R : Variable, shape (..., k, n)

    Raises
    ------
    ArgumentError
        For another mode.
    SingularError
        In backward, if the first k columns depend on each other.

    Notes
    -----
    The signs of the rows of R are LAPACK's choice: a loss should not depend on them. The rule is
    that of S. F. Walter and L. Lehmann, Algorithmic differentiation of linear algebra functions
    with application in optimum experimental design (2010), and for wide matrices that of D. A. O.
    Roberts and L. R. Roberts, QR and LQ decomposition matrix backpropagation algorithms for square,
    wide, and deep matrices (2020).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[3.0], [4.0]])
    >>> q, r = ag.linalg.qr(x)
    >>> (r * r).sum().backward()
    >>> print(x.grad)
    [[6.]
     [8.]]
    """
    v = matrices(x, "qr")
    if mode not in ("reduced", "complete", "r"):
        msg = f"qr: mode={mode!r:.40} is not supported; pass 'reduced', 'complete' or 'r'."
        raise ArgumentError(msg)
    if mode == "complete" and v.shape[-2] > v.shape[-1]:
        if is_constant(v):
            return QRResult(*unrecorded("qr", v, "complete"))
        msg = f"qr: of shape {v.shape} the columns beyond 'reduced' have no gradient; leave them."
        raise ArgumentError(msg)
    found = QRResult(*applied(QR(), v))
    return found.R if mode == "r" else found
