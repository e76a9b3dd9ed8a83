"""Blocks: operations in their scopes, shown once where they repeat, closed where they are many."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

from autograd_lite.drawing.collapse.repeats import Run, find_runs
from autograd_lite.drawing.collapse.wiring import Wiring

__all__ = ["Block", "Unit", "blocks_of"]

FEW = 4  # scopes in a pattern that is copied
MOST_ROUNDS = 16  # loops inside loops that are looked for: each round reads the sequence once


class Block:
    """Operations that follow each other: a scope, or copies of a pattern.

    A scope that was left and entered again is two blocks. So nothing outside can lie on a way
    from one operation of a block to another, and drawing a block as one node makes no cycle.

    Attributes
    ----------
    name : str
        The scope's; empty for copies of what is no scope.
    units : list of Unit
        What is drawn inside; of several copies, the first one's.
    start, stop : int
        Its operations, all copies together.
    token, kind : int
        As those of operations.
    times : int
        How many copies it stands for.
    drawn : int
        How many operations and nodes are drawn for it.
    closed : bool
        Whether it is drawn as one node.
    """

    __slots__ = ("closed", "drawn", "kind", "name", "start", "stop", "times", "token", "units")

    def __init__(
        self,
        name: str,
        units: list[Unit],
        span: tuple[int, int],
        token: int,
        kind: int,
        times: int = 1,
    ) -> None:
        self.name = name
        self.units = units
        self.start, self.stop = span
        self.token = token
        self.kind = kind
        self.times = times
        self.drawn = drawn(units)
        self.closed = False

    @property
    def copy(self) -> int:
        """How many operations one copy has."""
        return (self.stop - self.start) // self.times

    @property
    def label(self) -> str:
        """What stands on its frame: ``layer1``, ``block0 … block11 ×12``, ``×50``."""
        return f"{self.name} ×{self.times}".strip() if self.times > 1 else self.name


Unit: TypeAlias = "int | Block"  # one operation, by its index, or a block


def drawn(units: Sequence[Unit]) -> int:
    """Count what is drawn for some units."""
    return sum([1 if isinstance(unit, int) else unit.drawn for unit in units])


def blocks_of(wiring: Wiring, largest: int) -> list[Unit]:
    """Return the outermost units of a graph, each with at most `largest` drawn inside.

    What is inside is made to fit before what is around it. Where a block is too large, what
    repeats is shown once; if that is not enough, the largest blocks in it are closed.
    """
    builder = _Builder(wiring, largest)
    for i, node in enumerate(wiring.operations):
        builder.move_to(node.group, i)
        builder.units[-1].append(i)
    builder.move_to((), len(wiring.operations))
    return builder.fitted(builder.units[0])


class _Builder:
    """Opens and closes blocks as the scopes of the operations change."""

    def __init__(self, wiring: Wiring, largest: int) -> None:
        self.wiring = wiring
        self.largest = largest
        self.path: tuple[str, ...] = ()
        self.units: list[list[Unit]] = [[]]  # of every open block; of the whole graph first
        self.starts: list[int] = [0]

    def move_to(self, path: tuple[str, ...], i: int) -> None:
        """End and begin blocks, so that the operation `i` goes to `path`."""
        if path == self.path:
            return
        shared = 0
        while shared < min(len(path), len(self.path)) and path[shared] == self.path[shared]:
            shared += 1
        for name in reversed(self.path[shared:]):
            units, start = self.units.pop(), self.starts.pop()
            self.units[-1].append(self._scope(name, units, (start, i)))
        for _ in path[shared:]:
            self.units.append([])
            self.starts.append(i)
        self.path = path

    def _scope(self, name: str, units: list[Unit], span: tuple[int, int]) -> Block:
        pattern = re.sub(r"\d+", "#", name)  # block0 and block1 may be alike, left and right not
        token = self._number(pattern, self._tokens(units))
        kind = self._number(pattern, self._kinds(units))
        return Block(name, self.fitted(units), span, token, kind)

    def fitted(self, units: list[Unit]) -> list[Unit]:
        """Return units of which at most `largest` are drawn, if that can be done."""
        for _ in range(MOST_ROUNDS):
            if drawn(units) <= self.largest:
                return units
            runs = find_runs(self._tokens(units), self._kinds(units), self._alike(units))
            if not runs:
                break
            units = self._shown_once(units, runs)
        _close_largest(units, self.largest)
        return units

    def _alike(self, units: Sequence[Unit]) -> Callable[[int, int], bool]:
        starts = [self._span(unit)[0] for unit in units]

        def alike(start: int, period: int) -> bool:
            first, second = starts[start], starts[start + period]
            return self.wiring.same_inside(first, second, second - first)

        return alike

    def _shown_once(self, units: list[Unit], runs: list[Run]) -> list[Unit]:
        shown: list[Unit] = []
        done = 0
        for run in runs:
            shown += units[done : run.start]
            done = run.start + run.period * run.times
            shown.append(self._repeated(units[run.start : done], run))
        return shown + units[done:]

    def _repeated(self, copies: list[Unit], run: Run) -> Block:
        first = copies[: run.period]
        span = self._span(copies[0])[0], self._span(copies[-1])[1]
        # The second copy's token is the one that the same loop has elsewhere.
        token = self._number(run.times, self._tokens(copies[: 2 * run.period]))
        kind = self._number(run.times, self._kinds(first))
        only, last = first[0], copies[-1]
        if run.period > 1 or isinstance(only, int) or isinstance(last, int) or only.times > 1:
            return Block("", first, span, token, kind, run.times)
        name = only.name if only.name == last.name else f"{only.name} … {last.name}"
        return Block(name, only.units, span, token, kind, run.times)

    def _span(self, unit: Unit) -> tuple[int, int]:
        return (unit, unit + 1) if isinstance(unit, int) else (unit.start, unit.stop)

    def _tokens(self, units: Sequence[Unit]) -> list[int]:
        tokens = self.wiring.tokens
        return [tokens[unit] if isinstance(unit, int) else unit.token for unit in units]

    def _kinds(self, units: Sequence[Unit]) -> list[int]:
        kinds = self.wiring.kinds
        return [kinds[unit] if isinstance(unit, int) else unit.kind for unit in units]

    def _number(self, what: str | int, inside: list[int]) -> int:
        return self.wiring.number((what, tuple(inside)))


def _close_largest(units: Sequence[Unit], largest: int) -> None:
    """Draw the largest blocks as one node each, all of one size or none, until the rest fits."""
    blocks = [unit for unit in units if not isinstance(unit, int)]
    total, limit = drawn(units), 0
    for size, count in sorted(Counter([block.drawn for block in blocks]).items(), reverse=True):
        if size <= 1 or total <= largest:
            break
        total -= (size - 1) * count
        limit = size
    for block in blocks:
        if limit and block.drawn >= limit:
            _close(block)
    total = drawn(units)
    for block in blocks:
        if block.drawn > 1 and total > largest:
            total -= block.drawn - 1
            block.closed, block.drawn = True, 1


def _close(block: Block) -> None:
    """Draw a block as one node; of copies that are no scope, rather the scopes that they copy."""
    scopes = [unit for unit in block.units if not isinstance(unit, int)]
    if block.name or len(block.units) > FEW or not scopes:
        block.closed, block.drawn = True, 1
        return
    for inside in scopes:
        inside.closed, inside.drawn = True, 1
    block.drawn = drawn(block.units)
