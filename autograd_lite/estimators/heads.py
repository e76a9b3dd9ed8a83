"""Heads: how the numbers of a network's last layer become a loss and a prediction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograd_lite.arrays import Array
from autograd_lite.functions import (
    binary_cross_entropy_with_logits,
    mean_squared_error,
    sigmoid,
    softmax,
    softmax_cross_entropy,
)
from autograd_lite.graph import Variable

__all__ = ["HEADS", "Head"]


@dataclass(frozen=True)
class Head:
    """An output activation and the loss that belongs to it.

    Attributes
    ----------
    loss : callable
        ``loss(outputs, targets)`` is the loss of a batch, summed over samples and outputs.
    share : float
        What is trained on is the mean over the samples of `share` times their loss.
    per_output : bool
        Whether the loss that is reported is a mean over the outputs too.
    activation : callable
        What turns outputs into predictions.
    """

    loss: Callable[[Variable, Array], Variable]
    activation: Callable[[Variable], Variable]
    share: float = 1.0
    per_output: bool = False


def _softmax_loss(outputs: Variable, labels: Array) -> Variable:
    return softmax_cross_entropy(outputs, labels, reduction="sum")


def _logistic_loss(outputs: Variable, targets: Array) -> Variable:
    return binary_cross_entropy_with_logits(outputs, targets, reduction="sum")


def _squared_loss(outputs: Variable, targets: Array) -> Variable:
    return mean_squared_error(outputs, targets, reduction="sum")


def _identity(outputs: Variable) -> Variable:
    return outputs


# By scikit-learn's names of output activations. Its squared error is halved, and reported as a
# mean over the outputs while the gradient is that of their sum.
HEADS = {
    "softmax": Head(_softmax_loss, softmax),
    "logistic": Head(_logistic_loss, sigmoid),
    "identity": Head(_squared_loss, _identity, share=0.5, per_output=True),
}
