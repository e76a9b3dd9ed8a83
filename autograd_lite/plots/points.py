"""Points of a plane, marked and coloured by class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.errors import ArgumentError
from autograd_lite.plots.canvas import axes_for
from autograd_lite.plots.look import ALARM, INK, colour, legend, ruled, titled
from autograd_lite.plots.reading import (
    HostArray,
    class_names,
    classes_of,
    indices,
    plane_points,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MARKERS", "draw_points", "scatter"]

MARKERS = "o^sDvP*"


def scatter(
    x: Any,
    t: Any,
    ax: Axes | None = None,
    *,
    markers: Sequence[str] = MARKERS,
    highlight: int | Sequence[int] | None = None,
    names: Sequence[str] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw points of a plane, each class with a marker and a colour of its own.

    Parameters
    ----------
    x : array, shape (N, 2)
    t : array, shape (N,) or (N, 1), or one-hot (N, C)
        The classes.
    ax : Axes, optional
        Where to draw; a new figure by default.
    markers : str or sequence of str
        matplotlib's markers, one for each class; the textbook's are ``"ox^"``.
    highlight : int or sequence of int, optional
        Rows of `x` to point out in red.
    names : sequence of str, optional
        What the classes are called, in their order.
    title : str, optional

    Returns
    -------
    Axes

    Raises
    ------
    ShapeError
        If `x` is no table of two columns, or `t` has another number of rows.
    ArgumentError
        If `markers` is empty, or there is no such row to highlight.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ax = ag.plots.scatter([[0, 0], [0, 1], [1, 1]], [0, 0, 1], names=["below", "above"])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['below', 'above']
    """
    points = plane_points(x, "scatter")
    labels = classes_of(t, len(points), "scatter: t")
    chosen = indices(highlight, len(points), "scatter")
    classes = np.unique(labels)
    called = class_names(names, len(classes), "scatter")
    checked_markers(markers, "scatter")
    ax = axes_for(ax, "scatter", (5.6, 4.6))
    draw_points(ax, points, labels, classes, markers, called)
    point_out(ax, points, chosen)
    ruled(ax)
    titled(ax, title, x="x1", y="x2")
    legend(ax, "beside")
    return ax


def checked_markers(markers: Sequence[str], what: str) -> None:
    """Refuse an empty sequence of markers.

    Raises
    ------
    ArgumentError
    """
    if not len(markers):
        raise ArgumentError(f'{what}: markers is empty; pass one for each class, as "ox^".')


def draw_points(
    ax: Axes,
    points: HostArray,
    labels: HostArray,
    classes: HostArray,
    markers: Sequence[str],
    names: Sequence[str] | None,
) -> None:
    """Draw the points of each class; markers begin again where there are more classes."""
    from matplotlib.lines import Line2D

    for i, label in enumerate(classes):
        here = points[labels == label]
        marker = markers[i % len(markers)]
        edge: dict[str, Any] = (
            {"edgecolors": INK, "linewidths": 0.6} if marker in Line2D.filled_markers else {}
        )
        name = f"class {label}" if names is None else names[i]
        ax.scatter(here[:, 0], here[:, 1], s=34, marker=marker, color=colour(i), label=name, **edge)


def point_out(ax: Axes, points: HostArray, chosen: HostArray) -> None:
    """Draw red dots with a white and a dark ring over what is to be seen first."""
    if not len(chosen):
        return
    here = points[chosen]
    ax.scatter(here[:, 0], here[:, 1], s=150, color=INK, zorder=4)
    ax.scatter(here[:, 0], here[:, 1], s=120, color="white", zorder=4)
    name = f"sample {chosen[0]}" if len(chosen) == 1 else f"{len(chosen)} samples"
    ax.scatter(here[:, 0], here[:, 1], s=60, color=ALARM, zorder=5, label=name)
