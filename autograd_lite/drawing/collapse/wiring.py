"""What makes operations alike: name, settings, shapes, and where their inputs come from."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd_lite.graph.description import Description, Edge, Node

__all__ = ["Numbering", "Wiring"]

# How an operation reaches a value: how many operations ago it was last touched, and there as
# which argument (or, counted down from -1, which result); or that nothing touched it before.
Reach = tuple[int, int] | tuple[None, tuple[int, ...], str]


class Numbering:
    """Small numbers for what is compared often: equal things have equal numbers."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def __call__(self, thing: Hashable) -> int:
        """Return the number of a thing, a new one if it is new."""
        return self._known.setdefault(thing, len(self._known))


class Wiring:
    """The operations of a description, each with a token for what it does and reads.

    Because a value is known by who touched it last, and not by its name, a loop gives the same
    tokens in every round: for what the round before computed, for weights of its own, and for a
    value from far away that all rounds share.

    Attributes
    ----------
    operations : list of Node
        Oldest first.
    index : dict
        Where each id stands among them.
    reaches : list
        For each, how it reaches its inputs.
    tokens, kinds : list of int
        Equal where two are the same; where they are but for where their inputs come from.
    """

    def __init__(self, description: Description) -> None:
        self.operations = [node for node in description.nodes if node.kind == "operation"]
        self.index = {node.id: i for i, node in enumerate(self.operations)}
        self.number = Numbering()
        self.reaches: list[tuple[Reach, ...]] = []
        self.tokens: list[int] = []
        self.kinds: list[int] = []
        self._shared: dict[tuple[Reach, ...], tuple[Reach, ...]] = {}
        self._touched: dict[tuple[str, int], tuple[int, int]] = {}
        self._constants = {
            n.id: self.number(_constant(n)) for n in description.nodes if n.kind == "constant"
        }
        edges = [edge for edge in description.edges if edge.target in self.index]
        edges.sort(key=lambda edge: self.index[edge.target])
        done = 0
        for i, node in enumerate(self.operations):
            first = done
            while done < len(edges) and edges[done].target == node.id:
                done += 1
            self._read(i, node, edges[first:done])

    def _read(self, i: int, node: Node, edges: Sequence[Edge]) -> None:
        reaches = tuple([self._reach(i, edge) for edge in edges])
        fixed = tuple([self._constants.get(edge.source) for edge in edges])
        settings = _settings(node)
        kind = self.number((node.name, node.symbol, node.shape, node.dtype, settings, fixed))
        # Long chains have few different ones: shared, a million need no memory of their own.
        self.reaches.append(self._shared.setdefault(reaches, reaches))
        self.kinds.append(kind)
        self.tokens.append(self.number((kind, reaches)))

    def _reach(self, i: int, edge: Edge) -> Reach:
        if edge.source in self._constants:
            return None, (), ""
        value = edge.source, edge.output
        last = self._touched.get(value)
        if last is None and edge.source in self.index:
            last = self.index[edge.source], -1 - edge.output
        self._touched[value] = i, edge.position
        return (None, edge.shape, edge.dtype) if last is None else (i - last[0], last[1])

    def same_inside(self, first: int, second: int, length: int) -> bool:
        """Whether two pieces of `length` operations are wired alike inside.

        What comes from outside of a piece may come from anywhere.
        """
        for j in range(length):
            if self.kinds[first + j] != self.kinds[second + j]:
                return False
            ours, theirs = self.reaches[first + j], self.reaches[second + j]
            for a, b in zip(ours, theirs, strict=True):
                if a != b and (_inside(a, j) or _inside(b, j)):
                    return False
        return True


def _inside(reach: Reach, j: int) -> bool:
    """Whether the operation number `j` of a piece reaches no further than the piece's first."""
    return reach[0] is not None and reach[0] <= j


def _constant(node: Node) -> Hashable:
    """Return what tells a constant from others: numbers by their value, arrays by their shape."""
    value = node.value
    number = value.tobytes() if value is not None and value.size == 1 else None
    return node.shape, node.dtype, number


def _settings(node: Node) -> Hashable:
    """Return what tells an operation from others of its name.

    Which part of an array is read is like which input is read, and arrays are data: neither
    makes another computation.
    """
    return tuple([_setting(setting) for setting in node.settings])


def _setting(setting: object) -> object:
    match setting:
        case ("index", str(index)):
            return re.sub(r"\d+", "#", index)
        case (_, (shape, dtype, _)) if shape:
            return shape, dtype
        case _:
            return setting
