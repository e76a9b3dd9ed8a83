"""Formulas: single numbers as Python computes them, in place of NumPy's functions.

One formula serves two kinds of numbers. Of Python's own, an operation takes a tenth of the time of
a call to NumPy; but where IEEE 754 has an infinity or NaN, Python may raise. Of NumPy's numbers
(``float64``), it gives what NumPy gives, and tells who listens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.capturing.program import Call, Value

__all__ = ["FUNCTIONS", "RAISING", "SWALLOWING", "formula", "has_formula"]

_FLOAT, _BOOL = np.dtype(np.float64), np.dtype(np.bool_)

# The functions that Python has in `math`, by NumPy's names.
FUNCTIONS = {
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
    "cbrt": "cbrt",
    "copysign": "copysign",
    "cos": "cos",
    "cosh": "cosh",
    "exp": "exp",
    "exp2": "exp2",
    "expm1": "expm1",
    "hypot": "hypot",
    "isfinite": "isfinite",
    "isinf": "isinf",
    "log": "log",
    "log10": "log10",
    "log1p": "log1p",
    "log2": "log2",
    "power": "pow",
    "sin": "sin",
    "sinh": "sinh",
    "sqrt": "sqrt",
    "tan": "tan",
    "tanh": "tanh",
}
_ARITHMETIC = {
    "absolute": "abs({})",
    "add": "{} + {}",
    "divide": "{} / {}",
    "multiply": "{} * {}",
    "negative": "-{}",
    "reciprocal": "1.0 / {}",
    "square": "{0} * {0}",
    "subtract": "{} - {}",
}
_COMPARISONS = {
    "equal": "{} == {}",
    "greater": "{} > {}",
    "greater_equal": "{} >= {}",
    "isnan": "{0} != {0}",
    "less": "{} < {}",
    "less_equal": "{} <= {}",
    "not_equal": "{} != {}",
}
_LOGIC = {
    "bitwise_and": "{} and {}",
    "bitwise_or": "{} or {}",
    "bitwise_xor": "{} != {}",
    "invert": "not {}",
    "logical_and": "{} and {}",
    "logical_not": "not {}",
    "logical_or": "{} or {}",
    "logical_xor": "{} != {}",
}
# Where one is NaN, maximum and minimum are NaN, fmax and fmin the other.
_CHOICES = {
    "fmax": "{0} if {0} >= {1} or {1} != {1} else {1}",
    "fmin": "{0} if {0} <= {1} or {1} != {1} else {1}",
    "maximum": "{0} if {0} >= {1} or {0} != {0} else {1}",
    "minimum": "{0} if {0} <= {1} or {0} != {0} else {1}",
    "where": "{1} if {0} else {2}",
}
_SAME = frozenset(["copy", "max", "min", "positive", "prod", "sum"])  # of a single number

# What can be a number though an operand is NaN.
SWALLOWING = frozenset(
    ["arctan2", "copysign", "fmax", "fmin", "hypot", "isfinite", "isinf", "power", "where"]
) | frozenset([*_COMPARISONS, *_LOGIC])

# Where Python may raise and NumPy never does.
RAISING = frozenset(["divide", "reciprocal", *FUNCTIONS]) - {"isfinite", "isinf", "copysign"}


def has_formula(call: Call) -> bool:
    """Whether a call computes one float64 or bool of such numbers, and has a formula."""
    if call.writes is not None or len(call.results) != 1:
        return False
    result, name = call.result, call.function
    if _kind(result) is None or result.view_of is not None:
        return False
    if name in _SAME:
        plain = len(call.args) == 1 and set(call.options) <= {"axis", "keepdims"}
        return plain and _kind(call.args[0]) is result.dtype
    if call.options:
        return False
    if name == "astype":
        return len(call.args) == 2 and _kind(call.args[0]) is not None
    kinds = [_kind(x) for x in call.args]
    return all([kind is not None for kind in kinds]) and _fits(name, kinds, result.dtype)


def _fits(name: str, kinds: list[Any], kind: Any) -> bool:
    """Whether a formula gives a result of a kind with operands of these kinds."""
    if name in _LOGIC:
        return set(kinds) == {_BOOL}
    if name in _COMPARISONS or name in ("isfinite", "isinf"):
        return kind is _BOOL
    if name == "where":
        return len(kinds) == 3 and kinds[0] is _BOOL and kinds[1] is kind and kinds[2] is kind
    if kind is not _FLOAT or _FLOAT not in kinds:
        return False
    return name in _ARITHMETIC or name in FUNCTIONS or (name in _CHOICES and _BOOL not in kinds)


def _kind(x: Any) -> Any:
    """Return the dtype of a single number, if it is one of the two."""
    kind = type(x)
    if kind is Value:
        single = x.shape == () and (x.dtype is _FLOAT or x.dtype is _BOOL)
        return x.dtype if single else None
    if kind is bool or kind is np.bool_:
        return _BOOL
    return _FLOAT if kind in (float, int, np.float64) else None


def formula(call: Call, written: Callable[[Any], str], chosen: Callable[[Any], str]) -> str:
    """Return the formula of a call.

    Parameters
    ----------
    call : Call
        One that `has_formula`.
    written : callable
        Returns how an operand is written.
    chosen : callable
        The same for one that may be the result as it is.
    """
    name = call.function
    if name in _SAME:
        return written(call.args[0])
    if name == "astype":
        return _converted(call, written, chosen)
    if name in _CHOICES:
        return _CHOICES[name].format(*[chosen(x) for x in call.args])
    args = [written(x) for x in call.args]
    if name in FUNCTIONS:
        return f"{name}({', '.join(args)})"
    return (_ARITHMETIC.get(name) or _COMPARISONS.get(name) or _LOGIC[name]).format(*args)


def _converted(call: Call, written: Callable[[Any], str], chosen: Callable[[Any], str]) -> str:
    x = call.args[0]
    if x.dtype == call.result.dtype:
        return written(x)
    if call.result.dtype == _BOOL:
        return f"{written(x)} != 0.0"
    return f"{chosen(1.0)} if {written(x)} else {chosen(0.0)}"
