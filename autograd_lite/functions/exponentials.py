"""Exponentials and logarithms."""

from __future__ import annotations

from math import inf
from math import log as ln
from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.graph.apply import binary, unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Binary, Elementwise
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "logaddexp"]

_LN2, _LN10 = ln(2.0), ln(10.0)


class Exp(Elementwise):
    """exp x; its slope is itself."""

    __slots__ = keeps = ("out",)
    name = "exp"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A()),
        Case(A(3, complex=True)),
    )
    points = (At(X([-1e4, 0.0, 1e4]), gives=[0.0, 1.0, inf], slopes=([0.0, 1.0, inf],)),)
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = self.xp.exp(x)
        return out

    def backward(self, gy: Array) -> Array:
        return gy * self.out


class Exp2(Elementwise):
    """2**x; its slope is 2**x · log 2."""

    __slots__ = keeps = ("out",)
    name = "exp2"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A(3, complex=True)),
    )
    points = (
        At(
            X([-1e4, 0.0, 3.0, 1e4]),
            gives=[0.0, 1.0, 8.0, inf],
            slopes=([0.0, _LN2, 8.0 * _LN2, inf],),
        ),
    )
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = self.xp.exp2(x)
        return out

    def backward(self, gy: Array) -> Array:
        return gy * self.out * _LN2


class Expm1(Elementwise):
    """exp(x) - 1; its slope is exp x."""  # the result + 1 would lose the digits of small slopes

    __slots__ = keeps = ("x",)
    name = "expm1"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A(3, low=-1e-8, high=1e-8)),
        Case(A(3, complex=True)),
    )
    points = (
        At(
            X([-1e4, 0.0, 1e-30, 1e4]),
            gives=[-1.0, 0.0, 1e-30, inf],
            slopes=([0.0, 1.0, 1.0, inf],),
        ),
    )
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.expm1(x)

    def backward(self, gy: Array) -> Array:
        return gy * self.xp.exp(self.x)


class Log(Elementwise):
    """log x; its slope is 1 / x."""

    __slots__ = keeps = ("x",)
    name = "log"
    complexes = True
    subgradient = "at 0 infinite; 0 where no gradient arrives"
    cases = (
        Case(A(3, 4, low=0.3)),
        Case(A(3, low=0.3, complex=True)),
    )
    points = (At(X([0.0, 1.0, inf]), gives=[-inf, 0.0, inf], slopes=([inf, 1.0, 0.0],)),)
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.log(x)

    def backward(self, gy: Array) -> Array:
        return gy / self.x


class Log2(Elementwise):
    """log x / log 2; its slope is 1 / (x · log 2)."""

    __slots__ = keeps = ("x",)
    name = "log2"
    complexes = True
    subgradient = "at 0 infinite; 0 where no gradient arrives"
    cases = (
        Case(A(3, 4, low=0.3)),
        Case(A(3, low=0.3, complex=True)),
    )
    points = (
        At(X([0.0, 1.0, 8.0]), gives=[-inf, 0.0, 3.0], slopes=([inf, 1 / _LN2, 0.125 / _LN2],)),
    )
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.log2(x)

    def backward(self, gy: Array) -> Array:
        return gy / (self.x * _LN2)


class Log10(Elementwise):
    """log x / log 10; its slope is 1 / (x · log 10)."""

    __slots__ = keeps = ("x",)
    name = "log10"
    complexes = True
    subgradient = "at 0 infinite; 0 where no gradient arrives"
    cases = (
        Case(A(3, 4, low=0.3)),
        Case(A(3, low=0.3, complex=True)),
    )
    points = (
        At(X([0.0, 1.0, 1e4]), gives=[-inf, 0.0, 4.0], slopes=([inf, 1 / _LN10, 1e-4 / _LN10],)),
    )
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.log10(x)

    def backward(self, gy: Array) -> Array:
        return gy / (self.x * _LN10)


class Log1p(Elementwise):
    """log(1 + x); its slope is 1 / (1 + x)."""

    __slots__ = keeps = ("x",)
    name = "log1p"
    complexes = True
    subgradient = "at -1 infinite; 0 where no gradient arrives"
    cases = (
        Case(A(3, 4, low=-0.7)),
        Case(A(3, low=-1e-8, high=1e-8)),
        Case(A(3, low=-0.7, complex=True)),
    )
    points = (At(X([-1.0, 0.0, 1e-30]), gives=[-inf, 0.0, 1e-30], slopes=([inf, 1.0, 1.0],)),)
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.log1p(x)

    def backward(self, gy: Array) -> Array:
        return gy / (1.0 + self.x)


class LogAddExp(Binary):
    """log(exp a + exp b); the slopes are σ(a - b) and σ(b - a).

    The result is max(a, b) + log(1 + exp(-|a - b|)), on large arrays several times faster than
    NumPy's loop. The difference of equal infinities is taken as 0, as it is along a = b.
    """

    __slots__ = ("a", "b", "largest")
    keeps = ("a", "b")
    constants = ("largest",)
    name = "logaddexp"
    subgradient = "of equal operands, infinite ones too, each has the slope 1/2"
    cases = (Case(A(3, 4), A(4)), Case(A(3), 0.5), Case(-1.0, A(2, 1)))
    points = (
        At(
            X([1e4, -1e4, 1e4, 1e4, -1e4]),
            X([-1e4, 1e4, 1e4, 1e4 - 1, -1e4]),
            gives=[1e4, 1e4, 1e4 + _LN2, 1e4 + 0.3132616875182228, -1e4 + _LN2],
            slopes=(
                [1.0, 0.0, 0.5, 0.7310585786300049, 0.5],
                [0.0, 1.0, 0.5, 0.2689414213699951, 0.5],
            ),
        ),
        At(
            X([-inf, -inf, inf, inf, inf, 2.0]),
            X([-inf, 2.0, -inf, 3.0, inf, -inf]),
            gives=[-inf, 2.0, inf, inf, inf, 2.0],
            slopes=([0.5, 0.0, 1.0, 1.0, 0.5, 1.0], [0.5, 1.0, 0.0, 0.0, 0.5, 0.0]),
        ),
    )
    a: Array
    b: Array
    largest: float

    def forward(self, a: Array, b: Array) -> Array:
        xp = self.xp
        if a.dtype.kind != "f":
            return xp.logaddexp(a, b)
        self.a = a
        self.b = b
        limits: Any = xp.finfo(a.dtype)
        self.largest = float(limits.max)
        return xp.maximum(a, b) + xp.log1p(xp.exp(-xp.abs(self._apart(a, b))))

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        apart = self._apart(self.a, self.b)
        return (
            None if self._left is None else gy * self.xp.sigmoid(apart),
            None if self._right is None else gy * self.xp.sigmoid(-apart),
        )

    def _apart(self, a: Array, b: Array) -> Array:
        """Return a - b, which is 0 for equal infinities."""
        clip, most = self.xp.clip, self.largest
        return clip(a, -most, most) - clip(b, -most, most)


def exp(x: Operand) -> Variable:
    """Return e to the power of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.exp(ag.Variable(0.0))
    Variable(1.0)
    """
    return unary(Exp(), x)


def exp2(x: Operand) -> Variable:
    """Return 2 to the power of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.exp2(ag.Variable([-1.0, 3.0]))
    Variable([0.5, 8. ])
    """
    return unary(Exp2(), x)


def expm1(x: Operand) -> Variable:
    """Return exp(x) - 1 with all its digits, also for tiny x.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.expm1(ag.Variable(1e-20))
    Variable(1e-20)
    """
    return unary(Expm1(), x)


def log(x: Operand) -> Variable:
    """Return the natural logarithm of every element.

    At 0 the slope is infinite; where no gradient arrives there, 0 goes back, not NaN.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.log(ag.Variable(1.0))
    Variable(0.0)
    """
    return unary(Log(), x)


def log2(x: Operand) -> Variable:
    """Return the logarithm to the base 2 of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.log2(ag.Variable([1.0, 8.0]))
    Variable([0., 3.])
    """
    return unary(Log2(), x)


def log10(x: Operand) -> Variable:
    """Return the logarithm to the base 10 of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.log10(ag.Variable([1.0, 1000.0]))
    Variable([0., 3.])
    """
    return unary(Log10(), x)


def log1p(x: Operand) -> Variable:
    """Return log(1 + x) with all its digits, also for tiny x.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.log1p(ag.Variable(1e-20))
    Variable(1e-20)
    """
    return unary(Log1p(), x)


def logaddexp(x: Operand, y: Operand) -> Variable:
    """Return log(exp(x) + exp(y)) without overflow; the operands broadcast.

    It adds numbers, such as probabilities, that are known by their logarithms; ``-inf`` stands
    for 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1000.0, 1000.0])
    >>> y = ag.logaddexp(x, [1000.0, -1000.0])
    >>> y.sum().backward()
    >>> x.grad
    array([0.5, 1. ])
    """
    return binary(LogAddExp(), x, y)
