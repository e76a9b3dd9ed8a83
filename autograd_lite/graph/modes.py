"""Recording modes: per thread and per task, restored on error."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar
from types import TracebackType
from typing import Any, TypeVar

from autograd_lite.errors import OperandError

__all__ = ["enable_grad", "is_recording", "no_grad", "refuse_suspended"]

_recording: ContextVar[bool] = ContextVar("autograd_lite_recording", default=True)
is_recording = _recording.get

# What was there before each block that this thread or task is inside of: an instance may be shared.
_entered: ContextVar[tuple[tuple[_Mode, bool], ...]] = ContextVar(
    "autograd_lite_entered", default=()
)

F = TypeVar("F", bound=Callable[..., Any])


_GENERATORS = 0x20 | 0x80 | 0x200  # code flags: generator, coroutine, asynchronous generator


def refuse_suspended(function: Callable[..., Any], name: str, arguments: str) -> None:
    """Raise for a function that a decorator cannot hold, because it stops in the middle."""
    code = getattr(function, "__code__", None)
    if code is not None and code.co_flags & _GENERATORS:
        msg = (
            f"{name}: a generator or coroutine runs after the decorator is through; "
            f"write with ag.{name}({arguments}): inside it."
        )
        raise OperandError(msg)


class _Mode(ContextDecorator):
    """Sets the mode on entry and puts back what was there; nests, and decorates functions."""

    _value: bool

    def __init__(self, *wrong: object) -> None:
        if wrong:
            name = type(self).__name__
            msg = f"{name}: write the parentheses, @ag.{name}() or with ag.{name}():."
            raise OperandError(msg)

    def __call__(self, function: F) -> F:
        """Decorate a function; one that is suspended in the middle needs a block inside."""
        refuse_suspended(function, type(self).__name__, "")
        return super().__call__(function)

    def _recreate_cm(self) -> _Mode:
        return type(self)()  # a decorated function may run in several threads at once

    def __enter__(self) -> None:
        _entered.set((*_entered.get(), (self, is_recording())))
        _recording.set(self._value)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        entered = _entered.get()
        for i in range(len(entered) - 1, -1, -1):
            mode, before = entered[i]
            if mode is self:
                _recording.set(before)
                _entered.set(entered[:i] + entered[i + 1 :])
                return
        # else a generator is being closed in another thread, whose mode is its own


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
