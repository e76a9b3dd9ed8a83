"""Vectors: products of vectors along an axis."""

from __future__ import annotations

from autograd_lite.errors import ShapeError
from autograd_lite.functions.arithmetic import multiply, subtract
from autograd_lite.functions.axes import moveaxis
from autograd_lite.functions.complex import conjugated
from autograd_lite.functions.constants import integer
from autograd_lite.functions.entry import asarray
from autograd_lite.functions.indexing import getitem
from autograd_lite.functions.matrices import dot, matmul
from autograd_lite.functions.padding import pad
from autograd_lite.functions.reductions import sum
from autograd_lite.functions.reordering import roll
from autograd_lite.functions.shapes import expand_dims, ravel, squeeze
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["cross", "matvec", "vdot", "vecdot", "vecmat"]


@composed(
    cases=(
        Case(A(3), A(3)),
        Case(A(2, 3), A(3)),
        Case(A(3, 2), A(2, 3), axisa=0, axisc=0),
        Case(A(3, 2), A(3, 1), axis=0),
        Case(A(2), A(2)),
        Case(A(2, 2), A(3)),
    ),
    points=(
        At(X([1.0, 0.0, 0.0]), X([0.0, 1.0, 0.0]), gives=[0, 0, 1], arriving=[0, 0, 2],
           slopes=([2, 0, 0], [0, 2, 0])),
        At(X([1.0, 2.0]), X([3.0, 4.0]), gives=-2, slopes=([4, -3], [-2, 1])),
    ),
)  # fmt: skip
def cross(
    a: Operand,
    b: Operand,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Variable:
    """Return the vector that is perpendicular to two vectors, as long as their area.

    Parameters
    ----------
    a, b : Variable or array
        Vectors of 3 elements, or of 2 whose third is 0; the other axes broadcast.
    axisa, axisb, axisc : int
        Where the vectors of `a`, of `b` and of the result run.
    axis : int, optional
        For all three.

    Returns
    -------
    Variable
        The vectors; of two vectors of 2 elements the third component alone, and no such axis.

    Raises
    ------
    ShapeError
        For vectors of another length.

    Notes
    -----
    Component i is a[i+1] · b[i+2] - a[i+2] · b[i+1], counted around the end.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.cross(ag.Variable([1.0, 2.0, 3.0]), [4.0, 5.0, 6.0])
    Variable([-3.,  6., -3.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    first, second = _last(a, axisa, "axisa"), _last(b, axisb, "axisb")
    flat = first.shape[-1] == second.shape[-1] == 2
    x, y = _solid(first), _solid(second)
    ahead = multiply(roll(x, -1, -1), roll(y, 1, -1))
    out = subtract(ahead, multiply(roll(x, 1, -1), roll(y, -1, -1)))
    return getitem(out, (..., 2)) if flat else moveaxis(out, -1, integer(axisc, "cross: axisc"))


@composed(
    cases=(Case(A(3), A(3)), Case(A(2, 3), A(3, 2)), Case(A(), A())),
    points=(At(X([[1.0, 2.0]]), X([3.0, 4.0]), gives=11, slopes=([[3, 4]], [1, 2])),),
)
def vdot(a: Operand, b: Operand) -> Variable:
    """Multiply all elements of two arrays of one size, the first conjugated, and add up.

    Raises
    ------
    ShapeError
        If the sizes differ.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.vdot(ag.Variable([[1.0, 2.0]]), [3.0, 4.0])
    Variable(11.0)
    """
    return dot(conjugated(ravel(a)), ravel(b))


@composed(
    cases=(Case(A(3), A(3)), Case(A(2, 3), A(3)), Case(A(3, 2), A(3, 1), axis=0)),
    points=(At(X([1.0, 2.0]), X([3.0, 4.0]), gives=11, slopes=([3, 4], [1, 2])),),
)
def vecdot(x1: Operand, x2: Operand, *, axis: int = -1) -> Variable:
    """Multiply vectors along an axis, the first conjugated, and add up; other axes broadcast.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.vecdot(ag.Variable([[1.0, 2.0], [3.0, 4.0]]), [1.0, 1.0])
    Variable([3., 7.])
    """
    x, y = _axis_last(x1, axis, "vecdot"), _axis_last(x2, axis, "vecdot")
    if x.shape[-1] != y.shape[-1]:
        msg = f"vecdot: vectors of {x.shape[-1]} and {y.shape[-1]} elements; make them equal."
        raise ShapeError(msg)
    return sum(multiply(conjugated(x), y), -1)


@composed(
    cases=(Case(A(2, 3), A(3)), Case(A(4, 2, 3), A(4, 3)), Case(A(2, 3), A(4, 3))),
    points=(
        At(X([[1.0, 2.0]]), X([3.0, 4.0]), gives=[11], slopes=([[3, 4]], [1, 2])),
    ),
)  # fmt: skip
def matvec(x1: Operand, x2: Operand) -> Variable:
    """Multiply matrices (the last two axes) by vectors (the last); other axes broadcast.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.matvec(ag.Variable([[1.0, 2.0], [3.0, 4.0]]), [1.0, 1.0])
    Variable([3., 7.])
    """
    return squeeze(matmul(x1, expand_dims(x2, -1)), -1)


@composed(
    cases=(Case(A(2), A(2, 3)), Case(A(4, 2), A(4, 2, 3)), Case(A(4, 2), A(2, 3))),
    points=(
        At(X([1.0, 2.0]), X([[3.0], [4.0]]), gives=[11], slopes=([3, 4], [[1], [2]])),
    ),
)  # fmt: skip
def vecmat(x1: Operand, x2: Operand) -> Variable:
    """Multiply conjugated vectors (the last axis) by matrices (the last two); the rest broadcasts.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.vecmat(ag.Variable([1.0, 1.0]), [[1.0, 2.0], [3.0, 4.0]])
    Variable([4., 6.])
    """
    return squeeze(matmul(expand_dims(conjugated(asarray(x1)), -2), x2), -2)


def _axis_last(x: Operand, axis: int, what: str) -> Variable:
    """Return vectors along the last axis."""
    whole = asarray(x)
    if not whole.ndim:
        msg = f"{what}: a number is no vector; pass one axis or more."
        raise ShapeError(msg)
    return moveaxis(whole, integer(axis, f"{what}: axis"), -1)


def _last(x: Operand, axis: int, name: str) -> Variable:
    vectors = _axis_last(x, axis, "cross")
    if vectors.shape[-1] not in (2, 3):
        length = vectors.shape[-1]
        msg = f"cross: vectors of {length} elements along {name}; pass 3, or 2 in the plane."
        raise ShapeError(msg)
    return vectors


def _solid(x: Variable) -> Variable:
    """Return vectors of three elements."""
    if x.shape[-1] == 3:
        return x
    return pad(x, [(0, 0)] * (x.ndim - 1) + [(0, 1)])
