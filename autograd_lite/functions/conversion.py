"""Conversion: the same numbers in another dtype or on another device."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy.typing as npt

from autograd_lite.arrays import Array, as_array, as_dtype, device_of, is_array, to_device
from autograd_lite.errors import DTypeError
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["astype", "to"]


class AsType(Unary):
    """The same numbers in another dtype; the gradient is converted back, to reals its real part."""

    __slots__ = ("before", "dtype")
    name = "astype"
    complexes = True
    cases = (
        Case(A(3, 4), float),
        Case(A(), "float64"),
        Case(A(3), complex),
        Case(A(2, 2, complex=True), complex),
    )
    points = (
        At(X([0.5, -2.0]), "float16", gives=[0.5, -2], arriving=[2, 3], slopes=([2, 3],)),
        At(X([1e6, -1e-9]), "float16", gives=[inf, -0.0], slopes=([1, 1],)),
        At(X([]), "float32", gives=[], slopes=([],)),
        At(X([0.5]), complex, gives=[0.5], arriving=[2 + 3j], slopes=([2],)),
    )
    before: Any
    dtype: npt.DTypeLike

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self.dtype = dtype

    def forward(self, x: Array) -> Array:
        before = self.before = x.dtype
        if before.kind == "c" and as_dtype(self.dtype, "astype").kind != "c":
            msg = (
                f"astype: {before} to {self.dtype} would lose the imaginary part; take "
                "ag.real(x), ag.imag(x) or ag.abs(x)."
            )
            raise DTypeError(msg)
        return x.astype(self.dtype)

    def backward(self, gy: Array) -> Array:
        if gy.dtype.kind == "c" and self.before.kind != "c":
            gy = self.xp.real(gy)
        return gy.astype(self.before)


class ToDevice(Unary):
    """The same numbers on another device; the gradient travels back."""

    __slots__ = ("before", "device")
    name = "to"
    view = True
    complexes = True
    cases = (Case(A(3, 4), "cpu"), Case(A(3, complex=True), "cpu"))
    points = (At(X([0.5, 2.0]), "cpu", gives=[0.5, 2], arriving=[2, 3], slopes=([2, 3],)),)
    before: str
    device: str

    def __init__(self, device: str) -> None:
        self.device = device

    def forward(self, x: Array) -> Array:
        self.before = device_of(x)
        if (
            not self.xp.traps
        ):  # backward comes from a library that may raise flags to one that may not
            self.notes.hides = True
        return to_device(x, self.device)

    def backward(self, gy: Array) -> Array:
        if isinstance(gy, Variable):
            return gy.to(self.before)
        return to_device(gy if is_array(gy) else as_array(gy), self.before)  # 0-d: a scalar


def astype(x: Operand, dtype: npt.DTypeLike) -> Variable:
    """Convert to another floating or complex dtype; the gradient is converted back.

    Raises
    ------
    DTypeError
        If a Variable that requires a gradient is converted to integers or booleans, or complex
        numbers to real ones.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.astype(ag.Variable([1.0, 2.0]), "float32")
    Variable([1., 2.], dtype=float32)
    """
    kind = as_dtype(dtype, "astype").kind
    if kind not in "fiubc":
        msg = f"astype: dtype {dtype} is not supported; convert to numbers."
        raise DTypeError(msg)
    if kind not in "fc" and isinstance(x, Variable) and x.requires_grad:
        msg = f"astype: {dtype} cannot carry a gradient; use .detach() first, or a floating dtype."
        raise DTypeError(msg)
    return unary(AsType(dtype), x)


def to(x: Variable, device: str) -> Variable:
    """Move to a device, ``"cpu"`` or ``"cuda"``; the gradient travels back.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.Variable([1.0]).to("cpu").device
    'cpu'
    """
    return unary(ToDevice(device), x)
