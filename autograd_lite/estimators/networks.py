"""The network of an estimator, with the initial weights that scikit-learn would draw."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import Literal

import numpy as np

from autograd_lite.nn import Linear, Module, ReLU, Sequential, Sigmoid, Tanh

__all__ = ["layers_of", "network"]

ACTIVATIONS: dict[str, type[Module] | None] = {
    "identity": None,
    "logistic": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
}


def network(
    sizes: Sequence[int],
    activation: str,
    dtype: Literal["float32", "float64"],
    random_state: np.random.RandomState,
) -> Sequential:
    """Return linear layers of these sizes with an activation between each two.

    Weights and biases are uniform within ±√(6 / (inputs + outputs)) of their layer, or ±√(2 / …)
    for the logistic activation (Glorot and Bengio, 2010).
    """
    between = ACTIVATIONS[activation]
    modules: list[Module] = []
    for inputs, outputs in pairwise(sizes):
        if modules and between is not None:
            modules.append(between())
        layer = Linear(inputs, outputs, initialization="zeros", dtype=dtype)
        bound = sqrt((2.0 if activation == "logistic" else 6.0) / (inputs + outputs))
        for parameter in layer.parameters():
            drawn = random_state.uniform(-bound, bound, parameter.shape)
            parameter.assign(drawn.astype(dtype, copy=False))
        modules.append(layer)
    return Sequential(*modules)


def layers_of(model: Module) -> list[Linear]:
    """Return the linear layers of a network, first to last."""
    return [module for _, module in model.named_modules() if isinstance(module, Linear)]
