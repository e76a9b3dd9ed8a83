"""Capture: every operation of the registry gives what it gives eagerly, with its derivatives."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from replays import assert_same, captured, gradients_read

import autograd_lite as ag
from autograd_lite.checking import public_function
from autograd_lite.checking.selfcheck import case_inputs
from autograd_lite.errors import AutogradError
from autograd_lite.graph.cases import A, At, Case, X, filled, in_precision, marked
from autograd_lite.graph.composed import Proven, proven

DTYPES = [np.float16, np.float32, np.float64]
CALLS = 3


def instances(operation: Proven) -> Iterator[tuple[Case | At, type]]:
    """Yield the cases and points of an operation, and how they mark operands."""
    for case in operation.cases:
        yield case, A
    for point in operation.points:
        yield point, X


def arrays_of(instance: Case | At, kind: type, dtype: Any, call: int) -> list[np.ndarray]:
    """Return operands for one call: other numbers each time, the point's own the first two."""
    if isinstance(instance, Case):
        return [in_precision(x, dtype) for x in case_inputs(instance, call)]
    exact = [in_precision(x.values, dtype) for x in marked(instance.arguments, kind)]
    return [in_precision(x * (1 - 0.125 * max(0, call - 1)), dtype) for x in exact]


def applied(operation: Proven, instance: Case | At, kind: type) -> Callable[..., Any]:
    """Return the operation as a function of its operands alone, with a list of results."""
    function = public_function(operation)

    def f(operands: list[Any]) -> list[Any]:
        arguments = filled(instance.arguments, kind, iter(operands))
        results = function(*arguments, **instance.options)
        return list(results) if isinstance(results, list | tuple) else [results]

    return f


def weights_of(shapes: list[tuple[int, ...]], dtype: Any, seed: int) -> list[np.ndarray]:
    """Return gradients to arrive, some of them exactly 0."""
    rng = np.random.default_rng(seed)
    drawn = [np.asarray(rng.uniform(-2, 2, shape)) for shape in shapes]
    return [(w * (np.abs(w) > 0.3)).astype(dtype) for w in drawn]


def weighted(results: list[Any], weights: list[Any]) -> ag.Variable:
    """Return one number that depends on all results."""
    total = ag.sum(results[0] * weights[0])
    for y, w in zip(results[1:], weights[1:], strict=True):
        total = total + ag.sum(y * w)
    return in_reals(total)


def in_reals(y: ag.Variable) -> ag.Variable:
    return ag.real(y) if y.dtype.kind == "c" else y


def fits(instance: Case | At, kind: type, dtype: Any) -> bool:
    """Whether there are such operands: float16 has no complex partner."""
    drawn = arrays_of(instance, kind, np.float64, 0)
    return dtype != np.float16 or all(x.dtype.kind != "c" for x in drawn)


def first_order(f: Callable[..., Any], leaves: list[ag.Variable]) -> Callable[..., Any]:
    """Return a function that runs forward and backward and returns the results."""

    def run(weights: list[Any]) -> Any:
        results = f(leaves)
        weighted(results, weights).backward()
        return results[0].shape, [y.data for y in results]

    return run


def second_order(f: Callable[..., Any], leaves: list[ag.Variable]) -> Callable[..., Any]:
    """Return a function that differentiates the gradients, too."""

    def run(weights: list[Any]) -> Any:
        first = ag.gradients(weighted(f(leaves), weights), leaves, create_graph=True)
        total = sum(
            [
                in_reals(ag.sum(g * g + 0.5 * g + v * 0.25))
                for g, v in zip(first, leaves, strict=True)
            ]
        )
        total.backward()
        return [g.data for g in first]

    return run


def check(operation: Proven, order: Callable[..., Any], dtype: Any) -> int:
    """Run every case and point eagerly and captured; return how many could be run."""
    compared = 0
    for number, (instance, kind) in enumerate(instances(operation)):
        if not fits(instance, kind, dtype):
            continue
        seed = zlib.crc32(f"{operation.name} {number}".encode())
        start = arrays_of(instance, kind, dtype, 0)
        eager, live = ([ag.Variable(x) for x in start] for _ in range(2))
        f = applied(operation, instance, kind)
        shapes = [y.shape for y in f(eager)]
        run, program = order(f, eager), captured(order(f, live))
        for call in range(CALLS):
            arrays = arrays_of(instance, kind, dtype, call)
            weights = weights_of(shapes, dtype, seed + call)
            for leaf, x in zip([*eager, *live], [*arrays, *arrays], strict=True):
                leaf.assign(x)
                leaf.grad = None
            try:
                expected = run(weights)
            except AutogradError:
                with pytest.raises(AutogradError):
                    program(weights)
                continue
            found = program(weights)
            what = f"{instance!r}, call {call}"
            assert_same(found, expected, what)
            assert_same(gradients_read(live), gradients_read(eager), what)
            compared += 1
    return compared


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", proven())
@np.errstate(all="ignore")
def test_values_and_gradients_are_the_eager_ones(name: str, dtype: Any):
    assert check(proven()[name], first_order, dtype)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", proven())
@np.errstate(all="ignore")
def test_gradients_of_gradients_are_the_eager_ones(name: str, dtype: Any):
    assert check(proven()[name], second_order, dtype)
