"""What optimizers are given to train."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from autograd_lite.errors import ArgumentError, DTypeError, OperandError
from autograd_lite.graph import Variable

__all__ = ["Parameters", "leaves_of"]

Parameters: TypeAlias = Iterable[Variable] | Mapping[str, Variable]


def leaves_of(params: Parameters, what: str) -> list[Variable]:
    """Return the parameters as a list: leaves, each once, and at least one."""
    if isinstance(params, Variable):
        msg = f"{what}: params is a single Variable; pass a list of parameters, [w]."
        raise OperandError(msg)
    if not isinstance(params, Iterable):
        msg = (
            f"{what}: params is a {type(params).__name__}; pass a list of Variables, of a module "
            "model.parameters()."
        )
        raise OperandError(msg)
    leaves = list(params.values()) if isinstance(params, Mapping) else list(params)
    if not leaves:
        msg = f"{what}: there is no parameter to train; pass Variables."
        raise OperandError(msg)
    for leaf in leaves:
        if not isinstance(leaf, Variable) or not leaf.is_leaf:
            msg = (
                f"{what}: {leaf!r:.60} is not a leaf Variable; pass Variables that you made, "
                "not ones that were computed, or model.parameters()."
            )
            raise OperandError(msg)
    for leaf in leaves:
        if leaf.dtype.kind == "c":
            msg = (
                f"{what}: a parameter of shape {leaf.shape} is {leaf.dtype}, and descent goes "
                "along conj(grad); train its real and imaginary parts as two real Variables."
            )
            raise DTypeError(msg)
    if len({id(leaf) for leaf in leaves}) < len(leaves):
        msg = f"{what}: a parameter is listed twice and would be changed twice; list each once."
        raise ArgumentError(msg)
    return leaves
