"""Batched: many gradients of one shape in one array, whose first axis the rules do not see.

A rule is written against its operands' namespace. Given this one it works on all rows of a Jacobian
at once. What is not known here raises :class:`UnbatchedError`, and the caller takes row after row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from autograd_lite.arrays import NUMPY, Array, Namespace
from autograd_lite.errors import OperandError

__all__ = ["BATCHED", "Batched", "UnbatchedError"]

_BASIC = (int, np.integer, slice, type(None), type(Ellipsis))


class UnbatchedError(OperandError):
    """What cannot be done to all rows at once."""


class Batched(NDArrayOperatorsMixin):
    """Arrays of one shape, stacked: NumPy's operators and methods act on each.

    Parameters
    ----------
    array : array, (rows, ...)

    Examples
    --------
    >>> rows = Batched(np.arange(6.0).reshape(2, 3))
    >>> rows.shape, (rows * [1.0, 10.0, 100.0]).sum().array.tolist()
    ((3,), [210.0, 543.0])
    """

    __slots__ = ("array",)

    def __init__(self, array: Array) -> None:
        self.array = array

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape[1:]

    @property
    def ndim(self) -> int:
        return self.array.ndim - 1

    @property
    def size(self) -> int:
        return self.array.size // len(self.array)

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.array.dtype

    @property
    def T(self) -> Batched:
        return self.transpose()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options or ufunc.nout != 1:
            raise UnbatchedError(ufunc.__name__)
        if ufunc is np.matmul:
            return Batched(_product(*inputs))
        return Batched(ufunc(*_aligned(inputs)))

    def __array_function__(self, function: Any, *_called: Any) -> Any:
        raise UnbatchedError(function.__name__)

    def __getattr__(self, name: str) -> Any:
        raise UnbatchedError(name)

    def __array__(self, *_wanted: Any, **_options: Any) -> Array:
        raise UnbatchedError("asarray")

    def __bool__(self) -> bool:
        raise UnbatchedError("bool")

    def __len__(self) -> int:
        raise UnbatchedError("len")

    def __getitem__(self, index: Any) -> Batched:
        return Batched(self.array[_below(index)])

    def astype(self, dtype: Any) -> Batched:
        return Batched(self.array.astype(dtype))

    def copy(self) -> Batched:
        return Batched(self.array.copy())

    def reshape(self, *shape: Any) -> Batched:
        wanted = shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape
        return Batched(self.array.reshape((len(self.array), *wanted)))

    def transpose(self, *axes: Any) -> Batched:
        given = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        order = given or range(self.ndim)[::-1]
        return Batched(self.array.transpose((0, *[a % self.ndim + 1 for a in order])))

    def sum(self, axis: Any = None, *, keepdims: bool = False) -> Batched:
        return Batched(NUMPY.sum(self.array, self._axes(axis), keepdims=keepdims))

    def _axes(self, axis: Any) -> tuple[int, ...]:
        """Return axes as the whole array counts them."""
        if axis is None:
            return tuple(range(1, self.array.ndim))
        return tuple([a % self.ndim + 1 for a in (axis if isinstance(axis, tuple) else (axis,))])


def _stretched(x: Batched, ndim: int) -> Array:
    """Return the array with that many axes besides the first, new ones in front of the old."""
    new = (1,) * (ndim - x.ndim)
    return x.array.reshape((len(x.array), *new, *x.shape)) if new else x.array


def _aligned(inputs: Sequence[Any]) -> list[Any]:
    """Return operands so that NumPy broadcasts them row by row."""
    ndim = max([np.ndim(x) if type(x) is not Batched else x.ndim for x in inputs])
    return [_stretched(x, ndim) if type(x) is Batched else x for x in inputs]


def _product(a: Any, b: Any) -> Array:
    if type(a) is Batched and type(b) is not Batched:
        if b.ndim == 2 or (b.ndim == 1 and a.ndim > 1):
            product: Array = np.matmul(a.array, b)
            return product
    elif type(b) is Batched and type(a) is not Batched and a.ndim == 2:
        if b.ndim == 1:
            turned: Array = np.matmul(b.array, a.T)
            return turned
        if b.ndim == 2:
            products: Array = np.matmul(a, b.array)
            return products
    raise UnbatchedError("matmul")


def _below(index: Any) -> tuple[Any, ...]:
    """Return an index that leaves the first axis as it is."""
    parts = index if isinstance(index, tuple) else (index,)
    if len(parts) > 1 and not all([isinstance(part, _BASIC) for part in parts]):
        raise UnbatchedError("an index of several arrays")  # where NumPy moves axes to the front
    return (slice(None), *parts)


def _sum_to(x: Batched, shape: tuple[int, ...]) -> Batched:
    if x.shape == shape:
        return x
    rows = len(x.array)
    new = (1,) * (x.ndim - len(shape))
    return Batched(NUMPY.sum_to(x.array, (rows, *new, *shape)).reshape((rows, *shape)))


def _broadcast_to(x: Batched, shape: Any) -> Batched:
    wanted = (shape,) if isinstance(shape, int) else tuple(shape)
    stretched = _stretched(x, len(wanted))
    return Batched(np.broadcast_to(stretched, (len(x.array), *wanted)))


def _scatter_add(x: Batched, index: Any, shape: tuple[int, ...]) -> Batched:
    return Batched(NUMPY.scatter_add(x.array, _below(index), (len(x.array), *shape)))


def _expand_dims(x: Batched, axis: Any) -> Batched:
    axes = axis if isinstance(axis, tuple) else (axis,)
    ndim = x.ndim + len(axes)
    return Batched(np.expand_dims(x.array, tuple([a % ndim + 1 for a in axes])))


def _where(condition: Any, a: Any, b: Any) -> Batched:
    return Batched(np.where(*_aligned((condition, a, b))))


_KNOWN: dict[str, Callable[..., Any]] = {
    "broadcast_to": _broadcast_to,
    "column_sums": lambda x: x.sum(0),
    "expand_dims": _expand_dims,
    "reshape": Batched.reshape,
    "scatter_add": _scatter_add,
    "sum": Batched.sum,
    "sum_to": _sum_to,
    "transpose": Batched.transpose,
    "where": _where,
}


class _Rows(Namespace):
    """NumPy's namespace, in which a few functions also take :class:`Batched`."""

    def __getattr__(self, attribute: str) -> Callable[..., Array]:
        plain: Any = getattr(NUMPY, attribute)
        if not callable(plain) or isinstance(plain, np.ufunc | type):
            return plain  # type: ignore[no-any-return]
        known = _KNOWN.get(attribute)

        def either(*args: Any, **options: Any) -> Any:
            if not any([_holds_rows(x) for x in (*args, *options.values())]):
                return plain(*args, **options)
            if known is None:
                raise UnbatchedError(attribute)
            return known(*args, **options)

        self.__dict__[attribute] = either
        return either


def _holds_rows(x: Any) -> bool:
    if isinstance(x, tuple | list):
        return any([type(item) is Batched for item in x])
    return type(x) is Batched


BATCHED = _Rows("NumPy, row by row", np, {}, traps=True)
