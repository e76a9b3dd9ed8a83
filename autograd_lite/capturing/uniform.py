"""Uniform constants: arrays of one number, such as the gradient that a sum sends to its terms."""

from __future__ import annotations

import numpy as np

from autograd_lite.capturing.knowledge import elementwise
from autograd_lite.capturing.program import Call, Value, substituted

__all__ = ["as_numbers", "unchanged"]


def as_numbers(call: Call) -> None:
    """Let an elementwise call read one number in place of a constant array of it."""
    if not elementwise(call.function) or call.writes is not None:
        return
    others = [v for v in call.operands if not v.constant and v.shape == call.result.shape]
    if not others:
        return  # the result would have another shape or layout
    known = {v: _number(v) for v in call.operands if v.constant and v.size > 1 and _is_uniform(v)}
    if known:
        call.args = substituted(call.args, known)


def unchanged(call: Call) -> Value | None:
    """Return the operand that a call multiplies or divides by 1, if it does."""
    if call.function not in ("multiply", "divide") or len(call.args) != 2 or call.options:
        return None
    for one, other in (call.args, call.args[::-1]):
        if type(one) is Value and _is_one(other) and one.dtype == call.result.dtype:
            return None if one is call.args[1] and call.function == "divide" else one
    return None


def _is_one(x: object) -> bool:
    if type(x) is Value:
        return x.constant and x.shape == () and bool(x.array == 1)
    return type(x) in (int, float) and x == 1


def _is_uniform(value: Value) -> bool:
    array = value.array
    return not any(array.strides) or bool((array == array.flat[0]).all())


def _number(value: Value) -> Value:
    array = np.array(value.array.flat[0])
    return Value(value.number, (), array.dtype, (), None, array)
