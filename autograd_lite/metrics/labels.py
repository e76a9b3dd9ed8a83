"""Labels: what a metric is given, checked."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import as_array, to_device
from autograd_lite.checked import whole
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.graph import Operand, Variable

__all__ = ["Labels", "classes_of", "labels_of", "occurrences"]

Labels: TypeAlias = npt.NDArray[np.int64]
LARGEST = 2**53  # up to here a float64 tells whole numbers apart


def labels_of(t: Operand, y: Operand, what: str) -> tuple[Labels, Labels]:
    """Return true and predicted labels as integers on the host.

    Raises
    ------
    ShapeError
        If one is not one-dimensional, or their lengths differ.
    ArgumentError
        If one holds no labels but scores, or there is none.
    """
    true, predicted = _labels(t, f"{what}: t"), _labels(y, f"{what}: y")
    if true.shape != predicted.shape:
        msg = f"{what}: t has {true.size} labels, y has {predicted.size}; pass as many of each."
        raise ShapeError(msg)
    if not true.size:
        msg = f"{what}: there is no label; pass at least one."
        raise ArgumentError(msg)
    return true, predicted


def _labels(given: Operand, what: str) -> Labels:
    name, raw = what[-1], given
    if isinstance(given, Variable):  # which has no argmax
        name, raw = f"{name}.data", given._data
    array: npt.NDArray[Any] = to_device(as_array(raw, what=what), "cpu")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array.reshape(-1)  # as targets and predictions of two classes are
    if array.ndim != 1:
        raise ShapeError(f"{what} has shape {array.shape}; {_remedy(array, name)}.")
    if not ((abs(array) < LARGEST) & (array == np.trunc(array))).all():  # false for NaN
        msg = (
            f"{what} holds scores or probabilities, not labels; pass {name}.argmax(axis=1) of "
            f"many classes, or ({name} > 0.5) of two."
        )
        raise ArgumentError(msg)
    labels: Labels = array.astype(np.int64)
    return labels


def _remedy(array: npt.NDArray[Any], name: str) -> str:
    """Return what to do with an array that is not one-dimensional."""
    if array.ndim == 2:
        return f"pass labels, {name}.argmax(axis=1) of scores or one-hot rows"
    return "pass labels, a one-dimensional array"


def classes_of(t: Labels, y: Labels, classes: int | None, what: str) -> Labels:
    """Return the labels that are told apart, in order: those that are there, or 0 … classes − 1."""
    if classes is None:
        return np.union1d(t, y)
    classes = whole(classes, f"{what}: classes")
    low, high = min(t.min(), y.min()), max(t.max(), y.max())
    if low < 0 or high >= classes:
        msg = (
            f"{what}: labels go from {low} to {high}, those of {classes} classes from 0 to "
            f"{classes - 1}; pass classes={max(high, 0) + 1}, or leave it out."
        )
        raise ArgumentError(msg)
    return np.arange(classes)


def occurrences(labels: Labels, known: Labels) -> Labels:
    """Return how often each known label is there; `known` is sorted and holds them all."""
    counts: Labels = np.bincount(np.searchsorted(known, labels), minlength=known.size)
    return counts
