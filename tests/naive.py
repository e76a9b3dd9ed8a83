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


def _fresh(result: Any) -> Numbers:
    """Return an array of new numbers, so that what is shared or picked stays apart from it."""
    link = np.frompyfunc(lambda number: Number(number.value, ((number, 1.0),)), 1, 1)
    return _array(link(_array(result)))


# ---- operations, one number at a time


def _each(function: Callable[[float], float], slope: Callable[[float], float]) -> Any:
    def one(number: Number) -> Number:
        return Number(function(number.value), ((number, slope(number.value)),))

    return lambda x: _fresh(np.frompyfunc(one, 1, 1)(x))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


exp = _each(math.exp, math.exp)
log = _each(math.log, lambda x: 1 / x)
tanh = _each(math.tanh, lambda x: math.cosh(x) ** -2)
sqrt = _each(math.sqrt, lambda x: 0.5 / math.sqrt(x))
sigmoid = _each(_logistic, lambda x: _logistic(x) * _logistic(-x))
relu = _each(lambda x: max_of(x, 0.0), lambda x: float(x > 0))


def max_of(a: float, b: float) -> float:
    return a if a > b else b


def add(x: Any, y: Any) -> Numbers:
    return _fresh(x + y)


def sub(x: Any, y: Any) -> Numbers:
    return _fresh(x - y)


def mul(x: Any, y: Any) -> Numbers:
    return _fresh(x * y)


def div(x: Any, y: Any) -> Numbers:
    return _fresh(x / y)


def neg(x: Numbers) -> Numbers:
    return _fresh(-x)


def pow(x: Numbers, exponent: float) -> Numbers:
    return _fresh(x**exponent)


_larger = np.frompyfunc(lambda a, b: a if a.value > b.value else b, 2, 1)


def maximum(x: Numbers, y: Numbers) -> Numbers:
    return _fresh(_larger(x, y))


def max(x: Numbers, axis: Any = None, keepdims: bool = False) -> Numbers:
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    by_axis = sorted({i % x.ndim for i in axes}, reverse=True)
    return _fresh(reduce(lambda y, i: _larger.reduce(y, axis=i, keepdims=keepdims), by_axis, x))


def sum(x: Numbers, axis: Any = None, keepdims: bool = False) -> Numbers:
    return _fresh(np.sum(x, axis=axis, keepdims=keepdims))


def mean(x: Numbers, axis: Any = None, keepdims: bool = False) -> Numbers:
    total = sum(x, axis, keepdims)
    return mul(total, total.size / x.size)


def softmax(x: Numbers, axis: int = -1) -> Numbers:
    powers = exp(x)
    return div(powers, sum(powers, axis, keepdims=True))


def matmul(x: Numbers, y: Numbers) -> Numbers:
    return _fresh(np.matmul(x, y))


def reshape(x: Numbers, shape: Any) -> Numbers:
    return _fresh(np.reshape(x, shape))


def transpose(x: Numbers, axes: Any = None) -> Numbers:
    return _fresh(np.transpose(x, axes))


def broadcast_to(x: Numbers, shape: Any) -> Numbers:
    return _fresh(np.broadcast_to(x, shape))


def repeat(x: Numbers, repeats: int, axis: int | None = None) -> Numbers:
    return _fresh(np.repeat(x, repeats, axis))


def getitem(x: Numbers, index: Any) -> Numbers:
    return _fresh(x[index])
