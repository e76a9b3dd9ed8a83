"""The loop that trains an estimator's network, with scikit-learn's rules of when to stop."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np

from autograd_lite.estimators.heads import Head
from autograd_lite.estimators.networks import layers_of
from autograd_lite.estimators.settings import Settings
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
    """One call of ``fit`` or ``partial_fit``.

    The loss of a batch of n rows is the mean of its rows' losses and alpha / 2 · ‖W‖² / n, with
    the weights of all layers but not their biases.
    """

    def __init__(
        self,
        model: Module,
        head: Head,
        settings: Settings,
        optimizer: SGD | Adam,
        progress: Progress,
    ) -> None:
        self.model = model
        self.head = head
        self.settings = settings
        self.optimizer = optimizer
        self.progress = progress
        # Flat views of the weights: training writes into the same memory.
        weights = [layer.W for layer in layers_of(model)]
        self._penalized = [(w, w.data.reshape(-1), np.empty(w.size, w.dtype)) for w in weights]

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
                progress.note_score(score(), self.settings.tol, self.model)
                self._say(f"validation score {progress.scores[-1]:.6f}")
            if self._finished():
                return True
        return False

    def _epoch(self, samples: Samples, order: Array) -> float:
        """Train on every row once; return the mean loss."""
        rows = self.settings.rows_per_batch(len(samples))
        total = 0.0
        for x, t in samples.batches(order, rows):
            total += self._step(x, t)
        return total / len(order)

    def _step(self, x: Array, t: Array) -> float:
        """Train on a batch; return the sum of its rows' losses and the penalty."""
        outputs = self.model(x)
        loss = self.head.loss(outputs, t)
        self.optimizer.zero_grad()
        loss.backward(np.asarray(self.head.share / len(t), loss.dtype))
        penalty = self._penalize(len(t)) if self.settings.alpha else 0.0
        self.optimizer.step()
        columns = outputs.shape[1] if self.head.per_output else 1
        return loss.item() * self.head.share / columns + penalty

    def _penalize(self, rows: int) -> float:
        """Add the penalty's gradient to the weights' own; return the penalty of all rows."""
        squares = 0.0
        for weight, values, scratch in self._penalized:
            squares += float(values @ values)
            np.multiply(values, self.settings.alpha / rows, out=scratch)
            gradient = weight.grad
            gradient += scratch.reshape(weight.shape)
        return self.settings.alpha / 2 * squares

    def _finished(self) -> bool:
        """Adapt the learning rate at the end of an epoch; return whether to stop."""
        settings, progress = self.settings, self.progress
        if settings.solver == "sgd" and settings.learning_rate == "invscaling":
            rate = settings.learning_rate_init / (progress.seen + 1) ** settings.power_t
            self.optimizer.lr = rate
        if progress.stale <= settings.n_iter_no_change:
            return False
        what = "validation score" if settings.early_stopping else "training loss"
        self._say(f"The {what} is no better by {settings.tol} than {progress.stale} epochs ago.")
        adaptive = settings.solver == "sgd" and settings.learning_rate == "adaptive"
        if not adaptive or self.optimizer.lr <= SMALLEST_RATE:
            return True
        self.optimizer.lr /= 5
        progress.stale = 0
        self._say(f"The learning rate is now {self.optimizer.lr}.")
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
