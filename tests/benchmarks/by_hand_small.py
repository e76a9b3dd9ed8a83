"""The chain of a thousand small operations, forward and backward, with ``out`` and as floats.

Saved values lie in one table, a row for each turn. What backward needs of all turns at once, such
as 1 - tanh², is one call for the table; only what a turn hands to the one before it is a call each.
"""

from __future__ import annotations

from math import tanh
from typing import Any

import numpy as np
from contest import Contender


def small_chain(x: Any, w: Any, b: Any, turns: int) -> Contender:
    """Return the sum of the chain's last values and its gradients, on arrays of one axis."""
    y, h, at_sum, at_h = np.empty((4, turns, x.size))
    last, slope = np.empty(x.size), np.empty(x.size)
    arriving = np.ones(x.size)
    ways = list(zip(y, [*y[1:], last], h, at_sum, at_h, strict=True))
    backwards = ways[::-1]
    multiply, add, tanh, subtract = np.multiply, np.add, np.tanh, np.subtract
    y[0] = x

    def work() -> list[Any]:
        for before, after, bent, _, _ in ways:
            multiply(before, w, bent)
            add(bent, b, bent)
            tanh(bent, bent)
            multiply(bent, w, after)
        total = last.sum()
        multiply(h, h, at_sum)  # 1 - tanh², until a turn's gradient takes its place
        subtract(1.0, at_sum, at_sum)
        gradient = arriving
        for _, _, _, slopes, kept in backwards:
            kept[...] = gradient
            multiply(gradient, w, slope)
            multiply(slope, slopes, slopes)
            multiply(slopes, w, slope)
            gradient = slope
        gw = np.einsum("ij,ij->j", at_h, h) + np.einsum("ij,ij->j", at_sum, y)
        return [total, gradient.copy(), gw, at_sum.sum(axis=0)]

    return Contender(work, lambda results: results)


def scalar_chain(x: Any, w: Any, b: Any, turns: int) -> Contender:
    """Return the same of arrays without axes, in Python's floats."""
    start, by, plus = float(x), float(w), float(b)

    def work() -> list[float]:
        y, saved = start, []
        for _ in range(turns):
            h = tanh(y * by + plus)
            saved.append((y, h))
            y = h * by
        gradient, gw, gb = 1.0, 0.0, 0.0
        for before, h in reversed(saved):
            slope = gradient * by * (1.0 - h * h)
            gw += gradient * h + slope * before
            gb += slope
            gradient = slope * by
        return [y, gradient, gw, gb]

    return Contender(work, lambda results: results)
