"""Planning: in which order the calls of a program run, and where each value lives.

What anything may still fail in comes first; what only updates comes last.
"""

from __future__ import annotations

from autograd_lite.capturing.plan.floats import Floats, gathered
from autograd_lite.capturing.plan.grouping import Step, calls_of, grouped
from autograd_lite.capturing.plan.homes import settle
from autograd_lite.capturing.plan.memory import Layout, allocate
from autograd_lite.capturing.plan.overwriting import with_copies
from autograd_lite.capturing.program import Call, Program, Value, read_by, root_of

__all__ = ["laid_out"]

NEVER = 1 << 60


def laid_out(program: Program, threads: int = 1) -> Layout:
    """Return an order of the calls, and a place for every value.

    Parameters
    ----------
    program : Program
    threads : int
        The most that may work on a block.
    """
    early, late = _parted(program)
    fixed = {check.value for check in program.checks if check.error is not None}
    kept = {*program.kept, *[check.value for check in program.checks]}
    later = {value for call in late for value in read_by(call)}
    first = gathered(grouped(early, kept | later, fixed, threads=threads), kept | later)
    then = gathered(grouped(late, kept, fixed, threads=threads), kept)
    first, then = _with_copies(first, then, program)
    layout = Layout([*first, *then], len(first))
    last = _last_uses(program, layout)
    settle(program, layout, last)
    allocate(program, layout, last)
    return layout


def _with_copies(
    first: list[Step | Floats], then: list[Step | Floats], program: Program
) -> tuple[list[Step | Floats], list[Step | Floats]]:
    """Return the steps with a copy before each write into what is still to be read."""
    calls = [call for step in [*first, *then] for call in calls_of(step)]
    if not any([call.writes is not None for call in calls]):
        return first, then
    before = {group[-1]: group[:-1] for group in with_copies(calls, program.kept)}

    def prepared(steps: list[Step | Floats]) -> list[Step | Floats]:
        return [
            one
            for step in steps
            for one in ([*before[step], step] if isinstance(step, Call) else [step])
        ]

    return prepared(first), prepared(then)


def _parted(program: Program) -> tuple[list[Call], list[Call]]:
    """Part the calls into those that anything may fail in, and those that only update."""
    needed = {*program.outputs, *[check.value for check in program.checks]}
    needed.update(g.value for g in program.gradients if g.value is not None)
    early: list[Call] = []
    late: list[Call] = []
    for call in reversed(program.calls):
        first = call.note.phase == "backward" or call.function == "draw"
        if first or not needed.isdisjoint(call.results):
            early.append(call)
            needed.update(read_by(call))
        else:
            late.append(call)
    return early[::-1], late[::-1]


def _last_uses(program: Program, layout: Layout) -> dict[Value, int]:
    """Return for each root value the place of the last call that reads it, itself or by a view."""
    last: dict[Value, int] = {}
    place = 0
    checked = {check.value for check in program.checks}
    for step in layout.steps:
        for call in calls_of(step):
            for value in read_by(call):
                last[root_of(value)] = place
            for result in call.results:
                last.setdefault(root_of(result), place)
            place += 1
        for call in calls_of(step):
            if call.results[0] in checked:
                last[call.results[0]] = place  # looked at after the whole step
    for value in program.kept:
        last[root_of(value)] = NEVER
    return last
