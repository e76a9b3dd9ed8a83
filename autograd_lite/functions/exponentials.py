"""Exponentials and logarithms."""

from __future__ import annotations

from autograd_lite.arrays import Array
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, Case
from autograd_lite.graph.function import Elementwise
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["exp", "log"]


class Exp(Elementwise):
    """exp x; its slope is itself."""

    __slots__ = keeps = ("out",)
    name = "exp"
    cases = (Case(A(3, 4)), Case(A()))
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = self.xp.exp(x)
        return out

    def backward(self, gy: Array) -> Array:
        return gy * self.out


class Log(Elementwise):
    """log x; its slope is 1 / x."""

    __slots__ = keeps = ("x",)
    name = "log"
    subgradient = "at 0 infinite; 0 where no gradient arrives"
    cases = (Case(A(3, 4, low=0.3)),)
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.log(x)

    def backward(self, gy: Array) -> Array:
        return gy / self.x


def exp(x: Operand) -> Variable:
    """Return e to the power of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.exp(ag.Variable(0.0))
    Variable(1.0)
    """
    return unary(Exp(), x)


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
