"""The backward walk: from outputs to leaves, newest node first, without recursion."""

from __future__ import annotations

from collections.abc import Set
from heapq import heappop, heappush, heappushpop
from threading import Lock
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, as_array, is_array, namespace, read_only, scalar
from autograd_lite.errors import DTypeError, GraphError, OperandError, ShapeError
from autograd_lite.graph.binding import BOUND
from autograd_lite.graph.function import (
    SMALL,
    Function,
    Gradient,
    Outline,
    Output,
    Places,
    Producer,
)
from autograd_lite.graph.hooks import STATE
from autograd_lite.graph.modes import enable_grad
from autograd_lite.graph.recorded import recorded_twin
from autograd_lite.graph.variable import Variable, changed_since, constant

__all__ = ["PICTURED", "Walk", "backward", "gradients", "nodes_below", "seed_of"]

PICTURED = 10_000  # nodes: the edges of larger graphs do not keep their gradients
RELEASED: tuple[Gradient | None, ...] = ()

_publishing = Lock()
_ONE = {np.dtype(kind): scalar(1.0, kind) for kind in (np.float32, np.float64)}


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
        "pending",
        "retain_graph",
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
        self.pending: dict[Producer, Any] = {}
        self.arrived: dict[Producer, Gradient] = {}
        self._heap: list[tuple[int, Function]] = []

    def start(self, v: Variable, gradient: Gradient) -> None:
        """Put the gradient of an output in place."""
        producer = v._node if v._node is not None else v
        self._arrive(producer, gradient)

    def _arrive(self, producer: Producer, gradient: Gradient) -> None:
        pending = self.pending
        if producer in pending:
            pending[producer] = pending[producer] + gradient
        else:
            pending[producer] = gradient
            if type(producer) is not Variable and (self.allowed is None or self.allowed[producer]):
                node: Any = producer
                heappush(self._heap, (node._order, node))

    def run(self) -> dict[Variable, Any]:
        """Walk until only leaves are pending; return them with their gradients."""
        heap, pending, allowed = self._heap, self.pending, self.allowed
        create_graph, release = self.create_graph, not self.retain_graph
        watching = self.watched is not None or self.edges is not None
        observer = STATE.observer
        pictured: list[Function] | None = None if create_graph else []
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
                _check_versions(node)
            if node._notes is not None and node._notes.hooks:
                gradient = _hooked(node._notes.hooks, gradient, node.name)
            rule = recorded_twin(node) if create_graph else node
            if observer is not None:
                observer.backward_starts(node, gradient)
            upstream = None
            arity = node.arity
            if arity == 1:
                gx = rule.backward(gradient)
                given: tuple[Any, ...] = (gx,)
                small = gx.size <= SMALL
                held = small and node.elementwise
                edge = node._left
                if edge in pending:
                    pending[edge] = pending[edge] + gx
                elif allowed is None or edge in allowed:
                    pending[edge] = gx
                    if type(edge) is not Variable and (allowed is None or allowed[edge]):
                        upstream = edge
            elif arity == 2:
                given = rule.backward(gradient)
                if node._fit is not None:
                    given = _fitted(rule, given)
                gx, gy = given
                held = node.elementwise and type(node._value) is not Outline
                small = held or (
                    (gx is None or gx.size <= SMALL) and (gy is None or gy.size <= SMALL)
                )
                edge = node._left
                if edge is not None:
                    if edge in pending:
                        pending[edge] = pending[edge] + gx
                    elif allowed is None or edge in allowed:
                        pending[edge] = gx
                        if type(edge) is not Variable and (allowed is None or allowed[edge]):
                            upstream = edge
                edge = node._right
                if edge is not None:
                    if edge in pending:
                        pending[edge] = pending[edge] + gy
                    elif allowed is None or edge in allowed:
                        pending[edge] = gy
                        if type(edge) is not Variable and (allowed is None or allowed[edge]):
                            if upstream is None:
                                upstream = edge
                            else:
                                heappush(heap, (edge._order, edge))
            else:
                given = self._general(node, rule, gradient)
                held = False
                small = type(node._value) is not Outline and all(
                    [gx is None or gx.size <= SMALL for gx in given]
                )
            if observer is not None:
                observer.backward_ends(node, gradient, given)
            if watching:
                self._note(node, gradient, given)
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

    def _general(
        self, node: Function, rule: Function, gradient: Any
    ) -> tuple[Gradient | None, ...]:
        """Pass on the gradients of a node with any number of operands or outputs."""
        if isinstance(node, Output):
            self._at_owner(node, gradient)
            return (gradient,)
        given = rule.pull(gradient)
        pending, allowed = self.pending, self.allowed
        edge: Any
        for edge, gx in zip(node._edges, given, strict=True):
            if edge is None or gx is None:
                continue
            if edge in pending:
                pending[edge] = pending[edge] + gx
            elif allowed is None or edge in allowed:
                pending[edge] = gx
                if type(edge) is not Variable and (allowed is None or allowed[edge]):
                    heappush(self._heap, (edge._order, edge))
        return given

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

    def _note(self, node: Function, gradient: Gradient, given: tuple[Gradient | None, ...]) -> None:
        if self.watched is not None and node in self.watched:
            self.arrived[node] = gradient
        if self.edges is not None:
            self.edges[node] = given


def _forget(pictured: list[Function]) -> None:
    """Drop the gradients kept for pictures: the graph is too large to be drawn in full."""
    for node in pictured:
        node._grads = RELEASED


def _fitted(rule: Function, given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Sum both gradients of a broadcasting operation over the axes that were stretched."""
    fit: Any = rule._fit
    return tuple(
        [
            gx if gx is None else rule.xp.sum_to(gx, shape)
            for gx, shape in zip(given, fit, strict=True)
        ]
    )


def _released(node: Function) -> str:
    return (
        f"{node.name}: this graph was released by an earlier backward{node.made_at}; compute "
        "the output again, or pass retain_graph=True to the first backward."
    )


def _check_versions(node: Function) -> None:
    """Raise if the rule would read an operand that was written after forward read it."""
    versions = getattr(node, "_versions", ())
    for i, version in enumerate(versions):
        if not changed_since(version, node._order) or i >= len(node.operands):
            continue
        operand = node.operands[i]
        if operand in node.keeps and getattr(node, operand, None) is not None:
            msg = (
                f"{node.name}: operand {operand!r} was written after this node read it"
                f"{node.made_at}, so its gradient would be wrong; run backward before the "
                "update, or compute the output again."
            )
            raise GraphError(msg)


def _hooked(hooks: list[Any], gradient: Any, where: str) -> Any:
    """Let hooks look at a gradient, and replace it by something of its shape and dtype."""
    raw: Any
    for hook in list(hooks):
        raw = gradient if isinstance(gradient, Variable) else read_only(_as_array(gradient))
        replaced: Any = hook(raw)
        if replaced is None:
            continue
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


def _as_array(gradient: Any) -> Array:
    """NumPy's reductions return scalars; what leaves the walk is an array."""
    if is_array(gradient):
        array: Array = gradient
        return array
    return as_array(gradient)


def seed_of(v: Variable, grad: object, what: str) -> Array:
    """Return the gradient to start from: `grad` checked and copied, or one."""
    xp = namespace(v._data)
    if grad is None:
        if v.size != 1:
            msg = (
                f"{what}: an output of shape {v.shape} needs its gradient; pass an array of that "
                "shape, or reduce the output to one number with sum() or mean()."
            )
            raise ShapeError(msg)
        if v.dtype.kind != "f":
            msg = f"{what}: an output of dtype {v.dtype} has no gradient; use a floating dtype."
            raise DTypeError(msg)
        return xp.ones(v._data.shape, dtype=v._data.dtype)
    return v._checked(grad, f"{what}: grad").copy()


def backward(v: Variable, grad: object, retain_graph: bool, retain_grads: bool) -> None:
    """Add gradients to the leaves that `v` depends on: see :meth:`Variable.backward`."""
    if not v.requires_grad:
        msg = (
            "backward: this Variable does not depend on any leaf that requires a gradient; "
            "was it computed from arrays only, or inside no_grad()?"
        )
        raise GraphError(msg)
    data = v._data
    if grad is None and data.ndim == 0 and data.dtype in _ONE and type(data) is np.ndarray:
        seed = _ONE[data.dtype]
    else:
        seed = seed_of(v, grad, "backward")
    watched = nodes_below([v]) if retain_grads else None
    walk = Walk(retain_graph=retain_graph, watched=watched)
    walk.start(v, seed)
    leaves = walk.run()
    _publish(leaves, walk.arrived)


def _publish(leaves: dict[Variable, Any], arrived: dict[Producer, Any]) -> None:
    """Write the gradients: everything is checked and owned first, then committed at once."""
    owned: list[tuple[Variable, Array]] = []
    taken: set[int] = set()
    for leaf, gradient in leaves.items():
        if leaf._hooks:
            gradient = _hooked(leaf._hooks, gradient, leaf.name or "leaf")
        data = leaf._data
        if type(gradient) is not type(data):
            gradient = _as_array(gradient)
        if gradient.shape != data.shape or gradient.dtype is not data.dtype:
            _fits(leaf, gradient)
        # Large fresh results are taken as they are: a copy would cost a tenth of a training step.
        if gradient.size <= SMALL or gradient.base is not None or id(gradient) in taken:
            gradient = gradient.copy()
        taken.add(id(gradient))
        owned.append((leaf, gradient))
    retained = [
        (node, _as_array(gradient).copy())
        for node, gradient in arrived.items()
        if isinstance(node, Function) and type(gradient) is not Places
    ]
    with _publishing:
        for leaf, _ in owned:
            grad = leaf._grad
            if grad is not None and not getattr(grad.flags, "writeable", True):
                msg = f"backward: the .grad of {leaf.name or 'a leaf'} was made read-only."
                raise GraphError(msg)
        for leaf, gradient in owned:
            if leaf._grad is None:
                leaf._grad = gradient
            else:
                leaf._grad += gradient
        for node, gradient in retained:
            before = node.notes.gradient
            node.notes.gradient = gradient if before is None else before + gradient


def _fits(leaf: Variable, gradient: Array) -> None:
    """Raise unless a gradient has its leaf's shape and dtype."""
    if gradient.shape != leaf.shape or gradient.dtype != leaf.dtype:
        msg = (
            f"backward: a rule gave a gradient of shape {gradient.shape}, dtype {gradient.dtype} to"
            f" a leaf of shape {leaf.shape}, dtype {leaf.dtype}; please report this operation."
        )
        raise ShapeError(msg)


def gradients(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    *,
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> Any:
    """Return the gradients of outputs with respect to inputs; no ``.grad`` is touched.

    Parameters
    ----------
    outputs : Variable or sequence of Variables
        What is differentiated; several are summed.
    inputs : Variable or sequence of Variables
        Leaves or intermediate Variables.
    grad_outputs : array, Variable or sequence of these, optional
        The gradient of each output, in its shape; 1 by default, for one element.
    create_graph : bool
        Record the computation of the gradients, so that they can be differentiated again.
    retain_graph : bool, optional
        Keep the graph for another pass; by default, if `create_graph`.

    Returns
    -------
    array or Variable, or a tuple of them
        One for each input, in its shape and dtype: Variables if `create_graph`, else arrays.
        A single input gives a single gradient.

    Raises
    ------
    GraphError
        If the outputs do not depend on an input; it is named.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(2.0)
    >>> dy = ag.gradients(x * x * x, x, create_graph=True)
    >>> dy
    Variable(12.0)
    >>> float(ag.gradients(dy, x))
    12.0
    """
    roots = _sequence(outputs, "outputs")
    targets = _sequence(inputs, "inputs")
    seeds = _seeds(roots, grad_outputs)
    producers = [v._node if v._node is not None else v for v in targets]
    useful = _useful(roots, set(producers))
    for i, (v, producer) in enumerate(zip(targets, producers, strict=True)):
        if producer not in useful or not v.requires_grad:
            msg = (
                f"gradients: the outputs do not depend on input {i + 1} "
                f"({v!r:.60}); leave it out, or compute the outputs from it."
            )
            raise GraphError(msg)
    walk = Walk(
        create_graph=create_graph,
        retain_graph=create_graph if retain_graph is None else retain_graph,
        allowed=useful,
        watched=set(producers),
    )
    with enable_grad():
        for v, seed in zip(roots, seeds, strict=True):
            if (v._node if v._node is not None else v) in useful:
                walk.start(v, constant(seed) if create_graph and is_array(seed) else seed)
        ended = walk.run()
        found = tuple([_result(v, walk.arrived, ended, create_graph) for v in targets])
    return found[0] if isinstance(inputs, Variable) else found


def _sequence(given: Any, what: str) -> list[Variable]:
    items = [given] if isinstance(given, Variable) else list(given)
    for item in items:
        if not isinstance(item, Variable):
            msg = f"gradients: {what} must be Variables, not {type(item).__name__}."
            raise OperandError(msg)
    return items


def _seeds(roots: list[Variable], grad_outputs: Any) -> list[Any]:
    given = (
        [grad_outputs] * len(roots)
        if grad_outputs is None or (len(roots) == 1 and not isinstance(grad_outputs, list | tuple))
        else list(grad_outputs)
    )
    if len(given) != len(roots):
        msg = f"gradients: {len(given)} grad_outputs for {len(roots)} outputs; pass one for each."
        raise ShapeError(msg)
    seeds: list[Any] = []
    for v, grad in zip(roots, given, strict=True):
        checked = seed_of(v, grad, "gradients")
        seeds.append(grad if isinstance(grad, Variable) and grad.requires_grad else checked)
    return seeds


def _result(
    v: Variable, arrived: dict[Producer, Any], ended: dict[Any, Any], create_graph: bool
) -> Any:
    if v._node is not None and v._node in arrived:
        gradient = arrived[v._node]
    elif v._node is not None:  # the walk ended there
        hooks = v._node._notes.hooks if v._node._notes is not None else []
        gradient = _hooked(hooks, ended[v._node], v._node.name)
    else:
        gradient = ended[v]
        if v._hooks:
            gradient = _hooked(v._hooks, gradient, v.name or "leaf")
    if create_graph:
        return gradient
    return _as_array(gradient.data if isinstance(gradient, Variable) else gradient).copy()


def nodes_below(roots: list[Variable]) -> set[Producer]:
    """Return every node and leaf that the roots were computed from."""
    stack: list[Any] = [v._node if v._node is not None else v for v in roots]
    found: set[Producer] = set(stack)
    while stack:
        producer = stack.pop()
        if type(producer) is Variable:
            continue
        for edge in producer.producers:
            if edge is not None and edge not in found:
                found.add(edge)
                stack.append(edge)
    return found


def _useful(roots: list[Variable], targets: set[Any]) -> dict[Producer, bool]:
    """Return what lies between the roots and the targets; False where the walk can end."""
    below = nodes_below(roots)
    useful: dict[Producer, bool] = dict.fromkeys(targets & below, False)
    nodes: list[Any] = [p for p in below if type(p) is not Variable]
    for node in sorted(nodes, key=lambda node: -node._order):
        if any([edge in useful for edge in node.producers]):
            useful[node] = True
    return useful


BOUND.backward = backward
