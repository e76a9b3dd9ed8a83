"""What lies between outputs and the inputs that they are differentiated by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from autograd_lite.arrays import Array, is_array
from autograd_lite.graph.function import SMALL, Gradient, Producer
from autograd_lite.graph.hooks import STATE
from autograd_lite.graph.variable import Variable, constant
from autograd_lite.graph.walk import Walk, as_plain, hooked, nodes_below

__all__ = ["Reach", "hooks_at", "own"]

_ORDER = attrgetter("_order")  # which falls: the oldest node has the largest


class Reach:
    """The part of a graph through which gradients of outputs flow to inputs.

    Found once, it serves any number of passes, with other seeds each time.

    Parameters
    ----------
    outputs : sequence of Variable
    producers : sequence of Function or Variable
        What gradients of the inputs go to: their nodes, or leaves.
    through : bool
        Whether what flows to an input flows on to those that it was computed from.

    Attributes
    ----------
    producers : sequence of Function or Variable
    reached : set of Function and Variable
        Those that the outputs depend on.
    others : bool
        Whether the outputs depend on further leaves that require a gradient, also below an input.
    """

    __slots__ = ("_allowed", "_outputs", "_watched", "others", "producers", "reached")

    def __init__(
        self,
        outputs: Sequence[Variable],
        producers: Sequence[Producer],
        *,
        through: bool = True,
    ) -> None:
        ends: list[Variable] = []
        wanted: set[Any] = set(producers)
        below = nodes_below(outputs, ends, frozenset() if through else wanted)
        self._outputs = outputs
        self.producers = producers
        if len(ends) == len(producers) == 1 and ends[0] in wanted:  # 3 µs less for most functions
            self.reached, self.others = wanted, False
            self._allowed = self._watched = None
            return
        leaves = set(ends)
        self.reached = wanted & below
        self.others = any([leaf._req for leaf in leaves - wanted])
        # A pass that would visit the same nodes anyway need not be restricted: 0.6 µs a node less.
        whole = self.reached <= leaves
        useful = (
            None if whole and not self.others else _useful(below - leaves, self.reached, through)
        )
        whole = useful is None or (
            whole
            and len(useful) - len(self.reached) == len(below) - len(leaves)
            and STATE.observer is None  # which is told only of gradients that go on
        )
        self._allowed = None if whole else useful
        self._watched = None if whole else wanted

    def leads_to(self, producer: Producer) -> bool:
        """Whether a pass goes on from here: to an input, or to what leads there."""
        allowed = self._allowed
        return producer in self.reached or (
            type(producer) is not Variable if allowed is None else producer in allowed
        )

    def pull(
        self, seeds: Iterable[Any], *, create_graph: bool = False, retain_graph: bool = False
    ) -> tuple[list[Gradient | None], bool]:
        """Run one pass.

        Parameters
        ----------
        seeds : iterable of array or Variable
            The gradient of each output.
        create_graph, retain_graph : bool
            As for :func:`gradients`.

        Returns
        -------
        list of array, Variable or None
            The gradient of each input, None where none arrived; arrays may be shared, see `own`.
        bool
            Whether a hook saw them, and may keep them.
        """
        walk = Walk(
            create_graph=create_graph,
            retain_graph=retain_graph,
            allowed=self._allowed,
            watched=self._watched,
        )
        for v, seed in zip(self._outputs, seeds, strict=True):
            walk.start(v, constant(seed) if create_graph and is_array(seed) else seed)
        ended: dict[Any, Any] = walk.run()
        found = []
        for producer in self.producers:
            gradient = walk.arrived.get(producer)
            if gradient is None:  # the walk ended there
                gradient = ended.get(producer)
                if gradient is not None and (hooks := hooks_at(producer)):
                    walk.hooked = True
                    gradient = hooked(hooks, gradient, _name_of(producer))
            found.append(gradient)
        return found, walk.hooked


def own(gradient: Any, taken: set[int], *, hooked: bool) -> Array:
    """Return a gradient as an array that nobody else holds; note it in `taken`.

    Large fresh results are taken as they are: a copy would cost a tenth of a training step.

    Parameters
    ----------
    gradient : array or NumPy scalar
        As a pass left it.
    taken : set of int
        The ids of arrays that somebody has: seeds, and what was returned before.
    hooked : bool
        Whether hooks saw it.
    """
    array = as_plain(gradient)
    if array.size <= SMALL or array.base is not None or id(array) in taken or hooked:
        array = array.copy()
    taken.add(id(array))
    return array


def _useful(nodes: set[Any], reached: set[Any], through: bool) -> dict[Producer, bool]:
    """Return what lies between the outputs and the inputs; False where the walk can end."""
    useful: dict[Producer, bool] = dict.fromkeys(reached, False)
    between = nodes if through else nodes - reached
    for node in sorted(between, key=_ORDER, reverse=True):
        for edge in node.producers:
            if edge in useful:
                useful[node] = True
                break
    return useful


def hooks_at(producer: Any) -> list[Any] | None:
    """Return the hooks that were registered where a gradient arrives."""
    if type(producer) is Variable:
        return producer._hooks
    return producer._notes.hooks if producer._notes is not None else None


def _name_of(producer: Any) -> str:
    named = producer._name if type(producer) is Variable else producer.notes.name
    return named or "input"
