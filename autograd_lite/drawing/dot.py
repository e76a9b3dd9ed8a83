"""A graph description as DOT text: values over the edges, gradients under them."""

from __future__ import annotations

from html import escape
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from autograd_lite.graph.printing import format_array, format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograd_lite.arrays import Array
    from autograd_lite.graph.describe import Description, Edge, Node

__all__ = ["to_dot"]

VALUE_COLOUR = "#1f2937"
GRADIENT_COLOUR = "#c2410c"
CHANGED_COLOUR = "#b91c1c"
READABLE = 6  # elements of an array that are written out on an edge

_HEAD = """digraph autograd {
  rankdir=LR
  nodesep=0.35
  ranksep=0.6
  node [fontname="Helvetica" fontsize=12]
  edge [fontname="Helvetica" fontsize=11 color="#6b7280" arrowsize=0.7]"""


def to_dot(description: Description) -> str:
    """Return DOT text; the same description gives the same text.

    Every label is an HTML-like string in which names from outside are escaped, and every
    identifier is the description's own, so a name can do nothing but be shown.
    """
    names = _names(description)
    lines = [_HEAD]
    lines += [f"  {node.id} [{_node(node, names)}]" for node in description.nodes]
    lines += [
        f"  {edge.source} -> {edge.target} [label=<{_edge(edge)}>]" for edge in description.edges
    ]
    if description.note is not None:
        lines.append(
            f'  labelloc=b fontsize=10 fontname="Helvetica" label=<{_text(description.note)}>'
        )
    return "\n".join([*lines, "}", ""])


def _names(description: Description) -> dict[str, str]:
    """Return what inputs are called: their names, else a, b, c…, skipping names in use."""
    taken = {node.name for node in description.nodes}
    fresh = (letter for letter in _letters() if letter not in taken)
    return {
        node.id: node.name if node.name is not None else next(fresh)
        for node in description.nodes
        if node.kind == "input"
    }


def _letters() -> Iterator[str]:
    """Yield a, b, and so on to z, then a1, b1, and so on."""
    for round_ in count():
        for letter in "abcdefghijklmnopqrstuvwxyz":
            yield letter + (str(round_) if round_ else "")


def _node(node: Node, names: dict[str, str]) -> str:
    if node.kind == "operation":
        shape = "circle" if len(node.symbol) <= 2 else "ellipse"
        tip = f"{node.name} {node.line}" if node.line else node.name or ""
        return f"shape={shape} margin=0.05 label=<{_text(node.symbol)}> tooltip=<{_text(tip)}>"
    if node.kind == "input":
        label = _text(names[node.id])
        if node.changed:
            label += f'<br/><font color="{CHANGED_COLOUR}">changed since</font>'
        style = "" if node.requires_grad else ' fontcolor="#6b7280"'
        return f"shape=plaintext label=<{label}>{style}"
    if node.kind == "constant":
        return 'shape=point width=0.06 color="#9ca3af" label=""'
    return f"shape=plaintext label=<{_text(node.name or 'out')}>"


def _edge(edge: Edge) -> str:
    """Return the two lines of an edge: what went forward, and under it what came back."""
    value = _text(_readable(edge.value, edge.shape, edge.dtype))
    label = f'<font color="{VALUE_COLOUR}">{value}</font>'
    if edge.name is not None and edge.source[0] == "f" and edge.target[0] == "f":
        label = f'<font color="{VALUE_COLOUR}">{_text(edge.name)} = {value}</font>'
    if edge.gradient is not None:
        gradient = _text(_readable(edge.gradient, edge.shape, edge.dtype))
        label += f'<br/><font color="{GRADIENT_COLOUR}">{gradient}</font>'
    return label


def _readable(value: Array | None, shape: tuple[int, ...], dtype: str) -> str:
    if value is not None and value.size == 1 and value.dtype.kind == "f":
        return format_number(float(np.reshape(value, ()))).removesuffix(".0")
    if value is not None and value.size <= READABLE:
        return format_array(value)
    return f"{'×'.join([str(n) for n in shape]) or 'scalar'} {dtype}"


def _text(text: str) -> str:
    """Escape a text for an HTML-like label: line breaks stay, control characters do not."""
    shown = "".join(
        [c if c in "\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text]
    )
    escaped = escape(shown, quote=True).replace("\\", "&#92;")
    return escaped.replace("\n", "<br/>") or " "
