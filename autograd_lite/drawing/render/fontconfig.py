"""Letters for Graphviz on a machine without fonts: those that come with matplotlib."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["environment"]

CONFIGURATION = Path("/etc/fonts/fonts.conf")
FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.fonts"),
    Path("~/.local/share/fonts"),
)
SUFFIXES = (".ttf", ".otf", ".ttc", ".pfb")

# What the machine has comes first; the last-resort font has a frame for every letter of Unicode
# and would hide that letters are missing.
_TEMPLATE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">{configuration}</include>
  {folders}
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><default><family>DejaVu Sans</family></default></alias>
  <selectfont><rejectfont><glob>*/LastResort*</glob></rejectfont></selectfont>
</fontconfig>
"""


@contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Give the environment variables in which a Graphviz program finds letters.

    They are this process's own where the machine has fonts and fontconfig is set up, and where
    the user has set it up; else fontconfig is pointed at matplotlib's fonts too.
    """
    variables = dict(os.environ)
    if _has_fonts():
        yield variables
        return
    with TemporaryDirectory(prefix="autograd-lite-fonts-") as folder:
        file = Path(folder, "fonts.conf")
        file.write_text(_configuration(Path(folder, "cache")), encoding="utf-8")
        yield {**variables, "FONTCONFIG_FILE": str(file)}


def _has_fonts() -> bool:
    if sys.platform in ("win32", "darwin"):  # their fonts need no fontconfig
        return True
    if "FONTCONFIG_FILE" in os.environ or "FONTCONFIG_PATH" in os.environ:
        return True
    return CONFIGURATION.is_file() and any([_holds_a_font(folder) for folder in FOLDERS])


def _holds_a_font(folder: Path) -> bool:
    return any(
        file.lower().endswith(SUFFIXES)
        for _, _, files in os.walk(folder.expanduser())
        for file in files
    )


def _configuration(cache: Path) -> str:
    import matplotlib

    own = Path(matplotlib.get_data_path(), "fonts", "ttf")
    folders = [folder.expanduser() for folder in FOLDERS]
    return _TEMPLATE.format(
        configuration=escape(str(CONFIGURATION)),
        folders="\n  ".join([f"<dir>{escape(str(f))}</dir>" for f in (*folders, own)]),
        cache=escape(str(cache)),
    )
