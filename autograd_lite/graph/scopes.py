"""Scopes: nodes remember the names of the blocks that they were made in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar
from threading import Lock
from types import TracebackType
from typing import Any, TypeVar

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.graph.function import Function, Gradient
from autograd_lite.graph.hooks import subscribe, unsubscribe
from autograd_lite.graph.modes import refuse_suspended

__all__ = ["observed", "scope", "scopes_here"]

F = TypeVar("F", bound=Callable[..., Any])


class _Block:
    """A scope's name from one entry to its exit."""

    __slots__ = ("closed", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.closed = False


# The blocks that this thread or task is inside of, outermost first. One may be closed already: a
# generator that was suspended in it was closed in another thread, whose blocks are its own.
_open: ContextVar[tuple[_Block, ...]] = ContextVar("autograd_lite_scopes", default=())


def scopes_here() -> tuple[str, ...]:
    """Return the names of the blocks that this thread or task is inside of, outermost first."""
    return tuple([block.name for block in _still_open()])


class _Grouper:
    """Writes the open scopes into the notes of every node that is recorded."""

    def forward_starts(self, node: Function, arrays: tuple[Array, ...]) -> None:
        """Nothing: another observer may still replace the notes."""

    def forward_ends(
        self, node: Function, _arrays: tuple[Array, ...], _outputs: tuple[Array, ...]
    ) -> None:
        """Note the scopes."""
        names = scopes_here()
        if names:
            node.notes.group = names

    def backward_starts(self, node: Function, gradient: Gradient) -> None:
        """Nothing."""

    def backward_ends(
        self, node: Function, gradient: Gradient, gradients: tuple[Gradient | None, ...]
    ) -> None:
        """Nothing."""


class observed:
    """While any such block is open, in any thread, nodes are told their scopes.

    Outside, opening a scope would be all that it costs; nobody asks, so nothing is noted. A
    picture of a model opens one around the model's call, whose Modules then name themselves.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> from autograd_lite.graph.scopes import observed
    >>> model = ag.nn.Sequential(ag.nn.Linear(2, 3), ag.nn.Tanh())
    >>> with observed():
    ...     y = model(np.ones((1, 2), np.float32))
    >>> [node.group for node in ag.describe(y).nodes if node.kind == "operation"]
    [('0',), ('1',)]
    """

    _grouper = _Grouper()
    _blocks = 0
    _lock = Lock()

    def __enter__(self) -> None:
        with observed._lock:
            observed._blocks += 1
            if observed._blocks == 1:
                subscribe(observed._grouper)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with observed._lock:
            observed._blocks -= 1
            if observed._blocks == 0:
                unsubscribe(observed._grouper)


class scope(ContextDecorator):
    """Give what is computed inside a name in pictures: a context manager and a decorator.

    Scopes nest; each thread and task has its own. What was open before is open again afterwards,
    also after an error.

    Parameters
    ----------
    name : str
        What the frame around these operations is called.

    Raises
    ------
    OperandError
        If the name is no text.
    ArgumentError
        If it is empty.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(0.5, name="x")
    >>> with ag.scope("outer"), ag.scope("layer1"):
    ...     y = ag.tanh(x * 2.0)
    >>> {node.group for node in ag.describe(y).nodes if node.kind == "operation"}
    {('outer', 'layer1')}
    """

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            msg = 'scope: the name must be a text; write with ag.scope("layer1"): or @ag.scope(…).'
            raise OperandError(msg)
        if not name:
            msg = 'scope: the name is empty; write, for example, with ag.scope("layer1"):.'
            raise ArgumentError(msg)
        self.name = name
        self._observed = observed()
        self._entered: list[_Block] = []

    def __call__(self, function: F) -> F:
        """Decorate a function; one that is suspended in the middle needs a block inside."""
        refuse_suspended(function, "scope", repr(self.name))
        return super().__call__(function)

    def _recreate_cm(self) -> scope:
        return scope(self.name)  # a decorated function may run in several threads at once

    def __enter__(self) -> None:
        self._observed.__enter__()
        block = _Block(self.name)
        self._entered.append(block)
        _open.set((*_still_open(), block))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._observed.__exit__(kind, error, trace)
        here = [block for block in _open.get() if block in self._entered]
        block = here[-1] if here else self._entered[-1]
        self._entered.remove(block)
        if here:  # a task that was started inside stays inside
            _open.set(tuple([other for other in _open.get() if other is not block]))
        else:
            block.closed = True


def _still_open() -> tuple[_Block, ...]:
    """Return the blocks that this thread or task is inside of."""
    blocks = _open.get()
    if not any([block.closed for block in blocks]):
        return blocks
    return tuple([block for block in blocks if not block.closed])
