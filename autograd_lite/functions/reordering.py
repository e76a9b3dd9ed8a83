"""Reordering: elements moved along their axes, and the frame put around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions.axes import integers
from autograd_lite.functions.constants import integer
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Axis, Operand, Variable

__all__ = ["flip", "roll", "rot90"]

Shape: TypeAlias = tuple[int, ...]


class Flip(Unary):
    """Some axes backwards; the gradient is flipped back."""

    __slots__ = ("axis",)
    name = "flip"
    complexes = True
    view = True
    cases = (
        Case(A(2, 3)),
        Case(A(2, 3), axis=-1),
        Case(A(2, 3, 2), axis=(0, -1)),
        Case(A()),
        Case(A(0, 2), axis=0),
        Case(A(2, 2, complex=True), 0),
    )
    points = (At(X([1.0, 2.0, 3.0]), gives=[3, 2, 1], arriving=[4, 5, 6], slopes=([6, 5, 4],)),)
    axis: Axis

    def __init__(self, axis: Axis) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        self.axis = normalized_axes(self.axis, x.ndim, "flip")
        return self.xp.flip(x, self.axis)

    def backward(self, gy: Array) -> Array:
        return self.xp.flip(gy, self.axis)


class Roll(Unary):
    """Elements moved along axes, around the end; the gradient is rolled back."""

    __slots__ = ("axis", "before", "shift")
    name = "roll"
    complexes = True
    cases = (
        Case(A(5), 2),
        Case(A(2, 3), -1),
        Case(A(2, 3), 4, axis=1),
        Case(A(3, 2), (1, -1), axis=(0, 1)),
        Case(A(3, 2), 1, axis=(0, 1)),
        Case(A(3, 2), (1, 1), axis=(0, 0)),
        Case(A(), 1),
        Case(A(3, complex=True), 1),
    )
    points = (
        At(X([1.0, 2.0, 3.0]), 1, gives=[3, 1, 2], arriving=[4, 5, 6], slopes=([5, 6, 4],)),
        At(X([]), 2, gives=[], slopes=([],)),
    )
    before: Shape
    shift: Shape
    axis: Shape | None  # as many as shifts

    def __init__(self, shift: Shape, axis: Shape | None) -> None:
        self.shift = shift
        self.axis = axis

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        if self.axis is not None:
            self.axis = tuple([normalized_axes(i, x.ndim, "roll")[0] for i in self.axis])
        elif x.ndim == 1:
            self.axis = (0,) * len(self.shift)
        return self._rolled(x, self.shift)

    def backward(self, gy: Array) -> Array:
        return self._rolled(gy, tuple([-by for by in self.shift]))

    def _rolled(self, x: Any, shift: Shape) -> Array:
        if self.axis is not None:
            return self.xp.roll(x, shift, self.axis)
        return self.xp.roll(x.reshape(-1), sum(shift), 0).reshape(self.before)


class Rot90(Unary):
    """Quarter turns in the plane of two axes; the gradient is turned back."""

    __slots__ = ("axes", "k")
    name = "rot90"
    complexes = True
    view = True
    cases = (
        *[Case(A(2, 3), k) for k in range(-1, 4)],
        Case(A(2, 3, 4), axes=(2, 0)),
        Case(A(2, 0)),
        Case(A(2, 3, complex=True)),
    )
    points = (
        At(X([[1.0, 2.0]]), gives=[[2], [1]], arriving=[[3], [4]], slopes=([[4, 3]],)),
        At(X([[1.0, 2.0]]), 4, gives=[[1, 2]], arriving=[[3, 4]], slopes=([[3, 4]],)),
    )
    axes: Shape
    k: int

    def __init__(self, k: int, axes: Shape) -> None:
        self.k = k
        self.axes = axes

    def forward(self, x: Array) -> Array:
        self.axes = normalized_axes(self.axes, x.ndim, "rot90")
        return self._turned(x, self.k % 4)

    def backward(self, gy: Array) -> Array:
        return self._turned(gy, -self.k % 4)

    def _turned(self, x: Any, k: int) -> Array:
        flip, (first, second) = self.xp.flip, self.axes
        if k == 1:
            return flip(x, second).swapaxes(first, second)
        if k == 2:
            return flip(x, self.axes)
        return flip(x.swapaxes(first, second), second) if k else x


def flip(x: Operand, axis: int | Sequence[int] | None = None) -> Variable:
    """Reverse the order of the elements along some axes, by default along all.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.flip(ag.Variable([[1.0, 2.0], [3.0, 4.0]]), axis=1)
    Variable([[2., 1.],
              [4., 3.]])
    """
    return unary(Flip(None if axis is None else integers(axis, "flip: axis")), x)


def roll(
    x: Operand, shift: int | Sequence[int], axis: int | Sequence[int] | None = None
) -> Variable:
    """Move elements along axes; those that pass the end come in at the front.

    Parameters
    ----------
    x : Variable or array
    shift : int or sequence of int
        By how many places.
    axis : int, sequence of int or None
        One for each shift, or one for all; None rolls the flattened array.

    Raises
    ------
    ArgumentError
        If there are several shifts and another number of axes.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.roll(ag.Variable([1.0, 2.0, 3.0]), 1)
    Variable([3., 1., 2.])
    """
    by = integers(shift, "roll: shift")
    if axis is None:
        return unary(Roll(by, None), x)
    along = integers(axis, "roll: axis")
    if len(by) != len(along) and 1 not in (len(by), len(along)):
        msg = f"roll: {len(by)} shifts for {len(along)} axes; pass one for each, or one for all."
        raise ArgumentError(msg)
    many = len(by) * len(along) // max(1, min(len(by), len(along)))
    by, along = by * many if len(by) == 1 else by, along * many if len(along) == 1 else along
    return unary(Roll(by, along), x)


def rot90(x: Operand, k: int = 1, axes: Sequence[int] = (0, 1)) -> Variable:
    """Turn by 90 degrees, `k` times, from the first axis towards the second.

    Raises
    ------
    ShapeError
        If `axes` are not two different axes of `x`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.rot90(ag.Variable([[1.0, 2.0], [3.0, 4.0]]))
    Variable([[2., 4.],
              [1., 3.]])
    """
    plane = integers(axes, "rot90: axes")
    if len(plane) != 2:
        msg = f"rot90: {len(plane)} axes are no plane; pass two."
        raise ShapeError(msg)
    return unary(Rot90(integer(k, "rot90: k"), plane), x)
