"""What a Trainer works with beside the model: optimizer, loss, random numbers, a device."""

from __future__ import annotations

import numpy as np

from autograd_lite.arrays import to_device
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.functions.stochastic import generator_of
from autograd_lite.graph import Variable
from autograd_lite.nn import Module
from autograd_lite.optim import Optimizer
from autograd_lite.training.model import Model

__all__ = ["check_partners", "move", "own_generator"]


def check_partners(
    parameters: list[Variable], optimizer: object, loss: object, schedule: object
) -> None:
    """Look at what a Trainer is given.

    Raises
    ------
    OperandError
        If one of them is of another kind.
    ArgumentError
        If the optimizer holds no parameter of the model, or the schedule is another optimizer's.
    """
    if any([not hasattr(optimizer, name) for name in ("params", "step", "zero_grad")]):
        msg = (
            f"Trainer: optimizer is a {type(optimizer).__name__}; pass one of ag.optim, for "
            "example ag.optim.Adam(model.parameters())."
        )
        raise OperandError(msg)
    trained = {id(parameter) for parameter in getattr(optimizer, "params", ())}
    if trained.isdisjoint([id(parameter) for parameter in parameters]):
        msg = (
            "Trainer: the optimizer holds no parameter of this model, which would learn nothing; "
            "make it with model.parameters()."
        )
        raise ArgumentError(msg)
    if not callable(loss):
        msg = f"Trainer: loss is a {type(loss).__name__}; pass a function of output and target."
        raise OperandError(msg)
    if schedule is not None and not callable(getattr(schedule, "step", None)):
        msg = (
            f"Trainer: schedule is a {type(schedule).__name__}; pass one of ag.optim, for example "
            "ag.optim.StepLR(optimizer, 10)."
        )
        raise OperandError(msg)
    if getattr(schedule, "optimizer", optimizer) is not optimizer:
        msg = (
            "Trainer: the schedule changes the rate of another optimizer; make it with the one "
            "that the Trainer is given."
        )
        raise ArgumentError(msg)


def own_generator(seed: np.random.Generator | int | None) -> np.random.Generator:
    """Return a Generator: apart from the shared one, which dropout draws from too."""
    if seed is None:
        seed = int(generator_of(None, "Trainer: seed").integers(2**63))
    return generator_of(seed, "Trainer: seed")


def move(model: Model, optimizer: Optimizer, device: str) -> None:
    """Move a model and its optimizer to a device.

    Raises
    ------
    OperandError
        If the model is no Module.
    DeviceError, MissingDependencyError
        If there is no such device; nothing has moved then.
    """
    to_device(np.empty(0), device)
    if not isinstance(model, Module):
        msg = (
            f"Trainer: a {type(model).__name__} cannot be moved to {device!r}; make the model a "
            "subclass of ag.nn.Module."
        )
        raise OperandError(msg)
    model.to(device)
    optimizer.to(device)
