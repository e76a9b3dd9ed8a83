"""``__array_ufunc__``: NumPy's universal functions on Variables, and their methods."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import numpy as np

from autograd_lite import functions
from autograd_lite.arrays.libraries import is_scipys
from autograd_lite.errors import OperandError
from autograd_lite.graph.variable import Variable
from autograd_lite.protocols.table import OPERATIONS, VALUES, plain, unsupported

__all__ = ["array_ufunc"]

# The functions that stand for a ufunc's reduce and accumulate, whose axis is 0 by default.
_REDUCED: dict[tuple[np.ufunc, str], Callable[..., Any]] = {
    (np.add, "reduce"): functions.sum,
    (np.multiply, "reduce"): functions.prod,
    (np.maximum, "reduce"): functions.max,
    (np.minimum, "reduce"): functions.min,
    (np.logaddexp, "reduce"): functions.logsumexp,
    (np.add, "accumulate"): functions.cumsum,
    (np.multiply, "accumulate"): functions.cumprod,
}


def array_ufunc(self: Any, ufunc: np.ufunc, method: str, *inputs: object, **options: object) -> Any:
    """Record a ufunc called on Variables, or raise: never an object array."""
    if method == "__call__" and not options:
        operation = OPERATIONS.get(ufunc)
        if operation is not None:
            return operation(*inputs)
    return _rarer(ufunc, method, inputs, options)


def _scipys(called: str, inputs: tuple[Any, ...], options: dict[str, object]) -> Any:
    """Record a ufunc of SciPy's by the operation of its name; no other has the same signature."""
    special = import_module("autograd_lite.special")
    if called in special.__all__ and not options:
        return getattr(special, called)(*inputs)
    near = get_close_matches(called, special.__all__, n=1, cutoff=0.6)
    hint = (
        f"the nearest supported is scipy.special.{near[0]}" if near else "see autograd_lite.special"
    )
    if called in special.__all__:
        hint = "leave that out"
    with_options = f" with {', '.join(options)}" if options else ""
    msg = (
        f"scipy.special.{called}{with_options} cannot be recorded on a Variable; {hint}, or use "
        ".data for the value."
    )
    raise OperandError(msg)


def _rarer(
    ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], options: dict[str, object]
) -> Any:
    """Serve values, methods, and the ufuncs of SciPy; refuse what is written into or masked."""
    called = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
    if is_scipys(ufunc):
        return _scipys(called.removeprefix("_"), inputs, options)
    if "out" in options or any([isinstance(value, Variable) for value in options.values()]):
        raise unsupported(f"{called} with {', '.join(options)}")
    if ufunc in VALUES and method == "__call__":
        values: list[Any] = [plain(x) for x in inputs]
        if ufunc is np.sign and any([np.iscomplexobj(x) for x in values]):
            raise unsupported("sign of complex numbers")  # z / |z| has a slope
        return ufunc(*values, **options)
    reduced = _REDUCED.get((ufunc, method))
    if reduced is not None and options.keys() <= {"axis", "keepdims"} and len(inputs) < 3:
        axis = inputs[1] if len(inputs) > 1 else options.pop("axis", 0)
        return reduced(inputs[0], axis=axis, **options)
    operation = OPERATIONS.get(ufunc)
    if operation is not None and method == "outer" and not options:
        first, second = [functions.reshape(x, np.shape(plain(x))) for x in inputs]
        return operation(functions.reshape(first, first.shape + (1,) * second.ndim), second)
    with_options = f" with {', '.join(options)}" if options and operation is not None else ""
    raise unsupported(called + with_options)
