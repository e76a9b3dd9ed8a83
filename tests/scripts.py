"""Random scripts over plain arrays: views, writes into them, protocols; and how to draw them.

A script is run on NumPy's arrays or on traced ones; it knows neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

SHAPES = [(3, 4), (4, 3), (4,), (3, 1), (3, 3), (2, 3, 2), (), (0, 4), (1,)]
DTYPES = [np.float64, np.float32, np.float16, np.int64]
Statement = tuple[Any, ...]


def fresh(shape: tuple[int, ...], dtype: Any, order: str, seed: int) -> np.ndarray:
    """Return numbers from -2 to 2, some of them 0 and -0.0."""
    rng = np.random.default_rng(seed)
    drawn = np.round(rng.uniform(-2, 2, shape), 1) * rng.choice([0.0, 1.0, 1.0], shape)
    made = np.array(drawn, dtype, order=order[0])
    return (
        np.ascontiguousarray(made[..., ::-1])[..., ::-1]
        if order == "Creversed" and made.ndim
        else made
    )


UNARY = [np.negative, np.tanh, np.abs, np.square, np.copy, np.ravel, np.sign, np.zeros_like]
BINARY = [np.add, np.subtract, np.multiply, np.maximum, np.minimum, np.greater, np.arctan2]
REDUCING = [np.sum, np.max, np.mean, np.min, np.prod, np.any, np.cumsum]
NUMBERS = [2.0, -0.5, 0.0, -0.0, 1, -1, True, np.float32(0.5), np.float64(1.5), np.array(0.25)]


def do(statement: Statement, pool: list[Any]) -> None:
    """Run one statement: add to the pool, or write into what is there."""
    kind, *rest = statement
    if kind == "unary":
        pool.append(rest[0](pool[rest[1]]))
    elif kind == "binary":
        pool.append(rest[0](pool[rest[1]], pool[rest[2]]))
    elif kind == "number":
        function, i, number, left = rest
        pool.append(function(number, pool[i]) if left else function(pool[i], number))
    elif kind == "reduce":
        pool.append(rest[0](pool[rest[1]], axis=rest[2]))
    elif kind == "copy":
        pool.append(pool[rest[0]].copy())
    elif kind == "pick":
        pool.append(pool[rest[0]][rest[1]])
    elif kind == "reshape":
        pool.append(pool[rest[0]].reshape(rest[1]))
    elif kind == "transpose":
        pool.append(pool[rest[0]].T)
    elif kind == "split":
        pool.extend(np.split(pool[rest[0]], rest[1]))
    elif kind == "join":
        pool.append(np.concatenate([pool[i].reshape(-1) for i in rest[0]]))
    elif kind == "where":
        pool.append(np.where(pool[rest[0]] > rest[1], pool[rest[0]], pool[rest[2]]))
    elif kind == "astype":
        pool.append(pool[rest[0]].astype(rest[1]))
    else:
        write(kind, pool, *rest)


def write(kind: str, pool: list[Any], i: int, *rest: Any) -> None:
    """Write into an array of the pool."""
    if kind == "set":
        index, value = rest
        pool[i][index] = pool[value] if type(value) is int else value[0]
    elif kind == "set inside":  # a part of a part
        first, index, value = rest
        pool[i][first][index] = value
    elif kind == "in place":
        pool[i] += pool[rest[0]]
    elif kind == "out":
        rest[0](pool[rest[1]], pool[rest[2]], out=pool[i], casting="unsafe")
    elif kind == "at":
        np.add.at(pool[i], rest[0], rest[1])
    elif kind == "mask":
        pool[i][pool[i] > rest[0]] = rest[1]
    elif kind == "copyto":
        np.copyto(pool[i], rest[0], where=pool[i] < rest[1], casting="unsafe")
    else:
        pool[i].fill(rest[0])


@dataclass
class Script:
    """Statements on arguments, on arrays that the function closes over, and what it returns."""

    arguments: list[tuple[Any, ...]]
    closed: list[tuple[Any, ...]]
    statements: list[Statement]
    returned: list[int]

    def __call__(self, arguments: Sequence[Any], closed: Sequence[Any]) -> list[Any]:
        pool = [*arguments, *closed]
        for statement in self.statements:
            do(statement, pool)
        return [pool[i] for i in self.returned]


def memory(draw: st.DrawFn) -> tuple[Any, ...]:
    order = draw(st.sampled_from(["C", "C", "F", "Creversed"]))
    return draw(st.sampled_from(SHAPES)), draw(st.sampled_from(DTYPES)), order


def proposal(draw: st.DrawFn, pool: list[Any]) -> Statement:
    """Return a statement that may fit."""
    places = st.integers(0, len(pool) - 1)
    recent = st.integers(max(0, len(pool) - 3), len(pool) - 1)
    i, j = draw(st.one_of(places, recent)), draw(places)
    shape = np.shape(pool[i])
    basic = hnp.basic_indices(shape, allow_newaxis=True)
    rows = st.lists(st.integers(-2, 2), max_size=4).map(lambda x: np.array(x, int))
    index = draw(st.one_of(basic, rows)) if shape else draw(basic)
    number = draw(st.sampled_from(NUMBERS))
    small = draw(st.sampled_from([0.5, -1, 0.0]))
    flat = (-1,) if draw(st.booleans()) else tuple(draw(st.permutations(shape)))
    choices: list[Statement] = [
        ("unary", draw(st.sampled_from(UNARY)), i),
        ("copy", i),
        ("copy", i),
        ("binary", draw(st.sampled_from(BINARY)), i, j),
        ("number", draw(st.sampled_from(BINARY)), i, number, draw(st.booleans())),
        ("reduce", draw(st.sampled_from(REDUCING)), i, draw(st.sampled_from([None, 0, -1]))),
        ("pick", i, index),
        ("pick", i, draw(basic)),
        ("reshape", i, flat),
        ("transpose", i),
        ("split", i, draw(st.sampled_from([[1], [2, 1], 2]))),
        ("join", [i, j, i]),
        ("where", i, small, j),
        ("astype", i, draw(st.sampled_from(DTYPES))),
        ("set", i, index, (number,)),
        ("set", i, draw(basic), j),
        ("set", i, draw(st.sampled_from([..., slice(None)])), j),
        ("set inside", i, draw(basic), draw(st.sampled_from([..., 0, slice(1, None)])), small),
        ("in place", i, j),
        ("out", i, draw(st.sampled_from(BINARY[:5])), i, j),
        ("out", i, draw(st.sampled_from(BINARY[:5])), j, j),
        ("at", i, draw(rows), small),
        ("mask", i, small, 0.25),
        ("copyto", i, small, 0.0),
        ("fill", i, small),
    ]
    return draw(st.sampled_from(choices))


def _reaches(statement: Statement, pool: list[Any], closed: range) -> bool:
    """Whether a statement would come to a tracer: NumPy alone deals with what is closed over."""
    kind, *rest = statement
    target = rest[1] if kind in ("unary", "binary", "number", "reduce") else rest[0]
    if kind in ("in place", "fill") and not isinstance(pool[target], np.ndarray):
        return False
    if kind == "join":
        return not any(i in closed for i in rest[0])
    if kind in ("binary", "in place", "out"):
        return not (target in closed and rest[-1] in closed)
    return target not in closed


@st.composite
def scripts(draw: st.DrawFn, most: int = 12) -> Script:
    """Draw a script: a statement that NumPy refuses is left out."""
    arguments = [memory(draw) for _ in range(draw(st.integers(1, 2)))]
    closed = [memory(draw) for _ in range(draw(st.integers(0, 2)))]
    pool: list[Any] = [fresh(*one, seed) for seed, one in enumerate([*arguments, *closed])]
    closed_places = range(len(arguments), len(pool))
    statements: list[Statement] = []
    with np.errstate(all="ignore"):
        for _ in range(draw(st.integers(1, most))):
            statement = proposal(draw, pool)
            if not _reaches(statement, pool, closed_places):
                continue
            try:
                do(statement, pool)
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
            statements.append(statement)
    places = list(range(len(pool)))
    returned = draw(st.lists(st.sampled_from(places), max_size=3)) + places[-8:]
    return Script(arguments, closed, statements, returned)
