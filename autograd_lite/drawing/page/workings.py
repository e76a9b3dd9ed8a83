"""The workings of a graph: every operation's own rule, run once on symbols."""

from __future__ import annotations

from collections import defaultdict
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd_lite.drawing.page.expressions import computed, leaves_of
from autograd_lite.drawing.page.symbols import NotSymbolicError, Symbol, Symbols

if TYPE_CHECKING:
    from autograd_lite.arrays import Array
    from autograd_lite.graph.description import Description, Edge, Node

__all__ = ["CLOSE", "Working", "Workings", "recorded_numbers", "result_name"]

CLOSE = 1e-5  # of float32, computed again operation by operation


class Working(NamedTuple):
    """What one operation does, as expressions.

    Attributes
    ----------
    operands : tuple of Symbol
        A leaf ``f3_0`` for each argument of ``f3``.
    result : Symbol or None
        What forward makes of them.
    output : Symbol
        The leaf ``f3``, which stands for that result wherever the rule reads it.
    arrived : Symbol
        The leaf ``gf3``: the gradient of the result.
    sent : tuple of Symbol or None
        What the rule sends back to each argument.
    slopes : tuple of Symbol or None
        The same for a gradient of 1.
    asked : tuple of Symbol
        Operands that may hold a NaN which the result leaves out.
    refusal : str or None
        Why the rule does not run on symbols.
    """

    operands: tuple[Symbol, ...]
    result: Symbol | None
    output: Symbol
    arrived: Symbol
    sent: tuple[Symbol | None, ...] = ()
    slopes: tuple[Symbol | None, ...] = ()
    asked: tuple[Symbol, ...] = ()
    refusal: str | None = None


class Workings:
    """The workings of every operation of a graph.

    Attributes
    ----------
    incoming, outgoing : dict
        From a node's id to the numbers of its edges: by argument, and in order of use.
    of : dict
        From an operation's id to its Working.
    numbers : dict
        The recorded numbers, as :func:`recorded_numbers` names them.
    fixed : tuple of str
        Operations that choose by a condition which was recorded as data.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite.drawing.page.workings import Workings
    >>> x = ag.Variable(3.0, name="x")
    >>> Workings(ag.describe(x * 2)).of["f0"].sent
    (<multiply>, None)
    """

    def __init__(self, description: Description) -> None:
        self.description = description
        self.nodes = {node.id: node for node in description.nodes}
        self.incoming: dict[str, list[int]] = defaultdict(list)
        self.outgoing: dict[str, list[int]] = defaultdict(list)
        for i, edge in enumerate(description.edges):
            self.incoming[edge.target].append(i)
            self.outgoing[edge.source].append(i)
        for places in self.incoming.values():
            places.sort(key=lambda i: description.edges[i].position)
        self.symbols = Symbols()
        self.numbers = recorded_numbers(description)
        self.fixed: tuple[str, ...] = ()
        self.of = {
            node.id: self._worked(node)
            for node in description.nodes
            if node.kind not in ("input", "constant", "output")
        }

    def arguments(self, node: Node) -> list[Edge]:
        """Return the edges that come into a node, by argument."""
        return [self.description.edges[i] for i in self.incoming[node.id]]

    def source_of(self, leaf: str) -> str:
        """Return the name of the value that a leaf stands for: an operand's is its source's."""
        node, found, position = leaf.partition("_")
        if not found:
            return leaf
        edge = self.description.edges[self.incoming[node][int(position)]]
        return result_name(edge.source, edge.output)

    def _worked(self, node: Node) -> Working:
        edges = self.arguments(node)
        leaf = self.symbols.leaf
        operands = tuple(
            [leaf(f"{node.id}_{i}", e.shape, e.dtype or "float64") for i, e in enumerate(edges)]
        )
        outline = node.shape, node.dtype or "float64"
        output, arrived = leaf(node.id, *outline), leaf(f"g{node.id}", *outline)
        refusal = self._unfit(node)
        if refusal is None:
            try:
                working = self._run(node, Working(operands, None, output, arrived))
                refusal = self._disagreement(node, working)
                if refusal is None:
                    return working
            except NotSymbolicError as error:
                refusal = str(error)
        return Working(operands, None, output, arrived, refusal=refusal)

    def _unfit(self, node: Node) -> str | None:
        if node.rule is None:
            return "it stands for several operations"
        outputs = {self.description.edges[i].output for i in self.outgoing[node.id]}
        return "it has several results" if outputs - {0} else None

    def _run(self, node: Node, empty: Working) -> Working:
        symbols, operands = self.symbols, empty.operands
        symbols.asked, symbols.fixed = [], False
        results, slopes, sent = self._replayed(node, operands, empty.arrived)
        if len(results) != 1 or not isinstance(results[0], Symbol):
            raise NotSymbolicError("its result is no expression")
        if results[0].shape != node.shape:
            raise NotSymbolicError("its result has another shape")
        if any([gx is not None and not isinstance(gx, Symbol) for gx in sent]):
            raise NotSymbolicError("its gradient is no expression")
        if symbols.fixed:
            self.fixed += (node.name or node.symbol,)
        result = results[0]
        if result.parts and not any([result is x for x in operands]):
            sent, slopes = (self._reading(empty, result, given) for given in (sent, slopes))
        asked = tuple(symbols.asked)
        return empty._replace(result=result, sent=sent, slopes=slopes, asked=asked)

    def _reading(self, empty: Working, result: Symbol, given: tuple[Any, ...]) -> tuple[Any, ...]:
        """Let a rule that reads the result read the value that is there."""
        wanted = [gx for gx in given if gx is not None]
        found = iter(self.symbols.substituted(wanted, result, empty.output))
        return tuple([None if gx is None else next(found) for gx in given])

    def _disagreement(self, node: Node, working: Working) -> str | None:
        """Compare what the expressions give for the recorded numbers with what was recorded."""
        assert working.result is not None
        wanted = {node.id: working.result}
        if not node.hooked:  # what arrived is not what the rule was given
            pairs = zip(self.incoming[node.id], working.sent, strict=True)
            wanted |= {f"d{i}": sent for i, sent in pairs if sent is not None}
        for name, expression in wanted.items():
            leaves = leaves_of([expression])
            sources = [self.source_of(leaf.name) for leaf in leaves]
            if name not in self.numbers or not all([x in self.numbers for x in sources]):
                continue
            values = {x.name: self.numbers[y] for x, y in zip(leaves, sources, strict=True)}
            (found,) = computed([expression], values)
            if not _close(found, self.numbers[name]):
                return "its formula alone does not give the recorded numbers"
        return None

    def _replayed(
        self, node: Node, operands: tuple[Symbol, ...], arrived: Symbol
    ) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
        """Run forward, the rule for a gradient of 1, and the rule."""
        xp, rule = self.symbols.namespace, node.rule
        assert rule is not None
        try:
            results = rule.forward(xp, *operands)
            self.symbols.turn_over()  # the rule reads what forward kept, or computes it again
            one = xp.ones(node.shape, arrived.dtype)
            return results, rule.backward(one), rule.backward(arrived)
        except NotSymbolicError:
            raise
        except Exception as error:  # a user's rule may raise anything
            msg = f"its rule gives {type(error).__name__}"
            raise NotSymbolicError(msg) from error


def result_name(source: str, output: int) -> str:
    """Return what a result is called in a program: ``f3``, a second one ``f3o1``."""
    return f"{source}o{output}" if output else source


def _close(found: float, recorded: float) -> bool:
    """Whether a number is the recorded one, which is 0 where no gradient met an infinite slope."""
    if isnan(found):
        return isnan(recorded) or recorded == 0
    return found == recorded or abs(found - recorded) <= CLOSE * max(abs(found), abs(recorded))


def recorded_numbers(description: Description) -> dict[str, float]:
    """Return the single numbers of a graph by their names in a program.

    ``v0``, ``c0`` and ``f0`` are values (``f0o1`` a second result), ``d3`` is the gradient of
    edge 3, ``gf0`` that of a result, added up over its uses. A result that is told with several
    values, as of copies that are drawn as one, has none.
    """
    numbers: dict[str, float] = {}
    several: set[str] = set()
    totals: dict[str, float | None] = {}
    for node in description.nodes:
        _note(numbers, node.id, node.value)
    for i, edge in enumerate(description.edges):
        name = result_name(edge.source, edge.output)
        before = numbers.get(name)
        _note(numbers, name, edge.value)
        if before is not None and before != numbers[name] and not isnan(before):
            several.add(name)
        _note(numbers, f"d{i}", edge.gradient)
        gradient, total = numbers.get(f"d{i}"), totals.get(name, 0.0)
        if edge.gradient is None and edge.gradient_range is None:
            totals.setdefault(name, total)
        else:
            totals[name] = None if gradient is None or total is None else total + gradient
    numbers.update({f"g{name}": total for name, total in totals.items() if total is not None})
    for node in description.nodes:
        if node.kind == "input":  # more may have come back to it than is drawn
            _note(numbers, f"g{node.id}", node.gradient)
    return {name: x for name, x in numbers.items() if name not in several}


def _note(numbers: dict[str, float], name: str, value: Array | None) -> None:
    if value is not None and value.size == 1 and value.dtype.kind in "fiub":
        numbers[name] = float(value.reshape(()))
