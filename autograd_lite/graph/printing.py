"""How Variables print: rounded for the eye; ``.data`` stays exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_lite.arrays import Array, to_device

if TYPE_CHECKING:
    from autograd_lite.graph.variable import Variable

__all__ = ["describe_variable", "format_array", "format_number"]


def format_number(value: complex) -> str:
    """Format one number with six significant digits, as a float: ``220.0``, ``2.2``, ``1e-05``."""
    text = f"{value:.6g}"
    return text if any(mark in text for mark in ".en") else text + ".0"


def format_array(array: Array) -> str:
    """Format an array as NumPy does, a single number with six significant digits."""
    host = to_device(array, "cpu")
    if host.ndim == 0:
        if host.dtype.kind == "c":
            return f"{host.item():.6g}"
        return format_number(host.item()) if host.dtype.kind == "f" else str(host)
    return np.array2string(host, precision=6, separator=", ")


def describe_variable(v: Variable) -> str:
    """Return ``Variable(220.0, name='price')``."""
    text = format_array(v._data).replace("\n", "\n" + " " * len("Variable("))
    parts = [text]
    if v.dtype != np.float64:
        parts.append(f"dtype={v.dtype}")
    if not v.requires_grad:
        parts.append("requires_grad=False")
    if v.name is not None:
        parts.append(f"name={v.name!r}")
    return f"Variable({', '.join(parts)})"
