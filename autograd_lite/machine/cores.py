"""How many cores this process may use."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["quota", "usable"]

QUOTA = Path("/sys/fs/cgroup/cpu.max")  # cgroup v2, as a container sees it: "200000 100000"


def usable() -> int:
    """Return the number of cores that the system lets this process run on."""
    if sys.platform.startswith("linux"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def quota() -> float | None:
    """Return how many cores' time a container may use; None without a limit."""
    try:
        given, period = QUOTA.read_text().split()
        return int(given) / int(period)
    except (OSError, ValueError):  # there is none, or it says "max"
        return None
