"""Layer by layer: weights, activations and gradients, to see where a network stops learning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.errors import ArgumentError
from autograd_lite.graph import no_grad
from autograd_lite.modes import in_mode
from autograd_lite.nn import Module
from autograd_lite.plots.canvas import AxesArray, axes_for, panels_for
from autograd_lite.plots.look import QUIET, colour, headed, ruled, titled
from autograd_lite.plots.models import blocks_of, weights_of
from autograd_lite.plots.reading import HostArray, host

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["activation_histograms", "gradient_norms", "weight_histograms"]

BINS = 40
Panels = Sequence["Axes"] | AxesArray


def weight_histograms(
    model: Module, ax: Panels | None = None, *, bins: int = BINS, title: str | None = None
) -> AxesArray:
    """Draw how the weights of each layer are spread; biases are left out.

    Parameters
    ----------
    model : Module
    ax : sequence of Axes, optional
        One for each weight matrix; a new figure by default.
    bins : int
    title : str, optional

    Returns
    -------
    array of Axes

    Raises
    ------
    OperandError
        If the model is no Module.
    ArgumentError
        If it has no weights.
    ShapeError
        If there are more or fewer Axes than weight matrices.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> model = ag.nn.Sequential(ag.nn.Linear(4, 8, rng=0), ag.nn.Tanh(), ag.nn.Linear(8, 2, rng=1))
    >>> [ax.get_title().splitlines()[0] for ax in ag.plots.weight_histograms(model)]
    ['0.W', '2.W']
    """
    weights = weights_of(model, "weight_histograms")
    values = {path: host(v, path) for path, v in weights.items()}
    return _histograms(values, ax, "weight_histograms", "weight", bins, title)


def activation_histograms(
    model: Any, x: Any, ax: Panels | None = None, *, bins: int = BINS, title: str | None = None
) -> AxesArray:
    """Draw what each layer gives for a batch, after its activation.

    Sigmoids that all answer near 0 or 1 pass almost no gradient back; outputs that are all alike
    carry nothing on. K. Saito, Deep Learning from Scratch, chapter 6.2.

    Parameters
    ----------
    model : Sequential, or list of Modules
        Run one after the other, in evaluation mode; nothing is recorded.
    x : array
        A batch, as the model takes it.
    ax : sequence of Axes, optional
        One for each layer with weights; a new figure by default.
    bins : int
    title : str, optional

    Returns
    -------
    array of Axes

    Raises
    ------
    OperandError
        If the model does not run its modules one after the other.
    ArgumentError
        If it has no weights.
    ShapeError
        If there are more or fewer Axes than layers.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> model = ag.nn.Sequential(ag.nn.Linear(4, 8, rng=0), ag.nn.Tanh(), ag.nn.Linear(8, 2, rng=1))
    >>> axes = ag.plots.activation_histograms(model, [[0.1, 0.2, 0.3, 0.4]])
    >>> [ax.get_title().splitlines()[0] for ax in axes]
    ['layer 1: Linear, Tanh', 'layer 2: Linear']
    """
    blocks = blocks_of(model, "activation_histograms")
    values: dict[str, HostArray] = {}
    with no_grad():
        for i, block in enumerate(blocks, 1):
            for module in block:
                with in_mode(module, training=False):
                    x = module(x)
            kinds = ", ".join([type(module).__name__ for module in block])
            values[f"layer {i}: {kinds}"] = host(x, "activation_histograms: an output")
    return _histograms(values, ax, "activation_histograms", "output", bins, title)


def gradient_norms(model: Module, ax: Axes | None = None, *, title: str | None = None) -> Axes:
    """Draw how large the gradient of each layer's weights is, on a logarithmic scale.

    Call it after ``loss.backward()``. In a deep network of sigmoids the first layers' gradients
    are smaller by orders of magnitude: they vanish.

    Parameters
    ----------
    model : Module
    ax : Axes, optional
        Where to draw; a new figure by default.
    title : str, optional

    Returns
    -------
    Axes

    Raises
    ------
    OperandError
        If the model is no Module.
    ArgumentError
        If it has no weights, or one of them has no gradient.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> model = ag.nn.Sequential(ag.nn.Linear(4, 8, rng=0), ag.nn.Tanh(), ag.nn.Linear(8, 1, rng=1))
    >>> ag.sum(model([[0.1, 0.2, 0.3, 0.4]])).backward()
    >>> ax = ag.plots.gradient_norms(model)
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['0.W', '2.W']
    """
    weights = weights_of(model, "gradient_norms")
    without = [path for path, v in weights.items() if v.grad is None]
    if without:
        msg = (
            f"gradient_norms: {without[0]} has no gradient; call loss.backward() first, and draw "
            "before zero_grad()."
        )
        raise ArgumentError(msg)
    norms = [float(np.sqrt(np.mean(host(v.grad, path) ** 2.0))) for path, v in weights.items()]
    ax = axes_for(ax, "gradient_norms", (max(4.0, 0.8 * len(norms) + 1.5), 3.6))
    places = range(len(norms))
    ax.set_yscale("log")
    ax.update_datalim([(0.0, min([n for n in norms if n] or [1.0]) / 3)])  # room for the stems
    ax.vlines(places, 0.0, norms, color=QUIET, linewidth=1.2)  # down to any axis that panels share
    ax.plot(places, norms, "o", color=colour(0), markersize=8)
    ax.set_xticks(places, list(weights))
    ax.set_xlim(-0.5, len(norms) - 0.5)
    ruled(ax, "y")
    titled(ax, title, x="weights, from the input on", y="root mean square of the gradient")
    return ax


def _histograms(
    values: dict[str, HostArray],
    ax: Panels | None,
    what: str,
    xlabel: str,
    bins: int,
    title: str | None,
) -> AxesArray:
    """Draw a histogram for each array, over one range of values, with mean and deviation."""
    panels = panels_for(ax, len(values), what)
    finite = {name: array[np.isfinite(array)] for name, array in values.items()}
    low = min([float(array.min()) for array in finite.values() if array.size], default=0.0)
    high = max([float(array.max()) for array in finite.values() if array.size], default=1.0)
    for i, (panel, (name, array)) in enumerate(zip(panels, finite.items(), strict=True)):
        panel.hist(array.ravel(), bins=bins, range=(low, high), color=colour(0))
        lost = values[name].size - array.size
        said = f"{lost:,} not finite" if lost else f"mean {array.mean():.2g}, std {array.std():.2g}"
        titled(panel, f"{name}\n{said}", x=xlabel, y="count" if i == 0 else "")
        panel.title.set_fontsize("medium")
        ruled(panel, "y")
    headed(panels, title)
    return panels
