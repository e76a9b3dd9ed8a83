"""What the hot path looks at besides the arrays: the observer and the newest write."""

from __future__ import annotations

from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from autograd_lite.arrays import Array
    from autograd_lite.graph.function import Function, Gradient

__all__ = ["STATE", "Observer", "State", "Version", "bump", "next_order"]


class Observer(Protocol):
    """Is told of every operation's start and end, forward and backward."""

    def forward_starts(self, node: Function, arrays: tuple[Array, ...]) -> None:
        """Before `node` computes."""

    def forward_ends(
        self, node: Function, arrays: tuple[Array, ...], outputs: tuple[Array, ...]
    ) -> None:
        """After `node` computed."""

    def backward_starts(self, node: Function, gradient: Gradient) -> None:
        """Before the rule of `node` runs."""

    def backward_ends(
        self, node: Function, gradient: Gradient, gradients: tuple[Gradient | None, ...]
    ) -> None:
        """After the rule of `node` ran."""


class State:
    """Process-wide facts, read once per operation."""

    __slots__ = ("newest_write", "observer")

    def __init__(self) -> None:
        self.observer: Observer | None = None
        self.newest_write = 1


STATE = State()
_writing = Lock()

# Creation numbers fall: the newest node has the smallest, so a heap pops it first.
next_order = count(0, -1).__next__


class Version:
    """When a piece of memory was last written by the library; shared by all its views."""

    __slots__ = ("written",)

    def __init__(self) -> None:
        self.written = 1


def bump(*versions: Version) -> None:
    """Note writes: every graph node made until now saw older values."""
    with _writing:  # or a write that drew its number later could be noted before
        number = STATE.newest_write = next_order()
        for version in versions:
            version.written = number
