"""Twofold: a function that runs on Python's floats or, where they do not do, on NumPy's numbers.

Written once. Who calls it says which kind of numbers, and whose exp and log.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.capturing.plan.formulas import FUNCTIONS, RAISING, formula
from autograd_lite.capturing.program import Value
from autograd_lite.capturing.write.listing import WIDTH, listed

if TYPE_CHECKING:
    from autograd_lite.capturing.plan.floats import Floats
    from autograd_lite.capturing.write.writing import Writer

__all__ = ["twofold"]

INNER = WIDTH - 8  # characters of a line inside the step


def twofold(group: Floats, writer: Writer) -> list[str]:
    """Return the lines that compute the results of a group; the setup gets the function."""
    return _Function(group, writer).lines()


class _Function:
    """Writes the function of one group, and its uses."""

    def __init__(self, group: Floats, writer: Writer) -> None:
        self.group = group
        self.writer = writer
        self.names = {v: writer.names[v] for call in group.calls for v in call.results}
        self.numbers: dict[str, str] = {}  # parameters for numbers that may come out as they are
        used = {call.function for call in group.calls} & set(FUNCTIONS)
        self.functions = sorted(used)
        phases = [call.note.phase == "backward" for call in group.calls]
        raising = [call.function in RAISING for call in group.calls]
        self.guarded = bool(group.watched) or any(raising)
        self.parted = self.guarded and any(phases) and not all(phases)

    def lines(self) -> list[str]:
        """Return the lines of the step; what they call is added to the setup."""
        operands = self.group.operands
        given = [f"{self.writer.use(value)}.item()" for value in operands]
        self.names.update({value: self.writer.names[value] for value in operands})
        targets, after = self._targets()
        name = self._define()
        given += self.numbers
        ours = [f"math.{FUNCTIONS[f]}" for f in self.functions]
        theirs = [*self.functions]
        if self.parted:
            ours.append("nullcontext")
            theirs.append('lambda: errstate(invalid="call", call=trap)')
        self._import()
        assigned = listed("[", targets, "] = numbers", width=INNER)
        if not self.guarded:
            called = listed(f"numbers = {name}(", [*given, *ours], ")", width=INNER)
            return [*called, *assigned, *after]
        floats = "*[array(x)[()] for x in given]"
        return [
            *listed("given = [", given, "]", width=INNER),
            "try:",
            *listed(f"numbers, sound = {name}(", ["*given", *ours], ")", "    ", INNER),
            "except (ArithmeticError, ValueError):",
            "    sound = False",
            "if not sound:",
            *listed(f"numbers, _ = {name}(", [floats, *theirs], ")", "    ", INNER),
            *assigned,
            *after,
        ]

    def _import(self) -> None:
        """Let the head import what the function is given."""
        if self.guarded:
            self.writer.imports.update(["array", *self.functions])
        if self.functions:
            self.writer.modules.add("import math")
        if self.parted:
            self.writer.imports.add("errstate")
            self.writer.modules.add("from contextlib import nullcontext")

    def _targets(self) -> tuple[list[str], list[str]]:
        """Return what the results are assigned to, and lines that make arrays of them."""
        layout = self.writer.layout
        targets, after = [], []
        for value in self.group.results:
            name = self.writer.use(value)
            if value in layout.offsets or value in layout.homes:
                targets.append(f"{name}[()]")
            else:
                targets.append(name)
                after.append(f"{name} = array({name})")
                self.writer.imports.add("array")
        return targets, after

    def _define(self) -> str:
        """Let the setup define the function; return its name."""
        name = f"numbers_{self.group.calls[0].result.number}"
        body = self._body()
        heard = ["listening"] if self.parted else []
        parameters = [self.names[value] for value in self.group.operands]
        parameters += [*self.numbers.values(), *self.functions, *heard]
        results = [self.names[value] for value in self.group.results]
        sound = [f"{v} == {v}" for v in [self.names[value] for value in self.group.watched]]
        returned = listed("return [", results, "]", "    ", INNER)
        if self.guarded:
            told = wrap(" and ".join(sound) or "True", INNER - 8)
            returned[-1] += f", {told[0]}" if len(told) == 1 else ", ("
            returned += [f"        {part}" for part in told if len(told) > 1]
            returned += ["    )"] * (len(told) > 1)
        self.writer.setup += [
            "",
            *listed(f"def {name}(", parameters, "):", width=INNER),
            *["    " + line if line else "" for line in body],
            *returned,
        ]
        return name

    def _body(self) -> list[str]:
        """Return a line for each call."""
        lines: list[str] = []
        pad = ""
        for call in self.group.calls:
            backward = self.parted and call.note.phase == "backward"
            if backward and not pad:
                lines.append("with listening():")
            pad = "    " if backward else ""
            above = self.writer.comments.pop(call, ())
            lines += [pad + line if line else "" for line in above]
            text = formula(call, self._written, self._chosen)
            lines.append(f"{pad}{self.names[call.result]} = {text}")
        return lines

    def _written(self, x: Any) -> str:
        """Return how an operand is written: by its name, or as a number."""
        if type(x) is Value:
            if x.origin is not None:
                return self.names[x]
            x = x.array.item()
        x = x if type(x) in (bool, np.bool_) else float(x)
        if x != x or x in (np.inf, -np.inf):
            self.writer.imports.add("nan" if x != x else "inf")
        return repr(x if type(x) is not np.bool_ else bool(x))

    def _chosen(self, x: Any) -> str:
        """Return the same for an operand that may be the result: of the kind of all others."""
        text = self._written(x)
        if type(x) is Value and x.origin is not None:
            return text
        return self.numbers.setdefault(text, f"number_{len(self.numbers)}")
