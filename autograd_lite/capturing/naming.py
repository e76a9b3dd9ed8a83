"""Naming: what values are called in the source."""

from __future__ import annotations

import builtins
import keyword

import numpy as np

from autograd_lite.capturing.memory import Layout
from autograd_lite.capturing.program import Call, Program, Value, values_in

__all__ = ["names_of"]

_RESERVED = {*dir(np), *dir(builtins), *keyword.kwlist, "outside", "constants", "draws", "errors"}
_RESERVED |= {"trap", "memory", "start", "make", "step"}
_RESERVED |= {"math", "given", "numbers", "sound", "listening", "nullcontext"}


def names_of(program: Program, layout: Layout, arguments: list[str]) -> dict[Value, str]:
    """Return a name for every value."""
    names: dict[Value, str] = {}
    used = set(_RESERVED)

    def named(value: Value, hint: str) -> None:
        if value in names:
            return
        name, count = hint, 1
        while name in used:
            count += 1
            name = f"{hint}_{count}"
        used.add(name)
        names[value] = name

    for value in program.inputs:
        origin = value.origin
        kind, holder = origin.kind, origin.holder
        named(value, arguments[holder] if kind == "argument" else (origin.name or kind))
    for call in layout.calls:
        for value in values_in((call.args, call.options)):
            if value.origin is None:
                named(value, "constant")
        for result in call.results:
            named(result, f"{call.function.replace('.', '_')}{result.number}")
    for value in [*program.outputs, *[e.value for e in program.effects]]:
        named(value, "constant")
    for check in program.checks:
        named(check.value, "constant")
    for gradient in program.gradients:
        if gradient.value is not None:
            named(gradient.value, "constant")
    return names
