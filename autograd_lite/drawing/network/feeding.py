"""Who feeds whom in a description: what is a network's signal, and what only goes along."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from autograd_lite.graph.description import Description, Edge, Node

__all__ = ["Product", "Wiring"]

AFFINE = frozenset({"linear", "matmul", "dot"})


class Product(NamedTuple):
    """What a layer multiplies: what arrives, and its weights, which may stand on the left."""

    node: Node
    signal: Edge
    weights: Edge
    swapped: bool = False


class Wiring:
    """The nodes and edges of a graph, each to be found from the other.

    Attributes
    ----------
    operations : list of Node
        Oldest first.
    into, users : dict
        The edges that lead to a node, by position, and those that leave it.
    signals : set of str
        The nodes that depend on the network's first product.
    beside : set of str
        The nodes that depend on another product of the same data: a second branch.
    """

    def __init__(self, description: Description) -> None:
        self.nodes = {node.id: node for node in description.nodes}
        self.operations = [node for node in description.nodes if node.kind == "operation"]
        self.edges = description.edges
        self.into: dict[str, list[Edge]] = defaultdict(list)
        self.users: dict[str, list[Edge]] = defaultdict(list)
        self.signals: set[str] = set()
        self.beside: set[str] = set()
        for edge in description.edges:
            self.into[edge.target].append(edge)
            self.users[edge.source].append(edge)

    def follow(self, first: Product) -> None:
        """Call what depends on a product the signal; edges come oldest first."""
        self.signals = {first.node.id}
        for edge in self.edges:
            if edge.source in self.signals:
                self.signals.add(edge.target)
        data = first.signal.source
        for node in self.operations:
            if node.id in self.signals or not self.multiplies(node):
                continue
            operands = self.into[node.id][:2]
            if any([edge.source == data or not self.is_trained(edge) for edge in operands]):
                self.beside.add(node.id)
        for edge in self.edges:
            if edge.source in self.beside and edge.target not in self.signals:
                self.beside.add(edge.target)

    def next(self, node: Node) -> Node | None:
        """Return the only user of a result; None where there are several."""
        users = self.users[node.id]
        return self.nodes[users[0].target] if len(users) == 1 else None

    def others(self, node: Node) -> list[Edge]:
        """Return the operands of a node that are not the signal."""
        return [edge for edge in self.into[node.id] if edge.source not in self.signals]

    def multiplies(self, node: Node) -> bool:
        """Whether a node is a product of a row or rows, and a vector or a matrix."""
        if node.name not in AFFINE:
            return False
        return all([len(edge.shape) in (1, 2) for edge in self.into[node.id][:2]])

    def is_trained(self, edge: Edge) -> bool:
        """Whether an operand is what a gradient is wanted for, not data."""
        source = self.nodes[edge.source]
        return source.kind == "operation" or source.requires_grad

    def product(self, node: Node | None) -> Product | None:
        """Return what a node multiplies, where that is the signal and weights."""
        if node is None or not self.multiplies(node):
            return None
        left, right = self.into[node.id][:2]
        plain = [edge for edge in (left, right) if edge.source not in self.signals]
        if plain == [right]:
            return Product(node, left, right)
        if plain == [left] and len(right.shape) == 1:
            return Product(node, right, left, swapped=True)
        return None
