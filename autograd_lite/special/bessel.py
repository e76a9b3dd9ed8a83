"""Bessel functions of real numbers: J, Y, and I and K, which are exponentials where J is a wave.

The rules are the recurrences of DLMF 10.6.1 and 10.29.1: each derivative is half the sum, or the
difference, of the neighbours in order. Orders are constants: the derivative in the order has no
closed form, and SciPy none either.
"""

from __future__ import annotations

from math import inf, nan
from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.variable import Operand, Variable
from autograd_lite.special.smooth import Ordered, Smooth, of_order

__all__ = ["j0", "j1", "jn", "jv", "y0", "y1", "yn", "yv"]


class J0(Smooth):
    """J₀(x); its slope is -J₁(x)."""

    __slots__ = ()
    name = "j0"
    symbol = "J₀"
    cases = (Case(A(3, 4, low=-5.0, high=5.0)), Case(A()))
    points = (At(X([0.0]), gives=[1.0], slopes=([0.0],)),)

    def slope(self, x: Array) -> Array:
        return -self.xp.special.j1(x)


class J1(Smooth):
    """J₁(x); its slope is (J₀(x) - J₂(x)) / 2."""

    __slots__ = ()
    name = "j1"
    symbol = "J₁"
    cases = (Case(A(3, 4, low=-5.0, high=5.0)),)
    points = (At(X([0.0]), gives=[0.0], slopes=([0.5],)),)

    def slope(self, x: Array) -> Array:
        special = self.xp.special
        return (special.j0(x) - special.jv(2.0, x)) * 0.5


class Jv(Ordered):
    """Jᵥ(x); its slope is (Jᵥ₋₁(x) - Jᵥ₊₁(x)) / 2."""

    __slots__ = ()
    name = "jv"
    symbol = "Jᵥ"
    subgradient = "NaN for x below 0, unless v is whole"
    cases = (
        Case(2, A(3, 4, low=-5.0, high=5.0)),
        Case([0.0, 0.5, 1.3], A(2, 3, low=0.3, high=5.0)),
    )
    points = (
        At([0, 1, 2, 3], X([0.0] * 4), gives=[1, 0, 0, 0], slopes=([0.0, 0.5, 0.0, 0.0],)),
        At(0.5, X([0.0, -1.0]), gives=[0.0, nan], slopes=([inf, nan],)),
    )

    def slope(self, x: Array) -> Array:
        special = self.xp.special
        (v,) = self.orders
        return (special.jv(v - 1.0, x) - special.jv(v + 1.0, x)) * 0.5


class Y0(Smooth):
    """Y₀(x); its slope is -Y₁(x)."""

    __slots__ = ()
    name = "y0"
    symbol = "Y₀"
    subgradient = "at 0 infinite; 0 where no gradient arrives; NaN below"
    cases = (Case(A(3, 4, low=0.4, high=5.0)),)
    points = (At(X([-1.0, 0.0]), gives=[nan, -inf], slopes=([nan, inf],)),)

    def slope(self, x: Array) -> Array:
        return -self.xp.special.y1(x)


class Y1(Smooth):
    """Y₁(x); its slope is (Y₀(x) - Y₂(x)) / 2."""

    __slots__ = ()
    name = "y1"
    symbol = "Y₁"
    subgradient = "at 0 infinite; 0 where no gradient arrives; NaN below"
    cases = (Case(A(3, 4, low=0.4, high=5.0)),)
    points = (At(X([-1.0, 0.0]), gives=[nan, -inf], slopes=([nan, inf],)),)

    def slope(self, x: Array) -> Array:
        special = self.xp.special
        return _steep_at_0(self.xp, x, (special.y0(x) - special.yv(2.0, x)) * 0.5)


class Yv(Ordered):
    """Yᵥ(x); its slope is (Yᵥ₋₁(x) - Yᵥ₊₁(x)) / 2."""

    __slots__ = ()
    name = "yv"
    symbol = "Yᵥ"
    subgradient = "at 0 infinite; 0 where no gradient arrives; NaN below"
    cases = (
        Case(2, A(3, 4, low=0.8, high=5.0)),
        Case([0.0, 0.5, 1.3], A(2, 3, low=0.8, high=5.0)),
    )
    points = (At(2.0, X([-1.0, 0.0]), gives=[nan, -inf], slopes=([nan, inf],)),)

    def value(self, x: Array) -> Array:
        """Return it; SciPy has finite values below 0 for whole orders that Y does not have."""
        return self.xp.where(x < 0, nan, super().value(x))

    def slope(self, x: Array) -> Array:
        special = self.xp.special
        (v,) = self.orders
        return _steep_at_0(self.xp, x, (special.yv(v - 1.0, x) - special.yv(v + 1.0, x)) * 0.5)


def _steep_at_0(xp: Any, x: Array, slope: Array) -> Array:
    """Return the slope, and its limit ∞ at 0, where the formula is ∞ - ∞."""
    return xp.where(x == 0, inf, slope)


def j0(x: Operand) -> Variable:
    """Return the Bessel function of the first kind of order 0 (DLMF 10.2.2, 10.6.3).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.j0(ag.Variable([0.0, 1.0]))
    Variable([1.      , 0.765198])
    """
    return unary(J0(), x)


def j1(x: Operand) -> Variable:
    """Return the Bessel function of the first kind of order 1 (DLMF 10.2.2, 10.6.1).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(0.0)
    >>> ag.special.j1(x).backward()
    >>> float(x.grad)
    0.5
    """
    return unary(J1(), x)


def jv(v: object, z: Operand) -> Variable:
    """Return the Bessel function of the first kind of order `v` (DLMF 10.2.2, 10.6.1).

    ``jn`` is the same.

    Parameters
    ----------
    v : number or array
        The order, a constant.
    z : Variable or array
        Real; broadcasts with `v`.

    Raises
    ------
    OperandError
        If `v` is a Variable that requires a gradient.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.jv(2, ag.Variable([0.0, 1.0]))
    Variable([0.      , 0.114903])
    """
    return of_order(Jv, z, v=v)


jn = jv


def y0(x: Operand) -> Variable:
    """Return the Bessel function of the second kind of order 0 (DLMF 10.2.3, 10.6.3).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.y0(ag.Variable(1.0))
    Variable(0.088257)
    """
    return unary(Y0(), x)


def y1(x: Operand) -> Variable:
    """Return the Bessel function of the second kind of order 1 (DLMF 10.2.3, 10.6.1).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.y1(ag.Variable(1.0))
    Variable(-0.781213)
    """
    return unary(Y1(), x)


def yv(v: object, z: Operand) -> Variable:
    """Return the Bessel function of the second kind of order `v` (DLMF 10.2.3, 10.6.1).

    ``yn`` is the same.

    Parameters
    ----------
    v : number or array
        The order, a constant.
    z : Variable or array
        Real and not negative; broadcasts with `v`.

    Raises
    ------
    OperandError
        If `v` is a Variable that requires a gradient.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.yv(0.5, ag.Variable(1.0))
    Variable(-0.431099)
    """
    return of_order(Yv, z, v=v)


yn = yv
