"""The function under check: its value, its gradients, its slopes from both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_lite.arrays import Array, namespace, to_device
from autograd_lite.checking.places import Place, exact_dtype
from autograd_lite.errors import GradientCheckError, OperandError
from autograd_lite.graph.gradients import gradients
from autograd_lite.graph.variable import Variable
from autograd_lite.graph.walk import nodes_below

__all__ = [
    "CheckResult",
    "Probe",
    "Settings",
    "Slopes",
    "Tolerance",
    "drawn_weights",
    "input_names",
    "outputs_of",
    "pulled_back",
    "settled_slopes",
    "slopes",
]


class CheckResult(NamedTuple):
    """What a passed check found: the worst error relative to max(1, |gradient|)."""

    worst_error: float
    comparisons: int


def outputs_of(result: Any) -> list[Variable]:
    """Return a function's results as a list of Variables."""
    outputs = list(result) if isinstance(result, list | tuple) else [result]
    for y in outputs:
        if not isinstance(y, Variable):
            msg = f"gradcheck: f returned {type(y).__name__}; return Variables, computed from x."
            raise OperandError(msg)
    return outputs


def pulled_back(
    outputs: Sequence[Variable],
    inputs: Sequence[Variable],
    seeds: Sequence[Any],
    *,
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> list[Any]:
    """Return the weighted gradients, zeros where no output depends on an input."""
    roots = [(y, seed) for y, seed in zip(outputs, seeds, strict=True) if y.requires_grad]
    below = nodes_below([y for y, _ in roots])
    used = [v for v in inputs if v in below]
    found: dict[Variable, Any] = {}
    if used:
        ys, weights = zip(*roots, strict=True)
        results = gradients(
            list(ys), used, list(weights), create_graph=create_graph, retain_graph=retain_graph
        )
        found = dict(zip(used, results, strict=True))
    return [found[v] if v in found else _nothing(v, create_graph) for v in inputs]


def _nothing(v: Variable, create_graph: bool) -> Any:
    zeros = namespace(v._data).zeros(v.shape, dtype=v.dtype)
    return Variable(zeros, requires_grad=False) if create_graph else zeros


class Settings(NamedTuple):
    """What a check was asked for."""

    eps: float | None
    rtol: float
    atol: float
    allow_kinks: bool
    complex_step: bool


class Probe:
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
        outputs = outputs_of(f(*arguments))
        self.shapes = [y.shape for y in outputs]
        self.weights = [drawn_weights(rng, y) for y in outputs]
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
            to_device(g, "cpu").astype(exact_dtype(g.dtype))
            for g in pulled_back(outputs, leaves, seeds, create_graph=False)
        ]
        exact = all([y.dtype == exact_dtype(y.dtype) for y in outputs])
        self.rounding = 8 * float(np.finfo(np.float64 if exact else np.float32).eps) * self.scale

    def outputs(self) -> list[Variable]:
        """Return the outputs for what the inputs hold now."""
        return outputs_of(self.f(*self.arguments))

    def value(self, weights: list[Array] | None = None) -> float:
        """Return the weighted sum of the outputs (its real part) for what the inputs hold now."""
        return self._weighted(self.outputs(), self.weights if weights is None else weights)

    @staticmethod
    def _weighted(outputs: list[Variable], weights: list[Array]) -> float:
        return sum(
            [float((_host(y) * w).sum().real) for y, w in zip(outputs, weights, strict=True)]
        )


def drawn_weights(rng: np.random.Generator, y: Variable) -> Array:
    """Return random weights of an output: complex if it is, and 1 for a single real number."""
    if y.dtype.kind != "c":
        return np.ones(y.shape) if y.size == 1 else rng.uniform(0.5, 1.5, y.shape)
    return rng.uniform(0.5, 1.5, y.shape) + 1j * rng.uniform(0.5, 1.5, y.shape)


def _host(y: Variable) -> Array:
    return to_device(y._data, "cpu").astype(exact_dtype(y.dtype), copy=False)


class Tolerance(NamedTuple):
    """How far a rule may be from what it is compared with."""

    rtol: float
    atol: float
    rounding: float

    def at(self, analytic: float, numeric: float, h: float) -> float:
        """Return what central differences of step `h` allow."""
        return self.atol + self.rtol * max(abs(analytic), abs(numeric)) + self.rounding / h

    def kink(self, left: float, right: float, h: float) -> bool:
        """Whether one-sided slopes differ by more than curvature and rounding explain."""
        allowed = 1e-3 * max(1.0, abs(left), abs(right)) + 4 * self.rounding / h
        return abs(left - right) > allowed


def slopes(
    probe: Probe, move: Callable[[float], None], h: float, weights: list[Array] | None = None
) -> tuple[float, float]:
    """Return the slopes from the left and from the right along a move."""
    move(h)
    above = probe.value(weights)
    move(-h)
    below = probe.value(weights)
    move(0.0)
    here = probe.here if weights is None else probe.value(weights)
    return (here - below) / h, (above - here) / h


class Slopes(NamedTuple):
    """The slopes from both sides, with a step of `h`."""

    left: float
    right: float
    h: float
    kink: bool

    @property
    def looks(self) -> str:
        """Say what a kink looks like; empty where there is none."""
        return f"kink: slopes {self.left:.4g} and {self.right:.4g}" if self.kink else ""


def settled_slopes(
    probe: Probe, move: Callable[[float], None], h: float, tolerance: Tolerance
) -> Slopes:
    """Return the slopes from both sides; where they differ, look again from nearer.

    What is curvature shrinks with the step, and so does the trouble of a kink beside the point; a
    kink at the point itself stays.
    """
    left, right = slopes(probe, move, h)
    if not tolerance.kink(left, right, h):
        return Slopes(left, right, h, kink=False)
    near, far = slopes(probe, move, h / 10)
    if tolerance.kink(near, far, h / 10) and abs(near - far) > abs(left - right) / 3:
        return Slopes(left, right, h, kink=True)
    return Slopes(near, far, h / 10, kink=False)


def input_names(probe: Probe) -> list[str]:
    """Return how messages call the inputs: by number, and by name where there is one."""
    names = []
    for i, place in enumerate(probe.places):
        name = place.owner.name if isinstance(place.owner, Variable) else None
        names.append(f"{i + 1}" if name is None else f"{i + 1} ({name})")
    return names
