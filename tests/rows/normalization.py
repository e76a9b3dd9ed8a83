"""Rows of the operations' table: normalization."""

from __future__ import annotations

from typing import Any

import numpy as np
from drawn import Example, Row, uniform
from hypothesis import strategies as st

from autograd_lite.testing.strategies import seeds, shapes

EPS = 0.1  # less is too steep for central differences, where two numbers are nearly equal


def standardized(x: np.ndarray, axes: tuple[int, ...], eps: float) -> np.ndarray:
    mean, var = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


def scaled(x: np.ndarray, parameters: tuple[np.ndarray, ...], shape: list[int]) -> np.ndarray:
    for place, parameter in enumerate(parameters):
        p = parameter.reshape(shape)
        x = x + p if place else x * p
    return x


def by_batch(x: np.ndarray, *parameters: np.ndarray, axis: int, eps: float) -> np.ndarray:
    axis %= x.ndim
    others = tuple(i for i in range(x.ndim) if i != axis)
    shape = [n if i == axis else 1 for i, n in enumerate(x.shape)]
    return scaled(standardized(x, others, eps), parameters, shape)


def by_running(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, *running: Any, **options: Any
) -> np.ndarray:
    axis, shape = options["axis"] % x.ndim, [1] * x.ndim
    shape[axis] = -1
    mean, var = (r.astype(x.dtype).reshape(shape) for r in running)
    return scaled((x - mean) / np.sqrt(var + options["eps"]), (gamma, beta), shape)


def by_row(x: np.ndarray, *parameters: np.ndarray, axis: Any, eps: float) -> np.ndarray:
    axes = axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(sorted(i % x.ndim for i in axes))
    shape = [n if i in axes else 1 for i, n in enumerate(x.shape)]
    return scaled(standardized(x, axes, eps), parameters, shape)


@st.composite
def batches(draw: st.DrawFn, evaluation: bool = False) -> Example:
    shape = draw(shapes(min_dims=1, min_side=1).filter(lambda s: np.prod(s) // max(s) > 1))
    axis = draw(st.sampled_from([i for i, n in enumerate(shape) if np.prod(shape) // n > 1]))
    channels = (shape[axis],)
    count = 2 if evaluation else draw(st.integers(0, 2))
    operands = [uniform(draw(seeds()), s) for s in (shape, *[channels] * count)]
    options = {"axis": axis - len(shape) * draw(st.booleans()), "eps": EPS}
    if not evaluation:
        return Example(operands, (), options)
    mean, var = uniform(draw(seeds()), channels), uniform(draw(seeds()), channels, 0.1)
    return Example(operands, (mean, var), options | {"training": False})


@st.composite
def rows(draw: st.DrawFn) -> Example:
    shape = draw(shapes(min_dims=1, min_side=1))
    chosen = draw(st.permutations(range(len(shape))))[: draw(st.integers(1, len(shape)))]
    own = tuple(shape[i] for i in sorted(chosen))
    operands = [uniform(draw(seeds()), s) for s in (shape, *[own] * draw(st.integers(0, 2)))]
    axis = tuple(i - len(shape) * draw(st.booleans()) for i in chosen)
    given = draw(st.sampled_from([axis, axis[0]])) if len(axis) == 1 else axis
    return Example(operands, (), {"axis": given, "eps": EPS})


ROWS = [
    Row("batch_norm", by_batch, batches()),
    Row("batch_norm", by_running, batches(evaluation=True), note="evaluation"),
    Row("layer_norm", by_row, rows()),
]
