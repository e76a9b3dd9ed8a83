"""Taking: elements and rows looked up by their numbers along an axis."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from autograd_lite.arrays import Array, is_array, require
from autograd_lite.errors import DTypeError, ShapeError
from autograd_lite.functions.constants import beside, integer
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["embedding", "take", "take_along_axis"]

Shape: TypeAlias = tuple[int, ...]

EVERYTHING = slice(None)
MANY = 4096  # elements
SPARSE = 16  # elements for each one that is picked


class Picking(Unary):
    """What lookups by number along an axis share; gradients add up where numbers repeat."""

    __slots__ = ("axis", "before", "index", "indices", "shape")
    constants = ("index", "indices")
    indices: Array
    axis: int | None
    before: Shape
    shape: Shape  # of the operand, or flat
    index: Any  # of what was picked, in an array of that shape

    def __init__(self, indices: Array, axis: int | None) -> None:
        self.indices = indices
        self.axis = axis

    def pick(self, x: Array, least: int | None = None) -> Array:
        """Return what the indices name, from `least` on; by default they may count from the end."""
        self.before = x.shape
        self.leaves_out(x)
        if self.axis is None:
            x = x.reshape(-1)
        (axis,) = normalized_axes(self.axis or 0, x.ndim, self.name)
        self.shape = x.shape
        self.index = (*(EVERYTHING,) * axis, self.indices)
        require_within(self, self.indices, x.shape[axis], least)
        return x.take(self.indices, axis)

    def backward(self, gy: Array) -> Array:
        total = self.xp.scatter_add(gy, self.index, self.shape)
        return total if self.shape == self.before else total.reshape(self.before)


class Take(Picking):
    """Elements along an axis by their numbers."""

    __slots__ = ()
    name = "take"
    complexes = True
    cases = (
        Case(A(4, 3), [0, -1, 0], axis=0),
        Case(A(2, 3), [[2, 0], [1, 2]], axis=1),
        Case(A(2, 3), [5, 0, 5]),
        Case(A(2, 3), 1, axis=-1),
        Case(A(), 0),
        Case(A(4, complex=True), [0, 2, 0]),
    )
    points = (
        At(X([1.0, 2.0]), [1, 1, -1], gives=[2, 2, 2], arriving=[1, 2, 4], slopes=([0, 7],)),
        At(X([1.0, 2.0]), [], gives=[], slopes=([0, 0],)),
        At(X([[1.0, 2.0]]), 1, gives=2, arriving=3, slopes=([[0, 3]],)),
    )

    def forward(self, x: Array) -> Array:
        return self.pick(x)


class Embedding(Picking):
    """Rows of a table by their numbers."""

    __slots__ = ()
    name = "embedding"
    cases = (Case(A(4, 3), [0, 3, 3]), Case(A(2, 3), [[1, 0], [1, 1]]), Case(A(2, 3), 1))
    points = (
        At(
            X([[1.0, 2.0], [3.0, 4.0]]),
            [1, 1],
            gives=[[3, 4], [3, 4]],
            arriving=[[1, 2], [4, 8]],
            slopes=([[0, 0], [5, 10]],),
        ),
    )

    def forward(self, weight: Array) -> Array:
        if weight.ndim != 2:
            msg = f"embedding: the weight has shape {weight.shape}; pass one row for each number."
            raise ShapeError(msg)
        return self.pick(weight, 0)


class TakeAlongAxis(Picking):
    """One element for each index, in its own line along an axis; gradients add up."""

    __slots__ = ()
    name = "take_along_axis"
    complexes = True
    cases = (
        Case(A(2, 3), [[2, 0], [1, 1]], axis=1),
        Case(A(2, 3), [[1, 0, -1]], axis=0),
        Case(A(1, 3), [[0, 0], [2, 1]]),
        Case(A(2, 3), [5, 0, 5], axis=None),
        Case(A(3, complex=True), [2, 0, 0], 0),
    )
    points = (
        At(
            X([[3.0, 1.0]]),
            [[1, 0, -1]],
            gives=[[1, 3, 1]],
            arriving=[[1, 2, 4]],
            slopes=([[2, 5]],),
        ),
    )

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        self.leaves_out(x)
        shape, indices = (x.size,) if self.axis is None else x.shape, self.indices
        (axis,) = normalized_axes(self.axis or 0, len(shape), "take_along_axis")
        if indices.ndim != len(shape):
            msg = (
                f"take_along_axis: the indices have {indices.ndim} axes for {len(shape)} of the "
                "array; pass as many."
            )
            raise ShapeError(msg)
        require_within(self, indices, shape[axis])
        places = self.xp.places_along(indices, shape, axis)
        self.index, self.shape = places, (x.size,)
        if x.size > MANY and places.size * SPARSE < x.size:
            # Spares backward a copy, which would be mostly of zeros.
            self.index, self.shape = self.xp.unravel_index(places, x.shape), x.shape
        return x.reshape(-1).take(places)


def take(x: Operand, indices: Operand, axis: int | None = None) -> Variable:
    """Take elements by their numbers along an axis; of the flattened array without one.

    Parameters
    ----------
    x : Variable or array
    indices : array of int, or int
        From the end where negative. Copied, unless they are read-only memory.
    axis : int, optional

    Raises
    ------
    ArgumentError
        If an index is out of range.
    DTypeError
        If the indices are not integers.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> ag.take(x, [1, 1], axis=1)
    Variable([[2., 2.],
              [4., 4.]])
    """
    along = None if axis is None else integer(axis, "take: axis")
    return unary(Take(whole_numbers(indices, x, "take: indices"), along), x)


def take_along_axis(x: Operand, indices: Operand, axis: int | None = -1) -> Variable:
    """Take, in every line along an axis, the elements that the same line of `indices` names.

    What ``argmax`` and ``argsort`` return, with ``keepdims=True``, is such an array.

    Parameters
    ----------
    x : Variable or array
    indices : array of int
        With as many axes as `x`; the other axes broadcast. Copied, unless read-only memory.
    axis : int or None
        None takes from the flattened array.

    Raises
    ------
    ArgumentError
        If an index is out of range.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[3.0, 1.0], [2.0, 4.0]])
    >>> ag.take_along_axis(x, x.data.argsort(axis=1), axis=1)
    Variable([[1., 3.],
              [2., 4.]])
    """
    along = None if axis is None else integer(axis, "take_along_axis: axis")
    numbers = whole_numbers(indices, x, "take_along_axis: indices")
    return unary(TakeAlongAxis(numbers, along), x)


def embedding(weight: Operand, indices: Operand) -> Variable:
    """Look up rows of a table: words by their numbers, say.

    Parameters
    ----------
    weight : Variable or array of shape (n, d)
    indices : array of int
        Of any shape, each from 0 to n - 1. Copied, unless they are read-only memory.

    Returns
    -------
    Variable
        Of the shape of `indices`, and one axis more, of length d.

    Raises
    ------
    ArgumentError
        If an index is out of range.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> weight = ag.Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> ag.embedding(weight, [1, 0, 1]).sum().backward()
    >>> print(weight.grad)
    [[1. 1.]
     [2. 2.]]
    """
    return unary(Embedding(whole_numbers(indices, weight, "embedding: indices"), 0), weight)


def require_within(node: Unary, indices: Array, length: int, least: int | None = None) -> None:
    """Require indices from `least` on and below `length`; by default they count from the end."""
    least = -length if least is None else least
    require(
        node.xp.within(indices, least, length),
        f"{node.name}: an index is out of range; pass {least} to {length - 1}.",
    )


def whole_numbers(indices: Any, x: Operand, what: str) -> Array:
    """Return indices as a private array of integers."""
    array = index_array(indices, x, what)
    if array.dtype.kind not in "iu":
        msg = f"{what} have dtype {array.dtype}; pass integers."
        raise DTypeError(msg)
    return array.astype(np.intp, copy=False)


def index_array(value: Any, x: Operand, what: str) -> Array:
    """Return a private array; an empty list holds integers."""
    array = beside(value, (x,), what)
    if array.size == 0 and not is_array(value) and not isinstance(value, Variable):
        array = array.astype(np.intp)
    return array
