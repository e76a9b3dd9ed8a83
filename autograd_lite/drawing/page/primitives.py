"""The primitives that rules are made of: how each is computed, written as JavaScript, and said.

These are functions of one element that NumPy has, never operations of the graph: what an operation
does with them is written in its own rule alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

__all__ = [
    "ATOM",
    "CHOICE",
    "COMPARISON",
    "EXACT",
    "POWER",
    "PRIMITIVES",
    "PRODUCT",
    "SUM",
    "Primitive",
]

# How tightly words bind: a part that binds less than its place asks for gets brackets.
CHOICE, COMPARISON, SUM, PRODUCT, POWER, ATOM = range(6)


class Primitive(NamedTuple):
    """One function of numbers.

    Attributes
    ----------
    compute : callable
        On NumPy's scalars.
    script : str
        In JavaScript; ``{0}`` and ``{1}`` are its operands.
    words : str
        For people.
    level : int
        How tightly the words bind.
    asks : tuple of int
        How tightly each operand must bind to stand without brackets.
    """

    compute: Callable[..., Any]
    script: str
    words: str
    level: int = ATOM
    asks: tuple[int, ...] = (CHOICE, CHOICE, CHOICE)


def _call(compute: Callable[..., Any], script: str, words: str = "") -> Primitive:
    """Return a function of one operand, in JavaScript ``Math``'s unless a name says otherwise."""
    name = script if script.startswith("np") else f"Math.{script}"
    return Primitive(compute, f"{name}({{0}})", f"{words or script}({{0}})")


def _pair(compute: Callable[..., Any], script: str, words: str = "") -> Primitive:
    name = script if script.startswith("np") else f"Math.{script}"
    said = f"{words or script}({{0}}, {{1}})"
    return Primitive(compute, f"{name}({{0}},{{1}})", said, ATOM, (COMPARISON, COMPARISON))


def _compared(compute: Callable[..., Any], script: str, words: str) -> Primitive:
    asks = (SUM, SUM)
    return Primitive(compute, f"({{0}}{script}{{1}})", f"{{0}} {words} {{1}}", COMPARISON, asks)


# A name in JavaScript that begins with "np" is one of the page's few helpers: NumPy's functions
# that JavaScript lacks, or has with other answers.
PRIMITIVES: dict[str, Primitive] = {
    "add": Primitive(np.add, "({0}+{1})", "{0} + {1}", SUM, (SUM, SUM)),
    "subtract": Primitive(np.subtract, "({0}-{1})", "{0} − {1}", SUM, (SUM, PRODUCT)),
    "multiply": Primitive(np.multiply, "({0}*{1})", "{0} × {1}", PRODUCT, (PRODUCT, PRODUCT)),
    "divide": Primitive(np.true_divide, "({0}/{1})", "{0} / {1}", PRODUCT, (PRODUCT, POWER)),
    "negative": Primitive(np.negative, "(-{0})", "−{0}", PRODUCT, (PRODUCT,)),
    "power": Primitive(np.power, "npPower({0},{1})", "{0}^{1}", POWER, (ATOM, ATOM)),
    "less": _compared(np.less, "<", "<"),
    "less_equal": _compared(np.less_equal, "<=", "≤"),
    "greater": _compared(np.greater, ">", ">"),
    "greater_equal": _compared(np.greater_equal, ">=", "≥"),
    "equal": _compared(np.equal, "==", "="),
    "not_equal": _compared(np.not_equal, "!=", "≠"),
    "logical_not": Primitive(np.logical_not, "(!{0})", "not {0}", COMPARISON, (ATOM,)),
    "logical_and": _compared(np.logical_and, "&&", "and"),
    "logical_or": _compared(np.logical_or, "||", "or"),
    "isfinite": Primitive(np.isfinite, "Number.isFinite({0})", "{0} is finite", COMPARISON, (SUM,)),
    "isnan": Primitive(np.isnan, "Number.isNaN({0})", "{0} is NaN", COMPARISON, (SUM,)),
    "where": Primitive(
        np.where, "({0}?{1}:{2})", "{1} if {0}, else {2}", CHOICE, (COMPARISON, SUM, SUM)
    ),
    "abs": Primitive(np.abs, "Math.abs({0})", "|{0}|"),
    "sign": Primitive(np.sign, "Math.sign({0})", "the sign of {0}", PRODUCT, (ATOM,)),
    "sqrt": Primitive(np.sqrt, "Math.sqrt({0})", "√{0}", POWER, (ATOM,)),
    "cbrt": Primitive(np.cbrt, "Math.cbrt({0})", "∛{0}", POWER, (ATOM,)),
    "exp": _call(np.exp, "exp"),
    "exp2": Primitive(np.exp2, "(2**{0})", "2^{0}", POWER, (ATOM,)),
    "expm1": _call(np.expm1, "expm1"),
    "log": _call(np.log, "log"),
    "log2": _call(np.log2, "log2"),
    "log10": _call(np.log10, "log10"),
    "log1p": _call(np.log1p, "log1p"),
    "sin": _call(np.sin, "sin"),
    "cos": _call(np.cos, "cos"),
    "tan": _call(np.tan, "tan"),
    "arcsin": _call(np.arcsin, "asin", "arcsin"),
    "arccos": _call(np.arccos, "acos", "arccos"),
    "arctan": _call(np.arctan, "atan", "arctan"),
    "sinh": _call(np.sinh, "sinh"),
    "cosh": _call(np.cosh, "cosh"),
    "tanh": _call(np.tanh, "tanh"),
    "arcsinh": _call(np.arcsinh, "asinh", "arcsinh"),
    "arccosh": _call(np.arccosh, "acosh", "arccosh"),
    "arctanh": _call(np.arctanh, "atanh", "arctanh"),
    "floor": _call(np.floor, "floor"),
    "ceil": _call(np.ceil, "ceil"),
    "trunc": _call(np.trunc, "trunc"),
    "rint": _call(np.rint, "npRint", "round"),
    "arctan2": _pair(np.arctan2, "atan2", "arctan2"),
    "hypot": _pair(np.hypot, "hypot"),
    "maximum": _pair(np.maximum, "max"),
    "minimum": _pair(np.minimum, "min"),
    "fmax": _pair(np.fmax, "npFmax", "fmax"),
    "fmin": _pair(np.fmin, "npFmin", "fmin"),
    "remainder": _pair(np.remainder, "npRemainder", "remainder"),
    "logaddexp": _pair(np.logaddexp, "npLogaddexp", "logaddexp"),
}

# What is rounded to one answer everywhere: numbers alone may be put together at once.
EXACT = frozenset(
    {"add", "subtract", "multiply", "divide", "negative", "less", "less_equal", "greater",
     "greater_equal", "equal", "not_equal", "logical_not", "logical_and", "logical_or", "isfinite",
     "isnan", "where", "abs", "sign", "sqrt", "floor", "ceil", "trunc", "rint", "maximum",
     "minimum"}
)  # fmt: skip
