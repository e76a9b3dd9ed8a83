"""Random directions through all inputs: the cost does not depend on their number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd_lite.arrays import Array, namespace, to_device
from autograd_lite.checking.complex_step import ComplexStep
from autograd_lite.checking.diagnosis import Mismatch, table
from autograd_lite.checking.elements import EXACT, require_analytic
from autograd_lite.checking.places import CUBE_ROOT, Place
from autograd_lite.checking.probe import (
    CheckResult,
    Probe,
    Settings,
    Slopes,
    Tolerance,
    input_names,
    settled_slopes,
)
from autograd_lite.errors import GradientCheckError

__all__ = ["check_directions"]


def check_directions(
    probe: Probe, directions: int, settings: Settings, rng: np.random.Generator
) -> CheckResult:
    """Compare slopes along random directions; on failure, say which input is to blame."""
    worst = 0.0
    everything = list(range(len(probe.places)))
    for number in range(directions):
        mismatch = _along(probe, everything, settings, rng)
        if mismatch.looks:
            found = [_along(probe, [i], settings, rng)._replace(input=i) for i in everything]
            failures = [m for m in found if m.looks] or [mismatch]
            raise GradientCheckError(table(failures, number + 1, input_names(probe)))
        worst = max(worst, mismatch.error / max(1.0, abs(mismatch.numeric)))
    return CheckResult(worst, directions)


def _along(
    probe: Probe, moved: list[int], settings: Settings, rng: np.random.Generator
) -> Mismatch:
    """Compare the slope along one random direction of length 1 through some inputs."""
    places = [probe.places[i] for i in moved]
    ways = _unit(rng, places)
    tolerance = Tolerance(settings.rtol, settings.atol, probe.rounding)
    slopes = _slopes_along(probe, places, ways, settings.eps, tolerance)
    numeric = (slopes.left + slopes.right) / 2
    analytic = sum(
        [float((probe.analytic[i] * way).sum().real) for i, way in zip(moved, ways, strict=True)]
    )
    allowed = tolerance.at(analytic, numeric, slopes.h)
    if settings.complex_step:
        exact = ComplexStep(probe.outputs, probe.weights).along(places, ways)
        require_analytic(exact, numeric, allowed)
        numeric, allowed = exact, EXACT * max(1.0, abs(exact)) + probe.rounding
    error = abs(analytic - numeric)
    looks = ""
    if not error <= allowed:
        looks = "along a random direction; check every element (directions=None) to see which"
    if slopes.kink and not settings.allow_kinks:
        looks = slopes.looks
    return Mismatch(moved[0], None, analytic, numeric, error, looks)


def _unit(rng: np.random.Generator, places: Sequence[Place]) -> list[Array]:
    """Return a random direction through some inputs, of length 1 in all."""
    ways = [_way(rng, place) for place in places]
    length = float(np.sqrt(sum([float((np.abs(way) ** 2).sum()) for way in ways]))) or 1.0
    return [way / length for way in ways]


def _way(rng: np.random.Generator, place: Place) -> Array:
    way: Array = rng.random(place.shape) - 0.5
    return way if len(place.ways) == 1 else way + 1j * (rng.random(place.shape) - 0.5)


def _slopes_along(
    probe: Probe,
    places: Sequence[Place],
    ways: Sequence[Array],
    eps: float | None,
    tolerance: Tolerance,
) -> Slopes:
    bases = [place.values() for place in places]
    largest = max([float(np.abs(to_device(b, "cpu")).max(initial=0.0)) for b in bases])
    h = 10 * CUBE_ROOT * max(largest, 0.1) if eps is None else eps

    def move(by: float) -> None:
        for place, base, way in zip(places, bases, ways, strict=True):
            place.put_all(base + namespace(base).asarray(way * by) if by else base)

    return settled_slopes(probe, move, h, tolerance)
