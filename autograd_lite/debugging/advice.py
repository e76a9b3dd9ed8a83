"""Why it happened, as far as the values tell, and a way out: the end of a first sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_lite.graph.printing import format_number
from autograd_lite.graph.ranges import Range

__all__ = ["Diagnosis", "can_overflow", "for_result", "for_rule", "is_huge"]

Dtype = np.dtype[Any]


class Diagnosis(NamedTuple):
    """What to say; and which argument to follow back (if it is known), looking for what."""

    advice: str
    position: int | None
    cause: str


def for_result(
    operation: str, values: Sequence[float], bad: complex, dtype: Dtype, *, overflow: bool
) -> Diagnosis:
    """Explain a result by the arguments' values at its place, if these are known.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd_lite.debugging.advice import for_result
    >>> print(for_result("log", [0.0], -np.inf, np.dtype(float), overflow=False).advice)
    argument 1 is 0.0 there: keep it away from 0, for instance by adding a small number
    """
    if not values:
        why = f"went {_past_the_end(dtype)}" if overflow else "has no finite result for them"
        return Diagnosis(f"its arguments are finite, but {operation} {why}", None, "large")
    position, cause = _culprit(values, bad, dtype)
    it = "it" if len(values) == 1 else f"argument {position + 1}"
    if cause == "zero":
        way = f": keep {it} away from 0, for instance by adding a small number"
    elif bad == bad and abs(values[position]) > 1:
        way = f", which leads {_past_the_end(dtype)}"
    else:
        way = f": keep {it} where {operation} is defined"
    return Diagnosis(f"{_said(values)} there{way}", position, cause)


def for_rule(
    operation: str, argument: str, own: float | None, dtype: Dtype, *, overflow: bool
) -> str:
    """Explain a gradient that a rule made; `own` is the argument's value where it has no slope.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd_lite.debugging.advice import for_rule
    >>> print(for_rule("mul", "argument 1", None, np.dtype(np.float16), overflow=True))
    the gradient that arrived is finite, but here it went past the largest float16 (65504.0): \
use smaller values or a wider dtype
    """
    arrived = "the gradient that arrived is finite, but"
    if overflow:
        return f"{arrived} here it went {_past_the_end(dtype)}"
    if own is None:
        return f"{arrived} not what {operation} made of it: look at the values below"
    return (
        f"{arrived} {operation} has no finite slope where {argument} is {format_number(own)}: "
        "keep it away from there, for instance by adding a small number"
    )


def can_overflow(ranges: Sequence[Range], dtype: Dtype) -> bool:
    """Whether sums of products of such values can leave a dtype."""
    sizes = sorted([found.largest for found in ranges])
    count = max([int(np.prod(found.shape)) for found in ranges])
    product = sizes[-1] * max([1.0, *sizes[-2:-1]])
    return product * count > float(np.finfo(dtype).max)


def is_huge(value: float, dtype: Dtype) -> bool:
    """Whether a product with another such value leaves a dtype."""
    return bool(abs(value) > np.sqrt(np.finfo(dtype).max))


def _culprit(values: Sequence[float], bad: complex, dtype: Dtype) -> tuple[int, str]:
    """Return which value explains a bad result best: a zero, a negative one, the largest."""
    zeros = [i for i, value in enumerate(values) if value == 0 or is_huge(1 / value, dtype)]
    if zeros:
        return zeros[-1], "zero"  # of 0 / 0 the divisor
    if bad != bad and min(values) < 0:
        return values.index(min(values)), "negative"
    sizes = [abs(value) for value in values]
    return sizes.index(max(sizes)), "large"


def _said(values: Sequence[float]) -> str:
    numbers = [format_number(value) for value in values]
    if len(numbers) == 1:
        return f"argument 1 is {numbers[0]}"
    return f"its arguments are {', '.join(numbers[:-1])} and {numbers[-1]}"


def _past_the_end(dtype: Dtype) -> str:
    wider = " or a wider dtype" if dtype.itemsize < 8 else ""
    largest = format_number(float(np.finfo(dtype).max))
    return f"past the largest {dtype} ({largest}): use smaller values{wider}"
