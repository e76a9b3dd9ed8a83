"""The gamma function, its logarithm, and the functions that are their derivatives."""

from __future__ import annotations

from math import gamma as factorial_of
from math import inf, nan, pi
from math import log as ln
from typing import Any

from autograd_lite.arrays import Array, namespace, require
from autograd_lite.errors import ArgumentError
from autograd_lite.functions.constants import integer
from autograd_lite.functions.targets import as_floats
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable
from autograd_lite.special.smooth import Ordered, Smooth, of_order, psi_of

__all__ = [
    "digamma",
    "factorial",
    "gamma",
    "gammaln",
    "gammasgn",
    "loggamma",
    "multigammaln",
    "polygamma",
    "psi",
    "rgamma",
    "zeta",
]

EULER = 0.5772156649015329
APERY = 1.2020569031595942  # ζ(3)
LARGEST = 170  # whose factorial is a float64


class Gamma(Smooth):
    """Γ(x); its slope is Γ(x) · ψ(x)."""

    __slots__ = ()
    name = "gamma"
    subgradient = "at 0 -∞, as from the right; NaN at whole numbers below"
    cases = (Case(A(3, 4, low=0.3, high=5.0)), Case(A(3, low=-0.9, high=-0.1)))
    points = (
        At(
            X([-1.0, 0.0, 1.0, 5.0, 200.0]),
            gives=[nan, inf, 1.0, 24.0, inf],
            slopes=([nan, -inf, -EULER, 24 * (25 / 12 - EULER), inf],),
        ),
    )

    def slope(self, x: Array) -> Array:
        special = self.xp.special
        return special.gamma(x) * special.psi(x)


class GammaLn(Smooth):
    """log |Γ(x)|; its slope is ψ(x)."""

    __slots__ = ()
    name = "gammaln"
    subgradient = "at 0 -∞, as from the right; NaN at whole numbers below"
    cases = (
        Case(A(3, 4, low=0.3, high=5.0)),
        Case(A(3, low=-1.8, high=-1.2)),
    )
    points = (
        At(
            X([-2.0, -0.5, 0.0, 1.0, 2.0]),
            gives=[inf, 1.2655121234846454, inf, 0.0, 0.0],
            slopes=([nan, 0.03648997397857652, -inf, -EULER, 1 - EULER],),
        ),
        At(X([1e4, inf]), gives=[82099.71749644238, inf], slopes=([9.210290371142849, inf],)),
    )

    def slope(self, x: Array) -> Array:
        return psi_of(self.xp, x)


class LogGamma(Smooth):
    """log Γ(x) for x above 0, and NaN below; its slope is ψ(x)."""

    __slots__ = ()
    name = "loggamma"
    subgradient = "at 0 -∞, as from the right"
    cases = (Case(A(3, 4, low=0.3, high=5.0)),)
    points = (At(X([0.0, 1.0, 2.0]), gives=[inf, 0, 0], slopes=([-inf, -EULER, 1 - EULER],)),)

    def slope(self, x: Array) -> Array:
        return self.xp.special.psi(x)


class RGamma(Smooth):
    """1 / Γ(x); its slope is -ψ(x) / Γ(x)."""

    __slots__ = ()
    name = "rgamma"
    cases = (Case(A(3, 4, low=0.3, high=5.0)), Case(A(4, low=-3.0, high=0.5)))
    points = (
        At(
            X([-3.0, -1.0, 0.0, 1.0, 200.0]),
            gives=[0.0, 0.0, 0.0, 1.0, 0.0],
            slopes=([-6.0, -1.0, 1.0, EULER, 0.0],),
        ),
    )

    def slope(self, x: Array) -> Array:
        """Return it, below 1/2, by 1 / Γ(x) = Γ(1 - x) · sin(πx) / π, which has no poles."""
        xp, special = self.xp, self.xp.special
        left = x < 0.5
        below, above = xp.where(left, 1.0 - x, 1.0), xp.where(left, 1.0, x)
        angle = below * pi  # whose sine is sin πx, and cosine -cos πx
        turned = xp.cos(angle) + xp.sin(angle) * special.psi(below) * (1 / pi)
        return xp.where(
            left, -turned * special.gamma(below), -special.psi(above) * special.rgamma(above)
        )


class Digamma(Smooth):
    """ψ(x) = Γ'(x) / Γ(x); its slope is ψ'(x) = ζ(2, x)."""

    __slots__ = ()
    name = "digamma"
    symbol = "ψ"
    subgradient = "at 0 and whole numbers below infinite; 0 where no gradient arrives"
    cases = (Case(A(3, 4, low=0.3, high=5.0)), Case(A(3, low=-0.8, high=-0.2)))
    points = (
        At(
            X([-1.0, 0.0, 1.0, 1e4]),
            gives=[nan, -inf, -EULER, 9.210290371142849],
            slopes=([inf, inf, pi**2 / 6, 1.000050001666667e-4],),
        ),
    )

    def slope(self, x: Array) -> Array:
        return _polygamma(self.xp, 1, x)


class Polygamma(Smooth):
    """ψ⁽ⁿ⁾(x) = (-1)ⁿ⁺¹ · n! · ζ(n + 1, x); its slope is ψ⁽ⁿ⁺¹⁾(x)."""

    __slots__ = ("n",)
    name = "polygamma"
    symbol = "ψ⁽ⁿ⁾"
    subgradient = "at 0 and whole numbers below infinite; 0 where no gradient arrives"
    cases = (
        Case(1, A(3, 4, low=0.5, high=5.0)),
        Case(2, A(3, low=0.8, high=5.0)),
        Case(4, A(low=2.0, high=5.0)),
    )
    points = (
        At(1, X([0.0, 1.0]), gives=[inf, pi**2 / 6], slopes=([-inf, -2 * APERY],)),
        At(2, X([0.0, 1.0]), gives=[-inf, -2 * APERY], slopes=([inf, pi**4 / 15],)),
    )
    n: int

    def __init__(self, n: int) -> None:
        self.n = n

    def value(self, x: Array) -> Array:
        return _polygamma(self.xp, self.n, x)

    def slope(self, x: Array) -> Array:
        return _polygamma(self.xp, self.n + 1, x)


class Zeta(Ordered):
    """ζ(s, q) = Σ (q + k)⁻ˢ over k ≥ 0; its slope in q is -s · ζ(s + 1, q)."""

    __slots__ = ()
    name = "zeta"
    symbol = "ζ"
    subgradient = "at 0 and whole numbers below infinite; 0 where no gradient arrives"
    cases = (Case(2.0, A(3, 4, low=0.5, high=5.0)), Case([1.5, 3.0], A(2, low=0.8, high=5.0)))
    points = (At(2.0, X([0.0, 1.0]), gives=[inf, pi**2 / 6], slopes=([-inf, -2 * APERY],)),)

    def slope(self, x: Array) -> Array:
        (s,) = self.orders
        return self.xp.special.zeta(s + 1.0, x) * -s


def _polygamma(xp: Any, n: int, x: Array) -> Array:
    """Return ψ⁽ⁿ⁾(x) for n of 1 or more; `x` may be recorded."""
    count = factorial_of(n + 1.0) if n <= LARGEST else inf
    return xp.special.zeta(n + 1.0, x) * (count if n % 2 else -count)


def gamma(z: Operand) -> Variable:
    """Return the gamma function of every element; Γ(n + 1) = n! (DLMF 5.2.1, 5.2.2).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.gamma(ag.Variable([1.0, 5.0]))
    Variable([ 1., 24.])
    """
    return unary(Gamma(), z)


def gammaln(x: Operand) -> Variable:
    """Return log |Γ(x)| of every element, which does not overflow (DLMF 5.2.2).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(3.0)
    >>> y = ag.special.gammaln(x)
    >>> y.backward()
    >>> y, round(float(x.grad), 6)
    (Variable(0.693147), 0.922784)
    """
    return unary(GammaLn(), x)


def loggamma(z: Operand) -> Variable:
    """Return log Γ(x) for x above 0, and NaN below: SciPy's branch of real numbers.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.loggamma(ag.Variable(3.0))
    Variable(0.693147)
    """
    return unary(LogGamma(), z)


def gammasgn(x: Operand) -> Array:
    """Return the sign of Γ(x) as a plain array: it has no slope.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.gammasgn(ag.Variable([-0.5, 0.5])).tolist()
    [-1.0, 1.0]
    """
    data: Any = as_floats(x, "gammasgn").data
    signs: Array = namespace(data).special.gammasgn(data)
    return signs


def rgamma(z: Operand) -> Variable:
    """Return 1 / Γ(x), which is 0 where Γ has its poles (DLMF 5.5.3).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.rgamma(ag.Variable([-1.0, 1.0, 3.0]))
    Variable([0. , 1. , 0.5])
    """
    return unary(RGamma(), z)


def digamma(z: Operand) -> Variable:
    """Return ψ(x), the derivative of log Γ(x) (DLMF 5.2.2, 5.15.1); ``psi`` is the same.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.digamma(ag.Variable(1.0))
    Variable(-0.577216)
    """
    return unary(Digamma(), z)


psi = digamma


def polygamma(n: int, x: Operand) -> Variable:
    """Return the n-th derivative of ψ at every element (DLMF 5.15.1, 25.11.12).

    Parameters
    ----------
    n : int
        0 or more: a constant, for the function is not defined between whole numbers.
    x : Variable or array

    Raises
    ------
    OperandError
        If `n` is no integer.
    ArgumentError
        If `n` is negative.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.polygamma(1, ag.Variable(1.0))
    Variable(1.64493)
    """
    order = integer(n, "polygamma: n")
    if order < 0:
        msg = f"polygamma: n must be 0 or more, not {order}."
        raise ArgumentError(msg)
    return unary(Polygamma(order), x) if order else digamma(x)


def zeta(x: object, q: Operand) -> Variable:
    """Return Hurwitz's zeta function Σ (q + k)⁻ˣ, differentiable in q (DLMF 25.11.1, 25.11.17).

    Parameters
    ----------
    x : number or array
        The power, above 1; a constant: SciPy has no derivative in it.
    q : Variable or array
        Broadcasts with `x`.

    Raises
    ------
    OperandError
        If `x` is a Variable that requires a gradient.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.zeta(2.0, ag.Variable([1.0, 2.0]))
    Variable([1.644934, 0.644934])
    """
    return of_order(Zeta, q, x=x)


@composed(cases=(Case(A(3, 4, low=1.5, high=5.0), 3), Case(A(low=0.5, high=2.0), 1)))
def multigammaln(a: Operand, d: int) -> Variable:
    """d(d-1)/4 · log π + Σ log Γ(a - j/2) over j < d: the gamma function of d dimensions.

    Parameters
    ----------
    a : Variable or array
        Above (d - 1) / 2.
    d : int

    Raises
    ------
    ArgumentError
        If an element is not above (d - 1) / 2.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.multigammaln(ag.Variable(2.0), 2)
    Variable(0.451583)
    """
    count = integer(d, "multigammaln: d")
    if count < 1:
        msg = f"multigammaln: d must be 1 or more, not {count}."
        raise ArgumentError(msg)
    v = as_floats(a, "multigammaln")
    least = (count - 1) / 2
    inside = ~(namespace(v._data).min(v._data) <= least) if v.size else True
    require(inside, f"multigammaln: every a must be above (d - 1) / 2 = {least}.")
    total = gammaln(v) + count * (count - 1) / 4 * ln(pi)
    for j in range(1, count):
        total = total + gammaln(v - j / 2)
    return total


@composed(
    cases=(Case(A(3, 4, low=0.3, high=5.0)),),
    points=(At(X([0.0, 3.0]), gives=[1.0, 6.0], slopes=([-EULER, 6 * (11 / 6 - EULER)],)),),
)
def factorial(n: Operand) -> Variable:
    """Γ(n + 1), which is n!, also between whole numbers.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.factorial(ag.Variable([0.0, 4.0]))
    Variable([ 1., 24.])
    """
    return gamma(as_floats(n, "factorial") + 1.0)
