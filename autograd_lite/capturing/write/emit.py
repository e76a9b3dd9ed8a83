"""Emitting: a program as Python source that calls NumPy, a line for each call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import Any

from autograd_lite.capturing.plan.blocks import Block
from autograd_lite.capturing.plan.floats import Floats
from autograd_lite.capturing.plan.grouping import Step
from autograd_lite.capturing.plan.memory import Layout
from autograd_lite.capturing.plan.overwriting import memory_of
from autograd_lite.capturing.program import Call, Check, Program, Source, Value, root_of
from autograd_lite.capturing.write.comments import comments_of, heading_of
from autograd_lite.capturing.write.listing import WIDTH, listed
from autograd_lite.capturing.write.looping import PAD, LoopWriter
from autograd_lite.capturing.write.naming import names_of
from autograd_lite.capturing.write.origins import Origin
from autograd_lite.capturing.write.paragraphs import groups_of
from autograd_lite.capturing.write.statements import Formulas
from autograd_lite.capturing.write.writing import Text

__all__ = ["Text", "emitted"]

FEW = 16  # arrays of a kind that have a line each


MEMORY = '''

def memory_of(size):
    """Return what finds arrays in one block of memory: many take turns in the same place."""
    block = empty(size + 64, uint8)
    start = -block.ctypes.data % 64  # where a line of the processor's cache begins

    def memory(offset, shape, dtype, strides=None):
        return ndarray(shape, dtype, block, start + offset, strides)

    return memory
'''


def emitted(program: Program, layout: Layout, origin: Origin) -> Text:
    """Return a program as source."""
    return _Emitter(program, layout, origin).text


class _Emitter(LoopWriter):
    """Writes the whole: what is made once, and the step."""

    def __init__(self, program: Program, layout: Layout, origin: Origin) -> None:
        groups = groups_of(layout.calls)
        formulas = Formulas(program, groups)
        formulas.names = names = names_of(program, layout, formulas, origin)
        super().__init__(program, layout, names)
        self.origin = self.text.origin = origin
        self.text.program, self.text.names = program, names
        self.comments.update(comments_of(program, groups, formulas))
        self.checks: dict[Value, list[Check]] = {}
        for check in program.checks:
            self.checks.setdefault(check.value, []).append(check)
        for first, above in list(self.comments.items()) if self.merged.counted else ():
            told = [f"# {names[call.result]} = " for call in self.merged.counted]
            self.comments[first] = [line for line in above if not line.startswith(tuple(told))]
        self.given: set[Value] = set()  # memory that is somebody else's after the run
        self.gradients: list[str] = []
        self.heard = self._heard()
        self.waiting: list[str] = []  # comments of calls that the setup makes
        self._sort_inputs()
        body = list(self._body())
        self.text.source = "\n".join([*self._head(), *self._setup(), *body, ""])

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
        lines = heading_of(self.program, self.layout, self.names, self.origin)
        if self.layout.size:
            self.imports.update(["empty", "ndarray", "uint8"])
        lines += ["", *sorted(self.modules)]
        if self.imports:
            lines += _imported(sorted(self.imports))
        if self.kernels or self.spreads:
            lines.append("")
        if self.kernels:
            kernels = ", ".join(sorted(self.kernels))
            lines.append(f"from autograd_lite.capturing.record.kernels import {kernels}")
        if self.spreads:
            lines.append("from autograd_lite.capturing.replay.lanes import spread")
        if self.layout.size:
            lines += MEMORY.rstrip().split("\n")
        lines += ["", "", "def make(outside, constants, draws, errors, trap):"]
        if outside:
            lines += listed("[", outside.split(", "), "] = outside", "    ")
        return lines

    def _setup(self) -> list[str]:
        """Return what is made once: numbers and constants, then places in memory."""
        lines = [f"    {line}" for line in self.constant_lines]
        if self.layout.size:
            lines.append(f"    memory = memory_of({self.layout.size})")
            lines += [x for kind, found in self.places.items() for x in _found(kind, found)]
        return lines + [f"    {line}" if line else "" for line in self.setup]

    # ---- the step

    def call(self, call: Call) -> list[str]:
        """Return the lines that make a call; a count that must be a certain one is asked for."""
        counted = self.merged.counted.get(call)
        if counted is None:
            return super().call(call)
        value, number, check = counted
        self.imports.add("count_nonzero")
        return self._raised(f"count_nonzero({self.use(value)}) != {number}", check)

    def _body(self) -> Iterator[str]:
        given = ", ".join([self.names[value] for value in self.text.arguments])
        layout = self.layout
        lines: list[str] = []
        listening = False
        for place, step in enumerate(layout.steps):
            if place == layout.early:
                lines.extend(self._barrier())
                listening = False
            more, listening = self._step(step, listening)
            lines.extend([PAD + line if line else "" for line in more])
        if layout.early == len(layout.steps):
            lines.extend(self._barrier())
        lines.extend(self._endings())
        yield ""
        yield f"    def step({given}):"
        for line in lines[lines[:1] == [""] :]:
            yield "    " + line if line else ""
        yield ""
        yield "    return step"

    def _heard(self) -> set[str]:
        """Return the phases whose invalid operations are reported to the trap.

        Those of backward; and all before it where a call of forward is quiet, because to change
        NumPy's error state takes as long as several small calls.
        """
        early = self.layout.early_calls
        phases = {call.note.phase for call in early}
        quiet = any([call.quiet and call.note.phase != "backward" for call in early])
        return phases if quiet and "backward" in phases else {"backward"}

    def _step(self, step: Step | Floats, listening: bool) -> tuple[list[str], bool]:
        """Return the lines of a step, and whether invalid operations are reported after it."""
        if isinstance(step, Floats):
            return self._floats(step, listening)
        if not isinstance(step, Block):
            return self._listened([step], self.call, listening=listening)
        phases = {call.note.phase for call in step.calls}
        lines = self._phase_of(step.calls[0])
        both = self._both(phases)
        if both or ("forward" in phases and "forward" not in self.heard):
            listening = False
        elif not phases.isdisjoint(self.heard) and not listening:
            listening = True
            lines.append(self._listen())
        block = self.block(step, self._body_of(both))
        lines.extend(_indented(block, PAD * listening))
        for call in step.calls:
            lines.extend(_indented(self._checks(call), PAD * listening))
        return lines, listening

    def _floats(self, group: Floats, listening: bool) -> tuple[list[str], bool]:
        """Return the lines of a group of numbers; of both phases, it listens itself in one."""
        lines = self._phase_of(group.calls[0])
        if group.note.phase == "forward" and "forward" not in self.heard:
            listening = False
        elif group.note.phase in self.heard and not listening:
            listening = True
            lines.append(self._listen())
        more = group.lines(self)
        more += [line for call in group.calls for line in self._checks(call)]
        return lines + _indented(more, PAD * listening), listening

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
            begins = call.note.phase in self.heard and not listening
            above = self._phase_of(call) if begins else []
            more = self._noted(call, write) + (self._checks(call) if write == self.call else [])
            if not more:
                continue  # a view that the setup makes
            if call.note.phase == "forward" and "forward" not in self.heard:
                listening = False
            elif begins:
                listening = True
                lines.extend([*above, self._listen()])
            lines.extend(_indented(more, PAD * listening))
        return lines, listening

    def _both(self, phases: set[str]) -> bool:
        """Whether of these phases one is listened to and the other is not."""
        return "forward" in phases and "backward" in phases and "forward" not in self.heard

    def _listen(self) -> str:
        self.imports.add("errstate")
        return 'with errstate(invalid="call", over="ignore", call=trap):'

    def _phase_of(self, call: Call) -> list[str]:
        """Return the header of a phase that a call begins: it stands above the `with`."""
        self._wait_no_more(call)
        above = self.comments.get(call, [])
        if above[:1] != [""] or not "".join(above[1:2]).startswith("# ----"):
            return []
        self.comments[call] = above[3:] if above[2:3] == [""] else above[2:]
        return above[:2]

    def _noted(self, call: Call, write: Callable[[Call], list[str]]) -> list[str]:
        """Return the lines of a call, below the comments that stand there."""
        self._wait_no_more(call)
        lines = write(call)
        if write == self.call:  # a part of a block has another shape
            lines = self._shaped(call, lines)
        above = self.comments.pop(call, [])
        if not lines:
            self.waiting = above
            return []
        return [*above, *lines]

    def _wait_no_more(self, call: Call) -> None:
        """Put comments that had no lines yet above a call; but it may begin something else."""
        waiting, self.waiting = self.waiting, []
        above = self.comments.get(call, [])
        if above and waiting[1:2] and waiting[1].startswith("# ----") and len(above) == 2:
            waiting = waiting[:2]  # the header of the phase
        elif above[:1] == [""]:
            waiting = []  # another paragraph
        if waiting:
            self.comments[call] = [*waiting, *above]

    def _shaped(self, call: Call, lines: list[str]) -> list[str]:
        """Add a shape to the first line that fills an array."""
        names = [self.names[r] for r in call.results]
        if not lines or not self.told.isdisjoint(names) or lines[0].endswith(":"):
            return lines
        self.told.update(names)
        shapes = ", ".join([str(r.shape) for r in call.results])
        return [f"{lines[0]}  # {shapes}", *lines[1:]]

    def _checks(self, call: Call) -> list[str]:
        """Return the lines that check the results of a call."""
        if call in self.merged.counted:
            return []  # its line is the check
        found = [check for result in call.results for check in self.checks.get(result, ())]
        return [line for check in found for line in self._check(check)]

    def _check(self, check: Check) -> list[str]:
        name = self.use(check.value)
        if check.error is None:
            self.imports.add("isnan")
            return [f"if isnan({name}).any():", "    trap.sprung = True"]
        return self._raised(f"not {name}", check)

    def _raised(self, condition: str, check: Check) -> list[str]:
        """Return the lines that raise what a check says."""
        assert check.error is not None
        if check.error not in self.text.errors:
            self.text.errors.append(check.error)
        place = self.text.errors.index(check.error)
        words = wrap(check.message, WIDTH - 30, drop_whitespace=False)
        if len(words) == 1:
            return [f"if {condition}:", f"    raise errors[{place}]({words[0]!r})"]
        return [
            f"if {condition}:",
            f"    raise errors[{place}](",
            *[f"        {part!r}" for part in words],
            "    )",
        ]

    # ---- what is left behind

    def _barrier(self) -> list[str]:
        """Return what runs after everything that may fail, before anything is written."""
        lines = []
        computed = {result for call in self.layout.calls for result in call.results}
        for value, checks in self.checks.items():
            for check in checks if value not in computed else ():
                lines.extend(["    " + line for line in self._check(check)])
        lines.append("")
        lines.append(
            "    if trap.sprung:  # something became NaN, and nothing has been changed yet"
        )
        lines.append("        return None")
        early = {r for call in self.layout.early_calls for r in call.results}
        for i, value in enumerate(self.program.outputs):
            if value in early or root_of(value) in early or value not in computed:
                lines.append(f"    out{i} = {self._own(value)}")
        for gradient in self.program.gradients:
            if gradient.value is not None:
                lines.extend(self._handed_on(gradient.value))
        return lines

    def _handed_on(self, value: Value) -> list[str]:
        """Return the line that makes a gradient an array of its own; note its name."""
        name, own = self.use(value), self._own(value)
        if own == name:
            self.gradients.append(name)
            return []
        self.gradients.append(f"gradient{len(self.gradients)}")
        return [f"    {self.gradients[-1]} = {own}"]

    def _own(self, value: Value) -> str:
        """Return an expression for an array in nobody else's memory: given away only once."""
        memory = memory_of(value)
        fresh = memory is not None and type(memory.origin) is Call
        fresh = fresh and value not in self.layout.homes and memory not in self.given
        if memory is not None:
            self.given.add(memory)
        if fresh and value.shape:
            return self.use(value)
        make = "asarray" if fresh else "array"
        self.imports.add(make)
        return f"{make}({self.use(value)})"

    def _endings(self) -> list[str]:
        lines = []
        late = self.layout.calls[len(self.layout.early_calls) :]
        made_late = {result for call in late for result in call.results}
        for i, value in enumerate(self.program.outputs):
            if value in made_late and root_of(value) in made_late:
                lines.append(f"    out{i} = {self._own(value)}")
        lines.extend(self._written_back())
        outputs = ", ".join([f"out{i}" for i in range(len(self.program.outputs))])
        lines += listed(f"return [{outputs}], [", self.gradients, "]", PAD, WIDTH - 4)
        return lines

    def _written_back(self) -> list[str]:
        """Return lines that bring values into arrays from outside that were computed elsewhere."""
        homes = self.layout.homes
        left = [e for e in self.program.effects if homes.get(e.value) is not e.source]
        if not left:
            return []
        self.imports.add("copyto")
        if not any([type(root_of(e.value).origin) is Source for e in left]):
            return [f"    copyto({self.names[e.source]}, {self.use(e.value)})" for e in left]
        names = [self.names[effect.source] for effect in left]
        values = [self.use(effect.value) for effect in left]
        before = [f"    {n}_after = {v}.copy()" for n, v in zip(names, values, strict=True)]
        return before + [f"    copyto({name}, {name}_after)" for name in names]


def _order(value: Value) -> tuple[int, int]:
    origin: Any = value.origin
    return (0, origin.holder) if origin.kind == "argument" else (1, value.number)


def _found(kind: str, places: dict[str, int]) -> list[str]:
    """Return the lines that find arrays of one kind; Python is long about many lines of cells."""
    if len(places) <= FEW:
        return [f"    {name} = memory({place}, {kind})" for name, place in places.items()]
    offsets = [str(place) for place in places.values()]
    return [
        *listed("[", list(places), "] = [", "    "),
        f"        memory(place, {kind})",
        *listed("for place in (", offsets, ")", "        "),
        "    ]",
    ]


def _indented(lines: Sequence[str], pad: str) -> list[str]:
    return [pad + line if line else "" for line in lines]


def _imported(names: list[str]) -> list[str]:
    """Return what imports names from NumPy: in parentheses where that takes several lines."""
    line = f"from numpy import {', '.join(names)}"
    return [line] if len(line) <= WIDTH else listed("from numpy import (", names, ")")
