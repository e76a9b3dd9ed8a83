"""Options: the numbers that an optimizer is made with, which its state is worth nothing without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_lite.errors import ArgumentError, StateError

__all__ = ["Option", "identity_of", "require_same"]

CLASS = "class"


class Option:
    """A number that is given when an optimizer is made, and only read from then on.

    Parameters
    ----------
    held : str
        The attribute of the optimizer that has it.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> opt = ag.optim.SGD([ag.Variable([1.0])], lr=0.1, momentum=0.9)
    >>> opt.momentum
    0.9
    >>> opt.momentum = 0.5
    Traceback (most recent call last):
        ...
    autograd_lite.errors.ArgumentError: SGD: momentum is fixed; make a new optimizer with another.
    """

    def __init__(self, held: str) -> None:
        self.held = held

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, optimizer: object, owner: type | None = None) -> Any:
        return self if optimizer is None else getattr(optimizer, self.held)

    def __set__(self, optimizer: object, value: object) -> None:
        what = type(optimizer).__name__
        msg = f"{what}: {self.name} is fixed; make a new optimizer with another."
        raise ArgumentError(msg)


def identity_of(optimizer: object) -> dict[str, npt.NDArray[Any]]:
    """Return the class and the options of an optimizer as arrays; the class is its name in bytes.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite.optim.option import identity_of
    >>> [*identity_of(ag.optim.AdaGrad([ag.Variable([1.0])]))]
    ['class', 'options.weight_decay', 'options.l1', 'options.eps']
    """
    kind = type(optimizer)
    identity = {CLASS: np.frombuffer(kind.__name__.encode(), np.uint8).copy()}
    for owner in reversed(kind.__mro__):
        for name, option in vars(owner).items():
            if isinstance(option, Option):
                identity[f"options.{name}"] = np.array(getattr(optimizer, name), np.float64)
    return identity


def require_same(
    state: Mapping[str, npt.NDArray[Any]], here: Mapping[str, npt.NDArray[Any]], what: str
) -> None:
    """Raise if a state was saved by another class, or with other options; not if it lacks them.

    Raises
    ------
    StateError
        It names what was saved and what is here.
    """
    if not isinstance(state, Mapping):
        return
    others = [
        name
        for name, own in here.items()
        if isinstance(state.get(name), np.ndarray) and not np.array_equal(state[name], own)
    ]
    if CLASS in others:  # whose options are others too
        others = [CLASS]
    if others:
        listed = "; ".join(
            [f"{name}: {_said(state, name)} saved, {_said(here, name)} here" for name in others]
        )
        msg = f"{what}: {listed}; load what the same class saved with the same options."
        raise StateError(msg)


def _said(state: Mapping[str, npt.NDArray[Any]], name: str) -> str:
    value = state[name]
    text = value.tobytes().decode(errors="replace") if name == CLASS else str(value.tolist())
    return f"{text:.40}"
