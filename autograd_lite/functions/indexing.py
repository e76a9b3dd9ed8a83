"""Indexing: getitem, and scatter_add, which puts gradients back."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.arrays import Array, is_array
from autograd_lite.errors import DTypeError, ShapeError
from autograd_lite.functions.constants import beside
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, Case
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Index, Operand, Variable

__all__ = ["getitem", "scatter_add"]

Shape = tuple[int, ...]


class GetItem(Unary):
    """Some elements; the gradient goes back to their places, and adds up where they repeat."""

    __slots__ = ("before", "index")
    name = "getitem"
    symbol = "[ ]"
    view = True
    constants = ("index",)
    cases = (
        Case(A(4, 3), 1),
        Case(A(4, 3), (slice(None, None, -2), slice(1, None))),
        Case(A(4, 3), (Ellipsis, None, 0)),
        Case(A(4, 3), [0, 2, 2]),
        Case(A(4, 3), ([0, 0, 3], [1, 1, 2])),
        Case(A(3), [True, False, True]),
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
    constants = ("index",)
    cases = (
        Case(A(3), slice(1, 4), (5,)),
        Case(A(3, 2), [0, 2, 2], (4, 2)),
        Case(A(2), [True, False, True], (3,)),
    )
    index: Any
    shape: Shape

    def __init__(self, index: Any, shape: Shape) -> None:
        self.index = index
        self.shape = shape

    def forward(self, x: Array) -> Array:
        places = self.xp.broadcast_to(self.xp.zeros(()), self.shape)[self.index].shape
        if places != x.shape:
            msg = (
                f"scatter_add: the index picks shape {places} of {self.shape}, but the operand "
                f"has shape {x.shape}; they must be equal."
            )
            raise ShapeError(msg)
        return self.xp.scatter_add(x, self.index, self.shape)

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


def scatter_add(x: Operand, index: Index, shape: Shape) -> Variable:
    """Add elements into zeros of a shape at an index: the reverse of ``getitem``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.scatter_add(ag.Variable([1.0, 2.0]), [1, 1], (3,))
    Variable([0., 3., 0.])
    """
    return unary(ScatterAdd(_owned_index(index, x), shape), x)


def _owned_index(index: Any, x: Operand) -> Any:
    """Return an index whose arrays nobody else can change, lists as arrays."""
    if isinstance(index, tuple):
        return tuple([_owned_index(part, x) for part in index])
    if index is None or index is Ellipsis or isinstance(index, int | slice | np.integer):
        return index
    array = beside(index, (x,), "getitem: index")
    if array.size == 0 and not is_array(index) and not isinstance(index, Variable):
        array = array.astype(np.intp)  # an empty list
    if array.dtype.kind not in "iub":
        msg = f"getitem: an index array has dtype {array.dtype}; use integers or booleans."
        raise DTypeError(msg)
    return array
