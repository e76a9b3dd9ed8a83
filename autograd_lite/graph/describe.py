"""The graph as data: one small, stable, read-only description, oldest node first.

Drawing, checking and debugging read this and never walk the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_lite.arrays import Array, is_array, to_device
from autograd_lite.errors import GraphError, OperandError, ShapeError
from autograd_lite.graph.function import SMALL, Function, Outline, Output, Producer
from autograd_lite.graph.gradients import seed_of
from autograd_lite.graph.variable import Variable
from autograd_lite.graph.walk import Walk, nodes_below

__all__ = ["Description", "Edge", "Node", "describe"]

Shape = tuple[int, ...]
Gradients = dict[Function, tuple[Any, ...]]


class Node(NamedTuple):
    """A node: an input, a constant, an operation, or an output.

    ``id`` is stable: two runs of the same script give the same. ``value`` and ``gradient`` are
    None where the array is too large to read, or not known; the gradient of an input is the sum
    over its edges.
    """

    id: str
    kind: str
    name: str | None
    symbol: str
    shape: Shape
    dtype: str
    value: Array | None
    gradient: Array | None
    requires_grad: bool
    line: str | None
    changed: bool


class Edge(NamedTuple):
    """An edge: which result of `source` is which argument of `target`, and what flowed there."""

    source: str
    target: str
    output: int
    position: int
    shape: Shape
    dtype: str
    value: Array | None
    gradient: Array | None
    name: str | None


class Description(NamedTuple):
    """Nodes and edges, oldest first, and one line about what could not be shown."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    note: str | None


def describe(
    outputs: Variable | Sequence[Variable], *, gradients: bool = True, grad_outputs: Any = None
) -> Description:
    """Describe the graph that computed `outputs`, without changing it or any ``.grad``.

    Parameters
    ----------
    outputs : Variable or sequence of Variables
    gradients : bool
        Tell the gradients too: those that backward left, or those of a pass of its own where
        the graph is still pending.
    grad_outputs : array or sequence of arrays, optional
        The gradient of each output; 1 by default, for one element.

    Returns
    -------
    Description

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(3.0, name="x")
    >>> graph = ag.describe(x * x)
    >>> [(e.source, e.target, e.position, float(e.gradient)) for e in graph.edges]
    [('v0', 'f0', 0, 3.0), ('v0', 'f0', 1, 3.0), ('f0', 'y0', 0, 1.0)]
    """
    roots: list[Any] = list(outputs) if isinstance(outputs, list | tuple) else [outputs]
    for root in roots:
        if not isinstance(root, Variable):
            msg = f"describe: a {type(root).__name__} has no graph; pass Variables."
            raise OperandError(msg)
    found = nodes_below(roots)
    nodes = [p for p in found if isinstance(p, Function) and not isinstance(p, Output)]
    nodes.sort(key=lambda node: -node._order)
    ports = [p for p in found if isinstance(p, Output)]
    seeds = _seeds(roots, grad_outputs)
    known, note = _gradients(roots, seeds, nodes) if gradients else ({}, None)
    return _Writer(roots, seeds, nodes, ports, known, note).graph()


def _seeds(roots: list[Variable], grad_outputs: Any) -> list[Array | None]:
    several = isinstance(grad_outputs, list | tuple)
    given = list(grad_outputs) if several else [grad_outputs] * len(roots)
    if len(given) != len(roots):
        msg = f"describe: {len(given)} grad_outputs for {len(roots)} outputs; pass one for each."
        raise ShapeError(msg)
    unknown = [
        grad is None and (v.size != 1 or v.dtype.kind != "f")
        for v, grad in zip(roots, given, strict=True)
    ]
    return [
        None if unseeded else seed_of(v, grad, "describe")
        for v, grad, unseeded in zip(roots, given, unknown, strict=True)
    ]


def _gradients(
    roots: list[Variable], seeds: list[Array | None], nodes: list[Function]
) -> tuple[Gradients, str | None]:
    """Return the gradients of every node's edges, and a line about those that are missing."""
    passed = {node: node._grads for node in nodes if node._grads is not None}
    if passed:
        if any([not grads for grads in passed.values()]):
            return (
                passed,
                "gradients of large arrays were released; draw before backward to see them",
            )
        return passed, None
    if any([seed is None for seed in seeds]):
        return {}, "no gradients: the output has more than one element; pass grad_outputs"
    edges: Gradients = {}
    walk = Walk(retain_graph=True, edges=edges)
    for v, seed in zip(roots, seeds, strict=True):
        if v.requires_grad and seed is not None:
            walk.start(v, seed)
    try:
        walk.run()
    except GraphError:
        return {}, "no gradients: a value was written after the graph read it"
    return edges, None


class _Writer:
    """Numbers nodes in the order of their creation and collects edges."""

    def __init__(
        self,
        roots: list[Variable],
        seeds: list[Array | None],
        nodes: list[Function],
        ports: list[Output],
        known: Gradients,
        note: str | None,
    ) -> None:
        self.roots = roots
        self.seeds = seeds
        self.operations = nodes
        self.known = known
        self.note = note
        self.ids: dict[Producer, str] = {node: f"f{i}" for i, node in enumerate(nodes)}
        self.ports = {(port._left, port.index): port for port in ports}
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.sums: dict[str, Array | None] = {}
        self.leaves: list[tuple[str, Variable]] = []
        self.constants = 0
        self.unreadable: set[str] = set()

    def graph(self) -> Description:
        for node in self.operations:
            for position, producer in enumerate(node.inputs):
                self._edge(node, position, producer)
            self.nodes.append(self._operation(node))
        for i, root in enumerate(self.roots):
            self._output(i, root)
        self._add_leaf_gradients()
        return Description(tuple(self.nodes), tuple(self.edges), self.note)

    def _edge(self, node: Function, position: int, producer: Producer | None) -> None:
        target = self.ids[node]
        passed = self.known.get(node, ())
        gradient = _readable(passed[position]) if position < len(passed) else None
        if producer is None:
            value = (
                node._constant[position] if isinstance(node._constant, tuple) else node._constant
            )
            self._constant(target, position, value)
            return
        if isinstance(producer, Variable):
            source, output, shown = self._leaf(producer, node), 0, producer._data
            self._add(source, passed, position, gradient)
        else:
            source, output, shown = self._source(producer)
        self.edges.append(
            Edge(
                source,
                target,
                output,
                position,
                shown.shape,
                str(shown.dtype),
                _readable(shown),
                gradient,
                _name(producer),
            )
        )

    def _add(
        self, source: str, passed: tuple[Any, ...], position: int, gradient: Array | None
    ) -> None:
        """Add what one edge brings to an input; an unreadable part makes the sum unreadable."""
        total = self.sums[source]
        if gradient is not None:
            self.sums[source] = gradient if total is None else total + gradient
        elif position >= len(passed) or passed[position] is not None:
            self.unreadable.add(source)

    def _source(self, producer: Function) -> tuple[str, int, Any]:
        if isinstance(producer, Output):
            owner: Any = producer._left
            return self.ids[owner], producer.index, producer._value
        return self.ids[producer], 0, producer._value

    def _leaf(self, leaf: Variable, user: Function | None) -> str:
        known = self.ids.get(leaf)
        if known is None:
            known = self.ids[leaf] = f"v{len(self.leaves)}"
            self.leaves.append((known, leaf))
            self.sums[known] = None
            changed = (
                user is not None
                and leaf._version is not None
                and leaf._version.written < user._order
            )
            self.nodes.append(
                Node(
                    known,
                    "input",
                    leaf.name,
                    "",
                    leaf.shape,
                    str(leaf.dtype),
                    _readable(leaf._data),
                    None,
                    leaf.requires_grad,
                    None,
                    changed,
                )
            )
        return known

    def _constant(self, target: str, position: int, value: Any) -> None:
        source = f"c{self.constants}"
        self.constants += 1
        shape, dtype = value.shape, str(value.dtype)
        shown = _readable(value)
        self.nodes.append(
            Node(source, "constant", None, "", shape, dtype, shown, None, False, None, False)
        )
        self.edges.append(Edge(source, target, 0, position, shape, dtype, shown, None, None))

    def _operation(self, node: Function) -> Node:
        value = node._value
        notes = node._notes
        return Node(
            self.ids[node],
            "operation",
            node.name,
            node.symbol,
            value.shape,
            str(value.dtype),
            _readable(value),
            None,
            True,
            notes.line if notes is not None else None,
            False,
        )

    def _output(self, index: int, root: Variable) -> None:
        id_ = f"y{index}"
        producer = root._node
        if producer is None:
            source, output = self._leaf(root, None), 0
            self.sums[source] = _readable(self.seeds[index])
        else:
            source, output, _ = self._source(producer)
        shape, dtype, value = root.shape, str(root.dtype), _readable(root._data)
        seed = _readable(self.seeds[index]) if root.requires_grad else None
        self.nodes.append(
            Node(id_, "output", root.name, "", shape, dtype, value, seed, True, None, False)
        )
        self.edges.append(Edge(source, id_, output, 0, shape, dtype, value, seed, root.name))

    def _add_leaf_gradients(self) -> None:
        self.nodes = [
            node._replace(gradient=self.sums[node.id])
            if node.kind == "input" and node.id not in self.unreadable
            else node
            for node in self.nodes
        ]


def _name(producer: Producer) -> str | None:
    if isinstance(producer, Variable):
        return producer.name
    return producer._notes.name if producer._notes is not None else None


def _readable(x: Any) -> Array | None:
    """Return a copy of an array that is small enough to be read, on the host."""
    if x is None or isinstance(x, Outline | Variable) or x.size > SMALL:
        return None
    return np.array(to_device(x, "cpu") if is_array(x) else x)
