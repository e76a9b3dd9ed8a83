"""Losses of real numbers: mean squared error, mean absolute error, huber, hinge."""

from __future__ import annotations

from math import inf
from typing import Any

from autograd_lite.arrays import Array, require
from autograd_lite.errors import ArgumentError
from autograd_lite.functions.constants import beside, number
from autograd_lite.functions.targets import (
    as_floats,
    as_partner,
    known,
    reduced,
    same_shape,
    scaled,
)
from autograd_lite.graph.apply import binary, nary, unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Nary, Pair, Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["hinge", "huber", "mean_absolute_error", "mean_squared_error"]

FAR = 1e4


class MeanSquaredError(Pair):
    """The mean of (y - t)²; the gradients are ±2 (y - t) / n."""

    __slots__ = ("reduction", "scale", "t", "y")
    keeps = ("y", "t")
    pointwise = True
    name = "mean_squared_error"
    symbol = "MSE"
    cases = (
        Case(A(3, 4), A(3, 4)),
        Case(A(), A()),
        Case(A(2), [0.5, 1.0]),
        Case(A(2, 3), A(2, 3), reduction="sum"),
        Case(A(2, 3), A(2, 3), reduction="none"),
    )
    points = (
        At(X([3.0, 1.0]), X([1.0, 1.0]), gives=2, slopes=([2, 0], [-2, 0])),
        At(X([FAR]), X([-FAR]), reduction="none", gives=[4e8], slopes=([4e4], [-4e4])),
    )
    y: Array
    t: Array
    reduction: str
    scale: float

    def __init__(self, reduction: str) -> None:
        self.reduction = reduction

    def forward(self, y: Array, t: Array) -> Array:
        self.y = y
        self.t = t
        difference = y - t
        loss, self.scale = reduced(self.xp, difference * difference, self.reduction)
        return loss

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        g = (self.y - self.t) * (gy * (2 * self.scale))
        return g, None if self._right is None else -g


class MeanAbsoluteError(Pair):
    """The mean of |y - t|; the gradients are ±sign(y - t) / n."""

    __slots__ = ("reduction", "scale", "sign")
    constants = ("sign",)
    pointwise = True
    name = "mean_absolute_error"
    symbol = "MAE"
    subgradient = "0 where both are equal"
    cases = (
        Case(A(3, 4, high=-0.1), A(3, 4, low=0.1)),
        Case(A(2, low=1.5), [0.5, 1.0]),
        Case(A(2, 3, high=-0.1), A(2, 3, low=0.1), reduction="sum"),
        Case(A(2, 3, high=-0.1), A(2, 3, low=0.1), reduction="none"),
    )
    points = (
        At(
            X([3.0, 1.0, -FAR, 0.0]),
            X([1.0, 1.0, FAR, 0.0]),
            reduction="sum",
            gives=20002,
            slopes=([1, 0, -1, 0], [-1, 0, 1, 0]),
        ),
    )
    sign: Array
    reduction: str
    scale: float

    def __init__(self, reduction: str) -> None:
        self.reduction = reduction

    def forward(self, y: Array, t: Array) -> Array:
        difference = y - t
        self.sign = self.xp.sign(difference)
        loss, self.scale = reduced(self.xp, self.xp.abs(difference), self.reduction)
        return loss

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        g = self.sign * scaled(gy, self.scale)
        return g, None if self._right is None else -g


class Huber(Nary):
    """The mean of r²/2 where |r| = |y - t| is up to delta, and delta · (|r| - delta/2) beyond.

    With c the residual r cut at ±delta both are c · (r - c/2), whose slope is c: a hidden second
    output, and all that backward reads.
    """

    __slots__ = ("c", "delta", "reduction", "scale")
    keeps = ("c",)
    outputs = ("loss", "c")
    hidden = True
    pointwise = True
    name = "huber"
    subgradient = "the slope has no jump; that of the slope is 0 at ±delta"
    cases = (
        Case(A(3, 4), A(3, 4, low=3.1, high=5)),
        Case(A(3, 4, low=-0.4, high=0.4), A(3, 4, low=-0.4, high=0.4)),
        Case(A(3), [4.0, -4.0, 4.0], delta=0.5),
        Case(A(2, 3), A(2, 3, low=3.1, high=5), reduction="sum"),
        Case(A(2, 3), A(2, 3, low=3.1, high=5), reduction="none"),
    )
    points = (
        At(
            X([0.0, 0.5, 1.0, -1.0, 3.0, -FAR]),
            X([0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
            reduction="none",
            gives=[0, 0.125, 0.5, 0.5, 2.5, FAR - 0.5],
            slopes=([0, 0.5, 1, -1, 1, -1], [0, -0.5, -1, 1, -1, 1]),
        ),
        At(X([3.0]), X([0.0]), delta=2.0, gives=4, slopes=([2], [-2])),
    )
    c: Array
    delta: float
    reduction: str
    scale: float

    def __init__(self, delta: float, reduction: str) -> None:
        self.delta = delta
        self.reduction = reduction

    def forward(self, y: Array, t: Array) -> Array:
        r = y - t
        c = self.c = r.clip(-self.delta, self.delta)
        loss, self.scale = reduced(self.xp, (r - c * 0.5) * c, self.reduction)
        return loss

    def backward(self, gy: Array | None, gc: Array | None = None) -> tuple[Any, Any]:
        c = self.c
        g: Any = None if gy is None else c * scaled(gy, self.scale)
        if gc is not None:
            through = gc * ((c > -self.delta) & (c < self.delta))
            g = through if g is None else g + through
        return g, None if self._left[1] is None else -g


class Hinge(Unary):
    """The mean of max(0, 1 - t · y) for labels t of -1 and 1."""

    __slots__ = ("active", "reduction", "scale", "slope")
    constants = ("active", "slope")
    pointwise = True
    selects = True
    name = "hinge"
    subgradient = "0 where t · y is 1"
    cases = (
        Case(A(4, low=-0.9, high=0.9), [1, -1, -1, 1]),
        Case(A(2, low=1.1), [1, -1]),
        Case(A(2, low=1.1), [1, -1], reduction="sum"),
        Case(A(2, 2, low=1.1), [[1, -1], [1, 1]], reduction="none"),
    )
    points = (
        At(
            X([1.0, -1.0, 0.0, FAR, -FAR, 2.0]),
            [1, -1, 1, 1, 1, -1],
            reduction="none",
            gives=[0, 0, 1, 0, FAR + 1, 3],
            slopes=([0, 0, -1, 0, -1, 1],),
        ),
    )
    slope: Array
    active: Array
    reduction: str
    scale: float

    def __init__(self, slope: Array, reduction: str) -> None:
        self.slope = slope  # of an active hinge: -t
        self.reduction = reduction

    def forward(self, y: Array) -> Array:
        margin = y * self.slope + 1
        self.active = (margin > 0) * self.slope
        loss, self.scale = reduced(self.xp, self.xp.relu(margin), self.reduction)
        return loss

    def backward(self, gy: Array) -> Array:
        return self.active * scaled(gy, self.scale)


def mean_squared_error(y: Operand, t: Operand, *, reduction: str = "mean") -> Variable:
    """Return the mean of (y - t)² over all elements.

    Parameters
    ----------
    y, t : Variable, array or number of the same shape
        Never broadcast; both may be differentiated. Data take the dtype of `y`.
    reduction : {"mean", "sum", "none"}
        The mean, the sum, or every element's own square.

    Returns
    -------
    Variable, shape () or that of `y`

    Raises
    ------
    ShapeError
        If the shapes differ, or there is no element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.mean_squared_error(ag.Variable([1.0, 3.0]), [1.0, 1.0])
    Variable(2.0)
    """
    how = known(reduction, "mean_squared_error")
    a = as_floats(y, "mean_squared_error", t)
    return binary(MeanSquaredError(how), a, as_partner(t, a, "mean_squared_error"))


def mean_absolute_error(y: Operand, t: Operand, *, reduction: str = "mean") -> Variable:
    """Return the mean of |y - t| over all elements; where both are equal the slope is 0.

    Parameters
    ----------
    y, t : Variable, array or number of the same shape
        Never broadcast; both may be differentiated. Data take the dtype of `y`.
    reduction : {"mean", "sum", "none"}
        The mean, the sum, or every element's own distance.

    Returns
    -------
    Variable, shape () or that of `y`

    Raises
    ------
    ShapeError
        If the shapes differ, or there is no element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.mean_absolute_error(ag.Variable([1.0, 3.0]), [1.0, 1.0])
    Variable(1.0)
    """
    how = known(reduction, "mean_absolute_error")
    a = as_floats(y, "mean_absolute_error", t)
    return binary(MeanAbsoluteError(how), a, as_partner(t, a, "mean_absolute_error"))


def huber(y: Operand, t: Operand, *, delta: float = 1.0, reduction: str = "mean") -> Variable:
    """Return the mean Huber loss: a square near 0, a straight line from `delta` on.

    Parameters
    ----------
    y, t : Variable, array or number of the same shape
        Never broadcast; both may be differentiated. Data take the dtype of `y`.
    delta : float
        Where the square r²/2 goes over into the line delta · (|r| - delta/2); positive.
    reduction : {"mean", "sum", "none"}
        The mean, the sum, or every element's own loss.

    Returns
    -------
    Variable, shape () or that of `y`

    Raises
    ------
    ShapeError
        If the shapes differ, or there is no element.
    ArgumentError
        If `delta` is not positive and finite.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.huber(ag.Variable([0.5, 3.0]), [0.0, 0.0], reduction="none")
    Variable([0.125, 2.5  ])
    """
    how = known(reduction, "huber")
    a = as_floats(y, "huber", t)
    v: Variable = nary(Huber(_positive(delta), how), a, as_partner(t, a, "huber"))
    return v


def hinge(y: Operand, t: Operand, *, reduction: str = "mean") -> Variable:
    """Return the mean of max(0, 1 - t · y): the loss of a support vector machine.

    Parameters
    ----------
    y : Variable or array
        Scores; their sign is the decision.
    t : array of the same shape
        Labels -1 and 1; never broadcast.
    reduction : {"mean", "sum", "none"}
        The mean, the sum, or every element's own loss.

    Returns
    -------
    Variable, shape () or that of `y`

    Raises
    ------
    ShapeError
        If the shapes differ, or there is no element.
    ArgumentError
        If a label is neither -1 nor 1.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.hinge(ag.Variable([0.5, -3.0]), [1, -1], reduction="none")
    Variable([0.5, 0. ])
    """
    how = known(reduction, "hinge")
    v = as_floats(y, "hinge", t)
    labels = beside(t, (v,), "hinge: labels")
    same_shape("hinge", v.shape, labels.shape)
    signs = labels.astype(v.dtype)
    message = "hinge: labels must be -1 or 1; of 0 and 1 make 2 * t - 1."
    require(((signs == 1) | (signs == -1)).all(), message)
    return unary(Hinge(-signs, how), v)


def _positive(delta: object) -> float:
    bound = number(delta, "huber: delta")
    if not 0 < bound < inf:
        msg = f"huber: delta must be positive and finite, not {bound}."
        raise ArgumentError(msg)
    return bound
