"""gradcheck and gradgradcheck: rules against central differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd_lite.arrays import Array, is_array, namespace, to_device
from autograd_lite.checking.diagnosis import Mismatch, explain, table
from autograd_lite.checking.places import CUBE_ROOT, Place, opened
from autograd_lite.errors import GradientCheckError, OperandError
from autograd_lite.graph.gradients import gradients
from autograd_lite.graph.modes import enable_grad
from autograd_lite.graph.variable import Variable
from autograd_lite.graph.walk import nodes_below

__all__ = ["CheckResult", "gradcheck", "gradgradcheck"]

RTOL, ATOL = 1e-5, 1e-7


class CheckResult(NamedTuple):
    """What a passed check found: the worst error relative to max(1, |gradient|)."""

    worst_error: float
    comparisons: int


def gradcheck(
    f: Callable[..., Any],
    inputs: Any,
    *,
    directions: int | None = None,
    eps: float | None = None,
    rtol: float = RTOL,
    atol: float = ATOL,
    seed: int = 0,
    allow_kinks: bool = False,
) -> CheckResult:
    """Compare the gradients of `f` with central differences, in float64, for every input.

    Parameters
    ----------
    f : callable
        Takes the inputs and returns a Variable of any shape, or several; it may also read leaf
        Variables among the inputs from where they live.
    inputs : array, leaf Variable, or sequence of these
        Arrays become Variables; Variables are moved in place and put back. Integer and boolean
        arrays and other things are passed on as they are.
    directions : int, optional
        Instead of every element, compare along this many random directions through all inputs:
        the cost does not depend on the number of elements.
    eps : float, optional
        The step; by default scaled to the value.
    rtol, atol : float
        Allowed error: atol + rtol · |gradient| + the rounding error of the differences.
    seed : int
        Of the random directions and of the weights of the outputs.
    allow_kinks : bool
        Do not fail where the slopes from the left and from the right differ.

    Returns
    -------
    CheckResult

    Raises
    ------
    GradientCheckError
        With a table of the worst elements and what the error looks like; also if `f` gives two
        results for one input (it is random), or has a kink here.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> result = ag.gradcheck(lambda x: ag.tanh(x) * x, np.array([0.5, -1.0]))
    >>> result.worst_error < 1e-8
    True
    """
    arguments, movable = _arguments(inputs)
    rng = np.random.default_rng(seed)
    with opened([arguments[i] for i in movable], "gradcheck") as places, enable_grad():
        probe = _Probe(f, arguments, movable, places, rng)
        tolerance = _Tolerance(rtol, atol, probe.rounding)
        if directions is not None:
            return _along_directions(probe, directions, eps, tolerance, rng, allow_kinks)
        return _at_elements(probe, eps, tolerance, allow_kinks)


def gradgradcheck(
    f: Callable[..., Any],
    inputs: Any,
    *,
    directions: int | None = None,
    eps: float | None = None,
    rtol: float = RTOL,
    atol: float = ATOL,
    seed: int = 0,
    allow_kinks: bool = False,
) -> CheckResult:
    """Compare second derivatives of `f` with central differences of its first ones.

    The gradients of `f`, weighted at random, are themselves checked by :func:`gradcheck`, with
    respect to the inputs and to the weights. Parameters and errors are the same.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> bool(ag.gradgradcheck(ag.exp, np.array([0.5, -1.0])))
    True
    """
    arguments, movable = _arguments(inputs)
    probe = _outputs(f(*arguments))
    rng = np.random.default_rng(seed + 1)
    weights = [
        Variable(namespace(y._data).asarray(rng.uniform(0.5, 1.5, y.shape)), name="weights")
        for y in probe
    ]

    def gradient(*given: Any) -> list[Variable]:
        own = given[: len(arguments)]
        outputs = _outputs(f(*own))
        seeds = [w.astype(y.dtype) for w, y in zip(given[len(arguments) :], outputs, strict=True)]
        return _vjp(outputs, [own[i] for i in movable], seeds, create_graph=True)

    return gradcheck(
        gradient,
        [*arguments, *weights],
        directions=directions,
        eps=eps,
        rtol=rtol,
        atol=atol,
        seed=seed,
        allow_kinks=allow_kinks,
    )


def _arguments(inputs: Any) -> tuple[list[Any], list[int]]:
    """Return the arguments of f, arrays as Variables, and which of them are moved."""
    given = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    arguments: list[Any] = []
    movable: list[int] = []
    for i, value in enumerate(given):
        floats = (is_array(value) or isinstance(value, np.generic)) and value.dtype.kind == "f"
        if floats or isinstance(value, float):
            arguments.append(Variable(value))
        else:
            arguments.append(value)
        again = any([arguments[i] is arguments[j] for j in movable])  # one Variable, two places
        if isinstance(arguments[i], Variable) and arguments[i].requires_grad and not again:
            movable.append(i)
    if not movable:
        msg = "gradcheck: no input requires a gradient; pass floating-point arrays or Variables."
        raise OperandError(msg)
    return arguments, movable


def _outputs(result: Any) -> list[Variable]:
    outputs = list(result) if isinstance(result, list | tuple) else [result]
    for y in outputs:
        if not isinstance(y, Variable):
            msg = f"gradcheck: f returned {type(y).__name__}; return Variables, computed from x."
            raise OperandError(msg)
    return outputs


def _vjp(
    outputs: list[Variable], inputs: list[Variable], seeds: list[Any], *, create_graph: bool
) -> list[Any]:
    """Return the weighted gradients, zeros where an output does not depend on an input."""
    roots = [(y, seed) for y, seed in zip(outputs, seeds, strict=True) if y.requires_grad]
    below = nodes_below([y for y, _ in roots])
    used = [v for v in inputs if v in below]
    found: dict[Variable, Any] = {}
    if used:
        ys, weights = zip(*roots, strict=True)
        results = gradients(
            list(ys), used, list(weights), create_graph=create_graph, retain_graph=create_graph
        )
        found = dict(zip(used, results, strict=True))
    return [found[v] if v in found else v * 0.0 if create_graph else _zeros(v) for v in inputs]


def _zeros(v: Variable) -> Array:
    return namespace(v._data).zeros(v.shape, dtype=v.dtype)


class _Probe:
    """The function under check: its weighted sum, its gradients, its value here."""

    def __init__(
        self,
        f: Callable[..., Any],
        arguments: list[Any],
        movable: list[int],
        places: list[Place],
        rng: np.random.Generator,
    ) -> None:
        self.f = f
        self.arguments = arguments
        self.places = places
        outputs = _outputs(f(*arguments))
        self.shapes = [y.shape for y in outputs]
        self.weights = [
            np.ones(y.shape) if y.size == 1 else rng.uniform(0.5, 1.5, y.shape) for y in outputs
        ]
        self.here = self._weighted(outputs, self.weights)
        if self.value() != self.here and not np.isnan(self.here):
            msg = (
                "gradcheck: two calls of f with the same input gave different results; make it "
                "deterministic, for example with a seeded Generator made inside f."
            )
            raise GradientCheckError(msg)
        self.scale = sum([float(np.abs(_host(y)).sum()) for y in outputs])
        seeds = [
            namespace(y._data).asarray(w.astype(y.dtype))
            for y, w in zip(outputs, self.weights, strict=True)
        ]
        leaves = [arguments[i] for i in movable]
        self.analytic = [
            to_device(g, "cpu").astype(np.float64)
            for g in _vjp(outputs, leaves, seeds, create_graph=False)
        ]
        exact = all([y.dtype == np.float64 for y in outputs])
        self.rounding = 8 * float(np.finfo(np.float64 if exact else np.float32).eps) * self.scale

    def value(self, weights: list[Array] | None = None) -> float:
        """Return the weighted sum of the outputs for what the inputs hold now."""
        outputs = _outputs(self.f(*self.arguments))
        return self._weighted(outputs, self.weights if weights is None else weights)

    @staticmethod
    def _weighted(outputs: list[Variable], weights: list[Array]) -> float:
        return sum([float((_host(y) * w).sum()) for y, w in zip(outputs, weights, strict=True)])


def _host(y: Variable) -> Array:
    return to_device(y._data, "cpu").astype(np.float64, copy=False)


class _Tolerance(NamedTuple):
    rtol: float
    atol: float
    rounding: float

    def at(self, analytic: float, numeric: float, h: float) -> float:
        return self.atol + self.rtol * max(abs(analytic), abs(numeric)) + self.rounding / h

    def kink(self, left: float, right: float, h: float) -> bool:
        """Whether one-sided slopes differ by more than curvature and rounding explain."""
        allowed = 1e-3 * max(1.0, abs(left), abs(right)) + 4 * self.rounding / h
        return abs(left - right) > allowed


def _slopes(
    probe: _Probe, move: Callable[[float], None], h: float, weights: list[Array] | None = None
) -> tuple[float, float]:
    """Return the slopes from the left and from the right along a move."""
    move(h)
    above = probe.value(weights)
    move(-h)
    below = probe.value(weights)
    move(0.0)
    here = probe.here if weights is None else probe.value(weights)
    return (here - below) / h, (above - here) / h


def _element_slopes(
    probe: _Probe,
    place: Place,
    index: tuple[int, ...],
    eps: float | None,
    weights: list[Array] | None = None,
) -> tuple[float, float, float]:
    value = float(place.moving[index])
    h = place.step(value) if eps is None else eps

    def move(by: float) -> None:
        place.put(index, value + by)

    return (*_slopes(probe, move, h, weights), h)


def _at_elements(
    probe: _Probe, eps: float | None, tolerance: _Tolerance, allow_kinks: bool
) -> CheckResult:
    worst, count = 0.0, 0
    failures: list[Mismatch] = []
    numerics = [np.zeros(place.shape) for place in probe.places]
    for i, place in enumerate(probe.places):
        for index in np.ndindex(place.shape):
            left, right, h = _element_slopes(probe, place, index, eps)
            numeric = numerics[i][index] = (left + right) / 2
            analytic = float(probe.analytic[i][index])
            error = abs(analytic - numeric)
            count += 1
            kink = tolerance.kink(left, right, h)
            if not error <= tolerance.at(analytic, numeric, h) or (kink and not allow_kinks):
                looks = f"kink: slopes {left:.4g} and {right:.4g}" if kink else ""
                failures.append(Mismatch(i, index, analytic, numeric, error, looks))
            else:
                worst = max(worst, error / max(1.0, abs(numeric)))
    if failures:
        for i in {failure.input for failure in failures if not failure.looks}:
            looks = explain(probe.analytic[i], numerics[i], probe.shapes, _masked(probe, i, eps))
            failures = [
                m._replace(looks=looks) if m.input == i and not m.looks else m for m in failures
            ]
        raise GradientCheckError(table(failures, count, _names(probe)))
    return CheckResult(worst, count)


def _masked(probe: _Probe, i: int, eps: float | None) -> Callable[[int, int, int], Array | None]:
    """Return a function: the numerical gradient when only one slice of an output counts."""

    def gradient(output: int, axis: int, position: int) -> Array | None:
        place = probe.places[i]
        if place.size > 200:
            return None
        weights = [np.zeros_like(w) for w in probe.weights]
        slices = [slice(None)] * weights[output].ndim
        slices[axis] = slice(position, position + 1)
        weights[output][tuple(slices)] = probe.weights[output][tuple(slices)]
        result = np.zeros(place.shape)
        for index in np.ndindex(place.shape):
            left, right, _ = _element_slopes(probe, place, index, eps, weights)
            result[index] = (left + right) / 2
        return result

    return gradient


def _names(probe: _Probe) -> list[str]:
    names = []
    for i, place in enumerate(probe.places):
        name = place.owner.name if isinstance(place.owner, Variable) else None
        names.append(f"{i + 1}" if name is None else f"{i + 1} ({name})")
    return names


def _along_directions(
    probe: _Probe,
    directions: int,
    eps: float | None,
    tolerance: _Tolerance,
    rng: np.random.Generator,
    allow_kinks: bool,
) -> CheckResult:
    worst = 0.0
    everything = list(range(len(probe.places)))
    for number in range(directions):
        mismatch = _along(probe, everything, eps, tolerance, rng, allow_kinks)
        if mismatch.looks:
            found = [
                _along(probe, [i], eps, tolerance, rng, allow_kinks)._replace(input=i)
                for i in everything
            ]
            failures = [m for m in found if m.looks] or [mismatch]
            raise GradientCheckError(table(failures, number + 1, _names(probe)))
        worst = max(worst, mismatch.error / max(1.0, abs(mismatch.numeric)))
    return CheckResult(worst, directions)


def _along(
    probe: _Probe,
    moved: list[int],
    eps: float | None,
    tolerance: _Tolerance,
    rng: np.random.Generator,
    allow_kinks: bool,
) -> Mismatch:
    """Compare the slope along one random direction of length 1 through some inputs."""
    places = [probe.places[i] for i in moved]
    bases = [place.values() for place in places]
    ways = [rng.random(place.shape) - 0.5 for place in places]
    length = float(np.sqrt(sum([float((way * way).sum()) for way in ways]))) or 1.0
    largest = max([float(np.abs(to_device(b, "cpu")).max(initial=0.0)) for b in bases])
    h = 10 * CUBE_ROOT * max(largest, 0.1) if eps is None else eps

    def move(by: float) -> None:
        for place, base, way in zip(places, bases, ways, strict=True):
            step = namespace(base).asarray(way * (by / length))
            place.put_all(base + step if by else base)

    left, right = _slopes(probe, move, h)
    numeric = (left + right) / 2
    analytic = (
        sum([float((probe.analytic[i] * way).sum()) for i, way in zip(moved, ways, strict=True)])
        / length
    )
    error = abs(analytic - numeric)
    kink = tolerance.kink(left, right, h)
    looks = ""
    if not error <= tolerance.at(analytic, numeric, h):
        looks = "along a random direction; check every element (directions=None) to see which"
    if kink and not allow_kinks:
        looks = f"kink: slopes {left:.4g} and {right:.4g}"
    return Mismatch(moved[0], None, analytic, numeric, error, looks)
