"""Ranks: between which neighbours of n sorted elements a quantile lies.

A real number says where, the virtual index, which NumPy's methods take from the share in ways of
their own (Hyndman and Fan, Sample quantiles in statistical packages, 1996).
"""

from __future__ import annotations

from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError

__all__ = ["METHODS", "neighbours"]

# Of the methods that interpolate everywhere, alpha and beta of the virtual index
# n q + (alpha + q (1 - alpha - beta)) - 1.
_INTERPOLATING = {
    "interpolated_inverted_cdf": (0.0, 1.0),
    "hazen": (0.5, 0.5),
    "weibull": (0.0, 0.0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}
_STEPS = ("inverted_cdf", "averaged_inverted_cdf", "closest_observation")
_OF_LINEAR = ("lower", "higher", "midpoint", "nearest")
METHODS = ("linear", *_INTERPOLATING, *_STEPS, *_OF_LINEAR)


def neighbours(xp: Any, q: Array, n: Any, method: str) -> tuple[Array, Array, Array]:
    """Return the ranks of both neighbours from 0 on, and how far from the first to the second.

    Parameters
    ----------
    xp : Namespace
    q : array
        The shares, from 0 to 1.
    n : int or array
        How many elements there are; at least one.
    method : str

    Raises
    ------
    ArgumentError
        For an unknown method.
    """
    if method in _STEPS:
        below, above, t = _by_steps(xp, q, n, method)
    elif method in _OF_LINEAR:
        below, above, t = _of_linear(xp, (n - 1) * q, method)
    else:
        index = _virtual_index(q, n, method)
        below, above = xp.floor(index), xp.ceil(index)
        t = index - below
    below, above = [xp.minimum(xp.maximum(rank, 0), n - 1).astype(int) for rank in (below, above)]
    # Of a neighbour that is both, two halves: nothing is infinite times 0.
    return below, above, xp.where(below == above, 0.5, t)


def _virtual_index(q: Array, n: Any, method: str) -> Array:
    index: Array
    if method == "linear":
        index = (n - 1) * q
        return index
    if method not in _INTERPOLATING:
        msg = f"quantile: method {method!r:.40} is unknown; choose one of {', '.join(METHODS)}."
        raise ArgumentError(msg)
    alpha, beta = _INTERPOLATING[method]
    index = n * q + (alpha + q * (1.0 - alpha - beta)) - 1.0
    return index


def _by_steps(xp: Any, q: Array, n: Any, method: str) -> tuple[Any, Any, Any]:
    index = n * q - 1.0
    if method == "closest_observation":
        index = index - 0.5
        whole = xp.floor(index)
        nearest = whole + 1.0 - ((index == whole) & (whole % 2 == 1))
        return nearest, nearest, 0.5
    above = xp.ceil(index)
    return above, above if method == "inverted_cdf" else xp.floor(index) + 1.0, 0.5


def _of_linear(xp: Any, index: Array, method: str) -> tuple[Any, Any, Any]:
    below, above = xp.floor(index), xp.ceil(index)
    if method == "midpoint":
        return below, above, 0.5
    rank = {"lower": below, "higher": above, "nearest": xp.around(index)}[method]
    return rank, rank, 0.5
