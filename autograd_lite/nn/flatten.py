"""Flatten: every sample as one row."""

from __future__ import annotations

from math import prod

from autograd_lite.errors import ShapeError
from autograd_lite.functions import reshape
from autograd_lite.functions.standardizing import shape_of
from autograd_lite.graph import Operand, Variable
from autograd_lite.nn.module import Module

__all__ = ["Flatten"]


class Flatten(Module):
    """Every sample as one row: (N, 28, 28) becomes (N, 784).

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> ag.nn.Flatten()(np.zeros((5, 28, 28))).shape
    (5, 784)
    """

    def forward(self, x: Operand) -> Variable:
        """Return `x` with all axes but the first as one.

        Raises
        ------
        ShapeError
            If it has no axis.
        """
        shape = shape_of(x, "Flatten: x")
        if not shape:
            msg = "Flatten: x is a single number; pass a batch, whose first axis is the samples."
            raise ShapeError(msg)
        return reshape(x, (shape[0], prod(shape[1:])))
