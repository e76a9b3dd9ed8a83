"""Grouping: which calls of a program become blocks, and in which order everything then runs.

A call joins a block unless something outside would have to run both after and before it. Values
never change, so calls may move as far as what they read allows; what may raise an error and what
draws random numbers keep their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from heapq import heappop, heappush
from typing import TypeAlias

from autograd_lite.capturing.plan.blocks import Block, Cut, cut_of, operands_of
from autograd_lite.capturing.plan.floats import Floats
from autograd_lite.capturing.plan.paying import pays
from autograd_lite.capturing.program import Call, Value, read_by

__all__ = ["Step", "calls_of", "grouped"]

Step: TypeAlias = Call | Block

LARGE = 64 << 10  # bytes: smaller arrays start no block


def calls_of(step: Step | Floats) -> Sequence[Call]:
    """Return the calls of a step, in order."""
    return (step,) if isinstance(step, Call) else step.calls


def grouped(
    calls: Sequence[Call], kept: set[Value], fixed: set[Value], *, threads: int
) -> list[Step]:
    """Return calls as steps: blocks where that pays, in an order that the data allows.

    Parameters
    ----------
    calls : sequence of Call
        Which may run in any order that the values they read allow.
    kept : set of Value
        What somebody else reads.
    fixed : set of Value
        The results of calls that stay in their order, with those that draw random numbers.
    threads : int
        The most that may work on a block.
    """
    if not any([call.results[0].size * call.results[0].dtype.itemsize >= LARGE for call in calls]):
        return list(calls)
    return _Grouping(calls, kept, fixed, threads).steps()


class _Grouping:
    """Units (calls, or blocks of them) and which of them depend on which."""

    def __init__(
        self, calls: Sequence[Call], kept: set[Value], fixed: set[Value], threads: int
    ) -> None:
        self.kept = kept
        self.threads = threads
        self.units: list[Step] = []
        self.needs: list[set[int]] = []  # of each unit, the units that it reads from
        self.reach: list[int] = []  # a bit for each unit before it, directly or not
        self.made_by: dict[Value, int] = {}
        self.open: dict[tuple[Cut, Value], list[int]] = defaultdict(list)
        cuts = _cuts(calls)
        related = _related(cuts)
        stays = -1
        for call in calls:
            needs = self._needs(call)
            stays_here = call.function == "draw" or not fixed.isdisjoint(call.results)
            if stays_here and stays >= 0:
                needs.add(stays)
            group = None if stays_here else related.get(call)
            unit = self._place(call, needs, group)
            if stays_here:
                stays = unit
            for result in call.results:
                self.made_by[result] = unit

    def _needs(self, call: Call) -> set[int]:
        """Return the units that a call reads from."""
        return {self.made_by[value] for value in read_by(call) if value in self.made_by}

    def _place(self, call: Call, needs: set[int], group: tuple[Cut, Value] | None) -> int:
        """Put a call into a block or a unit of its own."""
        for unit in reversed(self.open[group]) if group is not None else ():
            apart = all([not self.reach[other] >> unit & 1 for other in needs - {unit}])
            block = self.units[unit]
            if apart and isinstance(block, Block) and block.takes(call):
                self._depends(unit, needs - {unit})
                return unit
        unit = len(self.units)
        self.needs.append(set())
        self.reach.append(0)
        self.units.append(call)
        if group is not None:
            self.units[unit] = block = Block(group[0])
            block.takes(call)
            self.open[group].append(unit)
        self._depends(unit, needs)
        return unit

    def _depends(self, unit: int, needs: set[int]) -> None:
        """Note that a unit, and whatever depends on it, depends on others."""
        self.needs[unit] |= needs
        new = self.reach[unit]
        for other in needs:
            new |= self.reach[other] | 1 << other
        if new == self.reach[unit]:
            return
        self.reach[unit] = new
        if unit == len(self.reach) - 1:
            return  # nobody reads it yet
        for later, reach in enumerate(self.reach):
            if reach >> unit & 1:
                self.reach[later] = reach | new

    def steps(self) -> list[Step]:
        """Return the units, each as early as it can be but in their order."""
        readers = self._readers()
        waiting = [len(needs) for needs in self.needs]
        feeds: list[list[int]] = [[] for _ in self.units]
        for unit, needs in enumerate(self.needs):
            for other in needs:
                feeds[other].append(unit)
        ready = [unit for unit, count in enumerate(waiting) if count == 0]
        steps: list[Step] = []
        while ready:
            unit = heappop(ready)
            steps.extend(self._finished(unit, readers))
            for later in feeds[unit]:
                waiting[later] -= 1
                if waiting[later] == 0:
                    heappush(ready, later)
        return steps

    def _readers(self) -> dict[Value, set[int]]:
        """Return the units that read each value."""
        readers: dict[Value, set[int]] = defaultdict(set)
        for unit, step in enumerate(self.units):
            for call in calls_of(step):
                for value in read_by(call):
                    readers[value].add(unit)
        return readers

    def _finished(self, unit: int, readers: dict[Value, set[int]]) -> Sequence[Step]:
        """Return a block with all that it must know, or its calls where it does not pay."""
        step = self.units[unit]
        if not isinstance(step, Block):
            return (step,)
        for call in step.calls:
            result = call.result
            if result not in step.totals and result not in self.kept and readers[result] <= {unit}:
                step.inner.add(result)
        return (step,) if pays(step, self.threads) else step.calls


def _cuts(calls: Sequence[Call]) -> dict[Call, Cut]:
    """Return how calls can be parted: those over large arrays, and those alike."""
    cuts = {call: cut for call in calls if (cut := cut_of(call)) is not None}
    large = {cut for call, cut in cuts.items() if _largest(call) >= LARGE}
    return {call: cut for call, cut in cuts.items() if cut in large}


def _related(cuts: dict[Call, Cut]) -> dict[Call, tuple[Cut, Value]]:
    """Return for each call one and the same value for all that work on parts of the same arrays."""
    parent: dict[tuple[Cut, Value], tuple[Cut, Value]] = {}

    def first(key: tuple[Cut, Value]) -> tuple[Cut, Value]:
        while (above := parent.setdefault(key, key)) is not key:
            parent[key] = parent[above]  # half the way, the next time
            key = above
        return key

    for call, cut in cuts.items():
        parted, _ = operands_of(call, cut)
        for value in parted:
            parent[first((cut, value))] = first((cut, call.result))
    return {call: first((cut, call.result)) for call, cut in cuts.items()}


def _largest(call: Call) -> int:
    return max([v.size * v.dtype.itemsize for v in (*call.operands, call.result)])
