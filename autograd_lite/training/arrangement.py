"""The callbacks of a fit: in which order they run, and what a checkpoint calls them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.training.callbacks import Callback
from autograd_lite.training.checkpoint import Checkpoint
from autograd_lite.training.early_stopping import EarlyStopping
from autograd_lite.warning import warn_user

if TYPE_CHECKING:
    from autograd_lite.training.trainer import Trainer

__all__ = ["checkpoint_of", "in_order", "names_of", "start"]


def checkpoint_of(given: str | os.PathLike[str] | Checkpoint | None) -> Checkpoint | None:
    """Return the Checkpoint that ``fit(checkpoint=…)`` asks for."""
    return given if given is None or isinstance(given, Checkpoint) else Checkpoint(given)


def in_order(
    callbacks: Sequence[Callback],
    early_stopping: EarlyStopping | int | None,
    checkpoint: Checkpoint | None,
) -> list[Callback]:
    """Return all callbacks; those that save run last, when the others have taken in the epoch.

    Raises
    ------
    ArgumentError
        If `early_stopping` is True, which is no patience.
    OperandError
        If `callbacks` is a single one, or `early_stopping` neither a number nor an object.
    """
    if not isinstance(callbacks, Sequence):
        msg = f"fit: callbacks is a {type(callbacks).__name__}; pass a list of them."
        raise OperandError(msg)
    if isinstance(early_stopping, bool):
        msg = (
            f"fit: early_stopping={early_stopping} is no patience; pass how many epochs to wait, "
            "for example early_stopping=10, or leave it out."
        )
        raise ArgumentError(msg)
    if not isinstance(early_stopping, EarlyStopping | int | np.integer | None):
        msg = (
            f"fit: early_stopping is {early_stopping!r:.60}; pass the patience, for example 10, or "
            'an EarlyStopping(monitor="val_loss", patience=10).'
        )
        raise OperandError(msg)
    if isinstance(early_stopping, int | np.integer):
        early_stopping = EarlyStopping(patience=int(early_stopping))
    arranged = [early_stopping, *callbacks, checkpoint]
    given = [callback for callback in arranged if callback is not None]
    return sorted(given, key=lambda callback: isinstance(callback, Checkpoint))


def names_of(callbacks: Sequence[Callback]) -> dict[str, Callback]:
    """Return callbacks by what a checkpoint calls them: their class, and a number if it repeats.

    Raises
    ------
    OperandError
        For anything that is no Callback.
    """
    named: dict[str, Callback] = {}
    for callback in callbacks:
        kind = type(callback).__name__
        if isinstance(callback, type):
            msg = f"fit: {callback.__name__} is a class and no callback; pass an object of it."
            raise OperandError(msg)
        if not isinstance(callback, Callback):
            msg = f"fit: {kind} is no callback; pass objects of subclasses of training.Callback."
            raise OperandError(msg)
        count = sum([name.partition(".")[0] == kind for name in named])
        named[f"{kind}.{count}" if count else kind] = callback
    return named


def start(
    named: Mapping[str, Callback], waiting: dict[str, dict[str, Array]], trainer: Trainer
) -> None:
    """Give callbacks what a checkpoint kept of them, and start them."""
    for name, callback in named.items():
        if name in waiting:
            callback.load_state_dict(waiting.pop(name))
        callback.on_fit_start(trainer)
    if waiting:
        lost = ", ".join(waiting)
        warn_user(f"fit: the checkpoint was made with {lost}; pass it again.", UserWarning)
