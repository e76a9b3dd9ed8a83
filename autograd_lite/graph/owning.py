"""What a new leaf owns: its data copied, converted and checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import Array, as_array, is_array
from autograd_lite.errors import ArgumentError, DTypeError

__all__ = ["can_have_gradient", "owned"]


def can_have_gradient(dtype: np.dtype[Any]) -> None:
    """Raise unless arrays of a dtype can carry gradients."""
    if dtype.kind not in "fc":
        msg = (
            f"Variable: dtype {dtype} cannot have a gradient; pass dtype=float to convert, "
            "or requires_grad=False for a constant."
        )
        raise DTypeError(msg)


def owned(data: object, dtype: npt.DTypeLike | None, *, requires_grad: bool, copy: bool) -> Array:
    """Return the array that a new leaf owns."""
    given = is_array(data)
    array = as_array(data, dtype)
    if requires_grad and dtype is None and not given and not isinstance(data, np.generic):
        array = _floats_from_python(array)
    if requires_grad:
        can_have_gradient(array.dtype)
    if not copy:
        if array is not data:
            msg = "Variable: copy=False shares an array of the right dtype; here a copy is needed."
            raise ArgumentError(msg)
        return array
    fresh = isinstance(
        data, list | tuple | complex | float | int | np.generic
    )  # others may share memory
    return array if fresh else array.copy()


def _floats_from_python(array: Array) -> Array:
    """Python integers and lists of them become float64."""
    return array.astype(np.float64) if array.dtype.kind in "iu" else array
