"""Transforms inside transforms, of every kind and to order 4: JAX computes the same."""

from __future__ import annotations

import random
from types import SimpleNamespace

import numpy as np
import pytest

import autograd_lite as ag

X = np.array([0.4, -0.6])
FIXED = np.array([0.3, -0.7])
MATRIX = np.array([[1.0, 2.0], [3.0, -1.0]])
ORDERS = {"hvp": 2, "hessian": 2, "checkpoint": 0, "call": 0}  # of all others: 1

OURS = SimpleNamespace(
    np=ag,
    call=lambda f: f,
    checkpoint=ag.checkpoint,
    grad=ag.grad,
    hessian=ag.hessian,
    hvp=lambda f, x, v: ag.hvp(f)(x, v),
    jacobian=ag.jacobian,
    jvp=lambda f, x, v: ag.jvp(f, [x], [v]),
    value_and_grad=ag.value_and_grad,
    vjp=ag.vjp,
)


@pytest.fixture(scope="module")
def theirs():
    jax = pytest.importorskip("jax")
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", val=True)
    yield SimpleNamespace(
        np=jax.numpy,
        call=lambda f: f,
        checkpoint=jax.checkpoint,
        grad=jax.grad,
        hessian=jax.hessian,
        hvp=lambda f, x, v: jax.jvp(jax.grad(f), [x], [v])[1],
        jacobian=jax.jacrev,
        jvp=lambda f, x, v: jax.jvp(f, [x], [v]),
        value_and_grad=jax.value_and_grad,
        vjp=jax.vjp,
    )
    jax.config.update("jax_enable_x64", val=before)


def innermost(library, scope):
    """Return a number that depends on everything that the functions around have been given."""
    xp, last = library.np, scope[-1]
    total = xp.sin(scope[0][0]) * 1.3
    for i, x in enumerate(scope):
        total = total + xp.exp(0.3 * x * last) * xp.sin(scope[i * 7 % len(scope)] + (i + 1) * x)
    return (total * last).sum()


def nested(library, kinds, scope):
    """Return what one transform gives of a function that contains the next one, as a number."""
    if not kinds:
        return innermost(library, scope)
    (kind, place, mixes), *rest = kinds
    x, w = scope[place % len(scope)], scope[(place + 1) % len(scope)]
    v = w if mixes & 1 else FIXED
    if mixes & 2:
        x = x * 1.5 + 0.1 * w

    def number(y):
        return nested(library, rest, [*scope, y])

    def vector(y):
        return number(y) * y + library.np.sin(y) * scope[0]

    if kind in ("call", "checkpoint"):
        return getattr(library, kind)(number)(x)
    if kind == "grad":
        return (library.grad(number)(x) * x).sum()
    if kind == "value_and_grad":
        value, slope = library.value_and_grad(number)(x)
        return value * 0.5 + (slope * w).sum()
    if kind == "hvp":
        return (library.hvp(number, x, v) * x).sum()
    if kind == "hessian":
        return (library.hessian(number)(x) * MATRIX).sum()
    if kind == "jacobian":
        return (library.jacobian(vector)(x) * MATRIX).sum()
    if kind == "jvp":
        value, change = library.jvp(vector, x, v)
        return (value * change * w).sum()
    value, pull = library.vjp(vector, x)
    return (pull(v)[0] * value).sum()


def drawn(seed):
    """Return kinds of transforms whose orders, with the gradient around, add up to 4 at most."""
    rng = random.Random(seed)
    names = [name for name in vars(OURS) if name != "np"]
    while True:
        depth = rng.choice([1, 2, 2, 3])
        kinds = [(rng.choice(names), rng.randrange(4), rng.randrange(4)) for _ in range(depth)]
        if sum([ORDERS.get(name, 1) for name, _, _ in kinds]) <= 3:
            return kinds


@pytest.mark.parametrize("seed", range(30))
def test_jax_agrees_about_transforms_in_transforms(seed, theirs):
    kinds = drawn(seed)
    found = ag.grad(lambda x: nested(OURS, kinds, [x]))(X)
    expected = theirs.grad(lambda x: nested(theirs, kinds, [x]))(X)
    assert type(found) is np.ndarray
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8 * np.abs(expected).max())


def test_checkpoints_do_not_change_a_number():
    for seed in range(60):
        kinds = drawn(seed)
        plain = [("call" if kind == "checkpoint" else kind, *rest) for kind, *rest in kinds]
        if plain != kinds:
            found, expected = (
                ag.grad(lambda x, kinds=kinds: nested(OURS, kinds, [x]))(X)
                for kinds in (kinds, plain)
            )
            np.testing.assert_allclose(found, expected, rtol=1e-11)
