"""Interleaved timing, rows and their table."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from statistics import median
from time import perf_counter
from typing import Any

Sample = Callable[[], tuple[float, ...]]  # one measurement: seconds, one number per part
Samples = dict[str, list[tuple[float, ...]]]

OURS = "autograd_lite"
MILLI, MICRO, NANO = ("ms", 1e3), ("µs", 1e6), ("ns", 1e9)
COLUMNS = ("row", "unit", "ours", "peer", "theirs", "ratio", "target", "met")


@dataclass(frozen=True)
class Row:
    """One measured comparison; without a peer, `ours` itself is held against the target."""

    name: str
    unit: str
    ours: float
    peer: str = ""
    theirs: float | None = None
    ratio: float | None = None
    target: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return (self.ours if self.ratio is None else self.ratio) <= self.target

    def cells(self) -> tuple[str, ...]:
        """What the table shows."""
        verdict = {None: "", True: "yes", False: "NO"}[self.met]
        numbers = [_number(x) for x in (self.ours, self.theirs, self.ratio, self.target)]
        ours, theirs, ratio, target = numbers
        return self.name, self.unit, ours, self.peer, theirs, ratio, target, verdict


@cache
def peer(name: str) -> Any:
    """Import a peer library, or say that it is missing and return None."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        print(f"skipped: the peer {name} is not installed", file=sys.stderr)
        return None
    if name == "torch":
        module.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    return module


def repeated(work: Callable[[], object], calls: int) -> Sample:
    """Make a sample that averages over `calls` calls."""

    def sample() -> tuple[float, ...]:
        start = perf_counter()
        for _ in range(calls):
            work()
        return ((perf_counter() - start) / calls,)

    return sample


def interleave(samples: dict[str, Sample], *, rounds: int, warm: int = 5) -> Samples:
    """Take the samples in turn, A B A B, after a warm-up that is thrown away."""
    for sample in samples.values():
        for _ in range(warm):
            sample()
    gc.collect()
    taken: Samples = {name: [] for name in samples}
    for _ in range(rounds):
        for name, sample in samples.items():
            taken[name].append(sample())
    return taken


def compared(
    name: str,
    taken: Samples,
    unit: tuple[str, float],
    targets: dict[str, float],
    *,
    part: int = -1,
    per: float = 1.0,
) -> list[Row]:
    """Return a row for each peer: medians, and the median of the ratios round by round."""
    label, scale = unit
    times = {who: [sample[part] for sample in samples] for who, samples in taken.items()}
    mine = times.pop(OURS)
    ours = median(mine) * scale / per
    rows = []
    for who, theirs in times.items():
        ratio = median([a / b for a, b in zip(mine, theirs, strict=True)])
        middle = median(theirs) * scale / per
        rows.append(Row(name, label, ours, who, middle, ratio, targets.get(who)))
    return rows or [Row(name, label, ours)]


def table(rows: Iterable[Row]) -> str:
    """Align the rows under their headings."""
    lines = [COLUMNS, *[row.cells() for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    right = {2, 4, 5, 6}  # numbers
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _number(x: float | None) -> str:
    if x is None:
        return ""
    return f"{x:,.0f}" if abs(x) >= 100 else f"{x:.3g}"
