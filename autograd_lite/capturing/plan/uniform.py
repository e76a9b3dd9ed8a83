"""Uniform constants: arrays of one number, such as the gradient that a sum sends to its terms."""

from __future__ import annotations

import numpy as np

from autograd_lite.capturing.plan.knowledge import elementwise
from autograd_lite.capturing.program import Call, Value

__all__ = ["as_numbers"]


def as_numbers(call: Call) -> None:
    """Let an elementwise call read one number in place of a constant array of it."""
    if not elementwise(call.function) or call.writes is not None:
        return
    others = [v for v in call.operands if not v.constant and v.shape == call.result.shape]
    if not others:
        return  # the result would have another shape or layout
    known = {v: _number(v) for v in call.operands if v.constant and v.size > 1 and _is_uniform(v)}
    if known:
        call.replace(known)


def _is_uniform(value: Value) -> bool:
    array = value.array
    return not any(array.strides) or bool((array == array.flat[0]).all())


def _number(value: Value) -> Value:
    array = np.array(value.array.flat[0])
    return Value(value.number, (), array.dtype, (), None, array)
