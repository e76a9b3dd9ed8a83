"""Overwriting: where a program may write into the memory that a value has already.

Values never change; a write makes a new one. Where nobody reads the old value any more, the new one
takes its memory; where somebody does, or where it is not the program's own, a copy comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd_lite.capturing.program import Call, Value
from autograd_lite.capturing.record.vocabulary import VIEWING

__all__ = ["memory_of", "with_copies", "written"]

NEVER = 1 << 60


def written(value: Value) -> bool:
    """Whether a value is what a write left behind."""
    return type(value.origin) is Call and value.origin.writes is not None


def memory_of(value: Value) -> Value | None:
    """Return the value that was first in the memory of this one; None for a part of another's."""
    while written(value) and value.view_of is not None:
        value = value.view_of
    return value if value.view_of is None else None


def with_copies(calls: Sequence[Call], kept: Iterable[Value]) -> list[list[Call]]:
    """Return for each call itself, after the copy that it needs first.

    Parameters
    ----------
    calls : sequence of Call
        In the order in which they run.
    kept : iterable of Value
        What is read after the last of them.
    """
    last: dict[Value, int] = {}
    for place, call in enumerate(calls):
        for value in call.operands:
            last[_version_of(value)] = place
    for value in kept:
        last[_version_of(value)] = NEVER
    groups = []
    for place, call in enumerate(calls):
        before = call.writes
        if before is None:
            groups.append([call])
        elif _is_free(before, call) and last.get(before, place) <= place:
            call.result.view_of = before
            groups.append([call])
        else:
            groups.append([_copy(before, call), call])
    return groups


def _version_of(value: Value) -> Value:
    """Return the value that a view shows a part of."""
    while value.view_of is not None and not written(value):
        value = value.view_of
    return value


def _is_free(value: Value, call: Call) -> bool:
    """Whether a value is in memory of the program's own, all of it, as an array."""
    origin = value.origin
    if type(origin) is not Call or not value.shape:
        return False
    if origin.writes is None and (origin.function in VIEWING or origin.function == "draw"):
        return False
    if call.function == "setitem":
        return True  # of overlapping memory NumPy takes care
    return all([_version_of(x) is not value for x in call.operands[1:]])


def _copy(before: Value, call: Call) -> Call:
    """Return a call that copies a value, and let another write into the copy."""
    result = call.result
    made = Value(result.number, before.shape, before.dtype, result.strides, None, name=before.name)
    copy = Call("copy", (before,), {}, (made,), None, call.note)
    made.origin = copy
    call.writes = result.view_of = made
    return copy
