"""Captured: a function that runs as the program of its first call."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from autograd_lite.capturing.lanes import lanes_for
from autograd_lite.capturing.replay import Replay
from autograd_lite.capturing.tracing import trace
from autograd_lite.capturing.trees import flattened
from autograd_lite.graph.modes import is_recording

__all__ = ["Captured", "capture"]


class Captured:
    """A captured function: see :func:`capture`."""

    def __init__(self, function: Callable[..., Any], threads: int | None = None) -> None:
        self.function = function
        self.threads = lanes_for(threads)
        self._lock = Lock()
        self._replays: dict[Any, Replay] = {}

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Run the program for such arguments; the first time, capture it."""
        arrays: list[Any] = []
        key = (
            flattened(args, arrays),
            flattened(options, arrays) if options else None,
            is_recording(),
        )
        with self._lock:
            replay = self._replays.get(key)
            if replay is None or not replay.holds():
                run = trace(self.function, args, options, arrays, careful=False)
                names = [f"x{i}" for i in range(len(arrays))]
                replay = self._replays[key] = Replay(run, names, self.threads)
            return replay(arrays)


def capture(function: Callable[..., Any], *, threads: int | None = None) -> Captured:
    """Run a function once and replay it from then on as a straight NumPy program.

    Parameters
    ----------
    function : callable
    threads : int, optional
        The most that work on elementwise operations over large arrays; results are the same for any
        number. None: one for each core that the process may use, but no more than
        ``OMP_NUM_THREADS``, ``OPENBLAS_NUM_THREADS`` or ``MKL_NUM_THREADS`` say, where they are set.
    """
    return Captured(function, threads)
