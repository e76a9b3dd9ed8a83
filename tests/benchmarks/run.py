"""Run the benchmarks: ``python tests/benchmarks/run.py [--only NAME] [--quick] [--json FILE]``."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from harness import Row, table

ROWS = ("small_ops", "steps", "chains", "memory", "gradcheck", "imports")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> None:
    """Measure what was asked for, print the table, and write it as JSON."""
    options = _options()
    for variable in THREADS:  # read when NumPy is loaded, so before any row is imported
        os.environ[variable] = "1"
    machine = importlib.import_module("facts").facts()
    for name, fact in machine.items():
        print(f"{name + ':':<19}{fact}")
    rows: list[Row] = []
    for name in options.only or ROWS:
        print(f"measuring {name}", file=sys.stderr, flush=True)
        rows += importlib.import_module(name).rows(quick=options.quick)
    print(f"\n{table(rows)}")
    if options.json is not None:
        measured = [{**asdict(row), "met": row.met} for row in rows]
        text = json.dumps({"facts": machine, "rows": measured}, indent=1, ensure_ascii=False)
        options.json.write_text(text + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure autograd_lite beside its peers.")
    parser.add_argument("--only", action="append", choices=ROWS, help="may be repeated")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller sizes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
