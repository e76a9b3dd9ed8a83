"""Losses: softmax cross-entropy, binary cross-entropy, mean squared error."""

from __future__ import annotations

from math import exp, prod
from typing import Any

from autograd_lite.arrays import Array, namespace, require
from autograd_lite.errors import DTypeError, GraphError, ShapeError
from autograd_lite.functions.constants import beside
from autograd_lite.graph.apply import binary, nary, unary
from autograd_lite.graph.cases import A, Case
from autograd_lite.graph.function import Nary, Pair, Unary
from autograd_lite.graph.gradients import hooks_of
from autograd_lite.graph.variable import Operand, Variable, changed_since

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "mean_squared_error",
    "softmax_cross_entropy",
]

FEW = 64  # classes: below, the transposed table is faster
LOG_FLOOR = -100.0
SMALLEST = exp(LOG_FLOOR)


class SoftmaxCrossEntropy(Nary):
    """The mean of -log softmax(x)[label]; the gradient is (p - t) / N.

    The probabilities are a hidden second output: second derivatives know where they come from.
    Few classes are worked on class by class: NumPy reduces a hundred short rows four times faster
    down the columns of their transpose (6 µs less for 100 rows of 10).
    """

    __slots__ = ("by_class", "mask", "p", "scale", "shape")
    keeps = ("p",)
    constants = ("mask",)
    outputs = ("loss", "p")
    hidden = True
    name = "softmax_cross_entropy"
    symbol = "softmax CE"
    cases = (
        Case(A(4, 3), [0, 2, 1, 2]),
        Case(A(2, 3), [[0, 1, 0], [1, 0, 0]]),
        Case(A(3), 1),
        Case(A(2, 2, 3), [[0, 2], [1, 1]]),
        Case(A(3, 4, low=-30, high=30), [3, 0, 1]),
        Case(A(2, FEW), [0, FEW - 1]),
    )
    p: Array
    mask: Array
    scale: float
    shape: tuple[int, ...]
    by_class: bool

    def __init__(self, mask: Array, rows: int, by_class: bool) -> None:
        self.mask = mask
        self.scale = 1.0 / rows
        self.by_class = by_class

    def forward(self, x: Array) -> Array:
        xp = self.xp
        axis = 0 if self.by_class else 1
        self.shape = x.shape
        wide = xp.widened(x)
        table = wide.reshape(-1, x.shape[-1])
        if self.by_class:
            table = xp.ascontiguousarray(table.T)
        shifted = table - xp.max(table, axis=axis, keepdims=True)
        powers = xp.exp(shifted)
        sums = xp.sum(powers, axis=axis, keepdims=True)
        p = powers / sums
        loss = xp.mean(xp.log(sums)) - xp.mean(shifted[self.mask])
        self.p = p if wide is x else p.astype(x.dtype)
        return loss if wide is x else loss.astype(x.dtype)

    def backward(self, gy: Array | None, gp: Array | None = None) -> tuple[Array]:
        p = self.p
        table: Any = None if gy is None else (p - self.mask) * (gy * self.scale)
        if gp is not None:
            weighted = gp * p
            axis = 0 if self.by_class else 1
            through = weighted - p * self.xp.sum(weighted, axis=axis, keepdims=True)
            table = through if table is None else table + through
        rows = table.T if self.by_class else table
        return (rows if len(self.shape) == 2 else rows.reshape(self.shape),)


class BinaryCrossEntropy(Nary):
    """The mean of -t log p - (1-t) log(1-p), each logarithm bounded at -100."""

    __slots__ = ("p", "scale", "t")
    keeps = ("p",)
    constants = ("t",)
    name = "binary_cross_entropy"
    symbol = "BCE"
    subgradient = "0 where the bounded logarithm is flat, at p = 0 and p = 1"
    cases = (Case(A(5, low=0.1, high=0.9), [0, 1, 1, 0, 1]),)
    p: Array
    t: Array
    scale: float

    def __init__(self, t: Array) -> None:
        self.t = t

    def forward(self, p: Array) -> Array:
        xp, t = self.xp, self.t
        self.p = p
        self.scale = 1.0 / p.size
        q = 1 - p
        log_p = xp.where(p > SMALLEST, xp.log(p + (p == 0)), LOG_FLOOR)
        log_q = xp.where(q > SMALLEST, xp.log(q + (q == 0)), LOG_FLOOR)
        return -xp.mean(t * log_p + (1 - t) * log_q)

    def backward(self, gy: Array) -> tuple[Array]:
        p, t = self.p, self.t
        q = 1 - p
        steep_p, steep_q = p > SMALLEST, q > SMALLEST
        slope = (1 - t) * steep_q / (q + (q == 0)) - t * steep_p / (p + (p == 0))
        return (slope * (gy * self.scale),)


class SigmoidCrossEntropy(Unary):
    """The mean of max(x, 0) - x t + log(1 + exp(-|x|)): cross-entropy of sigmoid(x), exact."""

    __slots__ = ("scale", "t", "x")
    keeps = ("x",)
    constants = ("t",)
    name = "binary_cross_entropy_with_logits"
    symbol = "σ BCE"
    cases = (Case(A(5), [0, 1, 1, 0, 1]), Case(A(3, low=-30, high=30), [1, 0, 1]))
    x: Array
    t: Array
    scale: float

    def __init__(self, t: Array) -> None:
        self.t = t

    def forward(self, x: Array) -> Array:
        xp = self.xp
        self.x = x
        self.scale = 1.0 / x.size
        losses = xp.maximum(x, 0) - x * self.t + xp.log1p(xp.exp(-xp.abs(x)))
        return xp.mean(losses)

    def backward(self, gy: Array) -> Array:
        p = self.xp.sigmoid(self.x)
        return (p - self.t) * (gy * self.scale)


class MeanSquaredError(Pair):
    """The mean of (y - t)²; the gradients are ±2 (y - t) / n."""

    __slots__ = ("scale", "t", "y")
    keeps = ("y", "t")
    name = "mean_squared_error"
    symbol = "MSE"
    cases = (Case(A(3, 4), A(3, 4)), Case(A(), A()), Case(A(2), [0.5, 1.0]))
    y: Array
    t: Array
    scale: float

    def forward(self, y: Array, t: Array) -> Array:
        self.y = y
        self.t = t
        self.scale = 1.0 / y.size
        difference = y - t
        return self.xp.mean(difference * difference)

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        g = (self.y - self.t) * (gy * (2 * self.scale))
        return g, None if self._right is None else -g


def softmax_cross_entropy(x: Operand, t: Operand) -> Variable:
    """Return the mean cross-entropy of softmax(x) with labels: fused, shifted, never clipped.

    Parameters
    ----------
    x : Variable or array, shape (..., C)
        Logits: what goes into softmax, not what comes out.
    t : array, shape (...) of integers, or (..., C) one-hot
        Labels from 0 to C-1, or rows of zeros with a single one.

    Returns
    -------
    Variable, shape ()
        log Σ exp(x) - x[t], averaged over all rows.

    Raises
    ------
    ShapeError
        If the labels' shape is neither; labels are never broadcast.
    DTypeError
        If label numbers are not integers.
    ArgumentError
        If a label is out of range or a row is not one-hot.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.softmax_cross_entropy(ag.Variable([[0.0, 0.0]]), [1])
    Variable(0.693147)
    >>> ag.softmax_cross_entropy(ag.Variable([[1e4, -1e4]]), [1])
    Variable(20000.0)
    """
    v = _floats(x)
    labels = beside(t, (v,), "softmax_cross_entropy: labels")
    shape = v._data.shape
    rows = prod(shape[:-1])
    if not shape or 0 in shape:
        msg = f"softmax_cross_entropy: logits of shape {shape} hold no row; use (N, C), not empty."
        raise ShapeError(msg)
    by_class = shape[-1] < FEW
    mask = _label_mask(labels, shape, rows, by_class)
    return nary(SoftmaxCrossEntropy(mask, rows, by_class), v)


def _label_mask(labels: Array, shape: tuple[int, ...], rows: int, by_class: bool) -> Array:
    """Return a boolean table that is true at each row's label; labels are checked."""
    classes = shape[-1]
    if labels.shape == shape[:-1]:
        if labels.dtype.kind not in "iu":
            msg = (
                f"softmax_cross_entropy: labels have dtype {labels.dtype}; "
                "pass integers from 0 to C-1, or one-hot rows."
            )
            raise DTypeError(msg)
        xp = namespace(labels)
        every = xp.arange(classes)
        mask: Array = (
            every.reshape(classes, 1) == labels.reshape(1, rows)
            if by_class
            else labels.reshape(rows, 1) == every
        )
        known = xp.count_nonzero(mask) == rows
        require(known, f"softmax_cross_entropy: labels must be from 0 to {classes - 1}.")
        return mask
    if labels.shape == shape:
        mask = labels.reshape(rows, classes) == 1
        zeros = (labels == 0).sum() == rows * (classes - 1)
        single = zeros & (mask.sum(axis=1) == 1).all()
        require(single, "softmax_cross_entropy: each one-hot row must be zeros and a single 1.")
        return mask.T if by_class else mask
    msg = (
        f"softmax_cross_entropy: labels of shape {labels.shape} do not fit logits of shape {shape};"
        f" pass shape {shape[:-1]} of integers, or one-hot {shape}."
    )
    raise ShapeError(msg)


def binary_cross_entropy(p: Operand, t: Operand) -> Variable:
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

    Returns
    -------
    Variable, shape ()

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
    v = _floats(p)
    targets = _targets(t, v, "binary_cross_entropy")
    logits = getattr(v, "_logits", None)
    if logits is not None and not _watched(v):
        if v._node is not None and changed_since(logits._version, v._node._order):
            msg = (
                "binary_cross_entropy: what sigmoid was computed from was written since; "
                "compute the probabilities again."
            )
            raise GraphError(msg)
        return unary(SigmoidCrossEntropy(targets), logits)
    inside = ((v._data >= 0) & (v._data <= 1)).all()
    require(inside, "binary_cross_entropy: probabilities must lie between 0 and 1; apply sigmoid.")
    return nary(BinaryCrossEntropy(targets), v)


def binary_cross_entropy_with_logits(x: Operand, t: Operand) -> Variable:
    """Return ``binary_cross_entropy(sigmoid(x), t)``, computed from the logits: exact at any size.

    Parameters
    ----------
    x : Variable or array
        Logits: what goes into sigmoid.
    t : array of the same shape
        Targets between 0 and 1; never broadcast.

    Returns
    -------
    Variable, shape ()

    Raises
    ------
    ShapeError
        If the shapes differ.
    ArgumentError
        If a target is outside [0, 1].

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.binary_cross_entropy_with_logits(ag.Variable([-1e4]), [1])
    Variable(10000.0)
    """
    v = _floats(x)
    targets = _targets(t, v, "binary_cross_entropy_with_logits")
    return unary(SigmoidCrossEntropy(targets), v)


def _targets(t: Operand, v: Variable, what: str) -> Array:
    """Return targets as a private array of the outputs' shape and dtype, checked."""
    targets = beside(t, (v,), f"{what}: targets")
    _same_shape(what, v.shape, targets.shape)
    between = ((targets >= 0) & (targets <= 1)).all()
    require(between, f"{what}: targets must lie between 0 and 1.")
    return targets.astype(v.dtype)


def _watched(v: Variable) -> bool:
    """Whether somebody asked for the gradient that arrives at these very probabilities."""
    return v._node is not None and bool(hooks_of(v))


def mean_squared_error(y: Operand, t: Operand) -> Variable:
    """Return the mean of (y - t)² over all elements.

    Parameters
    ----------
    y, t : Variable, array or number of the same shape
        Never broadcast.

    Returns
    -------
    Variable, shape ()

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
    a = _floats(y)
    if type(t) in (int, float):
        b: Variable | Array = Variable(t, dtype=a.dtype, requires_grad=False)
    else:
        b = t if isinstance(t, Variable) else beside(t, (a,), "mean_squared_error: targets")
    _same_shape("mean_squared_error", a.shape, b.shape)
    return binary(MeanSquaredError(), a, b)


def _floats(x: Operand) -> Variable:
    """Return outputs as a Variable, integers as float64: a loss of integers would be cut short."""
    v = x if isinstance(x, Variable) else Variable(x, requires_grad=False)
    return v if v.dtype.kind == "f" else v.astype(float)


def _same_shape(what: str, y: tuple[int, ...], t: tuple[int, ...]) -> None:
    if y != t:
        msg = f"{what}: outputs of shape {y} and targets of shape {t} differ; reshape one of them."
        raise ShapeError(msg)
    if 0 in y:
        msg = f"{what}: shape {y} holds no element, so there is no mean."
        raise ShapeError(msg)
