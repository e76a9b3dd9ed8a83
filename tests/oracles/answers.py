"""Answers: the value, the gradients, and a second derivative, whoever gave them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import autograd_lite as ag
from autograd_lite.checking.probe import outputs_of, pulled_back
from oracles.instances import Instance, our_function

CLOSE = 1e-10  # relative: systems differ in the last digits
TINY = 1e-12  # the rounding of numbers that cancel


class Answer(NamedTuple):
    """What a system says of an instance.

    Attributes
    ----------
    value : list of array
        The outputs.
    slopes : list of array
        The gradient of Re Σ w·y for each operand: ∂/∂x − i ∂/∂y of a complex one.
    second : list of array or None
        The gradient of Re Σ v·slope for each operand; of random operands only.
    """

    value: list[np.ndarray]
    slopes: list[np.ndarray]
    second: list[np.ndarray] | None

    def parts(self) -> list[tuple[str, np.ndarray]]:
        """Return every array with a word for it."""
        words = {"value": self.value, "slope": self.slopes, "second": self.second or []}
        return [
            (f"{word} {i + 1}" if len(arrays) > 1 else word, array)
            for word, arrays in words.items()
            for i, array in enumerate(arrays)
        ]

    def agrees(self, other: Answer) -> bool:
        """Whether two answers are the same, NaN included."""
        mine, theirs = self.parts(), other.parts()
        return len(mine) == len(theirs) and all(
            same(a, b) for (_, a), (_, b) in zip(mine, theirs, strict=True)
        )


def same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and np.allclose(a, b, rtol=CLOSE, atol=TINY, equal_nan=True)


def our_answer(instance: Instance) -> Answer:
    """Ask autograd_lite."""
    f = our_function(instance.name)
    operands = [ag.Variable(x) for x in instance.operands]
    with np.errstate(all="ignore"):
        outputs = outputs_of(instance.called(f, operands, lambda constant: constant))
        seeds = instance.weights([y.shape for y in outputs])
        weights = [w.astype(y.dtype) for w, y in zip(seeds, outputs, strict=True)]
        slopes = pulled_back(outputs, operands, weights, create_graph=instance.random)
        second = None
        if instance.random:
            directions = [
                v.astype(g.dtype) for v, g in zip(instance.directions(), slopes, strict=True)
            ]
            second = pulled_back(slopes, operands, directions)
    return Answer(*[arrays(part) for part in (outputs, slopes)], second and arrays(second))


def arrays(found: Any) -> list[np.ndarray]:
    return [np.asarray(x.data if isinstance(x, ag.Variable) else x) for x in found]
