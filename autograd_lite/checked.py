"""What arguments ask for, checked: finite numbers of a range, whole ones, True or False."""

from __future__ import annotations

from math import inf, isfinite

import numpy as np

from autograd_lite.errors import ArgumentError

__all__ = ["number", "whole", "yes_or_no"]


def number(value: object, what: str, *, least: float = 0.0, below: float = inf) -> float:
    """Return a finite number of a range as a float; `what` begins the message.

    Raises
    ------
    ArgumentError
        For anything else.
    """
    if isinstance(value, float | int | np.floating | np.integer) and not isinstance(value, bool):
        real = float(value)
        if isfinite(real) and least <= real < below:
            return real
    span = f"{least:g} or more" + (f" and less than {below:g}" if below < inf else "")
    msg = f"{what} is {value!r:.40}; pass a finite number, {span}."
    raise ArgumentError(msg)


def whole(value: object, what: str, *, least: int = 1) -> int:
    """Return a whole number that is large enough as an int; `what` begins the message.

    Raises
    ------
    ArgumentError
        For anything else.

    Examples
    --------
    >>> from autograd_lite.checked import whole
    >>> whole(0, "fit: epochs")
    Traceback (most recent call last):
        ...
    autograd_lite.errors.ArgumentError: fit: epochs is 0; pass a whole number, 1 or more.
    """
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        msg = f"{what} is {value!r:.40}; pass a whole number, {least} or more."
        raise ArgumentError(msg)
    return int(value)


def yes_or_no(value: object, what: str) -> bool:
    """Return True or False as a bool; `what` begins the message.

    Raises
    ------
    ArgumentError
        For anything else.
    """
    if not isinstance(value, bool | np.bool_):
        raise ArgumentError(f"{what} is {value!r:.40}; pass True or False.")
    return bool(value)
