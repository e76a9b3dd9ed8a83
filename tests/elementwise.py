"""Random elementwise programs: functions of a few arrays that broadcast, and steps of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.capturing.plan import blocks, grouping, paying

__all__ = ["Maker", "make_small", "programs", "step_of"]

UNARY = ["tanh", "sigmoid", "relu", "neg", "sin", "square", "leaky_relu"]
BINARY = ["add", "mul", "sub", "maximum"]
ROWS = [1, 2, 3, 16, 31, 32, 33, 64, 65]


def make_small(patch: pytest.MonkeyPatch) -> None:
    """Let small arrays be large ones."""
    patch.setattr(grouping, "LARGE", 64)
    patch.setattr(blocks, "ROW", 64)
    patch.setattr(paying, "CACHE", 1024)
    patch.setattr(paying, "WORTH", 20)


Maker = Callable[[list[Any]], list[Any]]


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[np.ndarray], Maker, bool]:
    """Draw leaves that broadcast to one shape, and a function of them with several results."""
    rows, width = draw(st.sampled_from(ROWS)), draw(st.integers(1, 9))
    full = draw(st.sampled_from([(rows,), (rows, width), (rows, 2, width), (2, 3 * rows)]))
    smaller = [full, full, full[1:], (), (1,) * len(full), (full[0],) + (1,) * (len(full) - 1)]
    shapes = [full, *draw(st.lists(st.sampled_from(smaller), min_size=1, max_size=3))]
    kinds = draw(
        st.sampled_from([[np.float64] * 4, [np.float32] * 4, [np.float64, np.float32] * 2])
    )
    doubles = kinds == [np.float64] * 4
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    leaves = [rng.normal(size=s).astype(k) for s, k in zip(shapes, kinds, strict=False)]
    count = len(leaves)
    steps: list[tuple[Any, ...]] = []
    for place in range(count, count + draw(st.integers(2, 9))):
        x, y, z = [draw(st.integers(0, place - 1)) for _ in range(3)]
        kind = draw(
            st.sampled_from(
                ["unary", "binary", "binary", "where", "over", "all", "cast"][: 6 + (not doubles)]
            )
        )
        name = draw(st.sampled_from(UNARY if kind == "unary" else BINARY))
        axis, kept = draw(st.integers(0, 2)), draw(st.booleans())
        over = draw(st.sampled_from(["sum", "mean", "max"]))
        steps.append((kind, name, x, y, z, axis, kept, over))

    def function(values: list[Any]) -> list[Any]:
        values = list(values)
        for kind, name, x, y, z, axis, kept, over in steps:
            values.append(_applied(kind, name, [values[i] for i in (x, y, z)], axis, kept, over))
        return values[count:]

    return leaves, function, doubles


def _applied(kind: str, name: str, xs: list[Any], axis: int, kept: bool, over: str) -> Any:
    a, b, c = xs
    if kind == "unary":
        return getattr(ag, name)(a)
    if kind == "cast":
        return ag.astype(a, np.float32)
    if kind == "all":
        return getattr(ag, over)(a)
    if kind == "over":
        if a.ndim == 0:
            return ag.tanh(a)
        kept = kept or axis % a.ndim > 0
        return getattr(ag, over)(a, axis=axis % a.ndim, keepdims=kept)
    if not _broadcasts(a, b):
        return ag.sin(a)
    if kind == "binary" or not _broadcasts(ag.add(a, b), c):
        return getattr(ag, name)(a, b)
    return ag.where(ag.neg(c).data > 0, ag.tanh(a), ag.neg(b))


def _broadcasts(a: Any, b: Any) -> bool:
    try:
        np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        return False
    return True


def step_of(leaves: list[ag.Variable], function: Maker) -> Callable[[], Any]:
    """Return a step that returns its results and leaves gradients behind."""

    def step() -> Any:
        results = function(leaves)
        loss = sum([leaf.sum() * 0.5 for leaf in leaves], ag.Variable(0.0))
        for result in results:
            loss = loss + (result * result).mean()
        for leaf in leaves:
            leaf.grad = None
        loss.backward()
        return loss.data, [result.data for result in results[-3:]]

    return step
