"""Debug mode: nodes remember the user's line, and the first NaN or infinity is named."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, ClassVar

import numpy as np

from autograd_lite.arrays import Array, is_array, to_device
from autograd_lite.errors import NonFiniteError
from autograd_lite.graph.function import Function, Gradient
from autograd_lite.graph.hooks import STATE, Observer
from autograd_lite.graph.variable import Variable

__all__ = ["debug"]

_PACKAGE = __name__.partition(".")[0] + "."


class debug:
    """Find the line that went wrong: a context manager.

    Inside, every node remembers the user's line that made it, errors show it, and the first NaN
    or infinity that appears in forward or backward raises. The lines stay known afterwards.

    Raises
    ------
    NonFiniteError
        Naming the operation, the argument or result, its shape, and the line.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, 0.0])
    >>> with np.errstate(divide="ignore"), ag.debug():
    ...     y = ag.log(x)
    Traceback (most recent call last):
    autograd_lite.errors.NonFiniteError: log: the result of shape (2,) holds -inf at [1] ...
    """

    # Blocks may end in another order than they began, in several threads.
    _others: ClassVar[list[Observer | None]] = []
    _active: ClassVar[list[debug]] = []
    _lock = Lock()

    def __enter__(self) -> None:
        with self._lock:
            if not self._active:
                self._others[:] = [STATE.observer]
            self._active.append(self)
            STATE.observer = self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._active.remove(self)
            STATE.observer = self._active[-1] if self._active else self._others[0]

    def forward_starts(self, node: Function, arrays: tuple[Array, ...]) -> None:
        """Note the line; refuse arguments that are not finite already."""
        node.notes.line = _users_line()
        for position, array in enumerate(arrays):
            _require_finite(array, node, f"argument {position + 1}")

    def forward_ends(
        self, node: Function, arrays: tuple[Array, ...], outputs: tuple[Array, ...]
    ) -> None:
        """Refuse results that are not finite."""
        for output in outputs:
            _require_finite(output, node, "the result")

    def backward_starts(self, node: Function, gradient: Gradient) -> None:
        """Refuse a gradient that is not finite already."""
        for one in gradient if isinstance(gradient, list) else [gradient]:
            _require_finite(one, node, "the gradient that arrives")

    def backward_ends(
        self, node: Function, gradient: Gradient, gradients: tuple[Gradient | None, ...]
    ) -> None:
        """Refuse gradients that the rule made not finite."""
        for position, one in enumerate(gradients):
            _require_finite(one, node, f"the gradient of argument {position + 1}")


def _require_finite(value: Any, node: Function, what: str) -> None:
    if value is None:
        return
    raw = value._data if isinstance(value, Variable) else value
    array = np.asarray(to_device(raw, "cpu") if is_array(raw) else raw)
    finite = np.isfinite(array)
    if array.dtype.kind != "f" or finite.all():
        return
    index = tuple([int(i) for i in np.argwhere(~finite)[0]])
    where = f" at [{', '.join([str(i) for i in index])}]" if index else ""
    msg = (
        f"{node.name}: {what} of shape {array.shape} holds {array[index]}{where}{node.made_at}; "
        "look at the values that enter this line."
    )
    raise NonFiniteError(msg)


def _users_line() -> str:
    """Return the nearest line of the call stack outside this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame = frame.f_back
    path, number = frame.f_code.co_filename, frame.f_lineno
    source = linecache.getline(path, number).strip()
    return f"{Path(path).name}:{number}" + (f": {source}" if source else "")
