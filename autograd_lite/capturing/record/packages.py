"""Packages: where the functions that a program calls come from: NumPy, and what SciPy adds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from autograd_lite.arrays.libraries import is_scipys

__all__ = ["IMPORTS", "function_at", "import_lines", "name_of"]

# The names that are not NumPy's, and the lines that import them.
IMPORTS = {"special": "from scipy import special"}


def function_at(path: str) -> Any:
    """Return what a program calls ``"exp"``, ``"linalg.norm"`` or ``"special.erf"``.

    Raises
    ------
    AttributeError
        If there is nothing of the name.
    """
    first, *rest = path.split(".")
    found: Any = import_module(f"scipy.{first}") if first in IMPORTS else getattr(np, first)
    for part in rest:
        found = getattr(found, part)
    return found


@lru_cache(maxsize=512)
def name_of(ufunc: np.ufunc) -> str:
    """Return the name by which a program calls a ufunc: ``"exp"``, ``"special.erf"``.

    SciPy has some under NumPy's names (``cbrt``) that are not the same to the last bit.
    """
    name = ufunc.__name__
    if getattr(np, name, None) is not ufunc and is_scipys(ufunc):
        return f"special.{name.removeprefix('_')}"
    return name


def import_lines(names: Iterable[str]) -> list[str]:
    """Return the lines that import names for a module: those of NumPy's in one."""
    known = sorted(names)
    numpys = [name for name in known if name not in IMPORTS]
    lines = [f"from numpy import {', '.join(numpys)}"] if numpys else []
    return lines + [IMPORTS[name] for name in known if name in IMPORTS]
