"""What the self-check found, as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence

import numpy as np

from autograd_lite.checking.selfcheck import OperationReport

__all__ = ["as_json", "as_table"]


def as_table(reports: Sequence[OperationReport]) -> str:
    """Return one line per operation, worst errors and counts, and the failures below.

    Examples
    --------
    >>> from autograd_lite.checking import OperationReport, as_table
    >>> print(as_table([OperationReport("exp", 2, 1, 40, 1e-10, None, 2e-8, None)]))
    operation  cases  points  compared  1st order  float32
    exp            2       1        40    1.0e-10  2.0e-08
    """
    width = max([len(name) for name in ["operation", *[report.name for report in reports]]])
    columns = [
        ("1st order", [report.first_order for report in reports]),
        ("2nd order", [report.second_order for report in reports]),
        ("float32", [report.single for report in reports]),
    ]
    shown = [(title, errors) for title, errors in columns if any([e is not None for e in errors])]
    header = "".join([f"  {title:>{max(7, len(title))}}" for title, _ in shown])
    lines = [f"{'operation':{width}}  cases  points  compared{header}"]
    for i, report in enumerate(reports):
        line = f"{report.name:{width}}  {report.cases:5d}  {report.points:6d}"
        line += f"  {report.comparisons:8d}"
        for title, errors in shown:
            line += f"  {_error(errors[i], report.failure):>{max(7, len(title))}}"
        lines.append(line)
    lines += [f"\n{report.name}: {report.failure}" for report in reports if report.failure]
    return "\n".join(lines)


def _error(error: float | None, failure: str | None) -> str:
    return "FAILED" if failure else "" if error is None else f"{error:.1e}"


def as_json(reports: Sequence[OperationReport], *, device: str, dtypes: Sequence[str]) -> str:
    """Return the reports, and what they were made on, as JSON text."""
    failed = [report.name for report in reports if report.failure]
    content = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "device": device,
        "dtypes": list(dtypes),
        "passed": not failed,
        "failed": failed,
        "operations": [report._asdict() for report in reports],
    }
    return json.dumps(content, indent=2, allow_nan=False)
