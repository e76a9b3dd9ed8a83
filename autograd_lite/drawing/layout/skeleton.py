"""A scene cut into layers: cells in columns, and segments between neighbouring columns.

Everything that needs room is a cell: a mark, the texts of a link, the bends of a long link, and
the upper and lower edges of clusters, once for each layer that they span.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from autograd_lite.drawing.layout.lettering import Room, label_room, mark_room
from autograd_lite.drawing.layout.nesting import Nesting
from autograd_lite.drawing.layout.ranking import Step, rank

if TYPE_CHECKING:
    from autograd_lite.drawing.scene import Link, Mark, Scene

__all__ = ["BORDER", "INNER", "TRUNK", "Cell", "Segment", "Skeleton"]

Kind = Literal["mark", "label", "bend", "top", "bottom"]

# How much a segment wants to be level: where they meet, the link of an input gives way to that of
# a result; and all give way to what lies between the ends of a long link.
SIDE, PLAIN, INNER, TRUNK, BORDER = range(5)

_BENDS = 60  # for each mark and link; when they are used up, links are drawn without
_FRAME_UP = 18.0  # over what a frame holds: its label and some air
_FRAME_DOWN = 6.0


class Cell:
    """Something that stands in one layer and takes room there.

    Attributes
    ----------
    index : int
        Cells are numbered as they are made.
    kind : str
    layer : int
    room : Room
    path : tuple of str
        The clusters that it lies in, outermost first.
    before, after : list of Segment
        To the neighbouring layers.
    """

    __slots__ = ("after", "before", "index", "kind", "layer", "path", "room")

    def __init__(
        self, index: int, kind: Kind, layer: int, room: Room, path: tuple[str, ...]
    ) -> None:
        self.index = index
        self.kind = kind
        self.layer = layer
        self.room = room
        self.path = path
        self.before: list[Segment] = []
        self.after: list[Segment] = []


class Segment:
    """A line between cells of neighbouring layers.

    Attributes
    ----------
    source, target : Cell
    weight : int
        The heavier, the more it stays level.
    port : float
        How far down it enters a mark that tells its arguments apart: from -0.5 to 0.5.
    """

    __slots__ = ("port", "source", "target", "weight")

    def __init__(self, source: Cell, target: Cell, weight: int) -> None:
        self.source = source
        self.target = target
        self.weight = weight
        self.port = 0.0


class Skeleton:
    """The cells and segments of a scene.

    Attributes
    ----------
    cells : list of Cell
    layers : list of list of Cell
        In the order that they were made; ordering is another step.
    marks : dict
        The cell of every mark.
    routes : dict
        The cells that a link passes, its ends included, by the link's id.
    labels : dict
        The cell of a link's texts, by the link's id.
    direct : set of str
        Links that are drawn without cells of their own: they close a cycle, or the scene has so
        many long ones that cells for all of them would grow without bound.
    nesting : Nesting
        Of the clusters.
    """

    def __init__(self, scene: Scene) -> None:
        self.cells: list[Cell] = []
        self.marks: dict[str, Cell] = {}
        self.routes: dict[str, list[Cell]] = {}
        self.labels: dict[str, Cell] = {}
        self.direct: set[str] = set()
        self._segments: set[tuple[int, int]] = set()
        shapes = Counter([(link.source, link.target) for link in scene.links])
        # Two links between the same marks are kept apart by a cell of their own for each.
        self._own = {
            link.id
            for link in scene.links
            if _is_written(link) or shapes[link.source, link.target] > 1
        }
        self._fed = {link.target for link in scene.links}
        layers = rank(
            [mark.id for mark in scene.marks],
            [Step(x.source, x.target, 2 if x.id in self._own else 1) for x in scene.links],
        )
        self.nesting = Nesting(scene, layers)
        for mark in scene.marks:
            self._add_mark(mark, layers[mark.id])
        self._add_borders()
        self._add_links(scene.links)
        self._sort_arguments(scene.links)
        self.layers: list[list[Cell]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
        for cell in self.cells:
            self.layers[cell.layer].append(cell)

    def _cell(self, kind: Kind, layer: int, room: Room, path: tuple[str, ...]) -> Cell:
        cell = Cell(len(self.cells), kind, layer, room, path)
        self.cells.append(cell)
        return cell

    def _join(self, source: Cell, target: Cell, weight: int) -> None:
        """Add a segment, once for all links that share it."""
        if (source.index, target.index) in self._segments:
            return
        self._segments.add((source.index, target.index))
        segment = Segment(source, target, weight)
        source.after.append(segment)
        target.before.append(segment)

    def _add_mark(self, mark: Mark, layer: int) -> None:
        path = self.nesting.path(mark.cluster)
        self.marks[mark.id] = self._cell("mark", layer, mark_room(mark), path)

    def _add_borders(self) -> None:
        """Add the upper and lower edge of every cluster, in all the layers that it spans."""
        kinds: tuple[tuple[Kind, Room], ...] = (
            ("top", Room(0.0, 0.0, _FRAME_UP)),
            ("bottom", Room(0.0, _FRAME_DOWN, 0.0)),
        )
        for id_, (first, last) in self.nesting.spans.items():
            for kind, room in kinds:
                path = self.nesting.path(id_)
                row = [self._cell(kind, layer, room, path) for layer in range(first, last + 1)]
                for source, target in pairwise(row):
                    self._join(source, target, BORDER)

    def _add_links(self, links: tuple[Link, ...]) -> None:
        """Add what links need; those that leave one mark share their bends, like a bus."""
        leaving: dict[str, list[Link]] = defaultdict(list)
        for link in links:
            leaving[link.source].append(link)
        left = _BENDS * (len(self.cells) + len(links))
        for id_, group in leaving.items():
            source = self.marks[id_]
            bends: dict[tuple[int, tuple[str, ...]], Cell] = {}
            for link in sorted(group, key=lambda x: self.marks[x.target].layer):
                span = self.marks[link.target].layer - source.layer
                if 0 < span <= left:
                    self._add_link(link, bends)
                    left -= span
                else:
                    self.routes[link.id] = [source, self.marks[link.target]]
                    self.direct.add(link.id)

    def _add_link(self, link: Link, bends: dict[tuple[int, tuple[str, ...]], Cell]) -> None:
        source, target = self.marks[link.source], self.marks[link.target]
        row = [source]
        for layer in range(source.layer + 1, target.layer):
            path = self.nesting.between(source.path, target.path, source.layer, layer, target.layer)
            if layer == target.layer - 1 and link.id in self._own:
                written = _is_written(link)
                room = label_room(link) if written else Room(0.0, 4.0, 4.0)
                row.append(self._cell("label" if written else "bend", layer, room, path))
                self.labels[link.id] = row[-1]
            else:
                if (layer, path) not in bends:
                    bends[layer, path] = self._cell("bend", layer, Room(0.0, 1.0, 1.0), path)
                row.append(bends[layer, path])
        row.append(target)
        for a, b in pairwise(row):
            self._join(
                a, b, SIDE if b is target and link.source not in self._fed else _weight(a, b)
            )
        self.routes[link.id] = row

    def _sort_arguments(self, links: tuple[Link, ...]) -> None:
        """Bring what comes into a mark into the order of its arguments, and note the ports."""
        positions: dict[tuple[int, int], int] = {}
        for link in links:
            last, target = self.routes[link.id][-2:]
            positions[last.index, target.index] = link.position
        for cell in self.marks.values():
            found = {s: positions[s.source.index, s.target.index] for s in cell.before}
            cell.before.sort(key=found.__getitem__)
            ranks = {position: i for i, position in enumerate(sorted(set(found.values())))}
            for segment, position in found.items():
                segment.port = (ranks[position] + 1) / (len(ranks) + 1) - 0.5


def _is_written(link: Link) -> bool:
    return link.over is not None or link.under is not None


def _weight(a: Cell, b: Cell) -> int:
    if a.kind == "mark" or b.kind == "mark":
        return PLAIN
    return TRUNK if a.kind == b.kind == "bend" else INNER
