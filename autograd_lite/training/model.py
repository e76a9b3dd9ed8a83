"""What a Trainer asks of a model: to be called, and to name its parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import numpy as np

from autograd_lite.arrays import Array, namespace, to_device
from autograd_lite.errors import OperandError
from autograd_lite.graph import Variable
from autograd_lite.nn import Module

__all__ = [
    "Model",
    "dtype_of",
    "load_weights",
    "named_parameters_of",
    "parameters_of",
    "weights_of",
]


class Model(Protocol):
    """A Module, or an object of any class with these two methods."""

    def __call__(self, x: Any, /) -> Variable:
        """Return the outputs for a batch."""

    def parameters(self) -> Iterable[Variable] | Mapping[str, Variable]:
        """Return what is to be learned."""


def parameters_of(model: Model) -> list[Variable]:
    """Return the parameters of a model.

    Raises
    ------
    OperandError
        If it has none, or is no model at all.
    """
    if isinstance(model, type):
        msg = f"Trainer: model is the class {model.__name__}; pass an object, {model.__name__}(…)."
        raise OperandError(msg)
    if not callable(model) or not callable(getattr(model, "parameters", None)):
        msg = (
            f"Trainer: model is a {type(model).__name__}; pass a Module, or an object that can be "
            "called with a batch and has a method parameters()."
        )
        raise OperandError(msg)
    parameters = list(named_parameters_of(model).values())
    if not parameters:
        msg = "Trainer: the model has no parameters, so there is nothing to learn; add a layer."
        raise OperandError(msg)
    return parameters


def named_parameters_of(model: Model) -> dict[str, Variable]:
    """Return the parameters of a model by path, or by number where it does not name them."""
    if isinstance(model, Module):
        return dict(model.named_parameters())
    found = model.parameters()
    if isinstance(found, Mapping):
        return dict(found)
    return {str(number): parameter for number, parameter in enumerate(found)}


def dtype_of(parameters: list[Variable]) -> np.dtype[Any]:
    """Return the dtype that a model computes in: float32 for weights stored as float16."""
    dtype = parameters[0].dtype
    return np.dtype(np.float32) if dtype.itemsize == 2 else dtype


def weights_of(model: Model) -> dict[str, Array]:
    """Return host copies of the weights: of a Module with its buffers, else by number."""
    if isinstance(model, Module):
        return model.state_dict()
    parameters = parameters_of(model)
    return {str(i): np.array(to_device(p.data, "cpu")) for i, p in enumerate(parameters)}


def load_weights(model: Model, weights: Mapping[str, Array]) -> None:
    """Put weights back that :func:`weights_of` returned."""
    if isinstance(model, Module):
        model.load_state_dict(weights)
        return
    for parameter, value in zip(parameters_of(model), weights.values(), strict=True):
        parameter.assign(namespace(parameter.data).asarray(value))
