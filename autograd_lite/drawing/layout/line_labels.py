"""Labels on straight lines: each before its line's middle, and on nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from autograd_lite.drawing.layout.finishing import around
from autograd_lite.drawing.layout.lettering import link_words, words_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_lite.drawing.layout.placed import Box, Point, Words
    from autograd_lite.drawing.scene import Link

__all__ = ["Line", "labels"]

_PLACES = (0.42, 0.36, 0.48, 0.3, 0.25, 0.54, 0.2, 0.6, 0.66, 0.72)  # along the line; best first
_AIR = 1.5  # around a label
_MANY = 300  # labels; more are not kept apart, since nobody could read them


class Line(NamedTuple):
    """A straight link."""

    link: Link
    start: Point
    end: Point


def labels(lines: Sequence[Line], marks: Sequence[Box]) -> tuple[list[tuple[Words, ...]], bool]:
    """Return every line's words, and whether all of them found room.

    Of the places where a label lies on no mark and no other label, it takes the one that the
    fewest other lines pass.
    """
    taken = list(marks)
    labelled = sum([line.link.over is not None or line.link.under is not None for line in lines])
    placed: list[tuple[Words, ...]] = []
    clear = True
    for line in lines:
        candidates = [_words(line, t) for t in _PLACES]
        if not candidates[0] or labelled > _MANY:
            placed.append(candidates[0])
            continue
        boxes = [_box(words) for words in candidates]
        free = [i for i, box in enumerate(boxes) if not any([_meet(box, x) for x in taken])]
        passing = {i: sum([_passes(x, boxes[i]) for x in lines if x is not line]) for i in free}
        chosen = min(free, key=lambda i: (passing[i], i), default=0)
        clear = clear and bool(free)
        placed.append(candidates[chosen])
        taken.append(boxes[chosen])
    return placed, clear


def _words(line: Line, t: float) -> tuple[Words, ...]:
    """Return the label at a place: over and under a level line, else upon it."""
    x = line.start[0] + t * (line.end[0] - line.start[0])
    y = line.start[1] + t * (line.end[1] - line.start[1])
    words = link_words(line.link, x, y)
    if not words or line.start[1] == line.end[1]:
        return words
    shift = y - _box(words).y
    return tuple([w._replace(y=w.y + shift) for w in words])


def _box(words: Sequence[Words]) -> Box:
    box = around([words_box(line) for line in words])
    return box._replace(width=box.width + 2 * _AIR, height=box.height + 2 * _AIR)


def _meet(a: Box, b: Box) -> bool:
    apart_x, apart_y = abs(a.x - b.x) * 2, abs(a.y - b.y) * 2
    return apart_x < a.width + b.width and apart_y < a.height + b.height


def _passes(line: Line, box: Box) -> bool:
    """Whether a line passes a box: some part of it lies between all four sides."""
    (x, y), (to_x, to_y) = line.start, line.end
    first, last = 0.0, 1.0
    for start, step, middle, size in (
        (x, to_x - x, box.x, box.width),
        (y, to_y - y, box.y, box.height),
    ):
        low, high = middle - size / 2 - start, middle + size / 2 - start
        if step == 0.0:
            if not low < 0.0 < high:
                return False
            continue
        ends = sorted((low / step, high / step))
        first, last = max(first, ends[0]), min(last, ends[1])
    return first < last
