"""Collapsing: a large graph as a smaller one that says the same."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from autograd_lite.drawing.collapse.blocks import Block, Unit, blocks_of
from autograd_lite.drawing.collapse.merging import Arrow, few_inputs, merged
from autograd_lite.drawing.collapse.wiring import Wiring
from autograd_lite.drawing.labels import is_bad
from autograd_lite.errors import ArgumentError
from autograd_lite.graph.description import Description, Edge, Node
from autograd_lite.graph.ranges import range_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

__all__ = ["LARGEST", "collapse"]

LARGEST = 24  # operations that a person can take in at once


def collapse(description: Description, *, largest: int = LARGEST) -> Description:
    """Return a description that draws a large graph in few nodes; a small one comes back as it is.

    Wherever more than `largest` operations stand together, in a scope or in the whole graph,
    what repeats is shown once, in a frame that says how often (``block0 … block11 ×12``, ``×50``);
    if that is not enough, scopes are closed, the largest first: each becomes one node of kind
    ``"group"``. Inner scopes are closed before outer ones. Operations that neither repeat nor lie
    in a scope stay.

    Of copies shown once, values and shapes inside are the first copy's; what leaves is a result of
    its own, with the value of the copy that it leaves; the gradient of a value that all copies read
    is the sum; inputs that only other copies read are left out. NaN or infinity in any copy, or
    inside a closed scope, is shown. What stands for several operations has no rule.

    Parameters
    ----------
    description : Description
    largest : int
        Operations that may stand together, 1 or more.

    Returns
    -------
    Description
        With ids as before; those of closed scopes are ``fg0``, ``fg1``…

    Raises
    ------
    ArgumentError
        If `largest` is no positive number.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite.drawing.collapse.groups import collapse
    >>> y = ag.Variable(1.0, name="x")
    >>> for _ in range(50):
    ...     y = y + 1.0
    >>> [(node.id, node.group) for node in collapse(ag.describe(y)).nodes]
    [('v0', ()), ('c0', ()), ('f0', ('×50',)), ('y0', ())]
    """
    if largest < 1:
        msg = f"collapse: largest is {largest}; pass how many operations may stand together."
        raise ArgumentError(msg)
    if sum([node.kind == "operation" for node in description.nodes]) <= largest:
        return description
    wiring = Wiring(description)
    return _Collapsed(description, wiring, blocks_of(wiring, largest)).description()


class _Collapsed:
    """Where every operation of the whole graph is found in the small one.

    Attributes
    ----------
    stands_for : list of int
        Of each operation, the one in the first copy that is drawn for it.
    dropped_from : list of int
        Of each operation in a later copy, where its run starts; beyond the end for all others.
    box : list of int
        Of each operation, the closed block that it lies in; -1 for none.
    paths, times : dict
        Of each operation that is drawn, its frames, and how many copies it stands for.
    """

    def __init__(self, description: Description, wiring: Wiring, units: Sequence[Unit]) -> None:
        self.whole = description
        self.operations = wiring.operations
        self.index = wiring.index
        count = len(wiring.operations)
        self.stands_for = list(range(count))
        self.dropped_from = [count] * count
        self.box = [-1] * count
        self.paths: dict[int, tuple[str, ...]] = {}
        self.times: dict[int, int] = {}
        self.boxes: list[tuple[Block, tuple[str, ...]]] = []
        self.labels: set[tuple[str, ...]] = set()
        self._place(units)

    def _place(self, units: Sequence[Unit]) -> None:
        """Go through the drawn units, outermost first, each block's inside before its end."""
        pending: list[tuple[Unit, tuple[str, ...], int, bool]] = [
            (unit, (), 1, False) for unit in reversed(units)
        ]
        while pending:
            unit, path, times, through = pending.pop()
            if isinstance(unit, int):
                self.paths[unit] = path
                self.times[unit] = times
            elif through:
                self._drop_copies(unit)
            elif unit.closed:
                self._put_in_box(unit, path)
            else:
                inner = self._path_of(unit, path)
                all_ = times * unit.times
                pending.append((unit, path, times, True))
                pending += [(part, inner, all_, False) for part in reversed(unit.units)]

    def _path_of(self, block: Block, path: tuple[str, ...]) -> tuple[str, ...]:
        """Return the path inside an open block; two frames around copies are never one."""
        inner = (*path, block.label)
        if block.times == 1:
            return inner
        count = 1
        while inner in self.labels:
            count += 1
            inner = (*path, f"{block.label} ({count})")
        self.labels.add(inner)
        return inner

    def _drop_copies(self, block: Block) -> None:
        """Let the first copy stand for all."""
        if block.times == 1:
            return
        first, rest = slice(block.start, block.start + block.copy), block.times - 1
        later = slice(first.stop, block.stop)
        self.stands_for[later] = self.stands_for[first] * rest
        self.box[later] = self.box[first] * rest
        self.dropped_from[later] = [block.start] * (block.copy * rest)

    def _put_in_box(self, block: Block, path: tuple[str, ...]) -> None:
        count = block.stop - block.start
        self.box[block.start : block.stop] = [len(self.boxes)] * count
        self.dropped_from[block.start + block.copy : block.stop] = [block.start] * (
            count - block.copy
        )
        self.boxes.append((block, path))

    def description(self) -> Description:
        """Return the small graph: the nodes that are left, and the edges between them."""
        closed = {f"fg{i}" for i in range(len(self.boxes))}
        leaves = {n.id: n for n in self.whole.nodes if n.kind in ("input", "constant")}
        edges, counts = few_inputs(self._edges(leaves), leaves, closed)
        for id_, count in counts.items():
            requires_grad = leaves[id_].requires_grad
            leaves[id_] = Node(id_, "input", f"{count} inputs", requires_grad=requires_grad)
        nodes = self._nodes(edges, leaves)
        return Description(tuple(nodes), tuple(edges), self.whole.note)

    def _edges(self, leaves: Collection[str]) -> list[Edge]:
        arrows: list[Arrow] = []
        elsewhere: set[tuple[str, int]] = set()
        dots = {n.id for n in self.whole.nodes if n.kind == "constant" and n.name is None}
        for edge in self.whole.edges:
            i, j = self.index.get(edge.source), self.index.get(edge.target)
            source = edge.source if i is None else self._mark(i)
            target = edge.target if j is None else self._mark(j)
            closed = j is not None and self.box[j] >= 0
            if closed and (source == target or source in dots):
                continue
            if j is not None and i is not None and self.dropped_from[j] <= i:
                elsewhere.add((edge.source, edge.output))  # between copies, or inside a later one
                continue
            later = j is not None and self.dropped_from[j] < len(self.operations)
            leaf = edge.source in leaves
            arrows.append(Arrow(edge, source, target, closed, later, leaf))
        return merged(arrows, elsewhere)

    def _mark(self, i: int) -> str:
        """Return the id of what is drawn for an operation."""
        box = self.box[i]
        return f"fg{box}" if box >= 0 else self.operations[self.stands_for[i]].id

    def _nodes(self, edges: list[Edge], leaves: dict[str, Node]) -> Iterator[Node]:
        """Yield what is left, each node after all that it reads."""
        feeding: dict[str, list[Edge]] = defaultdict(list)
        leaving: dict[str, list[Edge]] = defaultdict(list)
        for edge in edges:
            feeding[edge.target].append(edge)
            leaving[edge.source].append(edge)
        waiting = dict(leaves)
        for node in self._marks(feeding, leaving):
            for edge in feeding[node.id]:
                if edge.source in waiting:
                    yield waiting.pop(edge.source)
            yield node

    def _marks(
        self, feeding: Mapping[str, list[Edge]], leaving: Mapping[str, list[Edge]]
    ) -> Iterator[Node]:
        """Yield what is left of operations, and the outputs."""
        bad = self._bad()
        ends = {block.stop - 1: number for number, (block, _) in enumerate(self.boxes)}
        for i, node in enumerate(self.operations):
            if i in self.paths:
                of_many = self.times[i] > 1 or not all([e.dtype for e in feeding[node.id]])
                yield _alarmed(self._operation(i, of_many=of_many), bad.get(node.id))
            if i in ends:
                id_ = f"fg{ends[i]}"
                group = self._group(id_, *self.boxes[ends[i]], leaving[id_])
                yield _alarmed(group, bad.get(id_))
        yield from [node for node in self.whole.nodes if node.kind == "output"]

    def _operation(self, i: int, *, of_many: bool) -> Node:
        """Return the node of an operation; its rule runs it alone, so it goes where many are."""
        node = self.operations[i]
        rule = None if of_many else node.rule
        return node._replace(group=self.paths[i], times=self.times[i], rule=rule)

    def _bad(self) -> dict[str, Node]:
        """Return the first operation with NaN or infinity among those that a mark stands for."""
        found: dict[str, Node] = {}
        for i, node in enumerate(self.operations):
            if is_bad(node.value, node.range):
                found.setdefault(self._mark(i), node)
        return found

    def _group(self, id_: str, block: Block, path: tuple[str, ...], leaving: list[Edge]) -> Node:
        """Return the node of a closed block; it shows its result, if it has but one."""
        node = Node(
            id_,
            "group",
            block.name or None,
            f"{block.copy} operation{'s' * (block.copy != 1)}",
            group=path,
            kept=sum([node.kept for node in self.operations[block.start : block.stop]]),
            times=block.times,
        )
        if len({edge.output for edge in leaving}) != 1:
            return node
        result = leaving[0]
        return node._replace(
            shape=result.shape, dtype=result.dtype, value=result.value, range=result.range
        )


def _alarmed(node: Node, bad: Node | None) -> Node:
    """Let a node's range tell of NaN or infinity in another one that it stands for."""
    if bad is None or is_bad(node.value, node.range):
        return node
    range_ = bad.range if bad.value is None else range_of(bad.value)
    return node._replace(range=range_)
