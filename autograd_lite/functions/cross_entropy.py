"""Losses of classes: softmax cross-entropy, and the negative log-likelihood."""

from __future__ import annotations

from math import inf, log, nan, prod
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, namespace, require
from autograd_lite.functions import classes
from autograd_lite.functions.classes import Goal, Weighing, goal_of, label_mask, rows_of
from autograd_lite.functions.constants import beside
from autograd_lite.functions.reductions import narrow, wide
from autograd_lite.functions.targets import as_floats, known
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Places, Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["nll", "softmax_cross_entropy"]

FEW = 64  # classes: below, the transposed table is faster
MANY = 4096  # elements: below, a table of the labels is faster than their places
FAR = 1e4
LONG = np.dtype(np.int64)
SLACK = 1e-3  # by how much rounding may lift a float16 logarithm of 1


class SoftmaxCrossEntropy(Unary):
    """The mean of -log softmax(x)[label]; the gradient is (p - t) / N.

    The probabilities are a hidden second output: second derivatives know where they come from.
    Few classes are worked on class by class: NumPy reduces a hundred short rows four times faster
    down the columns of their transpose (6 µs less for 100 rows of 10).

    The target is a mask that is true at the labels; or, where their weights differ, it comes with
    their `places` in flat memory and the `weights` of the rows; or it is a table of soft targets,
    and the loss of a row is weight · log Σ exp(x) - Σ t x, its gradient weight · p - t.
    """

    __slots__ = (
        "by_class",
        "gaps",
        "p",
        "places",
        "reduction",
        "scale",
        "shape",
        "target",
        "weights",
    )
    keeps = ("p",)
    constants = ("target", "places", "weights")
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
        Case(A(2, FEW), [[0.0, 1.0, *[0.0] * (FEW - 2)], [1 / FEW] * FEW]),
        Case(A(2, 3), [[0.25, 0.5, 0.25], [0.0, 0.0, 1.0]], reduction="sum"),
        Case(A(2, 2, 2), [[0, -1], [1, 1]], ignore_index=-1, reduction="none"),
        Case(A(3, 3), [0, 2, 1], class_weights=[1.0, 2.0, 0.5], label_smoothing=0.1),
    )
    points = (
        At(
            X([[FAR, -FAR, 0.0], [-FAR, FAR, FAR]]),
            [1, 2],
            gives=FAR + log(2) / 2,
            slopes=([[0.5, -0.5, 0], [0, 0.25, -0.25]],),
        ),
        At(X([[0.0, -inf]]), [[1.0, 0.0]], gives=0, slopes=([[0, 0]],)),
        At(X([[5.0]]), [0], gives=0, slopes=([[0]],)),
        At(X([[0.0, 0.0]]), [1], label_smoothing=0.2, gives=log(2), slopes=([[0.4, -0.4]],)),
        At(
            X([[0.0, 0.0], [0.0, 0.0]]),
            [0, 1],
            class_weights=[1.0, 3.0],
            gives=log(2),
            slopes=([[-0.125, 0.125], [0.375, -0.375]],),
        ),
        At(
            X([[0.0, 0.0], [nan, 7.0]]),
            [0, -1],
            ignore_index=-1,
            gives=log(2),
            slopes=([[-0.5, 0.5], [0, 0]],),
        ),
    )
    p: Array
    target: Array
    places: Any
    weights: Any
    gaps: bool  # some rows may be ignored
    scale: Any
    shape: tuple[int, ...]
    by_class: bool
    reduction: str

    def __init__(self, target: Array, by_class: bool, reduction: str, scale: Any) -> None:
        self.target = target
        self.places = self.weights = None
        self.gaps = False
        self.by_class = by_class
        self.reduction = reduction
        self.scale = scale

    def forward(self, x: Array) -> Array:
        xp = self.xp
        self.shape = x.shape
        z = wide(x)
        table = z.reshape(-1, x.shape[-1])
        if self.by_class:
            table = xp.ascontiguousarray(table.T)
            shifted = table - xp.max(table, axis=0, keepdims=True)
            powers = xp.exp(shifted)
            sums = xp.sum(powers, axis=0, keepdims=True)
        else:
            shifted = table - xp.row_max(table)
            powers = xp.exp(shifted)
            sums = xp.sum(powers, axis=-1, keepdims=True)
        p = powers / sums
        if self.places is None and self.weights is None:
            # In whatever order the labels come: all of them are added up.
            loss = xp.sum(xp.log(sums).reshape(-1) - shifted[self.target]) * self.scale
        else:
            loss = self._each(x, shifted, xp.log(sums).reshape(-1))
            if self.gaps:  # whatever an ignored row holds
                p = xp.where(self._row(self.weights) > 0, p, 0.0)
        self.p = p if z is x else narrow(p, x)
        return loss if z is x else narrow(loss, x)

    def _each(self, x: Array, shifted: Array, logs: Array) -> Array:
        """Return the losses of all rows, or what they add up to."""
        xp, weights = self.xp, self.weights
        if self.places is None:
            named = self.target * xp.where(self.target > 0, shifted, 0.0)  # 0 · -∞ is 0
            losses = weights * logs - xp.sum(named, axis=0 if self.by_class else 1)
        else:
            losses = logs - shifted.reshape(-1)[self.places]
            losses = losses if weights is None else weights * losses
        if self.gaps:
            self.leaves_out(x)
            losses = xp.where(weights > 0, losses, 0.0)
        if self.reduction == "none":
            return losses.reshape(self.shape[:-1])
        return xp.sum(losses) * self.scale

    def _row(self, each: Array) -> Array:
        """Turn one number per row so that it meets its row of the table."""
        return each.reshape((1, -1) if self.by_class else (-1, 1))

    def backward(self, gy: Any) -> Array:
        p = self.p
        gy, gp = gy if type(gy) is Places else (gy, None)
        table: Any = None
        if gy is not None:
            g = gy * self.scale
            if self.reduction == "none":
                g = self._row(g)
            if self.weights is None:
                table = (p - self.target) * g
            elif self.places is None:
                table = narrow((p * self._row(self.weights) - self.target) * g, p)
            else:
                table = narrow((p - self.target) * (self._row(self.weights) * g), p)
        if gp is not None:
            weighted = gp * p
            axis = 0 if self.by_class else 1
            through = weighted - p * self.xp.sum(weighted, axis=axis, keepdims=True)
            table = through if table is None else table + through
        rows = table.T if self.by_class else table
        return rows if len(self.shape) == 2 else rows.reshape(self.shape)


class NLL(Unary):
    """The mean of -log p[label]; the gradient is -1/N there, 0 elsewhere."""

    __slots__ = ("places", "reduction", "scale", "shape", "target", "weights")
    constants = ("places", "target", "weights")
    name = "nll"
    symbol = "NLL"
    cases = (
        Case(A(4, 3, low=-3, high=-0.1), [0, 2, 1, 2]),
        Case(A(3, low=-3, high=-0.1), 1),
        Case(A(2, 2, 3, low=-3, high=-0.1), [[0, 2], [1, 1]], reduction="none"),
        Case(A(2, 3, low=-3, high=-0.1), [[0.25, 0.5, 0.25], [0.0, 0.0, 1.0]], reduction="sum"),
        Case(A(3, 2, low=-3, high=-0.1), [0, -1, 1], ignore_index=-1, class_weights=[1.0, 3.0]),
        Case(A(3, 2, low=-3, high=-0.1), [0, 0, 1], label_smoothing=0.1, reduction="none"),
    )
    points = (
        At(X([[-FAR, 0.0], [-1.0, -inf]]), [0, 0], gives=5000.5, slopes=([[-0.5, 0], [-0.5, 0]],)),
        At(X([[0.0, -inf]]), [[1.0, 0.0]], gives=0, slopes=([[-1, 0]],)),
        At(
            X([[-1.0, -2.0], [nan, -7.0]]),
            [0, 9],
            ignore_index=9,
            gives=1,
            slopes=([[-1, 0], [0, 0]],),
        ),
    )
    places: Any
    target: Any
    weights: Any
    reduction: str
    scale: Any
    shape: tuple[int, ...]

    def __init__(self, reduction: str, scale: Any) -> None:
        self.places = self.target = self.weights = None
        self.reduction = reduction
        self.scale = scale

    def aim_at(self, goal: Goal) -> None:
        """Note the targets: a table, or the places of the labels."""
        self.target, self.weights = goal.table, goal.weights
        if goal.labels is not None:
            self.places = classes.places_of(goal.labels, goal.classes, by_class=False)

    def forward(self, x: Array) -> Array:
        xp, weights = self.xp, self.weights
        self.leaves_out(x)
        self.shape = x.shape
        z = wide(x)
        if self.places is None:
            picked = xp.where(self.target > 0, z.reshape(-1, x.shape[-1]), 0.0)  # 0 · -∞ is 0
            losses = -xp.sum(picked * self.target, axis=-1)
        else:
            picked = z.reshape(-1)[self.places]
            if weights is not None:
                picked = xp.where(weights > 0, picked, 0.0) * weights
            losses = -picked
        logs = ~(xp.max(picked) > SLACK)
        require(logs, "nll: a log-probability is positive; apply log_softmax to logits.")
        if self.reduction == "none":
            return narrow(losses.reshape(x.shape[:-1]), x)
        return narrow(xp.sum(losses) * self.scale, x)

    def backward(self, gy: Array) -> Array:
        xp = self.xp
        g = gy * -self.scale
        if self.target is not None:
            g = narrow((g.reshape(-1, 1) if self.reduction == "none" else g) * self.target, gy)
            return g if len(self.shape) == 2 else xp.reshape(g, self.shape)
        g = g.reshape(-1) if self.reduction == "none" else g
        g = (
            xp.broadcast_to(g, self.places.shape)
            if self.weights is None
            else narrow(self.weights * g, gy)
        )
        return xp.reshape(xp.scatter_add(g, self.places, (prod(self.shape),)), self.shape)


def softmax_cross_entropy(
    x: Operand,
    t: Operand,
    *,
    class_weights: Operand | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Variable:
    """Return the mean cross-entropy of softmax(x) with targets: fused, shifted, never clipped.

    Parameters
    ----------
    x : Variable or array, shape (..., C)
        Logits: what goes into softmax, not what comes out.
    t : array, shape (...) of integers, or (..., C)
        Labels from 0 to C-1; or one-hot rows of integers; or soft targets, rows of floats that are
        not negative and sum to 1.
    class_weights : array, shape (C,), optional
        What each class counts. The mean divides by the weights of the labels, but by the number of
        rows of soft targets: both as PyTorch does.
    label_smoothing : float
        The share of each target, from 0 to 1, that is spread evenly over all classes.
    ignore_index : int, optional
        The label of rows that do not count, whatever is in them.
    reduction : {"mean", "sum", "none"}
        The mean over all rows that count, the sum, or every row's own loss (0 where ignored).

    Returns
    -------
    Variable, shape () or (...)
        log Σ exp(x) - x[t], averaged over all rows.

    Raises
    ------
    ShapeError
        If the targets' shape is neither; targets are never broadcast.
    DTypeError
        If label numbers are not integers.
    ArgumentError
        If a label is out of range, a row does not sum to 1, or nothing is left to average.
    OperandError
        If the targets require a gradient: pass their ``.data``, or see :func:`kl_divergence`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.softmax_cross_entropy(ag.Variable([[0.0, 0.0]]), [1])
    Variable(0.693147)
    >>> ag.softmax_cross_entropy(ag.Variable([[1e4, -1e4]]), [1])
    Variable(20000.0)
    """
    what = "softmax_cross_entropy"
    v = as_floats(x, what, t)
    labels = beside(t, (v,), "softmax_cross_entropy: labels")
    shape = v._data.shape
    rows = rows_of(what, shape)
    by_class = shape[-1] < FEW
    how = known(reduction, what)
    plain = class_weights is None and ignore_index is None and not label_smoothing
    hard = labels.dtype.kind != "f" or labels.shape != shape
    if by_class and hard and plain and how != "none":
        mask = label_mask(what, labels, shape, rows, by_class)
        node = SoftmaxCrossEntropy(mask, by_class, how, 1.0 / rows if how == "mean" else 1.0)
        if labels.dtype is LONG and labels.shape == shape[:-1]:
            # To look up 200 of 2,000 elements by place takes 2.4 µs, by mask 4.3.
            node.places = classes.places_of(labels.reshape(-1), shape[-1], by_class)
        return unary(node, v)
    goal = goal_of(what, labels, v, Weighing(class_weights, label_smoothing, ignore_index))
    scale = _share(what, goal, how)
    if goal.labels is None:
        xp = namespace(goal.table)
        table = xp.ascontiguousarray(goal.table.T) if by_class else goal.table
        node = SoftmaxCrossEntropy(table, by_class, how, scale)
        node.weights = xp.sum(goal.table, axis=-1)
    else:
        places = classes.places_of(goal.labels, shape[-1], by_class)
        mask = classes.mask_of(places, (shape[-1], rows) if by_class else (rows, shape[-1]))
        node = SoftmaxCrossEntropy(mask, by_class, how, scale)
        node.places, node.weights = places, goal.weights
    node.gaps = ignore_index is not None
    return unary(node, v)


def nll(
    log_p: Operand,
    t: Operand,
    *,
    class_weights: Operand | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Variable:
    """Return the mean negative log-likelihood: -log p of the targets.

    ``nll(log_softmax(x), t)`` is ``softmax_cross_entropy(x, t)`` in two steps.

    Parameters
    ----------
    log_p : Variable or array, shape (..., C)
        Logarithms of probabilities, so none is positive: what comes out of log_softmax.
    t, class_weights, label_smoothing, ignore_index, reduction
        As of :func:`softmax_cross_entropy`.

    Returns
    -------
    Variable, shape () or (...)

    Raises
    ------
    ShapeError, DTypeError, ArgumentError, OperandError
        As :func:`softmax_cross_entropy`; also if a logarithm that counts is positive.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nll(ag.log_softmax(ag.Variable([[0.0, 0.0]])), [1])
    Variable(0.693147)
    """
    v = as_floats(log_p, "nll", t)
    labels = beside(t, (v,), "nll: labels")
    shape = v._data.shape
    rows = rows_of("nll", shape)
    how = known(reduction, "nll")
    plain = class_weights is None and ignore_index is None and not label_smoothing
    if plain and labels.shape == shape[:-1] and v._data.size < MANY:
        mask = label_mask("nll", labels, shape, rows, by_class=False)
        node = NLL(how, 1.0 / rows if how == "mean" else 1.0)
        node.places, node.target = mask.reshape(-1), mask.astype(v.dtype)
        return unary(node, v)
    goal = goal_of("nll", labels, v, Weighing(class_weights, label_smoothing, ignore_index))
    node = NLL(how, _share("nll", goal, how))
    node.aim_at(goal)
    return unary(node, v)


def _share(what: str, goal: Goal, reduction: str) -> Any:
    """Return what the sum of all rows is multiplied by."""
    if reduction != "mean":
        return 1.0
    left = f"{what}: every label is ignored or weighs nothing, so there is no mean; use 'sum'."
    require(goal.total > 0, left)
    return 1 / goal.total
