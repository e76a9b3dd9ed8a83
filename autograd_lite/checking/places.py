"""Places: arrays and Variables whose elements are moved a little, in place, and put back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, is_array, namespace
from autograd_lite.errors import DTypeError, OperandError
from autograd_lite.graph.function import Outline
from autograd_lite.graph.hooks import Version
from autograd_lite.graph.variable import Variable, note_write

__all__ = ["Place", "exact_dtype", "opened", "step_for"]

CUBE_ROOT: float = float(np.finfo(np.float64).eps) ** (1 / 3)
CUBE_ROOT_SINGLE: float = float(np.finfo(np.float32).eps) ** (1 / 3)


class Place:
    """One array or Variable under perturbation; `ways` are those in which an element can go.

    A Variable, or an array of float64 or complex128, is moved in its own memory. A float32 Variable
    stands on a float64 copy meanwhile. A float32 array is moved in its own memory by steps that
    float32 can represent, and `argument` is a float64 copy that moves with it.
    """

    def __init__(self, owner: Variable | Array, what: str) -> None:
        self.owner = owner
        array = owner._data if isinstance(owner, Variable) else owner
        if array.dtype.kind not in "fc":
            msg = (
                f"{what}: an array of dtype {array.dtype} cannot be moved by a small step; "
                "pass floating-point numbers, for example x.astype(float)."
            )
            raise DTypeError(msg)
        self.original = array
        self.mirrors: list[Array] = []
        self.exact = exact_dtype(array.dtype)
        self.ways: tuple[complex, ...] = (1.0, 1j) if array.dtype.kind == "c" else (1.0,)
        single = array.dtype != self.exact
        self.rounded = single and not isinstance(owner, Variable)
        frozen = not isinstance(owner, Variable) and not getattr(array.flags, "writeable", True)
        self.moving = array.astype(self.exact) if single or frozen else array
        if self.rounded and not frozen:
            self.mirrors.append(array)
        self.argument: Variable | Array = owner if isinstance(owner, Variable) else self.moving
        self.restored = array.copy()
        self.shape = array.shape
        self.size = array.size

    def open(self) -> None:
        """Let a Variable stand on the array that moves, with a version of its own."""
        if isinstance(self.owner, Variable):
            self.version = self.owner._version
            self.owner._version = Version()
            self.stand_on(self.moving)

    def close(self) -> None:
        """Put everything back."""
        if self.moving is self.original:
            self.moving[...] = self.restored
        for mirror in self.mirrors:
            mirror[...] = self.restored
        if isinstance(self.owner, Variable):
            self.stand_on(self.original)
            self.owner._version = self.version

    def stand_on(self, array: Array) -> None:
        """Let the Variable hold another array."""
        v: Any = self.owner
        v._data = array
        v._outline = Outline.carried(array)

    def values(self) -> Array:
        """Return a copy of what is there now, in double precision."""
        return self.moving.astype(self.exact)

    def at(self, index: tuple[int, ...]) -> complex:
        """Return one element as a Python number."""
        value: complex = self.moving[index].item()
        return value

    def put(self, index: tuple[int, ...], value: complex) -> complex:
        """Write one element; return what was really written (float32 rounds)."""
        if self.rounded:
            value = np.array(value, self.original.dtype).item()
        self.moving[index] = value
        for mirror in self.mirrors:
            mirror[index] = value
        self._written()
        return value

    def put_all(self, values: Array) -> None:
        """Write all elements."""
        self.moving[...] = values
        for mirror in self.mirrors:
            mirror[...] = values
        self._written()

    def _written(self) -> None:
        if isinstance(self.owner, Variable):
            note_write(self.owner)

    def step(self, value: complex) -> float:
        """Return the default step for an element of this value."""
        return step_for(value, self.rounded)


def exact_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return float64, or complex128 for a complex dtype."""
    return np.dtype(np.complex128 if dtype.kind == "c" else np.float64)


def step_for(value: complex, single: bool = False) -> float:
    """Return a step scaled to a value: the cube root of the rounding error, times its size."""
    return (CUBE_ROOT_SINGLE if single else CUBE_ROOT) * max(abs(value), 0.1)


@contextmanager
def opened(owners: Sequence[Any], what: str) -> Iterator[list[Place]]:
    """Make places of arrays and Variables, and put every value back at the end, also on error.

    Raises
    ------
    OperandError
        For what is neither an array nor a leaf Variable.
    """
    for owner in owners:
        leaf = isinstance(owner, Variable) and owner.is_leaf
        if not leaf and not is_array(owner):
            kind = "computed Variable" if isinstance(owner, Variable) else type(owner).__name__
            msg = f"{what}: a {kind} cannot be moved; pass arrays or leaf Variables."
            raise OperandError(msg)
        namespace(owner._data if isinstance(owner, Variable) else owner)
    places = [Place(owner, what) for owner in owners]
    entered: list[Place] = []
    try:
        for place in places:
            entered.append(place)
            place.open()
        yield places
    finally:
        for place in reversed(entered):
            place.close()
