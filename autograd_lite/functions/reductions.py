"""Reductions: sum, mean, max."""

from __future__ import annotations

from autograd_lite.arrays import Array
from autograd_lite.errors import ShapeError
from autograd_lite.functions.constants import integer
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, Case
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Axis, Operand, Variable

__all__ = ["max", "mean", "sum"]

_REDUCTIONS = (
    Case(A(3, 4, distinct=True)),
    Case(A(3, 4, distinct=True), axis=0),
    Case(A(2, 3, 4, distinct=True), axis=(0, -1)),
    Case(A(2, 3, distinct=True), axis=1, keepdims=True),
    Case(A()),
)


class Reduction(Unary):
    """What reductions share: the axes, and the shape with ones in their place."""

    __slots__ = ("axis", "keepdims", "kept_shape", "shape")
    axis: tuple[int, ...]
    keepdims: bool
    shape: tuple[int, ...]
    kept_shape: tuple[int, ...]

    def __init__(self, axis: Axis, keepdims: bool) -> None:
        self.axis = axis  # type: ignore[assignment]
        self.keepdims = keepdims

    def over(self, x: Array) -> tuple[int, ...]:
        """Note the shapes of `x` and return the axes as a tuple of non-negative numbers."""
        shape = self.shape = x.shape
        axes = self.axis = normalized_axes(self.axis, len(shape), self.name)
        self.kept_shape = tuple([1 if i in axes else n for i, n in enumerate(shape)])
        return axes

    def spread(self, g: Array) -> Array:
        """Put a reduced array back into the shape of the operand (a broadcast view)."""
        if g.ndim:
            g = self.xp.reshape(g, self.kept_shape)
        return self.xp.broadcast_to(g, self.shape)


class Sum(Reduction):
    """The sum over some axes; every summand gets the gradient that arrives."""

    __slots__ = ()
    name = "sum"
    symbol = "Σ"
    cases = (*_REDUCTIONS, Case(A(0, 3), axis=0))

    def forward(self, x: Array) -> Array:
        return self.xp.sum(x, axis=self.over(x), keepdims=self.keepdims)

    def backward(self, gy: Array) -> Array:
        return self.spread(gy)


class Mean(Reduction):
    """The mean over some axes; every one of n elements gets 1/n of the gradient."""

    __slots__ = ("scale",)
    name = "mean"
    cases = _REDUCTIONS
    scale: float

    def forward(self, x: Array) -> Array:
        axes = self.over(x)
        count = 1
        for axis in axes:
            count *= x.shape[axis]
        if count == 0:
            msg = f"mean: axis {axes} of shape {x.shape} is empty, so there is no mean; use sum()."
            raise ShapeError(msg)
        self.scale = 1.0 / count
        return self.xp.mean(x, axis=axes, keepdims=self.keepdims)

    def backward(self, gy: Array) -> Array:
        return self.spread(gy * self.scale)


class Max(Reduction):
    """The largest element over some axes; it gets the gradient."""

    __slots__ = ("out", "x")
    keeps = ("out", "x")
    selects = True
    name = "max"
    subgradient = "equal largest elements share the gradient"
    cases = _REDUCTIONS
    out: Array
    x: Array

    def forward(self, x: Array) -> Array:
        axes = self.over(x)
        self.x = x
        if 0 in [x.shape[axis] for axis in axes]:
            msg = f"max: axis {axes} of shape {x.shape} is empty, so there is no largest element."
            raise ShapeError(msg)
        out = self.out = self.xp.max(x, axis=axes, keepdims=self.keepdims)
        return out

    def backward(self, gy: Array) -> Array:
        largest = self.x == self._kept(self.out)
        ties = largest.sum(axis=self.axis, keepdims=True)
        share = (1 / (ties + (ties == 0))).astype(gy.dtype)  # no tie at all: NaN
        share = self._kept(gy) * share
        return share * largest

    def _kept(self, reduced: Array) -> Array:
        return self.xp.reshape(reduced, self.kept_shape)


def normalized_axes(axis: Axis, ndim: int, what: str) -> tuple[int, ...]:
    """Return axes as non-negative numbers; None means all.

    Raises
    ------
    ShapeError
        For an axis out of range or named twice.
    """
    if axis is None:
        return tuple(range(ndim))
    given = axis if isinstance(axis, tuple) else (axis,)
    axes = []
    for one in given:
        i = integer(one, f"{what}: axis")
        if not -ndim <= i < ndim or i % ndim in axes:
            msg = f"{what}: axis {axis} does not fit an array of {ndim} axes; each once, in range."
            raise ShapeError(msg)
        axes.append(i % ndim)
    return tuple(axes)


def sum(x: Operand, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Sum the elements over some axes.

    Parameters
    ----------
    x : Variable or array
    axis : int, tuple of int or None
        The axes to sum over; None for all.
    keepdims : bool
        Keep the axes with length 1.

    Returns
    -------
    Variable
        Of the shape that is left. float16 is accumulated in float32.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.sum(ag.Variable([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    Variable([4., 6.])
    """
    return unary(Sum(axis, keepdims), x)


def mean(x: Operand, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Average the elements over some axes.

    Raises
    ------
    ShapeError
        If there is nothing to average.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.mean(ag.Variable([1.0, 2.0, 6.0]))
    Variable(3.0)
    """
    return unary(Mean(axis, keepdims), x)


def max(x: Operand, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Return the largest element over some axes; equal ones share the gradient.

    Raises
    ------
    ShapeError
        If there is nothing to choose from.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, 5.0, 5.0])
    >>> ag.max(x).backward()
    >>> print(x.grad)
    [0.  0.5 0.5]
    """
    return unary(Max(axis, keepdims), x)
