"""What an environment variable costs: matrix products in processes with and without it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import NamedTuple

from autograd_lite.drawing.render.programs import can_start_python

__all__ = ["Comparison", "NotMeasuredError", "compare", "product_seconds"]

PATIENCE = 4.0  # seconds, after which no further pair is begun
MOST = 30.0  # seconds for one process
PAIRS = 5

# The best of several products says least of what else the machine does.
_PROGRAM = """
import sys

sys.path[:] = sys.argv[1:]
from time import perf_counter

import numpy as np

a = np.ones((1024, 1024), np.float32)
out = a @ a
best, end = float("inf"), perf_counter() + 0.15
while best == float("inf") or perf_counter() < end:
    start = perf_counter()
    np.matmul(a, a, out=out)
    best = min(best, perf_counter() - start)
print(best)
"""


class NotMeasuredError(Exception):
    """A measurement that could not be made; the text says why."""


class Comparison(NamedTuple):
    """Seconds of one product, median over processes, with a variable and without it."""

    given: float
    without: float
    pairs: int

    @property
    def ratio(self) -> float:
        """How many times as long it takes with the variable."""
        return self.given / self.without


def compare(
    variable: str,
    seconds: Callable[[Mapping[str, str]], float] | None = None,
    *,
    patience: float = PATIENCE,
) -> Comparison:
    """Time a product with and without a variable of the environment, in turns.

    Parameters
    ----------
    variable : str
        One that is set.
    seconds : callable
        From an environment to the seconds of one product; by default :func:`product_seconds`.
    patience : float
        Seconds after which no further pair is begun; one pair is always measured.

    Raises
    ------
    NotMeasuredError
        If no process could measure.
    """
    measured = seconds or product_seconds
    given = dict(os.environ)
    without = {name: value for name, value in given.items() if name != variable}
    times: list[tuple[float, float]] = []
    start = perf_counter()
    while not times or (len(times) < PAIRS and perf_counter() - start < patience):
        times.append((measured(given), measured(without)))
    with_it, without_it = zip(*times, strict=True)
    return Comparison(median(with_it), median(without_it), len(times))


def product_seconds(environment: Mapping[str, str]) -> float:
    """Return the best time of a 1,024 × 1,024 float32 product in a fresh Python.

    Raises
    ------
    NotMeasuredError
        If that process fails, or needs too long.
    """
    if not can_start_python():
        raise NotMeasuredError("this program cannot start another Python")
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, *sys.path],
            capture_output=True,
            text=True,
            timeout=MOST,
            env=environment,
            check=True,
        )
        return float(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise NotMeasuredError(f"a product took more than {MOST:g} s") from error
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise NotMeasuredError("a fresh Python with NumPy failed") from error
