"""Tangent and secant: what a derivative is, and what a difference quotient makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.errors import ArgumentError, GraphError
from autograd_lite.graph import Variable
from autograd_lite.plots.canvas import axes_for
from autograd_lite.plots.functions import sampled
from autograd_lite.plots.look import ALARM, INK, colour, legend, ruled, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["tangent"]

POINTS = 401
REACH = 3.0  # to each side of the point, by default


def tangent(
    f: Callable[[Variable], Any],
    x: float,
    h: float | None = None,
    ax: Axes | None = None,
    *,
    domain: tuple[float, float] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a function, its tangent at `x`, and the secant from x − h to x + h.

    The tangent's slope is the derivative that the engine computes; the secant's is the central
    difference quotient, (f(x + h) − f(x − h)) / 2h, which numerical gradients use.

    Parameters
    ----------
    f : callable
        A function of a Variable that works element by element.
    x : float
        Where the tangent touches.
    h : float, optional
        Half the width of the secant; none is drawn by default.
    ax : Axes, optional
        Where to draw; a new figure by default.
    domain : (float, float), optional
        From where to where; 3 to each side of `x` by default.
    title : str, optional

    Returns
    -------
    Axes
        Its legend says slope and intercept of the tangent and the quotient.

    Raises
    ------
    ArgumentError
        If `h` is not positive, or the domain is empty.
    GraphError
        If nothing of `f` was recorded, so that its slope is not known.
    ShapeError
        If `f` does not work element by element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ax = ag.plots.tangent(lambda x: x**3 - 3 * x**2 + x + 1, 3.0, h=0.5)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['f', 'tangent: 10 x − 26', 'secant, h = 0.5: slope 10.25']
    """
    low, high = (x - REACH, x + REACH) if domain is None else domain
    if not low < high:
        raise ArgumentError(f"tangent: the domain is {domain!r:.40}; pass (low, high).")
    if h is not None and not 0 < h < np.inf:
        raise ArgumentError(f"tangent: h is {h!r:.40}; pass a width above 0, or none.")
    places = np.linspace(low, high, POINTS)
    curve, _ = sampled(f, places, "tangent")
    value, slope = _at(f, float(x))
    intercept = value - slope * x
    ax = axes_for(ax, "tangent")
    ax.plot(places, curve, color=colour(0), linewidth=2.0, label="f")
    said = f"tangent: {_number(slope)} x {_signed(intercept)}"
    ax.plot(places, slope * places + intercept, "--", color=colour(1), label=said)
    if h is not None:
        _secant(ax, f, float(x), float(h))
    ax.plot([x], [value], "o", color=ALARM, markersize=8, zorder=5)
    _finish(ax, curve, f"x = {x:g}" if title is None else title)
    return ax


def _at(f: Callable[[Variable], Any], x: float) -> tuple[float, float]:
    value, slope = sampled(f, np.array([x]), "tangent")
    if slope is None:
        msg = "tangent: nothing of f was recorded; compute it of the Variable, with ag's functions."
        raise GraphError(msg)
    return float(value[0]), float(slope[0])


def _secant(ax: Axes, f: Callable[[Variable], Any], x: float, h: float) -> None:
    """Draw the line through the curve at x − h and x + h, with the triangle below it."""
    ends = np.array([x - h, x + h])
    heights, _ = sampled(f, ends, "tangent")
    quotient = (heights[1] - heights[0]) / (2 * h)
    said = f"secant, h = {h:g}: slope {_number(quotient)}"
    ax.plot(ends, heights, "-", color=colour(2), linewidth=2.0, marker="s", label=said, zorder=4)
    corner = [heights[0], heights[0], heights[1]]
    ax.plot([*ends, ends[1]], corner, ":", color=INK, linewidth=1.2)


def _finish(ax: Axes, curve: Any, title: str) -> None:
    """Keep the curve's own height: a steep tangent would flatten everything else."""
    finite = curve[np.isfinite(curve)]
    if finite.size:
        room = 0.08 * (np.ptp(finite) or 1.0)
        ax.set_ylim(finite.min() - room, finite.max() + room)
    ruled(ax)
    titled(ax, title, x="x", y="f(x)")
    legend(ax)


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {abs(value):.4g}"
