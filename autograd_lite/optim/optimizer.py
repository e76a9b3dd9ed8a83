"""Optimizer: what all of them share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import (
    Array,
    Namespace,
    begin,
    device_of,
    forbid,
    namespace,
    rely,
    to_device,
)
from autograd_lite.checked import number
from autograd_lite.errors import ArgumentError, GraphError, StateError
from autograd_lite.graph import Variable, note_write, write_access
from autograd_lite.optim.family import Family, Slot
from autograd_lite.optim.option import Option, identity_of, require_same
from autograd_lite.optim.options import Parameters, leaves_of
from autograd_lite.optim.packing import Change
from autograd_lite.optim.state import checked_state

__all__ = ["Optimizer"]

SINGLE = np.dtype(np.float32)


class Optimizer:
    """Changes parameters in place, from the gradients that backward left.

    A subclass names the arrays that it keeps for each parameter in `kept` and writes
    :meth:`update`, and :meth:`rates` if it needs more than the learning rate.

    Parameters
    ----------
    params : iterable or dict of Variable
        The leaves to train. One without a gradient is left as it is, its state too.
    lr : float
        The learning rate, 0 or more.
    weight_decay : float
        Adds ``weight_decay · w`` to the gradient: the penalty ½ · weight_decay · Σ w² (L2).
    l1 : float
        Adds ``l1 · sign(w)`` to the gradient: the penalty l1 · Σ |w|.

    Attributes
    ----------
    params : list of Variable
    kept : tuple of str
        The names of the arrays that are kept for each parameter, in its shape.
    counts : bool
        Whether `rates` reads how many steps were taken.
    elementwise : bool
        Whether `rates` works on each count alone: those of later steps can be computed with it.

    Raises
    ------
    OperandError
        If there is no parameter, or one is not a leaf Variable.
    ArgumentError
        If a number is out of its range, or a parameter is listed twice.
    GraphError
        If a parameter shares a read-only array.

    Notes
    -----
    float16 parameters are updated in float32, where their state is kept too, and rounded.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> class Sign(ag.optim.Optimizer):
    ...     def update(self, xp, data, gradient, state, rates, scratch):
    ...         (lr,), (step,) = rates, scratch
    ...         xp.sign(gradient, out=step)
    ...         xp.multiply(step, lr, out=step)
    ...         xp.subtract(data, step, out=data)
    >>> w = ag.Variable([1.0, 2.0])
    >>> (w * w).sum().backward()
    >>> Sign([w], lr=0.5).step()
    >>> w
    Variable([0.5, 1.5])
    """

    kept: tuple[str, ...] = ()
    counts: bool = False
    elementwise: bool = False
    weight_decay = Option("_decay")
    l1 = Option("_l1")

    def __init_subclass__(cls) -> None:
        if "rates" in vars(cls) and "elementwise" not in vars(cls):
            cls.elementwise = False  # what was said of other rates

    def __init__(
        self, params: Parameters, lr: float, *, weight_decay: float = 0.0, l1: float = 0.0
    ) -> None:
        what = type(self).__name__
        forbid("an optimizer was made", "make it before the first call")
        self.params = leaves_of(params, what)
        self._lr = _learning_rate(lr, what)
        self._decay = number(weight_decay, f"{what}: weight_decay")
        self._l1 = number(l1, f"{what}: l1")
        self._penalised = self._decay > 0 or self._l1 > 0
        self._families = self._fresh()

    # ---- what a subclass writes

    def rates(self, xp: Namespace, lr: Array, steps: Array) -> tuple[Array, ...]:
        """Return what `update` is to multiply by, each an array with an element per parameter.

        Parameters
        ----------
        xp : Namespace
        lr : array of float64, 0-d
        steps : array of float64
            How often each parameter was updated, this time included; all 0 without `counts`.
        """
        return (lr * xp.ones_like(steps),)

    def update(
        self,
        xp: Namespace,
        data: Array,
        gradient: Array,
        state: Sequence[Array],
        rates: Sequence[Array],
        scratch: Sequence[Array],
    ) -> None:
        """Write the new values of a parameter, or of a block of one, into `data` and `state`.

        Parameters
        ----------
        xp : Namespace
            Of the arrays.
        data, gradient : array
            The gradient is not to be written.
        state : sequence of array
            Those that `kept` names.
        rates : sequence of 0-d array
            Those that `rates` returned, in the dtype of the data.
        scratch : sequence of array
            One to write intermediate results into.
        """
        raise NotImplementedError

    # ---- what a user calls

    @property
    def lr(self) -> float:
        """The learning rate."""
        rely(self, "_lr")
        return self._lr

    @lr.setter
    def lr(self, value: float) -> None:
        forbid("the learning rate was set", "set it, or step the schedule, between the calls")
        self._lr = _learning_rate(value, type(self).__name__)
        for family in self._families:
            family.set_rate(self._lr)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.params:
            parameter.zero_grad()

    def step(self) -> None:
        """Update every parameter that has a gradient, in place.

        Raises
        ------
        GraphError
            If none has one: backward was not called.
        DeviceError
            If a parameter was moved to another device and the optimizer was not.
        """
        what = type(self).__name__
        rely(self, "_families")
        found = [(family, family.ready(what)) for family in self._families]
        updated = [slot.parameter for _, ready in found for slot, _ in ready]
        if not updated:
            msg = f"{what}: no parameter has a gradient; call loss.backward() before step()."
            raise GraphError(msg)
        write_access(*updated)
        begin(what)
        for family, ready in found:
            if ready:
                family.update(ready)
        begin("")
        note_write(*updated)

    def named_arrays(self) -> Iterator[tuple[str, Array]]:
        """Yield the arrays that a step reads and writes besides parameters, each with a name.

        The names are those of :meth:`state_dict`, as far as these arrays are there.

        Examples
        --------
        >>> import autograd_lite as ag
        >>> opt = ag.optim.Momentum([ag.Variable([1.0, 2.0])], lr=0.5)
        >>> [name for name, _ in opt.named_arrays()]
        ['lr', 'steps', 'increment', 'momentum.0']
        """
        several = len(self._families) > 1
        for i, family in enumerate(self._families):
            yield (f"lr.{i}" if several else "lr"), family.lr
            yield (f"steps.{i}" if several else "steps"), family.steps
            yield (f"increment.{i}" if several else "increment"), family.one
        for slot in self._slots():
            for name, array in zip(self.kept, slot.state, strict=True):
                yield f"{name}.{slot.place}", array

    def to(self, device: str) -> Optimizer:
        """Move the state to a device, after the parameters were moved there.

        Raises
        ------
        DeviceError
            If there is no such device.
        """
        forbid("an optimizer was moved", "move it between the calls")
        steps = self._steps()
        slots = [
            Slot(slot.place, slot.parameter, tuple([to_device(x, device) for x in slot.state]))
            for slot in self._slots()
        ]
        self._families = self._families_of(slots, [device] * len(slots), steps)
        return self

    def state_dict(self) -> dict[str, npt.NDArray[Any]]:
        """Return all that a later step depends on, besides parameters, as copies.

        Returns
        -------
        dict of str to numpy.ndarray
            ``"class"``, its name in bytes, and ``"options.l1"`` and so on, what it was made with:
            both to be compared; ``"lr"``; ``"steps"``, a count for each parameter;
            ``"momentum.0"`` and so on, the arrays that are kept for each, in the order of `params`.
        """
        state = {**identity_of(self), "lr": np.array(self._lr)}
        if self.counts:
            state["steps"] = self._steps()
        for slot in self._slots():
            for name, array in zip(self.kept, slot.state, strict=True):
                state[f"{name}.{slot.place}"] = np.array(to_device(array, "cpu"))
        return state

    def load_state_dict(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on where the optimizer was whose ``state_dict`` this is.

        Raises
        ------
        StateError
            If an entry is missing, unknown, or of another shape or dtype, or if another class
            saved it or one with other options; nothing is changed.
        """
        forbid("a saved state was loaded", "load it between the calls")
        what = type(self).__name__
        require_same(state, identity_of(self), f"{what}.load_state_dict")
        checked = checked_state(state, self.state_dict(), f"{what}.load_state_dict")
        lr, steps = float(checked["lr"]), checked.get("steps", self._steps())
        if not 0 <= lr < inf or (steps < 0).any():
            msg = f"{what}.load_state_dict: 'lr' or 'steps' is out of range; pass a saved state."
            raise StateError(msg)
        for slot in self._slots():
            for name, array in zip(self.kept, slot.state, strict=True):
                array[...] = namespace(array).asarray(checked[f"{name}.{slot.place}"])
        for family in self._families:
            xp = namespace(family.steps)
            places = [slot.place for slot in family.slots]
            family.steps[...] = xp.asarray(steps[places].astype(np.float64))
        self.lr = lr

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse a new attribute once all are made, but by the ``__init__`` of a user's class."""
        made = "_families" in vars(self) and type(self).__init__.__module__.startswith(__package__)
        if made and not hasattr(self, name):
            what = type(self).__name__
            msg = (
                f"{what}: there is no {name} to set; set lr, or make a new optimizer with other "
                "options."
            )
            raise ArgumentError(msg)
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.params)} parameters, lr={self._lr:g})"

    # ---- copies: the arrays of a family are views of each other, which a copy would separate

    def __getstate__(self) -> dict[str, Any]:
        held = {name: value for name, value in vars(self).items() if name != "_families"}
        return {"held": held, "state": self.state_dict()}

    def __setstate__(self, saved: dict[str, Any]) -> None:
        vars(self).update(saved["held"])
        self._families = self._fresh()
        self.load_state_dict(saved["state"])

    # ---- inside

    def _packing(self) -> Change | None:
        """Return what updates several parameters together, if anything may."""
        return None

    def _update_penalised(
        self,
        xp: Namespace,
        data: Array,
        gradient: Array,
        state: Sequence[Array],
        rates: Sequence[Array],
        scratch: Sequence[Array],
    ) -> None:
        """Add the penalties to the gradient, and update."""
        *scratch, total = scratch
        xp.multiply(data, self._decay, out=total)
        xp.add(total, gradient, out=total)
        if self._l1:
            xp.sign(data, out=scratch[0])
            xp.multiply(scratch[0], self._l1, out=scratch[0])
            xp.add(total, scratch[0], out=total)
        self.update(xp, data, total, state, rates, scratch)

    def _fresh(self) -> list[Family]:
        """Return the families of parameters that were never updated."""
        slots = []
        for place, parameter in enumerate(self.params):
            data = parameter._data
            if parameter._version is not None and not getattr(data.flags, "writeable", True):
                msg = (
                    f"{type(self).__name__}: parameter {place} shares a read-only array "
                    "(copy=False); make it a copy."
                )
                raise GraphError(msg)
            xp, dtype = namespace(data), _dtype_of(parameter)
            kept = tuple([xp.zeros_like(data, dtype=dtype) for _ in self.kept])
            slots.append(Slot(place, parameter, kept))
        devices = [device_of(parameter._data) for parameter in self.params]
        return self._families_of(slots, devices, np.zeros(len(slots), np.int64))

    def _families_of(
        self, slots: Sequence[Slot], devices: Sequence[str], steps: Array
    ) -> list[Family]:
        members: dict[tuple[str, np.dtype[Any]], list[Slot]] = {}
        for slot, device in zip(slots, devices, strict=True):
            members.setdefault((device, _dtype_of(slot.parameter)), []).append(slot)
        apply = self._update_penalised if self._penalised else self.update
        change = None if self._penalised else self._packing()
        scratch = 1 + self._penalised
        families = []
        for (device, dtype), group in members.items():
            counts = steps[[slot.place for slot in group]]
            families.append(Family(self, apply, device, dtype, group, counts, scratch, change))
            families[-1].set_rate(self._lr)
        return families

    def _slots(self) -> list[Slot]:
        """Return a slot for each parameter, in their order."""
        slots = [slot for family in self._families for slot in family.slots]
        return sorted(slots, key=lambda slot: slot.place)

    def _steps(self) -> Array:
        """Return how often each parameter was updated, on the host."""
        steps = np.zeros(len(self.params), np.int64)
        for family in self._families:
            steps[[slot.place for slot in family.slots]] = to_device(family.steps, "cpu")
        return steps


def _dtype_of(parameter: Variable) -> np.dtype[Any]:
    """Return the dtype of a parameter's state: its own, but not half precision."""
    return SINGLE if parameter.dtype.itemsize < SINGLE.itemsize else parameter.dtype


def _learning_rate(value: object, what: str) -> float:
    return number(value, f"{what}: the learning rate")
