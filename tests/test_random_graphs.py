"""Random graphs with sharing and branches, against an engine that knows only single numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import naive
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.testing.strategies import axes, indices, larger, seeds, shapes

MOST_STEPS = 40
MOST_ELEMENTS = 36
STEP = 1e-5  # of central differences
KINK = 1e-3  # how near values come to a tie or to relu's corner
GRAPHS = 10 * settings().max_examples  # as many different things to combine as operations


@dataclass(frozen=True)
class Step:
    """One operation on earlier values: numbers among the operands are constants."""

    name: str
    operands: tuple[int | float, ...]
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def apply(self, engine: ModuleType, values: Sequence[Any]) -> Any:
        given_values = [values[x] if isinstance(x, int) else x for x in self.operands]
        return getattr(engine, self.name)(*given_values, *self.arguments, **self.options)


@dataclass
class Program:
    """Leaves, steps, and a weight for every value that no step uses."""

    leaves: list[np.ndarray]
    steps: list[Step] = field(default_factory=list)
    weights: dict[int, np.ndarray] = field(default_factory=dict)

    def run(self, engine: ModuleType, leaves: Sequence[Any]) -> list[Any]:
        """Return every value, the last of them one number that depends on all others."""
        values = list(leaves)
        for step in self.steps:
            values.append(step.apply(engine, values))
        total: Any = 0.0
        for i, weight in self.weights.items():
            total = engine.add(engine.sum(engine.mul(values[i], weight)), total)
        return [*values, total]


class Writer:
    """Writes a program step by step; knows all values, so that none explodes or ties."""

    def __init__(self, draw: st.DrawFn, leaves: list[np.ndarray]) -> None:
        self.draw = draw
        self.program = Program(leaves)
        self.values = [naive.numbers(x) for x in leaves]

    def any(self) -> int:
        return self.draw(st.integers(0, len(self.values) - 1))

    def data(self, i: int) -> np.ndarray:
        return naive.values(self.values[i])

    def shape(self, i: int) -> tuple[int, ...]:
        return self.values[i].shape

    def partner(self, fits: Callable[[tuple[int, ...]], bool]) -> int | None:
        fitting = [i for i in range(len(self.values)) if fits(self.shape(i))]
        return self.draw(st.sampled_from(fitting)) if fitting else None

    def write(self, name: str, *operands: int | float, arguments: Any = (), **options: Any) -> int:
        """Add a step; values that grow are scaled down by another."""
        step = Step(name, operands, arguments, options)
        self.program.steps.append(step)
        self.values.append(step.apply(naive, self.values))
        newest = len(self.values) - 1
        largest = float(np.abs(self.data(newest)).max())
        return newest if largest < 4 else self.write("mul", newest, round(2 / largest, 6))

    def positive(self, i: int) -> int:
        return self.write("add", self.write("mul", i, i), 0.5)

    def finished(self) -> Program:
        """Weigh every value that no step uses: then every step matters."""
        used = {i for step in self.program.steps for i in step.operands if isinstance(i, int)}
        rng = np.random.default_rng(self.draw(seeds()))
        for i in range(len(self.values)):
            if i not in used:
                self.program.weights[i] = rng.uniform(-1, 1, self.shape(i))
        return self.program


def broadcasts(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    try:
        return int(np.prod(np.broadcast_shapes(a, b))) <= MOST_ELEMENTS
    except ValueError:
        return False


# ---- how each kind of step is written


def unary(name: str) -> Callable[[Writer], Any]:
    return lambda w: w.write(name, w.any())


def of_positive(name: str) -> Callable[[Writer], Any]:
    return lambda w: w.write(name, w.positive(w.any()))


def binary(name: str) -> Callable[[Writer], Any]:
    def write(w: Writer) -> None:
        i = w.any()
        j = w.partner(lambda shape: broadcasts(shape, w.shape(i)))
        w.write(name, i, i if j is None else j)

    return write


def with_number(w: Writer) -> None:
    name, number = w.draw(st.sampled_from(["add", "sub", "mul", "div"])), 1.5
    i = w.any()
    if w.draw(st.booleans()):
        w.write(name, i, number)
    else:
        w.write(name, number, w.positive(i) if name == "div" else i)


def division(w: Writer) -> None:
    i = w.any()
    j = w.partner(lambda shape: broadcasts(shape, w.shape(i)))
    w.write("div", i, w.positive(i if j is None else j))


def whole_power(w: Writer) -> None:
    w.write("pow", w.any(), w.draw(st.sampled_from([2.0, 3.0])))


def any_power(w: Writer) -> None:
    w.write("pow", w.positive(w.any()), w.draw(st.sampled_from([-1.0, 0.5, 1.5])))


def exponential(w: Writer) -> None:
    w.write("exp", w.write("tanh", w.any()))


def reduction(name: str) -> Callable[[Writer], Any]:
    def write(w: Writer) -> None:
        i = w.any()
        w.write(name, i, axis=w.draw(axes(len(w.shape(i)))), keepdims=w.draw(st.booleans()))

    return write


def softmax(w: Writer) -> None:
    i = w.any()
    if w.shape(i):
        w.write("softmax", i, axis=w.draw(st.integers(0, len(w.shape(i)) - 1)))


def reshape(w: Writer) -> None:
    i = w.any()
    sides = w.draw(st.permutations(w.shape(i)))
    w.write("reshape", i, arguments=(w.draw(st.sampled_from([tuple(sides), (-1,), (1, -1)])),))


def transpose(w: Writer) -> None:
    i = w.any()
    order = tuple(w.draw(st.permutations(range(len(w.shape(i))))))
    w.write("transpose", i, arguments=(order,))


def broadcast(w: Writer) -> None:
    i = w.any()
    shape = w.draw(larger(w.shape(i)))
    if 0 < np.prod(shape) <= MOST_ELEMENTS:
        w.write("broadcast_to", i, arguments=(shape,))


def repeat(w: Writer) -> None:
    i, times = w.any(), w.draw(st.integers(1, 2))
    axis = w.draw(st.sampled_from([None, *range(len(w.shape(i)))]))
    if times * np.prod(w.shape(i)) <= MOST_ELEMENTS:
        w.write("repeat", i, arguments=(times, axis))


def getitem(w: Writer) -> None:
    i = w.any()
    index = w.draw(indices(w.shape(i)))
    if 0 < np.zeros(w.shape(i))[index].size <= MOST_ELEMENTS:
        w.write("getitem", i, arguments=(index,))


def matmul(w: Writer) -> None:
    i = w.any()
    a = w.shape(i)
    j = w.partner(lambda b: bool(a and b) and multiplies(a, b)) if a else None
    if j is not None:
        w.write("matmul", i, j)


def multiplies(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    try:
        return np.matmul(np.zeros(a), np.zeros(b)).size <= MOST_ELEMENTS
    except ValueError:
        return False


def relu(w: Writer) -> None:
    i = w.any()
    if (np.abs(w.data(i)) > KINK).all():
        w.write("relu", i)


def maximum(w: Writer) -> None:
    i = w.any()
    j = w.partner(lambda shape: broadcasts(shape, w.shape(i)))
    if j is not None and (np.abs(w.data(i) - w.data(j)) > KINK).all():
        w.write("maximum", i, j)


def largest(w: Writer) -> None:
    i = w.any()
    axis = w.draw(axes(len(w.shape(i))))
    x = w.data(i)
    near = x > x.max(axis=axis, keepdims=True) - KINK
    if (near.sum(axis=axis) == 1).all():
        w.write("max", i, axis=axis, keepdims=w.draw(st.booleans()))


SMOOTH: list[Callable[[Writer], Any]] = [
    *map(binary, ("add", "sub", "mul")),
    *map(unary, ("neg", "tanh", "sigmoid")),
    *map(of_positive, ("log", "sqrt")),
    *map(reduction, ("sum", "mean")),
    *(division, with_number, whole_power, any_power, exponential, softmax, matmul),
    *(reshape, transpose, broadcast, repeat, getitem),
]
KINKED = [relu, maximum, largest]


@st.composite
def programs(draw: st.DrawFn, kinds: list[Callable[[Writer], Any]], most: int) -> Program:
    drawn = draw(st.lists(shapes(max_dims=3, min_side=1), min_size=2, max_size=4))
    rng = np.random.default_rng(draw(seeds()))
    writer = Writer(draw, [np.asarray(rng.uniform(-2, 2, shape)) for shape in drawn])
    wanted = draw(st.integers(1, most))
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=wanted, max_size=wanted)):
        if len(writer.program.steps) < wanted:  # some kinds write several steps
            kind(writer)
    return writer.finished()


def close(actual: Any, expected: Any, tolerance: float) -> None:
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    scale = max(1e-2, float(np.abs(expected).max()))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * scale)


def naive_gradients(program: Program, leaves: list[np.ndarray]) -> list[np.ndarray]:
    numbers = [naive.numbers(x) for x in leaves]
    return naive.gradients(program.run(naive, numbers)[-1], numbers)


@settings(max_examples=GRAPHS)
@given(programs(SMOOTH + KINKED, MOST_STEPS))
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


@settings(max_examples=GRAPHS)
@given(programs(SMOOTH + KINKED, MOST_STEPS), st.data())
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
@given(programs(SMOOTH, MOST_STEPS // 2), seeds())
def test_second_derivatives_are_central_differences_of_the_naive_gradients(
    program: Program, seed: int
):
    rng = np.random.default_rng(seed)
    factors, direction = ([rng.uniform(-1, 1, x.shape) for x in program.leaves] for _ in range(2))
    leaves = [ag.Variable(x) for x in program.leaves]
    total = program.run(ag.functions, leaves)[-1]
    first = ag.gradients(total, leaves, create_graph=True)
    along = ag.Variable(0.0)
    for g, f, leaf in zip(first, factors, leaves, strict=True):
        along = along + (g * f).sum() + (leaf * 0).sum()  # ties leaves that enter linearly
    second = ag.gradients(along, leaves)
    slope = sum(float(np.sum(g * d)) for g, d in zip(second, direction, strict=True))

    def first_along(step: float) -> float:
        moved = [x + step * d for x, d in zip(program.leaves, direction, strict=True)]
        slopes = naive_gradients(program, moved)
        return sum(float(np.sum(g * f)) for g, f in zip(slopes, factors, strict=True))

    close(slope, (first_along(STEP) - first_along(-STEP)) / (2 * STEP), 1e-5)
