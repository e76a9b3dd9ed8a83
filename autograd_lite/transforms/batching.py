"""One backward walk for all rows of a Jacobian."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import numpy as np

from autograd_lite.arrays import GATE, Array
from autograd_lite.graph import STATE, Variable
from autograd_lite.graph.function import PORT, TWO_ELEMENTWISE, Function, Producer, fitted
from autograd_lite.graph.reach import Reach, hooks_at, own
from autograd_lite.graph.recorded import twin_of
from autograd_lite.graph.variable import producer_of
from autograd_lite.graph.walk import check_versions
from autograd_lite.transforms.batched import BATCHED, Batched, UnbatchedError

__all__ = ["pulled_at_once"]

MOST = 2**22  # elements of a stack of gradients: 32 MB of float64


def pulled_at_once(reach: Reach, output: Variable, inputs: list[Variable]) -> list[Array] | None:
    """Return the derivatives of each element of an output by each input.

    Parameters
    ----------
    reach : Reach
        From the output to the inputs.

    Returns
    -------
    list of array, (output.size, *input.shape), or None
        None where rows must be taken one by one: on other libraries, in a captured function,
        beside an observer, for hooks, users' Functions and nodes of several outputs, where 0 meets
        ∞, and where the stack would be large.
    """
    largest = max([x.size for x in (output, *inputs)])
    plain = all([type(x._data) is np.ndarray for x in (output, *inputs)])
    watched = STATE.observer is not None or GATE.tracer is not None
    if not plain or watched or output.size < 2 or output.size * largest > MOST:
        return None
    if np.isnan(output._data).any():
        return None
    heard: list[str] = []
    with np.errstate(invalid="call", call=lambda kind, _: heard.append(kind)):
        found = _walked(reach, output)
    if found is None or heard:
        return None
    rows, taken = output.size, set[int]()
    return [
        own(found[p].array, taken, hooked=False)
        if p in found
        else np.zeros((rows, *x.shape), x.dtype)
        for p, x in zip(reach.producers, inputs, strict=True)
    ]


def _walked(reach: Reach, output: Variable) -> dict[Producer, Batched] | None:
    """Visit the nodes, newest first; return what arrived at the inputs."""
    units = np.eye(output.size, dtype=output.dtype).reshape((output.size, *output.shape))
    ends = reach.reached
    if any(map(hooks_at, ends)):
        return None
    pending: dict[Any, Batched] = {producer_of(output): Batched(units)}
    heap: list[tuple[int, Any]] = []
    node: Any = producer_of(output)
    if node not in ends:
        heappush(heap, (node._order, node))
    while heap:
        node = heappop(heap)[1]
        if not node.trusted or node.arity == PORT or node.released or _is_noted(node):
            return None
        check_versions(node)
        gradient = pending.pop(node)
        for edge, gx in zip(node.inputs, _given(node, gradient), strict=True):
            if edge is None or gx is None or not reach.leads_to(edge):
                continue
            if edge in pending:
                pending[edge] = pending[edge] + gx
            else:
                pending[edge] = gx
                if edge not in ends:
                    heappush(heap, (edge._order, edge))
    return {p: pending[p] for p in ends if p in pending}


def _is_noted(node: Function) -> bool:
    notes = node._notes
    return notes is not None and (bool(notes.hooks) or notes.hides)


def _given(node: Function, gradient: Batched) -> tuple[Batched | None, ...]:
    """Run a rule on all rows, or else on one after the other."""
    twin = twin_of(node)
    twin.xp = BATCHED
    try:
        given = _fitted(twin, twin.pull(gradient))
    except UnbatchedError:
        return _row_by_row(node, gradient)
    return tuple([_stacked(gx, gradient) for gx in given])


def _row_by_row(node: Function, gradient: Batched) -> tuple[Batched | None, ...]:
    rows = [_fitted(node, node.pull(row)) for row in gradient.array]
    return tuple(
        [
            None if column[0] is None else Batched(np.stack(column))
            for column in zip(*rows, strict=True)
        ]
    )


def _fitted(node: Function, given: tuple[Any, ...]) -> tuple[Any, ...]:
    return fitted(node, given) if node.arity == TWO_ELEMENTWISE and node._fit is not None else given


def _stacked(gx: Any, like: Batched) -> Batched | None:
    """Return a rule's result, which may be the same for all rows, as rows."""
    if gx is None or type(gx) is Batched:
        return gx
    return Batched(np.broadcast_to(gx, (len(like.array), *np.shape(gx))))
