"""Singular points: where a slope is infinite or undefined and no gradient arrives, 0 goes back."""

from __future__ import annotations

from autograd_lite.arrays import Array, Namespace

__all__ = ["nonsingular"]


def nonsingular(xp: Namespace, x: Array, gy: Array) -> Array:
    """Return `x` with 1 in place of 0 and NaN wherever the gradient `gy` is 0 too.

    Dividing by the result gives 0 there instead of 0/0. An element with a gradient keeps its
    honest infinity or NaN, and second derivatives see `x` itself (a mask by the gradient alone
    would lose them).
    """
    return xp.where((gy == 0) & ((x == 0) | (x != x)), 1.0, x)
