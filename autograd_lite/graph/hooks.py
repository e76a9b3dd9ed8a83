"""What the hot path looks at besides the arrays: the observer and the newest write."""

from __future__ import annotations

from itertools import count
from threading import Lock, local
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from autograd_lite.arrays import Array
    from autograd_lite.graph.function import Function, Gradient

__all__ = [
    "MINE",
    "STATE",
    "Observer",
    "State",
    "Version",
    "bump",
    "next_order",
    "subscribe",
    "unsubscribe",
]


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


class Several:
    """Several observers in the place of one: each is told, in the order of their subscription."""

    def __init__(self, observers: tuple[Observer, ...]) -> None:
        self.observers = observers

    def forward_starts(self, node: Function, arrays: tuple[Array, ...]) -> None:
        """Before `node` computes."""
        for observer in self.observers:
            observer.forward_starts(node, arrays)

    def forward_ends(
        self, node: Function, arrays: tuple[Array, ...], outputs: tuple[Array, ...]
    ) -> None:
        """After `node` computed."""
        for observer in self.observers:
            observer.forward_ends(node, arrays, outputs)

    def backward_starts(self, node: Function, gradient: Gradient) -> None:
        """Before the rule of `node` runs."""
        for observer in self.observers:
            observer.backward_starts(node, gradient)

    def backward_ends(
        self, node: Function, gradient: Gradient, gradients: tuple[Gradient | None, ...]
    ) -> None:
        """After the rule of `node` ran."""
        for observer in self.observers:
            observer.backward_ends(node, gradient, gradients)


class State:
    """Process-wide facts, read once per operation."""

    __slots__ = ("newest_write", "observer")

    def __init__(self) -> None:
        self.observer: Observer | None = None
        self.newest_write = 1


class Mine(local):
    """What is each thread's own."""

    newest_write = 1


STATE = State()
MINE = Mine()
_writing = Lock()
_subscribing = Lock()

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
        number = STATE.newest_write = MINE.newest_write = next_order()
        for version in versions:
            version.written = number


def subscribe(observer: Observer) -> None:
    """Let an observer be told too, from the next operation of any thread on."""
    with _subscribing:
        _tell((*_told(), observer))


def unsubscribe(observer: Observer, heir: Observer | None = None) -> None:
    """Tell an observer nothing more; where there is an heir, it takes the place at once."""
    with _subscribing:
        told = list(_told())
        if observer in told:
            place = told.index(observer)
            told[place : place + 1] = [] if heir is None else [heir]
        _tell(tuple(told))


def _told() -> tuple[Observer, ...]:
    observer = STATE.observer
    if observer is None:
        return ()
    return observer.observers if isinstance(observer, Several) else (observer,)


def _tell(observers: tuple[Observer, ...]) -> None:
    """Several observers cost a loop per operation; one, or none, must not."""
    if not observers:
        STATE.observer = None
    else:
        STATE.observer = observers[0] if len(observers) == 1 else Several(observers)
