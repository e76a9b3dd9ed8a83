"""How many large arrays are alive at the peak of fifty chained additions and their backward."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
from chains import add_chain
from harness import Row, peer

import autograd_lite as ag

LENGTH = 50
LIMIT = 3.0


def rows(*, quick: bool) -> list[Row]:
    """Count the arrays beyond the leaf's own, in the libraries that allocate through NumPy."""
    size = 400_000 if quick else 4_000_000
    ours = _arrays(_ours, size)
    name = f"memory, {LENGTH} additions of {size:,} float64, arrays at the peak"
    measured = [Row(name, "arrays", ours, target=LIMIT)]
    others = {"mygrad": _mygrad, "autograd": _autograd}
    for who, prepare in others.items():
        if peer(who) is not None:
            theirs = _arrays(prepare, size)
            measured.append(Row(name, "arrays", ours, who, theirs, ours / theirs))
    return measured


def _arrays(prepare: Callable[[Any], Callable[[], object]], size: int) -> float:
    """Divide what is traced at the peak, beyond what was there before, by one array's size."""
    value = np.zeros(size)
    prepare(np.zeros(4))()
    work = prepare(value)
    gc.collect()
    tracemalloc.start()
    try:
        kept = work()
        highest = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    del kept
    return highest / value.nbytes


def _ours(value: Any) -> Callable[[], object]:
    x = ag.Variable(value)

    def work() -> object:
        y = add_chain(x, LENGTH).sum()
        y.backward()
        return y

    return work


def _mygrad(value: Any) -> Callable[[], object]:
    x = peer("mygrad").tensor(value)

    def work() -> object:
        y = add_chain(x, LENGTH).sum()
        y.backward()
        return y

    return work


def _autograd(value: Any) -> Callable[[], object]:
    gradient = peer("autograd").grad(lambda x: add_chain(x, LENGTH).sum())
    return lambda: gradient(value)
