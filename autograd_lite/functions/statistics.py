"""Statistics: variance, standard deviation, norms."""

from __future__ import annotations

from math import inf, sqrt
from numbers import Real
from typing import Any

from autograd_lite.arrays import Array, as_array
from autograd_lite.errors import ArgumentError, OperandError, ShapeError
from autograd_lite.functions import reductions, selection
from autograd_lite.functions.complex import imag, is_complex, real
from autograd_lite.functions.powers import hypot
from autograd_lite.functions.reductions import Reduction, narrow, normalized_axes, wide
from autograd_lite.functions.rounding import sign
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.variable import Axis, Operand, Variable, constant

__all__ = ["norm", "std", "var"]

_SPREADS = (
    Case(A(3, 4)),
    Case(A(3, 4), axis=0, ddof=1),
    Case(A(2, 3, 4), axis=(0, -1), keepdims=True),
    Case(A(2, 5), axis=-1, ddof=0.5),
    Case(A(2, 3, complex=True), axis=1, ddof=1),
)


class Variance(Reduction):
    """What var and std share: the sum of the squared deviations from the mean, over n - ddof."""

    __slots__ = ("ddof", "freedom")
    cases = _SPREADS
    ddof: float
    freedom: float

    def __init__(self, axis: Axis, ddof: float, keepdims: bool) -> None:
        super().__init__(axis, keepdims)
        self.ddof = ddof

    def variance(self, x: Array) -> Array:
        """Return the variance over the axes; exactly 0 where all elements are equal.

        The mean of equal numbers may be off by a rounding error; it lies between the smallest and
        the largest of them, which are then one number.
        """
        xp = self.xp
        axes = self.over(x)
        count = self.count(self.name)
        self.freedom = count - self.ddof
        if not self.freedom > 0:
            msg = (
                f"{self.name}: ddof is {self.ddof}, but axis {axes} of shape {x.shape} has only "
                f"{count} elements; pass a smaller ddof."
            )
            raise ArgumentError(msg)
        mean = xp.mean(x, axis=axes, keepdims=True)
        low, high = xp.min(x, axis=axes, keepdims=True), xp.max(x, axis=axes, keepdims=True)
        off = x - xp.minimum(xp.maximum(mean, low), high)
        return xp.sum(off * off, axis=axes, keepdims=self.keepdims) / self.freedom

    def deviation(self, x: Array) -> Array:
        """Return x less its mean, for the rules: x may be recorded."""
        return x - self.xp.mean(x, axis=self.axis, keepdims=True)


class Var(Variance):
    """Σ (x - mean)² / (n - ddof); the gradient is g · 2 (x - mean) / (n - ddof)."""

    __slots__ = keeps = ("x",)
    name = "var"
    points = (
        At(X([1.0, 3.0]), gives=1.0, slopes=([-1.0, 1.0],)),
        At(X([1.0, 3.0]), ddof=1, gives=2.0, slopes=([-2.0, 2.0],)),
        At(X([[0.1, 0.1, 0.1], [1e4, 1e4, 1e4]]), axis=1, gives=[0.0, 0.0],
           slopes=([[0.0] * 3] * 2,)),
        At(X([7.0]), gives=0.0, slopes=([0.0],)),
    )  # fmt: skip
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return narrow(self.variance(self.xp.widened(x)), x)

    def backward(self, gy: Array) -> Array:
        gx = self.kept(gy) * (2.0 / self.freedom) * self.deviation(wide(self.x))
        return narrow(gx, gy)


class Std(Variance):
    """√var; the gradient is g · (x - mean) / (std · (n - ddof))."""

    __slots__ = ("out", "x")
    keeps = ("out", "x")
    name = "std"
    subgradient = "0 where all elements are equal"
    points = (
        At(X([1.0, 3.0]), gives=1.0, slopes=([-0.5, 0.5],)),
        At(X([1.0, 3.0]), ddof=1, gives=sqrt(2.0), slopes=([-sqrt(0.5), sqrt(0.5)],)),
        At(X([[0.1, 0.1, 0.1], [1e4, 1e4, 1e4]]), axis=1, gives=[0.0, 0.0],
           slopes=([[0.0] * 3] * 2,)),
        At(X([[2.0, 2.0], [1.0, 3.0]]), axis=1, gives=[0.0, 1.0],
           slopes=([[0.0, 0.0], [-0.5, 0.5]],)),
        At(X([7.0]), gives=0.0, slopes=([0.0],)),
    )  # fmt: skip
    out: Array
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        out = self.out = narrow(self.xp.sqrt(self.variance(self.xp.widened(x))), x)
        return out

    def backward(self, gy: Array) -> Array:
        out = wide(self.out)
        varied = out != 0
        scale = gy * varied.astype(gy.dtype) / ((out + ~varied) * self.freedom)
        return narrow(self.kept(scale) * self.deviation(wide(self.x)), gy)


class Norm(Reduction):
    """(Σ |x|^p)^(1/p); the gradient is g · sign x · (|x| / norm)^(p-1), for p = 2 g · x / norm."""

    __slots__ = ("out", "p", "x")
    keeps = ("out", "x")
    name = "norm"
    symbol = "‖x‖"
    subgradient = "0 where the norm is 0, and of elements that are 0"
    cases = (
        Case(A(3, 4)),
        Case(A(3, 4), axis=0, keepdims=True),
        Case(A(2, 3, 4), "fro", axis=(0, -1)),
        Case(A(5, away_from=0.0), 3),
        Case(A(2, 3, complex=True)),
        Case(A(5, away_from=0.0, complex=True), 3),
        Case(A(2, 5, away_from=0.0), 1.5, axis=-1),
        Case(A(5, low=0.5), -1.5),
        Case(A(3, 4, away_from=0.0), 1, axis=1),
        Case(A(7, distinct=True, low=0.3), inf),
        Case(A(7, distinct=True, low=0.3), -inf),
        Case(A(5, low=0.5), 0),
        Case(A(3, 4, distinct=True, low=0.3), 1),
        Case(A(2, 3, 4, distinct=True, low=0.3), -inf, axis=(2, 0), keepdims=True),
    )
    points = (
        At(X([3.0, -4.0]), gives=5.0, slopes=([0.6, -0.8],)),
        At(X([3e200, -4e200]), gives=5e200, slopes=([0.6, -0.8],), exact32=False),
        At(X([3e-200, -4e-200]), gives=5e-200, slopes=([0.6, -0.8],), exact32=False),
        At(X([3e-30, -4e-30]), gives=5e-30, slopes=([0.6, -0.8],)),
        At(X([[0.0, 0.0], [0.0, -2.0]]), axis=1, gives=[0.0, 2.0],
           slopes=([[0.0, 0.0], [0.0, -1.0]],)),
        At(X([0.0, 0.0]), 3.0, gives=0.0, slopes=([0.0, 0.0],)),
        At(X([0.0, -2.0]), 1.5, gives=2.0, slopes=([0.0, -1.0],)),
        At(X([0.0, -2.0]), 0.5, gives=2.0, slopes=([0.0, -1.0],)),
        At(X([0.0, -2.0]), -1.5, gives=0.0, slopes=([0.0, 0.0],)),
        At(X([0.0, -2.0, 2.0]), 1, gives=4.0, slopes=([0.0, -1.0, 1.0],)),
        At(X([0.0, -2.0, 2.0]), inf, gives=2.0, slopes=([0.0, -0.5, 0.5],)),
        At(X([0.0, -2.0, 2.0]), -inf, gives=0.0, slopes=([0.0, 0.0, 0.0],)),
        At(X([0.0, -2.0, 2.0]), 0, gives=2.0, slopes=([0.0, 0.0, 0.0],)),
        At(X(-2.0), gives=2.0, slopes=(-1.0,)),
    )  # fmt: skip
    out: Array
    x: Array
    p: float

    def __init__(self, axis: Axis, p: float, keepdims: bool) -> None:
        super().__init__(axis, keepdims)
        self.p = p

    def forward(self, x: Array) -> Array:
        """Scale by the largest element (for p < 0 the smallest), so that no power overflows."""
        xp, p = self.xp, self.p
        axes = self.over(x)
        self.count("norm")
        self.x = x
        exact = xp.widened(x)
        sizes = xp.abs(exact)
        scale = (xp.max if p > 0 else xp.min)(sizes, axis=axes, keepdims=True)
        scale = xp.where((scale > 0) & (scale < inf), scale, 1.0)
        if p == 2:
            scaled = exact / scale
            root = xp.sqrt(xp.sum(scaled * scaled, axis=axes, keepdims=True))
        else:
            root = xp.sum((sizes / scale) ** p, axis=axes, keepdims=True) ** (1.0 / p)
        out = self.out = narrow(self.reduced(root * scale), x)
        return out

    def backward(self, gy: Array) -> Array:
        x, out = wide(self.x), wide(self.out)
        nonzero = out != 0
        gy = self.kept(gy * nonzero.astype(gy.dtype))
        out = self.kept(out + ~nonzero)
        if self.p == 2:
            return narrow(x / out * gy, gy)
        # At x = 0 a power below 0 would be infinite; 1 stands for it, and the sign makes it 0.
        shares = self.xp.abs(x) / out + (x == 0)
        return narrow(self.xp.sign(x) * shares ** (self.p - 1.0) * gy, gy)


def var(x: Operand, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Variable:
    """Return the variance: the mean square of the (absolute) deviations from the mean.

    Parameters
    ----------
    x : Variable or array
    axis : int, tuple of int or None
        The axes to reduce; None for all.
    ddof : int or float
        The sum of squares is divided by n - ddof: 0 for the variance of these n numbers, 1 for an
        unbiased estimate of the variance they were drawn with.
    keepdims : bool
        Keep the axes with length 1.

    Raises
    ------
    ArgumentError
        If n - ddof is not positive.
    ShapeError
        If there is nothing to vary.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.var(ag.Variable([1.0, 3.0]), ddof=1)
    Variable(2.0)
    """
    ddof = _freedom(ddof, "var")
    if is_complex(x):
        first, second = Var(axis, ddof, keepdims), Var(axis, ddof, keepdims)
        return unary(first, real(x)) + unary(second, imag(x))
    return unary(Var(axis, ddof, keepdims), x)


def std(x: Operand, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Variable:
    """Return the standard deviation: the square root of ``var``.

    Where all elements are equal it is exactly 0, and 0 goes back, to any order.

    Parameters
    ----------
    x, axis, ddof, keepdims
        As in :func:`var`.

    Raises
    ------
    ArgumentError
        If n - ddof is not positive.
    ShapeError
        If there is nothing to vary.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([[1.0, 3.0], [2.0, 2.0]])
    >>> y = ag.std(x, axis=1)
    >>> y.sum().backward()
    >>> y.data.tolist(), x.grad.tolist()
    ([1.0, 0.0], [[-0.5, 0.5], [0.0, 0.0]])
    """
    ddof = _freedom(ddof, "std")
    if is_complex(x):
        return hypot(*[unary(Std(axis, ddof, keepdims), part) for part in (real(x), imag(x))])
    return unary(Std(axis, ddof, keepdims), x)


def _freedom(ddof: Any, what: str) -> float:
    if isinstance(ddof, Real):
        return float(ddof)
    msg = f"{what}: ddof is {ddof!r:.40}, not a number; pass 0 or 1."
    raise OperandError(msg)


def norm(
    x: Operand, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False
) -> Variable:
    """Return a norm of vectors or matrices, as ``numpy.linalg.norm``.

    Parameters
    ----------
    x : Variable or array
    ord : number, "fro" or None
        Of vectors: 2 (also None), any other p, ``inf`` (the largest absolute value), ``-inf`` (the
        smallest), 0 (how many are not 0). Of matrices: ``"fro"`` (also None: the root of the sum
        of squares), 1 and ``inf`` (the largest sum of a column's, of a row's absolute values), -1
        and ``-inf`` (the smallest).
    axis : int, tuple of int or None
        One axis of vectors, or the row and the column axis of matrices; None takes all elements
        as one vector, or with `ord` an operand of one or two axes as what it is.
    keepdims : bool
        Keep the axes with length 1.

    Raises
    ------
    ArgumentError
        For the norms of matrices that need singular values (2, -2, "nuc"), and orders that neither
        vectors nor matrices have.
    ShapeError
        If there are no elements, or too many axes.

    Notes
    -----
    Nothing overflows on the way. At 0 the gradient is 0, to any order.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([3.0, -4.0])
    >>> y = ag.norm(x)
    >>> y.backward()
    >>> y.item(), x.grad.tolist()
    (5.0, [0.6, -0.8])
    """
    if is_complex(x):
        x = selection.abs(x)
    if axis is None and ord is None:
        return unary(Norm(None, 2.0, keepdims), x)
    v = x if isinstance(x, Variable) else constant(as_array(x, what="norm"))
    axes = normalized_axes(axis, v.ndim, "norm")
    if 0 in [v.shape[i] for i in axes]:
        msg = f"norm: axis {axes} of shape {v.shape} is empty, so there is no norm."
        raise ShapeError(msg)
    if len(axes) == 1:
        return _vector_norm(v, ord, axes, keepdims)
    if len(axes) == 2:
        return _matrix_norm(v, ord, axes[0], axes[1], keepdims)
    msg = (
        f"norm: {len(axes)} axes of shape {v.shape} with ord={ord!r}; a vector has one axis and a "
        "matrix two: name them with axis=."
    )
    raise ArgumentError(msg)


def _vector_norm(v: Variable, ord: Any, axes: Axis, keepdims: bool) -> Variable:
    if ord is None or ord == 2:
        return unary(Norm(axes, 2.0, keepdims), v)
    if ord == 0:
        v, ord = sign(v), 1
    if ord == 1:
        return reductions.sum(selection.abs(v), axes, keepdims)
    if ord == inf:
        return reductions.max(selection.abs(v), axes, keepdims)
    if ord == -inf:
        return reductions.min(selection.abs(v), axes, keepdims)
    if isinstance(ord, Real) and ord == ord:
        return unary(Norm(axes, float(ord), keepdims), v)
    msg = f"norm: {ord!r:.40} is no order of a vector norm; pass a number, or two axes of matrices."
    raise ArgumentError(msg)


def _matrix_norm(v: Variable, ord: Any, row: int, column: int, keepdims: bool) -> Variable:
    if ord is None or ord == "fro":
        return unary(Norm((row, column), 2.0, keepdims), v)
    if isinstance(ord, Real) and ord in (1, -1, inf, -inf):
        within, across = (row, column) if ord in (1, -1) else (column, row)
        sums = reductions.sum(selection.abs(v), within, keepdims)
        if within < across and not keepdims:
            across -= 1
        return (reductions.max if float(ord) > 0 else reductions.min)(sums, across, keepdims)
    msg = (
        f"norm: ord={ord!r:.40} is no supported matrix norm; 'fro', 1, -1, inf and -inf are, and "
        "norms of singular values (2, -2, 'nuc') are not: use numpy.linalg.norm(v.data) for values."
    )
    raise ArgumentError(msg)
