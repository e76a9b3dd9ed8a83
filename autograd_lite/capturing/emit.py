"""Emitting: a program as Python source that calls NumPy, a line for each call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from autograd_lite.capturing.blocks import Block
from autograd_lite.capturing.floats import Floats
from autograd_lite.capturing.grouping import Step
from autograd_lite.capturing.knowledge import is_view
from autograd_lite.capturing.looping import PAD, LoopWriter
from autograd_lite.capturing.memory import Layout, returned_by, root_of
from autograd_lite.capturing.naming import names_of
from autograd_lite.capturing.program import Call, Check, Note, Program, Source, Value
from autograd_lite.capturing.writing import Text

__all__ = ["Text", "emitted"]


def emitted(program: Program, layout: Layout, arguments: list[str]) -> Text:
    """Return a program as source."""
    return _Emitter(program, layout, arguments).text


class _Emitter(LoopWriter):
    """Writes the whole: what is made once, and the step."""

    def __init__(self, program: Program, layout: Layout, arguments: list[str]) -> None:
        super().__init__(program, layout, names_of(program, layout, arguments))
        self.checks = {check.value: check for check in program.checks}
        self.note = Note()
        self.gradients: list[str] = []
        self._sort_inputs()
        body = list(self._body())
        self.text.source = "\n".join([*self._head(), *self.setup, *body, ""])

    # ---- what comes from outside

    def _sort_inputs(self) -> None:
        for value in self.program.inputs:
            each_run = value.origin.kind in ("argument", "gradient")  # type: ignore[union-attr]
            (self.text.arguments if each_run else self.text.outside).append(value)
            if not each_run:
                self.known.add(value)
        self.text.arguments.sort(key=_order)

    def _head(self) -> list[str]:
        outside = ", ".join([self.names[value] for value in self.text.outside])
        lines = [*sorted(self.modules), f"from numpy import {', '.join(sorted(self.imports))}"]
        if self.spreads:
            lines += ["", "from autograd_lite.capturing.lanes import spread"]
        lines += ["", ""]
        lines.append("def make(outside, constants, draws, errors, trap):")
        if outside:
            lines.append(f"    [{outside}] = outside")
        if self.layout.size:
            lines.append(f"    memory = empty({self.layout.size + 64}, uint8)")
            lines.append("    start = -memory.ctypes.data % 64")
        return lines

    # ---- the step

    def _body(self) -> Iterator[str]:
        self.imports.update(["empty", "uint8"])
        given = ", ".join([self.names[value] for value in self.text.arguments])
        layout = self.layout
        lines: list[str] = []
        listening = False
        for place, step in enumerate(layout.steps):
            if place == layout.early:
                lines.extend(self._barrier())
                listening = False
            more, listening = self._step(step, listening)
            lines.extend([PAD + line for line in more])
        if layout.early == len(layout.steps):
            lines.extend(self._barrier())
        lines.extend(self._endings())
        yield ""
        yield f"    def step({given}):"
        for line in lines:
            yield "    " + line
        yield ""
        yield "    return step"

    def _step(self, step: Step | Floats, listening: bool) -> tuple[list[str], bool]:
        """Return the lines of a step, and whether invalid operations are reported after it."""
        if isinstance(step, Floats):
            return self._floats(step, listening)
        if not isinstance(step, Block):
            return self._listened([step], self.call, listening=listening)
        phases = {call.note.phase for call in step.calls}
        lines: list[str] = []
        if "forward" in phases:
            listening = False
        elif "backward" in phases and not listening:
            listening = True
            lines.append(self._listen())
        both = "forward" in phases and "backward" in phases
        lines.extend([PAD * listening + line for line in self.block(step, self._body_of(both))])
        for call in step.calls:
            lines.extend([PAD * listening + line for line in self._checks(call)])
        return lines, listening

    def _floats(self, group: Floats, listening: bool) -> tuple[list[str], bool]:
        """Return the lines of a group of numbers; of both phases, it listens itself in one."""
        lines: list[str] = []
        if group.note.phase == "forward":
            listening = False
        elif group.note.phase == "backward" and not listening:
            listening = True
            lines.append(self._listen())
        self.note = group.note
        more = [self.comment(group.note), *group.lines(self)]
        more += [line for call in group.calls for line in self._checks(call)]
        return lines + [PAD * listening + line for line in more], listening

    def _body_of(self, both: bool) -> Callable[[list[Call]], list[str]]:
        """Return what writes the calls of a block; of `both` phases, it listens in one of them."""
        if both:
            return lambda calls: self._listened(calls, self.part_of_call, listening=False)[0]
        return lambda calls: [x for call in calls for x in self._noted(call, self.part_of_call)]

    def _listened(
        self, calls: Sequence[Call], write: Callable[[Call], list[str]], *, listening: bool
    ) -> tuple[list[str], bool]:
        """Return the lines of calls: those of backward report invalid operations to the trap."""
        lines: list[str] = []
        for call in calls:
            more = self._noted(call, write) + (self._checks(call) if write == self.call else [])
            if not more:
                continue  # a view that the setup makes
            if call.note.phase == "forward":
                listening = False
            elif call.note.phase == "backward" and not listening:
                listening = True
                lines.append(self._listen())
            lines.extend([PAD * listening + line for line in more])
        return lines, listening

    def _listen(self) -> str:
        self.imports.add("errstate")
        return 'with errstate(invalid="call", over="ignore", call=trap):'

    def _noted(self, call: Call, write: Callable[[Call], list[str]]) -> list[str]:
        """Return the lines of a call, with a comment where another operation begins."""
        lines = write(call)
        if lines and call.note != self.note:
            self.note = call.note
            return [self.comment(call.note), *lines]
        return lines

    def _checks(self, call: Call) -> list[str]:
        """Return the lines that check the results of a call."""
        return [
            line
            for result in call.results
            if result in self.checks
            for line in self._check(self.checks[result])
        ]

    def _check(self, check: Check) -> list[str]:
        name = self.use(check.value)
        if check.error is None:
            self.imports.add("isnan")
            return [f"if isnan({name}).any():", "    trap.sprung = True"]
        if check.error not in self.text.errors:
            self.text.errors.append(check.error)
        place = self.text.errors.index(check.error)
        return [f"if not {name}:", f"    raise errors[{place}]({check.message!r})"]

    def _barrier(self) -> list[str]:
        """Return what runs after everything that may fail, before anything is written."""
        lines = []
        computed = {result for call in self.layout.calls for result in call.results}
        for value, check in self.checks.items():
            if value not in computed:
                lines.extend(["    " + line for line in self._check(check)])
        lines.append("    if trap.sprung:")
        lines.append("        return None")
        early = {r for call in self.layout.early_calls for r in call.results}
        for i, value in enumerate(self.program.outputs):
            if value in early or root_of(value) in early or value not in computed:
                lines.extend(self._returned(i, value))
        return lines + self._handed_on()

    def _handed_on(self) -> list[str]:
        """Return lines that make each gradient an array of its own; note their names."""
        handed = set(self.program.outputs)
        lines = []
        for gradient in self.program.gradients:
            value = gradient.value
            if value is None:
                continue
            name = self.use(value)
            fresh = self._is_fresh(value) and value not in handed
            handed.add(value)
            if not fresh or value.shape == ():
                make = "asarray" if fresh else "array"
                self.imports.add(make)
                lines.append(f"    gradient{len(self.gradients)} = {make}({name})")
                name = f"gradient{len(self.gradients)}"
            self.gradients.append(name)
        return lines

    def _is_fresh(self, value: Value) -> bool:
        """Whether a value is in memory that a call has just made."""
        origin = value.origin
        if not isinstance(origin, Call) or is_view(origin) or value in self.layout.homes:
            return False
        return value in returned_by(self.program)

    def _endings(self) -> list[str]:
        lines = []
        late = self.layout.calls[len(self.layout.early_calls) :]
        made_late = {result for call in late for result in call.results}
        for i, value in enumerate(self.program.outputs):
            if value in made_late and root_of(value) in made_late:
                lines.extend(self._returned(i, value))
        homes = self.layout.homes
        left = [e for e in self.program.effects if homes.get(e.value) is not e.source]
        crossing = any([type(root_of(e.value).origin) is Source for e in left])
        for effect in left:
            self.imports.add("copyto")
            name = self.use(effect.value) + (".copy()" if crossing else "")
            if crossing:
                lines.append(f"    {self.names[effect.source]}_after = {name}")
            else:
                lines.append(f"    copyto({self.names[effect.source]}, {name})")
        if crossing:
            for effect in left:
                name = self.names[effect.source]
                lines.append(f"    copyto({name}, {name}_after)")
        outputs = [f"out{i}" for i in range(len(self.program.outputs))]
        gradients = ", ".join(self.gradients)
        lines.append(f"    return [{', '.join(outputs)}], [{gradients}]")
        return lines

    def _returned(self, place: int, value: Value) -> list[str]:
        """Return lines that make an output the caller's own."""
        fresh = self._is_fresh(value)
        twice = self.program.outputs.index(value) != place
        name = self.use(value)
        self.imports.add("array" if not fresh or twice else "asarray")
        make = f"asarray({name})" if fresh and not twice else f"array({name})"
        return [f"    out{place} = {make}"]


def _order(value: Value) -> tuple[int, int]:
    origin: Any = value.origin
    return (0, origin.holder) if origin.kind == "argument" else (1, value.number)
