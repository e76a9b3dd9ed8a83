"""Linear: the affine layer."""

from __future__ import annotations

from math import sqrt
from typing import Literal, TypeAlias, get_args

import numpy as np

from autograd_lite.arrays import as_array, is_array, namespace
from autograd_lite.errors import ArgumentError
from autograd_lite.functions import linear
from autograd_lite.functions.stochastic import generator_of
from autograd_lite.graph import Operand, Variable
from autograd_lite.nn.module import Module

__all__ = ["Linear"]

Initialization: TypeAlias = Literal["xavier", "he"]


class Linear(Module):
    """An affine layer: ``x @ W + b``.

    Its parameters decide the dtype: an input of another one is converted, once, so that a
    float32 layer takes float64 arrays, integers and lists, and gives float32.

    Parameters
    ----------
    inputs, outputs : int
        The lengths of the last axis of what goes in and of what comes out.
    bias : bool
        Whether there is a `b`.
    initialization : {"xavier", "he"}
        The variance of the weights: 2 / (inputs + outputs), which suits sigmoid, tanh and outputs,
        or 2 / inputs, which suits ReLU. Biases start at 0.
    rng : numpy.random.Generator or int, optional
        Where the weights come from; an int is the seed of a new one. By default the Generator that
        all of the library shares.

    Attributes
    ----------
    W : Variable, shape (inputs, outputs), float32
    b : Variable, shape (outputs,), float32, or None

    Raises
    ------
    ArgumentError
        If a length is no positive whole number, the weights do not fit into memory, or the
        initialization is not known.

    Notes
    -----
    Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks,
    2010. He and others, Delving deep into rectifiers, 2015.

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
        initialization: Initialization = "xavier",
        rng: np.random.Generator | int | None = None,
    ) -> None:
        for name, length in (("inputs", inputs), ("outputs", outputs)):
            whole = isinstance(length, int | np.integer) and not isinstance(length, bool)
            if not whole or length < 1:
                msg = f"Linear: {name} is {length!r:.40}; pass how many there are, 1 or more."
                raise ArgumentError(msg)
        if initialization not in get_args(Initialization):
            msg = f'Linear: initialization is {initialization!r:.40}; pass "xavier" or "he".'
            raise ArgumentError(msg)
        self.inputs = inputs
        self.outputs = outputs
        generator = generator_of(rng, "Linear: rng")
        try:
            spread = sqrt(2.0 / (inputs + outputs if initialization == "xavier" else inputs))
            drawn = generator.standard_normal((inputs, outputs), np.float32)
            self.W = Variable(drawn * np.float32(spread))
            self.b = Variable(np.zeros(outputs, np.float32)) if bias else None
        except (MemoryError, OverflowError, ValueError) as error:  # NumPy's, by how far too large
            size = int(inputs) * int(outputs) * 4 // 10**9
            msg = (
                f"Linear: {inputs:,} × {outputs:,} weights are {size:,} GB, more than there is "
                "room for; pass smaller lengths."
            )
            raise ArgumentError(msg) from error

    def forward(self, x: Operand) -> Variable:
        """Return the affine map of `x`.

        Parameters
        ----------
        x : Variable or array, shape (..., inputs)
            A Variable of another dtype than the weights is converted by a recorded operation.

        Returns
        -------
        Variable, shape (..., outputs)
        """
        return linear(_like(x, self.W), self.W, self.b)

    def __repr__(self) -> str:
        return (
            f"Linear({self.inputs}, {self.outputs}{'' if self.b is not None else ', bias=False'})"
        )


def _like(x: Operand, w: Variable) -> Operand:
    """Return the input of a layer in the dtype of its weights."""
    dtype = w._data.dtype
    if isinstance(x, Variable):
        return x if x._data.dtype == dtype else x.astype(dtype)
    if getattr(x, "dtype", None) == dtype:
        return x
    array = as_array(x, dtype, what="Linear: x")
    return array if is_array(x) else namespace(w._data).asarray(array)  # a list has no device
