"""Paying: how many rows a part of a block has, and how many threads work on its parts.

Measured on a processor with 1 MiB of cache for each core and 32 MiB for all.
"""

from __future__ import annotations

from autograd_lite.capturing.plan.blocks import Block
from autograd_lite.capturing.program import Value

__all__ = ["pays"]

CACHE = 4 << 20  # bytes: all arrays of a part together
WORTH = 1_000_000  # ns of work: a second thread takes up to 50,000 to wake up
SHARED = 8  # parts, at least, of what is worth a second thread

# ns for an element of float64 in cache, and half of it for float32; all others take CHEAP.
CHEAP = 0.2
COSTS = {
    **dict.fromkeys(["exp", "exp2", "expm1", "log", "log2", "log10"], 1.0),
    **dict.fromkeys(["tanh", "log1p", "sqrt", "where", "power", "reciprocal", "divide"], 1.5),
    **dict.fromkeys(["sin", "cos", "tan", "sinh", "cosh", "remainder", "logaddexp"], 8.0),
    **dict.fromkeys(["arcsin", "arccos", "arctan", "arctan2", "arcsinh", "arccosh"], 8.0),
}


def pays(block: Block, threads: int) -> bool:
    """Set the size of the parts and the number of threads; say whether the block is worth it.

    The parts do not depend on the number of threads: neither do the results.
    """
    effort = work(block)
    parts = -(-footprint(block) // CACHE)
    if effort >= WORTH:
        parts = max(parts, SHARED)
    parts = min(parts, block.cut.length)
    if parts < 2 or all([call.result in block.totals for call in block.calls]):
        return False
    block.rows = -(-block.cut.length // _even(block.cut.length, parts))
    block.threads = threads if effort >= WORTH else 1
    return len(block.calls) > 1 or block.threads > 1


def _even(length: int, parts: int) -> int:
    """Return so many parts, or up to a quarter more if all have the same size then."""
    return next((n for n in range(parts, parts + parts // 4 + 1) if length % n == 0), parts)


def work(block: Block) -> float:
    """Return what the calls take, in ns."""
    taken = 0.0
    for call in block.calls:
        largest = max([call.result, *call.operands], key=_size)
        taken += COSTS.get(call.function, CHEAP) * largest.size * largest.dtype.itemsize / 8
    return taken


def footprint(block: Block) -> int:
    """Return the bytes of all arrays that are parted, counting the most that live at a time."""
    last = {value: place for place, call in enumerate(block.calls) for value in call.operands}
    outer = sum([_bytes(value) for value in block.parted - block.inner])
    living = most = 0
    for place, call in enumerate(block.calls):
        if call.result in block.inner:
            living += _bytes(call.result)
        most = max(most, living)
        read = {value for value in call.operands if value in block.inner}
        living -= sum([_bytes(value) for value in read if last[value] == place])
    return outer + most


def _size(value: Value) -> int:
    return value.size


def _bytes(value: Value) -> int:
    return value.size * value.dtype.itemsize
