"""The self-check: every registered operation on its own cases and points, to second order."""

from __future__ import annotations

import sys
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from autograd_lite import functions
from autograd_lite.arrays import Array, to_device
from autograd_lite.checking.gradcheck import gradcheck, gradgradcheck
from autograd_lite.checking.points import check_point
from autograd_lite.checking.single import check_single
from autograd_lite.errors import AutogradError, GraphError, MissingDependencyError
from autograd_lite.graph.cases import A, At, Case, filled, marked
from autograd_lite.graph.composed import Composed, Proven, proven
from autograd_lite.graph.variable import Variable

__all__ = [
    "DTYPES",
    "OperationReport",
    "case_inputs",
    "check_operations",
    "everything",
    "public_function",
]

DTYPES = ("float64", "float32")


class OperationReport(NamedTuple):
    """What the self-check found for one operation.

    Attributes
    ----------
    cases, points, comparisons : int
        Random cases, awkward points, and numbers compared.
    first_order, second_order, single : float or None
        The worst errors relative to max(1, |gradient|): of float64 against central differences, of
        float32 against float64; None for what was not checked.
    failure : str or None
        What failed first.
    """

    name: str
    cases: int
    points: int
    comparisons: int
    first_order: float | None
    second_order: float | None
    single: float | None
    failure: str | None


def everything() -> dict[str, Proven]:
    """Return all that is proven, the special functions too where SciPy is installed."""
    with suppress(MissingDependencyError):
        import_module("autograd_lite.special")
    return proven()


def public_function(operation: Proven) -> Callable[..., Variable]:
    """Return the public function that applies an operation: it has the operation's name.

    It is found among the functions, or in ``linalg``, ``fft``, ``special``.

    Raises
    ------
    GraphError
        If there is none.
    """
    if isinstance(operation, Composed):
        return operation.function
    special = sys.modules.get("autograd_lite.special")  # which needs SciPy
    for place in (functions, functions.linalg, functions.fft, special):
        found: Callable[..., Variable] | None = getattr(place, operation.name, None)
        if callable(found):
            return found
    msg = f"{operation.__name__}: autograd_lite.functions has no {operation.name}; add it there."
    raise GraphError(msg)


def case_inputs(case: Case, seed: int) -> list[Array]:
    """Return one random array, float64 or complex128, for each :class:`A` of a case."""
    rng = np.random.default_rng(seed)
    return [_random(a, rng) for a in marked(case.arguments, A)]


def _random(a: A, rng: np.random.Generator) -> Array:
    size = int(np.prod(a.shape))
    if a.distinct:
        values = np.linspace(a.low, a.high, size) if size > 1 else np.full(size, a.high)
        return rng.permutation(values).reshape(a.shape)
    drawn = rng.uniform(a.low, a.high, a.shape)
    if a.away_from is not None:
        side = np.where(drawn >= a.away_from, 0.1, -0.1)
        drawn = drawn + side
    if a.complex:
        far = max(abs(a.low), abs(a.high))
        drawn = drawn + 1j * rng.uniform(-far, far, a.shape)
    if a.diagonal:
        drawn = drawn + a.diagonal * np.eye(a.shape[-2], a.shape[-1])
    return np.asarray(drawn)


def check_operations(
    *,
    quick: bool = False,
    only: str | None = None,
    dtypes: Sequence[str] = DTYPES,
    device: str = "cpu",
) -> Iterator[OperationReport]:
    """Check every registered operation; yield a report as each is done.

    Parameters
    ----------
    quick : bool
        First order only.
    only : str, optional
        The name of one operation.
    dtypes : sequence of str
        ``"float64"`` is held against central differences, ``"float32"`` against float64.
    device : str
        Where the arrays live: ``"cpu"`` or ``"cuda"``.
    """
    for name, operation in everything().items():
        if only is None or name == only:
            with warnings.catch_warnings():  # of rows that are all NaN, which points ask for
                warnings.simplefilter("ignore", RuntimeWarning)
                report = _Check(operation, quick, dtypes, device).report()
            yield report


class _Check:
    """The check of one operation, and what it has found so far."""

    def __init__(self, operation: Proven, quick: bool, dtypes: Sequence[str], device: str) -> None:
        self.operation = operation
        self.function = public_function(operation)
        self.quick = quick
        self.dtypes = dtypes
        self.device = device
        self.first, self.second, self.single = 0.0, 0.0, 0.0
        self.comparisons = 0

    def report(self) -> OperationReport:
        """Check cases and points; stop at the first failure."""
        failure = None if self.operation.cases else "no cases are registered"
        for number, case in enumerate(self.operation.cases):
            try:
                self._case(case, zlib.crc32(f"{self.operation.name} {number}".encode()))
            except AutogradError as error:
                failure = failure or f"{case!r}: {error}"
        for point in self.operation.points:
            try:
                self._point(point)
            except AutogradError as error:
                failure = failure or str(error)
        exact = "float64" in self.dtypes
        return OperationReport(
            self.operation.name,
            len(self.operation.cases),
            len(self.operation.points),
            self.comparisons,
            self.first if exact else None,
            self.second if exact and not self.quick else None,
            self.single if "float32" in self.dtypes else None,
            failure,
        )

    def _case(self, case: Case, seed: int) -> None:
        inputs = [to_device(x, self.device) for x in case_inputs(case, seed)]
        f = applied(self.function, case)
        if "float64" in self.dtypes:
            result = gradcheck(f, inputs, seed=seed)
            self.first = max(self.first, result.worst_error)
            self.comparisons += result.comparisons
            if not self.quick:
                result = gradgradcheck(f, inputs, seed=seed)
                self.second = max(self.second, result.worst_error)
                self.comparisons += result.comparisons
        if "float32" in self.dtypes:
            result = check_single(f, inputs, second_order=not self.quick)
            self.single = max(self.single, result.worst_error)
            self.comparisons += result.comparisons

    def _point(self, point: At) -> None:
        for dtype in self.dtypes:
            if dtype == "float64" or point.exact32:
                self.comparisons += check_point(self.function, point, dtype, self.device)


def applied(function: Callable[..., Variable], case: Case) -> Callable[..., Variable]:
    """Return a function of the random arrays of a case alone."""

    def f(*variables: Any) -> Variable:
        return function(*filled(case.arguments, A, iter(variables)), **case.options)

    return f
