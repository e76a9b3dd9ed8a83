"""Memory: where each value of a program lives, from its first use to its last.

One block of memory serves all; a value takes the place of others that nobody reads any more. An
elementwise call writes over an operand that it is the last to read. What ends up in an array from
outside is written there, once nothing can fail any more.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograd_lite.capturing.knowledge import elementwise, is_view, takes_out
from autograd_lite.capturing.program import Call, Program, Value

__all__ = ["Layout", "laid_out", "placed", "returned_by", "root_of"]

ALIGNMENT = 64  # bytes: a line of the processor's cache
NEVER = 1 << 60


@dataclass(eq=False, slots=True)
class Layout:
    """Where values live.

    Attributes
    ----------
    calls : list of Call
        In the order in which they run.
    early : int
        How many of them run before anything from outside is written.
    offsets : dict
        Of the values in the block of memory: where they begin, in bytes.
    size : int
        Of the block, in bytes.
    homes : dict
        The values that are written into an array from outside, with that array's first value.
    takes : dict
        The values that take the very place of another, with the other.
    """

    calls: list[Call]
    early: int
    offsets: dict[Value, int] = field(default_factory=dict)
    size: int = 0
    homes: dict[Value, Value] = field(default_factory=dict)
    takes: dict[Value, Value] = field(default_factory=dict)


def root_of(value: Value) -> Value:
    """Return the value whose memory a view shares, or the value itself."""
    while value.view_of is not None:
        value = value.view_of
    return value


def laid_out(program: Program) -> Layout:
    """Return an order of the calls, and a place for every value."""
    early, late = _parted(program)
    layout = Layout([*early, *late], len(early))
    last = _last_uses(program, layout.calls)
    _settle(program, layout, last)
    _allocate(program, layout, last)
    return layout


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
            needed.update(call.operands)
            if call.writes is not None:
                needed.add(call.writes)
        else:
            late.append(call)
    return early[::-1], late[::-1]


def _last_uses(program: Program, calls: Sequence[Call]) -> dict[Value, int]:
    """Return for each root value the place of the last call that reads it, itself or by a view."""
    last: dict[Value, int] = {}
    for place, call in enumerate(calls):
        for value in call.operands:
            last[root_of(value)] = place
        if call.writes is not None:
            last[root_of(call.writes)] = place
        for result in call.results:
            last.setdefault(root_of(result), place)
    for value in _kept(program):
        last[root_of(value)] = NEVER
    return last


def _kept(program: Program) -> list[Value]:
    """Return the values that are read after the last call."""
    kept = [*program.outputs, *[effect.value for effect in program.effects]]
    return kept + [g.value for g in program.gradients if g.value is not None]


def returned_by(program: Program) -> set[Value]:
    """Return what becomes somebody else's, in fresh memory of its own."""
    values = {value for value in program.outputs if value.view_of is None}
    return values | {g.value for g in program.gradients if g.value is not None}


def placed(call: Call) -> bool:
    """Whether a call needs to be told where its result goes."""
    return not is_view(call) and takes_out(call)


def _settle(program: Program, layout: Layout, last: dict[Value, int]) -> None:
    """Let what ends up in an array from outside be computed there, as far back as it can be."""
    place_of = {call.results[0]: i for i, call in enumerate(layout.calls)}
    returned = {root_of(v) for v in returned_by(program)}
    taken: set[Value] = set()
    for effect in program.effects:
        source, value = effect.source, effect.value
        chain: list[Value] = []
        here: Value | None = value
        while here is not None and here is not source:
            place = place_of.get(here, -1)
            fits = (here.shape, here.dtype) == (source.shape, source.dtype)
            if place < layout.early or not fits or here in taken or here in returned:
                break
            if here is not value and last[here] >= place_of[chain[-1]] + 1:
                break
            call = layout.calls[place]
            if not (takes_out(call) and elementwise(call.function)):
                break
            if last.get(source, -1) > place:
                break  # its old value is still to be read
            chain.append(here)
            here = _operand_like(call, source, last, place)
        for settled in chain:
            layout.homes[settled] = source
            taken.add(settled)


def _operand_like(call: Call, source: Value, last: dict[Value, int], place: int) -> Value | None:
    """Return the operand that a call reads for the last time, of the shape of an array."""
    for operand in call.operands:
        if operand is source:
            return operand
    for operand in call.operands:
        if operand.view_of is None and operand.shape == source.shape and last[operand] == place:
            return operand
    return None


def _allocate(program: Program, layout: Layout, last: dict[Value, int]) -> None:
    """Give every other value that can be told its place one in the block."""
    space = _Space()
    ending: dict[int, list[Value]] = {}
    sizes: dict[Value, int] = {}
    returned = returned_by(program)
    for place, call in enumerate(layout.calls):
        result = call.results[0]
        if placed(call) and result not in layout.homes and result not in returned:
            taken = _takes_over(call, layout, last, place)
            if taken is not None:
                layout.takes[result] = taken
                layout.offsets[result] = layout.offsets[taken]
                sizes[result] = sizes.pop(taken)
            else:
                sizes[result] = size = _bytes(result)
                layout.offsets[result] = space.take(size)
            end = last[result]
            if end != NEVER:
                ending.setdefault(end, []).append(result)
        for value in ending.pop(place, ()):
            if value in sizes:
                space.give(layout.offsets[value], sizes.pop(value))
    layout.size = space.end


def _takes_over(call: Call, layout: Layout, last: dict[Value, int], place: int) -> Value | None:
    """Return the value in whose memory an elementwise call can leave its result, if any."""
    if not elementwise(call.function) or call.function == "where":
        return None
    result = call.result
    for operand in call.operands:
        root = root_of(operand)
        if (
            root in layout.offsets
            and last[root] == place
            and root.size == result.size
            and (operand.shape, operand.dtype, operand.strides)
            == (result.shape, result.dtype, result.strides)
        ):
            return root
    return None


def _bytes(value: Value) -> int:
    size = value.size * value.dtype.itemsize
    return max(-(-size // ALIGNMENT) * ALIGNMENT, ALIGNMENT)


class _Space:
    """Free parts of a growing block: the smallest that fits is taken first."""

    def __init__(self) -> None:
        self.free: list[tuple[int, int]] = []  # (size, start)
        self.end = 0

    def take(self, size: int) -> int:
        for i, (room, start) in enumerate(self.free):
            if room >= size:
                del self.free[i]
                if room > size:
                    insort(self.free, (room - size, start + size))
                return start
        start = self.end
        self.end += size
        return start

    def give(self, start: int, size: int) -> None:
        """Take back a part, and join it with its neighbours."""
        joined = []
        for part in self.free:
            room, begin = part
            if begin + room == start:
                start, size = begin, size + room
            elif start + size == begin:
                size += room
            else:
                joined.append(part)
        self.free = joined
        insort(self.free, (size, start))
