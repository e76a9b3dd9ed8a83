"""Linear: the affine layer."""

from __future__ import annotations

from math import prod, sqrt
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, as_array
from autograd_lite.checked import whole
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions import astype, linear
from autograd_lite.functions.stochastic import generator_of
from autograd_lite.graph import Operand, Variable
from autograd_lite.nn import init
from autograd_lite.nn.arguments import Storage, storage_of
from autograd_lite.nn.inputs import converted
from autograd_lite.nn.module import Module

__all__ = ["Linear"]

HALF = np.dtype(np.float16)
SINGLE = np.dtype(np.float32)


class Linear(Module):
    """An affine layer: ``x @ W + b``.

    It computes in the dtype of its parameters: an input of another one is converted, so that a
    float32 layer takes float64 arrays, integers and lists, and gives float32. The first float64
    array warns.

    Parameters
    ----------
    inputs, outputs : int
        The lengths of the last axis of what goes in and of what comes out.
    bias : bool
        Whether there is a `b`.
    initialization : str or callable
        ``"uniform"``, the default, draws `W` and `b` between ±1/√inputs, as PyTorch does. With
        anything else `b` starts at 0, and `W` as a function of :mod:`autograd_lite.nn.init` says:
        ``"normal"`` (standard deviation 0.01), ``"xavier"`` or ``"glorot"`` for sigmoid and tanh,
        ``"he"`` for ReLU, ``"lecun"``, these three also as ``"…_uniform"``, ``"zeros"``,
        ``"ones"``, ``ag.nn.init.normal(0.1)``, or any function ``(shape, generator) -> array``.
    rng : numpy.random.Generator or int, optional
        Where the numbers come from; an int is the seed of a new one. By default the Generator that
        all of the library shares.
    dtype : {"float32", "float64", "float16"}
        Of the parameters and of the result. ``"float16"`` stores the parameters, and their
        gradients, in half precision and computes in float32.

    Attributes
    ----------
    W : Variable, shape (inputs, outputs)
    b : Variable, shape (outputs,), or None

    Raises
    ------
    ArgumentError
        If a length is no positive whole number, the weights do not fit into memory, or the
        initialization or the dtype is not known.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> layer = ag.nn.Linear(784, 20, rng=np.random.default_rng(0))
    >>> layer(np.zeros((100, 784), np.float32)).shape
    (100, 20)
    >>> layer
    Linear(784, 20)
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        bias: bool = True,
        initialization: str | init.Initializer = "uniform",
        rng: np.random.Generator | int | None = None,
        dtype: Storage = "float32",
    ) -> None:
        self.inputs = whole(inputs, "Linear: inputs")
        self.outputs = whole(outputs, "Linear: outputs")
        stored = storage_of(dtype, "Linear", "float32", "float64", "float16")
        make = init.initializer_of(initialization, "Linear: initialization")
        generator = generator_of(rng, "Linear: rng")
        shape = self.inputs, self.outputs
        self.W = Variable(_drawn(make, shape, generator, stored))
        self.b: Variable | None = None
        if bias:
            spread = 1.0 / sqrt(self.inputs) if initialization == "uniform" else 0.0
            make = init.uniform(spread) if spread else init.zeros()
            self.b = Variable(_drawn(make, shape[1:], generator, stored))

    def forward(self, x: Operand) -> Variable:
        """Return the affine map of `x`.

        Parameters
        ----------
        x : Variable or array, shape (..., inputs)
            A Variable of another dtype than the weights is converted by a recorded operation.

        Returns
        -------
        Variable, shape (..., outputs)

        Raises
        ------
        ShapeError
            If the last axis has another length.
        """
        w, b = self.W, self.b
        dtype = w._data.dtype
        if dtype == HALF:
            dtype, w, b = SINGLE, astype(w, SINGLE), None if b is None else astype(b, SINGLE)
        given = x._data.dtype if isinstance(x, Variable) else getattr(x, "dtype", None)
        if given is not dtype:  # a list, or another dtype
            x = converted(x, dtype, self, w)
        try:
            return linear(x, w, b)
        except ShapeError as error:
            shape = x.shape if isinstance(x, Variable) else np.shape(x)
            if len(shape) > 2 and prod(shape[1:]) == self.inputs:
                msg = (
                    f"Linear: x of shape {shape} has {shape[-1]} numbers in its last axis, not "
                    f"{self.inputs}; put ag.nn.Flatten() before the layer."
                )
                raise ShapeError(msg) from error
            raise

    def __repr__(self) -> str:
        bias = "" if self.b is not None else ", bias=False"
        dtype = "" if self.W.dtype == SINGLE else f", dtype={self.W.dtype.name!r}"
        return f"Linear({self.inputs}, {self.outputs}{bias}{dtype})"


def _drawn(
    make: init.Initializer, shape: tuple[int, ...], generator: np.random.Generator, dtype: Any
) -> Array:
    """Return initial values, which are the same numbers in every dtype but for their digits."""
    try:
        drawn = as_array(make(shape, generator), dtype, what="Linear: initialization")
    except (MemoryError, OverflowError, ValueError) as error:  # NumPy's, by how far too large
        size = prod(shape) * np.dtype(dtype).itemsize // 10**9
        if not size:  # not for its size
            raise
        msg = (
            f"Linear: {' × '.join([f'{length:,}' for length in shape])} weights are {size:,} GB, "
            "more than there is room for; pass smaller lengths."
        )
        raise ArgumentError(msg) from error
    if drawn.shape != shape:
        msg = f"Linear: initialization returned shape {drawn.shape}; return {shape}."
        raise ShapeError(msg)
    return drawn
