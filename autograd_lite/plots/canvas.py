"""Where a plot is drawn: the Axes that were given, or those of a new figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.errors import OperandError, ShapeError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AxesArray", "axes_for", "grid_for", "panels_for"]

AxesArray: TypeAlias = npt.NDArray[Any]  # of Axes

PANEL = (3.6, 2.9)  # inches of one panel among several


def axes_for(ax: Axes | None, what: str, size: tuple[float, float] = (6.0, 4.2)) -> Axes:
    """Return the Axes that were given, or those of a new figure.

    Raises
    ------
    OperandError
        For anything that is no Axes.
    """
    if ax is None:
        from matplotlib import pyplot as plt

        return plt.subplots(figsize=size, layout="constrained")[1]
    return _checked(ax, what)


def grid_for(
    ax: Any, shape: tuple[int, int], what: str, panel: tuple[float, float] = PANEL
) -> AxesArray:
    """Return an array of Axes of this shape: the given ones, or those of a new figure.

    Raises
    ------
    ShapeError
        If there are more Axes, or fewer.
    OperandError
        For anything that is no Axes.
    """
    if ax is None:
        from matplotlib import pyplot as plt

        rows, columns = shape
        size = (panel[0] * columns, panel[1] * rows)
        return plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)[1]
    given = np.asarray(ax, dtype=object)
    rows, columns = shape
    if given.size != rows * columns:
        msg = (
            f"{what}: ax has {given.size} Axes where {rows} × {columns} are drawn; pass as many, "
            f"for example plt.subplots({rows}, {columns})[1], or none."
        )
        raise ShapeError(msg)
    for one in given.flat:
        _checked(one, what)
    return given.reshape(shape)


def panels_for(ax: Any, count: int, what: str) -> AxesArray:
    """Return a flat array of `count` Axes, in a new figure at most four beside each other.

    Raises
    ------
    ShapeError, OperandError
        As of :func:`grid_for`.
    """
    if ax is not None:
        return grid_for(ax, (1, count), what).ravel()
    columns = min(count, 4)
    panels = grid_for(None, (-(-count // columns), columns), what).ravel()
    for rest in panels[count:]:
        rest.remove()
    return panels[:count]


def _checked(ax: Any, what: str) -> Axes:
    from matplotlib.axes import Axes

    if not isinstance(ax, Axes):
        msg = (
            f"{what}: ax is a {type(ax).__name__}; pass matplotlib Axes, for example "
            "plt.subplots()[1], or none."
        )
        raise OperandError(msg)
    return ax
