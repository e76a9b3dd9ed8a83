"""The graph as data: the types that drawing, checking and debugging read."""

from __future__ import annotations

from typing import NamedTuple

from autograd_lite.arrays import Array
from autograd_lite.graph.ranges import Range
from autograd_lite.graph.replay import Replay

__all__ = ["Description", "Edge", "Node"]

Shape = tuple[int, ...]


class Node(NamedTuple):
    """A node: an input, a constant, an operation, or an output.

    Attributes
    ----------
    id : str
        Stable: two runs of the same script give the same.
    kind : str
        ``"input"``, ``"constant"``, ``"operation"`` or ``"output"``; a collapsed picture has
        ``"group"`` too.
    name : str or None
        The operation's (``"mul"``), or what a Variable is called.
    symbol : str
        What stands in an operation's circle.
    value, gradient : array or None
        Read-only copies; None where the array is too large to read, or not known. The gradient of
        an input is the sum over its edges.
    range : Range or None
        Of a value that is too large to read, where the array is still held.
    requires_grad : bool
    line : str or None
        The user's line, where debug mode noted it.
    changed : bool
        Whether the value was written after the graph read it.
    group : tuple of str
        The scopes that the node was made in, outermost first.
    kept : int
        Bytes that the node alone holds on to for backward.
    rule : Replay or None
        Runs an operation again, on other operands.
    settings : tuple
        What tells an operation from others of its name: axes, exponents, bounds. Equal for equal
        settings.
    hooked : bool
        Whether a hook may replace the gradient; an input's own are not applied to its gradient.
    times : int
        How many alike a node of a collapsed picture stands for.
    """

    id: str
    kind: str
    name: str | None
    symbol: str = ""
    shape: Shape = ()
    dtype: str = ""
    value: Array | None = None
    gradient: Array | None = None
    range: Range | None = None
    requires_grad: bool = True
    line: str | None = None
    changed: bool = False
    group: tuple[str, ...] = ()
    kept: int = 0
    rule: Replay | None = None
    settings: tuple[object, ...] = ()
    hooked: bool = False
    times: int = 1


class Edge(NamedTuple):
    """An edge: which result of `source` is which argument of `target`, and what flowed there.

    ``name`` is what the caller called the value that flows; ``range`` and ``gradient_range`` are
    of arrays too large to read. In a collapsed picture, an edge without a dtype stands for many
    (its name says how many), and results are numbered on where values of several copies leave.
    """

    source: str
    target: str
    output: int
    position: int
    shape: Shape
    dtype: str
    value: Array | None = None
    gradient: Array | None = None
    name: str | None = None
    range: Range | None = None
    gradient_range: Range | None = None


class Description(NamedTuple):
    """Nodes and edges, oldest first, and one line about what could not be shown."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    note: str | None
