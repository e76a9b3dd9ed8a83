"""What is written on a picture: numbers for the eye, shapes, ranges, bytes."""

from __future__ import annotations

from math import isnan, prod
from typing import TYPE_CHECKING

import numpy as np

from autograd_lite.graph.printing import format_number
from autograd_lite.graph.ranges import range_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_lite.arrays import Array
    from autograd_lite.graph.ranges import Range

__all__ = [
    "JOINERS",
    "READABLE",
    "bytes_text",
    "in_one_line",
    "is_bad",
    "number",
    "outline",
    "pointing_back",
    "printable",
    "range_text",
    "value_text",
]

JOINERS = "\u200c\u200d"  # which letters of some scripts need
AS_DIGIT, AS_POINT = "\u2007", "\u2008"  # spaces as wide as a digit, and as a point or a bracket
READABLE = 6  # elements of an array that are written out on an edge


def number(value: complex) -> str:
    """Write a number with six significant digits: ``220``, ``2.2``, ``−0.5``, ``NaN``, ``1+2i``.

    Examples
    --------
    >>> from autograd_lite.drawing.labels import number
    >>> number(220.00000000000003), number(-0.5), number(float("nan")), number(1e-7)
    ('220', '−0.5', 'NaN', '1e−07')
    """
    if isinstance(value, complex):
        return _of_two_parts(value)
    if isnan(value):
        return "NaN"
    text = format_number(value).removesuffix(".0").replace("inf", "∞")
    return "0" if text == "-0" else text.replace("-", "−")


def _of_two_parts(value: complex) -> str:
    first, second = number(value.real), number(value.imag)
    if second == "0":
        return first
    if first == "0":
        return f"{second}i"
    return f"{first}{second}i" if second.startswith("−") else f"{first}+{second}i"


def outline(shape: tuple[int, ...], dtype: str) -> str:
    """Write a shape and a dtype: ``100×20 float32``; of a single number the dtype alone."""
    return f"{'×'.join([str(n) for n in shape])} {dtype}".strip()


def range_text(range_: Range) -> str:
    """Write the least, the mean and the largest value, and what is not finite."""
    bad = [
        f"{count} {what}"
        for count, what in ((range_.nans, "NaN"), (range_.infinities, "∞"))
        if count
    ]
    if not range_.known:
        return ", ".join(bad)
    low, mean, high = [number(float(f"{x:.3g}")) for x in (range_.low, range_.mean, range_.high)]
    return ", ".join([f"{low} … {high}, mean {mean}", *bad])


def value_text(
    value: Array | None, shape: tuple[int, ...], dtype: str, range_: Range | None = None
) -> str:
    """Write an array that can be read; of another its shape, dtype and, where known, its range."""
    if value is not None and value.size <= READABLE:
        return _written_out(value)
    lines = [outline(shape, dtype)]
    if value is not None and value.size and value.dtype.kind == "f":
        range_ = range_of(value)
    if range_ is not None and (found := range_text(range_)):
        lines.append(found)
    return "\n".join(lines)


def in_one_line(text: str) -> str:
    r"""Return what stands on several lines as a part of a sentence.

    Examples
    --------
    >>> from autograd_lite.drawing.labels import in_one_line
    >>> in_one_line("[[10]\n [ 5]]")
    '[[10] [5]]'
    """
    return " ".join(text.split()).replace("[ ", "[").replace(" ]", "]")


def pointing_back(text: str) -> str:
    """Put a gradient's arrow before a text; the rows of a matrix stay one below the other."""
    indent = f"{AS_DIGIT}{AS_POINT} " if text.startswith("[") else ""
    return f"← {text}".replace("\n", f"\n{indent}")


def _written_out(value: Array) -> str:
    if value.dtype.kind not in "fiuc":
        return str(value)
    if value.size == 1:
        single = value.reshape(())
        return number(complex(single) if value.dtype.kind == "c" else float(single))
    return _in_rows(value) if value.size else "[]"


def _in_rows(value: Array) -> str:
    """Write an array, each row on a line of its own, all lines of one width."""
    rows = value.reshape(-1, value.shape[-1])
    kind = complex if value.dtype.kind == "c" else float
    columns = [_column([number(kind(f"{x:.4g}")) for x in column]) for column in rows.T]
    sizes = [prod(value.shape[axis:-1]) for axis in range(value.ndim - 1)]  # in rows, of each part
    lines = []
    for i, cells in enumerate(zip(*columns, strict=True)):
        begun = sum([i % size == 0 for size in sizes])
        ended = sum([(i + 1) % size == 0 for size in sizes])
        before = AS_POINT * (len(sizes) - begun) + "[" * (begun + 1)
        after = "]" * (ended + 1) + AS_POINT * (len(sizes) - ended)
        lines.append(before + " ".join(cells) + after)
    return "\n".join(lines)


def _column(cells: Sequence[str]) -> list[str]:
    """Fill up numbers that stand one below the other, so that their points do."""
    parts = [cell.partition(".") for cell in cells]
    left = max([len(whole) for whole, _, _ in parts])
    right = max([len(rest) for _, _, rest in parts])
    return [
        AS_DIGIT * (left - len(whole))
        + whole
        + (point or AS_POINT * (right > 0))
        + rest
        + AS_DIGIT * (right - len(rest))
        for whole, point, rest in parts
    ]


def bytes_text(count: int) -> str:
    """Write a number of bytes: ``512 B``, ``1.5 kB``, ``3 MB``."""
    if count < 1000:
        return f"{count} B"
    size = float(count)
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000 or unit == "GB":
            return f"{number(float(f'{size:.3g}'))} {unit}"
    return ""


def is_bad(value: Array | None, range_: Range | None) -> bool:
    """Whether an array, or what its range is of, is known to hold NaN or infinity."""
    if value is not None and value.dtype.kind == "f" and not np.isfinite(value).all():
        return True
    return range_ is not None and not range_.finite


def printable(text: str) -> str:
    r"""Replace what cannot be seen: control characters, and marks that turn the reading order.

    Examples
    --------
    >>> from autograd_lite.drawing.labels import printable
    >>> ascii(printable("a\tb\x07"))
    "'a b\\ufffd'"
    """
    return "".join([_printable(c) for c in text])


def _printable(c: str) -> str:
    if c in ("\n", AS_DIGIT, AS_POINT) or c.isprintable() or c in JOINERS:
        return c
    return " " if c.isspace() else "\N{REPLACEMENT CHARACTER}"
