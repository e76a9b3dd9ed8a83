"""Eigenvalues and eigenvectors of any square matrices: eig, eigvals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from autograd_lite.arrays import Array, namespace, require
from autograd_lite.errors import CaptureError
from autograd_lite.functions.complex import real
from autograd_lite.functions.conversion import astype
from autograd_lite.functions.linalg.operands import applied, lapack, mirrored, square
from autograd_lite.functions.linalg.spectra import parted
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Nary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["EigResult", "eig", "eigvals"]

_BECAME_COMPLEX = (
    "eig: the eigenvalues were real when this was captured, and now some are complex; capture it "
    "with complex numbers, eig(x + 0j)."
)


class EigResult(NamedTuple):
    """What eig returns, called as in NumPy."""

    eigenvalues: Variable
    eigenvectors: Variable


class Eig(Nary):
    """A = V diag(w) V⁻¹: the gradient is V⁻ᵀ (diag(gw) + F ∘ Vᵀ gV) Vᵀ; Fᵢⱼ is 1 / (wⱼ - wᵢ).

    LAPACK makes each vector v of length 1, and its largest element vₖ real. So with t = vᵀ g,
    Re t · conj(v) + i Im t / vₖ is taken from what arrives at vₖ, at the others Re t · conj(v). The
    results are complex; where all eigenvalues are real, the imaginary parts are 0.
    """

    __slots__ = ("eye", "in_reals", "of_reals", "pivots", "v", "w")
    keeps = ("w", "v")
    constants = ("eye", "pivots")
    outputs = ("w", "v")
    name = "eig"
    complexes = True
    subgradient = (
        "of equal eigenvalues: what each is of LAPACK's vectors; of their vectors 0 where nothing "
        "arrives from one at the other, else none (NaN)"
    )
    cases = (
        Case(A(2, 2, low=0.5)),  # real eigenvalues, by Perron and Frobenius
        Case(A(3, 2, 2, low=0.5)),
        Case(A(3, 3, complex=True)),
        Case(A(1, 1)),
        Case(A(0, 0)),
    )
    points = (
        At(X([[2.0, 0.0], [0.0, 2.0]]), gives=([2.0, 2.0], [[1.0, 0.0], [0.0, 1.0]]),
           arriving=([1.0, 1.0], [[0.0, 0.0], [0.0, 0.0]]), slopes=([[1.0, 0.0], [0.0, 1.0]],)),
        At(X([[1.0, 0.0], [0.0, 3.0]]), gives=([1.0, 3.0], [[1.0, 0.0], [0.0, 1.0]]),
           arriving=([0.0, 0.0], [[0.0, 1.0], [0.0, 0.0]]), slopes=([[0.0, 0.5], [0.0, 0.0]],)),
        At(X([[0.0, -4.0], [1.0, 0.0]]),
           gives=([2j, -2j], [[2 / 5**0.5] * 2, [-1j / 5**0.5, 1j / 5**0.5]]),
           arriving=([1j, -1j], [[0.0, 0.0], [0.0, 0.0]]), slopes=([[0.0, 0.5], [-2.0, 0.0]],)),
    )  # fmt: skip
    eye: Array
    in_reals: bool  # all eigenvalues are real numbers
    of_reals: bool  # the matrix is
    pivots: Array  # 1 where a vector's largest element is
    v: Array
    w: Array

    def forward(self, x: Array) -> tuple[Array, Array]:
        xp = self.xp
        w, v = lapack(self, xp.linalg.eig, x, instead="look for NaN and infinity")
        self.of_reals = x.dtype.kind != "c"
        self.in_reals = w.dtype.kind != "c"
        self.w, self.v = _in_complex(w), _in_complex(v)
        self.eye = xp.eye(x.shape[-1], dtype=xp.real(self.w).dtype)
        self.pivots = self._largest()
        return self.w, self.v

    def _largest(self) -> Array:
        xp, v = self.xp, self.v
        if not v.shape[-1]:
            return self.eye
        sizes = xp.where(xp.imag(v) == 0, xp.abs(v), -1.0)  # of equal ones, LAPACK's choice
        return mirrored(xp, self.eye[xp.argmax(sizes, axis=-2)])

    def backward(self, gw: Array | None, gv: Array | None) -> tuple[Array]:
        xp, turned = self.xp, mirrored(self.xp, self.v)
        if gv is None:
            assert gw is not None
            inner = gw[..., None, :] * self.eye
        else:
            felt = turned @ self.tied(gv)
            inner = parted(xp, self.w, felt, felt, self.eye)
            inner = inner if gw is None else inner + gw[..., None, :] * self.eye
        missing = "the eigenvectors depend on each other, so eig has no gradient"
        found: Array = lapack(self, xp.linalg.solve, turned, inner @ turned, instead=missing)
        return (xp.real(found) if self.of_reals else found,)

    def tied(self, gv: Array) -> Array:
        """Return what arrives at vectors whose length and phase are fixed."""
        xp, v = self.xp, self.v
        t = xp.sum(v * gv, axis=-2, keepdims=True)
        largest = xp.sum(xp.real(v) * self.pivots, axis=-2, keepdims=True)
        return gv - xp.real(t) * xp.conj(v) - 1j * (xp.imag(t) / largest * self.pivots)


def _in_complex(x: Array) -> Array:
    made: Array = x.astype(np.result_type(x.dtype, np.complex64))
    return made


def eig(x: Operand) -> EigResult:
    """Return eigenvalues and right eigenvectors of square matrices, as ``numpy.linalg.eig``.

    Parameters
    ----------
    x : Variable or array, shape (..., n, n)
        Of symmetric and Hermitian matrices take :func:`eigh`: it is faster and exact.

    Returns
    -------
    eigenvalues : Variable, shape (..., n)
        In no order. Real if `x` and all eigenvalues are, as in NumPy; else complex, of float16 in
        complex64.
    eigenvectors : Variable, shape (..., n, n)
        In the columns, of length 1, the largest element of each being real.

    Raises
    ------
    SingularError
        If there are NaN or infinite elements; in backward, if there are fewer than n independent
        eigenvectors.
    CaptureError
        If eigenvalues are complex in a captured program that was made with real ones.
    ShapeError
        If the matrices are not square.

    Notes
    -----
    The sign of a vector is LAPACK's choice, and so are the vectors of equal eigenvalues: a loss
    should depend on neither; see :func:`eigh`. ``eig(x + 0j)`` has complex results always. The
    rule is that of M. B. Giles, An extended collection of matrix derivative results (2008),
    section 3.1, with the vectors' length and phase held.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[2.0, 1.0], [0.0, 3.0]])
    >>> w, v = ag.linalg.eig(x)
    >>> w[0].backward()
    >>> w
    Variable([2., 3.])
    >>> x.grad.tolist()
    [[1.0, 0.0], [-1.0, 0.0]]
    """
    node, matrix = Eig(), square(x, "eig")
    w, v = applied(node, matrix)
    if not node.in_reals or not node.of_reals:
        return EigResult(w, v)
    xp = namespace(w._data)
    require((xp.imag(w._data) == 0).all(), _BECAME_COMPLEX, CaptureError)
    w, v = real(w), real(v)
    half = matrix.dtype == np.float16
    return EigResult(astype(w, np.float16), astype(v, np.float16)) if half else EigResult(w, v)


@composed(
    cases=(
        Case(A(2, 2, low=0.5)),  # real eigenvalues, by Perron and Frobenius
        Case(A(3, 2, 2, low=0.5)),
        Case(A(3, 3, complex=True)),
        Case(A(1, 1)),
        Case(A(0, 0)),
    ),
    points=(
        At(X([[2.0, 0.0], [0.0, 2.0]]), gives=[2.0, 2.0], slopes=([[1.0, 0.0], [0.0, 1.0]],)),
        At(X([[0.0, -1.0], [1.0, 0.0]]), gives=[1j, -1j], arriving=[1j, -1j],
           slopes=([[0.0, 1.0], [-1.0, 0.0]],)),
    ),
    subgradient="of equal eigenvalues: what each is of LAPACK's vectors",
)  # fmt: skip
def eigvals(x: Operand) -> Variable:
    """Return eigenvalues of square matrices, as ``numpy.linalg.eigvals``; see :func:`eig`.

    Symmetric functions of equal eigenvalues, their sum for one, have their exact gradient, unless
    eigenvectors are missing.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.eigvals(ag.Variable([[0.0, -1.0], [1.0, 0.0]]))
    Variable([0.+1.j, 0.-1.j], dtype=complex128)
    """
    return eig(x).eigenvalues
