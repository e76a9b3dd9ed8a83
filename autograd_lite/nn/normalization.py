"""Layers that normalize: BatchNorm1d by the batch, LayerNorm by the row."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from autograd_lite.checked import whole
from autograd_lite.errors import ShapeError
from autograd_lite.functions import batch_norm, layer_norm
from autograd_lite.functions.standardizing import shape_of
from autograd_lite.graph import Operand, Variable
from autograd_lite.nn.arguments import positive_of, share_of, storage_of
from autograd_lite.nn.inputs import converted
from autograd_lite.nn.module import Module

__all__ = ["BatchNorm1d", "LayerNorm"]

Wide = Literal["float32", "float64"]


class BatchNorm1d(Module):
    """Each feature by its mean and variance: (x - mean) / √(variance + eps) · gamma + beta.

    In training by those of the batch, which also move the running ones:
    ``mean = (1 - momentum) · mean + momentum · batch's``, the variance's with n - 1 for n. In
    evaluation by the running ones.

    Parameters
    ----------
    features : int
        The length of axis 1.
    momentum : float
        The share of a batch in the running statistics, between 0 and 1.
    eps : float
        Added to the variance, more than 0.
    dtype : {"float32", "float64"}

    Attributes
    ----------
    gamma, beta : Variable, shape (features,)
        Trained scale and shift, 1 and 0 at first.
    mean, variance : Variable, shape (features,)
        The running statistics, 0 and 1 at first: buffers.

    Raises
    ------
    ArgumentError
        For an argument out of range.

    Notes
    -----
    Ioffe and Szegedy, Batch Normalization, 2015. Defaults and running statistics as PyTorch's.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> layer = ag.nn.BatchNorm1d(1, dtype="float64")
    >>> print(layer([[1.0], [3.0]]).data.round(3).tolist())
    [[-1.0], [1.0]]
    >>> print(layer.mean, layer.variance)
    [0.2] [1.1]
    """

    def __init__(
        self, features: int, *, momentum: float = 0.1, eps: float = 1e-5, dtype: Wide = "float32"
    ) -> None:
        self.features = whole(features, "BatchNorm1d: features")
        self.momentum = share_of(momentum, "BatchNorm1d: momentum")
        self.eps = positive_of(eps, "BatchNorm1d: eps")
        stored = storage_of(dtype, "BatchNorm1d", "float32", "float64")
        self.gamma = Variable(np.ones(features, stored))
        self.beta = Variable(np.zeros(features, stored))
        self.mean = Variable(np.zeros(features, stored), requires_grad=False)
        self.variance = Variable(np.ones(features, stored), requires_grad=False)

    def forward(self, x: Operand) -> Variable:
        """Return `x` normalized.

        Parameters
        ----------
        x : Variable or array, shape (N, features) or (N, features, L)

        Raises
        ------
        ShapeError
            For a batch of one row in training; for another number of features.
        """
        if self.training and shape_of(x, "BatchNorm1d: x") == (1, self.features):
            msg = (
                "BatchNorm1d: a batch of one row has no variance; train with larger batches (a "
                "last one of one row is left out by drop_last=True), or call model.eval()."
            )
            raise ShapeError(msg)
        return batch_norm(
            converted(x, self.gamma.dtype, self, self.gamma),
            self.gamma,
            self.beta,
            self.mean,
            self.variance,
            training=self.training,
            momentum=self.momentum,
            eps=self.eps,
        )

    def __repr__(self) -> str:
        return f"BatchNorm1d({self.features})"


class LayerNorm(Module):
    """Each row by its own mean and variance: (x - mean) / √(variance + eps) · gamma + beta.

    Parameters
    ----------
    features : int or tuple of int
        The shape of a row: the lengths of the last axis, or of the last few.
    eps : float
        Added to the variance, more than 0.
    dtype : {"float32", "float64"}

    Attributes
    ----------
    gamma, beta : Variable, of the shape of a row
        Trained scale and shift, 1 and 0 at first.

    Raises
    ------
    ArgumentError
        For an argument out of range.

    Notes
    -----
    Ba, Kiros and Hinton, Layer Normalization, 2016.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> print(ag.nn.LayerNorm(2)([[1.0, 3.0], [5.0, 5.0]]).data.round(3).tolist())
    [[-1.0, 1.0], [0.0, 0.0]]
    """

    def __init__(
        self, features: int | tuple[int, ...], *, eps: float = 1e-5, dtype: Wide = "float32"
    ) -> None:
        lengths: tuple[Any, ...] = features if isinstance(features, tuple) else (features,)
        self.features = tuple([whole(n, "LayerNorm: features") for n in lengths])
        self.eps = positive_of(eps, "LayerNorm: eps")
        stored = storage_of(dtype, "LayerNorm", "float32", "float64")
        self.gamma = Variable(np.ones(self.features, stored))
        self.beta = Variable(np.zeros(self.features, stored))

    def forward(self, x: Operand) -> Variable:
        """Return `x`, of shape (..., features), normalized row by row."""
        axes = tuple(range(-len(self.features), 0))
        x = converted(x, self.gamma.dtype, self, self.gamma)
        return layer_norm(x, self.gamma, self.beta, axis=axes, eps=self.eps)

    def __repr__(self) -> str:
        return f"LayerNorm({', '.join([str(n) for n in self.features])})"
