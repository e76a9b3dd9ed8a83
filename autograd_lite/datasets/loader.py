"""DataLoader: a data set in mini-batches, in a new order each epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import Array, as_array, is_array, namespace
from autograd_lite.checked import whole
from autograd_lite.datasets.sealing import sealed
from autograd_lite.errors import ArgumentError, OperandError, ShapeError
from autograd_lite.functions.stochastic import generator_of

__all__ = ["DataLoader", "Transform"]

Transform: TypeAlias = Callable[[Array, np.random.Generator], Array]


class DataLoader:
    """Mini-batches of inputs and targets; each pass over it is one epoch.

    A batch owns its memory and is read-only, so that operations keep it without a copy. Nothing is
    written into the data that it comes from.

    Parameters
    ----------
    x, t : array or list, shape (N, ...)
        Inputs and targets; NumPy's or CuPy's, or a list, which becomes NumPy's.
    batch_size : int
    shuffle : bool
        Draw a new order for each epoch.
    seed : numpy.random.Generator or int, optional
        Where orders and transforms get their random numbers; an int is the seed of a new one. By
        default the Generator that all of the library shares.
    drop_last : bool
        Leave out the last batch of an epoch if it is smaller than the others.
    transform : callable, optional
        ``transform(batch, generator)`` returns what to use in place of a batch of inputs, for
        example :class:`Shift`. Floats are converted back to the dtype of `x`, or to float32 where
        that is of whole numbers.

    Attributes
    ----------
    generator : numpy.random.Generator
        Who sets its state back gets the same epochs again.

    Raises
    ------
    ShapeError
        If `x` and `t` differ in length or are empty, or a transform changes the length of a batch.
    ArgumentError
        If the batch size is no positive whole number, or `drop_last` leaves no batch.
    OperandError
        If `transform` cannot be called or returns no array, or `seed` is neither.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> loader = ag.datasets.DataLoader([[0.0], [1.0], [2.0]], [0, 1, 2], 2, shuffle=True, seed=0)
    >>> len(loader)
    2
    >>> [t.tolist() for x, t in loader]
    [[2, 0], [1]]
    >>> [t.tolist() for x, t in loader]
    [[2, 1], [0]]
    """

    def __init__(
        self,
        x: npt.ArrayLike,
        t: npt.ArrayLike,
        batch_size: int = 32,
        *,
        shuffle: bool = False,
        seed: np.random.Generator | int | None = None,
        drop_last: bool = False,
        transform: Transform | None = None,
    ) -> None:
        self.x = as_array(x, what="DataLoader: x")
        self.t = as_array(t, what="DataLoader: t")
        _check_lengths(self.x, self.t)
        self.batch_size = whole(batch_size, "DataLoader: batch_size")
        self.shuffle = shuffle
        self.drop_last = drop_last
        if transform is not None and not callable(transform):
            msg = (
                f"DataLoader: transform is a {type(transform).__name__}; pass a function of a "
                "batch and a Generator, for example ag.datasets.Shift(2)."
            )
            raise OperandError(msg)
        self.transform = transform
        self.generator = generator_of(seed, "DataLoader: seed")
        if not len(self):
            msg = (
                f"DataLoader: drop_last leaves nothing of {len(self.x)} samples in batches of "
                f"{batch_size}; pass a smaller batch_size."
            )
            raise ArgumentError(msg)

    def __len__(self) -> int:
        """Return how many batches an epoch has."""
        full, rest = divmod(len(self.x), self.batch_size)
        return full if self.drop_last or not rest else full + 1

    def __repr__(self) -> str:
        return f"DataLoader(x {self.x.shape}, t {self.t.shape}, batch_size={self.batch_size})"

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        samples, size = len(self.x), self.batch_size
        order = self.generator.permutation(samples) if self.shuffle else np.arange(samples)
        for start in range(0, len(self) * size, size):
            rows = order[start : start + size]
            x = _taken(self.x, rows)
            if self.transform is not None:
                x = self._transformed(x)
            yield sealed(x), sealed(_taken(self.t, rows))

    def _transformed(self, x: Array) -> Array:
        """Return what the transform makes of a batch, in memory that nobody else has."""
        assert self.transform is not None
        changed: Any = self.transform(x, self.generator)
        if not is_array(changed):
            msg = f"DataLoader: transform returned a {type(changed).__name__}; return an array."
            raise OperandError(msg)
        if changed.shape[:1] != x.shape[:1]:
            msg = (
                f"DataLoader: transform made the shape {changed.shape} of {x.shape}; return one "
                "sample for each, in the same order."
            )
            raise ShapeError(msg)
        fractions = changed.dtype.kind == "f" and x.dtype.kind != "f"  # pixels / 255, for example
        copied: Array = changed.astype(np.float32 if fractions else x.dtype)
        return copied


def _check_lengths(x: Array, t: Array) -> None:
    if not x.ndim or not t.ndim or len(x) != len(t):
        msg = (
            f"DataLoader: x of shape {x.shape} and t of shape {t.shape} differ in length; pass one "
            "target for each sample."
        )
        raise ShapeError(msg)
    if not len(x):
        msg = f"DataLoader: x of shape {x.shape} holds no sample; pass one or more."
        raise ShapeError(msg)


def _taken(array: Array, rows: npt.NDArray[np.int64]) -> Array:
    """Return a new array of some rows."""
    if type(array) is np.ndarray:
        return array.take(rows, axis=0)
    return array.take(namespace(array).asarray(rows), axis=0)
