"""Cases and points: how an operation says on which inputs it is to be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd_lite.arrays import Array

__all__ = ["A", "At", "Case", "X", "filled", "in_precision", "marked"]


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
    complex : bool
        Complex numbers: the bounds are of their real parts, and the imaginary ones are as far from
        0 as these may be.
    diagonal : float
        Added to the diagonals of matrices, which are then far from singular, or positive definite.
    """

    __slots__ = ("away_from", "complex", "diagonal", "distinct", "high", "low", "shape")

    def __init__(
        self,
        *shape: int,
        low: float = -2.0,
        high: float = 2.0,
        away_from: float | None = None,
        distinct: bool = False,
        complex: bool = False,
        diagonal: float = 0.0,
    ) -> None:
        self.shape = shape
        self.low = low
        self.high = high
        self.away_from = away_from
        self.distinct = distinct
        self.complex = complex
        self.diagonal = diagonal

    def __repr__(self) -> str:
        if not self.complex:
            return f"A{self.shape}"
        return f"A({', '.join([*map(str, self.shape), 'complex=True'])})"


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

    @property
    def is_complex(self) -> bool:
        """Whether an operand is complex: float16 has no complex partner."""
        return any([a.complex for a in marked(self.arguments, A)])

    def __repr__(self) -> str:
        parts = [repr(a) for a in self.arguments]
        parts += [f"{key}={value!r}" for key, value in self.options.items()]
        return f"Case({', '.join(parts)})"


class X:
    """Exact values of a differentiated operand in a point."""

    __slots__ = ("values",)

    def __init__(self, values: Any) -> None:
        self.values = values

    def __repr__(self) -> str:
        return repr(self.values)


class At:
    """An awkward point, with the right answer written down: ties, poles, extremes, empty axes.

    The self-check compares value and slopes in float64 and float32, and demands that a gradient of
    exactly 0 goes back as exactly 0, however infinite the slope.

    Parameters
    ----------
    *arguments
        Of the operation's public function; every :class:`X` is differentiated.
    gives
        The value there.
    slopes : sequence
        One gradient for each :class:`X`, in its shape, for a gradient of ones (or `arriving`).
    arriving
        The gradient that arrives.
    exact32 : bool
        Whether float32 gives the same answer; False where the point is beyond its range.
    **options
        Keyword arguments of the function.

    Examples
    --------
    >>> from autograd_lite.graph.cases import At, X
    >>> At(X([0.0, 4.0]), gives=[0.0, 2.0], slopes=([float("inf"), 0.25],))
    At([0.0, 4.0])
    """

    __slots__ = ("arguments", "arriving", "exact32", "gives", "options", "slopes")

    def __init__(
        self,
        *arguments: Any,
        gives: Any,
        slopes: Sequence[Any],
        arriving: Any = None,
        exact32: bool = True,
        **options: Any,
    ) -> None:
        self.arguments = arguments
        self.gives = gives
        self.slopes = slopes
        self.arriving = arriving
        self.exact32 = exact32
        self.options = options

    def __repr__(self) -> str:
        parts = [repr(a) for a in self.arguments]
        parts += [f"{key}={value!r}" for key, value in self.options.items()]
        return f"At({', '.join(parts)})"


def in_precision(values: Any, dtype: Any) -> Array:
    """Return operands in a real dtype; complex ones in the complex dtype of its precision."""
    array = values if hasattr(values, "astype") else np.asarray(values)
    if array.dtype.kind == "c":
        dtype = np.result_type(dtype, np.complex64)
    made: Array = array.astype(dtype)
    return made


def marked(arguments: Sequence[Any], kind: type) -> Iterator[Any]:
    """Yield the operands of a kind among arguments, also those in lists (of concatenate, stack)."""
    for argument in arguments:
        if isinstance(argument, kind):
            yield argument
        elif isinstance(argument, list | tuple):
            yield from marked(argument, kind)


def filled(arguments: Sequence[Any], kind: type, operands: Iterator[Any]) -> list[Any]:
    """Return arguments with operands in the places of that kind, in order."""
    return [_filled(argument, kind, operands) for argument in arguments]


def _filled(argument: Any, kind: type, operands: Iterator[Any]) -> Any:
    if isinstance(argument, kind):
        return next(operands)
    if isinstance(argument, list | tuple) and any(marked(argument, kind)):
        return type(argument)([_filled(part, kind, operands) for part in argument])
    return argument
