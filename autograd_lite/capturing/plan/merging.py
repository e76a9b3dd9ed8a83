"""Merging: two calls that one line does, without an array between them.

``valid = count_nonzero(target) == 100`` before a check asks a Python number; a number times ones,
converted, is the number converted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from autograd_lite.capturing.plan.memory import Layout, placed
from autograd_lite.capturing.program import Call, Check, Program, Value, read_by, root_of

__all__ = ["Merged", "merged"]


@dataclass(frozen=True, slots=True)
class Merged:
    """What is written otherwise than as a line for each call.

    Attributes
    ----------
    left_out : set of Call
        Calls without a line of their own.
    counted : dict of Call to (Value, int, Check)
        Comparisons of a count with a number: what is counted, the number, and what depends on it.
    spread : dict of Call to Value
        Conversions, with the number that they convert in place of their operand.
    """

    left_out: set[Call] = field(default_factory=set)
    counted: dict[Call, tuple[Value, int, Check]] = field(default_factory=dict)
    spread: dict[Call, Value] = field(default_factory=dict)


def merged(program: Program, layout: Layout) -> Merged:
    """Return the calls of a layout that are written together with the next one."""
    found = Merged()
    checks = {check.value: check for check in program.checks if check.error is not None}
    for first, second in _pairs(program, layout):
        counted, check = _compared(first, second), checks.get(second.results[0])
        if counted is not None and check is not None:
            found.counted[second] = (*counted, check)
        elif (number := _spread(first, second)) is not None:
            found.spread[second] = number
        else:
            continue
        found.left_out.add(first)
    return found


def _pairs(program: Program, layout: Layout) -> Iterator[tuple[Call, Call]]:
    """Yield calls of which only the next one reads the result."""
    uses = Counter([root_of(v) for call in layout.calls for v in read_by(call)])
    uses.update([root_of(v) for v in program.kept])
    uses.update([root_of(check.value) for check in program.checks])
    for first, second in pairwise(layout.steps):
        if not (isinstance(first, Call) and isinstance(second, Call)):
            continue
        if first.results[0] in second.operands and uses[first.results[0]] == 1:
            yield first, second


def _compared(first: Call, second: Call) -> tuple[Value, int] | None:
    """Return what is counted and with which number the count is compared, if so."""
    if first.function != "count_nonzero" or first.options or len(first.args) != 1:
        return None
    if second.function != "equal" or second.options or second.args[0] is not first.result:
        return None
    number = second.args[1]
    if type(number) is Value and number.constant and number.shape == ():
        number = number.array.item()
    return (first.args[0], number) if type(number) is int else None


def _spread(first: Call, second: Call) -> Value | None:
    """Return the number that is multiplied by ones, then converted in a place of its own."""
    if (first.function, second.function) != ("multiply", "astype") or not placed(second):
        return None
    number, ones = first.args
    if type(number) is not Value or type(ones) is not Value or not ones.constant:
        return None
    same = number.shape == () and number.dtype == first.result.dtype and not number.constant
    return number if same and bool((ones.array == 1).all()) else None
