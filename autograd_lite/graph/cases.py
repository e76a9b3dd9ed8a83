"""Cases: how an operation says on which inputs it is to be checked."""

from __future__ import annotations

from typing import Any

__all__ = ["A", "Case"]


class A:
    """A random array in a case: its shape, its range, and values it must keep away from.

    Parameters
    ----------
    *shape : int
    low, high : float
        Bounds of the uniform distribution.
    away_from : float, optional
        No element comes nearer than 0.1 to this value (a kink, a pole).
    distinct : bool
        All elements differ by at least 0.05, so that no tie is near.
    """

    __slots__ = ("away_from", "distinct", "high", "low", "shape")

    def __init__(
        self,
        *shape: int,
        low: float = -2.0,
        high: float = 2.0,
        away_from: float | None = None,
        distinct: bool = False,
    ) -> None:
        self.shape = shape
        self.low = low
        self.high = high
        self.away_from = away_from
        self.distinct = distinct

    def __repr__(self) -> str:
        return f"A{self.shape}"


class Case:
    """Arguments for one check of an operation's public function.

    Every :class:`A` becomes a random array that is differentiated; all else is passed as it is.

    Examples
    --------
    >>> from autograd_lite.graph.cases import A, Case
    >>> Case(A(3, 4), axis=0)
    Case(A(3, 4), axis=0)
    """

    __slots__ = ("arguments", "options")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.arguments = arguments
        self.options = options

    def __repr__(self) -> str:
        parts = [repr(a) for a in self.arguments]
        parts += [f"{key}={value!r}" for key, value in self.options.items()]
        return f"Case({', '.join(parts)})"
