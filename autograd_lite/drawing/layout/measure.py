"""How wide a text is, without asking a font: a little generous, so that no text overflows."""

from __future__ import annotations

from unicodedata import category, east_asian_width

__all__ = ["text_width"]

# Advance widths in ems, rounded up from the wide fonts that viewers fall back to.
_CLASSES = {
    "ijlI|'.,:;·\u2008": 0.34,
    " !/\\[]()ftJr‘’": 0.42,
    "-_": 0.5,
    'szc*?"': 0.56,
    "aegkovxyzTFL0123456789\u2007°$<>«»^~¬£€¥": 0.64,
    "bdhnpquABCEKPSVXYZRßαβγδεζηθικλνξοπρστυχψΓΔΘΛΞΠΣΦΨ": 0.7,
    "DGHNOQUw&": 0.83,
    "+=<>−×÷±~#^←→↑↓≤≥≠≈∞": 0.85,
    "mMW@%…—": 1.0,
}
_WIDTHS = {letter: width for letters, width in _CLASSES.items() for letter in letters}
_LOWER = 0.95  # a small letter of another alphabet
_OTHER = 1.1


def text_width(text: str, size: float) -> float:
    """Return how wide one line is, in the unit of `size`.

    Parameters
    ----------
    text : str
    size : float
        Of the font, in points.

    Returns
    -------
    float

    Examples
    --------
    >>> from autograd_lite.drawing.layout.measure import text_width
    >>> round(text_width("ab", 10.0), 1), text_width("한글", 10.0)
    (13.4, 20.0)
    """
    return sum([_advance(letter) for letter in text]) * size


def _advance(letter: str) -> float:
    """Return a letter's width in ems."""
    known = _WIDTHS.get(letter)
    if known is not None:
        return known
    if category(letter) in ("Mn", "Me", "Cf"):  # drawn upon its neighbour, or not at all
        return 0.0
    if east_asian_width(letter) in "WF":
        return 1.0
    return _LOWER if letter.islower() else _OTHER
