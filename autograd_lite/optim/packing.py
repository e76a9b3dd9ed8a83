"""Packs: small parameters whose state lies side by side, updated by one pass of array functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from autograd_lite.arrays import NUMPY, Array, Namespace

if TYPE_CHECKING:
    from autograd_lite.optim.family import Slot

__all__ = ["Change", "Pack", "packed"]

# Adam's step over 64-100-10, 7,510 float32 parameters in four arrays: 25 µs one by one, 16 packed.
# A gradient is copied for it, which no longer pays for arrays much larger than this.
MOST = 8192  # elements of an array


class Change(Protocol):
    """Writes the new state, and into `scratch` what is to be subtracted from the parameter."""

    def __call__(
        self,
        xp: Namespace,
        gradient: Array,
        state: Sequence[Array],
        rates: Sequence[Array],
        scratch: Sequence[Array],
    ) -> None: ...


class Pack:
    """Parameters of one dtype that are updated together while all of them have gradients.

    Their slots' state becomes views of the memory that they share here.

    Parameters
    ----------
    change : Change
        Works on each element alone.
    slots : sequence of Slot
        All of a family.
    places : sequence of int
        Which of them are packed.
    dtype : dtype
    """

    def __init__(
        self, change: Change, slots: Sequence[Slot], places: Sequence[int], dtype: np.dtype[Any]
    ) -> None:
        self.change = change
        self.places = places
        self.others = [place for place in range(len(slots)) if place not in places]
        self.slots = slots = [slots[place] for place in places]
        size = sum([slot.parameter.size for slot in slots])
        self.gradient, step = np.empty(size, dtype), np.empty(size, dtype)
        self.scratch = (step,)
        self.steps = _views(step, slots)
        self.state = [
            np.concatenate(parts, axis=None)
            for parts in zip(*[slot.state for slot in slots], strict=True)
        ]
        kept = [_views(flat, slots) for flat in self.state]
        for slot, *state in zip(slots, *kept, strict=True):
            slot.state = tuple(state)

    def update(self, gradients: Sequence[Array], rates: Sequence[Array]) -> None:
        """Update all of them, each from its gradient, at the same rates."""
        np.concatenate([gradient.reshape(-1) for gradient in gradients], out=self.gradient)
        self.change(NUMPY, self.gradient, self.state, rates, self.scratch)
        for slot, step in zip(self.slots, self.steps, strict=True):
            data = slot.parameter._data
            np.subtract(data, step, out=data)


def packed(
    change: Change | None, slots: Sequence[Slot], dtype: np.dtype[Any], room: int
) -> Pack | None:
    """Pack what is small enough, up to `room` elements; None for less than two parameters."""
    if change is None:
        return None
    places = []
    for place, slot in enumerate(slots):
        size = slot.parameter.size
        if size <= min(MOST, room) and slot.parameter.dtype == dtype:
            places.append(place)
            room -= size
    if len(places) < 2:
        return None
    return Pack(change, slots, places, dtype)


def _views(flat: Array, slots: Sequence[Slot]) -> list[Array]:
    """Return the part of each parameter, in its shape."""
    ends = np.cumsum([slot.parameter.size for slot in slots])
    return [
        part.reshape(slot.parameter.shape)
        for part, slot in zip(np.split(flat, ends[:-1]), slots, strict=True)
    ]
