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

__all__ = ["reuse_memory"]

# mallopt's parameters (malloc.h). 32 MiB is the most that glibc accepts as the first.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_REUSING = {_MMAP_THRESHOLD: 32 << 20, _TRIM_THRESHOLD: 256 << 20}
_GLIBCS_OWN = {_MMAP_THRESHOLD: 128 << 10, _TRIM_THRESHOLD: 128 << 10}
_USERS = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")


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
    if not sys.platform.startswith("linux") or any([name in os.environ for name in _USERS]):
        return False
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "gnu_get_libc_version"):
        return False
    thresholds = _REUSING if enabled else _GLIBCS_OWN
    return all([libc.mallopt(name, value) == 1 for name, value in thresholds.items()])


def reuse_memory_by_default() -> None:
    """Turn reuse on unless the environment says otherwise."""
    if os.environ.get("AUTOGRAD_LITE_REUSE_MEMORY", "1") != "0":
        reuse_memory()
