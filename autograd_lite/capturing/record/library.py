"""The namespace that rules see on traced arrays: NumPy's functions, which come to the tape."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np

from autograd_lite.arrays import GATE, LIBRARIES, Namespace
from autograd_lite.arrays.kernels import HALF, MANY, bound, numpy_only, numpy_sum
from autograd_lite.arrays.scattering import SMALL, scatter_add, selects_once
from autograd_lite.capturing.program import Call
from autograd_lite.capturing.record.tape import Tape
from autograd_lite.capturing.record.traced import Traced
from autograd_lite.capturing.record.vocabulary import CREATING

__all__ = ["LIBRARY"]

LARGE = 64 << 10  # bytes: an array that becomes a loop over its parts


class TracedModule:
    """NumPy's names: what makes an array makes a constant of the program, all else is NumPy's."""

    float16, float32, float64 = np.float16, np.float32, np.float64

    def __getattr__(self, name: str) -> Any:
        found = getattr(np, name)
        if name in CREATING:
            found = _creating(found)
        setattr(self, name, found)
        return found

    def asarray(self, x: Any, dtype: Any = None) -> Any:
        """Return a traced array: itself, or one for a constant or an array from outside."""
        if type(x) is not Traced:
            tracer: Any = GATE.tracer
            if type(x) is np.ndarray:
                x = tracer.enter(x, None)
            else:
                return tracer.tape.constant(np.asarray(x, dtype))
        return x if dtype is None else x.astype(dtype, copy=False)

    def ascontiguousarray(self, x: Traced) -> Traced:
        """Return the array in C order: itself, if it is."""
        return x if x.flags.c_contiguous else x.copy()


def _creating(function: Callable[..., Any]) -> Callable[..., Any]:
    def create(*args: Any, **options: Any) -> Any:
        if any([type(x) is Traced for x in args]):
            return function(*args, **options)  # zeros_like and its kind
        return _tape().constant(function(*args, **options))

    return create


def _tape() -> Tape:
    tracer: Any = GATE.tracer
    tape: Tape = tracer.tape
    return tape


def _scatter_add(x: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Write into zeros; many numbers added up in the order that serves their places best."""
    if x.size <= SMALL or selects_once(index):
        return scatter_add(MODULE, x, index, shape)
    return x.tape.call("scatter_add", (x, index, shape), {})


def _sigmoid(x: Any) -> Any:
    """Return 1 / (1 + exp(-x)), in which exp may overflow."""
    powers: Any = np.exp(-x)
    origin = powers.value.origin
    if type(origin) is Call:
        origin.quiet = True
    return 1 / (1 + powers)


def _tril(x: Any, k: int = 0) -> Any:
    return _masked(x, np.tri(x.shape[-2], x.shape[-1], k, dtype=bool))


def _triu(x: Any, k: int = 0) -> Any:
    return _masked(x, ~np.tri(x.shape[-2], x.shape[-1], k - 1, dtype=bool))


def _masked(x: Any, kept: Any) -> Any:
    """Return the bits of some elements, and none of the others'."""
    if x.dtype == np.complex128:  # which has more bits than an integer
        return np.where(kept, x, 0)
    bits = np.dtype(f"u{x.dtype.itemsize}")
    mask = np.where(kept, ~bits.type(0), bits.type(0))
    mask.flags.writeable = False  # a constant
    masked: Any = np.bitwise_and(x.view(bits), mask)
    return masked.view(x.dtype)


def _sum(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Add up as NumPy's kernel does; a whole large array in one call, for a loop to take in."""
    whole = axis is None or (type(axis) is tuple and len(axis) == x.ndim)
    if whole and x.nbytes >= LARGE and x.dtype != HALF:
        return np.sum(x, axis=None, keepdims=keepdims)
    return numpy_sum(x, axis, keepdims=keepdims)


def _relu(x: Any) -> Any:
    """Return max(x, 0), of many numbers by clip: NumPy is then three times as fast."""
    if x.size < MANY or x.dtype.kind != "f":
        return np.maximum(x, 0)
    return x.clip(0.0, inf)


def _holds_nan(x: Traced) -> bool:
    """Leave it to the run: if there is one, the run starts again, carefully."""
    if x.dtype.kind == "f":
        _tape().check(x, "", None)
    return False


# NumPy's own spellings that look at shapes and dtypes alone: a program makes the same calls.
_AS_NUMPYS = ["column_sums", "flip", "max", "mean", "min", "prod", "roll", "row_max", "split"]
_AS_NUMPYS += ["sum_to"]
MODULE = TracedModule()
LIBRARY = Namespace(
    "captured NumPy",
    MODULE,
    {
        **bound(MODULE),
        **{name: numpy_only()[name] for name in _AS_NUMPYS},
        "holds_nan": _holds_nan,
        "relu": _relu,
        "scatter_add": _scatter_add,
        "sigmoid": _sigmoid,
        "sum": _sum,
        "tril": _tril,
        "triu": _triu,
    },
    traps=True,
)
LIBRARIES[Traced] = LIBRARY
