"""Shapes: the same elements in another arrangement, or stretched and summed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from autograd_lite.arrays import Array
from autograd_lite.errors import ShapeError
from autograd_lite.functions.axes import integers
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Axis, Operand, Variable

__all__ = ["broadcast_to", "expand_dims", "ravel", "reshape", "squeeze", "sum_to"]

Shape: TypeAlias = tuple[int, ...]


class Reshaping(Unary):
    """What operations on the shape alone share: the gradient takes back the old shape."""

    __slots__ = ("before",)
    view = True
    before: Shape

    def backward(self, gy: Array) -> Array:
        return gy.reshape(self.before)


class Reshape(Reshaping):
    """The same elements in another shape."""

    __slots__ = ("shape",)
    name = "reshape"
    complexes = True
    cases = (
        Case(A(3, 4), (2, 6)),
        Case(A(3, 4), -1),
        Case(A(), (1, 1)),
        Case(A(0, 3), (3, 0)),
        Case(A(2, 3, complex=True), (3, 2)),
    )
    points = (
        At(X([[1.0, 2.0]]), (2,), gives=[1, 2], arriving=[3, 4], slopes=([[3, 4]],)),
        At(X([5.0]), (), gives=5, arriving=3, slopes=([3],)),
    )
    shape: Shape

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        return x.reshape(self.shape)


class Ravel(Reshaping):
    """All elements in a row, last axis fastest."""

    __slots__ = ()
    name = "ravel"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A()),
        Case(A(2, 0)),
        Case(A(2, 2, complex=True)),
    )
    points = (
        At(X([[1.0], [2.0]]), gives=[1, 2], arriving=[3, 4], slopes=([[3], [4]],)),
        At(X(5.0), gives=[5], slopes=(1,)),
    )

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        return x.reshape(-1)


class ExpandDims(Reshaping):
    """New axes of length 1."""

    __slots__ = ("axis",)
    name = "expand_dims"
    complexes = True
    cases = (
        Case(A(3), 0),
        Case(A(3, 4), -1),
        Case(A(3, 4), (0, -2)),
        Case(A(), 0),
        Case(A(2, complex=True), 0),
    )
    points = (At(X([1.0, 2.0]), (0, 2), gives=[[[1], [2]]], slopes=([1, 1],)),)
    axis: int | Shape

    def __init__(self, axis: int | Shape) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        count = len(self.axis) if isinstance(self.axis, tuple) else 1
        axes = normalized_axes(self.axis, x.ndim + count, "expand_dims")
        sides = iter(x.shape)
        return x.reshape([1 if i in axes else next(sides) for i in range(x.ndim + count)])


class Squeeze(Reshaping):
    """Without axes of length 1."""

    __slots__ = ("axis",)
    name = "squeeze"
    complexes = True
    cases = (
        Case(A(1, 3, 1)),
        Case(A(1, 3, 1), axis=-1),
        Case(A(1, 3, 1), axis=(0, 2)),
        Case(A(2, 3)),
        Case(A(1, 2, complex=True)),
    )
    points = (
        At(X([[[1.0, 2.0]]]), gives=[1, 2], arriving=[3, 4], slopes=([[[3, 4]]],)),
        At(X([[[5.0]]]), gives=5, slopes=([[[1]]],)),
    )
    axis: Axis

    def __init__(self, axis: Axis) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Array:
        self.before = shape = x.shape
        if self.axis is None:
            return x.reshape([n for n in shape if n != 1])
        axes = normalized_axes(self.axis, x.ndim, "squeeze")
        if any([shape[i] != 1 for i in axes]):
            msg = f"squeeze: axis {self.axis} of shape {shape} has not length 1; name one that has."
            raise ShapeError(msg)
        return x.reshape([n for i, n in enumerate(shape) if i not in axes])


class BroadcastTo(Unary):
    """Copies along new or stretched axes; their gradients add up."""

    __slots__ = ("before", "shape")
    name = "broadcast_to"
    complexes = True
    view = True
    cases = (
        Case(A(3), (2, 3)),
        Case(A(2, 1), (2, 4)),
        Case(A(), (2, 2)),
        Case(A(1), (0,)),
        Case(A(2, complex=True), (2, 2)),
    )
    points = (
        At(X([5.0]), (3,), gives=[5, 5, 5], arriving=[1, 2, 4], slopes=([7],)),
        At(X([5.0]), (0,), gives=[], slopes=([0],)),
    )
    before: Shape
    shape: Shape

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        if 0 in self.shape:
            self.leaves_out(x)
        return self.xp.broadcast_to(x, self.shape)

    def backward(self, gy: Array) -> Array:
        return self.xp.sum_to(gy, self.before)


class SumTo(Unary):
    """The sum over the axes that broadcasting would stretch: the reverse of broadcast_to."""

    __slots__ = ("before", "shape")
    name = "sum_to"
    complexes = True
    view = True
    cases = (
        Case(A(2, 3), (3,)),
        Case(A(2, 4), (2, 1)),
        Case(A(2, 2), ()),
        Case(A(3), (3,)),
        Case(A(2, 2, complex=True), (2,)),
    )
    points = (
        At(X([[1.0, 2.0], [3.0, 4.0]]), (2,), gives=[4, 6], slopes=([[1, 1], [1, 1]],)),
        At(X([[]]), (1, 1), gives=[[0]], slopes=([[]],)),
    )
    before: Shape
    shape: Shape

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        fits = len(self.shape) <= x.ndim and all(
            [
                mine in (1, theirs)
                for mine, theirs in zip(self.shape[::-1], x.shape[::-1], strict=False)
            ]
        )
        if not fits:
            msg = f"sum_to: shape {self.shape} does not broadcast to the operand's {x.shape}."
            raise ShapeError(msg)
        return self.xp.sum_to(x, self.shape)

    def backward(self, gy: Array) -> Array:
        return self.xp.broadcast_to(gy, self.before)


def reshape(x: Operand, shape: int | Sequence[int]) -> Variable:
    """Give the elements another shape; one length may be -1.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.reshape(ag.Variable([1.0, 2.0, 3.0, 4.0]), (2, -1)).shape
    (2, 2)
    """
    return unary(Reshape(integers(shape, "reshape: shape")), x)


def ravel(x: Operand) -> Variable:
    """Put all elements in a row, the last axis fastest.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.ravel(ag.Variable([[1.0, 2.0], [3.0, 4.0]]))
    Variable([1., 2., 3., 4.])
    """
    return unary(Ravel(), x)


def expand_dims(x: Operand, axis: int | Sequence[int]) -> Variable:
    """Insert axes of length 1 so that they stand at the given positions of the result.

    Raises
    ------
    ShapeError
        For a position that the result does not have, or one named twice.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.expand_dims(ag.Variable([1.0, 2.0]), axis=1).shape
    (2, 1)
    """
    return unary(ExpandDims(_axes(axis)), x)


def squeeze(x: Operand, axis: int | Sequence[int] | None = None) -> Variable:
    """Remove axes of length 1: all of them, or those named.

    Raises
    ------
    ShapeError
        If a named axis has another length.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.squeeze(ag.Variable([[1.0], [2.0]])).shape
    (2,)
    """
    return unary(Squeeze(None if axis is None else _axes(axis)), x)


def broadcast_to(x: Operand, shape: int | Sequence[int]) -> Variable:
    """Stretch to a shape by NumPy's broadcasting rules.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, 2.0])
    >>> ag.broadcast_to(x, (3, 2)).sum().backward()
    >>> print(x.grad)
    [3. 3.]
    """
    return unary(BroadcastTo(integers(shape, "broadcast_to: shape")), x)


def sum_to(x: Operand, shape: int | Sequence[int]) -> Variable:
    """Sum to a shape that broadcasts to the operand's: the reverse of ``broadcast_to``.

    Raises
    ------
    ShapeError
        If `shape` does not broadcast to the operand's.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.sum_to(ag.Variable([[1.0, 2.0], [3.0, 4.0]]), (1, 2))
    Variable([[4., 6.]])
    """
    return unary(SumTo(integers(shape, "sum_to: shape")), x)


def _axes(axis: int | Sequence[int]) -> int | Shape:
    """Return one axis or several as normalized_axes takes them."""
    return tuple(axis) if isinstance(axis, list) else axis  # type: ignore[return-value]
