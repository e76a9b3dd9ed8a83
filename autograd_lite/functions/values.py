"""Values: what NumPy asks of numbers and nothing can flow back through, as plain results.

Comparisons, places of extremes, tests and shapes are computed by the operands' own array library;
Variables among the arguments stand for their values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_lite.arrays import enter
from autograd_lite.functions.operands import library_among
from autograd_lite.graph.variable import Variable

__all__ = [
    "all",
    "allclose",
    "any",
    "argwhere",
    "array_equal",
    "array_equiv",
    "empty_like",
    "equal",
    "flatnonzero",
    "greater",
    "greater_equal",
    "isclose",
    "iscomplexobj",
    "isfinite",
    "isin",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "isrealobj",
    "less",
    "less_equal",
    "lexsort",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "nanargmax",
    "nanargmin",
    "ndim",
    "nextafter",
    "not_equal",
    "ones_like",
    "result_type",
    "shape",
    "signbit",
    "size",
    "spacing",
    "zeros_like",
]


def of_values(name: str) -> Callable[..., Any]:
    """Return NumPy's function of that name for Variables and arrays, with plain results."""

    def function(*args: Any, **options: Any) -> Any:
        plain = [_value(x) for x in args]
        named = {key: _value(x) for key, x in options.items()}
        called = getattr(library_among(*plain, *named.values()), name)
        return called(*plain, **named)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = (
        f"Return what ``numpy.{name}`` returns for the values: a plain result, no Variable."
    )
    return function


def _value(x: Any) -> Any:
    """Return an argument with the values of the Variables in it."""
    if isinstance(x, Variable):
        return enter(x._data, x)
    return type(x)([_value(part) for part in x]) if type(x) in (list, tuple) else x


all = of_values("all")
allclose = of_values("allclose")
any = of_values("any")
argwhere = of_values("argwhere")
array_equal = of_values("array_equal")
array_equiv = of_values("array_equiv")
empty_like = of_values("empty_like")
equal = of_values("equal")
flatnonzero = of_values("flatnonzero")
greater = of_values("greater")
greater_equal = of_values("greater_equal")
isclose = of_values("isclose")
iscomplexobj = of_values("iscomplexobj")
isfinite = of_values("isfinite")
isin = of_values("isin")
isinf = of_values("isinf")
isnan = of_values("isnan")
isneginf = of_values("isneginf")
isposinf = of_values("isposinf")
isrealobj = of_values("isrealobj")
less = of_values("less")
less_equal = of_values("less_equal")
lexsort = of_values("lexsort")
logical_and = of_values("logical_and")
logical_not = of_values("logical_not")
logical_or = of_values("logical_or")
logical_xor = of_values("logical_xor")
nanargmax = of_values("nanargmax")
nanargmin = of_values("nanargmin")
ndim = of_values("ndim")
nextafter = of_values("nextafter")
not_equal = of_values("not_equal")
ones_like = of_values("ones_like")
result_type = of_values("result_type")
shape = of_values("shape")
signbit = of_values("signbit")
size = of_values("size")
spacing = of_values("spacing")
zeros_like = of_values("zeros_like")
