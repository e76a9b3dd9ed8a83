"""A scene after it is laid out: where every mark, line and word stands."""

from __future__ import annotations

from typing import NamedTuple

from autograd_lite.drawing.scene import Cluster, Link, Mark, Role

__all__ = ["Box", "Frame", "Layout", "PlacedLink", "PlacedMark", "Words"]

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle by its centre and size, in points (1/72 inch); y grows downwards."""

    x: float
    y: float
    width: float
    height: float


class Words(NamedTuple):
    """One line of text, centred at `x`, its baseline at `y`.

    ``id`` names the text it is a line of: ``v0-0`` is the first text of mark ``v0``, ``e3-over``
    and ``e3-under`` are those of link ``e3``; ``line`` counts the lines of one text.
    """

    id: str
    line: int
    text: str
    role: Role
    x: float
    y: float
    size: float


class PlacedMark(NamedTuple):
    """A mark, its outline's box, and its words."""

    mark: Mark
    box: Box
    words: tuple[Words, ...]


class PlacedLink(NamedTuple):
    """A link's curve and words.

    ``path`` is a chain of cubic Bézier curves: a start, then three points for each curve; the
    arrow's tip is its last point.
    """

    link: Link
    path: tuple[Point, ...]
    words: tuple[Words, ...]


class Frame(NamedTuple):
    """A cluster's frame and its label."""

    cluster: Cluster
    box: Box
    words: tuple[Words, ...]


class Layout(NamedTuple):
    """A whole picture of `width` by `height` points; frames lie behind all else, outer first."""

    width: float
    height: float
    marks: tuple[PlacedMark, ...]
    links: tuple[PlacedLink, ...]
    frames: tuple[Frame, ...]
    captions: tuple[Words, ...]
