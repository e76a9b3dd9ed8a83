"""Expressions of symbols, put in order, computed, and printed as JavaScript."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import inf, isnan
from typing import Any

import numpy as np

from autograd_lite.drawing.page.primitives import PRIMITIVES
from autograd_lite.drawing.page.symbols import NotSymbolicError, Symbol

__all__ = ["Scribble", "computed", "in_order", "leaves_of", "literal"]

PASSING = frozenset({"reshape", "named"})  # one element is the same in any shape, by any name
SINGLE = np.dtype(np.float32)


def in_order(targets: Iterable[Symbol]) -> list[Symbol]:
    """Return all symbols that some are made of, parts before what is made of them."""
    done: dict[Symbol, None] = {}
    stack = [(target, False) for target in targets][::-1]
    while stack:
        symbol, ready = stack.pop()
        if ready:
            done[symbol] = None
        elif symbol not in done:
            stack.append((symbol, True))
            stack += [(part, False) for part in reversed(meant(symbol))]
    return list(done)


def meant(symbol: Symbol) -> tuple[Symbol, ...]:
    """Return the parts that a symbol is computed from."""
    return symbol.parts[:1] if symbol.operation == "named" else symbol.parts


def leaves_of(targets: Iterable[Symbol]) -> list[Symbol]:
    """Return the leaves that some symbols are made of."""
    return [symbol for symbol in in_order(targets) if symbol.operation == "leaf"]


def computed(targets: Sequence[Symbol], values: Mapping[str, float]) -> list[float]:
    """Compute expressions of one element each, leaves having these values, in their dtypes.

    Examples
    --------
    >>> from autograd_lite.drawing.page.expressions import computed
    >>> from autograd_lite.drawing.page.symbols import Symbols
    >>> x = Symbols().leaf("x")
    >>> computed([x * x, -x], {"x": 3.0})
    [9.0, -3.0]
    """
    known: dict[Symbol, Any] = {}
    with np.errstate(all="ignore"):
        for symbol in in_order(targets):
            operands = [known[part] for part in meant(symbol)]
            known[symbol] = symbol.dtype.type(_value(symbol, operands, values))
    return [float(known[target]) for target in targets]


def _value(symbol: Symbol, operands: list[Any], values: Mapping[str, float]) -> Any:
    _one_element(symbol)
    if symbol.operation == "leaf":
        return values[symbol.name]
    if symbol.operation == "number":
        return symbol.number
    if symbol.operation == "cast" or symbol.operation in PASSING:
        return operands[0]
    return PRIMITIVES[symbol.operation].compute(*operands)


def _one_element(symbol: Symbol) -> None:
    known = symbol.operation in PRIMITIVES or symbol.operation in PASSING
    if symbol.size != 1 or not (known or symbol.operation in ("leaf", "number", "cast")):
        raise NotSymbolicError("it works on arrays")


class Scribble:
    """Prints expressions as JavaScript; what is used twice gets a name of its own.

    Parameters
    ----------
    source_of : callable, optional
        From a leaf's name to what it is called in JavaScript; its own name by default.
    """

    def __init__(self, source_of: Callable[[str], str] = str) -> None:
        self._source_of = source_of
        self._fresh = 0

    def name_of(self, leaf: Symbol) -> str:
        """Return what a leaf is called."""
        return self._source_of(leaf.name)

    def printed(self, targets: Sequence[Symbol]) -> tuple[list[str], list[str]]:
        """Return statements that name what is shared, and one expression for each target.

        Examples
        --------
        >>> from autograd_lite.drawing.page.expressions import Scribble
        >>> from autograd_lite.drawing.page.symbols import Symbols
        >>> x = Symbols().leaf("x")
        >>> y = x + 1.0
        >>> Scribble().printed([y * y])
        (['const t0=x+1;'], ['t0*t0'])
        """
        symbols = in_order(targets)
        uses = Counter([part for symbol in symbols for part in meant(symbol)] + list(targets))
        texts: dict[Symbol, str] = {}
        shared: list[str] = []
        for symbol in symbols:
            if symbol.operation == "leaf":
                texts[symbol] = self.name_of(symbol)
                continue
            text = _script(symbol, [texts[part] for part in meant(symbol)])
            if uses[symbol] > 1 and symbol.operation in PRIMITIVES:
                shared.append(f"const t{self._fresh}={bare(text)};")
                text = f"t{self._fresh}"
                self._fresh += 1
            texts[symbol] = text
        return shared, [bare(texts[target]) for target in targets]


def _script(symbol: Symbol, operands: list[str]) -> str:
    _one_element(symbol)
    if symbol.operation == "number":
        assert symbol.number is not None
        return literal(symbol.number)
    if symbol.operation in PASSING:
        return operands[0]
    text = f"(+{operands[0]})"
    if symbol.operation in PRIMITIVES:
        text = PRIMITIVES[symbol.operation].script.format(*operands)
    return f"Math.fround{_bracketed(text)}" if symbol.dtype == SINGLE else text


def literal(number: float) -> str:
    """Write a number as JavaScript: all its digits, infinities and NaN.

    Examples
    --------
    >>> from autograd_lite.drawing.page.expressions import literal
    >>> literal(0.1), literal(3.0), literal(float("-inf"))
    ('0.1', '3', '(-Infinity)')
    """
    if isnan(number):
        return "NaN"
    text = "Infinity" if abs(number) == inf else repr(abs(number)).removesuffix(".0")
    return f"(-{text})" if np.signbit(number) else text


def _bracketed(text: str) -> str:
    return text if bare(text) != text else f"({text})"


def bare(text: str) -> str:
    """Return an expression without the brackets around the whole of it."""
    if not text.startswith("("):
        return text
    closed = next(_closings(text), 0)
    return text[1:-1] if closed == len(text) - 1 else text


def _closings(text: str) -> Iterator[int]:
    """Yield where the first bracket is closed."""
    depth = 0
    for i, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            yield i
