"""Which operand of a network's first product is the data, and which the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from autograd_lite.drawing.network.feeding import Product, Wiring, refusal

if TYPE_CHECKING:
    from autograd_lite.graph.description import Node

__all__ = ["sided"]

Data: TypeAlias = Literal["left", "right"]


def sided(wiring: Wiring, node: Node) -> Product:
    """Return a product with its operands told apart.

    ``x @ W`` is taken as it stands. What says otherwise is what is not trained, the shape of the
    bias, and the side of the next layer's weights.

    Parameters
    ----------
    wiring : Wiring
    node : Node
        The first product.

    Raises
    ------
    ArgumentError
        If rows of a batch stand on the right, or nothing tells the data from the weights.
    """
    left, right = wiring.into[node.id][:2]
    as_written = Product(node, left, right)
    if node.name == "linear":
        return as_written
    trained = wiring.is_trained(left), wiring.is_trained(right)
    if len(left.shape) == len(right.shape) == 1:
        turned = trained == (True, False)
        return Product(node, right, left, swapped=True) if turned else as_written
    told = _told(wiring, node)
    if len(right.shape) == 1:
        said = {"left": trained == (False, True), "right": trained == (True, False)}
        if told is not None:
            said[told] = True
        if said["left"] == said["right"]:
            raise refusal(
                f"{node.name} of shapes {left.shape} and {right.shape} may be a batch times "
                "weights, or weights times a sample; make the data an array, not a trained Variable"
            )
        return Product(node, right, left, swapped=True) if said["right"] else as_written
    if told == "right" or (told is None and trained == (True, False)):
        raise refusal(
            f"{node.name} has weights on the left of a batch, by what is trained and how it goes "
            "on; write x @ W"
        )
    return as_written


def _told(wiring: Wiring, node: Node) -> Data | None:
    """Return where the data stands, as far as the bias or the next product tells."""
    following = wiring.next(node)
    if following is not None and following.name in ("add", "sub"):
        for edge in wiring.into[following.id]:
            found = _by_bias(wiring, node, edge.shape) if edge.source != node.id else None
            if found is not None:
                return found
    return _by_next_product(wiring, node)


def _by_bias(wiring: Wiring, node: Node, shape: tuple[int, ...]) -> Data | None:
    """Return where the data stands if each neuron has its own bias, in a row or in a column."""
    rows = wiring.into[node.id][1].shape
    if len(rows) == 1:  # weights times a sample: as many sums as the weights have rows
        return "right" if shape == node.shape and shape != (1,) else None
    if shape[-1:] == node.shape[-1:] and node.shape[-1] > 1 and set(shape[:-1]) <= {1}:
        return "left"
    return "right" if len(shape) == 2 and shape == (node.shape[0], 1) != (1, 1) else None


def _by_next_product(wiring: Wiring, node: Node) -> Data | None:
    """Return the side on which the next product takes the sums in."""
    before, following = node, wiring.next(node)
    while following is not None and not wiring.multiplies(following):
        before, following = following, wiring.next(following)
    if following is None:
        return None
    if len(before.shape) == 1 and len(node.shape) == 1:
        return "right" if len(wiring.into[node.id][1].shape) == 1 else "left"
    return "left" if wiring.into[following.id][0].source == before.id else "right"
