"""How a network's neurons, weights and numbers are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from autograd_lite.drawing.labels import number
from autograd_lite.errors import ArgumentError

if TYPE_CHECKING:
    from autograd_lite.drawing.network.layers import Layer

__all__ = ["SOURCE_FIRST", "Notation", "indexed", "nearest", "rounded", "weight_names"]

Notation: TypeAlias = "str | Callable[[int, int, int], str]"

SOURCE_FIRST = "w{source}{target}"
_LARGE = 1e6  # from here on digits behind the point say nothing


def indexed(letter: str, *indices: int, largest: int = 9) -> str:
    """Write a letter with its indices, with commas where one of them may have two digits.

    Examples
    --------
    >>> from autograd_lite.drawing.network.notation import indexed
    >>> indexed("b", 2, 1), indexed("b", 2, 1, largest=12)
    ('b21', 'b2,1')
    """
    return letter + ("," if largest > 9 else "").join([str(i) for i in indices])


def rounded(value: float, digits: int) -> str:
    """Write a number with so many digits behind the point; smaller ones with two that count.

    Examples
    --------
    >>> from autograd_lite.drawing.network.notation import rounded
    >>> rounded(-0.7826, 2), rounded(3.0, 2), rounded(0.00123, 2), rounded(12345.678, 2)
    ('−0.78', '3', '0.0012', '12345.7')
    """
    return number(nearest(value, digits))


def nearest(value: float, digits: int) -> float:
    """Return the number that is written."""
    if not abs(value) < _LARGE:  # NaN, too
        return value
    near = round(value, digits)
    return near if near or not value else float(f"{value:.2g}")


def weight_names(notation: Notation, layers: tuple[Layer, ...]) -> Callable[[int, int, int], str]:
    """Return what names a weight by its layer, source and target, all counted from 1.

    Parameters
    ----------
    notation : str or callable
        A template with ``{source}``, ``{target}`` and ``{layer}``; or ``"running"``, whose rows
        number on from layer to layer; or ``""`` for no names; or a function of layer, source and
        target.
    layers : tuple of Layer

    Raises
    ------
    ArgumentError
        If a template has another field, or none.
    """
    if callable(notation):
        return notation
    if notation == "running":
        return _running(layers)
    return _from_template(notation, layers)


def _from_template(template: str, layers: tuple[Layer, ...]) -> Callable[[int, int, int], str]:
    """Fill in a template; a neuron that is alone in its layer is not numbered by default."""
    try:
        distinct = template.format(layer=1, source=1, target=1) != template
    except (AttributeError, IndexError, KeyError, ValueError):
        distinct = False
    if template and not distinct:
        msg = (
            f"network: weights={template!r:.60} is no notation; pass a template such as "
            '"w{target}{source}", which may have {layer}, or "running", or a function.'
        )
        raise ArgumentError(msg)
    spaced = template.replace("}{", "},{")

    def name(layer: int, source: int, target: int) -> str:
        shape = layers[layer - 1]
        if template == SOURCE_FIRST and shape.targets == 1:
            return f"w{source}"
        crowded = max(shape.sources, shape.targets, len(layers)) > 9
        return (spaced if crowded else template).format(layer=layer, source=source, target=target)

    return name


def _running(layers: tuple[Layer, ...]) -> Callable[[int, int, int], str]:
    """Count rows of weights on through all layers; those of a single neuron are one row."""
    before = [0]
    for layer in layers:
        before.append(before[-1] + (1 if layer.targets == 1 else layer.sources))
    largest = max(before[-1], *[max(layer.sources, layer.targets) for layer in layers])

    def name(layer: int, source: int, target: int) -> str:
        row, place = (1, source) if layers[layer - 1].targets == 1 else (source, target)
        return indexed("w", before[layer - 1] + row, place, largest=largest)

    return name
