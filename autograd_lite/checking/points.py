"""Points: the awkward places of an operation, against the answers written beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, namespace, to_device
from autograd_lite.checking.places import exact_dtype
from autograd_lite.checking.probe import outputs_of, pulled_back
from autograd_lite.errors import GradientCheckError
from autograd_lite.graph.cases import At, X, filled, in_precision, marked
from autograd_lite.graph.variable import Variable

__all__ = ["check_point"]

TOLERANCE = {"float64": 1e-12, "float32": 2e-6}


def check_point(
    function: Callable[..., Any], point: At, dtype: str = "float64", device: str = "cpu"
) -> int:
    """Compare an operation with the answers at an awkward point; return the comparisons made.

    Value and slopes must be those written down; recorded slopes (``create_graph``) the same; and a
    gradient of exactly 0 must go back as exactly 0, in the first derivative and in the second.

    Raises
    ------
    GradientCheckError
        Naming what differs: the value, the slope of which operand, or a 0 that did not stay 0.
    """
    run = _Run(function, point, dtype, device)
    with np.errstate(all="ignore"):
        outputs = run.outputs()
        gives = point.gives if isinstance(point.gives, tuple) else (point.gives,)
        for y, expected in zip(outputs, gives, strict=True):
            run.require_close("the value", y, expected)
        run.require_slopes("the slope", point.slopes, create_graph=False)
        run.require_slopes("the recorded slope", point.slopes, create_graph=True)
        zeros = [np.zeros(v.shape) for v in run.operands]
        run.require_slopes("with no gradient arriving, the slope", zeros, nothing=True)
        run.require_no_second_slope()
    return len(outputs) + 4 * len(run.operands)


class _Run:
    """One point in one dtype on one device."""

    def __init__(self, function: Callable[..., Any], point: At, dtype: str, device: str) -> None:
        self.function = function
        self.point = point
        self.dtype = dtype
        self.device = device
        self.operands = [
            Variable(to_device(in_precision(a.values, dtype), device))
            for a in marked(point.arguments, X)
        ]

    def outputs(self) -> list[Variable]:
        arguments = filled(self.point.arguments, X, iter(self.operands))
        return outputs_of(self.function(*arguments, **self.point.options))

    def seeds(self, outputs: Sequence[Variable], *, nothing: bool) -> list[Array]:
        """Return what arrives at each output: ones, what the point says, or nothing at all."""
        arriving = self.point.arriving
        each = arriving if isinstance(arriving, tuple) else [arriving] * len(outputs)
        seeds = []
        for y, one in zip(outputs, each, strict=True):
            value = 0.0 if nothing else 1.0 if one is None else one
            full = np.broadcast_to(np.asarray(value, y.dtype), y.shape)
            seeds.append(to_device(np.array(full), self.device))
        return seeds

    def slopes(self, *, create_graph: bool, nothing: bool) -> list[Any]:
        outputs = self.outputs()
        seeds = self.seeds(outputs, nothing=nothing)
        return pulled_back(outputs, self.operands, seeds, create_graph=create_graph)

    def require_slopes(
        self,
        what: str,
        expected: Sequence[Any],
        *,
        create_graph: bool = False,
        nothing: bool = False,
    ) -> None:
        found = self.slopes(create_graph=create_graph, nothing=nothing)
        for i, (slope, answer) in enumerate(zip(found, expected, strict=True)):
            self.require_close(f"{what} of operand {i + 1}", slope, answer)

    def require_no_second_slope(self) -> None:
        """Where nothing arrives, the first derivative is 0 and its own derivative too."""
        first = self.slopes(create_graph=True, nothing=True)
        seeds = [namespace(g._data).ones(g.shape, dtype=g.dtype) for g in first]
        second = pulled_back(first, self.operands, seeds, create_graph=False)
        for i, slope in enumerate(second):
            what = f"with no gradient arriving, the second derivative of operand {i + 1}"
            self.require_close(what, slope, np.zeros(self.operands[i].shape))

    def require_close(self, what: str, found: Any, expected: Any) -> None:
        actual = _host(found)
        answer = np.asarray(expected)
        answer = answer.astype(exact_dtype(answer.dtype))
        tolerance = TOLERANCE[self.dtype]
        same = actual.shape == answer.shape and np.allclose(
            actual, answer, rtol=tolerance, atol=tolerance, equal_nan=True
        )
        if not same:
            msg = (
                f"{what} at {self.point!r} in {self.dtype} is {_short(actual)}, not "
                f"{_short(answer)}; compare the rule with its limit there."
            )
            raise GradientCheckError(msg)


def _host(found: Any) -> Array:
    data = found._data if isinstance(found, Variable) else found
    return np.asarray(to_device(data, "cpu"), dtype=exact_dtype(data.dtype))


def _short(array: Array) -> str:
    return f"{np.array2string(array, threshold=10, precision=8, separator=', ')} {array.shape}"
