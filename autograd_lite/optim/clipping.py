"""Clipping of gradients, between backward and the optimizer's step."""

from __future__ import annotations

from math import hypot, inf, isfinite, sqrt
from typing import Any, TypeAlias

import numpy as np

from autograd_lite.arrays import GATE, Array, begin, namespace
from autograd_lite.checked import number
from autograd_lite.errors import NonFiniteError
from autograd_lite.optim.options import Parameters, leaves_of

__all__ = ["clip_grad_norm", "clip_grad_value"]

TINY = float(np.finfo(np.float32).tiny)
Gradients: TypeAlias = dict[int, Array]  # by the place of their parameter


def clip_grad_norm(params: Parameters, max_norm: float) -> float:
    """Scale all gradients by one factor, in place, so that their common norm is at most `max_norm`.

    Parameters
    ----------
    params : iterable or dict of Variable
        Those without a gradient are passed over.
    max_norm : float
        The most that √Σ g² over the elements of all gradients may be; 0 or more. Infinity only
        measures.

    Returns
    -------
    float
        The norm before; 0 where there is no gradient. In a captured function a 0-d array.

    Raises
    ------
    NonFiniteError
        If a gradient holds NaN or infinity; none is changed.
    ArgumentError
        If `max_norm` is out of its range.

    Notes
    -----
    Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013. As
    in PyTorch, the factor is ``max_norm / (norm + 1e-6)``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> w = ag.Variable([3.0, 4.0])
    >>> (w * w / 2.0).sum().backward()
    >>> ag.optim.clip_grad_norm([w], max_norm=1.0)
    5.0
    >>> w.grad.round(6).tolist()
    [0.6, 0.8]
    """
    most = inf if max_norm == inf else number(max_norm, "clip_grad_norm: max_norm")
    gradients = _gradients(params, "clip_grad_norm")
    if GATE.tracer is not None and gradients:
        norm: float = _clipped_as_arrays(gradients, most)
        return norm
    norms = {place: _norm(gradient) for place, gradient in gradients.items()}
    for place, norm in norms.items():
        if not isfinite(norm):
            msg = (
                f"clip_grad_norm: the gradient of parameter {place} holds NaN or infinity; "
                "ag.debug() shows where it came from."
            )
            raise NonFiniteError(msg)
    total = hypot(*norms.values())
    factor = most / (total + 1e-6)
    if factor < 1.0:
        for gradient in gradients.values():
            gradient *= factor
    return total


def clip_grad_value(params: Parameters, limit: float) -> None:
    """Bring every element of every gradient into [−limit, limit], in place; NaN stays.

    Parameters
    ----------
    params : iterable or dict of Variable
        Those without a gradient are passed over.
    limit : float
        0 or more.

    Raises
    ------
    ArgumentError
        If `limit` is out of its range.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> w = ag.Variable([0.5, -4.0])
    >>> (w * w).sum().backward()
    >>> ag.optim.clip_grad_value([w], 2.0)
    >>> w.grad.tolist()
    [1.0, -2.0]
    """
    most = number(limit, "clip_grad_value: limit")
    for gradient in _gradients(params, "clip_grad_value").values():
        bound = min(most, float(np.finfo(gradient.dtype).max))  # a float16 holds no more
        namespace(gradient).clip(gradient, -bound, bound, out=gradient)


def _gradients(params: Parameters, what: str) -> Gradients:
    """Return the gradients that are there."""
    held = {place: leaf.grad for place, leaf in enumerate(leaves_of(params, what))}
    return {place: gradient for place, gradient in held.items() if gradient is not None}


def _norm(gradient: Array) -> float:
    """Return √Σ g², also where the squares leave the range of the dtype."""
    flat = _flat(gradient)
    with np.errstate(over="ignore"):
        squares = float(_squares(flat))
    if TINY < squares < inf or not flat.size:
        return sqrt(squares)
    peak = float(abs(flat).max())
    if not 0.0 < peak < inf:
        return peak
    flat = flat / peak
    return peak * sqrt(float(_squares(flat)))


def _flat(gradient: Array) -> Array:
    """Return all elements in a row, half precision as float32."""
    flat = gradient.reshape(-1)
    return flat.astype(np.float32) if flat.dtype.itemsize < 4 else flat


def _squares(flat: Array) -> Any:
    return namespace(flat).vdot(flat, flat)


# ---- in a captured function: no number is known, and none is branched on


def _clipped_as_arrays(gradients: Gradients, most: float) -> Any:
    """Do what `clip_grad_norm` does by array functions alone; the factor is then 1, or less."""
    begin("clip_grad_norm")
    squares = [_squares(_flat(gradient)).astype(np.float64) for gradient in gradients.values()]
    total: Array = sum(squares[1:], start=squares[0])
    xp = namespace(total)
    # Infinity − infinity is NaN, and then the function itself runs in the place of its program: so
    # do gradients that are not finite, and those whose squares leave the range of their dtype.
    xp.holds_nan(total - total)
    norm = xp.sqrt(total)
    if most < inf:
        factor = xp.minimum(most / (norm + 1e-6), 1.0)
        for gradient in gradients.values():
            gradient *= factor.astype(gradient.dtype)
    begin("")
    return norm
