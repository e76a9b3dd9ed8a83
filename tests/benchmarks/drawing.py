"""Drawing: a large graph as DOT text, shared nodes, and long chains collapsed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from chains import add_chain, mixed_chain
from harness import MILLI, OURS, Row, compared, interleave, peer, repeated

import autograd_lite as ag
from autograd_lite.drawing.book import book_scene
from autograd_lite.drawing.collapse.groups import collapse
from autograd_lite.drawing.render.dot import to_dot

LARGE = 10_000  # operations that are written out
SQUARINGS = 14
LIMIT = 1_000.0  # milliseconds for the large graph


def rows(*, quick: bool) -> list[Row]:
    """Measure what every picture pays, up to its DOT text, and what collapsing costs."""
    rounds = 3 if quick else 9
    measured = []
    for length in (LARGE // 2, LARGE):
        taken = interleave({OURS: repeated(_written(length), 1)}, rounds=rounds, warm=1)
        (row,) = compared(f"drawing, {length:,} operations to DOT", taken, MILLI, {})
        target = LIMIT if length == LARGE else None
        measured.append(Row(row.name, row.unit, row.ours, target=target))
    works = {OURS: partial(_dot, _squarings(ag.Variable(1.01)))}
    if peer("torch") is not None and peer("torchviz") is not None:
        works["torchviz"] = _torchviz()
    taken = interleave({who: repeated(work, 3) for who, work in works.items()}, rounds=rounds)
    measured += compared(f"drawing, {SQUARINGS} squarings to DOT", taken, MILLI, {})
    for kind in ("add", "mixed"):
        for length in (10**4, 10**5) if quick else (10**4, 10**5, 10**6):
            measured += _collapsed(kind, length, 3 if length < 10**6 else 1)
    return measured


def _written(length: int) -> Callable[[], str]:
    return partial(_dot, _mixed(length))


def _mixed(length: int) -> ag.Variable:
    y: ag.Variable = mixed_chain(ag.tanh, ag.Variable(1.0), ag.Variable(0.5), length)
    return y


def _dot(y: ag.Variable) -> str:
    return to_dot(book_scene(ag.describe(y)))


def _squarings(y: Any) -> Any:
    for _ in range(SQUARINGS):
        y = y * y
    return y


def _torchviz() -> Callable[[], str]:
    torch, torchviz = peer("torch"), peer("torchviz")
    y = _squarings(torch.tensor(1.01, requires_grad=True))

    def work() -> str:
        text: str = torchviz.make_dot(y).source
        return text

    return work


def _collapsed(kind: str, length: int, rounds: int) -> list[Row]:
    """Time describing a chain and collapsing it, per operation."""
    y = _mixed(length) if kind == "mixed" else add_chain(ag.Variable(np.ones(1)), length)
    described = repeated(partial(ag.describe, y), 1)
    whole = ag.describe(y)
    small = repeated(partial(collapse, whole), 1)
    unit = ("µs/op", 1e6)
    measured = []
    for what, sample in (("described", described), ("collapsed", small)):
        taken = interleave({OURS: sample}, rounds=rounds, warm=0)
        name = f"drawing, {kind} chain of 10^{len(str(length)) - 1}, {what}"
        measured += compared(name, taken, unit, {}, per=length)
    return measured
