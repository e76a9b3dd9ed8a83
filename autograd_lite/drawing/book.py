"""Book style: operations as circles, values over the edges, gradients under them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

from autograd_lite.drawing.labels import bytes_text, is_bad, outline, range_text, value_text
from autograd_lite.drawing.scene import Cluster, Link, Mark, Scene, Text
from autograd_lite.graph.ranges import range_of

if TYPE_CHECKING:
    from autograd_lite.arrays import Array
    from autograd_lite.graph.description import Description, Edge, Node

__all__ = ["book_scene", "input_names"]

SHORT = 3  # letters of a symbol that fit into a circle


def book_scene(description: Description, *, values: bool = True, memory: bool = False) -> Scene:
    """Return the scene of a graph as textbooks draw it.

    Parameters
    ----------
    description : Description
    values : bool
        Write values and gradients on the edges; else shapes, dtypes and ranges in the nodes,
        for graphs too large to be read.
    memory : bool
        Write how many bytes each node keeps for backward.
    """
    return _Book(description, values, memory).scene()


def input_names(description: Description) -> dict[str, str]:
    """Return what inputs are called: their names, else a, b, c…, skipping names in use."""
    taken = {node.name for node in description.nodes}
    fresh = (letter for letter in _letters() if letter not in taken)
    return {
        node.id: node.name if node.name is not None else next(fresh)
        for node in description.nodes
        if node.kind == "input"
    }


def _letters() -> Iterator[str]:
    """Yield a, b, and so on to z, then a1, b1, and so on."""
    for round_ in count():
        for letter in "abcdefghijklmnopqrstuvwxyz":
            yield letter + (str(round_) if round_ else "")


class _Book:
    """Turns nodes into marks and edges into links; a value used twice branches at a dot."""

    def __init__(self, description: Description, values: bool, memory: bool) -> None:
        self.description = description
        self.values = values
        self.memory = memory
        self.names = input_names(description)
        self.marks: list[Mark] = []
        self.links: list[Link] = []
        self.clusters: dict[tuple[str, ...], Cluster] = {}
        self.groups = {node.id: node.group for node in description.nodes}
        self.given = {
            e.target for e in description.edges if e.target[0] == "y" and e.source[0] == "v"
        }
        self.uses: dict[tuple[str, int], list[tuple[int, Edge]]] = defaultdict(list)
        for i, edge in enumerate(description.edges):
            self.uses[edge.source, edge.output].append((i, edge))

    def scene(self) -> Scene:
        for node in self.description.nodes:
            cluster = self._cluster(node.group)
            self.marks.append(self._mark(node, cluster))
        for uses in self.uses.values():
            self._connect(uses)
        note = self.description.note
        captions = () if note is None else (Text(note, "muted"),)
        return Scene(tuple(self.marks), tuple(self.links), tuple(self.clusters.values()), captions)

    def _cluster(self, group: tuple[str, ...]) -> str | None:
        """Return the id of the frame of a group; the frames around it are made with it."""
        known = len(group)
        while known and group[:known] not in self.clusters:
            known -= 1
        id_ = self.clusters[group[:known]].id if known else None
        for end in range(known, len(group)):
            cluster = Cluster(f"g{len(self.clusters)}", group[end], id_)
            self.clusters[group[: end + 1]] = cluster
            id_ = cluster.id
        return id_

    def _mark(self, node: Node, cluster: str | None) -> Mark:
        bad = is_bad(node.value, node.range)
        if node.kind == "input":
            return Mark(node.id, "text", self._input_lines(node), self._tip(node), alarm=bad)
        if node.kind == "constant":
            if node.name is None and self.values:
                return Mark(node.id, "dot", tip=self._tip(node))
            called = () if node.name is None else (Text(node.name, "muted"),)
            lines = (*called, *self._facts(node))
            return Mark(node.id, "text", lines, self._tip(node), alarm=bad)
        if node.kind == "output":
            return Mark(node.id, "text", self._output_lines(node), alarm=bad)
        if node.kind == "group":
            times = (Text(f"×{node.times}", "symbol"),) if node.times > 1 else ()
            name = (Text(node.name, "name"),) if node.name is not None else ()
            lines = (*name, *times, Text(node.symbol, "muted"))
            return Mark(
                node.id, "box", (*lines, *self._facts(node)), self._tip(node), cluster, None, bad
            )
        lines = (Text(node.symbol, "symbol"), *self._facts(node))
        round_ = len(lines) == 1 and len(node.symbol) <= SHORT
        return Mark(
            node.id, "circle" if round_ else "box", lines, self._tip(node), cluster, None, bad
        )

    def _input_lines(self, node: Node) -> tuple[Text, ...]:
        lines = [Text(self.names[node.id], "name" if node.requires_grad else "muted")]
        used = len(self.uses[node.id, 0])
        if node.changed:
            lines.append(Text("changed since", "alarm"))
        if used > 1 and self.values and node.gradient is not None:
            total = value_text(node.gradient, node.shape, node.dtype)
            lines.append(Text(f"sum ←{_beside(total)}", "gradient"))
        return (*lines, *self._facts(node))

    def _output_lines(self, node: Node) -> tuple[Text, ...]:
        """Return what an output is called: without a name ``out``, or ``out1`` and so on."""
        number = int(node.id[1:]) + 1 if "y1" in self.groups else ""
        name = Text(node.name or f"out{number}", "name")
        if node.id in self.given:
            return name, Text("no operation recorded", "muted")
        return (name,)

    def _facts(self, node: Node) -> tuple[Text, ...]:
        """Return what stands inside a node where edges bear no values."""
        facts = []
        if not self.values and node.kind != "group":
            single = node.kind == "constant" and node.value is not None and node.value.size == 1
            facts += ["" if single else outline(node.shape, node.dtype), _spread(node)]
        if self.memory and node.kept:
            facts.append(f"keeps {bytes_text(node.kept)}")
        return tuple([Text(fact, "muted") for fact in facts if fact])

    def _tip(self, node: Node) -> str:
        parts = [node.name, outline(node.shape, node.dtype), node.line]
        return " · ".join([part for part in parts if part])

    def _connect(self, uses: list[tuple[int, Edge]]) -> None:
        """Link a result to what uses it, through a branch where several operations do."""
        first = uses[0][1]
        if len(uses) == 1 or first.source[0] != "f":
            for i, edge in uses:
                self.links.append(self._link(f"e{i}", edge.source, edge))
            return
        branch = f"b{first.source}_{first.output}"
        tip = "the gradients that come back are added up"
        cluster = self._cluster(self.groups[first.source])
        self.marks.append(Mark(branch, "dot", tip=tip, cluster=cluster))
        # The range of a sum is not known from those of its parts.
        whole = _sum_of([edge.gradient for _, edge in uses])
        total = first._replace(gradient=whole, gradient_range=None)
        self.links.append(
            self._link(f"s{first.source}_{first.output}", first.source, total, branch)
        )
        for i, edge in uses:
            self.links.append(self._link(f"e{i}", branch, edge)._replace(over=None))

    def _link(self, id_: str, source: str, edge: Edge, target: str | None = None) -> Link:
        over = under = None
        if not edge.dtype and edge.name is not None:  # it stands for many
            many = Text(edge.name, "muted")
            return Link(id_, source, target or edge.target, many, position=edge.position)
        if self.values:
            value = value_text(edge.value, edge.shape, edge.dtype, edge.range)
            if edge.name is not None and edge.source[0] == "f" and edge.target[0] == "f":
                value = f"{edge.name} ={_beside(value)}"
            if value:  # what stands for many inputs has none
                over = Text(value, "alarm" if is_bad(edge.value, edge.range) else "value")
            if edge.gradient is not None or edge.gradient_range is not None:
                gradient = value_text(edge.gradient, edge.shape, edge.dtype, edge.gradient_range)
                bad = is_bad(edge.gradient, edge.gradient_range)
                under = Text(gradient, "alarm" if bad else "gradient")
        return Link(id_, source, target or edge.target, over, under, edge.position)


def _beside(text: str) -> str:
    """Return what stands after a word; the rows of a matrix begin below it."""
    return f"\n{text}" if "\n" in text and text.startswith("[") else f" {text}"


def _spread(node: Node) -> str:
    """Return where the values of a node lie; of one element the value itself."""
    if node.range is not None:
        return range_text(node.range)
    if node.value is None or not node.value.size:
        return ""
    single = node.value.size == 1
    return value_text(node.value, (), "") if single else range_text(range_of(node.value))


def _sum_of(gradients: list[Array | None]) -> Array | None:
    total: Array | None = None
    for gradient in gradients:
        if gradient is None:
            return None
        total = gradient if total is None else total + gradient
    return total
