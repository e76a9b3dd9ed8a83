"""Kernels: what a program calls beside NumPy, because which calls it makes depends on values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_lite.arrays.scattering import numpy_scatter_add as scatter_add

__all__ = ["KERNELS", "scatter_add"]

KERNELS: dict[str, Callable[..., Any]] = {"scatter_add": scatter_add}
