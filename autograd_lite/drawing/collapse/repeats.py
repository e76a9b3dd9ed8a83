"""Runs in a sequence: a pattern that follows itself again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["FEWEST", "Run", "find_runs"]

FEWEST = 3  # copies that are worth showing once
MOST_PERIODS = 8  # tried per pass: what keeps the search linear

Numbers = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]


class Run(NamedTuple):
    """From `start` on, `times` copies of `period` items."""

    start: int
    period: int
    times: int


def find_runs(
    tokens: Sequence[int], kinds: Sequence[int], alike: Callable[[int, int], bool]
) -> list[Run]:
    """Find runs that do not overlap, short periods first, in linear time.

    Parameters
    ----------
    tokens : sequence of int
        Equal where two items are the same.
    kinds : sequence of int
        Equal where two items may be the same but for where their inputs come from: the first copy
        of a run is fed by something else than the others.
    alike : callable
        Given a start and a period, says whether the first copy may stand for the second one.

    Examples
    --------
    >>> from autograd_lite.drawing.collapse.repeats import find_runs
    >>> letters = [ord(letter) for letter in "xabababy"]
    >>> find_runs(letters, letters, lambda start, period: True)
    [Run(start=1, period=2, times=3)]
    """
    numbers = np.asarray(tokens, dtype=np.int64)
    taken = np.zeros(len(numbers), dtype=bool)
    runs = []
    for period in _periods(numbers):
        for stretch in _stretches(numbers, period):
            first, stop = _free(taken, *stretch)
            start = _earlier(first, period, kinds, taken, alike)
            times = (stop - start) // period
            if times >= FEWEST:
                taken[start : start + period * times] = True
                runs.append(Run(start, period, times))
    return sorted(runs)


def _free(taken: Marks, start: int, stop: int) -> tuple[int, int]:
    """Return the first part of a stretch that no other run has taken."""
    used = taken[start:stop]
    if not used.any():
        return start, stop
    first = start + int(used.argmin())
    later = taken[first:stop]
    return first, first + int(later.argmax()) if later.any() else stop


def _periods(tokens: Numbers) -> list[int]:
    """Return likely periods, the shortest first: how far apart equal items often stand.

    An item may stand in a period twice; four in a row hardly do.
    """
    found: set[int] = set()
    for items in (tokens, _fours(tokens)):
        order = np.argsort(items, kind="stable")
        gaps = np.diff(order)[np.diff(items[order]) == 0]
        lengths, counts = np.unique(gaps, return_counts=True)
        often = np.argsort(-counts, kind="stable")[:MOST_PERIODS]
        found.update([int(n) for n in lengths[often]])
    return sorted(found)


def _fours(tokens: Numbers) -> Numbers:
    """Return a number for every four items in a row; two that collide cost a vain look."""
    mixed = tokens[: max(len(tokens) - 3, 0)].copy()
    for i in range(1, 4):
        mixed = mixed * 1_000_003 + tokens[i : i + len(mixed)]
    return mixed


def _stretches(tokens: Numbers, period: int) -> Iterator[tuple[int, int]]:
    """Yield where items go on repeating after `period`, as long as the run could be long enough.

    Its first copy may differ, so that one less is asked for here.
    """
    same = np.concatenate(([False], tokens[period:] == tokens[:-period], [False]))
    changes = np.flatnonzero(np.diff(same.astype(np.int8)))
    ends: Any = changes.reshape(-1, 2)
    for first, last in ends[ends[:, 1] - ends[:, 0] >= period * (FEWEST - 2)].tolist():
        yield first, last + period


def _earlier(
    first: int,
    period: int,
    kinds: Sequence[int],
    taken: Marks,
    alike: Callable[[int, int], bool],
) -> int:
    """Return where a run starts if one copy is allowed other inputs.

    If that copy turns out to be wired otherwise inside, the run starts after it: a loop's rounds
    are then still cut where the loop begins.
    """
    start = first
    while start > max(first - period, 0) and not taken[start - 1]:
        if kinds[start - 1] != kinds[start - 1 + period]:
            break
        start -= 1
    return start if start == first or alike(start, period) else start + period
