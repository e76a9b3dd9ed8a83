"""Dropout: noise in training that evaluation leaves out."""

from __future__ import annotations

import numpy as np

from autograd_lite.functions import dropout
from autograd_lite.functions.stochastic import generator_of
from autograd_lite.graph import Operand, Variable
from autograd_lite.nn.arguments import share_of
from autograd_lite.nn.module import Module

__all__ = ["Dropout"]


class Dropout(Module):
    """In training, set each element to 0 with a probability and multiply the others by 1 / (1 - p).

    Parameters
    ----------
    p : float
        The probability, between 0 and 1.
    rng : numpy.random.Generator or int, optional
        Where the masks come from; an int is the seed of a new one, which goes on from call to
        call. By default the Generator that all of the library shares.

    Attributes
    ----------
    rng : numpy.random.Generator or None

    Raises
    ------
    ArgumentError
        If `p` is not between 0 and 1.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> layer = ag.nn.Dropout(0.5, rng=0)
    >>> print(layer([1.0, 2.0, 3.0, 4.0]))
    [2., 0., 0., 0.]
    >>> print(layer.eval()([1.0, 2.0, 3.0, 4.0]))
    [1., 2., 3., 4.]
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator | int | None = None) -> None:
        self.p = share_of(p, "Dropout: p")
        self.rng = None if rng is None else generator_of(rng, "Dropout: rng")

    def forward(self, x: Operand) -> Variable:
        """Return `x` with holes in training, as it is in evaluation."""
        return dropout(x, self.p, training=self.training, generator=self.rng)

    def __repr__(self) -> str:
        return f"Dropout({self.p:g})"
