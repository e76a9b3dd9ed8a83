"""The user's line that is running: for messages and comments."""

from __future__ import annotations

import sys
from functools import lru_cache
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
    return f"{_name_of(frame.f_code.co_filename)}:{frame.f_lineno}"


@lru_cache(maxsize=64)
def _name_of(path: str) -> str:
    return Path(path).name  # 5 µs
