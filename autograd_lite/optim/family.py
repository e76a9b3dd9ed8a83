"""Families: the parameters of one device and dtype, with the arrays that their update needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np

from autograd_lite.arrays import (
    GATE,
    NUMPY,
    Array,
    Namespace,
    enter,
    namespace,
    to_device,
    touch,
)
from autograd_lite.errors import DeviceError
from autograd_lite.graph import Variable
from autograd_lite.optim.packing import Change, Pack, packed

__all__ = ["Family", "Rule", "Slot", "wide"]

# The blocks of all arrays of an update are to stay in cache together. Adam's step over 566,000
# float32 parameters, five arrays: 1.87 ms in blocks of 64 KiB, 1.60 of 128, 1.53 of 256 or 512;
# over 79,500 of them 120 µs in blocks of 256 KiB, 110 whole.
CACHE = 2048 << 10  # bytes
AHEAD = 64  # steps whose rates are computed together: 1.2 µs a step for Adam's, not 6
FLAGS: tuple[Literal["external_loop", "buffered", "zerosize_ok"], ...]
FLAGS = ("external_loop", "buffered", "zerosize_ok")
READ: list[Literal["readonly", "readwrite"]] = ["readonly"]
WRITTEN: list[Literal["readonly", "readwrite"]] = ["readwrite"]


class Rule(Protocol):
    """What a family asks of its optimizer."""

    counts: bool
    elementwise: bool

    def rates(self, xp: Namespace, lr: Array, steps: Array) -> tuple[Array, ...]:
        """Return what the update multiplies by, an element for each parameter."""


class Update(Protocol):
    """Writes the new values of a parameter, or of a block of one, and of its state."""

    def __call__(
        self,
        xp: Namespace,
        data: Array,
        gradient: Array,
        state: Sequence[Array],
        rates: Sequence[Array],
        scratch: Sequence[Array],
    ) -> None: ...


class Slot:
    """One parameter, its place among all of them, and its state."""

    __slots__ = ("parameter", "place", "rates", "scratch", "state")

    def __init__(self, place: int, parameter: Variable, state: tuple[Array, ...]) -> None:
        self.place = place
        self.parameter = parameter
        self.state = state
        self.rates: tuple[Array, ...] = ()
        self.scratch: tuple[Array, ...] | None = None  # of its shape; None where it goes in blocks


Ready: TypeAlias = tuple[Slot, Array]


class Family:
    """Parameters that share a device and a dtype.

    Parameters
    ----------
    rule : Rule
    apply : Update
    device : str
        Where the parameters and their state are.
    dtype : dtype
        Of state and arithmetic.
    slots : sequence of Slot
    steps : array of int
        How often each of them was updated.
    scratch : int
        How many arrays the update needs for intermediate results.
    change : Change, optional
        Does what `apply` does but for the subtraction; small parameters are then updated together.
    """

    def __init__(
        self,
        rule: Rule,
        apply: Update,
        device: str,
        dtype: np.dtype[Any],
        slots: Sequence[Slot],
        steps: Array,
        scratch: int,
        change: Change | None = None,
    ) -> None:
        self.rule = rule
        self.apply = apply
        self.device = device
        self.dtype = dtype
        self.slots = slots
        # In float64: 1 − 0.999 ** t has three digits less in float32.
        self.steps = to_device(steps.astype(np.float64), device)
        self.lr = to_device(np.zeros(()), device)
        self.one = to_device(np.ones(()), device)
        self.kind = type(self.lr)
        self.count = scratch
        self.rows: list[Array] = []
        self.memory: tuple[Array, ...] = ()
        self.pack: Pack | None = None
        self.even = False  # whether all were updated equally often
        self.ahead: list[Array] = []  # the rates of some steps
        self.ahead_of = -1.0  # the first of these steps
        if self.kind is np.ndarray:
            self._prepare(change)

    def _prepare(self, change: Change | None) -> None:
        """Make the memory that every step uses again."""
        made = self.rule.rates(NUMPY, self.lr, self.steps)
        self.rows = list(np.zeros((len(made), len(self.slots)), self.dtype))
        together = 2 + len(self.slots[0].state) + self.count
        block = CACHE // together // self.dtype.itemsize
        length = min(block, max([slot.parameter.size for slot in self.slots]))
        self.memory = tuple([np.empty(max(length, 1), self.dtype) for _ in range(self.count)])
        for i, slot in enumerate(self.slots):
            slot.rates = tuple([row[i, ...] for row in self.rows])  # 0-d views
            size, shape = slot.parameter.size, slot.parameter.shape
            if size <= block and slot.parameter.dtype == self.dtype:
                slot.scratch = tuple([part[:size].reshape(shape) for part in self.memory])
        self.pack = packed(change, self.slots, self.dtype, block)

    def set_rate(self, lr: float) -> None:
        """Write the learning rate, and what follows from it alone."""
        self.lr[...] = lr
        self.ahead_of = -1.0
        if not self.rule.counts:
            self._refresh()

    def _refresh(self) -> None:
        """Write the rates of this step."""
        if not self.rows:
            return
        counts = self.steps.tolist()
        self.even = counts.count(counts[0]) == len(counts)
        rates: Sequence[Array]
        if self.even and self.rule.counts and self.rule.elementwise:
            rates = self._foreseen(counts[0])
        else:
            rates = self.rule.rates(NUMPY, self.lr, self.steps)
        for row, rate in zip(self.rows, rates, strict=True):
            row[...] = rate

    def _foreseen(self, step: float) -> list[Array]:
        """Return the rates of a step that all parameters take."""
        place = int(step) % AHEAD
        if step - place != self.ahead_of:
            self.ahead_of = step - place
            steps = self.ahead_of + np.arange(AHEAD)
            self.ahead = list(self.rule.rates(NUMPY, self.lr, steps))
        return [rates[place] for rates in self.ahead]

    def ready(self, what: str) -> list[Ready]:
        """Return the parameters that have a gradient, each with it.

        Raises
        ------
        DeviceError
            If a parameter was moved and its state was not.
        """
        found: list[Ready] = []
        kind = self.kind if GATE.tracer is None else type(enter(self.lr))
        for slot in self.slots:
            parameter = slot.parameter
            if GATE.tracer is not None:
                touch(parameter, reads=True)
            gradient = parameter._grad  # of a leaf, without a property's price
            if gradient is None:
                continue
            if type(gradient) is not kind or type(enter(parameter._data, parameter)) is not kind:
                place = parameter.device
                msg = (
                    f"{what}: parameter {slot.place} is on device {place!r}, the optimizer on "
                    f"{self.device!r}; call optimizer.to({place!r}) after moving the parameters."
                )
                raise DeviceError(msg)
            found.append((slot, gradient))
        return found

    def update(self, ready: Sequence[Ready]) -> None:
        """Update parameters of this family, whose memory may be written."""
        if GATE.tracer is not None or self.kind is not np.ndarray:
            self._update_whole(ready)
            return
        if self.rule.counts:
            self.steps += self._taken(ready)
            self._refresh()
        apply, pack = self.apply, self.pack
        if pack is not None and self.even and len(ready) == len(self.slots):
            pack.update([ready[place][1] for place in pack.places], pack.slots[0].rates)
            ready = [ready[place] for place in pack.others]
        for slot, gradient in ready:
            data, scratch = slot.parameter._data, slot.scratch
            if scratch is None:
                self._update_blocks(data, gradient, slot)
            else:
                apply(NUMPY, data, gradient, slot.state, slot.rates, scratch)

    def _taken(self, ready: Sequence[Ready]) -> Array:
        """Return what to add to the counts: one, but not for those without a gradient."""
        if len(ready) == len(self.slots):
            return self.one
        places = {slot.place for slot, _ in ready}
        return namespace(self.steps).asarray([float(s.place in places) for s in self.slots])

    def _update_blocks(self, data: Array, gradient: Array, slot: Slot) -> None:
        """Update block by block, converted on the way where the dtype or the layout asks for it."""
        arrays = (data, gradient, *slot.state)
        access = [WRITTEN, READ, *[WRITTEN] * len(slot.state)]
        memory, rates, apply = self.memory, slot.rates, self.apply
        length = memory[0].size
        with np.nditer(
            arrays, FLAGS, access, [self.dtype] * len(arrays), "K", "same_kind", buffersize=length
        ) as blocks:
            for part, slope, *state in blocks:
                size = part.size
                scratch = memory if size == length else [one[:size] for one in memory]
                apply(NUMPY, part, slope, state, rates, scratch)

    def _update_whole(self, ready: Sequence[Ready]) -> None:
        """Update whole arrays of any library, which all pass the gate."""
        dtype = self.dtype
        lr, steps = enter(self.lr), enter(self.steps)
        if self.rule.counts:
            steps += enter(self._taken(ready))
        else:
            steps = steps[:1]  # one rate for all
        rates = [rate.astype(dtype) for rate in self.rule.rates(namespace(lr), lr, steps)]
        places = {id(slot): i for i, slot in enumerate(self.slots)}
        for slot, gradient in ready:
            data = enter(slot.parameter._data, slot.parameter)
            xp = namespace(data)
            values = wide(data, dtype)
            self.apply(
                xp,
                values,
                wide(enter(gradient), dtype),
                [enter(kept) for kept in slot.state],
                [rate[min(places[id(slot)], rate.size - 1), ...] for rate in rates],
                [xp.empty_like(values) for _ in range(self.count)],
            )
            if values is not data:
                data[...] = values


def wide(x: Array, dtype: np.dtype[Any]) -> Array:
    """Return `x` in a dtype, itself where it has it."""
    return x if x.dtype == dtype else x.astype(dtype)
