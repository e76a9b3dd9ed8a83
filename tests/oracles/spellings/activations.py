"""Activations: the softmax family and the rectifiers."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import torch
from torch.nn import functional

import autograd_lite as ag


def jax_maxout(x, pieces, axis=-1):
    y = jnp.moveaxis(x, axis, -1)
    y = y.reshape(*y.shape[:-1], y.shape[-1] // pieces, pieces).max(axis=-1)
    return jnp.moveaxis(y, -1, axis)


def torch_maxout(x, pieces, axis=-1):
    y = torch.movedim(x, axis, -1)
    y = y.reshape(*y.shape[:-1], y.shape[-1] // pieces, pieces).amax(dim=-1)
    return torch.movedim(y, -1, axis)


def kept(x, p, training, generator):
    """Return the mask that dropout draws: the draw is ours, the rule is not."""
    return ag.dropout(np.ones(x.shape), p, training=training, generator=generator).data != 0


def jax_dropout(x, p=0.5, *, training=True, generator=None):
    if not training or p in (0, 1):
        return x * float(not training or p == 0)
    return jnp.where(kept(x, p, training, generator), x / (1 - p), 0.0)


def torch_dropout(x, p=0.5, *, training=True, generator=None):
    if not training or p in (0, 1):
        return functional.dropout(x, p, training)
    return torch.where(torch.tensor(kept(x, p, training, generator)), x / (1 - p), 0.0)


def jax_gelu(x, approximate="tanh"):
    return jax.nn.gelu(x, approximate=approximate == "tanh")


def torch_step(x):
    return (x > 0).to(x.dtype)  # heaviside has no derivative at all


def jax_layer_norm(x, gamma=None, beta=None, *, axis=-1, eps=1e-5):
    axes = (axis,) if isinstance(axis, int) else axis
    y = jax.nn.standardize(x, axis=axes, epsilon=eps)
    return _shifted(y, gamma, beta, axes)


def torch_layer_norm(x, gamma=None, beta=None, *, axis=-1, eps=1e-5):
    axes = (axis,) if isinstance(axis, int) else axis
    last = tuple(range(-len(axes), 0))
    y = torch.movedim(x, axes, last)
    gamma = torch.ones_like(beta) if gamma is None and beta is not None else gamma
    y = functional.layer_norm(y, y.shape[-len(axes) :], gamma, beta, eps)
    return torch.movedim(y, last, axes)


def _shifted(y, gamma, beta, axes):
    axes = [a % y.ndim for a in axes]
    shape = [y.shape[i] if i in axes else 1 for i in range(y.ndim)]
    y = y if gamma is None else y * gamma.reshape(shape)
    return y if beta is None else y + beta.reshape(shape)


def jax_batch_norm(
    x, gamma=None, beta=None, mean=None, var=None, *, training=True, momentum=0.1, eps=1e-5, axis=1
):
    over = tuple(i for i in range(x.ndim) if i != axis % x.ndim)
    if training:
        y = jax.nn.standardize(x, axis=over, epsilon=eps)
    else:
        shape = [x.shape[i] if i == axis % x.ndim else 1 for i in range(x.ndim)]
        y = (x - mean.reshape(shape)) / jnp.sqrt(var.reshape(shape) + eps)
    return _shifted(y, gamma, beta, (axis,))


def torch_batch_norm(
    x, gamma=None, beta=None, mean=None, var=None, *, training=True, momentum=0.1, eps=1e-5, axis=1
):
    y = torch.movedim(x, axis, 1)
    gamma = torch.ones_like(beta) if gamma is None and beta is not None else gamma  # it wants one
    y = functional.batch_norm(y, mean, var, gamma, beta, training, momentum, eps)
    return torch.movedim(y, 1, axis)


JAX = {
    "elu": jax.nn.elu,
    "gelu": jax_gelu,
    "hard_sigmoid": jax.nn.hard_sigmoid,
    "leaky_relu": lambda x, alpha=0.01: jax.nn.leaky_relu(x, alpha),
    "log_softmax": jax.nn.log_softmax,
    "logsumexp": jax.nn.logsumexp,
    "maxout": jax_maxout,
    "mish": jax.nn.mish,
    "relu": jax.nn.relu,
    "selu": jax.nn.selu,
    "sigmoid": jax.nn.sigmoid,
    "expit": jax.nn.sigmoid,
    "silu": jax.nn.silu,
    "softmax": jax.nn.softmax,
    "softplus": jax.nn.softplus,
    "step": lambda x: jnp.heaviside(x, 0.0),
    "dropout": jax_dropout,
    "layer_norm": jax_layer_norm,
    "batch_norm": jax_batch_norm,
}
TORCH = {
    "elu": functional.elu,
    "gelu": lambda x, approximate="tanh": functional.gelu(x, approximate=approximate),
    "hard_sigmoid": lambda x: functional.relu6(x + 3) / 6,  # hardsigmoid has no second derivative
    "leaky_relu": lambda x, alpha=0.01: functional.leaky_relu(x, alpha),
    "log_softmax": lambda x, axis=-1: torch.log_softmax(x, axis),
    "maxout": torch_maxout,
    "mish": functional.mish,
    "relu": functional.relu,
    "selu": functional.selu,
    "sigmoid": torch.sigmoid,
    "silu": functional.silu,
    "softmax": lambda x, axis=-1: torch.softmax(x, axis),
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "step": torch_step,
    "dropout": torch_dropout,
    "layer_norm": torch_layer_norm,
    "batch_norm": torch_batch_norm,
}
