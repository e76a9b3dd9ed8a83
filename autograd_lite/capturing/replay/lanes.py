"""Lanes: several threads work on the parts of a block; NumPy computes without Python's lock."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from threading import Lock

from autograd_lite.errors import ArgumentError

__all__ = ["lanes_for", "spread"]

# What users set so that a process computes with so many threads, though it may use more cores.
_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def lanes_for(threads: int | None) -> int:
    """Return how many threads work on a block.

    Parameters
    ----------
    threads : int, optional
        None: one for each core that the process may use, but no more than the environment variables
        ``OMP_NUM_THREADS``, ``OPENBLAS_NUM_THREADS`` and ``MKL_NUM_THREADS`` allow.

    Raises
    ------
    ArgumentError
        If `threads` is not None or a positive int.
    """
    if threads is None:
        asked = [os.environ.get(name, "").partition(",")[0].strip() for name in _LIMITS]
        return min([_usable_cores(), *[int(n) for n in asked if n.isdigit() and int(n) > 0]])
    if type(threads) is not int or threads < 1:
        msg = f"capture: threads must be a positive int or None, not {threads!r}."
        raise ArgumentError(msg)
    return threads


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Pool:
    """The threads of this process, made when they are first needed; they grow in number."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Have none, as in a new process: threads do not survive a fork."""
        self.lock = Lock()
        self.workers: ThreadPoolExecutor | None = None
        self.size = 0

    def of(self, size: int) -> ThreadPoolExecutor:
        """Return at least so many threads."""
        with self.lock:
            if self.workers is None or self.size < size:
                self.size = size
                self.workers = ThreadPoolExecutor(size, thread_name_prefix="autograd_lite")
            return self.workers


_POOL = _Pool()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_POOL.forget)


def spread(work: Callable[[int, int], None], parts: int, threads: int) -> None:
    """Call ``work(part, lane)`` for each part, from several threads.

    Lane 0 is the caller's thread; it waits for nobody before it has no part left to take, and takes
    back the lanes that have not begun. Each lane runs in a copy of the caller's context: NumPy
    treats floating-point errors there as it does here.

    Parameters
    ----------
    work : callable
        Must not depend on which lane takes which part.
    parts, threads : int

    Raises
    ------
    Exception
        What `work` raises; the parts that nobody has begun are left out then.
    """
    waiting = deque(range(parts))

    def taken() -> int | None:
        try:
            return waiting.popleft()
        except IndexError:
            return None

    def lane_of(lane: int) -> None:
        try:
            for part in iter(taken, None):
                work(part, lane)
        except BaseException:
            waiting.clear()
            raise

    others = _POOL.of(threads - 1)
    futures: list[Future[None]] = []
    for lane in range(1, threads):
        futures.append(others.submit(copy_context().run, lane_of, lane))
    try:
        lane_of(0)
    finally:
        begun = [future for future in futures if not future.cancel()]
        wait(begun)
    for future in begun:
        future.result()
