"""Expressions of symbols in words, and in numbers: what a sentence of a step is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from autograd_lite.drawing.labels import number
from autograd_lite.drawing.page.primitives import (
    ATOM,
    CHOICE,
    COMPARISON,
    POWER,
    PRIMITIVES,
    PRODUCT,
    SUM,
    Primitive,
)
from autograd_lite.drawing.page.symbols import BOOL, Symbol

__all__ = [
    "LOOSE",
    "Hole",
    "Pieces",
    "alike",
    "in_numbers",
    "in_words",
    "is_choice",
    "rendered",
    "shape_text",
    "tidy",
]

LONGEST = 60  # letters of an expression that a person takes in at a glance
LOOSE = re.compile(r" of |[-+*/@^=<>×−]")  # in a noun, which is then put in brackets


class Hole(NamedTuple):
    """A number in a sentence: what it is the value of, and whether a minus needs brackets."""

    symbol: Symbol
    bracketed: bool = False


Pieces: TypeAlias = tuple[str | Hole, ...]


class Phrase(NamedTuple):
    """Words, and how tightly they bind."""

    pieces: Pieces
    level: int


def in_words(
    target: Symbol, nouns: Mapping[Symbol, str | Symbol], longest: int = LONGEST
) -> Pieces | None:
    """Say an expression, each noun in place of its symbol; None where it would be too long.

    Examples
    --------
    >>> from autograd_lite.drawing.page.symbols import Symbols
    >>> from autograd_lite.drawing.page.wording import in_words
    >>> symbols = Symbols()
    >>> g, x = symbols.leaf("g"), symbols.leaf("x")
    >>> "".join(in_words(g * (x + x), {g: "gradient", x: "the input"}))
    'gradient × 2 × the input'
    """
    said = _spelled(target, lambda symbol: _noun(symbol, nouns), longest)
    return said if said is not None and _length(said) <= longest else None


def in_numbers(target: Symbol, nouns: Mapping[Symbol, str | Symbol]) -> Pieces | None:
    """Write an expression with numbers in the place of nouns, and of what is true or chosen."""

    def hole(symbol: Symbol) -> Phrase | None:
        chosen = symbol.dtype == BOOL or symbol.operation == "where"
        return Phrase((Hole(symbol),), ATOM) if chosen else _noun(symbol, nouns)

    return _spelled(target, hole, LONGEST)


def rendered(pieces: Pieces, value: Callable[[Symbol], float]) -> str:
    """Return a sentence with its numbers filled in."""
    texts = [piece if isinstance(piece, str) else _filled(piece, value) for piece in pieces]
    return "".join(texts)


def _filled(hole: Hole, value: Callable[[Symbol], float]) -> str:
    text = number(value(hole.symbol))
    return f"({text})" if hole.bracketed and text.startswith("−") else text


def alike(one: Pieces | None, other: Pieces | None) -> bool:
    """Whether two sentences are the same, numbers left open."""
    if one is None or other is None or len(one) != len(other):
        return False
    keys = [[_key(piece) for piece in pieces] for pieces in (one, other)]
    return keys[0] == keys[1]


def is_choice(pieces: Pieces) -> bool:
    """Whether the whole of an expression is a choice: ``x if x > 0, else 0``."""
    text = "".join([piece for piece in pieces if isinstance(piece, str)])
    return " if " in re.sub(r"\([^()]*\)", "", text)


def _key(piece: str | Hole) -> tuple[str, int]:
    return (piece, 0) if isinstance(piece, str) else ("", id(piece.symbol))


def tidy(pieces: Pieces) -> Pieces:
    """Return pieces with neighbouring words joined, and numbers that never change as words."""
    joined: list[str | Hole] = []
    for piece in pieces:
        constant = isinstance(piece, Hole) and piece.symbol.number is not None
        text = _filled(piece, _own_number) if isinstance(piece, Hole) and constant else piece
        if isinstance(text, str) and joined and isinstance(joined[-1], str):
            joined[-1] += text
        else:
            joined.append(text)
    return tuple(joined)


def _own_number(symbol: Symbol) -> float:
    assert symbol.number is not None
    return symbol.number


def shape_text(shape: tuple[int, ...]) -> str:
    """Write a shape: ``3×2``."""
    return "×".join([str(n) for n in shape])


def _noun(symbol: Symbol, nouns: Mapping[Symbol, str | Symbol]) -> Phrase | None:
    noun = nouns.get(symbol)
    if noun is None:
        return Phrase((Hole(symbol),), ATOM) if symbol.operation == "leaf" else None
    if isinstance(noun, str):
        return Phrase((noun,), CHOICE if LOOSE.search(noun) else ATOM)
    return Phrase((Hole(noun),), ATOM)


def _spelled(
    target: Symbol, noun: Callable[[Symbol], Phrase | None], longest: int
) -> Pieces | None:
    """Say a symbol from its parts upwards; what has become too long stays unsaid."""
    said: dict[Symbol, Phrase | None] = {}
    stack = [target]
    while stack:
        symbol = stack[-1]
        if symbol in said:
            stack.pop()
            continue
        phrase = noun(symbol)
        parts = symbol.parts[1:] if symbol.operation == "named" else symbol.parts
        missing = [] if phrase is not None else [part for part in parts if part not in said]
        if missing:
            stack += missing
            continue
        said[symbol] = phrase if phrase is not None else _built(symbol, parts, said, longest)
        stack.pop()
    found = said[target]
    return None if found is None else found.pieces


def _built(
    symbol: Symbol,
    parts: tuple[Symbol, ...],
    said: Mapping[Symbol, Phrase | None],
    longest: int,
) -> Phrase | None:
    phrases = []
    for part in parts:
        phrase = said[part]
        if phrase is None:
            return None
        counted = part.dtype == BOOL and symbol.dtype != BOOL and symbol.operation != "where"
        phrases.append(_one_or_nothing(phrase) if counted else phrase)
    built = _put_together(symbol, parts, phrases)
    return built if _length(built.pieces) <= longest else None


def _put_together(symbol: Symbol, parts: tuple[Symbol, ...], phrases: list[Phrase]) -> Phrase:
    """Say one symbol of parts that are already said."""
    operation = symbol.operation
    if operation == "number":
        truth = "true" if symbol.number else "false"
        return Phrase((truth if symbol.dtype == BOOL else Hole(symbol),), ATOM)
    if operation == "named":
        return _composed(Primitive(max, "", symbol.name + "({0})"), phrases)
    if operation == "spread" and parts[0].number is not None:
        return phrases[0]
    if operation == "cast" or (operation == "reshape" and symbol.size == 1):
        return phrases[0]
    if operation in _ON_ARRAYS:
        return _composed(_ON_ARRAYS[operation](symbol), phrases)
    if operation == "multiply" and parts[0] is parts[1]:
        return _composed(_SQUARE, phrases)
    if operation == "add" and parts[0] is parts[1]:
        return _composed(_TWICE, phrases)
    if operation == "multiply":
        for one, other in ((0, 1), (1, 0)):
            if parts[one].number == 1:
                return phrases[other]
    return _composed(PRIMITIVES[operation], phrases)


_SQUARE = Primitive(max, "", "{0}²", POWER, (ATOM,))
_TWICE = Primitive(max, "", "2 × {0}", PRODUCT, (PRODUCT,))
_COUNTED = Primitive(max, "", "1 if {0}, else 0", CHOICE, (COMPARISON,))
_MATMUL = Primitive(max, "", "{0} @ {1}", PRODUCT, (PRODUCT, POWER))
_TURNED = Primitive(max, "", "{0}ᵀ", POWER, (ATOM,))


def _sum(symbol: Symbol) -> Primitive:
    words = "the sum of {0}" if symbol.size == 1 else f"{{0}} summed to {_shaped(symbol)}"
    return Primitive(max, "", words, CHOICE, (POWER if symbol.size == 1 else PRODUCT,))


def _shaped(symbol: Symbol) -> str:
    return f"shape {shape_text(symbol.shape) or '()'}"


def _moved(verb: str) -> Callable[[Symbol], Primitive]:
    def primitive(symbol: Symbol) -> Primitive:
        return Primitive(max, "", f"{{0}} {verb} {_shaped(symbol)}", CHOICE, (PRODUCT,))

    return primitive


_ON_ARRAYS: dict[str, Callable[[Symbol], Primitive]] = {
    "sum": _sum,
    "spread": _moved("repeated to"),
    "reshape": _moved("reshaped to"),
    "matmul": lambda _: _MATMUL,
    "swapaxes": lambda _: _TURNED,
}


def _one_or_nothing(phrase: Phrase) -> Phrase:
    """Say what is true or not as the number it counts for."""
    only = phrase.pieces[0]
    if len(phrase.pieces) == 1 and isinstance(only, Hole):
        return phrase
    return _composed(_COUNTED, [phrase])


def _composed(primitive: Primitive, phrases: list[Phrase]) -> Phrase:
    """Fill phrases into the words of a primitive, in brackets where they bind too loosely."""
    pieces: list[str | Hole] = []
    for text in re.split(r"(\{\d\})", primitive.words):
        if not re.fullmatch(r"\{\d\}", text):
            pieces += [text] if text else []
            continue
        place = int(text[1])
        phrase, asked = phrases[place], primitive.asks[place]
        if phrase.level < asked:
            pieces += ["(", *phrase.pieces, ")"]
            continue
        inner = list(phrase.pieces)
        beside = SUM <= primitive.level <= POWER and (pieces or primitive.level == POWER)
        if beside and isinstance(inner[0], Hole):
            inner[0] = inner[0]._replace(bracketed=True)
        pieces += inner
    return Phrase(tuple(pieces), primitive.level)


def _length(pieces: Pieces) -> int:
    return sum([len(piece) if isinstance(piece, str) else 4 for piece in pieces])
