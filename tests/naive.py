"""A second, deliberately naive engine: every number is a node of its own.

Arrays are NumPy object arrays of :class:`Number`, so that NumPy itself does all the shaping,
broadcasting, repeating and summing, and no rule for an array operation exists that could be
wrong. The chain rule is applied one number at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, TypeAlias

import numpy as np

Numbers: TypeAlias = np.ndarray  # of dtype object
Slopes: TypeAlias = "tuple[tuple[Number, float], ...]"


class Number:
    """A number, and what it was computed from: pairs of a number and the slope towards it."""

    __slots__ = ("sources", "value")

    def __init__(self, value: float, sources: Slopes = ()) -> None:
        self.value = value
        self.sources = sources

    def __add__(self, other: Any) -> Number:
        other = as_number(other)
        return Number(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other: Any) -> Number:
        other = as_number(other)
        return Number(self.value * other.value, ((self, other.value), (other, self.value)))

    def __pow__(self, exponent: float) -> Number:
        slope = exponent * self.value ** (exponent - 1)
        return Number(self.value**exponent, ((self, slope),))

    def __neg__(self) -> Number:
        return self * -1.0

    def __sub__(self, other: Any) -> Number:
        return self + -as_number(other)

    def __truediv__(self, other: Any) -> Number:
        return self * as_number(other) ** -1.0

    def __radd__(self, other: Any) -> Number:
        return self + other

    def __rmul__(self, other: Any) -> Number:
        return self * other

    def __rsub__(self, other: Any) -> Number:
        return as_number(other) - self

    def __rtruediv__(self, other: Any) -> Number:
        return as_number(other) / self


def as_number(value: Any) -> Number:
    return value if isinstance(value, Number) else Number(float(value))


# ---- arrays of numbers


def numbers(values: np.ndarray) -> Numbers:
    """Return an array of fresh numbers, of which gradients can be asked."""
    return _array(np.frompyfunc(lambda value: Number(float(value)), 1, 1)(values))


def values(array: Numbers) -> np.ndarray:
    """Return the values of an array of numbers."""
    return np.asarray(np.frompyfunc(lambda number: number.value, 1, 1)(array), dtype=float)


def gradients(output: Numbers, leaves: Sequence[Numbers]) -> list[np.ndarray]:
    """Return the gradients of a one-element array with respect to some others."""
    (root,) = output.reshape(-1)
    slope_of = {id(root): 1.0}
    for number in reversed(_sources_first(root)):
        for source, slope in number.sources:
            arriving = slope_of[id(number)] * slope
            slope_of[id(source)] = slope_of.get(id(source), 0.0) + arriving
    found = np.frompyfunc(lambda number: slope_of.get(id(number), 0.0), 1, 1)
    return [np.asarray(found(leaf), dtype=float) for leaf in leaves]


def _sources_first(root: Number) -> list[Number]:
    """Return everything that `root` was computed from, each after its own sources."""
    ordered: list[Number] = []
    seen: set[int] = set()
    stack = [(root, False)]
    while stack:
        number, finished = stack.pop()
        if finished:
            ordered.append(number)
        elif id(number) not in seen:
            seen.add(id(number))
            stack.append((number, True))
            stack.extend((source, False) for source, _ in number.sources)
    return ordered


def _array(result: Any) -> Numbers:
    """NumPy takes single objects out of their arrays; put them back."""
    array = np.empty(np.shape(result), dtype=object)
    array[...] = result
    return array


def fresh(result: Any) -> Numbers:
    """Return an array of new numbers, so that what is shared or picked stays apart from it."""

    def link(value: Any) -> Number:
        number = as_number(value)  # NumPy pads and masks with zeros of its own
        return Number(number.value, ((number, 1.0),))

    return _array(np.frompyfunc(link, 1, 1)(_array(result)))


# ---- operations, one number at a time


def _each(function: Callable[[float], float], slope: Callable[[float], float]) -> Any:
    def one(number: Number) -> Number:
        return Number(function(number.value), ((number, slope(number.value)),))

    return lambda x: fresh(np.frompyfunc(one, 1, 1)(x))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _softplus(x: float) -> float:
    return math.log1p(math.exp(x))


def max_of(a: float, b: float) -> float:
    return a if a > b else b


exp = _each(math.exp, math.exp)
exp2 = _each(lambda x: 2**x, lambda x: math.log(2) * 2**x)
expm1 = _each(math.expm1, math.exp)
log = _each(math.log, lambda x: 1 / x)
log2 = _each(math.log2, lambda x: 1 / (x * math.log(2)))
log10 = _each(math.log10, lambda x: 1 / (x * math.log(10)))
log1p = _each(math.log1p, lambda x: 1 / (1 + x))
sqrt = _each(math.sqrt, lambda x: 0.5 / math.sqrt(x))
square = _each(lambda x: x * x, lambda x: 2 * x)
reciprocal = _each(lambda x: 1 / x, lambda x: -1 / (x * x))
sin = _each(math.sin, math.cos)
cos = _each(math.cos, lambda x: -math.sin(x))
tan = _each(math.tan, lambda x: math.cos(x) ** -2)
arcsin = _each(math.asin, lambda x: (1 - x * x) ** -0.5)
arccos = _each(math.acos, lambda x: -((1 - x * x) ** -0.5))
arctan = _each(math.atan, lambda x: 1 / (1 + x * x))
sinh = _each(math.sinh, math.cosh)
cosh = _each(math.cosh, math.sinh)
tanh = _each(math.tanh, lambda x: math.cosh(x) ** -2)
arcsinh = _each(math.asinh, lambda x: (1 + x * x) ** -0.5)
arccosh = _each(math.acosh, lambda x: (x * x - 1) ** -0.5)
arctanh = _each(math.atanh, lambda x: 1 / (1 - x * x))
abs = _each(math.fabs, lambda x: math.copysign(1.0, x))
sigmoid = _each(_logistic, lambda x: _logistic(x) * _logistic(-x))
softplus = _each(_softplus, _logistic)
silu = _each(lambda x: x * _logistic(x), lambda x: _logistic(x) * (1 + x * _logistic(-x)))
relu = _each(lambda x: max_of(x, 0.0), lambda x: float(x > 0))


def add(x: Any, y: Any) -> Numbers:
    return fresh(x + y)


def sub(x: Any, y: Any) -> Numbers:
    return fresh(x - y)


def mul(x: Any, y: Any) -> Numbers:
    return fresh(x * y)


def div(x: Any, y: Any) -> Numbers:
    return fresh(x / y)


def neg(x: Numbers) -> Numbers:
    return fresh(-x)


def pow(x: Numbers, exponent: float) -> Numbers:
    return fresh(x**exponent)


_larger = np.frompyfunc(lambda a, b: a if a.value > b.value else b, 2, 1)
_smaller = np.frompyfunc(lambda a, b: a if a.value < b.value else b, 2, 1)


def maximum(x: Numbers, y: Numbers) -> Numbers:
    return fresh(_larger(x, y))


def minimum(x: Numbers, y: Numbers) -> Numbers:
    return fresh(_smaller(x, y))


def clip(x: Numbers, low: float, high: float) -> Numbers:
    return fresh(_smaller(_larger(x, as_number(low)), as_number(high)))


def where(condition: np.ndarray, x: Numbers, y: Numbers) -> Numbers:
    return fresh(np.where(condition, x, y))


def hypot(x: Numbers, y: Numbers) -> Numbers:
    return sqrt(add(mul(x, x), mul(y, y)))


def logaddexp(x: Numbers, y: Numbers) -> Numbers:
    return log(add(exp(x), exp(y)))


def _extreme(x: Numbers, pick: Any, axis: Any, keepdims: bool) -> Numbers:
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    by_axis = sorted({i % x.ndim for i in axes}, reverse=True)
    return fresh(reduce(lambda y, i: pick.reduce(y, axis=i, keepdims=keepdims), by_axis, x))


def max(x: Numbers, axis: Any = None, keepdims: bool = False) -> Numbers:
    return _extreme(x, _larger, axis, keepdims)


def min(x: Numbers, axis: Any = None, keepdims: bool = False) -> Numbers:
    return _extreme(x, _smaller, axis, keepdims)


def sum(x: Numbers, axis: Any = None, keepdims: bool = False) -> Numbers:
    return fresh(np.sum(x, axis=axis, keepdims=keepdims))


def mean(x: Numbers, axis: Any = None, keepdims: bool = False) -> Numbers:
    total = sum(x, axis, keepdims)
    return mul(total, total.size / x.size)


def var(x: Numbers, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Numbers:
    apart = sub(x, mean(x, axis, keepdims=True))
    total = sum(mul(apart, apart), axis, keepdims)
    return div(total, x.size // total.size - ddof)


def std(x: Numbers, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Numbers:
    return sqrt(var(x, axis, ddof, keepdims))


def prod(x: Numbers, axis: Any = None, keepdims: bool = False) -> Numbers:
    return fresh(np.prod(x, axis=axis, keepdims=keepdims))


def logsumexp(x: Numbers, axis: Any = None, keepdims: bool = False) -> Numbers:
    return log(sum(exp(x), axis, keepdims))


def softmax(x: Numbers, axis: int = -1) -> Numbers:
    powers = exp(x)
    return div(powers, sum(powers, axis, keepdims=True))


def log_softmax(x: Numbers, axis: int = -1) -> Numbers:
    return log(softmax(x, axis))


def mean_squared_error(x: Numbers, target: Numbers) -> Numbers:
    apart = sub(x, target)
    return mean(mul(apart, apart))


def linear(x: Numbers, weights: Numbers, bias: Numbers) -> Numbers:
    return fresh(np.matmul(x, weights) + bias)


def einsum(subscripts: str, *operands: Numbers) -> Numbers:
    return fresh(np.einsum(subscripts, *operands))


# ---- what NumPy does with arrays of anything: products, sums along an axis, rearrangements


def _as_numpy(function: Callable[..., Any]) -> Callable[..., Numbers]:
    return lambda *operands, **options: fresh(function(*operands, **options))


matmul, dot, outer = _as_numpy(np.matmul), _as_numpy(np.dot), _as_numpy(np.outer)
inner, tensordot = _as_numpy(np.inner), _as_numpy(np.tensordot)
cumsum, cumprod, diff = _as_numpy(np.cumsum), _as_numpy(np.cumprod), _as_numpy(np.diff)
trace, diagonal = _as_numpy(np.trace), _as_numpy(np.diagonal)
tril, triu = _as_numpy(np.tril), _as_numpy(np.triu)
reshape, ravel = _as_numpy(np.reshape), _as_numpy(np.ravel)
expand_dims, squeeze = _as_numpy(np.expand_dims), _as_numpy(np.squeeze)
transpose, swapaxes = _as_numpy(np.transpose), _as_numpy(np.swapaxes)
moveaxis, rot90 = _as_numpy(np.moveaxis), _as_numpy(np.rot90)
flip, roll = _as_numpy(np.flip), _as_numpy(np.roll)
broadcast_to, repeat = _as_numpy(np.broadcast_to), _as_numpy(np.repeat)
tile, pad = _as_numpy(np.tile), _as_numpy(np.pad)
concatenate, stack = _as_numpy(np.concatenate), _as_numpy(np.stack)
take, take_along_axis = _as_numpy(np.take), _as_numpy(np.take_along_axis)


def getitem(x: Numbers, index: Any) -> Numbers:
    return fresh(x[index])


def split(x: Numbers, sections: Any, axis: int = 0) -> list[Numbers]:
    return [fresh(part) for part in np.split(x, sections, axis)]
