"""Transforms: what they add to a step, and products with Hessians and whole Hessians."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from harness import MICRO, MILLI, OURS, Row, Sample, compared, interleave, peer, repeated

import autograd_lite as ag

INPUTS = 100
ADDED = 10.0  # µs
PRODUCT = 4.0  # gradients
HESSIAN = {"autograd": 1 / 3}
X = np.random.default_rng(0).standard_normal(INPUTS)
V = np.random.default_rng(1).standard_normal(INPUTS)
PIXELS, HIDDEN, CLASSES = 784, 20, 10


def rows(*, quick: bool) -> list[Row]:
    """Measure Rosenbrock's function of 100 inputs, a cube of three and a net of two layers."""
    rounds = 9 if quick else 41
    return [
        _added("x³ of 3 inputs", cube, X[:3], rounds),
        _added("Rosenbrock of 100 inputs", rosenbrock, X, rounds),
        *_products(rounds),
        *_hessians(rounds),
        *_jacobians(rounds),
    ]


def cube(x: Any) -> Any:
    """Three operations."""
    return (x * x * x).sum()


def rosenbrock(x: Any) -> Any:
    """Eleven operations on slices."""
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def _added(name: str, f: Callable[[Any], Any], x: Any, rounds: int) -> Row:
    """Return by how much grad(f)(x) is slower than a Variable, f and backward."""

    def eager() -> None:
        v = ag.Variable(x)
        f(v).backward()

    works = {OURS: partial(ag.grad(f), x), "eager": eager}
    taken = interleave({who: repeated(work, 20) for who, work in works.items()}, rounds=rounds)
    added = [a - b for (a,), (b,) in zip(taken[OURS], taken["eager"], strict=True)]
    return Row(f"grad, {name}: added", "µs", 1e6 * median(added), target=ADDED)


def _products(rounds: int) -> list[Row]:
    """Hold a product with the Hessian against a gradient."""
    works: dict[str, Callable[[], object]] = {
        OURS: partial(ag.hvp(rosenbrock), X, V),
        "its gradient": partial(ag.grad(rosenbrock), X),
    }
    taken = interleave({who: repeated(work, 10) for who, work in works.items()}, rounds=rounds)
    return compared(f"hvp, Rosenbrock of {INPUTS}", taken, MICRO, {"its gradient": PRODUCT})


def _hessians(rounds: int) -> list[Row]:
    works: dict[str, Callable[[], object]] = {OURS: partial(ag.hessian(rosenbrock), X)}
    if (autograd := peer("autograd")) is not None:
        works["autograd"] = partial(autograd.hessian(rosenbrock), X)
    if (torch := peer("torch")) is not None:
        works["torch"] = partial(torch.autograd.functional.hessian, rosenbrock, torch.tensor(X))
    if (jax := peer("jax")) is not None:
        jax.config.update("jax_enable_x64", val=True)
        compiled = jax.jit(jax.hessian(rosenbrock))
        works["jax jit"] = lambda: compiled(X).block_until_ready()
    taken = interleave(_once(works), rounds=rounds)
    return compared(f"hessian, Rosenbrock of {INPUTS}", taken, MILLI, HESSIAN)


def _jacobians(rounds: int) -> list[Row]:
    """Differentiate the scores of 784-20-10 by the pixels."""
    rng = np.random.default_rng(2)
    first = rng.standard_normal((PIXELS, HIDDEN)) / 28
    second = rng.standard_normal((HIDDEN, CLASSES)) / 4
    x = rng.random(PIXELS)
    works: dict[str, Callable[[], object]] = {
        OURS: partial(ag.jacobian(lambda x: ag.tanh(x @ first) @ second), x)
    }
    if (autograd := peer("autograd")) is not None:
        tanh = peer("autograd.numpy").tanh
        works["autograd"] = partial(autograd.jacobian(lambda x: (tanh(x @ first)) @ second), x)
    taken = interleave(_once(works), rounds=rounds)
    return compared(f"jacobian, {PIXELS}-{HIDDEN}-{CLASSES}", taken, MICRO, {})


def _once(works: dict[str, Callable[[], object]]) -> dict[str, Sample]:
    return {who: repeated(work, 1) for who, work in works.items()}
