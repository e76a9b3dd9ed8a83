"""What losses share: outputs as floats, targets of the same shape, and how one number is made."""

from __future__ import annotations

from typing import Any

from autograd_lite.arrays import Array, Namespace, namespace, require
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions.constants import beside
from autograd_lite.graph.variable import Operand, Variable, constant

__all__ = [
    "as_floats",
    "as_partner",
    "between_0_and_1",
    "known",
    "probable",
    "reduced",
    "same_shape",
    "scaled",
]


def reduced(xp: Namespace, losses: Array, reduction: str) -> tuple[Array, float]:
    """Return the mean, the sum or all of them, and what each one's gradient is scaled by."""
    if reduction == "mean":
        return xp.mean(losses), 1.0 / losses.size
    return (xp.sum(losses) if reduction == "sum" else losses), 1.0


def scaled(gy: Array, scale: float) -> Array:
    """Return the gradient of each element's own loss: one number, or all of them."""
    return gy if scale == 1 else gy * scale


def known(reduction: object, what: str) -> str:
    """Return a reduction by name.

    Raises
    ------
    ArgumentError
        If there is none of that name.
    """
    if reduction in ("mean", "sum", "none"):
        return str(reduction)
    msg = f"{what}: reduction={reduction!r:.40} is unknown; pass 'mean', 'sum' or 'none'."
    raise ArgumentError(msg)


def as_floats(x: Operand, what: str, partner: Operand | None = None) -> Variable:
    """Return outputs as a Variable, integers as float64: a loss of integers would be cut short.

    A list goes where its partner lives.
    """
    v = x if isinstance(x, Variable) else constant(beside(x, (x, partner), f"{what}: outputs"))
    return v if v.dtype.kind == "f" else v.astype(float)


def as_partner(t: Operand, v: Variable, what: str) -> Variable:
    """Return targets that may be Variables, in the shape of the outputs.

    Arrays, lists and numbers take the outputs' dtype: float64 data promotes no float32 network.
    """
    partner = t if isinstance(t, Variable) else constant(_constant(t, v, what))
    same_shape(what, v.shape, partner.shape)
    return partner


def _constant(t: Operand, v: Variable, what: str) -> Array:
    targets = beside(t, (v,), f"{what}: targets")
    return targets if targets.dtype == v.dtype else targets.astype(v.dtype)


def probable(t: Operand, v: Variable, what: str) -> Array:
    """Return targets between 0 and 1 as a private array of the outputs' shape and dtype."""
    targets = beside(t, (v,), f"{what}: targets")
    same_shape(what, v.shape, targets.shape)
    require(between_0_and_1(targets), f"{what}: targets must lie between 0 and 1.")
    return targets if targets.dtype == v.dtype else targets.astype(v.dtype)


def between_0_and_1(x: Array) -> Any:
    """Whether every element is; of NaN none is."""
    xp = namespace(x)
    return (xp.min(x) >= 0) & (xp.max(x) <= 1)


def same_shape(what: str, y: tuple[int, ...], t: tuple[int, ...]) -> None:
    """Refuse to broadcast, and to judge nothing.

    Raises
    ------
    ShapeError
        If the shapes differ, or hold no element.
    """
    if y != t:
        fits = [n for n in y if n != 1] == [n for n in t if n != 1]
        fix = f"pass t.reshape({y})" if fits else "reshape one of them"
        msg = f"{what}: outputs of shape {y} and targets of shape {t} differ; {fix}."
        raise ShapeError(msg)
    if 0 in y:
        msg = f"{what}: shape {y} holds no element, so there is no mean."
        raise ShapeError(msg)
