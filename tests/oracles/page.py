"""Writes docs/conventions.md from what is stored: PYTHONPATH=.:tests python -m oracles.page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograd_lite.checking.subgradients import escaped, shown
from oracles.answers import same
from oracles.differences import Difference, differences_of
from oracles.storing import load, stored_names, versions_of

PAGE = Path(__file__).parents[2] / "docs" / "conventions.md"
SYSTEMS = ("jax", "torch")
HEAD = """\
# Where others choose differently

Value, gradients and a second derivative of every operation have been compared with JAX {jax} and
PyTorch {torch} in float64: {count} calls of {names} functions, random ones and awkward ones (ties,
zeros, poles, huge logits, infinities, empty axes). What they said is stored in `tests/oracles`, and
compared again by `tests/test_oracles.py`, which needs neither. The table holds every place where a
system gives another number than autograd_lite; a test demands that it is exactly so. What
autograd_lite chooses is listed in [subgradients.md](subgradients.md). The page is written by
`python -m oracles.page` from those files.

A gradient of 1 arrives at every element, unless a row says otherwise; — means the same as ours. A
slope is that of the first, second, … operand; "second" is a second derivative.
Functions that a system does not have are spelled by its other functions: the rule that differs may
be that of a part.

| call | what | autograd_lite | JAX | PyTorch | why |
|---|---|---|---|---|---|
"""
LACKING = """
## Not asked

| function | system | why |
|---|---|---|
"""


def page() -> str:
    """Return the page as Markdown."""
    names = stored_names()
    rows = [_row(difference) for name in names for difference in differences_of(name)]
    count = sum(len(load(name)) for name in names)
    head = HEAD.format(count=f"{count:,}", names=len(names), **versions_of(names[0]))
    lacking = sorted(set(_lacking(names)))
    return head + "".join(rows) + "".join([LACKING, *lacking] if lacking else [])


def _row(difference: Difference) -> str:
    instance, part, ours, theirs = difference
    cells = [f"`{instance.text}`", part, f"`{shown(ours)}`"]
    for system in SYSTEMS:
        other = theirs.get(system)
        known = other is not None and not same(ours, other)
        cells.append(f"`{shown(other)}`" if known else "—" if other is not None else "")
    return f"| {' | '.join([escaped(cell) for cell in [*cells, difference.why or '']])} |\n"


def _lacking(names: list[str]) -> Iterator[str]:
    for name in names:
        for reference in load(name):
            for system, why in reference.lacking.items():
                yield f"| `{name}` | {'JAX' if system == 'jax' else 'PyTorch'} | {why} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
