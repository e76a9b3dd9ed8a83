"""Counts of right and wrong labels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from autograd_lite.errors import ArgumentError
from autograd_lite.graph import Operand
from autograd_lite.metrics.labels import Labels, classes_of, labels_of

__all__ = ["BinaryCounts", "accuracy", "binary_counts", "confusion_matrix", "require_binary"]


class BinaryCounts(NamedTuple):
    """How two classes were told apart: class 1 is the positive one."""

    tp: int
    fp: int
    fn: int
    tn: int


def accuracy(t: Operand, y: Operand) -> float:
    """Return the share of labels that are right.

    Parameters
    ----------
    t, y : array of int, shape (N,)
        True and predicted labels; a list, a bool array or a Variable of labels will do.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ShapeError
        If one is not one-dimensional, or their lengths differ.
    ArgumentError
        If one holds scores or probabilities, or there is no label.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.metrics.accuracy([0, 1, 2, 2], [0, 1, 1, 2])
    0.75
    """
    true, predicted = labels_of(t, y, "accuracy")
    return float(np.mean(true == predicted))


def confusion_matrix(t: Operand, y: Operand, classes: int | None = None) -> Labels:
    """Count how often each class was taken for each.

    Parameters
    ----------
    t, y : array of int, shape (N,)
        True and predicted labels.
    classes : int, optional
        How many classes there are, labelled from 0; one that does not occur has zeros. By
        default there is a row for each label that occurs in `t` or `y`, in order.

    Returns
    -------
    array of int64, shape (classes, classes)
        The row is the true class, the column the predicted one.

    Raises
    ------
    ShapeError
        If one is not one-dimensional, or their lengths differ.
    ArgumentError
        If one holds scores or probabilities, there is no label, or one is out of range.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.metrics.confusion_matrix([0, 1, 2, 2], [0, 1, 1, 2])
    array([[1, 0, 0],
           [0, 1, 0],
           [0, 1, 1]])
    """
    true, predicted = labels_of(t, y, "confusion_matrix")
    known = classes_of(true, predicted, classes, "confusion_matrix")
    return matrix_of(true, predicted, known)


def matrix_of(t: Labels, y: Labels, known: Labels) -> Labels:
    """Return the confusion matrix of checked labels; `known` is sorted and holds them all."""
    cells = np.searchsorted(known, t) * known.size + np.searchsorted(known, y)
    counts = np.bincount(cells, minlength=known.size**2).astype(np.int64)
    return counts.reshape(known.size, known.size)


def binary_counts(t: Operand, y: Operand) -> BinaryCounts:
    """Count true and false positives and negatives of two classes, 0 and 1.

    Parameters
    ----------
    t, y : array of int or bool, shape (N,)
        True and predicted labels.

    Returns
    -------
    BinaryCounts
        ``tp, fp, fn, tn``.

    Raises
    ------
    ShapeError
        If one is not one-dimensional, or their lengths differ.
    ArgumentError
        If there is a label besides 0 and 1, or none.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.metrics.binary_counts([1, 1, 0, 0, 0], [1, 0, 1, 0, 0])
    BinaryCounts(tp=1, fp=1, fn=1, tn=2)
    """
    true, predicted = labels_of(t, y, "binary_counts")
    require_binary(true, predicted, "binary_counts: pass labels 0 and 1")
    (tn, fp), (fn, tp) = matrix_of(true, predicted, np.arange(2)).tolist()
    return BinaryCounts(tp, fp, fn, tn)


def require_binary(t: Labels, y: Labels, message: str) -> None:
    """Raise unless all labels are 0 or 1."""
    others = np.setdiff1d(np.union1d(t, y), [0, 1])
    if others.size:
        raise ArgumentError(f"{message}; {others[0]} is another one.")
