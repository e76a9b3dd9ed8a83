"""Training and evaluation for the length of a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from autograd_lite.nn.module import Module

__all__ = ["in_mode", "modes_kept"]


@contextmanager
def in_mode(model: object, *, training: bool) -> Iterator[None]:
    """Switch a Module and all below it to training or evaluation, and back, also on error.

    What is no Module has no modes.
    """
    with modes_kept(model):
        if isinstance(model, Module):
            model.train(training)
        yield


@contextmanager
def modes_kept(model: object) -> Iterator[None]:
    """Put a Module and all below it back into their modes afterwards, also on error."""
    modules = model.named_modules() if isinstance(model, Module) else ()
    before = [(module, module.training) for _, module in modules]
    try:
        yield
    finally:
        for module, mode in before:
            module.training = mode
