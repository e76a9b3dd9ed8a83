"""Twice: a function is traced two times, and must do the same without effects of its own."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd_lite.arrays import is_array
from autograd_lite.capturing.record.comparing import settled
from autograd_lite.capturing.record.elements import same_elements
from autograd_lite.capturing.record.tracing import Run, trace
from autograd_lite.capturing.record.trees import leaves_of
from autograd_lite.capturing.replay.guards import Guards
from autograd_lite.capturing.replay.reach import Reach, Slot, is_model
from autograd_lite.errors import CaptureError

__all__ = ["traced_twice", "uncollected"]

SMALL = 1 << 20  # bytes: larger arrays are not looked at for each run: a comparison takes 0.2 ms


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect no garbage meanwhile: there is none (160 ms of 410 for 4,000 calls)."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def traced_twice(
    function: Callable[..., Any], args: Any, options: Any, arrays: list[Any]
) -> tuple[Run, Guards]:
    """Trace a function twice; return the run and what it relies on."""
    given = dict([*leaves_of(args, "args"), *leaves_of(options, "options")])
    objects = {path: x for path, x in given.items() if not is_array(x)}
    reach = Reach({"the function": function, **objects})
    mutable = [(a, a.copy(), path) for a, path in reach.arrays if a.nbytes <= SMALL]
    runs: list[Run] = []
    for _ in range(2):
        try:
            runs.append(trace(function, args, options, arrays, roles=not runs))
        finally:
            changed = _put_back(reach, mutable)
        if changed:
            msg = (
                f"capture: the captured function changes {changed[0]}, which a program would not "
                "do; return what is to be kept, and change it after the call."
            )
            raise CaptureError(msg)
    first, second = runs
    first.require_unchanged()
    fresh = settled(first, second)
    if fresh and reach.iterators:
        msg = (
            f"capture: the captured function may go on in {reach.iterators[0]}, an iterator, which "
            "a program would not; take the next item before the call and pass it as an argument."
        )
        raise CaptureError(msg)
    called = Reach({type(h).__name__: h for h, _, _ in first.relied if is_model(h)})
    slots = [*reach.slots, *called.slots, *_relied(first)]
    quiet = reach.quiet | called.quiet
    unseen = [
        one
        for one in [*reach.arrays, *called.arrays]
        if fresh or (one[0].nbytes <= SMALL and id(one[0]) not in quiet)
    ]
    remembered = _unseen(first, unseen)
    return first, Guards(slots, first.sensitive, remembered)


def _put_back(reach: Reach, mutable: list[tuple[Any, Any, str]]) -> list[str]:
    """Undo what a function changed of what it can reach; return where."""
    changed = [slot for slot in reach.slots if not slot.holds()]
    for slot in changed:
        slot.put_back()
    paths = [slot.path for slot in changed]
    for array, before, path in mutable:
        if not same_elements(array, before):
            if array.flags.writeable:
                array[...] = before
            paths.append(path)
    return paths


def _relied(run: Run) -> list[Slot]:
    """Return what the run itself says that it relies on, and the leaves that it found."""
    slots = [Slot("attribute", *one, f"{type(one[0]).__name__}.{one[1]}") for one in run.relied]
    for value in run.program.inputs:
        origin: Any = value.origin
        if origin.kind == "leaf":
            leaf, name = origin.holder, origin.name or "a leaf"
            slots.append(Slot("attribute", leaf, "_data", origin.array, name))
            slots.append(Slot("attribute", leaf, "_req", leaf._req, f"{name}.requires_grad"))
            slots.append(Slot("attribute", leaf, "_hooks", leaf._hooks, f"{name}'s hooks"))
    return slots


def _unseen(run: Run, arrays: list[tuple[Any, str]]) -> list[tuple[Any, str]]:
    """Return the arrays that the function can read but that no call of the program reads."""
    seen = [value.origin.array for value in run.program.inputs]  # type: ignore[union-attr]
    return [(a, path) for a, path in arrays if not any([np.shares_memory(a, s) for s in seen])]
