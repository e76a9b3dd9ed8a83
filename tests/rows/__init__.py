"""The table of all operations: a file of rows for each file of operations."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from drawn import Row

TABLE: list[Row] = [
    row
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py"))
    for row in import_module(f"rows.{path.stem}").ROWS
]
