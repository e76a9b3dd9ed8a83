"""Statements: what several calls compute together, as one line of mathematics for a comment.

A value that is read once, by the next calls of the same operation, is written into the expression
of its reader: ``1 / (1 + exp(-a1))`` for four calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd_lite.capturing.plan.knowledge import REDUCTIONS, is_view
from autograd_lite.capturing.program import Call, Program, Value, root_of
from autograd_lite.capturing.write.paragraphs import Group

__all__ = ["Formulas"]

_OPERATORS = {  # with how strongly they bind
    "add": ("+", 1),
    "subtract": ("-", 1),
    "multiply": ("*", 2),
    "divide": ("/", 2),
    "power": ("**", 4),
    "equal": ("==", 0),
    "not_equal": ("!=", 0),
    "less": ("<", 0),
    "less_equal": ("<=", 0),
    "greater": (">", 0),
    "greater_equal": (">=", 0),
}
ATOM, SIGN = 5, 3


class Formulas:
    """The formulas of a program, as comments give them: conversions and options are left out.

    Parameters
    ----------
    program : Program
    groups : list of Group
        Of the calls of the layout.
    """

    longest = 180  # characters

    def __init__(self, program: Program, groups: Sequence[Group]) -> None:
        self.program = program
        self.names: Mapping[Value, str] = {}
        self.group_of: dict[Call, int] = {}
        self.readers: dict[Value, Call] = {}
        uses: Counter[Value] = Counter()
        for i, group in enumerate(groups):
            for call in group.calls:
                self.group_of[call] = i
                for value in [] if is_view(call) else call.operands:
                    uses[root_of(value)] += 1
                    self.readers[root_of(value)] = call
                if call.writes is not None:
                    uses[root_of(call.writes)] += 2
        kept = [*program.outputs, *[e.value for e in program.effects]]
        kept += [check.value for check in program.checks]
        kept += [g.value for g in program.gradients if g.value is not None]
        self.apart = {value for value, count in uses.items() if count > 1}
        self.apart.update([root_of(value) for value in kept])

    def inlined(self, value: Value) -> bool:
        """Whether a value is written into the expression of the only one that reads it."""
        origin = value.origin
        if type(origin) is not Call or value in self.apart or len(origin.results) != 1:
            return False
        if origin.writes is not None or origin.function == "draw" or is_view(origin):
            return False
        reader = self.readers.get(value)
        return reader is not None and self.group_of[reader] == self.group_of[origin]

    def statements(self, calls: Sequence[Call]) -> dict[Call, str]:
        """Return the formulas of a group's calls, each with the first of the calls it stands over.

        Calls of one formula that others part from the rest are left without it.
        """
        found: dict[Call, str] = {}
        work = [call for call in calls if not is_view(call)]
        for end, call in enumerate(work):
            if any([self.inlined(result) for result in call.results]):
                continue
            parts = self._parts(call)
            start = end
            while start > 0 and work[start - 1] in parts:
                start -= 1
            text = self._formula(call)
            if text is not None and (len(parts) > 1 or self._says_more(call)):
                found[work[start]] = text
        return found

    def _parts(self, call: Call) -> set[Call]:
        """Return the calls that one expression is made of."""
        parts: set[Call] = set()
        pending = [call]
        while pending:
            part = pending.pop()
            parts.add(part)
            for value in part.operands:
                origin = root_of(value).origin
                if type(origin) is Call and self.inlined(root_of(value)):
                    pending.append(origin)
        return parts

    def _says_more(self, call: Call) -> bool:
        """Whether the formula of one call tells what the call does not."""
        viewed = any([type(v.origin) is Call and is_view(v.origin) for v in call.operands])
        return viewed or call.function == "matmul" or call.function in REDUCTIONS

    def _formula(self, call: Call) -> str | None:
        if call.writes is not None or call.function in ("draw", "copy") or len(call.results) > 1:
            return None
        text = f"{self.names[call.result]} = {self._expression(call)[0]}"
        return text if len(text) <= self.longest else None

    # ---- expressions, each with how strongly it binds

    def _of(self, x: Any) -> tuple[str, int]:
        if type(x) is not Value:
            return _plain(x, self._digits)
        origin = x.origin
        if origin is None and x.size and (x.array == x.array.flat[0]).all():
            return _plain(x.array.flat[0], self._digits)
        viewed = type(origin) is Call and is_view(origin) and not self._is_named(x, origin)
        if type(origin) is Call and (viewed or self.inlined(x)):
            return self._expression(origin)
        return self.names[x], ATOM

    def _is_named(self, view: Value, call: Call) -> bool:
        """Whether a view is better known by its name than by what it is a view of."""
        whole = call.function == "getitem" and type(call.args[1]) is tuple
        rate = whole and all([type(part) is int or part is ... for part in call.args[1]])
        return view in self.program.roles or rate

    def _within(self, x: Any, least: int) -> str:
        text, binding = self._of(x)
        return text if binding >= least else f"({text})"

    def _factor(self, x: Any, least: int) -> str:
        """Return a factor of a matrix product: by its name, where it is one number all over."""
        constant = type(x) is Value and x.origin is None
        return self.names[x] if constant else self._within(x, least)

    def _expression(self, call: Call) -> tuple[str, int]:
        function, args = call.function, call.args
        if function == "matmul" and _is_ones(args[0]):
            return f"sum({self._of(args[1])[0]}, axis=0)", ATOM
        if function == "matmul":
            return " @ ".join([self._factor(args[0], 2), self._factor(args[1], 3)]), 2
        if function in _OPERATORS and len(args) == 2:
            sign, binding = _OPERATORS[function]
            left = self._within(args[0], binding + (function == "power"))
            right = self._within(args[1], binding + 1)
            return f"{left} {sign} {right}" if binding < SIGN else f"{left}{sign}{right}", binding
        if function == "negative":
            return f"-{self._within(args[0], SIGN)}", SIGN
        if function == "reciprocal":
            return f"1 / {self._within(args[0], SIGN)}", 2
        if function == "square":
            return f"{self._within(args[0], ATOM)}**2", 4
        if function == "transpose" and not call.options and len(args) == 1:
            return f"{self._within(args[0], ATOM)}.T", ATOM
        if function in ("copy", "astype", "ascontiguousarray"):
            return self._of(args[0])
        if function == "getitem":
            return f"{self._within(args[0], ATOM)}[{self._index(args[1])}]", ATOM
        if function == "reshape":
            lengths = args[1] if type(args[1]) is tuple else (args[1],)
            shape = ", ".join([self._of(length)[0] for length in lengths])
            return f"{self._within(args[0], ATOM)}.reshape({shape})", ATOM
        given = [self._of(x)[0] for x in args]
        given += [f"{key}={self._of(x)[0]}" for key, x in self._told(call).items()]
        return f"{function}({', '.join(given)})", ATOM

    def _told(self, call: Call) -> dict[str, Any]:
        """Return the options that are worth telling."""
        plain = {key: x for key, x in call.options.items() if x is not None and x is not False}
        return {key: x for key, x in plain.items() if key != "dtype"}

    def _digits(self, number: Any) -> str:
        """Return a number as one would write it: 0.001 where it is 0.0010000000000000009."""
        return f"{number:.6g}" if isinstance(number, float | np.floating) else str(number)

    def _index(self, index: Any) -> str:
        if type(index) is tuple:
            parts = [part for part in index if part is not ...] or [...]
            return ", ".join([self._index(part) for part in parts])
        if type(index) is slice:
            return f"{_blank(index.start)}:{_blank(index.stop)}" + (
                f":{index.step}" if index.step is not None else ""
            )
        return self._of(index)[0]


def _blank(x: Any) -> str:
    return "" if x is None else str(x)


def _is_ones(x: Any) -> bool:
    """Whether a product with this from the left is the sum of each column."""
    return len(x.shape) == 1 and x.constant and bool((x.array == 1).all())


def _plain(x: Any, digits: Callable[[Any], str]) -> tuple[str, int]:
    """Return a number, an axis or a shape as text."""
    if x is ...:
        return "...", ATOM
    if isinstance(x, float | int | np.generic) and not isinstance(x, bool):
        text = digits(x)
        text = text.removesuffix(".0")
        return text, SIGN if text.startswith("-") else ATOM
    if type(x) is tuple and len(x) == 1:
        return _plain(x[0], digits)
    return repr(x) if type(x) is str else str(x), ATOM
