"""Schedules: how an optimizer's learning rate changes, usually once an epoch."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, inf, pi
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import forbid
from autograd_lite.checked import number, whole
from autograd_lite.errors import ArgumentError, OperandError, StateError
from autograd_lite.optim.optimizer import Optimizer
from autograd_lite.optim.state import checked_state

__all__ = ["CosineAnnealingLR", "Schedule", "StepLR", "WarmUp"]


class Schedule:
    """Sets the learning rate of an optimizer to a function of the epoch.

    A subclass writes :meth:`rate`. The rate that the optimizer has now is the one to start from.

    Parameters
    ----------
    optimizer : Optimizer

    Attributes
    ----------
    optimizer : Optimizer
    base : float
        The learning rate that the optimizer came with.
    epoch : int
        How often ``step`` was called.
    monitor : str or None
        Which column of its history a Trainer gives to ``step``; None for the validation loss.

    Raises
    ------
    OperandError
        For what is no optimizer.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> class Inverse(ag.optim.Schedule):
    ...     def rate(self, epoch):
    ...         return self.base / (1 + epoch)
    >>> opt = ag.optim.SGD([ag.Variable([1.0])], lr=0.6)
    >>> schedule = Inverse(opt)
    >>> schedule.step()
    >>> opt.lr
    0.3
    """

    monitor: str | None = None

    def __init__(self, optimizer: Optimizer) -> None:
        if not isinstance(optimizer, Optimizer):
            kind = type(optimizer).__name__
            msg = f"{type(self).__name__}: optimizer is a {kind}; pass one of ag.optim."
            raise OperandError(msg)
        self.optimizer = optimizer
        self.base = optimizer.lr
        self.epoch = 0
        self._set()

    def rate(self, epoch: int) -> float:
        """Return the learning rate after `epoch` steps of the schedule."""
        raise NotImplementedError

    def step(self, _metric: float | None = None) -> None:
        """Go on by an epoch; only a schedule that watches a metric reads it."""
        forbid("a schedule was stepped", "step it between the calls")
        self.epoch += 1
        self._set()

    def _set(self) -> None:
        self.optimizer.lr = self.rate(self.epoch)

    def state_dict(self) -> dict[str, npt.NDArray[Any]]:
        """Return where the schedule is, and the rate that it has led to."""
        numbers = {"base": self.base, "epoch": self.epoch, "lr": self.optimizer.lr}
        return {name: np.array(value) for name, value in numbers.items()}

    def load_state_dict(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on where the schedule was whose ``state_dict`` this is.

        The optimizer gets the rate that it had, whether its own state is loaded too or not.

        Raises
        ------
        StateError
            If an entry is missing, unknown, of another shape or dtype, or out of range; nothing is
            changed.
        """
        what = f"{type(self).__name__}.load_state_dict"
        forbid("a saved state was loaded", "load it between the calls")
        checked = checked_state(state, self.state_dict(), what)
        for name, value in checked.items():
            if not name.endswith("best") and not 0 <= value < inf:
                raise StateError(f"{what}: {name!r} is {value}; pass a saved state.")
        self._load(checked)

    def _load(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self.base = float(state["base"])
        self.epoch = int(state["epoch"])
        self.optimizer.lr = float(state["lr"])


class StepLR(Schedule):
    """Multiply the learning rate by `gamma` every `step_size` epochs.

    Parameters
    ----------
    optimizer : Optimizer
    step_size : int
    gamma : float
        0 or more.

    Raises
    ------
    ArgumentError
        If a number is out of its range.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> opt = ag.optim.SGD([ag.Variable([1.0])], lr=0.5)
    >>> schedule = ag.optim.StepLR(opt, step_size=2, gamma=0.5)
    >>> rates = []
    >>> for _ in range(5):
    ...     rates.append(opt.lr)
    ...     schedule.step()
    >>> rates
    [0.5, 0.5, 0.25, 0.25, 0.125]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        self.step_size = whole(step_size, "StepLR: step_size")
        self.gamma = number(gamma, "StepLR: gamma")
        super().__init__(optimizer)

    def rate(self, epoch: int) -> float:
        """Return the learning rate after `epoch` steps of the schedule."""
        return self.base * self.gamma ** (epoch // self.step_size)


class CosineAnnealingLR(Schedule):
    """Lower the learning rate to `eta_min` along half a cosine, in `T_max` epochs; then raise it.

    Parameters
    ----------
    optimizer : Optimizer
    T_max : int
    eta_min : float
        0 or more.

    Raises
    ------
    ArgumentError
        If a number is out of its range.

    Notes
    -----
    Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017, without the
    restarts.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> opt = ag.optim.SGD([ag.Variable([1.0])], lr=1.0)
    >>> schedule = ag.optim.CosineAnnealingLR(opt, T_max=4)
    >>> rates = []
    >>> for _ in range(5):
    ...     rates.append(round(opt.lr, 3))
    ...     schedule.step()
    >>> rates
    [1.0, 0.854, 0.5, 0.146, 0.0]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        self.T_max = whole(T_max, "CosineAnnealingLR: T_max")
        self.eta_min = number(eta_min, "CosineAnnealingLR: eta_min")
        super().__init__(optimizer)

    def rate(self, epoch: int) -> float:
        """Return the learning rate after `epoch` steps of the schedule."""
        height = (1.0 + cos(pi * epoch / self.T_max)) / 2.0
        return self.eta_min + (self.base - self.eta_min) * height


class WarmUp(Schedule):
    """Raise the learning rate to its value in `steps` equal steps; then follow another schedule.

    Parameters
    ----------
    optimizer : Optimizer
    steps : int
        The rate is 1/steps, 2/steps, … of what the optimizer came with.
    then : Schedule, optional
        Made over the same optimizer; it is at its epoch 0 right after the last of the steps. By
        default the rate stays.

    Raises
    ------
    ArgumentError
        If `steps` is out of its range, or `then` is of another optimizer.

    Notes
    -----
    Goyal and others, Accurate, large minibatch SGD: training ImageNet in 1 hour, 2017.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> opt = ag.optim.SGD([ag.Variable([1.0])], lr=1.0)
    >>> after = ag.optim.StepLR(opt, step_size=1, gamma=0.5)
    >>> schedule = ag.optim.WarmUp(opt, steps=4, then=after)
    >>> rates = []
    >>> for _ in range(7):
    ...     rates.append(opt.lr)
    ...     schedule.step()
    >>> rates
    [0.25, 0.5, 0.75, 1.0, 1.0, 0.5, 0.25]
    """

    def __init__(self, optimizer: Optimizer, steps: int, then: Schedule | None = None) -> None:
        self.steps = whole(steps, "WarmUp: steps")
        if then is not None and (not isinstance(then, Schedule) or then.optimizer is not optimizer):
            msg = "WarmUp: then is no schedule of this optimizer; make it over the same one."
            raise ArgumentError(msg)
        self.then = then
        self.monitor = None if then is None else then.monitor
        super().__init__(optimizer)

    def rate(self, epoch: int) -> float:
        """Return the learning rate after `epoch` steps, as long as it rises."""
        return self.base * min(epoch + 1, self.steps) / self.steps

    def step(self, metric: float | None = None) -> None:
        """Go on by an epoch; `metric` is handed to the schedule that follows."""
        forbid("a schedule was stepped", "step it between the calls")
        if self.then is None or self.epoch < self.steps:
            super().step()
        else:
            self.epoch += 1
            self.then.step(metric)

    def state_dict(self) -> dict[str, npt.NDArray[Any]]:
        """Return where both schedules are: the one that follows under ``then.``."""
        after = {} if self.then is None else self.then.state_dict()
        return super().state_dict() | {f"then.{name}": value for name, value in after.items()}

    def _load(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        super()._load(state)
        if self.then is not None:
            names = self.then.state_dict()
            self.then._load({name: state[f"then.{name}"] for name in names})
