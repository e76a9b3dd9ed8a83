"""Differences between neighbours, and phases without jumps."""

from __future__ import annotations

from math import pi

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError
from autograd_lite.functions import joining, shapes
from autograd_lite.functions.constants import integer, number
from autograd_lite.functions.operands import variable, variables
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Elementwise, Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["diff", "ediff1d", "unwrap"]


class Diff(Unary):
    """The n-th differences along an axis; the gradient is those of gy between zeros, (-1)^n."""

    __slots__ = ("axis", "n", "shape")
    name = "diff"
    symbol = "Δ"
    complexes = True
    cases = (
        Case(A(5)),
        Case(A(4, complex=True)),
        Case(A(3, 4), 2, 0),
        Case(A(2, 3), 1, -1, A(2, 1), A(2, 2)),
        Case(A(2, 3), axis=0, prepend=0.5),
        Case(A(2), 3),
    )
    points = (
        At(X([1.0, 4.0, 9.0]), gives=[3, 5], arriving=[1, 10], slopes=([-1, -9, 10],)),
        At(X([1.0, 4.0, 9.0]), 2, gives=[2], slopes=([1, -2, 1],)),
        At(X([1.0, 4.0]), 3, gives=[], slopes=([0, 0],)),
        At(X([1.0]), gives=[], slopes=([0],)),
        At(X([1.0, 4.0]), 0, gives=[1, 4], arriving=[2, 3], slopes=([2, 3],)),
        At(X([]), gives=[], slopes=([],)),
        At(X([2.0]), 1, 0, X(1.0), X([5.0, 6.0]), gives=[1, 3, 1], arriving=[1, 2, 4],
           slopes=([-1], -1, [-2, 4])),
    )  # fmt: skip
    n: int
    axis: int
    shape: tuple[int, ...]

    def __init__(self, n: int, axis: int) -> None:
        self.n = n
        self.axis = axis

    def forward(self, x: Array) -> Array:
        (self.axis,) = normalized_axes(self.axis, x.ndim, "diff")
        self.shape = x.shape
        return self.xp.diff(x, self.n, self.axis) if self.n else x.copy()

    def backward(self, gy: Array) -> Array:
        length, n = self.shape[self.axis], self.n
        short = max(0, n - length)  # so many differences there are not
        width = [(0, 0)] * len(self.shape)
        width[self.axis] = (n - short, n)
        gx = self.xp.diff(self.xp.pad(gy, width), n, self.axis)
        return -gx if n % 2 else gx


class Unwrap(Elementwise):
    """Phases plus whole periods, so that they do not jump; every slope is 1."""

    __slots__ = ("axis", "discont", "period")
    name = "unwrap"
    subgradient = "1, also where a jump is exactly half a period"
    cases = (Case(A(7, low=-3, high=3)), Case(A(3, 4), axis=0, period=0.7), Case(A(4), 3.5))
    points = (
        At(X([0.0, 3.0, 7.0]), period=4.0, gives=[0, -1, -1], arriving=[1, 2, 3],
           slopes=([1, 2, 3],)),
        At(X([0.0, 2.0]), period=4.0, gives=[0, 2], slopes=([1, 1],)),
        At(X([]), gives=[], slopes=([],)),
    )  # fmt: skip
    discont: float | None
    axis: int
    period: float

    def __init__(self, discont: float | None, axis: int, period: float) -> None:
        self.discont = discont
        self.axis = axis
        self.period = period

    def forward(self, x: Array) -> Array:
        (self.axis,) = normalized_axes(self.axis, x.ndim, "unwrap")
        return self.xp.unwrap(x, self.discont, self.axis, period=self.period)

    def backward(self, gy: Array) -> Array:
        return gy


def diff(
    x: Operand,
    n: int = 1,
    axis: int = -1,
    prepend: Operand | None = None,
    append: Operand | None = None,
) -> Variable:
    """Return each element less the one before, along an axis; that n times.

    Parameters
    ----------
    x : Variable or array
    n : int
    axis : int
    prepend, append : Variable, array or number, optional
        What stands before and behind `x`; of a number, one of it in each line.

    Raises
    ------
    ArgumentError
        If n is negative.
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, 4.0, 9.0])
    >>> ag.diff(x)
    Variable([3., 5.])
    >>> ag.diff(x, 2)
    Variable([2.])
    """
    if integer(n, "diff: n") < 0:
        msg = f"diff: n is {n}; pass 0 or more."
        raise ArgumentError(msg)
    # The differences of order 0 are `x`, whatever stands before and behind it.
    ends = [x, *[end for end in (prepend, append) if end is not None and n]]
    v, *more = [variable(x, "diff")] if len(ends) == 1 else variables("diff", *ends)
    if more:
        (along,) = normalized_axes(integer(axis, "diff: axis"), v.ndim, "diff")
        line = tuple([1 if i == along else size for i, size in enumerate(v.shape)])
        parts = [shapes.broadcast_to(end, line) if end.ndim == 0 else end for end in more]
        parts.insert(0 if prepend is None else 1, v)
        v = joining.concatenate(parts, along)
    return unary(Diff(n, integer(axis, "diff: axis")), v)


def unwrap(
    p: Operand, discont: float | None = None, axis: int = -1, *, period: float = 2 * pi
) -> Variable:
    """Add whole periods to phases, so that none is more than half a period from the one before.

    The slope is 1 everywhere.

    Parameters
    ----------
    p : Variable or array
    discont : float, optional
        Jumps that are smaller stay; half a period by default.
    axis : int
    period : float

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.unwrap(ag.Variable([0.0, 3.0, 7.0]), period=4.0)
    Variable([ 0., -1., -1.])
    """
    jump = None if discont is None else number(discont, "unwrap: discont")
    return unary(Unwrap(jump, integer(axis, "unwrap: axis"), number(period, "unwrap: period")), p)


@composed(
    cases=[Case(A(2, 3)), Case(A(4), A(), A(2)), Case(A())],
    points=[
        At(X([1.0, 4.0]), X([7.0]), X(0.5), gives=[0.5, 3, 7], arriving=[1, 2, 4],
           slopes=([-2, 2], [4], 1)),
        At(X([1.0]), gives=[], slopes=([0],)),
        At(X([1.0, 4.0]), 0.5, gives=[3, 0.5], arriving=[2, 3], slopes=([-2, 2],)),
    ],
)  # fmt: skip
def ediff1d(x: Operand, to_end: Operand | None = None, to_begin: Operand | None = None) -> Variable:
    """Return the differences of all elements in a row, and what is to stand before and behind.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.ediff1d(ag.Variable([1.0, 4.0, 9.0]), to_end=0.0)
    Variable([3., 5., 0.])
    """
    ends = [end for end in (to_begin, to_end) if end is not None]
    v, *more = [variable(x, "ediff1d")] if not ends else variables("ediff1d", x, *ends)
    parts = [shapes.ravel(end) for end in more]
    parts.insert(0 if to_begin is None else 1, diff(shapes.ravel(v)))
    return joining.concatenate(parts) if more else parts[0]
