"""Slopes by the complex step: exact to rounding, for functions that are analytic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, namespace
from autograd_lite.checking.places import Place
from autograd_lite.errors import AutogradError, GradientCheckError
from autograd_lite.graph.modes import no_grad
from autograd_lite.graph.variable import Variable

__all__ = ["ComplexStep"]

TINY = 1e-30  # nothing is subtracted, so the step may be as small as one likes


class ComplexStep:
    """Im f(x + ih) / h: a difference quotient without a difference.

    Parameters
    ----------
    value : callable
        Returns the outputs for what the inputs hold now.
    weights : sequence of array
        Of the outputs, whose weighted sum is differentiated.

    References
    ----------
    W. Squire and G. Trapp, Using complex variables to estimate derivatives of real functions,
    SIAM Review 40 (1998).
    """

    def __init__(self, value: Callable[[], Sequence[Variable]], weights: Sequence[Array]) -> None:
        self.value = value
        self.weights = weights

    def slopes(self, place: Place) -> Array:
        """Return the slope in every element of one input.

        Raises
        ------
        GradientCheckError
            If the function refuses complex numbers, or drops their imaginary part.
        """
        base: Array = place.values()
        moved: Array = base.astype(np.complex128)
        slopes = np.zeros(place.shape)
        try:
            place.stand_on(moved)
            for index in np.ndindex(place.shape):
                moved[index] = base[index] + 1j * TINY
                slopes[index] = self._imaginary() / TINY
                moved[index] = base[index]
        finally:
            place.stand_on(place.moving)
        return slopes

    def along(self, places: Sequence[Place], ways: Sequence[Array]) -> float:
        """Return the slope along one direction through several inputs."""
        try:
            for place, way in zip(places, ways, strict=True):
                base: Any = place.values()
                place.stand_on(base + namespace(base).asarray(way) * (1j * TINY))
            return self._imaginary() / TINY
        finally:
            for place in places:
                place.stand_on(place.moving)

    def _imaginary(self) -> float:
        try:
            with no_grad():
                outputs = self.value()
        except (AutogradError, TypeError) as error:
            raise _not_analytic(f"it does not take complex numbers ({error})") from error
        if any([y.dtype.kind != "c" for y in outputs]):
            raise _not_analytic("it returned real numbers for complex ones")
        return sum(
            [
                float((y._data.imag * namespace(y._data).asarray(w)).sum())
                for y, w in zip(outputs, self.weights, strict=True)
            ]
        )


def _not_analytic(why: str) -> GradientCheckError:
    return GradientCheckError(
        f"gradcheck: method='complex' needs an analytic f, but {why}; use method='difference'."
    )
