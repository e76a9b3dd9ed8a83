"""Where values came from: what nodes remember in debug mode, and the way back to the leaves."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

from autograd_lite.arrays import Array
from autograd_lite.graph.function import Function, Notes, Outline, Output, Producer
from autograd_lite.graph.printing import format_number
from autograd_lite.graph.ranges import Range, on_host, outline_of, range_of
from autograd_lite.graph.variable import Variable

__all__ = [
    "Link",
    "Traced",
    "arguments_of",
    "beside",
    "kept_result",
    "line_of",
    "made_from",
    "marked_line",
    "operand_of",
    "owner_of",
    "result_of",
    "suspect",
    "title",
    "trace",
]

_PACKAGE = __name__.partition(".")[0] + "."
UNTRACED = "(made outside ag.debug())"
_NAMED = 2  # other arguments that a row names


class Traced(Notes):
    """The notes of a node made in debug mode; they hold no arrays and no other nodes."""

    __slots__ = ("arguments", "code", "instruction", "results", "rule")

    def __init__(self) -> None:
        super().__init__()
        self.arguments: tuple[Range, ...] = ()
        self.results: tuple[Range, ...] = ()
        self.code: CodeType | None = None
        self.instruction = 0
        self.rule: str | None = None  # the operation whose rule made this node


class Link(NamedTuple):
    """One row of the way from a leaf to a value, or from an operation to the loss."""

    title: str
    range: Range
    line: str


def trace(rule: str | None) -> Traced:
    """Make the notes of a new node: the nearest line of the call stack outside this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame = frame.f_back
    path, number = frame.f_code.co_filename, frame.f_lineno
    source = linecache.getline(path, number).strip()
    notes = Traced()
    notes.line = f"{Path(path).name}:{number}" + (f": {source}" if source else "")
    notes.code, notes.instruction = frame.f_code, frame.f_lasti
    notes.rule = rule
    return notes


def marked_line(node: Function) -> list[str]:
    """Return the line of a node with its own part underlined; empty where that is not known."""
    notes = node._notes
    if not isinstance(notes, Traced) or notes.code is None:
        return []
    positions = islice(notes.code.co_positions(), notes.instruction // 2, None)
    number, last, start, end = next(positions, (None, None, None, None))
    if number is None or number != last or start is None or end is None:
        return []
    line = linecache.getline(notes.code.co_filename, number).rstrip()
    coded = line.encode()  # positions count bytes
    if len(coded) < end:  # not the text that was compiled
        return []
    before, marked = (
        coded[:start].decode(errors="replace"),
        coded[start:end].decode(errors="replace"),
    )
    indent = len(line) - len(line.lstrip())
    return [line[indent:], " " * (len(before) - indent) + "^" * len(marked)]


def owner_of(producer: Function) -> tuple[Function, int]:
    """Return the node that computed, and which of its results `producer` stands for."""
    if isinstance(producer, Output):
        owner: Function = producer._left
        return owner, producer.index
    return producer, 0


def title(producer: Producer | None) -> str:
    """Return what a person calls it: ``leaf 'x'``, ``mul 'price'``, ``a constant``."""
    if producer is None:
        return "a constant"
    if isinstance(producer, Variable):
        return f"leaf {producer.name!r}" if producer.name is not None else "a leaf"
    owner, _ = owner_of(producer)
    named = producer._notes.name if producer._notes is not None else None
    words = [owner.name]
    if named is not None:
        words.append(repr(named))
    if isinstance(owner._notes, Traced) and owner._notes.rule is not None:
        words.append(f"in the rule of {owner._notes.rule}")
    return " ".join(words)


def line_of(node: Function) -> str:
    """Return the user's line that made a node."""
    line = node._notes.line if node._notes is not None else None
    return UNTRACED if line is None else line


def arguments_of(node: Function) -> tuple[Range, ...]:
    """Return what went into a recorded node, as far as is known."""
    notes = node._notes
    if isinstance(notes, Traced) and notes.arguments:
        return notes.arguments
    edges = enumerate(node.inputs)
    return tuple([_measured(_value_of(edge, node, position)) for position, edge in edges])


def result_of(producer: Producer) -> Range:
    """Return what a leaf or a node holds, as far as is known."""
    if isinstance(producer, Variable):
        return range_of(on_host(producer))
    owner, index = owner_of(producer)
    notes = owner._notes
    if isinstance(notes, Traced) and notes.results:
        return notes.results[index]
    return _measured(producer._value)


def operand_of(node: Function, position: int) -> Array | None:
    """Return the array that went into a recorded node, if anybody kept it."""
    name = node.operands[position] if position < len(node.operands) else ""
    kept = getattr(node, name, None) if name in node.keeps else None
    value = _value_of(node.inputs[position], node, position) if kept is None else kept
    return None if isinstance(value, Outline) else on_host(value)


def kept_result(node: Function) -> Array | None:
    """Return the first result of a recorded node, if anybody kept it."""
    name = node.outputs[0]
    kept = getattr(node, name, None) if name in node.keeps else None
    value = node._value if kept is None else kept
    return None if isinstance(value, Outline) else on_host(value)


def _value_of(producer: Producer | None, node: Function, position: int) -> Any:
    """Return what an edge carried, or its outline."""
    if producer is None:
        constant = node._constant
        return constant[position] if isinstance(constant, tuple) else constant
    return producer._data if isinstance(producer, Variable) else producer._value


def _measured(value: Any) -> Range:
    return outline_of(value) if isinstance(value, Outline) else range_of(on_host(value))


def made_from(node: Function, position: int, cause: str) -> Iterator[Link]:
    """Walk from an argument of a node back to a leaf or a constant, along the likeliest cause.

    Parameters
    ----------
    node : Function
    position : int
        Which of its arguments.
    cause : str
        What to look for: ``"bad"`` values, ``"zero"``, ``"negative"`` or ``"large"`` ones.
    """
    while True:
        producer = node.inputs[position]
        if producer is None or isinstance(producer, Variable):
            yield Link(title(producer), arguments_of(node)[position], "")
            return
        node, _ = owner_of(producer)
        ranges = arguments_of(node)
        if not any([_suspicion(found, cause) > 0 for found in ranges]):
            cause = "large"  # relu made a zero of what was none
        position = suspect(ranges, cause)
        yield Link(title(producer) + beside(node, position), result_of(producer), line_of(node))


def beside(node: Function, position: int) -> str:
    """Return what a node has besides one argument, to read after its title."""
    ranges = arguments_of(node)
    others = [
        format_number(found.low) if producer is None and not found.shape else title(producer)
        for i, (producer, found) in enumerate(zip(node.inputs, ranges, strict=True))
        if i != position
    ]
    more = [f"{len(others) - _NAMED} more"] if len(others) > _NAMED else []
    return f", with {' and '.join([*others[:_NAMED], *more])}" if others else ""


def suspect(ranges: Sequence[Range], cause: str) -> int:
    """Return which of several arguments shows a cause most."""
    return max(range(len(ranges)), key=lambda i: _suspicion(ranges[i], cause))


def _suspicion(found: Range, cause: str) -> float:
    if cause == "bad":
        return found.nans + found.infinities
    if cause == "zero":
        return found.zeros / max(found.zeros, 1)
    if cause == "negative":
        return -found.low if found.known else 0.0
    return found.largest
