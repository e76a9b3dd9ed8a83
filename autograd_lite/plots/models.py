"""What plots ask of models: predictions, weights, and layers one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from autograd_lite.arrays import device_of, to_device
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.graph import Variable
from autograd_lite.nn import Module
from autograd_lite.plots.reading import HostArray

__all__ = ["blocks_of", "predictor", "weights_of"]


def predictor(predict: Any, what: str) -> Callable[[HostArray], Any]:
    """Return the function that predicts: the method ``predict`` of what has one, else itself.

    A Module is given points on the device of its parameters, in float64 if that is their dtype,
    else in float32.

    Raises
    ------
    OperandError
        If it can neither be called nor has such a method.
    """
    method: Callable[[Any], Any] = getattr(predict, "predict", predict)
    if not callable(method):
        msg = (
            f"{what}: predict is a {type(predict).__name__}; pass a function of points, a model, "
            "or an object with a method predict."
        )
        raise OperandError(msg)
    parameters = predict.parameters() if isinstance(predict, Module) else []
    if not parameters:
        return method
    first = parameters[0].data
    device = device_of(first)
    dtype = np.float64 if first.dtype == np.float64 else np.float32
    return lambda points: method(to_device(points.astype(dtype), device))


def weights_of(model: Any, what: str) -> dict[str, Variable]:
    """Return a model's weights by path, without its biases: the parameters of two or more axes.

    Raises
    ------
    OperandError
        If it is no Module.
    ArgumentError
        If it has none.
    """
    if not isinstance(model, Module):
        msg = f"{what}: the model is a {type(model).__name__}; pass a Module."
        raise OperandError(msg)
    weights = {path: v for path, v in model.named_parameters() if v.ndim > 1}
    if not weights:
        msg = f"{what}: the model has no weights; pass one with, for example, a Linear layer."
        raise ArgumentError(msg)
    return weights


def blocks_of(model: Any, what: str) -> list[list[Module]]:
    """Split a model that runs one module after the other into blocks: weights and what follows.

    What stands before the first weights, as a Flatten, belongs to the first block.

    Raises
    ------
    OperandError
        If it does not run its modules one after the other, as a Sequential does.
    ArgumentError
        If it has no weights.
    """
    modules = list(model) if isinstance(model, Iterable) else []
    if not modules or not all([isinstance(module, Module) for module in modules]):
        msg = (
            f"{what}: the model is a {type(model).__name__}; pass a Sequential or a list of "
            "Modules, which run one after the other."
        )
        raise OperandError(msg)
    starts = [i for i, module in enumerate(modules) if _has_weights(module)]
    if not starts:
        msg = f"{what}: no module has weights; pass a model with, for example, Linear layers."
        raise ArgumentError(msg)
    cuts = [0, *starts[1:], len(modules)]
    return [modules[a:b] for a, b in pairwise(cuts)]


def _has_weights(module: Module) -> bool:
    return any([v.ndim > 1 for v in module.parameters()])
