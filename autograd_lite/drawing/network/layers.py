"""The layers of a network, recognised in the description of its graph.

A network is a chain: rows of features, then layers ``activation(x @ W + b)``, then perhaps a loss.
Names of operations and the edges between them are enough to see it, whoever wrote it.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from autograd_lite.drawing.network.activations import (
    LOSSES,
    MIXING,
    activation_of,
    obstacle,
    steps_after,
)
from autograd_lite.drawing.network.feeding import Product, Wiring, refusal
from autograd_lite.drawing.network.sides import sided

if TYPE_CHECKING:
    from autograd_lite.arrays import Array
    from autograd_lite.graph.description import Description, Edge, Node

__all__ = ["Layer", "Loss", "Network", "recognise"]


class Layer(NamedTuple):
    """Neurons that sum what arrives, weighted, and pass their sums through an activation.

    Attributes
    ----------
    sources, targets : int
        How many values arrive, and how many sums there are.
    units : int
        How many values leave: as many as sums, fewer after maxout.
    weights, weight_gradient : array of shape (sources, targets), or None
    bias : str
        ``"b"`` where one is added, ``"θ"`` where a threshold is subtracted, else empty.
    biases, bias_gradient : array of shape (targets,), or (1,) where all share one, or None
    sums : array of shape (rows, targets), or None
    activation : str
        What lies between sums and outputs; empty where nothing does.
    mixing : bool
        Whether each output reads every sum, as softmax's.
    outputs : array of shape (rows, units), or None
    """

    sources: int
    targets: int
    units: int
    weights: Array | None
    weight_gradient: Array | None
    bias: str
    biases: Array | None
    bias_gradient: Array | None
    sums: Array | None
    activation: str
    mixing: bool
    outputs: Array | None


class Loss(NamedTuple):
    """What follows the last layer: its name, and one value, or one of each row."""

    name: str
    values: Array | None


class Network(NamedTuple):
    """A chain of layers.

    Attributes
    ----------
    rows, features : int
    inputs : array of shape (rows, features), or None
    layers : tuple of Layer
    loss : Loss or None
    """

    rows: int
    features: int
    inputs: Array | None
    layers: tuple[Layer, ...]
    loss: Loss | None


def recognise(description: Description) -> Network:
    """Return the network that a graph is.

    Raises
    ------
    ArgumentError
        If the graph is no chain of layers; the message says what was found.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> from autograd_lite.drawing.network.layers import recognise
    >>> y = ag.tanh(np.ones((5, 2)) @ ag.Variable(np.ones((2, 3))) + 1.0)
    >>> network = recognise(ag.describe(y))
    >>> network.rows, [(layer.sources, layer.targets, layer.activation) for layer in network.layers]
    (5, [(2, 3, 'tanh')])
    """
    return _Reader(description).network()


class _Reader:
    """Goes from layer to layer, along the signal: what depends on the rows of features."""

    def __init__(self, description: Description) -> None:
        outputs = [node for node in description.nodes if node.kind == "output"]
        if len(outputs) != 1:
            raise refusal(f"it has {len(outputs)} outputs; draw one")
        self.output = outputs[0]
        self.wiring = Wiring(description)
        self.first = self._first_product()
        self.wiring.follow(self.first)
        self.rows = self.wiring.rows
        if not self.rows:
            raise refusal("its batch has no rows")
        if self.wiring.brings_data(self.first.weights):
            raise refusal(f"both operands of {self.first.node.name} come from the same data")
        self.inside: set[str] = set()  # nodes that are part of a layer
        self.after: Node | None = None  # what the last layer feeds, where that is one node

    def network(self) -> Network:
        """Return the layers, from the first product on, and the loss after them."""
        layers: list[Layer] = []
        product: Product | None = self.first
        while product is not None:
            if layers and product.signal.shape[-1] != layers[-1].units:
                raise refusal(f"values are rearranged after layer {len(layers)}")
            layer, product = self._layer(product)
            layers.append(layer)
        signal = self.first.signal
        features = signal.shape[-1]
        inputs = _matrix(signal.value, self.rows, features)
        return Network(self.rows, features, inputs, tuple(layers), self._loss(len(layers)))

    def _first_product(self) -> Product:
        """Return the oldest product with data in it, else the oldest."""
        wiring = self.wiring
        products = [node for node in wiring.operations if wiring.multiplies(node)]
        if not products:
            found = _listed(wiring.operations)
            raise refusal(f"there is no layer such as x @ W + b, only {found}")
        with_data = (
            node for node in products if not all(map(wiring.is_trained, wiring.into[node.id][:2]))
        )
        return sided(wiring, next(with_data, products[0]))

    def _layer(self, product: Product) -> tuple[Layer, Product | None]:
        """Return the layer of a product, and the product of the next layer."""
        targets = prod(product.node.shape) // self.rows
        sources = product.signal.shape[-1]
        sums, bias, symbol = self._biased(product.node, targets)
        steps, self.after = steps_after(self.wiring, sums)
        following = self.wiring.product(self.after)
        if following is None and self._may_be_loss():
            steps = activation_of(steps)
        self._enter(product.node, steps[-1].node if steps else sums)
        named = [step for step in steps if step.label]
        last = named[-1].node if named else sums
        units = prod(last.shape) // self.rows
        layer = Layer(
            sources,
            targets,
            units,
            _weights(product.weights.value, sources, targets, product.swapped),
            _weights(product.weights.gradient, sources, targets, product.swapped),
            symbol,
            None if bias is None or bias.value is None else bias.value.ravel(),
            None if bias is None or bias.gradient is None else bias.gradient.ravel(),
            _matrix(sums.value, self.rows, targets),
            ", ".join([step.label for step in named]),
            any([step.node.name in MIXING for step in named]),
            _matrix(last.value, self.rows, units),
        )
        return layer, following

    def _biased(self, product: Node, targets: int) -> tuple[Node, Edge | None, str]:
        """Return the node of the sums, and the bias in it."""
        if product.name == "linear":
            return product, self.wiring.into[product.id][2], "b"
        sums = self.wiring.next(product)
        if sums is None or sums.name not in ("add", "sub"):
            return product, None, ""
        for edge in self.wiring.others(sums):
            if self.wiring.brings_data(edge) or edge.source in self.wiring.beside:
                continue
            if _row(edge.shape) not in ((), (targets,)):
                continue
            if sums.name == "add":
                return sums, edge, "b"
            if edge.position == 1:
                return sums, edge, "θ"
        return product, None, ""

    def _may_be_loss(self) -> bool:
        """Whether steps after the last sums may belong to a loss that is written out."""
        if self.after is self.output:
            return prod(self.output.shape) == 1
        return self.after is None or self.after.name not in LOSSES

    def _enter(self, node: Node | None, last: Node) -> None:
        """Note the nodes of a layer, which are a chain."""
        while node is not None and node is not last:
            self.inside.add(node.id)
            node = self.wiring.next(node)
        self.inside.add(last.id)

    def _loss(self, layers: int) -> Loss | None:
        """Return what lies between the last layer and the output."""
        wiring = self.wiring
        rest = [
            node
            for node in wiring.operations
            if node.id in wiring.signals and node.id not in self.inside
        ]
        if not rest:
            return None
        if any([self._branches(node) for node in rest]):
            why = "" if self.after is None else obstacle(wiring, self.after)
            raise refusal(f"after layer {layers} {why or 'it branches'} ({_listed(rest)})")
        fused = self.after is not None and self.after.name in LOSSES
        shape = self.output.shape
        if prod(shape) != 1 and not (fused and prod(shape) == self.rows):
            why = "" if self.after is None else obstacle(wiring, self.after)
            found = f"after layer {layers} come {_listed(rest)}, of shape {shape}"
            raise refusal(f"{found}: {why}" if why else found)
        name = self.after.name if fused and self.after is not None else _composed(rest)
        value = self.output.value
        return Loss(name or "", None if value is None else value.ravel())

    def _branches(self, node: Node) -> bool:
        """Whether a node is a layer out of the row, or takes what another one made."""
        others = self.wiring.others(node)
        if any([edge.source in self.wiring.beside for edge in others]):
            return True
        return self.wiring.multiplies(node) and any(map(self.wiring.is_trained, others))


def _row(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without the ones that it begins with."""
    first = next((i for i, n in enumerate(shape) if n != 1), len(shape))
    return shape[first:]


def _matrix(value: Array | None, rows: int, columns: int) -> Array | None:
    return None if value is None else value.reshape(rows, columns)


def _weights(value: Array | None, sources: int, targets: int, swapped: bool) -> Array | None:
    if not swapped:
        return _matrix(value, sources, targets)
    flipped = _matrix(value, targets, sources)
    return None if flipped is None else flipped.T


def _composed(rest: list[Node]) -> str:
    return f"{len(rest)} operations" if len(rest) > 1 else rest[0].name or ""


def _listed(nodes: list[Node]) -> str:
    names = list(dict.fromkeys([node.name or "" for node in nodes]))
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "") if names else "no operation"
