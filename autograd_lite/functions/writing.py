"""Writing: an array in which some elements are others, without a write into the one that was.

NumPy writes in place, which would change values under the graph; these return a new array. They
are named after JAX's ``x.at[index].set(y)`` and PyTorch's ``scatter``.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from autograd_lite.arrays import Array, require
from autograd_lite.arrays.scattering import selects_once
from autograd_lite.errors import ShapeError
from autograd_lite.functions import indexing, shapes
from autograd_lite.functions.constants import integer
from autograd_lite.functions.operands import library_of, values, variables
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.functions.taking import whole_numbers
from autograd_lite.graph.apply import binary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Pair
from autograd_lite.graph.variable import Index, Operand, Variable

__all__ = ["add_at", "scatter", "set_at"]

Shape: TypeAlias = tuple[int, ...]
_LAST = "of elements written to one place the last one stays, and takes the whole gradient"


class SetAt(Pair):
    """The first operand with the elements of the second at some places."""

    __slots__ = ("last", "once", "places", "untouched")
    constants = ("last", "places", "untouched")
    name = "set_at"
    subgradient = _LAST
    cases = (
        Case(A(4, 3), 1, A(3)),
        Case(A(4, 3), (slice(None, None, -2), slice(1, None)), A(2, 2)),
        Case(A(4), [0, 2, -1], A(3)),
        Case(A(3), [2, 0, 2], A(3)),
        Case(A(3), [True, False, True], A()),
        Case(A(2, 3), ([0, 1], [2, 2]), 0.5),
    )
    points = (
        At(X([1.0, 2.0, 3.0]), [1, 1], X([4.0, 5.0]), gives=[1, 5, 3], arriving=[1, 2, 4],
           slopes=([1, 0, 4], [0, 2])),
        At(X([1.0, 2.0]), slice(0, 0), X([]), gives=[1, 2], slopes=([1, 1], [])),
        At(X([float("nan"), 2.0]), 0, X(5.0), gives=[5, 2], arriving=[3, 4], slopes=([0, 4], 3)),
        At(X(1.0), (), X(5.0), gives=5, slopes=(0, 1)),
    )  # fmt: skip
    places: Array  # in flat memory
    once: bool  # whether none of them repeats
    last: Array | None  # which elements of the second operand stay
    untouched: Array

    def __init__(self, places: Array, once: bool) -> None:
        self.places = places
        self.once = once
        self.last = None

    def forward(self, x: Array, new: Array) -> Array:
        self.leaves_out(x)
        flat = x.copy().reshape(-1)
        if not self.once:
            new = self.winners(x, new)
        flat[self.places] = new
        if self._left is not None:
            untouched = self.xp.ones(flat.shape, dtype=bool)
            untouched[self.places] = False
            self.untouched = untouched.reshape(x.shape)
        return flat.reshape(x.shape)

    def winners(self, x: Array, new: Array) -> Array:
        """Return, for each place that is written to, the element that stays there."""
        self.leaves_out(new)
        xp, places = self.xp, self.places
        numbers = xp.arange(places.size).reshape(places.shape)
        writers = xp.zeros((x.size,), dtype=int)
        writers[places] = numbers
        winners = writers.take(places)
        self.last = winners == numbers
        return new.reshape(-1).take(winners)

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        xp = self.xp
        left = None if self._left is None else xp.where(self.untouched, gy, 0.0)
        if self._right is None:
            return left, None
        right = gy.reshape(-1).take(self.places)
        return left, right if self.last is None else xp.where(self.last, right, 0.0)


def set_at(x: Operand, index: Index, values: Operand) -> Variable:
    """Return an array with other elements at an index: what ``x[index] = values`` would make of x.

    Parameters
    ----------
    x : Variable or array
    index : int, slice, mask, array of int, or tuple of them
    values : Variable, array or number
        Broadcast to what the index picks. Of elements for one place the last one stays.

    Raises
    ------
    ShapeError
        If the values do not broadcast to what the index picks.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x, y = ag.Variable([1.0, 2.0, 3.0]), ag.Variable(5.0)
    >>> z = ag.set_at(x, 1, y)
    >>> z.sum().backward()
    >>> z.data.tolist(), x.grad.tolist(), y.grad.tolist()
    ([1.0, 5.0, 3.0], [1.0, 0.0, 1.0], 1.0)
    """
    v, new = variables("set_at", x, values)
    places = _places(v, index)
    new = _fitting("set_at", new, places.shape)
    return binary(SetAt(places, selects_once(index)), v, new)


@composed(
    cases=[
        Case(A(4, 3), 1, A(3)),
        Case(A(3), [2, 0, 2], A(3)),
        Case(A(2, 3), (slice(None), [0, 0]), A()),
    ],
    points=[
        At(X([1.0, 2.0, 3.0]), [1, 1], X([4.0, 5.0]), gives=[1, 11, 3], arriving=[1, 2, 4],
           slopes=([1, 2, 4], [2, 2])),
        At(X([1.0, 2.0]), [], X([]), gives=[1, 2], slopes=([1, 1], [])),
    ],
)  # fmt: skip
def add_at(x: Operand, index: Index, values: Operand) -> Variable:
    """Return an array with something added at an index; where places repeat, all of it.

    Arguments and errors are those of :func:`set_at`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.add_at(ag.Variable([1.0, 2.0, 3.0]), [1, 1], [10.0, 20.0])
    Variable([ 1., 32.,  3.])
    """
    v, new = variables("add_at", x, values)
    places = _places(v, index)
    new = _fitting("add_at", new, places.shape)
    return v + shapes.reshape(indexing.scatter_add(new, places, (v.size,)), v.shape)


@composed(
    cases=[
        Case(A(2, 3), [[2], [0]], A(2, 1), axis=1),
        Case(A(2, 3), [[1, 0, -1]], A(3), axis=0),
        Case(A(2, 3), [5, 0, 5], A(3), axis=None),
        Case(A(2, 3), [[0, 0], [1, 2]], 0.5),
    ],
    points=[
        At(X([[1.0, 2.0]]), [[1, 1]], X([[4.0, 5.0]]), gives=[[1, 5]], arriving=[[1, 2]],
           slopes=([[1, 0]], [[0, 2]])),
    ],
    subgradient=_LAST,
)  # fmt: skip
def scatter(x: Operand, indices: Operand, values: Operand, axis: int | None = -1) -> Variable:
    """Return an array with other elements in each line along an axis, at the places of that line.

    What ``numpy.put_along_axis`` would make of `x`; the reverse of :func:`take_along_axis`.

    Parameters
    ----------
    x : Variable or array
    indices : array of int
        With as many axes as `x`; the other axes broadcast.
    values : Variable, array or number
        Broadcast to the indices. Of elements for one place the last one stays.
    axis : int or None
        None writes into the flattened array, and gives it its shape again.

    Raises
    ------
    ArgumentError
        If an index is out of range.
    ShapeError
        If indices or values do not fit.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[1.0, 5.0], [4.0, 2.0]])
    >>> ag.scatter(x, ag.argmax(x, axis=1, keepdims=True), 0.0, axis=1)
    Variable([[1., 0.],
              [0., 2.]])
    """
    v, new = variables("scatter", x, values)
    numbers = whole_numbers(indices, v, "scatter: indices")
    shape = (v.size,) if axis is None else v.shape
    (along,) = normalized_axes(
        0 if axis is None else integer(axis, "scatter: axis"), len(shape), "scatter"
    )
    if numbers.ndim != len(shape):
        msg = f"scatter: the indices have {numbers.ndim} axes for {len(shape)}; pass as many."
        raise ShapeError(msg)
    library, length = library_of(v), shape[along]
    require(
        library.within(numbers, -length, length),
        f"scatter: an index is out of range; pass {-length} to {length - 1}.",
    )
    places = library.places_along(numbers, shape, along)
    return binary(SetAt(places, once=False), v, _fitting("scatter", new, places.shape))


def _places(v: Variable, index: Any) -> Array:
    """Return the places that an index picks, in flat memory."""
    numbers = library_of(v).arange(v.size).reshape(v.shape)
    return values(indexing.getitem(numbers, index), "getitem")


def _fitting(what: str, new: Variable, shape: Shape) -> Variable:
    """Return what is to be written, in the shape of its places."""
    if new.shape == shape:
        return new
    try:
        return shapes.broadcast_to(new, shape)
    except ShapeError as error:
        msg = f"{what}: values of shape {new.shape} do not broadcast to the {shape} of the index."
        raise ShapeError(msg) from error
