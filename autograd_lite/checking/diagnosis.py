"""What a wrong gradient looks like, and the table that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from autograd_lite.arrays import Array

__all__ = ["Mismatch", "explain", "table"]

MOST_ROWS = 8


class Mismatch(NamedTuple):
    """One failed comparison; `element` is None along a direction, `part` of a complex element."""

    input: int
    element: tuple[int, ...] | None
    analytic: float
    numeric: float
    error: float
    looks: str
    part: str = ""


def explain(
    analytic: Array,
    numeric: Array,
    shapes: list[tuple[int, ...]],
    masked: Callable[[int, int, int], Array | None],
) -> str:
    """Say what the difference between two gradients of one input looks like.

    `shapes` are those of the outputs; `masked(output, axis, position)` is the numerical gradient
    when only one slice of an output counts: it tells a missing sum over a broadcast axis.
    """
    if not np.isfinite(analytic).all():
        return "not finite"
    if not np.any(analytic):
        return "no gradient: it is 0 everywhere"
    if not np.any(numeric):
        return "f does not depend on this input"
    if analytic.dtype.kind == "c" and _close(analytic.conj(), numeric):
        return "conjugated: the gradient is ∂L/∂x - i · ∂L/∂y"
    factor = _factor(analytic, numeric)
    if factor is not None:
        return (
            "wrong sign"
            if abs(factor + 1) < 1e-4
            else f"wrong factor: {factor:{'.4g' if abs(factor - 1) > 1e-3 else '.10g'}} ×"
        )
    if analytic.ndim >= 2 and _close(analytic.swapaxes(-1, -2).reshape(numeric.shape), numeric):
        return "transposed"
    if analytic.ndim >= 2 and _close(
        analytic.reshape((*numeric.shape[:-2], *numeric.shape[:-3:-1])).swapaxes(-1, -2), numeric
    ):
        return "transposed"
    return _missing_sum(analytic, shapes, masked)


def _missing_sum(
    analytic: Array,
    shapes: list[tuple[int, ...]],
    masked: Callable[[int, int, int], Array | None],
) -> str:
    for output, shape in enumerate(shapes):
        own = (1,) * (len(shape) - analytic.ndim) + analytic.shape
        for axis, size in enumerate(shape):
            if size < 2 or (len(own) == len(shape) and own[axis] == size):
                continue
            for position in (0, size - 1):
                one_slice = masked(output, axis, position)
                if one_slice is not None and _close(analytic, one_slice):
                    return f"missing sum over broadcast axis {axis}"
    return "wrong rule"


def _factor(analytic: Array, numeric: Array) -> float | None:
    """Return c if analytic = c · numeric."""
    factor = float((np.vdot(numeric, analytic) / np.vdot(numeric, numeric)).real)
    return factor if _close(analytic, factor * numeric) and abs(factor) > 1e-6 else None


def _close(a: Array, b: Array) -> bool:
    scale = max(1e-8, float(np.abs(b).max(initial=0.0)))
    return bool((np.abs(a - b) <= 1e-5 * scale).all())


def table(failures: list[Mismatch], count: int, names: list[str]) -> str:
    """Return the message of a failed check: a sentence, then the worst rows."""
    worst = sorted(failures, key=lambda m: -m.error if m.error == m.error else -np.inf)
    header = ("input", "element", "analytic", "numeric", "error", "looks like")
    rows = [header] + [
        (
            names[m.input],
            "direction" if m.element is None else _element(m.element) + m.part,
            f"{m.analytic:.8g}",
            f"{m.numeric:.8g}",
            f"{m.error:.2g}",
            m.looks,
        )
        for m in worst[:MOST_ROWS]
    ]
    widths = [max([len(row[i]) for row in rows]) for i in range(len(header))]
    lines = [
        "  ".join([cell.ljust(width) for cell, width in zip(row, widths, strict=True)]).rstrip()
        for row in rows
    ]
    more = f"\n… and {len(failures) - MOST_ROWS} more" if len(failures) > MOST_ROWS else ""
    return (
        f"gradcheck: {len(failures)} of {count} gradients differ from central differences; "
        "compare the rule with its formula.\n" + "\n".join(lines) + more
    )


def _element(index: tuple[int, ...]) -> str:
    return f"[{', '.join([str(i) for i in index])}]"
