"""Warnings that point at the line of the user's that asked for what is warned of."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

__all__ = ["warn_user"]

_PACKAGE = str(Path(__file__).parent) + os.sep


def warn_user(message: str, category: type[Warning]) -> None:
    """Warn of what the nearest line of the call stack outside this package has asked for.

    Examples
    --------
    >>> import warnings
    >>> from autograd_lite.warning import warn_user
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warn_user("No font has this letter.", UserWarning)
    >>> caught[0].filename
    '<doctest autograd_lite.warning.warn_user[2]>'
    """
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
