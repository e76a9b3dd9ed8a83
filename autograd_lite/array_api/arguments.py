"""Operations whose arguments the standard calls otherwise than NumPy does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from autograd_lite import functions
from autograd_lite.array_api.creating import asarray
from autograd_lite.array_api.dtypes import astype, result_type
from autograd_lite.array_api.searching import Axis
from autograd_lite.errors import ArgumentError
from autograd_lite.graph.variable import Operand, Variable

__all__ = [
    "clip",
    "cumulative_prod",
    "cumulative_sum",
    "expand_dims",
    "in_dtype",
    "prod",
    "reshape",
    "std",
    "sum",
    "var",
    "vecdot",
]


def clip(x: Operand, /, min: Operand | None = None, max: Operand | None = None) -> Variable:
    """Limit elements to a range; the result has the type of `x`, whatever the bounds have."""
    if min is None and max is None:
        return asarray(x, copy=True)
    limited = functions.clip(x, min, max)
    return limited if not hasattr(x, "dtype") else astype(limited, x.dtype, copy=False)


def sum(
    x: Operand,
    /,
    *,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
) -> Variable:
    """Add up along axes, in another type if one is given; small integers add up in int64."""
    return in_dtype(functions.sum, x, dtype, axis=axis, keepdims=keepdims)


def prod(
    x: Operand,
    /,
    *,
    axis: Axis = None,
    dtype: npt.DTypeLike | None = None,
    keepdims: bool = False,
) -> Variable:
    """Multiply along axes, in another type if one is given."""
    return in_dtype(functions.prod, x, dtype, axis=axis, keepdims=keepdims)


def std(
    x: Operand, /, *, axis: Axis = None, correction: float = 0.0, keepdims: bool = False
) -> Variable:
    """Return the standard deviation along axes; `correction` is NumPy's ``ddof``."""
    return functions.std(x, axis, correction, keepdims)


def var(
    x: Operand, /, *, axis: Axis = None, correction: float = 0.0, keepdims: bool = False
) -> Variable:
    """Return the variance along axes; `correction` is NumPy's ``ddof``."""
    return functions.var(x, axis, correction, keepdims)


def cumulative_sum(
    x: Operand,
    /,
    *,
    axis: int | None = None,
    dtype: npt.DTypeLike | None = None,
    include_initial: bool = False,
) -> Variable:
    """Add up step by step along an axis, in another type if one is given."""
    made = functions.cumulative_sum
    return in_dtype(made, x, dtype, axis=axis, include_initial=include_initial)


def cumulative_prod(
    x: Operand,
    /,
    *,
    axis: int | None = None,
    dtype: npt.DTypeLike | None = None,
    include_initial: bool = False,
) -> Variable:
    """Multiply step by step along an axis, in another type if one is given."""
    made = functions.cumulative_prod
    return in_dtype(made, x, dtype, axis=axis, include_initial=include_initial)


def vecdot(x1: Operand, x2: Operand, /, *, axis: int = -1) -> Variable:
    """Return the dot products of vectors along an axis, in the type the two have in common."""
    return astype(functions.vecdot(x1, x2, axis=axis), result_type(x1, x2), copy=False)


def reshape(x: Operand, /, shape: tuple[int, ...], *, copy: bool | None = None) -> Variable:
    """Return the same elements in another shape; `copy` True in memory of their own.

    Raises
    ------
    ArgumentError
        If `copy` is False and the elements do not lie in order.
    """
    shaped = functions.reshape(x, shape)
    if copy is None or not isinstance(x, Variable):
        return shaped
    if copy:
        return astype(shaped, shaped.dtype)
    if shaped.size and not np.may_share_memory(shaped._data, x._data):
        msg = f"reshape: shape {x.shape} as {tuple(shape)} needs a copy here; leave copy=False out."
        raise ArgumentError(msg)
    return shaped


def expand_dims(x: Operand, /, *, axis: int = 0) -> Variable:
    """Return the same elements with an axis of length 1 more."""
    return functions.expand_dims(x, axis)


def in_dtype(
    operation: Callable[..., Variable], x: Operand, dtype: npt.DTypeLike | None, **options: object
) -> Variable:
    """Apply an operation in another type, if one is given."""
    if dtype is None:
        return operation(x, **options)
    return astype(operation(astype(x, dtype, copy=False), **options), dtype, copy=False)
