"""The graph as data: one small, stable, read-only description, oldest node first.

Drawing, checking and debugging read this and never walk the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.errors import GraphError, OperandError, ShapeError
from autograd_lite.graph.description import Description, Edge, Node
from autograd_lite.graph.function import SMALL, Function, Output
from autograd_lite.graph.gradients import seed_of
from autograd_lite.graph.holdings import Holdings
from autograd_lite.graph.scribe import Scribe
from autograd_lite.graph.variable import Variable
from autograd_lite.graph.walk import PICTURED, Walk, nodes_below

__all__ = ["SMALL", "Description", "Edge", "Node", "describe"]

Gradients = dict[Function, tuple[Any, ...]]


def describe(
    outputs: Variable | Sequence[Variable],
    *,
    gradients: bool = True,
    grad_outputs: Any = None,
    names: Mapping[Variable, str] | None = None,
    groups: Mapping[Variable, tuple[str, ...]] | None = None,
    limit: int | None = SMALL,
) -> Description:
    """Describe the graph that computed `outputs`, without changing it or any ``.grad``.

    Of a graph that is still pending, arrays that nothing holds are computed once more.

    Parameters
    ----------
    outputs : Variable or sequence of Variables
    gradients : bool
        Tell the gradients too: those that backward left, or those of a pass of its own where
        the graph is still pending.
    grad_outputs : array or sequence of arrays, optional
        The gradient of each output; 1 by default, for one element.
    names : mapping of Variable to str, optional
        What Variables are called that have no name of their own.
    groups : mapping of Variable to tuple of str, optional
        The group of operations that read one and were made in no scope: of parameters, their
        module.
    limit : int or None
        Elements of an array that are told; of larger ones their range. None tells all.

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
    seeds: list[Array | None] = [None] * len(roots)
    known: Gradients = {}
    note: str | None = None
    if gradients:
        seeds = _seeds(roots, grad_outputs)
        known, note = _gradients(roots, seeds, nodes)
    held = Holdings(roots, nodes, again=len(nodes) <= PICTURED)
    scribe = Scribe(held, known, names or {}, groups or {}, limit)
    return scribe.write(roots, seeds, nodes, note)


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
            return passed, (
                "backward released large arrays and their gradients; to see them, draw before it, "
                "or pass it retain_graph=True"
            )
        return passed, None
    if len(nodes) > PICTURED:
        return {}, f"no gradients: the graph has more than {PICTURED:,} operations"
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
