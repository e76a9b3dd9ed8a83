"""Arrays out of nothing, of numbers, and of other arrays: Variables without gradient.

What is made of a Variable that requires a gradient keeps it: ``asarray(v)`` is `v`, and
``asarray([a, b])`` stacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_lite import functions
from autograd_lite.array_api.constants import value_of
from autograd_lite.array_api.dtypes import astype
from autograd_lite.arrays import NUMPY, Array, is_array, to_device
from autograd_lite.errors import ArgumentError, DTypeError
from autograd_lite.functions.operands import library_among
from autograd_lite.graph.variable import Operand, Variable, leaf_from

__all__ = [
    "arange",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
    "full",
    "full_like",
    "linspace",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]

Shape = int | tuple[int, ...]


def asarray(
    obj: Any,
    /,
    *,
    dtype: npt.DTypeLike | None = None,
    device: str | None = None,
    copy: bool | None = None,
) -> Variable:
    """Return an array, number or nested sequence as a Variable; integers stay integers.

    Parameters
    ----------
    obj : Variable, array, number or nested sequence
    dtype : dtype, optional
    device : str, optional
    copy : bool, optional
        False raises where a copy is needed. None copies what is no Variable yet.

    Raises
    ------
    ArgumentError
        If `copy` is False and a copy is needed.
    DTypeError
        For what is no number.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite import array_api as xp
    >>> a, b = ag.Variable(2.0), ag.Variable(3.0)
    >>> xp.asarray([a, b, 4.0]).sum().backward()
    >>> print(a.grad)
    1.0
    """
    if isinstance(obj, Variable):
        return _converted(obj, dtype, device, copy)
    if isinstance(obj, list | tuple) and _holds_variables(obj):
        rows = [asarray(item, dtype=dtype, device=device) for item in obj]
        return functions.stack(rows)
    array = _array_of(obj, dtype)
    if copy is False and array is not obj:
        msg = f"asarray: a {type(obj).__name__} cannot be shared; leave copy=False out."
        raise ArgumentError(msg)
    if array is obj and copy is not False:
        array = array.copy()
    return _placed(array, device)


def from_dlpack(x: Any, /, *, device: str | None = None, copy: bool | None = None) -> Variable:
    """Return another library's array as a Variable without gradient; `copy` False shares it."""
    array: Array = np.from_dlpack(x)
    return _placed(array if copy is False else array.copy(), device)


def empty(
    shape: Shape, *, dtype: npt.DTypeLike | None = None, device: str | None = None
) -> Variable:
    """Return an array of zeros: what is not initialized would differ from run to run."""
    return zeros(shape, dtype=dtype, device=device)


def zeros(
    shape: Shape, *, dtype: npt.DTypeLike | None = None, device: str | None = None
) -> Variable:
    """Return an array of zeros."""
    return _placed(np.zeros(shape, dtype), device)


def ones(
    shape: Shape, *, dtype: npt.DTypeLike | None = None, device: str | None = None
) -> Variable:
    """Return an array of ones."""
    return _placed(np.ones(shape, dtype), device)


def full(
    shape: Shape,
    fill_value: Operand,
    *,
    dtype: npt.DTypeLike | None = None,
    device: str | None = None,
) -> Variable:
    """Return an array of one number; a Variable's gradient is the sum of the array's."""
    if isinstance(fill_value, Variable):
        return asarray(functions.broadcast_to(fill_value, shape), dtype=dtype, device=device)
    return _placed(np.full(shape, fill_value, dtype), device)


def empty_like(
    x: Operand, /, *, dtype: npt.DTypeLike | None = None, device: str | None = None
) -> Variable:
    """Return zeros in the shape of `x`, and in its type unless another is given."""
    return zeros_like(x, dtype=dtype, device=device)


def zeros_like(
    x: Operand, /, *, dtype: npt.DTypeLike | None = None, device: str | None = None
) -> Variable:
    """Return zeros in the shape of `x`, and in its type unless another is given."""
    return full_like(x, 0, dtype=dtype, device=device)


def ones_like(
    x: Operand, /, *, dtype: npt.DTypeLike | None = None, device: str | None = None
) -> Variable:
    """Return ones in the shape of `x`, and in its type unless another is given."""
    return full_like(x, 1, dtype=dtype, device=device)


def full_like(
    x: Operand,
    /,
    fill_value: Operand,
    *,
    dtype: npt.DTypeLike | None = None,
    device: str | None = None,
) -> Variable:
    """Return one number in the shape of `x`, in its type unless another is given."""
    value = value_of(x)
    if isinstance(fill_value, Variable):
        wanted = value.dtype if dtype is None else dtype
        return full(value.shape, fill_value, dtype=wanted, device=device)
    made: Array = library_among(value).full_like(value, fill_value, dtype=dtype)
    return _placed(made, device)


def arange(
    start: float,
    /,
    stop: float | None = None,
    step: float = 1,
    *,
    dtype: npt.DTypeLike | None = None,
    device: str | None = None,
) -> Variable:
    """Return evenly spaced numbers from `start` and below `stop`; from 0 with one bound."""
    first, last = (0, start) if stop is None else (start, stop)
    numbers: Array = NUMPY.arange(value_of(first), value_of(last), value_of(step), dtype=dtype)
    return _placed(numbers, device)


def linspace(
    start: Operand,
    stop: Operand,
    /,
    num: int,
    *,
    dtype: npt.DTypeLike | None = None,
    device: str | None = None,
    endpoint: bool = True,
) -> Variable:
    """Return `num` evenly spaced numbers; gradients reach ends that are Variables."""
    if isinstance(start, Variable) or isinstance(stop, Variable):
        way = np.linspace(0.0, 1.0, num, endpoint=endpoint)
        ends = [asarray(end, device=device) for end in (start, stop)]
        return asarray(ends[0] * (1.0 - way) + ends[1] * way, dtype=dtype)
    numbers: Array = NUMPY.linspace(start, stop, num, endpoint=endpoint, dtype=dtype)
    return _placed(numbers, device)


def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    *,
    k: int = 0,
    dtype: npt.DTypeLike | None = None,
    device: str | None = None,
) -> Variable:
    """Return a matrix with ones on the diagonal that lies `k` above the main one."""
    return _placed(np.eye(n_rows, n_cols, k, float if dtype is None else dtype), device)


def _placed(array: Array, device: str | None) -> Variable:
    """Return an array that is ours to give away as a Variable without gradient."""
    moved = array if device is None else to_device(array, device)
    return leaf_from(moved, requires_grad=False)


def _converted(
    x: Variable, dtype: npt.DTypeLike | None, device: str | None, copy: bool | None
) -> Variable:
    moves = device is not None and device != x.device
    converts = dtype is not None and x.dtype != dtype
    if copy is False and (moves or converts):
        msg = "asarray: another dtype or device needs a copy; leave copy=False out."
        raise ArgumentError(msg)
    if not (moves or converts or copy):
        return x
    return astype(x, x.dtype if dtype is None else dtype, device=device)


def _holds_variables(items: Sequence[Any]) -> bool:
    """Whether a Variable is somewhere in nested sequences."""
    return any(
        [
            isinstance(item, Variable)
            or (isinstance(item, list | tuple) and _holds_variables(item))
            for item in items
        ]
    )


def _array_of(obj: Any, dtype: npt.DTypeLike | None) -> Array:
    if is_array(obj):
        array: Array = obj if dtype is None or obj.dtype == dtype else obj.astype(dtype)
    else:
        array = NUMPY.asarray(obj, dtype=dtype)
    if array.dtype.kind not in "fiubc":
        msg = f"asarray: dtype {array.dtype} is not supported; pass numbers or booleans."
        raise DTypeError(msg)
    return array
