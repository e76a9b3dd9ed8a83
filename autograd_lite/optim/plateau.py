"""ReduceLROnPlateau: the learning rate falls where a metric gets no better."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import forbid
from autograd_lite.checked import number, whole
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.optim.optimizer import Optimizer
from autograd_lite.optim.schedules import Schedule

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau(Schedule):
    """Multiply the learning rate by `factor` where a metric was no better for `patience` epochs.

    Parameters
    ----------
    optimizer : Optimizer
    factor : float
        Less than 1.
    patience : int
        How many epochs without a better metric are waited for; the next one lowers the rate.
    mode : {"min", "max"}
        Whether a smaller metric is better, as of a loss, or a larger one, as of an accuracy.
    threshold : float
        A better metric is so much better than the best one, relative to it.
    cooldown : int
        How many epochs after a fall are not counted.
    min_lr : float
        The rate never falls below it.
    monitor : str, optional
        Which column of its history a Trainer gives to ``step``, for example ``"val_accuracy"``; by
        default ``"val_loss"``, or ``"loss"`` where nothing is validated. By hand you choose.

    Attributes
    ----------
    best : float
        The best metric so far.

    Raises
    ------
    ArgumentError
        If a number is out of its range.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> opt = ag.optim.SGD([ag.Variable([1.0])], lr=1.0)
    >>> schedule = ag.optim.ReduceLROnPlateau(opt, factor=0.5, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    >>> opt.lr
    0.5
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 0.1,
        patience: int = 10,
        *,
        mode: Literal["min", "max"] = "min",
        threshold: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        monitor: str | None = None,
    ) -> None:
        what = "ReduceLROnPlateau"
        if mode not in ("min", "max"):
            msg = f'{what}: mode is {mode!r:.40}; pass "min" for a loss, "max" for an accuracy.'
            raise ArgumentError(msg)
        self.factor = number(factor, f"{what}: factor", below=1.0)
        self.patience = whole(patience, f"{what}: patience", least=0)
        self.mode = mode
        self.monitor = monitor
        self.threshold = number(threshold, f"{what}: threshold")
        self.cooldown = whole(cooldown, f"{what}: cooldown", least=0)
        self.min_lr = number(min_lr, f"{what}: min_lr")
        self.best = inf if mode == "min" else -inf
        self._waited = 0
        self._cooling = 0
        super().__init__(optimizer)

    def rate(self, _epoch: int) -> float:
        """Return the learning rate as it is: what follows depends on the metric."""
        return self.optimizer.lr

    def step(self, metric: float | None = None) -> None:
        """Note the metric of an epoch, and lower the rate if it was no better for too long.

        Raises
        ------
        ArgumentError
            Without a metric.
        OperandError
            If it is no number.
        """
        forbid("a schedule was stepped", "step it between the calls")
        value = _metric(metric)
        self.epoch += 1
        if self._better(value):
            self.best = value
            self._waited = 0
        else:
            self._waited += 1
        if self._cooling > 0:
            self._cooling -= 1
            self._waited = 0
        if self._waited > self.patience:
            self._lower()
            self._waited = 0
            self._cooling = self.cooldown

    def _better(self, metric: float) -> bool:
        """Whether a metric is better than the best; NaN never is."""
        if self.mode == "min":
            return metric < self.best * (1.0 - self.threshold)
        return metric > self.best * (1.0 + self.threshold)

    def _lower(self) -> None:
        lowered = max(self.optimizer.lr * self.factor, self.min_lr)
        if self.optimizer.lr - lowered > 1e-8:  # as in PyTorch
            self.optimizer.lr = lowered

    def state_dict(self) -> dict[str, npt.NDArray[Any]]:
        """Return where the schedule is."""
        own = {"best": self.best, "waited": self._waited, "cooling": self._cooling}
        return super().state_dict() | {name: np.array(value) for name, value in own.items()}

    def _load(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        super()._load(state)
        self.best = float(state["best"])
        self._waited = int(state["waited"])
        self._cooling = int(state["cooling"])


def _metric(given: Any) -> float:
    """Return what `step` was given as a number."""
    if given is None:
        msg = "ReduceLROnPlateau: step needs the metric to watch; pass step(validation_loss)."
        raise ArgumentError(msg)
    try:
        return float(given)
    except (TypeError, ValueError) as error:
        msg = f"ReduceLROnPlateau: the metric is {given!r:.40}; pass one number, of one epoch."
        raise OperandError(msg) from error
