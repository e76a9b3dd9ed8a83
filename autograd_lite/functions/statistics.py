"""Statistics: variance, standard deviation."""

from __future__ import annotations

from math import sqrt
from numbers import Real
from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.functions.complex import imag, is_complex, real
from autograd_lite.functions.powers import hypot
from autograd_lite.functions.reductions import Reduction, narrow, wide
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.variable import Axis, Operand, Variable

__all__ = ["std", "var"]

_SPREADS = (
    Case(A(3, 4)),
    Case(A(3, 4), axis=0, ddof=1),
    Case(A(2, 3, 4), axis=(0, -1), keepdims=True),
    Case(A(2, 5), axis=-1, ddof=0.5),
    Case(A(2, 3, complex=True), axis=1, ddof=1),
)


class Variance(Reduction):
    """What var and std share: the sum of the squared deviations from the mean, over n - ddof."""

    __slots__ = ("ddof", "freedom")
    cases = _SPREADS
    ddof: float
    freedom: float

    def __init__(self, axis: Axis, ddof: float, keepdims: bool) -> None:
        super().__init__(axis, keepdims)
        self.ddof = ddof

    def variance(self, x: Array) -> Array:
        """Return the variance over the axes; exactly 0 where all elements are equal.

        The mean of equal numbers may be off by a rounding error; it lies between the smallest and
        the largest of them, which are then one number.
        """
        xp = self.xp
        axes = self.over(x)
        count = self.count(self.name)
        self.freedom = count - self.ddof
        if not self.freedom > 0:
            msg = (
                f"{self.name}: ddof is {self.ddof}, but axis {axes} of shape {x.shape} has only "
                f"{count} elements; pass a smaller ddof."
            )
            raise ArgumentError(msg)
        mean = xp.mean(x, axis=axes, keepdims=True)
        low, high = xp.min(x, axis=axes, keepdims=True), xp.max(x, axis=axes, keepdims=True)
        off = x - xp.minimum(xp.maximum(mean, low), high)
        return xp.sum(off * off, axis=axes, keepdims=self.keepdims) / self.freedom

    def deviation(self, x: Array) -> Array:
        """Return x less its mean, for the rules: x may be recorded."""
        return x - self.xp.mean(x, axis=self.axis, keepdims=True)


class Var(Variance):
    """Σ (x - mean)² / (n - ddof); the gradient is g · 2 (x - mean) / (n - ddof)."""

    __slots__ = keeps = ("x",)
    name = "var"
    points = (
        At(X([1.0, 3.0]), gives=1.0, slopes=([-1.0, 1.0],)),
        At(X([1.0, 3.0]), ddof=1, gives=2.0, slopes=([-2.0, 2.0],)),
        At(X([[0.1, 0.1, 0.1], [1e4, 1e4, 1e4]]), axis=1, gives=[0.0, 0.0],
           slopes=([[0.0] * 3] * 2,)),
        At(X([7.0]), gives=0.0, slopes=([0.0],)),
    )  # fmt: skip
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return narrow(self.variance(self.xp.widened(x)), x)

    def backward(self, gy: Array) -> Array:
        gx = self.kept(gy) * (2.0 / self.freedom) * self.deviation(wide(self.x))
        return narrow(gx, gy)


class Std(Variance):
    """√var; the gradient is g · (x - mean) / (std · (n - ddof))."""

    __slots__ = ("out", "x")
    keeps = ("out", "x")
    name = "std"
    subgradient = "0 where all elements are equal"
    points = (
        At(X([1.0, 3.0]), gives=1.0, slopes=([-0.5, 0.5],)),
        At(X([1.0, 3.0]), ddof=1, gives=sqrt(2.0), slopes=([-sqrt(0.5), sqrt(0.5)],)),
        At(X([[0.1, 0.1, 0.1], [1e4, 1e4, 1e4]]), axis=1, gives=[0.0, 0.0],
           slopes=([[0.0] * 3] * 2,)),
        At(X([[2.0, 2.0], [1.0, 3.0]]), axis=1, gives=[0.0, 1.0],
           slopes=([[0.0, 0.0], [-0.5, 0.5]],)),
        At(X([7.0]), gives=0.0, slopes=([0.0],)),
    )  # fmt: skip
    out: Array
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        out = self.out = narrow(self.xp.sqrt(self.variance(self.xp.widened(x))), x)
        return out

    def backward(self, gy: Array) -> Array:
        out = wide(self.out)
        varied = out != 0
        scale = gy * varied.astype(gy.dtype) / ((out + ~varied) * self.freedom)
        return narrow(self.kept(scale) * self.deviation(wide(self.x)), gy)


def var(x: Operand, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Variable:
    """Return the variance: the mean square of the (absolute) deviations from the mean.

    Parameters
    ----------
    x : Variable or array
    axis : int, tuple of int or None
        The axes to reduce; None for all.
    ddof : int or float
        The sum of squares is divided by n - ddof: 0 for the variance of these n numbers, 1 for an
        unbiased estimate of the variance they were drawn with.
    keepdims : bool
        Keep the axes with length 1.

    Raises
    ------
    ArgumentError
        If n - ddof is not positive.
    ShapeError
        If there is nothing to vary.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.var(ag.Variable([1.0, 3.0]), ddof=1)
    Variable(2.0)
    """
    ddof = _freedom(ddof, "var")
    if is_complex(x):
        first, second = Var(axis, ddof, keepdims), Var(axis, ddof, keepdims)
        return unary(first, real(x)) + unary(second, imag(x))
    return unary(Var(axis, ddof, keepdims), x)


def std(x: Operand, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Variable:
    """Return the standard deviation: the square root of ``var``.

    Where all elements are equal it is exactly 0, and 0 goes back, to any order.

    Parameters
    ----------
    x, axis, ddof, keepdims
        As in :func:`var`.

    Raises
    ------
    ArgumentError
        If n - ddof is not positive.
    ShapeError
        If there is nothing to vary.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[1.0, 3.0], [2.0, 2.0]])
    >>> y = ag.std(x, axis=1)
    >>> y.sum().backward()
    >>> y.data.tolist(), x.grad.tolist()
    ([1.0, 0.0], [[-0.5, 0.5], [0.0, 0.0]])
    """
    ddof = _freedom(ddof, "std")
    if is_complex(x):
        return hypot(*[unary(Std(axis, ddof, keepdims), part) for part in (real(x), imag(x))])
    return unary(Std(axis, ddof, keepdims), x)


def _freedom(ddof: Any, what: str) -> float:
    if isinstance(ddof, Real):
        return float(ddof)
    msg = f"{what}: ddof is {ddof!r:.40}, not a number; pass 0 or 1."
    raise OperandError(msg)
