"""A network of neurons laid out: marks in given columns, straight links, labels upon them."""

from __future__ import annotations

from collections import defaultdict
from math import hypot
from typing import TYPE_CHECKING

from autograd_lite.drawing.layout.finishing import finished
from autograd_lite.drawing.layout.framing import framed
from autograd_lite.drawing.layout.lettering import Room, label_room, mark_room, mark_words
from autograd_lite.drawing.layout.line_labels import Line, labels
from autograd_lite.drawing.layout.nesting import Nesting
from autograd_lite.drawing.layout.placed import Box, Layout, PlacedLink, PlacedMark, Point
from autograd_lite.drawing.layout.routing import straight

if TYPE_CHECKING:
    from autograd_lite.drawing.scene import Link, Mark, Scene

__all__ = ["lay_out_columns"]

_SCALES = (1.0, 1.2, 1.45, 1.75, 2.1, 2.5)  # tried until no label lies on another
_AIR = 4.0  # in a circle, around the widest text of all
_BETWEEN_MARKS = 16.0
_BETWEEN_COLUMNS = 40.0
_BESIDE_LABEL = 36.0
_LEAN = 0.4  # of a link's rise: so much room, or it runs into the circles beside its own
_DENSE = 1.7  # more room for labels where a mark has several links


def lay_out_columns(scene: Scene) -> Layout:
    """Return the layout of a scene whose marks have columns.

    Circles are all as large as the largest, and columns evenly spaced and centred. Where labels
    do not find room on their lines, the picture is made larger.
    """
    return _Columns(scene).layout()


class _Columns:
    """Marks by column, and the links between them."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.shapes = {mark.id: mark.shape for mark in scene.marks}
        columns: dict[int, list[Mark]] = defaultdict(list)
        for mark in scene.marks:
            columns[mark.column or 0].append(mark)
        self.columns = [columns[number] for number in sorted(columns)]
        self.number = {mark.id: i for i, column in enumerate(self.columns) for mark in column}
        self.gaps = self._gaps()

    def layout(self) -> Layout:
        for scale in _SCALES:
            boxes = self._boxes(scale)
            lines = [self._line(link, boxes) for link in self.scene.links]
            placed, clear = labels(lines, list(boxes.values()))
            if clear:
                break
        marks = [PlacedMark(m, boxes[m.id], mark_words(m, boxes[m.id])) for m in self.scene.marks]
        links = [
            PlacedLink(line.link, straight(line.start, line.end), words)
            for line, words in zip(lines, placed, strict=True)
        ]
        nesting = Nesting(self.scene, self.number)
        held: dict[str, list[Box]] = defaultdict(list)
        for mark in self.scene.marks:
            if mark.cluster is not None:
                held[mark.cluster].append(boxes[mark.id])
        frames = framed(self.scene.clusters, nesting, held)
        return finished(marks, links, frames, self.scene.captions)

    def _gaps(self) -> list[float]:
        """Return the room after every column, as its links' labels need it."""
        gaps = [_BETWEEN_COLUMNS] * len(self.columns)
        leaving = [0] * len(self.columns)
        for link in self.scene.links:
            leaving[self.number[link.source]] += 1
        for link in self.scene.links:
            i = self.number[link.source]
            if link.over is not None or link.under is not None:
                dense = _DENSE if leaving[i] > len(self.columns[i]) else 1.0
                gaps[i] = max(gaps[i], label_room(link).width * dense + _BESIDE_LABEL)
        return gaps

    def _boxes(self, scale: float) -> dict[str, Box]:
        """Return where every mark stands."""
        rooms = self._rooms()
        tallest = max([room.up + room.down for room in rooms.values()], default=0.0)
        pitch = (tallest + _BETWEEN_MARKS) * scale
        heights = {
            mark.id: (i - (len(column) - 1) / 2) * pitch
            for column in self.columns
            for i, mark in enumerate(column)
        }
        boxes = {}
        left = 0.0
        rises = self._rises(heights)
        for column, gap, rise in zip(self.columns, self.gaps, rises, strict=True):
            width = max([rooms[mark.id].width for mark in column])
            for mark in column:
                room = rooms[mark.id]
                centre = left + width / 2, heights[mark.id]
                boxes[mark.id] = Box(*centre, room.width, room.up + room.down)
            left += width + max(gap * scale, rise * _LEAN)
        return boxes

    def _rises(self, heights: dict[str, float]) -> list[float]:
        """Return, for each column, how far the steepest link from it goes up or down."""
        rises = [0.0] * len(self.columns)
        for link in self.scene.links:
            i = self.number[link.source]
            rises[i] = max(rises[i], abs(heights[link.target] - heights[link.source]))
        return rises

    def _rooms(self) -> dict[str, Room]:
        """Return the rooms of all marks, every circle as large as the largest."""
        rooms = {mark.id: mark_room(mark) for mark in self.scene.marks}
        circles = [id_ for id_, shape in self.shapes.items() if shape == "circle"]
        radius = max([rooms[id_].up for id_ in circles], default=0.0) + _AIR
        return rooms | dict.fromkeys(circles, Room(2 * radius, radius, radius))

    def _line(self, link: Link, boxes: dict[str, Box]) -> Line:
        """Return a link's line from outline to outline; of circles it points at the centres."""
        source, target = boxes[link.source], boxes[link.target]
        from_circle = self.shapes[link.source] == "circle"
        to_circle = self.shapes[link.target] == "circle"
        start = (source.x + (0.0 if from_circle else source.width / 2), source.y)
        end = (target.x - (0.0 if to_circle else target.width / 2), target.y)
        return Line(
            link,
            _on_outline(source, end) if from_circle else start,
            _on_outline(target, start) if to_circle else end,
        )


def _on_outline(circle: Box, towards: Point) -> Point:
    """Return the point of a circle that is nearest to another point."""
    dx, dy = towards[0] - circle.x, towards[1] - circle.y
    distance = hypot(dx, dy) or 1.0
    radius = circle.width / 2
    return circle.x + dx / distance * radius, circle.y + dy / distance * radius
