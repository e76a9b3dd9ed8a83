"""Homes: what ends up in an array from outside is computed right there."""

from __future__ import annotations

from autograd_lite.capturing.plan.blocks import Block
from autograd_lite.capturing.plan.knowledge import elementwise, takes_out
from autograd_lite.capturing.plan.memory import Layout, part_by_part, returned_by
from autograd_lite.capturing.program import Call, Program, Source, Value, root_of, values_in

__all__ = ["settle"]


def settle(program: Program, layout: Layout, last: dict[Value, int]) -> None:
    """Let what ends up in an array from outside be computed there, as far back as it can be."""
    calls, early = layout.calls, len(layout.early_calls)
    place_of = {call.results[0]: i for i, call in enumerate(calls)}
    blocks = [step for step in layout.steps if isinstance(step, Block)]
    block_of = {call.result: block for block in blocks for call in block.calls}
    returned = {root_of(v) for v in returned_by(program)}
    taken: set[Value] = set()
    for effect in program.effects:
        source, value = effect.source, effect.value
        chain: list[Value] = []
        here: Value | None = value
        while here is not None and here is not source:
            place = place_of.get(here, -1)
            fits = (here.shape, here.dtype) == (source.shape, source.dtype)
            if place < early or not fits or here in taken or here in returned:
                break
            call = calls[place]
            if not (takes_out(call) and elementwise(call.function)):
                break
            if last.get(source, -1) > place:
                break  # its old value is still to be read
            if here in block_of and not _settles_in(source, here, block_of[here]):
                break
            if call.function == "where" and source in map(root_of, values_in(call.args[:2])):
                break  # written in two strokes
            chain.append(here)
            here = None if call.function == "where" else _operand_like(call, source, last, place)
        for settled in chain:
            layout.homes[settled] = source
            taken.add(settled)


def _settles_in(source: Value, value: Value, block: Block) -> bool:
    """Whether the parts of a value can be written into an array from outside."""
    if block.cut.shape is not None and value.strides != source.strides:
        return False  # its elements in a row would be a copy
    origin = source.origin
    bound = type(origin) is Source and origin.kind in ("leaf", "array")
    return bound and part_by_part(source, block)


def _operand_like(call: Call, source: Value, last: dict[Value, int], place: int) -> Value | None:
    """Return the operand that a call reads for the last time, of the shape of an array."""
    for operand in call.operands:
        if operand is source:
            return operand
    for operand in call.operands:
        if operand.view_of is None and operand.shape == source.shape and last[operand] == place:
            return operand
    return None
