"""Targets of classes: labels, one-hot rows and soft targets, with weights, smoothing and gaps."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

from autograd_lite.arrays import Array, namespace, require
from autograd_lite.errors import ArgumentError, DTypeError, ShapeError
from autograd_lite.functions.constants import beside, integer, number
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["Goal", "Weighing", "goal_of", "label_mask", "mask_of", "places_of", "rows_of"]

SLACK = 1e-3  # by how much a row of float16 probabilities may miss 1


class Weighing(NamedTuple):
    """How targets are changed before a loss uses them."""

    class_weights: Operand | None
    label_smoothing: float
    ignore_index: int | None


class Goal(NamedTuple):
    """What a loss of N rows is to reach; numbers are float32 beside float16."""

    classes: int
    labels: Any  # the class of each row, 0 where it is ignored; None or None and
    table: Any  # in their place what each -log p is multiplied by, (N, C)
    weights: Any  # of each row of labels: 0 where it is ignored; None for 1
    total: Any  # what a mean divides by


def rows_of(what: str, shape: tuple[int, ...]) -> int:
    """Return how many rows of classes there are.

    Raises
    ------
    ShapeError
        If there is none, or no class.
    """
    if not shape or 0 in shape:
        msg = f"{what}: an operand of shape {shape} holds no row; use (N, C), not empty."
        raise ShapeError(msg)
    return prod(shape[:-1])


def label_mask(
    what: str, labels: Array, shape: tuple[int, ...], rows: int, by_class: bool
) -> Array:
    """Return a boolean table that is true at each row's label; labels are checked."""
    classes = shape[-1]
    if labels.shape == shape[:-1]:
        _require_integers(what, labels)
        xp = namespace(labels)
        every = xp.arange(classes)
        mask: Array = (
            every.reshape(classes, 1) == labels.reshape(1, rows)
            if by_class
            else labels.reshape(rows, 1) == every
        )
        known = xp.count_nonzero(mask) == rows
        require(known, _range_of_labels(what, classes))
        return mask
    if labels.shape != shape:
        raise _misfit(what, labels, shape)
    mask = labels.reshape(rows, classes) == 1
    zeros = (labels == 0).sum() == rows * (classes - 1)
    single = zeros & (mask.sum(axis=1) == 1).all()
    require(single, f"{what}: each one-hot row must be zeros and a single 1.")
    return mask.T if by_class else mask


def places_of(labels: Array, classes: int, by_class: bool) -> Array:
    """Return where the labels' elements are in the flat memory of a table."""
    rows = labels.size
    every = namespace(labels).arange(rows)
    return labels * rows + every if by_class else every * classes + labels


def mask_of(places: Array, shape: tuple[int, int]) -> Array:
    """Return a table that is true at these places."""
    flat = namespace(places).zeros(prod(shape), dtype=bool)
    flat[places] = True
    return flat.reshape(shape)


def goal_of(what: str, labels: Array, v: Variable, weighing: Weighing) -> Goal:
    """Return what the loss of `v` is to reach.

    A mean divides by the class weights of the labels (also of one-hot rows of integers), but by the
    number of rows of soft targets, which are floats: so does PyTorch.
    """
    rows, classes = rows_of(what, v.shape), v.shape[-1]
    dtype = "float32" if v.dtype.itemsize == 2 else v.dtype
    weights = _class_weights(what, weighing.class_weights, v)
    if weights is not None:
        weights = weights.astype(dtype)
    smoothing = weighing.label_smoothing and _smoothing(what, weighing.label_smoothing)
    if labels.dtype.kind == "f" and labels.shape == v.shape:
        if weighing.ignore_index is not None:
            raise _no_gaps(what)
        table = _soft_rows(what, labels.reshape(rows, classes).astype(dtype))
        return Goal(classes, None, _spread(table, smoothing, weights), None, rows)
    numbers, kept = _numbers(what, labels, v.shape, weighing.ignore_index)
    row_weights = None if weights is None else weights[numbers]
    if kept is not None:
        alive = kept.astype(dtype)
        row_weights = alive if row_weights is None else row_weights * alive
    total: Any = rows if row_weights is None else namespace(row_weights).sum(row_weights)
    if not smoothing:
        return Goal(classes, numbers, None, row_weights, total)
    table = label_mask(what, numbers, (rows, classes), rows, by_class=False).astype(dtype)
    table = _spread(table, smoothing, weights)
    return Goal(
        classes, None, table if kept is None else table * alive.reshape(rows, 1), None, total
    )


def _numbers(
    what: str, labels: Array, shape: tuple[int, ...], ignore_index: int | None
) -> tuple[Array, Array | None]:
    """Return checked labels along one axis, 0 for those to ignore, and which are kept."""
    classes = shape[-1]
    if labels.shape != shape[:-1]:
        mask = label_mask(what, labels, shape, rows_of(what, shape), by_class=False)
        if ignore_index is not None:
            raise _no_gaps(what)
        return mask.argmax(axis=1), None
    _require_integers(what, labels)
    numbers = labels.reshape(-1)
    if numbers.dtype.itemsize < 8:  # products of them would overflow
        numbers = numbers.astype("int64")
    kept = None
    if ignore_index is not None:
        kept = numbers != integer(ignore_index, f"{what}: ignore_index")
        numbers = numbers * kept
    known = namespace(numbers).within(numbers, 0, classes)
    require(known, _range_of_labels(what, classes))
    return numbers, kept


def _spread(table: Array, smoothing: float, weights: Array | None) -> Array:
    """Spread a share of each row evenly over all classes, then weigh them."""
    if smoothing:
        table = table * (1 - smoothing) + smoothing / table.shape[1]
    return table if weights is None else table * weights


def _soft_rows(what: str, table: Array) -> Array:
    """Return rows of probabilities, checked."""
    require(namespace(table).min(table) >= 0, f"{what}: soft targets must not be negative.")
    total = namespace(table).sum(table, axis=-1, keepdims=True)
    near = ((total >= 1 - SLACK) & (total <= 1 + SLACK)).all()
    require(near, f"{what}: each row of soft targets must sum to 1.")
    return table


def _class_weights(what: str, class_weights: Operand | None, v: Variable) -> Array | None:
    if class_weights is None:
        return None
    weights = beside(class_weights, (v,), f"{what}: class_weights")
    if weights.shape != v.shape[-1:]:
        msg = (
            f"{what}: class_weights have shape {weights.shape}; pass {v.shape[-1]} of them, one "
            "for each class."
        )
        raise ShapeError(msg)
    require(namespace(weights).min(weights) >= 0, f"{what}: class_weights must not be negative.")
    return weights


def _smoothing(what: str, value: object) -> float:
    share = number(value, f"{what}: label_smoothing")
    if not 0 <= share <= 1:
        msg = f"{what}: label_smoothing must lie between 0 and 1, not {share}."
        raise ArgumentError(msg)
    return share


def _range_of_labels(what: str, classes: int) -> str:
    return (
        f"{what}: labels must be from 0 to {classes - 1} for {classes} classes; of labels that "
        "count from 1, subtract 1."
    )


def _require_integers(what: str, labels: Array) -> None:
    if labels.dtype.kind not in "iu":
        msg = (
            f"{what}: labels have dtype {labels.dtype}; "
            "pass integers from 0 to C-1, as t.astype(int), one-hot rows or soft targets."
        )
        raise DTypeError(msg)


def _no_gaps(what: str) -> ArgumentError:
    msg = f"{what}: ignore_index is for labels; leave it out for rows of targets."
    return ArgumentError(msg)


def _misfit(what: str, labels: Array, shape: tuple[int, ...]) -> ShapeError:
    msg = (
        f"{what}: labels of shape {labels.shape} do not fit logits of shape {shape};"
        f" pass shape {shape[:-1]} of integers, or rows {shape}."
    )
    return ShapeError(msg)
