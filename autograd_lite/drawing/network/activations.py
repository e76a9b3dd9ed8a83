"""What stands between the sums of a layer and the next layer: activations, by their names."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from autograd_lite.arrays import NUMPY
from autograd_lite.drawing.labels import number

if TYPE_CHECKING:
    from autograd_lite.drawing.network.feeding import Wiring
    from autograd_lite.graph.description import Edge, Node

__all__ = ["LOSSES", "MIXING", "Step", "activation_of", "obstacle", "steps_after"]

LOSSES = frozenset(
    {
        "binary_cross_entropy",
        "binary_cross_entropy_with_logits",
        "hinge",
        "huber",
        "kl_divergence",
        "mean_absolute_error",
        "mean_squared_error",
        "nll",
        "softmax_cross_entropy",
    }
)
# What may follow the last sums and be their activation, where a loss of many operations begins.
ACTIVATIONS = frozenset(
    {
        "dropout",
        "elu",
        "gelu",
        "hard_sigmoid",
        "leaky_relu",
        "log_softmax",
        "maxout",
        "mish",
        "relu",
        "selu",
        "sigmoid",
        "silu",
        "softmax",
        "softplus",
        "step",
        "tanh",
    }
)
MIXING = frozenset({"softmax", "log_softmax", "layer_norm"})  # each output reads every sum
NORMS = frozenset({"batch_norm", "layer_norm"})
ALONG_AXES = MIXING | NORMS | {"maxout"}  # rows and neurons must be their first and last axis
# What passes values on as they are, in another shape or dtype.
CARRIERS = frozenset({"reshape", "ravel", "squeeze", "expand_dims", "getitem", "astype", "to"})
INFIX = frozenset({"add", "sub", "mul", "div", "pow"})
SIGMOID = ["neg", "exp", "add", "div"]  # 1 / (1 + exp(-a)), written out


class Step(NamedTuple):
    """An operation that goes on with a layer's values; an empty label where it only carries."""

    node: Node
    label: str


def steps_after(wiring: Wiring, sums: Node) -> tuple[list[Step], Node | None]:
    """Return what goes on neuron by neuron, and the one node that comes then.

    Parameters
    ----------
    wiring : Wiring
    sums : Node
        What a layer sums up.
    """
    found: list[Node] = []
    following = wiring.next(sums)
    while following is not None and _goes_on(wiring, following):
        found.append(following)
        following = wiring.next(following)
    return _labelled(wiring, found), following


def activation_of(steps: list[Step]) -> list[Step]:
    """Return the first steps that are activations, before a loss that is written out begins."""
    for i, step in enumerate(steps):
        if step.label and step.label not in ACTIVATIONS:
            return steps[:i]
    return steps


def obstacle(wiring: Wiring, node: Node) -> str:
    """Say why an operation is no activation though it goes on with the values of one layer.

    Empty where it is one, and where it begins something else: a layer, a loss, a branch.
    """
    if not _is_alone(wiring, node):
        return ""
    signal = _signal(wiring, node)
    if any(map(wiring.brings_data, wiring.others(node))):
        return f"{node.name} takes the data in again, beside the layer"
    if node.name in ALONG_AXES:
        along = _goes_along_rows(wiring, signal, node)
        return "" if along else f"{node.name} takes samples for neurons"
    if node.name in CARRIERS:
        return "" if _carries(signal, node) else f"{node.name} may move values or leave some out"
    pointwise = node.name == "where" or (node.rule is not None and node.rule.pointwise)
    if pointwise and signal.shape == node.shape:
        return ""
    return f"{node.name} does not go neuron by neuron"


def _goes_on(wiring: Wiring, node: Node) -> bool:
    """Whether an operation takes the values of one layer, and beside them no other branch."""
    return _is_alone(wiring, node) and not obstacle(wiring, node)


def _is_alone(wiring: Wiring, node: Node) -> bool:
    """Whether an operation that is no layer and no loss reads one value of the signal."""
    if node.kind != "operation" or wiring.multiplies(node) or node.name in LOSSES:
        return False
    others = wiring.others(node)
    if any([edge.source in wiring.beside for edge in others]):
        return False
    return len(wiring.into[node.id]) - len(others) == 1


def _signal(wiring: Wiring, node: Node) -> Edge:
    (signal,) = [edge for edge in wiring.into[node.id] if edge.source in wiring.signals]
    return signal


def _goes_along_rows(wiring: Wiring, signal: Edge, node: Node) -> bool:
    """Whether what mixes values takes the last axis for neurons, and that is what it is."""
    if prod(signal.shape[:-1]) != wiring.rows or signal.shape[:-1] != node.shape[:-1]:
        return False
    if node.name in NORMS:
        return ("core", str((wiring.rows, signal.shape[-1]))) in node.settings
    return ("axis", str(len(signal.shape) - 1)) in node.settings


def _carries(edge: Edge, node: Node) -> bool:
    """Whether a node only gives its operand another shape or dtype.

    What slices take is seen when numbered elements are taken in place of the values. An array as
    index is not looked into: descriptions hold no large ones.
    """
    if prod(edge.shape) != prod(node.shape):
        return False
    if node.name != "getitem":
        return True
    plain = [isinstance(kept, tuple) and isinstance(kept[1], str) for kept in node.settings]
    if node.rule is None or not all(plain):
        return False
    places = np.arange(prod(edge.shape))
    (taken,) = node.rule.forward(NUMPY, places.reshape(edge.shape))
    return np.array_equal(np.ravel(taken), places)


def _labelled(wiring: Wiring, found: list[Node]) -> list[Step]:
    """Name the steps; a sigmoid that is written out is one step."""
    steps: list[Step] = []
    for node in found:
        steps.append(Step(node, _label(wiring, node)))
        names = [step.node.name for step in steps[-4:]]
        ones = [_beside(wiring, step.node) for step in steps[-2:]]
        if names == SIGMOID and ones == [1, 1] and wiring.others(node)[0].position == 0:
            steps[-4:] = [Step(node, "sigmoid")]
    return steps


def _label(wiring: Wiring, node: Node) -> str:
    """Return an operation's name, with the number that goes along: ``max(a, 2)``, ``a × 3``."""
    if node.name in CARRIERS:
        return ""
    beside = _beside(wiring, node)
    if beside is None:
        return node.name or ""
    if node.name == "maximum" and beside == 0:
        return "relu"
    first = wiring.others(node)[0].position == 0
    parts = (number(beside), "a") if first else ("a", number(beside))
    if node.name in INFIX:
        return f" {node.symbol} ".join(parts)
    return f"{node.symbol}({', '.join(parts)})"


def _beside(wiring: Wiring, node: Node) -> float | None:
    """Return the single number that is an operation's other operand."""
    others = wiring.others(node)
    if len(others) != 1 or prod(others[0].shape) != 1 or others[0].value is None:
        return None
    return float(others[0].value.reshape(()))
