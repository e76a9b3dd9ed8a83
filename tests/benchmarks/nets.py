"""The nets whose training steps are raced, with their starting parameters and a batch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

SLOPE = 0.01  # of LeakyReLU left of 0


@dataclass(frozen=True)
class Net:
    """Fully connected layers, softmax cross-entropy, float32.

    A net with SGD has sigmoids, one with Adam LeakyReLUs.
    """

    sizes: tuple[int, ...]
    batch: int
    optimizer: str = "SGD"
    rate: float = 0.1

    @property
    def name(self) -> str:
        """The sizes and the batch, for a row."""
        return f"{'-'.join(map(str, self.sizes))}, batch {self.batch}"

    @property
    def layers(self) -> int:
        """How many layers have weights."""
        return len(self.sizes) - 1

    def parameters(self) -> list[Any]:
        """Return weights and biases in turn, the same ones at each call."""
        rng = np.random.default_rng(0)
        values: list[Any] = []
        for inputs, outputs in pairwise(self.sizes):
            weights = rng.standard_normal((inputs, outputs)) / np.sqrt(inputs)
            values += [weights.astype("f4"), rng.standard_normal(outputs).astype("f4") / 100]
        return values

    def examples(self) -> tuple[Any, Any]:
        """Return read-only inputs and labels, as a data loader hands them out."""
        rng = np.random.default_rng(1)
        x = rng.random((self.batch, self.sizes[0]), np.float32)
        t = rng.integers(0, self.sizes[-1], self.batch)
        x.flags.writeable = t.flags.writeable = False
        return x, t


def scores(net: Net, library: Any, linear: Any, x: Any, parameters: Any) -> Any:
    """Go through the layers in any library: ``library`` has sigmoid and leaky_relu."""
    sigmoid = net.optimizer == "SGD"
    between = library.sigmoid if sigmoid else partial(_leaky, library)
    y = x
    for i in range(net.layers):
        weights, bias = parameters[2 * i : 2 * i + 2]
        y = linear(y, weights, bias)
        if i < net.layers - 1:
            y = between(y)
    return y


def _leaky(library: Any, x: Any) -> Any:
    return library.leaky_relu(x, SLOPE)
