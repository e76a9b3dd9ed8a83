"""Shapes: the same elements in another arrangement, or stretched and summed."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions.constants import integer
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, Case
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = [
    "broadcast_to",
    "repeat",
    "reshape",
    "sum_to",
    "swapaxes",
    "transpose",
]

Shape = tuple[int, ...]


class Reshape(Unary):
    """The same elements in another shape."""

    __slots__ = ("before", "shape")
    name = "reshape"
    view = True
    cases = (Case(A(3, 4), (2, 6)), Case(A(3, 4), -1), Case(A(), (1, 1)), Case(A(0, 3), (3, 0)))
    before: Shape
    shape: Shape

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        return x.reshape(self.shape)

    def backward(self, gy: Array) -> Array:
        return gy.reshape(self.before)


class Transpose(Unary):
    """The axes in another order."""

    __slots__ = ("axes",)
    name = "transpose"
    symbol = "T"
    view = True
    cases = (Case(A(3, 4)), Case(A(2, 3, 4), (2, 0, 1)), Case(A(2, 3, 4), (-1, 0, 1)))
    axes: Shape

    def __init__(self, axes: Shape | None) -> None:
        self.axes = axes  # type: ignore[assignment]

    def forward(self, x: Array) -> Array:
        if self.axes is None:
            self.axes = tuple(range(x.ndim))[::-1]
        else:
            self.axes = normalized_axes(self.axes, x.ndim, "transpose")
            if len(self.axes) != x.ndim:
                msg = f"transpose: axes {self.axes} do not name each of the {x.ndim} axes once."
                raise ShapeError(msg)
        return x.transpose(self.axes)

    def backward(self, gy: Array) -> Array:
        back = [0] * len(self.axes)
        for position, axis in enumerate(self.axes):
            back[axis] = position
        return gy.transpose(tuple(back))


class SwapAxes(Unary):
    """Two axes exchanged."""

    __slots__ = ("first", "second")
    name = "swapaxes"
    view = True
    cases = (Case(A(2, 3, 4), 0, -1),)
    first: int
    second: int

    def __init__(self, first: int, second: int) -> None:
        self.first = first
        self.second = second

    def forward(self, x: Array) -> Array:
        return x.swapaxes(self.first, self.second)

    def backward(self, gy: Array) -> Array:
        return self.xp.swapaxes(gy, self.first, self.second)


class BroadcastTo(Unary):
    """Copies along new or stretched axes; their gradients add up."""

    __slots__ = ("before", "shape")
    name = "broadcast_to"
    view = True
    cases = (Case(A(3), (2, 3)), Case(A(2, 1), (2, 4)), Case(A(), (2, 2)), Case(A(1), (0,)))
    before: Shape
    shape: Shape

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        return self.xp.broadcast_to(x, self.shape)

    def backward(self, gy: Array) -> Array:
        return self.xp.sum_to(gy, self.before)


class SumTo(Unary):
    """The sum over the axes that broadcasting would stretch: the reverse of broadcast_to."""

    __slots__ = ("before", "shape")
    name = "sum_to"
    view = True
    cases = (Case(A(2, 3), (3,)), Case(A(2, 4), (2, 1)), Case(A(2, 2), ()), Case(A(3), (3,)))
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


class Repeat(Unary):
    """Each element several times along an axis: the textbook's Repeat node; gradients add up."""

    __slots__ = ("axis", "before", "repeats")
    name = "repeat"
    cases = (
        Case(A(1, 3), 4, axis=0),
        Case(A(2, 3), 2, axis=1),
        Case(A(2, 3), 2),
        Case(A(2, 3), 3, axis=-1),
        Case(A(), 3),
    )
    before: Shape
    repeats: int
    axis: int | None

    def __init__(self, repeats: int, axis: int | None) -> None:
        self.repeats = repeats
        self.axis = axis

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        if self.axis is not None:
            (self.axis,) = normalized_axes(self.axis, x.ndim, "repeat")
        return self.xp.repeat(x, self.repeats, axis=self.axis)

    def backward(self, gy: Array) -> Array:
        shape = self.before if self.axis is not None else (prod(self.before),)
        axis = 0 if self.axis is None else self.axis
        apart = (*shape[: axis + 1], self.repeats, *shape[axis + 1 :])
        return self.xp.sum(gy.reshape(apart), axis=axis + 1).reshape(self.before)


def reshape(x: Operand, shape: int | Sequence[int]) -> Variable:
    """Give the elements another shape; one length may be -1.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.reshape(ag.Variable([1.0, 2.0, 3.0, 4.0]), (2, -1)).shape
    (2, 2)
    """
    return unary(Reshape(_shape(shape)), x)


def transpose(x: Operand, axes: Sequence[int] | None = None) -> Variable:
    """Reorder the axes; reversed by default.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.transpose(ag.Variable([[1.0, 2.0, 3.0]])).shape
    (3, 1)
    """
    return unary(Transpose(None if axes is None else _shape(axes)), x)


def swapaxes(x: Operand, axis1: int, axis2: int) -> Variable:
    """Exchange two axes.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.swapaxes(ag.Variable([[[1.0, 2.0]]]), 0, 2).shape
    (2, 1, 1)
    """
    return unary(SwapAxes(integer(axis1, "swapaxes"), integer(axis2, "swapaxes")), x)


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
    return unary(BroadcastTo(_shape(shape)), x)


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
    return unary(SumTo(_shape(shape)), x)


def repeat(x: Operand, repeats: int, axis: int | None = None) -> Variable:
    """Repeat every element along an axis, as ``numpy.repeat``; flattened without one.

    The Repeat node of Saito, Deep Learning from Scratch 2, chapter 1: the gradients of the
    copies add up.

    Parameters
    ----------
    x : Variable or array
    repeats : int
        How many times, 0 or more.
    axis : int, optional

    Raises
    ------
    ArgumentError
        If `repeats` is negative.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[1.0, 2.0]])
    >>> y = ag.repeat(x, 3, axis=0)
    >>> y.sum().backward()
    >>> y.shape, x.grad.tolist()
    ((3, 2), [[3.0, 3.0]])
    """
    times = integer(repeats, "repeat: repeats")
    if times < 0:
        msg = f"repeat: repeats is {times}; pass 0 or more."
        raise ArgumentError(msg)
    return unary(Repeat(times, axis), x)


def _shape(shape: int | Sequence[int]) -> Shape:
    if isinstance(shape, list | tuple) or hasattr(shape, "tolist"):
        return tuple([integer(n, "a shape") for n in shape])  # type: ignore[union-attr]
    return (integer(shape, "a shape"),)
