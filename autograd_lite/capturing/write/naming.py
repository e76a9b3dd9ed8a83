"""Naming: what values are called in the source, as a textbook would call them.

A weight matrix of the second layer is ``W2``, or ``hidden_W`` where the module has that name; what
the layer computes is ``a2``, its activation ``h2``, a gradient ``grad_W2``.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd_lite.capturing.plan.knowledge import is_view
from autograd_lite.capturing.plan.memory import Layout
from autograd_lite.capturing.program import (
    Call,
    Note,
    Program,
    Role,
    Value,
    kind_of,
    root_of,
    source_of,
    values_in,
)
from autograd_lite.capturing.record.kernels import KERNELS
from autograd_lite.capturing.record.packages import IMPORTS
from autograd_lite.capturing.write.origins import Origin
from autograd_lite.capturing.write.shortening import shortened
from autograd_lite.capturing.write.statements import Formulas

__all__ = ["names_of", "number_text", "number_word"]

LONG = 8  # characters: numbers and names that are longer are left out of other names

_RESERVED = {*dir(np), *dir(builtins), *keyword.kwlist, *keyword.softkwlist, *KERNELS, *IMPORTS}
_RESERVED |= {"constants", "draws", "errors", "make", "memory", "memory_of", "outside", "step"}
_RESERVED |= {"given", "lane", "listening", "math", "nullcontext", "numbers", "sound", "spread"}
_RESERVED |= {"HERE", "Lock", "Path", "Trap", "arrays", "checked", "done", "found", "generator"}
_RESERVED |= {"gradients", "load", "lock", "n", "np", "outputs", "program", "save", "seed", "trap"}

# What an operation computes, by the letter that books use; others by their own names.
_LETTERS = {
    "linear": "a",
    "batch_norm": "norm",
    "layer_norm": "norm",
    "dropout": "d",
    "softmax": "p",
    "log_softmax": "log_p",
    **dict.fromkeys(("add", "sub", "mul", "div", "neg", "pow", "matmul", "dot"), "z"),
    **dict.fromkeys(("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus"), "h"),
    **dict.fromkeys(("selu", "gelu", "silu", "mish", "maxout", "prelu"), "h"),
}
# What a call computes that has no other name.
_NOUNS = {
    "add": "total",
    "subtract": "difference",
    "multiply": "product",
    "divide": "quotient",
    "negative": "minus",
    "exp": "powers",
    "log": "logs",
    "sum": "sums",
    "mean": "average",
    "max": "peak",
    "min": "least",
    "sqrt": "root",
    "maximum": "larger",
    "minimum": "smaller",
    "square": "squared",
    "power": "powered",
    "absolute": "sizes",
    "equal": "hits",
    "count_nonzero": "counted",
    "matmul": "product",
    "dot": "product",
    "vdot": "product",
    "copy": "copied",
    "astype": "converted",
    "where": "chosen",
    "getitem": "picked",
    "take": "picked",
    "draw": "drawn",
    "concatenate": "joined",
    "stack": "stacked",
    **dict.fromkeys(("greater", "greater_equal", "less", "less_equal", "not_equal"), "mask"),
    **dict.fromkeys(("isnan", "isinf", "isfinite", "logical_and", "logical_or"), "mask"),
}


def names_of(
    program: Program, layout: Layout, formulas: Formulas, origin: Origin
) -> dict[Value, str]:
    """Return a name for every value; values that share a name share a place, too."""
    return _Namer(program, layout, formulas, origin).names


class _Namer:
    def __init__(
        self, program: Program, layout: Layout, formulas: Formulas, origin: Origin
    ) -> None:
        self.program = program
        self.formulas = formulas
        self.slopes: dict[Note, str] = {}  # rules with one gradient: the value that it is of
        self.layout = layout
        self.names: dict[Value, str] = {}
        self.used = set(_RESERVED)
        self.counts: dict[str, int] = {}  # of a hint: the last number behind it
        self.rowed = {  # what has an element for each parameter
            call.result.view_of
            for call in layout.calls
            if call.function == "getitem" and call.note.phase == "update" and is_view(call)
        }
        self.computed = {r for call in layout.calls for r in call.results}
        self._inputs(origin)
        for place, value in enumerate(program.outputs):
            word = origin.outputs[place] if place < len(origin.outputs) else ""
            self._output(value, word)
        self._homes()
        for check in program.checks:
            if check.value in self.computed:
                self.name(check.value, "valid")
        self._published()
        self._totals()
        self._roles()
        self._rest()

    def name(self, value: Value, hint: str) -> None:
        """Give a value a name, if it has none; a number goes behind one that is taken."""
        if value in self.names:
            return
        if not hint.isidentifier() or hint.startswith("_") or hint.endswith("_"):
            hint = re.sub(r"\W", "_", hint).strip("_") or "value"
            hint = f"x_{hint}" if hint[0].isdigit() else hint
        name, count = hint, self.counts.get(hint, 1)
        while name in self.used:
            count += 1
            name = f"{hint}_{count}"
        self.counts[hint] = count
        self.used.add(name)
        self.names[value] = name

    # ---- from outside, and back

    def _inputs(self, origin: Origin) -> None:
        inputs = self.program.inputs
        leaves = [v for v in inputs if kind_of(v) == "leaf"]
        paths = [origin.variables.get(source_of(v).holder, "") for v in leaves]
        short = dict(zip(leaves, shortened(paths), strict=True))
        for value in inputs:
            if kind_of(value) == "argument":
                self.name(value, _given(origin.arguments, source_of(value).holder, "x"))
        for leaf in leaves:
            self.name(leaf, short[leaf] or "parameter")
        owners = {source_of(v).holder: self.names[v] for v in leaves}
        for value in inputs:
            source = source_of(value)
            if source.kind == "gradient":
                self.name(value, f"grad_{owners.get(source.holder, 'leaf')}_before")
            elif source.kind == "array":
                word, owner = origin.arrays.get(id(source.array), ("array", None))
                self.name(value, word if owner is None else f"{word}_{owners.get(owner, '')}")

    def _output(self, value: Value, word: str) -> None:
        role = self.program.roles.get(value)
        if value not in self.computed or (not word and role is not None and role.gradient_of):
            return
        losses = ("entropy", "error", "nll", "loss", "divergence")
        is_loss = role is not None and any([x in role.note.operation for x in losses])
        self.name(value, word or ("loss" if is_loss else "y"))

    def _homes(self) -> None:
        """Let what is computed right in an array from outside have that array's name."""
        for value, home in self.layout.homes.items():
            self.names[value] = self.names[home]

    def _published(self) -> None:
        """Name gradients for the leaves that have them afterwards."""
        owners = {source_of(v).holder: v for v in self.program.inputs if kind_of(v) == "leaf"}
        for gradient in self.program.gradients:
            value, owner = gradient.value, owners.get(gradient.leaf)
            if value in self.computed and owner is not None and value is not None:
                role = self.program.roles.get(value)
                if role is None or role.gradient_of is not None:
                    self.name(value, f"grad_{self.names[owner]}")

    def _totals(self) -> None:
        """Name what became the gradient of a leaf, before what it is the sum of."""
        for value, role in self.program.roles.items():
            of = role.gradient_of
            if of in self.names and not role.note.operation and value in self.computed:
                self.name(value, f"grad_{self.names[of]}")

    # ---- what operations compute

    def _roles(self) -> None:
        roles = self.program.roles
        counts: dict[tuple[str, str], int] = {}
        self.layers: dict[Value, tuple[str, str]] = {}  # of a value: what stands around its letter
        for call in self.layout.calls:
            for result in call.results:
                role = roles.get(result)
                if role is None or role.gradient_of is not None or self.formulas.inlined(result):
                    continue
                before, after = self._layer_of(role)
                self.layers[result] = before, after
                letter = role.word or _LETTERS.get(role.note.operation, role.note.operation)
                if letter in _RESERVED:  # sin
                    letter = self._applied(letter, role.inputs[0] if role.inputs else None)
                count = counts[before, letter] = counts.get((before, letter), 0) + 1
                number = after or (str(count) if count > 1 and not role.word else "")
                self.name(result, f"{before}{letter}{number}")
        for value, role in roles.items():
            of = role.gradient_of
            if of is None or value not in self.computed:
                continue
            made = roles.get(of)
            letter = _LETTERS.get(made.note.operation, made.note.operation) if made else "value"
            word = self.names.get(of, letter)
            if not self.formulas.inlined(value):
                self.name(value, f"grad_{word}")
                self._under(value)
            self.slopes[role.note] = "" if role.note in self.slopes else word
        self.slopes = {note: name for note, name in self.slopes.items() if name}

    def _under(self, view: Value) -> None:
        """Name what a named view is of, where that has no name of its own."""
        call = view.origin
        if type(call) is Call and is_view(call) and call.args[0] in self.computed:
            suffix = "T" if call.function == "transpose" else "rows"
            if not self.formulas.inlined(call.args[0]):
                self.name(call.args[0], f"{self.names[view]}_{suffix}")

    def _layer_of(self, role: Role) -> tuple[str, str]:
        """Return what the names of a layer begin and end with: of its weights, or of its input."""
        for value in role.inputs:
            if value is not None and kind_of(value) == "leaf":
                found = re.fullmatch(r"(.*_)?(W|gamma|weight)(\d*)", self.names[value])
                if found:
                    return found[1] or "", found[3]
        if role.note.path:
            for value in role.inputs:
                if value in self.layers:
                    return self.layers[value]
        return "", ""

    # ---- the rest

    def _rest(self) -> None:
        steps = _targets(self.program, self.layout, self.names)
        for call in reversed(self.layout.calls):
            self._share(call)
        for call in self.layout.calls:
            for result in call.results:
                if result not in self.names:
                    self._computed(call, result, steps)
        for value in self._mentioned():
            if value not in self.names:
                self.name(value, _constant_word(value))

    def _share(self, call: Call) -> None:
        """Let what is written over and over within one formula have one name: the last one's."""
        result = call.results[0]
        taken = self.layout.takes.get(result)
        if taken is None or result not in self.names or taken in self.names:
            return
        if self.formulas.inlined(taken) and _alike(taken, result):
            self.names[taken] = self.names[result]

    def _computed(self, call: Call, result: Value, steps: dict[Value, str]) -> None:
        taken = self.layout.takes.get(result)
        first = call.args[0] if call.args else None
        phase = call.note.phase
        if is_view(call) and type(first) is Value:
            self.name(result, self._view(call, first, steps))
        elif taken in self.names and _alike(taken, result) and self.formulas.inlined(result):
            self.names[result] = self.names[taken]
        elif phase == "update" and result in steps:
            self.name(result, f"step_{steps[result]}")
        elif phase == "update" and not _clips(call) and self._is_rate(call, result):
            self.name(result, "rates" if result in self.rowed else f"rates_{result.dtype}")
        elif phase == "backward" and call.note in self.slopes:
            self.name(result, f"slope_{self.slopes[call.note]}")
        elif call.function == "copy" and first in self.names:
            self.name(result, f"{self.names[first]}_copy")
        else:
            before = "grad_" if phase == "backward" and not call.note.operation else ""
            function = call.function.removeprefix("special.").replace(".", "_")
            spare = self._applied(function, first) if function in _RESERVED else function
            noun = _NOUNS.get(call.function, spare)
            if call.function == "sum" and result.shape == ():
                noun = "total"
            elif call.function == "subtract" and _is_peak(call.args[1]):
                noun = "shifted"  # so that exp does not overflow
            elif call.function in ("maximum", "minimum") and _has_bound(call):
                noun = "scale" if _clips(call) else "bounded"
            elif call.function == "astype" and first in self.names:
                noun = f"{self.names[first]}_{result.dtype}"
            self.name(result, before + noun)

    def _applied(self, function: str, x: Any) -> str:
        """Return a word for what a function gives: ``sin_z``."""
        name = self.names.get(x, "") if type(x) is Value else ""
        return f"{function}_{name if name and len(name) <= LONG else 'of'}"

    def _is_rate(self, call: Call, value: Value) -> bool:
        """Whether a value is what all parameters share: cast, or about to be."""
        reader = self.formulas.readers.get(value)
        cast = reader is not None and reader.function == "astype"
        return call.function == "astype" or cast or value in self.rowed

    def _view(self, call: Call, first: Value, steps: dict[Value, str]) -> str:
        if first not in self.names:
            self.name(first, _constant_word(first))
        base, shape = self.names[first], call.result.shape
        if call.function == "transpose":
            return f"{base}_T"
        if call.function == "reshape":
            if len(shape) == 2 and 1 in shape:
                return f"{base}_{'row' if shape[0] == 1 else 'column'}"
            known = {0: "scalar", 1: "flat"}
            return f"{base}_{known.get(len(shape)) or 'x'.join([str(n) for n in shape])}"
        if call.function == "getitem":
            index = call.args[1] if type(call.args[1]) is tuple else (call.args[1],)
            numbers = [str(i) for i in index if type(i) is int and i >= 0]
            if base.startswith("rates") and call.note.phase == "update":
                base, numbers = base.replace("rates", "rate", 1), [steps.get(call.result, "")]
                return "_".join([base, *filter(None, numbers)])
            return f"{base}_{'_'.join(numbers) or 'part'}"
        return f"{base}_{'wide' if call.function == 'broadcast_to' else call.function}"

    def _mentioned(self) -> Iterator[Value]:
        program = self.program
        for call in self.layout.calls:
            yield from values_in((call.args, call.options))
            if call.writes is not None:
                yield call.writes
        yield from program.outputs
        yield from [effect.value for effect in program.effects]
        yield from [check.value for check in program.checks]
        yield from [g.value for g in program.gradients if g.value is not None]


def _targets(program: Program, layout: Layout, names: dict[Value, str]) -> dict[Value, str]:
    """Return for what the update of one parameter alone computes that parameter's name."""
    found: dict[Value, str] = {}
    shared: set[Value] = set()
    wanted = {e.value: names[e.source] for e in program.effects if kind_of(e.source) == "leaf"}
    for call in reversed(layout.calls[layout.early :]):
        for result in call.results:
            target = wanted.get(result, found.get(result))
            if target is None or result in shared:
                continue
            for value in call.operands:
                for read in {value, root_of(value)}:
                    if found.setdefault(read, target) != target:
                        shared.add(read)
    return {value: target for value, target in found.items() if value not in shared}


def _constant_word(value: Value) -> str:
    """Return a name for a constant: what it holds, if that is one number or a row of them."""
    array = value.array
    if array is None or array.size == 0:
        return "values"
    flat = array.reshape(-1)
    if array.size > 1 and array.dtype.kind in "iu" and (np.diff(flat) == 1).all() and flat[0] == 0:
        return f"range_{array.size}"
    if (flat == flat[0]).all():
        words = {"zero": "zeros", "one": "ones"}
        word = number_word(number_text(flat[0]))
        return f"all_{words.get(word, word.removeprefix('c_'))}"
    return "constant"


def number_text(number: Any) -> str:
    """Return the shortest expression that reads back as a number of NumPy's, to the sign of 0."""
    if isinstance(number, complex | np.complexfloating):
        return f"complex({number.real!s}, {number.imag!s})"
    return str(number)


def number_word(text: str) -> str:
    """Return a name for a number: ``half``, ``c_0_01``, ``minus_2``, ``c_half_one_i``."""
    if text.startswith("complex("):
        parts = text.removeprefix("complex(").removesuffix(")").split(", ")
        real, imag = [number_word(part).removeprefix("c_") for part in parts]
        return f"c_{real}_{imag}_i"
    words = {"0": "zero", "0.5": "half", "1": "one", "2": "two", "3": "three", "10": "ten"}
    plain = text.removesuffix(".0")
    if len(plain) > LONG:
        plain = f"{float(plain):.4g}"
    sign = "minus_" if plain.startswith("-") else ""
    plain = plain.removeprefix("-")
    if plain in words:
        return sign + words[plain]
    return sign + "c_" + re.sub(r"\W", "_", plain.replace("e-", "em").replace("+", ""))


def _is_peak(x: object) -> bool:
    return type(x) is Value and type(x.origin) is Call and x.origin.function == "max"


def _has_bound(call: Call) -> bool:
    """Whether one operand is a constant."""
    return any([type(x) is not Value or x.origin is None for x in call.args])


def _clips(call: Call) -> bool:
    return call.note.operation.startswith("clip_grad")


def _alike(a: Value, b: Value) -> bool:
    return (a.shape, a.dtype, a.strides) == (b.shape, b.dtype, b.strides)


def _given(names: Sequence[str], place: int, otherwise: str) -> str:
    return names[place] if place < len(names) else f"{otherwise}{place}"
