"""Padding: a frame around an array, of a constant or of its own elements."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import prod
from typing import Any, TypeAlias

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError, OperandError, ShapeError
from autograd_lite.functions.axes import integers
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["pad"]

Shape: TypeAlias = tuple[int, ...]
Width: TypeAlias = tuple[int, int]
Frame: TypeAlias = tuple[int, int, int, Array]  # an axis, where the operand starts and ends, places

FEW = 4096  # elements: so many are picked one by one

MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


class Pad(Unary):
    """A frame around an array; its gradient goes back to where the frame was copied from."""

    __slots__ = ("before", "constant", "frames", "inner", "mode", "places", "width")
    constants = ("frames", "places")
    name = "pad"
    complexes = True
    cases = (
        Case(A(2, 3), 1),
        Case(A(3), (2, 0), constant_values=0.5),
        Case(A(2, 3), ((1, 0), (0, 2))),
        *[Case(A(2, 3), ((3, 1), (0, 4)), mode) for mode in MODES[1:]],
        Case(A(1), 2, "reflect"),
        Case(A(0, 2), ((0, 0), (1, 1)), "edge"),
        Case(A(), 1),
        Case(A(3, complex=True), 2),
    )
    points = (
        At(X([1.0]), (1, 2), gives=[0, 1, 0, 0], arriving=[2, 3, 4, 5], slopes=([3],)),
        At(X([1.0, 2.0]), 1, "edge", gives=[1, 1, 2, 2], arriving=[2, 3, 4, 5], slopes=([5, 9],)),
        At(X([1.0, 2.0, 3.0]), (2, 0), "reflect", gives=[3, 2, 1, 2, 3], slopes=([1, 2, 2],)),
        At(X([1.0, 2.0]), (0, 1), "symmetric", gives=[1, 2, 2], slopes=([1, 2],)),
        At(X([1.0, 2.0]), (0, 1), "wrap", gives=[1, 2, 1], slopes=([2, 1],)),
        At(X([]), 1, gives=[0, 0], slopes=([],)),
    )
    width: tuple[Width, ...]
    mode: str
    constant: float
    before: Shape
    inner: tuple[slice, ...]  # where the operand is in the result
    places: Array | None  # where the elements of a small result come from, in flat memory
    frames: list[Frame]  # of each padded axis of a large one

    def __init__(self, width: tuple[Width, ...], mode: str, constant: float) -> None:
        self.width = width
        self.mode = mode
        self.constant = constant
        self.places = None

    def forward(self, x: Array) -> Array:
        self.before, ndim = x.shape, x.ndim
        if len(self.width) == 1:
            self.width *= ndim
        if len(self.width) != ndim:
            msg = f"pad: {len(self.width)} pairs of widths for {ndim} axes; pass one for each."
            raise ShapeError(msg)
        if self.mode == "constant":
            return self._of_a_constant(x)
        if 0 in [n for n, widths in zip(x.shape, self.width, strict=True) if any(widths)]:
            msg = f"pad: nothing of shape {x.shape} can be repeated; use mode 'constant'."
            raise ShapeError(msg)
        return self._of_few(x) if x.size <= FEW else self._of_many(x)

    def _of_a_constant(self, x: Array) -> Array:
        sides = list(zip(self.width, x.shape, strict=True))
        self.inner = tuple([slice(first, first + n) for (first, _), n in sides])
        shape = [first + n + last for (first, last), n in sides]
        padded: Array = self.xp.full(shape, self.constant, dtype=x.dtype)
        padded[self.inner] = x
        return padded

    def _of_few(self, x: Array) -> Array:
        """Pick every element of the result."""
        self.places = self.xp.asarray(_places(x.shape, self.width, self.mode))
        return x.reshape(-1).take(self.places)

    def _of_many(self, x: Array) -> Array:
        """Pick the frame alone, axis by axis: corners are frames of frames."""
        self.frames = []
        padded = x
        for axis, (first, last) in enumerate(self.width):
            if first or last:
                n = x.shape[axis]
                places = self.xp.asarray(_frame(n, first, last, self.mode))
                self.frames.append((axis, first, first + n, places))
                before, after = padded.take(places[:first], axis), padded.take(places[first:], axis)
                padded = self.xp.concatenate((before, padded, after), axis)
        return x.copy() if padded is x else padded

    def backward(self, gy: Array) -> Array:
        xp = self.xp
        if self.mode == "constant":
            return gy[self.inner]
        if self.places is not None:
            return xp.scatter_add(gy, self.places, (prod(self.before),)).reshape(self.before)
        for axis, start, end, places in reversed(self.frames):
            before, inner, after = xp.split(gy, (start, end), axis)
            index = (*(slice(None),) * axis, places)
            frame = xp.concatenate((before, after), axis)
            gy = inner + xp.scatter_add(frame, index, inner.shape)
        return gy


def pad(
    x: Operand, pad_width: Any, mode: str = "constant", *, constant_values: float = 0
) -> Variable:
    """Put a frame around an array.

    Parameters
    ----------
    x : Variable or array
    pad_width : int, pair of int, or one pair for each axis
        How many elements before and after.
    mode : str
        What the frame holds: ``"constant"``, or the nearest element (``"edge"``), the array
        mirrored at its last element (``"reflect"``) or beyond it (``"symmetric"``), or from the
        other end (``"wrap"``).
    constant_values : float
        Of mode ``"constant"``.

    Raises
    ------
    ArgumentError
        For another mode, or a negative width.
    ShapeError
        If the pairs are not as many as the axes.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.pad(ag.Variable([1.0, 2.0]), (1, 2))
    Variable([0., 1., 2., 0., 0.])
    >>> ag.pad(ag.Variable([1.0, 2.0, 3.0]), 2, "reflect")
    Variable([3., 2., 1., 2., 3., 2., 1.])
    """
    if mode not in MODES:
        msg = f"pad: mode {mode!r:.40} is not supported; choose one of {', '.join(MODES)}."
        raise ArgumentError(msg)
    if not isinstance(constant_values, float | int):
        msg = "pad: constant_values must be one number; for a frame of arrays use concatenate()."
        raise OperandError(msg)
    return unary(Pad(_widths(pad_width), mode, constant_values), x)


def _widths(given: int | Sequence[Any]) -> tuple[Width, ...]:
    """Return pairs of widths: one for all axes, or one for each."""
    rows: Any = given.tolist() if hasattr(given, "tolist") else given
    if not isinstance(rows, list | tuple) or not any([isinstance(r, list | tuple) for r in rows]):
        rows = [rows]
    pairs = []
    for row in rows:
        pair = integers(row, "pad: pad_width")
        if len(pair) > 2 or min(pair, default=-1) < 0:
            msg = f"pad: pad_width {row} is no pair of widths of 0 or more; pass (before, after)."
            raise ArgumentError(msg)
        pairs.append((pair[0], pair[-1]))
    return tuple(pairs)


@lru_cache(maxsize=64)
def _places(shape: Shape, width: tuple[Width, ...], mode: str) -> Array:
    """Return where each element of a padded array comes from, in flat memory."""
    places = np.zeros((), np.intp)
    for n, (first, last) in zip(shape, width, strict=True):
        places = places[..., None] * n + _inside(np.arange(-first, n + last), n, mode)
    places.flags.writeable = False
    return places


def _frame(n: int, first: int, last: int, mode: str) -> Array:
    """Return which of n elements stand before and after them."""
    return _inside(np.append(np.arange(-first, 0), np.arange(n, n + last)), n, mode)


def _inside(i: Array, n: int, mode: str) -> Array:
    """Return which of n elements stands at place i, inside or outside."""
    if mode == "edge":
        return i.clip(0, n - 1)
    if mode == "wrap":
        return i % n
    back = 2 * n - 2 if mode == "reflect" else 2 * n - 1  # where the way back would end
    i = i % max(1, back + (mode == "symmetric"))
    return np.minimum(i, back - i)
