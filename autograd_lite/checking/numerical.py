"""Gradients by central differences."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.arrays import Array, is_array
from autograd_lite.checking.places import Place, opened, step_for
from autograd_lite.errors import DTypeError, OperandError, ShapeError
from autograd_lite.graph.variable import Variable

__all__ = ["as_number", "numerical_gradient"]


def numerical_gradient(f: Callable[[Any], Any], x: Any, eps: float | None = None) -> Any:
    """Return the gradient of a scalar function by central differences, in double precision.

    Each element of `x` is moved in place by ±eps and put back, also on error; so `f` may ignore
    its argument and read `x` from where it lives, as the textbook's ``lambda w: net.loss(x, t)``.

    Parameters
    ----------
    f : callable
        Takes `x` and returns one number: a float, an array or a Variable of one element.
    x : array, leaf Variable, float, module, or list, tuple or dict of these
        Where the gradient is taken. float32 Variables stand on float64 meanwhile.
    eps : float, optional
        The absolute step; by default the cube root of the rounding error, 6.1e-6, times the size
        of the element (at least 0.1).

    Returns
    -------
    array of float64, or float, or a list, tuple or dict of these
        (f(x + eps) - f(x - eps)) / 2 eps, in the structure of `x`; of a module, a dict of names. Of
        a complex `x` the differences along both of its parts: ∂f/∂x - i · ∂f/∂y, as backward gives.

    Raises
    ------
    ShapeError
        If `f` does not return one number.
    DTypeError
        If `x` holds integers, or `f` returns a complex number.

    Warns
    -----
    RuntimeWarning
        If every difference is exactly zero: `f` does not seem to read `x`.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> x = np.array([3.0, 4.0])
    >>> ag.numerical_gradient(lambda v: (v ** 2).sum(), x).round(6)
    array([6., 8.])

    References
    ----------
    K. Saito, Deep Learning from Scratch, chapter 4.4.
    """
    if hasattr(x, "named_parameters"):
        named = dict(x.named_parameters())
        return _of_items(lambda _: f(x), named, eps)
    if isinstance(x, list | tuple | dict):
        return _of_items(f, x, eps)
    if isinstance(x, Variable) or is_array(x):
        return _of_items(lambda items: f(items[0]), [x], eps)[0]
    return _of_number(f, float(x), eps)


def _of_number(f: Callable[[Any], Any], x: float, eps: float | None) -> float:
    h = step_for(x) if eps is None else eps
    high, low = x + h, x - h
    return (as_number(f(high)) - as_number(f(low))) / (high - low)


def _of_items(f: Callable[[Any], Any], items: Any, eps: float | None) -> Any:
    """Differentiate with respect to every item of a list, tuple or dict."""
    keys = list(items) if isinstance(items, dict) else list(range(len(items)))
    numbers = [key for key in keys if isinstance(items[key], float | int)]
    owners = [key for key in keys if key not in numbers]
    gradients: dict[Any, Any] = {}
    moved = False
    with opened([items[key] for key in owners], "numerical_gradient") as places:
        argument = _with(items, {k: p.argument for k, p in zip(owners, places, strict=True)})
        for key, place in zip(owners, places, strict=True):
            gradients[key] = _of_place(f, argument, place, eps)
        for key in numbers:
            gradients[key] = _of_number(_at_key(f, argument, key), float(items[key]), eps)
        moved = any([np.any(gradient) for gradient in gradients.values()])
    if keys and not moved:
        warnings.warn(
            "numerical_gradient: every difference is exactly zero; f does not seem to read x.",
            RuntimeWarning,
            stacklevel=4,
        )
    return gradients if isinstance(items, dict) else type(items)([gradients[key] for key in keys])


def _at_key(f: Callable[[Any], Any], items: Any, key: Any) -> Callable[[float], Any]:
    """Return f as a function of one number among the items."""
    return lambda value: f(_with(items, {key: value}))


def _with(items: Any, changed: dict[Any, Any]) -> Any:
    """Return the container itself, or a copy where an item differs from the given one."""
    if all([items[key] is value for key, value in changed.items()]):
        return items
    if isinstance(items, dict):
        return {**items, **changed}
    return type(items)([changed.get(i, item) for i, item in enumerate(items)])


def _of_place(f: Callable[[Any], Any], argument: Any, place: Place, eps: float | None) -> Array:
    """Move one element after the other."""
    gradient = np.zeros(place.shape, place.exact)
    for index in np.ndindex(place.shape):
        value = place.at(index)
        h = place.step(value) if eps is None else eps
        for way in place.ways:
            high = place.put(index, value + h * way)
            above = as_number(f(argument))
            low = place.put(index, value - h * way)
            below = as_number(f(argument))
            place.put(index, value)
            gradient[index] += (above - below) / (high - low)  # 1 / i is -i
    return gradient


def as_number(result: Any) -> float:
    """Return a function's result as one Python number.

    Raises
    ------
    ShapeError
        If it has another number of elements.
    DTypeError
        If it is complex.
    """
    data = result._data if isinstance(result, Variable) else result
    size = getattr(data, "size", 1)
    if size != 1:
        msg = (
            f"numerical_gradient: f returned shape {data.shape}; return one number, "
            "for example the sum."
        )
        raise ShapeError(msg)
    if not hasattr(data, "item") and not isinstance(data, complex | float | int):
        msg = f"numerical_gradient: f returned {type(data).__name__}; return one number."
        raise OperandError(msg)
    number = data.item() if hasattr(data, "item") else data
    if isinstance(number, complex):
        msg = "numerical_gradient: f returned a complex number; return its real part, or its size."
        raise DTypeError(msg)
    return float(number)
