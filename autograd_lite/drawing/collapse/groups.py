"""Collapsing: a large graph as a smaller one that says the same."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from autograd_lite.drawing.collapse.blocks import Block, Unit, blocks_of
from autograd_lite.drawing.collapse.merging import Merged, few_inputs
from autograd_lite.drawing.collapse.wiring import Wiring
from autograd_lite.drawing.labels import is_bad
from autograd_lite.errors import ArgumentError
from autograd_lite.graph.description import Description, Edge, Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["LARGEST", "collapse"]

LARGEST = 24  # operations that a person can take in at once


def collapse(description: Description, *, largest: int = LARGEST) -> Description:
    """Return a description that draws a large graph in few nodes; a small one comes back as it is.

    Wherever more than `largest` operations stand together, in a scope or in the whole graph,
    what repeats is shown once, in a frame that says how often (``block0 … block11 ×12``, ``×50``);
    if that is not enough, scopes are closed, the largest first: each becomes one node of kind
    ``"group"``. Inner scopes are closed before outer ones. Operations that neither repeat nor lie
    in a scope stay.

    Of copies shown once, values and shapes inside are the first copy's; what leaves is the last
    copy's; the gradient of a value that all copies read is the sum; inputs that only other copies
    read are left out. NaN or infinity in any copy, or inside a closed scope, is shown.

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
        self.boxes: list[tuple[Block, tuple[str, ...]]] = []
        self.labels: set[tuple[str, ...]] = set()
        self._place(units)

    def _place(self, units: Sequence[Unit]) -> None:
        """Go through the drawn units, outermost first, each block's inside before its end."""
        pending: list[tuple[Unit, tuple[str, ...], bool]] = [
            (unit, (), False) for unit in reversed(units)
        ]
        while pending:
            unit, path, through = pending.pop()
            if isinstance(unit, int):
                self.paths[unit] = path
            elif through:
                self._drop_copies(unit)
            elif unit.closed:
                self._put_in_box(unit, path)
            else:
                inner = self._path_of(unit, path)
                pending.append((unit, path, True))
                pending += [(part, inner, False) for part in reversed(unit.units)]

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
        leaves = {n.id for n in self.whole.nodes if n.kind in ("input", "constant")}
        edges, counts = few_inputs(self._edges(leaves), leaves, closed)
        nodes = self._nodes(edges, counts)
        return Description(tuple(nodes), tuple(edges), self.whole.note)

    def _edges(self, leaves: set[str]) -> list[Edge]:
        merged = Merged()
        dots = {n.id for n in self.whole.nodes if n.kind == "constant" and n.name is None}
        results: dict[tuple[str, int, int], int] = {}  # of closed blocks: which of theirs it is
        counts: dict[str, int] = defaultdict(int)
        for edge in self.whole.edges:
            i, j = self.index.get(edge.source), self.index.get(edge.target)
            source = edge.source if i is None else self._mark(i)
            target = edge.target if j is None else self._mark(j)
            closed = j is not None and self.box[j] >= 0
            if j is not None and i is not None and self.dropped_from[j] <= i:
                continue  # between copies, or inside a later one
            if closed and (source == target or source in dots):
                continue
            output = edge.output
            if i is not None and self.box[i] >= 0:
                key = source, self.stands_for[i], output
                if key not in results:
                    results[key] = counts[source]
                    counts[source] += 1
                output = results[key]
            merged.add(
                edge,
                (source, output, target),
                closed=closed,
                dropped=j is not None and self.dropped_from[j] < len(self.operations),
                leaf=edge.source in leaves,
            )
        return merged.edges()

    def _mark(self, i: int) -> str:
        """Return the id of what is drawn for an operation."""
        box = self.box[i]
        return f"fg{box}" if box >= 0 else self.operations[self.stands_for[i]].id

    def _nodes(self, edges: list[Edge], counts: dict[str, int]) -> Iterator[Node]:
        """Yield what is left, each node after all that it reads."""
        read = {edge.source for edge in edges}
        bad = self._bad()
        ends = {block.stop - 1: number for number, (block, _) in enumerate(self.boxes)}
        leaving: dict[str, list[Edge]] = defaultdict(list)
        for edge in edges:
            leaving[edge.source].append(edge)
        for node in self.whole.nodes:
            if node.kind == "operation":
                i = self.index[node.id]
                if i in self.paths:
                    shown = node._replace(group=self.paths[i])
                    found = bad.get(node.id)
                    yield shown if found is None else _alarmed(shown, found)
                if i in ends:
                    id_ = f"fg{ends[i]}"
                    group = self._group(id_, *self.boxes[ends[i]], leaving[id_])
                    found = bad.get(id_)
                    yield group if found is None else _alarmed(group, found)
            elif node.id in counts:
                name = f"{counts[node.id]} inputs"
                yield Node(node.id, "input", name, requires_grad=node.requires_grad)
            elif node.kind == "output" or node.id in read:
                yield node

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


def _alarmed(node: Node, bad: Node) -> Node:
    return node._replace(value=bad.value, range=bad.range)
