"""One update of an estimator's network, which becomes a program where there are many."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.capturing import capture
from autograd_lite.estimators.heads import Head
from autograd_lite.estimators.networks import layers_of
from autograd_lite.nn import Module
from autograd_lite.optim import SGD, Adam

__all__ = ["Update"]

# For batches of 200 digits a program costs 18 ms, and saves 80 of 250 µs a batch.
EAGER = 50  # updates before it is captured: a small fit would not earn its cost
Array = np.ndarray[Any, np.dtype[Any]]


class Update:
    """Learns from a batch.

    The loss of a batch of n rows is the mean of its rows' losses and alpha / 2 · ‖W‖² / n, with
    the weights of all layers but not their biases.
    """

    def __init__(self, model: Module, head: Head, alpha: float, optimizer: SGD | Adam) -> None:
        self.model = model
        self.head = head
        self.alpha = alpha
        self.optimizer = optimizer
        layers = layers_of(model)
        self._weights = [layer.W for layer in layers] if alpha else []
        self._columns = layers[-1].W.shape[1]
        self._program = capture(self._learned)
        self._eager = EAGER

    def serves(self, model: Module, head: Head, alpha: float, optimizer: SGD | Adam) -> bool:
        """Whether this is the update of such a network."""
        same = self.model is model and self.head is head and self.optimizer is optimizer
        return same and self.alpha == alpha

    def __call__(self, x: Array, t: Array) -> float:
        """Train on a batch; return the sum of its rows' losses and the penalty."""
        if self._eager:
            self._eager -= 1
            learned = self._learned(x, t)
        else:
            learned = self._program(x, t)
        loss, *squares = [float(one) for one in learned]
        columns = self._columns if self.head.per_output else 1
        return loss * self.head.share / columns + self.alpha / 2 * sum(squares)

    def _learned(self, x: Array, t: Array) -> list[Array]:
        """Train on a batch; return the sum of its losses, and of each weight the squares'."""
        outputs = self.model(x)
        loss = self.head.loss(outputs, t)
        self.optimizer.zero_grad()
        loss.backward(np.asarray(self.head.share / len(t), loss.dtype))
        returned = [loss.data]
        for weight in self._weights:
            values = weight.data.reshape(-1)
            returned.append(values @ values)
            gradient: Any = weight.grad
            gradient += weight.data * (self.alpha / len(t))
        self.optimizer.step()
        return returned
