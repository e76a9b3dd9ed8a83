"""Functions sampled on a grid: their slopes and the areas below them."""

from __future__ import annotations

from typing import Any

from autograd_lite.errors import ArgumentError, OperandError, ShapeError
from autograd_lite.functions import joining, reductions, shapes
from autograd_lite.functions.constants import beside, integer, number
from autograd_lite.functions.differences import diff
from autograd_lite.functions.indexing import getitem
from autograd_lite.functions.operands import fractional, variable, variables
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Axis, Operand, Variable

__all__ = ["gradient", "trapezoid"]


@composed(
    cases=[
        Case(A(5)),
        Case(A(3, 4), axis=1, dx=0.5),
        Case(A(3, 4), A(3, 1), axis=0),
        Case(A(2, 3), [0.0, 1.0, 4.0]),
        Case(A(1)),
    ],
    points=[
        At(X([1.0, 3.0]), X([0.0, 2.0]), gives=4, slopes=([1, 1], [-2, 2])),
        At(X([1.0]), gives=0, slopes=([0],)),
        At(X([]), gives=0, slopes=([],)),
    ],
)
def trapezoid(y: Operand, x: Operand | None = None, dx: float = 1.0, axis: int = -1) -> Variable:
    """Return the area under a curve by the trapezoidal rule: Σ (x₁ - x₀) (y₀ + y₁) / 2.

    Parameters
    ----------
    y : Variable or array
    x : Variable or array, optional
        Where the curve was sampled: one place for each element along the axis, or as many as `y`.
        Variables get a gradient.
    dx : float
        The distance of samples, without `x`.
    axis : int

    Raises
    ------
    ShapeError
        If `x` does not fit.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.trapezoid(ag.Variable([1.0, 3.0, 5.0]), dx=0.5)
    Variable(3.0)
    """
    places = [] if x is None else [x]
    v, *more = variables("trapezoid", y, *places)
    (along,) = normalized_axes(integer(axis, "trapezoid: axis"), v.ndim, "trapezoid")
    both = _part(v, along, 1, None) + _part(v, along, 0, -1)
    if not more:
        return reductions.sum(both, along) * (number(dx, "trapezoid: dx") / 2)
    (place,) = more
    if place.ndim == 1:
        widths = shapes.reshape(diff(place), (-1, *(1,) * (v.ndim - 1 - along)))
    else:
        widths = diff(place, axis=along)
    return reductions.sum(widths * both, along) * 0.5


@composed(
    cases=[
        Case(A(5)),
        Case(A(4), 0.5, edge_order=2),
        Case(A(5), [0.0, 1.0, 1.5, 3.0, 3.5]),
        Case(A(4), [0.0, 1.0, 1.5, 3.0], edge_order=2),
        Case(A(3, 4), 2.0, axis=1),
        Case(A(2, 3), 2.0, [0.0, 1.0, 3.0]),
    ],
    points=[
        At(X([1.0, 4.0]), gives=[3, 3], arriving=[1, 2], slopes=([-3, 3],)),
        At(X([1.0, 4.0, 9.0]), gives=[3, 4, 5], slopes=([-1.5, 0, 1.5],)),
        At(X([0.0, 1.0, 4.0]), edge_order=2, gives=[0, 2, 4], arriving=[1, 0, 0],
           slopes=([-1.5, 2, -0.5],)),
    ],
)  # fmt: skip
def gradient(
    f: Operand, *varargs: Operand, axis: Axis = None, edge_order: int = 1
) -> Variable | tuple[Variable, ...]:
    """Return the slopes of a function sampled on a grid, as ``numpy.gradient``.

    Inside, parabolas through three neighbours give them (central differences, on a regular grid);
    at the two ends lines or, with `edge_order` 2, the parabola next to it.

    Parameters
    ----------
    f : Variable or array
    *varargs : number or array
        The spacing: none (1), one number for all axes, or for each axis a number or the places of
        its samples. They carry no gradient.
    axis : int, tuple of int or None
        The axes to take slopes along; None for all.
    edge_order : {1, 2}

    Returns
    -------
    Variable or tuple of Variable
        For each axis one, of the shape of `f`.

    Raises
    ------
    ShapeError
        If an axis is too short, or places are not as many as samples.
    OperandError
        If spacings are neither one nor as many as the axes.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.gradient(ag.Variable([1.0, 4.0, 9.0, 16.0]))
    Variable([3., 4., 6., 7.])
    """
    v = fractional(variable(f, "gradient"))
    along = normalized_axes(axis, v.ndim, "gradient")
    if edge_order not in (1, 2):
        msg = f"gradient: edge_order is {edge_order!r:.40}; pass 1 or 2."
        raise ArgumentError(msg)
    slopes = [
        _slopes(v, i, spacing, edge_order)
        for i, spacing in zip(along, _spacings(v, varargs, along), strict=True)
    ]
    return slopes[0] if len(slopes) == 1 else tuple(slopes)


def _spacings(v: Variable, given: tuple[Operand, ...], along: tuple[int, ...]) -> list[Any]:
    """Return for each axis a number, or the widths between its samples."""
    found: list[Any] = [beside(one, (v,), "gradient: a spacing") for one in given] or [1.0]
    if len(found) == 1 and getattr(found[0], "ndim", 0) == 0:
        found *= len(along)
    if len(found) != len(along):
        msg = f"gradient: {len(given)} spacings for {len(along)} axes; pass one for each."
        raise OperandError(msg)
    return [_widths(v, i, one) for i, one in zip(along, found, strict=True)]


def _widths(v: Variable, axis: int, spacing: Any) -> Any:
    if getattr(spacing, "ndim", 0) == 0:
        return spacing if type(spacing) is float else spacing.astype(v.dtype)
    if spacing.shape != (v.shape[axis],):
        msg = (
            f"gradient: places of shape {spacing.shape} for an axis of {v.shape[axis]} samples; "
            "pass one for each."
        )
        raise ShapeError(msg)
    widths = (spacing[1:] - spacing[:-1]).astype(v.dtype)
    return widths.reshape(-1, *(1,) * (v.ndim - 1 - axis))


def _slopes(v: Variable, axis: int, h: Any, edge_order: int) -> Variable:
    if v.shape[axis] <= edge_order:
        msg = (
            f"gradient: axis {axis} of shape {v.shape} is too short; pass {edge_order + 1} samples "
            "or more."
        )
        raise ShapeError(msg)
    steps = diff(v, axis=axis) / h  # the slopes between neighbours
    first, last = _part(steps, axis, 0, 1), _part(steps, axis, -1, None)
    if v.shape[axis] == 2:
        return joining.concatenate([first, last], axis)
    inner = _inner(v, steps, axis, h)
    if edge_order == 2:
        first = _extrapolated(first, _part(steps, axis, 1, 2), _share(_ends(h, 0, 2)))
        last = _extrapolated(last, _part(steps, axis, -2, -1), 1.0 - _share(_ends(h, -2, None)))
    return joining.concatenate([first, inner, last], axis)


def _inner(v: Variable, steps: Variable, axis: int, h: Any) -> Variable:
    """Return the slopes, at the middle one, of the parabolas through three neighbours."""
    if getattr(h, "ndim", 0) == 0:  # in which the middle sample has no part, NaN or not
        return (_part(v, axis, 2, None) - _part(v, axis, 0, -2)) / (2 * h)
    share = _share(h)
    before, after = _part(steps, axis, 0, -1), _part(steps, axis, 1, None)
    return before * (1.0 - share) + after * share


def _extrapolated(end: Variable, inside: Variable, share: Any) -> Variable:
    """Return the slope of the last parabola at its end, from those of its two chords."""
    return end * (1.0 + share) - inside * share


def _ends(h: Any, start: int, stop: int | None) -> Any:
    return h if getattr(h, "ndim", 0) == 0 else h[start:stop]


def _share(h: Any) -> Any:
    """Return the width before each inner sample, over the widths before and behind."""
    if getattr(h, "ndim", 0) == 0:
        return 0.5
    return h[:-1] / (h[:-1] + h[1:])


def _part(v: Variable, axis: int, start: int | None, stop: int | None) -> Variable:
    return getitem(v, (*(slice(None),) * axis, slice(start, stop)))
