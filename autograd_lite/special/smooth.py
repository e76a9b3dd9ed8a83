"""What the operations of this room share: a value of SciPy's, and a slope that is a formula.

SciPy computes in float32 or float64, so float16 is widened on the way in and narrowed on the way
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.errors import ShapeError
from autograd_lite.functions.constants import beside
from autograd_lite.functions.reductions import narrow, wide
from autograd_lite.functions.shapes import broadcast_to
from autograd_lite.functions.targets import as_floats
from autograd_lite.graph.apply import unary
from autograd_lite.graph.function import Binary, Elementwise
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["FromResult", "Ordered", "Smooth", "SmoothPair", "of_order", "psi_of", "series"]

Pair = tuple[Array | None, Array | None]


class Smooth(Elementwise):
    """f(x), whose slope is a formula of x; named as SciPy's function is."""

    __slots__ = keeps = ("x",)
    x: Array

    def value(self, x: Array) -> Array:
        """Return f(x)."""
        return getattr(self.xp.special, self.name)(x)

    def slope(self, x: Array) -> Array:
        """Return f'(x)."""
        raise NotImplementedError

    def forward(self, x: Array) -> Array:
        self.x = x
        return narrow(self.value(wide(x)), x)

    def backward(self, gy: Array) -> Array:
        return narrow(wide(gy) * self.slope(wide(self.x)), gy)


class FromResult(Elementwise):
    """f(x), whose slope is a formula of f(x)."""

    __slots__ = keeps = ("out",)
    out: Array

    def slope(self, out: Array) -> Array:
        """Return f'(x), where f(x) is `out`."""
        raise NotImplementedError

    def forward(self, x: Array) -> Array:
        out = self.out = narrow(getattr(self.xp.special, self.name)(wide(x)), x)
        return out

    def backward(self, gy: Array) -> Array:
        return narrow(wide(gy) * self.slope(wide(self.out)), gy)


class SmoothPair(Binary):
    """f(a, b), whose slopes are formulas of a and b."""

    __slots__ = keeps = ("a", "b")
    a: Array
    b: Array

    def slope_a(self, a: Array, b: Array) -> Array:
        """Return ∂f/∂a."""
        raise NotImplementedError

    def slope_b(self, a: Array, b: Array) -> Array:
        """Return ∂f/∂b."""
        raise NotImplementedError

    def forward(self, a: Array, b: Array) -> Array:
        self.a = a
        self.b = b
        return narrow(getattr(self.xp.special, self.name)(wide(a), wide(b)), a)

    def backward(self, gy: Array) -> Pair:
        a, b, g = wide(self.a), wide(self.b), wide(gy)
        return (
            None if self._left is None else narrow(g * self.slope_a(a, b), gy),
            None if self._right is None else narrow(g * self.slope_b(a, b), gy),
        )


class Ordered(Smooth):
    """f(x) with constants before x, such as the order of a Bessel function.

    The constants are arrays of the operand's dtype, float32 at least.
    """

    __slots__ = ("orders",)
    constants = ("orders",)
    orders: Sequence[Array]

    def __init__(self, orders: Sequence[Array]) -> None:
        self.orders = orders

    def value(self, x: Array) -> Array:
        return getattr(self.xp.special, self.name)(*self.orders, x)


def of_order(operation: type[Ordered], x: Operand, /, **orders: object) -> Variable:
    """Apply an operation to x and to constants that broadcast with it.

    Raises
    ------
    OperandError
        If a constant is a Variable that requires a gradient.
    ShapeError
        If the shapes do not fit together.
    """
    name = operation.name
    v = as_floats(x, name)
    constants: list[Any] = [
        beside(given, (v,), f"{name}: {what}") for what, given in orders.items()
    ]
    shapes = [v.shape, *[constant.shape for constant in constants]]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError as error:
        msg = f"{name}: shapes {' and '.join(map(str, shapes))} do not fit; reshape one."
        raise ShapeError(msg) from error
    kind = np.dtype(np.float32) if v.dtype.itemsize < 4 else v.dtype
    return unary(
        operation([constant.astype(kind) for constant in constants]),
        v if shape == v.shape else broadcast_to(v, shape),
    )


def psi_of(xp: Any, x: Array) -> Array:
    """Return ψ(x), with the flag raised at its poles: values there need not be NaN where it is."""
    slope = xp.special.psi(x)
    return xp.where(slope != slope, inf, slope) * (slope == slope)  # ∞ · 0 there


def series(coefficients: Sequence[float], x: Array) -> Array:
    """Return Σ c[k] · x**k by Horner's rule; `x` may be recorded."""
    total: Any = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        total = total * x + coefficient
    return total
