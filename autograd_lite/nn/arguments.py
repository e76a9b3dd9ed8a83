"""What layers are made with, checked: shares, slopes, dtypes."""

from __future__ import annotations

from math import inf
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import as_dtype
from autograd_lite.errors import ArgumentError
from autograd_lite.functions.constants import number

__all__ = ["Storage", "positive_of", "share_of", "spread_of", "storage_of"]

Storage: TypeAlias = Literal["float16", "float32", "float64"]


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
