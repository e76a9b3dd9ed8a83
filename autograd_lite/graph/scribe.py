"""Writing a graph down: nodes numbered in the order of their creation, and their edges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, is_array
from autograd_lite.graph.description import Description, Edge, Node
from autograd_lite.graph.function import Function, Output, Producer
from autograd_lite.graph.holdings import Holdings
from autograd_lite.graph.ranges import Range, on_host, range_of
from autograd_lite.graph.replay import Replay, settings_of
from autograd_lite.graph.variable import Variable, changed_since, producer_of

__all__ = ["Scribe"]

Shown = tuple["Array | None", "Range | None"]


class Scribe:
    """Numbers nodes, collects edges, adds up what reaches the inputs.

    Parameters
    ----------
    held : Holdings
    gradients : dict
        Of each node, the gradients of its edges.
    names : mapping of Variable to str
        What Variables are called that have no name of their own.
    groups : mapping of Variable to tuple of str
        The groups of operations that read them and were made in no scope.
    limit : int or None
        Elements of an array that are told; of larger ones their range.
    """

    def __init__(
        self,
        held: Holdings,
        gradients: Mapping[Function, tuple[Any, ...]],
        names: Mapping[Variable, str],
        groups: Mapping[Variable, tuple[str, ...]],
        limit: int | None,
    ) -> None:
        self.held = held
        self.gradients = gradients
        self.names = {producer_of(v): name for v, name in names.items()}
        self.of_memory: dict[Any, str] = {}
        for v, name in names.items():  # a view of other shape is another thing
            self.of_memory.setdefault((v._version, v.shape), v.name or name)
        self.groups = groups
        self.limit = limit
        self.ids: dict[Producer, str] = {}
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.sums: dict[str, Array | None] = {}
        self.unreadable: set[str] = set()
        self.ranges: dict[Producer, Shown] = {}
        self.hooked: set[str] = set()
        self.counted: set[int] = set()
        self.inputs = self.constants = 0

    def write(
        self,
        roots: Sequence[Variable],
        seeds: Sequence[Array | None],
        nodes: Sequence[Function],
        note: str | None,
    ) -> Description:
        """Return the description of the graph that ends in `roots`."""
        self.ids.update({node: f"f{i}" for i, node in enumerate(nodes)})
        for node in nodes:
            for position, producer in enumerate(node.inputs):
                if producer is None:
                    self._constant(node, position)
                else:
                    self._edge(node, position, producer)
            self.held.compute(node)
            self.nodes.append(self._operation(node))
            self.held.done(node)
        for i, (root, seed) in enumerate(zip(roots, seeds, strict=True)):
            self._output(f"y{i}", root, seed)
        return Description(tuple(self._with_sums()), tuple(self.edges), note)

    def _edge(self, node: Function, position: int, producer: Producer) -> None:
        passed = self.gradients.get(node, ())
        gradient, gradient_range = self._shown(passed[position] if position < len(passed) else None)
        if isinstance(producer, Variable):
            source, output, outline = self._leaf(producer, node), 0, producer._data
            self._add(source, passed, position, gradient)
        else:
            source, output, outline = self._source(producer)
        value, range_ = self._value(producer)
        edge = Edge(
            source,
            self.ids[node],
            output,
            position,
            outline.shape,
            dtype_name(outline.dtype),
            value,
            gradient,
            self._name(producer),
            range_,
            gradient_range,
        )
        self.edges.append(edge)

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
            if producer._notes is not None and producer._notes.hooks:
                self.hooked.add(self.ids[owner])
            return self.ids[owner], producer.index, producer._value
        return self.ids[producer], 0, producer._value

    def _leaf(self, leaf: Variable, user: Function | None) -> str:
        """Return the id of a leaf, which is written down when it is first met."""
        known = self.ids.get(leaf)
        if known is not None:
            return known
        known = self.ids[leaf] = f"v{self.inputs}"
        self.inputs += 1
        self.sums[known] = None
        value, range_ = self._value(leaf)
        node = Node(
            known,
            "input",
            self._name(leaf),
            shape=leaf.shape,
            dtype=dtype_name(leaf.dtype),
            value=value,
            range=range_,
            requires_grad=leaf.requires_grad,
            changed=user is not None and changed_since(leaf._version, user._order),
            hooked=bool(leaf._hooks),
        )
        self.nodes.append(node)
        return known

    def _constant(self, node: Function, position: int) -> None:
        id_ = f"c{self.constants}"
        self.constants += 1
        constants: Any = node._constant
        outline = constants[position] if isinstance(constants, tuple) else constants
        array = self.held.constant(node, position)
        shape, dtype = outline.shape, dtype_name(outline.dtype)
        value, range_ = self._shown(array)
        version = self.held.version(node, position)
        name = None if version is None else self.of_memory.get((version, shape))
        self.nodes.append(
            Node(
                id_,
                "constant",
                name,
                shape=shape,
                dtype=dtype,
                value=value,
                range=range_,
                requires_grad=False,
                changed=self.held.changed(node, position),
            )
        )
        target = self.ids[node]
        self.edges.append(
            Edge(id_, target, 0, position, shape, dtype, value, None, name, range_, None)
        )

    def _operation(self, node: Function) -> Node:
        outline, notes = node._value, node._notes
        value, range_ = self._value(node)
        return Node(
            self.ids[node],
            "operation",
            node.name,
            node.symbol,
            outline.shape,
            dtype_name(outline.dtype),
            value,
            range=range_,
            line=notes.line if notes is not None else None,
            group=self._group(node),
            kept=self._kept(node),
            rule=Replay(node),
            settings=settings_of(node),
            hooked=notes is not None and bool(notes.hooks),
        )

    def _group(self, node: Function) -> tuple[str, ...]:
        """Return the scopes that a node was made in; without any, those of what it reads."""
        notes = node._notes
        if notes is not None and notes.group:
            return notes.group
        for edge in node.inputs if self.groups else ():
            if isinstance(edge, Variable) and edge in self.groups:
                return self.groups[edge]
        return ()

    def _kept(self, node: Function) -> int:
        """Count the bytes that no leaf and no older node holds."""
        total = 0
        for name in node.kept_names:
            array: Any = getattr(node, name, None)
            if not is_array(array) or id(array) in self.counted:
                continue
            self.counted.add(id(array))
            if not self._is_leafs(node, name):
                total += array.nbytes
        return total

    def _is_leafs(self, node: Function, name: str) -> bool:
        if name not in node.operands:
            return False
        return isinstance(node.inputs[node.operands.index(name)], Variable)

    def _output(self, id_: str, root: Variable, seed: Array | None) -> None:
        producer = producer_of(root)
        gradient, gradient_range = self._shown(seed if root.requires_grad else None)
        if isinstance(producer, Variable):
            source, output = self._leaf(root, None), 0
            self._add(source, (seed,), 0, gradient)
        else:
            source, output, _ = self._source(producer)
        shape, dtype, name = root.shape, dtype_name(root.dtype), self._name(producer)
        value, range_ = self._shown(root._data)
        self.nodes.append(
            Node(
                id_,
                "output",
                name,
                shape=shape,
                dtype=dtype,
                value=value,
                gradient=gradient,
                range=range_,
            )
        )
        self.edges.append(
            Edge(
                source, id_, output, 0, shape, dtype, value, gradient, name, range_, gradient_range
            )
        )

    def _with_sums(self) -> Iterable[Node]:
        for node in self.nodes:
            if node.kind == "input" and node.id not in self.unreadable:
                yield node._replace(gradient=self.sums[node.id])
            elif node.id in self.hooked:
                yield node._replace(hooked=True)
            else:
                yield node

    def _value(self, producer: Producer) -> Shown:
        """Return what can be told of a result; a large array is measured once."""
        known = self.ranges.get(producer)
        if known is None:
            known = self._shown(self.held.of(producer))
            if known[1] is not None:
                self.ranges[producer] = known
        return known

    def _shown(self, x: Any) -> Shown:
        """Return a read-only copy of an array, or the range of one too large to be read."""
        if x is None:
            return None, None
        if self.limit is not None and x.size > self.limit:
            return None, range_of(on_host(x))
        copy = np.array(on_host(x))
        copy.setflags(write=False)
        return copy, None

    def _name(self, producer: Producer) -> str | None:
        own = producer.name if isinstance(producer, Variable) else _noted_name(producer)
        return own if own is not None else self.names.get(producer)


@cache
def dtype_name(dtype: np.dtype[Any]) -> str:
    """Return how a dtype is written; NumPy takes 4 µs each time, a third of describing a node."""
    return str(dtype)


def _noted_name(producer: Function) -> str | None:
    return producer._notes.name if producer._notes is not None else None
