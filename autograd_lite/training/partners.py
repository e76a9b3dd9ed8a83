"""What a Trainer works with beside the model: optimizer, loss, random numbers, a device."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograd_lite.arrays import to_device
from autograd_lite.checked import number
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.functions.stochastic import generator_of
from autograd_lite.graph import Variable
from autograd_lite.nn import Module
from autograd_lite.optim import Optimizer
from autograd_lite.training.early_stopping import direction_of
from autograd_lite.training.model import Model, named_parameters_of
from autograd_lite.training.task import Loss
from autograd_lite.training.weighing import require_mean
from autograd_lite.warning import warn_user

__all__ = ["check_partners", "left_out", "move", "own_generator", "warn_of"]


def check_partners(
    parameters: list[Variable], optimizer: object, loss: Loss, schedule: object, max_norm: object
) -> None:
    """Look at what a Trainer is given.

    Raises
    ------
    OperandError
        If one of them is of another kind.
    ArgumentError
        If the optimizer holds no parameter of the model, or the schedule is another optimizer's
        or watches for the wrong direction, the loss is no mean, or the norm is negative.
    """
    _refuse_classes(optimizer=optimizer, loss=loss, schedule=schedule)
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
    require_mean(loss)
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
    _check_direction(schedule)
    if max_norm is not None:
        number(max_norm, "Trainer: max_norm")


def _refuse_classes(**given: object) -> None:
    for name, value in given.items():
        if isinstance(value, type):
            kind = value.__name__
            msg = f"Trainer: {name} is the class {kind}; pass an object, {kind}(…)."
            raise OperandError(msg)


def _check_direction(schedule: object) -> None:
    """Refuse a schedule that would take a rise for a fall of what it is given, or the reverse."""
    mode = getattr(getattr(schedule, "then", None) or schedule, "mode", None)
    if mode not in ("min", "max"):
        return
    monitor = getattr(schedule, "monitor", None)
    known = direction_of(monitor or "loss")
    if known is not None and known != mode:
        msg = (
            f"Trainer: the schedule has mode={mode!r}, but is given "
            f"{monitor or 'the validation loss'}; pass monitor= and the mode that fits it, for "
            'example ReduceLROnPlateau(optimizer, mode="max", monitor="val_accuracy").'
        )
        raise ArgumentError(msg)


def left_out(model: Model, optimizer: Optimizer) -> dict[str, Variable]:
    """Return the parameters of a model, by path, that get gradients but are not updated."""
    held = {id(parameter) for parameter in optimizer.params}
    return {
        path: parameter
        for path, parameter in named_parameters_of(model).items()
        if parameter.requires_grad and id(parameter) not in held
    }


def warn_of(missing: Mapping[str, Variable]) -> None:
    """Say which parameters will not learn."""
    if missing:
        warn_user(
            f"fit: the optimizer does not hold {', '.join(missing)}, which will not learn; make it "
            "with all of model.parameters(), or freeze them by requires_grad=False.",
            UserWarning,
        )


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
