"""The OpenBLAS libraries in this process, asked what they are.

Every copy of the library has the same functions under names of its own: wheels of NumPy and SciPy
put ``scipy_`` before them, and builds with 64-bit sizes put ``64_`` behind.
"""

from __future__ import annotations

import ctypes
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

__all__ = ["OpenBLAS", "beside", "loaded"]

MAPS = Path("/proc/self/maps")  # Linux: the files in this process's memory
PREFIXES = ("scipy_", "")
SUFFIXES = ("64_", "", "_64")
THREADING = {0: "none", 1: "pthreads", 2: "OpenMP"}  # openblas_get_parallel's answers


class OpenBLAS(NamedTuple):
    """What one loaded library says of itself."""

    file: Path
    version: str | None
    kernel: str
    threads: int
    threading: str

    @property
    def owner(self) -> str | None:
        """The package in whose wheel it came; None for a library of the system."""
        folder = self.file.parent
        if folder.name == ".dylibs":  # macOS
            return folder.parent.name
        return folder.name.removesuffix(".libs") if folder.name.endswith(".libs") else None


def loaded() -> list[OpenBLAS]:
    """Return the OpenBLAS libraries in this process.

    Only Linux says which files those are; elsewhere the one in NumPy's wheel is asked, which
    importing NumPy has loaded.
    """
    files = _mapped() if MAPS.exists() else beside(Path(np.__file__))
    return [told for file in files if (told := _asked(file)) is not None]


def beside(package: Path) -> list[Path]:
    """Return the OpenBLAS files in the wheel of a package, given by its ``__init__.py``."""
    own = package.parent
    folders = (own.with_name(f"{own.name}.libs"), own / ".dylibs")
    return [file for folder in folders for file in sorted(folder.glob("*openblas*"))]


def _mapped() -> list[Path]:
    rows = [line.split(maxsplit=5) for line in MAPS.read_text(errors="replace").splitlines()]
    files = dict.fromkeys([Path(row[5]) for row in rows if len(row) == 6])
    # Debian's is a libblas.so in a folder openblas-pthread.
    return [f for f in files if ".so" in f.name and "openblas" in f.parent.name + f.name]


def _asked(file: Path) -> OpenBLAS | None:
    """Ask a library that is loaded already; None if it cannot be asked."""
    try:
        library = ctypes.CDLL(str(file))
    except OSError:
        return None
    for prefix, suffix in product(PREFIXES, SUFFIXES):
        if hasattr(library, f"{prefix}openblas_get_config{suffix}"):
            return _answers(library, file, prefix, suffix)
    return None


def _answers(library: ctypes.CDLL, file: Path, prefix: str, suffix: str) -> OpenBLAS:
    def text(name: str) -> str:
        ask = library[f"{prefix}openblas_get_{name}{suffix}"]
        ask.restype = ctypes.c_char_p
        return str(ask().decode())

    def number(name: str) -> int:
        return int(library[f"{prefix}openblas_get_{name}{suffix}"]())

    match text("config").split():
        case ["OpenBLAS", version, *_]:
            known: str | None = version
        case _:  # before 0.3.4 it did not tell
            known = None
    threading = THREADING.get(number("parallel"), "threading unknown")
    return OpenBLAS(file, known, text("corename"), number("num_threads"), threading)
