"""Eager: one call of a captured function that runs as it would without capture.

Where a gradient of exactly 0 meets an infinite slope the walk looks at each rule's result and asks
whether a gradient arrived; a program does not. Where arguments share memory with what is written,
the order of reads and writes is the function's own. Such calls are rare: they run the function
itself, with the random numbers that a program has drawn for them already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.arrays.gate import drawn_before
from autograd_lite.capturing.record.trees import owned

__all__ = ["Patience", "run_eagerly"]

MOST = 64


def run_eagerly(
    function: Callable[..., Any], args: Any, options: Any, drawn: Sequence[Array] = ()
) -> Any:
    """Call a function; what it returns is made the caller's own.

    Parameters
    ----------
    function : callable
    args, options : tuple and dict
    drawn : sequence of array
        What the first draws of random numbers give.
    """
    with drawn_before(drawn):
        return owned(function(*args, **options))


class Patience:
    """How many calls go by before a program whose trap is sprung is tried again.

    One that springs it once is tried at the next call; while it goes on, after 1, 2, 4, … calls
    that run the function at once.
    """

    left = 0
    next = 0

    def spent(self) -> None:
        """Let calls go by: the trap was sprung."""
        self.left = self.next + 1
        self.next = min(2 * self.next + 1, MOST)

    def wait(self) -> None:
        """Let a call go by."""
        self.left = max(self.left - 1, 0)

    def restored(self) -> None:
        """Try it at every call again: the program ran through."""
        self.next = 0
