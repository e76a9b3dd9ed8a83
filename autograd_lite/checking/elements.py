"""Every element of every input: differences from both sides, or the complex step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.checking.complex_step import ComplexStep
from autograd_lite.checking.diagnosis import Mismatch, explain, table
from autograd_lite.checking.places import Place
from autograd_lite.checking.probe import (
    CheckResult,
    Probe,
    Settings,
    Tolerance,
    input_names,
    settled_slopes,
    slopes,
)
from autograd_lite.errors import GradientCheckError

__all__ = ["check_elements"]

EXACT = 1e-10  # of the complex step, relative
_PARTS = {1.0: ".real", 1j: ".imag"}


def check_elements(probe: Probe, settings: Settings) -> CheckResult:
    """Compare the gradient of every element; raise with a table of the worst."""
    comparison = _Comparison(probe, settings)
    for i in range(len(probe.places)):
        comparison.compare(i)
    comparison.require_none_failed()
    return CheckResult(comparison.worst, comparison.count)


class _Comparison:
    """The elements compared so far, and those that failed."""

    def __init__(self, probe: Probe, settings: Settings) -> None:
        self.probe = probe
        self.settings = settings
        self.tolerance = Tolerance(settings.rtol, settings.atol, probe.rounding)
        self.numerics = [np.zeros(place.shape, place.exact) for place in probe.places]
        self.failures: list[Mismatch] = []
        self.worst, self.count = 0.0, 0

    def compare(self, i: int) -> None:
        """Compare the elements of one input."""
        probe, place = self.probe, self.probe.places[i]
        exact: Array | None = None
        if self.settings.complex_step:
            exact = ComplexStep(probe.outputs, probe.weights).slopes(place)
        for index in np.ndindex(place.shape):
            for way in place.ways:
                self._compare_element(i, index, way, exact)

    def _compare_element(
        self, i: int, index: tuple[int, ...], way: complex, exact: Array | None
    ) -> None:
        """Compare one element; of a complex one, one of its two parts."""
        probe, place = self.probe, self.probe.places[i]
        h, move = _step(place, index, way, self.settings.eps)
        found = settled_slopes(probe, move, h, self.tolerance)
        numeric = (found.left + found.right) / 2
        analytic = float((probe.analytic[i][index] * way).real)
        allowed = self.tolerance.at(analytic, numeric, found.h)
        if exact is not None:
            require_analytic(float(exact[index]), numeric, allowed)
            numeric = float(exact[index])
            allowed = EXACT * max(1.0, abs(numeric)) + probe.rounding
        self.numerics[i][index] += numeric / way  # 1 / i is -i
        part = _PARTS[way] if len(place.ways) > 1 else ""
        error = abs(analytic - numeric)
        self._note(Mismatch(i, index, analytic, numeric, error, found.looks, part), allowed)

    def _note(self, found: Mismatch, allowed: float) -> None:
        self.count += 1
        if not found.error <= allowed or (found.looks and not self.settings.allow_kinks):
            self.failures.append(found)
        else:
            self.worst = max(self.worst, found.error / max(1.0, abs(found.numeric)))

    def require_none_failed(self) -> None:
        """Raise with what each failed input looks like."""
        if not self.failures:
            return
        probe = self.probe
        for i in {failure.input for failure in self.failures if not failure.looks}:
            masked = _masked(probe, i, self.settings.eps)
            looks = explain(probe.analytic[i], self.numerics[i], probe.shapes, masked)
            self.failures = [
                m._replace(looks=looks) if m.input == i and not m.looks else m
                for m in self.failures
            ]
        raise GradientCheckError(table(self.failures, self.count, input_names(probe)))


def require_analytic(exact: float, numeric: float, allowed: float) -> None:
    """Raise if the complex step and differences of the same function disagree.

    Raises
    ------
    GradientCheckError
        If they do: the function looks at absolute values, signs or real parts.
    """
    if not abs(exact - numeric) <= 10 * allowed + 1e-4 * abs(numeric):
        msg = (
            f"gradcheck: method='complex' needs an analytic f, but the complex step gives "
            f"{exact:.6g} where differences give {numeric:.6g}; use method='difference'."
        )
        raise GradientCheckError(msg)


def _step(
    place: Place, index: tuple[int, ...], way: complex, eps: float | None
) -> tuple[float, Callable[[float], None]]:
    """Return the step for one element, and what moves it."""
    value = place.at(index)

    def move(by: float) -> None:
        place.put(index, value + by * way)

    return place.step(value) if eps is None else eps, move


def _masked(probe: Probe, i: int, eps: float | None) -> Callable[[int, int, int], Array | None]:
    """Return a function: the numerical gradient when only one slice of an output counts."""

    def gradient(output: int, axis: int, position: int) -> Array | None:
        place = probe.places[i]
        if place.size > 200:
            return None
        weights = [np.zeros_like(w) for w in probe.weights]
        slices = [slice(None)] * weights[output].ndim
        slices[axis] = slice(position, position + 1)
        weights[output][tuple(slices)] = probe.weights[output][tuple(slices)]
        result = np.zeros(place.shape, place.exact)
        for index in np.ndindex(place.shape):
            for way in place.ways:
                h, move = _step(place, index, way, eps)
                result[index] += sum(slopes(probe, move, h, weights)) / 2 / way
        return result

    return gradient
