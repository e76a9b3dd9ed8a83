"""The random numbers that a training depends on, as part of its state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.errors import StateError
from autograd_lite.functions.stochastic import generator_of
from autograd_lite.nn import Module
from autograd_lite.training.model import Model

__all__ = ["Generators", "packed", "unpacked"]


class Generators:
    """All Generators of a training: the Trainer's, the shared one of ``seed``, the model's own.

    Parameters
    ----------
    own : numpy.random.Generator
        The Trainer's.
    model : Module or other model
    """

    def __init__(self, own: np.random.Generator, model: Model) -> None:
        self.named = {"trainer": own, "shared": generator_of(None, "Trainer: seed")}
        if isinstance(model, Module):
            self.named |= {f"model.{path}": found for path, found in model.named_generators()}

    def state_dict(self) -> dict[str, Array]:
        """Return the states as JSON text in bytes."""
        return {name: packed(found.bit_generator.state) for name, found in self.named.items()}

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Set every Generator to where it was.

        Raises
        ------
        StateError
            If there were other Generators, or of another kind, or a state is none.
        """
        saved = {name: unpacked(array) for name, array in state.items()}
        if set(saved) != set(self.named):
            msg = f"generators: {', '.join(saved)} saved, {', '.join(self.named)} here."
            raise StateError(msg)
        for name, found in self.named.items():
            kind = type(found.bit_generator).__name__
            if (other := saved[name].get("bit_generator")) != kind:
                raise StateError(f"generators: {name} was a {other!r:.40}, here it is a {kind}.")
        for name, found in self.named.items():
            try:
                found.bit_generator.state = saved[name]
            except (KeyError, TypeError, ValueError, OverflowError) as error:
                msg = f"generators: what was saved of {name} is no state; load a whole checkpoint."
                raise StateError(msg) from error


def packed(value: object) -> Array:
    """Return JSON text as an array of bytes."""
    text = json.dumps(value, default=lambda array: array.tolist())
    return np.frombuffer(text.encode(), np.uint8)


def unpacked(array: Array) -> dict[str, Any]:
    """Return what :func:`packed` was given.

    Raises
    ------
    StateError
        If the bytes are no such text.
    """
    try:
        value = json.loads(array.tobytes())
    except ValueError as error:
        raise StateError("a part of the file is no JSON text; load a whole checkpoint.") from error
    return value if isinstance(value, dict) else {}
