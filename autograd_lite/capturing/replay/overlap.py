"""Overlap: arrays that share memory with what a program writes.

A program reads each array from outside as it was before; what is written through another name is
not seen. So nothing that is written may share memory with anything else that comes from outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from autograd_lite.arrays import Array
from autograd_lite.capturing.program import Program, Source, Value
from autograd_lite.errors import CaptureError

__all__ = ["Apart", "refuse_overlaps"]


def refuse_overlaps(program: Program) -> None:
    """Raise if an array that is written shares memory with another from outside."""
    if not program.effects:
        return
    written = {effect.source for effect in program.effects}
    held = [v for v in program.inputs if _origin(v).kind != "argument" and v.size]
    bounds = sorted([(*byte_bounds(_origin(v).array), v.number, v) for v in held])
    end, last = 0, None
    for low, high, _, value in bounds:
        if last is not None and low < end and (value in written or last in written):
            one, two = _origin(last), _origin(value)
            if np.shares_memory(one.array, two.array):
                msg = (
                    f"capture: {_called(one)} and {_called(two)} share memory, and one of them is "
                    "written; give each its own array."
                )
                raise CaptureError(msg)
        if high > end:
            end, last = high, value


def _origin(value: Value) -> Source:
    assert type(value.origin) is Source
    return value.origin


def _called(source: Source) -> str:
    return f"{source.name or 'an array'} of shape {source.array.shape}"


class Apart:
    """Whether arguments share no memory with what a program writes.

    Parameters
    ----------
    program : Program
    places : sequence of int
        Of the arguments that it reads or writes.
    """

    def __init__(self, program: Program, places: Sequence[int]) -> None:
        sources = [_origin(effect.source) for effect in program.effects]
        self.places = places if sources else []
        self.written = [s.holder for s in sources if s.kind == "argument"]
        held = [_origin(v) for v in program.inputs]
        touched = held if self.written else sources
        self.memory = _owners(s.array for s in touched if s.kind != "argument")
        self.kept = touched  # whose memory must not go: ids are noted

    def __call__(self, arrays: Sequence[Array]) -> bool:
        """Look at the arguments of one call."""
        for place in self.places:
            x = arrays[place]
            if id(x if x.base is None else _owner(x)) in self.memory:
                return False
        return not self.written or self._among_themselves(arrays)

    def _among_themselves(self, arrays: Sequence[Array]) -> bool:
        """Whether what is written of the arguments may be, and no two share memory."""
        writeable = all([arrays[place].flags.writeable for place in self.written])
        owners = {id(_owner(arrays[place])) for place in self.places}
        return writeable and len(owners) == len(self.places)


def _owners(arrays: Iterable[Array]) -> set[int]:
    return {id(_owner(array)) for array in arrays}


def _owner(array: Any) -> Any:
    """Return what owns the memory of an array: the end of its chain of bases."""
    while True:
        base = array.base if isinstance(array, np.ndarray) else getattr(array, "obj", None)
        if base is None:
            return array
        array = base
