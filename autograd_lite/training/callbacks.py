"""Callbacks: what happens beside the training, at the ends of batches and epochs."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from io import StringIO
from typing import TYPE_CHECKING

from autograd_lite.arrays import Array
from autograd_lite.files import checked_path, write_atomically

if TYPE_CHECKING:
    from autograd_lite.training.trainer import Trainer

__all__ = ["CSVLog", "Callback"]


class Callback:
    """Something to do while a Trainer fits: subclass it and write the methods that you need.

    Each is given the Trainer, whose ``model``, ``optimizer``, ``history`` and ``stop`` it may use.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> class Largest(ag.training.Callback):
    ...     def on_epoch_end(self, trainer):
    ...         if abs(trainer.model.W.data).max() > 2:
    ...             trainer.stop("a weight is larger than 2")
    >>> model = ag.nn.Linear(1, 1, rng=0)
    >>> sgd = ag.optim.SGD(model.parameters(), lr=0.1)
    >>> trainer = ag.training.Trainer(model, sgd, ag.mean_squared_error, seed=0)
    >>> trainer.fit([[1.0]], [[9.0]], epochs=100, callbacks=[Largest()]).stopped
    'a weight is larger than 2'
    """

    def on_fit_start(self, trainer: Trainer) -> None:
        """Prepare, before the first epoch of a fit."""

    def on_epoch_start(self, trainer: Trainer) -> None:
        """Run before each epoch."""

    def on_batch_end(self, trainer: Trainer, batch: int, loss: float) -> None:
        """Run after each update; `batch` counts from 1 in each epoch."""

    def on_epoch_end(self, trainer: Trainer) -> None:
        """Run after each whole epoch, when the history holds its numbers."""

    def on_fit_end(self, trainer: Trainer) -> None:
        """Run after the last epoch, also after Ctrl-C, but not after an error."""

    def state_dict(self) -> dict[str, Array]:
        """Return what a checkpoint keeps of it; nothing, unless the subclass says so."""
        return {}

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Take over what a checkpoint kept; called before ``on_fit_start``."""


class CSVLog(Callback):
    """The history as a CSV file, written anew, whole, after each epoch.

    Parameters
    ----------
    path : str or path
        Ends in ``.csv``. The columns are ``epoch``, from 1, and those of the history.

    Raises
    ------
    OperandError, ArgumentError
        If it is no path, or its folder does not exist.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        given, _ = checked_path(path, ["csv"], "CSVLog")
        self.path = given.absolute()  # the same file if the folder is changed meanwhile

    def __repr__(self) -> str:
        return f"CSVLog({str(self.path)!r})"

    def on_epoch_end(self, trainer: Trainer) -> None:
        history = trainer.history
        text = StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["epoch", *history])
        table.writerows(zip(range(1, history.epochs + 1), *history.values(), strict=True))
        write_atomically(self.path, text.getvalue().encode(), "CSVLog")
