"""Singular points: where a slope is infinite and no gradient arrives, nothing goes back."""

from __future__ import annotations

from autograd_lite.arrays import Array

__all__ = ["nonsingular"]


def nonsingular(x: Array, gy: Array) -> Array:
    """Return `x` with 1 in place of 0 wherever the gradient `gy` is 0 too.

    Dividing by the result gives 0 there instead of 0/0. An element with a gradient keeps its
    honest infinity, and second derivatives see `x` itself (a mask by the gradient alone would
    lose them).
    """
    return x + ((x == 0) & (gy == 0))
