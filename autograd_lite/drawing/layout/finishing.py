"""The last step of every layout: margins, captions, and the size of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_lite.drawing.layout.lettering import caption_words, words_box
from autograd_lite.drawing.layout.placed import Box, Frame, Layout, PlacedLink, PlacedMark, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from autograd_lite.drawing.scene import Text

__all__ = ["around", "finished"]

MARGIN = 8.0
_OVER_CAPTIONS = 10.0


def finished(
    marks: Sequence[PlacedMark],
    links: Sequence[PlacedLink],
    frames: Sequence[Frame],
    captions: tuple[Text, ...],
) -> Layout:
    """Return a layout with everything moved inside, and the captions centred below it."""
    picture = around(_boxes(marks, links, frames))
    middle, bottom = picture.x, picture.y + picture.height / 2
    below = caption_words(captions, middle, bottom + (_OVER_CAPTIONS if marks else 0.0))
    whole = around([picture, *[words_box(words) for words in below]])
    dx = MARGIN + whole.width / 2 - whole.x
    dy = MARGIN + whole.height / 2 - whole.y
    return Layout(
        whole.width + 2 * MARGIN,
        whole.height + 2 * MARGIN,
        tuple([PlacedMark(m.mark, _box(m.box, dx, dy), _words(m.words, dx, dy)) for m in marks]),
        tuple([_moved_link(link, dx, dy) for link in links]),
        tuple([Frame(f.cluster, _box(f.box, dx, dy), _words(f.words, dx, dy)) for f in frames]),
        _words(below, dx, dy),
    )


def around(boxes: Iterable[Box]) -> Box:
    """Return the least box around others; around none, a point."""
    kept = list(boxes)
    if not kept:
        return Box(0.0, 0.0, 0.0, 0.0)
    left = min([box.x - box.width / 2 for box in kept])
    right = max([box.x + box.width / 2 for box in kept])
    top = min([box.y - box.height / 2 for box in kept])
    bottom = max([box.y + box.height / 2 for box in kept])
    return Box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)


def _boxes(
    marks: Sequence[PlacedMark], links: Sequence[PlacedLink], frames: Sequence[Frame]
) -> Iterator[Box]:
    """Yield a box for all that is drawn."""
    yield from [mark.box for mark in marks]
    yield from [frame.box for frame in frames]
    for link in links:
        yield from [Box(x, y, 0.0, 0.0) for x, y in link.path]
    written = [item.words for item in marks] + [item.words for item in links]
    for words in written + [frame.words for frame in frames]:
        yield from [words_box(line) for line in words]


def _moved_link(link: PlacedLink, dx: float, dy: float) -> PlacedLink:
    path = tuple([(x + dx, y + dy) for x, y in link.path])
    return PlacedLink(link.link, path, _words(link.words, dx, dy))


def _box(box: Box, dx: float, dy: float) -> Box:
    return box._replace(x=box.x + dx, y=box.y + dy)


def _words(words: Iterable[Words], dx: float, dy: float) -> tuple[Words, ...]:
    return tuple([line._replace(x=line.x + dx, y=line.y + dy) for line in words])
