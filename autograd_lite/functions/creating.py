"""Creating: arrays filled from a few numbers that may be differentiated."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import Array, enter, is_array, namespace, require
from autograd_lite.errors import ArgumentError, DeviceError
from autograd_lite.functions.arithmetic import add, multiply, subtract
from autograd_lite.functions.axes import integers, moveaxis
from autograd_lite.functions.constants import beside, integer
from autograd_lite.functions.conversion import astype
from autograd_lite.functions.diagonals import diag
from autograd_lite.functions.entry import asarray
from autograd_lite.functions.operands import library_of, values, variables
from autograd_lite.functions.powers import power
from autograd_lite.functions.shapes import broadcast_to, expand_dims, ravel, reshape
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["diagflat", "full", "full_like", "geomspace", "linspace", "logspace", "vander"]


@composed(
    cases=(Case((2, 3), A()), Case((2, 3), A(3)), Case(2, A(), "float64")),
    points=(At((3,), X(5.0), gives=[5, 5, 5], arriving=[1, 2, 4], slopes=(7,)),),
)
def full(
    shape: int | Sequence[int], fill_value: Operand, dtype: npt.DTypeLike | None = None
) -> Variable:
    """Fill a shape with a number, or with what broadcasts to it; the gradients add up.

    ``numpy.full`` cannot do this: it asks a Variable for its plain value.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> c = ag.Variable(2.0)
    >>> ag.full((2, 2), c).sum().backward()
    >>> float(c.grad)
    4.0
    """
    return broadcast_to(asarray(fill_value, dtype), integers(shape, "full: shape"))


@composed(
    cases=(Case([[1.0, 2.0]], A()), Case([1.0, 2.0], A(), shape=(3,)), Case([1.0, 2.0], A(2))),
    points=(At([1.0, 2.0], X(5.0), gives=[5, 5], arriving=[1, 2], slopes=(3,)),),
)
def full_like(
    a: Operand,
    fill_value: Operand,
    dtype: npt.DTypeLike | None = None,
    *,
    shape: int | Sequence[int] | None = None,
) -> Variable:
    """Fill the shape of `a`, in its dtype; only the fill value is differentiated.

    Raises
    ------
    DTypeError
        If a Variable is to fill integers or booleans.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.full_like([1.0, 2.0], ag.Variable(5.0))
    Variable([5., 5.])
    """
    _same_library(a, fill_value)
    model, given = variables("full_like", a, fill_value)
    return full(model.shape if shape is None else shape, given, dtype or model.dtype)


@composed(
    cases=(
        Case(A(), A(), 4),
        Case(A(2), A(3, 1), 3),
        Case(A(2), 1.5, 3, axis=-1),
        Case(0.5, A(), 3, endpoint=False),
        Case(A(), A(), 1),
        Case(A(), A(), 0),
    ),
    points=(
        At(X(1.0), X(3.0), 3, gives=[1, 2, 3], arriving=[1, 2, 4], slopes=(2, 5)),
        At(X(1.0), X(3.0), 1, gives=[1], slopes=(1, 0)),
    ),
)
def linspace(
    start: Operand, stop: Operand, num: int = 50, endpoint: bool = True, *, axis: int = 0
) -> Variable:
    """Return numbers in equal steps between two ends, which are differentiated.

    Parameters
    ----------
    start, stop : Variable, array or number
        They broadcast; the numbers run along a new axis of the result.
    num : int
        How many, ends included.
    endpoint : bool
        Whether `stop` is the last of them, or the first one behind.
    axis : int
        Where the new axis stands.

    Raises
    ------
    ArgumentError
        For a negative `num`.

    Notes
    -----
    Number i of n is (1 - s) · start + s · stop with s = i / (n - 1), so both ends are exact.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linspace(ag.Variable(0.0), ag.Variable(1.0), 5)
    Variable([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    shares = _shares((start, stop), num, endpoint, "linspace")
    return moveaxis(_between(start, stop, shares), 0, integer(axis, "linspace: axis"))


@composed(
    cases=(Case(A(), A(), 4), Case(A(2), A(), 3, base=2.0), Case(0.5, 1.5, 3, 1, A(low=1.0))),
    points=(At(X(0.0), X(0.0), 3, gives=[1, 1, 1], slopes=(1.5 * log(10), 1.5 * log(10))),),
)
def logspace(
    start: Operand,
    stop: Operand,
    num: int = 50,
    endpoint: bool = True,
    base: Operand = 10.0,
    *,
    axis: int = 0,
) -> Variable:
    """Return powers of a base whose exponents are in equal steps, as ``linspace`` makes them.

    The base is a number, or broadcasts to the ends, and is differentiated like them.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.logspace(ag.Variable(0.0), 2.0, 3)
    Variable([  1.,  10., 100.])
    """
    shares = _shares((start, stop, base), num, endpoint, "logspace")
    powers = power(base, _between(start, stop, shares))
    return moveaxis(powers, 0, integer(axis, "logspace: axis"))


@composed(
    cases=(
        Case(A(low=0.5), A(low=0.5), 4),
        Case(A(2, low=-2.0, high=-0.5), -1.0, 3),
        Case(A(low=0.5), A(2, low=0.5), 3, endpoint=False, axis=-1),
    ),
    points=(At(X(1.0), X(4.0), 3, gives=[1, 2, 4], arriving=[1, 4, 0], slopes=(5, 1)),),
)
def geomspace(
    start: Operand, stop: Operand, num: int = 50, endpoint: bool = True, *, axis: int = 0
) -> Variable:
    """Return numbers in equal ratios between two ends of one sign, which are differentiated.

    Ends of different signs give NaN.

    Raises
    ------
    ArgumentError
        If an end is 0, or for a negative `num`.

    Notes
    -----
    Of positive ends, number i of n is start^(1 - s) · stop^s with s = i / (n - 1), so both ends are
    exact, and no ratio overflows. Others are turned first, so that `start` is positive.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.geomspace(ag.Variable(1.0), 16.0, 3)
    Variable([ 1.,  4., 16.])
    """
    first, last = variables("geomspace", start, stop)
    for end in (first, last):
        require((values(end, "geomspace") != 0).all(), "geomspace: an end is 0; pass others.")
    library = library_of(first)
    turn = library.sign(values(first, "geomspace"))
    back = library.conj(turn)
    shares = _shares((start, stop), num, endpoint, "geomspace")
    steps = power(multiply(first, back), subtract(1.0, shares))
    steps = multiply(steps, power(multiply(last, back), shares))
    return moveaxis(multiply(steps, turn), 0, integer(axis, "geomspace: axis"))


@composed(
    cases=(Case(A(3)), Case(A(3), 2), Case(A(2), 4, increasing=True), Case(A(2), 0)),
    points=(
        At(X([0.0, 2.0]), 3, gives=[[0, 0, 1], [4, 2, 1]], slopes=([1, 5],)),
        At(X([2.0]), 2, increasing=True, gives=[[1, 2]], arriving=[[3, 4]], slopes=([4],)),
    ),
)
def vander(x: Operand, N: int | None = None, increasing: bool = False) -> Variable:
    """Return the powers of a vector as columns: a Vandermonde matrix.

    Parameters
    ----------
    x : Variable or array, shape (n,)
    N : int, optional
        How many columns; n by default.
    increasing : bool
        Whether the powers rise from 0, or fall to 0.

    Raises
    ------
    ArgumentError
        For a negative `N`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.vander(ag.Variable([2.0, 3.0]), 3)
    Variable([[4., 2., 1.],
              [9., 3., 1.]])
    """
    column = expand_dims(x, 1)
    count = _count(column.shape[0] if N is None else N, "vander")
    powers = np.arange(count) if increasing else np.arange(count)[::-1]
    return power(column, _made_beside(powers, (column,), "vander"))


@composed(
    cases=(Case(A(3)), Case(A(2, 2), 1), Case(A(), -1)),
    points=(
        At(X([1.0, 2.0]), gives=[[1, 0], [0, 2]], arriving=[[3, 4], [5, 6]], slopes=([3, 6],)),
    ),
)
def diagflat(v: Operand, k: int = 0) -> Variable:
    """Put all elements, in a row, on a diagonal of a square matrix.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.diagflat(ag.Variable([[1.0, 2.0]]))
    Variable([[1., 0.],
              [0., 2.]])
    """
    return diag(ravel(v), k)


def _between(start: Operand, stop: Operand, shares: Variable) -> Variable:
    return add(multiply(subtract(1.0, shares), start), multiply(shares, stop))


def _shares(ends: Sequence[Operand], num: int, endpoint: bool, what: str) -> Variable:
    """Return 0 to 1 in equal steps along an axis before those of the ends, in their dtype."""
    count = _count(num, f"{what}: num")
    steps = np.linspace(0.0, 1.0, count, endpoint)
    axes = max([end.ndim if hasattr(end, "ndim") else np.ndim(end) for end in ends])
    return reshape(_made_beside(steps, ends, what), (count, *(1,) * axes))


def _made_beside(numbers: Array, operands: Sequence[Any], what: str) -> Variable:
    """Return numbers in the operands' library, and in their dtype where that holds fractions."""
    made = beside(numbers.tolist(), operands, what)
    dtypes = [x.dtype for x in operands if hasattr(x, "dtype")] or [np.dtype(float)]
    dtype = np.result_type(*dtypes)
    return astype(made, float if dtype.kind in "iub" else dtype)


def _same_library(a: Operand, fill_value: Operand) -> None:
    """Raise where two arrays live in different libraries."""
    arrays: list[Any] = [x._data if isinstance(x, Variable) else x for x in (a, fill_value)]
    pairs = zip(arrays, (a, fill_value), strict=True)
    homes = [namespace(enter(x, given)).library for x, given in pairs if is_array(x)]
    if len(set(homes)) > 1:
        msg = (
            f"full_like: `a` lives in {homes[0]}, the fill value in {homes[1]}; move one of them "
            "with .to('cpu') or .to('cuda')."
        )
        raise DeviceError(msg)


def _count(value: int, what: str) -> int:
    count = integer(value, what)
    if count < 0:
        msg = f"{what}: {count} numbers are not possible; pass 0 or more."
        raise ArgumentError(msg)
    return count
