"""The curves of links: level through cells, bent between them, around what stands in the way."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians, sin, sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_lite.drawing.layout.placed import Box, Point
    from autograd_lite.drawing.scene import Mark

__all__ = ["Curve", "Port", "hop", "ports", "straight"]

_STEEPEST = 70.0  # degrees at which a link may meet a circle
_STEP = 60.0  # degrees between links that meet a circle
_LEVEL = 0.85  # of a circle's radius: up to there a link can come in level
_FEW = 2.0  # places beside the middle one; where there are more, a level link could turn the order
_BESIDE = 12.0  # points between links that meet a box

_LOOP = 50.0  # how far a link reaches out that goes back to the left
_NEAR = 8.0  # points before a port, where a curve has come to the port's height


class Port(NamedTuple):
    """Where a link meets its target, and the direction in which it arrives, a unit vector."""

    x: float
    y: float
    dx: float
    dy: float


class Curve:
    """A chain of cubic curves that grows to the right."""

    def __init__(self, x: float, y: float) -> None:
        self.points: list[Point] = [(x, y)]
        self._level = False  # whether the last piece is a level line, which can be made longer

    @property
    def y(self) -> float:
        """The height that the curve has come to."""
        return self.points[-1][1]

    def middle(self) -> Point:
        """Return the middle of a single piece."""
        a, b, c, d = self.points
        return (a[0] + 3 * (b[0] + c[0]) + d[0]) / 8, (a[1] + 3 * (b[1] + c[1]) + d[1]) / 8

    def level_to(self, x: float) -> None:
        """Go on straight to the right; not back."""
        start, y = self.points[-1]
        if x <= start:
            return
        if self._level:
            del self.points[-3:]
        self.points += straight(self.points[-1], (x, y))[1:]
        self._level = True

    def bend_to(self, port: Port) -> None:
        """Leave to the right and arrive in the direction of a port."""
        x, y = self.points[-1]
        if y == port.y and port.dy == 0.0:
            self.level_to(port.x)
            return
        reach = max((port.x - x) * 0.5, 4.0)
        climb = abs(port.y - y) * 0.8  # a curve that reached farther back would overshoot
        back = min(reach, climb / abs(port.dy)) if port.dy else reach
        last = (port.x - port.dx * back, port.y - port.dy * back)
        self.points += [(x + reach, y), last, (port.x, port.y)]
        self._level = False

    def back_to(self, port: Port) -> None:
        """Go around below, to a port that lies to the left."""
        x, y = self.points[-1]
        below = max(y, port.y) + _LOOP
        self.points += [(x + _LOOP, below), (port.x - _LOOP, below), (port.x, port.y)]
        self._level = False


def straight(start: Point, end: Point) -> tuple[Point, ...]:
    """Return a straight line as a cubic curve."""
    dx, dy = (end[0] - start[0]) / 3, (end[1] - start[1]) / 3
    first, second = (start[0] + dx, start[1] + dy), (end[0] - dx, end[1] - dy)
    return (start, first, second, end)


def hop(curve: Curve, port: Port, source_layer: Sequence[Box], target_layer: Sequence[Box]) -> None:
    """Lead a curve to a port in the next layer; it bends beside the cells that lie between.

    Parameters
    ----------
    source_layer, target_layer : sequence of Box
        What stands between the two heights, in the layers of both ends.
    """
    start = max([curve.points[-1][0], *[box.x + box.width / 2 for box in source_layer]])
    end = min([port.x, *[box.x - box.width / 2 for box in target_layer]])
    curve.level_to(start)
    if end < port.x - _NEAR:
        curve.bend_to(Port(end, port.y, 1.0, 0.0))
        curve.level_to(port.x)
    else:
        curve.bend_to(port)


def ports(mark: Mark, box: Box, heights: Sequence[float]) -> list[Port]:
    """Return where links that come from given heights meet a mark: apart, from top to bottom.

    Links that come in this order do not cross before the mark; others do.
    """
    crossing = any([above > below for above, below in pairwise(heights)])
    slots = _even(len(heights)) if crossing else _slots([height - box.y for height in heights])
    widest = max([abs(slot) for slot in slots], default=0.0) or 1.0
    if mark.shape != "circle":
        step = min(_BESIDE, max(box.height / 2 - 5, 0.0) / widest)
        return [Port(box.x - box.width / 2, box.y + slot * step, 1.0, 0.0) for slot in slots]
    step = min(_STEP, _STEEPEST / widest)
    found = [_at_angle(box, radians(slot * step)) for slot in slots]
    if crossing:  # towards the middle, they would have to come around
        return [port._replace(dx=1.0, dy=0.0) for port in found]
    if widest > _FEW:
        return found
    return [_level(box, port, height) for port, height in zip(found, heights, strict=True)]


def _at_angle(circle: Box, angle: float) -> Port:
    """Return where a link that points at a circle's middle meets its outline."""
    x, y = circle.width / 2 * cos(angle), circle.width / 2 * sin(angle)
    return Port(circle.x - x, circle.y + y, cos(angle), -sin(angle))


def _level(circle: Box, port: Port, height: float) -> Port:
    """Return where a link that comes at a height can go on level into a circle, else its port."""
    radius, rise = circle.width / 2, height - circle.y
    if (port.y - circle.y) * rise > 0 and abs(rise) < radius * _LEVEL:
        return Port(circle.x - sqrt(radius**2 - rise**2), height, 1.0, 0.0)
    return port


def _even(count: int) -> list[float]:
    return [i - (count - 1) / 2 for i in range(count)]


def _slots(offsets: Sequence[float]) -> list[float]:
    """Return a place for each link: 0 is level, what comes from above has a negative one."""
    above = sum([offset <= -1.0 for offset in offsets])
    below = sum([offset >= 1.0 for offset in offsets])
    if above and below and above + below == len(offsets):
        middle = above - 0.5
    else:
        middle = above if below or above < len(offsets) else above - 1.0
    return [rank - middle for rank in range(len(offsets))]
