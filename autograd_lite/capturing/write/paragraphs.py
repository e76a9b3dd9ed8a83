"""Paragraphs: the calls that belong together, to one operation or a few on one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograd_lite.capturing.plan.knowledge import is_view
from autograd_lite.capturing.program import Call, Note

__all__ = ["Group", "groups_of"]


@dataclass(slots=True)
class Group:
    """Neighbouring calls with what they do in common.

    Attributes
    ----------
    note : Note
        Of the first operation.
    operations : list of str
        All of them, in order.
    calls : list of Call
    """

    note: Note
    operations: list[str]
    calls: list[Call] = field(default_factory=list)


def groups_of(calls: Sequence[Call]) -> list[Group]:
    """Return the calls in groups, in their order.

    Operations that the user wrote into one line are one group, and so are those of one module.
    """
    groups: list[Group] = []
    for call, note in zip(calls, _notes_of(calls), strict=True):
        if not groups or not _joins(groups[-1], note):
            groups.append(Group(note, [note.operation]))
        group = groups[-1]
        group.calls.append(call)
        if note.operation != group.operations[-1]:
            group.operations.append(note.operation)
    return groups


def _joins(group: Group, note: Note) -> bool:
    first = group.note
    if note == first:
        return True
    here = note.phase, note.line, note.path
    return here == (first.phase, first.line, first.path) and bool(note.operation)


def _notes_of(calls: Sequence[Call]) -> list[Note]:
    """Return a note for each call; what an operation prepares before it starts is its own."""
    notes: list[Note] = []
    following = Note()
    for call in reversed(calls):
        note = call.note
        if is_view(call) and following.phase == note.phase:
            note = following
        elif not note.operation and not note.phase:
            note = following if following.phase == "forward" else Note(following.phase or "forward")
        notes.append(note)
        following = note
    return notes[::-1]
