"""Random programs: steps with shared operands, branches and several outputs, and how to draw them.

A kind of step is drawn only if the engine under test has its operation, so that programs grow with
the library by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import naive
import numpy as np
from hypothesis import strategies as st

from autograd_lite.testing.strategies import axes, indices, larger, seeds, shapes

MOST_ELEMENTS = 36
KINK = 1e-3  # how near values come to a tie or to relu's corner
RECENT = 8  # half of all operands are among the newest: programs become deep, too

Operand = int | float | tuple[int, ...]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """One operation on earlier values: whole numbers are their places, others are constants."""

    name: str
    operands: tuple[Operand, ...]
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    before: tuple[Any, ...] = ()

    def apply(self, engine: ModuleType, values: Sequence[Any]) -> list[Any]:
        """Return the results: several, where the operation gives several."""
        operands = [_given(x, values) for x in self.operands]
        function = getattr(engine, self.name)
        result = function(*self.before, *operands, *self.arguments, **self.options)
        return list(result) if isinstance(result, list | tuple) else [result]

    def reads(self) -> Iterator[int]:
        """Return the places of the operands."""
        for x in self.operands:
            yield from x if isinstance(x, tuple) else [x] if isinstance(x, int) else []


def _given(operand: Operand, values: Sequence[Any]) -> Any:
    if isinstance(operand, tuple):
        return [values[i] for i in operand]
    return values[operand] if isinstance(operand, int) else operand


@dataclass
class Program:
    """Leaves, steps, and a weight for every value that no step uses."""

    leaves: list[np.ndarray]
    steps: list[Step] = field(default_factory=list)
    weights: dict[int, np.ndarray] = field(default_factory=dict)

    def values(self, engine: ModuleType, leaves: Sequence[Any]) -> list[Any]:
        """Return every value, those of the leaves first."""
        values = list(leaves)
        for step in self.steps:
            values += step.apply(engine, values)
        return values

    def run(self, engine: ModuleType, leaves: Sequence[Any]) -> list[Any]:
        """Return every value, the last of them one number that depends on all others."""
        values = self.values(engine, leaves)
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
        self.places = list(range(len(leaves)))  # of values that are not too large to go on with

    def any(self) -> int:
        recent = self.places[-RECENT:] if self.draw(st.booleans()) else self.places
        return self.draw(st.sampled_from(recent))

    def data(self, i: int) -> np.ndarray:
        return naive.values(self.values[i])

    def shape(self, i: int) -> Shape:
        return self.values[i].shape

    def partner(self, fits: Callable[[Shape], bool]) -> int | None:
        fitting = [i for i in self.places if fits(self.shape(i))]
        return self.draw(st.sampled_from(fitting)) if fitting else None

    def beside(self, i: int) -> int:
        """Return a value that broadcasts with another: that one itself, if need be."""
        j = self.partner(lambda shape: broadcasts(shape, self.shape(i)))
        return i if j is None else j

    def axis(self, i: int) -> int:
        n = len(self.shape(i))
        return self.draw(st.integers(-n, n - 1))

    def write(
        self,
        name: str,
        *operands: Operand,
        arguments: tuple[Any, ...] = (),
        before: tuple[Any, ...] = (),
        **options: Any,
    ) -> int:
        """Add a step; values that grow are scaled down by another."""
        step = Step(name, operands, arguments, options, before)
        self.program.steps.append(step)
        first = len(self.values)
        self.values += step.apply(naive, self.values)
        for i in range(first, len(self.values)):
            largest = float(np.abs(self.data(i)).max())
            if largest < 4:
                self.places.append(i)
            else:
                self.write("mul", i, float(f"{2 / largest:.6g}"))
        return self.places[-1]

    def positive(self, i: int) -> int:
        return self.write("add", self.write("mul", i, i), 0.5)

    def small(self, i: int) -> int:
        return self.write("mul", self.write("tanh", i), 0.9)

    def finished(self) -> Program:
        """Weigh every value that no step uses: then every step matters."""
        used = {i for step in self.program.steps for i in step.reads()}
        rng = np.random.default_rng(self.draw(seeds()))
        for i in range(len(self.values)):
            if i not in used:
                self.program.weights[i] = rng.uniform(-1, 1, self.shape(i))
        return self.program


@cache
def broadcasts(a: Shape, b: Shape) -> bool:
    try:
        return int(np.prod(np.broadcast_shapes(a, b))) <= MOST_ELEMENTS
    except ValueError:
        return False


@cache
def multiplies(a: Shape, b: Shape) -> bool:
    try:
        return np.matmul(np.zeros(a), np.zeros(b)).size <= MOST_ELEMENTS
    except ValueError:
        return False


def close(actual: Any, expected: Any, tolerance: float) -> None:
    """Compare shapes, and values relative to the largest."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    scale = max(1e-2, float(np.abs(expected).max()))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * scale)


# ---- how each kind of step is written

Kind = Callable[[Writer], Any]


def unary(name: str, **options: Any) -> Kind:
    return lambda w: w.write(name, w.any(), **options)


def of_positive(name: str) -> Kind:
    return lambda w: w.write(name, w.positive(w.any()))


def of_more_than_one(name: str) -> Kind:
    return lambda w: w.write(name, w.write("add", w.small(w.any()), 2.5))


def of_small(name: str) -> Kind:
    return lambda w: w.write(name, w.small(w.any()))


def binary(name: str) -> Kind:
    def write(w: Writer) -> None:
        i = w.any()
        w.write(name, i, w.beside(i))

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
    w.write("div", i, w.positive(w.beside(i)))


def hypotenuse(w: Writer) -> None:
    i = w.any()
    w.write("hypot", i, w.positive(w.beside(i)))


def whole_power(w: Writer) -> None:
    w.write("pow", w.any(), w.draw(st.sampled_from([2.0, 3.0])))


def any_power(w: Writer) -> None:
    w.write("pow", w.positive(w.any()), w.draw(st.sampled_from([-1.0, 0.5, 1.5])))


def reduction(name: str) -> Kind:
    def write(w: Writer) -> None:
        i = w.any()
        w.write(name, i, axis=w.draw(axes(len(w.shape(i)))), keepdims=w.draw(st.booleans()))

    return write


def spread(name: str) -> Kind:
    def write(w: Writer) -> None:
        i = w.any()
        axis = w.draw(axes(len(w.shape(i))))
        if name == "var" or (w.data(i).std(axis=axis) > 0.1).all():
            w.write(name, i, axis=axis, keepdims=w.draw(st.booleans()))

    return write


def along_axis(name: str, *arguments: Any) -> Kind:
    def write(w: Writer) -> None:
        i = w.any()
        if w.shape(i):
            w.write(name, i, arguments=arguments, axis=w.axis(i))

    return write


def cumulative(name: str) -> Kind:
    def write(w: Writer) -> None:
        i = w.any()
        w.write(name, i, axis=w.axis(i) if w.shape(i) and w.draw(st.booleans()) else None)

    return write


def difference(w: Writer) -> None:
    i = w.any()
    long = [axis for axis, n in enumerate(w.shape(i)) if n > 1]
    if long:
        w.write("diff", i, axis=w.draw(st.sampled_from(long)))


def reshape(w: Writer) -> None:
    i = w.any()
    sides = w.draw(st.permutations(w.shape(i)))
    w.write("reshape", i, arguments=(w.draw(st.sampled_from([tuple(sides), (-1,), (1, -1)])),))


def transpose(w: Writer) -> None:
    i = w.any()
    order = tuple(w.draw(st.permutations(range(len(w.shape(i))))))
    w.write("transpose", i, arguments=(order,))


def two_axes(name: str) -> Kind:
    def write(w: Writer) -> None:
        i = w.any()
        if w.shape(i):
            w.write(name, i, arguments=(w.axis(i), w.axis(i)))

    return write


def new_axis(w: Writer) -> None:
    i = w.any()
    if len(w.shape(i)) < 4:
        w.write("expand_dims", i, arguments=(w.draw(st.integers(0, len(w.shape(i)))),))


def squeeze(w: Writer) -> None:
    i = w.any()
    ones = [axis for axis, n in enumerate(w.shape(i)) if n == 1]
    axis = w.draw(st.sampled_from([None, *ones]))
    w.write("squeeze", i, axis=axis)


def of_matrix(name: str, *arguments: Any) -> Kind:
    """Write an operation on the first two axes, or the last."""

    def write(w: Writer) -> None:
        i = w.any()
        if len(w.shape(i)) >= 2:
            w.write(name, i, arguments=arguments)

    return write


def roll(w: Writer) -> None:
    i, shift = w.any(), w.draw(st.integers(-3, 3))
    axis = w.axis(i) if w.shape(i) and w.draw(st.booleans()) else None
    w.write("roll", i, arguments=(shift,), axis=axis)


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


def tile(w: Writer) -> None:
    i = w.any()
    times = w.draw(st.sampled_from([(2,), (2, 1), (1, 2)]))
    if 2 * np.prod(w.shape(i)) <= MOST_ELEMENTS:
        w.write("tile", i, arguments=(times,))


def pad(w: Writer) -> None:
    i = w.any()
    widths = [(w.draw(st.integers(0, 1)), w.draw(st.integers(0, 1))) for _ in w.shape(i)]
    if widths and np.pad(np.zeros(w.shape(i)), widths).size <= MOST_ELEMENTS:
        w.write("pad", i, arguments=(widths,))


def getitem(w: Writer) -> None:
    i = w.any()
    index = w.draw(indices(w.shape(i)))
    if 0 < np.zeros(w.shape(i))[index].size <= MOST_ELEMENTS:
        w.write("getitem", i, arguments=(index,))


def take(w: Writer) -> None:
    """Some places twice, some not at all."""
    i = w.any()
    if w.shape(i):
        axis = w.axis(i)
        n = w.shape(i)[axis]
        places = w.draw(st.lists(st.integers(-n, n - 1), min_size=1, max_size=3))
        if np.prod(w.shape(i)) // n * len(places) <= MOST_ELEMENTS:
            w.write("take", i, arguments=(np.array(places),), axis=axis)


def take_along_axis(w: Writer) -> None:
    i = w.any()
    if w.shape(i):
        axis = w.axis(i) % len(w.shape(i))
        n, rng = w.shape(i)[axis], np.random.default_rng(w.draw(seeds()))
        places = rng.integers(0, n, w.shape(i))
        w.write("take_along_axis", i, arguments=(places,), axis=axis)


def alike(w: Writer) -> tuple[int, ...]:
    """Return one or a few values of one shape: perhaps one of them twice."""
    i = w.any()
    shape = w.shape(i)
    others = [j for j in w.places if w.shape(j) == shape]
    most = max(1, MOST_ELEMENTS // int(np.prod(shape)))
    count = w.draw(st.integers(1, min(3, most)))
    return tuple(w.draw(st.sampled_from(others)) for _ in range(count))


def concatenate(w: Writer) -> None:
    chosen = alike(w)
    if w.shape(chosen[0]):
        w.write("concatenate", chosen, axis=w.axis(chosen[0]))


def stack(w: Writer) -> None:
    chosen = alike(w)
    n = len(w.shape(chosen[0]))
    if n < 4:
        w.write("stack", chosen, axis=w.draw(st.integers(-n - 1, n)))


def split(w: Writer) -> None:
    i = w.any()
    long = [axis for axis, n in enumerate(w.shape(i)) if n > 1]
    if long:
        axis = w.draw(st.sampled_from(long))
        n = w.shape(i)[axis]
        w.write("split", i, arguments=(w.draw(st.sampled_from([n, [1]])),), axis=axis)


def where(w: Writer) -> None:
    i = w.any()
    j = w.beside(i)
    shape = np.broadcast_shapes(w.shape(i), w.shape(j))
    mask = np.random.default_rng(w.draw(seeds())).random(shape) < 0.5
    w.write("where", i, j, before=(mask,))


def matmul(w: Writer) -> None:
    i = w.any()
    j = w.partner(lambda b: bool(w.shape(i) and b) and multiplies(w.shape(i), b))
    if j is not None:
        w.write("matmul", i, j)


def outer(w: Writer) -> None:
    i = w.any()
    j = w.partner(lambda b: bool(np.prod(b) * np.prod(w.shape(i)) <= MOST_ELEMENTS))
    if j is not None:
        w.write("outer", i, j)


def contraction(w: Writer) -> None:
    """Einsum on two matrices that share a side, in one of several ways."""
    i = w.any()
    if len(w.shape(i)) == 2:
        j = w.partner(lambda b: len(b) == 2 and b[1] == w.shape(i)[1])
        ways = ["ij,kj->ik", "ij,kj->jk", "ij,kj->i", "ij,kj->"]
        if j is not None and w.shape(i)[1] * w.shape(j)[0] <= MOST_ELEMENTS:
            w.write("einsum", i, j, before=(w.draw(st.sampled_from(ways)),))


def affine(w: Writer) -> None:
    i = w.any()
    if len(w.shape(i)) == 2:
        j = w.partner(lambda b: len(b) == 2 and multiplies(w.shape(i), b))
        if j is not None:
            b = w.partner(lambda b: b == (w.shape(j)[1],))
            if b is not None:
                w.write("linear", i, j, b)


def squared_error(w: Writer) -> None:
    chosen = alike(w)
    w.write("mean_squared_error", chosen[0], chosen[-1])


def off(name: str, *corners: float, **options: Any) -> Kind:
    """Write an operation with corners on a value that is nowhere near one."""

    def write(w: Writer) -> None:
        i = w.any()
        if all((np.abs(w.data(i) - corner) > KINK).all() for corner in corners):
            w.write(name, i, **options)

    return write


def one_of_two(name: str) -> Kind:
    def write(w: Writer) -> None:
        i = w.any()
        j = w.beside(i)
        if (np.abs(w.data(i) - w.data(j)) > KINK).all():
            w.write(name, i, j)

    return write


def extreme(name: str, sign: int) -> Kind:
    def write(w: Writer) -> None:
        i = w.any()
        axis = w.draw(axes(len(w.shape(i))))
        x = sign * w.data(i)
        near = x > x.max(axis=axis, keepdims=True) - KINK
        if (near.sum(axis=axis) == 1).all():
            w.write(name, i, axis=axis, keepdims=w.draw(st.booleans()))

    return write


_SMOOTH: dict[str, Kind] = {
    **{name: binary(name) for name in ("add", "sub", "mul", "logaddexp")},
    **{name: unary(name) for name in ("neg", "tanh", "sigmoid", "sin", "cos", "arctan", "square")},
    **{name: unary(name) for name in ("sinh", "cosh", "arcsinh", "silu", "softplus", "expm1")},
    **{name: of_positive(name) for name in ("log", "sqrt", "log1p", "log2", "log10")},
    "reciprocal": of_positive("reciprocal"),
    "arccosh": of_more_than_one("arccosh"),
    **{name: of_small(name) for name in ("exp", "exp2", "tan", "arcsin", "arccos", "arctanh")},
    **{name: reduction(name) for name in ("sum", "mean", "prod", "logsumexp")},
    "var": spread("var"),
    "std": spread("std"),
    "div": division,
    "number": with_number,
    "hypot": hypotenuse,
    "whole power": whole_power,
    "any power": any_power,
    "softmax": along_axis("softmax"),
    "log_softmax": along_axis("log_softmax"),
    "cumsum": cumulative("cumsum"),
    "cumprod": cumulative("cumprod"),
    "diff": difference,
    "flip": along_axis("flip"),
    "roll": roll,
    "matmul": matmul,
    "outer": outer,
    "einsum": contraction,
    "linear": affine,
    "mean_squared_error": squared_error,
    "reshape": reshape,
    "ravel": unary("ravel"),
    "transpose": transpose,
    "swapaxes": two_axes("swapaxes"),
    "moveaxis": two_axes("moveaxis"),
    "expand_dims": new_axis,
    "squeeze": squeeze,
    **{name: of_matrix(name) for name in ("trace", "diagonal", "tril", "triu", "rot90")},
    "broadcast_to": broadcast,
    "repeat": repeat,
    "tile": tile,
    "pad": pad,
    "getitem": getitem,
    "take": take,
    "take_along_axis": take_along_axis,
    "concatenate": concatenate,
    "stack": stack,
    "split": split,
    "where": where,
}
_KINKED: dict[str, Kind] = {
    "relu": off("relu", 0.0),
    "abs": off("abs", 0.0),
    "clip": off("clip", -0.5, 0.7, arguments=(-0.5, 0.7)),
    "maximum": one_of_two("maximum"),
    "minimum": one_of_two("minimum"),
    "max": extreme("max", 1),
    "min": extreme("min", -1),
}
_NAMES = {"number": "add", "whole power": "pow", "any power": "pow"}


def kinds_for(engine: ModuleType, *, kinks: bool = True) -> dict[str, Kind]:
    """Return the kinds of steps that an engine has the operations for."""
    kinds = _SMOOTH | _KINKED if kinks else _SMOOTH
    return {kind: write for kind, write in kinds.items() if hasattr(engine, _NAMES.get(kind, kind))}


@st.composite
def programs(
    draw: st.DrawFn, engine: ModuleType, fewest: int, most: int, *, kinks: bool = True
) -> Program:
    """Return a program of `fewest` to about `most` steps, half of the time of `most`."""
    kinds = kinds_for(engine, kinks=kinks)
    drawn = draw(st.lists(shapes(max_dims=3, min_side=1), min_size=2, max_size=4))
    rng = np.random.default_rng(draw(seeds()))
    writer = Writer(draw, [np.asarray(rng.uniform(-2, 2, shape)) for shape in drawn])
    wanted = draw(st.one_of(st.integers(fewest, most), st.just(most)))
    choices = st.sampled_from(list(kinds.values()))
    for _ in range(2 * wanted):  # some kinds write several steps, some find nothing that fits
        if len(writer.program.steps) >= wanted:
            break
        draw(choices)(writer)
    return writer.finished()
