"""Chains of up to a million operations on one element: time, linearity and peak memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from harness import NANO, OURS, Row, Sample, compared, interleave, peer

import autograd_lite as ag

ROUNDS = {10**4: 25, 10**5: 9, 10**6: 5}  # by length
QUICK_ROUNDS = {10**4: 7, 10**5: 3}
MIXED = 10**5  # the length at which the mixed chain is timed
PARTS = ("forward", "backward", "deletion", "all three")
TARGETS = {"torch": 0.5}

Chain = Callable[[Any, int], Any]


def rows(*, quick: bool) -> list[Row]:
    """Measure the time of both chains, how it grows, and the memory of both."""
    measured, totals = [], {}
    for length, rounds in (QUICK_ROUNDS if quick else ROUNDS).items():
        taken = _taken("add", length, rounds)
        totals[length] = median([sample[-1] for sample in taken[OURS]]) * NANO[1] / length
        measured += _timed(f"chains, add 10^{len(str(length)) - 1}", taken, length)
    shortest, longest = min(totals), max(totals)
    grown = totals[longest], totals[shortest]
    name = f"chains, add, an operation of {longest:,} beside one of {shortest:,}"
    measured.append(Row(name, "ns/op", grown[0], "itself", grown[1], grown[0] / grown[1]))
    taken = _taken("mixed", MIXED, QUICK_ROUNDS[MIXED] if quick else ROUNDS[MIXED])
    measured += _timed(f"chains, mixed 10^{len(str(MIXED)) - 1}", taken, MIXED)
    for kind in ("add", "mixed"):
        measured += _memory(kind, longest)
    return measured


def add_chain(x: Any, length: int) -> Any:
    """Add one, again and again."""
    y = x
    for _ in range(length):
        y = y + 1.0
    return y


def mixed_chain(tanh: Callable[[Any], Any], w: Any, x: Any, length: int) -> Any:
    """Multiply by a leaf and take tanh, in turn."""
    y = x
    for _ in range(length // 2):
        y = tanh(y * w)
    return y


def prepared(kind: str, who: str) -> tuple[Chain, Any]:
    """Return a chain and the leaf it starts from, in one of the libraries."""
    one = np.ones(1)
    if who == OURS:
        x, w, tanh = ag.Variable(one), ag.Variable(one), ag.tanh
    else:
        torch = peer("torch")
        x, w = (torch.tensor(one, requires_grad=True) for _ in range(2))
        tanh = torch.tanh
    return (add_chain if kind == "add" else partial(mixed_chain, tanh, w)), x


def _taken(kind: str, length: int, rounds: int) -> dict[str, list[tuple[float, ...]]]:
    libraries = [OURS] if peer("torch") is None else [OURS, "torch"]
    samples = {who: _sample(*prepared(kind, who), length) for who in libraries}
    return interleave(samples, rounds=rounds, warm=1 if length > 10**4 else 3)


def _sample(chain: Chain, x: Any, length: int) -> Sample:
    """Make a sample of the four `PARTS`."""

    def sample() -> tuple[float, ...]:
        start = perf_counter()
        y = chain(x, length)
        built = perf_counter()
        y.backward()
        walked = perf_counter()
        del y
        deleted = perf_counter()
        return built - start, walked - built, deleted - walked, deleted - start

    return sample


def _timed(name: str, taken: dict[str, list[tuple[float, ...]]], length: int) -> list[Row]:
    measured = []
    for part, what in enumerate(PARTS):
        targets = TARGETS if what == "all three" else {}
        unit = ("ns/op", NANO[1])
        measured += compared(f"{name}, {what}", taken, unit, targets, part=part, per=length)
    return measured


def _memory(kind: str, length: int) -> list[Row]:
    """Compare the bytes that each operation adds to the peak of the process."""
    name = f"chains, {kind}, peak memory"
    ours = _bytes_per_operation(kind, OURS, length)
    if peer("torch") is None:
        return [Row(name, "bytes/op", ours)]
    theirs = _bytes_per_operation(kind, "torch", length)
    return [Row(name, "bytes/op", ours, "torch", theirs, ours / theirs, TARGETS["torch"])]


def _bytes_per_operation(kind: str, who: str, length: int) -> float:
    """Divide the difference of two peaks by that of two lengths: what both need cancels out."""
    half = length // 2
    return (_peak(kind, who, length) - _peak(kind, who, half)) / (length - half)


def _peak(kind: str, who: str, length: int) -> int:
    """Run one chain in a fresh process and return its peak."""
    script = Path(__file__).with_name("peak.py")
    command = [sys.executable, str(script), kind, who, str(length)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
