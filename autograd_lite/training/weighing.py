"""What each batch counts: so that the mean of batches is the loss of the whole set at once."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, as_array, to_device
from autograd_lite.errors import ArgumentError
from autograd_lite.graph import Variable
from autograd_lite.training.task import Loss

__all__ = ["Weighing", "require_mean", "weighing_of"]


class Weighing:
    """What the mean over a batch was divided by, where it is not the number of samples.

    Parameters
    ----------
    class_weights : array, shape (C,), or None
        What a label of each class counts.
    ignored : int or None
        The label that counts for nothing.
    """

    def __init__(self, class_weights: Array | None, ignored: int | None) -> None:
        self.class_weights = class_weights
        self.ignored = ignored

    def total(self, output: Variable | Array, target: Array) -> float:
        """Return what the targets of a batch count together; rows of floats count 1 each."""
        if target.dtype.kind == "f":
            return len(target)
        labels, weights = to_device(target, "cpu"), self.class_weights
        if labels.ndim == output.ndim:
            labels = labels.argmax(axis=-1)  # of one-hot rows, also of booleans
        counted = np.ones(labels.shape) if weights is None else _looked_up(weights, labels)
        if self.ignored is not None:
            counted = counted * (labels != self.ignored)
        return float(counted.sum())


def weighing_of(loss: Loss, meaning: Loss) -> Weighing | None:
    """Return how a loss weighs its rows; None where each sample counts 1.

    A loss of one's own does not say it; the `meaning` that is given beside it may.
    """
    return _stated(loss) or _stated(meaning)


def _stated(loss: Loss) -> Weighing | None:
    options = _options(loss)
    weights, ignored = options.get("class_weights"), options.get("ignore_index")
    if weights is None and ignored is None:
        return None
    if weights is not None:
        given = weights.data if isinstance(weights, Variable) else weights
        weights = to_device(as_array(given, what="Trainer: class_weights"), "cpu").reshape(-1)
    return Weighing(weights, ignored)


def require_mean(loss: Loss) -> None:
    """Refuse a loss that grows with the batch.

    Raises
    ------
    ArgumentError
        If it is an operation or a loss module with ``reduction="sum"`` or ``"none"``.
    """
    reduction = _options(loss).get("reduction", "mean")
    if reduction != "mean":
        msg = (
            f"Trainer: the loss has reduction={reduction!r:.40}, so that batches of different "
            'sizes could not be compared; leave it out, "mean" is the default.'
        )
        raise ArgumentError(msg)


def _options(loss: Loss) -> dict[str, Any]:
    """Return what a loss module holds, or a partial was given."""
    if isinstance(loss, partial):
        return loss.keywords
    names = ("class_weights", "ignore_index", "reduction")
    return {name: getattr(loss, name) for name in names if hasattr(loss, name)}


def _looked_up(weights: Array, labels: Array) -> Array:
    """Return each label's weight; of a label that is out of range anything: the loss refuses it."""
    found: Array = weights[labels.clip(0, len(weights) - 1)]
    return found
