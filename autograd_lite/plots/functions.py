"""Activation functions with their derivatives, which the engine computes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from autograd_lite import functions
from autograd_lite.errors import ArgumentError, OperandError, ShapeError
from autograd_lite.graph import Variable, enable_grad, no_grad
from autograd_lite.plots.canvas import axes_for
from autograd_lite.plots.look import QUIET, colour, legend, ruled, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["activation", "maxout", "sampled", "softmax"]

Floats = npt.NDArray[np.float64]
POINTS = 801
ACTIVATIONS = (
    *("elu", "gelu", "hard_sigmoid", "leaky_relu", "maxout", "mish", "relu", "selu", "sigmoid"),
    *("silu", "softmax", "softplus", "step", "tanh"),
)
# A jump: a change between two neighbours that is this part of all, and this often the next one.
JUMP_OF_ALL, JUMP_OF_NEXT = 0.05, 10.0


def activation(
    function: str | Callable[[Variable], Any],
    ax: Axes | None = None,
    *,
    domain: tuple[float, float] = (-5.0, 5.0),
    title: str | None = None,
) -> Axes:
    """Draw an activation function and its derivative, which the engine computes.

    Parameters
    ----------
    function : str or callable
        A name, as "relu" ("maxout" and "softmax" are drawn by :func:`maxout` and :func:`softmax`);
        or a function of a Variable that works element by element, a Module too.
    ax : Axes, optional
        Where to draw; a new figure by default.
    domain : (float, float)
        From where to where.
    title : str, optional
        The function's name by default.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If there is no activation of that name, or the domain is empty.
    OperandError
        If `function` is neither a name nor callable.
    ShapeError
        If it does not give one number for each.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ax = ag.plots.activation("sigmoid")
    >>> round(float(ax.lines[1].get_ydata().max()), 6)  # the steepest slope of a sigmoid
    0.25
    """
    if function in ("maxout", "softmax"):
        draw = maxout if function == "maxout" else softmax
        return draw(ax=ax, domain=domain, title=title)
    called, f = _function(function)
    x = _places(domain, "activation")
    y, slope = sampled(f, x, "activation")
    ax = axes_for(ax, "activation", (4.8, 3.6))
    _curve(ax, x, y, label=called, color=colour(0), linewidth=2.0)
    if slope is not None:
        _curve(ax, x, slope, label="derivative", color=colour(1), linestyle="--", linewidth=1.6)
    _finish(ax, called if title is None else title)
    return ax


def maxout(
    w1: float = 2.0,
    b1: float = -1.0,
    w2: float = -1.0,
    b2: float = 1.0,
    ax: Axes | None = None,
    *,
    domain: tuple[float, float] = (-5.0, 5.0),
    title: str | None = None,
) -> Axes:
    """Draw max(w1 x + b1, w2 x + b2), its two pieces and its derivative.

    I. Goodfellow and others, Maxout Networks, 2013.

    Parameters
    ----------
    w1, b1, w2, b2 : float
        The two straight lines.
    ax : Axes, optional
        Where to draw; a new figure by default.
    domain : (float, float)
    title : str, optional

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If the domain is empty.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ax = ag.plots.maxout(2, -1, -1, 1)
    >>> ax.get_title()
    'maxout(2x − 1, −x + 1)'
    """
    x = _places(domain, "maxout")
    pieces = _line(w1, b1), _line(w2, b2)

    def largest(v: Variable) -> Variable:
        both = functions.stack([v * float(w1) + float(b1), v * float(w2) + float(b2)], axis=-1)
        return functions.maxout(both, 2)[:, 0]

    y, slope = sampled(largest, x, "maxout")
    ax = axes_for(ax, "maxout", (4.8, 3.6))
    for (w, b), said in zip(((w1, b1), (w2, b2)), pieces, strict=True):
        ax.plot(x, w * x + b, ":", color=QUIET, label=said)
    _curve(ax, x, y, label="maxout", color=colour(0), linewidth=2.0)
    if slope is not None:
        _curve(ax, x, slope, label="derivative", color=colour(1), linestyle="--", linewidth=1.6)
    _finish(ax, f"maxout({pieces[0]}, {pieces[1]})" if title is None else title)
    return ax


def softmax(
    others: Sequence[float] = (1.0, 0.0),
    ax: Axes | None = None,
    *,
    domain: tuple[float, float] = (-5.0, 5.0),
    title: str | None = None,
) -> Axes:
    """Draw the probabilities of all classes while the score of the first one grows.

    Parameters
    ----------
    others : sequence of float
        The scores of the other classes, which stay.
    ax : Axes, optional
        Where to draw; a new figure by default.
    domain : (float, float)
        The first score, from where to where.
    title : str, optional

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If the domain is empty, or there is no other class.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ax = ag.plots.softmax((0.0,))
    >>> [line.get_label() for line in ax.lines]
    ['p1, score x', 'p2, score 0']
    """
    if not len(others):
        raise ArgumentError("softmax: there is no other class; pass scores, as (1.0, 0.0).")
    x = _places(domain, "softmax")
    scores = np.stack([x, *[np.full_like(x, float(other)) for other in others]], axis=1)
    with no_grad():
        probabilities = functions.softmax(scores).data
    ax = axes_for(ax, "softmax", (4.8, 3.6))
    said = ["x", *[f"{other:g}" for other in others]]
    for i, score in enumerate(said):
        line = "-" if i == 0 else "--"
        ax.plot(x, probabilities[:, i], line, color=colour(i), label=f"p{i + 1}, score {score}")
    _finish(ax, "softmax" if title is None else title)
    return ax


def sampled(f: Callable[[Variable], Any], x: Floats, what: str) -> tuple[Floats, Floats | None]:
    """Return a function's values and slopes, None where nothing of it was recorded.

    Raises
    ------
    ShapeError
        If it does not give one number for each.
    """
    with enable_grad():
        v = Variable(x)
        y = f(v)
        if isinstance(y, Variable) and y.requires_grad and y.shape == v.shape:
            y.backward(np.ones_like(x))
    values = np.asarray(y.data if isinstance(y, Variable) else y, dtype=np.float64)
    if values.shape != x.shape:
        msg = (
            f"{what}: the function gave the shape {values.shape} for {x.shape}; pass one that "
            "works element by element."
        )
        raise ShapeError(msg)
    return values, v.grad


def _function(function: Any) -> tuple[str, Callable[[Variable], Any]]:
    """Return an activation's name and the function itself."""
    if isinstance(function, str):
        if function not in ACTIVATIONS:
            msg = (
                f"activation: there is none called {function!r:.40}; pass one of "
                f"{', '.join(ACTIVATIONS)}, or a function."
            )
            raise ArgumentError(msg)
        return function.replace("_", " "), getattr(functions, function)
    if not callable(function):
        msg = (
            f"activation: the function is a {type(function).__name__}; pass a name, as "
            '"relu", or a function of a Variable.'
        )
        raise OperandError(msg)
    name = getattr(function, "__name__", type(function).__name__)
    return ("f" if name == "<lambda>" else name.replace("_", " ")), function


def _places(domain: tuple[float, float], what: str) -> Floats:
    low, high = domain
    if not (np.isfinite([low, high]).all() and low < high):
        msg = f"{what}: the domain is {domain!r:.40}; pass (low, high), low below high."
        raise ArgumentError(msg)
    return np.linspace(low, high, POINTS)


def _line(w: float, b: float) -> str:
    """Write w·x + b as on a blackboard: 2x − 1."""
    slope = {1.0: "x", -1.0: "−x"}.get(float(w), f"{w:g}x".replace("-", "−"))
    return slope if b == 0 else f"{slope} {'+' if b > 0 else '−'} {abs(b):g}"


def _curve(ax: Axes, x: Floats, y: Floats, **style: Any) -> None:
    """Draw a curve, with a gap where it jumps: a vertical line would be a slope of its own."""
    change = np.abs(np.diff(y))
    beside = np.maximum(np.append(change[1:], 0.0), np.append(0.0, change[:-1]))
    jumps = (change > JUMP_OF_ALL * np.ptp(y)) & (change > JUMP_OF_NEXT * beside)
    after = np.flatnonzero(jumps) + 1
    ax.plot(np.insert(x, after, x[after]), np.insert(y, after, np.nan), **style)


def _finish(ax: Axes, title: str) -> None:
    ruled(ax)
    ax.margins(x=0)
    titled(ax, title, x="x", y="")
    legend(ax, "below")
