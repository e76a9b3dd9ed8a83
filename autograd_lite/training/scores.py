"""Scores of an epoch: the loss and metrics, added up batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np

from autograd_lite.arrays import Array, namespace, to_device
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.training.task import Task

__all__ = ["Metric", "Scores", "named_metrics"]

Metric: TypeAlias = str | Callable[[Array, Array], float]
Named: TypeAlias = dict[str, Callable[[Array, Array], float] | None]

AVERAGED = ("precision", "recall", "f1")


class Scores:
    """The means of one epoch: of the loss weighted by the size of the batches, and of metrics.

    Accuracy is counted as batches come; other metrics are computed in the end, from all
    predictions of the epoch.

    Parameters
    ----------
    metrics : dict
        What :func:`named_metrics` made.
    task : Task
    """

    def __init__(self, metrics: Named, task: Task) -> None:
        self.metrics = metrics
        self.task = task
        self.samples = 0
        self.loss = 0.0
        self.counts = "accuracy" in metrics
        self.collects = any([name != "accuracy" for name in metrics])
        self.hits: Any = 0
        self.judged = 0
        self.width = 1
        self.true: list[Array] = []
        self.predicted: list[Array] = []

    def add(self, loss: float, output: Array, target: Array) -> None:
        """Take in a batch: its mean loss, outputs and targets."""
        self.samples += len(target)
        self.loss += loss * len(target)
        if not self.metrics:
            return
        predicted = self.task.decided(output)
        true = self.task.true(target, output)
        if self.counts:
            self.hits += namespace(output).count_nonzero(predicted == true)
            self.judged += predicted.size
        if self.collects:
            self.width = output.shape[-1]
            self.true.append(to_device(true, "cpu"))
            self.predicted.append(to_device(predicted, "cpu"))

    def result(self) -> dict[str, float]:
        """Return the scores of all batches so far, the loss first."""
        found = {"loss": self.loss / self.samples}
        for name, metric in self.metrics.items():
            if name == "accuracy" and metric is None:
                found[name] = float(self.hits) / self.judged
            else:
                found[name] = self._over_all(name, metric)
        return found

    def _over_all(self, name: str, metric: Callable[[Array, Array], float] | None) -> float:
        true, predicted = np.concatenate(self.true), np.concatenate(self.predicted)
        if metric is not None:
            return float(metric(true, predicted))
        score = getattr(import_module("autograd_lite.metrics"), name)
        average = "macro" if true.ndim == 1 and self.width > 2 else "binary"
        return float(score(true.reshape(-1), predicted.reshape(-1), average=average))


def named_metrics(metrics: Iterable[Metric] | None, task: Task) -> Named:
    """Return metrics by the name that the history gives them; None for one of the library's own.

    Raises
    ------
    ArgumentError
        For a name that is not known or comes twice, or one that asks for classes where the loss
        has none.
    OperandError
        For what is neither a name nor a function with one.
    """
    if metrics is None:
        return {"accuracy": None} if task.classes else {}
    if isinstance(metrics, str):
        msg = f"Trainer: metrics is {metrics!r:.40}; pass a list of them, [{metrics!r:.40}]."
        raise OperandError(msg)
    named: Named = {}
    for metric in metrics:
        name = metric if isinstance(metric, str) else getattr(metric, "__name__", None)
        if name is None:
            msg = f"Trainer: the metric {metric!r:.60} has no name; write it as a function by def."
            raise OperandError(msg)
        if name in named or name == "loss":
            msg = f"Trainer: there are two columns {name!r:.40}; give each metric another name."
            raise ArgumentError(msg)
        named[name] = None if isinstance(metric, str) else metric
        if isinstance(metric, str):
            _check_own(metric, task)
    return named


def _check_own(name: str, task: Task) -> None:
    if name != "accuracy" and name not in AVERAGED:
        known = ", ".join(["accuracy", *AVERAGED])
        msg = f"Trainer: the metric {name!r:.40} is unknown; pass one of {known}, or a function."
        raise ArgumentError(msg)
    if not task.classes:
        msg = (
            f"Trainer: {name} compares classes, but the loss does not say which class an output "
            "means; pass task=ag.softmax_cross_entropy or the like, or a function as the metric."
        )
        raise ArgumentError(msg)
