"""What the transforms are told: lengths, axes, where the factor 1/n goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions.constants import integer
from autograd_lite.functions.conversion import astype
from autograd_lite.functions.operands import variable
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["SWAPPED", "Lengths", "Norm", "as_complex", "checked", "sides"]

Lengths: TypeAlias = "int | Sequence[int] | None"
Norm: TypeAlias = "str | None"
SHORTEST = 1
SWAPPED = {"backward": "forward", "ortho": "ortho", "forward": "backward"}


def as_complex(a: Operand, what: str) -> Variable:
    """Return an operand in complex numbers of its own precision, complex64 at least."""
    v = variable(a, what)
    if v.dtype.kind == "c":
        return v
    single = v.dtype.kind == "f" and v.dtype.itemsize <= 4
    return astype(v, "complex64" if single else "complex128")


def checked(norm: Norm, what: str) -> str:
    """Return where the factor goes.

    Raises
    ------
    ArgumentError
        If there is no such place.
    """
    place = "backward" if norm is None else norm
    if place not in SWAPPED:
        msg = f"{what}: norm is {norm!r:.40}; pass 'backward', 'ortho' or 'forward'."
        raise ArgumentError(msg)
    return place


def sides(
    v: Variable, lengths: Lengths, axes: Any, what: str
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the lengths of the result and the axes, each once, as non-negative numbers.

    Raises
    ------
    ShapeError
        If there is no such axis, one is named twice, or there are not as many lengths.
    ArgumentError
        If a length is less than 1.
    """
    given = _listed(lengths, f"{what}: length")
    if axes is None and given is not None:
        axes = range(-len(given), 0)
    chosen = normalized_axes(None if axes is None else tuple(axes), v.ndim, what)
    own = [v.shape[i] for i in chosen]
    if given is None:
        given = own
    if len(given) != len(own):
        msg = f"{what}: {len(given)} lengths for {len(own)} axes; pass one for each."
        raise ShapeError(msg)
    keeps = lengths is None or isinstance(lengths, Sequence)  # -1 is no length of a single axis
    made = tuple([n if k == -1 and keeps else k for k, n in zip(given, own, strict=True)])
    if any([n < SHORTEST for n in made]):
        msg = f"{what}: a length is less than 1 (axes {chosen}: {made}); pass 1 or more."
        raise ArgumentError(msg)
    return made, chosen


def _listed(lengths: Lengths, what: str) -> list[int] | None:
    if lengths is None:
        return None
    given = lengths if isinstance(lengths, Sequence) else [lengths]
    return [integer(n, what) for n in given]
