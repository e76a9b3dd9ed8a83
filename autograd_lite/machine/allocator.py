"""Whether the memory of dropped arrays is used again."""

from __future__ import annotations

from autograd_lite.arrays.memory import hindrance, memory_is_reused
from autograd_lite.machine.report import Finding

__all__ = ["about_memory"]


def about_memory() -> Finding:
    """Tell whether the memory policy of this library is in force, and why not."""
    reused = memory_is_reused()
    reason = None if reused else hindrance()
    text = "that of dropped arrays is kept for the next ones"
    if not reused:
        text = f"left to the system's own policy: {reason or 'reuse_memory turned it off'}"
    return Finding("memory", text, facts={"reused": reused, "reason": reason})
