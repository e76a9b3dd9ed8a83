"""Powers and roots."""

from __future__ import annotations

from autograd_lite.arrays import Array
from autograd_lite.graph.apply import binary, unary
from autograd_lite.graph.cases import A, Case
from autograd_lite.graph.function import Binary, Elementwise
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["pow", "power", "sqrt"]

Pair = tuple[Array | None, Array | None]


class Power(Binary):
    """a ** b; the gradients are g · b · a**(b-1) and g · a**b · log a."""

    __slots__ = keeps = ("a", "b")
    name = "pow"
    symbol = "^"
    subgradient = "0 ** 0 has slope 0 in both operands; a below 0 has none in the exponent (NaN)"
    cases = (
        Case(A(3, 4, low=0.3), 2.0),
        Case(A(3, 4), 3),
        Case(A(3, 4, low=0.3), A(4)),
        Case(2.0, A(3)),
        Case(A(3, away_from=0.0), -1.0),
    )
    a: Array
    b: Array

    def forward(self, a: Array, b: Array) -> Array:
        self.a = a
        self.b = b
        return a**b

    def backward(self, gy: Array) -> Pair:
        return (
            None if self._left is None else self._base_gradient(gy),
            None if self._right is None else self._exponent_gradient(gy),
        )

    def _base_gradient(self, gy: Array) -> Array:
        """Return g · b · a**(b-1), which is 0 for b = 0."""
        a, b = self.a, self.b
        if self._right is None:
            return gy * (b * a ** (b - 1 + (b == 0)))
        base = self.xp.where((a == 0) & (b == 0), 1.0, a)
        return gy * (b * base ** (b - 1))

    def _exponent_gradient(self, gy: Array) -> Array:
        """Return a**b · log a, whose limit at a = 0 is 0 for b > 0; log 1 = 0 stands for it."""
        a, b = self.a, self.b
        base = self.xp.where(a == 0, 1.0, a)
        return gy * (base**b * self.xp.log(base))


class Sqrt(Elementwise):
    """√x; its slope is 1 / (2 √x)."""

    __slots__ = keeps = ("out",)
    name = "sqrt"
    symbol = "√"
    subgradient = "at 0 infinite; 0 where no gradient arrives"
    cases = (Case(A(3, 4, low=0.3)),)
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = self.xp.sqrt(x)
        return out

    def backward(self, gy: Array) -> Array:
        return gy / (self.out + self.out)


def power(x: Operand, y: Operand) -> Variable:
    """Raise `x` to the power `y`; they broadcast, and both may be differentiated.

    Notes
    -----
    d(x**y)/dx = y · x**(y-1), with its limit 0 at ``x**0``; d(x**y)/dy = x**y · log x, with its
    limit 0 at ``0**y``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(3.0)
    >>> (x ** 2).backward()
    >>> float(x.grad)
    6.0
    """
    return binary(Power(), x, y)


def sqrt(x: Operand) -> Variable:
    """Return the square root of every element.

    At 0 the slope is infinite; where no gradient arrives there, 0 goes back, not NaN.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.sqrt(ag.Variable(9.0))
    Variable(3.0)
    """
    return unary(Sqrt(), x)


pow = power
