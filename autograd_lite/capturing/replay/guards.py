"""Guards: what must be as it was for a program to be replayed, as one quick predicate."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import is_
from types import FunctionType
from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.capturing.record.elements import same_elements
from autograd_lite.capturing.replay.reach import NUMBERS, Slot, unique

__all__ = ["Guards"]


class Guards:
    """What a program relies on.

    Parameters
    ----------
    slots : iterable of Slot
        Places that must hold what they held.
    gradients : iterable of (Variable, bool)
        Leaves whose gradient is read, and whether there must be one.
    remembered : iterable of (array, str)
        Arrays that must have the elements that they have now, with their paths.

    Attributes
    ----------
    hold : callable
        ``hold()`` is whether all is as it was.
    """

    hold: Callable[[], bool]

    def __init__(
        self,
        slots: Iterable[Slot],
        gradients: Iterable[tuple[Any, bool]],
        remembered: Iterable[tuple[Array, str]],
    ) -> None:
        self.slots = unique(slots)
        self.gradients = list(gradients)
        self.remembered = [(array, array.copy(), path) for array, path in remembered]
        self.hold = self._compiled()

    def changed(self) -> str:
        """Return what is not as it was, for a message."""
        for slot in self.slots:
            if not slot.holds():
                return slot.path
        for array, before, path in self.remembered:
            if not same_elements(array, before):
                return path
        return "whether there was a gradient"

    def _compiled(self) -> Callable[[], bool]:
        """Write the conditions out: a loop over them would take three times as long."""
        known: dict[str, Any] = {"is_": is_, "same": same_elements}
        lines = [_condition(slot, i, known) for i, slot in enumerate(self.slots)]
        for i, (leaf, there) in enumerate(self.gradients):
            known[f"v{i}"] = leaf
            writeable = f" and v{i}._grad.flags.writeable" if there else ""
            lines.append(f"(v{i}._grad is not None) is {there}{writeable}")
        for i, (array, before, _) in enumerate(self.remembered):
            known[f"a{i}"], known[f"b{i}"] = array, before
            lines.append(f"same(a{i}, b{i})")
        conditions = "\n        and ".join(lines) or "True"
        source = (
            f"def hold():\n    try:\n        return ({conditions})\n"
            "    except (AttributeError, KeyError, ValueError):\n        return False\n"
        )
        FunctionType(compile(source, "<guards>", "exec"), known)()
        hold: Callable[[], bool] = known["hold"]
        return hold


def _condition(slot: Slot, number: int, known: dict[str, Any]) -> str:
    """Return the text of one condition, and let what it names be known."""
    holder, thing = f"h{number}", f"t{number}"
    known[holder], known[thing] = slot.holder, slot.thing
    if slot.kind == "names":
        return f"len({holder}) == {len(slot.holder)}"
    if slot.kind == "list":
        return f"len({holder}) == {len(slot.thing)} and all(map(is_, {holder}, {thing}))"
    if slot.kind == "dict":
        known[f"k{number}"] = list(slot.thing)
        known[thing] = list(slot.thing.values())
        items = f"all(map(is_, {holder}, k{number})) and all(map(is_, {holder}.values(), {thing}))"
        return f"len({holder}) == {len(slot.thing)} and {items}"
    now = {
        "attribute": f"{holder}.{slot.key}",
        "item": f"{holder}[{slot.key!r}]",
        "cell": f"{holder}.cell_contents",
    }[slot.kind]
    if type(slot.thing) not in NUMBERS or slot.thing is None or type(slot.thing) is bool:
        return f"{now} is {thing}"
    known[f"c{number}"] = type(slot.thing)
    if slot.thing == 0 and type(slot.thing) is not int:  # -0.0 is not 0.0
        known[f"r{number}"] = repr(slot.thing)
        return f"((n := {now}) is {thing} or (type(n) is c{number} and repr(n) == r{number}))"
    return f"((n := {now}) is {thing} or (type(n) is c{number} and n == {thing}))"
