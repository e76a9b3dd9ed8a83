"""Activations: relu, sigmoid, softmax."""

from __future__ import annotations

from autograd_lite.arrays import Array
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, Case
from autograd_lite.graph.function import Elementwise, ShapeKeeping
from autograd_lite.graph.variable import Operand, Variable, constant

__all__ = ["relu", "sigmoid", "softmax"]


class ReLU(Elementwise):
    """max(x, 0)."""

    __slots__ = keeps = ("out",)
    selects = True
    name = "relu"
    subgradient = "at 0 the slope is 0"
    cases = (Case(A(3, 4, away_from=0.0)),)
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = self.xp.maximum(x, 0)
        return out

    def backward(self, gy: Array) -> Array:
        return gy * (self.out > 0)


class Sigmoid(Elementwise):
    """σ(x) = 1 / (1 + exp(-x)); its slope is σ · (1 - σ)."""

    __slots__ = keeps = ("out",)
    name = "sigmoid"
    symbol = "σ"
    cases = (Case(A(3, 4)), Case(A(2, low=-30, high=30)))
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = self.xp.sigmoid(x)
        return out

    def backward(self, gy: Array) -> Array:
        slope = gy * self.out
        return slope - slope * self.out


class Softmax(ShapeKeeping):
    """exp(x) / Σ exp(x) along an axis, shifted by the largest x."""

    __slots__ = ("axis", "out")
    keeps = ("out",)
    name = "softmax"
    cases = (Case(A(3, 4)), Case(A(3, 4), axis=0), Case(A(5)))
    out: Array
    axis: int

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        (self.axis,) = normalized_axes(self.axis, x.ndim, "softmax")
        xp = self.xp
        wide = xp.widened(x)
        powers = xp.exp(wide - xp.max(wide, axis=self.axis, keepdims=True))
        shares = powers / xp.sum(powers, axis=self.axis, keepdims=True)
        out = self.out = shares if wide is x else shares.astype(x.dtype)
        return out

    def backward(self, gy: Array) -> Array:
        weighted = gy * self.out
        return weighted - self.out * self.xp.sum(weighted, axis=self.axis, keepdims=True)


def relu(x: Operand) -> Variable:
    """Return max(x, 0); the slope at 0 is 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.relu(ag.Variable([-1.0, 2.0]))
    Variable([0., 2.])
    """
    return unary(ReLU(), x)


def sigmoid(x: Operand) -> Variable:
    """Return 1 / (1 + exp(-x)), without overflow for any x.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.sigmoid(ag.Variable([-1000.0, 0.0]))
    Variable([0. , 0.5])
    """
    v = unary(Sigmoid(), x)
    if isinstance(x, Variable):
        v._logits = _logits_of(x, recorded=v._node is not None)
    return v


def _logits_of(x: Variable, *, recorded: bool) -> Variable:
    """Return what a loss of these probabilities is exact from.

    The logits live as long as the Variable of the probabilities: the node itself keeps no more
    than its rule reads. They hold on to no logits of their own.
    """
    if not recorded:
        return constant(x._data if x._version is None else x._data.copy())
    if x._node is None:
        return x
    logits = constant(x._data, x._version)
    logits._node = x._node
    return logits


def softmax(x: Operand, axis: int = -1) -> Variable:
    """Turn numbers into probabilities along an axis: exp(x) / Σ exp(x), exact at any size.

    Parameters
    ----------
    x : Variable or array
    axis : int
        The axis along which the result sums to 1; the last by default.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.softmax(ag.Variable([1000.0, 1000.0]))
    Variable([0.5, 0.5])
    """
    return unary(Softmax(axis), x)
