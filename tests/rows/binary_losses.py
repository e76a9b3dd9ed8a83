"""Rows of the operations' table: losses of yes and no."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import seeds, shapes
from rows.activations import logistic

reductions = st.sampled_from(["mean", "sum", "none"])


@st.composite
def judged(draw: st.DrawFn, low: float, high: float) -> Example:
    x = uniform(draw(seeds()), draw(shapes(min_side=1)), low, high)
    t = uniform(draw(seeds()), x.shape, 0.0, 1.0)
    targets = draw(st.sampled_from([t, t.round(), t.round().astype(int)]))
    return Example([x], (targets,), {"reduction": draw(reductions)})


@st.composite
def judged_by_weight(draw: st.DrawFn) -> Example:
    example = draw(judged(-4.0, 4.0))
    shape = example.operands[0].shape
    weights = uniform(draw(seeds()), draw(st.sampled_from([(), shape, shape[-1:]])), 0.0, 3.0)
    return Example(example.operands, example.arguments, {**example.options, "pos_weight": weights})


def reduced(losses: np.ndarray, reduction: str) -> np.ndarray:
    return losses if reduction == "none" else getattr(losses, reduction)()


def binary_cross_entropy_of(
    p: np.ndarray, t: np.ndarray, reduction: str, pos_weight: Any = 1.0
) -> np.ndarray:
    t, weight = t.astype(p.dtype), np.asarray(pos_weight, p.dtype)
    return reduced(-(weight * t * np.log(p) + (1 - t) * np.log(1 - p)), reduction)


ROWS = [
    Row("binary_cross_entropy", binary_cross_entropy_of, judged(0.1, 0.9)),
    Row(
        "binary_cross_entropy_with_logits",
        lambda x, t, **options: binary_cross_entropy_of(logistic(x), t, **options),
        judged(-4.0, 4.0),
    ),
    Row(
        "binary_cross_entropy_with_logits",
        lambda x, t, **options: binary_cross_entropy_of(logistic(x), t, **options),
        judged_by_weight(),
        note="weighed",
    ),
]
