"""Searching: where elements are and how many there are. The results are plain arrays: no slopes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd_lite.arrays import Array, namespace
from autograd_lite.errors import OperandError
from autograd_lite.functions.operands import values
from autograd_lite.graph.variable import Axis, Operand

__all__ = [
    "argmax",
    "argmin",
    "argpartition",
    "argsort",
    "bincount",
    "count_nonzero",
    "digitize",
    "nonzero",
    "searchsorted",
]


def argmax(x: Operand, axis: int | None = None, *, keepdims: bool = False) -> Array:
    """Return where the largest element along an axis is: the first of equal ones, as a plain array.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.argmax(ag.Variable([[1.0, 3.0], [5.0, 2.0]]), axis=1).tolist()
    [1, 0]
    """
    return _of("argmax", x, axis=axis, keepdims=keepdims)


def argmin(x: Operand, axis: int | None = None, *, keepdims: bool = False) -> Array:
    """Return where the smallest element along an axis is: the first of equal ones.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.argmin(ag.Variable([[1.0, 3.0], [5.0, 2.0]]), axis=1).tolist()
    [0, 1]
    """
    return _of("argmin", x, axis=axis, keepdims=keepdims)


def argsort(x: Operand, axis: int | None = -1) -> Array:
    """Return the order that sorts an array along an axis; equal elements keep theirs.

    ``take_along_axis(x, argsort(x))`` is ``sort(x)``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.argsort(ag.Variable([3.0, 1.0, 2.0])).tolist()
    [1, 2, 0]
    """
    return _of("argsort", x, axis=axis, kind="stable")


def argpartition(x: Operand, kth: int | Sequence[int], axis: int | None = -1) -> Array:
    """Return an order that puts the k-th smallest element in its place along an axis.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> int(ag.argpartition(ag.Variable([3.0, 1.0, 2.0]), 0)[0])
    1
    """
    return _of("argpartition", x, kth, axis=axis)


def searchsorted(x: Operand, v: Operand, side: str = "left") -> Array:
    """Return where elements of `v` would have to be put into `x`, whose elements rise.

    Parameters
    ----------
    x : Variable or array of shape (n,)
    v : Variable or array
    side : {"left", "right"}
        Before or behind equal elements.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.searchsorted(ag.Variable([1.0, 2.0, 3.0]), [0.5, 2.0]).tolist()
    [0, 1]
    """
    return _of("searchsorted", x, _constant(v, x, "searchsorted"), side=side)


def digitize(x: Operand, bins: Operand, right: bool = False) -> Array:
    """Return the numbers of the bins that elements fall into, as ``numpy.digitize``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.digitize(ag.Variable([0.5, 2.5]), [0.0, 1.0, 2.0]).tolist()
    [1, 3]
    """
    return _of("digitize", x, _constant(bins, x, "digitize"), right=right)


def count_nonzero(x: Operand, axis: Axis = None) -> Array:
    """Return how many elements along some axes are not 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> int(ag.count_nonzero(ag.Variable([0.0, 2.0, -1.0])))
    2
    """
    return _of("count_nonzero", x, axis=axis)


def nonzero(x: Operand) -> tuple[Array, ...]:
    """Return where elements are not 0: one array of places for each axis.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> [i.tolist() for i in ag.nonzero(ag.Variable([0.0, 2.0, -1.0]))]
    [[1, 2]]
    """
    return tuple(_of("nonzero", x))


def bincount(x: Operand, *, minlength: int = 0) -> Array:
    """Return how often each of the integers 0, 1, 2, … occurs.

    Raises
    ------
    OperandError
        If `x` is not a vector of integers.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.bincount([0, 2, 2]).tolist()
    [1, 0, 2]
    """
    array = values(x, "bincount")
    if array.ndim != 1 or (array.size and array.dtype.kind not in "biu"):
        msg = (
            f"bincount: an operand of shape {array.shape}, dtype {array.dtype} cannot be counted; "
            "pass a vector of integers."
        )
        raise OperandError(msg)
    return _of("bincount", array, minlength=minlength)


def _of(name: str, x: Operand, *arguments: Any, **options: Any) -> Any:
    """Call a function of the operand's library on its values."""
    array = values(x, name)
    return getattr(namespace(array), name)(array, *arguments, **options)


def _constant(x: Operand, beside: Operand, what: str) -> Array:
    """Return the values of a second operand in the library of the first."""
    library = namespace(values(beside, what))
    return library.asarray(values(x, what))
