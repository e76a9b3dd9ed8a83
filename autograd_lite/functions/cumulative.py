"""Products over axes, running sums and running products.

The slope of a product in one factor is the product of the others. It is multiplied up from them,
never divided out of the whole: so factors of 0 are exact, to any order.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod as product

from autograd_lite.arrays import Array, Namespace
from autograd_lite.errors import ArgumentError
from autograd_lite.functions.constants import integer
from autograd_lite.functions.joining import concatenate
from autograd_lite.functions.operands import library_of, variable
from autograd_lite.functions.reductions import Reduction, narrow, normalized_axes, wide
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Axis, Operand, Variable

__all__ = ["cumprod", "cumsum", "cumulative_prod", "cumulative_sum", "prod"]

SHORT = 32  # factors: fewer are multiplied one after the other
FEW = 8  # steps of a recurrence: fewer are taken one after the other
_RUNNING = (
    Case(A(3, 4)),
    Case(A(3, 4), axis=0),
    Case(A(2, 3, 2), axis=-2),
    Case(A(9), axis=0),
    Case(A()),
)


class Prod(Reduction):
    """The product over some axes; each factor gets the product of the others."""

    __slots__ = keeps = ("x",)
    name = "prod"
    symbol = "∏"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A(3, 4), axis=0),
        Case(A(2, 3, 4), axis=(-1, 0)),
        Case(A(2, 3), axis=1, keepdims=True),
        Case(A(1, 35, low=0.8, high=1.2), axis=1),
        Case(A()),
        Case(A(0, 3), axis=0),
        Case(A(2, 3, complex=True), axis=1),
    )
    points = (
        At(X([0.0, 2.0, 3.0]), gives=0.0, slopes=([6.0, 0.0, 0.0],)),
        At(X([0.0, 0.0, 3.0]), gives=0.0, slopes=([0.0, 0.0, 0.0],)),
        At(X([[2.0, 0.0], [3.0, 4.0]]), axis=1, gives=[0.0, 12.0],
           slopes=([[0.0, 2.0], [4.0, 3.0]],)),
        At(X([[], []]), axis=1, gives=[1.0, 1.0], slopes=([[], []],)),
        At(X([5.0]), gives=5.0, slopes=([1.0],)),
    )  # fmt: skip
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.prod(x, axis=self.over(x), keepdims=self.keepdims)

    def backward(self, gy: Array) -> Array:
        shape, axes = self.shape, self.axis
        factors = product([shape[i] for i in axes])
        if factors < 2:
            return self.spread(gy)
        rest = [i for i in range(len(shape)) if i not in axes]
        order = (*rest, *axes)
        x = wide(self.x).transpose(order)
        left = x.shape[: len(rest)]
        g = wide(gy).reshape((*left, 1))
        slopes = slopes_of_product(self.xp, x.reshape((*left, factors)), g).reshape(x.shape)
        return narrow(slopes.transpose(tuple([order.index(i) for i in range(len(order))])), gy)


class Running(Unary):
    """What cumsum and cumprod share: one axis, or all elements in a row."""

    __slots__ = ("asked", "axis", "before")
    asked: int | None
    axis: int
    before: tuple[int, ...]

    def __init__(self, axis: int | None) -> None:
        self.asked = axis

    def along(self, x: Array) -> Array:
        """Note the shape of `x` and the axis; return it, flat if no axis was asked for."""
        self.before = x.shape
        if self.asked is None:
            self.axis = 0
            return x.reshape(-1)
        (self.axis,) = normalized_axes(self.asked, x.ndim, self.name)
        return x


class CumSum(Running):
    """Running sums; each summand gets the gradients from its place on."""

    __slots__ = ("reverse",)
    name = "cumsum"
    symbol = "Σ…"
    complexes = True
    cases = (
        *_RUNNING,
        Case(A(3, 4), axis=-1, reverse=True),
        Case(A(2, 3, complex=True), axis=1),
    )
    points = (
        At(X([1.0, 2.0, 3.0]), gives=[1.0, 3.0, 6.0], slopes=([3.0, 2.0, 1.0],)),
        At(X([1.0, 2.0, 3.0]), reverse=True, gives=[6.0, 5.0, 3.0], slopes=([1.0, 2.0, 3.0],)),
        At(X([[1.0, 2.0], [3.0, 4.0]]), gives=[1.0, 3.0, 6.0, 10.0],
           slopes=([[4.0, 3.0], [2.0, 1.0]],)),
        At(X([[], []]), axis=1, gives=[[], []], slopes=([[], []],)),
    )  # fmt: skip
    reverse: bool

    def __init__(self, axis: int | None, reverse: bool) -> None:
        super().__init__(axis)
        self.reverse = reverse

    def forward(self, x: Array) -> Array:
        along = self.along(x)
        return self.xp.cumsum(along, axis=self.axis, reverse=self.reverse)

    def backward(self, gy: Array) -> Array:
        gx = self.xp.cumsum(gy, axis=self.axis, reverse=not self.reverse)
        return gx if gx.shape == self.before else gx.reshape(self.before)


class CumProd(Running):
    """Running products p; x_i gets p_{i-1} s_i, with s_i = g_i + x_{i+1} s_{i+1} from the end."""

    __slots__ = ("out", "x")
    keeps = ("out", "x")
    name = "cumprod"
    symbol = "∏…"
    complexes = True
    cases = (
        *_RUNNING,
        Case(A(2, 19, low=0.7, high=1.4), axis=1),
        Case(A(20, low=0.7, high=1.4)),
        Case(A(2, 3, complex=True), axis=1),
        Case(A(10, complex=True)),
    )
    points = (
        At(X([2.0, 3.0, 4.0]), gives=[2.0, 6.0, 24.0], slopes=([16.0, 10.0, 6.0],)),
        At(X([2.0, 0.0, 4.0]), gives=[2.0, 0.0, 0.0], slopes=([1.0, 10.0, 0.0],)),
        At(X([0.0, 0.0, 4.0]), gives=[0.0, 0.0, 0.0], slopes=([1.0, 0.0, 0.0],)),
        At(X([5.0]), axis=0, gives=[5.0], slopes=([1.0],)),
        At(X([[], []]), axis=1, gives=[[], []], slopes=([[], []],)),
    )
    out: Array
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        along = self.along(x)
        out = self.out = self.xp.cumprod(along, axis=self.axis)
        return out

    def backward(self, gy: Array) -> Array:
        xp, axis = self.xp, self.axis
        if gy.shape[axis] < 2:
            return gy.reshape(self.before)
        g = wide(gy).swapaxes(axis, -1)
        later = wide(self.x).reshape(gy.shape).swapaxes(axis, -1)[..., 1:]
        before = wide(self.out).swapaxes(axis, -1)[..., :-1]
        sums = from_the_end(xp, later, g)
        gx = xp.concatenate((sums[..., :1], before * sums[..., 1:]), axis=-1)
        return narrow(gx.swapaxes(axis, -1), gy).reshape(self.before)


def slopes_of_product(xp: Namespace, x: Array, gy: Array) -> Array:
    """Return, for each of two or more factors along the last axis, gy times all the others.

    Long rows are folded: what a pair's product gets, times one factor, is what the other one gets.
    """
    n = x.shape[-1]
    if n <= SHORT:
        left = xp.cumprod(x[..., :-1], axis=x.ndim - 1)
        right = xp.cumprod(x[..., :0:-1], axis=x.ndim - 1)[..., ::-1]
        inner = left[..., :-1] * right[..., 1:]
        return gy * xp.concatenate((right[..., :1], inner, left[..., -1:]), axis=-1)
    half = n // 2
    halves = x[..., : 2 * half].reshape((*x.shape[:-1], 2, half))
    pairs = halves[..., 0, :] * halves[..., 1, :]
    if n % 2:
        pairs = xp.concatenate((pairs, x[..., -1:]), axis=-1)
    slopes = slopes_of_product(xp, pairs, gy)
    exchanged = halves[..., ::-1, :] * slopes[..., None, :half]
    even = exchanged.reshape((*x.shape[:-1], 2 * half))
    return xp.concatenate((even, slopes[..., half:]), axis=-1) if n % 2 else even


def from_the_end(xp: Namespace, f: Array, g: Array) -> Array:
    """Return s along the last axis, with s_i = g_i + f_i s_{i+1} and the last s the last g.

    Two steps in one are such a recurrence for every other s, half as long; the rest follow.
    """
    n = g.shape[-1]
    if n <= FEW or n * n * FEW <= g.size:
        steps = [g[..., n - 1 :]]
        for i in range(n - 2, -1, -1):
            steps.append(g[..., i : i + 1] + f[..., i : i + 1] * steps[-1])
        return xp.concatenate(steps[::-1], axis=-1)
    if n % 2:
        rest = from_the_end(xp, f[..., 1:], g[..., 1:])
        return xp.concatenate((g[..., :1] + f[..., :1] * rest[..., :1], rest), axis=-1)
    to_odd, to_even = f[..., ::2], f[..., 1::2]
    both = to_odd[..., : n // 2 - 1] * to_even
    even = from_the_end(xp, both, g[..., ::2] + to_odd * g[..., 1::2])
    inner = g[..., 1 : n - 1 : 2] + to_even * even[..., 1:]
    odd = xp.concatenate((inner, g[..., n - 1 :]), axis=-1)
    return xp.concatenate((even[..., None], odd[..., None]), axis=-1).reshape(g.shape)


def prod(x: Operand, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Multiply the elements over some axes; 1 where there are none.

    Factors of 0 are exact: the gradient of each is the product of the others.

    Parameters
    ----------
    x : Variable or array
    axis : int, tuple of int or None
        The axes to multiply over; None for all.
    keepdims : bool
        Keep the axes with length 1.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([0.0, 2.0, 3.0])
    >>> ag.prod(x).backward()
    >>> x.grad.tolist()
    [6.0, 0.0, 0.0]
    """
    return unary(Prod(axis, keepdims), x)


def cumsum(x: Operand, axis: int | None = None, *, reverse: bool = False) -> Variable:
    """Return the running sums along an axis; of all elements in a row without one.

    Parameters
    ----------
    x : Variable or array
    axis : int, optional
    reverse : bool
        Sum from the end.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.cumsum(ag.Variable([1.0, 2.0, 3.0]))
    Variable([1., 3., 6.])
    """
    return unary(CumSum(axis, reverse), x)


def cumprod(x: Operand, axis: int | None = None) -> Variable:
    """Return the running products along an axis; of all elements in a row without one.

    Factors of 0 are exact, to any order.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([2.0, 0.0, 4.0])
    >>> y = ag.cumprod(x)
    >>> y.sum().backward()
    >>> y.data.tolist(), x.grad.tolist()
    ([2.0, 0.0, 0.0], [1.0, 10.0, 0.0])
    """
    return unary(CumProd(axis), x)


@composed(
    cases=[Case(A(4)), Case(A(3, 4), axis=1, include_initial=True), Case(A(2, 3), axis=-2)],
    points=[
        At(X([2.0, 3.0]), include_initial=True, gives=[0, 2, 5], slopes=([2, 1],)),
        At(X([]), include_initial=True, gives=[0], slopes=([],)),
    ],
)
def cumulative_sum(
    x: Operand, /, *, axis: int | None = None, include_initial: bool = False
) -> Variable:
    """Return the running sums along an axis, as the array API standard calls them.

    Parameters
    ----------
    x : Variable or array
    axis : int, optional
        Needed unless `x` is a vector.
    include_initial : bool
        Begin with 0, the sum of nothing: the result is longer by one.

    Raises
    ------
    ArgumentError
        Without an axis, if `x` is no vector.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.cumulative_sum(ag.Variable([1.0, 2.0]), include_initial=True)
    Variable([0., 1., 3.])
    """
    return _from_the_start("cumulative_sum", cumsum, x, axis, 0.0 if include_initial else None)


@composed(
    cases=[Case(A(4)), Case(A(3, 4), axis=1, include_initial=True), Case(A(2, 3), axis=-2)],
    points=[
        At(X([2.0, 3.0]), include_initial=True, gives=[1, 2, 6], slopes=([4, 2],)),
        At(X([]), include_initial=True, gives=[1], slopes=([],)),
    ],
)
def cumulative_prod(
    x: Operand, /, *, axis: int | None = None, include_initial: bool = False
) -> Variable:
    """Return the running products along an axis, as the array API standard calls them.

    With `include_initial` they begin with 1. All else is as in :func:`cumulative_sum`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.cumulative_prod(ag.Variable([2.0, 3.0]))
    Variable([2., 6.])
    """
    return _from_the_start("cumulative_prod", cumprod, x, axis, 1.0 if include_initial else None)


def _from_the_start(
    what: str,
    running: Callable[..., Variable],
    x: Operand,
    axis: int | None,
    first: float | None,
) -> Variable:
    v = variable(x, what)
    if axis is None and v.ndim != 1:
        msg = f"{what}: x has {v.ndim} axes; say along which one with axis=."
        raise ArgumentError(msg)
    last = -1 if axis is None else integer(axis, f"{what}: axis")
    (along,) = normalized_axes(last, v.ndim, what)
    total = running(v, along)
    if first is None:
        return total
    start = [1 if i == along else n for i, n in enumerate(v.shape)]
    return concatenate([library_of(v).full(start, first, dtype=v.dtype), total], along)
