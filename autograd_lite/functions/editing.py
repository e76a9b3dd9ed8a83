"""Editing: elements left out, put in, or used again to fill a shape."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, TypeAlias

import numpy as np

from autograd_lite.arrays import Array, enter, namespace
from autograd_lite.errors import OperandError
from autograd_lite.functions.axes import integers, moveaxis
from autograd_lite.functions.constants import integer
from autograd_lite.functions.conversion import astype
from autograd_lite.functions.entry import asarray
from autograd_lite.functions.joining import concatenate
from autograd_lite.functions.operands import variables
from autograd_lite.functions.padding import pad
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.functions.shapes import broadcast_to, ravel, reshape
from autograd_lite.functions.taking import take
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["delete", "insert", "resize"]

Places: TypeAlias = int | slice | Sequence[int] | Any


@composed(
    cases=(
        Case(A(4), 1),
        Case(A(3, 2), (0, -1), axis=0),
        Case(A(2, 4), slice(None, None, 2), axis=1),
        Case(A(2, 2), 3),
    ),
    points=(
        At(X([1.0, 2.0, 3.0]), 1, gives=[1, 3], arriving=[4, 5], slopes=([4, 0, 5],)),
        At(X([1.0]), 0, gives=[], slopes=([0],)),
    ),
)
def delete(arr: Operand, obj: Places, axis: int | None = None) -> Variable:
    """Leave out some places along an axis; of the flattened array where `axis` is None.

    Parameters
    ----------
    arr : Variable or array
    obj : int, slice, sequence of int or of bool
        Which places.
    axis : int or None

    Raises
    ------
    OperandError
        For a place that is not there.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.delete(ag.Variable([1.0, 2.0, 3.0]), [0, 1])
    Variable([3.])
    """
    x, along = _along(arr, axis, "delete")
    where = _on_the_host(obj, "delete")
    kept = _edited("delete", where, lambda: np.delete(np.arange(x.shape[along]), where))
    return take(x, _beside(x, kept), along)


@composed(
    cases=(
        Case(A(3), 1, A()),
        Case(A(3), 1, A(2)),
        Case(A(3), (0, 2, 2), A(3)),
        Case(A(2, 3), 1, A(2), axis=1),
        Case(A(2, 3), (0, 2), A(2, 2), axis=1),
        Case(A(2, 2), 4, A()),
    ),
    points=(
        At(X([1.0, 2.0]), 1, X(3.0), gives=[1, 3, 2], arriving=[4, 5, 6], slopes=([4, 6], 5)),
        At(X([1.0]), (0, 1), X(3.0), gives=[3, 1, 3], arriving=[4, 5, 6], slopes=([5], 10)),
    ),
)
def insert(arr: Operand, obj: Places, values: Operand, axis: int | None = None) -> Variable:
    """Put values in before some places along an axis; of the flattened array where it is None.

    Parameters
    ----------
    arr : Variable or array
    obj : int, slice, sequence of int or of bool
        Before which of the old places.
    values : Variable, array or number
        In the dtype of `arr`; broadcast to what is put in.
    axis : int or None

    Raises
    ------
    OperandError
        For a place that is not there.
    ShapeError
        If the values do not broadcast.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.insert(ag.Variable([1.0, 2.0]), 1, ag.Variable(5.0))
    Variable([1., 5., 2.])
    """
    x, new = variables("insert", arr, values)
    x, along = _along(x, axis, "insert")
    length = x.shape[along]
    where = _on_the_host(obj, "insert")
    count = _edited("insert", where, lambda: np.insert(np.empty(length), where, 0.0)).size - length
    new = astype(new, x.dtype)
    new = reshape(new, (*(1,) * (x.ndim - new.ndim), *new.shape))
    if np.ndim(where) == 0 and not isinstance(where, slice):  # one place takes several values
        new = moveaxis(new, 0, along)
    if count == 1:
        count = new.shape[along]
    new = broadcast_to(new, (*x.shape[:along], count, *x.shape[along + 1 :]))
    order = np.insert(np.arange(length), where, np.arange(length, length + count))
    return take(concatenate([x, new], along), _beside(x, order), along)


@composed(
    cases=(Case(A(3), (2, 4)), Case(A(2, 3), 4), Case(A(0), (2,)), Case(A(2), (0, 3))),
    points=(At(X([1.0, 2.0]), 3, gives=[1, 2, 1], arriving=[3, 4, 5], slopes=([8, 4],)),),
)
def resize(a: Operand, new_shape: int | Sequence[int]) -> Variable:
    """Fill a shape with the elements in a row, again and again; 0 where there are none.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.resize(ag.Variable([1.0, 2.0]), (2, 3))
    Variable([[1., 2., 1.],
              [2., 1., 2.]])
    """
    shape = integers(new_shape, "resize: new_shape")
    flat = ravel(a)
    count = prod(shape)
    if not flat.size:
        flat = pad(flat, (0, 1))
    return reshape(take(flat, _beside(flat, np.arange(count) % flat.size)), shape)


def _along(arr: Operand, axis: int | None, what: str) -> tuple[Variable, int]:
    """Return the operand and the axis; flattened, and 0, where there is none."""
    if axis is None:
        return ravel(arr), 0
    x = asarray(arr)
    (along,) = normalized_axes(integer(axis, f"{what}: axis"), x.ndim, what)
    return x, along


def _on_the_host(obj: Places, what: str) -> Any:
    """Return places as NumPy takes them: an int, a slice or a NumPy array."""
    if isinstance(obj, slice | int):
        return obj
    listed = obj.tolist() if hasattr(obj, "tolist") else obj
    places: Array = _edited(what, obj, lambda: np.asarray(listed))
    return places if places.size else places.astype(int)


def _beside(x: Variable, places: Array) -> Array:
    """Return places in the library of the operand."""
    return namespace(enter(x._data, x)).asarray(places)


def _edited(what: str, where: Any, edit: Any) -> Any:
    """Let NumPy edit places, and say in the library's words why it would not."""
    try:
        return edit()
    except (IndexError, TypeError, ValueError) as error:
        msg = f"{what}: the places {where!r:.60} do not fit; {error}."
        raise OperandError(msg) from error
