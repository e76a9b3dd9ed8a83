"""Beta functions, and the incomplete gamma and beta functions in their limit."""

from __future__ import annotations

from math import inf

from autograd_lite.arrays import Array
from autograd_lite.graph.apply import binary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.variable import Operand, Variable
from autograd_lite.special.smooth import Ordered, SmoothPair, of_order, psi_of

__all__ = ["beta", "betainc", "betaln", "gammainc", "gammaincc"]


class BetaLn(SmoothPair):
    """log |B(a, b)|; the slopes are ψ(a) - ψ(a + b) and ψ(b) - ψ(a + b)."""

    __slots__ = ()
    name = "betaln"
    subgradient = "at 0 -∞, as from the right"
    cases = (
        Case(A(3, 4, low=0.3, high=4.0), A(4, low=0.3, high=4.0)),
        Case(A(3, low=0.3), 2.0),
        Case(2.0, A(3, low=0.3)),
    )
    points = (At(X([0.0, 1.0]), X([2.0, 1.0]), gives=[inf, 0], slopes=([-inf, -1], [0.0, -1])),)

    def slope_a(self, a: Array, b: Array) -> Array:
        return psi_of(self.xp, a) - psi_of(self.xp, a + b)

    def slope_b(self, a: Array, b: Array) -> Array:
        return psi_of(self.xp, b) - psi_of(self.xp, a + b)


class Beta(SmoothPair):
    """B(a, b) = Γ(a) Γ(b) / Γ(a + b); the slopes are those of betaln times it."""

    __slots__ = ()
    name = "beta"
    subgradient = "at 0 -∞, as from the right"
    cases = (
        Case(A(3, 4, low=0.3, high=4.0), A(4, low=0.3, high=4.0)),
        Case(A(3, low=0.3), 2.0),
        Case(2.0, A(3, low=0.3)),
    )
    points = (At(X([1.0]), X([2.0]), gives=[0.5], slopes=([-0.75], [-0.25])),)

    def slope_a(self, a: Array, b: Array) -> Array:
        slope = psi_of(self.xp, a) - psi_of(self.xp, a + b)
        return self.xp.special.beta(a, b) * slope

    def slope_b(self, a: Array, b: Array) -> Array:
        slope = psi_of(self.xp, b) - psi_of(self.xp, a + b)
        return self.xp.special.beta(a, b) * slope


class GammaInc(Ordered):
    """P(a, x) = ∫₀ˣ tᵃ⁻¹ exp(-t) dt / Γ(a); its slope in x is xᵃ⁻¹ exp(-x) / Γ(a)."""

    __slots__ = ()
    name = "gammainc"
    subgradient = "at 0 the slope from the right: infinite for a below 1; NaN for x below 0"
    cases = (
        Case(2.5, A(3, 4, low=0.3, high=5.0)),
        Case([0.5, 1.0, 3.0], A(2, 3, low=0.3, high=5.0)),
    )
    points = (
        At([0.5, 1, 2], X([0.0, 0.0, 0.0]), gives=[0.0, 0.0, 0.0], slopes=([inf, 1.0, 0.0],)),
        At(2.0, X([1e4]), gives=[1.0], slopes=([0.0],)),
    )

    def slope(self, x: Array) -> Array:
        return self._density(x)

    def _density(self, x: Array) -> Array:
        xp, special = self.xp, self.xp.special
        (a,) = self.orders
        return xp.exp(special.xlogy(a - 1.0, x) - x - special.gammaln(a))


class GammaIncC(GammaInc):
    """1 - P(a, x); its slope in x is -xᵃ⁻¹ exp(-x) / Γ(a)."""

    __slots__ = ()
    name = "gammaincc"
    points = (
        At([0.5, 1, 2], X([0.0, 0.0, 0.0]), gives=[1.0, 1.0, 1.0], slopes=([-inf, -1.0, 0.0],)),
        At(2.0, X([1e4]), gives=[0.0], slopes=([0.0],)),
    )

    def slope(self, x: Array) -> Array:
        return -self._density(x)


class BetaInc(Ordered):
    """I(a, b, x) = ∫₀ˣ tᵃ⁻¹ (1 - t)ᵇ⁻¹ dt / B(a, b); its slope in x is what is integrated."""

    __slots__ = ()
    name = "betainc"
    subgradient = "at 0 and 1 the slope from inside: infinite for a, or b, below 1"
    cases = (
        Case(2.0, 3.0, A(3, 4, low=0.1, high=0.9)),
        Case(0.5, [0.5, 1.0, 2.0], A(3, low=0.1, high=0.9)),
    )
    points = (
        At([0.5, 1, 2], 1.0, X([0.0, 0.0, 0.0]), gives=[0.0, 0.0, 0.0], slopes=([inf, 1.0, 0.0],)),
        At(1.0, [0.5, 1, 2], X([1.0, 1.0, 1.0]), gives=[1.0, 1.0, 1.0], slopes=([inf, 1.0, 0.0],)),
    )

    def slope(self, x: Array) -> Array:
        xp, special = self.xp, self.xp.special
        a, b = self.orders
        power = special.xlogy(a - 1.0, x) + special.xlog1py(b - 1.0, -x)
        return xp.exp(power - special.betaln(a, b))


def beta(a: Operand, b: Operand) -> Variable:
    """Return the beta function Γ(a) Γ(b) / Γ(a + b); the operands broadcast (DLMF 5.12.1).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.beta(ag.Variable([1.0, 2.0]), 2.0)
    Variable([0.5     , 0.166667])
    """
    return binary(Beta(), a, b)


def betaln(a: Operand, b: Operand) -> Variable:
    """Return log |B(a, b)|, which does not underflow; the operands broadcast (DLMF 5.12.1).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.betaln(ag.Variable(1.0), 2.0)
    Variable(-0.693147)
    """
    return binary(BetaLn(), a, b)


def gammainc(a: object, x: Operand) -> Variable:
    """Return the regularised lower incomplete gamma function, differentiable in x (DLMF 8.2.4).

    Parameters
    ----------
    a : number or array
        The shape, above 0; a constant: its derivative has no closed form.
    x : Variable or array
        0 or more; broadcasts with `a`.

    Raises
    ------
    OperandError
        If `a` is a Variable that requires a gradient.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(1.0)
    >>> y = ag.special.gammainc(2.0, x)
    >>> y.backward()
    >>> y, round(float(x.grad), 6)
    (Variable(0.264241), 0.367879)
    """
    return of_order(GammaInc, x, a=a)


def gammaincc(a: object, x: Operand) -> Variable:
    """Return 1 - gammainc(a, x) with all its digits, differentiable in x (DLMF 8.2.4).

    `a` is a constant, as it is for :func:`gammainc`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.gammaincc(1.0, ag.Variable([0.0, 1.0]))
    Variable([1.      , 0.367879])
    """
    return of_order(GammaIncC, x, a=a)


def betainc(a: object, b: object, x: Operand) -> Variable:
    """Return the regularised incomplete beta function, differentiable in x (DLMF 8.17.2).

    Parameters
    ----------
    a, b : number or array
        Above 0; constants: their derivatives have no closed form.
    x : Variable or array
        Between 0 and 1; broadcasts with them.

    Raises
    ------
    OperandError
        If `a` or `b` is a Variable that requires a gradient.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.betainc(2.0, 2.0, ag.Variable([0.25, 0.5]))
    Variable([0.15625, 0.5    ])
    """
    return of_order(BetaInc, x, a=a, b=b)
