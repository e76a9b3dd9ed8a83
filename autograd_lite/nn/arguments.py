"""What layers are made with, checked: lengths, shares, slopes, dtypes."""

from __future__ import annotations

from math import inf
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import as_dtype
from autograd_lite.errors import ArgumentError
from autograd_lite.functions.constants import number

__all__ = ["Storage", "length_of", "positive_of", "share_of", "spread_of", "storage_of"]

Storage: TypeAlias = Literal["float16", "float32", "float64"]


def length_of(value: object, what: str) -> int:
    """Return how many there are of something.

    Raises
    ------
    ArgumentError
        If it is no whole number of at least 1.
    """
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= 1:
        return int(value)
    msg = f"{what} is {value!r:.40}; pass how many there are, 1 or more."
    raise ArgumentError(msg)


def share_of(value: object, what: str) -> float:
    """Return a probability or a share, between 0 and 1."""
    share = number(value, what)
    if not 0 <= share <= 1:
        msg = f"{what} is {share}; pass a number between 0 and 1."
        raise ArgumentError(msg)
    return share


def spread_of(value: object, what: str) -> float:
    """Return a slope or a spread: finite, not negative."""
    spread = number(value, what)
    if not 0 <= spread < inf:
        msg = f"{what} is {spread}; pass a finite number that is not negative."
        raise ArgumentError(msg)
    return spread


def positive_of(value: object, what: str) -> float:
    """Return what is divided by or measured in: finite, more than 0."""
    positive = number(value, what)
    if not 0 < positive < inf:
        msg = f"{what} is {positive}; pass a finite number of more than 0."
        raise ArgumentError(msg)
    return positive


def storage_of(dtype: npt.DTypeLike, what: str, *known: Storage) -> np.dtype[Any]:
    """Return the dtype of a layer's parameters, one of those that are known.

    Raises
    ------
    ArgumentError
        If it is another one.
    """
    found: np.dtype[Any] = as_dtype(dtype, f"{what}: dtype")
    if found.name not in known or not found.isnative:
        choice = ", ".join([repr(name) for name in known])
        msg = f"{what}: dtype is {str(found)!r}; pass one of {choice}."
        raise ArgumentError(msg)
    return found
