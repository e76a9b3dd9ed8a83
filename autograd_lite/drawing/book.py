"""Book style: operations as circles, values over the edges, gradients under them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

from autograd_lite.drawing.labels import bytes_text, is_bad, outline, range_text, value_text
from autograd_lite.drawing.scene import Cluster, Link, Mark, Scene, Text

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
        if not group:
            return None
        if group not in self.clusters:
            parent = self._cluster(group[:-1])
            self.clusters[group] = Cluster(f"g{len(self.clusters)}", group[-1], parent)
        return self.clusters[group].id

    def _mark(self, node: Node, cluster: str | None) -> Mark:
        bad = is_bad(node.value, node.range)
        if node.kind == "input":
            return Mark(node.id, "text", self._input_lines(node), self._tip(node), alarm=bad)
        if node.kind == "constant":
            if node.name is None and self.values:
                return Mark(node.id, "dot", tip=self._tip(node))
            lines = (Text(node.name or "", "muted"), *self._facts(node))
            return Mark(node.id, "text", lines, self._tip(node), alarm=bad)
        if node.kind == "output":
            return Mark(node.id, "text", (Text(node.name or "out", "name"),), alarm=bad)
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
        used = sum([len(self.uses[node.id, 0])])
        if node.changed:
            lines.append(Text("changed since", "alarm"))
        if used > 1 and self.values and node.gradient is not None:
            total = value_text(node.gradient, node.shape, node.dtype)
            lines.append(Text(f"sum ← {total}", "gradient"))
        return (*lines, *self._facts(node))

    def _facts(self, node: Node) -> tuple[Text, ...]:
        """Return what stands inside a node where edges bear no values."""
        facts = []
        if not self.values and node.kind != "group":
            facts.append(outline(node.shape, node.dtype))
            if node.range is not None and (found := range_text(node.range)):
                facts.append(found)
        if self.memory and node.kept:
            facts.append(f"keeps {bytes_text(node.kept)}")
        return tuple([Text(fact, "muted") for fact in facts])

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
        total = first._replace(gradient=_sum_of([edge.gradient for _, edge in uses]))
        self.links.append(
            self._link(f"s{first.source}_{first.output}", first.source, total, branch)
        )
        for i, edge in uses:
            self.links.append(self._link(f"e{i}", branch, edge)._replace(over=None))

    def _link(self, id_: str, source: str, edge: Edge, target: str | None = None) -> Link:
        over = under = None
        if self.values:
            value = value_text(edge.value, edge.shape, edge.dtype, edge.range)
            if edge.name is not None and edge.source[0] == "f" and edge.target[0] == "f":
                value = f"{edge.name} = {value}"
            if value:  # what stands for many inputs has none
                over = Text(value, "alarm" if is_bad(edge.value, edge.range) else "value")
            if edge.gradient is not None or edge.gradient_range is not None:
                gradient = value_text(edge.gradient, edge.shape, edge.dtype, edge.gradient_range)
                bad = is_bad(edge.gradient, edge.gradient_range)
                under = Text(gradient, "alarm" if bad else "gradient")
        return Link(id_, source, target or edge.target, over, under)


def _sum_of(gradients: list[Array | None]) -> Array | None:
    total: Array | None = None
    for gradient in gradients:
        if gradient is None:
            return None
        total = gradient if total is None else total + gradient
    return total
