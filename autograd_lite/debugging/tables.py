"""The readable block of a report: rows in columns, long ways cut in the middle."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice

from autograd_lite.debugging.provenance import Link
from autograd_lite.graph.printing import format_number
from autograd_lite.graph.ranges import Range

__all__ = ["Row", "assembled", "both_ends", "omitted", "row", "table", "way_row"]

Row = Sequence[str]

_NEAR = 4  # rows shown at each end of a long way
_WIDE = 72  # characters of a line of source in a table


def assembled(sentence: str, sections: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Put a sentence above its sections: a heading and indented lines each.

    Examples
    --------
    >>> from autograd_lite.debugging.tables import assembled
    >>> print(assembled("It broke.", [("why:", ["a", "b"]), ("empty:", [])]))
    It broke.
    <BLANKLINE>
        why:
            a
            b
    """
    lines = [sentence]
    for heading, body in sections:
        if body:
            lines += ["", f"    {heading}", *[f"        {line}" for line in body]]
    return "\n".join(lines)


def table(rows: Sequence[Row]) -> list[str]:
    """Align the cells of rows in columns; a column that is empty everywhere is left out.

    Examples
    --------
    >>> from autograd_lite.debugging.tables import table
    >>> table([["x", "", "min 0.0"], ["price", "", "min -1.0"]])
    ['x      min 0.0', 'price  min -1.0']
    """
    widths = [max([len(cell) for cell in column]) for column in zip(*rows, strict=True)]
    padded = [
        [cell.ljust(width) for cell, width in zip(cells, widths, strict=True) if width]
        for cells in rows
    ]
    return ["  ".join(cells).rstrip() for cells in padded]


def row(title: str, found: Range, at: str = "") -> Row:
    """Say all of a range; `at` is the element that a report is about."""
    kind = f"{found.dtype} {found.shape}"
    return [title, kind, *_numbers(found), _counts(found), at]


def way_row(link: Link, mark: str = "") -> Row:
    """Say what is on a long way: a title, from where to where the values lie, a line."""
    line = link.line if len(link.line) <= _WIDE else link.line[: _WIDE - 1] + "…"
    return [link.title, str(link.range.shape), _span(link.range), line, mark]


def both_ends(links: Iterable[Link]) -> tuple[list[Link], int, list[Link]]:
    """Return the first few, how many are left out, and the last few.

    Only these are ever held: the way may be a million operations long.
    """
    rest = iter(links)
    first = list(islice(rest, _NEAR))
    last: deque[Link] = deque(maxlen=_NEAR)
    count = 0
    for link in rest:
        last.append(link)
        count += 1
    return first, count - len(last), list(last)


def omitted(count: int) -> list[Row]:
    """Return the row that stands for what was left out, if anything was."""
    what = "operation" if count == 1 else "operations"
    return [[f"… {count} {what} …", "", "", "", ""]] if count else []


def _numbers(found: Range) -> list[str]:
    if not found.known:
        return ["nothing finite" if not found.finite else "values not kept", "", ""]
    if found.low == found.high and found.finite:
        one = format_number(found.low)
        return [f"all {one}" if found.shape else one, "", ""]
    named = {"min": found.low, "mean": found.mean, "max": found.high}
    return [f"{name} {format_number(value)}" for name, value in named.items()]


def _counts(found: Range) -> str:
    zeros = "zero" if found.zeros == 1 else "zeros"
    counts = {zeros: found.zeros, "NaN": found.nans, "inf": found.infinities}
    return ", ".join([f"{count} {name}" for name, count in counts.items() if count])


def _span(found: Range) -> str:
    """Say in one cell where the values lie."""
    if not found.known:
        return _counts(found)
    low, high = format_number(found.low), format_number(found.high)
    span = low if low == high else f"{low} … {high}"
    return span if found.finite else f"{span}, {_counts(found)}"
