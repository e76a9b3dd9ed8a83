"""Joining: arrays put together, cut apart, and repeated."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, TypeAlias

from autograd_lite.arrays import Array, namespace
from autograd_lite.errors import ArgumentError, OperandError, ShapeError
from autograd_lite.functions.axes import integers
from autograd_lite.functions.constants import integer
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.apply import nary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Nary, Places
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["concatenate", "hstack", "split", "stack", "vstack"]

Shape: TypeAlias = tuple[int, ...]


class Joining(Nary):
    """What joins share: the gradient is cut where the operands meet, each part reshaped."""

    __slots__ = ("axis", "ends", "joint", "shapes")
    axis: int | None
    joint: int  # the axis along which they meet
    ends: list[int]
    shapes: list[Shape] | None  # of the operands, where they were reshaped

    def join(self, xs: Sequence[Array], axis: int, shapes: list[Shape] | None) -> Array:
        """Join arrays along an axis; note where they meet, and their shapes before."""
        self.joint = axis
        self.shapes = shapes
        self.ends = list(accumulate([x.shape[axis] for x in xs[:-1]]))
        return self.xp.concatenate(xs, axis)

    def backward(self, gy: Array) -> tuple[Array | None, ...]:
        parts: Any = self.xp.split(gy, self.ends, self.joint)
        if self.shapes is not None:
            parts = [part.reshape(shape) for part, shape in zip(parts, self.shapes, strict=True)]
        wanted = zip(parts, self._left, strict=True)
        return tuple([None if edge is None else part for part, edge in wanted])

    def misfit(self, *_shapes: Shape) -> str:
        """Say which axis may differ."""
        return ": only the axis along which they are joined may differ"


class Concatenate(Joining):
    """Arrays one after the other along an axis; each gets its part of the gradient."""

    __slots__ = ()
    name = "concatenate"
    symbol = "[ , ]"
    complexes = True
    cases = (
        Case([A(2, 3), A(1, 3), A(0, 3)]),
        Case([A(2, 1), A(2, 3)], axis=-1),
        Case([A(2, 3), A()], axis=None),
        Case([A(2, 3)], axis=1),
        Case([A(2, complex=True), A(3)]),
    )
    points = (
        At([X([1.0]), X([2.0, 3.0])], gives=[1, 2, 3], slopes=([4], [5, 6]), arriving=[4, 5, 6]),
        At([X([]), X([2.0])], gives=[2], slopes=([], [1])),
    )

    def __init__(self, axis: int | None) -> None:
        self.axis = axis

    def forward(self, *xs: Array) -> Array:
        if self.axis is None:
            return self.join([x.reshape(-1) for x in xs], 0, [x.shape for x in xs])
        (axis,) = normalized_axes(self.axis, xs[0].ndim, "concatenate")
        return self.join(xs, axis, None)


class Stack(Joining):
    """Arrays of one shape side by side along a new axis; each gets its slice of the gradient."""

    __slots__ = ()
    name = "stack"
    complexes = True
    cases = (
        Case([A(2, 3), A(2, 3)]),
        Case([A(3), A(3), A(3)], axis=-1),
        Case([A(2, 3), A(2, 3)], axis=1),
        Case([A(), A()]),
        Case([A(2, complex=True), A(2)]),
    )
    points = (
        At([X(1.0), X(2.0)], gives=[1, 2], slopes=(3, 4), arriving=[3, 4]),
        At([X([1.0]), X([2.0])], axis=1, gives=[[1, 2]], slopes=([3], [4]), arriving=[[3, 4]]),
    )

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def forward(self, *xs: Array) -> Array:
        shape = xs[0].shape
        (axis,) = normalized_axes(self.axis, len(shape) + 1, "stack")
        shapes = [x.shape for x in xs]
        if any([other != shape for other in shapes]):
            named = " and ".join([str(other) for other in dict.fromkeys(shapes)])
            msg = f"stack: shapes {named} differ; bring all operands to one shape."
            raise ShapeError(msg)
        layer = (*shape[:axis], 1, *shape[axis:])
        return self.join([x.reshape(layer) for x in xs], axis, shapes)


class VStack(Joining):
    """Rows, and blocks of rows, one below the other."""

    __slots__ = ()
    name = "vstack"
    complexes = True
    cases = (
        Case([A(3), A(3)]),
        Case([A(2, 3), A(3)]),
        Case([A(), A()]),
        Case([A(2, 1, 2)]),
        Case([A(2, complex=True), A(2, 2)]),
    )

    def forward(self, *xs: Array) -> Array:
        rows = [x if x.ndim > 1 else x.reshape(1, -1) for x in xs]
        return self.join(rows, 0, [x.shape for x in xs])


class HStack(Joining):
    """Columns side by side; vectors one after the other."""

    __slots__ = ()
    name = "hstack"
    complexes = True
    cases = (
        Case([A(3), A(2)]),
        Case([A(2, 3), A(2, 1)]),
        Case([A(), A()]),
        Case([A(1, 2, 1)]),
        Case([A(2, complex=True), A(3)]),
    )

    def forward(self, *xs: Array) -> Array:
        columns = [x if x.ndim else x.reshape(1) for x in xs]
        axis = 0 if columns[0].ndim == 1 else 1
        return self.join(columns, axis, [x.shape for x in xs])


class Split(Nary):
    """The parts of an array along an axis; their gradients are joined, 0 for unused parts."""

    __slots__ = ("axis", "ends", "given", "outputs", "shapes")
    name = "split"
    complexes = True
    view = True
    cases = (
        Case(A(4, 3), 2),
        Case(A(2, 4), (1, 3), axis=-1),
        Case(A(3), (0, 2, 5)),
        Case(A(3, 0), 1),
        Case(A(4, complex=True), 2),
    )
    points = (
        At(
            X([1.0, 2.0, 3.0]),
            (1,),
            gives=([1], [2, 3]),
            arriving=([4], [5, 6]),
            slopes=([4, 5, 6],),
        ),
    )
    outputs: tuple[str, ...]  # type: ignore[misc]
    given: int | Shape
    axis: int
    ends: list[int]
    shapes: list[Shape]

    def __init__(self, ends: int | Shape, axis: int) -> None:
        self.given = ends
        self.axis = axis

    def forward(self, x: Array) -> tuple[Array, ...]:
        (self.axis,) = normalized_axes(self.axis, x.ndim, "split")
        self.ends = _ends(self.given, x.shape[self.axis])
        self.leaves_out(x)
        parts = tuple(self.xp.split(x, self.ends, self.axis))
        self.outputs = ("part",) * len(parts)
        self.shapes = [part.shape for part in parts]
        return parts

    def pull(self, gradient: Any) -> tuple[Any, ...]:
        """Run the rule, with zeros for the parts that nobody used."""
        if not isinstance(gradient, Places):
            return self.backward(gradient)
        used = next(g for g in gradient if g is not None)
        raw = used._data if isinstance(used, Variable) else used
        zeros = namespace(raw).zeros
        given = zip(gradient, self.shapes, strict=True)
        return self.backward(*[zeros(s, dtype=raw.dtype) if g is None else g for g, s in given])

    def backward(self, *parts: Array) -> tuple[Array]:
        return (self.xp.concatenate(parts, self.axis),)


def concatenate(arrays: Sequence[Operand], axis: int | None = 0) -> Variable:
    """Join operands one after the other along an axis; flattened where it is None.

    Parameters
    ----------
    arrays : sequence of Variable, array or list
        Of shapes that differ in the joined axis alone. Mixed dtypes are promoted.
    axis : int or None

    Raises
    ------
    ShapeError
        If the shapes differ elsewhere.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x, y = ag.Variable([1.0, 2.0]), ag.Variable([3.0])
    >>> ag.concatenate([x, y, [4.0]])
    Variable([1., 2., 3., 4.])
    """
    along = None if axis is None else integer(axis, "concatenate: axis")
    return _joined(Concatenate(along), arrays)


def stack(arrays: Sequence[Operand], axis: int = 0) -> Variable:
    """Put operands of one shape side by side along a new axis.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x, y = ag.Variable([1.0, 2.0]), ag.Variable([3.0, 4.0])
    >>> ag.stack([x, y], axis=1)
    Variable([[1., 3.],
              [2., 4.]])
    """
    return _joined(Stack(integer(axis, "stack: axis")), arrays)


def vstack(arrays: Sequence[Operand]) -> Variable:
    """Put rows, or blocks of rows, one below the other.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.vstack([ag.Variable([1.0, 2.0]), [3.0, 4.0]])
    Variable([[1., 2.],
              [3., 4.]])
    """
    return _joined(VStack(), arrays)


def hstack(arrays: Sequence[Operand]) -> Variable:
    """Put columns, or blocks of columns, side by side; vectors one after the other.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.hstack([ag.Variable([[1.0], [2.0]]), [[3.0], [4.0]]])
    Variable([[1., 3.],
              [2., 4.]])
    """
    return _joined(HStack(), arrays)


def split(x: Operand, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Variable]:
    """Cut into parts along an axis.

    Parameters
    ----------
    x : Variable or array
    indices_or_sections : int or sequence of int
        Into how many equal parts, or where each part but the first begins (rising; from the end
        where negative).
    axis : int

    Returns
    -------
    list of Variable
        Views of `x`.

    Raises
    ------
    ShapeError
        If the length is no multiple of the number of parts.
    ArgumentError
        For no parts, or beginnings that fall.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, 2.0, 3.0, 4.0])
    >>> first, second = ag.split(x, 2)
    >>> (first * 10.0 + second).sum().backward()
    >>> print(x.grad)
    [10. 10.  1.  1.]
    """
    given = indices_or_sections
    ends = integers(given, "split: indices_or_sections")
    several = isinstance(given, list | tuple) or getattr(given, "ndim", False)
    node = Split(ends if several else ends[0], integer(axis, "split: axis"))
    parts = nary(node, x)
    return list(parts) if isinstance(parts, tuple) else [parts]


def _joined(node: Joining, arrays: Sequence[Operand]) -> Variable:
    """Apply a join to a list or a tuple of operands."""
    if not isinstance(arrays, list | tuple):
        msg = f"{node.name}: a {type(arrays).__name__} is one operand; pass a list or a tuple."
        raise OperandError(msg)
    if not arrays:
        msg = f"{node.name}: there is nothing to join; pass at least one operand."
        raise ArgumentError(msg)
    joined: Variable = nary(node, *arrays)
    return joined


def _ends(given: int | Shape, length: int) -> list[int]:
    """Return where the parts of a split begin, but for the first."""
    if isinstance(given, int):
        if given < 1:
            msg = f"split: {given} parts are not possible; pass 1 or more."
            raise ArgumentError(msg)
        if length % given:
            msg = f"split: {length} elements do not make {given} equal parts; pass where to cut."
            raise ShapeError(msg)
        return [i * (length // given) for i in range(1, given)]
    ends = [min(max(0, end + length if end < 0 else end), length) for end in given]
    if ends != sorted(ends):
        msg = f"split: the parts begin at {given}; these must rise, so that none overlap."
        raise ArgumentError(msg)
    return ends
