"""At least so many axes: new ones of length 1 where some are missing."""

from __future__ import annotations

from collections.abc import Callable

from autograd_lite.functions.entry import asarray
from autograd_lite.functions.shapes import reshape
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["atleast_1d", "atleast_2d", "atleast_3d"]

Shape = tuple[int, ...]


@composed(
    cases=(Case(A()), Case(A(2, 3)), Case(A(), A(2))),
    points=(At(X(5.0), gives=[5], arriving=[3], slopes=(3,)),),
)
def atleast_1d(*arys: Operand) -> Variable | tuple[Variable, ...]:
    """Make vectors of numbers; a tuple for several operands.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.atleast_1d(ag.Variable(2.0))
    Variable([2.])
    """
    return _each(arys, lambda shape: shape or (1,))


@composed(
    cases=(Case(A()), Case(A(3)), Case(A(2, 3, 1)), Case(A(2), A(0))),
    points=(At(X([1.0, 2.0]), gives=[[1, 2]], arriving=[[3, 4]], slopes=([3, 4],)),),
)
def atleast_2d(*arys: Operand) -> Variable | tuple[Variable, ...]:
    """Make rows of vectors and numbers; a tuple for several operands.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.atleast_2d(ag.Variable([2.0, 3.0])).shape
    (1, 2)
    """
    return _each(arys, lambda shape: (*(1,) * (2 - len(shape)), *shape))


@composed(
    cases=(Case(A()), Case(A(3)), Case(A(2, 3)), Case(A(2, 1, 2)), Case(A(2), A())),
    points=(At(X([1.0, 2.0]), gives=[[[1], [2]]], arriving=[[[3], [4]]], slopes=([3, 4],)),),
)
def atleast_3d(*arys: Operand) -> Variable | tuple[Variable, ...]:
    """Make stacks of matrices: (n,) becomes (1, n, 1), and (m, n) becomes (m, n, 1).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.atleast_3d(ag.Variable([2.0, 3.0])).shape
    (1, 2, 1)
    """
    return _each(arys, _solid)


def _solid(shape: Shape) -> Shape:
    if len(shape) > 2:
        return shape
    return (*shape, 1) if len(shape) == 2 else (1, *(shape or (1,)), 1)


def _each(
    arys: tuple[Operand, ...], wanted: Callable[[Shape], Shape]
) -> Variable | tuple[Variable, ...]:
    """Reshape every operand; one alone is returned without a tuple."""
    operands = [asarray(x) for x in arys]
    made = [reshape(x, wanted(x.shape)) for x in operands]
    return made[0] if len(made) == 1 else tuple(made)
