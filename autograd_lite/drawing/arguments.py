"""What ``draw`` may be asked for, checked before any work is spent."""

from __future__ import annotations

from collections.abc import Mapping
from operator import index
from typing import TYPE_CHECKING, Literal, SupportsIndex, TypeAlias, get_args

from autograd_lite.drawing.network.notation import SOURCE_FIRST
from autograd_lite.drawing.render.engines import engines_for
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.graph.variable import Variable

if TYPE_CHECKING:
    from autograd_lite.drawing.network.notation import Notation
    from autograd_lite.drawing.render.engines import Engine

__all__ = [
    "DIGITS",
    "STYLES",
    "Style",
    "check_choices",
    "check_drawable",
    "check_names",
    "check_network_choices",
]

Style: TypeAlias = Literal["auto", "book", "summary", "network"]
STYLES: tuple[Style, ...] = get_args(Style)

DIGITS = 2  # behind the point
MOST_DIGITS = 17  # a float64 has no more


def check_choices(
    style: Style,
    gradients: bool | None,
    collapse: bool | int = True,
    engine: Engine | None = None,
) -> None:
    """Raise where an option that every picture has is none of its choices.

    Raises
    ------
    ArgumentError
        If it has another value.
    MissingDependencyError
        If the engine is not installed.
    """
    if not isinstance(style, str) or style not in STYLES:
        msg = f"draw: {style!r:.40} is no style; use one of {', '.join(STYLES)}."
        raise ArgumentError(msg)
    if gradients is not None and not isinstance(gradients, bool):
        msg = f"draw: gradients is {gradients!r:.40}; pass True or False."
        raise ArgumentError(msg)
    most = _whole(collapse)
    if not isinstance(collapse, bool) and (most is None or most < 1):
        msg = (
            f"draw: collapse is {collapse!r:.40}; pass True, False, or how many operations may "
            "stay, 1 or more."
        )
        raise ArgumentError(msg)
    if engine is not None:
        engines_for(engine if isinstance(engine, str) else f"{engine!r:.40}")


def check_network_choices(
    style: Style, sample: int, weights: Notation, digits: int = DIGITS
) -> None:
    """Raise where an option of the network's style is none of its choices, or the style another.

    Raises
    ------
    ArgumentError
    """
    if _whole(sample) is None:
        msg = f"draw: sample is {sample!r:.40}; pass the number of one row, counted from 0."
        raise ArgumentError(msg)
    if not isinstance(weights, str) and not callable(weights):
        msg = (
            f"draw: weights is {weights!r:.40}; pass a template such as "
            '"w{target}{source}", or "running", or "" for no names, or a function.'
        )
        raise ArgumentError(msg)
    count = _whole(digits)
    if count is None or not 0 <= count <= MOST_DIGITS:
        msg = (
            f"draw: digits is {digits!r:.40}; pass how many stand behind the point, "
            f"0 to {MOST_DIGITS}."
        )
        raise ArgumentError(msg)
    chosen = {"sample": sample != 0, "weights": weights != SOURCE_FIRST, "digits": digits != DIGITS}
    alone = [name for name, is_chosen in chosen.items() if is_chosen]
    if alone and style != "network":
        msg = f'draw: {alone[0]} can be chosen only with style="network"; leave it out or add that.'
        raise ArgumentError(msg)


def check_names(names: Mapping[str, object]) -> None:
    """Raise where names are no mapping of texts.

    Raises
    ------
    ArgumentError
    """
    if not isinstance(names, Mapping) or not all([isinstance(name, str) for name in names]):
        msg = 'draw: names are no mapping of texts; pass, for example, names={"x": x} or locals().'
        raise ArgumentError(msg)


def check_drawable(outputs: object, remedy: str) -> None:
    """Raise for anything but Variables, or a list or tuple of them.

    Parameters
    ----------
    outputs : object
    remedy : str
        What to do instead, as the error says it.

    Raises
    ------
    OperandError
    """
    for v in outputs if isinstance(outputs, list | tuple) else [outputs]:
        if not isinstance(v, Variable):
            msg = f"draw: a {type(v).__name__} has no graph; {remedy}."
            raise OperandError(msg)


def _whole(value: object) -> int | None:
    """Return a whole number as it is, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        return None
    try:
        return index(value)
    except TypeError:  # an array of several
        return None
