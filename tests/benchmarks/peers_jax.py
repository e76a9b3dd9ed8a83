"""The raced work in JAX, compiled by ``jit``."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from contest import Contender
from harness import peer
from nets import Net, scores

BETAS, EPSILON = (0.9, 0.999), 1e-8


def step(net: Net) -> Contender | None:
    """Return a training step that is one program; parameters and state are given away to it."""
    jax = _jax()
    if jax is None:
        return None
    jnp = jax.numpy
    x, t = [jnp.asarray(value) for value in net.examples()]

    def loss_of(parameters: Any) -> Any:
        rows = scores(net, jax.nn, _linear, x, parameters)
        picked = jnp.take_along_axis(rows, t[:, None], axis=1)[:, 0]
        return jnp.mean(jax.nn.logsumexp(rows, axis=1) - picked)

    def sgd(state: Any) -> Any:
        loss, slopes = jax.value_and_grad(loss_of)(state)
        return loss, [p - net.rate * g for p, g in zip(state, slopes, strict=True)]

    def adam(state: Any) -> Any:
        parameters, means, squares, count = state
        loss, slopes = jax.value_and_grad(loss_of)(parameters)
        (beta, gamma), count = BETAS, count + 1
        means = [beta * m + (1 - beta) * g for m, g in zip(means, slopes, strict=True)]
        squares = [gamma * v + (1 - gamma) * g * g for v, g in zip(squares, slopes, strict=True)]
        first, second = 1 - beta**count, 1 - gamma**count
        parameters = [
            p - net.rate * (m / first) / (jnp.sqrt(v / second) + EPSILON)
            for p, m, v in zip(parameters, means, squares, strict=True)
        ]
        return loss, (parameters, means, squares, count)

    parameters = [jnp.asarray(value) for value in net.parameters()]
    state: Any = parameters
    if net.optimizer == "Adam":
        state = (parameters, *_zeros(parameters), jnp.asarray(0.0, "float32"))
    program = jax.jit(adam if net.optimizer == "Adam" else sgd, donate_argnums=0)

    def work() -> Any:
        nonlocal state
        loss, state = program(state)
        return jax.block_until_ready(loss)

    def results(loss: Any) -> list[Any]:
        return [loss, *(state[0] if net.optimizer == "Adam" else state)]

    return Contender(work, results)


def gradients(function: Callable[..., Any], values: list[Any]) -> Contender | None:
    """Return the value of ``function(library, *leaves)`` and its gradients as a contender."""
    jax = _jax()
    if jax is None:
        return None
    library = SimpleNamespace(
        tanh=jax.numpy.tanh, exp=jax.numpy.exp, sum=jax.numpy.sum, sigmoid=jax.nn.sigmoid
    )

    def applied(*leaves: Any) -> Any:
        return function(library, *leaves)

    program = jax.jit(jax.value_and_grad(applied, tuple(range(len(values)))))
    leaves = [jax.numpy.asarray(value) for value in values]
    return Contender(
        lambda: jax.block_until_ready(program(*leaves)), lambda both: [both[0], *both[1]]
    )


def _jax() -> Any:
    """Return JAX with float64 allowed; the work says which type it wants."""
    jax = peer("jax")
    if jax is not None:
        jax.config.update("jax_enable_x64", val=True)
    return jax


def _zeros(parameters: list[Any]) -> tuple[list[Any], list[Any]]:
    zeros = peer("jax").numpy.zeros_like
    return [zeros(p) for p in parameters], [zeros(p) for p in parameters]


def _linear(x: Any, weights: Any, bias: Any) -> Any:
    return x @ weights + bias
