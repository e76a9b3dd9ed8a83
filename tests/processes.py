"""Running a script in processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys

SEEDS = ("0", "1", "77")  # of Python's hashes, on which the order of sets depends


def printed_by_processes(script, *arguments):
    """Return the different texts that a script prints in processes with different hash seeds."""
    return {
        subprocess.run(
            [sys.executable, "-c", script, *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in SEEDS
    }
