"""The self-check: every registered operation on its own cases, to second order."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd_lite import functions
from autograd_lite.arrays import Array
from autograd_lite.checking.gradcheck import gradcheck, gradgradcheck
from autograd_lite.errors import AutogradError, GraphError
from autograd_lite.graph.cases import A, Case
from autograd_lite.graph.function import Operation
from autograd_lite.graph.variable import Variable

__all__ = ["OperationReport", "case_inputs", "check_operations", "format_report", "public_function"]


class OperationReport(NamedTuple):
    """What the self-check found for one operation."""

    name: str
    cases: int
    comparisons: int
    first_order: float
    second_order: float | None
    failure: str | None


def public_function(operation: type[Operation]) -> Callable[..., Variable]:
    """Return the public function that applies an operation: it has the operation's name.

    Raises
    ------
    GraphError
        If there is none.
    """
    function: Callable[..., Variable] | None = getattr(functions, operation.name, None)
    if function is None:
        msg = (
            f"{operation.__name__}: autograd_lite.functions has no {operation.name}; add it there."
        )
        raise GraphError(msg)
    return function


def case_inputs(case: Case, seed: int) -> list[Array]:
    """Return one random float64 array for each :class:`A` of a case."""
    rng = np.random.default_rng(seed)
    return [_random(a, rng) for a in case.arguments if isinstance(a, A)]


def _random(a: A, rng: np.random.Generator) -> Array:
    size = int(np.prod(a.shape))
    if a.distinct:
        values = np.linspace(a.low, a.high, size) if size > 1 else np.full(size, a.high)
        return rng.permutation(values).reshape(a.shape)
    drawn = rng.uniform(a.low, a.high, a.shape)
    if a.away_from is not None:
        side = np.where(drawn >= a.away_from, 0.1, -0.1)
        drawn = drawn + side
    return np.asarray(drawn)


def check_operations(*, quick: bool = False, only: str | None = None) -> Iterator[OperationReport]:
    """Check every registered operation; yield a report as each is done.

    Parameters
    ----------
    quick : bool
        First order only.
    only : str, optional
        The name of one operation.
    """
    for name, operation in sorted(Operation.registry.items()):
        if only is None or name == only:
            yield _check(operation, quick)


def _check(operation: type[Operation], quick: bool) -> OperationReport:
    function = public_function(operation)
    first, second, count = 0.0, 0.0, 0
    failure: str | None = None if operation.cases else "no cases are registered"
    for number, case in enumerate(operation.cases):
        seed = zlib.crc32(f"{operation.name} {number}".encode())
        inputs = case_inputs(case, seed)
        f = _applied(function, case)
        try:
            result = gradcheck(f, inputs, seed=seed)
            first = max(first, result.worst_error)
            count += result.comparisons
            if not quick:
                result = gradgradcheck(f, inputs, seed=seed)
                second = max(second, result.worst_error)
                count += result.comparisons
        except AutogradError as error:
            failure = f"{case!r}: {error}"
            break
    return OperationReport(
        operation.name, len(operation.cases), count, first, None if quick else second, failure
    )


def _applied(function: Callable[..., Variable], case: Case) -> Callable[..., Variable]:
    def f(*variables: Any) -> Variable:
        given = iter(variables)
        arguments = [next(given) if isinstance(a, A) else a for a in case.arguments]
        return function(*arguments, **case.options)

    return f


def format_report(reports: list[OperationReport]) -> str:
    """Return the table of a self-check, worst errors per operation, failures below."""
    width = max([len(name) for name in ["operation", *[report.name for report in reports]]])
    twice = any([report.second_order is not None for report in reports])
    lines = [f"{'operation':{width}}  cases  compared  1st order" + "  2nd order" * twice]
    for report in reports:
        first = "FAILED" if report.failure else f"{report.first_order:.1e}"
        line = f"{report.name:{width}}  {report.cases:5d}  {report.comparisons:8d}  {first:>9}"
        if report.second_order is not None:
            line += f"  {report.second_order:9.1e}"
        lines.append(line)
    lines += [f"\n{report.name}: {report.failure}" for report in reports if report.failure]
    return "\n".join(lines)
