"""Maxout: the largest of several affine maps."""

from __future__ import annotations

import numpy as np

from autograd_lite.checked import whole
from autograd_lite.functions import maxout
from autograd_lite.graph import Operand, Variable
from autograd_lite.nn.arguments import Storage
from autograd_lite.nn.init import Initializer
from autograd_lite.nn.linear import Linear
from autograd_lite.nn.module import Module

__all__ = ["Maxout"]


class Maxout(Module):
    """The largest of several affine maps: a layer that learns its own, convex activation.

    Parameters
    ----------
    inputs, outputs : int
        The lengths of the last axis of what goes in and of what comes out.
    pieces : int
        How many maps each output is the largest of.
    initialization, rng, dtype
        As of :class:`Linear`.

    Attributes
    ----------
    linear : Linear
        All maps: ``linear.W`` has the shape (inputs, outputs · pieces), and the pieces of an output
        are neighbours.

    Raises
    ------
    ArgumentError
        If a number is not whole and positive.

    Notes
    -----
    Goodfellow and others, Maxout networks, 2013.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> layer = ag.nn.Maxout(2, 3, rng=0)
    >>> layer(np.zeros((5, 2), np.float32)).shape, layer.linear.W.shape
    ((5, 3), (2, 6))
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        pieces: int = 2,
        *,
        initialization: str | Initializer = "uniform",
        rng: np.random.Generator | int | None = None,
        dtype: Storage = "float32",
    ) -> None:
        self.pieces = whole(pieces, "Maxout: pieces")
        self.outputs = whole(outputs, "Maxout: outputs")
        self.linear = Linear(
            whole(inputs, "Maxout: inputs"),
            self.outputs * self.pieces,
            initialization=initialization,
            rng=rng,
            dtype=dtype,
        )

    def forward(self, x: Operand) -> Variable:
        """Return the largest of the maps of `x`, shape (..., outputs)."""
        return maxout(self.linear(x), self.pieces)

    def __repr__(self) -> str:
        return f"Maxout({self.linear.inputs}, {self.outputs}, pieces={self.pieces})"
