"""The loop: epochs of forward, backward and update."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from autograd_lite.arrays import Array, device_of, to_device
from autograd_lite.datasets import DataLoader
from autograd_lite.errors import NonFiniteError
from autograd_lite.modes import in_mode
from autograd_lite.training.callbacks import Callback
from autograd_lite.training.early_stopping import require_recorded
from autograd_lite.training.evaluation import SIZE, evaluated
from autograd_lite.training.progress import Progress
from autograd_lite.training.scores import Scores
from autograd_lite.training.step import Step

if TYPE_CHECKING:
    from autograd_lite.training.trainer import Trainer

__all__ = ["Loop"]


class Loop:
    """The epochs of one fit.

    Parameters
    ----------
    trainer : Trainer
    loader : DataLoader
        What to learn from.
    step : Step
        How, batch by batch.
    held : tuple of array, or None
        Inputs and targets to validate on.
    callbacks : sequence of Callback
        In the order in which they run.
    progress : Progress
    """

    def __init__(
        self,
        trainer: Trainer,
        loader: DataLoader,
        step: Step,
        held: tuple[Array, Array] | None,
        callbacks: Sequence[Callback],
        progress: Progress,
    ) -> None:
        self.trainer = trainer
        self.loader = loader
        self.step = step
        self.held = held
        self.callbacks = callbacks
        self.progress = progress
        default = "loss" if held is None else "val_loss"
        self.monitor: str = getattr(trainer.schedule, "monitor", None) or default
        require_recorded(self.monitor, trainer.history, "fit: the schedule")
        # Most callbacks do nothing after a batch, and are not called there.
        idle = Callback.on_batch_end
        self.watching = [c.on_batch_end for c in callbacks if type(c).on_batch_end is not idle]

    def run(self, target: int) -> None:
        """Train until there are `target` epochs, or a callback stops it."""
        history = self.trainer.history
        while history.epochs < target and not history.stopped:
            self.progress.begin(history.epochs + 1)
            for callback in self.callbacks:
                callback.on_epoch_start(self.trainer)
            numbers = self._epoch()
            history.record(numbers)
            if self.trainer.schedule is not None:
                self.trainer.schedule.step(numbers[self.monitor])
            for callback in self.callbacks:
                callback.on_epoch_end(self.trainer)
            self.progress.show(history.last())

    def _epoch(self) -> dict[str, float]:
        """Train for an epoch, validate, and return the numbers of both."""
        trainer = self.trainer
        start, rate = perf_counter(), trainer.optimizer.lr
        scores = trainer.new_scores()
        with in_mode(trainer.model, training=True):
            self._learn(scores)
        numbers = scores.result()
        if self.held is not None:
            checked = evaluated(
                trainer.model, trainer.loss, trainer.new_scores(), self.held, SIZE, trainer.device
            )
            numbers |= {f"val_{name}": value for name, value in checked.items()}
        return numbers | {"seconds": perf_counter() - start, "learning_rate": rate}

    def _learn(self, scores: Scores) -> None:
        """Update the parameters once for every batch."""
        trainer, step = self.trainer, self.step
        device, intervals = trainer.device, trainer.intervals
        moves = device != device_of(self.loader.x) or device != device_of(self.loader.t)
        for batch, (x, t) in enumerate(self.loader, 1):
            if self.progress.tick is not None:
                self.progress.tick()
            if moves:
                x, t = to_device(x, device), to_device(t, device)
            value, weight, output = step(x, t)
            if not isfinite(value):
                raise self._not_finite(value, batch, x, t)
            scores.add(value, weight, output, t)
            if not weight:
                continue
            intervals.add(value)
            for on_batch_end in self.watching:
                on_batch_end(trainer, batch, value)

    def _not_finite(self, value: float, batch: int, x: Array, t: Array) -> NonFiniteError:
        epoch = self.trainer.history.epochs + 1
        reason, remedy = "", "lower the learning rate, pass max_norm=, or search by ag.debug()"
        for name, array in (("x", x), ("y", t)):
            if not np.isfinite(to_device(array, "cpu")).all():
                reason = f" because {name} holds NaN or infinity"
                remedy = "drop or fill in those rows"
        return NonFiniteError(
            f"fit: the loss is {value} in epoch {epoch}, batch {batch},{reason} and no update was "
            f"made from it; {remedy}."
        )
