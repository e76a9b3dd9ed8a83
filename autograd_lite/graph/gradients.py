"""What users call: backward, which adds to ``.grad``, and gradients, which returns."""

from __future__ import annotations

from threading import RLock
from typing import Any

import numpy as np

from autograd_lite.arrays import GATE, Array, enter, is_array, namespace, scalar
from autograd_lite.errors import DeviceError, DTypeError, GraphError, OperandError, ShapeError
from autograd_lite.graph.binding import BOUND
from autograd_lite.graph.function import SMALL, Function, Producer, Seeded
from autograd_lite.graph.modes import enable_grad
from autograd_lite.graph.reach import Reach, hooks_at, own
from autograd_lite.graph.variable import Variable, constant, producer_of
from autograd_lite.graph.walk import Walk, as_plain, hooked, nodes_below

__all__ = ["PUBLISHING", "backward", "gradients", "seed_of"]

PUBLISHING = RLock()  # also held by whoever reads gradients, computes and writes them
_ONE = {np.dtype(kind): scalar(1.0, kind) for kind in (np.float32, np.float64)}


def seed_of(v: Variable, grad: object, what: str, *, borrow: bool = False) -> Array:
    """Return the gradient to start from: `grad` checked and copied, or one.

    A large one may be borrowed for the time of a pass that keeps nothing of it.
    """
    if grad is None:
        data = v._data
        if data.dtype.kind == "c":
            msg = (
                f"{what}: an output of dtype {data.dtype} has no slope of its own; take ag.real(y) "
                "or ag.abs(y) of it first, or pass its gradient."
            )
            raise DTypeError(msg)
        if data.ndim == 0 and data.dtype in _ONE and type(data) is np.ndarray:
            return _ONE[data.dtype]  # shared and read-only: 1 µs less for every loss
        if v.size != 1:
            msg = (
                f"{what}: an output of shape {v.shape} needs its gradient; pass an array of that "
                "shape, or reduce the output to one number with sum() or mean()."
            )
            raise ShapeError(msg)
        if v.dtype.kind != "f":
            msg = f"{what}: an output of dtype {v.dtype} has no gradient; use a floating dtype."
            raise DTypeError(msg)
        return namespace(data).ones(data.shape, dtype=data.dtype)
    checked = v._checked(grad, f"{what}: grad")
    return checked if borrow and checked.size > SMALL else checked.copy()


def backward(v: Variable, grad: object, retain_graph: bool, retain_grads: bool) -> None:
    """Add gradients to the leaves that `v` depends on: see :meth:`Variable.backward`."""
    if not v.requires_grad:
        msg = (
            "backward: this Variable does not depend on any leaf that requires a gradient; "
            "was it computed from arrays only, or inside no_grad()?"
        )
        raise GraphError(msg)
    seed = seed_of(v, grad, "backward", borrow=True)
    watched = nodes_below([v]) if retain_grads else None
    walk = Walk(retain_graph=retain_graph, watched=watched)
    walk.start(v, seed)
    leaves = walk.run()
    _publish(leaves, walk.arrived, seed, seen_by_hooks=walk.hooked)
    if v._node is not None and v._node._grads and seed.size <= SMALL:
        v._node._grads = Seeded(v._node._grads, seed)  # a small seed is our own


def _publish(
    leaves: dict[Variable, Any], arrived: dict[Producer, Any], seed: Array, *, seen_by_hooks: bool
) -> None:
    """Write the gradients: everything is checked and owned first, then committed at once."""
    owned: list[tuple[Variable, Array]] = []
    taken = {id(seed)}  # which is the caller's own
    tracer = GATE.tracer
    for leaf, gradient in leaves.items():
        if not leaf._req:  # frozen since
            continue
        if leaf._hooks:
            gradient = hooked(leaf._hooks, gradient, leaf.name or "leaf")
        data = leaf._data
        if tracer is not None:
            tracer.touch(leaf, reads=True)
            data = tracer.enter(data, leaf)
        if type(gradient) is not type(data):
            gradient = as_plain(gradient)
            _lives_with(leaf, gradient)
        if gradient.shape != data.shape or gradient.dtype is not data.dtype:
            _fits(leaf, gradient)
        gradient = own(gradient, taken, hooked=seen_by_hooks or bool(leaf._hooks))
        owned.append((leaf, gradient))
    retained = [
        (node, as_plain(gradient).copy())
        for node, gradient in arrived.items()
        if isinstance(node, Function) and gradient is not None
    ]
    with PUBLISHING:
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
            node.notes.gradient = gradient if before is None else as_plain(before + gradient)


def _lives_with(leaf: Variable, gradient: Array) -> None:
    """Raise unless a gradient is on its leaf's device: a leaf can be moved."""
    if type(gradient) is not type(enter(leaf._data, leaf)):
        msg = (
            f"backward: {leaf.name or 'a leaf'} was moved to {leaf.device!r} after this graph was "
            "recorded; compute the output again."
        )
        raise DeviceError(msg)


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
    seeds = _seeds(roots, grad_outputs, create_graph)
    reach = Reach(roots, [producer_of(v) for v in targets])
    for i, (v, producer) in enumerate(zip(targets, reach.producers, strict=True)):
        if producer not in reach.reached or not v.requires_grad:
            past = " (a loss of sigmoid(x) leads past it to x)" if hasattr(v, "_logits") else ""
            msg = (
                f"gradients: the outputs do not depend on input {i + 1} "
                f"({v!r:.60}){past}; leave it out, or compute the outputs from it."
            )
            raise GraphError(msg)
    with enable_grad():
        pulled, seen = reach.pull(
            seeds,
            create_graph=create_graph,
            retain_graph=create_graph if retain_graph is None else retain_graph,
        )
    filled: list[Any] = [
        zeros_like(v) if g is None else g for v, g in zip(targets, pulled, strict=True)
    ]
    if create_graph:
        found = tuple([constant(g) if is_array(g) else g for g in filled])
    else:
        taken = {id(seed) for seed in seeds}
        found = tuple([own(g, taken, hooked=seen) for g in filled])
    return found[0] if isinstance(inputs, Variable) else found


def _sequence(given: Any, what: str) -> list[Variable]:
    items = list(given) if isinstance(given, list | tuple) else [given]
    for item in items:
        if not isinstance(item, Variable):
            msg = f"gradients: {what} must be Variables, not {type(item).__name__}."
            raise OperandError(msg)
    return items


def _seeds(roots: list[Variable], grad_outputs: Any, create_graph: bool) -> list[Any]:
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
        checked = seed_of(v, grad, "gradients", borrow=not create_graph)
        recorded = create_graph and isinstance(grad, Variable) and grad.requires_grad
        seeds.append(grad if recorded else checked)
    return seeds


def zeros_like(v: Variable) -> Array:
    """Return the gradient of what nothing depends on."""
    return namespace(v._data).zeros(v.shape, dtype=v.dtype)


def hooks_of(v: Variable) -> list[Any]:
    """Return the hooks that were registered on a Variable."""
    return hooks_at(producer_of(v)) or []


BOUND.backward = backward
