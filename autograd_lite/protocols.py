"""NumPy's protocols: ``ndarray * v``, ``np.exp(v)`` and ``np.sum(v)`` reach the operations.

The table is derived: every operation that has the name of a NumPy function stands for it, with the
arguments that both signatures share.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from autograd_lite import functions
from autograd_lite.errors import AutogradError, OperandError
from autograd_lite.graph.variable import Variable

__all__ = ["bind_protocols", "supported"]

# Not differentiable, and asked of values: these give plain results.
_PLAIN = (
    "all any allclose argmax argmin argsort array_equal array_repr array_str array2string "
    "array_equiv count_nonzero equal greater greater_equal isclose isfinite isinf isnan less "
    "less_equal nonzero not_equal ndim ones_like signbit searchsorted shape size zeros_like "
    "result_type can_cast may_share_memory shares_memory"
).split()
# NumPy's other names for functions that we have under their first.
_ALIASES = {
    "amax": "max",
    "amin": "min",
    "around": "round",
    "concat": "concatenate",
}


def _table() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's functions and the operations that stand for them."""
    names = {name: name for name in functions.__all__} | _ALIASES
    table = {
        getattr(np, theirs): getattr(functions, ours)
        for theirs, ours in names.items()
        if hasattr(np, theirs) and hasattr(functions, ours)
    }
    if hasattr(functions, "norm"):
        table[np.linalg.norm] = functions.norm
    return table


_OPERATIONS = _table()
_VALUES = {getattr(np, name) for name in _PLAIN} - _OPERATIONS.keys()


class _Shared(NamedTuple):
    """The arguments that NumPy's function and the operation have in common."""

    positional: int
    names: frozenset[str]
    first: str  # what NumPy calls the operand


def supported() -> list[str]:
    """Return the names of the NumPy functions that record when called on Variables."""
    return sorted({function.__name__ for function in _OPERATIONS})


def _array_ufunc(
    self: Any, ufunc: np.ufunc, method: str, *inputs: object, **options: object
) -> Any:
    """Record a ufunc called on Variables, or raise: never an object array."""
    if any([isinstance(value, Variable | tuple) for value in options.values()]):
        raise _unsupported(f"{ufunc.__name__} with {', '.join(options)}")
    if ufunc in _VALUES and method == "__call__":
        return ufunc(*[_value(x) for x in inputs], **options)
    operation = _OPERATIONS.get(ufunc)
    if operation is None or method != "__call__":
        called = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        raise _unsupported(called)
    if options:
        raise _unsupported(f"{ufunc.__name__} with {', '.join(options)}")
    return operation(*inputs)


def _array_function(
    self: Any,
    function: Callable[..., object],
    types: object,
    args: tuple[object, ...],
    options: dict[str, object],
) -> Any:
    """Record a NumPy function called on Variables, or raise."""
    if function in _VALUES:
        return function(*[_value(x) for x in args], **{k: _value(x) for k, x in options.items()})
    operation = _OPERATIONS.get(function)
    if operation is None:
        raise _unsupported(function.__name__)
    shared = _shared(function, operation)
    given = {key: value for key, value in options.items() if value is not None}
    if shared.first in given and not args:
        args = (given.pop(shared.first),)
    if not given.keys() <= shared.names:
        unknown = ", ".join(sorted(given.keys() - shared.names))
        raise _unsupported(f"{function.__name__} with {unknown}")
    if len(args) > shared.positional and any([x is not None for x in args[shared.positional :]]):
        raise _unsupported(f"{function.__name__} with {len(args)} positional arguments")
    try:
        return operation(*args[: shared.positional], **given)
    except AutogradError:
        raise
    except TypeError as error:
        raise _unsupported(f"{function.__name__} with these arguments") from error


@cache
def _shared(function: Callable[..., object], operation: Callable[..., Any]) -> _Shared:
    """Compare two signatures: leading arguments in the same order, and common names.

    Operands may be called differently (``a``, ``m``, ``x``): what has no default is an operand.
    """
    ours = list(inspect.signature(operation).parameters.values())
    try:
        theirs = list(inspect.signature(function).parameters.values())
    except ValueError:  # built into NumPy without a signature
        theirs = ours
    positional = 0
    for mine, other in zip(ours, theirs, strict=False):
        if other.kind is other.VAR_POSITIONAL:  # einsum
            positional = 1 << 30
            break
        operands = other.default is other.empty and mine.default is mine.empty
        if mine.name != other.name and not operands:
            break
        positional += 1
    names = {mine.name for mine in ours} & {other.name for other in theirs}
    return _Shared(positional, frozenset(names), theirs[0].name)


def _value(x: Any) -> Any:
    return x.data if isinstance(x, Variable) else x


def _unsupported(called: str) -> OperandError:
    near = get_close_matches(called.partition(" ")[0], supported(), n=1, cutoff=0.75)
    hint = f"the nearest supported is {near[0]}" if near else "see autograd_lite.functions"
    return OperandError(
        f"numpy.{called} cannot be recorded on a Variable; {hint}, or use .data for the value."
    )


def bind_protocols() -> None:
    """Give Variable NumPy's two protocols."""
    Variable.__array_ufunc__ = _array_ufunc  # type: ignore[method-assign]
    Variable.__array_function__ = _array_function  # type: ignore[method-assign]
