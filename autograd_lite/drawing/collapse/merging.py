"""Merging edges: what several edges of a large graph become in a collapsed one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from autograd_lite.graph.description import Edge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from autograd_lite.arrays import Array

__all__ = ["Arrow", "few_inputs", "merged"]

FEW = 4  # inputs of its own that a closed block is drawn with; values between two marks

Value = tuple[str, int]  # a result in the whole graph: its node's id and its number
Place = tuple[str, int]  # a mark, and which of its arguments


class Arrow(NamedTuple):
    """An edge of the whole graph between two marks of the small one.

    Attributes
    ----------
    edge : Edge
    source, target : str
        The marks.
    closed : bool
        Whether it ends in a closed block, which reads each value once.
    later : bool
        Whether it ends in a copy that is not drawn.
    leaf : bool
        Whether an input or a constant flows.
    """

    edge: Edge
    source: str
    target: str
    closed: bool
    later: bool
    leaf: bool

    @property
    def value(self) -> Value:
        """What flows."""
        return self.edge.source, self.edge.output

    @property
    def place(self) -> Place:
        """Where it goes."""
        return self.target, -1 if self.closed else self.edge.position


def merged(arrows: Sequence[Arrow], elsewhere: Collection[Value]) -> list[Edge]:
    """Return the edges that are drawn, in the order in which each was first met.

    Two values are never one result of a mark: what leaves several copies of an operation leaves
    it as several results. Edges that bear one value to one place are one, their gradients added
    up. More than a few values between two marks are one edge without a value.

    Parameters
    ----------
    arrows : sequence of Arrow
    elsewhere : collection of (str, int)
        Values that go where no arrow is drawn, too: the gradients of the arrows are not all that
        they have, and must not be added up. Each arrow bears a result of its own then.
    """
    drawn, others = _split(arrows)
    bundles = _bundles(drawn)
    bundled = [arrow for arrow in drawn if (arrow.source, arrow.target) in bundles]
    apart = {*elsewhere, *[arrow.value for arrow in others + bundled]}
    results = _Results(drawn)
    edges: dict[tuple[object, ...], Edge] = {}
    for arrow in drawn:
        between = arrow.source, arrow.target
        if between in bundles:
            if between not in edges:
                edges[between] = _bundle(arrow, results.fresh(arrow.source), bundles[between])
            continue
        output = results.of(arrow, apart=arrow.value in apart)
        key = arrow.source, output, arrow.place
        if key in edges:
            edges[key] = _sum_of(edges[key], arrow.edge)
        else:
            source, target = between
            edges[key] = arrow.edge._replace(source=source, output=output, target=target)
    closed = {arrow.target for arrow in drawn if arrow.closed}
    return list(_numbered(edges.values(), closed))


def _split(arrows: Sequence[Arrow]) -> tuple[list[Arrow], list[Arrow]]:
    """Part the arrows that are drawn from those of what only copies that are not drawn read.

    Where the first copy has an input or a result of its own there, theirs are not drawn; an input
    that is drawn for another reason keeps all its arrows.
    """
    first = [arrow for arrow in arrows if not arrow.later]
    inputs = {arrow.source for arrow in first if arrow.leaf}
    read = {(arrow.value, arrow.target) for arrow in first}
    fed = {(arrow.source, arrow.target) for arrow in first}
    drawn, others = [], []
    for arrow in arrows:
        reading, between = (arrow.value, arrow.target), (arrow.source, arrow.target)
        if not arrow.later or arrow.source in inputs:
            drawn.append(arrow)
        elif not arrow.leaf and (reading in read or between not in fed):
            drawn.append(arrow)
            read.add(reading)
            fed.add(between)
        else:
            others.append(arrow)
    return drawn, others


def _bundles(arrows: Iterable[Arrow]) -> dict[tuple[str, str], int]:
    """Return how many values go from one mark to another, where they are many.

    Several results of one operation are no bundle: only those of several operations.
    """
    values: dict[tuple[str, str], set[Value]] = defaultdict(set)
    for arrow in arrows:
        values[arrow.source, arrow.target].add(arrow.value)
    return {
        between: len(found)
        for between, found in values.items()
        if len(found) > FEW and len({node for node, _ in found}) > 1
    }


def _bundle(arrow: Arrow, output: int, count: int) -> Edge:
    """Return one edge that stands for many."""
    position = arrow.edge.position
    return Edge(arrow.source, arrow.target, output, position, (), "", name=f"{count} values")


class _Results:
    """Which result of its mark each value is.

    Those of the operation that is drawn keep their numbers; those of the others that it stands
    for, and of a closed block, are numbered on.
    """

    def __init__(self, arrows: Iterable[Arrow]) -> None:
        self._free: dict[str, int] = {}
        self._known: dict[tuple[object, ...], int] = {}
        self._taken: set[Value] = set()
        for arrow in arrows:
            own = arrow.edge.output + 1 if arrow.edge.source == arrow.source else 0
            least = 0 if arrow.source.startswith("fg") else 1
            self._free[arrow.source] = max(self._free.get(arrow.source, least), own)

    def of(self, arrow: Arrow, *, apart: bool) -> int:
        """Return the number; of a value whose arrows stay apart, another one for each place."""
        key = (arrow.source, arrow.value, arrow.place if apart else None)
        if key not in self._known:
            own = arrow.edge.source == arrow.source and arrow.value not in self._taken
            self._known[key] = arrow.edge.output if own else self.fresh(arrow.source)
            self._taken.add(arrow.value)
        return self._known[key]

    def fresh(self, source: str) -> int:
        """Return a number that no result of a mark has."""
        number = self._free[source]
        self._free[source] = number + 1
        return number


def _numbered(edges: Iterable[Edge], closed: Collection[str]) -> Iterator[Edge]:
    """Yield edges; those into a closed block are its arguments in this order."""
    count: dict[str, int] = defaultdict(int)
    for edge in edges:
        if edge.target in closed:
            yield edge._replace(position=count[edge.target])
            count[edge.target] += 1
        else:
            yield edge


def _sum_of(edge: Edge, other: Edge) -> Edge:
    """Return one edge for two that bear the same value: their gradients add up."""
    total: Array | None = None
    if edge.gradient is not None and other.gradient is not None:
        total = edge.gradient + other.gradient
    return edge._replace(gradient=total, gradient_range=None)


def few_inputs(
    edges: list[Edge], leaves: Collection[str], closed: Collection[str]
) -> tuple[list[Edge], dict[str, int]]:
    """Draw many inputs that one closed block alone reads as one.

    Returns
    -------
    edges : list of Edge
        From what is left.
    counts : dict
        How many inputs each of the merged ones, which has the first one's id, stands for.
    """
    readers: dict[str, str] = {}
    for edge in edges:
        if edge.source in leaves:
            alone = readers.setdefault(edge.source, edge.target) == edge.target
            readers[edge.source] = edge.target if alone else ""
    own: dict[str, list[str]] = {}
    for leaf, reader in readers.items():
        if reader in closed:
            own.setdefault(reader, []).append(leaf)
    first = {leaf: mine[0] for mine in own.values() if len(mine) > FEW for leaf in mine}
    counts = {mine[0]: len(mine) for mine in own.values() if len(mine) > FEW}
    left = []
    for edge in edges:
        if edge.source not in first:
            left.append(edge)
        elif edge.source in counts:
            left.append(Edge(edge.source, edge.target, 0, edge.position, (), ""))
    return left, counts
