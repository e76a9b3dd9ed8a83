"""Missing values: NaN replaced, or left out of sums, products, means and extremes.

An element that is NaN gets the gradient 0, whatever arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan, prod, sqrt

from autograd_lite.arrays import Array
from autograd_lite.errors import ShapeError
from autograd_lite.functions import cumulative, powers, reductions, selection
from autograd_lite.functions.operands import library_of, values, variable
from autograd_lite.functions.reductions import Extreme, narrow, normalized_axes
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Elementwise
from autograd_lite.graph.variable import Axis, Operand, Variable

__all__ = [
    "nan_to_num",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
]

_REDUCTIONS = (
    Case(A(3, 4, distinct=True)),
    Case(A(3, 4, distinct=True), axis=0),
    Case(A(2, 3, 4, distinct=True), axis=(0, -1), keepdims=True),
    Case(A()),
)
_RUNNING = (Case(A(3, 4)), Case(A(3, 4), axis=0), Case(A()))
_NONE = "NaN gets 0"


class NaNToNum(Elementwise):
    """Numbers in place of NaN and infinities; what stays as it is has slope 1."""

    __slots__ = ("kept", "nan", "neginf", "posinf")
    constants = ("kept",)
    selects = True
    name = "nan_to_num"
    subgradient = "0 at what is replaced"
    cases = (Case(A(3, 4)), Case(A()))
    points = (
        At(X([1.0, nan, 2.0]), gives=[1, 0, 2], arriving=[3, 4, 5], slopes=([3, 0, 5],)),
        At(X([inf, -inf, nan, -0.0]), nan=7.0, posinf=1.0, neginf=-1.0, gives=[1, -1, 7, 0],
           slopes=([0, 0, 0, 1],)),
        At(X([inf, nan]), posinf=inf, gives=[inf, 0], arriving=[nan, nan], slopes=([nan, 0],)),
        At(X(nan), gives=0, arriving=inf, slopes=(0,)),
        At(X([]), gives=[], slopes=([],)),
    )  # fmt: skip
    kept: Array
    nan: float
    posinf: float | None
    neginf: float | None

    def __init__(self, nan: float, posinf: float | None, neginf: float | None) -> None:
        self.nan = nan
        self.posinf = posinf
        self.neginf = neginf

    def forward(self, x: Array) -> Array:
        self.leaves_out(x)
        replaced = self.xp.nan_to_num(x, nan=self.nan, posinf=self.posinf, neginf=self.neginf)
        self.kept = replaced == x
        return replaced

    def backward(self, gy: Array) -> Array:
        return self.xp.where(self.kept, gy, 0.0)  # by a product, NaN that arrives would stay


class NaNExtreme(Extreme):
    """What nanmax and nanmin share: NaN is never chosen."""

    __slots__ = ()

    def found(self, x: Array, extreme: Callable[..., Array], what: str) -> Array:
        """Reduce, and keep what tells which elements were chosen."""
        self.leaves_out(x)
        return super().found(x, extreme, what)

    def backward(self, gy: Array) -> Array:
        chosen, share = self.shared(gy)
        return self.xp.where(chosen, share, 0.0)


class NaNMax(NaNExtreme):
    """The largest number over some axes; it gets the gradient."""

    __slots__ = ()
    name = "nanmax"
    subgradient = "equal largest elements share the gradient; NaN gets 0"
    points = (
        At(X([1.0, nan, 3.0, 3.0]), gives=3.0, slopes=([0, 0, 0.5, 0.5],)),
        At(X([[nan, nan], [nan, -inf]]), axis=1, gives=[nan, -inf], arriving=[nan, 2],
           slopes=([[0, 0], [0, 2]],)),
        At(X(nan), gives=nan, slopes=(0,)),
    )  # fmt: skip

    def forward(self, x: Array) -> Array:
        return self.found(x, self.xp.nanmax, "largest element")


class NaNMin(NaNExtreme):
    """The smallest number over some axes; it gets the gradient."""

    __slots__ = ()
    name = "nanmin"
    subgradient = "equal smallest elements share the gradient; NaN gets 0"
    points = (
        At(X([1.0, nan, 1.0, 3.0]), gives=1.0, slopes=([0.5, 0, 0.5, 0],)),
        At(X([[nan, nan], [nan, inf]]), axis=1, gives=[nan, inf], arriving=[nan, 2],
           slopes=([[0, 0], [0, 2]],)),
    )  # fmt: skip

    def forward(self, x: Array) -> Array:
        return self.found(x, self.xp.nanmin, "smallest element")


def nan_to_num(
    x: Operand, *, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Variable:
    """Put numbers in place of NaN and infinities; these get no gradient.

    Parameters
    ----------
    x : Variable or array
    nan : float
    posinf, neginf : float, optional
        By default the largest and the smallest number of the dtype. An infinity that stays one
        has slope 1.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, float("nan")])
    >>> y = ag.nan_to_num(x)
    >>> y.sum().backward()
    >>> y.data.tolist(), x.grad.tolist()
    ([1.0, 0.0], [1.0, 0.0])
    """
    return unary(NaNToNum(nan, posinf, neginf), x)


def nanmax(x: Operand, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Return the largest number over some axes, or NaN where there is none.

    Equal largest elements share the gradient; NaN gets 0.

    Raises
    ------
    ShapeError
        If there are no elements.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nanmax(ag.Variable([1.0, float("nan"), 3.0]))
    Variable(3.0)
    """
    return unary(NaNMax(axis, keepdims), x)


def nanmin(x: Operand, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Return the smallest number over some axes, or NaN where there is none.

    Equal smallest elements share the gradient; NaN gets 0.

    Raises
    ------
    ShapeError
        If there are no elements.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nanmin(ag.Variable([1.0, float("nan"), 3.0]))
    Variable(1.0)
    """
    return unary(NaNMin(axis, keepdims), x)


@composed(
    cases=(*_REDUCTIONS, Case(A(0, 3), axis=0)),
    points=[
        At(X([[1.0, nan], [nan, nan]]), axis=1, gives=[1, 0], arriving=[2, nan],
           slopes=([[2, 0], [0, 0]],)),
        At(X([inf, nan]), gives=inf, slopes=([1, 0],)),
        At(X([[], []]), axis=1, gives=[0, 0], slopes=([[], []],)),
    ],
    subgradient=_NONE,
)  # fmt: skip
def nansum(x: Operand, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Sum over some axes what is not NaN; 0 where all is.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, float("nan"), 3.0])
    >>> ag.nansum(x).backward()
    >>> print(x.grad)
    [1. 0. 1.]
    """
    return reductions.sum(_filled(x, 0.0), axis, keepdims)


@composed(
    cases=_REDUCTIONS,
    points=[
        At(X([[2.0, nan], [nan, nan]]), axis=1, gives=[2, 1], slopes=([[1, 0], [0, 0]],)),
        At(X([0.0, nan, 3.0]), gives=0, slopes=([3, 0, 0],)),
    ],
    subgradient=_NONE,
)
def nanprod(x: Operand, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Multiply over some axes what is not NaN; 1 where all is.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nanprod(ag.Variable([2.0, float("nan"), 3.0]))
    Variable(6.0)
    """
    return cumulative.prod(_filled(x, 1.0), axis, keepdims)


@composed(
    cases=_RUNNING,
    points=[At(X([nan, 1.0, nan, 2.0]), gives=[0, 1, 1, 3], slopes=([0, 3, 0, 1],))],
    subgradient=_NONE,
)
def nancumsum(x: Operand, axis: int | None = None) -> Variable:
    """Return running sums in which NaN counts 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nancumsum(ag.Variable([1.0, float("nan"), 3.0]))
    Variable([1., 1., 4.])
    """
    return cumulative.cumsum(_filled(x, 0.0), axis)


@composed(
    cases=_RUNNING,
    points=[At(X([nan, 2.0, nan, 3.0]), gives=[1, 2, 2, 6], slopes=([0, 5, 0, 2],))],
    subgradient=_NONE,
)
def nancumprod(x: Operand, axis: int | None = None) -> Variable:
    """Return running products in which NaN counts 1.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nancumprod(ag.Variable([2.0, float("nan"), 3.0]))
    Variable([2., 2., 6.])
    """
    return cumulative.cumprod(_filled(x, 1.0), axis)


@composed(
    cases=_REDUCTIONS,
    points=[
        At(X([1.0, nan, 3.0]), gives=2, slopes=([0.5, 0, 0.5],)),
        At(X([[nan, nan], [nan, 5.0]]), axis=1, gives=[nan, 5], arriving=[nan, 2],
           slopes=([[0, 0], [0, 2]],)),
    ],
    subgradient=_NONE,
)  # fmt: skip
def nanmean(x: Operand, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Average over some axes what is not NaN; NaN where all is.

    Raises
    ------
    ShapeError
        If there are no elements.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nanmean(ag.Variable([1.0, float("nan"), 3.0]))
    Variable(2.0)
    """
    v = variable(x, "nanmean")
    factor = _too_few(v, "nanmean", axis, 0, keepdims=keepdims)
    return reductions.mean(_filled(v, 0.0), axis, keepdims) * factor


@composed(
    cases=(*_REDUCTIONS[:-1], Case(A(2, 5), axis=1, ddof=1)),
    points=[
        At(X([1.0, nan, 3.0]), gives=1, slopes=([-1, 0, 1],)),
        At(X([1.0, nan, 3.0]), ddof=1, gives=2, slopes=([-2, 0, 2],)),
        At(X([[nan, nan], [nan, 5.0]]), axis=1, gives=[nan, 0], slopes=([[0, 0], [0, 0]],)),
        At(X([0.1, 0.1, 0.1, nan]), gives=0, slopes=([0, 0, 0, 0],)),
    ],
    subgradient=_NONE,
)
def nanvar(x: Operand, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Variable:
    """Return the variance of what is not NaN.

    NaN where no more numbers than `ddof` are left; what these numbers get is then NaN, too.

    Parameters
    ----------
    x, axis, ddof, keepdims
        As in :func:`var`.

    Raises
    ------
    ShapeError
        If there are no elements.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nanvar(ag.Variable([1.0, float("nan"), 3.0]))
    Variable(1.0)
    """
    v = variable(x, "nanvar")
    factor = _too_few(v, "nanvar", axis, 0, keepdims=True)
    # Measured from the smallest number, equal numbers have a mean of exactly 0.
    off = _filled(v - _smallest(v, axis), 0.0)
    mean = reductions.mean(off, axis, keepdims=True) * factor
    present = ~library_of(v).isnan(values(v, "nanvar"))
    deviation = selection.where(present, off - mean, 0.0)
    squares = reductions.mean(deviation * deviation, axis, keepdims)
    return squares * _too_few(v, "nanvar", axis, ddof, keepdims=keepdims)


@composed(
    cases=(*_REDUCTIONS[:-1], Case(A(2, 5), axis=1, ddof=1)),
    points=[
        At(X([1.0, nan, 3.0]), gives=1, slopes=([-0.5, 0, 0.5],)),
        At(X([1.0, nan, 3.0]), ddof=1, gives=sqrt(2), slopes=([-sqrt(0.5), 0, sqrt(0.5)],)),
        At(X([[nan, nan], [nan, 5.0]]), axis=1, gives=[nan, 0], slopes=([[0, 0], [0, 0]],)),
        At(X([0.1, 0.1, 0.1, nan]), gives=0, slopes=([0, 0, 0, 0],)),
    ],
    subgradient="0 where all numbers are equal; NaN gets 0",
)
def nanstd(x: Operand, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Variable:
    """Return the standard deviation of what is not NaN: the square root of ``nanvar``.

    Where all numbers are equal it is exactly 0, and 0 goes back.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nanstd(ag.Variable([1.0, float("nan"), 3.0]))
    Variable(1.0)
    """
    variance = nanvar(x, axis, ddof, keepdims)
    varied = values(variance, "nanstd") > 0
    return selection.where(varied, powers.sqrt(selection.where(varied, variance, 1.0)), variance)


def _filled(x: Operand, number: float) -> Variable:
    """Return the elements with a number in place of NaN; infinities stay."""
    return nan_to_num(x, nan=number, posinf=inf, neginf=-inf)


def _too_few(v: Variable, what: str, axis: Axis, ddof: float, *, keepdims: bool) -> Array:
    """Return by how much a mean over all elements, NaN as 0, is too small: n / (numbers - ddof).

    Infinite where there are no more numbers than that: 0 · ∞ makes the result NaN.
    """
    x, xp = values(v, what), library_of(v)
    axes = normalized_axes(axis, x.ndim, what)
    n = float(prod([x.shape[i] for i in axes]))
    if not n:
        msg = f"{what}: axis {axes} of shape {x.shape} is empty; pass at least one element."
        raise ShapeError(msg)
    numbers = (~xp.isnan(x)).sum(axis=axes, keepdims=keepdims) - ddof
    factor: Array = xp.where(numbers > 0, n / xp.maximum(numbers, 1e-300), inf)
    return narrow(factor, x)


def _smallest(v: Variable, axis: Axis) -> Array:
    """Return the smallest number over some axes; 0 where it is none or infinite."""
    x, xp = values(v, "min"), library_of(v)
    axes = normalized_axes(axis, x.ndim, "min")
    smallest = xp.min(xp.where(xp.isnan(x), inf, x), axis=axes, keepdims=True)
    kept: Array = xp.where(xp.isfinite(smallest), smallest, 0.0)
    return kept
