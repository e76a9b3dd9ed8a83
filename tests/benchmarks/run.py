"""Run the benchmarks: ``python tests/benchmarks/run.py [--only NAME] [--quick] …``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness import Row, table

NAMES = (
    "small_ops",
    "operations",
    "steps",
    "capture",
    "optimizers",
    "training",
    "estimators",
    "chains",
    "memory",
    "gradcheck",
    "protocols",
    "transforms",
    "drawing",
    "imports",
)
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")  # NPROC: JAX


def main() -> int:
    """Measure what was asked for, print the table, and write it as JSON."""
    options = _options()
    facts: dict[str, str] = {}
    rows: list[Row] = []
    failed = []
    for name in options.only or NAMES:
        report = _measured(name, quick=options.quick, threads=options.threads)
        if report is None:
            failed.append(name)
            continue
        if not facts:
            facts = report["facts"]
            print("\n".join(f"{what + ':':<19}{fact}" for what, fact in facts.items()), flush=True)
        rows += [Row(**row) for row in report["rows"]]
    print(f"\n{table(rows)}")
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    if options.json is not None:
        measured = [{**asdict(row), "met": row.met} for row in rows]
        text = json.dumps({"facts": facts, "rows": measured}, indent=1, ensure_ascii=False)
        options.json.write_text(text + "\n", encoding="utf-8")
    return len(failed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure autograd_lite beside its peers.")
    parser.add_argument("--only", action="append", choices=NAMES, help="may be repeated")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller sizes")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="of every library")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows here")
    return parser.parse_args()


def _measured(name: str, *, quick: bool, threads: int) -> dict[str, Any] | None:
    """Measure one file in a fresh process; None if it fails."""
    print(f"measuring {name}", file=sys.stderr, flush=True)
    command = [sys.executable, str(Path(__file__).with_name("worker.py")), name]
    if quick:
        command.append("--quick")
    environment = {**os.environ, **dict.fromkeys(THREADS, str(threads))}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        return None
    report: dict[str, Any] = json.loads(done.stdout)
    return report


if __name__ == "__main__":
    sys.exit(main())
