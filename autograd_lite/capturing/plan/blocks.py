"""Blocks: calls that run together, over a part of their arrays at a time.

A call over an array larger than the cache waits for memory. Calls that need only the same rows of
their operands become one loop over parts of rows: what one call leaves, the next finds in the
cache, and what nobody else reads never exists as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from autograd_lite.capturing.plan.knowledge import REDUCTIONS, elementwise, is_view, takes_out
from autograd_lite.capturing.program import Call, Value, root_of

__all__ = ["Block", "Cut", "cut_of", "in_order", "is_total", "operands_of"]

ROW = 64 << 10  # bytes: longer rows are not kept together, their elements are counted instead


@dataclass(frozen=True, slots=True)
class Cut:
    """How the arrays of a call can be parted.

    Attributes
    ----------
    length : int
        Of the axis that is parted: the first, or of all elements in a row.
    shape : tuple of int or None
        That of the arrays whose elements are taken in a row; None where the first axis is parted.
    """

    length: int
    shape: tuple[int, ...] | None = None


@dataclass(eq=False, slots=True)
class Block:
    """Calls that run together.

    Attributes
    ----------
    cut : Cut
    calls : list of Call
        In order.
    parted : set of Value
        What is taken part by part: operands and results.
    whole : set of Value
        The operands that every part needs whole: numbers, rows for all rows.
    totals : set of Value
        Results over the parted axis: each part leaves one, which are put together at the end.
    inner : set of Value
        Results that nobody else reads: they exist for one part at a time.
    viewed : set of Value
        What the calls read through views.
    rows : int
        How many rows (or elements) a part has; the last may have fewer.
    threads : int
        How many work on the parts.
    """

    cut: Cut
    calls: list[Call] = field(default_factory=list)
    parted: set[Value] = field(default_factory=set)
    whole: set[Value] = field(default_factory=set)
    totals: set[Value] = field(default_factory=set)
    inner: set[Value] = field(default_factory=set)
    viewed: set[Value] = field(default_factory=set)
    rows: int = 0
    threads: int = 1

    @property
    def parts(self) -> int:
        """The number of parts."""
        return -(-self.cut.length // self.rows)

    @property
    def even(self) -> bool:
        """Whether all parts have the same number of rows."""
        return self.cut.length % self.rows == 0

    def part_shape(self, value: Value) -> tuple[int, ...]:
        """Return the shape of a part of a value."""
        return (self.rows,) if self.cut.shape is not None else (self.rows, *value.shape[1:])

    def part_bytes(self, value: Value) -> int:
        """Return the bytes of a part of a value."""
        return value.size // self.cut.length * self.rows * value.dtype.itemsize

    def takes(self, call: Call) -> bool:
        """Take a call in, if what it reads is here or does not depend on what is here.

        The caller knows of all but this: each operand must be parted in every call, or whole in
        every call, and no call reads a total.
        """
        parted, whole = operands_of(call, self.cut)
        if not (self.parted.isdisjoint(whole) and self.whole.isdisjoint(parted)):
            return False
        if not self.totals.isdisjoint(call.operands):
            return False
        self.calls.append(call)
        self.parted.update(parted)
        self.whole.update(whole)
        self.viewed.update([root_of(v) for v in call.operands if v.view_of is not None])
        if is_total(call, self.cut):
            self.totals.add(call.result)
        else:
            self.parted.add(call.result)
        return True


def cut_of(call: Call) -> Cut | None:
    """Return how a call can be parted; None where it cannot."""
    if is_view(call) or not takes_out(call):
        return None
    reduces = call.function in REDUCTIONS
    if not (reduces or elementwise(call.function)):
        return None
    over = call.args[0] if reduces else call.result
    if not (over.shape and over.size and in_order(over) and in_order(call.result)):
        return None
    if over.size // over.shape[0] * over.dtype.itemsize <= ROW and over.shape[0] > 1:
        return Cut(over.shape[0])
    alike = [v.shape == over.shape and in_order(v) for v in call.operands if v.size > 1]
    if not all(alike) or (reduces and call.result.size > 1):
        return None
    return Cut(over.size, over.shape)


def operands_of(call: Call, cut: Cut) -> tuple[set[Value], set[Value]]:
    """Return what a call needs in parts, and what whole."""
    ndim = len((call.args[0] if call.function in REDUCTIONS else call.result).shape)
    parted: set[Value] = set()
    whole: set[Value] = set()
    for value in call.operands:
        fits = len(value.shape) == ndim and value.shape[0] == cut.length
        (parted if fits or (cut.shape and value.size > 1) else whole).add(value)
    return parted, whole


def is_total(call: Call, cut: Cut) -> bool:
    """Whether a call reduces over the axis that is parted."""
    if call.function not in REDUCTIONS:
        return False
    axis = call.options.get("axis")
    if cut.shape is not None or axis is None:
        return True
    ndim = len(call.args[0].shape)
    return any([one % ndim == 0 for one in (axis if type(axis) is tuple else (axis,))])


def in_order(value: Value) -> bool:
    """Whether the elements of a value lie one behind the other."""
    expected = value.dtype.itemsize
    for length, stride in zip(reversed(value.shape), reversed(value.strides), strict=True):
        if length > 1 and stride != expected:
            return False
        expected *= length
    return True
