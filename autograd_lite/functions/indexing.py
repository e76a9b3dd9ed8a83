"""Indexing: elements picked by an index, and scatter_add, which puts their gradients back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from autograd_lite.arrays import Array, is_array
from autograd_lite.errors import DTypeError, ShapeError
from autograd_lite.functions.axes import integers
from autograd_lite.functions.taking import index_array, require_within
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Index, Operand, Variable

__all__ = ["getitem", "scatter_add"]

Shape: TypeAlias = tuple[int, ...]


class GetItem(Unary):
    """Some elements; the gradient goes back to their places, and adds up where they repeat."""

    __slots__ = ("before", "index")
    name = "getitem"
    symbol = "[ ]"
    complexes = True
    view = True
    constants = ("index",)
    cases = (
        Case(A(4, 3), 1),
        Case(A(4, 3), (slice(None, None, -2), slice(1, None))),
        Case(A(4, 3), (Ellipsis, None, 0)),
        Case(A(4, 3), [0, 2, 2]),
        Case(A(4, 3), ([0, 0, 3], [1, 1, 2])),
        Case(A(4, 3), (slice(None), [0, -1, 2, 2])),
        Case(A(2, 3, 4), ([1, 1], slice(1, None), [0, 3])),
        Case(A(3), [True, False, True]),
        Case(A(4, complex=True), [0, 2, 0]),
        Case(A(4, complex=True), slice(1, None)),
    )
    points = (
        At(
            X([1.0, 2.0, 3.0]), [0, 0, -3], gives=[1, 1, 1], arriving=[1, 2, 4], slopes=([7, 0, 0],)
        ),
        At(X([1.0, 2.0]), 1, gives=2, arriving=3, slopes=([0, 3],)),
        At(X([1.0, 2.0]), slice(0, 0), gives=[], slopes=([0, 0],)),
        At(X(5.0), (), gives=5, slopes=(1,)),
        At(X(5.0), None, gives=[5], slopes=(1,)),
        At(X([]), [], gives=[], slopes=([],)),
    )
    index: Any
    before: Shape

    def __init__(self, index: Any) -> None:
        self.index = index

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        self.leaves_out(x)
        picked: Array = x[self.index]
        return picked

    def backward(self, gy: Array) -> Array:
        return self.xp.scatter_add(gy, self.index, self.before)


class ScatterAdd(Unary):
    """Zeros with some elements added in: the reverse of getitem."""

    __slots__ = ("index", "shape")
    name = "scatter_add"
    complexes = True
    constants = ("index",)
    cases = (
        Case(A(3), slice(1, 4), (5,)),
        Case(A(3, 2), [0, 2, 2], (4, 2)),
        Case(A(2), [True, False, True], (3,)),
        Case(A(3, complex=True), [0, 2, 0], (4,)),
    )
    points = (
        At(X([1.0, 2.0]), [1, 1], (3,), gives=[0, 3, 0], arriving=[4, 5, 6], slopes=([5, 5],)),
        At(X([]), [], (2,), gives=[0, 0], slopes=([],)),
    )
    index: Any
    shape: Shape

    def __init__(self, index: Any, shape: Shape) -> None:
        self.index = index
        self.shape = shape

    def forward(self, x: Array) -> Array:
        places = self._places()
        if places != x.shape:
            msg = (
                f"scatter_add: the index picks shape {places} of {self.shape}, but the operand "
                f"has shape {x.shape}; they must be equal."
            )
            raise ShapeError(msg)
        return self.xp.scatter_add(x, self.index, self.shape)

    def _places(self) -> Shape:
        """Return the shape that the index picks; where one array has many, without picking."""
        index, shape = self.index, self.shape
        if shape and is_array(index) and index.dtype.kind in "iu":
            require_within(self, index, shape[0])
            return (*index.shape, *shape[1:])
        picked = self.xp.broadcast_to(self.xp.zeros(()), shape)[index]
        return picked.shape

    def backward(self, gy: Array) -> Array:
        picked: Array = gy[self.index]
        return picked


def getitem(x: Operand, index: Index) -> Variable:
    """Pick elements, as ``x[index]`` does in NumPy: integers, slices, masks, integer arrays.

    Index arrays are copied, unless they are read-only memory.

    Raises
    ------
    OperandError
        If the index is a Variable that requires a gradient.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, 2.0, 3.0])
    >>> x[[0, 0, 2]].sum().backward()
    >>> print(x.grad)
    [2. 0. 1.]
    """
    return unary(GetItem(_owned_index(index, x)), x)


def scatter_add(x: Operand, index: Index, shape: int | Sequence[int]) -> Variable:
    """Add elements into zeros of a shape at an index: the reverse of ``getitem``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.scatter_add(ag.Variable([1.0, 2.0]), [1, 1], (3,))
    Variable([0., 3., 0.])
    """
    node = ScatterAdd(_owned_index(index, x), integers(shape, "scatter_add: shape"))
    return unary(node, x)


def _owned_index(index: Any, x: Operand) -> Any:
    """Return an index whose arrays nobody else can change, lists as arrays."""
    if isinstance(index, tuple):
        return tuple([_owned_index(part, x) for part in index])
    if index is None or index is Ellipsis or isinstance(index, int | slice | np.integer):
        return index
    array = index_array(index, x, "getitem: index")
    if array.dtype.kind not in "iub":
        msg = f"getitem: an index array has dtype {array.dtype}; use integers or booleans."
        raise DTypeError(msg)
    return array
