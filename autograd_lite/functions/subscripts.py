"""The subscripts of einsum: what NumPy's notation says of operands of certain shapes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from re import fullmatch
from string import ascii_letters
from typing import NamedTuple

from autograd_lite.errors import ArgumentError, ShapeError

__all__ = ["Resolved", "resolved", "those"]

Shape = tuple[int, ...]


class Resolved(NamedTuple):
    """Subscripts without dots: a letter for each axis of each operand and of the result."""

    terms: tuple[str, ...]
    out: str
    sizes: dict[str, int]
    pair: bool  # two operands that can be multiplied as they are


@lru_cache(maxsize=1024)
def resolved(subscripts: str, shapes: tuple[Shape, ...]) -> Resolved:
    """Read subscripts for operands of these shapes.

    Raises
    ------
    ArgumentError
        If they are not einsum's notation, or not of so many operands.
    ShapeError
        If an operand has other axes than its letters say, or an index has two lengths.
    """
    inputs, arrow, result = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    for term in (*terms, result):
        if not fullmatch(r"[A-Za-z]*(\.\.\.)?[A-Za-z]*", term):
            msg = f"einsum: {subscripts!r} is no list of letters and '...'; write 'ij,jk->ik'."
            raise ArgumentError(msg)
    if len(terms) != len(shapes):
        msg = f"einsum: {subscripts!r} names {len(terms)} operands, but {len(shapes)} are given."
        raise ArgumentError(msg)
    hidden = [_hidden(term, shape) for term, shape in zip(terms, shapes, strict=True)]
    spare = those(ascii_letters, lambda letter: letter not in subscripts)
    dots = spare[: max(hidden, default=0)]
    named = tuple(
        [term.replace("...", dots[len(dots) - n :]) for term, n in zip(terms, hidden, strict=True)]
    )
    out = _result(subscripts, terms, result, dots) if arrow else _implied(terms, dots)
    sizes = _sizes(named, shapes)
    return Resolved(named, out, sizes, _is_pair(named, out, shapes, sizes))


def those(labels: str, wanted: Callable[[str], bool]) -> str:
    """Return the letters for which something holds."""
    return "".join([label for label in labels if wanted(label)])


def _hidden(term: str, shape: Shape) -> int:
    """Return how many axes of an operand its dots stand for."""
    letters = len(term.replace("...", ""))
    count = len(shape) - letters
    if count < 0 or (count and "..." not in term):
        msg = (
            f"einsum: {term!r} names {letters} axes of an operand of shape {shape}; "
            "name each axis, or write '...' for the rest."
        )
        raise ShapeError(msg)
    return count


def _result(subscripts: str, terms: list[str], result: str, dots: str) -> str:
    """Return the letters of a result that is written out."""
    letters = result.replace("...", "")
    unknown = those(letters, lambda letter: letter not in "".join(terms))
    if unknown or len(set(letters)) < len(letters):
        msg = (
            f"einsum: the result {result!r} of {subscripts!r} must name indices of the operands, "
            "each once."
        )
        raise ArgumentError(msg)
    if dots and "..." not in result:
        msg = f"einsum: '...' stands for {len(dots)} axes; write it in the result {result!r} too."
        raise ArgumentError(msg)
    return result.replace("...", dots)


def _implied(terms: list[str], dots: str) -> str:
    """Return the letters of a result that is not written: those that occur once, by alphabet."""
    letters = "".join(terms).replace(".", "")
    return dots + "".join(sorted(those(letters, lambda letter: letters.count(letter) == 1)))


def _sizes(terms: tuple[str, ...], shapes: tuple[Shape, ...]) -> dict[str, int]:
    """Return the length of each index; 1 stretches to another."""
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        mine: dict[str, int] = {}
        for label, n in zip(term, shape, strict=True):
            known = sizes.get(label, 1)
            if mine.setdefault(label, n) != n or (n != known and 1 not in (n, known)):
                msg = f"einsum: an index has {known} and {n} elements in {terms}, shapes {shapes}."
                raise ShapeError(msg)
            if known == 1:
                sizes[label] = n
    return sizes


def _is_pair(
    terms: tuple[str, ...], out: str, shapes: tuple[Shape, ...], sizes: dict[str, int]
) -> bool:
    """Whether there are two operands with nothing stretched, repeated or summed on its own."""
    if len(terms) != 2:
        return False
    return all(
        [
            len(set(term)) == len(term)
            and not set(term) - set(out) - set(other)
            and shape == tuple([sizes[label] for label in term])
            for term, other, shape in zip(terms, terms[::-1], shapes, strict=True)
        ]
    )
