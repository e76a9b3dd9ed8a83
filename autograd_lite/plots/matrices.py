"""Confusion matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.drawing.render.fonts import shown
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.plots.canvas import axes_for
from autograd_lite.plots.look import INK, QUIET, families, titled
from autograd_lite.plots.reading import HostArray, class_names, host

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["confusion_matrix"]

DARK = 0.55  # share of a row from which white letters read better
LONG = 4  # letters of a name that still stands upright below the matrix


def confusion_matrix(
    matrix: Any,
    names: Sequence[str] | None = None,
    ax: Axes | None = None,
    *,
    title: str | None = None,
) -> Axes:
    """Draw how often each class was taken for which: a row per true class, counts in the cells.

    A cell is the darker, the larger its share of its row is, so that rare classes are seen too.

    Parameters
    ----------
    matrix : array, shape (C, C)
        Counts, true classes down, predicted ones to the right, as of ``ag.metrics``.
    names : sequence of str, optional
        What the C classes are called; 0, 1, 2, … by default.
    ax : Axes, optional
        Where to draw; a new figure by default.
    title : str, optional

    Returns
    -------
    Axes

    Raises
    ------
    ShapeError
        If the matrix is not square, or there are more or fewer names than classes.
    ArgumentError
        If it holds anything but counts.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ax = ag.plots.confusion_matrix([[50, 3], [2, 45]], ["benign", "malignant"])
    >>> [cell.get_text() for cell in ax.texts]
    ['50', '3', '2', '45']
    """
    counts = _counts(matrix)
    classes = len(counts)
    called = class_names(names, classes, "confusion_matrix")
    called = [str(i) for i in range(classes)] if called is None else called
    side = max(3.6, 0.55 * classes + 1.6)
    ax = axes_for(ax, "confusion_matrix", (side, side))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    for (row, column), count in np.ndenumerate(counts):
        pale = QUIET if count == 0 else INK
        ink = "white" if shares[row, column] > DARK else pale
        ax.text(column, row, f"{count:,}", ha="center", va="center", color=ink)
    _name_classes(ax, called)
    titled(ax, title, x="predicted class", y="true class")
    return ax


def _counts(matrix: Any) -> HostArray:
    counts = host(matrix, "confusion_matrix: matrix")
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        msg = (
            f"confusion_matrix: the matrix has the shape {counts.shape}; pass a square one, "
            "(classes, classes), which ag.metrics.confusion_matrix(t, y) makes of labels."
        )
        raise ShapeError(msg)
    if counts.dtype.kind not in "iufb" or (counts < 0).any() or (counts % 1 != 0).any():
        msg = "confusion_matrix: the matrix holds other things than counts; pass whole numbers."
        raise ArgumentError(msg)
    return counts.astype(np.int64)


def _name_classes(ax: Axes, names: Sequence[str]) -> None:
    """Write the names beside rows and columns, slanted below where they are long."""
    places, texts, fonts = range(len(names)), [shown(name) for name in names], families(names)
    slanted = max([len(name) for name in names]) > LONG
    below: dict[str, Any] = (
        {"rotation": 40, "ha": "right", "rotation_mode": "anchor"} if slanted else {}
    )
    ax.set_xticks(places, texts, fontfamily=fonts, **below)
    ax.set_yticks(places, texts, fontfamily=fonts)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
