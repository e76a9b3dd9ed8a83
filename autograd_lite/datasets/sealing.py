"""What data sets hand out: read-only arrays, which operations keep without a copy."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["Split", "sealed"]

A = TypeVar("A", bound=npt.NDArray[Any])

Split: TypeAlias = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]


def sealed(array: A) -> A:
    """Make an array that owns its memory read-only, where its library can, and return it."""
    if type(array) is np.ndarray:
        array.flags.writeable = False
    return array
