"""Composed functions: public functions made of operations, proven by cases and points too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from autograd_lite.graph.cases import At, Case
from autograd_lite.graph.function import Operation

__all__ = ["COMPOSED", "Composed", "Proven", "composed", "proven"]

F = TypeVar("F", bound=Callable[..., Any])


class Composed:
    """A function that records operations and is none itself: what the self-check knows of it.

    The attributes have the names that they have on an :class:`Operation`; the description is the
    function's own.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        cases: Sequence[Case],
        points: Sequence[At],
        subgradient: str,
    ) -> None:
        self.name = function.__name__
        self.function = function
        self.cases = cases
        self.points = points
        self.subgradient = subgradient
        self.__doc__ = function.__doc__


Proven: TypeAlias = type[Operation] | Composed
COMPOSED: dict[str, Composed] = {}


def composed(
    *, cases: Sequence[Case], points: Sequence[At] = (), subgradient: str = ""
) -> Callable[[F], F]:
    """Let a function made of operations be checked as they are.

    Parameters
    ----------
    cases : sequence of Case
        Arguments for random checks.
    points : sequence of At
        Awkward points, with the right answers.
    subgradient : str
        What is chosen at ties and kinks, for the table.

    Examples
    --------
    >>> from autograd_lite.graph.cases import A, Case
    >>> from autograd_lite.graph.composed import COMPOSED, composed
    >>> @composed(cases=(Case(A(3)),))
    ... def twice(x):
    ...     '''2 · x.'''
    ...     return 2 * x
    >>> COMPOSED.pop("twice").cases
    (Case(A(3,)),)
    """

    def register(function: F) -> F:
        COMPOSED[function.__name__] = Composed(function, cases, points, subgradient)
        return function

    return register


def proven() -> dict[str, Proven]:
    """Return everything that has cases, operations and composed functions, by name in order."""
    known: dict[str, Proven] = {**Operation.registry, **COMPOSED}
    return dict(sorted(known.items()))
