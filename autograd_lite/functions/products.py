"""Products of two arrays, summed over axes that are named by letters, as in ``einsum``.

"ij,jk->ik" is the product of matrices. Any such product is one of matrices, or of stacks of them,
once axes are moved and merged; so all of them run as fast as ``matmul``, and each gradient is the
same kind of product, with the gradient that arrives as an operand.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from string import ascii_letters
from typing import Any, NamedTuple

from autograd_lite.arrays import Array
from autograd_lite.functions.subscripts import those
from autograd_lite.graph.function import Pair

__all__ = ["Contraction", "Labels", "contracted", "summed_over"]

Shape = tuple[int, ...]
Labels = tuple[str, str, str]  # the axes of the first operand, of the second, of the result


class Factor(NamedTuple):
    """How an operand becomes a matrix: axes moved, merged in groups, the last two exchanged."""

    order: Shape | None
    groups: tuple[str, ...] | None
    flipped: bool = False


class Plan(NamedTuple):
    """How two operands are multiplied: ``way`` is "elements", "dots" or "matrices"."""

    way: str
    a: Factor
    b: Factor
    swapped: bool = False  # the second operand is the factor on the left
    out: str = ""  # the labels as they come out
    order: Shape | None = None  # and how they are moved then


def contracted(xp: Any, a: Array, b: Array, labels: Labels) -> Array:
    """Multiply, and sum over the labels that the result lacks; float16 in float32.

    No operand has a label twice, and every label is in at least two of the three.
    """
    if a.dtype.char == "e":
        wide = contracted(xp, a.astype("float32"), b.astype("float32"), labels)
        return wide.astype("float16")
    plan = _planned(*labels)
    if plan.way == "dots":  # a scalar product at each place
        return xp.einsum(f"{labels[0]},{labels[1]}->{labels[2]}", a, b)
    size: dict[str, int] = {}
    if plan.a.groups or plan.b.groups:
        size = dict(zip(labels[0] + labels[1], a.shape + b.shape, strict=True)) | {"1": 1}
    if plan.swapped:
        a, b = b, a
    a, b = _as_factor(a, plan.a, size), _as_factor(b, plan.b, size)
    if plan.way == "elements":
        return a * b
    product = xp.matmul(a, b)
    if size:
        product = product.reshape(tuple([size[label] for label in plan.out]))
    return product if plan.order is None else product.transpose(plan.order)


def _as_factor(x: Array, factor: Factor, size: dict[str, int]) -> Array:
    if factor.order is not None:
        x = x.transpose(factor.order)
    if factor.groups is not None:
        shape = [prod([size[label] for label in group]) for group in factor.groups]
        x = x.reshape(tuple(shape))
    return x.swapaxes(-1, -2) if factor.flipped else x


@lru_cache(maxsize=4096)
def _planned(a: str, b: str, out: str) -> Plan:
    stack = those(out, lambda label: label in a and label in b)
    summed = those(a, lambda label: label in b and label not in out)
    rows = those(a, lambda label: label not in b)
    columns = those(b, lambda label: label not in a)
    if not summed:
        return Plan("elements", _stretched(a, out), _stretched(b, out))
    if stack and not rows and not columns:
        return Plan("dots", Factor(None, None), Factor(None, None))
    swapped = out == stack + columns + rows != stack + rows + columns
    if swapped:
        a, b, rows, columns = b, a, columns, rows
    product = stack + rows + columns
    left, right = _merged(a, stack, rows, summed), _merged(b, stack, summed, columns)
    return Plan("matrices", left, right, swapped, product, _order(product, out))


def _order(labels: str, wanted: str) -> Shape | None:
    """Return how axes are transposed from one order into another; None where they have it."""
    return None if labels == wanted else tuple([labels.index(label) for label in wanted])


def _stretched(labels: str, out: str) -> Factor:
    """Put axes in the order of the result, with axes of length 1 for those that it lacks."""
    own = those(out, lambda label: label in labels)
    apart = tuple([label if label in own else "1" for label in out])
    return Factor(_order(labels, own), None if out.endswith(own) else apart)


def _merged(labels: str, stack: str, first: str, second: str) -> Factor:
    """Make matrices of two groups of axes; groups that lie together need not be moved."""
    if len(first) == len(second) == 1 or (not stack and len(first + second) == 1):
        return Factor(_order(labels, stack + first + second), None)
    if labels == stack + second + first:
        return Factor(None, (*stack, second, first), flipped=True)
    return Factor(_order(labels, stack + first + second), (*stack, first, second))


class Contraction(Pair):
    """A product of two operands, summed over some axes; each gradient is another such product."""

    __slots__ = ("a", "b", "labels")
    keeps = ("a", "b")
    a: Array | None
    b: Array | None
    labels: Labels

    def contract(self, a: Array, b: Array, labels: Labels) -> Array:
        """Return the product, and keep what the rule reads."""
        self.a = None if self._right is None else a
        self.b = None if self._left is None else b
        self.labels = labels
        return contracted(self.xp, a, b, labels)

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        a, b, out = self.labels
        return (
            None if self.b is None else contracted(self.xp, gy, self.b, (out, b, a)),
            None if self.a is None else contracted(self.xp, gy, self.a, (out, a, b)),
        )


@lru_cache(maxsize=1024)
def summed_over(a: int, b: int, first: Shape, second: Shape) -> Labels:
    """Name the axes of operands of so many axes, summed over pairs; the rest is the result's."""
    mine = ascii_letters[:a]
    pairs = dict(zip(second, first, strict=True))
    fresh = iter(ascii_letters[a:])
    other = "".join([mine[pairs[axis]] if axis in pairs else next(fresh) for axis in range(b)])
    return mine, other, those(mine + other, lambda label: label not in mine or label not in other)
