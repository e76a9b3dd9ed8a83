"""NumPy's own functions on Variables: by how much ``np.f(v)`` is slower than ``ag.f(v)``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from harness import OURS, Row, interleave, repeated

import autograd_lite as ag

CALLS = 20
TARGET = 1.0  # µs
W = np.eye(3) + 0.1
V = ag.Variable(W + np.linspace(0.1, 0.9, 9).reshape(3, 3))

Call = Callable[[Any], object]  # of numpy or autograd_lite
CALLED: dict[str, Call] = {
    "sin": lambda lib: lib.sin(V),
    "add": lambda lib: lib.add(V, W),
    "multiply, array first": lambda lib: lib.multiply(W, V),
    "matmul": lambda lib: lib.matmul(V, W),
    "sum": lambda lib: lib.sum(V),
    "sum, axis": lambda lib: lib.sum(V, axis=1, keepdims=True),
    "mean": lambda lib: lib.mean(V, 0),
    "reshape": lambda lib: lib.reshape(V, (9,)),
    "concatenate": lambda lib: lib.concatenate([V, V]),
    "where": lambda lib: lib.where(W > 1, V, 0.0),
    "einsum": lambda lib: lib.einsum("ij,jk->ik", V, W),
    "sort": lambda lib: lib.sort(V, axis=0),
    "linalg.inv": lambda lib: lib.linalg.inv(V),
    "fft.rfft": lambda lib: lib.fft.rfft(V),
}


def rows(*, quick: bool) -> list[Row]:
    """Measure functions and ufuncs on nine float64, recorded and dropped."""
    rounds = 45 if quick else 205  # short ones: a slow moment hits both
    return [_added(name, call, rounds) for name, call in CALLED.items()]


def _added(name: str, call: Call, rounds: int) -> Row:
    """Return the median of what the way through NumPy adds, round by round."""
    works = {OURS: partial(call, np), "ag": partial(call, ag)}
    samples = {who: repeated(work, CALLS) for who, work in works.items()}
    taken = interleave(samples, rounds=rounds)
    added = [a - b for (a,), (b,) in zip(taken[OURS], taken["ag"], strict=True)]
    return Row(f"np.{name}: added", "µs", 1e6 * median(added), target=TARGET)
