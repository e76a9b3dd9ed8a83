"""How plots look: colours that everybody can tell apart, and letters of every script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from autograd_lite.drawing.render.fonts import families_for, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from autograd_lite.plots.canvas import AxesArray

__all__ = [
    "ALARM",
    "COLOURS",
    "INK",
    "QUIET",
    "colour",
    "families",
    "headed",
    "legend",
    "ruled",
    "titled",
]

# Okabe and Ito, Color Universal Design, 2008, without the yellow, which white paper swallows.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7F7F7F")
INK = "#111827"
QUIET = "#9ca3af"
ALARM = "#d00000"
GRID = "#e5e7eb"

Place: TypeAlias = Literal["inside", "beside", "below"]
PLACES: dict[Place, dict[str, Any]] = {
    "inside": {"loc": "best", "framealpha": 0.85},
    "beside": {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0), "frameon": False},
    "below": {"loc": "upper center", "bbox_to_anchor": (0.5, -0.16), "frameon": False, "ncols": 2},
}


def colour(index: int) -> str:
    """Return the colour of a curve or class; after seven they begin again."""
    return COLOURS[index % len(COLOURS)]


def families(texts: Iterable[str]) -> list[str] | None:
    """Return the font families that show these texts, the user's own first; None for ASCII.

    Examples
    --------
    >>> from autograd_lite.plots.look import families
    >>> families(["loss", "epoch"]) is None
    True
    """
    text = "".join(texts)
    if text.isascii():
        return None
    from matplotlib import rcParams

    own = [str(family) for family in rcParams["font.family"]]
    return [*own, *families_for(text)]


def titled(ax: Axes, title: str | None = None, *, x: str = "", y: str = "") -> None:
    """Write what is given of a title and the names of the two axes, in fonts that have them."""
    if title:
        ax.set_title(shown(title), fontfamily=families([title]))
    if x:
        ax.set_xlabel(shown(x), fontfamily=families([x]))
    if y:
        ax.set_ylabel(shown(y), fontfamily=families([y]))


def headed(panels: AxesArray, title: str | None) -> None:
    """Write a title over a figure of several panels."""
    if title:
        panels.flat[0].figure.suptitle(shown(title), fontfamily=families([title]))


def ruled(ax: Axes, axis: Literal["both", "x", "y"] = "both") -> None:
    """Draw a pale grid behind everything else."""
    ax.grid(axis=axis, color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)


def legend(ax: Axes, place: Place = "inside") -> None:
    """Name what has a label: inside, where it covers least, or beside or below, where it cannot.

    Nothing is drawn where nothing has a label.
    """
    handles, labels = ax.get_legend_handles_labels()
    if not labels:
        return
    fonts = families(labels)
    ax.legend(
        handles,
        [shown(label) for label in labels],
        prop=None if fonts is None else {"family": fonts},
        **PLACES[place],
    )
