"""What a step says: the operation's own rule in words, then in numbers.

No sentence is kept for any operation. Its forward and its rule, run on symbols, are said as they
are; a rule that cannot run on symbols is said by what goes in and what comes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from autograd_lite.drawing.page.expressions import leaves_of
from autograd_lite.drawing.page.symbols import Symbol
from autograd_lite.drawing.page.telling import INDEX, MANY, Nouns, Teller, listed
from autograd_lite.drawing.page.wording import (
    Hole,
    Pieces,
    alike,
    in_numbers,
    in_words,
    is_choice,
    tidy,
)
from autograd_lite.drawing.page.workings import CLOSE, Working, Workings, result_name

if TYPE_CHECKING:
    from autograd_lite.arrays import Array
    from autograd_lite.graph.description import Edge, Node

__all__ = ["Sentences"]

BRIEF = 32  # letters of an expression that is clearer than the operation's name
SLOPE: Pieces = ("gradient × its slope there",)  # of an elementwise rule too long to be read
ORDINALS = ("first", "second", "third", "fourth")


class Sentences:
    """Says what happens at the nodes of a graph.

    Parameters
    ----------
    workings : Workings
    known : mapping of str to float
        The values and gradients that are known as single numbers, by their names in a program:
        ``v0``, ``f3``, ``d5`` (the gradient of edge 5), ``gf3`` (that of a result).
    """

    def __init__(self, workings: Workings, known: Mapping[str, float]) -> None:
        self.workings = workings
        self.known = known
        self.nodes = workings.description.nodes
        self.edges = workings.description.edges
        self.tell = Teller(workings, known)
        # Where some nodes stand for several, values are used more often than they are drawn.
        self.whole = all([n.rule is not None for n in self.nodes if n.id in workings.of])

    def beginning(self) -> Pieces:
        """Say what the inputs are."""
        nodes = [n for n in self.nodes if n.kind == "input"]
        if not nodes or len(nodes) > MANY:
            return (f"The inputs: {len(nodes)}." if nodes else "There are no inputs.",)
        given = [self._input(n, n.id, n.value, "= ") for n in nodes]
        return tidy(("The inputs: " if len(nodes) > 1 else "The input: ", *listed(given), "."))

    def forward(self, node: Node) -> Pieces:
        """Say what an operation makes of its operands."""
        if node.rule is None:
            return self._several(node)
        working, edges = self.workings.of[node.id], self.workings.arguments(node)
        called: dict[Symbol, str | Symbol] = {}
        for operand, edge in zip(working.operands, edges, strict=True):
            called[operand] = self.tell.called(edge)
        words = self._forward_words(node, working, called)
        name = self.tell.own_name(node)
        pieces: list[str | Hole] = [] if name is None else [name, " = "]
        pieces += words
        if isinstance(pieces[0], str) and pieces[0].startswith("the "):
            pieces[0] = f"T{pieces[0][1:]}"
        if self.tell.all_known([self.tell.value_name(edge) for edge in edges]):
            holes: Nouns = {
                x: self.tell.leaf(self.tell.value_name(e))
                for x, e in zip(called, edges, strict=True)
            }
            numbers = self._forward_numbers(node, working, called, holes)
            if len(numbers) > 1 and not _negated(numbers) and not alike(numbers, words):
                pieces += [" = ", *numbers]
        equals, otherwise = (": here ", ": shape ") if is_choice(words) else (" = ", " has shape ")
        pieces += self.tell.amount(node.id, node.value, node.shape, equals, otherwise)
        return tidy((*pieces, "."))

    def seed(self, edge: Edge, place: int) -> Pieces:
        """Say where backward starts."""
        nodes = [n for n in self.nodes if n.kind == "output"]
        unnamed = "the output" if len(nodes) == 1 else f"output {int(edge.target[1:]) + 1}"
        where = edge.name or unnamed
        words = "gradient ", "a gradient of shape "
        amount = self.tell.amount(f"d{place}", edge.gradient, edge.shape, *words)
        return tidy((f"Backward starts at {where} with ", *amount, "."))

    def backward(self, node: Node) -> Pieces:
        """Say what an operation sends back to its operands."""
        working = self.workings.of[node.id]
        places = self.workings.incoming[node.id]
        reached = [i for i in places if self.tell.has_gradient(i)]
        if node.hooked:
            plain = self._plain(node, reached)
            return tidy((f"A hook is run on the gradient of {self._hooked_name(node)}; ", *plain))
        if working.refusal is not None or node.rule is None:
            return self._plain(node, reached)
        pairs = enumerate(zip(places, working.sent, strict=True))
        wanted = [k for k, (i, sent) in pairs if sent is not None and self.tell.has_gradient(i)]
        if not wanted:
            return (f"{node.symbol} passes nothing back.",)
        if all([working.sent[k] is working.arrived for k in wanted]):
            amount = self.tell.gradient(places[wanted[0]])
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
        edge, given = self.edges[places[0]], self.tell.inputs.get(source)
        if self.whole:
            name = given or self.tell.result_of(edge)
            start = f"{name} is used {_times(len(places))}; the gradients that come back"
        else:
            start = f"The gradients that come back to {given or self.tell.result_of(edge, 'the')}"
        start += " are added up"
        total = self._total(source, output, places)
        parts = [self.tell.gradient(i) for i in places]
        if not total or not all(parts) or len(parts) > MANY:
            return (f"{start}.",)
        pieces: list[str | Hole] = []
        for (part,) in parts:
            hole = part._replace(bracketed=bool(pieces)) if isinstance(part, Hole) else part
            pieces += [" + ", hole] if pieces else [hole]
        return tidy((f"{start}: ", *pieces, " = ", *total, "."))

    def ending(self) -> Pieces:
        """Say what the gradients of the inputs are."""
        nodes = [n for n in self.nodes if n.kind == "input" and self._reached(n)]
        if not nodes or len(nodes) > MANY:
            return ("Backward is done.",)
        given = [self._input(n, f"g{n.id}", n.gradient) for n in nodes]
        what = "gradients" if len(nodes) > 1 else "gradient"
        hooked: list[Pieces] = [(self.tell.inputs[n.id],) for n in nodes if n.hooked]
        hooks: Pieces = ("; a hook is run on that of ", *listed(hooked)) if hooked else ()
        return tidy((f"Backward is done. The {what}: ", *listed(given), *hooks, "."))

    def _input(self, node: Node, name: str, array: Array | None, equals: str = "") -> Pieces:
        """Say how much an input or its gradient is."""
        amount = self.tell.amount(name, array, node.shape, equals, "of shape ")
        return (f"{self.tell.inputs[node.id]} ", *amount)

    def _reached(self, node: Node) -> bool:
        places = self.workings.outgoing[node.id]
        return node.requires_grad and any([self.tell.has_gradient(i) for i in places])

    def _several(self, node: Node) -> Pieces:
        """Say what stands for several operations, whose numbers need not be those of one."""
        bundled = not all([edge.dtype for edge in self.workings.arguments(node)])
        if bundled and node.kind != "group":
            return (f"{node.symbol} reads what many operations give.",)
        if node.kind != "group":
            return (f"{node.symbol} stands for several alike operations.",)
        what = f"{node.name} ({node.symbol})" if node.name is not None else node.symbol
        if node.times > 1:
            return (f"{what}, {node.times} times.",)
        if not node.dtype:
            return (f"{what}.",)
        words = " gives ", " gives a result of shape "
        return tidy((what, *self.tell.amount(node.id, node.value, node.shape, *words), "."))

    def _hooked_name(self, node: Node) -> str:
        return self.tell.own_name(node) or f"the result of {node.symbol}"

    def _total(self, source: str, output: int, places: Sequence[int]) -> Pieces:
        """Write the sum of gradients; nothing where those that are shown do not add up to it."""
        node = self.workings.nodes[source]
        gradients = [self.edges[i].gradient for i in places]
        shown = [gradient for gradient in gradients if gradient is not None]
        if len(shown) < len(gradients):
            return ()
        with np.errstate(all="ignore"):
            added = sum(shown[1:], shown[0])
        total = added if node.gradient is None or node.kind != "input" else node.gradient
        scale = max([float(np.abs(gradient).max(initial=0)) for gradient in shown])
        if not np.allclose(total, added, rtol=CLOSE, atol=CLOSE * scale, equal_nan=True):
            return ()
        return self.tell.readable(f"g{result_name(source, output)}", total)

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
        numbers = [self._sent_numbers(node, working, k, places[k]) for k in wanted]
        parts: list[Pieces] = []
        for k, said, found in zip(wanted, words, numbers, strict=True):
            own: Pieces = () if shared else said or SLOPE
            colon = ": " if own and found else ""
            several = len(working.operands) > 1
            goal = f" to {self.tell.goal(self.edges[places[k]])}" if several else ""
            parts.append((*own, colon, *found, goal))
        start: Pieces = (f"{node.symbol} passes back ",)
        if shared:
            whole: Pieces = words[0] or ()
            if not all(numbers) or len(wanted) > MANY:
                return tidy((*start, *whole, "."))
            start = (*start, *whole, ": ")
        return tidy((*start, *listed(parts, ", and " if not shared else " and "), "."))

    def _sent_numbers(self, node: Node, working: Working, k: int, place: int) -> Pieces:
        """Write what goes back to one operand in numbers: how it comes about, and what it is."""
        result = self.tell.gradient(place)
        sent = working.sent[k]
        if not result or sent is None or sent.number is not None:
            return ()
        leaves: dict[Symbol, str | Symbol] = {
            working.arrived: self.tell.leaf(f"g{node.id}"),
            working.output: self.tell.leaf(node.id),
        }
        names = [f"d{place}", f"g{node.id}"]
        for operand, edge in zip(working.operands, self.workings.arguments(node), strict=True):
            leaves[operand] = self.tell.leaf(self.tell.value_name(edge))
            names.append(self.tell.value_name(edge))
        names += [node.id] if node.id in [leaf.name for leaf in leaves_of([sent])] else []
        if not self.tell.all_known(names) or sent is working.arrived:
            return result
        written = in_words(sent, self._relative(working, k)) and in_numbers(sent, leaves)
        assert node.rule is not None
        if written is None and node.rule.pointwise and working.slopes[k] is not None:
            slope = working.slopes[k]
            assert slope is not None
            written = (Hole(self.tell.leaf(f"g{node.id}")), " × ", Hole(slope, bracketed=True))
        if written is None or len(written) == 1 or _negated(written):
            return result
        return (*written, " = ", *result)

    def _plain(self, node: Node, places: list[int]) -> Pieces:
        """Say what comes back where the rule itself cannot be said."""
        if not places:
            return (f"{node.symbol} passes nothing back.",)
        if len(places) > MANY:
            return (f"{node.symbol} sends a gradient back to each of {len(places)} operands.",)
        several = node.rule is None and (node.kind != "group" or node.times > 1)
        parts: list[Pieces] = []
        for i in places:
            edge, goal = self.edges[i], self.tell.goal(self.edges[i])
            words = "", "a gradient of shape "
            amount = self.tell.amount(f"d{i}", edge.gradient, edge.shape, *words)
            parts.append((goal,) if several else (*amount, f" to {goal}"))
        start = f"{node.symbol} sends back {'gradients to ' if several else ''}"
        return tidy((start, *listed(parts), "."))

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
        """Say a result as an expression where that is brief, else as a function."""
        said = None
        if working.result is not None and working.result not in called:
            said = self._brief(working.result, called)
        alone: list[Pieces] = [(x if isinstance(x, str) else Hole(x),) for x in called.values()]
        if said is None or any([alike(said, noun) for noun in alone]):
            return self.tell.function(node, list(called.values()))
        return _mathematical(said)

    def _brief(self, result: Symbol, called: Nouns) -> Pieces | None:
        """Say an expression that is brief; long names alone do not make it long."""
        unnamed = in_words(result, {operand: operand for operand in called}, BRIEF)
        if unnamed is None:
            return in_words(result, called, BRIEF)
        letters = sum([len(noun) for noun in called.values() if isinstance(noun, str)])
        # Each stands in what is brief BRIEF times at most.
        return in_words(result, called, BRIEF * (1 + letters))

    def _forward_numbers(self, node: Node, working: Working, called: Nouns, holes: Nouns) -> Pieces:
        """Write the same in numbers: as an expression where the words are one, else as a call."""
        values = list(holes.values())
        result = working.result
        if node.symbol == INDEX:
            return ()
        if result is None or result in called or self._brief(result, called) is None:
            return self.tell.function(node, values)
        return in_numbers(result, holes) or self.tell.function(node, values)


def _negated(pieces: Pieces) -> bool:
    """Whether an expression is no more than a number with its sign turned."""
    return len(pieces) == 2 and pieces[0] == "−" and isinstance(pieces[1], Hole)


def _mathematical(pieces: Pieces) -> Pieces:
    """Return an expression, a number whose sign is turned in brackets: ``−(3)``."""
    if not _negated(pieces):
        return pieces
    opened = [f"{x}(" if isinstance(x, str) else x._replace(bracketed=False) for x in pieces]
    return (*opened, ")")


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"
