"""What importing the library costs beyond importing NumPy."""

from __future__ import annotations

import subprocess
import sys
from statistics import median

from harness import MILLI, Row

LIMIT = 40.0
PROGRAM = "from time import perf_counter as t; s = t(); import {}; print(t() - s)"


def rows(*, quick: bool) -> list[Row]:
    """Import NumPy and the library, each in a fresh process, in turn."""
    _seconds("autograd_lite")  # compiles and caches what is not yet
    pairs = [(_seconds("autograd_lite"), _seconds("numpy")) for _ in range(5 if quick else 15)]
    cost = median([ours - numpy for ours, numpy in pairs]) * MILLI[1]
    return [Row("imports, autograd_lite minus numpy", MILLI[0], cost, target=LIMIT)]


def _seconds(module: str) -> float:
    command = [sys.executable, "-c", PROGRAM.format(module)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)
