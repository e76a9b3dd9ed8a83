"""Floats: calls on single numbers, gathered so that Python computes them.

A call to NumPy takes a quarter of a microsecond, however small its arrays; Python multiplies two
floats in a tenth of that. Calls on 0-d float64 arrays that follow each other become one function.

Its formulas run on Python's floats first. Where Python raises (1.0 / 0.0, exp(1000.0)), or where
backward made a NaN, the same function runs again on NumPy's numbers: they give infinities and NaN
as arrays do, and tell the trap of what is invalid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from autograd_lite.capturing.plan.formulas import SWALLOWING, has_formula
from autograd_lite.capturing.program import Call, Note, Value, read_by
from autograd_lite.capturing.write.twofold import twofold

if TYPE_CHECKING:
    from autograd_lite.capturing.write.writing import Writer

__all__ = ["Floats", "gathered"]

# Nanoseconds, measured on one machine: what a call on 0-d arrays takes more than a formula, what it
# takes to go through a function, to read an array, and to write one.
_SAVED, _ENTERING, _READING, _WRITING = 250, 250, 40, 50
MANY = 16  # calls: fewer are easier to read as what they are


class Group(Protocol):
    """Calls that something else gathered."""

    @property
    def calls(self) -> list[Call]:
        """In their order."""


Step = TypeVar("Step", bound=Call | Group)


@dataclass(eq=False, slots=True)
class Floats:
    """Calls that become one function of Python floats.

    Attributes
    ----------
    calls : list of Call
    operands : list of Value
        What they read that others computed.
    results : list of Value
        What others read.
    watched : list of Value
        Those that show, by being NaN, that something invalid happened in backward.
    note : Note
        Of the first call.
    """

    calls: list[Call]
    operands: list[Value]
    results: list[Value]
    watched: list[Value]
    note: Note

    def lines(self, writer: Writer) -> list[str]:
        """Return the lines that compute the results; the setup gets the function."""
        return twofold(self, writer)


def gathered(steps: Sequence[Step], kept: Iterable[Value]) -> list[Step | Call | Floats]:
    """Return the steps in an order with gathered calls in the place of those that it pays for.

    Parameters
    ----------
    steps : sequence of Call or Group
    kept : iterable of Value
        What is read after them.
    """
    single: set[Call | Group] = {
        step for step in steps if isinstance(step, Call) and has_formula(step)
    }
    return _Gathering(steps, single, kept).steps if len(single) > 1 else list(steps)


class _Gathering(Generic[Step]):
    """Goes through the steps; others that need nothing of the gathered calls go ahead of them."""

    def __init__(
        self, steps: Sequence[Step], single: set[Call | Group], kept: Iterable[Value]
    ) -> None:
        self.kept = set(kept)
        self.reads: dict[Call | Group, list[Value]] = {
            step: [v for call in _calls(step) for v in read_by(call)] for step in steps
        }
        self.readers: defaultdict[Value, list[Call | Group]] = defaultdict(list)
        for step, values in self.reads.items():
            for value in values:
                self.readers[value].append(step)
        self.steps: list[Step | Call | Floats] = []
        self.open: list[Call] = []
        self.made: set[Value] = set()
        for step in steps:
            if isinstance(step, Call) and step in single:
                self.open.append(step)
                self.made.add(step.result)
                continue
            if self.open and self._waits(step):
                self._close()
            self.steps.append(step)
        if self.open:
            self._close()

    def _waits(self, step: Step) -> bool:
        """Whether a step must stay behind the gathered calls."""
        other_phase = _calls(step)[0].note.phase != self.open[-1].note.phase
        return other_phase or not self.made.isdisjoint(self.reads[step])

    def _close(self) -> None:
        """End the group; let its calls be as they are where they are too few."""
        group = self._group()
        cost = _ENTERING + _READING * len(group.operands) + _WRITING * len(group.results)
        if len(group.calls) >= MANY and len(group.calls) * _SAVED > cost:
            self.steps.append(group)
        else:
            self.steps.extend(group.calls)
        self.open, self.made = [], set()

    def _group(self) -> Floats:
        calls = self.open
        read = {value: None for call in calls for value in self.reads[call]}
        operands = [v for v in read if v not in self.made and not v.constant]
        results = [call.result for call in calls if self._is_read_outside(call.result)]
        watched = [call.result for call in calls if self._is_watched(call)]
        return Floats(calls, operands, results, watched, calls[0].note)

    def _is_read_outside(self, value: Value) -> bool:
        return value in self.kept or not all([self._has(r) for r in self.readers[value]])

    def _is_watched(self, call: Call) -> bool:
        """Whether backward computes a number, and no other shows by being NaN that it is."""
        if call.note.phase != "backward" or call.result.dtype.kind != "f":
            return False
        readers = self.readers[call.result]
        return call.result in self.kept or not all([self._shows(r) for r in readers])

    def _has(self, step: Call | Group) -> bool:
        return isinstance(step, Call) and step.results[0] in self.made

    def _shows(self, step: Call | Group) -> bool:
        """Whether a step is a call of the group that is NaN where its operands are."""
        if not (isinstance(step, Call) and self._has(step)):
            return False
        return step.note.phase == "backward" and step.function not in SWALLOWING


def _calls(step: Call | Group) -> Sequence[Call]:
    return [step] if isinstance(step, Call) else step.calls
