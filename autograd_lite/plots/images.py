"""Sample images in a grid, with what they were taken for."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.plots.canvas import AxesArray, grid_for
from autograd_lite.plots.look import ALARM, INK, headed, titled
from autograd_lite.plots.reading import HostArray, classes_of, host

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["images"]

CHANNELS = (1, 3)
BROAD = 9  # letters that fit over an image beside others
CELL = (1.45, 1.7)  # inches


def images(
    x: Any,
    predicted: Any = None,
    true: Any = None,
    *,
    shape: tuple[int, ...] | None = None,
    grid: tuple[int, int] = (5, 5),
    names: Sequence[str] | None = None,
    title: str | None = None,
    ax: Sequence[Axes] | AxesArray | None = None,
) -> AxesArray:
    """Draw the first images of a batch in a grid; those that were taken for another are in red.

    A title is the predicted class; where that is wrong it says, for example, "3, not 5".

    Parameters
    ----------
    x : array, shape (N, …)
        Grey images (N, H, W), (N, 1, H, W) or (N, H, W, 1); coloured ones (N, 3, H, W) or
        (N, H, W, 3); or any of these flat, (N, D). The smallest value drawn is black, the largest
        white.
    predicted, true : array, shape (N,) or (N, 1), or a score per class (N, C), optional
        Classes for the titles.
    shape : tuple of int, optional
        The shape of one image, where `x` is flat and neither square nor 3 × H × H.
    grid : (int, int)
        Rows and columns.
    names : sequence of str, optional
        What the classes are called.
    title : str, optional
        Over the whole figure.
    ax : Axes, optional
        As many as the grid has cells; a new figure by default.

    Returns
    -------
    array of Axes, in the shape of the grid
        Cells without an image are empty.

    Raises
    ------
    ShapeError
        If the images have another shape, there are more or fewer classes than images, or more or
        fewer Axes than cells.
    ArgumentError
        If the grid has no cell, or a class has no name.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> _, (x, t) = ag.datasets.digits()
    >>> axes = ag.plots.images(x[:4], predicted=[4, 0, 1, 4], true=[4, 0, 1, 1], grid=(2, 2))
    >>> axes[1, 1].get_title()
    '4, not 1'
    """
    rows, columns = _checked_grid(grid)
    pictures = _pictures(host(x, "images: x"), shape)
    drawn = pictures[: rows * columns]
    answers, truths = [
        [None] * len(drawn) if given is None else _called(given, len(pictures), what, names)
        for given, what in ((predicted, "predicted"), (true, "true"))
    ]
    cells = grid_for(ax, (rows, columns), "images", CELL)
    for cell in cells.flat:
        cell.axis("off")
    for cell, picture, *labels in zip(cells.flat, _scaled(drawn), answers, truths, strict=False):
        cell.imshow(picture, cmap="gray", vmin=0.0, vmax=1.0)
        _entitle(cell, *labels)
    headed(cells, title)
    return cells


def _checked_grid(grid: tuple[int, int]) -> tuple[int, int]:
    counts = grid if isinstance(grid, Sequence) else ()
    whole = all([isinstance(n, int | np.integer) and n > 0 for n in counts])
    if len(counts) != 2 or not whole:
        msg = f"images: the grid is {grid!r:.40}; pass rows and columns, 1 or more."
        raise ArgumentError(msg)
    return grid


def _pictures(x: HostArray, shape: tuple[int, ...] | None) -> HostArray:
    """Return images as (N, H, W) or (N, H, W, 3)."""
    one = x.shape[1:] if shape is None else tuple(shape)
    if shape is None and len(one) == 1:
        one = _guessed(one[0])
    if x.ndim < 2 or np.prod(one) != np.prod(x.shape[1:]) or not _is_image(one):
        msg = (
            f"images: x has the shape {x.shape}, which makes no images{_asked(shape)}; pass "
            "(N, H, W), (N, 3, H, W) or (N, H, W, 3), or flat rows with shape=(H, W)."
        )
        raise ShapeError(msg)
    pictures = x.reshape(len(x), *one)
    if len(one) == 3 and one[0] in CHANNELS:
        pictures = np.moveaxis(pictures, 1, -1)
    return pictures[..., 0] if pictures.shape[-1] == 1 and len(one) == 3 else pictures


def _asked(shape: tuple[int, ...] | None) -> str:
    return "" if shape is None else f" of the shape {shape}"


def _guessed(pixels: int) -> tuple[int, ...]:
    """Return the shape of a flat image: square, grey or of three channels, else what it is."""
    for channels in CHANNELS:
        side = isqrt(pixels // channels)
        if side and channels * side * side == pixels:
            return (side, side) if channels == 1 else (channels, side, side)
    return (pixels,)


def _is_image(shape: tuple[int, ...]) -> bool:
    return len(shape) == 2 or (len(shape) == 3 and (shape[0] in CHANNELS or shape[2] in CHANNELS))


def _scaled(pictures: HostArray) -> HostArray:
    """Map the smallest value to 0 and the largest to 1; images in [0, 1] stay as they are.

    What is not finite is left out of this, and drawn empty.
    """
    values = pictures.astype(np.float64)
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    if low >= 0 and high <= 1:
        return values
    scaled: HostArray = (values - low) / ((high - low) or 1.0)
    return scaled


def _called(given: Any, rows: int, what: str, names: Sequence[str] | None) -> Sequence[str | None]:
    """Return what the class of each image is called."""
    classes = classes_of(given, rows, f"images: {what}")
    if names is None:
        return [str(label) for label in classes]
    nameless = [label for label in classes if label not in range(len(names))]
    if nameless:
        msg = f"images: class {nameless[0]} has no name; pass a name for each class."
        raise ArgumentError(msg)
    return [str(names[label]) for label in classes]


def _entitle(cell: Axes, predicted: str | None, true: str | None) -> None:
    """Write what an image was taken for, and in red what it is, if that is another."""
    wrong = predicted is not None and true is not None and predicted != true
    if wrong:
        between = "\n" if len(f"{predicted}{true}") > BROAD else ", "
        text = f"{predicted}{between}not {true}"
    else:
        text = predicted or true or ""
    titled(cell, text)
    cell.title.set(color=ALARM if wrong else INK, fontsize="small")
