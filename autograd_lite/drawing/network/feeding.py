"""Who feeds whom in a description: what is a network's signal, and what only goes along."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from autograd_lite.errors import ArgumentError

if TYPE_CHECKING:
    from autograd_lite.graph.description import Description, Edge, Node

__all__ = ["Product", "Wiring", "refusal"]

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
    rows : int
        Of the data: samples.
    of_data : set of str
        The nodes that depend on the data, and the data.
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
        self.rows = 1
        self.data: Edge | None = None
        self.of_data: set[str] = set()
        self.signals: set[str] = set()
        self.beside: set[str] = set()
        for edge in description.edges:
            self.into[edge.target].append(edge)
            self.users[edge.source].append(edge)

    def follow(self, first: Product) -> None:
        """Call what depends on a product the signal; edges come oldest first."""
        self.data = first.signal
        self.rows = first.signal.shape[0] if len(first.signal.shape) == 2 else 1
        self.of_data, self.signals = {first.signal.source}, {first.node.id}
        for reached in (self.of_data, self.signals):
            for edge in self.edges:
                if edge.source in reached:
                    reached.add(edge.target)
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

    def brings_data(self, edge: Edge) -> bool:
        """Whether an operand depends on the data, or is an array of the data's own numbers.

        An array that is used twice is two constants. Equal numbers throughout, as of a bias of
        zeros, say nothing.
        """
        if edge.source in self.of_data:
            return True
        data = None if self.data is None else self.data.value
        if data is None or edge.value is None or not np.array_equal(edge.value, data):
            return False
        return bool((data != data.reshape(-1)[0]).any())

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
        if not plain or plain[0].source in self.of_data:
            return None
        if plain == [right]:
            return Product(node, left, right)
        if plain == [left] and len(right.shape) == 1:
            return Product(node, right, left, swapped=True)
        return None


def refusal(found: str) -> ArgumentError:
    """Return the error of a graph that is no network, by what was found."""
    return ArgumentError(
        f'network: the graph is no chain of layers: {found}; or draw it with style="book".'
    )
