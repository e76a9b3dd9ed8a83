"""Merging edges: what several edges of a large graph become in a collapsed one."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from autograd_lite.graph.description import Edge

if TYPE_CHECKING:
    from autograd_lite.arrays import Array

__all__ = ["Merged", "few_inputs"]

FEW = 4  # inputs of its own that a closed block is drawn with

Value = tuple[str, int]  # a result, by its node's id and its number


class Merged:
    """The edges that are left, in the order in which each was first met."""

    def __init__(self) -> None:
        self._between: dict[tuple[str, int, str], _Between] = {}
        self._arrows: dict[str, int] = {}

    def add(
        self,
        edge: Edge,
        between: tuple[str, int, str],
        *,
        closed: bool,
        dropped: bool,
        leaf: bool,
    ) -> None:
        """Take in an edge of the whole graph.

        Parameters
        ----------
        edge : Edge
        between : tuple of str, int and str
            What it becomes: its source, which of its results, its target.
        closed : bool
            Whether it ends in a closed block, which reads each value once.
        dropped : bool
            Whether it ends in a copy that is not drawn: it adds its gradient to the first copy's
            edge. Of its inputs, those that the first copy does not read are left out.
        leaf : bool
            Whether an input or a constant flows.
        """
        value = edge.source, edge.output
        known = self._between.get(between)
        if known is None:
            if dropped and leaf:
                return
            known = self._between[between] = _Between(value)
        elif known.value != value:  # a later copy's result takes the place of an earlier one's
            known.value = value
            known.edges.clear()
        place = -1 if closed else edge.position
        before = known.edges.get(place)
        if before is not None:
            known.edges[place] = _sum_of(before, edge)
        else:
            source, output, target = between
            known.edges[place] = edge._replace(source=source, output=output, target=target)

    def edges(self) -> list[Edge]:
        """Return them; those into a closed block are its arguments in this order."""
        found = []
        for between in self._between.values():
            for place, edge in between.edges.items():
                if place < 0:
                    position = self._arrows.get(edge.target, 0)
                    self._arrows[edge.target] = position + 1
                    edge = edge._replace(position=position)
                found.append(edge)
        return found


class _Between:
    """The edges from one result to one node, by their argument positions there."""

    __slots__ = ("edges", "value")

    def __init__(self, value: Value) -> None:
        self.value = value
        self.edges: dict[int, Edge] = {}


def _sum_of(edge: Edge, other: Edge) -> Edge:
    """Return one edge for two that bear the same value: their gradients add up."""
    total: Array | None = None
    if edge.gradient is not None and other.gradient is not None:
        total = edge.gradient + other.gradient
    return edge._replace(gradient=total, gradient_range=None)


def few_inputs(
    edges: list[Edge], leaves: Collection[str], closed: Collection[str]
) -> tuple[list[Edge], dict[str, int]]:
    """Draw many inputs that one closed block alone reads as one.

    Returns
    -------
    edges : list of Edge
        From what is left.
    counts : dict
        How many inputs each of the merged ones, which has the first one's id, stands for.
    """
    readers: dict[str, str] = {}
    for edge in edges:
        if edge.source in leaves:
            alone = readers.setdefault(edge.source, edge.target) == edge.target
            readers[edge.source] = edge.target if alone else ""
    own: dict[str, list[str]] = {}
    for leaf, reader in readers.items():
        if reader in closed:
            own.setdefault(reader, []).append(leaf)
    first = {leaf: mine[0] for mine in own.values() if len(mine) > FEW for leaf in mine}
    counts = {mine[0]: len(mine) for mine in own.values() if len(mine) > FEW}
    left = []
    for edge in edges:
        if edge.source not in first:
            left.append(edge)
        elif edge.source in counts:
            left.append(Edge(edge.source, edge.target, 0, edge.position, (), ""))
    return left, counts
