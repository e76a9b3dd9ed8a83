"""Captured training steps beside eager ones, PyTorch, JAX, and the same step derived by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import peers_jax
import peers_torch
from by_hand_deep import deep_step
from by_hand_sigmoid import sigmoid_step
from contest import BY_HAND, COMPILED, EAGER, JAX, TORCH, Builder, Clock, Contender, captured, raced
from harness import MICRO, MILLI, OURS, Row
from nets import Net, scores

import autograd_lite as ag

DEEP = Net((784, 500, 400, 300, 200, 100, 50, 10), 256, "Adam", 0.001)
TINY = Net((2, 10, 3), 30)
NETS = {  # with what the captured step may cost
    Net((784, 20, 10), 100): {TORCH: 0.5, BY_HAND: 1.0, JAX: 1.1},
    Net((784, 100, 10), 32): {TORCH: 0.55, BY_HAND: 1.0, JAX: 1.1},
    TINY: {TORCH: 0.25},
    DEEP: {TORCH: 0.85, BY_HAND: 1.0},
}

Step = Callable[[Any, Any], Any]


def rows(*, quick: bool) -> list[Row]:
    """Race the step of each net."""
    measured = []
    for net, targets in NETS.items():
        deep = net is DEEP
        rounds = (5 if deep else 7) if quick else (15 if deep else 31)
        clock = Clock(MILLI if deep else MICRO, 3 if deep else 100, rounds)
        name = f"capture, step {net.name}, {net.optimizer}"
        measured += raced(name, _builders(net), clock, targets)
    return measured


def step_of(net: Net) -> tuple[Step, list[Any]]:
    """Return the step as a user writes it, and the parameters that it trains."""
    parameters = [ag.Variable(value) for value in net.parameters()]
    optimizer = getattr(ag.optim, net.optimizer)(parameters, lr=net.rate)

    def step(x: Any, t: Any) -> Any:
        loss = ag.softmax_cross_entropy(scores(net, ag, ag.linear, x, parameters), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.data

    return step, parameters


def _builders(net: Net) -> dict[str, Builder]:
    return {
        OURS: partial(_ours, net, wrap=captured),
        EAGER: partial(_ours, net),
        TORCH: partial(peers_torch.step, net, compiled=False),
        COMPILED: partial(peers_torch.step, net, compiled=True),
        JAX: partial(peers_jax.step, net),
        BY_HAND: partial(deep_step if net.optimizer == "Adam" else sigmoid_step, net),
    }


def _ours(net: Net, wrap: Callable[[Step], Step | None] | None = None) -> Contender | None:
    written, parameters = step_of(net)
    step = written if wrap is None else wrap(written)
    if step is None:
        return None
    x, t = net.examples()
    return Contender(partial(step, x, t), lambda loss: [loss, *[p.data for p in parameters]])
