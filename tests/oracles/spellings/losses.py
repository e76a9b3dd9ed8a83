"""Losses, and what is like them."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import torch
from torch.nn import functional

from oracles.words import averaged, t

FLOOR = -100.0  # of the logarithms of PyTorch's binary_cross_entropy


def jax_binary(p, t, *, reduction="mean"):
    logs = [jnp.maximum(jnp.log(q), FLOOR) for q in (p, 1 - p)]
    return averaged(-(t * logs[0] + (1 - t) * logs[1]), reduction)


def jax_binary_with_logits(x, t, *, pos_weight=None, reduction="mean"):
    weight = 1.0 if pos_weight is None else pos_weight
    yes, no = -jax.nn.log_sigmoid(x), -jax.nn.log_sigmoid(-x)
    return averaged(weight * t * yes + (1 - t) * no, reduction)


def torch_binary_with_logits(x, targets, *, pos_weight=None, reduction="mean"):
    return functional.binary_cross_entropy_with_logits(
        x,
        targets.to(x.dtype),
        pos_weight=None if pos_weight is None else t(pos_weight),
        reduction=reduction,
    )


def jax_nll(log_p, t, *, class_weights=None, label_smoothing=0.0, ignore_index=None, **reduction):
    """Spell what each row aims at as a table of weights, by the formula."""
    classes = log_p.shape[-1]
    t = jnp.asarray(t)
    hard = t.ndim < log_p.ndim
    counts = jnp.ones(t.shape) if hard else jnp.ones(t.shape[:-1])
    if hard and ignore_index is not None:
        counts = (t != ignore_index) * 1.0
    goal = jax.nn.one_hot(jnp.where(counts > 0, t, 0), classes) if hard else t
    weights = jnp.ones(classes) if class_weights is None else jnp.asarray(class_weights)
    share = (goal * weights).sum(axis=-1) if hard else 1.0
    goal = ((1 - label_smoothing) * goal + label_smoothing / classes) * weights
    aimed = (goal > 0) & (counts > 0)[..., None]
    losses = -jnp.where(aimed, goal * jnp.where(aimed, log_p, 0.0), 0.0).sum(axis=-1)
    if reduction.get("reduction", "mean") == "mean":
        return losses.sum() / (counts * share).sum()
    return averaged(losses, reduction["reduction"])


def jax_cross_entropy(x, t, **options):
    return jax_nll(jax.nn.log_softmax(x), t, **options)


def torch_cross_entropy(
    x, goal, *, class_weights=None, label_smoothing=0.0, ignore_index=None, reduction="mean"
):
    goal = goal if isinstance(goal, torch.Tensor) else torch.tensor(goal)
    soft = goal.ndim == x.ndim
    goal = goal.to(x.dtype) if soft else goal
    y = x if x.ndim == 1 else torch.movedim(x, -1, 1)
    return functional.cross_entropy(
        y,
        torch.movedim(goal, -1, 1) if soft and x.ndim > 1 else goal,
        weight=None if class_weights is None else t(class_weights),
        label_smoothing=label_smoothing,
        ignore_index=-100 if ignore_index is None else ignore_index,
        reduction=reduction,
    )


def torch_nll(log_p, goal, **options):
    """Spell it with nll_loss for plain labels; the rest by softmax, which log_p has passed."""
    goal = goal if isinstance(goal, torch.Tensor) else torch.tensor(goal)
    smooth = options.pop("label_smoothing", 0.0)
    reduction = options.get("reduction", "mean")
    if goal.ndim == log_p.ndim or smooth:
        classes = log_p.shape[-1]
        table = goal if goal.ndim == log_p.ndim else functional.one_hot(goal, classes)
        table = (1 - smooth) * table.to(log_p.dtype) + smooth / classes
        return averaged(torch.where(table > 0, -table * log_p, 0.0).sum(dim=-1), reduction)
    weights, ignored = options.get("class_weights"), options.get("ignore_index")
    y = log_p if log_p.ndim == 1 else torch.movedim(log_p, -1, 1)
    return functional.nll_loss(
        y,
        goal,
        weight=None if weights is None else t(weights),
        ignore_index=-100 if ignored is None else ignored,
        reduction=reduction,
    )


def jax_hinge(y, t, *, reduction="mean"):
    return averaged(jax.nn.relu(1 - t * y), reduction)


def torch_hinge(y, t, *, reduction="mean"):
    return averaged(functional.relu(1 - t * y), reduction)


def jax_huber(y, t, *, delta=1.0, reduction="mean"):
    r = jnp.abs(y - t)
    return averaged(jnp.where(r <= delta, 0.5 * r * r, delta * (r - 0.5 * delta)), reduction)


def by_rows(losses, axis, reduction):
    rows = losses.sum(axis)
    return averaged(rows, reduction)


def jax_divergence(log_q, p, *, axis=-1, reduction="mean"):
    return by_rows(jax.scipy.special.xlogy(p, p) - p * log_q, axis, reduction)


def torch_divergence(log_q, p, *, axis=-1, reduction="mean"):
    return by_rows(functional.kl_div(t(log_q), t(p), reduction="none"), axis, reduction)


def jax_cosine(x, y, axis=-1, eps=1e-8):
    lengths = [jnp.maximum(jnp.sqrt((v * v).sum(axis)), eps) for v in (x, y)]
    return (x * y).sum(axis) / (lengths[0] * lengths[1])


JAX = {
    "binary_cross_entropy": jax_binary,
    "binary_cross_entropy_with_logits": jax_binary_with_logits,
    "nll": jax_nll,
    "softmax_cross_entropy": jax_cross_entropy,
    "hinge": jax_hinge,
    "huber": jax_huber,
    "kl_divergence": jax_divergence,
    "cosine_similarity": jax_cosine,
    "mean_squared_error": lambda y, t, *, reduction="mean": averaged((y - t) ** 2, reduction),
    "mean_absolute_error": lambda y, t, *, reduction="mean": averaged(jnp.abs(y - t), reduction),
}
TORCH = {
    "binary_cross_entropy": lambda p, t, *, reduction="mean": functional.binary_cross_entropy(
        p, t.to(p.dtype), reduction=reduction
    ),
    "binary_cross_entropy_with_logits": torch_binary_with_logits,
    "nll": torch_nll,
    "softmax_cross_entropy": torch_cross_entropy,
    "hinge": torch_hinge,
    "huber": lambda y, t, *, delta=1.0, reduction="mean": functional.huber_loss(
        y, t, reduction=reduction, delta=delta
    ),
    "kl_divergence": torch_divergence,
    "cosine_similarity": lambda x, y, axis=-1, eps=1e-8: functional.cosine_similarity(
        x, y, dim=axis, eps=eps
    ),
    "mean_squared_error": lambda y, t, *, reduction="mean": functional.mse_loss(
        y, t, reduction=reduction
    ),
    "mean_absolute_error": lambda y, t, *, reduction="mean": functional.l1_loss(
        y, t, reduction=reduction
    ),
}
