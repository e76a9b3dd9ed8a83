"""MLP: the whole network in one line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from autograd_lite.checked import whole
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.functions.stochastic import generator_of
from autograd_lite.nn.activations import (
    ELU,
    GELU,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Step,
    Tanh,
)
from autograd_lite.nn.arguments import Storage, share_of
from autograd_lite.nn.dropout import Dropout
from autograd_lite.nn.init import Initializer
from autograd_lite.nn.linear import Linear
from autograd_lite.nn.module import Module
from autograd_lite.nn.normalization import BatchNorm1d
from autograd_lite.nn.sequential import Sequential

__all__ = ["ACTIVATIONS", "MLP"]

ACTIVATIONS: dict[str, type[Module]] = {
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "gelu": GELU,
    "silu": SiLU,
    "softplus": Softplus,
    "softmax": Softmax,
    "step": Step,
    "identity": Identity,
}


class MLP(Sequential):
    """A multi-layer perceptron: Linear layers with an activation after all but the last.

    Parameters
    ----------
    *sizes : int
        How many inputs, hidden units of each layer, and outputs.
    activation : str or class
        After each hidden layer: ``"sigmoid"``, ``"tanh"``, ``"relu"``, ``"leaky_relu"``,
        ``"elu"``, ``"gelu"``, ``"silu"``, ``"softplus"``, ``"softmax"``, ``"step"``,
        ``"identity"``; or one of these classes, as ``ag.nn.ReLU``.
    output : str or class, optional
        The activation after the last layer; by default none, as the losses on logits want it.
    dropout : float
        The probability of a Dropout after each activation; 0 makes none.
    batch_norm : bool
        Whether a BatchNorm1d stands before each activation.
    initialization : str or callable
        As of :class:`Linear`.
    rng : numpy.random.Generator or int, optional
        Where weights and Dropout's masks come from; an int is the seed of a new one. By default
        the Generator that all of the library shares.
    dtype : {"float32", "float64", "float16"}
        As of :class:`Linear`; beside ``"float16"``, BatchNorm1d is float32.

    Raises
    ------
    ArgumentError
        For fewer than two sizes, an activation that is not known, or an argument out of range.
    OperandError
        For a list of sizes.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> model = ag.nn.MLP(784, 100, 10, activation="sigmoid", dropout=0.2)
    >>> model
    MLP(Linear(784, 100), Sigmoid(), Dropout(0.2), Linear(100, 10))
    """

    def __init__(
        self,
        *sizes: int,
        activation: str | type[Module] = "relu",
        output: str | type[Module] | None = None,
        dropout: float = 0.0,
        batch_norm: bool = False,
        initialization: str | Initializer = "uniform",
        rng: np.random.Generator | int | None = None,
        dtype: Storage = "float32",
    ) -> None:
        if len(sizes) == 1 and isinstance(sizes[0], list | tuple):
            kind = type(sizes[0]).__name__
            msg = f"MLP: the sizes are a {kind}; pass them one by one, MLP(*sizes)."
            raise OperandError(msg)
        if len(sizes) < 2:
            msg = f"MLP: {len(sizes)} sizes make no layer; pass inputs and outputs, MLP(784, 10)."
            raise ArgumentError(msg)
        lengths = [whole(size, f"MLP: size {i + 1}") for i, size in enumerate(sizes)]
        share = share_of(dropout, "MLP: dropout")
        hidden = _activation(activation, "MLP: activation")
        last = None if output is None else _activation(output, "MLP: output")
        generator = None if rng is None else generator_of(rng, "MLP: rng")

        def parts() -> Iterator[Module]:
            for i, (inputs, outputs) in enumerate(pairwise(lengths)):
                yield Linear(
                    inputs, outputs, initialization=initialization, rng=generator, dtype=dtype
                )
                if i == len(lengths) - 2:
                    break
                if batch_norm:
                    yield BatchNorm1d(outputs, dtype="float64" if dtype == "float64" else "float32")
                yield hidden()
                if share:
                    yield Dropout(share, rng=generator)
            if last is not None:
                yield last()

        super().__init__(*parts())


def _activation(given: str | type[Module], what: str) -> type[Module]:
    """Return an activation by its name, however it is written, or by its class."""
    for name, kind in ACTIVATIONS.items():
        if given is kind or (isinstance(given, str) and _plain(given) == _plain(name)):
            return kind
    known = ", ".join([repr(name) for name in ACTIVATIONS])
    msg = f"{what} is {given!r:.40}; pass one of {known}, or a class, as ag.nn.ReLU."
    raise ArgumentError(msg)


def _plain(name: str) -> str:
    return name.lower().replace("_", "")
