"""The backward walk: from outputs to leaves, newest node first, without recursion."""

from __future__ import annotations

from collections.abc import Sequence, Set
from heapq import heappop, heappush, heappushpop
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, as_array, is_array, namespace, read_only
from autograd_lite.errors import GraphError, ShapeError
from autograd_lite.graph.function import (
    ANY,
    ONE_ELEMENTWISE,
    SMALL,
    TWO,
    TWO_ELEMENTWISE,
    Function,
    Gradient,
    Outline,
    Output,
    Places,
    Producer,
    fitted,
)
from autograd_lite.graph.hooks import STATE
from autograd_lite.graph.recorded import recorded_twin
from autograd_lite.graph.trap import Trap
from autograd_lite.graph.variable import Variable, changed_since, producer_of

__all__ = ["PICTURED", "Walk", "as_plain", "check_versions", "hooked", "nodes_below"]

PICTURED = 10_000  # nodes: the edges of larger graphs do not keep their gradients
RELEASED: tuple[Gradient | None, ...] = ()


class Walk:
    """One pass: what is pending, and what it leaves behind.

    Parameters
    ----------
    create_graph : bool
        Run the rules on Variables, so that the pass is itself recorded.
    retain_graph : bool
        Leave what the nodes keep, for another pass.
    allowed : dict of nodes and leaves, optional
        Do not go elsewhere; False says that the walk ends there.
    watched : set of nodes
        Remember the gradients that arrive at these.
    edges : dict, optional
        Filled with the gradients of every node's edges (for pictures).
    """

    __slots__ = (
        "_heap",
        "allowed",
        "arrived",
        "create_graph",
        "edges",
        "hooked",
        "pending",
        "retain_graph",
        "trap",
        "watched",
    )

    def __init__(
        self,
        *,
        create_graph: bool = False,
        retain_graph: bool = False,
        allowed: dict[Producer, bool] | None = None,
        watched: Set[Producer] | None = None,
        edges: dict[Function, tuple[Gradient | None, ...]] | None = None,
    ) -> None:
        self.create_graph = create_graph
        self.retain_graph = retain_graph
        self.allowed = allowed
        self.watched = watched
        self.edges = edges
        self.hooked = False  # whether a hook has seen, and may keep, an array of this pass
        self.pending: dict[Producer, Any] = {}
        self.arrived: dict[Producer, Gradient] = {}
        self.trap = Trap()
        self._heap: list[tuple[int, Function]] = []

    def start(self, v: Variable, gradient: Gradient) -> None:
        """Put the gradient of an output in place."""
        xp = namespace(v._data)
        if not xp.traps or (v._data.size > 1 and xp.holds_nan(v._data)):
            self.trap.look_at_everything()
        self._arrive(producer_of(v), gradient)

    def _arrive(self, producer: Any, gradient: Gradient) -> None:
        """Add a gradient to what is pending, unless the walk may not go there."""
        pending, allowed = self.pending, self.allowed
        if producer in pending:
            pending[producer] = pending[producer] + gradient
        elif allowed is None or producer in allowed:
            pending[producer] = gradient
            if type(producer) is not Variable and (allowed is None or allowed[producer]):
                heappush(self._heap, (producer._order, producer))

    def run(self) -> dict[Variable, Any]:
        """Walk until only leaves are pending; return them with their gradients."""
        with self.trap.listening():
            return self._run()

    def _run(self) -> dict[Variable, Any]:
        """Visit the nodes, newest first.

        A plain first-order pass through operations of one and two operands is written out here:
        every small operation pays for each line. All else takes :meth:`_careful`.
        """
        heap, pending, trap, release = self._heap, self.pending, self.trap, not self.retain_graph
        special = STATE.observer is not None or self._is_special()
        rare = self._careful
        usual = self._recorded if self._is_recorded_throughout() else rare
        pictured: list[Function] | None = None if self.create_graph else []
        given: tuple[Any, ...]
        upstream: Any
        # What a small elementwise node keeps are values that pictures keep anyway: no release.
        held: bool
        edge: Any
        node: Any = heappop(heap)[1] if heap else None
        while node is not None:
            gradient = pending.pop(node)
            if node._grads is not None:
                raise GraphError(_released(node))
            if node._order > STATE.newest_write:
                check_versions(node)
            if node._notes is not None:
                gradient = self._noted(node, gradient)
            upstream = None
            arity = node.arity
            if special or arity <= ANY:
                if special:
                    given = (rare if arity <= ANY else usual)(node, gradient)
                else:
                    several = arity == ANY and node.trusted
                    given = (self._several if several else rare)(node, gradient)
                held = False
                small = release and _is_small(node, given)
            elif arity >= TWO:
                gx, gy = given = node.backward(gradient)
                if trap.sprung:
                    gx, gy = given = trap.calmed(node, gradient, given)
                if node._fit is not None:
                    gx, gy = given = fitted(node, given)
                held = arity == TWO_ELEMENTWISE and type(node._value) is not Outline
                small = held or (
                    (gx is None or gx.size <= SMALL) and (gy is None or gy.size <= SMALL)
                )
                edge = node._left
                if edge is not None:
                    if edge in pending:
                        pending[edge] = pending[edge] + gx
                    else:
                        pending[edge] = gx
                        if type(edge) is not Variable:
                            upstream = edge
                edge = node._right
                if edge is not None:
                    if edge in pending:
                        pending[edge] = pending[edge] + gy
                    else:
                        pending[edge] = gy
                        if type(edge) is not Variable:
                            if upstream is None:
                                upstream = edge
                            else:
                                heappush(heap, (edge._order, edge))
            else:
                gx = node.backward(gradient)
                given = (gx,)
                if trap.sprung:
                    (gx,) = given = trap.calmed(node, gradient, given)
                small = gx.size <= SMALL
                held = small and arity == ONE_ELEMENTWISE
                edge = node._left
                if edge in pending:
                    pending[edge] = pending[edge] + gx
                else:
                    pending[edge] = gx
                    if type(edge) is not Variable:
                        upstream = edge
            if release:
                if small and pictured is not None:
                    node._grads = given
                    pictured.append(node)
                    if len(pictured) > PICTURED:
                        _forget(pictured)
                        pictured = None
                else:
                    node._grads = RELEASED
                if not held:
                    node.release()
            # A chain never touches the heap: its next node is the only one upstream.
            if not heap:
                node = upstream
            elif upstream is None:
                node = heappop(heap)[1]
            else:
                node = heappushpop(heap, (upstream._order, upstream))[1]
        return pending  # type: ignore[return-value]

    def _is_special(self) -> bool:
        """Whether this pass is recorded, restricted or watched."""
        return (
            self.create_graph
            or self.allowed is not None
            or self.watched is not None
            or self.edges is not None
        )

    def _is_recorded_throughout(self) -> bool:
        """Whether this pass is recorded, goes everywhere, and nobody looks on."""
        return (
            self.create_graph
            and self.allowed is None
            and self.watched is None
            and self.edges is None
            and STATE.observer is None
        )

    def _recorded(self, node: Any, gradient: Any) -> tuple[Gradient | None, ...]:
        """Pass on the gradients of an operation of one or two operands in a recorded pass."""
        pending = self.pending
        rule: Any = recorded_twin(node)
        given: tuple[Gradient | None, ...] = rule.pull(gradient)
        if self.trap.sprung:
            given = self.trap.calmed(rule, gradient, given)
        arity = node.arity
        if arity == TWO_ELEMENTWISE and node._fit is not None:
            given = fitted(rule, given)
        edges = (node._left, node._right) if arity >= TWO else (node._left,)
        for edge, gx in zip(edges, given, strict=True):
            if edge is None or gx is None:
                continue
            if edge in pending:
                pending[edge] = pending[edge] + gx
            else:
                pending[edge] = gx
                if type(edge) is not Variable:
                    heappush(self._heap, (edge._order, edge))
        return given

    def _several(self, node: Any, gradient: Any) -> tuple[Gradient | None, ...]:
        """Pass on the gradients of a built-in node of many operands in a plain pass."""
        pending = self.pending
        given: tuple[Gradient | None, ...] = node.pull(gradient)
        if self.trap.sprung:
            given = self.trap.calmed(node, gradient, given)
        for edge, gx in zip(node._left, given, strict=True):
            if edge is None or gx is None:
                continue
            if edge in pending:
                pending[edge] = pending[edge] + gx
            else:
                pending[edge] = gx
                if type(edge) is not Variable:
                    heappush(self._heap, (edge._order, edge))
        return given

    def _careful(self, node: Function, gradient: Any) -> tuple[Gradient | None, ...]:
        """Pass on the gradients of any node in any kind of pass."""
        if self.watched is not None and node in self.watched:
            self.arrived[node] = gradient[0] if type(gradient) is Places else gradient
        if isinstance(node, Output):
            self._at_owner(node, gradient)
            return (gradient,)
        rule = recorded_twin(node) if self.create_graph else node
        observer = STATE.observer if self.edges is None else None  # pictures are nobody's business
        if observer is not None:
            observer.backward_starts(node, gradient)
        if node.trusted:
            given = rule.pull(gradient)
        else:
            with self.trap.as_the_user_asked():
                given = rule.pull(gradient)
        if self.trap.sprung:
            given = self.trap.calmed(rule, gradient, given)
        if node.arity == TWO_ELEMENTWISE and node._fit is not None:
            given = fitted(rule, given)
        if observer is not None:
            observer.backward_ends(node, gradient, self._going_on(node, given))
        if self.edges is not None:
            self.edges[node] = given
        for edge, gx in zip(node.inputs, given, strict=True):
            if edge is not None and gx is not None:
                self._arrive(edge, gx)
        return given

    def _going_on(
        self, node: Function, given: tuple[Gradient | None, ...]
    ) -> tuple[Gradient | None, ...]:
        """Return a rule's gradients with None for those that nobody asked for."""
        allowed = self.allowed
        wanted = [edge is not None and (allowed is None or edge in allowed) for edge in node.inputs]
        return tuple([gx if want else None for want, gx in zip(wanted, given, strict=True)])

    def _noted(self, node: Function, gradient: Any) -> Any:
        """Mind what is rare about a node: hooks, a NaN that it left out."""
        if node.notes.hides:
            self.trap.look_at_everything()
        if not node.notes.hooks:
            return gradient
        self.hooked = True
        with self.trap.as_the_user_asked():
            return _hooked_at(node, gradient)

    def _at_owner(self, port: Output, gradient: Gradient) -> None:
        """Put the gradient of one output into its place among those of the whole node."""
        owner: Any = port._left
        pending = self.pending
        places = pending.get(owner)
        if type(places) is not Places:
            before = places
            places = pending[owner] = Places([None] * len(owner.outputs))
            if before is None:
                heappush(self._heap, (owner._order, owner))
            else:
                places.put(0, before)
        places.put(port.index, gradient)


def _forget(pictured: list[Function]) -> None:
    """Drop the gradients kept for pictures: the graph is too large to be drawn in full."""
    for node in pictured:
        node._grads = RELEASED


def _is_small(node: Function, given: tuple[Gradient | None, ...]) -> bool:
    """Whether pictures can keep what went back through a node."""
    if type(node._value) is Outline:
        return False
    return all([gx is None or gx.size <= SMALL for gx in given])


def _released(node: Function) -> str:
    return (
        f"{node.name}: this graph was released by an earlier backward{node.made_at}; compute "
        "the output again, or pass retain_graph=True to the first backward."
    )


def check_versions(node: Function) -> None:
    """Raise if the rule would read an operand that was written after forward read it."""
    opaque = node._notes is not None and node._notes.opaque
    for i, version in enumerate(node.versions):
        if not changed_since(version, node._order):
            continue
        operand = node.operands[i] if i < len(node.operands) else f"{i + 1}"
        kept = operand in node.keeps and getattr(node, operand, None) is not None
        if kept or opaque:
            msg = (
                f"{node.name}: operand {operand!r} was written after this node read it"
                f"{node.made_at}, so its gradient would be wrong; run backward before the "
                "update, or compute the output again."
            )
            raise GraphError(msg)


def _hooked_at(node: Function, gradient: Any) -> Any:
    """Run the hooks of a node; where outputs are hidden, on the gradient of the visible one."""
    hooks = node.notes.hooks
    if type(gradient) is not Places:
        return hooked(hooks, gradient, node.name)
    if gradient[0] is not None:
        gradient[0] = hooked(hooks, gradient[0], node.name)
    return gradient


def hooked(hooks: list[Any], gradient: Any, where: str) -> Any:
    """Let hooks look at a gradient, and replace it by something of its shape and dtype."""
    raw: Any
    for hook in list(hooks):
        raw = gradient if isinstance(gradient, Variable) else read_only(as_plain(gradient))
        replaced: Any = hook(raw)
        if replaced is None:
            continue
        if isinstance(replaced, np.generic):  # NumPy's arithmetic on 0-d arrays
            replaced = as_plain(replaced)
        kind: Any = Variable if isinstance(gradient, Variable) else type(raw)
        if kind is not type(replaced) or (replaced.shape, replaced.dtype) != (
            gradient.shape,
            gradient.dtype,
        ):
            what = f"{type(replaced).__name__} {getattr(replaced, 'shape', '')}"
            msg = (
                f"{where}: a hook returned {what} for a gradient of shape {gradient.shape} and "
                f"dtype {gradient.dtype}; return None or {kind.__name__} of the same."
            )
            raise ShapeError(msg)
        gradient = replaced if kind is Variable else replaced.view()
    return gradient


def as_plain(gradient: Any) -> Array:
    """NumPy's reductions return scalars; what leaves the walk is an array."""
    if is_array(gradient):
        array: Array = gradient
        return array
    return as_array(gradient)


def nodes_below(
    roots: Sequence[Variable],
    leaves: list[Variable] | None = None,
    ends: Set[Producer] = frozenset(),
) -> set[Producer]:
    """Return every node and leaf that the roots were computed from; note the leaves in a list.

    What lies below `ends` only is left out.
    """
    seen: set[Any] = {producer_of(v) for v in roots}
    found: list[Any] = list(seen)
    edge: Any
    for producer in found:  # which grows meanwhile
        if type(producer) is Variable:
            if leaves is not None:
                leaves.append(producer)
            continue
        if ends and producer in ends:
            continue
        arity = producer.arity
        if arity == ANY:
            for edge in producer._left:
                if edge is not None and edge not in seen:
                    seen.add(edge)
                    found.append(edge)
            continue
        # Written out: half the time of asking each node for its `producers`.
        edge = producer._left
        if edge is not None and edge not in seen:
            seen.add(edge)
            found.append(edge)
        if arity >= TWO:
            edge = producer._right
            if edge is not None and edge not in seen:
                seen.add(edge)
                found.append(edge)
    return seen
