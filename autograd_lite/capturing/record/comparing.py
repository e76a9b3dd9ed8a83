"""Comparing: two traced runs of a function must have come to the same program.

What differs between them (a random number, a counter, the time) would be a constant of the
program, and wrong in every replay. What was made anew in each run, with the same elements, is a
constant; an array that both runs found in the same memory is read in every replay.
"""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.capturing.program import Call, Program, Value, source_of, values_in
from autograd_lite.capturing.record.elements import same_elements
from autograd_lite.capturing.record.tracing import Run
from autograd_lite.errors import CaptureError

__all__ = ["settled"]


def settled(first: Run, second: Run) -> bool:
    """Raise unless two runs did the same; turn what each made anew into constants of the first.

    Returns
    -------
    bool
        Whether there was anything of that kind.

    Raises
    ------
    CaptureError
        Naming the first difference, the operation and the user's line.
    """
    program, other = first.program, second.program
    _Pair(program, other).compare()
    if first.key != second.key:
        msg = (
            "capture: the captured function returned other things when it ran again; return "
            "arrays, Variables, numbers, or tuples, lists and dicts of them."
        )
        raise CaptureError(msg)
    fresh = _made_anew(program, other)
    for value in fresh:
        value.array, value.origin = _kept(value.array), None
    program.inputs = [value for value in program.inputs if value.origin is not None]
    program.effects = [e for e in program.effects if e.source.origin is not None]
    lasting = {gradient.leaf for gradient in other.gradients}
    made = any([gradient.leaf not in lasting for gradient in program.gradients])
    program.gradients = [g for g in program.gradients if g.leaf in lasting]
    drawn = _drawn_anew(program, other)
    return bool(fresh) or made or drawn


class _Pair:
    """The programs of two runs."""

    def __init__(self, first: Program, second: Program) -> None:
        self.first = first
        self.second = second

    def compare(self) -> None:
        """Raise at the first difference."""
        for call, other in zip(self.first.calls, self.second.calls, strict=False):
            self._calls(call, other)
        more = self.first.calls[len(self.second.calls) :]
        more = more or self.second.calls[len(self.first.calls) :]
        if more:
            _refuse(more[0], "is computed in only one of two runs")
        self._inputs()
        self._endings()

    def _calls(self, call: Call, other: Call) -> None:
        if call.function != other.function or call.note.operation != other.note.operation:
            _refuse(call, f"is {other.function} ({_name(other)}) when the function runs again")
        if call.function == "draw":
            self._draws(call, other)
            return
        if not (_same(call.args, other.args) and _same(call.options, other.options)):
            _refuse(call, "is given something else when the function runs again")
        for result, twin in zip(call.results, other.results, strict=True):
            if (result.shape, result.dtype) != (twin.shape, twin.dtype):
                _refuse(call, f"gives shape {twin.shape} when the function runs again")

    def _draws(self, call: Call, other: Call) -> None:
        """Refuse a generator that each run makes and seeds otherwise."""
        (source, function, *rest), (twin, another, *others) = call.args, other.args
        alike = function is another and _same(rest, others)
        if source is not twin:
            alike = alike and _same(source.bit_generator.state, twin.bit_generator.state)
        if not alike:
            _refuse(call, "draws from a generator that each run makes anew and seeds otherwise")

    def _inputs(self) -> None:
        """Compare what comes from outside; names of calls that use it stand in messages."""
        for value, twin in zip(self.first.inputs, self.second.inputs, strict=False):
            one, two = source_of(value), source_of(twin)
            same = one.kind == two.kind and (value.shape, value.dtype) == (twin.shape, twin.dtype)
            if same and one.kind in ("argument", "gradient"):
                same = one.holder is two.holder or one.holder == two.holder
            elif same:
                same = _same_memory(one.array, two.array) or same_elements(one.array, two.array)
            if not same:
                _refuse(_user_of(value, self.first), "is given an array that each run makes anew")

    def _endings(self) -> None:
        """Compare the checks, the results and what is left behind."""
        one, two = self.first, self.second
        checks = [(c.value, c.message, c.error) for c in one.checks]
        ends = [e.value for e in one.effects], [e.source for e in one.effects], one.outputs
        if not _same(
            (checks, *ends, [g.value for g in one.gradients]),
            (
                [(c.value, c.message, c.error) for c in two.checks],
                [e.value for e in two.effects],
                [e.source for e in two.effects],
                two.outputs,
                [g.value for g in two.gradients],
            ),
        ):
            msg = (
                "capture: the captured function checked, wrote or returned other values when it "
                "ran again; pass what changes as an argument."
            )
            raise CaptureError(msg)


def _same(one: Any, two: Any) -> bool:
    """Whether nested arguments are alike: values by number, constants by their elements."""
    if one is two:
        return True
    kind = type(one)
    if kind is not type(two):
        return False
    if kind is Value:
        if one.origin is None or two.origin is None:
            return one.origin is two.origin and same_elements(one.array, two.array)
        return bool(one.number == two.number)
    if kind is tuple or kind is list:
        if len(one) != len(two):
            return False
        return all([a is b or _same(a, b) for a, b in zip(one, two, strict=True)])
    if kind is dict:
        return one.keys() == two.keys() and all([_same(one[key], two[key]) for key in one])
    if kind is slice:
        return _same((one.start, one.stop, one.step), (two.start, two.stop, two.step))
    if kind is np.ndarray or isinstance(one, np.generic):
        return same_elements(np.asarray(one), np.asarray(two))
    if kind is float:
        return repr(one) == repr(two)
    return bool(one == two)


def _same_memory(one: Array, two: Array) -> bool:
    """Whether two arrays are the same elements of the same memory; both are alive."""
    if one is two:
        return True
    here, there = one.__array_interface__["data"][0], two.__array_interface__["data"][0]
    return here == there and one.strides == two.strides


def _made_anew(program: Program, other: Program) -> list[Value]:
    """Return the inputs that each run made for itself."""
    fresh = []
    for value, twin in zip(program.inputs, other.inputs, strict=True):
        one, two = source_of(value), source_of(twin)
        if one.kind in ("argument", "gradient"):
            continue
        if not _same_memory(one.array, two.array):
            fresh.append(value)
    return fresh


def _drawn_anew(program: Program, other: Program) -> bool:
    """Keep what was drawn from generators that each run makes: the same numbers every time."""
    kept = []
    for call, twin in zip(program.calls, other.calls, strict=True):
        if call.function == "draw" and call.args[0] is not twin.args[0]:
            call.result.origin = None
        else:
            kept.append(call)
    found = len(kept) < len(program.calls)
    program.calls = kept
    return found


def _kept(array: Array) -> Array:
    """Return a copy in the same layout; where there is none, the array that nobody else has."""
    copied = array.copy(order="K")
    return copied if copied.strides == array.strides else array


def _user_of(value: Value, program: Program) -> Call | None:
    for call in program.calls:
        if any([operand is value for operand in values_in((call.args, call.options))]):
            return call
    return None


def _name(call: Call) -> str:
    return call.note.operation or call.function


def _refuse(call: Call | None, what: str) -> NoReturn:
    where = f"{call.note.line}: {_name(call)}" if call is not None else "an array"
    msg = (
        f"capture: {where} {what}, so that a program would repeat the first run's numbers; pass "
        "what changes from call to call as an argument, and draw random numbers with "
        "autograd_lite's functions."
    )
    raise CaptureError(msg)
