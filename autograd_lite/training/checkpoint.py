"""Checkpoints: everything that a training depends on, as arrays in one file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from autograd_lite.archive import read_archive, write_archive
from autograd_lite.arrays import Array
from autograd_lite.checked import whole
from autograd_lite.errors import ArgumentError, OperandError, StateError
from autograd_lite.files import checked_path
from autograd_lite.nn import Module
from autograd_lite.training.callbacks import Callback
from autograd_lite.training.early_stopping import Mode, require_recorded, sign_of
from autograd_lite.training.generators import Generators, packed, unpacked
from autograd_lite.training.plan import Plan, warn_of_changes
from autograd_lite.warning import warn_user

if TYPE_CHECKING:
    from autograd_lite.training.trainer import Trainer

__all__ = ["Checkpoint", "load_trainer", "resume_trainer", "save_trainer"]

FORMAT = 1
FORMATS = ("npz", "safetensors")


class Part(Protocol):
    """One of the things that a training is made of."""

    def state_dict(self) -> dict[str, Array]:
        """Return its state as arrays."""

    def load_state_dict(self, state: Mapping[str, Array], /) -> object:
        """Take a state over, or raise StateError and change nothing."""


class Checkpoint(Callback):
    """Save the Trainer after epochs: whatever kills the process, the file is whole.

    Parameters
    ----------
    path : str or path
        Ends in ``.npz``; ``.safetensors`` needs its library.
    every : int
        After how many epochs; a fit's last epoch is always saved.
    best_only : bool
        Only where `monitor` is better than in all epochs before.
    monitor : str
        A column of the history.
    mode : {"min", "max"}, optional
        Which direction of it is better; for the losses and metrics of the library it is known.

    Raises
    ------
    OperandError, ArgumentError
        If it is no path, its folder does not exist, there are braces in its name, or `every` is no
        positive whole number.

    Examples
    --------
    >>> from autograd_lite.training import Checkpoint
    >>> Checkpoint("run.npz", every=5).every
    5
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        every: int = 1,
        best_only: bool = False,
        monitor: str = "val_loss",
        mode: Mode | None = None,
    ) -> None:
        given, _ = checked_path(path, FORMATS, "Checkpoint")
        _refuse_pattern(given)
        self.path = given.absolute()  # the same file if the folder is changed meanwhile
        self.every = whole(every, "Checkpoint: every")
        self.best_only = best_only
        self.monitor = monitor
        self.sign = sign_of(monitor, mode, "Checkpoint") if best_only else 1.0

    def on_fit_start(self, trainer: Trainer) -> None:
        _require_module(trainer, "Checkpoint")
        if self.best_only:
            require_recorded(self.monitor, trainer.history, "Checkpoint")

    def on_epoch_end(self, trainer: Trainer) -> None:
        due = trainer.history.epochs % self.every == 0 or trainer.is_last_epoch
        if due and (not self.best_only or self._is_best(trainer)):
            save_trainer(trainer, self.path, "Checkpoint")

    def __repr__(self) -> str:
        return f"Checkpoint({str(self.path)!r}, every={self.every})"

    def _is_best(self, trainer: Trainer) -> bool:
        *before, now = [value * self.sign for value in trainer.history[self.monitor]]
        return now < min([value for value in before if value == value], default=float("inf"))


def _refuse_pattern(path: Path) -> None:
    if "{" in path.name:
        msg = (
            f"Checkpoint: {path.name!r} has braces, but nothing is put into them: it is one file, "
            "of the last epoch or the best; name it without, or call trainer.save in a callback."
        )
        raise ArgumentError(msg)


def save_trainer(trainer: Trainer, path: str | os.PathLike[str], what: str) -> None:
    """Write the whole state of a Trainer."""
    _require_module(trainer, what)
    arrays = {"about": packed(_about(trainer))}
    for name, part in _parts(trainer).items():
        arrays |= {f"{name}/{key}": array for key, array in part.state_dict().items()}
    for name, state in trainer.callback_states().items():
        arrays |= {f"callbacks/{name}/{key}": array for key, array in state.items()}
    write_archive(path, arrays, what)


def resume_trainer(trainer: Trainer, saver: Checkpoint | None, plan: Plan) -> None:
    """Go on from the file of a checkpoint, if there is one.

    Raises
    ------
    ArgumentError
        If there is no checkpoint.
    StateError, DataFileError
        As :func:`load_trainer`.
    """
    if saver is None:
        msg = "fit: resume=True needs the file to go on from; pass checkpoint= too."
        raise ArgumentError(msg)
    if saver.path.exists():
        load_trainer(trainer, saver.path, "fit", plan)
        warn_of_changes(plan, trainer.noted)


def load_trainer(
    trainer: Trainer, path: str | os.PathLike[str], what: str, plan: Plan | None = None
) -> None:
    """Read the whole state of a Trainer; what does not fit leaves it as it was.

    Raises
    ------
    StateError
        If the file is no checkpoint, or one of another model, optimizer or version, or made for
        other data than `plan` names; all that differs is listed.
    DataFileError
        If the file is missing or damaged.
    """
    _require_module(trainer, what)
    groups = _grouped(read_archive(path, what))
    about = groups.pop("about", {})
    saved = unpacked(about[""]) if "" in about else {}
    noted = saved.get("plan", {})
    problems = _differences(saved, _about(trainer))
    if plan is not None and not problems:
        problems = plan.clashes(noted)
    if problems:
        raise _misfit(what, path, problems)
    callbacks = groups.pop("callbacks", {})
    _commit(_parts(trainer), groups, what, path)
    if saved.get("model") != repr(trainer.model):
        warn_user(
            f"{what}: {path} is of {saved.get('model')!s:.80}, and the model is "
            f"{trainer.model!r:.80}; its weights fit, but they were learned by another network.",
            UserWarning,
        )
    trainer.split_seed = saved["split_seed"]
    trainer.noted = noted
    trainer.adopt_callback_states(_grouped(callbacks))


def _commit(
    parts: dict[str, Part], groups: dict[str, dict[str, Array]], what: str, path: object
) -> None:
    """Load every part, or none."""
    before = {name: part.state_dict() for name, part in parts.items()}
    problems: list[str] | None = None
    try:
        problems = _loaded(parts, groups)
    finally:
        if problems != []:  # also after Ctrl-C in the middle
            _loaded(parts, before)
    if problems:
        raise _misfit(what, path, problems)


def _loaded(parts: dict[str, Part], groups: dict[str, dict[str, Array]]) -> list[str]:
    """Load each part, and return why some could not be."""
    problems = [f"there is a part {name!r:.40}" for name in groups if name not in parts]
    for name, part in parts.items():
        try:
            part.load_state_dict(groups.get(name, {}))
        except StateError as error:
            problems.append(str(error).rstrip("."))
    return problems


def _parts(trainer: Trainer) -> dict[str, Part]:
    """Return what a training is made of, by what the file calls it."""
    model: Any = trainer.model  # a Module by now
    parts: dict[str, Part] = {"model": model, "optimizer": trainer.optimizer}
    if trainer.schedule is not None:
        parts["schedule"] = trainer.schedule
    return parts | {
        "history": trainer.history,
        "losses": trainer.intervals,
        "generators": Generators(trainer.generator, trainer.model),
    }


def _about(trainer: Trainer) -> dict[str, Any]:
    schedule = trainer.schedule
    return {
        "format": FORMAT,
        "model": repr(trainer.model),
        "optimizer": type(trainer.optimizer).__name__,
        "schedule": None if schedule is None else type(schedule).__name__,
        "split_seed": trainer.split_seed,
        "plan": trainer.noted,
    }


def _differences(saved: dict[str, Any], here: dict[str, Any]) -> list[str]:
    """Return in which respects a file is another Trainer's."""
    if not saved:
        return ["it is no checkpoint of a Trainer; load weights by ag.nn.load"]
    differing = [
        f"{name}: {saved.get(name)} saved, {here[name]} here"
        for name in ("format", "optimizer", "schedule")
        if saved.get(name) != here[name]
    ]
    seed = saved.get("split_seed")
    if not differing and (type(seed) is not int or seed < 0):
        return [f"split_seed: {seed!r:.40} is no seed"]
    return differing


def _misfit(what: str, path: object, problems: list[str]) -> StateError:
    listed = "; ".join(problems)
    return StateError(f"{what}: {path} does not fit ({listed}); load it where it was made.")


def _grouped(arrays: Mapping[str, Array]) -> dict[str, dict[str, Array]]:
    """Return arrays by what stands before the first slash of their names."""
    groups: dict[str, dict[str, Array]] = {}
    for path, array in arrays.items():
        name, _, rest = path.partition("/")
        groups.setdefault(name, {})[rest] = array
    return groups


def _require_module(trainer: Trainer, what: str) -> None:
    if not isinstance(trainer.model, Module):
        msg = (
            f"{what}: a {type(trainer.model).__name__} has no state_dict; make the model a "
            "subclass of ag.nn.Module to save it."
        )
        raise OperandError(msg)
