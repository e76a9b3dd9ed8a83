"""Rows of the operations' table: losses of classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import seeds, shapes
from rows.activations import softmax_of


@st.composite
def classified(draw: st.DrawFn) -> Example:
    *batch, _ = draw(shapes(min_dims=1, max_dims=3, min_side=1))
    classes = draw(st.sampled_from([1, 2, 3, 5, 64, 65]))
    rng = np.random.default_rng(draw(seeds()))
    labels = rng.integers(0, classes, batch)
    one_hot = np.eye(classes)[labels]
    soft = softmax_of(rng.uniform(-2, 2, (*batch, classes)))
    choices = [labels, labels.astype(np.uint8), labels.tolist(), one_hot, one_hot.astype(int), soft]
    return Example([rng.uniform(-3, 3, (*batch, classes))], (draw(st.sampled_from(choices)),))


@st.composite
def weighed(draw: st.DrawFn) -> Example:
    """One row at least counts."""
    example = draw(classified())
    (x,), (t,) = example.operands, example.arguments
    rng = np.random.default_rng(draw(seeds()))
    weights = rng.uniform(0.5, 2.0, x.shape[-1])
    options: dict[str, Any] = {
        "class_weights": draw(st.sampled_from([None, weights, weights.tolist()])),
        "label_smoothing": draw(st.sampled_from([0.0, 0.1, 1.0])),
        "reduction": draw(st.sampled_from(["mean", "sum", "none"])),
    }
    labels = np.array(t)
    if labels.shape == x.shape[:-1] and draw(st.booleans()):
        gaps = np.array(rng.uniform(size=labels.shape) < 0.5)
        gaps.flat[0] = False
        t = np.where(gaps, 200, labels).astype(labels.dtype)
        options["ignore_index"] = 200
    return Example([x], (t,), options)


def cross_entropy_of(
    x: np.ndarray,
    t: Any,
    class_weights: Any = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> np.ndarray:
    """Return the loss by the book: one logarithm after the other."""
    classes = x.shape[-1]
    labels = np.asarray(t)
    rows = labels.shape == x.shape
    counts = np.ones(x.shape[:-1]) if rows else (labels != ignore_index).astype(float)
    hot = labels if rows else np.eye(classes)[np.where(counts, labels, 0).astype(int)]
    weights = np.ones(classes) if class_weights is None else np.asarray(class_weights)
    soft = rows and labels.dtype.kind == "f"
    total = counts.sum() if soft else ((hot * weights).sum(axis=-1) * counts).sum()
    table = (hot * (1 - label_smoothing) + label_smoothing / classes) * weights
    losses = -(np.log(softmax_of(x)) * table.astype(x.dtype)).sum(axis=-1) * counts.astype(x.dtype)
    if reduction == "none":
        return losses
    return losses.sum() / x.dtype.type(total if reduction == "mean" else 1)


def nll_of_softmax(x: Any, t: Any, **options: Any) -> Any:
    return ag.nll(ag.log_softmax(x), t, **options)


ROWS = [
    Row("softmax_cross_entropy", cross_entropy_of, classified()),
    Row("softmax_cross_entropy", cross_entropy_of, weighed(), note="weighed"),
    Row("nll", cross_entropy_of, classified(), nll_of_softmax),
    Row("nll", cross_entropy_of, weighed(), nll_of_softmax, note="weighed"),
]
