"""Activations with a kink: relu, leaky_relu, elu, selu, hard_sigmoid, step, maxout."""

from __future__ import annotations

from math import exp, inf
from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions.constants import integer, number
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Elementwise, Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["elu", "hard_sigmoid", "leaky_relu", "maxout", "relu", "selu", "step"]

FAR = 1e4
SELU_SCALE = 1.0507009873554804934193349852946
BELOW = SELU_SCALE * 1.6732632423543772848170429916717


class ReLU(Elementwise):
    """max(x, 0)."""

    __slots__ = keeps = ("out",)
    selects = True
    name = "relu"
    subgradient = "at 0 the slope is 0"
    cases = (Case(A(3, 4, away_from=0.0)),)
    points = (
        At(X([-inf, -FAR, 0.0, FAR, inf]), gives=[0, 0, 0, FAR, inf], slopes=([0, 0, 0, 1, 1],)),
    )
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = self.xp.relu(x)
        return out

    def backward(self, gy: Array) -> Array:
        return gy * (self.out > 0)


class LeakyReLU(Elementwise):
    """x above 0, alpha · x below."""

    __slots__ = ("alpha", "slope")
    constants = ("slope",)
    selects = True
    name = "leaky_relu"
    subgradient = "at 0 the slope is alpha"
    cases = (
        Case(A(3, 4, away_from=0.0)),
        Case(A(3, away_from=0.0), alpha=0.3),
        Case(A(3, away_from=0.0), alpha=2),
    )
    points = (
        At(X([-FAR, 0.0, FAR]), gives=[-100, 0, FAR], slopes=([0.01, 0.01, 1],)),
        At(X([-2.0, 0.0]), alpha=0, gives=[0, 0], slopes=([0, 0],)),
    )
    alpha: float
    slope: Array

    def __init__(self, alpha: float) -> None:
        self.alpha = alpha

    def forward(self, x: Array) -> Array:
        """Multiply by the slope: clipping 0 and 1 makes it without a choice by element."""
        if self.alpha <= 1:
            slope = (x > 0).astype(x.dtype).clip(self.alpha, 1.0)
        else:
            slope = ((x <= 0).astype(x.dtype) * self.alpha).clip(1.0, self.alpha)
        self.slope = slope
        return x * slope

    def backward(self, gy: Array) -> Array:
        return gy * self.slope


class ExponentialLinear(Elementwise):
    """What elu and selu share: above · x above 0, below · (exp(x) - 1) below."""

    __slots__ = ("above", "below", "out")
    keeps = ("out",)
    out: Array
    above: float
    below: float

    def curve(self, x: Array) -> Array:
        """Return the value; expm1 loses no digits near 0, and sees no x that overflows."""
        over = self.xp.relu(x)
        under = self.xp.expm1(x.clip(-inf, 0.0))
        if self.above != 1:
            over = over * self.above
        if self.below != 1:
            under = under * self.below
        out = self.out = over + under
        return out

    def backward(self, gy: Array) -> Array:
        """Below 0 the slope is below · exp(x), which is out + below."""
        out = self.out
        gx = gy * (self.xp.minimum(out, 0.0) + self.below)
        if self.above != self.below:
            gx = gx + gy * (self.above - self.below) * (out > 0)
        return gx


class ELU(ExponentialLinear):
    """x above 0, alpha · (exp(x) - 1) below."""

    __slots__ = ()
    name = "elu"
    subgradient = "at 0 the slope is alpha"
    cases = (Case(A(3, 4, away_from=0.0)), Case(A(4, away_from=0.0), alpha=0.5))
    points = (
        At(X([-FAR, 0.0, FAR]), gives=[-1, 0, FAR], slopes=([0, 1, 1],)),
        At(X([-FAR, 0.0, FAR]), alpha=0.5, gives=[-0.5, 0, FAR], slopes=([0, 0.5, 1],)),
    )

    def __init__(self, alpha: float) -> None:
        self.above, self.below = 1.0, alpha

    def forward(self, x: Array) -> Array:
        return self.curve(x)


class SELU(ExponentialLinear):
    """1.0507 · elu(x, 1.6733): it keeps mean 0 and variance 1 from layer to layer."""

    __slots__ = ()
    name = "selu"
    subgradient = "at 0 the slope is 1.7581, the one from below"
    cases = (Case(A(3, 4, away_from=0.0)),)
    points = (
        At(
            X([-FAR, -1.0, 0.0, 1.0]),
            gives=[-BELOW, BELOW * (exp(-1) - 1), 0, SELU_SCALE],
            slopes=([0, BELOW * exp(-1), BELOW, SELU_SCALE],),
        ),
    )

    def __init__(self) -> None:
        self.above, self.below = SELU_SCALE, BELOW

    def forward(self, x: Array) -> Array:
        return self.curve(x)


class HardSigmoid(Elementwise):
    """x / 6 + 1/2, kept between 0 and 1."""

    __slots__ = constants = ("inside",)
    selects = True
    name = "hard_sigmoid"
    symbol = "hard σ"
    subgradient = "at -3 and 3 the slope is 1/6"
    cases = (Case(A(3, 4)), Case(A(3, low=-9, high=-4)), Case(A(3, low=4, high=9)))
    points = (
        At(
            X([-FAR, -3.0, 0.0, 3.0, FAR]),
            gives=[0, 0, 0.5, 1, 1],
            slopes=([0, 1 / 6, 1 / 6, 1 / 6, 0],),
        ),
    )
    inside: Array

    def forward(self, x: Array) -> Array:
        near = x.clip(-3.0, 3.0)
        self.inside = near == x
        return (near + 3) / 6

    def backward(self, gy: Array) -> Array:
        return gy * (1 / 6) * self.inside


class Step(Elementwise):
    """1 above 0, else 0."""

    __slots__ = ()
    selects = True
    name = "step"
    subgradient = "the slope is 0 everywhere, also at the jump"
    cases = (Case(A(3, 4, away_from=0.0)),)
    points = (
        At(X([-inf, -1.0, 0.0, 1e-30, inf]), gives=[0, 0, 0, 1, 1], slopes=([0, 0, 0, 0, 0],)),
    )

    def forward(self, x: Array) -> Array:
        self.leaves_out(x)
        return (x > 0).astype(x.dtype)

    def backward(self, gy: Array) -> Array:
        return gy * 0.0


class Maxout(Unary):
    """The largest of each group of neighbours along an axis; it gets the gradient."""

    __slots__ = ("axis", "pieces", "shape", "shares")
    constants = ("shares",)
    selects = True
    name = "maxout"
    subgradient = "equal largest elements of a group share the gradient"
    cases = (
        Case(A(3, 4, distinct=True), 2),
        Case(A(6, 2, distinct=True), 3, axis=0),
        Case(A(4, distinct=True), 1),
        Case(A(4, distinct=True), 4),
    )
    points = (
        At(X([1.0, 1.0, 2.0, 5.0]), 2, gives=[1, 5], slopes=([0.5, 0.5, 0, 1],)),
        At(X([-inf, -inf, 3.0, inf]), 2, gives=[-inf, inf], slopes=([0.5, 0.5, 0, 1],)),
        At(X([[]]), 3, gives=[[]], slopes=([[]],)),
    )
    axis: int
    pieces: int
    shape: tuple[int, ...]
    shares: Array  # of each member in its group's gradient

    def __init__(self, pieces: int, axis: int) -> None:
        self.pieces = pieces
        self.axis = axis

    def forward(self, x: Array) -> Array:
        """Compare members, not groups: NumPy is 40 times slower along an axis of two."""
        (self.axis,) = normalized_axes(self.axis, x.ndim, "maxout")
        xp, axis, shape = self.xp, self.axis, x.shape
        if shape[axis] % self.pieces:
            msg = (
                f"maxout: {shape[axis]} features along axis {axis} of shape {shape} do not make "
                f"groups of {self.pieces}; choose pieces that divide {shape[axis]}."
            )
            raise ShapeError(msg)
        self.shape = shape
        groups = (*shape[:axis], shape[axis] // self.pieces, self.pieces, *shape[axis + 1 :])
        before: tuple[Any, ...] = (slice(None),) * (axis + 1)
        table = x.reshape(groups)
        members = [table[(*before, i)] for i in range(self.pieces)]
        out = members[0] * 1
        for member in members[1:]:
            out = xp.maximum(out, member)
        if self._left is not None:
            largest = [member == out for member in members]
            ties = largest[0].astype(x.dtype)
            for tied in largest[1:]:
                ties = ties + tied
            ties = ties + (ties == 0)  # no tie at all: NaN
            self.shares = xp.stack([tied / ties for tied in largest], axis=axis + 1)
        return out

    def backward(self, gy: Array) -> Array:
        xp = self.xp
        return xp.reshape(xp.expand_dims(gy, self.axis + 1) * self.shares, self.shape)


def relu(x: Operand) -> Variable:
    """Return max(x, 0); the slope at 0 is 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.relu(ag.Variable([-1.0, 2.0]))
    Variable([0., 2.])
    """
    return unary(ReLU(), x)


def leaky_relu(x: Operand, alpha: float = 0.01) -> Variable:
    """Return x above 0 and alpha · x below.

    Parameters
    ----------
    x : Variable or array
    alpha : float
        The slope below 0 and at 0; not negative.

    Raises
    ------
    ArgumentError
        If `alpha` is negative or not finite.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.leaky_relu(ag.Variable([-2.0, 2.0]), alpha=0.1)
    Variable([-0.2,  2. ])
    """
    return unary(LeakyReLU(_slope(alpha, "leaky_relu")), x)


def elu(x: Operand, alpha: float = 1.0) -> Variable:
    """Return x above 0 and alpha · (exp(x) - 1) below (https://arxiv.org/abs/1511.07289).

    Parameters
    ----------
    x : Variable or array
    alpha : float
        What the result falls to is -alpha; not negative.

    Raises
    ------
    ArgumentError
        If `alpha` is negative or not finite.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.elu(ag.Variable([-1e4, 2.0]))
    Variable([-1.,  2.])
    """
    return unary(ELU(_slope(alpha, "elu")), x)


def selu(x: Operand) -> Variable:
    """Return 1.0507 · elu(x, 1.6733) (https://arxiv.org/abs/1706.02515).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.selu(ag.Variable([-1e4, 1.0]))
    Variable([-1.758099,  1.050701])
    """
    return unary(SELU(), x)


def hard_sigmoid(x: Operand) -> Variable:
    """Return x / 6 + 1/2, kept between 0 and 1: 0 up to -3, 1 from 3 on, as in PyTorch.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.hard_sigmoid(ag.Variable([-4.0, 0.0, 1.5, 3.0]))
    Variable([0.  , 0.5 , 0.75, 1.  ])
    """
    return unary(HardSigmoid(), x)


def step(x: Operand) -> Variable:
    """Return 1 where x > 0, else 0: a perceptron's output; no gradient passes.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.step(ag.Variable([-1.0, 0.0, 2.0]))
    Variable([0., 0., 1.])
    """
    return unary(Step(), x)


def maxout(x: Operand, pieces: int, axis: int = -1) -> Variable:
    """Return the largest of each group of neighbours (https://arxiv.org/abs/1302.4389).

    Parameters
    ----------
    x : Variable or array
    pieces : int
        How many neighbours make a group; the length of the axis is a multiple of it.
    axis : int
        The axis of the features; the last by default.

    Returns
    -------
    Variable
        Its axis is shorter by a factor of `pieces`.

    Raises
    ------
    ShapeError
        If `pieces` does not divide the length of the axis.
    ArgumentError
        If `pieces` is not positive.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.maxout(ag.Variable([[1.0, 3.0, -2.0, -5.0]]), 2)
    Variable([[ 3., -2.]])
    """
    count = integer(pieces, "maxout: pieces")
    if count < 1:
        msg = f"maxout: {count} pieces make no group; pass 1 or more."
        raise ArgumentError(msg)
    return unary(Maxout(count, axis), x)


def _slope(alpha: object, what: str) -> float:
    """Return a slope below 0, checked."""
    slope = number(alpha, f"{what}: alpha")
    if not 0 <= slope < inf:
        msg = f"{what}: alpha must be finite and not negative, not {slope}."
        raise ArgumentError(msg)
    return slope
