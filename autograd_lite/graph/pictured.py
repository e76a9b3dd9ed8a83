"""Which gradients a picture shows: those that backward left, or those of a pass of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.errors import GraphError, ShapeError
from autograd_lite.graph.function import Function, Output, Seeded
from autograd_lite.graph.gradients import seed_of
from autograd_lite.graph.variable import Variable, producer_of
from autograd_lite.graph.walk import PICTURED, Walk

__all__ = ["Pictured", "pictured_gradients"]

Edges: TypeAlias = "dict[Function, tuple[Any, ...]]"

OF_ANOTHER = (
    "no gradients: backward from another output released a part of this graph; draw before it, or "
    "pass it retain_graph=True"
)
LARGE = (
    "backward released large arrays and their gradients; to see them, draw before it, or pass it "
    "retain_graph=True"
)
LATER = "the gradients are those of a later output, at which backward began"
GIVEN = "the gradients are those of the backward that has passed, not of grad_outputs"
UNSEEDED = "no gradients: the output has more than one element; pass grad_outputs"
MANY = f"no gradients: the graph has more than {PICTURED:,} operations"
WRITTEN = "no gradients: a value was written after the graph read it"


class Pictured(NamedTuple):
    """Of each node the gradients of its edges, the outputs' own, and a line on what is missing."""

    edges: Edges
    seeds: list[Array | None]
    note: str | None


def pictured_gradients(
    roots: Sequence[Variable], grad_outputs: Any, nodes: Sequence[Function]
) -> Pictured:
    """Return the gradients of one pass through the graph that ends in `roots`.

    No ``.grad`` changes and nothing is released; hooks on intermediate values run in a pass of
    its own, as their results are what flows on.

    Raises
    ------
    ShapeError
        If `grad_outputs` do not fit the outputs.
    """
    seeds = _seeds(roots, grad_outputs)
    passed: Edges = {node: node._grads for node in nodes if node._grads is not None}
    if passed:
        return _recorded(roots, passed, given=grad_outputs is not None)
    if len(nodes) > PICTURED:
        return Pictured({}, seeds, MANY)
    if any([seed is None for seed in seeds]):
        return Pictured({}, seeds, UNSEEDED)
    return _of_own_pass(roots, seeds)


def _seeds(roots: Sequence[Variable], grad_outputs: Any) -> list[Array | None]:
    several = isinstance(grad_outputs, list | tuple)
    given = list(grad_outputs) if several else [grad_outputs] * len(roots)
    if len(given) != len(roots):
        msg = f"describe: {len(given)} grad_outputs for {len(roots)} outputs; pass one for each."
        raise ShapeError(msg)
    return [
        None
        if grad is None and (v.size != 1 or v.dtype.kind != "f")
        else seed_of(v, grad, "describe")
        for v, grad in zip(roots, given, strict=True)
    ]


def _recorded(roots: Sequence[Variable], passed: Edges, *, given: bool) -> Pictured:
    """Return what backward left, unless it began elsewhere and left only a part."""
    seeds: list[Array | None] = []
    note = GIVEN if given else None
    for root in roots:
        producer = producer_of(root)
        seed: Any = None
        if isinstance(producer, Function):
            left = producer._grads
            if left is None:
                return Pictured({}, [None] * len(roots), OF_ANOTHER)
            if isinstance(left, Seeded):
                seed = left.seed
            elif isinstance(producer, Output) and left:
                (seed,) = left
            elif left:
                note = LATER
        seeds.append(seed if isinstance(seed, np.ndarray) else None)
    if any([not gradients for gradients in passed.values()]):
        note = LARGE
    return Pictured(passed, seeds, note)


def _of_own_pass(roots: Sequence[Variable], seeds: list[Array | None]) -> Pictured:
    edges: Edges = {}
    walk = Walk(retain_graph=True, edges=edges)
    try:
        # What NumPy would say of these gradients, it says when the user asks for them.
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            for v, seed in zip(roots, seeds, strict=True):
                if v.requires_grad and seed is not None:
                    walk.start(v, seed)
            walk.run()
    except GraphError:
        return Pictured({}, seeds, WRITTEN)
    except Exception as error:
        lines = str(error).splitlines() or [type(error).__name__]
        return Pictured({}, seeds, f"no gradients: backward would raise: {lines[0]}")
    return Pictured(edges, seeds, None)
