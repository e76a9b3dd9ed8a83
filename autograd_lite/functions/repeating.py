"""Repeating: each element, or the whole array, several times."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, TypeAlias

import numpy as np

from autograd_lite.arrays import Array, require
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions.axes import integers
from autograd_lite.functions.constants import integer
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.functions.taking import whole_numbers
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["repeat", "tile"]

Shape: TypeAlias = tuple[int, ...]


class Repeat(Unary):
    """Each element several times along an axis: the textbook's Repeat node; gradients add up."""

    __slots__ = ("along", "apart", "axis", "before", "index", "repeats")
    constants = ("index",)
    name = "repeat"
    complexes = True
    cases = (
        Case(A(1, 3), 4, axis=0),
        Case(A(2, 3), 2, axis=1),
        Case(A(2, 3), 2),
        Case(A(2, 3), 3, axis=-1),
        Case(A(), 3),
        Case(A(3, 2), (2, 0, 1), axis=0),
        Case(A(2, 2), (1, 0, 3, 1)),
        Case(A(2, complex=True), 2),
    )
    points = (
        At(X([1.0, 2.0]), 2, gives=[1, 1, 2, 2], arriving=[1, 2, 4, 8], slopes=([3, 12],)),
        At(X([1.0, 2.0]), (0, 3), gives=[2, 2, 2], arriving=[1, 2, 4], slopes=([0, 7],)),
        At(X([1.0, 2.0]), 0, gives=[], slopes=([0, 0],)),
    )
    before: Shape
    repeats: int | Array
    axis: int | None
    along: int  # the axis from 0 on; of the flattened array without one
    apart: Shape  # the result with an axis for the copies of one element
    index: Any  # of several counts: which element each of the result's is

    def __init__(self, repeats: int | Array, axis: int | None) -> None:
        self.repeats = repeats
        self.axis = axis

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        if self.axis is None:
            x = x.reshape(-1)
        shape, times = x.shape, self.repeats
        (axis,) = normalized_axes(self.axis or 0, len(shape), "repeat")
        self.along = axis
        if isinstance(times, int):
            self.apart = (*shape[: axis + 1], times, *shape[axis + 1 :])
            if times == 0:
                self.leaves_out(x)
            return x.repeat(times, axis)
        if times.shape != shape[axis : axis + 1]:
            msg = (
                f"repeat: repeats of shape {times.shape} for {shape[axis]} elements; one for each."
            )
            raise ShapeError(msg)
        self.leaves_out(x)
        self.apart = shape
        places = self.xp.asarray(_places(times))
        self.index = (*(slice(None),) * axis, places)
        return x.take(places, axis)

    def backward(self, gy: Array) -> Array:
        if isinstance(self.repeats, int):
            total = self.xp.sum(gy.reshape(self.apart), axis=self.along + 1)
        else:
            total = self.xp.scatter_add(gy, self.index, self.apart)
        return total if total.shape == self.before else total.reshape(self.before)


class Tile(Unary):
    """The whole array several times along each axis; the gradients of the copies add up."""

    __slots__ = ("apart", "before", "reps")
    name = "tile"
    complexes = True
    cases = (
        Case(A(2, 3), 2),
        Case(A(3), (2, 2)),
        Case(A(2, 1, 3), (3, 2)),
        Case(A(), 3),
        Case(A(2, 2), (1, 1)),
        Case(A(2, complex=True), (2, 2)),
    )
    points = (
        At(X([1.0, 2.0]), 2, gives=[1, 2, 1, 2], arriving=[1, 2, 4, 8], slopes=([5, 10],)),
        At(X([1.0]), (2, 0), gives=[[], []], slopes=([0],)),
        At(X(5.0), (), gives=5, slopes=(1,)),
    )
    reps: Shape
    before: Shape
    apart: Shape  # the result with an axis for the copies before each of the operand's

    def __init__(self, reps: Shape) -> None:
        self.reps = reps

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        if 0 in self.reps:
            self.leaves_out(x)
        shape = (1,) * (len(self.reps) - x.ndim) + x.shape
        reps = (1,) * (x.ndim - len(self.reps)) + self.reps
        pairs = list(zip(reps, shape, strict=True))
        self.apart = tuple([n for pair in pairs for n in pair])
        if prod(reps) == 1:
            return x.reshape(shape).copy()
        once = x.reshape([n for length in shape for n in (1, length)])
        return self.xp.broadcast_to(once, self.apart).copy().reshape([r * n for r, n in pairs])

    def backward(self, gy: Array) -> Array:
        copies = tuple([i for i in range(0, len(self.apart), 2) if self.apart[i] != 1])
        return self.xp.sum(gy.reshape(self.apart), axis=copies).reshape(self.before)


def repeat(x: Operand, repeats: int | Sequence[int] | Array, axis: int | None = None) -> Variable:
    """Repeat every element along an axis, as ``numpy.repeat``; flattened without one.

    The Repeat node of Saito, Deep Learning from Scratch 2, chapter 1: the gradients of the
    copies add up.

    Parameters
    ----------
    x : Variable or array
    repeats : int or sequence of int
        How many times, 0 or more: all, or each of them.
    axis : int, optional

    Raises
    ------
    ArgumentError
        If one of `repeats` is negative.
    ShapeError
        If there is not one of `repeats` for each element along the axis.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[1.0, 2.0]])
    >>> y = ag.repeat(x, 3, axis=0)
    >>> y.sum().backward()
    >>> y.shape, x.grad.tolist()
    ((3, 2), [[3.0, 3.0]])
    >>> ag.repeat(ag.Variable([1.0, 2.0]), [1, 2])
    Variable([1., 2., 2.])
    """
    along = None if axis is None else integer(axis, "repeat: axis")
    if isinstance(repeats, int):
        return unary(Repeat(_not_negative(repeats, "repeat: repeats"), along), x)
    times = whole_numbers(repeats, x, "repeat: repeats")
    require(
        times.size == 0 or times.min() >= 0, "repeat: one of repeats is negative; pass 0 or more."
    )
    return unary(Repeat(times if times.size != 1 else int(times.item()), along), x)


def tile(x: Operand, reps: int | Sequence[int]) -> Variable:
    """Repeat the whole array along each axis, as ``numpy.tile``.

    Parameters
    ----------
    x : Variable or array
    reps : int or sequence of int
        How many times along each axis, the last ones of `x` if it has more; new axes come first.

    Raises
    ------
    ArgumentError
        If one of `reps` is negative.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, 2.0])
    >>> y = ag.tile(x, (2, 2))
    >>> y.sum().backward()
    >>> y.shape, x.grad.tolist()
    ((2, 4), [4.0, 4.0])
    """
    times = [_not_negative(n, "tile: reps") for n in integers(reps, "tile: reps")]
    return unary(Tile(tuple(times)), x)


def _places(times: Array) -> Array:
    """Return which element comes at each place."""
    host: Any = times if type(times) is np.ndarray else times.tolist()
    return np.repeat(np.arange(times.size), host)


def _not_negative(times: int, what: str) -> int:
    if times < 0:
        msg = f"{what} is {times}; pass 0 or more."
        raise ArgumentError(msg)
    return times
