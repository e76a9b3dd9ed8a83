"""Splitting rows into a part to train on and a part to test on."""

from __future__ import annotations

from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from autograd_lite.datasets.sealing import sealed
from autograd_lite.errors import ArgumentError, OperandError, ShapeError
from autograd_lite.functions.stochastic import generator_of

__all__ = ["train_test_split"]

X = TypeVar("X", bound=np.generic)
T = TypeVar("T", bound=np.generic)
Indices: TypeAlias = npt.NDArray[np.int64]


def train_test_split(
    x: npt.NDArray[X],
    t: npt.NDArray[T],
    *,
    test_size: float = 0.25,
    stratify: npt.ArrayLike | None = None,
    seed: np.random.Generator | int | None = None,
) -> tuple[npt.NDArray[X], npt.NDArray[X], npt.NDArray[T], npt.NDArray[T]]:
    """Split rows by chance: each goes into one of the two parts, in shuffled order.

    The four come in the order of scikit-learn's function of this name.

    Parameters
    ----------
    x : array of shape (N, …)
    t : array of shape (N, …)
        What belongs to each row of `x`.
    test_size : float or int
        The part to test on: a fraction, of which the nearest whole number of rows is taken, or a
        number of rows.
    stratify : array of shape (N,), optional
        Classes, usually `t`: each class is in both parts, as near to its share as whole numbers
        allow.
    seed : int or numpy.random.Generator, optional
        The same seed gives the same split; by default the Generator of ``ag.seed``.

    Returns
    -------
    x_train, x_test, t_train, t_test : tuple of array
        Copies with the dtypes of the arguments, read-only.

    Raises
    ------
    ShapeError
        If `x`, `t` and `stratify` have different numbers of rows.
    ArgumentError
        If a part would be empty, a class has fewer than 2 rows, or a part has fewer rows than
        there are classes.
    OperandError
        If `test_size` is no number.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> x, t = np.arange(8.0), np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> x_train, x_test, t_train, t_test = ag.datasets.train_test_split(x, t, stratify=t, seed=0)
    >>> np.bincount(t_train), np.bincount(t_test)
    (array([3, 3]), array([1, 1]))
    """
    rows, targets = np.asarray(x), np.asarray(t)
    for array, what in ((rows, "x"), (targets, "t")):
        if array.ndim == 0:
            raise ShapeError(f"train_test_split: {what} has shape (), no rows; pass an array.")
    if len(rows) != len(targets):
        counts = f"x has {len(rows)} rows and t has {len(targets)}"
        raise ShapeError(f"train_test_split: {counts}; pass as many of both.")
    size = _test_size(test_size, len(rows))
    generator = generator_of(seed, "train_test_split: seed")
    order = generator.permutation(len(rows))
    if stratify is not None:
        order = _by_class(order, _class_numbers(stratify, len(rows)), size, generator)
    testing, training = order[:size], order[size:]
    return (
        sealed(rows[training]),
        sealed(rows[testing]),
        sealed(targets[training]),
        sealed(targets[testing]),
    )


def _test_size(test: float, rows: int) -> int:
    """Return how many rows to test on, between 1 and all but one."""
    if isinstance(test, bool) or not isinstance(test, int | float | np.integer | np.floating):
        raise OperandError(
            f"train_test_split: test_size is {test!r:.40}; pass a fraction or a number."
        )
    whole = isinstance(test, int | np.integer)
    if not (whole or 0 < test < 1):
        wrong = f"test_size={test} is neither between 0 and 1 nor a number of rows"
        raise ArgumentError(f"train_test_split: {wrong}; pass test_size=0.25 or an int.")
    size = int(test) if whole else round(float(test) * rows)
    if not 0 < size < rows:
        parts = f"test_size={test} of {rows} rows leaves a part empty"
        raise ArgumentError(f"train_test_split: {parts}; pass another test_size= or more rows.")
    return size


def _class_numbers(stratify: npt.ArrayLike, rows: int) -> Indices:
    """Return the number of each row's class."""
    classes = np.asarray(stratify)
    if classes.shape != (rows,):
        wrong = f"stratify has shape {classes.shape}, not ({rows},)"
        raise ShapeError(f"train_test_split: {wrong}; pass a class for each row.")
    names, numbers, counts = np.unique(classes, return_inverse=True, return_counts=True)
    if counts.min() < 2:
        alone = f"class {names[counts.argmin()]!s:.40} has only 1 row"
        raise ArgumentError(f"train_test_split: {alone}, and each part needs one; add or drop it.")
    return numbers.astype(np.int64)


def _by_class(
    order: Indices, classes: Indices, size: int, generator: np.random.Generator
) -> Indices:
    """Return the same rows with each class's share of the test part first, both parts shuffled."""
    shares = _shares(np.bincount(classes), size)
    grouped = order[np.argsort(classes[order], kind="stable")]
    places = np.split(grouped, np.cumsum(np.bincount(classes))[:-1])
    testing = np.concatenate([rows[:n] for rows, n in zip(places, shares, strict=True)])
    training = np.concatenate([rows[n:] for rows, n in zip(places, shares, strict=True)])
    return np.concatenate([generator.permutation(testing), generator.permutation(training)])


def _shares(counts: Indices, size: int) -> Indices:
    """Return how many rows of each class to test on: `size` together, in proportion.

    Each class keeps a row in both parts; among those bounds, the parts that whole numbers cut off
    are settled by the largest remainder.
    """
    rows = int(counts.sum())
    if not len(counts) <= size <= rows - len(counts):
        parts = f"{len(counts)} classes do not fit into both {rows - size} and {size} rows"
        raise ArgumentError(f"train_test_split: {parts}; pass another test_size=.")
    ideal = counts * size / rows
    shares = np.clip(np.floor(ideal).astype(np.int64), 1, counts - 1)
    while (missing := size - shares.sum()) != 0:
        step = 1 if missing > 0 else -1
        movable = shares < counts - 1 if step > 0 else shares > 1
        short = np.where(movable, (ideal - shares) * step, -np.inf)
        shares[short.argmax()] += step
    return shares
