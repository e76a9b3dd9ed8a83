"""What one backward pass has done so far: through which operations each gradient came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd_lite.debugging.provenance import Link, line_of, owner_of, title
from autograd_lite.graph.function import Function
from autograd_lite.graph.ranges import Range
from autograd_lite.graph.trap import Trap
from autograd_lite.graph.variable import Variable

__all__ = ["Journey", "Step", "in_backward", "steps_from", "this_journey"]


class Step(NamedTuple):
    """An operation that a gradient came through, and the one before it, nearer to the loss.

    Steps describe nodes and do not hold them: the graph is released as ever.
    """

    link: Link
    before: Step | None


class _Arrival:
    """What has arrived at a node or a leaf: how often, and the largest with its last step."""

    __slots__ = ("largest", "step", "times", "total")

    def __init__(self) -> None:
        self.times = 0
        self.largest = -1.0
        self.step: Step | None = None
        self.total: Any = None  # of leaves only: nobody else tells when a sum overflows


class Journey:
    """The diary of one pass.

    Attributes
    ----------
    arrived : list of Range
        What reached the outputs of the node whose rule runs now.
    rule : str or None
        The name of that node.
    """

    __slots__ = ("_leaves", "_nodes", "arrived", "rule")

    def __init__(self) -> None:
        self.arrived: list[Range] = []
        self.rule: str | None = None
        self._nodes: dict[int, _Arrival] = {}  # by creation number
        self._leaves: dict[Variable, _Arrival] = {}

    def reached(self, node: Function) -> tuple[int, Step | None]:
        """Return how many gradients arrived at a node, and the last step of the largest."""
        arrival = self._nodes.get(node._order)
        return (0, None) if arrival is None else (arrival.times, arrival.step)

    def leave(self, node: Function) -> Step:
        """Turn what arrived at a node into a step; nothing more will arrive there."""
        _, before = self.reached(node)
        self._nodes.pop(node._order, None)
        most = max(self.arrived, key=lambda found: found.largest)
        return Step(Link(title(node), most, line_of(node)), before)

    def go_on(self, edge: Function | Variable, gradient: Range, step: Step) -> _Arrival:
        """Note that a gradient goes on to what produced an argument."""
        if isinstance(edge, Variable):
            arrival = self._leaves.setdefault(edge, _Arrival())
        else:
            arrival = self._nodes.setdefault(owner_of(edge)[0]._order, _Arrival())
        arrival.times += 1
        if gradient.largest > arrival.largest:
            arrival.largest, arrival.step = gradient.largest, step
        return arrival


def in_backward() -> bool:
    """Whether a backward pass runs here and now, in this thread and task."""
    return isinstance(np.geterrcall(), Trap)


def this_journey() -> Journey:
    """Return the diary of the backward pass that runs here and now; it goes when the pass ends."""
    trap: Any = np.geterrcall()
    if not isinstance(trap, Trap):
        return Journey()
    found: Journey | None = getattr(trap, "diary", None)
    if found is None:
        found = trap.diary = Journey()
    return found


def steps_from(step: Step | None) -> Iterator[Link]:
    """Walk from a step to the loss."""
    while step is not None:
        yield step.link
        step = step.before
