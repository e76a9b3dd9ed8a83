"""Curves over epochs or iterations: any series, and the history of a training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.errors import ArgumentError, OperandError, ShapeError
from autograd_lite.plots.canvas import AxesArray, axes_for, panels_for
from autograd_lite.plots.look import colour, headed, legend, ruled, titled
from autograd_lite.plots.reading import HostArray, host

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["curves", "history"]

VALIDATION = "val_"
NOT_DRAWN = ("seconds", "learning_rate", "epoch")
LINES = ("-", "--", "-.", ":")
MANY = 40  # points of a curve that are no longer marked one by one

Series: TypeAlias = Mapping[str, Sequence[float | None] | npt.NDArray[Any]]
Curve: TypeAlias = npt.NDArray[np.float64]


def curves(
    series: Series,
    ax: Axes | None = None,
    *,
    x: Sequence[float] | None = None,
    xlabel: str = "epoch",
    ylabel: str = "",
    title: str | None = None,
) -> Axes:
    """Draw several curves into one picture, each with a colour and a kind of line of its own.

    Parameters
    ----------
    series : mapping of str to sequence of float
        The curves by name; None and NaN leave a gap. Lengths may differ.
    ax : Axes, optional
        Where to draw; a new figure by default.
    x : sequence of float, optional
        Where the points stand; 1, 2, 3, … by default. As long as the longest curve.
    xlabel, ylabel, title : str

    Returns
    -------
    Axes

    Raises
    ------
    OperandError
        If `series` is no mapping, or a curve is made of something else than numbers.
    ShapeError
        If a curve has not one dimension, or `x` is shorter.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ax = ag.plots.curves({"SGD": [2.3, 0.9, 0.5], "Adam": [2.3, 0.4, 0.3]}, ylabel="loss")
    >>> [line.get_label() for line in ax.lines]
    ['SGD', 'Adam']
    """
    checked = {name: _curve(name, values) for name, values in _mapping(series, "curves").items()}
    longest = max([len(values) for values in checked.values()], default=0)
    places = np.arange(1, longest + 1) if x is None else host(x, "curves: x")
    if places.ndim != 1 or len(places) < longest:
        msg = (
            f"curves: x has the shape {places.shape} for a curve of {longest} points; pass one "
            "place for each point."
        )
        raise ShapeError(msg)
    ax = axes_for(ax, "curves")
    for i, (name, values) in enumerate(checked.items()):
        _draw(ax, values, name, i, LINES[i % len(LINES)], places)
    _finish(ax, xlabel, ylabel, title, whole=x is None)
    return ax


def history(
    history: Series,
    ax: Axes | Sequence[Axes] | AxesArray | None = None,
    *,
    title: str | None = None,
) -> Axes | AxesArray:
    """Draw what a training went through: loss and metrics, with validation dashed.

    Parameters
    ----------
    history : mapping of str to sequence of float
        A value for each epoch, as of ``trainer.history``: "loss", "val_loss", "accuracy", …
        "seconds" and "learning_rate" are left out.
    ax : Axes or several, optional
        One Axes takes all the curves together; several take a quantity each. By default a new
        figure has a panel for each quantity.
    title : str, optional

    Returns
    -------
    Axes, or array of Axes
        One Axes where one was given, else an array with one per quantity.

    Raises
    ------
    OperandError
        If `history` is no mapping, or a curve is made of something else than numbers.
    ArgumentError
        If there is nothing to draw in it.
    ShapeError
        If there are more or fewer Axes than quantities.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> past = {"loss": [0.9, 0.4], "val_loss": [1.0, 0.6], "accuracy": [0.5, 0.9]}
    >>> loss, accuracy = ag.plots.history(past)
    >>> [line.get_label() for line in loss.lines], accuracy.get_ylabel()
    (['training', 'validation'], 'accuracy')
    """
    given = _mapping(history, "history")
    drawn = {name: _curve(name, v) for name, v in given.items() if name not in NOT_DRAWN and len(v)}
    quantities = list(dict.fromkeys([name.removeprefix(VALIDATION) for name in drawn]))
    if not quantities:
        msg = (
            "history: there is no curve in it; call fit first, or pass, for example, "
            '{"loss": [0.9, 0.4]}.'
        )
        raise ArgumentError(msg)
    if ax is not None and not isinstance(ax, Sequence | np.ndarray):
        return _together(axes_for(ax, "history"), drawn, quantities, title)
    panels = panels_for(ax, len(quantities), "history")
    for panel, quantity in zip(panels, quantities, strict=True):
        for i, (name, label) in enumerate(_pair(quantity)):
            if name in drawn:
                _draw(panel, drawn[name], label, i, LINES[i])
        _finish(panel, "epoch", quantity.replace("_", " "), None)
    headed(panels, title)
    return panels


def _together(
    ax: Axes, drawn: Mapping[str, Curve], quantities: Sequence[str], title: str | None
) -> Axes:
    """Draw every curve into one picture; validation is dashed."""
    names = [name for quantity in quantities for name, _ in _pair(quantity) if name in drawn]
    for i, name in enumerate(names):
        _draw(ax, drawn[name], name, i, LINES[name.startswith(VALIDATION)])
    _finish(ax, "epoch", "", title)
    return ax


def _pair(quantity: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return the two names that a quantity may have in a history, and what they mean."""
    return (quantity, "training"), (VALIDATION + quantity, "validation")


def _mapping(series: Series, what: str) -> Series:
    if not isinstance(series, Mapping):
        msg = (
            f"{what}: the curves are a {type(series).__name__}; pass them by name, for example "
            '{"loss": losses}.'
        )
        raise OperandError(msg)
    return series


def _curve(name: str, values: Any) -> Curve:
    """Return the numbers of a curve; None becomes NaN."""
    try:
        curve = np.asarray(host(values, f"curve {name!r}"), dtype=np.float64)
    except (TypeError, ValueError) as error:
        msg = f"curve {name!r} is not made of numbers ({error}); pass floats, None for a gap."
        raise OperandError(msg) from error
    if curve.ndim != 1:
        msg = f"curve {name!r} has the shape {curve.shape}; pass a flat sequence of numbers."
        raise ShapeError(msg)
    return curve


def _draw(
    ax: Axes, values: Curve, label: str, index: int, line: str, x: HostArray | None = None
) -> None:
    """Draw a curve; where there are few points, each is marked."""
    places = np.arange(1, len(values) + 1) if x is None else x[: len(values)]
    marker = "o" if len(values) <= MANY else None
    ax.plot(places, values, line, color=colour(index), label=label, marker=marker, markersize=3.5)


def _finish(ax: Axes, xlabel: str, ylabel: str, title: str | None, *, whole: bool = True) -> None:
    """Name the axes and the curves; epochs are whole numbers."""
    if whole:
        from matplotlib.ticker import MaxNLocator

        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ruled(ax)
    titled(ax, title, x=xlabel, y=ylabel)
    legend(ax)
