"""Axes: the same elements with their axes in another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from autograd_lite.arrays import Array
from autograd_lite.errors import ShapeError
from autograd_lite.functions.constants import integer
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["moveaxis", "swapaxes", "transpose"]

Shape: TypeAlias = tuple[int, ...]


class Reordering(Unary):
    """What operations on the order of axes share: the gradient takes back the old order."""

    __slots__ = ("axes",)
    view = True
    axes: Shape

    def backward(self, gy: Array) -> Array:
        back = [0] * len(self.axes)
        for position, axis in enumerate(self.axes):
            back[axis] = position
        return gy.transpose(tuple(back))


class Transpose(Reordering):
    """The axes in another order."""

    __slots__ = ()
    name = "transpose"
    symbol = "T"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A(2, 3, 4), (2, 0, 1)),
        Case(A(2, 3, 4), (-1, 0, 1)),
        Case(A(2, 3, complex=True)),
    )
    points = (
        At(X([[1.0, 2.0]]), gives=[[1], [2]], arriving=[[3], [4]], slopes=([[3, 4]],)),
        At(X(5.0), gives=5, slopes=(1,)),
    )

    def __init__(self, axes: Shape | None) -> None:
        self.axes = axes  # type: ignore[assignment]

    def forward(self, x: Array) -> Array:
        if self.axes is None:
            self.axes = tuple(range(x.ndim))[::-1]
            return x.T
        self.axes = normalized_axes(self.axes, x.ndim, "transpose")
        if len(self.axes) != x.ndim:
            msg = f"transpose: axes {self.axes} do not name each of the {x.ndim} axes once."
            raise ShapeError(msg)
        return x.transpose(self.axes)


class MoveAxis(Reordering):
    """Some axes at other positions, the others in order."""

    __slots__ = ("destination", "source")
    name = "moveaxis"
    complexes = True
    cases = (
        Case(A(2, 3, 4), 0, -1),
        Case(A(2, 3, 4), (0, 1), (-1, 0)),
        Case(A(2, 3, 4), 2, 0),
        Case(A(2, 3, complex=True), 0, 1),
    )
    points = (At(X([[1.0, 2.0]]), 0, 1, gives=[[1], [2]], arriving=[[3], [4]], slopes=([[3, 4]],)),)
    destination: Shape
    source: Shape

    def __init__(self, source: Shape, destination: Shape) -> None:
        self.source = source
        self.destination = destination

    def forward(self, x: Array) -> Array:
        source = normalized_axes(self.source, x.ndim, "moveaxis")
        places = normalized_axes(self.destination, x.ndim, "moveaxis")
        if len(source) != len(places):
            msg = f"moveaxis: {len(source)} axes cannot move to {len(places)} places; pair them."
            raise ShapeError(msg)
        order = [axis for axis in range(x.ndim) if axis not in source]
        for place, axis in sorted(zip(places, source, strict=True)):
            order.insert(place, axis)
        self.axes = tuple(order)
        return x.transpose(self.axes)


class SwapAxes(Unary):
    """Two axes exchanged."""

    __slots__ = ("first", "second")
    name = "swapaxes"
    complexes = True
    view = True
    cases = (
        Case(A(2, 3, 4), 0, -1),
        Case(A(2, 3), 1, 1),
        Case(A(2, 3, complex=True), 0, 1),
    )
    points = (At(X([[1.0, 2.0]]), 0, 1, gives=[[1], [2]], arriving=[[3], [4]], slopes=([[3, 4]],)),)
    first: int
    second: int

    def __init__(self, first: int, second: int) -> None:
        self.first = first
        self.second = second

    def forward(self, x: Array) -> Array:
        return x.swapaxes(self.first, self.second)

    def backward(self, gy: Array) -> Array:
        return gy.swapaxes(self.first, self.second)


def transpose(x: Operand, axes: Sequence[int] | None = None) -> Variable:
    """Reorder the axes; reversed by default.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.transpose(ag.Variable([[1.0, 2.0, 3.0]])).shape
    (3, 1)
    """
    return unary(Transpose(None if axes is None else integers(axes, "transpose: axes")), x)


def moveaxis(x: Operand, source: int | Sequence[int], destination: int | Sequence[int]) -> Variable:
    """Move axes to other positions; the others keep their order.

    Parameters
    ----------
    x : Variable or array
    source, destination : int or sequence of int
        Where each axis is, and where it will be.

    Raises
    ------
    ShapeError
        For axes out of range or named twice, or if the two are not equally many.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.moveaxis(ag.Variable([[[1.0, 2.0]]]), -1, 0).shape
    (2, 1, 1)
    """
    what = "moveaxis: axis"
    return unary(MoveAxis(integers(source, what), integers(destination, what)), x)


def swapaxes(x: Operand, axis1: int, axis2: int) -> Variable:
    """Exchange two axes.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.swapaxes(ag.Variable([[[1.0, 2.0]]]), 0, 2).shape
    (2, 1, 1)
    """
    first, second = integer(axis1, "swapaxes: axis1"), integer(axis2, "swapaxes: axis2")
    return unary(SwapAxes(first, second), x)


def integers(value: int | Sequence[int], what: str) -> Shape:
    """Return an integer or some integers as a tuple."""
    if getattr(value, "ndim", False):
        value = value.tolist()  # type: ignore[union-attr]
    if isinstance(value, list | tuple):
        return tuple([n if type(n) is int else integer(n, what) for n in value])
    return (integer(value, what),)
