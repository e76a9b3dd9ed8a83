"""Which layer every mark stands in: what feeds it lies to its left, and links stay short."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Step", "rank"]


class Step(NamedTuple):
    """A link as ranking sees it: its target lies at least `length` layers after its source."""

    source: str
    target: str
    length: int


def rank(ids: Sequence[str], steps: Sequence[Step]) -> dict[str, int]:
    """Return the layer of every mark, the leftmost being 0.

    Every mark stands as late as what reads it allows, so that an input is found beside its first
    use; a mark that joins several long links into one moves back to where they start. A step that
    closes a cycle is left out.

    Examples
    --------
    >>> from autograd_lite.drawing.layout.ranking import Step, rank
    >>> rank(["a", "b", "c"], [Step("a", "b", 1), Step("b", "c", 1)])
    {'a': 0, 'b': 1, 'c': 2}
    """
    order = _topological(ids, steps)
    place = {id_: i for i, id_ in enumerate(order)}
    forward = [step for step in steps if place[step.source] < place[step.target]]
    into: dict[str, list[Step]] = {id_: [] for id_ in order}
    out: dict[str, list[Step]] = {id_: [] for id_ in order}
    for step in forward:
        into[step.target].append(step)
        out[step.source].append(step)
    layers: dict[str, int] = {}
    for id_ in order:
        layers[id_] = _earliest(into[id_], layers)
    _move_right(order, out, layers)
    for id_ in order:
        if _joins(id_, into, out):
            layers[id_] = _earliest(into[id_], layers)
    _move_right([id_ for id_ in order if not into[id_]], out, layers)
    least = min(layers.values(), default=0)
    return {id_: layers[id_] - least for id_ in ids}


def _topological(ids: Sequence[str], steps: Sequence[Step]) -> list[str]:
    """Return ids so that what feeds a mark comes first; in a cycle the first id goes first."""
    waiting = dict.fromkeys(ids, 0)
    readers: dict[str, list[str]] = {id_: [] for id_ in ids}
    for step in steps:
        waiting[step.target] += 1
        readers[step.source].append(step.target)
    ready = deque([id_ for id_ in ids if not waiting[id_]])
    unvisited = iter(ids)
    order: dict[str, None] = {}
    while len(order) < len(waiting):
        if not ready:
            ready.append(next(id_ for id_ in unvisited if id_ not in order))
        id_ = ready.popleft()
        if id_ in order:
            continue
        order[id_] = None
        for reader in readers[id_]:
            waiting[reader] -= 1
            if not waiting[reader] and reader not in order:
                ready.append(reader)
    return list(order)


def _earliest(into: Sequence[Step], layers: Mapping[str, int]) -> int:
    return max([layers[step.source] + step.length for step in into], default=0)


def _move_right(
    order: Sequence[str], out: Mapping[str, Sequence[Step]], layers: dict[str, int]
) -> None:
    """Move every mark beside the first that reads it; what nothing reads stays."""
    for id_ in reversed(order):
        if out[id_]:
            layers[id_] = min([layers[step.target] - step.length for step in out[id_]])


def _joins(id_: str, into: Mapping[str, Sequence[Step]], out: Mapping[str, Sequence[Step]]) -> bool:
    """Whether fewer links leave a mark than come in; an input it alone reads moves with it."""
    bound = [s for s in into[id_] if into[s.source] or len(out[s.source]) > 1]
    return len(bound) > len(out[id_])
