"""Early stopping: end when a quantity gets no better, with the best weights put back."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING, Literal

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.checked import whole
from autograd_lite.errors import ArgumentError, StateError
from autograd_lite.training.callbacks import Callback
from autograd_lite.training.history import History
from autograd_lite.training.model import load_weights, weights_of

if TYPE_CHECKING:
    from autograd_lite.training.trainer import Trainer

__all__ = ["EarlyStopping", "Mode", "direction_of", "require_recorded", "sign_of"]

Mode = Literal["min", "max"]

RISING = ("accuracy", "precision", "recall", "f1")
WEIGHTS, LAST = "weights/", "last/"
OWN = {"best", "counts"}


class EarlyStopping(Callback):
    """Stop when a quantity has not improved for some epochs, and put the best weights back.

    Parameters
    ----------
    monitor : str
        A column of the history.
    patience : int
        How many epochs in a row without improvement end the fit.
    min_delta : float
        By how much the best must be beaten to count.
    restore_best : bool
        Whether the model gets the weights of the best epoch back when the fit ends, for whatever
        reason but an error. What is saved has the last ones too, and a loaded Trainer goes on
        from those. An object that is given to another fit begins anew.
    mode : {"min", "max"}, optional
        Which direction is better; for the losses and metrics of the library it is known.

    Attributes
    ----------
    best : float
        The best value so far.
    best_epoch : int
        When that was, from 1; 0 before.

    Raises
    ------
    ArgumentError
        If `patience` is no positive whole number, the direction is not known, or the fit does not
        record the quantity.

    Notes
    -----
    Prechelt, Early Stopping - But When?, 1998.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.training.EarlyStopping(patience=5).monitor
    'val_loss'
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        patience: int = 10,
        min_delta: float = 0.0,
        restore_best: bool = True,
        mode: Mode | None = None,
    ) -> None:
        self.monitor = monitor
        self.patience = whole(patience, "EarlyStopping: patience")
        self.min_delta = min_delta
        self.restore_best = restore_best
        self.sign = sign_of(monitor, mode, "EarlyStopping")
        self._resumes = False
        self._forget()

    def _forget(self) -> None:
        self.best = inf * self.sign
        self.best_epoch = 0
        self.waited = 0
        self.weights: dict[str, Array] = {}
        self.last: dict[str, Array] = {}

    def on_fit_start(self, trainer: Trainer) -> None:
        require_recorded(self.monitor, trainer.history, "EarlyStopping")
        if not self._resumes:
            self._forget()
        elif self.last and _same(weights_of(trainer.model), self.weights):
            load_weights(trainer.model, self.last)
        self.last = {}
        self._resumes = False
        self._judge(trainer)

    def on_epoch_end(self, trainer: Trainer) -> None:
        value = trainer.history[self.monitor][-1]
        if (self.best - value) * self.sign > self.min_delta:  # never so for NaN
            self.best, self.best_epoch, self.waited = value, trainer.history.epochs, 0
            if self.restore_best:
                self.weights = weights_of(trainer.model)
        else:
            self.waited += 1
        self._judge(trainer)

    def on_fit_end(self, trainer: Trainer) -> None:
        if self.restore_best and self.weights:
            self.last = weights_of(trainer.model)
            load_weights(trainer.model, self.weights)

    def __repr__(self) -> str:
        return f"EarlyStopping({self.monitor!r}, patience={self.patience})"

    def _judge(self, trainer: Trainer) -> None:
        if self.waited >= self.patience:
            trainer.stop(
                f"{self.monitor} has not improved since epoch {self.best_epoch} ({self.best:.4g})"
            )

    def state_dict(self) -> dict[str, Array]:
        """Return the best value and weights, and how long nothing was better."""
        state = {WEIGHTS + path: array for path, array in self.weights.items()}
        state |= {LAST + path: array for path, array in self.last.items()}
        state["best"] = np.asarray(self.best, np.float64)
        state["counts"] = np.asarray([self.best_epoch, self.waited], np.int64)
        return state

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Take over what was saved; the next fit goes on from there.

        Raises
        ------
        StateError
            If it is no such state.
        """
        found = [
            (key, state[key].shape, state[key].dtype.kind) for key in sorted(state.keys() & OWN)
        ]
        if found != [("best", (), "f"), ("counts", (2,), "i")]:
            msg = f"EarlyStopping: the file holds {sorted(state)}; load a whole checkpoint."
            raise StateError(msg)
        self.best = float(state["best"])
        self.best_epoch, self.waited = state["counts"].tolist()
        self.weights, self.last = _below(WEIGHTS, state), _below(LAST, state)
        self._resumes = True


def _below(prefix: str, state: Mapping[str, Array]) -> dict[str, Array]:
    return {key[len(prefix) :]: a for key, a in state.items() if key.startswith(prefix)}


def _same(a: Mapping[str, Array], b: Mapping[str, Array]) -> bool:
    return a.keys() == b.keys() and all([np.array_equal(a[path], b[path]) for path in a])


def direction_of(monitor: str) -> Mode | None:
    """Return which direction of a quantity is better; None for those of others."""
    name = monitor.removeprefix("val_")
    if name == "loss":
        return "min"
    return "max" if name in RISING else None


def sign_of(monitor: str, mode: Mode | None, what: str) -> float:
    """Return 1 where less is better and -1 where more is."""
    better = direction_of(monitor) if mode is None else mode
    if better not in ("min", "max"):
        msg = (
            f"{what}: mode is {mode!r:.40} for {monitor!r:.40}; pass which is better, "
            '"min" or "max".'
        )
        raise ArgumentError(msg)
    return -1.0 if better == "max" else 1.0


def require_recorded(monitor: str, history: History, what: str) -> None:
    """Raise unless a fit records a quantity."""
    if not history.records(monitor):
        hint = "add it to metrics"
        if monitor.startswith("val_") and not history.records("val_loss"):
            hint = "pass validation= to fit"
        msg = (
            f"{what}: this fit does not record {monitor!r:.40}; {hint}, or monitor one of "
            f"{', '.join(history.recording)}."
        )
        raise ArgumentError(msg)
