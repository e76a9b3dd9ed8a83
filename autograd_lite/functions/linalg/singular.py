"""Singular values: svd, svdvals, and what they tell of rank."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from autograd_lite.arrays import Array, namespace
from autograd_lite.errors import ArgumentError
from autograd_lite.functions.linalg.operands import (
    adjoint,
    applied,
    conjugated,
    is_constant,
    lapack,
    matrices,
    mirrored,
    square,
    transposed,
    unrecorded,
)
from autograd_lite.functions.linalg.spectra import coupled, eigh
from autograd_lite.functions.searching import argsort
from autograd_lite.functions.taking import take_along_axis
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Nary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["SVDResult", "of_hermitian", "svd", "svdvals"]


class SVDResult(NamedTuple):
    """What svd returns, called as in NumPy."""

    U: Variable
    S: Variable
    Vh: Variable


class SVD(Nary):
    """A = U S Vᴴ, without the columns that meet no singular value.

    In these bases the gradient is diag(gs) plus, with a and b the antihermitian halves of Uᴴ gU and
    Vᴴ gV, (a + b) / (sⱼ - sᵢ) and (a - b) / (sⱼ + sᵢ); what of gU lies outside of U's columns goes
    back over s, and so for V. A pair of complex vectors does not turn in its common phase.
    """

    __slots__ = ("eye", "s", "u", "vh")
    keeps = ("u", "s", "vh")
    constants = ("eye",)
    outputs = ("u", "s", "vh")
    name = "svd"
    subgradient = (
        "of equal singular values: what each is of LAPACK's vectors; of their vectors 0 where "
        "nothing arrives from one at the other, else none (NaN); of complex vectors as if the "
        "phase of each pair stayed"
    )
    complexes = True
    cases = (
        Case(A(3, 3), full_matrices=False),
        Case(A(4, 2), full_matrices=False),
        Case(A(2, 4), full_matrices=False),
        Case(A(2, 3, 2), full_matrices=False),
        Case(A(2, 2)),
        Case(A(1, 1, low=0.5)),
        Case(A(0, 0)),
        Case(A(0, 3), full_matrices=False),
    )
    points = (
        At(X([[2.0, 0.0], [0.0, 2.0]]),
           gives=([[1.0, 0.0], [0.0, 1.0]], [2.0, 2.0], [[1.0, 0.0], [0.0, 1.0]]),
           arriving=(0.0, [1.0, 1.0], 0.0), slopes=([[1.0, 0.0], [0.0, 1.0]],)),
    )  # fmt: skip
    eye: Array
    s: Array
    u: Array
    vh: Array

    def forward(self, x: Array) -> tuple[Array, Array, Array]:
        xp = self.xp
        decompose = partial(xp.linalg.svd, full_matrices=False)
        found = lapack(self, decompose, x, instead="look for NaN")
        self.u, self.s, self.vh = found
        self.eye = xp.eye(self.s.shape[-1], dtype=self.s.dtype)
        return self.u, self.s, self.vh

    def backward(self, gu: Array | None, gs: Array | None, gvh: Array | None) -> tuple[Array]:
        u, vh, gu = self.u, self.vh, conjugated(self.xp, gu)
        gv = None if gvh is None else mirrored(self.xp, gvh)  # the conjugate of the adjoint
        parts = [] if gs is None else [(u * gs[..., None, :]) @ vh]
        if gu is not None or gv is not None:
            parts.append(u @ self.between(gu, gv) @ vh)
        if gu is not None and u.shape[-2] > u.shape[-1]:
            parts.append(self.beyond(gu, u) @ vh)
        if gv is not None and vh.shape[-1] > vh.shape[-2]:
            v = adjoint(self.xp, vh)
            parts.append(u @ adjoint(self.xp, self.beyond(gv, v)))
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return (conjugated(self.xp, total),)

    def between(self, gu: Array | None, gv: Array | None) -> Array:
        """Return what goes back by vectors that turn within their own space."""
        xp, s = self.xp, self.s
        left: Any = 0.0 if gu is None else adjoint(xp, self.u) @ gu
        right: Any = 0.0 if gv is None else self.vh @ gv
        opposed = left - right
        opposed = 0.5 * (opposed - adjoint(xp, opposed))
        together = coupled(xp, s, left + right, self.eye)
        return together + _over(opposed, s[..., None, :] + s[..., :, None])

    def beyond(self, g: Array, vectors: Array) -> Array:
        """Return what goes back by vectors that turn out of the space of all of them."""
        outside = g - vectors @ (adjoint(self.xp, vectors) @ g)
        return _over(outside, self.s[..., None, :])


def _over(x: Array, divisor: Array) -> Array:
    """Divide; 0 / 0 is 0."""
    return x / (divisor + ((divisor == 0) & (x == 0)))


def svd(
    x: Operand, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> SVDResult | Variable:
    """Return the singular value decomposition, as ``numpy.linalg.svd``.

    Parameters
    ----------
    x : Variable or array, shape (..., m, n)
    full_matrices : bool
        As in NumPy True unless it is said; to differentiate by a matrix that is not square pass
        False: the other vectors could be any, so they have no gradient.
    compute_uv : bool
        False for the singular values alone.
    hermitian : bool
        The matrices are symmetric or Hermitian: :func:`eigh` is taken, which reads the lower
        triangle only, and is faster.

    Returns
    -------
    U : Variable, shape (..., m, k), with k the smaller of m and n
    S : Variable, shape (..., k)
        Falling.
    Vh : Variable, shape (..., k, n)

    Raises
    ------
    ArgumentError
        For full matrices that are not square, where they are to have a gradient.
    ShapeError
        If Hermitian matrices are not square.

    Notes
    -----
    The sign (the phase, if complex) of a pair of vectors is LAPACK's choice, and so are the vectors
    of equal singular values: a loss should depend on neither. Where two are equal (to rounding) and
    gradients arrive from the vectors of one at those of the other, NaN goes back: there may be a
    limit, but nothing tells which. See J. Townsend, Differentiating the singular value
    decomposition (2016).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[3.0, 0.0], [0.0, -4.0], [0.0, 0.0]])
    >>> u, s, vh = ag.linalg.svd(x, full_matrices=False)
    >>> s[0].backward()
    >>> s
    Variable([4., 3.])
    >>> print(x.grad + 0.0)
    [[ 0.  0.]
     [ 0. -1.]
     [ 0.  0.]]
    """
    if hermitian:
        found = of_hermitian(square(x, "svd"))
        return found if compute_uv else found.S
    v = matrices(x, "svd")
    if full_matrices and compute_uv and v.shape[-1] != v.shape[-2]:
        if is_constant(v):
            return SVDResult(*unrecorded("svd", v))
        msg = (
            f"svd: of shape {v.shape} the vectors beyond full_matrices=False have no gradient; "
            "pass full_matrices=False."
        )
        raise ArgumentError(msg)
    found = SVDResult(*applied(SVD(), v))
    return found if compute_uv else found.S


def of_hermitian(v: Variable) -> SVDResult:
    """Return the decomposition by eigenvectors: singular values are sizes of eigenvalues."""
    w, vectors = eigh(v)
    signs = namespace(w._data).copysign(1.0, w._data)
    order = argsort(w * signs)[..., ::-1]
    u = take_along_axis(vectors, order[..., None, :], -1)
    turned = take_along_axis(vectors * signs[..., None, :], order[..., None, :], -1)
    return SVDResult(u, take_along_axis(w * signs, order, -1), transposed(turned))


@composed(
    cases=(
        Case(A(3, 3)),
        Case(A(4, 2)),
        Case(A(2, 2, 3)),
        Case(A(1, 1, low=0.5)),
        Case(A(0, 2)),
        Case(A(3, 2, complex=True)),
    ),
    points=(
        At(X([[2.0, 0.0], [0.0, 2.0]]), gives=[2.0, 2.0], slopes=([[1.0, 0.0], [0.0, 1.0]],)),
        At(X([[3.0], [-4.0]]), gives=[5.0], slopes=([[0.6], [-0.8]],)),
        At(X([[-2.0]]), gives=[2.0], slopes=([[-1.0]],)),
    ),
    subgradient="of equal singular values, and of 0: what each is of LAPACK's vectors",
)
def svdvals(x: Operand) -> Variable:
    """Return singular values, falling, as ``numpy.linalg.svdvals``; see :func:`svd`.

    Symmetric functions of equal singular values, their sum for one, have their exact gradient.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.svdvals(ag.Variable([[3.0, 0.0], [0.0, -4.0]]))
    Variable([4., 3.])
    """
    return SVDResult(*applied(SVD(), matrices(x, "svdvals"))).S
