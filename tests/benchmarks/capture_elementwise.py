"""A captured value with its gradients: an elementwise chain on 10⁶ elements, and tiny operands.

The elementwise chain is raced with w and b as arrays like x, each with a gradient of that size, and
with w and b without axes, whose gradients are sums.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import peers_jax
import peers_torch
from by_hand_elementwise import elementwise
from by_hand_small import scalar_chain, small_chain
from contest import (
    BY_HAND,
    COMPILED,
    EAGER,
    JAX,
    THREADS,
    TORCH,
    Builder,
    Clock,
    Contender,
    captured,
    raced,
)
from harness import MICRO, MILLI, OURS, Row
from small_ops import OPERATIONS, chain

import autograd_lite as ag

LARGE = 10**6
TARGETS = {  # by threads and dtype
    (1, "float32"): {TORCH: 0.45},
    (1, "float64"): {TORCH: 0.45},
    (2, "float32"): {TORCH: 0.8},
    (2, "float64"): {TORCH: 0.5},
}
SMALL_TARGETS = {32: {TORCH: 0.2}, None: {TORCH: 0.05}}

Work = Callable[..., Any]  # (library, *operands) → a scalar


def rows(*, quick: bool) -> list[Row]:
    """Race the elementwise chain in four variants, then the small operations in two."""
    measured = []
    for dtype in ("float32", "float64"):
        for kind, shape in (("arrays", (LARGE,)), ("scalars", ())):
            rng = np.random.default_rng(0)
            values = [rng.uniform(-2, 2, s).astype(dtype) for s in ((LARGE,), shape, shape)]
            values = [np.asarray(value, dtype) for value in values]
            builders = _builders(_elementwise, values)
            builders[COMPILED] = partial(peers_torch.gradients, _elementwise, values, compiled=True)
            builders[BY_HAND] = partial(elementwise, *values)
            name = f"capture, elementwise chain, {LARGE:,} {dtype}, w and b {kind}"
            clock = Clock(MILLI, 1, 7 if quick else 31)
            tolerance = 2e-3 if dtype == "float32" else 1e-8  # sums of 10⁶ elements
            targets = TARGETS.get((THREADS, dtype), {})
            measured += raced(name, builders, clock, targets, tolerance=tolerance)
    return measured + [row for size in SMALL_TARGETS for row in _small(size, quick=quick)]


def _elementwise(library: Any, x: Any, w: Any, b: Any) -> Any:
    return library.sum(library.tanh(x * w + b) * library.sigmoid(x) + library.exp(-x * x))


def _small(size: int | None, *, quick: bool) -> list[Row]:
    """Race the chain of small operations; without a size, on arrays without axes."""
    rng = np.random.default_rng(0)
    every = rng.standard_normal(size), 1 + rng.random(size) / 100, rng.random(size) / 100
    values = [np.asarray(value) for value in every]
    builders = _builders(_thousand, values)
    by_hand = scalar_chain if size is None else small_chain
    builders[BY_HAND] = partial(by_hand, *values, OPERATIONS // 4)
    what = "scalars" if size is None else f"{size}"
    name = f"capture, {OPERATIONS:,} small operations, {what} float64"
    clock = Clock(MICRO, 1, 9 if quick else 41, OPERATIONS)
    return raced(name, builders, clock, SMALL_TARGETS[size], tolerance=1e-8)


def _thousand(library: Any, x: Any, w: Any, b: Any) -> Any:
    return chain(library.tanh, x, w, b)


def _builders(work: Work, values: list[Any]) -> dict[str, Builder]:
    return {
        OURS: partial(_ours, work, values, wrap=captured),
        EAGER: partial(_ours, work, values),
        TORCH: partial(peers_torch.gradients, work, values, compiled=False),
        JAX: partial(peers_jax.gradients, work, values),
    }


def _ours(
    work: Work, values: list[Any], wrap: Callable[[Work], Work | None] | None = None
) -> Contender | None:
    def value_and_gradients(*arrays: Any) -> tuple[Any, ...]:
        leaves = [ag.Variable(array, copy=False) for array in arrays]
        value = work(ag, *leaves)
        value.backward()
        return value.data, *[leaf.grad for leaf in leaves]

    function = value_and_gradients if wrap is None else wrap(value_and_gradients)
    if function is None:
        return None
    return Contender(partial(function, *values), list)
