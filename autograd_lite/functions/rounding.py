"""Rounding: steps of slope 0, and the remainder that they leave."""

from __future__ import annotations

from math import inf

from autograd_lite.arrays import Array
from autograd_lite.functions import selection
from autograd_lite.functions.arithmetic import divide
from autograd_lite.functions.complex import is_complex
from autograd_lite.functions.constants import integer
from autograd_lite.graph.apply import binary, unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Binary, Elementwise
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["ceil", "floor", "mod", "round", "sign", "trunc"]

_BETWEEN: tuple[Case, ...] = (
    Case(A(3, 4, low=0.1, high=0.4)),
    Case(A(3, low=-1.4, high=-1.1)),
    Case(A(low=1.6, high=1.9)),
)
_AT = [-inf, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 1e4, inf]
_FLAT = ([0.0] * len(_AT),)


class Step(Elementwise):
    """What these functions share: constant from jump to jump, so exactly 0 goes back."""

    __slots__ = constants = ("nothing",)
    subgradient = "0 everywhere, also at the jumps"
    cases = _BETWEEN
    nothing: Array

    def flat(self, out: Array) -> Array:
        """Keep a single 0 of the right kind for the rule."""
        self.nothing = self.xp.zeros((), dtype=out.dtype)
        return out

    def backward(self, gy: Array) -> Array:
        return self.xp.broadcast_to(self.nothing, gy.shape)


class Sign(Step):
    """-1, 0 or 1 for x below, at or above 0."""

    __slots__ = ()
    name = "sign"
    points = (
        At(X(_AT), gives=[-1.0, -1.0, -1.0, -1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0], slopes=_FLAT),
    )

    def forward(self, x: Array) -> Array:
        return self.flat(self.xp.sign(x))


class Floor(Step):
    """The largest whole number that is not above x."""

    __slots__ = ()
    name = "floor"
    symbol = "⌊x⌋"
    points = (
        At(X(_AT), gives=[-inf, -2.0, -1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 1e4, inf], slopes=_FLAT),
    )

    def forward(self, x: Array) -> Array:
        return self.flat(self.xp.floor(x))


class Ceil(Step):
    """The smallest whole number that is not below x."""

    __slots__ = ()
    name = "ceil"
    symbol = "⌈x⌉"
    points = (
        At(X(_AT), gives=[-inf, -1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 2.0, 1e4, inf], slopes=_FLAT),
    )

    def forward(self, x: Array) -> Array:
        return self.flat(self.xp.ceil(x))


class Trunc(Step):
    """The whole part of x, towards 0."""

    __slots__ = ()
    name = "trunc"
    points = (
        At(X(_AT), gives=[-inf, -1.0, -1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1e4, inf], slopes=_FLAT),
    )

    def forward(self, x: Array) -> Array:
        return self.flat(self.xp.trunc(x))


class Round(Step):
    """The nearest number of so many decimals; halves go to the even one."""

    __slots__ = ("decimals",)
    name = "round"
    complexes = True
    cases = (
        *_BETWEEN,
        Case(A(3, complex=True)),
        Case(A(3, low=0.11, high=0.14), 1),
        Case(A(3, low=6.0, high=14.0), -1),
    )
    points = (
        At(X(_AT), gives=[-inf, -2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0, 1e4, inf], slopes=_FLAT),
        At(X([15.0, 25.0]), -1, gives=[20.0, 20.0], slopes=([0.0, 0.0],)),
    )
    decimals: int

    def __init__(self, decimals: int) -> None:
        self.decimals = decimals

    def forward(self, x: Array) -> Array:
        if self.decimals == 0 and x.dtype.kind == "f":
            return self.flat(self.xp.rint(x))
        wide = self.xp.widened(x)  # x times ten to the decimals overflows early in float16
        out = wide.round(self.decimals)
        return self.flat(out if wide is x else out.astype(x.dtype))


class Mod(Binary):
    """a - b · ⌊a / b⌋; the gradients are g and -g · ⌊a / b⌋."""

    __slots__ = constants = ("steps",)
    name = "mod"
    subgradient = "at the jumps, where b divides a, the same: g and -g · a / b"
    cases = (
        Case(A(3, 4, low=2.2, high=2.8), A(4, low=0.9, high=1.05)),
        Case(A(3, low=-2.8, high=-2.2), A(3, low=0.95, high=1.05)),
        Case(A(2, 3, low=-0.9, high=-0.1), A(3, low=-2.0, high=-1.0)),
        Case(A(4, low=0.1, high=0.9), 2.0),
        Case(5.5, A(3, low=1.9, high=2.1)),
    )
    points = (
        At(
            X([5.5, -1.0, 1.0, -5.5]),
            X([2.0, 3.0, -3.0, -2.0]),
            gives=[1.5, 2.0, -2.0, -1.5],
            slopes=([1.0, 1.0, 1.0, 1.0], [-2.0, 1.0, 1.0, -2.0]),
        ),
        At(X([4.0, 0.0]), X([2.0, 2.0]), gives=[0.0, 0.0], slopes=([1.0, 1.0], [-2.0, 0.0])),
    )
    steps: Array | None

    def forward(self, a: Array, b: Array) -> Array:
        xp = self.xp
        out = xp.mod(a, b)
        # Constant from jump to jump: it has no derivative to keep.
        self.steps = None if self._right is None else xp.rint((a - out) / b)
        return out

    def backward(self, gy: Array) -> tuple[Array, Array | None]:
        return gy, None if self.steps is None else -(gy * self.steps)


def sign(x: Operand) -> Variable:
    """Return -1, 0 or 1: the sign of every element. The gradient is exactly 0.

    The sign of a complex number is x / abs(x), or 0 of 0, and has a slope.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.sign(ag.Variable([-1.5, 0.0, 2.0]))
    Variable([-1.,  0.,  1.])
    """
    if is_complex(x):
        size = selection.abs(x)
        return divide(x, size + (size == 0))
    return unary(Sign(), x)


def floor(x: Operand) -> Variable:
    """Round every element down. The gradient is exactly 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.floor(ag.Variable([-1.5, 1.5]))
    Variable([-2.,  1.])
    """
    return unary(Floor(), x)


def ceil(x: Operand) -> Variable:
    """Round every element up. The gradient is exactly 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.ceil(ag.Variable([-1.5, 1.5]))
    Variable([-1.,  2.])
    """
    return unary(Ceil(), x)


def trunc(x: Operand) -> Variable:
    """Cut off the decimals of every element. The gradient is exactly 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.trunc(ag.Variable([-1.5, 1.5]))
    Variable([-1.,  1.])
    """
    return unary(Trunc(), x)


def round(x: Operand, decimals: int = 0) -> Variable:
    """Round every element to so many decimals, halves to even. The gradient is exactly 0.

    Parameters
    ----------
    x : Variable or array
    decimals : int
        Negative ones count places before the point.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.round(ag.Variable([0.5, 1.5, 2.34]))
    Variable([0., 2., 2.])
    """
    return unary(Round(integer(decimals, "round: decimals")), x)


def mod(x: Operand, y: Operand) -> Variable:
    """Return the remainder of x / y, with the sign of y, as Python's ``%``; they broadcast.

    Notes
    -----
    x - y · ⌊x / y⌋ has slope 1 in x and -⌊x / y⌋ in y, from jump to jump.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.mod(ag.Variable([5.5, -1.0]), 2.0)
    Variable([1.5, 1. ])
    """
    return binary(Mod(), x, y)
