"""What a person wants to know of an array: where its values lie, and which are not finite."""

from __future__ import annotations

from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from autograd_lite.arrays import Array, is_array, to_device
from autograd_lite.graph.function import Outline
from autograd_lite.graph.variable import Variable

__all__ = ["Range", "first_bad", "on_host", "outline_of", "range_of"]

Shape = tuple[int, ...]

_UNKNOWN = float("nan")


class Range(NamedTuple):
    """An array in one row; `low`, `mean` and `high` are of its finite part, NaN if not known."""

    shape: Shape
    dtype: np.dtype[Any]
    low: float
    mean: float
    high: float
    zeros: int
    nans: int
    infinities: int

    @property
    def finite(self) -> bool:
        """Whether nothing in it is NaN or infinite, as far as is known."""
        return not (self.nans or self.infinities)

    @property
    def known(self) -> bool:
        """Whether `low`, `mean` and `high` are there."""
        return self.low == self.low

    @property
    def largest(self) -> float:
        """The largest magnitude among the finite values."""
        return max(abs(self.low), abs(self.high)) if self.known else 0.0


def on_host(value: Any) -> Array:
    """Return what a Variable, an array of any library or a number holds, as NumPy's array."""
    raw = value._data if isinstance(value, Variable) else value
    if type(raw) is np.ndarray:  # at once: a large graph has a million of them
        return raw
    return np.asarray(to_device(raw, "cpu") if is_array(raw) else raw)


def outline_of(outline: Outline) -> Range:
    """Return what is left to say of an array that was not kept."""
    return Range(outline.shape, outline.dtype, _UNKNOWN, _UNKNOWN, _UNKNOWN, 0, 0, 0)


def range_of(array: Array) -> Range:
    """Measure an array on the host.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd_lite.graph.ranges import range_of
    >>> found = range_of(np.array([1.0, 3.0, np.inf, 0.0]))
    >>> found.low, found.mean == 4 / 3, found.high, found.zeros, found.infinities
    (0.0, True, 3.0, 1, 1)
    """
    # What NumPy would say here is about the measuring, and the walk listens to it.
    with np.errstate(all="ignore"):
        part, nans, infinities = array, 0, 0
        low, high = _ends(part)
        # The smallest and the largest value tell at once, without an array of truths.
        if array.dtype.kind in "fc" and not (isfinite(low) and isfinite(high)):
            part, nans = array[np.isfinite(array)], int(np.isnan(array).sum())
            infinities = array.size - part.size - nans
            low, high = _ends(part)
        zeros = part.size - int(np.count_nonzero(part))
        mean = low if low == high else _mean(part)
    return Range(array.shape, array.dtype, low, mean, high, zeros, nans, infinities)


def _ends(part: Array) -> tuple[float, float]:
    """Return the smallest and the largest value; NaN where there is no order, or nothing."""
    if not part.size or part.dtype.kind not in "fiub":
        return _UNKNOWN, _UNKNOWN
    return float(part.min()), float(part.max())


def _mean(part: Array) -> float:
    """Return the mean, also where the sum would overflow."""
    if part.dtype.kind not in "fiub" or not part.size:
        return _UNKNOWN
    mean = float(part.mean(dtype=np.float64))
    return mean if isfinite(mean) else float((part / part.size).sum())


def first_bad(array: Array) -> tuple[int, ...]:
    """Return the index of the first element that is not finite."""
    place = int(np.isfinite(array).argmin())
    return tuple([int(i) for i in np.unravel_index(place, array.shape)])
