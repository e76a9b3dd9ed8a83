"""What things are called in a sentence, and how much they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from autograd_lite.drawing.book import input_names
from autograd_lite.drawing.labels import READABLE, in_one_line, value_text
from autograd_lite.drawing.page.symbols import Symbol
from autograd_lite.drawing.page.wording import LOOSE, Hole, Pieces, shape_text
from autograd_lite.drawing.page.workings import Workings, result_name

if TYPE_CHECKING:
    from autograd_lite.arrays import Array
    from autograd_lite.graph.description import Edge, Node

__all__ = ["INDEX", "MANY", "Nouns", "Teller", "listed"]

Nouns = Mapping[Symbol, "str | Symbol"]
INDEX = "[ ]"  # the symbol of an operation that is written behind its operand
MANY = 8  # things that a sentence lists one by one


class Teller:
    """Tells names and amounts of a graph.

    Parameters
    ----------
    workings : Workings
    known : container of str
        The values and gradients that are known as single numbers, by their names in a program:
        ``v0``, ``f3``, ``d5`` (the gradient of edge 5), ``gf3`` (that of a result).
    """

    def __init__(self, workings: Workings, known: Mapping[str, float]) -> None:
        self.workings = workings
        self.known = known
        self.edges = workings.description.edges
        self.inputs = input_names(workings.description)

    def leaf(self, name: str) -> Symbol:
        """Return the symbol that stands for a value or a gradient of the whole graph."""
        return self.workings.symbols.leaf(name)

    def scalar(self, name: str) -> Pieces:
        """Return a number that is known, else nothing."""
        return (Hole(self.leaf(name)),) if name in self.known else ()

    def all_known(self, names: Iterable[str]) -> bool:
        """Whether all these are known as single numbers."""
        return all([name in self.known for name in names])

    def readable(self, name: str, array: Array | None) -> Pieces:
        """Write a number that is known, or an array that can be read; else nothing."""
        return self.scalar(name) or (() if array is None else _written(array))

    def amount(
        self, name: str, array: Array | None, shape: tuple[int, ...], before: str, otherwise: str
    ) -> Pieces:
        """Say how much after one word, or which shape after another."""
        found = self.readable(name, array)
        return (before, *found) if found else (otherwise, shape_text(shape) or "()")

    def gradient(self, place: int) -> Pieces:
        """Write the gradient of an edge, if it can be read."""
        return self.readable(f"d{place}", self.edges[place].gradient)

    def has_gradient(self, place: int) -> bool:
        """Whether a gradient came back along an edge."""
        edge = self.edges[place]
        return edge.gradient is not None or edge.gradient_range is not None

    def value_name(self, edge: Edge) -> str:
        """Return what the value of an edge is called in a program."""
        return result_name(edge.source, edge.output)

    def called(self, edge: Edge) -> str | Symbol:
        """Return what an operand is called: its name, its number, or what it came from."""
        name = self.inputs.get(edge.source) or edge.name
        if name is not None:
            return name
        if self.value_name(edge) in self.known:
            return self.leaf(self.value_name(edge))
        if self.workings.nodes[edge.source].kind == "constant":
            return f"a constant of shape {shape_text(edge.shape)}" if edge.shape else "a constant"
        return self.result_of(edge, start="the")

    def result_of(self, edge: Edge, start: str = "The") -> str:
        """Return what the result is called that flows along an edge."""
        return edge.name or f"{start} result of {self.workings.nodes[edge.source].symbol}"

    def goal(self, edge: Edge) -> str:
        """Return where a gradient goes."""
        source = self.workings.nodes[edge.source]
        before = f"the {source.symbol or source.name} before it"
        return self.inputs.get(edge.source) or edge.name or before

    def own_name(self, node: Node) -> str | None:
        """Return what the caller called a node's result."""
        names = [self.edges[i].name for i in self.workings.outgoing[node.id]]
        return next((name for name in names if name is not None), None)

    def function(self, node: Node, operands: list[str | Symbol]) -> Pieces:
        """Write an operation as a function of its operands, or as an index behind one."""
        if len(operands) > MANY:
            return (f"{node.name} of {len(operands)} operands",)
        holes = [x if isinstance(x, str) else Hole(x) for x in operands]
        if node.symbol == INDEX:
            operand = operands[0]
            if isinstance(operand, str) and not LOOSE.search(operand):
                return (operand, _index(node))
            return ("(", holes[0], ")", _index(node))
        pieces: list[str | Hole] = [f"{node.name or node.symbol}("]
        for i, hole in enumerate(holes):
            pieces += [", "] if i else []
            pieces.append(hole)
        return (*pieces, ")")


def _written(array: Array) -> Pieces:
    if array.size > READABLE:
        return ()
    return (in_one_line(value_text(array, array.shape, str(array.dtype))),)


def _index(node: Node) -> str:
    """Write an index as in Python, ``[1:, 0]``; one that is an array as dots."""
    given = dict([pair for pair in node.settings if isinstance(pair, tuple) and len(pair) == 2])
    text = given.get("index")
    if not isinstance(text, str):
        return "[…]"
    text = re.sub(r"slice\(([^,()]+), ([^,()]+), ([^,()]+)\)", _slice, text)
    text = text.replace("Ellipsis", "...")
    text = text[1:-1].removesuffix(",") if text.startswith("(") else text
    return f"[{text}]" if re.fullmatch(r"[-\d:., None]*", text) else "[…]"


def _slice(found: re.Match[str]) -> str:
    start, stop, step = ["" if part == "None" else part for part in found.groups()]
    return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"


def listed(parts: list[Pieces], last: str = " and ") -> Pieces:
    """Join parts by commas, the last by ``and``.

    Examples
    --------
    >>> from autograd_lite.drawing.page.telling import listed
    >>> listed([("x",), ("y",), ("z",)])
    ('x', ', ', 'y', ' and ', 'z')
    """
    joined: list[str | Hole] = []
    for i, part in enumerate(parts):
        if i:
            joined.append(last if i == len(parts) - 1 else ", ")
        joined += part
    return tuple(joined)
