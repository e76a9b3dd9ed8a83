"""What a loss says about a model's outputs: classes, probabilities, or numbers."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError
from autograd_lite.functions import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    exp,
    nll,
    sigmoid,
    softmax,
    softmax_cross_entropy,
)
from autograd_lite.graph import Variable, no_grad

__all__ = ["Loss", "Task", "meaning_of", "operation_of", "task_of"]

Loss: TypeAlias = Callable[[Variable, Any], Variable]


@dataclass(frozen=True)
class Task:
    """How outputs become decisions.

    Attributes
    ----------
    decided : callable
        From outputs, shape (N, …), to what is predicted: labels as integers, or the outputs.
    true : callable
        From targets and outputs to what predictions are compared with.
    probabilities : callable or None
        From outputs to probabilities.
    classes : bool
        Whether what is predicted are classes.
    labelled : bool
        Whether targets may have an axis less than the outputs.
    """

    decided: Callable[[Array], Array]
    true: Callable[[Array, Array], Array]
    probabilities: Callable[[Array], Array] | None
    classes: bool = True
    labelled: bool = False


def task_of(loss: Loss) -> Task:
    """Return what the outputs that a loss is given mean; numbers, if it is a stranger."""
    return _TASKS.get(operation_of(loss), _NUMBERS)


def meaning_of(loss: Loss, task: Loss | None) -> Loss:
    """Return the loss whose outputs the model gives: `task` where it is given.

    Raises
    ------
    ArgumentError
        If `task` is no operation on classes: outputs would be taken for numbers all the same.
    """
    if task is None:
        return loss
    if operation_of(task) not in _TASKS:
        known = ", ".join([f"ag.{operation.__name__}" for operation in _TASKS])
        msg = f"Trainer: task is {task!r:.60}; pass one of {known}, or leave it out for numbers."
        raise ArgumentError(msg)
    return task


def operation_of(loss: Loss) -> Any:
    """Return the operation behind a loss: of a module its ``function``, of a partial its own.

    None where it cannot be looked up in a table, as a dataclass.
    """
    while isinstance(loss, partial):
        loss = loss.func
    operation = getattr(type(loss), "function", loss)
    return operation if isinstance(operation, Hashable) else None


def _largest(output: Array) -> Array:
    labels: Array = output.argmax(axis=-1)
    return labels


def _labels(target: Array, output: Array) -> Array:
    """Return labels, of one-hot rows too."""
    return _largest(target) if target.ndim == output.ndim else target


def _above(limit: float, output: Array, _other: object = None) -> Array:
    decided: Array = (output > limit).astype(np.int64)
    return decided


def _as_given(array: Array, _other: object = None) -> Array:
    return array


def _applied(operation: Callable[[Any], Variable], output: Array) -> Array:
    with no_grad():
        return operation(output).data


_CHANCES = partial(_above, 0.5)
_NUMBERS = Task(_as_given, _as_given, None, classes=False)
_TASKS = {
    softmax_cross_entropy: Task(_largest, _labels, partial(_applied, softmax), labelled=True),
    nll: Task(_largest, _labels, partial(_applied, exp), labelled=True),
    binary_cross_entropy: Task(_CHANCES, _CHANCES, _as_given),
    binary_cross_entropy_with_logits: Task(
        partial(_above, 0.0), _CHANCES, partial(_applied, sigmoid)
    ),
}
