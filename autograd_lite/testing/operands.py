"""Arrays to differentiate at: numbers within bounds and away from kinks, in any shape and memory.

Numbers are drawn from seeds and rounded, so that an example that fails is short to read, exact when
it is copied from the message, and nowhere near a tie or a kink by accident.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError
from autograd_lite.testing.strategies import LAYOUTS, Shape, broadcasting, laid_out, seeds, shapes

__all__ = ["arrays", "broadcastable"]

Points: TypeAlias = float | Sequence[float]

MARGIN = 0.1  # between a number and what it is to keep away from
DIGITS = 6  # of the range: few ties, and repr shows all of them


class Numbers(NamedTuple):
    """Which numbers are drawn: segments of the line, and points that are also taken exactly."""

    starts: Array
    ends: Array
    including: tuple[float, ...]
    distinct: bool

    def draw(self, seed: int, size: int) -> Array:
        """Return that many numbers."""
        rng = np.random.default_rng(seed)
        ranks = rng.random(size)
        if self.distinct:
            ranks = (rng.permutation(size) + 0.25 + ranks / 2) / max(size, 1)
        lengths = self.ends - self.starts
        before = np.concatenate([[0.0], np.cumsum(lengths)])
        along = ranks * before[-1]
        segment = np.clip(np.searchsorted(before, along, side="right") - 1, 0, len(lengths) - 1)
        digits = DIGITS - int(np.floor(np.log10(before[-1])))
        numbers = np.round(self.starts[segment] + along - before[segment], max(digits, 0))
        if self.including:
            taken = rng.random(size) < 0.25
            numbers = np.where(taken, rng.choice(np.array(self.including), size), numbers)
        return np.asarray(numbers)


def _numbers(
    low: float, high: float, away_from: Points, including: Points, distinct: bool
) -> Numbers:
    """Cut the neighbourhoods of some points out of an interval."""
    points = tuple(np.atleast_1d(np.asarray(including, float)).tolist())
    if distinct and points:
        msg = "arrays: distinct numbers cannot also repeat those of including; drop one of them."
        raise ArgumentError(msg)
    segments: list[tuple[float, float]] = []
    start = float(low)
    for point in sorted(np.atleast_1d(np.asarray(away_from, float)).tolist()):
        segments.append((start, min(point - MARGIN, high)))
        start = max(start, point + MARGIN)
    segments.append((start, float(high)))
    kept = np.array([(a, b) for a, b in segments if a < b])
    if not kept.size:
        msg = (
            f"arrays: no number is left between low={low} and high={high} when those nearer than "
            f"{MARGIN} to {away_from!r} are left out; widen the bounds."
        )
        raise ArgumentError(msg)
    return Numbers(kept[:, 0], kept[:, 1], points, distinct)


def arrays(
    shape: int | Shape | st.SearchStrategy[Shape] | None = None,
    *,
    low: float = -2.0,
    high: float = 2.0,
    away_from: Points = (),
    including: Points = (),
    distinct: bool = False,
    dtype: npt.DTypeLike | st.SearchStrategy[np.dtype[Any]] = np.float64,
    layout: str | st.SearchStrategy[str] = "C",
) -> st.SearchStrategy[Array]:
    """Return arrays of floating-point numbers.

    Parameters
    ----------
    shape : int, tuple or strategy, optional
        By default up to four short axes, 0-d and empty arrays among them.
    low, high : float
        Bounds of the numbers.
    away_from : float or sequence of float
        Kinks and poles: no number comes nearer than 0.1 to these.
    including : float or sequence of float
        About every fourth number is exactly one of these.
    distinct : bool
        No two numbers are equal or nearly so: there are no ties.
    dtype : dtype or strategy
        For example :func:`dtypes`.
    layout : str or strategy
        One of ``"C"``, ``"F"``, ``"reversed"``, ``"strided"``, ``"read-only"``, or
        :func:`layouts`.

    Returns
    -------
    SearchStrategy
        Of one array.

    Raises
    ------
    ArgumentError
        If no number is left between the bounds.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> positive = ag.testing.arrays((2, 3), low=0.5, high=2.0)
    >>> ag.testing.check_function(ag.log, positive, expected=np.log, max_examples=5)
    """
    numbers = _numbers(low, high, away_from, including, distinct)
    return _several(_shapes(shape).map(lambda drawn: [drawn]), numbers, dtype, layout).map(
        lambda drawn: drawn[0]
    )


def broadcastable(
    count: int,
    *,
    signature: str | None = None,
    low: float = -2.0,
    high: float = 2.0,
    away_from: Points = (),
    including: Points = (),
    distinct: bool = False,
    dtype: npt.DTypeLike | st.SearchStrategy[np.dtype[Any]] = np.float64,
    layout: str | st.SearchStrategy[str] = "C",
) -> st.SearchStrategy[tuple[Array, ...]]:
    """Return tuples of arrays whose shapes broadcast together, sides of 0 and 1 among them.

    Parameters
    ----------
    count : int
        How many arrays.
    signature : str, optional
        Of the last axes, as NumPy writes it: ``"(m,n),(n,p)->(m,p)"`` for matrix products.
    low, high, away_from, including, distinct, dtype, layout
        As in :func:`arrays`, for all of them; `distinct` numbers differ between the arrays too.

    Returns
    -------
    SearchStrategy
        Of a tuple of arrays.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.testing.check_function(ag.multiply, ag.testing.broadcastable(2), max_examples=5)
    """
    numbers = _numbers(low, high, away_from, including, distinct)
    drawn = broadcasting(count) if signature is None else _fitting(count, signature)
    return _several(drawn, numbers, dtype, layout)


def _shapes(given: int | Shape | st.SearchStrategy[Shape] | None) -> st.SearchStrategy[Shape]:
    if isinstance(given, st.SearchStrategy):
        return given
    if given is None:
        return shapes()
    return st.just((given,) if isinstance(given, int) else tuple(given))


def _fitting(count: int, signature: str) -> st.SearchStrategy[list[Shape]]:
    """Return shapes whose last axes fit a signature."""
    inputs = signature.partition("->")[0].count("(")
    if inputs != count:
        msg = (
            f"broadcastable: the signature {signature!r} has {inputs} operands, not {count}; "
            "make them agree."
        )
        raise ArgumentError(msg)
    found = hnp.mutually_broadcastable_shapes(
        signature=signature, max_dims=2, min_side=0, max_side=3
    )
    return found.map(lambda drawn: list(drawn.input_shapes))


@st.composite
def _several(
    draw: st.DrawFn,
    drawn: st.SearchStrategy[list[Shape]],
    numbers: Numbers,
    dtype: npt.DTypeLike | st.SearchStrategy[np.dtype[Any]],
    layout: str | st.SearchStrategy[str],
) -> tuple[Array, ...]:
    """Draw shapes, then the numbers of all arrays at once."""
    found = draw(drawn)
    sizes = [int(np.prod(shape)) for shape in found]
    kind = np.dtype(draw(dtype) if isinstance(dtype, st.SearchStrategy) else dtype)
    flat = numbers.draw(draw(seeds()), sum(sizes)).astype(kind)
    parts = np.split(flat, np.cumsum(sizes)[:-1])
    made = []
    for part, shape in zip(parts, found, strict=True):
        memory = draw(layout) if isinstance(layout, st.SearchStrategy) else layout
        made.append(laid_out(part.reshape(shape), _known(memory))[0])
    return tuple(made)


def _known(layout: str) -> str:
    if layout not in LAYOUTS:
        msg = f"arrays: there is no layout {layout!r}; use one of {', '.join(LAYOUTS)}."
        raise ArgumentError(msg)
    return layout
