"""Decision boundaries: which class a model gives each point of a plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.graph import no_grad
from autograd_lite.modes import in_mode
from autograd_lite.plots.canvas import axes_for
from autograd_lite.plots.look import INK, colour, legend, titled
from autograd_lite.plots.models import predictor
from autograd_lite.plots.points import MARKERS, checked_markers, draw_points, point_out
from autograd_lite.plots.reading import (
    HostArray,
    class_names,
    classes_of,
    host,
    indices,
    plane_points,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["decision_boundary"]

RESOLUTION = 400  # points of the grid along each side
AT_ONCE = 9_000  # points predicted in one call
MARGIN = 0.15  # around the data, of its span
PALE = 0.28


def decision_boundary(
    predict: Any,
    x: Any,
    t: Any,
    ax: Axes | None = None,
    *,
    threshold: float = 0.5,
    markers: Sequence[str] = MARKERS,
    highlight: int | Sequence[int] | None = None,
    names: Sequence[str] | None = None,
    title: str | None = None,
) -> Axes:
    """Colour the plane by the class that a model gives each point, and draw the data over it.

    Parameters
    ----------
    predict : callable, or an object with a method ``predict``
        Takes points, (n, 2) in the dtype of `x`, and returns what they are: classes (n,), as
        integers or as in `t`; one score each, (n,) or (n, 1); or a score per class, (n, C), of
        which the largest counts. A Module is given its own dtype, in evaluation mode; nothing is
        recorded.
    x : array, shape (N, 2)
        The data.
    t : array, shape (N,) or (N, 1), or one-hot (N, C)
        Its classes.
    ax : Axes, optional
        Where to draw; a new figure by default.
    threshold : float
        A single score above it means class 1: 0.5 for a probability, 0 for a logit.
    markers : str or sequence of str
        matplotlib's markers, one for each class.
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
    OperandError
        If `predict` can neither be called nor has a method ``predict``.
    ShapeError
        If `x`, `t` or what `predict` returns has another shape.
    ArgumentError
        If `x` is not finite, or there is no such row to highlight.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x, t = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 1]
    >>> ax = ag.plots.decision_boundary(lambda p: p.sum(axis=1), x, t, highlight=0)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('x1', 'x2')
    """
    points = plane_points(x, "decision_boundary")
    if not np.isfinite(points).all():
        msg = "decision_boundary: x holds NaN or infinity, which lie nowhere; drop those rows."
        raise ArgumentError(msg)
    labels = classes_of(t, len(points), "decision_boundary: t")
    chosen = indices(highlight, len(points), "decision_boundary")
    checked_markers(markers, "decision_boundary")
    sides = [_side(points[:, i]) for i in (0, 1)]
    grid = np.stack(np.meshgrid(*sides), axis=-1)
    with in_mode(predict, training=False):
        asked = predictor(predict, "decision_boundary")
        found = _classes(asked, grid.reshape(-1, 2), labels, threshold)
    classes = np.unique(np.concatenate([np.unique(found), labels]))
    called = class_names(names, len(classes), "decision_boundary")
    ax = axes_for(ax, "decision_boundary", (5.6, 4.6))
    _colour_plane(ax, sides, np.searchsorted(classes, found).reshape(grid.shape[:2]), len(classes))
    draw_points(ax, points, labels, classes, markers, called)
    point_out(ax, points, chosen)
    titled(ax, title, x="x1", y="x2")
    legend(ax, "beside")
    return ax


def _side(values: HostArray) -> HostArray:
    """Return the places of the grid along one axis, in the dtype of the data if it is a float."""
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * ((high - low) or 1.0)
    dtype = values.dtype if values.dtype.kind == "f" else np.float64
    return np.linspace(low - margin, high + margin, RESOLUTION, dtype=dtype)


def _classes(
    predict: Callable[[HostArray], Any], points: HostArray, known: HostArray, threshold: float
) -> HostArray:
    """Return the class of each point; in pieces, so that a wide network needs little memory."""
    pieces = np.array_split(points, -(-len(points) // AT_ONCE))
    with no_grad():
        found = np.concatenate([_answers(predict(piece), len(piece)) for piece in pieces])
    if found.dtype.kind != "f":
        return found
    if np.isin(found, known).all():  # classes, though as floats: of targets 0.0, 1.0 and 2.0
        return found.astype(np.int64)
    return (found > threshold).astype(np.int64)


def _answers(output: Any, rows: int) -> HostArray:
    """Return a class or a score for each point; of scores per class, the class of the largest."""
    found = host(output, "decision_boundary: what predict returns")
    if found.ndim == 2 and found.shape[1] > 1 and len(found) == rows:
        best: HostArray = found.argmax(axis=1)
        return best
    if found.shape not in ((rows,), (rows, 1)):
        msg = (
            f"decision_boundary: predict returned the shape {found.shape} for {rows} points; "
            f"return classes ({rows},), or scores ({rows}, 1) or ({rows}, C)."
        )
        raise ShapeError(msg)
    return found.reshape(rows)


def _colour_plane(ax: Axes, sides: Sequence[HostArray], classes: HostArray, count: int) -> None:
    """Colour each point by its class, palely, and draw a line where classes meet."""
    from matplotlib.colors import ListedColormap

    (left, right), (low, high) = [(side[0], side[-1]) for side in sides]
    ax.imshow(
        classes,
        extent=(left, right, low, high),
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        cmap=ListedColormap([colour(i) for i in range(count)]),
        vmin=-0.5,
        vmax=count - 0.5,
        alpha=PALE,
        zorder=0,
    )
    for i in range(count):
        inside = classes == i
        if inside.any() and not inside.all():
            ax.contour(*sides, inside, levels=[0.5], colors=INK, linewidths=0.7)
