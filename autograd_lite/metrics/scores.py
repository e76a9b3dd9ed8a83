"""Precision, recall and F1."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, get_args, overload

import numpy as np
import numpy.typing as npt

from autograd_lite.errors import ArgumentError
from autograd_lite.graph import Operand
from autograd_lite.metrics.counting import require_binary
from autograd_lite.metrics.labels import Labels, classes_of, labels_of, occurrences

__all__ = ["f1", "precision", "recall"]

OneNumber: TypeAlias = Literal["binary", "macro", "micro", "weighted"]
Scores: TypeAlias = npt.NDArray[np.float64]


@overload
def precision(
    t: Operand,
    y: Operand,
    *,
    average: OneNumber = ...,
    classes: int | None = ...,
    zero_division: float = ...,
) -> float: ...
@overload
def precision(
    t: Operand,
    y: Operand,
    *,
    average: None,
    classes: int | None = ...,
    zero_division: float = ...,
) -> Scores: ...
def precision(
    t: Operand,
    y: Operand,
    *,
    average: OneNumber | None = "binary",
    classes: int | None = None,
    zero_division: float = 0.0,
) -> float | Scores:
    """Return the share of what was called positive that is: TP / (TP + FP).

    Parameters
    ----------
    t, y : array of int, shape (N,)
        True and predicted labels.
    average : {"binary", "macro", "micro", "weighted"} or None
        Of class 1 against class 0; the mean over the classes; of all counts together; the mean
        weighted by how often a class is true; or None for an array with the score of each class.
    classes : int, optional
        How many classes there are, labelled from 0; by default those that occur.
    zero_division : float
        The score where there is nothing to divide by: 0 or 1.

    Returns
    -------
    float, or array of float64 for ``average=None``

    Raises
    ------
    ShapeError
        If one is not one-dimensional, or their lengths differ.
    ArgumentError
        If one holds scores or probabilities, there is no label, one is out of range, or an
        option is not known.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.metrics.precision([1, 1, 0, 0], [1, 1, 1, 1])
    0.5
    >>> ag.metrics.precision([0, 1, 2, 2], [0, 1, 1, 2], average=None)
    array([1. , 0.5, 1. ])
    """
    counts = _Counts(t, y, average, classes, "precision")
    return counts.score(counts.right, counts.predicted, zero_division)


@overload
def recall(
    t: Operand,
    y: Operand,
    *,
    average: OneNumber = ...,
    classes: int | None = ...,
    zero_division: float = ...,
) -> float: ...
@overload
def recall(
    t: Operand,
    y: Operand,
    *,
    average: None,
    classes: int | None = ...,
    zero_division: float = ...,
) -> Scores: ...
def recall(
    t: Operand,
    y: Operand,
    *,
    average: OneNumber | None = "binary",
    classes: int | None = None,
    zero_division: float = 0.0,
) -> float | Scores:
    """Return the share of what is positive that was found: TP / (TP + FN).

    Parameters
    ----------
    t, y, average, classes, zero_division
        As for :func:`precision`.

    Returns
    -------
    float, or array of float64 for ``average=None``

    Raises
    ------
    ShapeError, ArgumentError
        As :func:`precision`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.metrics.recall([1, 1, 0, 0], [1, 0, 0, 0])
    0.5
    """
    counts = _Counts(t, y, average, classes, "recall")
    return counts.score(counts.right, counts.true, zero_division)


@overload
def f1(
    t: Operand,
    y: Operand,
    *,
    average: OneNumber = ...,
    classes: int | None = ...,
    zero_division: float = ...,
) -> float: ...
@overload
def f1(
    t: Operand,
    y: Operand,
    *,
    average: None,
    classes: int | None = ...,
    zero_division: float = ...,
) -> Scores: ...
def f1(
    t: Operand,
    y: Operand,
    *,
    average: OneNumber | None = "binary",
    classes: int | None = None,
    zero_division: float = 0.0,
) -> float | Scores:
    """Return the harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN).

    Parameters
    ----------
    t, y, average, classes, zero_division
        As for :func:`precision`.

    Returns
    -------
    float, or array of float64 for ``average=None``

    Raises
    ------
    ShapeError, ArgumentError
        As :func:`precision`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.metrics.f1([1, 1, 0, 0], [1, 0, 1, 0])
    0.5
    """
    counts = _Counts(t, y, average, classes, "f1")
    return counts.score(2 * counts.right, counts.true + counts.predicted, zero_division)


class _Counts:
    """How often each class was right, true and predicted, and how scores of them are averaged."""

    def __init__(
        self, t: Operand, y: Operand, average: str | None, classes: int | None, what: str
    ) -> None:
        if average is not None and average not in get_args(OneNumber):
            names = ", ".join([f'"{name}"' for name in get_args(OneNumber)])
            msg = f"{what}: average is {average!r:.40}; pass {names} or None."
            raise ArgumentError(msg)
        true, predicted = labels_of(t, y, what)
        known = classes_of(true, predicted, classes, what)
        if average == "binary":
            require_binary(
                true, predicted, f'{what}: average="binary" is of labels 0 and 1; pass "macro"'
            )
            known = np.arange(2)
        # No confusion matrix: of many classes it would be too large.
        self.right: Labels = occurrences(true[true == predicted], known)
        self.true: Labels = occurrences(true, known)
        self.predicted: Labels = occurrences(predicted, known)
        self.average = average
        self.what = what

    def score(self, part: Labels, whole: Labels, zero_division: float) -> float | Scores:
        """Return part / whole, averaged."""
        if zero_division not in (0, 1):
            msg = f"{self.what}: zero_division is {zero_division!r:.40}; pass 0 or 1."
            raise ArgumentError(msg)
        if self.average == "micro":
            return float(_divided(part.sum(), whole.sum(), zero_division))
        each: Scores = _divided(part, whole, zero_division)
        if self.average is None:
            return each
        if self.average == "binary":
            return float(each[1])
        weights = self.true if self.average == "weighted" else None
        return float(np.average(each, weights=weights))


def _divided(part: Any, whole: Any, zero_division: float) -> Any:
    return np.where(whole > 0, part / np.maximum(whole, 1), float(zero_division))
