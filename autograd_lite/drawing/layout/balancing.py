"""How high every cell stands: long links straight, parents between their children.

The method of Brandes and Köpf: cells are aligned with the median of their neighbours in four
ways (with the layer before or after, from above or below), each is made compact, and a cell
stands at the middle of the four places that it was given.
"""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from autograd_lite.drawing.layout.skeleton import BORDER, INNER, TRUNK

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from autograd_lite.drawing.layout.skeleton import Cell, Skeleton

__all__ = ["heights"]

_GAPS = {"mark": 14.0, "label": 9.0, "bend": 9.0, "top": 6.0, "bottom": 6.0}


def heights(skeleton: Skeleton) -> list[float]:
    """Return the `y` of every cell, by its index."""
    if not skeleton.cells:
        return []
    place = [0] * len(skeleton.cells)
    for layer in skeleton.layers:
        for i, cell in enumerate(layer):
            place[cell.index] = i
    level = _level(skeleton.layers, place)
    drawn = [
        _Alignment(skeleton, place, level, forward=forward, down=down).heights()
        for forward in (True, False)
        for down in (True, False)
    ]
    return _middle(drawn, skeleton.cells)


def _level(layers: Sequence[Sequence[Cell]], place: Sequence[int]) -> set[tuple[int, int]]:
    """Return the segments that may be level: they cross no heavier one, nor begin or end with one.

    A segment is told by the indices of its two cells.
    """
    crossed: set[tuple[int, int]] = set()
    for weight in (BORDER, TRUNK, INNER):
        for layer in layers:
            _note_crossed(layer, place, weight, crossed)
    heaviest_after = [-1] * len(place)
    heaviest_before = [-1] * len(place)
    segments = [segment for layer in layers for cell in layer for segment in cell.after]
    for s in segments:
        i, j = s.source.index, s.target.index
        heaviest_after[i] = max(heaviest_after[i], s.weight)
        heaviest_before[j] = max(heaviest_before[j], s.weight)
    ends = [(s.source.index, s.target.index, s.weight) for s in segments]
    return {
        (i, j)
        for i, j, weight in ends
        if weight == heaviest_after[i] == heaviest_before[j] and (i, j) not in crossed
    }


def _note_crossed(
    layer: Sequence[Cell], place: Sequence[int], weight: int, crossed: set[tuple[int, int]]
) -> None:
    """Note the lighter segments into a layer that cross one of at least a weight."""
    for sign, cells in ((1, layer), (-1, layer[::-1])):
        farthest = -inf  # where a heavy segment that ends above (or below) begins
        for cell in cells:
            for segment in cell.before:
                if segment.weight < weight and sign * place[segment.source.index] < farthest:
                    crossed.add((segment.source.index, segment.target.index))
            for segment in cell.before:
                if segment.weight >= weight:
                    farthest = max(farthest, sign * place[segment.source.index])


class _Alignment:
    """Cells in blocks that stand at one height, and the heights of the blocks.

    `forward` aligns with the layer before, else with the one after; `down` goes from above to
    below, else everything is upside down.
    """

    def __init__(
        self,
        skeleton: Skeleton,
        place: Sequence[int],
        level: Container[tuple[int, int]],
        *,
        forward: bool,
        down: bool,
    ) -> None:
        self.place = place
        self.level = level
        self.forward = forward
        self.down = down
        self.root = list(range(len(skeleton.cells)))
        rows = skeleton.layers if forward else skeleton.layers[::-1]
        self.rows = rows if down else [row[::-1] for row in rows]
        for row in self.rows:
            self._align(row)

    def heights(self) -> list[float]:
        """Return the height of every cell, as compact as the blocks allow."""
        below, order = self._blocks()
        tops = [0.0] * len(self.root)
        for block in order:
            for other, distance in below[block]:
                tops[other] = max(tops[other], tops[block] + distance)
        for block in reversed(order):  # what hangs too high comes down to what it rests on
            lowest = min([tops[other] - distance for other, distance in below[block]], default=-inf)
            tops[block] = max(tops[block], lowest)
        return [tops[root] if self.down else -tops[root] for root in self.root]

    def _align(self, row: Sequence[Cell]) -> None:
        last: float = -inf  # blocks do not cross
        for cell in row:
            for neighbour in self._medians(cell):
                place = self._ordered(neighbour)
                if place > last:
                    self.root[cell.index] = self.root[neighbour.index]
                    last = place
                    break

    def _medians(self, cell: Cell) -> list[Cell]:
        """Return the middle neighbour of those that a cell may stand level with, or the two."""
        segments = cell.before if self.forward else cell.after
        segments = [s for s in segments if (s.source.index, s.target.index) in self.level]
        cells = [s.source if self.forward else s.target for s in segments]
        cells.sort(key=self._ordered)
        middle = len(cells) // 2
        return cells[middle : middle + 1] if len(cells) % 2 else cells[max(middle - 1, 0) :][:2]

    def _ordered(self, cell: Cell) -> int:
        return self.place[cell.index] if self.down else -self.place[cell.index]

    def _blocks(self) -> tuple[dict[int, list[tuple[int, float]]], list[int]]:
        """Return the blocks below each, with their least distance, and an order from above."""
        below: dict[int, list[tuple[int, float]]] = {root: [] for root in self.root}
        waiting = dict.fromkeys(below, 0)
        for row in self.rows:
            for upper, lower in pairwise(row):
                block, other = self.root[upper.index], self.root[lower.index]
                distance = _distance(upper, lower) if self.down else _distance(lower, upper)
                below[block].append((other, distance))
                waiting[other] += 1
        order = [block for block, count in waiting.items() if not count]
        for block in order:
            for other, _ in below[block]:
                waiting[other] -= 1
                if not waiting[other]:
                    order.append(other)
        return below, order


def _distance(upper: Cell, lower: Cell) -> float:
    """Return how far apart two cells of a layer are at least, line from line."""
    gap = (_GAPS[upper.kind] + _GAPS[lower.kind]) / 2
    return upper.room.down + gap + lower.room.up


def _middle(drawn: Sequence[Sequence[float]], cells: Sequence[Cell]) -> list[float]:
    """Return, for every cell, the mean of the middle two of its four places."""
    tops = [min([y - cell.room.up for y, cell in zip(d, cells, strict=True)]) for d in drawn]
    bottoms = [max([y + cell.room.down for y, cell in zip(d, cells, strict=True)]) for d in drawn]
    best = min(range(len(drawn)), key=lambda i: bottoms[i] - tops[i])
    shifts = [
        bottoms[best] - bottoms[i] if i % 2 else tops[best] - tops[i] for i in range(len(drawn))
    ]
    places = [[y + shift for y in d] for d, shift in zip(drawn, shifts, strict=True)]
    return [sum(sorted(four)[1:3]) / 2 for four in zip(*places, strict=True)]
