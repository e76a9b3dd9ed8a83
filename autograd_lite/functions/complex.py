"""Complex numbers: their parts, their conjugate, their angle.

The gradient of a real loss L in z = x + iy is ∂L/∂x - i · ∂L/∂y, as in JAX and HIPS autograd: a
small step dz changes L by the real part of g · dz. So the rule of a holomorphic f is g · f'(z),
the rule of a real function; only what is here, and abs, is not holomorphic. L descends fastest
along -conj(g).
"""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, as_array, private
from autograd_lite.functions.trigonometry import arctan2
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Elementwise, Unary
from autograd_lite.graph.variable import Operand, Variable, constant

__all__ = [
    "angle",
    "conj",
    "conjugate",
    "conjugated",
    "imag",
    "iscomplex",
    "isreal",
    "real",
    "real_if_close",
]

HALF_TURN = 180.0  # degrees


class Real(Unary):
    """Re z; its gradient is the gradient that arrives, as a complex number."""

    __slots__ = ("before",)
    name = "real"
    symbol = "Re"
    complexes = True
    pointwise = True
    cases = (Case(A(3, complex=True)), Case(A(complex=True)), Case(A(3)))
    points = (At(X([1 + 2j]), gives=[1], arriving=[3], slopes=([3 + 0j],)),)
    before: Any

    def forward(self, x: Array) -> Array:
        self.before = x.dtype
        return self.xp.real(x).copy()

    def backward(self, gy: Array) -> Array:
        return gy.astype(self.before)


class Imag(Unary):
    """Im z; its gradient is -i times the gradient that arrives. Of real numbers both are 0."""

    __slots__ = ("slope",)
    name = "imag"
    symbol = "Im"
    complexes = True
    pointwise = True
    cases = (Case(A(3, complex=True)), Case(A(complex=True)), Case(A(3)))
    points = (
        At(X([1 + 2j]), gives=[2], arriving=[3], slopes=([-3j],)),
        At(X([1.0]), gives=[0], slopes=([0],)),
    )
    slope: complex

    def forward(self, x: Array) -> Array:
        self.slope = -1j if x.dtype.kind == "c" else 0.0
        return self.xp.imag(x).copy()

    def backward(self, gy: Array) -> Array:
        return gy * self.slope


class Conj(Elementwise):
    """x - iy of x + iy; its gradient is the conjugate of the gradient that arrives."""

    __slots__ = ()
    name = "conj"
    symbol = "z̄"
    complexes = True
    cases = (Case(A(3, complex=True)), Case(A(complex=True)), Case(A(3)))
    points = (At(X([1 + 2j]), gives=[1 - 2j], arriving=[3 + 4j], slopes=([3 - 4j],)),)

    def forward(self, x: Array) -> Array:
        return self.xp.conj(x)

    def backward(self, gy: Array) -> Array:
        return self.xp.conj(gy)


def real(x: Operand) -> Variable:
    """Return the real part of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.real(ag.Variable([1 + 2j, 3.0]))
    Variable([1., 3.])
    """
    return unary(Real(), x)


def imag(x: Operand) -> Variable:
    """Return the imaginary part of every element; of real numbers, zeros.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> z = ag.Variable([1 + 2j, 3.0])
    >>> y = ag.imag(z)
    >>> y.sum().backward()
    >>> y.data.tolist(), z.grad.tolist()
    ([2.0, 0.0], [-1j, -1j])
    """
    return unary(Imag(), x)


def conj(x: Operand) -> Variable:
    """Return the conjugate of every element: x - iy of x + iy.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> z = ag.Variable(3 + 4j)
    >>> ag.real(z * ag.conj(z))
    Variable(25.0)
    """
    return unary(Conj(), x)


@composed(
    cases=(
        Case(A(3, complex=True, away_from=0.0)),
        Case(A(low=0.3, complex=True), deg=True),
        Case(A(3, away_from=0.0)),
    ),
    points=(
        At(X([1 + 1j, 0j, -2 + 0j]), gives=[pi / 4, 0, pi],
           slopes=([-0.5 - 0.5j, 0, 0.5j],)),
    ),
    subgradient="at 0 the slope is 0",
)  # fmt: skip
def angle(z: Operand, deg: bool = False) -> Variable:
    """Return the angle of every element, from -π to π.

    Parameters
    ----------
    z : Variable, array or number
    deg : bool
        In degrees instead of radians.

    Notes
    -----
    The gradient of the angle of x + iy is (-y - ix) / (x² + y²), and 0 at 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.angle(ag.Variable(1j), deg=True)
    Variable(90.0)
    """
    turned = arctan2(imag(z), real(z))
    return turned * (HALF_TURN / pi) if deg else turned


def isreal(x: Operand) -> Any:
    """Return where the imaginary part is 0, as a plain array of truths.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.isreal(ag.Variable([1 + 2j, 3.0]))
    array([False,  True])
    """
    return imag(x) == 0


def iscomplex(x: Operand) -> Any:
    """Return where the imaginary part is not 0, as a plain array of truths.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.iscomplex(ag.Variable([1 + 2j, 3.0]))
    array([ True, False])
    """
    return imag(x) != 0


def real_if_close(a: Operand, tol: float = 100) -> Variable:
    """Return the real part where all imaginary parts are close to 0, else the operand itself.

    What comes back, with its dtype, depends on the values: for the real part of what is known to
    be real, :func:`real` says it better.

    Parameters
    ----------
    a : Variable or array
    tol : float
        In units of the dtype's rounding error; as it is, if not more than 1.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.real_if_close(ag.Variable([1 + 1e-15j, 2.0]))
    Variable([1., 2.])
    """
    v = a if isinstance(a, Variable) else constant(private(as_array(a, what="real_if_close")))
    if not is_complex(v):
        return v
    allowed = tol * float(np.finfo(v.dtype).eps) if tol > 1 else tol
    parts: Any = imag(v)
    close = (parts < allowed) & (parts > -allowed)
    return real(v) if bool(close.all()) else v


def conjugated(x: Variable) -> Variable:
    """Return the conjugate of complex numbers, and real ones as they are."""
    return conj(x) if x.dtype.kind == "c" else x


def is_complex(x: Operand) -> bool:
    """Whether an operand is complex."""
    dtype = getattr(x, "dtype", None)
    kind: str = np.asarray(x).dtype.kind if dtype is None else dtype.kind
    return kind == "c"


conjugate = conj
