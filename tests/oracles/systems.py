"""JAX and PyTorch, on float64 and the CPU: asked for the answer to an instance."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch

from oracles.answers import Answer
from oracles.instances import Instance

jax.config.update("jax_enable_x64", val=True)
jax.config.update("jax_platforms", "cpu")


def versions() -> dict[str, str]:
    return {name: version(name) for name in ("jax", "torch", "numpy")}


def listed(found: Any) -> list[Any]:
    return list(found) if isinstance(found, list | tuple) else [found]


def constant(values: Any) -> np.ndarray:
    """Return a constant as an array: labels are integers, and so is an index of nothing."""
    array = np.array(values)
    return array if array.size else array.astype(int)


def tensor(values: Any) -> torch.Tensor:
    return torch.from_numpy(constant(values))


def jax_answer(instance: Instance, spelled: Callable[..., Any]) -> Answer:
    """Ask JAX, whose gradients of complex operands follow our convention.

    All of it is compiled at once: that takes a fourth of the time of its single operations.
    """

    def f(operands: list[Any]) -> list[Any]:
        outputs = listed(instance.called(spelled, operands, constant))
        return [y if y.dtype.kind in "fc" else y.astype(float) for y in outputs]

    def slopes(operands: list[Any]) -> list[Any]:
        outputs, pull = jax.vjp(f, operands)
        weights = instance.weights([y.shape for y in outputs])
        return pull([jnp.asarray(w, y.dtype) for w, y in zip(weights, outputs, strict=True)])[0]

    def second(operands: list[Any]) -> list[Any]:
        found, pull = jax.vjp(slopes, operands)
        directions = zip(instance.directions(), found, strict=True)
        return pull([jnp.asarray(v, g.dtype) for v, g in directions])[0]

    asked = [f, slopes, *[second] * instance.random]
    every = jax.jit(lambda operands: [ask(operands) for ask in asked])
    found = every([jnp.asarray(x) for x in instance.operands])
    parts = [[np.asarray(x) for x in part] for part in found]
    return Answer(parts[0], parts[1], parts[2] if instance.random else None)


def torch_answer(instance: Instance, spelled: Callable[..., Any]) -> Answer:
    """Ask PyTorch, whose gradients of complex operands are the conjugates of ours."""
    operands = [torch.tensor(x, requires_grad=True) for x in instance.operands]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        outputs = listed(
            instance.called(spelled, operands, lambda x: torch.from_numpy(constant(x)))
        )
        weights = instance.weights([tuple(y.shape) for y in outputs])
        slopes = _pulled(outputs, operands, weights, again=instance.random)
        second = None
        if instance.random:
            second = _hosts(_pulled(slopes, operands, instance.directions(), again=False))
    return Answer(_hosts(outputs), _hosts(slopes), second)


def _pulled(outputs: list[Any], operands: list[Any], weights: Any, *, again: bool) -> list[Any]:
    """Return gradients as we define them, zeros where PyTorch records nothing."""
    pairs = zip(outputs, weights, strict=True)
    roots = [(y, torch.tensor(w).conj().to(y.dtype)) for y, w in pairs if y.requires_grad]
    if not roots:
        return [torch.zeros_like(x) for x in operands]
    ys, ws = zip(*roots, strict=True)
    found = torch.autograd.grad(
        ys, operands, ws, create_graph=again, retain_graph=True, allow_unused=True
    )
    return [
        torch.zeros_like(x) if g is None else g.conj() for g, x in zip(found, operands, strict=True)
    ]


def _hosts(found: list[torch.Tensor]) -> list[np.ndarray]:
    return [x.detach().resolve_conj().resolve_neg().numpy(force=True) for x in found]
