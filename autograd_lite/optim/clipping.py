"""Clipping of gradients, between backward and the optimizer's step."""

from __future__ import annotations

from math import hypot, inf, isfinite, sqrt

import numpy as np

from autograd_lite.arrays import Array, namespace
from autograd_lite.checked import number
from autograd_lite.errors import NonFiniteError
from autograd_lite.optim.options import Parameters, leaves_of

__all__ = ["clip_grad_norm", "clip_grad_value"]

TINY = float(np.finfo(np.float32).tiny)


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
        The norm before; 0 where there is no gradient.

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


def _gradients(params: Parameters, what: str) -> dict[int, Array]:
    """Return the gradients that are there, by the place of their parameter."""
    held = {place: leaf.grad for place, leaf in enumerate(leaves_of(params, what))}
    return {place: gradient for place, gradient in held.items() if gradient is not None}


def _norm(gradient: Array) -> float:
    """Return √Σ g², also where the squares leave the range of the dtype."""
    xp = namespace(gradient)
    flat = gradient.reshape(-1)
    if flat.dtype.itemsize < 4:
        flat = flat.astype(np.float32)
    with np.errstate(over="ignore"):
        squares = float(xp.vdot(flat, flat))
    if TINY < squares < inf or not flat.size:
        return sqrt(squares)
    peak = float(abs(flat).max())
    if not 0.0 < peak < inf:
        return peak
    flat = flat / peak
    return peak * sqrt(float(xp.vdot(flat, flat)))
