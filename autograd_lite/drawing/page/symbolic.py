"""NumPy's names for symbols: what a rule may ask of ``xp`` when it runs on expressions."""

from __future__ import annotations

from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.drawing.page.primitives import PRIMITIVES
from autograd_lite.errors import AutogradError

if TYPE_CHECKING:
    from autograd_lite.drawing.page.symbols import Symbol, Symbols

__all__ = ["Axis", "NotSymbolicError", "Shape", "SymbolicNumPy", "reduced_shape"]

Shape: TypeAlias = tuple[int, ...]
Axis: TypeAlias = int | tuple[int, ...] | None


class NotSymbolicError(AutogradError):
    """A rule asked a symbol for something that only an array with values can give."""


class SymbolicNumPy:
    """The module that rules find NumPy's names in; what is not here raises."""

    finfo = staticmethod(np.finfo)

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self.where = symbols.choose
        self.clip = symbols.clip
        self.matmul = symbols.matmul
        self.max = self.min = self.prod = self._single

    def __getattr__(self, name: str) -> Any:
        if name in PRIMITIVES:
            return partial(self._symbols.apply, name)
        raise NotSymbolicError(f"it uses {name}")

    def sum(
        self, x: Symbol, axis: Axis = None, *, keepdims: bool = False, dtype: Any = None
    ) -> Symbol:
        return x.sum(axis, keepdims=keepdims, dtype=dtype)

    def mean(
        self, x: Symbol, axis: Axis = None, *, keepdims: bool = False, dtype: Any = None
    ) -> Symbol:
        total = x.sum(axis, keepdims=keepdims, dtype=dtype)
        return total if total.size == x.size else total / (x.size / total.size)

    def _single(self, x: Symbol, axis: Axis = None, *, keepdims: bool = False) -> Symbol:
        """Return the largest, the smallest, or the product of a single element: itself."""
        shape = reduced_shape(x.shape, axis, keepdims=keepdims)
        if prod(shape) != x.size:
            raise NotSymbolicError("it compares or multiplies many elements")
        return x.reshape(shape)

    def reshape(self, x: Symbol, shape: Any) -> Symbol:
        return x.reshape(shape)

    def transpose(self, x: Symbol, axes: Any = ()) -> Symbol:
        return x.transpose(axes)

    def swapaxes(self, x: Symbol, first: int, second: int) -> Symbol:
        return x.swapaxes(first, second)

    def expand_dims(self, x: Symbol, axis: Any) -> Symbol:
        outline: Array = np.broadcast_to(np.float64(0), x.shape)
        return x.reshape(np.expand_dims(outline, axis).shape)

    def squeeze(self, x: Symbol, axis: Any = None) -> Symbol:
        outline: Array = np.broadcast_to(np.float64(0), x.shape)
        return x.reshape(np.squeeze(outline, axis).shape)

    def broadcast_to(self, x: Symbol, shape: Shape) -> Symbol:
        if prod(shape) == x.size:
            return x.reshape(shape)
        return self._symbols.made("spread", (x,), shape, x.dtype)

    def zeros(self, shape: Shape, dtype: Any = np.float64) -> Symbol:
        return self._symbols.constant(np.zeros((), dtype), tuple(shape))

    def ones(self, shape: Shape, dtype: Any = np.float64) -> Symbol:
        return self._symbols.constant(np.ones((), dtype), tuple(shape))

    def zeros_like(self, x: Symbol) -> Symbol:
        return self.zeros(x.shape, x.dtype)

    def ones_like(self, x: Symbol) -> Symbol:
        return self.ones(x.shape, x.dtype)

    def square(self, x: Symbol) -> Symbol:
        return x * x

    def absolute(self, x: Symbol) -> Symbol:
        return abs(x)

    def asarray(self, x: Any, dtype: Any = None) -> Symbol:
        symbol = self._symbols.operand(x, np.dtype(np.float64))
        return symbol if dtype is None else symbol.astype(dtype)


def reduced_shape(shape: Shape, axis: Axis, *, keepdims: bool) -> Shape:
    """Return what is left of a shape when some axes are reduced."""
    axes = range(len(shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = {i % len(shape) for i in axes} if shape else set()
    if keepdims:
        return tuple([1 if i in gone else n for i, n in enumerate(shape)])
    return tuple([n for i, n in enumerate(shape) if i not in gone])
