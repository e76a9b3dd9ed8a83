"""Saving the state of a module to a file, and loading it."""

from __future__ import annotations

import os
from typing import TypeVar

from autograd_lite.archive import read_archive, write_archive
from autograd_lite.errors import OperandError, StateError
from autograd_lite.nn.module import Module

__all__ = ["load", "save"]

M = TypeVar("M", bound=Module)


def save(model: Module, path: str | os.PathLike[str]) -> None:
    """Write the parameters and buffers of a model into a file: whole, or not at all.

    Equal numbers give the same bytes.

    Parameters
    ----------
    model : Module
    path : str or path
        Ends in ``.npz``, which ``numpy.load`` reads too, or in ``.safetensors``, which needs the
        library of that name.

    Raises
    ------
    ArgumentError
        For another suffix, or a folder that is not there.
    FileWriteError
        If the file cannot be written; one that was there is as before.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import autograd_lite as ag
    >>> model, other = ag.nn.MLP(2, 3, 1, rng=0), ag.nn.MLP(2, 3, 1, rng=1)
    >>> with TemporaryDirectory() as folder:
    ...     ag.nn.save(model, Path(folder, "model.npz"))
    ...     _ = ag.nn.load(other, Path(folder, "model.npz"))
    >>> bool((other[0].W == model[0].W.data).all())
    True
    """
    write_archive(path, _checked(model, "save").state_dict(), "save")


def load(model: M, path: str | os.PathLike[str]) -> M:
    """Read what :func:`save` wrote into a model of the same make, and return the model.

    No code in the file is ever run.

    Parameters
    ----------
    model : Module
        Its Variables are written in place, all or none.
    path : str or path

    Raises
    ------
    DataFileError
        If the file is missing, damaged or of another format.
    StateError
        If it was saved from another make of model; nothing has been written then.
    """
    state = read_archive(path, "load")
    if "about" in state and any([name.startswith("model/") for name in state]):
        msg = f"load: {os.fspath(path)} is a checkpoint of a Trainer; load it by Trainer.load."
        raise StateError(msg)
    try:
        _checked(model, "load").load_state_dict(state)
    except StateError as error:
        raise StateError(f"load: {os.fspath(path)} does not fit this model: {error}") from None
    return model


def _checked(model: M, what: str) -> M:
    if not isinstance(model, Module):
        msg = f"{what}: the model is a {type(model).__name__}; pass a Module first, then the path."
        raise OperandError(msg)
    return model
