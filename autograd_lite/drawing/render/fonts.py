"""Which fonts have the letters of a text, for pictures and plots drawn by matplotlib."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from autograd_lite.drawing.labels import JOINERS, printable
from autograd_lite.warning import warn_user

if TYPE_CHECKING:
    from matplotlib.font_manager import FontEntry
    from matplotlib.ft2font import FT2Font

__all__ = ["BASE", "families_for", "shown"]

BASE = "DejaVu Sans"  # comes with matplotlib, so it is always there

# Sans-serif fonts that people have, best first; of these one is found without opening the others.
PREFERRED = (
    "NanumGothic",
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "AppleGothic",
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "IPAexGothic",
    "Yu Gothic",
    "Hiragino Sans",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Zen Hei",
    "Noto Sans",
)

# The first word of a letter's Unicode name, and the Debian package and fonts that have it.
REMEDIES = {
    "HANGUL": ("fonts-nanum", "any Korean font"),
    "HIRAGANA": ("fonts-noto-cjk", "any Japanese font"),
    "KATAKANA": ("fonts-noto-cjk", "any Japanese font"),
    "CJK": ("fonts-noto-cjk", "any Chinese, Japanese or Korean font"),
}
OTHER_REMEDY = ("fonts-noto", "any font that has them")

_missing: set[str] = set()  # letters that no font here has; searched for only once


def families_for(text: str) -> list[str]:
    """Return the font families that together show a text, for ``fontfamily=`` in matplotlib.

    The first is matplotlib's own; others follow only where it lacks a letter. Fonts installed
    since matplotlib last looked are found too. The first time that no font on this machine has a
    letter, a warning says what to install.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str

    Examples
    --------
    >>> from autograd_lite.drawing.render.fonts import families_for
    >>> families_for("price × 2")
    ['DejaVu Sans']
    """
    if text.isascii():
        return [BASE]
    base = _base()
    letters = [c for c in text if c.isprintable()]
    lacking = frozenset([c for c in letters if not base.get_char_index(ord(c))])
    return [BASE, *_found(lacking - _missing)]


def shown(text: str) -> str:
    """Return a text as it can be drawn: a box for every letter that no font on this machine has.

    matplotlib would draw the box too, with a warning of its own for each. Control characters
    become replacement characters.

    Examples
    --------
    >>> from autograd_lite.drawing.render.fonts import shown
    >>> shown("price × 2")
    'price × 2'
    """
    families_for(text)
    return "".join([_shown(letter) for letter in printable(text)])


def _shown(letter: str) -> str:
    if letter in JOINERS:  # matplotlib joins no letters
        return ""
    if letter not in _missing:
        return letter
    return "" if _is_modifier(letter) else "□"


def _is_modifier(letter: str) -> bool:
    """Whether a letter only changes its neighbours, so that little is lost without it."""
    return unicodedata.category(letter) in ("Me", "Mn")


@cache
def _base() -> FT2Font:
    import matplotlib
    from matplotlib.ft2font import FT2Font

    return FT2Font(str(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")))


@lru_cache(maxsize=4096)
def _found(letters: frozenset[str]) -> tuple[str, ...]:
    """Return the first family that has all letters, else the first for each of them."""
    if not letters:
        return ()
    first: dict[str, str] = {}
    for fonts in (_known_fonts, _new_fonts):
        for entry in fonts():
            has = _letters_in(entry.fname, letters)
            if has == letters:
                return (entry.name,)
            for letter in has:
                first.setdefault(letter, entry.name)
    _note_missing(letters - first.keys())
    return tuple(dict.fromkeys(first.values()))  # in the order of the fonts


def _letters_in(file: str, letters: Iterable[str]) -> frozenset[str]:
    """Return those of the letters that a font file has; none where it cannot be read."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(file)
    except (OSError, RuntimeError):  # removed since matplotlib last looked, or damaged
        return frozenset()
    return frozenset([letter for letter in letters if font.get_char_index(ord(letter))])


@cache
def _known_fonts() -> list[FontEntry]:
    from matplotlib.font_manager import fontManager

    return _ranked(fontManager.ttflist)


@cache
def _new_fonts() -> list[FontEntry]:
    """Tell matplotlib about font files that it does not know yet, and return their fonts.

    It keeps a list of the fonts on a machine and does not look again when one is installed.
    """
    from matplotlib.font_manager import findSystemFonts, fontManager

    known = len(fontManager.ttflist)
    files = set(findSystemFonts()) - {entry.fname for entry in fontManager.ttflist}
    for file in sorted(files):
        with suppress(OSError, RuntimeError):  # damaged, or made of pixels
            fontManager.addfont(file)
    return _ranked(fontManager.ttflist[known:])


def _ranked(entries: Iterable[FontEntry]) -> list[FontEntry]:
    """Return the upright fonts, the most regular one of each family, preferred families first."""
    regular: dict[str, FontEntry] = {}
    for entry in sorted(entries, key=lambda e: (_boldness(e), e.fname)):
        if entry.style == "normal" and "Last Resort" not in entry.name:  # that draws only frames
            regular.setdefault(entry.name, entry)
    rank = {name: i for i, name in enumerate(PREFERRED)}
    return sorted(regular.values(), key=lambda e: (rank.get(e.name, len(rank)), e.name))


def _boldness(entry: FontEntry) -> int:
    """Return how far a font's weight is from the regular one, 400."""
    return abs(entry.weight - 400) if isinstance(entry.weight, int) else 0


def _note_missing(letters: frozenset[str]) -> None:
    """Remember letters that no font has; warn of them the first time."""
    boxed = sorted([c for c in letters if not _is_modifier(c)])
    if boxed and all([_is_modifier(c) for c in _missing]):
        script = unicodedata.name(boxed[0], "").split(" ")[0]
        package, font = REMEDIES.get(script, OTHER_REMEDY)
        msg = (
            f"No font on this machine has {''.join(boxed[:8])!r}, so boxes are drawn instead; "
            f"install {package} (Debian, Ubuntu) or {font}, then start Python anew."
        )
        warn_user(msg, UserWarning)
    _missing.update(letters)
