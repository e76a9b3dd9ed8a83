"""Reuse of memory: what the allocator does with a large array that is no longer needed.

An array expression makes and drops temporaries. By default glibc gives large blocks back to the
system at once, and the next array pays for fresh pages: on a million float32 elements more than
for the arithmetic. Raising two thresholds keeps the blocks in the process. No operation knows of
this: it is one setting of the process, for NumPy on Linux with glibc, and nothing elsewhere.
"""

from __future__ import annotations

import ctypes
import os
import sys

__all__ = ["hindrance", "memory_is_reused", "reuse_memory"]

# mallopt's parameters (malloc.h). 32 MiB is the most that glibc accepts as the first.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_REUSING = {_MMAP_THRESHOLD: 32 << 20, _TRIM_THRESHOLD: 256 << 20}
_GLIBCS_OWN = {_MMAP_THRESHOLD: 128 << 10, _TRIM_THRESHOLD: 128 << 10}
_USERS = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")
_SWITCH = "AUTOGRAD_LITE_REUSE_MEMORY"

_in_force = False  # glibc cannot be asked what it was told


def reuse_memory(enabled: bool = True) -> bool:
    """Keep the memory of dropped arrays for the next ones, or let glibc give it back.

    Called once at import; up to 256 MiB at the end of the heap stay with the process. Set the
    environment variable ``AUTOGRAD_LITE_REUSE_MEMORY=0`` to leave the allocator alone from the
    start; it is left alone, too, where one of its own variables (``MALLOC_TRIM_THRESHOLD_``,
    ``MALLOC_MMAP_THRESHOLD_``, ``GLIBC_TUNABLES``) is set.

    Parameters
    ----------
    enabled : bool
        False puts back the thresholds that glibc starts with, 128 KiB.

    Returns
    -------
    bool
        Whether the allocator was told: it is glibc's, and nobody else has set it.

    Examples
    --------
    >>> from autograd_lite.arrays import reuse_memory
    >>> reuse_memory() in (True, False)
    True
    """
    global _in_force
    if not _is_glibc() or _set_by_user():
        return False
    libc = ctypes.CDLL(None)
    thresholds = _REUSING if enabled else _GLIBCS_OWN
    told = all([libc.mallopt(name, value) == 1 for name, value in thresholds.items()])
    _in_force = enabled and told
    return told


def memory_is_reused() -> bool:
    """Whether dropped arrays leave their memory to the next ones by what was last told."""
    return _in_force


def hindrance() -> str | None:
    """Return what keeps reuse from being on from the start; None if nothing does."""
    if not _is_glibc():
        return "the allocator is not glibc's"
    if users := _set_by_user():
        return f"{', '.join(users)} in the environment"
    return f"{_SWITCH}=0 in the environment" if os.environ.get(_SWITCH) == "0" else None


def _is_glibc() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    return hasattr(ctypes.CDLL(None), "gnu_get_libc_version")


def _set_by_user() -> list[str]:
    return [name for name in _USERS if name in os.environ]


def reuse_memory_by_default() -> None:
    """Turn reuse on unless the environment says otherwise."""
    if os.environ.get(_SWITCH) != "0":
        reuse_memory()
