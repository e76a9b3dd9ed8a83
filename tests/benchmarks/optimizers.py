"""One step of an optimizer over the parameters of three nets, float32, gradients given."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from harness import MICRO, OURS, Row, compared, interleave, peer, repeated

import autograd_lite as ag

NETS = ((784, 500, 400, 300, 200, 100, 50, 10), (784, 100, 10), (64, 100, 10))
NAMES = ("Adam", "SGD")
TARGETS = {"Adam": (0.8, 1.0, 1.0), "SGD": (None, None, 1.0)}

Step = Callable[[], object]


def rows(*, quick: bool) -> list[Row]:
    """Measure each optimizer on each net, beside PyTorch's with its default settings."""
    measured = []
    for name in NAMES:
        for sizes, target in zip(NETS, TARGETS[name], strict=True):
            values, gradients = _values(sizes, 1.0), _values(sizes, 0.01)
            steps = {OURS: _ours(name, values, gradients)}
            if peer("torch") is not None:
                steps["torch"] = _torch(name, values, gradients)
            # One call at a time leaves the large net's caches as training does: to others.
            calls = 1 if len(sizes) > 3 else 100
            samples = {who: repeated(step, calls) for who, step in steps.items()}
            taken = interleave(samples, rounds=9 if quick else 41)
            label = f"optimizers, {name}, {'-'.join(map(str, sizes))}"
            targets = {} if target is None else {"torch": target}
            measured += compared(label, taken, MICRO, targets)
    return measured


def _values(sizes: tuple[int, ...], spread: float) -> list[Any]:
    """Return an array for each weight and bias."""
    rng = np.random.default_rng(0)
    shapes = [shape for pair in pairwise(sizes) for shape in (pair, pair[1:])]
    return [spread * rng.standard_normal(shape, np.float32) for shape in shapes]


def _ours(name: str, values: list[Any], gradients: list[Any]) -> Step:
    params = [ag.Variable(value) for value in values]
    for parameter, gradient in zip(params, gradients, strict=True):
        parameter.grad = gradient
    step: Step = getattr(ag.optim, name)(params, lr=1e-3).step
    return step


def _torch(name: str, values: list[Any], gradients: list[Any]) -> Step:
    torch = peer("torch")
    params = [torch.tensor(value, requires_grad=True) for value in values]
    for parameter, gradient in zip(params, gradients, strict=True):
        parameter.grad = torch.tensor(gradient)
    step: Step = getattr(torch.optim, name)(params, lr=1e-3).step
    return step
