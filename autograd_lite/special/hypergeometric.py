"""Hypergeometric functions of one real variable, and the complete elliptic integrals."""

from __future__ import annotations

from math import inf, nan, pi
from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.variable import Operand, Variable
from autograd_lite.special.smooth import Ordered, Smooth, of_order

__all__ = ["ellipe", "ellipk", "hyp2f1"]


class Hyp2F1(Ordered):
    """₂F₁(a, b; c; z); its slope in z is a b / c · ₂F₁(a + 1, b + 1; c + 1; z)."""

    __slots__ = ()
    name = "hyp2f1"
    symbol = "₂F₁"
    cases = (
        Case(0.5, 1.0, 1.5, A(3, 4, low=-0.8, high=0.8)),
        Case(1.0, [0.5, 2.0], 2.5, A(3, 2, low=-0.5, high=0.5)),
    )
    points = (At(1.0, 1.0, 2.0, X([0.0]), gives=[1.0], slopes=([0.5],)),)

    def slope(self, x: Array) -> Array:
        a, b, c = self.orders
        higher = self.xp.special.hyp2f1(a + 1.0, b + 1.0, c + 1.0, x)
        return higher * (a * b / c)


class EllipK(Smooth):
    """K(m) = ∫ dt / √(1 - m sin² t) from 0 to π/2; its slope is π/8 · ₂F₁(3/2, 3/2; 2; m)."""

    __slots__ = ()
    name = "ellipk"
    subgradient = "at 1 infinite; 0 where no gradient arrives; NaN above"
    cases = (Case(A(3, 4, low=-2.0, high=0.8)),)
    points = (At(X([0.0, 1.0, 2.0]), gives=[pi / 2, inf, nan], slopes=([pi / 8, inf, nan],)),)

    def slope(self, x: Array) -> Array:
        return _inside(self.xp, x, (1.5, 1.5, 2.0)) * (pi / 8)


class EllipE(Smooth):
    """E(m) = ∫ √(1 - m sin² t) dt from 0 to π/2; its slope is -π/8 · ₂F₁(1/2, 3/2; 2; m)."""

    __slots__ = ()
    name = "ellipe"
    subgradient = "at 1 infinite; 0 where no gradient arrives; NaN above"
    cases = (Case(A(3, 4, low=-2.0, high=0.8)),)
    points = (At(X([0.0, 1.0, 2.0]), gives=[pi / 2, 1.0, nan], slopes=([-pi / 8, -inf, nan],)),)

    def slope(self, x: Array) -> Array:
        return _inside(self.xp, x, (0.5, 1.5, 2.0)) * (-pi / 8)


def _inside(xp: Any, m: Array, orders: tuple[float, float, float]) -> Array:
    """Return ₂F₁ up to 1; it has no real values beyond."""
    return xp.where(m > 1, nan, xp.special.hyp2f1(*orders, m))


def hyp2f1(a: object, b: object, c: object, z: Operand) -> Variable:
    """Return Gauss's hypergeometric function, differentiable in z (DLMF 15.2.1, 15.5.1).

    Parameters
    ----------
    a, b, c : number or array
        Constants: the derivatives in them have no closed form.
    z : Variable or array
        Real; broadcasts with them.

    Raises
    ------
    OperandError
        If a constant is a Variable that requires a gradient.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.hyp2f1(1.0, 1.0, 2.0, ag.Variable(0.5))
    Variable(1.38629)
    """
    return of_order(Hyp2F1, z, a=a, b=b, c=c)


def ellipk(m: Operand) -> Variable:
    """Return the complete elliptic integral of the first kind of the parameter m (DLMF 19.5.1).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.ellipk(ag.Variable([0.0, 0.5]))
    Variable([1.570796, 1.854075])
    """
    return unary(EllipK(), m)


def ellipe(m: Operand) -> Variable:
    """Return the complete elliptic integral of the second kind of the parameter m (DLMF 19.5.2).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.ellipe(ag.Variable([0.0, 0.5]))
    Variable([1.570796, 1.350644])
    """
    return unary(EllipE(), m)
