"""Listing: lists of names as lines of source that are not too long."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

__all__ = ["WIDTH", "listed"]

WIDTH = 100  # characters of a line


def listed(
    before: str, items: Sequence[str], after: str, pad: str = "", width: int = WIDTH
) -> list[str]:
    """Return a list between what opens and what closes it, on one line if it fits.

    Examples
    --------
    >>> from autograd_lite.capturing.write.listing import listed
    >>> listed("[", ["a", "b"], "] = outside")
    ['[a, b] = outside']
    >>> listed("[", ["first", "second"], "] = outside", width=20)
    ['[', '    first, second,', '] = outside']
    """
    line = f"{pad}{before}{', '.join(items)}{after}"
    if len(line) <= width:
        return [line]
    inner = wrap(", ".join(items) + ",", width - len(pad) - 4, break_long_words=False)
    return [pad + before, *[f"{pad}    {part}" for part in inner], pad + after]
