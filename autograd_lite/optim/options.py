"""What optimizers and schedules are given: leaves to train, and numbers in their range."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf, isfinite
from typing import TypeAlias

import numpy as np

from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.graph import Variable

__all__ = ["Parameters", "leaves_of", "number", "whole"]

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
    if len({id(leaf) for leaf in leaves}) < len(leaves):
        msg = f"{what}: a parameter is listed twice and would be changed twice; list each once."
        raise ArgumentError(msg)
    return leaves


def number(value: object, what: str, *, least: float = 0.0, below: float = inf) -> float:
    """Return a finite number of a range as a float; `what` begins the message."""
    if isinstance(value, float | int | np.floating | np.integer) and not isinstance(value, bool):
        real = float(value)
        if isfinite(real) and least <= real < below:
            return real
    span = f"{least:g} or more" + (f" and less than {below:g}" if below < inf else "")
    msg = f"{what} is {value!r:.40}; pass a finite number, {span}."
    raise ArgumentError(msg)


def whole(value: object, what: str, *, least: int = 1) -> int:
    """Return a whole number that is large enough; `what` begins the message."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        msg = f"{what} is {value!r:.40}; pass a whole number, {least} or more."
        raise ArgumentError(msg)
    return int(value)
