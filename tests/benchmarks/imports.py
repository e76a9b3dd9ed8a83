"""What importing the library costs beyond importing NumPy."""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory

from harness import MILLI, Row

LIMIT = 40.0
PROGRAM = "from time import perf_counter as t; s = t(); import {}; print(t() - s)"


def rows(*, quick: bool) -> list[Row]:
    """Import NumPy and the library, each in a fresh process, in turn, both already compiled."""
    with TemporaryDirectory() as cache:
        _seconds("autograd_lite", cache)  # compiles NumPy too
        pairs = [
            (_seconds("autograd_lite", cache), _seconds("numpy", cache))
            for _ in range(5 if quick else 15)
        ]
    cost = median([ours - numpy for ours, numpy in pairs]) * MILLI[1]
    return [Row("imports, autograd_lite minus numpy", MILLI[0], cost, target=LIMIT)]


def _seconds(module: str, cache: str) -> float:
    command = [sys.executable, "-c", PROGRAM.format(module)]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout)
