"""Programs: compositions where a gradient of 0 meets a pole, written for any library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd_lite.graph.cases import At, X


class Program(NamedTuple):
    """A function of a library and of operands, and where it is asked about."""

    program: Callable[..., Any]
    points: Sequence[At]


def at(*operands: Any) -> At:
    """Return a point that needs no answer: the systems give it."""
    return At(*[X(x) for x in operands], gives=0, slopes=())


PROGRAMS = {
    "where sqrt": Program(lambda xp, x: xp.where(x > 0, xp.sqrt(x), 0.0), [at([-1.0, 0.0, 4.0])]),
    "where log": Program(lambda xp, x: xp.where(x > 0, xp.log(x), 0.0), [at([-1.0, 0.0, 2.0])]),
    "where divide": Program(lambda xp, x: xp.where(x != 0, 1 / x, 0.0), [at([0.0, -0.0, 2.0])]),
    "where power": Program(lambda xp, x: xp.where(x > 0, x**0.5, 0.0), [at([-1.0, 0.0, 4.0])]),
    "where arccos": Program(
        lambda xp, x: xp.where(abs(x) < 1, xp.arccos(x), 0.0), [at([-1.0, 1.0, 0.0])]
    ),
    "where exp": Program(lambda xp, x: xp.where(x < 700, xp.exp(x), 0.0), [at([1e4, 0.0])]),
    "where log of a product": Program(
        lambda xp, x, y: xp.where(x > 0, xp.log(x * y), y), [at([0.0, 2.0], [3.0, 3.0])]
    ),
    "sqrt of a square": Program(lambda xp, x: xp.sqrt(x * x), [at([0.0, -2.0])]),
    "length": Program(lambda xp, x: xp.sqrt(xp.sum(x * x)), [at([3.0, -4.0]), at([0.0, 0.0])]),
    "x log x": Program(lambda xp, x: x * xp.log(x), [at([0.0, 1.0])]),
    "x to the x": Program(lambda xp, x: x**x, [at([0.0, 1.0, 2.0])]),
    "sigmoid by hand": Program(lambda xp, x: 1 / (1 + xp.exp(-x)), [at([-1e4, 0.0, 1e4])]),
    "clipped logarithm": Program(
        lambda xp, x: xp.log(xp.clip(x, 1e-3, 1.0)), [at([0.0, 1e-3, 0.5, 1.0, 2.0])]
    ),
    "largest of equal": Program(
        lambda xp, x, y: xp.maximum(x, y) - xp.minimum(x, y), [at([1.0, 2.0], [1.0, 3.0])]
    ),
    "relu by maximum": Program(lambda xp, x: xp.maximum(x, 0.0 * x), [at([-1.0, 0.0, 1.0])]),
}
