"""The loop that trains an estimator's network, with scikit-learn's rules of when to stop."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np

from autograd_lite.estimators.settings import Settings
from autograd_lite.estimators.update import Update
from autograd_lite.nn import Module
from autograd_lite.optim import SGD, Adam

__all__ = ["Fitting", "Progress", "Samples", "optimizer_of"]

SMALLEST_RATE = 1e-6
TOGETHER = 2**20  # bytes of batches that are gathered at once
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass
class Progress:
    """What training has come to; goes on when it is taken up again."""

    seen: int = 0  # samples
    epochs: int = 0  # of the last call
    losses: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    best_loss: float = inf
    best_score: float = -inf
    best_weights: list[Array] = field(default_factory=list)
    stale: int = 0  # epochs in a row that were no better than the best by `tol`

    def note_loss(self, loss: float, tol: float) -> None:
        """Judge an epoch by its training loss."""
        self.stale = self.stale + 1 if loss > self.best_loss - tol else 0
        self.best_loss = loss if loss < self.best_loss else self.best_loss

    def note_score(self, score: float, tol: float, model: Module) -> None:
        """Judge an epoch by its validation score, and keep the weights of the best."""
        self.scores.append(score)
        self.stale = self.stale + 1 if score < self.best_score + tol else 0
        if score > self.best_score:
            self.best_score = score
            self.best_weights = [parameter.data.copy() for parameter in model.parameters()]

    def restore_best(self, model: Module) -> None:
        """Return to the weights of the best validation score, where there is one."""
        if self.best_weights:
            for parameter, weights in zip(model.parameters(), self.best_weights, strict=True):
                parameter.assign(weights)


@dataclass(frozen=True)
class Samples:
    """Rows of inputs, dense or sparse (CSR), and their targets."""

    x: Any
    t: Array

    def __len__(self) -> int:
        return len(self.t)

    def batches(self, order: Array, rows: int) -> Iterator[tuple[Array, Array]]:
        """Yield the samples in an order, so many rows at a time, dense and read-only.

        A graph takes read-only arrays without a copy. Small batches are gathered together: for
        64 features that takes two thirds of the time, of sparse rows a third.
        """
        width = max(1, self.x.shape[1] * self.x.dtype.itemsize)
        together = rows * max(1, TOGETHER // (rows * width))
        for start in range(0, len(order), together):
            x, t = self._gathered(order[start : start + together])
            for first in range(0, len(t), rows):
                yield x[first : first + rows], t[first : first + rows]

    def _gathered(self, index: Array) -> tuple[Array, Array]:
        dense = isinstance(self.x, np.ndarray)
        x = self.x.take(index, axis=0) if dense else self.x[index].toarray()
        t = self.t.take(index, axis=0)
        x.flags.writeable = t.flags.writeable = False
        return x, t


class Fitting:
    """One call of ``fit`` or ``partial_fit``."""

    def __init__(self, update: Update, settings: Settings, progress: Progress) -> None:
        self.update = update
        self.settings = settings
        self.progress = progress

    def run(
        self,
        samples: Samples,
        random_state: np.random.RandomState,
        score: Callable[[], float] | None = None,
        *,
        epochs: int,
    ) -> bool:
        """Train for some epochs, or until they no longer help; return whether they did stop.

        Parameters
        ----------
        samples : Samples
        random_state : RandomState
            Shuffles, where the settings ask for it.
        score : callable, optional
            The validation score of the model as it is; early stopping goes by it.
        epochs : int
            At most.
        """
        progress = self.progress
        progress.epochs = 0
        order = np.arange(len(samples))
        for _ in range(epochs):
            if self.settings.shuffle:
                order = order[random_state.permutation(len(order))]
            loss = self._epoch(samples, order)
            progress.epochs += 1
            progress.seen += len(samples)
            progress.losses.append(loss)
            self._say(f"epoch {progress.epochs}: loss {loss:.8f}")
            if score is None:
                progress.note_loss(loss, self.settings.tol)
            else:
                progress.note_score(score(), self.settings.tol, self.update.model)
                self._say(f"validation score {progress.scores[-1]:.6f}")
            if self._finished():
                return True
        return False

    def _epoch(self, samples: Samples, order: Array) -> float:
        """Train on every row once; return the mean loss."""
        rows = self.settings.rows_per_batch(len(samples))
        total = 0.0
        for x, t in samples.batches(order, rows):
            total += self.update(x, t)
        return total / len(order)

    def _finished(self) -> bool:
        """Adapt the learning rate at the end of an epoch; return whether to stop."""
        settings, progress, optimizer = self.settings, self.progress, self.update.optimizer
        if settings.solver == "sgd" and settings.learning_rate == "invscaling":
            rate = settings.learning_rate_init / (progress.seen + 1) ** settings.power_t
            optimizer.lr = rate
        if progress.stale <= settings.n_iter_no_change:
            return False
        what = "validation score" if settings.early_stopping else "training loss"
        self._say(f"The {what} is no better by {settings.tol} than {progress.stale} epochs ago.")
        adaptive = settings.solver == "sgd" and settings.learning_rate == "adaptive"
        if not adaptive or optimizer.lr <= SMALLEST_RATE:
            return True
        optimizer.lr /= 5
        progress.stale = 0
        self._say(f"The learning rate is now {optimizer.lr}.")
        return False

    def _say(self, line: str) -> None:
        if self.settings.verbose:
            sys.stdout.write(f"{line}\n")


def optimizer_of(model: Module, settings: Settings) -> SGD | Adam:
    """Return the optimizer that the settings ask for."""
    rate = settings.learning_rate_init
    if settings.solver == "adam":
        betas = settings.beta_1, settings.beta_2
        return Adam(model.parameters(), rate, betas=betas, eps=settings.epsilon)
    nesterov = settings.nesterovs_momentum and settings.momentum > 0
    return SGD(model.parameters(), rate, momentum=settings.momentum, nesterov=nesterov)
