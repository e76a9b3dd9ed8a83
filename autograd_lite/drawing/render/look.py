"""What an SVG and a matplotlib picture have in common: the colours of lines, and arrow heads."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd_lite.drawing.layout.placed import Point

__all__ = ["BOX_CORNER", "FRAME", "FRAME_CORNER", "LINE", "PAPER", "arrow"]

PAPER = "#ffffff"
LINE = "#6b7280"
FRAME = "#d1d5db"
BOX_CORNER = 6.0  # radius, in points as all lengths here
FRAME_CORNER = 8.0

HEAD_LENGTH = 6.5
HEAD_WIDTH = 5.0


def arrow(path: tuple[Point, ...]) -> tuple[tuple[Point, ...], tuple[Point, Point, Point]]:
    """Return an arrow's line, which ends where its head begins, and the head's corners.

    Parameters
    ----------
    path : tuple of (float, float)
        A chain of cubic Bézier curves whose last point is the arrow's tip.

    Returns
    -------
    tuple of (float, float)
        The path with another end.
    tuple of three (float, float)
        The tip comes first.

    Examples
    --------
    >>> from autograd_lite.drawing.render.look import arrow
    >>> line, head = arrow(((0.0, 0.0), (1.0, 0.0), (9.0, 0.0), (10.0, 0.0)))
    >>> line[-1], head
    ((3.5, 0.0), ((10.0, 0.0), (3.5, 2.5), (3.5, -2.5)))
    """
    tip = path[-1]
    back = next((point for point in reversed(path) if point != tip), (tip[0] - 1, tip[1]))
    length = hypot(tip[0] - back[0], tip[1] - back[1])
    dx, dy = (tip[0] - back[0]) / length, (tip[1] - back[1]) / length
    end = (tip[0] - dx * HEAD_LENGTH, tip[1] - dy * HEAD_LENGTH)
    side_x, side_y = -dy * HEAD_WIDTH / 2, dx * HEAD_WIDTH / 2
    left, right = (end[0] + side_x, end[1] + side_y), (end[0] - side_x, end[1] - side_y)
    return (*path[:-1], end), (tip, left, right)
