"""Lines of text: how much room they need, and where each stands on a mark or a link."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, NamedTuple

from autograd_lite.drawing.labels import pointing_back
from autograd_lite.drawing.layout.measure import text_width
from autograd_lite.drawing.layout.placed import Box, Words
from autograd_lite.drawing.scene import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograd_lite.drawing.scene import Cluster, Link, Mark

__all__ = [
    "Room",
    "caption_words",
    "frame_words",
    "label_room",
    "label_width",
    "link_texts",
    "link_words",
    "mark_room",
    "mark_words",
    "words_box",
]

MARK_SIZE = 12.0  # points
SYMBOL_SIZE = 14.0
LINK_SIZE = 11.0
SMALL_SIZE = 10.0
SPACING = 1.25  # from one baseline to the next, in ems
_ASCENT = 0.78  # from a baseline to the top of a capital or a bracket, in ems
_DESCENT = 0.24
_OFF_LINE = 2.5  # between a link's line and its texts
_DOT = 5.0
_LEAST_CIRCLE = 28.0


class Room(NamedTuple):
    """What something takes: its width, and how far it reaches above and below its line."""

    width: float
    up: float
    down: float


def mark_room(mark: Mark) -> Room:
    """Return the room of a mark's outline."""
    if mark.shape == "dot":
        return Room(_DOT, _DOT / 2, _DOT / 2)
    size = _size(mark)
    widths = [text_width(line, size) for line in _lines(mark.lines)]
    width = max(widths, default=0.0)
    height = len(widths) * size * SPACING
    if mark.shape == "circle":
        width = height = max(_LEAST_CIRCLE, _diameter(widths, size))
    elif mark.shape == "box":
        width, height = width + 16, max(height + 8, 24)
    else:
        width, height = width + 6, height + 2
    return Room(width, height / 2, height / 2)


def mark_words(mark: Mark, box: Box) -> tuple[Words, ...]:
    """Return a mark's lines, stacked around its centre."""
    size = _size(mark)
    top = box.y - len(_lines(mark.lines)) * size * SPACING / 2
    return _stack([(f"{mark.id}-{i}", x) for i, x in enumerate(mark.lines)], size, box.x, top)


def link_texts(link: Link) -> tuple[Text | None, Text | None]:
    """Return what stands over and under a link; a gradient points back."""
    under = link.under
    if under is not None:
        under = under._replace(text=pointing_back(under.text))
    return link.over, under


def label_room(link: Link) -> Room:
    """Return the room of a link's texts; the line passes between them."""
    over, under = link_texts(link)
    return Room(
        max([_text_width(text) for text in (over, under) if text is not None], default=0.0) + 8,
        _text_height(over) + _OFF_LINE if over is not None else _OFF_LINE,
        _text_height(under) + _OFF_LINE if under is not None else _OFF_LINE,
    )


def link_words(link: Link, x: float, y: float) -> tuple[Words, ...]:
    """Return a link's texts around a point of its line."""
    over, under = link_texts(link)
    words: tuple[Words, ...] = ()
    if over is not None:
        top = y - _OFF_LINE - _text_height(over)
        words += _stack([(f"{link.id}-over", over)], LINK_SIZE, x, top)
    if under is not None:
        words += _stack([(f"{link.id}-under", under)], LINK_SIZE, x, y + _OFF_LINE)
    return words


def frame_words(cluster: Cluster, left: float, top: float) -> tuple[Words, ...]:
    """Return a frame's label, whose left upper corner is given."""
    label = Text(_one_line(cluster.label), "muted")
    middle = left + label_width(cluster) / 2
    return _stack([(f"{cluster.id}-label", label)], SMALL_SIZE, middle, top)


def label_width(cluster: Cluster) -> float:
    """Return how wide a frame's label is."""
    return text_width(_one_line(cluster.label), SMALL_SIZE)


def caption_words(captions: tuple[Text, ...], x: float, top: float) -> tuple[Words, ...]:
    """Return the lines below a picture."""
    texts = [(f"caption-{i}", text) for i, text in enumerate(captions)]
    return _stack(texts, SMALL_SIZE, x, top)


def words_box(words: Words) -> Box:
    """Return the box that a line of text fills."""
    ascent, descent = words.size * _ASCENT, words.size * _DESCENT
    return Box(
        words.x,
        words.y + (descent - ascent) / 2,
        text_width(words.text, words.size),
        ascent + descent,
    )


def _one_line(label: str) -> str:
    return " ".join(label.split())


def _size(mark: Mark) -> float:
    """Return the size of a mark's letters: a single sign in a circle is larger."""
    single = mark.shape == "circle" and [len(line.text) for line in mark.lines] == [1]
    return SYMBOL_SIZE if single else MARK_SIZE


def _diameter(widths: Sequence[float], size: float) -> float:
    """Return how wide a circle is around stacked lines, none of which it cuts."""
    middle = (len(widths) - 1) / 2
    reaches = [
        hypot(width / 2, abs(i - middle) * size * SPACING + size * (_ASCENT + _DESCENT) / 2)
        for i, width in enumerate(widths)
        if width
    ]
    return 2 * max(reaches, default=0.0) + 4


def _lines(texts: Iterable[Text]) -> list[str]:
    return [line for text in texts for line in text.text.split("\n")]


def _text_width(text: Text) -> float:
    return max([text_width(line, LINK_SIZE) for line in text.text.split("\n")])


def _text_height(text: Text) -> float:
    return (text.text.count("\n") + 1) * LINK_SIZE * SPACING


def _stack(
    texts: Iterable[tuple[str, Text]], size: float, x: float, top: float
) -> tuple[Words, ...]:
    """Return lines one below the other, the first line's top at `top`."""
    words = []
    # The leading is shared out so that a stack looks centred in its height.
    baseline = top + (SPACING - _ASCENT - _DESCENT) * size / 2 + _ASCENT * size
    for id_, text in texts:
        for number, line in enumerate(text.text.split("\n")):
            words.append(Words(id_, number, line, text.role, x, baseline, size))
            baseline += SPACING * size
    return tuple(words)
