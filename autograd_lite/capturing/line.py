"""The user's line that is running: for messages and comments."""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["user_line"]

_PACKAGE = __name__.partition(".")[0] + "."


def user_line() -> str:
    """Return the nearest line of the call stack outside this package: ``"script.py:12"``."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(
        (_PACKAGE, "numpy", "contextlib")
    ):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
