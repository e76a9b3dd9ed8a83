"""Logistic functions, entropies, and sums of exponentials."""

from __future__ import annotations

from math import inf
from math import log as ln
from typing import Any

from autograd_lite import functions
from autograd_lite.arrays import Array, enter, namespace
from autograd_lite.functions.constants import beside
from autograd_lite.functions.targets import as_floats
from autograd_lite.graph.apply import binary, unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Axis, Operand, Variable, constant
from autograd_lite.special.smooth import Smooth, SmoothPair

__all__ = [
    "entr",
    "kl_div",
    "log_expit",
    "log_softmax",
    "logit",
    "logsumexp",
    "rel_entr",
    "softmax",
    "xlog1py",
    "xlogy",
]

FAR = 1e4


class Logit(Smooth):
    """log(x / (1 - x)); its slope is 1 / (x (1 - x))."""

    __slots__ = ()
    name = "logit"
    subgradient = "at 0 and 1 infinite; 0 where no gradient arrives"
    cases = (Case(A(3, 4, low=0.1, high=0.9)),)
    points = (At(X([0.0, 0.5, 1.0]), gives=[-inf, 0.0, inf], slopes=([inf, 4.0, inf],)),)

    def slope(self, x: Array) -> Array:
        return 1.0 / (x * (1.0 - x))


class Entr(Smooth):
    """-x · log x, 0 at 0, -∞ below; its slope is -log x - 1."""

    __slots__ = ()
    name = "entr"
    subgradient = "at 0 infinite; 0 where no gradient arrives; NaN below"
    cases = (Case(A(3, 4, low=0.3)),)
    points = (At(X([0.0, 1.0]), gives=[0.0, 0.0], slopes=([inf, -1.0],)),)

    def slope(self, x: Array) -> Array:
        return -1.0 - self.xp.log(x)


class XLogY(SmoothPair):
    """x · log y, and 0 for x = 0; the slopes are log y and x / y."""

    __slots__ = ()
    name = "xlogy"
    subgradient = "for x = 0 the slope in y is 0, also at y = 0; that in x is log y, there -∞"
    cases = (
        Case(A(3, 4), A(4, low=0.3)),
        Case(A(3, low=0.3), 2.0),
        Case([0.0, 1.0, -2.0], A(3, low=0.3)),
    )
    points = (
        At(
            X([0.0, 0.0, 2.0, 2.0]),
            X([0.0, 3.0, 0.0, 1.0]),
            gives=[0.0, 0.0, -inf, 0.0],
            slopes=([-inf, ln(3), -inf, 0.0], [0.0, 0.0, inf, 2.0]),
        ),
    )

    def slope_a(self, _a: Array, b: Array) -> Array:
        return self.xp.log(b)

    def slope_b(self, a: Array, b: Array) -> Array:
        return a / self.xp.where(a == 0, 1.0, b)


class XLog1PY(SmoothPair):
    """x · log(1 + y), and 0 for x = 0; the slopes are log(1 + y) and x / (1 + y)."""

    __slots__ = ()
    name = "xlog1py"
    subgradient = "for x = 0 the slope in y is 0, also at y = -1; that in x is there -∞"
    cases = (
        Case(A(3, 4), A(4, low=-0.7)),
        Case(A(3, low=0.3), 2.0),
        Case([0.0, 1.0, -2.0], A(3, low=-0.7)),
    )
    points = (
        At(
            X([0.0, 2.0, 1.0]),
            X([-1.0, -1.0, 1e-30]),
            gives=[0.0, -inf, 1e-30],
            slopes=([-inf, -inf, 1e-30], [0.0, inf, 1.0]),
        ),
    )

    def slope_a(self, _a: Array, b: Array) -> Array:
        return self.xp.log1p(b)

    def slope_b(self, a: Array, b: Array) -> Array:
        return a / (1.0 + self.xp.where(a == 0, 0.0, b))


class RelEntr(SmoothPair):
    """x · log(x / y), 0 for x = 0; the slopes are log(x / y) + 1 and -x / y."""

    __slots__ = ()
    name = "rel_entr"
    subgradient = "for x = 0 the slope in y is 0; that in x is -∞, at y = 0 ∞"
    cases = (Case(A(3, 4, low=0.3), A(4, low=0.3)), Case(A(3, low=0.3), 2.0))
    points = (
        At(
            X([0.0, 0.0, 1.0, 2.0]),
            X([0.0, 3.0, 0.0, 2.0]),
            gives=[0.0, 0.0, inf, 0.0],
            slopes=([inf, -inf, inf, 1.0], [0.0, 0.0, -inf, -1.0]),
        ),
    )

    def slope_a(self, a: Array, b: Array) -> Array:
        return _log_ratio(self.xp, a, b) + 1.0

    def slope_b(self, a: Array, b: Array) -> Array:
        return -(a / self.xp.where(a == 0, 1.0, b))


class KLDiv(SmoothPair):
    """x · log(x / y) - x + y, and y for x = 0; the slopes are log(x / y) and 1 - x / y."""

    __slots__ = ()
    name = "kl_div"
    subgradient = "for x = 0 the slope in y is 1; that in x is -∞, at y = 0 ∞"
    cases = (Case(A(3, 4, low=0.3), A(4, low=0.3)), Case(A(3, low=0.3), 2.0))
    points = (
        At(
            X([0.0, 0.0, 1.0, 2.0]),
            X([0.0, 3.0, 0.0, 2.0]),
            gives=[0.0, 3.0, inf, 0.0],
            slopes=([inf, -inf, inf, 0.0], [1.0, 1.0, -inf, 0.0]),
        ),
    )

    def slope_a(self, a: Array, b: Array) -> Array:
        return _log_ratio(self.xp, a, b)

    def slope_b(self, a: Array, b: Array) -> Array:
        return 1.0 - a / self.xp.where(a == 0, 1.0, b)


def _log_ratio(xp: Any, a: Array, b: Array) -> Array:
    """Return log(a / b), in which nothing overflows; of two zeros ∞, as for every other a."""
    return xp.log(xp.where((a == 0) & (b == 0), 1.0, a)) - xp.log(b)


def logit(x: Operand) -> Variable:
    """Return log(x / (1 - x)), of which the sigmoid makes x again.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.logit(ag.special.expit(ag.Variable([-3.0, 0.0, 3.0])))
    Variable([-3.,  0.,  3.])
    """
    return unary(Logit(), x)


@composed(
    cases=(Case(A(3, 4)), Case(A(2, low=-30, high=30))),
    points=(At(X([-FAR, 0.0, FAR]), gives=[-FAR, -ln(2), 0.0], slopes=([1.0, 0.5, 0.0],)),),
)
def log_expit(x: Operand) -> Variable:
    """-softplus(-x), which is log σ(x): exact where the sigmoid is 0 or 1 to the last digit.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.log_expit(ag.Variable([-1000.0, 0.0]))
    Variable([-1.000000e+03, -6.931472e-01])
    """
    return -functions.softplus(-as_floats(x, "log_expit"))


def entr(x: Operand) -> Variable:
    """Return each element's part of an entropy: -x log x, 0 at 0, -∞ below.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.entr(ag.Variable([0.0, 0.5, 1.0]))
    Variable([ 0.      ,  0.346574, -0.      ])
    """
    return unary(Entr(), x)


def xlogy(x: Operand, y: Operand) -> Variable:
    """Return x log y, and 0 for x = 0, also where y is 0; the operands broadcast.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> y = ag.Variable([0.0, 1.0])
    >>> ag.special.xlogy([0.0, 2.0], y).sum().backward()
    >>> y.grad
    array([0., 2.])
    """
    return binary(XLogY(), x, y)


def xlog1py(x: Operand, y: Operand) -> Variable:
    """Return x log(1 + y), and 0 for x = 0, also where y is -1; the operands broadcast.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.xlog1py(ag.Variable([0.0, 2.0]), [-1.0, 1e-20])
    Variable([0.e+00, 2.e-20])
    """
    return binary(XLog1PY(), x, y)


def rel_entr(x: Operand, y: Operand) -> Variable:
    """Return each element's part of a relative entropy: x log(x / y); the operands broadcast.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.rel_entr(ag.Variable([0.0, 1.0]), [0.5, 0.5])
    Variable([0.      , 0.693147])
    """
    return binary(RelEntr(), x, y)


def kl_div(x: Operand, y: Operand) -> Variable:
    """Return x log(x / y) - x + y, which is convex in both; the operands broadcast.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.kl_div(ag.Variable([0.0, 1.0]), [0.5, 0.5])
    Variable([0.5     , 0.193147])
    """
    return binary(KLDiv(), x, y)


def logsumexp(
    a: Operand,
    axis: Axis = None,
    b: Operand | None = None,
    keepdims: bool = False,
    return_sign: bool = False,
) -> Any:
    """Return log Σ b exp(a), exact at any size; without `b`, ``ag.logsumexp``.

    Parameters
    ----------
    a : Variable or array
    axis : int, tuple of int or None
        The axes to reduce; None for all.
    b : Variable or array, optional
        Weights, which broadcast with `a`. A term whose weight is a constant 0 counts nothing,
        however large it is.
    keepdims : bool
        Keep the axes with length 1.
    return_sign : bool
        Return the logarithm of the sum's size, and its sign as a plain array. Without it the
        logarithm of a negative sum is NaN.

    Returns
    -------
    Variable, or a Variable and an array

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.logsumexp(ag.Variable([1000.0, 1000.0]), b=[3.0, -1.0])
    Variable(1000.69)
    """
    if b is None and not return_sign:
        return functions.logsumexp(a, axis, keepdims)
    x = as_floats(a, "logsumexp")
    weights: Any = 1.0 if b is None else b
    if b is not None and not (isinstance(b, Variable) and b.requires_grad):
        weights = beside(b, (x,), "logsumexp: b")
        x = functions.where(weights != 0, x, -inf)
    shift = _peak(x, axis)
    total = functions.sum(functions.exp(x - shift) * weights, axis=axis, keepdims=True)
    size = functions.log(functions.abs(total) if return_sign else total) + shift
    logs = size if keepdims else functions.sum(size, axis=axis)
    if not return_sign:
        return logs
    return logs, functions.sign(total if keepdims else functions.sum(total, axis=axis)).data


def _peak(x: Variable, axis: Axis) -> Variable:
    """Return the largest elements as a constant, 0 in place of infinite ones."""
    largest = functions.max(x.detach(), axis=axis, keepdims=True)
    data = enter(largest._data, largest)
    xp = namespace(data)
    return constant(xp.where(xp.isfinite(data), data, 0.0))


def softmax(x: Operand, axis: int | None = None) -> Variable:
    """Return exp(x) / Σ exp(x) over an axis, or, as SciPy does unless told, over all elements.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.softmax(ag.Variable([[1e4, 1e4], [-1e4, -1e4]]))
    Variable([[0.5, 0.5],
              [0. , 0. ]])
    """
    return _over_all(functions.softmax, x) if axis is None else functions.softmax(x, axis)


def log_softmax(x: Operand, axis: int | None = None) -> Variable:
    """Return log softmax(x) over an axis, or, as SciPy does unless told, over all elements.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.special.log_softmax(ag.Variable([1e4, -1e4]))
    Variable([     0., -20000.])
    """
    return _over_all(functions.log_softmax, x) if axis is None else functions.log_softmax(x, axis)


def _over_all(function: Any, x: Operand) -> Variable:
    v = as_floats(x, function.__name__)
    flat: Variable = function(functions.ravel(v), 0)
    return functions.reshape(flat, v.shape)
