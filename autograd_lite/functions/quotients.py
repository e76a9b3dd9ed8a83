"""Quotients: whole ones, what they leave, and the two parts of a number."""

from __future__ import annotations

from math import inf

from autograd_lite.arrays import Array
from autograd_lite.functions.rounding import mod
from autograd_lite.graph.apply import binary, nary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Binary, Nary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["divmod", "floor_divide", "fmod", "modf"]

_BETWEEN: tuple[Case, ...] = (
    Case(A(3, 4, low=2.2, high=2.8), A(4, low=0.9, high=1.05)),
    Case(A(3, low=-2.8, high=-2.2), A(3, low=0.95, high=1.05)),
    Case(A(2, 3, low=-0.9, high=-0.1), A(3, low=-2.0, high=-1.0)),
    Case(A(4, low=0.1, high=0.9), 2.0),
    Case(5.5, A(3, low=1.9, high=2.1)),
)


class FloorDivide(Binary):
    """⌊a / b⌋: constant from jump to jump, so exactly 0 goes back."""

    __slots__ = constants = ("nothing",)
    name = "floor_divide"
    symbol = "⌊÷⌋"
    subgradient = "0 everywhere, also at the jumps"
    cases = _BETWEEN
    points = (
        At(
            X([5.5, -1.0, 4.0, 0.0]),
            X([2.0, 3.0, -2.0, 1.0]),
            gives=[2.0, -1.0, -2.0, 0.0],
            slopes=([0.0] * 4, [0.0] * 4),
        ),
    )
    nothing: Array

    def forward(self, a: Array, b: Array) -> Array:
        out = self.xp.floor_divide(a, b)
        self.nothing = self.xp.zeros((), dtype=out.dtype)
        return out

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        zeros = self.xp.broadcast_to(self.nothing, gy.shape)
        return (
            None if self._left is None else zeros,
            None if self._right is None else zeros,
        )


class FMod(Binary):
    """a - b · trunc(a / b), with the sign of a; the gradients are g and -g · trunc(a / b)."""

    __slots__ = constants = ("steps",)
    name = "fmod"
    subgradient = "at the jumps, where b divides a, the same: g and -g · a / b"
    cases = _BETWEEN
    points = (
        At(
            X([5.5, -1.0, 1.0, -5.5]),
            X([2.0, 3.0, -3.0, -2.0]),
            gives=[1.5, -1.0, 1.0, -1.5],
            slopes=([1.0, 1.0, 1.0, 1.0], [-2.0, 0.0, 0.0, -2.0]),
        ),
        At(X([4.0, 0.0]), X([2.0, 2.0]), gives=[0.0, 0.0], slopes=([1.0, 1.0], [-2.0, 0.0])),
    )
    steps: Array | None

    def forward(self, a: Array, b: Array) -> Array:
        xp = self.xp
        out = xp.fmod(a, b)
        # Constant from jump to jump: it has no derivative to keep.
        self.steps = None if self._right is None else xp.rint((a - out) / b)
        return out

    def backward(self, gy: Array) -> tuple[Array, Array | None]:
        return gy, None if self.steps is None else -(gy * self.steps)


class ModF(Nary):
    """The parts of x behind and before the decimal point; the first has slope 1, the second 0."""

    __slots__ = ()
    name = "modf"
    outputs = ("fraction", "whole")
    subgradient = "at whole numbers the same: 1 for the fraction, 0 for the whole part"
    cases = (
        Case(A(3, 4, low=0.1, high=0.9)),
        Case(A(low=-1.9, high=-1.1)),
    )
    points = (
        At(
            X([-1.5, 0.0, 2.0, inf]),
            gives=([-0.5, 0.0, 0.0, 0.0], [-1.0, 0.0, 2.0, inf]),
            arriving=([1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]),
            slopes=([1.0, 2.0, 3.0, 4.0],),
        ),
    )

    def forward(self, x: Array) -> tuple[Array, Array]:
        fraction, whole = self.xp.modf(x)
        return fraction, whole

    def backward(self, fraction: Array, _whole: Array) -> tuple[Array]:
        return (fraction,)


def floor_divide(x1: Operand, x2: Operand) -> Variable:
    """Return the quotient rounded down, as Python's ``//``. The gradient is exactly 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.floor_divide(ag.Variable([5.5, -1.0]), 2.0)
    Variable([ 2., -1.])
    """
    return binary(FloorDivide(), x1, x2)


def fmod(x1: Operand, x2: Operand) -> Variable:
    """Return the remainder of x1 / x2 with the sign of x1, as C's ``fmod``.

    Notes
    -----
    x1 - x2 · trunc(x1 / x2) has slope 1 in x1 and -trunc(x1 / x2) in x2, from jump to jump.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fmod(ag.Variable([5.5, -1.0]), 2.0)
    Variable([ 1.5, -1. ])
    """
    return binary(FMod(), x1, x2)


@composed(
    cases=_BETWEEN,
    points=(
        At(X([5.5]), X([2.0]), gives=([2], [1.5]), arriving=([1], [3]), slopes=([3], [-6])),
    ),
    subgradient="that of floor_divide and mod",
)  # fmt: skip
def divmod(x1: Operand, x2: Operand) -> tuple[Variable, Variable]:
    """Return ``floor_divide`` and ``mod``, as Python's ``divmod``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.divmod(ag.Variable(5.5), 2.0)
    (Variable(2.0), Variable(1.5))
    """
    return floor_divide(x1, x2), mod(x1, x2)


def modf(x: Operand) -> tuple[Variable, Variable]:
    """Return the parts of every element behind and before the decimal point, both with its sign.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.modf(ag.Variable([-1.5, 2.25]))
    (Variable([-0.5 ,  0.25]), Variable([-1.,  2.]))
    """
    fraction, whole = nary(ModF(), x)
    return fraction, whole
