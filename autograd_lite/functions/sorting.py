"""Sorting: elements put in order along an axis; each takes its gradient along."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError
from autograd_lite.functions.axes import integers
from autograd_lite.functions.constants import integer
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["partition", "sort"]


class Ordered(Unary):
    """What sort and partition share: each element of the result is one of the operand's."""

    __slots__ = ("asked", "axis", "before", "places")
    constants = ("places",)
    asked: int | None
    axis: int
    before: tuple[int, ...]
    places: Array  # where each element of the result came from, in flat memory

    def along(self, x: Array) -> Array:
        """Note the shape of `x` and the axis; return it, flat if no axis was asked for."""
        self.before = x.shape
        if self.asked is None:
            self.axis = 0
            return x.reshape(-1)
        (self.axis,) = normalized_axes(self.asked, x.ndim, self.name)
        return x

    def picked(self, x: Array, order: Array) -> Array:
        """Return `x` in an order along the axis."""
        self.places = self.xp.places_along(order, x.shape, self.axis)
        return x.reshape(-1).take(self.places)

    def backward(self, gy: Array) -> Array:
        size = self.places.size
        return self.xp.scatter_add(gy, self.places, (size,)).reshape(self.before)


class Sort(Ordered):
    """The elements from small to large along an axis, NaN last."""

    __slots__ = ()
    name = "sort"
    subgradient = "equal elements keep their order, and each the gradient of its place"
    cases = (
        Case(A(3, 4, distinct=True)),
        Case(A(3, 4, distinct=True), axis=0),
        Case(A(2, 3, 2, distinct=True), axis=-2),
        Case(A(2, 3, distinct=True), axis=None),
    )
    points = (
        At(X([3.0, 1.0, 2.0]), gives=[1, 2, 3], arriving=[1, 2, 4], slopes=([4, 1, 2],)),
        At(X([2.0, 1.0, 2.0, 1.0]), gives=[1, 1, 2, 2], arriving=[1, 2, 4, 8],
           slopes=([4, 1, 8, 2],)),
        At(X([nan, inf, -inf, nan]), gives=[-inf, inf, nan, nan], arriving=[1, 2, 4, 8],
           slopes=([4, 2, 1, 8],)),
        At(X([[5.0]]), axis=0, gives=[[5]], arriving=[[3]], slopes=([[3]],)),
        At(X([[], []]), axis=1, gives=[[], []], slopes=([[], []],)),
        At(X(5.0), axis=None, gives=[5], slopes=(1,)),
    )  # fmt: skip

    def __init__(self, axis: int | None) -> None:
        self.asked = axis

    def forward(self, x: Array) -> Array:
        x, xp = self.along(x), self.xp
        if self._left is None:
            return xp.sort(x, axis=self.axis, kind="stable")
        return self.picked(x, x.argsort(axis=self.axis, kind="stable"))


class Partition(Ordered):
    """The k-th smallest in its place, smaller ones before and larger ones behind it."""

    __slots__ = ("kth",)
    name = "partition"
    subgradient = "of equal elements, which one comes where is the library's choice"
    cases = (
        Case(A(7, distinct=True), 3),
        Case(A(3, 4, distinct=True), (0, -2), axis=0),
        Case(A(2, 3, distinct=True), 4, axis=None),
    )
    points = (
        At(X([3.0, 1.0, 2.0]), (0, 1, 2), gives=[1, 2, 3], arriving=[1, 2, 4],
           slopes=([4, 1, 2],)),
        At(X([nan, 1.0]), 1, gives=[1, nan], arriving=[2, 3], slopes=([3, 2],)),
        At(X([[5.0]]), 0, gives=[[5]], arriving=[[3]], slopes=([[3]],)),
    )  # fmt: skip
    kth: tuple[int, ...]

    def __init__(self, kth: tuple[int, ...], axis: int | None) -> None:
        self.kth = kth
        self.asked = axis

    def forward(self, x: Array) -> Array:
        x = self.along(x)
        length = x.shape[self.axis]
        if not all([-length <= k < length for k in self.kth]):
            msg = f"partition: kth {self.kth} is out of range; pass {-length} to {length - 1}."
            raise ArgumentError(msg)
        kth = [k % length for k in self.kth]
        return self.picked(x, self.xp.argpartition(x, kth, axis=self.axis))


def sort(x: Operand, axis: int | None = -1) -> Variable:
    """Put the elements along an axis in order, small ones first, NaN last.

    The sort is stable: equal elements keep their order, and each takes the gradient of the place
    that it comes to.

    Parameters
    ----------
    x : Variable or array
    axis : int or None
        None sorts the flattened array.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([3.0, 1.0, 2.0])
    >>> y = ag.sort(x)
    >>> (y * [1.0, 10.0, 100.0]).sum().backward()
    >>> y.data.tolist(), x.grad.tolist()
    ([1.0, 2.0, 3.0], [100.0, 1.0, 10.0])
    """
    return unary(Sort(None if axis is None else integer(axis, "sort: axis")), x)


def partition(x: Operand, kth: int | Sequence[int], axis: int | None = -1) -> Variable:
    """Put the k-th smallest elements in their places, smaller ones before, larger ones behind.

    Parameters
    ----------
    x : Variable or array
    kth : int or sequence of int
        Which places hold what a sort would put there; from the end where negative.
    axis : int or None
        None partitions the flattened array.

    Raises
    ------
    ArgumentError
        If the axis has no such place.
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([3.0, 1.0, 2.0])
    >>> ag.partition(x, 0)[0].backward()
    >>> print(x.grad)
    [0. 1. 0.]
    """
    along = None if axis is None else integer(axis, "partition: axis")
    return unary(Partition(integers(kth, "partition: kth"), along), x)
