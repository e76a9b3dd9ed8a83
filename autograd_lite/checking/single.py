"""float32 against float64: the same operation at the same points, to second order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, namespace, to_device
from autograd_lite.checking.places import exact_dtype
from autograd_lite.checking.probe import CheckResult, drawn_weights, outputs_of, pulled_back
from autograd_lite.errors import GradientCheckError
from autograd_lite.graph.cases import in_precision
from autograd_lite.graph.variable import Variable

__all__ = ["check_single"]

TOLERANCE = 1e-4  # an operation may lose three of float32's seven digits


def check_single(
    f: Callable[..., Any], inputs: Sequence[Array], *, second_order: bool = True
) -> CheckResult:
    """Compare value and derivatives in float32 with those in float64 at the same points.

    Complex inputs are taken in complex64 and complex128.

    Raises
    ------
    GradientCheckError
        If one differs by more than rounding, or is not of dtype float32.
    """
    rounded = [in_precision(x, "float32") for x in inputs]
    single = _Derivatives(f, rounded, second_order)
    double = _Derivatives(f, [in_precision(x, "float64") for x in rounded], second_order)
    worst, count = 0.0, 0
    for what, ours, exact in zip(single.names, single.arrays, double.arrays, strict=True):
        if what != "the value" and ours.dtype not in (np.float32, np.complex64):
            msg = f"{what} in float32 has dtype {ours.dtype}; keep Python numbers in the rule."
            raise GradientCheckError(msg)
        a = np.asarray(to_device(ours, "cpu"), dtype=exact_dtype(ours.dtype))
        b = np.asarray(to_device(exact, "cpu"), dtype=exact_dtype(exact.dtype))
        error = float((np.abs(a - b) / max(1.0, np.abs(b).max(initial=0.0))).max(initial=0.0))
        if a.shape != b.shape or not error <= TOLERANCE:
            msg = f"{what} in float32 differs from float64 by {error:.2g} of the largest element."
            raise GradientCheckError(msg)
        worst, count = max(worst, error), count + a.size
    return CheckResult(worst, count)


class _Derivatives:
    """Values, first derivatives, and one directional second derivative, of one dtype."""

    def __init__(self, f: Callable[..., Any], inputs: Sequence[Array], second_order: bool) -> None:
        rng = np.random.default_rng(0)
        leaves = [Variable(x) for x in inputs]
        outputs = outputs_of(f(*leaves))
        seeds = [_weights(rng, y) for y in outputs]
        first = pulled_back(outputs, leaves, seeds, create_graph=second_order)
        self.arrays = [y._data for y in outputs] + [_plain(g) for g in first]
        self.names = ["the value"] * len(outputs) + ["the gradient"] * len(first)
        if second_order:
            again = [_weights(rng, g) for g in first]
            self.arrays += pulled_back(first, leaves, again, create_graph=False)
            self.names += ["the second derivative"] * len(leaves)


def _weights(rng: np.random.Generator, y: Variable) -> Array:
    return namespace(y._data).asarray(drawn_weights(rng, y).astype(y.dtype))


def _plain(gradient: Any) -> Array:
    array: Array = gradient._data if isinstance(gradient, Variable) else gradient
    return array
