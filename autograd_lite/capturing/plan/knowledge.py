"""What is known of NumPy's functions: which can write into memory that is there, and how."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from autograd_lite.capturing.program import Call
from autograd_lite.capturing.record.packages import function_at
from autograd_lite.capturing.record.vocabulary import REDUCING, VIEWING

__all__ = ["REDUCTIONS", "elementwise", "is_view", "takes_out"]

# Reductions, by the ufunc that they repeat.
REDUCTIONS = {name: ufunc for ufunc, name in REDUCING.items()}
_OUT = frozenset(
    [
        "clip",
        "concatenate",
        "stack",
        "copy",
        "astype",
        "where",
        "einsum",
        "dot",
        "cumsum",
        "cumprod",
    ]
)


@lru_cache(maxsize=512)
def elementwise(name: str) -> bool:
    """Whether each element of the result depends on the elements at its place alone."""
    if name in ("clip", "astype", "where", "copy"):
        return True
    try:
        found = function_at(name)
    except AttributeError:  # a kernel of our own
        return False
    return type(found) is np.ufunc and found.signature is None and found.nout == 1


def takes_out(call: Call) -> bool:
    """Whether a call can be told where its result goes."""
    if call.writes is not None or len(call.results) != 1:
        return False
    name = call.function
    if name == "where" and getattr(call.args[0], "dtype", None) != np.bool_:
        return False  # NumPy's copyto takes no other mask
    if elementwise(name) or name in ("matmul", "vecdot", "matvec", "vecmat"):
        return not call.options or name in ("astype", "copy", "clip")
    if name in REDUCTIONS:
        return set(call.options) <= {"axis", "keepdims", "dtype"} and len(call.args) == 1
    if name in ("cumsum", "cumprod"):
        return False
    return name in _OUT and not (set(call.options) - {"axis"})


def is_view(call: Call) -> bool:
    """Whether the result shares the memory of an operand."""
    return call.function in VIEWING and call.results[0].view_of is not None
