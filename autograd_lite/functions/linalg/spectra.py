"""Eigenvalues and eigenvectors of symmetric matrices: eigh, eigvalsh."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from autograd_lite.arrays import Array, Namespace
from autograd_lite.errors import ArgumentError
from autograd_lite.functions.linalg.operands import (
    adjoint,
    applied,
    conjugated,
    folded,
    lapack,
    rounding,
    square,
)
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Nary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["EighResult", "coupled", "eigh", "eigvalsh", "parted"]


class EighResult(NamedTuple):
    """What eigh returns, called as in NumPy."""

    eigenvalues: Variable
    eigenvectors: Variable


def coupled(xp: Namespace, values: Array, felt: Array, eye: Array) -> Array:
    """Divide what orthogonal vectors do to each other: of `felt` the antihermitian half."""
    return parted(xp, values, felt, 0.5 * (felt - adjoint(xp, felt)), eye)


def parted(xp: Namespace, values: Array, felt: Array, share: Array, eye: Array) -> Array:
    """Divide what vectors i and j do to each other by the distance of their values, vⱼ - vᵢ.

    Parameters
    ----------
    xp : Namespace
    values : array, shape (..., n)
        Eigenvalues or singular values. What lies nearer than the rounding error of their sum is
        one value: LAPACK cannot tell more.
    felt : array, shape (..., n, n)
        What arrives at vector j in the direction of vector i.
    share : array, shape (..., n, n)
        What of it is divided.
    eye : array, shape (n, n)

    Returns
    -------
    array, shape (..., n, n)
        Where two values are one: 0 if nothing arrives from one vector at the other; NaN if it
        does, for there may be a limit, which these numbers do not tell.
    """
    apart = values[..., None, :] - values[..., :, None]
    nearest = rounding(values) * xp.sum(xp.abs(values), axis=-1)[..., None, None]
    same = xp.abs(apart) <= nearest
    quotient = share / (apart + same)
    calm = xp.where(same, 0.0, quotient)
    return xp.where(same & (felt != 0) & (eye == 0), float("nan"), calm)


class Eigh(Nary):
    """A = V diag(w) Vᴴ: the gradient is V (diag(gw) + F ∘ Vᴴ gV) Vᴴ, in the triangle that was read.

    Fᵢⱼ is 1 / (wⱼ - wᵢ), 0 on the diagonal: vectors turn towards each other, not in their phase.
    """

    __slots__ = ("eye", "uplo", "v", "w")
    keeps = ("w", "v")
    constants = ("eye",)
    outputs = ("w", "v")
    name = "eigh"
    subgradient = (
        "of equal eigenvalues: what each is of LAPACK's vectors; of their vectors 0 where nothing "
        "arrives from one at the other, else none (NaN); of complex vectors as if their phase "
        "stayed"
    )
    complexes = True
    cases = (
        Case(A(3, 3)),
        Case(A(2, 2, 2), UPLO="U"),
        Case(A(1, 1)),
        Case(A(0, 0)),
    )
    points = (
        At(X([[2.0, 0.0], [0.0, 2.0]]), gives=([2.0, 2.0], [[1.0, 0.0], [0.0, 1.0]]),
           arriving=([1.0, 1.0], [[0.0, 0.0], [0.0, 0.0]]), slopes=([[1.0, 0.0], [0.0, 1.0]],)),
        At(X([[1.0, 7.0], [0.0, 3.0]]), gives=([1.0, 3.0], [[1.0, 0.0], [0.0, 1.0]]),
           arriving=([0.0, 0.0], [[0.0, 1.0], [0.0, 0.0]]), slopes=([[0.0, 0.0], [0.5, 0.0]],)),
        At(X([[1.0, 0.0], [7.0, 3.0]]), UPLO="U",
           gives=([1.0, 3.0], [[1.0, 0.0], [0.0, 1.0]]),
           arriving=([0.0, 0.0], [[0.0, 1.0], [0.0, 0.0]]), slopes=([[0.0, 0.5], [0.0, 0.0]],)),
        At(X([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 3.0]]),
           gives=([1.0, 1.0, 3.0], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
           arriving=([0.0, 0.0, 0.0], [[0.0, 0.0, 1.0], [0.0] * 3, [0.0] * 3]),
           slopes=([[0.0] * 3, [0.0] * 3, [0.5, 0.0, 0.0]],)),
    )  # fmt: skip
    eye: Array
    uplo: str
    v: Array
    w: Array

    def __init__(self, uplo: str) -> None:
        self.uplo = uplo

    def forward(self, x: Array) -> tuple[Array, Array]:
        xp = self.xp
        found = lapack(self, partial(xp.linalg.eigh, UPLO=self.uplo), x, instead="look for NaN")
        self.w, self.v = found
        self.eye = xp.eye(x.shape[-1], dtype=self.w.dtype)
        return self.w, self.v

    def backward(self, gw: Array | None, gv: Array | None) -> tuple[Array]:
        xp, w, v, gv = self.xp, self.w, self.v, conjugated(self.xp, gv)
        turned = adjoint(xp, v)
        if gv is None:
            assert gw is not None
            inner = gw[..., None, :] * self.eye
        else:
            inner = coupled(xp, w, turned @ gv, self.eye)
            inner = inner if gw is None else inner + gw[..., None, :] * self.eye
        return (conjugated(xp, folded(xp, v @ inner @ turned, upper=self.uplo == "U")),)


def eigh(x: Operand, UPLO: str = "L") -> EighResult:
    """Return eigenvalues and eigenvectors of symmetric or Hermitian matrices.

    As ``numpy.linalg.eigh``.

    Only one triangle of `x` is read, and only it gets a gradient: an element off the diagonal
    stands for its mirror image too, and gets the gradients of both.

    Parameters
    ----------
    x : Variable or array, shape (..., n, n)
    UPLO : {"L", "U"}
        The lower or the upper triangle.

    Returns
    -------
    eigenvalues : Variable, shape (..., n)
        Rising.
    eigenvectors : Variable, shape (..., n, n)
        In the columns, of length 1.

    Raises
    ------
    ArgumentError
        For another triangle.
    ShapeError
        If the matrices are not square.

    Notes
    -----
    The sign (the phase, if complex) of an eigenvector is LAPACK's choice, and so are the vectors of
    equal eigenvalues: a loss should depend on neither. Where two eigenvalues are equal (to
    rounding) and gradients arrive from the vector of one at that of the other, NaN goes back: there
    may be a limit, but nothing tells which. The rule is that of M. B. Giles, An
    extended collection of matrix derivative results (2008), section 3.1.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[2.0, 0.0], [1.0, 2.0]])
    >>> w, v = ag.linalg.eigh(x)
    >>> w[1].backward()
    >>> w
    Variable([1., 3.])
    >>> print(x.grad.round(12))
    [[0.5 0. ]
     [1.  0.5]]
    """
    if UPLO not in ("L", "U", "l", "u"):
        msg = f"eigh: UPLO={UPLO!r:.40} is no triangle; pass 'L' or 'U'."
        raise ArgumentError(msg)
    return EighResult(*applied(Eigh(UPLO.upper()), square(x, "eigh")))


@composed(
    cases=(
        Case(A(3, 3)),
        Case(A(2, 2, 2), UPLO="U"),
        Case(A(1, 1)),
        Case(A(0, 0)),
        Case(A(3, 3, complex=True)),
        Case(A(2, 2, complex=True), UPLO="U"),
    ),
    points=(
        At(X([[2.0, 0.0], [0.0, 2.0]]), gives=[2.0, 2.0], slopes=([[1.0, 0.0], [0.0, 1.0]],)),
        At(X([[0.0, 9.0], [1.0, 0.0]]), gives=[-1.0, 1.0], arriving=[0.0, 1.0],
           slopes=([[0.5, 0.0], [1.0, 0.5]],)),
    ),
    subgradient="of equal eigenvalues: what each is of LAPACK's vectors",
)  # fmt: skip
def eigvalsh(x: Operand, UPLO: str = "L") -> Variable:
    """Return eigenvalues of symmetric or Hermitian matrices, as ``numpy.linalg.eigvalsh``.

    See :func:`eigh`. Symmetric functions of equal eigenvalues, their sum for one, have their exact
    gradient.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.eigvalsh(ag.Variable([[2.0, 0.0], [1.0, 2.0]]))
    Variable([1., 3.])
    """
    return eigh(x, UPLO).eigenvalues
