"""Measure one file in this process and print facts and rows as JSON; ``run.py`` starts it."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import asdict

from facts import facts


def main() -> None:
    """Measure the file that the command line names."""
    name, *rest = sys.argv[1:]
    known = facts()
    rows = importlib.import_module(name).rows(quick="--quick" in rest)
    print(json.dumps({"facts": known, "rows": [asdict(row) for row in rows]}))


if __name__ == "__main__":
    main()
