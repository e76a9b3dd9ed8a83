"""Random graphs with sharing and branches, against an engine that knows only single numbers."""

from __future__ import annotations

from typing import Any

import naive
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import Program, close, kinds_for, programs

import autograd_lite as ag
from autograd_lite.testing.strategies import seeds

SHORT, LONG = 40, 200  # steps
STEP = 1e-5  # of central differences
EXAMPLES = settings().max_examples
GRAPHS = 6 * EXAMPLES  # there is a lot to combine


def naive_gradients(program: Program, leaves: list[np.ndarray]) -> list[np.ndarray]:
    numbers = [naive.numbers(x) for x in leaves]
    return naive.gradients(program.run(naive, numbers)[-1], numbers)


def directions(seed: int, program: Program) -> tuple[list[np.ndarray], list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    first, second = ([rng.uniform(-1, 1, x.shape) for x in program.leaves] for _ in range(2))
    return first, second


def inner(arrays: Any, others: Any) -> float:
    return sum(float(np.sum(x * y)) for x, y in zip(arrays, others, strict=True))


def moved(program: Program, direction: list[np.ndarray], step: float) -> list[np.ndarray]:
    return [x + step * d for x, d in zip(program.leaves, direction, strict=True)]


@settings(max_examples=GRAPHS)
@given(programs(naive, 1, SHORT), seeds())
def test_the_naive_engines_gradients_are_central_differences(program: Program, seed: int):
    """All that it knows, also what the library does not."""
    direction, _ = directions(seed, program)

    def value(step: float) -> float:
        numbers = [naive.numbers(x) for x in moved(program, direction, step)]
        return float(naive.values(program.run(naive, numbers)[-1]))

    slope = inner(naive_gradients(program, program.leaves), direction)
    close(slope, (value(STEP) - value(-STEP)) / (2 * STEP), 1e-5)


@settings(max_examples=GRAPHS)
@given(programs(ag.functions, 1, SHORT))
def test_first_gradients_of_the_leaves_agree(program: Program):
    numbers = [naive.numbers(x) for x in program.leaves]
    expected = program.run(naive, numbers)
    leaves = [ag.Variable(x) for x in program.leaves]
    found = program.run(ag.functions, leaves)
    for v, value in zip(found, expected, strict=True):
        close(v.data, naive.values(value), 1e-10)
    found[-1].backward()
    slopes = naive.gradients(expected[-1], numbers)
    for leaf, slope in zip(leaves, slopes, strict=True):
        close(leaf.grad, slope, 1e-10)


def test_programs_of_two_hundred_operations_with_several_outputs():
    """All outputs at once, and one after the other into the same ``.grad``."""
    lengths, outputs, written = [], [], set()

    @settings(max_examples=EXAMPLES)
    @given(programs(ag.functions, LONG, LONG))
    def agree(program: Program) -> None:
        numbers = [naive.numbers(x) for x in program.leaves]
        expected = program.run(naive, numbers)
        leaves = [ag.Variable(x) for x in program.leaves]
        found = program.values(ag.functions, leaves)
        for v, value in zip(found, expected[:-1], strict=True):
            close(v.data, naive.values(value), 1e-9)
        ends, weights = [found[i] for i in program.weights], list(program.weights.values())
        at_once = ag.gradients(ends, leaves, weights, retain_graph=True)
        totals = [(end * weight).sum() for end, weight in zip(ends, weights, strict=True)]
        summed = ag.gradients(totals, leaves, retain_graph=True)
        for end, weight in zip(ends, weights, strict=True):
            end.backward(weight, retain_graph=True)
        slopes = naive.gradients(expected[-1], numbers)
        for leaf, *found_so, slope in zip(leaves, at_once, summed, slopes, strict=True):
            for gradient in (leaf.grad, *found_so):
                close(gradient, slope, 1e-8)
        lengths.append(len(program.steps))
        outputs.append(len(ends))
        written.update(step.name for step in program.steps)

    agree()
    assert min(lengths) >= LONG
    assert min(outputs) > 5
    assert len(written) > 0.8 * len(kinds_for(ag.functions))


@settings(max_examples=GRAPHS)
@given(programs(ag.functions, 1, SHORT), st.data())
def test_gradients_of_any_value_agree(program: Program, data: st.DataObject):
    """Intermediate values too, recorded or not."""
    numbers = [naive.numbers(x) for x in program.leaves]
    expected = program.run(naive, numbers)
    found = program.run(ag.functions, [ag.Variable(x) for x in program.leaves])
    places = st.integers(0, len(found) - 2)
    chosen = data.draw(st.lists(places, min_size=1, max_size=4, unique=True))
    slopes = naive.gradients(expected[-1], [expected[i] for i in chosen])
    recorded = ag.gradients(found[-1], [found[i] for i in chosen], create_graph=True)
    plain = ag.gradients(found[-1], [found[i] for i in chosen])
    for v, array, slope in zip(recorded, plain, slopes, strict=True):
        close(v.data, slope, 1e-10)
        close(array, slope, 1e-10)


@settings(max_examples=GRAPHS)
@given(programs(ag.functions, 1, SHORT // 2, kinks=False), seeds())
def test_second_derivatives_are_central_differences_of_the_naive_gradients(
    program: Program, seed: int
):
    factors, direction = directions(seed, program)
    leaves = [ag.Variable(x) for x in program.leaves]
    total = program.run(ag.functions, leaves)[-1]
    first = ag.gradients(total, leaves, create_graph=True)
    along = ag.Variable(0.0)
    for g, f, leaf in zip(first, factors, leaves, strict=True):
        along = along + (g * f).sum() + (leaf * 0).sum()  # ties leaves that enter linearly
    slope = inner(ag.gradients(along, leaves), direction)

    def first_along(step: float) -> float:
        return inner(naive_gradients(program, moved(program, direction, step)), factors)

    close(slope, (first_along(STEP) - first_along(-STEP)) / (2 * STEP), 1e-5)
