"""What a row of the operations' table is, and how its arguments are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.checking import public_function
from autograd_lite.graph.composed import proven
from autograd_lite.testing.strategies import broadcasting, seeds, shapes

Arrays = Sequence[np.ndarray]


@dataclass
class Example:
    """Arguments of one call: float64 arrays to differentiate, and the rest."""

    operands: list[np.ndarray]
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


@dataclass
class Row:
    """An operation, what NumPy computes in its place, and how to draw its arguments."""

    name: str
    expected: Callable[..., Any]
    examples: st.SearchStrategy[Example]
    apply: Callable[..., ag.Variable] | None = None
    note: str = ""

    def __call__(self, operands: Sequence[Any], example: Example) -> ag.Variable:
        function = self.apply or public_function(proven()[self.name])
        return function(*operands, *example.arguments, **example.options)

    def reference(self, operands: Arrays, example: Example) -> np.ndarray:
        return np.asarray(self.expected(*operands, *example.arguments, **example.options))

    def __str__(self) -> str:
        return f"{self.name}_{self.note}" if self.note else self.name


def uniform(seed: int, shape: tuple[int, ...], low: float = -2.0, high: float = 2.0) -> np.ndarray:
    return np.asarray(np.random.default_rng(seed).uniform(low, high, shape))


def away(x: np.ndarray) -> np.ndarray:
    """Return numbers that are not near 0."""
    return np.asarray(x + np.where(x < 0, -0.2, 0.2))


def distinct(seed: int, shape: tuple[int, ...], offset: float = 0.0) -> np.ndarray:
    """Return different numbers, 0.2 apart; with an offset of 0.1, different from those without."""
    ranks = np.random.default_rng(seed).permutation(int(np.prod(shape)))
    return np.asarray((ranks - ranks.size // 2) * 0.2 + offset).reshape(shape)


@st.composite
def one(
    draw: st.DrawFn, low: float = -2.0, high: float = 2.0, away_from_0: bool = False
) -> Example:
    x = uniform(draw(seeds()), draw(shapes()), low, high)
    return Example([away(x) if away_from_0 else x])


@st.composite
def two(
    draw: st.DrawFn, low: float = -2.0, high: float = 2.0, away_from_0: bool = False
) -> Example:
    a, b = draw(broadcasting(2))
    x, y = uniform(draw(seeds()), a, low, high), uniform(draw(seeds()), b)
    return Example([x, away(y) if away_from_0 else y])


@st.composite
def two_distinct(draw: st.DrawFn) -> Example:
    a, b = draw(broadcasting(2))
    return Example([distinct(draw(seeds()), a), distinct(draw(seeds()), b, 0.1)])
