"""The steps of a network: forward column by column, then back where gradients are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from autograd_lite.drawing.page.step import Step

if TYPE_CHECKING:
    from autograd_lite.drawing.scene import Link, Mark, Scene

__all__ = ["network_steps"]


def network_steps(scene: Scene) -> tuple[Step, ...]:
    """Return the steps that reveal a network: each column with the links into it.

    Parameters
    ----------
    scene : Scene
        Of the network's style.

    Returns
    -------
    tuple of Step
        Every mark, link and word of the scene appears in exactly one of them.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite.drawing.network.picture import network_scene
    >>> from autograd_lite.drawing.network.steps import network_steps
    >>> y = ag.step([3.0, 8.0] @ ag.Variable([0.6, -0.3]) + 1.0)
    >>> for step in network_steps(network_scene(ag.describe(y, limit=None))):
    ...     print(step.sentence)
    The inputs: x1 = 3, x2 = 8.
    a = 3 × 0.6 + 8 × −0.3 + 1 = 0.4.
    y = step(a) = 1.
    """
    columns: list[list[Mark]] = [[] for _ in scene.said]
    into: list[list[Link]] = [[] for _ in scene.said]
    places = {}
    for mark in scene.marks:
        place = places[mark.id] = mark.column or 0
        columns[place].append(mark)
    for link in scene.links:
        into[places[link.target]].append(link)
    told = list(zip(scene.said, columns, into, strict=True))
    forward = [_step(_appearing(marks, links), marks, said.forward) for said, marks, links in told]
    backward = [
        _step(_gradients(links), marks, said.backward)._replace(backward=True)
        for said, marks, links in reversed(told)
        if any([link.under is not None for link in links])
    ]
    return (*forward, *backward)


def _step(shows: Iterable[str], marks: list[Mark], sentence: str) -> Step:
    at = marks[0].id if len(marks) == 1 else None
    return Step(tuple(shows), at, sentence, (sentence,), backward=False)


def _appearing(marks: list[Mark], links: list[Link]) -> Iterator[str]:
    """Yield the ids of marks and of the links that lead to them, and their words."""
    for mark in marks:
        yield mark.id
        yield from [f"{mark.id}-{i}" for i in range(len(mark.lines))]
    for link in links:
        yield link.id
        if link.over is not None:
            yield f"{link.id}-over"


def _gradients(links: list[Link]) -> Iterator[str]:
    return (f"{link.id}-under" for link in links if link.under is not None)
