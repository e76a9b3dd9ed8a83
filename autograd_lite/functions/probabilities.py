"""From numbers to probabilities: softmax, log_softmax."""

from __future__ import annotations

from math import inf, log

from autograd_lite.arrays import Array, Namespace
from autograd_lite.functions.reductions import narrow, normalized_axes, wide
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import ShapeKeeping
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["log_softmax", "softmax"]

FAR = 1e4
MANY = 4096  # elements: from here on einsum is faster than a product and its sum


def _one_axis(axis: int, ndim: int, what: str) -> int:
    if axis == -1 and ndim:  # the usual one
        return ndim - 1
    return normalized_axes(axis, ndim, what)[0]


def _largest(xp: Namespace, x: Array, axis: int) -> Array:
    return xp.row_max(x) if axis == x.ndim - 1 else xp.max(x, axis=axis, keepdims=True)


class Softmax(ShapeKeeping):
    """exp(x) / Σ exp(x) along an axis, shifted by the largest x."""

    __slots__ = ("axis", "out")
    keeps = ("out",)
    name = "softmax"
    cases = (Case(A(3, 4)), Case(A(3, 4), axis=0), Case(A(5)))
    points = (
        At(
            X([FAR, FAR, -FAR]),
            gives=[0.5, 0.5, 0],
            slopes=([0.25, -0.25, 0],),
            arriving=[1, 0, 3],
        ),
        At(X([[7.0]]), gives=[[1]], slopes=([[0]],)),
    )
    out: Array
    axis: int

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        self.axis = _one_axis(self.axis, x.ndim, "softmax")
        xp = self.xp
        z = wide(x)
        powers = xp.exp(z - _largest(xp, z, self.axis))
        out = self.out = narrow(powers / xp.sum(powers, axis=self.axis, keepdims=True), x)
        return out

    def backward(self, gy: Array) -> Array:
        xp, out, axis = self.xp, self.out, self.axis
        if axis == out.ndim - 1 and out.size > MANY and out.dtype.itemsize > 2:
            total = xp.einsum("...i,...i->...", gy, out)  # half the time on a million elements
            return out * (gy - xp.expand_dims(total, axis))
        return out * (gy - xp.sum(gy * out, axis=axis, keepdims=True))


class LogSoftmax(ShapeKeeping):
    """x - log Σ exp(x) along an axis, shifted by the largest x."""

    __slots__ = ("axis", "out")
    keeps = ("out",)
    name = "log_softmax"
    symbol = "log softmax"
    cases = (Case(A(3, 4)), Case(A(3, 4), axis=0), Case(A(5)))
    points = (
        At(
            X([FAR, FAR, -FAR]),
            gives=[-log(2), -log(2), -2 * FAR - log(2)],
            slopes=([0.5, -0.5, 0],),
            arriving=[1, 0, 0],
        ),
        At(X([0.0, -inf]), gives=[0, -inf], slopes=([-1, 1],)),
        At(X([[7.0]]), gives=[[0]], slopes=([[0]],)),
    )
    out: Array
    axis: int

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        self.axis = _one_axis(self.axis, x.ndim, "log_softmax")
        xp = self.xp
        z = wide(x)
        shifted = z - _largest(xp, z, self.axis)
        out = self.out = narrow(
            shifted - xp.log(xp.sum(xp.exp(shifted), axis=self.axis, keepdims=True)), x
        )
        return out

    def backward(self, gy: Array) -> Array:
        xp, out, axis = self.xp, self.out, self.axis
        if axis == out.ndim - 1 and out.size > MANY and out.dtype.itemsize > 2:
            total = xp.expand_dims(xp.einsum("...i->...", gy), axis)
        else:
            total = xp.sum(gy, axis=axis, keepdims=True)
        return gy - xp.exp(out) * total


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


def log_softmax(x: Operand, axis: int = -1) -> Variable:
    """Return log softmax(x) along an axis, exact at any size: no logarithm of 0 on the way.

    Parameters
    ----------
    x : Variable or array
    axis : int
        The axis along which the exponentials of the result sum to 1; the last by default.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.log_softmax(ag.Variable([1e4, -1e4]))
    Variable([     0., -20000.])
    """
    return unary(LogSoftmax(axis), x)
