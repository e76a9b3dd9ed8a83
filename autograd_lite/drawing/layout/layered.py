"""A scene laid out from left to right, in layers."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from autograd_lite.drawing.layout.balancing import heights
from autograd_lite.drawing.layout.columns import lay_out_columns
from autograd_lite.drawing.layout.finishing import finished
from autograd_lite.drawing.layout.framing import FRAME_SIDE, framed
from autograd_lite.drawing.layout.lettering import label_width, link_words, mark_words
from autograd_lite.drawing.layout.ordering import order
from autograd_lite.drawing.layout.placed import Box, Layout, PlacedLink, PlacedMark
from autograd_lite.drawing.layout.routing import Curve, Port, hop, ports
from autograd_lite.drawing.layout.skeleton import Cell, Skeleton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_lite.drawing.scene import Link, Mark, Scene

__all__ = ["lay_out"]

_BEFORE_MARK = 18.0  # from one layer to the next, where an arrow's head needs room
_BEFORE_OTHER = 8.0
_BEND = 8.0  # more room, where a link is not level
_SLANT = 0.4  # more room for links that climb: so much of their height, up to a limit
_MOST_SLANT = 40.0
_ROUND = 0.42  # of a circle's height, above and below its middle: there it stands in the way


def lay_out(scene: Scene) -> Layout:
    """Return where everything in a scene stands.

    Parameters
    ----------
    scene : Scene

    Returns
    -------
    Layout
        The same scene gives the same layout.

    Examples
    --------
    >>> from autograd_lite.drawing.layout.layered import lay_out
    >>> from autograd_lite.drawing.scene import Link, Mark, Scene, Text
    >>> marks = (Mark("v0", "text", (Text("x"),)), Mark("f0", "circle", (Text("exp"),)))
    >>> layout = lay_out(Scene(marks, (Link("e0", "v0", "f0", Text("3", "value")),)))
    >>> layout.marks[0].box.x < layout.links[0].words[0].x < layout.marks[1].box.x
    True
    """
    if scene.columns:
        return lay_out_columns(scene)
    return _Layered(scene).layout()


class _Layered:
    """The steps of a layered layout, each reading what those before it found."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.skeleton = Skeleton(scene)
        order(self.skeleton)
        self.heights = heights(self.skeleton)
        self.marks = {mark.id: mark for mark in scene.marks}
        self.circles = {self.skeleton.marks[m.id] for m in scene.marks if m.shape == "circle"}
        self.place = {cell: i for layer in self.skeleton.layers for i, cell in enumerate(layer)}
        self.widths = [
            max([cell.room.width for cell in layer], default=0.0) for layer in self.skeleton.layers
        ]
        self.middles = self._middles()
        self.boxes = {cell: self._box(cell) for cell in self.skeleton.cells}
        self.ports = self._ports()

    def layout(self) -> Layout:
        marks = [self._placed_mark(mark) for mark in self.scene.marks]
        links = [self._placed_link(link) for link in self.scene.links]
        frames = framed(self.scene.clusters, self.skeleton.nesting, self._held())
        return finished(marks, links, frames, self.scene.captions)

    def _middles(self) -> list[float]:
        """Return the `x` of every layer."""
        widths = self.widths
        gaps = [self._gap(i) for i in range(len(widths))] + [0.0]
        for first, last in self.skeleton.nesting.spans.values():
            gaps[first] += FRAME_SIDE
            gaps[last + 1] += FRAME_SIDE
        for cluster in self.scene.clusters:
            if cluster.id in self.skeleton.nesting.spans:
                first, last = self.skeleton.nesting.spans[cluster.id]
                held = sum(widths[first : last + 1]) + sum(gaps[first + 1 : last + 1])
                missing = max(label_width(cluster) - held, 0.0)
                gaps[first] += missing / 2
                gaps[last + 1] += missing / 2
        middles, right = [], 0.0
        for width, gap in zip(widths, gaps[:-1], strict=True):
            middles.append(right + gap + width / 2)
            right += gap + width
        return middles

    def _gap(self, i: int) -> float:
        """Return the room before a layer: more, where links climb steeply."""
        layer = self.skeleton.layers[i]
        climbs = [
            abs(self.heights[s.source.index] - self.heights[s.target.index])
            for cell in layer
            for s in cell.before
        ]
        climb = max(climbs, default=0.0)
        slant = min(_BEND + climb * _SLANT, _MOST_SLANT) if climb > 1.0 else 0.0
        marked = any([cell.kind == "mark" and cell.before for cell in layer])
        return (_BEFORE_MARK if marked else _BEFORE_OTHER) + slant

    def _box(self, cell: Cell) -> Box:
        """Return the box of a cell; of the texts of a link, the line is not in its middle."""
        x, y, room = self.middles[cell.layer], self.heights[cell.index], cell.room
        if cell.kind == "mark" and not cell.before:  # an input stands close to what reads it
            x += (self.widths[cell.layer] - room.width) / 2
        elif cell.kind == "mark" and not cell.after:
            x -= (self.widths[cell.layer] - room.width) / 2
        return Box(x, y + (room.down - room.up) / 2, room.width, room.up + room.down)

    def _ports(self) -> dict[str, Port]:
        """Return where every link meets its target: the first argument above the second."""
        arriving: dict[str, list[Link]] = defaultdict(list)
        for link in self.scene.links:
            arriving[link.target].append(link)
        found: dict[str, Port] = {}
        for id_, links in arriving.items():
            cell = self.skeleton.marks[id_]
            before = {x.id: self.heights[self.skeleton.routes[x.id][-2].index] for x in links}
            ids = [x.id for x in sorted(links, key=lambda x: (x.position, before[x.id]))]
            places = ports(self.marks[id_], self.boxes[cell], [before[i] for i in ids])
            found.update(zip(ids, places, strict=True))
        return found

    def _placed_mark(self, mark: Mark) -> PlacedMark:
        box = self.boxes[self.skeleton.marks[mark.id]]
        return PlacedMark(mark, box, mark_words(mark, box))

    def _placed_link(self, link: Link) -> PlacedLink:
        route = self.skeleton.routes[link.id]
        start = self.boxes[route[0]]
        curve = Curve(start.x + start.width / 2, start.y)
        if link.id in self.skeleton.direct:
            port = self.ports[link.id]
            (curve.bend_to if port.x > start.x else curve.back_to)(port)
            return PlacedLink(link, tuple(curve.points), link_words(link, *curve.middle()))
        self._follow(route, self.ports[link.id], curve)
        label = self.skeleton.labels.get(link.id, route[0])
        words = link_words(link, self.middles[label.layer], self.heights[label.index])
        return PlacedLink(link, tuple(curve.points), words)

    def _follow(self, route: Sequence[Cell], port: Port, curve: Curve) -> None:
        """Lead a curve from the first cell of a route, through the others, to a port."""
        for cell, following in pairwise(route[:-1]):
            box = self.boxes[following]
            left = Port(box.x - box.width / 2, self.heights[following.index], 1.0, 0.0)
            hop(curve, left, self._between(cell, left.y), self._between(following, curve.y))
            curve.level_to(box.x + box.width / 2)
        beside = self._between(route[-2], port.y)
        hop(curve, port, beside, self._between(route[-1], curve.y))

    def _between(self, cell: Cell, y: float) -> list[Box]:
        """Return the boxes in a cell's layer that lie between it and a height."""
        layer = self.skeleton.layers[cell.layer]
        step = 1 if y > self.heights[cell.index] else -1
        found = []
        i = self.place[cell] + step
        while 0 <= i < len(layer):
            box = self.boxes[layer[i]]
            reach = _ROUND if layer[i] in self.circles else 0.5
            if (y - box.y) * step < -box.height * reach:
                break
            if layer[i].room.width:
                found.append(box)
            i += step
        return found

    def _held(self) -> dict[str, list[Box]]:
        """Return what lies in each cluster, but not in one inside it: whole layers wide."""
        held: dict[str, list[Box]] = defaultdict(list)
        for cell in self.skeleton.cells:
            if cell.path and cell.kind not in ("top", "bottom"):
                x, width = self.middles[cell.layer], self.widths[cell.layer]
                held[cell.path[-1]].append(self.boxes[cell]._replace(x=x, width=width))
        return held
