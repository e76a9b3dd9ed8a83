"""Network style: a column of neurons per layer, weights on the links between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_lite.arrays import NUMPY
from autograd_lite.drawing.network.layers import Network, recognise
from autograd_lite.drawing.network.neurons import Neurons
from autograd_lite.drawing.network.notation import SOURCE_FIRST, Notation, weight_names
from autograd_lite.drawing.scene import Scene, Text
from autograd_lite.errors import ArgumentError

if TYPE_CHECKING:
    from autograd_lite.arrays import Array
    from autograd_lite.graph.description import Description

__all__ = ["network_scene"]

WIDEST = 12  # neurons of a column that are still drawn one by one
RELEASED = (
    "backward released large arrays; to see them, draw before it, or pass it retain_graph=True"
)
AGAIN = (
    "some values are no longer held; to see them, run the network again and draw before backward"
)
# The activation that a loss on bare sums has inside.
MATCHING = {"binary_cross_entropy_with_logits": "sigmoid", "softmax_cross_entropy": "softmax"}


def network_scene(
    description: Description,
    *,
    sample: int = 0,
    weights: Notation = SOURCE_FIRST,
    widest: int = WIDEST,
    digits: int = 2,
    gradients: bool = False,
) -> Scene:
    """Return the scene of a network of layers: inputs, sums, activations, outputs, the loss.

    The network is recognised by its operations: ``x @ W + b`` or ``linear``, activations, and any
    loss. Biases are listed below; a layer that is too wide is one box.

    Parameters
    ----------
    description : Description
        With all arrays: ``describe(y, limit=None)``.
    sample : int
        The row of the batch whose values are shown.
    weights : str or callable
        What weights are called: a template of ``{source}``, ``{target}`` and ``{layer}``, by
        default source first, so that ``w12`` leads from 1 to 2, and ``w1``, ``w2`` lead to a
        single neuron; ``"running"`` numbers on from layer to layer (``w31`` after two rows);
        ``""`` leaves the numbers alone; a function is given layer, source and target.
    widest : int
        Neurons of a layer that are drawn one by one; a wider layer is summarized.
    digits : int
        Digits behind the point.
    gradients : bool
        Write the gradient of the loss under each weight.

    Raises
    ------
    ArgumentError
        If the graph is no such network, the batch has no such row, or the notation is unknown.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite.drawing.network.picture import network_scene
    >>> y = ag.step([3.0, 8.0] @ ag.Variable([0.6, -0.3]) + 1.0)
    >>> scene = network_scene(ag.describe(y, limit=None))
    >>> [mark.lines[0].text for mark in scene.marks], scene.captions[0].text
    (['x1=3', 'x2=8', 'a=0.4', 'y=1'], 'b: 1')
    >>> [link.over.text for link in scene.links]
    ['w1=0.6', 'w2=−0.3', 'step']
    """
    network = _with_probabilities(recognise(description))
    if sample not in range(network.rows):
        msg = (
            f"network: there is no sample {sample!r:.40}; the batch has {network.rows} "
            f"row{'s' * (network.rows > 1)}, counted from 0."
        )
        raise ArgumentError(msg)
    names = weight_names(weights, network.layers)
    picture = Neurons(network, int(sample), names, widest, digits, gradients)
    notes = _notes(description, network, gradients)
    marks, links = picture.drawn()
    captions = (*picture.captions(), *notes)
    said = tuple(picture.telling.said)
    return Scene(marks, links, captions=captions, columns=True, said=said)


def _with_probabilities(network: Network) -> Network:
    """Return a network that ends in probabilities, where its loss makes them of the last sums."""
    last, loss = network.layers[-1], network.loss
    if last.activation or loss is None or loss.name not in MATCHING:
        return network
    name = MATCHING[loss.name]
    outputs = None
    if last.sums is not None:
        with np.errstate(all="ignore"):
            outputs = NUMPY.sigmoid(last.sums) if name == "sigmoid" else _softmax(last.sums)
    shown = last._replace(activation=name, outputs=outputs, mixing=name == "softmax")
    return network._replace(layers=(*network.layers[:-1], shown))


def _softmax(sums: Array) -> Array:
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _notes(description: Description, network: Network, gradients: bool) -> list[Text]:
    """Return what is to be said of a picture that is not whole, or not of one moment."""
    operations = [node for node in description.nodes if node.kind == "operation"]
    missing = any([node.value is None for node in operations])
    changed = any([node.changed for node in description.nodes])
    notes = []
    if description.note and (gradients or missing):
        notes.append(Text(description.note, "muted"))
    elif missing:
        notes.append(Text(AGAIN if changed else RELEASED, "muted"))
    without = [i for i, layer in enumerate(network.layers, 1) if layer.weight_gradient is None]
    if gradients and without and not description.note:
        layers = ", ".join([str(i) for i in without])
        notes.append(Text(f"no gradients arrived at the weights of layer {layers}", "muted"))
    if changed:
        notes.append(Text("weights were written after the values were computed", "alarm"))
    return notes
