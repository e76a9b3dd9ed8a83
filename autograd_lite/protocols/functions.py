"""``__array_function__``: NumPy's functions on Variables."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from autograd_lite.errors import AutogradError
from autograd_lite.protocols.table import OPERATIONS, VALUES, path_of, plain, unsupported

__all__ = ["array_function"]


class _Route(NamedTuple):
    """An operation, and the arguments that NumPy's function and it have in common."""

    operation: Callable[..., Any]
    positional: int
    names: frozenset[str]
    first: str  # what NumPy calls the operand


_ROUTES: dict[Any, _Route] = {}


def array_function(
    self: Any,
    function: Callable[..., object],
    types: object,
    args: tuple[object, ...],
    options: dict[str, object],
) -> Any:
    """Record a NumPy function called on Variables, or raise: never cut the graph.

    What both signatures share goes straight to the operation; all else is looked at closely.
    """
    route = _ROUTES.get(function)
    if route is not None:
        operation, positional, names, _ = route
        if len(args) <= positional and (not options or names.issuperset(options)):
            try:
                return operation(*args, **options)
            except TypeError as error:
                raise _refusal(function, error) from error
    return _with_care(function, args, options)


def _with_care(
    function: Callable[..., object], args: tuple[object, ...], options: dict[str, object]
) -> Any:
    """Find the route of a function; leave out arguments that say what is so by default."""
    if function in VALUES:
        return function(*[plain(x) for x in args], **{k: plain(x) for k, x in options.items()})
    operation = OPERATIONS.get(function)
    if operation is None:
        raise unsupported(path_of(function))
    route = _ROUTES.get(function)
    if route is None:
        route = _ROUTES[function] = _compared(function, operation)
    # None says "as by default" of what only NumPy has; of what both have, an axis, it is a value.
    given = {key: x for key, x in options.items() if x is not None or key in route.names}
    if route.first in given and not args:
        args = (given.pop(route.first),)
    if not given.keys() <= route.names:
        unknown = ", ".join(sorted(given.keys() - route.names))
        raise unsupported(f"{path_of(function)} with {unknown}")
    if len(args) > route.positional and any([x is not None for x in args[route.positional :]]):
        raise unsupported(f"{path_of(function)} with {len(args)} positional arguments")
    try:
        return operation(*args[: route.positional], **given)
    except TypeError as error:
        raise _refusal(function, error) from error


def _refusal(function: Callable[..., object], error: TypeError) -> TypeError:
    """Say in the library's words that arguments do not fit."""
    if isinstance(error, AutogradError):
        return error
    return unsupported(f"{path_of(function)} with these arguments")


def _compared(function: Callable[..., object], operation: Callable[..., Any]) -> _Route:
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
        if other.kind is other.VAR_POSITIONAL or mine.kind is mine.VAR_POSITIONAL:  # einsum
            positional = 1 << 30
            break
        operands = other.default is other.empty and mine.default is mine.empty
        if mine.name != other.name and not operands:
            break
        positional += 1
    names = {mine.name for mine in ours} & {other.name for other in theirs}
    return _Route(operation, positional, frozenset(names), theirs[0].name)
