"""What batch_norm and layer_norm share: (x - mean) / √(variance + ε), and its rule."""

from __future__ import annotations

from typing import Any

from autograd_lite.arrays import Array, as_array, is_array, namespace
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions.conversion import astype
from autograd_lite.graph.function import Nary
from autograd_lite.graph.variable import Operand, Variable, constant

__all__ = ["Normalization", "floats", "shape_of", "with_parameters"]

Shape = tuple[int, ...]
Gradients = tuple[Array | None, Array | None, Array | None]


class Normalization(Nary):
    """x̂ = (x - mean) r with r = 1 / √(variance + ε), then x̂ γ + β.

    x̂ and r are hidden outputs: the rule reads nothing else, and second derivatives know where
    they come from. h arriving at x̂ goes on to x as (h - mean h - x̂ · mean(h x̂)) r, and gr
    arriving at r as -x̂ r² gr / n.
    """

    __slots__ = ("core", "count", "eps", "gamma", "half", "r", "shape", "weights", "xhat")
    keeps = ("gamma", "xhat", "r")
    constants = ("weights",)
    outputs = ("out", "xhat", "r")
    hidden = True
    core: Shape  # of x with axes merged
    count: int  # of the elements that share a mean
    eps: float
    gamma: Array | None
    half: bool
    r: Array
    shape: Shape
    weights: Array  # 1 / n, a row or a column: a product of matrices averages fastest
    xhat: Array

    def __init__(self, core: Shape, eps: float) -> None:
        self.core = core
        self.eps = eps

    def average(self, z: Array) -> Array:
        """Average over what shares a mean; the result broadcasts."""
        raise NotImplementedError

    def through(self, g: Array) -> Gradients:
        """Return the gradients of x, γ and β for what arrives at the result."""
        raise NotImplementedError

    def first(self, x: Array) -> Array:
        """Return the first element of what shares a mean; the result broadcasts."""
        raise NotImplementedError

    def standardize(self, x: Array, weights: Shape) -> tuple[Array, Array]:
        """Compute x̂ and r, with weights of some shape; return the mean and the variance.

        The mean of equal numbers is off by rounding errors, which in float32 are not small beside
        √ε: there the first number is taken off before, so that equal numbers give exactly 0.
        """
        self.shape = x.shape
        wide = self.xp.widened(x)
        self.half = wide is not x
        wide = wide.reshape(self.core)
        self.weights = self.xp.full(weights, 1.0 / self.count, dtype=wide.dtype)
        if wide.dtype.itemsize < 8:
            first = self.first(wide)
            apart = wide - first
            rest = self.average(apart)
            apart -= rest
            mean = first + rest
        else:
            mean = self.average(wide)
            apart = wide - mean
        variance = self.average(apart * apart)
        r = self.r = 1.0 / self.xp.sqrt(variance + self.eps)
        apart *= r
        self.xhat = apart
        return mean, variance

    def finished(self, y: Array, shape: Shape) -> Array:
        """Return a result in the shape and dtype of an operand."""
        y = y.reshape(shape)
        return y.astype("float16") if self.half else y

    def projected(self, h: Array, mean: Array, slope: Array, scale: Array) -> Array:
        """Return (h - mean - x̂ slope) scale."""
        gx = self.xhat * slope
        gx -= h
        gx += mean
        gx *= -scale
        return gx

    def backward(
        self, gy: Array | None, gh: Array | None = None, gr: Array | None = None
    ) -> tuple[Array | None, ...]:
        edges, hidden = self._left, None
        if gh is not None:
            mean, slope = self.average(gh), self.average(gh * self.xhat)
            hidden = self.projected(gh, mean, slope, self.r)
        if gr is not None:
            by_r = self.xhat * (gr * self.r * self.r * (-1.0 / self.count))
            hidden = by_r if hidden is None else hidden + by_r
        gx, to_gamma, to_beta = hidden, None, None
        if gy is not None:
            g = gy.reshape(self.core)
            gx, to_gamma, to_beta = self.through(g.astype("float32") if self.half else g)
            gx = gx if hidden is None or gx is None else gx + hidden
        found = [None if gx is None or edges[0] is None else self.finished(gx, self.shape)]
        for other, _ in zip((to_gamma, to_beta), edges[1:], strict=False):
            shape = self.gamma.shape if self.gamma is not None else ()
            found.append(None if other is None else self.finished(other, shape))
        return tuple(found)


def floats(x: Operand) -> Variable:
    """Return an operand as a Variable of floats; an array is shared, and must not be kept."""
    v = x if isinstance(x, Variable) else constant(as_array(x))
    return v if v._data.dtype.kind == "f" else astype(v, float)


def shape_of(value: Any, what: str) -> Shape:
    """Return the shape of a Variable, an array or a list."""
    if isinstance(value, Variable):
        return value._data.shape
    return value.shape if is_array(value) else as_array(value, what=what).shape


def with_parameters(
    what: str, v: Variable, gamma: Any, beta: Any, shape: Shape, eps: float
) -> tuple[Any, ...]:
    """Return x, γ and β as far as they are given, checked; γ is made where only β is.

    Raises
    ------
    ShapeError
        If a parameter has another shape.
    ArgumentError
        If ε is not more than 0.
    """
    for value in (gamma, beta):
        if value is not None and (found := shape_of(value, what)) != shape:
            msg = (
                f"{what}: gamma and beta need shape {shape} for x of shape {v.shape}, not {found}; "
                "reshape them, or name another axis."
            )
            raise ShapeError(msg)
    if not eps > 0:
        msg = f"{what}: eps is {eps}; pass a small positive number."
        raise ArgumentError(msg)
    if gamma is None:
        if beta is None:
            return (v,)
        gamma = namespace(v._data).ones(shape, dtype=v.dtype)
    return (v, gamma) if beta is None else (v, gamma, beta)
