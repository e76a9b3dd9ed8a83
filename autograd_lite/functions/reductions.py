"""Reductions: sum, mean, max, min, logsumexp, and what all reductions share."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, prod

from autograd_lite.arrays import Array
from autograd_lite.errors import AxisError, ShapeError
from autograd_lite.functions.constants import integer
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Axis, Operand, Variable

__all__ = ["logsumexp", "max", "mean", "min", "sum"]

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

    def count(self, what: str) -> int:
        """Return how many elements make one result; at least one, for there is no `what` of none.

        Raises
        ------
        ShapeError
            If there are none.
        """
        shape, axes = self.shape, self.axis
        count = prod([shape[axis] for axis in axes])
        if count == 0:
            msg = f"{self.name}: axis {axes} of shape {shape} is empty, so there is no {what}."
            raise ShapeError(msg)
        return count

    def kept(self, reduced: Array) -> Array:
        """Give a result, or its gradient, axes of length 1 where the operand's were reduced."""
        return reduced.reshape(self.kept_shape) if reduced.ndim else reduced

    def reduced(self, kept: Array) -> Array:
        """Drop the axes of length 1 from a result that has them, unless they are wanted."""
        if self.keepdims:
            return kept
        axes = self.axis
        return kept.reshape(tuple([n for i, n in enumerate(self.shape) if i not in axes]))

    def spread(self, g: Array) -> Array:
        """Put a reduced array back into the shape of the operand (a broadcast view)."""
        return self.xp.broadcast_to(self.kept(g), self.shape)


class Sum(Reduction):
    """The sum over some axes; every summand gets the gradient that arrives."""

    __slots__ = ()
    name = "sum"
    symbol = "Σ"
    complexes = True
    cases = (
        *_REDUCTIONS,
        Case(A(0, 3), axis=0),
        Case(A(2, 3, complex=True), axis=1),
    )
    points = (
        At(X([[], []]), axis=1, gives=[0.0, 0.0], slopes=([[], []],)),
        At(X([1e4, -1e4, inf]), gives=inf, slopes=([1.0, 1.0, 1.0],)),
    )

    def forward(self, x: Array) -> Array:
        return self.xp.sum(x, axis=self.over(x), keepdims=self.keepdims)

    def backward(self, gy: Array) -> Array:
        return self.spread(gy)


class Mean(Reduction):
    """The mean over some axes; every one of n elements gets 1/n of the gradient."""

    __slots__ = ("scale",)
    name = "mean"
    complexes = True
    cases = (*_REDUCTIONS, Case(A(2, 3, complex=True), axis=1))
    points = (
        At(X([[1.0, 2.0], [3.0, 6.0]]), axis=-1, gives=[1.5, 4.5], slopes=([[0.5, 0.5]] * 2,)),
        At(X([[1.0], [3.0]]), axis=(), gives=[[1.0], [3.0]], slopes=([[1.0], [1.0]],)),
    )
    scale: float

    def forward(self, x: Array) -> Array:
        axes = self.over(x)
        self.scale = 1.0 / self.count("mean; use sum()")
        return self.xp.mean(x, axis=axes, keepdims=self.keepdims)

    def backward(self, gy: Array) -> Array:
        return self.spread(gy * self.scale)


class Extreme(Reduction):
    """What max and min share: equal extreme elements share the gradient."""

    __slots__ = ("out", "x")
    keeps = ("out", "x")
    selects = True
    cases = _REDUCTIONS
    out: Array
    x: Array

    def found(self, x: Array, extreme: Callable[..., Array], what: str) -> Array:
        """Reduce, and keep what tells which elements were chosen."""
        axes = self.over(x)
        self.count(what)
        self.x = x
        out = self.out = extreme(x, axis=axes, keepdims=self.keepdims)
        return out

    def shared(self, gy: Array) -> tuple[Array, Array]:
        """Return which elements were chosen, and what each of them gets."""
        chosen = self.x == self.kept(self.out)
        ties = chosen.sum(axis=self.axis, keepdims=True)
        share = (1 / (ties + (ties == 0))).astype(gy.dtype)  # none at all: NaN
        return chosen, self.kept(gy) * share

    def backward(self, gy: Array) -> Array:
        chosen, share = self.shared(gy)
        return share * chosen.astype(gy.dtype)


class Max(Extreme):
    """The largest element over some axes; it gets the gradient."""

    __slots__ = ()
    name = "max"
    subgradient = "equal largest elements share the gradient"
    points = (
        At(X([1.0, 3.0, 3.0]), gives=3.0, slopes=([0.0, 0.5, 0.5],)),
        At(X([[2.0, 2.0], [1e4, -1e4]]), axis=1, gives=[2.0, 1e4],
           slopes=([[0.5, 0.5], [1.0, 0.0]],)),
        At(X([-inf, 1.0, inf]), gives=inf, slopes=([0.0, 0.0, 1.0],)),
        At(X([-0.0, 0.0]), gives=0.0, slopes=([0.5, 0.5],)),
        At(X([5.0]), axis=0, gives=5.0, slopes=([1.0],)),
    )  # fmt: skip

    def forward(self, x: Array) -> Array:
        return self.found(x, self.xp.max, "largest element")


class Min(Extreme):
    """The smallest element over some axes; it gets the gradient."""

    __slots__ = ()
    name = "min"
    subgradient = "equal smallest elements share the gradient"
    points = (
        At(X([1.0, 1.0, 3.0]), gives=1.0, slopes=([0.5, 0.5, 0.0],)),
        At(X([[2.0, 2.0], [1e4, -1e4]]), axis=1, gives=[2.0, -1e4],
           slopes=([[0.5, 0.5], [0.0, 1.0]],)),
        At(X([-inf, 1.0, inf]), gives=-inf, slopes=([1.0, 0.0, 0.0],)),
    )  # fmt: skip

    def forward(self, x: Array) -> Array:
        return self.found(x, self.xp.min, "smallest element")


class LogSumExp(Reduction):
    """log Σ exp x, shifted by the largest x; each x gets its share exp(x) / Σ exp x."""

    __slots__ = ("shift", "x")
    keeps = ("x",)
    constants = ("shift",)
    name = "logsumexp"
    subgradient = "0 where all elements are -∞"
    cases = (
        Case(A(3, 4)),
        Case(A(3, 4), axis=0),
        Case(A(2, 3, 4), axis=(0, -1), keepdims=True),
        Case(A()),
    )
    points = (
        At(X([1e4, 1e4]), gives=1e4 + 0.6931471805599453, slopes=([0.5, 0.5],)),
        At(X([-1e4, -1e4]), gives=-1e4 + 0.6931471805599453, slopes=([0.5, 0.5],)),
        At(X([-1e4, 1e4]), gives=1e4, slopes=([0.0, 1.0],)),
        At(X([-inf, 2.0]), gives=2.0, slopes=([0.0, 1.0],)),
        At(X([[-inf, -inf], [0.0, 0.0]]), axis=1, gives=[-inf, 0.6931471805599453],
           slopes=([[0.0, 0.0], [0.5, 0.5]],)),
        At(X([3.0]), gives=3.0, slopes=([1.0],)),
    )  # fmt: skip
    shift: Array
    x: Array

    def forward(self, x: Array) -> Array:
        xp = self.xp
        axes = self.over(x)
        self.count("sum to take the logarithm of")
        self.x = x
        exact = xp.widened(x)
        top = xp.max(exact, axis=axes, keepdims=True)
        shift = self.shift = xp.where(xp.isfinite(top), top, 0.0)
        total = xp.sum(xp.exp(exact - shift), axis=axes, keepdims=True)
        out = xp.log(total + (total == 0)) + top  # all -∞: log 1 - ∞
        return narrow(self.reduced(out), x)

    def backward(self, gy: Array) -> Array:
        """Return the shares anew: the result, rounded at ±1e4, would give them to few digits.

        The shift stays what it was: shares do not depend on it.
        """
        xp = self.xp
        powers = xp.exp(wide(self.x) - self.shift)
        total = xp.sum(powers, axis=self.axis, keepdims=True)
        return narrow(self.kept(gy) / (total + (total == 0)) * powers, gy)


def wide(x: Array) -> Array:
    """Return float16 as float32; x may be recorded."""
    return x.astype("float32") if x.dtype.itemsize < 4 else x


def narrow(x: Array, like: Array) -> Array:
    """Return `x` in the dtype of what it was computed from; x may be recorded."""
    return x if x.dtype == like.dtype or like.dtype.kind != "f" else x.astype(like.dtype)


def normalized_axes(axis: Axis, ndim: int, what: str) -> tuple[int, ...]:
    """Return axes as non-negative numbers; None means all.

    Raises
    ------
    AxisError
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
            raise AxisError(msg)
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


def min(x: Operand, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Return the smallest element over some axes; equal ones share the gradient.

    Raises
    ------
    ShapeError
        If there is nothing to choose from.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[1.0, 5.0], [3.0, 3.0]])
    >>> ag.min(x, axis=1).sum().backward()
    >>> x.grad.tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """
    return unary(Min(axis, keepdims), x)


def logsumexp(x: Operand, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Return the logarithm of the sum of exponentials, as ``scipy.special.logsumexp``.

    Exact at any size: exponentials are taken of the distances from the largest element.

    Parameters
    ----------
    x : Variable or array
        Elements of -inf count nothing; where all are, the result is -inf and the gradient 0.
    axis : int, tuple of int or None
        The axes to reduce; None for all.
    keepdims : bool
        Keep the axes with length 1.

    Raises
    ------
    ShapeError
        If there are no elements.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1000.0, 1000.0])
    >>> y = ag.logsumexp(x)
    >>> y.backward()
    >>> y.data.round(3).tolist(), x.grad.tolist()
    (1000.693, [0.5, 0.5])
    """
    return unary(LogSumExp(axis, keepdims), x)
