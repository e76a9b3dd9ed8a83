"""The standard's ``linalg`` extension: the library's linear algebra under the standard's names."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from autograd_lite import functions
from autograd_lite.array_api.arguments import in_dtype, vecdot
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["cross", "trace", "vecdot"]

# NumPy's linalg has the standard's names and arguments; what it lacks is among the functions.
_NAMES = """
    cholesky det diagonal eigh eigvalsh inv matrix_norm matrix_power matrix_rank outer pinv
    qr slogdet solve svd svdvals vector_norm
"""
_ALSO_OUTSIDE = "matmul matrix_transpose tensordot"


def cross(x1: Operand, x2: Operand, /, *, axis: int = -1) -> Variable:
    """Return the cross products of vectors of 3 elements along an axis."""
    return functions.cross(x1, x2, axis=axis)


def trace(x: Operand, /, *, offset: int = 0, dtype: npt.DTypeLike | None = None) -> Variable:
    """Add up the diagonals of matrices, in another type if one is given."""
    return in_dtype(functions.linalg.trace, x, dtype, offset=offset)


def _derived() -> dict[str, Any]:
    rooms: dict[str, Any] = dict.fromkeys(_NAMES.split(), functions.linalg)
    rooms |= dict.fromkeys(_ALSO_OUTSIDE.split(), functions)
    return {name: getattr(room, name) for name, room in rooms.items()}


globals().update(_derived())
__all__ += list(_derived())
