"""Recording modes: per thread and per task, restored on error."""

from __future__ import annotations

from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from types import TracebackType

__all__ = ["enable_grad", "is_recording", "no_grad"]

_recording: ContextVar[bool] = ContextVar("autograd_lite_recording", default=True)
is_recording = _recording.get


class _Mode(ContextDecorator):
    """Sets the mode on entry and puts back what was there; nests, and decorates functions."""

    _value: bool

    def __init__(self) -> None:
        self._tokens: list[Token[bool]] = []

    def _recreate_cm(self) -> _Mode:
        return type(self)()  # a decorated function may run in several threads at once

    def __enter__(self) -> None:
        self._tokens.append(_recording.set(self._value))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _recording.reset(self._tokens.pop())


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
