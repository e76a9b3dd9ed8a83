"""Losses of yes and no: binary cross-entropy of probabilities and of logits."""

from __future__ import annotations

from math import exp, log, log1p

from autograd_lite.arrays import Array, namespace, require
from autograd_lite.errors import GraphError, ShapeError
from autograd_lite.functions.constants import beside
from autograd_lite.functions.targets import (
    as_floats,
    between_0_and_1,
    known,
    probable,
    reduced,
    scaled,
)
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.gradients import hooks_of
from autograd_lite.graph.variable import Operand, Variable, changed_since

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits"]

FAR = 1e4
LOG_FLOOR = -100.0
SMALLEST = exp(LOG_FLOOR)


class BinaryCrossEntropy(Unary):
    """The mean of -t log p - (1-t) log(1-p), each logarithm bounded at -100."""

    __slots__ = ("p", "reduction", "scale", "t")
    keeps = ("p",)
    constants = ("t",)
    pointwise = True
    name = "binary_cross_entropy"
    symbol = "BCE"
    subgradient = "0 where the bounded logarithm is flat, at p = 0 and p = 1"
    cases = (
        Case(A(5, low=0.1, high=0.9), [0, 1, 1, 0, 1]),
        Case(A(2, 2, low=0.1, high=0.9), [[0, 0.3], [0.6, 1]], reduction="none"),
        Case(A(2, low=0.1, high=0.9), [0, 0.3], reduction="sum"),
    )
    points = (
        At(
            X([0.0, 1.0, 0.0, 1.0, 0.5]),
            [0, 1, 1, 0, 1],
            reduction="none",
            gives=[0, 0, 100, 100, log(2)],
            slopes=([1, -1, 0, 0, -2],),
        ),
    )
    p: Array
    t: Array
    reduction: str
    scale: float

    def __init__(self, t: Array, reduction: str) -> None:
        self.t = t
        self.reduction = reduction

    def forward(self, p: Array) -> Array:
        xp, t = self.xp, self.t
        self.p = p
        q = 1 - p
        log_p = xp.where(p > SMALLEST, xp.log(p + (p == 0)), LOG_FLOOR)
        log_q = xp.where(q > SMALLEST, xp.log(q + (q == 0)), LOG_FLOOR)
        loss, self.scale = reduced(self.xp, -(t * log_p + (1 - t) * log_q), self.reduction)
        return loss

    def backward(self, gy: Array) -> Array:
        p, t = self.p, self.t
        q = 1 - p
        steep_p, steep_q = p > SMALLEST, q > SMALLEST
        slope = (1 - t) * steep_q / (q + (q == 0)) - t * steep_p / (p + (p == 0))
        return slope * scaled(gy, self.scale)


class SigmoidCrossEntropy(Unary):
    """The mean of log(1 + exp(x)) - x t: cross-entropy of sigmoid(x), exact.

    Where positives are weighted, `t` is weight · t, and the logarithm counts `total` times, which
    is weight · t + 1 - t.
    """

    __slots__ = ("reduction", "scale", "t", "total", "x")
    keeps = ("x",)
    constants = ("t", "total")
    pointwise = True
    name = "binary_cross_entropy_with_logits"
    symbol = "σ BCE"
    cases = (
        Case(A(5), [0, 1, 1, 0, 1]),
        Case(A(3, low=-30, high=30), [1, 0, 1]),
        Case(A(2, 2), [[0, 0.3], [0.6, 1]], reduction="none"),
        Case(A(2, 2), [[0, 0.3], [0.6, 1]], pos_weight=[2.0, 0.5], reduction="sum"),
    )
    points = (
        At(
            X([FAR, -FAR, FAR, -FAR, 0.0]),
            [1, 0, 0, 1, 0.5],
            reduction="none",
            gives=[0, 0, FAR, FAR, log(2)],
            slopes=([0, 0, 1, -1, 0],),
        ),
        At(
            X([FAR, -FAR, 1.0]),
            [1, 1, 1],
            pos_weight=3.0,
            reduction="none",
            gives=[0, 3 * FAR, 3 * log1p(exp(-1))],
            slopes=([0, -3, -3 / (1 + exp(1))],),
        ),
    )
    x: Array
    t: Array
    total: Array | None
    reduction: str
    scale: float

    def __init__(self, t: Array, total: Array | None, reduction: str) -> None:
        self.t = t
        self.total = total
        self.reduction = reduction

    def forward(self, x: Array) -> Array:
        """Take x t from max(x, 0) first: where they are equal, no digit of the rest is lost."""
        xp = self.xp
        self.x = x
        straight, bend = xp.relu(x), xp.log1p(xp.exp(-xp.abs(x)))
        if self.total is not None:
            straight, bend = straight * self.total, bend * self.total
        loss, self.scale = reduced(self.xp, straight - x * self.t + bend, self.reduction)
        return loss

    def backward(self, gy: Array) -> Array:
        p = self.xp.sigmoid(self.x)
        if self.total is not None:
            p = p * self.total
        return (p - self.t) * scaled(gy, self.scale)


def binary_cross_entropy(p: Operand, t: Operand, *, reduction: str = "mean") -> Variable:
    """Return the mean of -t log p - (1-t) log(1-p).

    Of a sigmoid's output the loss is computed from its logits, exact at any size: the graph then
    leads from the loss to the logits directly, past the sigmoid. On bare probabilities each
    logarithm is bounded at -100, as PyTorch's.

    Parameters
    ----------
    p : Variable or array
        Probabilities between 0 and 1.
    t : array of the same shape
        Targets between 0 and 1; never broadcast.
    reduction : {"mean", "sum", "none"}
        The mean, the sum, or every element's own loss.

    Returns
    -------
    Variable, shape () or that of `p`

    Raises
    ------
    ShapeError
        If the shapes differ.
    ArgumentError
        If a target or a probability is outside [0, 1].

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.binary_cross_entropy(ag.Variable([0.5, 0.5]), [0, 1])
    Variable(0.693147)
    >>> ag.binary_cross_entropy(ag.sigmoid(ag.Variable([-1e4])), [1])
    Variable(10000.0)
    """
    what = "binary_cross_entropy"
    how = known(reduction, what)
    v = as_floats(p, what, t)
    targets = probable(t, v, what)
    logits = getattr(v, "_logits", None)
    if logits is not None and not _watched(v):
        if v._node is not None and changed_since(logits._version, v._node._order):
            msg = (
                "binary_cross_entropy: what sigmoid was computed from was written since; "
                "compute the probabilities again."
            )
            raise GraphError(msg)
        return unary(SigmoidCrossEntropy(targets, None, how), logits)
    inside = between_0_and_1(v._data)
    require(inside, "binary_cross_entropy: probabilities must lie between 0 and 1; apply sigmoid.")
    return unary(BinaryCrossEntropy(targets, how), v)


def binary_cross_entropy_with_logits(
    x: Operand, t: Operand, *, pos_weight: Operand | None = None, reduction: str = "mean"
) -> Variable:
    """Return ``binary_cross_entropy(sigmoid(x), t)``, computed from the logits: exact at any size.

    Parameters
    ----------
    x : Variable or array
        Logits: what goes into sigmoid.
    t : array of the same shape
        Targets between 0 and 1; never broadcast.
    pos_weight : number or array, optional
        What the loss of the positives, t log p, is multiplied by; broadcast to `x`, for example one
        weight per class in the last axis. The mean stays that of all elements, as PyTorch's.
    reduction : {"mean", "sum", "none"}
        The mean, the sum, or every element's own loss.

    Returns
    -------
    Variable, shape () or that of `x`

    Raises
    ------
    ShapeError
        If the shapes differ.
    ArgumentError
        If a target is outside [0, 1], or a weight is negative.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.binary_cross_entropy_with_logits(ag.Variable([-1e4]), [1])
    Variable(10000.0)
    """
    what = "binary_cross_entropy_with_logits"
    how = known(reduction, what)
    v = as_floats(x, what, t)
    targets = probable(t, v, what)
    total = None
    if pos_weight is not None:
        positives = targets * _weights(pos_weight, v)
        total = positives + (1 - targets)
        targets = positives
    return unary(SigmoidCrossEntropy(targets, total, how), v)


def _weights(pos_weight: Operand, v: Variable) -> Array:
    what = "binary_cross_entropy_with_logits: pos_weight"
    weights = beside(pos_weight, (v,), what).astype(v.dtype)
    try:
        stretched = namespace(weights).broadcast_to(weights, v.shape)
    except ValueError as error:
        msg = f"{what} of shape {weights.shape} does not broadcast to logits of shape {v.shape}."
        raise ShapeError(msg) from error
    require(namespace(weights).min(weights) >= 0, f"{what} must not be negative.")
    return stretched


def _watched(v: Variable) -> bool:
    """Whether somebody asked for the gradient that arrives at these very probabilities."""
    return v._node is not None and bool(hooks_of(v))
