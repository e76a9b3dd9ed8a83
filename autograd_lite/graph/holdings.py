"""What the arrays of a graph are, as far as anything still holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, is_array, namespace
from autograd_lite.graph.function import Function, Outline, Output, Producer
from autograd_lite.graph.hooks import Version
from autograd_lite.graph.replay import run_again
from autograd_lite.graph.variable import Variable, changed_since, producer_of

__all__ = ["Holdings"]


class Holdings:
    """The arrays behind the edges of a graph: kept, shown, or computed once more.

    A node holds its small value; of a large one, the rule that reads it holds it until backward
    has passed. What nobody held, and what depends on nothing that was written since, is computed
    again.

    Parameters
    ----------
    roots : sequence of Variable
        The outputs, whose arrays their Variables hold.
    nodes : sequence of Function
        The nodes, oldest first.
    again : bool
        Compute what nobody held, one node after the other, and drop it after its last reader.
    """

    def __init__(self, roots: Sequence[Variable], nodes: Sequence[Function], *, again: bool):
        self._known: dict[Any, Array] = {_place(producer_of(v)): v._data for v in roots}
        self._computed: dict[Any, Array] = {}
        self._again = again
        self._readers: Counter[Any] = Counter()
        for node in nodes:
            self._take_kept(node)
            if again:
                self._readers.update(_places_read(node))

    def compute(self, node: Function) -> None:
        """Run a built-in operation again where its result is not known but its operands are."""
        if not self._again or not isinstance(node._value, Outline) or node in self._known:
            return
        if not node.trusted or node.released:
            return
        operands = [self._operand(node, i, edge) for i, edge in enumerate(node.inputs)]
        if any([x is None for x in operands]):
            return
        xp = namespace(operands[0])
        with np.errstate(all="ignore"):
            _, results = run_again(node, xp, *operands)
        for i, result in enumerate(results[:1] if node.hidden else results):
            self._computed[_key(node, i)] = xp.asarray(result)  # NumPy gives scalars for 0-d

    def done(self, node: Function) -> None:
        """Let go of what was computed for this reader, if it was the last."""
        for place in _places_read(node) if self._again else ():
            self._readers[place] -= 1
            if not self._readers[place]:
                self._computed.pop(place, None)

    def version(self, node: Function, position: int) -> Version | None:
        """Return the version of an operand's memory; None where it cannot be written."""
        versions = node.versions
        return versions[position] if position < len(versions) else None

    def changed(self, node: Function, position: int) -> bool:
        """Whether an operand was written after the node read it."""
        return changed_since(self.version(node, position), node._order)

    def of(self, producer: Producer) -> Array | None:
        """Return what a leaf, a node or one of several outputs holds; None if nobody does."""
        if isinstance(producer, Variable):
            return producer._data
        shown = producer._value
        if not isinstance(shown, Outline):
            return shown
        place = _place(producer)
        known = self._known.get(place)
        return self._computed.get(place) if known is None else known

    def constant(self, node: Function, position: int) -> Array | None:
        """Return the constant operand of a node; None if nobody holds it."""
        constants: Any = node._constant
        shown = constants[position] if isinstance(constants, tuple) else constants
        if isinstance(shown, Outline):
            return self._known.get((node, f"constant {position}"))
        known: Array = shown
        return known

    def _take_kept(self, node: Function) -> None:
        """Note which operands and results a rule holds."""
        for name in node.keeps:
            array: Any = getattr(node, name, None)
            if not is_array(array):
                continue
            if name in node.operands:
                position = node.operands.index(name)
                producer = node.inputs[position]
                if self.changed(node, position):
                    continue
                if producer is None:
                    self._known[node, f"constant {position}"] = array
                elif isinstance(producer, Function):
                    self._known[_place(producer)] = array
            elif name in node.outputs:
                self._known[_key(node, node.outputs.index(name))] = array

    def _operand(self, node: Function, position: int, edge: Producer | None) -> Array | None:
        if self.changed(node, position):
            return None
        return self.constant(node, position) if edge is None else self.of(edge)


def _place(producer: Producer) -> Any:
    """Return what an array is known by: its node, and which result where there are several."""
    return (producer._left, producer.index) if isinstance(producer, Output) else producer


def _places_read(node: Function) -> list[Any]:
    return [_place(edge) for edge in node.inputs if isinstance(edge, Function)]


def _key(node: Function, index: int) -> Any:
    several = len(node.outputs) > 1 and not node.hidden
    return (node, index) if several or index else node
