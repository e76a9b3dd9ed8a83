"""Run one chain, forward and backward, and print the peak memory of this process in bytes."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from chains import prepared


def peak() -> int:
    """Return the peak since this program started.

    ``ru_maxrss`` is the same number, but on Linux it starts from the parent's peak.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def main() -> None:
    """Run the chain that the command line names."""
    kind, who, length = sys.argv[1:]
    chain, x = prepared(kind, who)
    chain(x, int(length)).backward()
    print(peak())


if __name__ == "__main__":
    main()
