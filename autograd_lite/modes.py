"""Training and evaluation of modules, for the length of a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["in_mode", "modes_kept"]


@contextmanager
def in_mode(model: object, *, training: bool) -> Iterator[None]:
    """Switch a Module and all below it to training or evaluation, and back, also on error.

    What is no Module has no modes.
    """
    modules = _modules(model)
    with _kept(modules):
        for module in modules:
            module.training = training
        yield


@contextmanager
def modes_kept(model: object) -> Iterator[None]:
    """Put a Module and all below it back into their modes afterwards, also on error."""
    with _kept(_modules(model)):
        yield


@contextmanager
def _kept(modules: list[Any]) -> Iterator[None]:
    before = [(module, module.training) for module in modules]
    try:
        yield
    finally:
        for module, mode in before:
            module.training = mode


def _modules(model: object) -> list[Any]:
    """Return the modules of a model: all rooms may ask, those that do not know Module too."""
    named = getattr(model, "named_modules", None)
    if named is None or isinstance(model, type):
        return []
    return [module for _, module in named() if hasattr(module, "training")]
