"""The arithmetic of a scalar graph as a program, for a page on which inputs can be changed.

The program is what the operations' own forwards and rules did with symbols, node by node. It is
printed as JavaScript; it also runs here, to be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite, isnan
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from autograd_lite.drawing.page.expressions import Scribble, computed, leaves_of, literal
from autograd_lite.drawing.page.symbols import Symbol
from autograd_lite.drawing.page.workings import Workings, result_name

if TYPE_CHECKING:
    from autograd_lite.graph.description import Node

__all__ = ["Program", "program_of", "why_not_live"]

FLOATS = ("float64", "float32")


class Given(NamedTuple):
    """A constant, or the gradient that an output starts with."""

    name: str
    value: float


class Value(NamedTuple):
    """The result of an operation, and what of its operands a NaN may be left out of."""

    name: str
    expression: Symbol
    asked: tuple[Symbol, ...] = ()


class Total(NamedTuple):
    """A gradient: the sum of those that came back, in the order in which they did."""

    name: str
    parts: tuple[str, ...]
    single: bool  # float32


class Sent(NamedTuple):
    """What a rule sends back, under these names.

    ``kind`` says what becomes of a NaN that the rule made itself: 0 again for a gradient of
    exactly 0 (``"pointwise"``), for any gradient (``"selects"``), or nothing (``""``).
    """

    names: tuple[str, ...]
    expressions: tuple[Symbol, ...]
    arrived: str
    kind: str


Statement: TypeAlias = Given | Value | Total | Sent


class Program(NamedTuple):
    """Statements in the order of the graph, forward then backward; `inputs` are set before."""

    inputs: tuple[str, ...]
    single: tuple[str, ...]  # inputs of float32
    statements: tuple[Statement, ...]
    workings: Workings

    def script(self, holes: Mapping[str, Symbol] | None = None) -> str:
        """Print a JavaScript function from the inputs' values to all values and gradients.

        Parameters
        ----------
        holes : mapping of str to Symbol, optional
            More expressions to be computed, and the names of their values.

        Returns
        -------
        str
            An expression; it calls ``calm`` and the ``np…`` functions of the page.
        """
        return "\n".join(_printed(self, holes or {}))

    def run(self, inputs: Mapping[str, float]) -> dict[str, float]:
        """Compute all values and gradients here, in the dtypes of the graph.

        Examples
        --------
        >>> import autograd_lite as ag
        >>> from autograd_lite.drawing.page.live import program_of
        >>> from autograd_lite.drawing.page.workings import Workings
        >>> x = ag.Variable(3.0, name="x")
        >>> found = program_of(Workings(ag.describe(x * x))).run({"v0": 4.0})
        >>> found["f0"], found["gv0"]
        (16.0, 8.0)
        """
        return _Run(self, inputs).values


def why_not_live(workings: Workings) -> str | None:
    """Say in a few words why the inputs of a graph cannot be live; None where they can."""
    description = workings.description
    if any([node.times > 1 or node.kind == "group" for node in description.nodes]):
        return "parts of the graph stand for many"
    for edge in description.edges:
        if edge.shape not in ((), (1,), (1, 1)) or edge.dtype not in FLOATS:
            what = "×".join([str(n) for n in edge.shape]) or edge.dtype
            return f"the graph holds more than single float numbers ({what})"
        if edge.value is None:
            return "a value is not held any more"
    for node in description.nodes:
        if node.hooked:
            return "a hook changes gradients"
        working = workings.of.get(node.id)
        if working is not None and working.refusal is not None:
            return f"{node.symbol or node.name} cannot be written as one formula: {working.refusal}"
        if node.kind == "input" and not all([isfinite(x) for x in _only(node)]):
            return "an input is infinite or NaN"
        if node.changed:
            return "a value was written after the graph read it"
    return None


def _only(node: Node) -> list[float]:
    """Return the one number that a node holds, if it does."""
    return [] if node.value is None else [float(node.value.reshape(()))]


def program_of(workings: Workings) -> Program:
    """Return the program of a graph all of whose rules run on symbols."""
    nodes = [node for node in workings.description.nodes if node.kind == "input"]
    inputs = tuple([node.id for node in nodes])
    single = tuple([node.id for node in nodes if node.dtype == "float32"])
    return Program(inputs, single, tuple(_statements(workings)), workings)


def _statements(workings: Workings) -> Iterator[Statement]:
    description = workings.description
    operations = [node for node in description.nodes if node.id in workings.of]
    for node in description.nodes:
        if node.kind == "constant" and node.value is not None:
            yield Given(node.id, float(node.value.reshape(())))
    for node in operations:
        working = workings.of[node.id]
        assert working.result is not None
        yield Value(node.id, working.result, working.asked)
    arriving: dict[str, list[str]] = {}
    for i, edge in enumerate(description.edges):
        if edge.target[0] == "y" and edge.gradient is not None:
            yield Given(f"d{i}", float(edge.gradient.reshape(())))
            arriving.setdefault(result_name(edge.source, edge.output), []).append(f"d{i}")
    if not arriving:
        return
    for node in reversed(operations):
        yield from _passed(workings, node, arriving)
    for node in description.nodes:
        if node.id in arriving and node.kind == "input":
            yield Total(f"g{node.id}", tuple(arriving[node.id]), node.dtype == "float32")


def _passed(workings: Workings, node: Node, arriving: dict[str, list[str]]) -> Iterator[Statement]:
    """Yield what backward does at a node, and note what reaches its operands."""
    parts = arriving.get(node.id)
    if parts is None:
        return
    working, places = workings.of[node.id], workings.incoming[node.id]
    yield Total(f"g{node.id}", tuple(parts), node.dtype == "float32")
    names, expressions = [], []
    for i, sent in zip(places, working.sent, strict=True):
        if sent is not None:
            names.append(f"d{i}")
            expressions.append(sent)
            arriving.setdefault(workings.description.edges[i].source, []).append(f"d{i}")
    rule = node.rule
    assert rule is not None
    kind = "selects" if rule.selects else "pointwise" if rule.pointwise else ""
    yield Sent(tuple(names), tuple(expressions), f"g{node.id}", kind)


def _simple(expression: Symbol) -> bool:
    """Whether an expression can be no NaN unless a leaf is."""
    inner = expression.parts[0] if expression.operation == "negative" else expression
    return inner.operation in ("leaf", "number")


class _Run:
    """Computes a program's values."""

    def __init__(self, program: Program, inputs: Mapping[str, float]) -> None:
        self.source_of = program.workings.source_of
        self.values = dict(inputs)
        self.always = False
        hidden = {s.name: s.asked for s in program.statements if isinstance(s, Value)}
        for statement in program.statements:
            if isinstance(statement, Given):
                self.values[statement.name] = statement.value
            elif isinstance(statement, Value):
                (self.values[statement.name],) = self._computed((statement.expression,))
            elif isinstance(statement, Total):
                self.values[statement.name] = self._total(statement)
            else:
                asked = hidden[statement.arrived[1:]]
                self.always |= any([isnan(x) for x in self._computed(asked)])
                self._send(statement)

    def _computed(self, expressions: tuple[Symbol, ...]) -> list[float]:
        return computed(expressions, self._read(expressions))

    def _read(self, expressions: tuple[Symbol, ...]) -> dict[str, float]:
        names = [leaf.name for leaf in leaves_of(expressions)]
        return {name: self.values[self.source_of(name)] for name in names}

    def _total(self, total: Total) -> float:
        kind = np.float32 if total.single else np.float64
        added = kind(self.values[total.parts[0]])
        with np.errstate(all="ignore"):
            for part in total.parts[1:]:
                added = kind(added + kind(self.values[part]))
        return float(added)

    def _send(self, sent: Sent) -> None:
        results = self._computed(sent.expressions)
        reads = [self._read((expression,)) for expression in sent.expressions]
        fresh = [
            isnan(result) and not any([isnan(x) for x in read.values()])
            for result, read in zip(results, reads, strict=True)
        ]
        arrived = self.values[sent.arrived]
        nothing = arrived == arrived if sent.kind == "selects" else arrived == 0
        calm = bool(sent.kind) and nothing and (self.always or any(fresh))
        for name, result in zip(sent.names, results, strict=True):
            self.values[name] = 0.0 if calm and isnan(result) else result


def _printed(program: Program, holes: Mapping[str, Symbol]) -> Iterator[str]:
    """Yield the lines of the JavaScript function."""
    scribble = Scribble(program.workings.source_of)
    asked = {s.name: s.asked for s in program.statements if isinstance(s, Value)}
    names = list(program.inputs)
    yield f"({{{','.join(names)}}})=>{{"
    yield from [f"{name}=Math.fround({name});" for name in program.single]
    if any(asked.values()):
        yield "let always=false;"
    for statement in program.statements:
        if isinstance(statement, Sent):
            names += statement.names
            hidden = asked[statement.arrived[1:]]
            yield from _hiding(scribble, hidden)
            yield from _sent(scribble, statement, watched=any(asked.values()))
            continue
        names.append(statement.name)
        if isinstance(statement, Given):
            yield f"const {statement.name}={literal(statement.value)};"
        elif isinstance(statement, Total):
            yield f"const {statement.name}={_added(statement)};"
        else:
            yield from _assigned(scribble, (statement.name,), (statement.expression,))
    yield from _assigned(scribble, tuple(holes), tuple(holes.values()))
    yield f"return {{{','.join([*names, *holes])}}};}}"


def _assigned(
    scribble: Scribble, names: tuple[str, ...], expressions: tuple[Symbol, ...]
) -> Iterator[str]:
    shared, texts = scribble.printed(expressions)
    yield from shared
    for name, text in zip(names, texts, strict=True):
        yield f"const {name}={text};"


def _added(total: Total) -> str:
    """Return a sum, of float32 rounded after each step."""
    text = total.parts[0]
    for part in total.parts[1:]:
        text = f"Math.fround({text}+{part})" if total.single else f"{text}+{part}"
    return text


def _hiding(scribble: Scribble, asked: tuple[Symbol, ...]) -> Iterator[str]:
    if asked:
        shared, texts = scribble.printed(asked)
        yield from shared
        yield f"always||={'||'.join([f'Number.isNaN({text})' for text in texts])};"


def _sent(scribble: Scribble, sent: Sent, *, watched: bool) -> Iterator[str]:
    """Yield what a rule sends back; through ``calm`` where it may be a NaN."""
    if not sent.kind or all([_simple(expression) for expression in sent.expressions]):
        yield from _assigned(scribble, sent.names, sent.expressions)
        return
    shared, texts = scribble.printed(sent.expressions)
    yield from shared
    reads = [
        ",".join([scribble.name_of(leaf) for leaf in leaves_of((expression,))])
        for expression in sent.expressions
    ]
    pairs = ",".join([f"[{text},[{read}]]" for text, read in zip(texts, reads, strict=True)])
    nothing = (
        f"{sent.arrived}===0" if sent.kind == "pointwise" else f"!Number.isNaN({sent.arrived})"
    )
    always = "always" if watched else "false"
    yield f"const [{','.join(sent.names)}]=calm({always},{nothing},[{pairs}]);"
