"""Products of matrices beyond matmul, and the standard's names for what has two last axes."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lite.arrays import namespace
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions import diagonals, vectors
from autograd_lite.functions import matrices as families
from autograd_lite.functions.axes import swapaxes
from autograd_lite.functions.constants import integer
from autograd_lite.functions.linalg.operands import as_variable, matrices, square
from autograd_lite.functions.linalg.solving import inv
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.functions.selection import where
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["cross", "diagonal", "matrix_power", "matrix_transpose", "multi_dot", "trace"]


@composed(
    cases=(
        Case(A(3, 3), 1),
        Case(A(3, 3), 5),
        Case(A(2, 2, 2), 2),
        Case(A(2, 2, diagonal=5.0), -3),
        Case(A(2, 2), 0),
    ),
    points=(
        At(X([[2.0]]), 3, gives=[[8.0]], slopes=([[12.0]],)),
        At(X([[0.0]]), 0, gives=[[1.0]], slopes=([[0.0]],)),
        At(X([[0.0, 1.0], [0.0, 0.0]]), 2, gives=[[0.0, 0.0], [0.0, 0.0]],
           slopes=([[1.0, 0.0], [2.0, 1.0]],)),
    ),
)  # fmt: skip
def matrix_power(x: Operand, n: int) -> Variable:
    """Multiply matrices with themselves, as ``numpy.linalg.matrix_power``, by repeated squares.

    Parameters
    ----------
    x : Variable or array, shape (..., m, m)
    n : int
        How many factors; below 0 of the inverse.

    Raises
    ------
    SingularError
        If `n` is below 0 and there is no inverse.
    ShapeError
        If the matrices are not square.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.matrix_power(ag.Variable([[1.0, 1.0], [0.0, 1.0]]), 5)
    Variable([[1., 5.],
              [0., 1.]])
    """
    v, factors = square(x, "matrix_power"), integer(n, "matrix_power: n")
    if factors == 0:
        xp = namespace(v._data)
        return where(xp.ones(v.shape, dtype=bool), xp.eye(v.shape[-1], dtype=v.dtype), v)
    if factors == 1:
        return v * 1.0
    square_of = inv(v) if factors < 0 else v
    power: Variable | None = None
    left = abs(factors)
    while True:
        if left & 1:
            power = square_of if power is None else power @ square_of
        left >>= 1
        if not left:
            assert power is not None
            return power
        square_of = square_of @ square_of


@composed(
    cases=(
        Case([A(2, 3), A(3, 4)]),
        Case([A(2, 3), A(3, 4), A(4, 2)]),
        Case([A(3), A(3, 4), A(4, 2), A(2)]),
        Case([A(2, 4), A(4, 1), A(1, 4), A(4, 2)]),
    ),
    points=(
        At([X([[2.0]]), X([[3.0]]), X([[4.0]])], gives=[[24.0]],
           slopes=([[12.0]], [[8.0]], [[6.0]])),
    ),
)  # fmt: skip
def multi_dot(arrays: Sequence[Operand]) -> Variable:
    """Multiply a chain of matrices in the cheapest order, as ``numpy.linalg.multi_dot``.

    Parameters
    ----------
    arrays : sequence of Variable or array
        At least two matrices; the first and the last may be vectors.

    Raises
    ------
    ArgumentError
        If there are fewer than two.
    ShapeError
        If one between has not two axes, or two neighbours do not fit.

    Notes
    -----
    The order is that of T. H. Cormen et al., Introduction to Algorithms, section 15.2.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.multi_dot([ag.Variable([1.0, 2.0]), [[3.0], [4.0]], [5.0]])
    Variable(55.0)
    """
    chain = [as_variable(x, "multi_dot") for x in arrays]
    if len(chain) < 2:
        msg = f"multi_dot: {len(chain)} operands make no product; pass two or more."
        raise ArgumentError(msg)
    for i, v in enumerate(chain):
        if v.ndim != 2 and (v.ndim != 1 or 0 < i < len(chain) - 1):
            msg = f"multi_dot: operand {i + 1} of shape {v.shape} is no matrix; pass two axes."
            raise ShapeError(msg)
    first = chain[0].shape if chain[0].ndim == 2 else (1, *chain[0].shape)
    sizes = [*first, *[v.shape[-1] if v.ndim == 2 else 1 for v in chain[1:]]]
    cuts = _cheapest(sizes)

    def product(i: int, j: int) -> Variable:
        if i == j:
            return chain[i]
        cut = cuts[i, j]
        return families.matmul(product(i, cut), product(cut + 1, j))

    return product(0, len(chain) - 1)


def _cheapest(sizes: list[int]) -> dict[tuple[int, int], int]:
    """Return where to cut each part of a chain; matrix i has sizes[i] rows, sizes[i+1] columns."""
    count = len(sizes) - 1
    cost = {(i, i): 0 for i in range(count)}
    cuts = {}
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            ways = [
                (cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k)
                for k in range(i, j)
            ]
            cost[i, j], cuts[i, j] = min(ways)
    return cuts


@composed(
    cases=(Case(A(2, 3)), Case(A(2, 3, 1)), Case(A(0, 2))),
    points=(At(X([[1.0, 2.0]]), gives=[[1.0], [2.0]], slopes=([[1.0, 1.0]],)),),
)
def matrix_transpose(x: Operand) -> Variable:
    """Exchange rows and columns of all matrices, as ``numpy.linalg.matrix_transpose``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.matrix_transpose(ag.Variable([[1.0, 2.0]]))
    Variable([[1.],
              [2.]])
    """
    return swapaxes(matrices(x, "matrix_transpose"), -1, -2)


def cross(x1: Operand, x2: Operand, /, *, axis: int = -1) -> Variable:
    """Return the vectors perpendicular to two vectors of 3 elements, as ``numpy.linalg.cross``.

    Raises
    ------
    ShapeError
        For vectors of another length: only ``cross`` itself takes those of the plane.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.cross(ag.Variable([1.0, 2.0, 3.0]), [4.0, 5.0, 6.0])
    Variable([-3.,  6., -3.])
    """
    x, y = as_variable(x1, "cross"), as_variable(x2, "cross")
    for v in (x, y):
        place = normalized_axes(axis, v.ndim, "cross")
        if v.shape[place[0]] != 3:
            msg = f"cross: vectors of shape {v.shape} have no 3 elements along axis {axis}; pass 3."
            raise ShapeError(msg)
    return vectors.cross(x, y, axis=axis)


def diagonal(x: Operand, *, offset: int = 0) -> Variable:
    """Return diagonals of the last two axes, as ``numpy.linalg.diagonal``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.diagonal(ag.Variable([[1.0, 2.0], [3.0, 4.0]]))
    Variable([1., 4.])
    """
    return diagonals.diagonal(x, offset, -2, -1)


def trace(x: Operand, *, offset: int = 0) -> Variable:
    """Sum diagonals of the last two axes, as ``numpy.linalg.trace``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.linalg.trace(ag.Variable([[1.0, 2.0], [3.0, 4.0]]))
    Variable(5.0)
    """
    return families.trace(x, offset, -2, -1)
