"""The graph as data: one small, stable, read-only description, oldest node first.

Drawing, checking and debugging read this and never walk the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd_lite.errors import OperandError
from autograd_lite.graph.description import Description, Edge, Node
from autograd_lite.graph.function import SMALL, Function, Output
from autograd_lite.graph.holdings import Holdings
from autograd_lite.graph.pictured import Pictured, pictured_gradients
from autograd_lite.graph.scribe import Scribe
from autograd_lite.graph.variable import Variable
from autograd_lite.graph.walk import PICTURED, nodes_below

__all__ = ["SMALL", "Description", "Edge", "Node", "describe"]


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
        the graph is still pending. In it, hooks on intermediate values run.
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
    shown = Pictured({}, [None] * len(roots), None)
    if gradients:
        shown = pictured_gradients(roots, grad_outputs, nodes)
    held = Holdings(roots, nodes, again=len(nodes) <= PICTURED)
    scribe = Scribe(held, shown.edges, names or {}, groups or {}, limit)
    return scribe.write(roots, shown.seeds, nodes, shown.note)
