"""How a neuron's sum came about: value times weight and so on, where that is still true."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from autograd_lite.drawing.labels import number
from autograd_lite.drawing.network.notation import nearest, rounded

if TYPE_CHECKING:
    from autograd_lite.arrays import Array
    from autograd_lite.drawing.network.layers import Layer

__all__ = ["Sum", "sum_of"]

CLOSE = 1e-3  # of the largest term: sums in float16 are as exact, other weights give other sums


class Sum(NamedTuple):
    """A sum in words; empty texts where it is not known, or not what the neuron holds.

    Attributes
    ----------
    exact : str
        With six digits: ``"2 × −1 + 3 × 4 + 5"``.
    shown : str
        With the picture's digits, and the sign before its result: ``"2 × −1 + 3 × 4 + 5 ="``; the
        sign is ``≈`` where rounded numbers give another result.
    """

    exact: str = ""
    shown: str = ""


def sum_of(layer: Layer, values: Array | None, t: int, row: int, digits: int) -> Sum:
    """Write down a neuron's sum.

    Parameters
    ----------
    layer : Layer
    values : array of shape (sources,), or None
        What arrives at the layer.
    t, row : int
        Which neuron, for which sample.
    digits : int
        Behind the point.
    """
    if values is None or layer.weights is None or layer.sums is None:
        return Sum()
    weights = layer.weights[:, t]
    biases = layer.biases
    bias = None if biases is None else float(biases[t if biases.size > 1 else 0])
    if bias is None and layer.bias:
        return Sum()
    minus = layer.bias == "θ"
    factors = [(float(x), float(w)) for x, w in zip(values, weights, strict=True)]
    result = float(layer.sums[row, t])
    if not _agrees(factors, bias, minus, result):
        return Sum()
    exact = _written(factors, bias, minus, lambda x, _: number(x))
    shown = _written(factors, bias, minus, lambda x, more: rounded(x, digits + more))
    near = [(nearest(x, digits), nearest(w, digits)) for x, w in factors]
    again = _total(near, None if bias is None else nearest(bias, digits + 1), minus)
    same = rounded(again, digits) == rounded(result, digits)
    return Sum(exact, f"{shown} {'=' if same else '≈'}")


def _total(factors: list[tuple[float, float]], bias: float | None, minus: bool) -> float:
    return sum([x * w for x, w in factors]) + (0.0 if bias is None else -bias if minus else bias)


def _agrees(
    factors: list[tuple[float, float]], bias: float | None, minus: bool, result: float
) -> bool:
    """Whether this is how the result came about: weights may have been written since."""
    total = _total(factors, bias, minus)
    largest = max([abs(x * w) for x, w in factors] + [abs(bias or 0.0), abs(result)])
    return bool(np.isclose(total, result, rtol=0.0, atol=CLOSE * largest, equal_nan=True))


def _written(
    factors: list[tuple[float, float]],
    bias: float | None,
    minus: bool,
    write: Callable[[float, int], str],
) -> str:
    """Write products and a bias, which has a digit more."""
    text = " + ".join([f"{write(x, 0)} × {write(w, 0)}" for x, w in factors])
    if bias is not None:
        text += f" {'−' if minus else '+'} {write(bias, 1)}"
    return text.replace("+ −", "− ").replace("− −", "+ ")
