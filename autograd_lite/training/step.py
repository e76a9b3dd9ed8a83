"""The training step: what a Trainer does with each batch, captured where it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, TypeAlias

from autograd_lite.arrays import Array, namespace, require
from autograd_lite.capturing import capture
from autograd_lite.errors import AutogradError, CaptureError, DeviceError, NonFiniteError
from autograd_lite.graph import Variable
from autograd_lite.optim import clip_grad_norm
from autograd_lite.training.inputs import check_first_batch, check_first_loss
from autograd_lite.training.partners import left_out, warn_of
from autograd_lite.training.task import Loss, operation_of
from autograd_lite.training.weighing import weighing_of

if TYPE_CHECKING:
    from autograd_lite.training.trainer import Trainer

__all__ = ["Step", "step_of"]

Learned: TypeAlias = tuple[float, float, Array]
UNUSABLE = "fit: the loss is NaN or infinite, and no update was made from it."


class Step:
    """Forward, loss, backward, clipping and update of one batch.

    Parameters
    ----------
    trainer : Trainer
    missing : tuple of Variable
        Parameters that get gradients, but are not the optimizer's.

    Attributes
    ----------
    look : FirstLook

    Raises
    ------
    DeviceError
        For a step to be captured of a model that is not on the CPU.
    """

    def __init__(self, trainer: Trainer, missing: tuple[Variable, ...]) -> None:
        self.parts = _parts_of(trainer, missing)
        self.model = trainer.model
        self.loss = trainer.loss
        self.look = FirstLook(operation_of(trainer.meaning))
        self.weighing = weighing_of(trainer.loss, trainer.meaning)
        self.update = _update_of(trainer, missing)
        self.program = self._captured() if trainer.capture else None
        if trainer.capture and trainer.device != "cpu":
            msg = (
                f"fit: the model is on {trainer.device!r}, but capture=True writes NumPy programs; "
                "leave it out."
            )
            raise DeviceError(msg)

    def __call__(self, x: Array, t: Array) -> Learned:
        """Learn from a batch; return its loss, what it weighs, and what the model made of it.

        Nothing is updated from a batch that weighs 0, whose loss is then given as 0, or from a
        loss that is not finite.
        """
        return self._eagerly(x, t) if self.program is None else self._as_program(x, t)

    def _eagerly(self, x: Array, t: Array) -> Learned:
        value, weight, output, loss = self._judged(x, t)
        if loss is not None and isfinite(value):
            self.update(loss)
        return value, weight, output

    def _judged(self, x: Array, t: Array) -> tuple[float, float, Array, Variable | None]:
        """Return what a batch comes to before any update; no loss where it weighs nothing."""
        output = self.model(x)
        self.look.at_output(output, t)
        weight = self._weight_of(output, t)
        if not weight:  # all of its labels are ignored, so there is no mean to learn from
            return 0.0, weight, output.data, None
        loss = self.loss(output, t)
        self.look.at_loss(loss)
        return loss.item(), weight, output.data, loss

    def _as_program(self, x: Array, t: Array) -> Learned:
        assert self.program is not None
        try:
            loss, output = self.program(x, t)
        except CaptureError as error:
            msg = f"fit: the training step cannot be captured: {error} Or leave out capture=True."
            raise CaptureError(msg) from error
        except AutogradError:  # nothing was written, and the loop may know what to do
            value, weight, output, _ = self._judged(x, t)
            if weight and isfinite(value):
                raise
            return value, weight, output
        return loss.item(), self._weight_of(output, t), output

    def _weight_of(self, output: Variable | Array, t: Array) -> float:
        return len(t) if self.weighing is None else self.weighing.total(output, t)

    def _captured(self) -> Callable[[Array, Array], tuple[Array, Array]]:
        """Return the step as a program; capture follows each name that the function closes over."""
        model, loss_of, look, update = self.model, self.loss, self.look, self.update

        def step(x: Array, t: Array) -> tuple[Array, Array]:
            output = model(x)
            look.at_output(output, t)
            loss = loss_of(output, t)
            look.at_loss(loss)
            require(namespace(loss.data).isfinite(loss.data), UNUSABLE, NonFiniteError)
            update(loss)
            return loss.data, output.data

        return capture(step)


class FirstLook:
    """Looks at what the model and the loss return, once in each fit."""

    def __init__(self, operation: Loss) -> None:
        self.operation = operation
        self.due = True

    def at_output(self, output: object, t: Array) -> None:
        """Look at what the model returned."""
        if self.due:
            check_first_batch(output, t, self.operation)

    def at_loss(self, loss: object) -> None:
        """Look at what the loss returned."""
        if self.due:
            check_first_loss(loss)
            self.due = False


def step_of(trainer: Trainer, last: Step | None) -> Step:
    """Return the step of a fit that begins: the last one, with its programs, if nothing differs."""
    missing = left_out(trainer.model, trainer.optimizer)
    warn_of(missing)
    step = Step(trainer, tuple(missing.values()))
    if last is None or [*map(id, last.parts)] != [*map(id, step.parts)]:
        return step
    last.look.due = True
    return last


def _parts_of(trainer: Trainer, missing: Sequence[Variable]) -> list[object]:
    """Return all that a step is made of."""
    own = trainer.model, trainer.loss, trainer.optimizer, trainer.max_norm, trainer.meaning
    return [*own, trainer.capture, trainer.device, *missing]


def _update_of(trainer: Trainer, missing: Sequence[Variable]) -> Callable[[Variable], None]:
    """Return what updates the parameters from a loss."""
    optimizer, max_norm = trainer.optimizer, trainer.max_norm

    def update(loss: Variable) -> None:
        optimizer.zero_grad()
        for parameter in missing:
            parameter.zero_grad()
        loss.backward()
        if max_norm is not None:
            clip_grad_norm(optimizer.params, max_norm)
        optimizer.step()

    return update
