"""Scores of an epoch: the loss and metrics, added up batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np

from autograd_lite.arrays import Array, namespace, to_device
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.training.task import Loss, Task
from autograd_lite.training.weighing import weighing_of

__all__ = ["Metric", "Scores", "columns_of", "named_metrics"]

Metric: TypeAlias = str | Callable[[Array, Array], float]
Named: TypeAlias = dict[str, Callable[[Array, Array], float] | None]

AVERAGED = ("precision", "recall", "f1")


class Scores:
    """The means of one epoch: of the loss, weighted by what each batch counts, and of metrics.

    Accuracy is counted as batches come; other metrics are computed in the end, from all
    predictions of the epoch.

    Parameters
    ----------
    metrics : dict
        What :func:`named_metrics` made.
    task : Task
    loss, meaning : Loss
        What :func:`weighing_of` asks how rows are weighed.
    """

    def __init__(self, metrics: Named, task: Task, loss: Loss, meaning: Loss) -> None:
        self.metrics = metrics
        self.task = task
        self.weighing = weighing_of(loss, meaning)
        self.ignored = None if self.weighing is None else self.weighing.ignored
        self.weight = 0.0
        self.loss = 0.0
        self.counts = "accuracy" in metrics and metrics["accuracy"] is None
        self.collects = len(metrics) > self.counts
        self.hits: Any = 0
        self.judged = 0
        self.width = 1
        self.true: list[Array] = []
        self.predicted: list[Array] = []

    def add(self, loss: float, weight: float, output: Array, target: Array) -> None:
        """Take in a batch: its mean loss, what that counts, outputs and targets."""
        self.weight += weight
        self.loss += loss * weight
        if not self.metrics:
            return
        predicted = self.task.decided(output)
        true = self.task.true(target, output)
        if self.ignored is not None:
            kept = true != self.ignored
            true, predicted = true[kept], predicted[kept]
        if self.counts:
            self.hits += namespace(output).count_nonzero(predicted == true)
            self.judged += predicted.size
        if self.collects:
            self.width = output.shape[-1]
            self.true.append(to_device(true, "cpu"))
            self.predicted.append(to_device(predicted, "cpu"))

    def result(self) -> dict[str, float]:
        """Return the scores of all batches so far, the loss first.

        Raises
        ------
        ArgumentError
            If no batch counts, or a metric is asked of too little.
        OperandError
            If a metric returns no number.
        """
        if not self.weight:
            msg = "Trainer: every label is ignored or weighs nothing; pass some that count."
            raise ArgumentError(msg)
        found = {"loss": self.loss / self.weight}
        for name, metric in self.metrics.items():
            if name == "accuracy" and self.counts:
                found[name] = float(self.hits) / self.judged
            else:
                found[name] = self._over_all(name, metric)
        return found

    def _over_all(self, name: str, metric: Callable[[Array, Array], float] | None) -> float:
        true, predicted = np.concatenate(self.true), np.concatenate(self.predicted)
        if metric is not None:
            return _number(metric(*[self._flat(values) for values in (true, predicted)]), name)
        score = getattr(import_module("autograd_lite.metrics"), name)
        average = "macro" if true.ndim == 1 and self.width > 2 else "binary"
        return float(score(true.reshape(-1), predicted.reshape(-1), average=average))

    def _flat(self, values: Array) -> Array:
        """Return a column of classes as a row, as metrics of labels take them."""
        column = self.task.classes and values.ndim == 2 and values.shape[1] == 1
        return values.reshape(-1) if column else values


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
    if isinstance(metrics, str | Mapping) or not isinstance(metrics, Iterable):
        msg = f"Trainer: metrics is {metrics!r:.40}; pass a list of them, metrics=[…]."
        raise OperandError(msg)
    named: Named = {}
    for metric in metrics:
        name = metric if isinstance(metric, str) else _name_of(metric)
        if name in (None, "<lambda>"):
            msg = f"Trainer: the metric {metric!r:.60} has no name; write it as a function by def."
            raise OperandError(msg)
        if name in named or name == "loss":
            msg = f"Trainer: there are two columns {name!r:.40}; give each metric another name."
            raise ArgumentError(msg)
        named[name] = None if isinstance(metric, str) else metric
        if isinstance(metric, str):
            _check_own(metric, task)
    return named


def columns_of(metrics: Named, *, validated: bool) -> list[str]:
    """Return what a history records of an epoch."""
    names = ["loss", *metrics]
    checked = [f"val_{name}" for name in names] if validated else []
    return [*names, *checked, "seconds", "learning_rate"]


def _name_of(metric: Callable[..., float]) -> Any:
    while isinstance(metric, partial):
        metric = metric.func
    return getattr(metric, "__name__", None)


def _number(value: Any, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        kind = type(value).__name__
        msg = f"Trainer: the metric {name} returned {value!r:.40}, a {kind}; return one number."
        raise OperandError(msg) from error


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
