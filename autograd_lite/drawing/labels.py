"""What is written on a picture: numbers for the eye, shapes, ranges, bytes."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from autograd_lite.graph.printing import format_number
from autograd_lite.graph.ranges import range_of

if TYPE_CHECKING:
    from autograd_lite.arrays import Array
    from autograd_lite.graph.ranges import Range

__all__ = [
    "JOINERS",
    "READABLE",
    "bytes_text",
    "is_bad",
    "number",
    "outline",
    "printable",
    "range_text",
    "value_text",
]

JOINERS = "\u200c\u200d"  # which letters of some scripts need
READABLE = 6  # elements of an array that are written out on an edge


def number(value: float) -> str:
    """Write a number with six significant digits: ``220``, ``2.2``, ``−0.5``, ``NaN``.

    Examples
    --------
    >>> from autograd_lite.drawing.labels import number
    >>> number(220.00000000000003), number(-0.5), number(float("nan")), number(1e-7)
    ('220', '−0.5', 'NaN', '1e−07')
    """
    if isnan(value):
        return "NaN"
    text = format_number(value).removesuffix(".0").replace("inf", "∞")
    return "0" if text == "-0" else text.replace("-", "−")


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


def _written_out(value: Array) -> str:
    if value.dtype.kind not in "fiu":
        return str(value)
    if value.size == 1:
        return number(float(value.reshape(())))
    formatter = {"all": lambda x: number(float(f"{x:.4g}"))}
    return np.array2string(value, formatter=formatter, separator=" ")  # type: ignore[arg-type]


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
    """Whether an array is known to hold NaN or infinity."""
    if value is not None and value.dtype.kind == "f":
        return not bool(np.isfinite(value).all())
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
    if c == "\n" or c.isprintable() or c in JOINERS:
        return c
    return " " if c.isspace() else "\N{REPLACEMENT CHARACTER}"
