"""The steps of a graph: forward, then backward, one node at a time, each with its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_lite.drawing.labels import printable
from autograd_lite.drawing.network.steps import network_steps
from autograd_lite.drawing.page.expressions import computed, leaves_of
from autograd_lite.drawing.page.sentences import Sentences
from autograd_lite.drawing.page.step import Step
from autograd_lite.drawing.page.symbols import Symbol
from autograd_lite.drawing.page.wording import Pieces, rendered
from autograd_lite.drawing.page.workings import Workings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from autograd_lite.drawing.scene import Mark, Scene
    from autograd_lite.graph.description import Description, Edge, Node

__all__ = ["Step", "steps_of"]


def steps_of(
    description: Description, scene: Scene, workings: Workings | None = None
) -> tuple[Step, ...]:
    """Return the steps that reveal a scene, forward then backward.

    Parameters
    ----------
    description : Description
        The graph that the scene shows.
    scene : Scene
    workings : Workings, optional
        Those of the description, where they are known already.

    Returns
    -------
    tuple of Step
        Every mark, link and word of the scene appears in exactly one of them.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite.drawing.book import book_scene
    >>> from autograd_lite.drawing.page.steps import steps_of
    >>> x = ag.Variable(3.0, name="x")
    >>> graph = ag.describe(x * 2)
    >>> for step in steps_of(graph, book_scene(graph)):
    ...     print(step.sentence)
    The input: x = 3.
    x × 2 = 3 × 2 = 6.
    Backward starts at the output with gradient 1.
    × passes back gradient × the other input: 1 × 2 = 2 to x.
    Backward is done. The gradient: x 2.
    """
    if scene.columns:
        return network_steps(scene)
    return tuple(_Steps(description, scene, workings or Workings(description)).all())


class _Steps:
    """Goes through the nodes, oldest first, then newest first."""

    def __init__(self, description: Description, scene: Scene, workings: Workings) -> None:
        self.description = description
        self.workings = workings
        self.numbers = workings.numbers
        self.sentences = Sentences(workings, self.numbers)
        self.marks = {mark.id: mark for mark in scene.marks}
        self.links = {link.id: link for link in scene.links}
        self.shown: set[str] = set()
        self.order = {node.id: i for i, node in enumerate(description.nodes)}
        self.uses = self._uses()
        self.waiting = {key: len(places) for key, places in self.uses.items()}

    def _uses(self) -> Mapping[tuple[str, int], list[int]]:
        """Return the edges that bring gradients to each result, in the order they arrive."""
        uses: dict[tuple[str, int], list[int]] = {}
        for i, edge in enumerate(self.description.edges):
            if _has_gradient(edge):
                uses.setdefault((edge.source, edge.output), []).append(i)
        return uses

    def all(self) -> Iterator[Step]:
        forward = list(self._forward())
        backward = list(self._backward())
        left = self._unclaimed()
        first = forward[0]
        yield first._replace(shows=(*first.shows, *left))
        yield from forward[1:]
        yield from backward

    def _forward(self) -> Iterator[Step]:
        nodes = self.description.nodes
        given = [n for n in nodes if n.kind in ("input", "constant")]
        shows = [id_ for node in given for id_ in self._appearing(node)]
        yield self._step(shows, None, self.sentences.beginning())
        for node in nodes:
            if node.kind not in ("input", "constant", "output"):
                yield self._step(self._appearing(node), node.id, self.sentences.forward(node))

    def _backward(self) -> Iterator[Step]:
        seeds = [
            (i, edge)
            for i, edge in enumerate(self.description.edges)
            if edge.target[0] == "y" and _has_gradient(edge)
        ]
        for i, edge in seeds:
            yield self._back([f"e{i}-under"], edge.target, self.sentences.seed(edge, i))
            yield from self._summed([i])
        for node in reversed(self.description.nodes):
            places = [
                i
                for i in self.workings.incoming[node.id]
                if _has_gradient(self.description.edges[i])
            ]
            if node.kind in ("input", "constant", "output") or not places:
                continue
            shows = [f"e{i}-under" for i in places]
            yield self._back(shows, node.id, self.sentences.backward(node))
            yield from self._summed(places)
        if seeds:
            yield self._back([], None, self.sentences.ending())

    def _summed(self, places: list[int]) -> Iterator[Step]:
        """Yield a step for each result all of whose gradients are there, and were several."""
        for i in places:
            edge = self.description.edges[i]
            key = edge.source, edge.output
            self.waiting[key] -= 1
            arrived = self.uses[key]
            if self.waiting[key] or len(arrived) == 1:
                continue
            stem, branch = f"s{key[0]}_{key[1]}", f"b{key[0]}_{key[1]}"
            shows = [f"{stem}-under", *self._gradient_words(edge.source)]
            at = branch if branch in self.marks else edge.source
            order = sorted(arrived, key=self._arrival)
            yield self._back(shows, at, self.sentences.added_up(*key, order))

    def _arrival(self, place: int) -> tuple[bool, int, int]:
        """Order gradients as the walk adds them: outputs first, then from the newest node on."""
        edge = self.description.edges[place]
        output = edge.target[0] == "y"
        number = self.order[edge.target]
        return not output, number if output else -number, edge.position

    def _appearing(self, node: Node) -> list[str]:
        """Return what is there as soon as a node has its value: itself, and where that goes."""
        ids = [node.id]
        ids += self._words(self.marks.get(node.id))
        for i in self.workings.outgoing[node.id]:
            edge = self.description.edges[i]
            stem, branch = f"s{edge.source}_{edge.output}", f"b{edge.source}_{edge.output}"
            for link in (stem, f"e{i}"):
                ids += [link, f"{link}-over"] if link in self.links else []
            ids += [branch] if branch in self.marks else []
            if edge.target[0] == "y":
                ids += [edge.target, *self._words(self.marks.get(edge.target))]
        return ids

    def _words(self, mark: Mark | None) -> list[str]:
        """Return the words of a mark that tell of no gradient."""
        lines = mark.lines if mark is not None else ()
        return [f"{mark.id}-{i}" for i, t in enumerate(lines) if mark and t.role != "gradient"]

    def _gradient_words(self, id_: str) -> list[str]:
        mark = self.marks.get(id_)
        lines = mark.lines if mark is not None else ()
        return [f"{id_}-{i}" for i, text in enumerate(lines) if text.role == "gradient"]

    def _step(self, shows: Iterable[str], at: str | None, said: Pieces) -> Step:
        pieces = tuple([printable(x) if isinstance(x, str) else x for x in said])
        fresh = [id_ for id_ in dict.fromkeys(shows) if id_ not in self.shown and self._exists(id_)]
        self.shown.update(fresh)
        return Step(tuple(fresh), at, self._sentence(pieces), pieces, backward=False)

    def _back(self, shows: Iterable[str], at: str | None, pieces: Pieces) -> Step:
        return self._step(shows, at, pieces)._replace(backward=True)

    def _exists(self, id_: str) -> bool:
        whole, _, part = id_.rpartition("-")
        if not whole:
            return id_ in self.marks or id_ in self.links
        if whole in self.links:
            link = self.links[whole]
            return (link.over if part == "over" else link.under) is not None
        return whole in self.marks

    def _unclaimed(self) -> list[str]:
        """Return what no step has shown: it is there from the start."""
        ids: list[str] = []
        for mark in self.marks.values():
            ids += [mark.id, *[f"{mark.id}-{i}" for i in range(len(mark.lines))]]
        for link in self.links.values():
            ids += [link.id, f"{link.id}-over", f"{link.id}-under"]
        return [id_ for id_ in ids if id_ not in self.shown and self._exists(id_)]

    def _sentence(self, pieces: Pieces) -> str:
        return rendered(pieces, self._value)

    def _value(self, symbol: Symbol) -> float:
        names = [leaf.name for leaf in leaves_of([symbol])]
        values = {name: self.numbers[self.workings.source_of(name)] for name in names}
        return computed([symbol], values)[0]


def _has_gradient(edge: Edge) -> bool:
    return edge.gradient is not None or edge.gradient_range is not None
