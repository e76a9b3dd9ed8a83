"""Interpolation between known points, and polynomials."""

from __future__ import annotations

from typing import Any

from autograd_lite.arrays import Array, require
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions import joining, reductions
from autograd_lite.functions.constants import number
from autograd_lite.functions.operands import library_of, require_one_library, values, variables
from autograd_lite.functions.rounding import mod
from autograd_lite.functions.selection import where
from autograd_lite.functions.taking import take
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["interp", "polyval"]

_KNOTS = [0.0, 1.0, 3.0]


@composed(
    cases=[
        Case([0.5, 2.5, -1.0, 4.0], _KNOTS, A(3)),
        Case(A(2, 3, low=1.1, high=2.9), _KNOTS, A(3)),
        Case([[0.5, 2.5], [0.25, 0.75]], X(_KNOTS).values, A(3), 7.0, -7.0),
        Case(A(4, low=0.1, high=0.9), [2.5, 0.0, 1.2], A(3), period=3.0),
        Case(2.5, A(1, low=0.5, high=2.0), A(1)),
    ],
    points=[
        At(X([0.0, 1.0, 3.0]), X(_KNOTS), X([1.0, 2.0, 6.0]), gives=[1, 2, 6],
           slopes=([1, 2, 2], [-1, -2, -2], [1, 1, 1])),
        At(X([-1.0, 0.5, 4.0]), X(_KNOTS), X([1.0, 2.0, 6.0]), gives=[1, 1.5, 6],
           slopes=([0, 1, 0], [-0.5, -0.5, 0], [1.5, 0.5, 1])),
        At(X([-1.0, 4.0]), _KNOTS, X([1.0, 2.0, 6.0]), 8.0, 9.0, gives=[8, 9],
           slopes=([0, 0], [0, 0, 0])),
        At(X([0.0, 2.0, 5.0]), X([2.0]), X([7.0]), 1.0, 9.0, gives=[1, 7, 9],
           slopes=([0, 0, 0], [0], [1])),
        At(X([1.0]), [0.0, 1.0, 1.0, 2.0], X([0.0, 1.0, 5.0, 6.0]), gives=[5],
           slopes=([1], [0, 0, 1, 0])),
        At(X([]), _KNOTS, X([1.0, 2.0, 6.0]), gives=[], slopes=([], [0, 0, 0])),
    ],
    subgradient="at a knot the slope to the right, at the last one to the left; outside 0",
)  # fmt: skip
def interp(
    x: Operand,
    xp: Operand,
    fp: Operand,
    left: Operand | None = None,
    right: Operand | None = None,
    period: float | None = None,
) -> Variable:
    """Interpolate linearly between known points, as ``numpy.interp``.

    All three operands get a gradient. At a knot the slope in `x` is that of the piece to its
    right, at the last one to its left; beyond the knots it is 0.

    Parameters
    ----------
    x : Variable or array
        Where to interpolate.
    xp, fp : Variable or array of shape (n,)
        The known points: their places, which must not fall, and the values there.
    left, right : number or Variable, optional
        The value below the first place and above the last; by default the first and the last of
        `fp`.
    period : float, optional
        Of the function; places may then come in any order, and nothing lies beyond them.

    Returns
    -------
    Variable
        Of the shape of `x`, in the dtype that the operands have in common.

    Raises
    ------
    ShapeError
        If places and values are not vectors of one length, or empty.
    ArgumentError
        If places fall, or the period is 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([0.5, 1.0, 2.0])
    >>> y = ag.interp(x, [0.0, 1.0, 3.0], [1.0, 2.0, 6.0])
    >>> y.sum().backward()
    >>> y.data.tolist(), x.grad.tolist()
    ([1.5, 2.0, 4.0], [1.0, 2.0, 2.0])
    """
    v, places, known = variables("interp", x, xp, fp)
    require_one_library("interp", v, places, known)
    if places.ndim != 1 or places.shape != known.shape or not places.size:
        msg = (
            f"interp: places of shape {places.shape} and values of shape {known.shape}; pass two "
            "vectors of one length."
        )
        raise ShapeError(msg)
    if period is not None:
        v, places, known = _periodic(v, places, known, number(period, "interp: period"))
        left = right = None
    at = values(places, "interp")
    require((at[1:] >= at[:-1]).all(), "interp: the places xp fall; sort them, and fp with them.")
    return _between(v, places, known, left, right)


def _between(
    v: Variable, places: Variable, known: Variable, left: Operand | None, right: Operand | None
) -> Variable:
    library = library_of(places)
    x, at = values(v, "interp"), values(places, "interp")
    last = at.shape[0] - 1
    before, after = _neighbours(x, at, values(known, "interp"), library)
    x0, x1, y0, y1 = [take(z, i) for z in (places, known) for i in (before, after)]
    apart = at.take(after) != at.take(before)
    share = where(apart, v - x0, 0.0) / where(apart, x1 - x0, 1.0)
    y = where(apart, y0 + share * (y1 - y0), y1)
    y = where(x < at[0], take(known, 0) if left is None else left, y)
    return where(x > at[last], take(known, last) if right is None else right, y)


def _neighbours(x: Array, at: Array, known: Array, library: Any) -> tuple[Array, Array]:
    """Return the numbers of the known points before and behind each place.

    Beside a value that is not finite both are one point: the place's own, or that of this value.
    No part of 0 of it is taken then, which would be NaN.
    """
    last = at.shape[0] - 1
    after = library.searchsorted(at, x, side="right").clip(min(1, last), last)
    before = library.maximum(after - 1, 0)
    low, high = known.take(before), known.take(after)
    finite = library.isfinite(low), library.isfinite(high)
    at_before, at_after = x == at.take(before), x == at.take(after)
    own = library.where(at_after, after, library.where(at_before | ~finite[0], before, after))
    known_there = at_before | at_after | finite[0] | finite[1] | (low == high)
    alone = known_there & ~(finite[0] & finite[1]) & (x == x)
    return library.where(alone, own, before), library.where(alone, own, after)


def _periodic(
    v: Variable, places: Variable, known: Variable, period: float
) -> tuple[Variable, Variable, Variable]:
    """Return all within one period, places sorted, with one more known point on either side."""
    if period == 0:
        msg = "interp: the period is 0; pass another, or None."
        raise ArgumentError(msg)
    period = abs(period)
    v, places = mod(v, period), mod(places, period)
    order = values(places, "interp").argsort(kind="stable")
    places, known = take(places, order), take(known, order)
    ends = places[-1:] - period, places, places[:1] + period
    return v, joining.concatenate(ends), joining.concatenate((known[-1:], known, known[:1]))


@composed(
    cases=[
        Case(A(3), A(2, 2)),
        Case([1.0, -2.0, 0.5], A(4)),
        Case(A(4), 0.5),
        Case(A(1), A(3)),
    ],
    points=[
        At(X([3.0, 2.0, 1.0]), X([0.0, 2.0]), gives=[1, 17], slopes=([4, 2, 2], [2, 14])),
        At(X([]), X([1.0, 2.0]), gives=[0, 0], slopes=([], [0, 0])),
    ],
)
def polyval(p: Operand, x: Operand) -> Variable:
    """Return the values of a polynomial, by Horner's rule: p[0] xⁿ⁻¹ + … + p[n - 1].

    Parameters
    ----------
    p : Variable or array of shape (n,)
        The coefficients, that of the highest power first.
    x : Variable, array or number

    Raises
    ------
    ShapeError
        If the coefficients are no vector.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.polyval([3.0, 2.0, 1.0], ag.Variable([0.0, 2.0]))
    Variable([ 1., 17.])
    """
    v, coefficients = variables("polyval", x, p)
    if coefficients.ndim != 1:
        msg = f"polyval: the coefficients have shape {coefficients.shape}; pass a vector."
        raise ShapeError(msg)
    if not coefficients.size:
        return reductions.sum(coefficients) + v * 0.0
    value: Any = coefficients[0] + v * 0.0
    for i in range(1, coefficients.shape[0]):
        value = value * v + coefficients[i]
    return value
