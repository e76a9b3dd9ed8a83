"""Simplifying: the same program with fewer calls.

What is constant is computed now, what is computed twice once, copies of values (which never
change) and what nobody reads are left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.capturing.program import (
    Call,
    Check,
    Effect,
    Gradient,
    Program,
    Value,
    substituted,
    values_in,
)
from autograd_lite.capturing.uniform import as_numbers, unchanged

__all__ = ["simplified"]

_UNFOLDED = frozenset(["draw"])


def simplified(program: Program) -> Program:
    """Return a program that does the same with fewer calls."""
    known: dict[Value, Value] = {}
    seen: dict[Any, Call] = {}
    calls: list[Call] = []
    for call in program.calls:
        if known:
            _renew(call, known)
        as_numbers(call)
        same = _same_as(call)
        if same is not None:
            known[call.result] = same
        elif _folds(call):
            for result in call.results:
                result.origin = result.view_of = None
        else:
            key = _key(call)
            twin = seen.get(key) if key is not None else None
            if twin is not None:
                known.update(zip(call.results, twin.results, strict=True))
                continue
            if key is not None:
                seen[key] = call
            calls.append(call)
    return _used(
        Program(
            program.inputs,
            calls,
            [Check(known.get(c.value, c.value), c.message, c.error) for c in program.checks],
            [Effect(e.source, known.get(e.value, e.value)) for e in program.effects],
            [
                Gradient(g.leaf, None if g.value is None else known.get(g.value, g.value))
                for g in program.gradients
            ],
            [known.get(value, value) for value in program.outputs],
        )
    )


def _renew(call: Call, known: dict[Value, Value]) -> None:
    """Let a call read what took the place of its operands."""
    call.args = substituted(call.args, known)
    call.options = substituted(call.options, known)
    if call.writes in known:
        call.writes = known[call.writes]
    for result in call.results:
        if result.view_of in known:
            result.view_of = known[result.view_of]


def _same_as(call: Call) -> Value | None:
    """Return the operand that the result equals, in the same layout; None if there is none."""
    first = unchanged(call) or (call.args[0] if call.args else None)
    if type(first) is not Value or call.writes is not None or len(call.results) != 1:
        return None
    result = call.result
    alike = (first.shape, first.dtype, first.strides) == (
        result.shape,
        result.dtype,
        result.strides,
    )
    if not alike:
        return None
    if call.function in ("multiply", "divide"):
        return unchanged(call)
    if call.function in ("copy", "positive", "astype", "reshape", "broadcast_to", "transpose"):
        moved = call.function == "transpose" and first.size > 1
        return None if moved else first
    return None


def _folds(call: Call) -> bool:
    """Whether a call can be computed now: all that it reads is constant."""
    if call.function in _UNFOLDED or call.writes is not None:
        return False
    return all([value.origin is None for value in call.operands])


def _key(call: Call) -> Any:
    """Return what calls that compute the same share; None for those that must all be made."""
    if call.function in _UNFOLDED or call.writes is not None:
        return None
    return call.function, _frozen(call.args), _frozen(call.options)


def _frozen(nested: Any) -> Any:
    """Return something hashable that stands for nested arguments."""
    kind = type(nested)
    if kind is Value:
        if nested.origin is None and nested.size <= 64 and nested.array is not None:
            return nested.shape, nested.dtype, nested.array.tobytes()
        return id(nested)
    if kind is tuple or kind is list:
        return kind, tuple([_frozen(item) for item in nested])
    if kind is dict:
        return tuple([(name, _frozen(item)) for name, item in nested.items()])
    if kind is slice:
        return kind, nested.start, nested.stop, nested.step
    if kind is float or kind is int or kind is bool:
        return kind, repr(nested)
    if isinstance(nested, np.generic):
        return kind, nested.tobytes()
    try:
        hash(nested)
    except TypeError:
        return id(nested)
    return nested


def _used(program: Program) -> Program:
    """Leave out the calls whose results nobody reads; of random numbers none, they are drawn."""
    needed: set[Value] = set(program.outputs)
    needed.update(check.value for check in program.checks)
    needed.update(effect.value for effect in program.effects)
    needed.update(g.value for g in program.gradients if g.value is not None)
    kept: list[Call] = []
    for call in reversed(program.calls):
        if call.function == "draw" or not needed.isdisjoint(call.results):
            kept.append(call)
            needed.update(call.operands)
            if call.writes is not None:
                needed.add(call.writes)
    kept.reverse()
    program.calls = kept
    sources = {effect.source for effect in program.effects}
    program.inputs = [v for v in program.inputs if v in needed or v in sources]
    return program


def operands_of(call: Call) -> list[Value]:
    """Return what a call reads, what it overwrites included."""
    found = list(values_in(call.args)) + list(values_in(call.options))
    return found if call.writes is None else [*found, call.writes]
