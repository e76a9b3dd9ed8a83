"""Rearranging: axes and elements moved, shapes brought together."""

from __future__ import annotations

from autograd_lite.errors import OperandError, ShapeError
from autograd_lite.functions.axes import moveaxis, swapaxes
from autograd_lite.functions.constants import integer
from autograd_lite.functions.entry import asarray
from autograd_lite.functions.operands import variables
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.functions.reordering import flip
from autograd_lite.functions.shapes import broadcast_to, reshape
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = [
    "broadcast_arrays",
    "fliplr",
    "flipud",
    "matrix_transpose",
    "meshgrid",
    "rollaxis",
]

Shape = tuple[int, ...]


@composed(
    cases=(Case(A(2, 3)), Case(A(2, 3, 2))),
    points=(At(X([[1.0, 2.0]]), gives=[[2, 1]], arriving=[[3, 4]], slopes=([[4, 3]],)),),
)
def fliplr(m: Operand) -> Variable:
    """Reverse the order of the columns (axis 1).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fliplr(ag.Variable([[1.0, 2.0]]))
    Variable([[2., 1.]])
    """
    return flip(m, 1)


@composed(
    cases=(Case(A(3)), Case(A(2, 3))),
    points=(At(X([1.0, 2.0]), gives=[2, 1], arriving=[3, 4], slopes=([4, 3],)),),
)
def flipud(m: Operand) -> Variable:
    """Reverse the order of the rows (axis 0).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.flipud(ag.Variable([1.0, 2.0]))
    Variable([2., 1.])
    """
    return flip(m, 0)


@composed(
    cases=(Case(A(2, 3)), Case(A(2, 3, 4))),
    points=(At(X([[1.0, 2.0]]), gives=[[1], [2]], arriving=[[3], [4]], slopes=([[3, 4]],)),),
)
def matrix_transpose(x: Operand) -> Variable:
    """Exchange the last two axes.

    Raises
    ------
    ShapeError
        If there are not two.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.matrix_transpose(ag.Variable([[[1.0, 2.0]]])).shape
    (1, 2, 1)
    """
    return swapaxes(_matrix(x), -1, -2)


@composed(
    cases=(Case(A(2, 3, 4), 2), Case(A(2, 3, 4), 0, 3), Case(A(2, 3), -1, -1)),
    points=(
        At(X([[1.0, 2.0]]), 1, gives=[[1], [2]], arriving=[[3], [4]], slopes=([[3, 4]],)),
    ),
)  # fmt: skip
def rollaxis(a: Operand, axis: int, start: int = 0) -> Variable:
    """Move an axis to before the one that stands at `start` now; ``moveaxis`` reads better.

    Raises
    ------
    ShapeError
        If there is no such axis or place.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.rollaxis(ag.Variable([[[1.0, 2.0]]]), 2).shape
    (2, 1, 1)
    """
    x = asarray(a)
    (source,) = normalized_axes(integer(axis, "rollaxis: axis"), x.ndim, "rollaxis")
    place = integer(start, "rollaxis: start")
    if not -x.ndim <= place <= x.ndim:
        msg = f"rollaxis: start {place} is no place among {x.ndim} axes; pass 0 to {x.ndim}."
        raise ShapeError(msg)
    place += x.ndim if place < 0 else 0
    return moveaxis(x, source, place - (source < place))


@composed(
    cases=(Case(A(3), A(2, 1)), Case(A(), A(2)), Case(A(2, 3))),
    points=(
        At(X(1.0), X([2.0, 3.0]), gives=([1, 1], [2, 3]), arriving=([4, 5], [6, 7]),
           slopes=(9, [6, 7])),
    ),
)  # fmt: skip
def broadcast_arrays(*args: Operand) -> tuple[Variable, ...]:
    """Stretch all operands to the shape that they broadcast to.

    Raises
    ------
    ShapeError
        If they do not broadcast.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> [x.shape for x in ag.broadcast_arrays(ag.Variable([1.0, 2.0]), 3.0)]
    [(2,), (2,)]
    """
    operands = variables("broadcast_arrays", *args)
    common = _common_shape([x.shape for x in operands])
    return tuple([broadcast_to(x, common) for x in operands])


@composed(
    cases=(
        Case(A(2), A(3)),
        Case(A(2), A(3), A(2), indexing="ij"),
        Case(A(2), A(3), sparse=True),
        Case(A(), A(2)),
    ),
    points=(
        At(X([1.0, 2.0]), X([3.0]), gives=([[1, 2]], [[3, 3]]), arriving=([[4, 5]], [[6, 7]]),
           slopes=([4, 5], [13])),
    ),
)  # fmt: skip
def meshgrid(*xi: Operand, sparse: bool = False, indexing: str = "xy") -> tuple[Variable, ...]:
    """Return the coordinates of all points of a grid.

    Parameters
    ----------
    *xi : Variable or array
        The coordinates along each axis: vectors, or numbers.
    sparse : bool
        Leave the axes at length 1 along which a coordinate does not change.
    indexing : {"xy", "ij"}
        Whether the first vector runs along the columns (axis 1) or the rows (axis 0).

    Raises
    ------
    OperandError
        For another `indexing`.
    ShapeError
        For operands of more than one axis.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x, y = ag.meshgrid(ag.Variable([1.0, 2.0]), ag.Variable([3.0, 4.0]))
    >>> print(y)
    [[3., 3.],
     [4., 4.]]
    """
    if indexing not in ("xy", "ij"):
        msg = f"meshgrid: indexing {indexing!r:.40} is not known; pass 'xy' or 'ij'."
        raise OperandError(msg)
    axes = list(range(len(xi)))
    if indexing == "xy" and len(axes) > 1:
        axes[0], axes[1] = 1, 0
    operands = variables("meshgrid", *xi)
    spread = [_along(x, axis, len(axes)) for x, axis in zip(operands, axes, strict=True)]
    return tuple(spread) if sparse else broadcast_arrays(*spread)


def _along(x: Variable, axis: int, count: int) -> Variable:
    """Return a vector along one of so many axes."""
    if x.ndim > 1:
        msg = f"meshgrid: an operand of shape {x.shape} is no vector; pass one axis at a time."
        raise ShapeError(msg)
    return reshape(x, [x.size if i == axis else 1 for i in range(count)])


def _matrix(x: Operand) -> Variable:
    whole = asarray(x)
    if whole.ndim < 2:
        msg = f"matrix_transpose: shape {whole.shape} is no matrix; pass two axes or more."
        raise ShapeError(msg)
    return whole


def _common_shape(shapes: list[Shape]) -> Shape:
    """Return the shape to which all broadcast."""
    ndim = max([len(shape) for shape in shapes], default=0)
    padded = [(*(1,) * (ndim - len(shape)), *shape) for shape in shapes]
    lengths = [{n for n in column if n != 1} for column in zip(*padded, strict=True)]
    if any([len(different) > 1 for different in lengths]):
        named = " and ".join([str(shape) for shape in dict.fromkeys(shapes)])
        msg = f"broadcast_arrays: shapes {named} do not broadcast; make axes equal or 1."
        raise ShapeError(msg)
    return tuple([different.pop() if different else 1 for different in lengths])
