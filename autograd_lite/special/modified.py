"""Modified Bessel functions of real numbers: I grows, K falls; with e, they are scaled.

The rules are the recurrences of DLMF 10.29.1 and 10.29.3. Orders are constants, as in ``bessel``.
"""

from __future__ import annotations

from math import inf, nan

from autograd_lite.arrays import Array
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.variable import Operand, Variable
from autograd_lite.special.smooth import Ordered, Smooth, of_order

__all__ = ["i0", "i0e", "i1", "i1e", "iv", "ive", "k0", "k1", "kv"]

FAR = 1e4


class I0(Smooth):
    """I₀(x); its slope is I₁(x)."""

    __slots__ = ()
    name = "i0"
    symbol = "I₀"
    cases = (Case(A(3, 4)), Case(A()))
    points = (At(X([-FAR, 0.0, FAR]), gives=[inf, 1.0, inf], slopes=([-inf, 0.0, inf],)),)

    def slope(self, x: Array) -> Array:
        return self.xp.special.i1(x)


class I1(Smooth):
    """I₁(x); its slope is (I₀(x) + I₂(x)) / 2."""

    __slots__ = ()
    name = "i1"
    symbol = "I₁"
    cases = (Case(A(3, 4)),)
    points = (At(X([-FAR, 0.0, FAR]), gives=[-inf, 0.0, inf], slopes=([inf, 0.5, inf],)),)

    def slope(self, x: Array) -> Array:
        special = self.xp.special
        return (special.i0(x) + special.iv(2.0, x)) * 0.5


class Iv(Ordered):
    """Iᵥ(x); its slope is (Iᵥ₋₁(x) + Iᵥ₊₁(x)) / 2."""

    __slots__ = ()
    name = "iv"
    symbol = "Iᵥ"
    subgradient = "NaN for x below 0, unless v is whole"
    cases = (Case(2, A(3, 4)), Case([0.0, 0.5, 1.3], A(2, 3, low=0.3, high=5.0)))
    points = (
        At([0, 1, 2, 3], X([0.0] * 4), gives=[1, 0, 0, 0], slopes=([0.0, 0.5, 0.0, 0.0],)),
        At(0.5, X([0.0, -1.0]), gives=[0.0, nan], slopes=([inf, nan],)),
    )

    def slope(self, x: Array) -> Array:
        special = self.xp.special
        (v,) = self.orders
        return (special.iv(v - 1.0, x) + special.iv(v + 1.0, x)) * 0.5


class I0e(Smooth):
    """exp(-|x|) · I₀(x); its slope is exp(-|x|) · I₁(x) - sign x · exp(-|x|) · I₀(x)."""

    __slots__ = ()
    name = "i0e"
    subgradient = "at 0, between 1 and -1, 0"
    cases = (Case(A(3, 4, away_from=0.0)), Case(A(2, low=20, high=80)))
    points = (
        At(
            X([-FAR, 0.0, FAR]),
            gives=[0.003989472674604732, 1.0, 0.003989472674604732],
            slopes=([1.994786210698419e-07, 0.0, -1.994786210698419e-07],),
        ),
    )

    def slope(self, x: Array) -> Array:
        xp, special = self.xp, self.xp.special
        return special.i1e(x) - xp.sign(x) * special.i0e(x)


class I1e(Smooth):
    """exp(-|x|) · I₁(x); its slope is that of I₁, scaled, less sign x times it."""

    __slots__ = ()
    name = "i1e"
    cases = (Case(A(3, 4, away_from=0.0)), Case(A(2, low=20, high=80)))
    points = (At(X([0.0]), gives=[0.0], slopes=([0.5],)),)

    def slope(self, x: Array) -> Array:
        xp, special = self.xp, self.xp.special
        return (special.i0e(x) + special.ive(2.0, x)) * 0.5 - xp.sign(x) * special.i1e(x)


class Ive(Ordered):
    """exp(-|x|) · Iᵥ(x); its slope is that of Iᵥ, scaled, less sign x times it."""

    __slots__ = ()
    name = "ive"
    subgradient = "at 0, for v = 0 between 1 and -1, 0; NaN for x below 0, unless v is whole"
    cases = (Case(2, A(3, 4, away_from=0.0)), Case([0.0, 0.5, 1.3], A(2, 3, low=0.3, high=9.0)))
    points = (At([0, 1, 2], X([0.0] * 3), gives=[1, 0, 0], slopes=([0.0, 0.5, 0.0],)),)

    def slope(self, x: Array) -> Array:
        xp, special = self.xp, self.xp.special
        (v,) = self.orders
        middle = (special.ive(v - 1.0, x) + special.ive(v + 1.0, x)) * 0.5
        return middle - xp.sign(x) * special.ive(v, x)


class K0(Smooth):
    """K₀(x); its slope is -K₁(x)."""

    __slots__ = ()
    name = "k0"
    symbol = "K₀"
    subgradient = "at 0 infinite; 0 where no gradient arrives; NaN below"
    cases = (Case(A(3, 4, low=0.4, high=5.0)),)
    points = (At(X([-1.0, 0.0, FAR]), gives=[nan, inf, 0], slopes=([nan, -inf, 0],)),)

    def slope(self, x: Array) -> Array:
        return -self.xp.special.k1(x)


class K1(Smooth):
    """K₁(x); its slope is -(K₀(x) + K₂(x)) / 2."""

    __slots__ = ()
    name = "k1"
    symbol = "K₁"
    subgradient = "at 0 infinite; 0 where no gradient arrives; NaN below"
    cases = (Case(A(3, 4, low=0.6, high=5.0)),)
    points = (At(X([-1.0, 0.0, FAR]), gives=[nan, inf, 0], slopes=([nan, -inf, 0],)),)

    def slope(self, x: Array) -> Array:
        special = self.xp.special
        return (special.k0(x) + special.kv(2.0, x)) * -0.5


class Kv(Ordered):
    """Kᵥ(x); its slope is -(Kᵥ₋₁(x) + Kᵥ₊₁(x)) / 2."""

    __slots__ = ()
    name = "kv"
    symbol = "Kᵥ"
    subgradient = "at 0 infinite; 0 where no gradient arrives; NaN below"
    cases = (
        Case(2, A(3, 4, low=0.8, high=5.0)),
        Case([0.0, 0.5, 1.3], A(2, 3, low=0.8, high=5.0)),
    )
    points = (At(2.0, X([-1.0, 0.0, FAR]), gives=[nan, inf, 0], slopes=([nan, -inf, 0],)),)

    def slope(self, x: Array) -> Array:
        special = self.xp.special
        (v,) = self.orders
        return (special.kv(v - 1.0, x) + special.kv(v + 1.0, x)) * -0.5


def i0(x: Operand) -> Variable:
    """Return the modified Bessel function of the first kind of order 0 (DLMF 10.25.2, 10.29.3).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.i0(ag.Variable(1.0))
    Variable(1.26607)
    """
    return unary(I0(), x)


def i1(x: Operand) -> Variable:
    """Return the modified Bessel function of the first kind of order 1 (DLMF 10.25.2, 10.29.1).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.i1(ag.Variable(1.0))
    Variable(0.565159)
    """
    return unary(I1(), x)


def iv(v: object, z: Operand) -> Variable:
    """Return the modified Bessel function of the first kind of order `v` (DLMF 10.25.2, 10.29.1).

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
    >>> ag.special.iv(2, ag.Variable(1.0))
    Variable(0.135748)
    """
    return of_order(Iv, z, v=v)


def i0e(x: Operand) -> Variable:
    """Return exp(-|x|) I₀(x), which does not overflow.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.i0e(ag.Variable([0.0, 1000.0]))
    Variable([1.      , 0.012617])
    """
    return unary(I0e(), x)


def i1e(x: Operand) -> Variable:
    """Return exp(-|x|) I₁(x), which does not overflow.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.i1e(ag.Variable([0.0, 1000.0]))
    Variable([0.      , 0.012611])
    """
    return unary(I1e(), x)


def ive(v: object, z: Operand) -> Variable:
    """Return exp(-|z|) Iᵥ(z), which does not overflow; `v` is a constant, as for :func:`iv`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.ive(2, ag.Variable([0.0, 1000.0]))
    Variable([0.      , 0.012592])
    """
    return of_order(Ive, z, v=v)


def k0(x: Operand) -> Variable:
    """Return the modified Bessel function of the second kind of order 0 (DLMF 10.25.3, 10.29.3).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.k0(ag.Variable(1.0))
    Variable(0.421024)
    """
    return unary(K0(), x)


def k1(x: Operand) -> Variable:
    """Return the modified Bessel function of the second kind of order 1 (DLMF 10.25.3, 10.29.1).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.k1(ag.Variable(1.0))
    Variable(0.601907)
    """
    return unary(K1(), x)


def kv(v: object, z: Operand) -> Variable:
    """Return the modified Bessel function of the second kind of order `v` (DLMF 10.25.3, 10.29.1).

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
    >>> ag.special.kv(0.5, ag.Variable(1.0))
    Variable(0.461069)
    """
    return of_order(Kv, z, v=v)
