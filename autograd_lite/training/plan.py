"""What a fit was asked for and a checkpoint notes: so that a resumed one is the same run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from autograd_lite.checked import whole
from autograd_lite.training.inputs import Validation
from autograd_lite.warning import warn_user

__all__ = ["Plan", "plan_of", "warn_of_changes"]

Noted = dict[str, Any]  # a Plan as a checkpoint holds it; empty where it was saved before any fit


@dataclass(frozen=True)
class Plan:
    """What a run depends on, beside the state of its parts.

    Attributes
    ----------
    samples : int
        How many were passed.
    validation : float
        The share of them that is set aside; 0 where none is.
    batch_size : int
    lr : float
        The learning rate that the Trainer was made with.
    """

    samples: int
    validation: float
    batch_size: int
    lr: float

    def noted(self) -> Noted:
        """Return it as JSON can hold it."""
        return asdict(self)

    def clashes(self, saved: Noted) -> list[str]:
        """Return why going on would train on what was set aside, or on other data."""
        return self._changes(saved, "samples", "validation")

    def changes(self, saved: Noted) -> list[str]:
        """Return what makes the rest of the run another than it would have been."""
        return self._changes(saved, "batch_size", "lr")

    def _changes(self, saved: Noted, *names: str) -> list[str]:
        here = self.noted()
        return [
            f"{name}: {saved[name]} saved, {here[name]} here"
            for name in names
            if name in saved and saved[name] != here[name]
        ]


def plan_of(samples: int, validation: Validation, batch_size: int, lr: float) -> Plan:
    """Return what a fit is asked for."""
    share = float(validation) if isinstance(validation, float | int | np.number) else 0.0
    return Plan(samples, share, whole(batch_size, "fit: batch_size"), lr)


def warn_of_changes(plan: Plan, saved: Noted) -> None:
    """Say what is not as it was when the checkpoint was made."""
    if changes := plan.changes(saved):
        warn_user(
            f"fit: what is resumed was begun otherwise ({'; '.join(changes)}); the batch size is "
            "the one here, the learning rate the file's: set trainer.optimizer.lr to change it.",
            UserWarning,
        )
