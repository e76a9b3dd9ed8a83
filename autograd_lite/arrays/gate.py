"""The one gate that every array passes on its way into an operation or an optimizer's update.

Normally it is the identity. While a function is captured a tracer stands in it: it sees arrays, and
the few other things that a later run of the same function could find changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import get_ident
from typing import TYPE_CHECKING, Any, Protocol

from autograd_lite.errors import ArgumentError

if TYPE_CHECKING:
    from autograd_lite.arrays.libraries import Array

__all__ = [
    "GATE",
    "Gate",
    "Tracer",
    "begin",
    "draw",
    "drawn_before",
    "draws_heard",
    "enter",
    "forbid",
    "rely",
    "require",
    "touch",
]


class Tracer(Protocol):
    """What stands in the gate while a function is captured."""

    def enter(self, x: Array, holder: object) -> Array:
        """Return what is computed with in place of an array that `holder` (a Variable) has."""

    def require(self, condition: object, message: str, error: type[Exception]) -> None:
        """Keep a check."""

    def touch(self, leaf: Any, *, reads: bool) -> None:
        """Hear that the gradient of a leaf is about to be read, or else replaced."""

    def rely(self, holder: object, attribute: str) -> None:
        """Hear that what happens depends on which object an attribute holds."""

    def draw(
        self, source: Any, function: Callable[..., Array], arguments: tuple[Any, ...]
    ) -> Array:
        """Draw random numbers now, and again in each later run."""

    def forbid(self, what: str, instead: str) -> None:
        """Refuse what a later run could not repeat."""

    def begin(self, part: str) -> None:
        """Hear which part of the program starts here; empty where one ends."""


class Gate:
    """Holds the one tracer that sees every array; None lets arrays pass as they are.

    Attributes
    ----------
    tracer : Tracer or None
    drawn : dict of int to deque of array
        By thread, random numbers that were drawn already for what it runs.
    heard : dict of int to list of array
        By thread, where the random numbers that it draws are noted.
    """

    __slots__ = ("drawn", "heard", "tracer")

    def __init__(self) -> None:
        self.tracer: Tracer | None = None
        self.drawn: dict[int, deque[Array]] = {}
        self.heard: dict[int, list[Array]] = {}


GATE = Gate()


def enter(x: Array, holder: object = None) -> Array:
    """Pass an array through the gate: the identity unless a tracer stands there."""
    tracer = GATE.tracer
    return x if tracer is None else tracer.enter(x, holder)


def require(condition: object, message: str, error: type[Exception] = ArgumentError) -> None:
    """Refuse values, not shapes: raise unless `condition` holds.

    Rules never branch on values themselves, so that a recorded program can keep this check.

    Raises
    ------
    ArgumentError
        With `message`, if `condition` is false; or the given error.
    """
    if GATE.tracer is not None:
        GATE.tracer.require(condition, message, error)
    elif not condition:
        raise error(message)


def draw(source: Any, function: Callable[..., Array], *arguments: Any) -> Array:
    """Return ``function(*arguments, generator)``: random numbers, drawn anew in every run.

    Parameters
    ----------
    source : numpy.random.Generator, or object with an attribute `generator`
        The latter where another Generator may take its place.
    """
    if GATE.tracer is not None:
        return GATE.tracer.draw(source, function, arguments)
    if GATE.drawn and (drawn := GATE.drawn.get(get_ident())):
        made = drawn.popleft()
    else:
        made = function(*arguments, getattr(source, "generator", source))
    if GATE.heard and (heard := GATE.heard.get(get_ident())) is not None:
        heard.append(made)
    return made


@contextmanager
def drawn_before(arrays: Sequence[Array]) -> Iterator[None]:
    """Let the next draws of this thread give arrays that were drawn for them already."""
    if not arrays:
        yield
        return
    thread = get_ident()
    before = GATE.drawn.get(thread)
    GATE.drawn[thread] = deque(arrays)
    try:
        yield
    finally:
        if before is None:
            del GATE.drawn[thread]
        else:
            GATE.drawn[thread] = before


@contextmanager
def draws_heard() -> Iterator[list[Array]]:
    """Note the random numbers that this thread draws, for :func:`drawn_before`."""
    thread = get_ident()
    before = GATE.heard.get(thread)
    heard = GATE.heard[thread] = []
    try:
        yield heard
    finally:
        if before is None:
            del GATE.heard[thread]
        else:
            before += heard
            GATE.heard[thread] = before


def touch(leaf: object, *, reads: bool) -> None:
    """Tell a tracer that a gradient is about to be read, or else replaced."""
    if GATE.tracer is not None:
        GATE.tracer.touch(leaf, reads=reads)


def rely(holder: object, attribute: str) -> None:
    """Tell a tracer that what happens here depends on which object an attribute holds."""
    if GATE.tracer is not None:
        GATE.tracer.rely(holder, attribute)


def forbid(what: str, instead: str) -> None:
    """Refuse, under a tracer, what a later run could not repeat."""
    if GATE.tracer is not None:
        GATE.tracer.forbid(what, instead)


def begin(part: str) -> None:
    """Tell a tracer which part of the program starts here."""
    if GATE.tracer is not None:
        GATE.tracer.begin(part)
