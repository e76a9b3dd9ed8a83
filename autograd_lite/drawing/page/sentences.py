"""What a step says: the operation's own rule in words, then in numbers.

No sentence is kept for any operation. Its forward and its rule, run on symbols, are said as they
are; a rule that cannot run on symbols is said by what goes in and what comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from autograd_lite.drawing.book import input_names
from autograd_lite.drawing.labels import READABLE, value_text
from autograd_lite.drawing.page.expressions import leaves_of
from autograd_lite.drawing.page.symbols import Symbol
from autograd_lite.drawing.page.wording import (
    Hole,
    Pieces,
    alike,
    in_numbers,
    in_words,
    shape_text,
    tidy,
)
from autograd_lite.drawing.page.workings import Working, Workings, result_name

if TYPE_CHECKING:
    from autograd_lite.graph.description import Edge, Node

__all__ = ["Sentences"]

Nouns = Mapping[Symbol, "str | Symbol"]
BRIEF = 32  # letters of an expression that is clearer than the operation's name
MANY = 8  # things that a sentence lists one by one
SLOPE: Pieces = ("gradient × its slope there",)  # of an elementwise rule too long to be read
ORDINALS = ("first", "second", "third", "fourth")


class Sentences:
    """Says what happens at the nodes of a graph.

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

    def beginning(self) -> Pieces:
        """Say what the inputs are."""
        nodes = [n for n in self.workings.description.nodes if n.kind == "input"]
        if not nodes or len(nodes) > MANY:
            return (f"The inputs: {len(nodes)}." if nodes else "There are no inputs.",)
        given: list[Pieces] = [
            (f"{self.inputs[n.id]} ", *self._amount(n.id, n.shape, "= ", "of shape ", n))
            for n in nodes
        ]
        return tidy(("The inputs: " if len(nodes) > 1 else "The input: ", *_listed(given), "."))

    def forward(self, node: Node) -> Pieces:
        """Say what an operation makes of its operands."""
        working, edges = self.workings.of[node.id], self.workings.arguments(node)
        called: dict[Symbol, str | Symbol] = {}
        for operand, edge in zip(working.operands, edges, strict=True):
            called[operand] = self._called(edge)
        words = self._forward_words(node, working, called)
        pieces: list[str | Hole] = []
        name = self._own_name(node)
        if name is not None:
            pieces += [name, " = "]
        pieces += words
        if isinstance(pieces[0], str) and pieces[0].startswith("the "):
            pieces[0] = f"T{pieces[0][1:]}"
        if self._all_known([self._value_name(edge) for edge in edges]):
            holes: Nouns = {
                x: self.leaf(self._value_name(e)) for x, e in zip(called, edges, strict=True)
            }
            numbers = self._forward_numbers(node, working, called, holes)
            if len(numbers) > 1 and not _negated(numbers) and not alike(numbers, words):
                pieces += [" = ", *numbers]
        pieces += self._amount(node.id, node.shape, " = ", " has shape ", node)
        return tidy((*pieces, "."))

    def seed(self, edge: Edge, place: int) -> Pieces:
        """Say where backward starts."""
        nodes = [n for n in self.workings.description.nodes if n.kind == "output"]
        unnamed = "the output" if len(nodes) == 1 else f"output {int(edge.target[1:]) + 1}"
        where = edge.name or unnamed
        amount = self._amount(f"d{place}", edge.shape, "gradient ", "a gradient of shape ")
        return tidy((f"Backward starts at {where} with ", *amount, "."))

    def backward(self, node: Node) -> Pieces:
        """Say what an operation sends back to its operands."""
        working = self.workings.of[node.id]
        places = self.workings.incoming[node.id]
        if working.refusal is not None or node.rule is None:
            return self._plain(node, [i for i in places if self._has_gradient(i)])
        pairs = zip(places, working.sent, strict=True)
        wanted = [
            k for k, (i, sent) in enumerate(pairs) if sent is not None and self._has_gradient(i)
        ]
        if not wanted:
            return (f"{node.symbol} passes nothing back.",)
        if all([working.sent[k] is working.arrived for k in wanted]):
            amount = self._scalar(f"d{places[wanted[0]]}")
            end: Pieces = (": ", *amount) if amount else ()
            return tidy((f"{node.symbol} passes the gradient on unchanged", *end, "."))
        words = self._phrases(working, wanted, relative=True)
        shared = all([alike(said, words[0]) for said in words])
        if not shared:
            words = self._phrases(working, wanted, relative=False)
        if any([said is None for said in words]) and not node.rule.pointwise:
            return self._plain(node, [places[k] for k in wanted])
        return self._passed(node, working, wanted, words, shared=shared)

    def added_up(self, source: str, output: int, places: Sequence[int]) -> Pieces:
        """Say that the gradients of a value that was used several times are added up."""
        name = self.inputs.get(source) or self._result_words(self.edges[places[0]])
        start = f"{name} is used {_times(len(places))}; the gradients that come back are added up"
        total = f"g{result_name(source, output)}"
        parts = [f"d{i}" for i in places]
        if not self._all_known([total, *parts]) or len(parts) > MANY:
            return (f"{start}.",)
        holes: list[str | Hole] = []
        for part in parts:
            holes += (
                [" + ", Hole(self.leaf(part), bracketed=True)] if holes else [Hole(self.leaf(part))]
            )
        return tidy((f"{start}: ", *holes, " = ", Hole(self.leaf(total)), "."))

    def ending(self) -> Pieces:
        """Say what the gradients of the inputs are."""
        nodes = [
            n
            for n in self.workings.description.nodes
            if n.kind == "input" and n.requires_grad and self._all_known([f"g{n.id}"])
        ]
        if not nodes or len(nodes) > MANY:
            return ("Backward is done.",)
        given: list[Pieces] = [
            (f"{self.inputs[n.id]} ", Hole(self.leaf(f"g{n.id}"))) for n in nodes
        ]
        what = "gradients" if len(nodes) > 1 else "gradient"
        return tidy((f"Backward is done. The {what}: ", *_listed(given), "."))

    def _passed(
        self,
        node: Node,
        working: Working,
        wanted: list[int],
        words: list[Pieces | None],
        *,
        shared: bool,
    ) -> Pieces:
        """Put together words, numbers and where they go, for each operand."""
        places = self.workings.incoming[node.id]
        parts: list[Pieces] = []
        for k, said in zip(wanted, words, strict=True):
            numbers = self._sent_numbers(node, working, k, places[k])
            own: Pieces = () if shared else said or SLOPE
            colon = ": " if own and numbers else ""
            goal = f" to {self._goal(self.edges[places[k]])}" if len(working.operands) > 1 else ""
            parts.append((*own, colon, *numbers, goal))
        start: Pieces = (f"{node.symbol} passes back ",)
        if shared:
            whole: Pieces = words[0] or ()
            if not all([_says_more(part) for part in parts]) or len(wanted) > MANY:
                return tidy((*start, *whole, "."))
            start = (*start, *whole, ": ")
        return tidy((*start, *_listed(parts, ", and " if not shared else " and "), "."))

    def _sent_numbers(self, node: Node, working: Working, k: int, place: int) -> Pieces:
        """Write what goes back to one operand in numbers: how it comes about, and what it is."""
        result = self._scalar(f"d{place}")
        sent = working.sent[k]
        if not result or sent is None or sent.number is not None:
            return ()
        leaves: dict[Symbol, str | Symbol] = {
            working.arrived: self.leaf(f"g{node.id}"),
            working.output: self.leaf(node.id),
        }
        names = [f"g{node.id}"]
        for operand, edge in zip(working.operands, self.workings.arguments(node), strict=True):
            leaves[operand] = self.leaf(self._value_name(edge))
            names.append(self._value_name(edge))
        names += [node.id] if node.id in [leaf.name for leaf in leaves_of([sent])] else []
        if not self._all_known(names) or sent is working.arrived:
            return result
        written = in_words(sent, self._relative(working, k)) and in_numbers(sent, leaves)
        assert node.rule is not None
        if written is None and node.rule.pointwise and working.slopes[k] is not None:
            slope = working.slopes[k]
            assert slope is not None
            written = (Hole(self.leaf(f"g{node.id}")), " × ", Hole(slope, bracketed=True))
        if written is None or len(written) == 1 or _negated(written):
            return result
        return (*written, " = ", *result)

    def _plain(self, node: Node, places: list[int]) -> Pieces:
        """Say what comes back where the rule itself cannot be said."""
        if not places:
            return (f"{node.symbol} passes nothing back.",)
        parts: list[Pieces] = []
        for i in places:
            edge = self.edges[i]
            amount = self._amount(f"d{i}", edge.shape, "", "a gradient of shape ")
            parts.append((*amount, f" to {self._goal(edge)}"))
        if len(parts) > MANY:
            return (f"{node.symbol} sends a gradient back to each of {len(parts)} operands.",)
        return tidy((f"{node.symbol} sends back ", *_listed(parts), "."))

    def _phrases(
        self, working: Working, wanted: list[int], *, relative: bool
    ) -> list[Pieces | None]:
        phrases = []
        for k in wanted:
            sent = working.sent[k]
            assert sent is not None
            nouns = self._relative(working, k) if relative else self._absolute(working)
            phrases.append(in_words(sent, nouns))
        return phrases

    def _relative(self, working: Working, k: int) -> Nouns:
        """Name the operands as seen from one of two."""
        operands = working.operands
        if len(operands) != 2:
            return self._absolute(working)
        alone = working.sent[1 - k] is None
        nouns: dict[Symbol, str | Symbol] = {operands[k]: "the input" if alone else "this input"}
        nouns[operands[1 - k]] = "the other input"
        return nouns | {working.arrived: "gradient", working.output: "the output"}

    def _absolute(self, working: Working) -> Nouns:
        operands = working.operands
        nouns: dict[Symbol, str | Symbol] = {}
        for i, operand in enumerate(operands):
            ordinal = ORDINALS[i] if i < len(ORDINALS) else f"{i + 1}th"
            nouns[operand] = f"the {ordinal} input" if len(operands) > 1 else "the input"
        return nouns | {working.arrived: "gradient", working.output: "the output"}

    def _forward_words(self, node: Node, working: Working, called: Nouns) -> Pieces:
        said = None
        if working.result is not None and working.result not in called:
            said = in_words(working.result, called, BRIEF)
        return (
            said
            if said is not None and not _negated(said)
            else self._function(node, list(called.values()))
        )

    def _forward_numbers(self, node: Node, working: Working, called: Nouns, holes: Nouns) -> Pieces:
        """Write the same in numbers: as an expression where the words are one, else as a call."""
        values = list(holes.values())
        result = working.result
        if result is None or result in called or in_words(result, called, BRIEF) is None:
            return self._function(node, values)
        return in_numbers(result, holes) or self._function(node, values)

    def _function(self, node: Node, operands: list[str | Symbol]) -> Pieces:
        """Write an operation as a function of its operands."""
        if len(operands) > MANY:
            return (f"{node.name} of {len(operands)} operands",)
        pieces: list[str | Hole] = [f"{node.name or node.symbol}("]
        for i, operand in enumerate(operands):
            pieces += [", "] if i else []
            pieces.append(operand if isinstance(operand, str) else Hole(operand))
        return (*pieces, ")")

    def _called(self, edge: Edge) -> str | Symbol:
        """Return what an operand is called: its name, its number, or what it came from."""
        source = self.workings.nodes[edge.source]
        name = self.inputs.get(edge.source) or edge.name
        if name is not None:
            return name
        if self._value_name(edge) in self.known:
            return self.leaf(self._value_name(edge))
        if source.kind == "constant":
            return f"a constant ({shape_text(edge.shape)})" if edge.shape else "a constant"
        return self._result_words(edge, start="the")

    def _result_words(self, edge: Edge, start: str = "The") -> str:
        return edge.name or f"{start} result of {self.workings.nodes[edge.source].symbol}"

    def _goal(self, edge: Edge) -> str:
        """Return where a gradient goes."""
        source = self.workings.nodes[edge.source]
        return self.inputs.get(edge.source) or edge.name or source.symbol or source.name or "it"

    def _own_name(self, node: Node) -> str | None:
        names = [self.edges[i].name for i in self.workings.outgoing[node.id]]
        return next((name for name in names if name is not None), None)

    def _amount(
        self,
        name: str,
        shape: tuple[int, ...],
        before: str,
        otherwise: str,
        node: Node | None = None,
    ) -> Pieces:
        """Say how much: a number, an array that can be read, or a shape."""
        scalar = self._scalar(name)
        if scalar:
            return (before, *scalar)
        if node is not None and node.value is not None and node.value.size <= READABLE:
            text = value_text(node.value, node.shape, node.dtype)
            return (before, " ".join(text.split()))
        return (otherwise, shape_text(shape)) if shape else (otherwise + "()",)

    def _scalar(self, name: str) -> Pieces:
        return (Hole(self.leaf(name)),) if name in self.known else ()

    def _value_name(self, edge: Edge) -> str:
        return result_name(edge.source, edge.output)

    def _all_known(self, names: Iterable[str]) -> bool:
        return all([name in self.known for name in names])

    def _has_gradient(self, place: int) -> bool:
        edge = self.edges[place]
        return edge.gradient is not None or edge.gradient_range is not None


def _listed(parts: list[Pieces], last: str = " and ") -> Pieces:
    """Join parts by commas, the last by ``and``."""
    joined: list[str | Hole] = []
    for i, part in enumerate(parts):
        if i:
            joined.append(last if i == len(parts) - 1 else ", ")
        joined += part
    return tuple(joined)


def _negated(pieces: Pieces) -> bool:
    """Whether an expression is no more than a number with its sign turned."""
    return len(pieces) == 2 and pieces[0] == "−" and isinstance(pieces[1], Hole)


def _says_more(part: Pieces) -> bool:
    return any([isinstance(piece, Hole) for piece in part])


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"
