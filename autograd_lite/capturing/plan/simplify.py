"""Simplifying: the same program with fewer calls.

What is constant is computed now, what is computed twice once, copies of values (which never
change) and what nobody reads are left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.capturing.plan.uniform import as_numbers
from autograd_lite.capturing.program import (
    Call,
    Check,
    Effect,
    Gradient,
    Program,
    Role,
    Value,
    read_by,
)

__all__ = ["simplified"]

_UNFOLDED = frozenset(["draw"])
_KEEPING = frozenset(
    ["copy", "positive", "astype", "reshape", "broadcast_to", "transpose", "multiply", "divide"]
)


def simplified(program: Program) -> Program:
    """Return a program that does the same with fewer calls."""
    known: dict[Value, Value] = {}
    seen: dict[Any, Call] = {}
    calls: list[Call] = []
    for call in program.calls:
        if known and _reads(call, known):
            call.replace(known)
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
            _roles(program, known),
        )
    )


def _roles(program: Program, known: dict[Value, Value]) -> dict[Value, Role]:
    """Return what the values mean that took the place of others."""
    roles: dict[Value, Role] = {}
    for value, role in program.roles.items():
        if role.gradient_of not in known and known.keys().isdisjoint(role.inputs):
            roles.setdefault(known.get(value, value), role)
            continue
        inputs = tuple([v if v is None else known.get(v, v) for v in role.inputs])
        of = role.gradient_of
        of = None if of is None else known.get(of, of)
        renewed = Role(role.note, role.word, inputs, role.place, of)
        roles.setdefault(known.get(value, value), renewed)
    return roles


def _reads(call: Call, known: dict[Value, Value]) -> bool:
    """Whether something took the place of what a call reads or writes into."""
    if not known.keys().isdisjoint(call.operands) or call.writes in known:
        return True
    return any([result.view_of in known for result in call.results])


def _same_as(call: Call) -> Value | None:
    """Return the operand that the result equals, in the same layout; None if there is none."""
    if call.writes is not None or len(call.results) != 1 or not call.args:
        return None
    first, result = _kept(call), call.result
    if type(first) is not Value:
        return None
    alike = (first.shape, first.dtype) == (result.shape, result.dtype)
    return first if alike and first.strides == result.strides else None


def _kept(call: Call) -> Any:
    """Return the argument whose numbers a call leaves as they are, if there is one."""
    first, function = call.args[0], call.function
    if function == "copy":
        return first
    if call.options:
        return None
    if function == "multiply" and _is_one(first):
        return call.args[1]
    if function == "multiply" or function == "divide":
        return first if _is_one(call.args[1]) else None
    if function == "transpose" and call.result.size > 1:
        return None
    return first if function in _KEEPING else None


def _is_one(x: Any) -> bool:
    """Whether something is 1 everywhere: a constant, or a number."""
    if type(x) is not Value:
        return type(x) in (int, float) and x == 1
    return x.origin is None and x.array is not None and bool((x.array == 1).all())


def _folds(call: Call) -> bool:
    """Whether a call can be computed now: all that it reads is constant."""
    if call.function in _UNFOLDED or call.writes is not None:
        return False
    if not all([value.origin is None for value in call.operands]):
        return False
    backward = call.note.phase == "backward"  # a NaN there springs the trap
    return not (backward and any([_holds_nan(result) for result in call.results]))


def _holds_nan(value: Value) -> bool:
    return value.dtype.kind == "f" and bool(np.isnan(value.array).any())


def _key(call: Call) -> Any:
    """Return what calls that compute the same share; None for those that must all be made."""
    if call.function in _UNFOLDED or call.writes is not None:
        return None
    listening = call.note.phase == "backward"  # its invalid operations are noticed, others warn
    return call.function, listening, _frozen(call.args), _frozen(call.options)


def _frozen(nested: Any) -> Any:
    """Return something hashable that stands for nested arguments."""
    kind = type(nested)
    if kind is Value:
        if nested.origin is None and nested.size <= 64 and nested.array is not None:
            return nested.shape, nested.dtype, nested.strides, nested.array.tobytes()
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
    needed = {*program.kept, *[check.value for check in program.checks]}
    kept: list[Call] = []
    for call in reversed(program.calls):
        if call.function == "draw" or not needed.isdisjoint(call.results):
            kept.append(call)
            needed.update(read_by(call))
    kept.reverse()
    program.calls = kept
    sources = {effect.source for effect in program.effects}
    program.inputs = [v for v in program.inputs if v in needed or v in sources]
    return program
