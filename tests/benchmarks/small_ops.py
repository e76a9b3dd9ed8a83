"""A chain of multiply, add, tanh, multiply on tiny arrays: what an operation costs by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from harness import MICRO, OURS, Row, Sample, compared, interleave, peer, repeated

import autograd_lite as ag

OPERATIONS = 1000
TARGETS = {32: 0.6, 1: 0.65}
NUMBERS = (1.01, 0.01)


def rows(*, quick: bool) -> list[Row]:
    """Measure both sizes, with leaves and with Python numbers as the other operands."""
    rounds = 9 if quick else 41
    measured = []
    for size, target in TARGETS.items():
        for kind in ("leaves", "numbers"):
            samples = _samples(size, NUMBERS if kind == "numbers" else ())
            taken = interleave(samples, rounds=rounds)
            name = f"small_ops, {size} float64, {kind}"
            measured += compared(name, taken, MICRO, {"torch": target}, per=OPERATIONS)
    return measured


def chain(tanh: Callable[[Any], Any], x: Any, w: Any, b: Any) -> Any:
    """Run the operations; tanh keeps the values small, and w near 1 the gradients normal."""
    y = x
    for _ in range(OPERATIONS // 4):
        y = y * w
        y = y + b
        y = tanh(y)
        y = y * w
    return y.sum()


def _samples(size: int, numbers: tuple[float, ...]) -> dict[str, Sample]:
    """Make a sample for each library; `numbers` take the places of w and b."""
    rng = np.random.default_rng(0)
    every = [rng.standard_normal(size), 1 + rng.random(size) / 100, rng.random(size) / 100]
    data = every[: 3 - len(numbers)]
    leaves = [ag.Variable(x) for x in data]
    works = {OURS: partial(_recorded, ag.tanh, ag.Variable.zero_grad, leaves, numbers)}
    if (torch := peer("torch")) is not None:
        leaves = [torch.tensor(x, requires_grad=True) for x in data]
        works["torch"] = partial(_recorded, torch.tanh, _forget, leaves, numbers)
    if (mygrad := peer("mygrad")) is not None:
        leaves = [mygrad.tensor(x) for x in data]
        works["mygrad"] = partial(_recorded, mygrad.tanh, mygrad.Tensor.null_grad, leaves, numbers)
    if (autograd := peer("autograd")) is not None:
        tanh = peer("autograd.numpy").tanh
        gradient = autograd.grad(
            lambda *leaves: chain(tanh, *leaves, *numbers), tuple(range(len(data)))
        )
        works["autograd"] = partial(gradient, *data)
    return {who: repeated(work, 1) for who, work in works.items()}


def _recorded(
    tanh: Callable[[Any], Any],
    forget: Callable[[Any], object],
    leaves: list[Any],
    numbers: tuple[float, ...],
) -> None:
    """Go forward and backward where operations record themselves."""
    for leaf in leaves:
        forget(leaf)
    chain(tanh, *leaves, *numbers).backward()


def _forget(leaf: Any) -> None:
    leaf.grad = None
