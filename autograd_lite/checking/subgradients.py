"""The page of subgradients: what goes back at ties, kinks and poles, from the operations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_lite.checking.selfcheck import everything
from autograd_lite.graph.cases import At, X, marked
from autograd_lite.graph.composed import Proven

__all__ = ["call_text", "escaped", "shown", "subgradient_page"]

_HEAD = """\
# Subgradients

What goes back where an operation has no slope, or more than one: at ties, kinks, poles and other
awkward points. This page is written by `python -m autograd_lite subgradients` from the operations
themselves, and every row of the second table is a check of `python -m autograd_lite check`, in
float64 and float32. At each of these points, a gradient of exactly 0 that arrives goes back as
exactly 0, however infinite the slope, also in second derivatives. Where JAX and PyTorch choose
differently, [conventions.md](conventions.md) has both beside ours.

## In words

| operation | formula | what goes back |
|---|---|---|
"""
_POINTS = """
## In numbers

A gradient of 1 arrives at every element, unless a row says otherwise.

| call | value | slopes |
|---|---|---|
"""
MOST = 8  # elements shown of an array


def subgradient_page() -> str:
    """Return the page as Markdown.

    Examples
    --------
    >>> from autograd_lite.checking.subgradients import subgradient_page
    >>> "| `relu` |" in subgradient_page()
    True
    """
    operations = list(everything().values())
    words = [_row(operation) for operation in operations if operation.subgradient]
    numbers = [line for operation in operations for line in _points(operation)]
    return _HEAD + "".join(words) + _POINTS + "".join(numbers)


def _row(operation: Proven) -> str:
    formula = (operation.__doc__ or "").strip().splitlines()[0].rstrip(".")
    cells = [f"`{operation.name}`", escaped(formula), escaped(operation.subgradient)]
    return f"| {' | '.join(cells)} |\n"


def _points(operation: Proven) -> Iterator[str]:
    for point in operation.points:
        slopes = ", ".join([f"`{shown(slope)}`" for slope in point.slopes])
        cells = [f"`{call_text(operation.name, point)}`", f"`{shown(point.gives)}`", slopes]
        yield f"| {' | '.join([escaped(cell) for cell in cells])} |\n"


def call_text(name: str, point: At) -> str:
    """Return the call at a point as a line of text."""
    parts = [shown(argument) for argument in point.arguments]
    parts += [f"{key}={shown(value)}" for key, value in point.options.items()]
    arriving = "" if point.arriving is None else f" with {shown(point.arriving)} arriving"
    return f"{name}({', '.join(parts)}){arriving}"


def shown(value: Any) -> str:
    """Return numbers in few digits, whole numbers without a point; long arrays cut."""
    if isinstance(value, X):
        return shown(value.values)
    if isinstance(value, list) and any(marked(value, X)):
        return f"[{', '.join([shown(part) for part in value])}]"
    if isinstance(value, tuple):
        return f"({', '.join([shown(part) for part in value])}{',' * (len(value) == 1)})"
    if isinstance(value, bool | str | slice) or value is None or value is Ellipsis:
        return repr(value)
    if callable(value):
        return str(value.__name__)
    array = np.asarray(value)
    if array.dtype.kind not in "fiuc":
        return repr(array.tolist())
    if array.size > MOST:
        return f"{array.shape} of {_number(array.ravel()[0].item())}…"
    return _nested(array.tolist())


def _nested(values: Any) -> str:
    if isinstance(values, list):
        return f"[{', '.join([_nested(value) for value in values])}]"
    return _number(values)


def _number(value: complex) -> str:
    text = f"{value:.6g}".replace("inf", "∞").replace("nan", "NaN").replace("-", "−")
    return "0" if text == "−0" else text


def escaped(text: str) -> str:
    """Return text for a cell of a table."""
    return text.replace("|", "\\|")
