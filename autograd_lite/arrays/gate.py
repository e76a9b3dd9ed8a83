"""The one gate that every array passes on its way into an operation or an optimizer's update."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from autograd_lite.errors import ArgumentError

if TYPE_CHECKING:
    from autograd_lite.arrays.libraries import Array

__all__ = ["GATE", "Gate", "enter", "require"]


class Gate:
    """Holds the one hook that sees every array; None lets arrays pass as they are."""

    __slots__ = ("hook", "judge")

    def __init__(self) -> None:
        self.hook: Callable[[Array], Array] | None = None
        self.judge: Callable[[object, str], None] | None = None


GATE = Gate()


def enter(x: Array) -> Array:
    """Pass an array through the gate: the identity unless a hook is installed."""
    hook = GATE.hook
    return x if hook is None else hook(x)


def require(condition: object, message: str) -> None:
    """Refuse values, not shapes: raise unless `condition` holds.

    Rules never branch on values themselves, so that a recorded program can keep this check.

    Raises
    ------
    ArgumentError
        With `message`, if `condition` is false.
    """
    if GATE.judge is not None:
        GATE.judge(condition, message)
    elif not condition:
        raise ArgumentError(message)
