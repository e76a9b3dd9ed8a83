"""Instances: a function, its arguments with exact operands, and the gradient that arrives."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

import autograd_lite as ag
from autograd_lite.checking import public_function
from autograd_lite.checking.selfcheck import case_inputs, everything
from autograd_lite.checking.subgradients import call_text
from autograd_lite.graph.cases import A, At, X, filled, marked
from oracles.awkward import AWKWARD
from oracles.programs import PROGRAMS

DIGITS = 4  # of random operands: they are stored, and short


class Instance(NamedTuple):
    """One call; every `X` among the arguments is differentiated.

    `arriving` is one number or array for all outputs, or a tuple of them. None stands for ones at
    a point, and at a random operand for :func:`uneven` weights.
    """

    name: str
    arguments: list[Any]
    options: dict[str, Any]
    arriving: Any
    random: bool

    @property
    def operands(self) -> list[np.ndarray]:
        return [at_least_floats(x.values) for x in marked(self.arguments, X)]

    def called(self, function: Callable[..., Any], operands: Sequence[Any], constant: Any) -> Any:
        """Apply a function to operands of some library, its constants made that library's own."""
        arguments = [with_constants(a, constant) for a in self.arguments]
        options = {key: with_constants(value, constant) for key, value in self.options.items()}
        return function(*filled(arguments, X, iter(operands)), **options)

    def weights(self, shapes: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
        """Return what arrives at each output."""
        if self.random:
            return [uneven(shape) for shape in shapes]
        given = self.arriving
        each = given if isinstance(given, tuple) else [given] * len(shapes)
        return [
            np.array(np.broadcast_to(at_least_floats(1 if one is None else one), shape))
            for one, shape in zip(each, shapes, strict=True)
        ]

    def directions(self) -> list[np.ndarray]:
        """Return where the gradient itself is differentiated."""
        return [1.5 - uneven(x.shape) ** 2 for x in self.operands]

    @property
    def text(self) -> str:
        point = At(*self.arguments, gives=0, slopes=(), arriving=self.arriving, **self.options)
        return call_text(self.name, point)


def at_least_floats(values: Any) -> np.ndarray:
    array = np.asarray(values)
    return array.astype(complex if array.dtype.kind == "c" else float)


def uneven(shape: tuple[int, ...]) -> np.ndarray:
    """Return weights from 0.5 to 1.25 that no rule takes for one number."""
    size = int(np.prod(shape))
    return (0.5 + (np.arange(size) * 3 % 7) / 8).reshape(shape)


def with_constants(argument: Any, constant: Callable[[list[Any]], Any]) -> Any:
    """Turn lists of numbers into arrays; lists of operands, tuples and the rest stay."""
    if isinstance(argument, np.ndarray):
        return constant(argument)
    if isinstance(argument, list) and not any(marked(argument, X)):
        return constant(argument)
    if isinstance(argument, list | tuple):
        return type(argument)(with_constants(part, constant) for part in argument)
    return argument


def names() -> list[str]:
    """Return everything that is asked about: what is proven, and the programs."""
    return [*everything(), *PROGRAMS]


def instances_of(name: str) -> list[Instance]:
    """Return random cases, points of the operation, and the awkward points that stand here."""
    if name in PROGRAMS:
        return [_at(name, point) for point in PROGRAMS[name].points]
    operation = everything()[name]
    points = [*operation.points, *AWKWARD.get(name, ())]
    return [*_cases(name), *[_at(name, point) for point in points]]


def _cases(name: str) -> Iterator[Instance]:
    for number, case in enumerate(everything()[name].cases):
        drawn = case_inputs(case, zlib.crc32(f"oracle {name} {number}".encode()))
        operands = [X(np.round(x, DIGITS).tolist() if x.size else x) for x in drawn]
        arguments = filled(case.arguments, A, iter(operands))
        yield Instance(name, arguments, case.options, None, random=True)


def _at(name: str, point: At) -> Instance:
    return Instance(name, list(point.arguments), point.options, point.arriving, random=False)


def our_function(name: str) -> Callable[..., Any]:
    if name in PROGRAMS:
        program = PROGRAMS[name].program
        return lambda *operands: program(ag, *operands)
    return public_function(everything()[name])
