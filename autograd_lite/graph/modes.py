"""Recording modes: per thread and per task, restored on error."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar
from threading import get_ident
from types import TracebackType
from typing import Any, TypeVar

from autograd_lite.errors import OperandError

__all__ = ["enable_grad", "is_recording", "no_grad"]

_recording: ContextVar[bool] = ContextVar("autograd_lite_recording", default=True)
is_recording = _recording.get

F = TypeVar("F", bound=Callable[..., Any])


_GENERATORS = 0x20 | 0x80 | 0x200  # code flags: generator, coroutine, asynchronous generator


class _Mode(ContextDecorator):
    """Sets the mode on entry and puts back what was there; nests, and decorates functions."""

    _value: bool

    def __init__(self, *wrong: object) -> None:
        if wrong:
            name = type(self).__name__
            msg = f"{name}: write the parentheses, @ag.{name}() or with ag.{name}():."
            raise OperandError(msg)
        self._before: dict[int, list[bool]] = {}  # per thread: an instance may be shared

    def __call__(self, function: F) -> F:
        """Decorate a function; one that is suspended in the middle needs a block inside."""
        code = getattr(function, "__code__", None)
        if code is not None and code.co_flags & _GENERATORS:
            name = type(self).__name__
            msg = (
                f"{name}: a generator or coroutine runs after the decorator is through; "
                f"write with ag.{name}(): inside it."
            )
            raise OperandError(msg)
        return super().__call__(function)

    def _recreate_cm(self) -> _Mode:
        return type(self)()  # a decorated function may run in several threads at once

    def __enter__(self) -> None:
        self._before.setdefault(get_ident(), []).append(is_recording())
        _recording.set(self._value)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        before = self._before.get(get_ident())
        if before:  # else a generator is being closed in another thread, whose mode is its own
            _recording.set(before.pop())


class no_grad(_Mode):
    """Do not record: a context manager and a decorator.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(3.0)
    >>> with ag.no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    _value = False


class enable_grad(_Mode):
    """Record again inside :class:`no_grad`: a context manager and a decorator.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(3.0)
    >>> with ag.no_grad(), ag.enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """

    _value = True
