"""Quantiles: numbers that a given share of the elements does not exceed, and the median.

A quantile lies between two neighbours in the sorted elements, which share its gradient.
"""

from __future__ import annotations

from math import inf, nan, prod
from typing import Any

from autograd_lite.arrays import Array, require
from autograd_lite.functions.constants import beside
from autograd_lite.functions.operands import fractional
from autograd_lite.functions.ranks import METHODS, neighbours
from autograd_lite.functions.reductions import Reduction, narrow
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Axis, Operand, Variable

__all__ = [
    "median",
    "nanmedian",
    "nanpercentile",
    "nanquantile",
    "percentile",
    "quantile",
]

_TIES = "equal elements keep their order in the sort; two neighbours share as if they differed"
_AXES = (
    Case(A(3, 4, distinct=True)),
    Case(A(3, 4, distinct=True), axis=0),
    Case(A(2, 3, 4, distinct=True), axis=(0, -1), keepdims=True),
    Case(A()),
)


class Between(Reduction):
    """Between two neighbours in the sorted elements: (1 - t) · below + t · above."""

    __slots__ = ("method", "order", "places", "q", "weights")
    q: Array
    method: str
    order: tuple[int, ...]  # of the operand's axes: those that stay, those that are reduced
    places: Array  # of the neighbours in flat memory: (2, quantiles, lines)
    weights: Array  # of the neighbours: 1 - t and t

    def __init__(self, q: Array, axis: Axis, method: str, keepdims: bool) -> None:
        super().__init__(axis, keepdims)
        self.q = q
        self.method = method

    def between(self, x: Array) -> Array:
        """Return what is to be found between the neighbours."""
        xp = self.xp
        lines = fractional(self.lines(x))
        count = lines.shape[1]
        ranks, t = self.located(xp.isnan(lines))
        starts = xp.arange(len(lines)) * count
        order = lines.argsort(axis=1, kind="stable").reshape(-1)
        self.places = order.take(ranks + starts) + starts
        low, high = xp.widened(lines.reshape(-1).take(self.places))
        weights = self.weights = xp.stack((1.0 - t, t)).astype(low.dtype)
        found = xp.where(low == high, low, low * weights[0] + high * weights[1])
        return narrow(found, x).reshape(self.q.shape + self.shape_of_one())

    def lines(self, x: Array) -> Array:
        """Return the elements with those of one quantile in a line."""
        axes = self.over(x)
        count = self.count("quantile")
        self.order = (*[i for i in range(x.ndim) if i not in axes], *axes)
        return x.transpose(self.order).reshape(-1, count)

    def located(self, missing: Array) -> tuple[Array, Array]:
        """Return the ranks of the neighbours, (2, quantiles, lines), and the shares t."""
        raise NotImplementedError

    def shape_of_one(self) -> tuple[int, ...]:
        """Return the shape of the result for one share."""
        if self.keepdims:
            return self.kept_shape
        return tuple([n for i, n in enumerate(self.shape) if i not in self.axis])

    def backward(self, gy: Array) -> Array:
        shape = tuple([self.shape[i] for i in self.order])
        shares = self.shared(
            gy.reshape((1, *self.places.shape[1:])) * self.weights.astype(gy.dtype)
        )
        gx = self.xp.scatter_add(shares, self.places, (prod(shape),)).reshape(shape)
        return gx.transpose(tuple([self.order.index(i) for i in range(len(shape))]))

    def shared(self, gradients: Array) -> Array:
        """Return what the neighbours get."""
        return gradients


class Quantile(Between):
    """The quantile of all elements; NaN where one of them is."""

    __slots__ = ()
    constants = ("places", "weights")
    name = "quantile"
    subgradient = _TIES
    cases = (
        Case(A(5, distinct=True), 0.3),
        Case(A(3, 4, distinct=True), [0.1, 0.5, 1.0], axis=0),
        Case(A(2, 3, 4, distinct=True), 0.7, axis=(0, -1), keepdims=True),
        Case(A(), 0.5),
        *[Case(A(6, distinct=True), [0.0, 0.3, 0.5], method=method) for method in METHODS[1:]],
    )
    points = (
        At(X([3.0, 1.0]), 0.25, gives=1.5, slopes=([0.25, 0.75],)),
        At(X([2.0, 2.0]), 0.25, gives=2.0, slopes=([0.75, 0.25],)),
        At(X([1.0, 2.0, 2.0]), 0.5, gives=2.0, slopes=([0, 1, 0],)),
        At(X([1.0, inf]), [0.0, 0.5, 1.0], gives=[1, inf, inf], arriving=[1, 2, 4],
           slopes=([2, 5],)),
        At(X([inf, inf]), 0.5, gives=inf, slopes=([0.5, 0.5],)),
        At(X([[1.0, nan], [3.0, 5.0]]), 0.5, axis=1, gives=[nan, 4],
           slopes=([[0, 1], [0.5, 0.5]],)),
        At(X([5.0]), [0.0, 0.4, 1.0], gives=[5, 5, 5], slopes=([3],)),
        At(X([1.0, 2.0]), [], gives=[], slopes=([0, 0],)),
    )  # fmt: skip

    def forward(self, x: Array) -> Array:
        return self.between(x)

    def located(self, missing: Array) -> tuple[Array, Array]:
        """Return the same ranks for all lines, but of those with NaN the last, which is one."""
        xp, count = self.xp, missing.shape[1]
        below, above, t = neighbours(xp, self.q.reshape(-1, 1), count, self.method)
        return xp.where(missing.any(axis=1), count - 1, xp.stack((below, above))), t


class NaNQuantile(Between):
    """The quantile of those elements that are numbers; NaN gets the gradient 0."""

    __slots__ = ("known",)
    constants = ("known", "places", "weights")
    name = "nanquantile"
    subgradient = _TIES
    cases = Quantile.cases
    points = (
        At(X([3.0, nan, 1.0]), 0.25, gives=1.5, slopes=([0.25, 0, 0.75],)),
        At(X([[nan, nan], [5.0, nan]]), 0.5, axis=1, gives=[nan, 5], arriving=[nan, 2],
           slopes=([[0, 0], [2, 0]],)),
        At(X([2.0, nan, 2.0]), [0.0, 0.25], gives=[2, 2], arriving=[1, 4], slopes=([4, 0, 1],)),
        At(X(nan), 0.5, gives=nan, slopes=(0,)),
    )  # fmt: skip
    known: Array  # whether a line holds a number

    def forward(self, x: Array) -> Array:
        self.leaves_out(x)
        return self.between(x)

    def located(self, missing: Array) -> tuple[Array, Array]:
        """Return the ranks of the neighbours in each line, and the shares t."""
        xp = self.xp
        numbers = missing.shape[1] - missing.sum(axis=1)
        self.known = numbers > 0
        q, n = self.q.reshape(-1, 1), xp.maximum(numbers, 1)
        below, above, t = neighbours(xp, q, n, self.method)
        return xp.stack((below, above)), t

    def shared(self, gradients: Array) -> Array:
        """Return what the neighbours get: nothing where none is a number, whatever arrives."""
        return self.xp.where(self.known, gradients, 0.0)


def quantile(
    x: Operand, q: Operand, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Variable:
    """Return the q-th quantiles over some axes.

    Of equal elements, the first ones in memory come first in the sort, and the two between which
    a quantile lies share its gradient as if they differed.

    Parameters
    ----------
    x : Variable or array
        NaN among the elements of a quantile makes it NaN.
    q : number or array
        Shares from 0 to 1; they carry no gradient.
    axis : int, tuple of int or None
        The axes to reduce; None for all.
    method : str
        What to take between two elements, as in ``numpy.quantile``: ``"linear"``,
        ``"lower"``, ``"higher"``, ``"midpoint"``, ``"nearest"``, ``"hazen"``, ``"weibull"``,
        ``"median_unbiased"``, ``"normal_unbiased"``, ``"inverted_cdf"``, …
    keepdims : bool
        Keep the axes with length 1.

    Returns
    -------
    Variable
        The axes of `q`, then those of `x` that are left.

    Raises
    ------
    ArgumentError
        If a share is outside of 0 to 1, or the method unknown.
    ShapeError
        If there are no elements.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([4.0, 1.0, 2.0])
    >>> y = ag.quantile(x, 0.25)
    >>> y.backward()
    >>> y.item(), x.grad.tolist()
    (1.5, [0.0, 0.5, 0.5])
    """
    return unary(Quantile(_shares(q, x, "quantile"), axis, method, keepdims), x)


def nanquantile(
    x: Operand, q: Operand, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Variable:
    """Return the q-th quantiles of those elements that are numbers; NaN where none is.

    The gradient of NaN is exactly 0. Arguments and errors are those of :func:`quantile`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([4.0, 1.0, float("nan"), 2.0])
    >>> ag.nanquantile(x, 0.25)
    Variable(1.5)
    """
    return unary(NaNQuantile(_shares(q, x, "nanquantile"), axis, method, keepdims), x)


@composed(
    cases=[Case(A(3, 4, distinct=True), [30, 50], axis=0), Case(A(5, distinct=True), 90.0)],
    points=[At(X([3.0, 1.0]), 25, gives=1.5, slopes=([0.25, 0.75],))],
    subgradient=_TIES,
)
def percentile(
    x: Operand, q: Operand, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Variable:
    """Return the quantiles of shares that are given in percent, from 0 to 100.

    All else is as in :func:`quantile`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.percentile(ag.Variable([4.0, 1.0, 2.0]), 25)
    Variable(1.5)
    """
    return unary(Quantile(_shares(q, x, "percentile", 100), axis, method, keepdims), x)


@composed(
    cases=[Case(A(3, 4, distinct=True), [30, 50], axis=0), Case(A(5, distinct=True), 90.0)],
    points=[At(X([3.0, nan, 1.0]), 25, gives=1.5, slopes=([0.25, 0, 0.75],))],
    subgradient=_TIES,
)
def nanpercentile(
    x: Operand, q: Operand, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Variable:
    """Return the percentiles of those elements that are numbers; NaN where none is.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nanpercentile(ag.Variable([4.0, 1.0, float("nan"), 2.0]), 25)
    Variable(1.5)
    """
    return unary(NaNQuantile(_shares(q, x, "nanpercentile", 100), axis, method, keepdims), x)


@composed(
    cases=_AXES,
    points=[
        At(X([3.0, 1.0, 2.0]), gives=2.0, slopes=([0, 0, 1],)),
        At(X([4.0, 1.0]), gives=2.5, slopes=([0.5, 0.5],)),
        At(X([2.0, 2.0, 2.0, 2.0]), gives=2.0, slopes=([0, 0.5, 0.5, 0],)),
        At(X([1.0, nan]), gives=nan, slopes=([0, 1],)),
        At(X([5.0]), gives=5.0, slopes=([1],)),
    ],
    subgradient=_TIES,
)
def median(x: Operand, axis: Axis = None, *, keepdims: bool = False) -> Variable:
    """Return the median: the middle element, or the mean of the two in the middle.

    Of equal elements, the first ones in memory come first in the sort, and the one or two that
    stand in the middle take the gradient.

    Parameters
    ----------
    x : Variable or array
        NaN among the elements of a median makes it NaN.
    axis : int, tuple of int or None
        The axes to reduce; None for all.
    keepdims : bool
        Keep the axes with length 1.

    Raises
    ------
    ShapeError
        If there are no elements.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([4.0, 1.0, 7.0, 2.0])
    >>> y = ag.median(x)
    >>> y.backward()
    >>> y.item(), x.grad.tolist()
    (3.0, [0.5, 0.0, 0.0, 0.5])
    """
    return unary(Quantile(_shares(0.5, x, "median"), axis, "linear", keepdims), x)


@composed(
    cases=_AXES,
    points=[
        At(X([3.0, nan, 2.0]), gives=2.5, slopes=([0.5, 0, 0.5],)),
        At(X([[nan], [5.0]]), axis=1, gives=[nan, 5], slopes=([[0], [1]],)),
    ],
    subgradient=_TIES,
)
def nanmedian(x: Operand, axis: Axis = None, *, keepdims: bool = False) -> Variable:
    """Return the median of those elements that are numbers; NaN where none is.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nanmedian(ag.Variable([4.0, float("nan"), 1.0, 2.0]))
    Variable(2.0)
    """
    return unary(NaNQuantile(_shares(0.5, x, "nanmedian"), axis, "linear", keepdims), x)


def _shares(q: Any, x: Operand, what: str, whole: int = 1) -> Array:
    """Return shares of 1 as a constant array."""
    shares = beside(q, (x,), f"{what}: q").astype(float) / whole
    require(
        ((shares >= 0) & (shares <= 1)).all(),
        f"{what}: a q is outside of its range; pass 0 to {whole}.",
    )
    return shares
