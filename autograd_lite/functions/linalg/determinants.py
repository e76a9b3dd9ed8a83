"""Determinants: det, exact where the matrix is singular, and slogdet."""

from __future__ import annotations

from math import inf, log
from typing import Any, NamedTuple

from autograd_lite.arrays import Array
from autograd_lite.functions.linalg.operands import applied, lapack, mirrored, square
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Nary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["SlogdetResult", "det", "slogdet"]


class SlogdetResult(NamedTuple):
    """What slogdet returns, called as in NumPy."""

    sign: Variable
    logabsdet: Variable


class Det(Nary):
    """The determinant; its gradient is g times the cofactors, which singular matrices have too.

    With the singular value decomposition A = U S Vᴴ and d = det U · det Vᴴ (±1, if A is real), the
    cofactors are the conjugate bases about d P: P is diagonal, and holds the product of all
    singular values but one. They are a hidden output, so that second derivatives know where they
    come from. What arrives there, in the same bases H = d Uᴴ g V, goes on by the products Q of all
    singular values but two: -Qᵢⱼ Hⱼᵢ, and on the diagonal Σⱼ Qᵢⱼ Hⱼⱼ (Qᵢᵢ drops out). Nothing is
    divided, so nothing is lost where values are 0.
    """

    __slots__ = ("cofactors", "eye", "x")
    keeps = ("x", "cofactors")
    constants = ("eye",)
    outputs = ("out", "cofactors")
    hidden = True
    name = "det"
    symbol = "|A|"
    complexes = True
    cases = (
        Case(A(3, 3)),
        Case(A(2, 2, 2)),
        Case(A(1, 1)),
        Case(A(0, 0)),
        Case(A(0, 2, 2)),
        Case(A(4, 4)),
        Case(A(2, 2, complex=True)),
    )
    points = (
        At(X([[3.0]]), gives=3.0, slopes=([[1.0]],)),
        At(X([[0.0]]), gives=0.0, slopes=([[1.0]],)),
        At(X([[1.0, 2.0], [2.0, 4.0]]), gives=0.0, slopes=([[4.0, -2.0], [-2.0, 1.0]],)),
        At(X([[0.0, 0.0], [0.0, 0.0]]), gives=0.0, slopes=([[0.0, 0.0], [0.0, 0.0]],)),
        At(X([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]), gives=0.0,
           slopes=([[0.0] * 3, [0.0] * 3, [0.0, 0.0, -1.0]],)),
        At(X([[[2.0, 0.0], [0.0, 2.0]], [[1.0, 1.0], [1.0, 1.0]]]), gives=[4.0, 0.0],
           slopes=([[[2.0, 0.0], [0.0, 2.0]], [[1.0, -1.0], [-1.0, 1.0]]],)),
    )  # fmt: skip
    cofactors: Array
    eye: Array
    x: Array

    def forward(self, x: Array) -> Array:
        xp = self.xp
        out: Array = xp.linalg.det(x)
        if self._left[0] is None:
            return out
        self.x = x
        u, s, vh, sign = self.decomposed(x)
        eye = self.eye = xp.eye(x.shape[-1], dtype=s.dtype)
        products = xp.prod(s[..., None, :] * (1.0 - eye) + eye, axis=-1)
        self.cofactors = (u * (sign * products)[..., None, :]) @ vh
        return out

    def decomposed(self, x: Array) -> tuple[Array, Array, Array, Array]:
        """Return the conjugate bases about the singular values, and the bases' determinant."""
        xp = self.xp
        u, s, vh = lapack(self, xp.linalg.svd, x, instead="look for NaN")
        # As an operator of two of NumPy's complex numbers `*` rounds otherwise than the ufunc.
        sign = xp.multiply(xp.linalg.det(u), xp.linalg.det(vh))
        return xp.conj(u), s, xp.conj(vh), sign[..., None]

    def backward(self, gy: Any, to_cofactors: Array | None = None) -> tuple[Array | None]:
        found = None if gy is None else gy[..., None, None] * self.cofactors
        if to_cofactors is not None:
            through = self.through(to_cofactors)
            found = through if found is None else found + through
        return (found,)

    def through(self, g: Array) -> Array:
        """Return the gradient of what arrives at the cofactors; memory n³ for n rows."""
        xp, eye = self.xp, self.eye
        u, s, vh, sign = self.decomposed(self.x)
        h = mirrored(xp, u) @ g @ mirrored(xp, vh) * sign[..., None]
        left_out = eye[:, None, :] + eye[None, :, :]
        left_out = left_out - left_out * (left_out - 1.0) / 2.0  # 1, not 2, where i is j
        most = xp.prod(s[..., None, None, :] * (1.0 - left_out) + left_out, axis=-1)
        diagonal = xp.sum(h * eye, axis=-1)[..., None]
        inner = (most @ diagonal) * eye - most * mirrored(xp, h)
        return u @ inner @ vh


class Slogdet(Nary):
    """The sign and the logarithm of the determinant's size; the logarithm's gradient is g A⁻ᵀ."""

    __slots__ = ("eye", "sign", "singular", "x")
    keeps = ("x", "sign")
    constants = ("eye", "singular")
    outputs = ("sign", "logabsdet")
    name = "slogdet"
    symbol = "log|A|"
    complexes = True
    subgradient = "none (NaN) of the logarithm where the determinant is 0"
    cases = (
        Case(A(3, 3, diagonal=5.0)),
        Case(A(2, 2, 2, diagonal=-4.0)),
        Case(A(1, 1, low=0.5)),
        Case(A(0, 0)),
        Case(A(2, 2, complex=True, diagonal=5.0)),
    )
    points = (
        At(X([[-2.0]]), gives=(-1.0, log(2.0)), slopes=([[-0.5]],)),
        At(X([[0.0, 2.0], [1.0, 0.0]]), gives=(-1.0, log(2.0)),
           slopes=([[0.0, 0.5], [1.0, 0.0]],)),
        At(X([[[1.0, 2.0], [2.0, 4.0]], [[2.0, 0.0], [0.0, 1.0]]]),
           gives=([0.0, 1.0], [-inf, log(2.0)]), arriving=([1.0, 1.0], [0.0, 1.0]),
           slopes=([[[0.0, 0.0], [0.0, 0.0]], [[0.5, 0.0], [0.0, 1.0]]],)),
        At(X([[0.0]]), gives=(0.0, -inf), slopes=([[float("nan")]],)),
    )  # fmt: skip
    eye: Array
    sign: Array
    singular: Array
    x: Array

    def forward(self, x: Array) -> tuple[Array, Array]:
        xp = self.xp
        sign, logarithm = xp.linalg.slogdet(x)
        self.x = x
        self.sign = sign
        self.eye = xp.eye(x.shape[-1], dtype=x.dtype)
        self.singular = sign == 0
        return sign, logarithm

    def backward(self, to_sign: Any, to_logarithm: Any) -> tuple[Array]:
        """Invert the identity in the place of singular matrices: LAPACK refuses them.

        A complex sign turns by the imaginary part of tr(A⁻¹ dA), a real one stays.
        """
        xp, singular = self.xp, self.singular
        slope: Any = 0.0
        if to_logarithm is not None:
            lost = singular & (to_logarithm != 0)
            slope = xp.where(lost, float("nan"), to_logarithm)
        if to_sign is not None and self.x.dtype.kind == "c":
            slope = slope + xp.imag(to_sign * self.sign) * 1j
        elif to_logarithm is None:
            return (self.eye * 0.0 * to_sign[..., None, None],)
        invertible = xp.where(singular[..., None, None], self.eye, self.x)
        return (slope[..., None, None] * mirrored(xp, xp.linalg.inv(invertible)),)


def det(x: Operand) -> Variable:
    """Return determinants, as ``numpy.linalg.det``.

    Parameters
    ----------
    x : Variable or array, shape (..., n, n)

    Returns
    -------
    Variable, shape (...)

    Raises
    ------
    ShapeError
        If the matrices are not square.
    SingularError
        If a matrix that needs a gradient holds NaN.

    Notes
    -----
    The gradient is the matrix of cofactors (Jacobi's formula), exact for singular matrices too,
    where det(A) A⁻ᵀ would be 0 · ∞. See G. W. Stewart, On the adjugate matrix, Linear Algebra and
    its Applications 283 (1998). For the logarithm of a determinant call :func:`slogdet`, which
    neither overflows nor underflows.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[1.0, 2.0], [2.0, 4.0]])
    >>> y = ag.linalg.det(x)
    >>> y.backward()
    >>> y.item(), x.grad.round(12).tolist()
    (0.0, [[4.0, -2.0], [-2.0, 1.0]])
    """
    return applied(Det(), square(x, "det"))


def slogdet(x: Operand) -> SlogdetResult:
    """Return the sign of determinants and the logarithm of their size, as ``numpy.linalg.slogdet``.

    Parameters
    ----------
    x : Variable or array, shape (..., n, n)

    Returns
    -------
    sign, logabsdet : Variable, shape (...)
        For a determinant of 0: 0 and -∞, where the logarithm has no gradient (NaN, but 0 where no
        gradient arrives).

    Raises
    ------
    ShapeError
        If the matrices are not square.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[2.0, 0.0], [0.0, 4.0]])
    >>> sign, logarithm = ag.linalg.slogdet(x)
    >>> logarithm.backward()
    >>> x.grad.tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """
    return SlogdetResult(*applied(Slogdet(), square(x, "slogdet")))
