"""The error function, the normal distribution, and their inverses and tails."""

from __future__ import annotations

from math import inf, log, nan, pi, sqrt

from autograd_lite.arrays import Array
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.variable import Operand, Variable
from autograd_lite.special.smooth import FromResult, Smooth, series

__all__ = [
    "dawsn",
    "erf",
    "erfc",
    "erfcinv",
    "erfcx",
    "erfinv",
    "log_ndtr",
    "ndtr",
    "ndtri",
]

_PEAK = 2 / sqrt(pi)  # of the slope of erf
_DENSITY = 1 / sqrt(2 * pi)  # of the normal distribution at 0
FAR = 1e4


def _beyond(x: Array) -> float:
    """Return where a tail's own series has more digits than a difference of large terms."""
    return 9.0 if x.dtype.itemsize == 4 else 50.0


class Erf(Smooth):
    """2/√π · ∫₀ˣ exp(-t²) dt; its slope is 2/√π · exp(-x²)."""

    __slots__ = ()
    name = "erf"
    cases = (Case(A(3, 4)), Case(A()))
    points = (At(X([-FAR, 0.0, FAR]), gives=[-1.0, 0.0, 1.0], slopes=([0.0, _PEAK, 0.0],)),)

    def slope(self, x: Array) -> Array:
        return self.xp.exp(-(x * x)) * _PEAK


class Erfc(Smooth):
    """1 - erf x; its slope is -2/√π · exp(-x²)."""

    __slots__ = ()
    name = "erfc"
    cases = (Case(A(3, 4)),)
    points = (At(X([-FAR, 0.0, FAR]), gives=[2.0, 1.0, 0.0], slopes=([0.0, -_PEAK, 0.0],)),)

    def slope(self, x: Array) -> Array:
        return self.xp.exp(-(x * x)) * -_PEAK


class Erfcx(Smooth):
    """exp(x²) · erfc x; its slope is 2 x · erfcx x - 2/√π."""

    __slots__ = ()
    name = "erfcx"
    cases = (Case(A(3, 4)), Case(A(3, low=3.0, high=80.0)))
    points = (
        At(
            X([-FAR, 0.0, FAR]),
            gives=[inf, 1.0, 5.641895807268084e-05],
            slopes=([-inf, -_PEAK, -5.641895750849127e-09],),
        ),
    )

    def slope(self, x: Array) -> Array:
        """Return it by its asymptotic series where the two terms are nearly equal."""
        xp, cut = self.xp, _beyond(x)
        far = x > cut
        tail = xp.where(far, 1.0 / xp.where(far, x, 1.0), 0.0)
        z = tail * tail
        near = xp.where(far, 0.0, x)
        middle = near * xp.special.erfcx(near) * 2.0 - _PEAK
        return xp.where(far, z * series((-1.0, 1.5, -3.75, 13.125), z) * (_PEAK / 2), middle)


class Dawsn(Smooth):
    """exp(-x²) · ∫₀ˣ exp(t²) dt; its slope is 1 - 2 x · dawsn x."""

    __slots__ = ()
    name = "dawsn"
    cases = (Case(A(3, 4)), Case(A(3, low=3.0, high=80.0)))
    points = (
        At(
            X([-FAR, 0.0, FAR]),
            gives=[-5.000000025e-05, 0.0, 5.000000025e-05],
            slopes=([-5.000000075e-09, 1.0, -5.000000075e-09],),
        ),
    )

    def slope(self, x: Array) -> Array:
        """Return it by its asymptotic series where the two terms are nearly equal."""
        xp, cut = self.xp, _beyond(x)
        far = xp.abs(x) > cut
        tail = xp.where(far, 1.0 / xp.where(far, x, 1.0), 0.0)
        z = tail * tail
        near = xp.where(far, 0.0, x)
        middle = 1.0 - near * xp.special.dawsn(near) * 2.0
        return xp.where(far, z * series((-0.5, -0.75, -1.875, -6.5625), z), middle)


class Erfinv(FromResult):
    """What erf makes x of; its slope is √π/2 · exp(erfinv² x)."""

    __slots__ = ()
    name = "erfinv"
    subgradient = "at ±1 infinite; 0 where no gradient arrives; NaN outside"
    cases = (Case(A(3, 4, low=-0.95, high=0.95)),)
    points = (
        At(
            X([-1.0, 0.0, 1.0, 2.0]),
            gives=[-inf, 0, inf, nan],
            slopes=([inf, 1 / _PEAK, inf, nan],),
        ),
    )

    def slope(self, out: Array) -> Array:
        return self.xp.exp(out * out) / _PEAK


class Erfcinv(FromResult):
    """What erfc makes x of; its slope is -√π/2 · exp(erfcinv² x)."""

    __slots__ = ()
    name = "erfcinv"
    subgradient = "at 0 and 2 infinite; 0 where no gradient arrives; NaN outside"
    cases = (Case(A(3, 4, low=0.05, high=1.95)),)
    points = (
        At(
            X([0.0, 1.0, 2.0, 3.0]),
            gives=[inf, 0, -inf, nan],
            slopes=([-inf, -1 / _PEAK, -inf, nan],),
        ),
    )

    def slope(self, out: Array) -> Array:
        return self.xp.exp(out * out) / -_PEAK


class Ndtr(Smooth):
    """Φ(x), the normal distribution; its slope is exp(-x²/2) / √(2π)."""

    __slots__ = ()
    name = "ndtr"
    cases = (Case(A(3, 4)),)
    points = (At(X([-FAR, 0.0, FAR]), gives=[0.0, 0.5, 1.0], slopes=([0.0, _DENSITY, 0.0],)),)

    def slope(self, x: Array) -> Array:
        return self.xp.exp(x * x * -0.5) * _DENSITY


class LogNdtr(Smooth):
    """log Φ(x); its slope is φ(x) / Φ(x)."""

    __slots__ = ()
    name = "log_ndtr"
    cases = (Case(A(3, 4)), Case(A(4, low=-60.0, high=8.0)))
    points = (
        At(
            X([-FAR, 0.0, FAR]),
            gives=[-50000010.129278915, -log(2), 0.0],
            slopes=([10000.000099999998, 2 * _DENSITY, 0.0],),
        ),
    )

    def slope(self, x: Array) -> Array:
        """Return φ / Φ; below 0 as √(2/π) / erfcx(-x/√2), in which nothing underflows."""
        xp = self.xp
        right = x > 0
        above, below = xp.where(right, x, 0.0), xp.where(right, 0.0, x)
        density = xp.exp(above * above * -0.5) * _DENSITY
        scaled = xp.special.erfcx(below * -sqrt(0.5))
        return xp.where(right, density / xp.special.ndtr(above), 2 * _DENSITY / scaled)


class Ndtri(FromResult):
    """What Φ makes x of; its slope is √(2π) · exp(ndtri² x / 2)."""

    __slots__ = ()
    name = "ndtri"
    subgradient = "at 0 and 1 infinite; 0 where no gradient arrives; NaN outside"
    cases = (Case(A(3, 4, low=0.02, high=0.98)),)
    points = (
        At(
            X([0.0, 0.5, 1.0, 2.0]),
            gives=[-inf, 0, inf, nan],
            slopes=([inf, 1 / _DENSITY, inf, nan],),
        ),
    )

    def slope(self, out: Array) -> Array:
        return self.xp.exp(out * out * 0.5) / _DENSITY


def erf(x: Operand) -> Variable:
    """Return the error function of every element (DLMF 7.2.1).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.erf(ag.Variable([-1.0, 0.0, 1.0]))
    Variable([-0.842701,  0.      ,  0.842701])
    """
    return unary(Erf(), x)


def erfc(x: Operand) -> Variable:
    """Return 1 - erf x with all its digits, also where it is tiny (DLMF 7.2.2).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.erfc(ag.Variable([0.0, 10.0]))
    Variable([1.000000e+00, 2.088488e-45])
    """
    return unary(Erfc(), x)


def erfcx(x: Operand) -> Variable:
    """Return exp(x²) · erfc x, which does not underflow for large x (DLMF 7.2.3, 7.12.1).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.erfcx(ag.Variable([0.0, 100.0]))
    Variable([1.      , 0.005642])
    """
    return unary(Erfcx(), x)


def dawsn(x: Operand) -> Variable:
    """Return Dawson's integral of every element (DLMF 7.2.5).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.dawsn(ag.Variable([0.0, 1.0]))
    Variable([0.     , 0.53808])
    """
    return unary(Dawsn(), x)


def erfinv(y: Operand) -> Variable:
    """Return what has the elements, between -1 and 1, as its error function (DLMF 7.17.1).

    At -1 and 1 the slope is infinite; where no gradient arrives there, 0 goes back, not NaN.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.erfinv(ag.special.erf(ag.Variable(0.25)))
    Variable(0.25)
    """
    return unary(Erfinv(), y)


def erfcinv(y: Operand) -> Variable:
    """Return what has the elements, between 0 and 2, as its erfc (DLMF 7.17.1).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.erfcinv(ag.special.erfc(ag.Variable(0.25)))
    Variable(0.25)
    """
    return unary(Erfcinv(), y)


def ndtr(x: Operand) -> Variable:
    """Return the standard normal distribution Φ: the chance of a number below x.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.ndtr(ag.Variable([-1.0, 0.0, 1.0]))
    Variable([0.158655, 0.5     , 0.841345])
    """
    return unary(Ndtr(), x)


def log_ndtr(x: Operand) -> Variable:
    """Return log Φ(x), exact where Φ underflows.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(-100.0)
    >>> y = ag.special.log_ndtr(x)
    >>> y.backward()
    >>> round(y.item(), 3), round(float(x.grad), 5)
    (-5005.524, 100.01)
    """
    return unary(LogNdtr(), x)


def ndtri(y: Operand) -> Variable:
    """Return the quantile of the standard normal distribution: what Φ makes y of.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.ndtri(ag.Variable([0.025, 0.5, 0.975]))
    Variable([-1.959964,  0.      ,  1.959964])
    """
    return unary(Ndtri(), y)
