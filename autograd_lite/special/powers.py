"""Exponentials and powers with a limit: exprel, cosm1, exp10, Box-Cox, the dilogarithm; Huber."""

from __future__ import annotations

from math import e, factorial, inf, nan, pi
from math import log as ln

from autograd_lite import functions
from autograd_lite.arrays import Array, Namespace
from autograd_lite.functions.targets import as_floats
from autograd_lite.graph.apply import binary, unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable
from autograd_lite.special.smooth import FromResult, Smooth, SmoothPair, series

__all__ = [
    "boxcox",
    "cosm1",
    "exp10",
    "exprel",
    "huber",
    "inv_boxcox",
    "pseudo_huber",
    "spence",
]

FAR = 1e4
# Around 0, where the formulas are differences of large terms; what is left out is below 1e-17.
_EXPREL = [(k + 1) / factorial(k + 2) for k in range(15)]  # of exprel', for |x| < 1/2
_RATIO = [(-1.0) ** k / (k + 1) for k in range(18)]  # of log(1 + x) / x, for |x| < 1/8
_BEND = [-((-1.0) ** k) * (k + 1) / (k + 2) for k in range(18)]  # of its derivative


class Exprel(Smooth):
    """(exp(x) - 1) / x, and 1 at 0; its slope is (exp(x) (x - 1) + 1) / x²."""

    __slots__ = ()
    name = "exprel"
    cases = (Case(A(3, 4)), Case(A(4, low=-30.0, high=1.0)), Case(A(2, low=-1e-6, high=1e-6)))
    points = (
        At(
            X([-FAR, 0.0, 1.0, FAR]),
            gives=[1e-4, 1.0, e - 1, inf],
            slopes=([1e-8, 0.5, 1.0, inf],),
        ),
    )

    def slope(self, x: Array) -> Array:
        return _exprel_slope(self.xp, x)


class Cosm1(Smooth):
    """cos(x) - 1 with all its digits near 0; its slope is -sin x."""

    __slots__ = ()
    name = "cosm1"
    cases = (Case(A(3, 4)),)
    points = (At(X([0.0, 1e-10, pi]), gives=[0, -5e-21, -2], slopes=([0, -1e-10, 0],)),)

    def slope(self, x: Array) -> Array:
        return -self.xp.sin(x)


class Exp10(FromResult):
    """10**x; its slope is 10**x · log 10."""

    __slots__ = ()
    name = "exp10"
    cases = (Case(A(3, 4)),)
    points = (
        At(
            X([-FAR, 0.0, 2.0, FAR]),
            gives=[0, 1, 100, inf],
            slopes=([0, ln(10), 100 * ln(10), inf],),
        ),
    )

    def slope(self, out: Array) -> Array:
        return out * ln(10)


class Spence(Smooth):
    """The dilogarithm ∫₁ˣ log(t) / (1 - t) dt; its slope is what is integrated."""

    __slots__ = ()
    name = "spence"
    subgradient = "at 0 infinite; 0 where no gradient arrives; NaN below"
    cases = (Case(A(3, 4, low=0.3, high=4.0)), Case(A(2, low=1 - 1e-6, high=1 + 1e-6)))
    points = (At(X([-1.0, 0.0, 1.0]), gives=[nan, pi**2 / 6, 0.0], slopes=([nan, -inf, -1.0],)),)

    def slope(self, x: Array) -> Array:
        xp = self.xp
        distance = x - 1.0
        near = xp.abs(distance) < 0.125
        far = xp.where(near, 0.5, x)
        ratio = series(_RATIO, xp.where(near, distance, 0.0))
        return -xp.where(near, ratio, xp.log(far) / (far - 1.0))


class BoxCox(SmoothPair):
    """(xˡ - 1) / l, and log x for l = 0; the slopes are xˡ⁻¹ and log² x · exprel'(l · log x)."""

    __slots__ = ()
    name = "boxcox"
    subgradient = "at x = 0 the slope in x is infinite for l below 1"
    cases = (
        Case(A(3, 4, low=0.3), A(4)),
        Case(A(3, low=0.3), 0.0),
        Case([0.5, 2.0], A(2, low=-1e-6, high=1e-6)),
    )
    points = (
        At(
            X([1.0, e, e, 0.0]),
            X([0.0, 0.0, 1.0, 2.0]),
            gives=[0.0, 1.0, e - 1, -0.5],
            slopes=([1.0, 1 / e, 1.0, 0.0], [0.0, 0.5, 1.0, 0.25]),
        ),
    )

    def slope_a(self, a: Array, b: Array) -> Array:
        return self.xp.power(a, b - 1.0)

    def slope_b(self, a: Array, b: Array) -> Array:
        """Return it; at x = 0 it is 1 / l² for l above 0."""
        xp = self.xp
        nothing = (a == 0) & (b > 0)
        logs = xp.log(xp.where(nothing, 1.0, a))
        limit = 1.0 / xp.square(xp.where(nothing, b, 1.0))
        return xp.where(nothing, limit, logs * logs * _exprel_slope(xp, b * logs))


class InvBoxCox(SmoothPair):
    """(l y + 1)**(1 / l), and exp y for l = 0: what Box-Cox makes y of."""

    __slots__ = ()
    name = "inv_boxcox"
    cases = (
        Case(A(3, 4, low=0.1), A(4, low=0.1)),
        Case(A(3), 0.0),
        Case([0.5, 2.0], A(2, low=-1e-6, high=1e-6)),
    )
    points = (
        At(
            X([0.0, 1.0, 1.0]),
            X([0.0, 0.0, 1.0]),
            gives=[1.0, e, 2.0],
            slopes=([1.0, e, 1.0], [0.0, -e / 2, 1 - 2 * ln(2)]),
        ),
    )

    def slope_a(self, a: Array, b: Array) -> Array:
        return self.xp.special.inv_boxcox(a, b) / (a * b + 1.0)

    def slope_b(self, a: Array, b: Array) -> Array:
        return self.xp.special.inv_boxcox(a, b) * a * a * _ratio_slope(self.xp, a * b)


def _exprel_slope(xp: Namespace, x: Array) -> Array:
    near = xp.abs(x) < 0.5
    far = xp.where(near, 1.0, x)
    shape = (xp.exp(far) * (1.0 - 1.0 / far) + 1.0 / far) / far  # in which no square overflows
    return xp.where(near, series(_EXPREL, xp.where(near, x, 0.0)), shape)


def _ratio_slope(xp: Namespace, x: Array) -> Array:
    """Return the derivative of log(1 + x) / x."""
    near = xp.abs(x) < 0.125
    far = xp.where(near, 1.0, x)
    shape = (1.0 / (1.0 + far) - xp.log1p(far) / far) / far
    return xp.where(near, series(_BEND, xp.where(near, x, 0.0)), shape)


def exprel(x: Operand) -> Variable:
    """Return (exp(x) - 1) / x with all its digits, and its limit 1 at 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(0.0)
    >>> y = ag.special.exprel(x)
    >>> y.backward()
    >>> y, float(x.grad)
    (Variable(1.0), 0.5)
    """
    return unary(Exprel(), x)


def cosm1(x: Operand) -> Variable:
    """Return cos(x) - 1 with all its digits, also for tiny x.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.cosm1(ag.Variable(1e-10))
    Variable(-5e-21)
    """
    return unary(Cosm1(), x)


def exp10(x: Operand) -> Variable:
    """Return 10 to the power of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.exp10(ag.Variable([0.0, 2.0]))
    Variable([  1., 100.])
    """
    return unary(Exp10(), x)


def spence(z: Operand) -> Variable:
    """Return the dilogarithm Li₂(1 - z), as SciPy defines it (DLMF 25.12.2).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.spence(ag.Variable([0.0, 1.0]))
    Variable([1.644934, 0.      ])
    """
    return unary(Spence(), z)


def boxcox(x: Operand, lmbda: Operand) -> Variable:
    """Return the Box-Cox transform of x, differentiable in both; the operands broadcast.

    (Box and Cox, 1964: An analysis of transformations.)

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.boxcox(ag.Variable([1.0, 3.0]), 2.0)
    Variable([0., 4.])
    """
    return binary(BoxCox(), x, lmbda)


def inv_boxcox(y: Operand, lmbda: Operand) -> Variable:
    """Return what the Box-Cox transform makes y of, differentiable in both.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.inv_boxcox(ag.Variable([0.0, 4.0]), 2.0)
    Variable([1., 3.])
    """
    return binary(InvBoxCox(), y, lmbda)


def huber(delta: Operand, r: Operand) -> Variable:
    """Return r²/2 up to |r| = delta, from there on the line delta (|r| - delta/2), as SciPy does.

    ``ag.huber`` is the loss of outputs and targets. Both operands may be differentiated; at
    |r| = delta the square counts, whose slope in delta is 0, as is the line's there. (Huber, 1964:
    Robust estimation of a location parameter.)

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.huber(1.0, ag.Variable([0.5, -3.0]))
    Variable([0.125, 2.5  ])
    """
    residual = as_floats(r, "huber")
    size = functions.abs(residual)
    bound = as_floats(delta, "huber", residual)
    bent = size.data <= bound.data
    line = bound * (size - bound * 0.5)
    return functions.where(bent, residual * residual * 0.5, line)


@composed(
    cases=(Case(A(low=0.5), A(3, 4)), Case(1.0, A(3))),
    points=(At(2.0, X([0.0, 1.5]), gives=[0.0, 1.0], slopes=([0.0, 1.2],)),),
)
def pseudo_huber(delta: Operand, r: Operand) -> Variable:
    """delta² · (√(1 + (r / delta)²) - 1), a smooth Huber function of r, as SciPy's.

    Both operands may be differentiated; no digit is lost for small r. (Charbonnier et al., 1994.)

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.pseudo_huber(2.0, ag.Variable([0.0, 1.5]))
    Variable([0., 1.])
    """
    residual = as_floats(r, "pseudo_huber")
    ratio = residual / delta
    return residual * residual / (functions.hypot(ratio, 1.0) + 1.0)
