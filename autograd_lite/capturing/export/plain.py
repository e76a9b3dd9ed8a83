"""Plain programs: a function of a batch of any size, as expressions that need no fixed memory.

A program is for one shape. To tell what in it is the size of the batch, the function is traced
with two other sizes: what differs must be a multiple of the size, or a number over it. What comes
out is run on further sizes before anybody is given it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.capturing.plan.knowledge import is_view
from autograd_lite.capturing.plan.memory import Layout
from autograd_lite.capturing.plan.simplify import simplified
from autograd_lite.capturing.program import Call, Program, Value, source_of
from autograd_lite.capturing.record.kernels import KERNELS
from autograd_lite.capturing.record.packages import function_at
from autograd_lite.capturing.record.tracing import Run, trace
from autograd_lite.capturing.record.trees import flattened, stand_ins
from autograd_lite.capturing.write.comments import comments_of
from autograd_lite.capturing.write.naming import names_of
from autograd_lite.capturing.write.origins import Origin
from autograd_lite.capturing.write.paragraphs import Group, groups_of
from autograd_lite.capturing.write.statements import ATOM, Formulas
from autograd_lite.errors import AutogradError
from autograd_lite.graph import enable_grad, no_grad

__all__ = ["Plain", "plain_of"]

UNSAID = {"draw", *KERNELS}  # calls that are no function of NumPy's
FURTHER = (1, 2, 5, 64)  # sizes that a program must be right for
CLOSE = 1e-5  # relative: another size may let BLAS add in another order


class NotPlainError(Exception):
    """A program that cannot be written for batches of any size, and why."""


@dataclass(frozen=True, slots=True)
class Size:
    """A number that is `factor` times the size of the batch, or `factor` over it."""

    factor: float
    over: bool = False
    dtype: np.dtype[Any] | None = None  # of an array of it; None for Python's own

    def __str__(self) -> str:
        number = int(self.factor) if self.factor == int(self.factor) else self.factor
        if self.over:
            return f"{number} / n"
        return "n" if number == 1 else f"{number} * n"


@dataclass(slots=True)
class Plain:
    """A program for batches of any size.

    Attributes
    ----------
    lines : list of str
        The body of a function, without its return.
    imports : set of str
        From NumPy, and ``special`` from SciPy.
    arguments : list of (str, shape, dtype)
        The shape without its first axis.
    outside : dict of str to array
        What the lines read besides.
    outputs : list of str
    """

    lines: list[str]
    imports: set[str]
    arguments: list[tuple[str, tuple[int, ...], np.dtype[Any]]]
    outside: dict[str, Array]
    outputs: list[str]


def plain_of(origin: Origin) -> Plain | None:
    """Return the program of a function for batches of any size; None if it has none."""
    if origin.called is None:
        return None
    arrays: list[Array] = []
    flattened(origin.called[1:], arrays)
    sizes = {x.shape[0] if x.ndim else 0 for x in arrays}
    if len(sizes) != 1 or 0 in sizes:
        return None
    own = sizes.pop()
    for first, second in ((own + 1, own + 2), (own + 65, own + 66)):
        try:
            plain = _general(origin, first, second)
            if _right(plain, origin):
                return plain
        except (NotPlainError, AutogradError, ArithmeticError, ValueError):
            continue
    return None


# ---- two traces


def _run(origin: Origin, size: int, seed: int = 0) -> tuple[Run, list[Array]]:
    """Trace the function with a batch of some size."""
    assert origin.called is not None
    function, *given = origin.called
    arrays: list[Array] = []
    flattened(tuple(given), arrays)
    rng = np.random.default_rng(seed)
    batch = [_numbers(rng, (size, *x.shape[1:]), x.dtype) for x in arrays]
    args, options = stand_ins(given, list(batch))
    placed: list[Array] = []
    flattened((args, options), placed)
    with enable_grad() if origin.records else no_grad():
        return trace(function, args, options, placed), placed


def _numbers(rng: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    if dtype.kind == "f":
        return rng.standard_normal(shape).astype(dtype)
    return rng.integers(0, 2, shape).astype(dtype)  # labels, of two classes or more


def _general(origin: Origin, first: int, second: int) -> Plain:
    """Return a program that agrees with those of two sizes."""
    run, _ = _run(origin, first)
    one, other = simplified(run.program), simplified(_run(origin, second)[0].program)
    if one.effects or one.gradients or len(one.calls) != len(other.calls):
        raise NotPlainError
    if len(one.checks) != len(other.checks):
        raise NotPlainError
    same = _Same(first, second)
    for mine, theirs in zip(one.inputs, other.inputs, strict=True):
        same.pair(mine, theirs)
    for call, twin in zip(one.calls, other.calls, strict=True):
        same.merge(call, twin)
    return _written(one, origin)


class _Same:
    """What two programs have in common."""

    def __init__(self, first: int, second: int) -> None:
        self.first, self.second = first, second
        self.pairs: dict[Value, Value] = {}

    def pair(self, mine: Value, theirs: Value) -> None:
        self.pairs[mine] = theirs

    def merge(self, call: Call, twin: Call) -> None:
        """Let a call have sizes in place of the numbers that differ."""
        if call.function != twin.function or call.writes is not None or call.function in UNSAID:
            raise NotPlainError
        call.args = self.merged(call.args, twin.args)
        call.options = self.merged(call.options, twin.options)
        for mine, theirs in zip(call.results, twin.results, strict=True):
            self.pair(mine, theirs)

    def merged(self, a: Any, b: Any) -> Any:
        kind = type(a)
        if kind is not type(b):
            raise NotPlainError
        if kind is Value:
            return self._value(a, b)
        if kind is tuple or kind is list:
            return kind([self.merged(x, y) for x, y in zip(a, b, strict=True)])
        if kind is dict:
            return {key: self.merged(x, b[key]) for key, x in a.items()}
        if kind is slice:
            parts = [self.merged(getattr(a, p), getattr(b, p)) for p in ("start", "stop", "step")]
            return slice(*parts)
        if a == b or (a != a and b != b):
            return a
        return self._size(a, b)

    def _value(self, a: Value, b: Value) -> Any:
        if a.origin is not None:
            if self.pairs.get(a) is not b:
                raise NotPlainError
            return a
        if b.origin is None and a.shape == b.shape and np.array_equal(a.array, b.array):
            return a
        if b.origin is None and a.shape == b.shape == ():
            return replace(self._size(a.array.item(), b.array.item()), dtype=a.dtype)
        raise NotPlainError

    def _size(self, a: Any, b: Any) -> Size:
        """Return what is one number for the one size and another for the other."""
        if type(a) not in (int, float):
            raise NotPlainError
        if a * self.second == b * self.first:
            return Size(a / self.first)
        factor = a * self.first
        if np.isclose(factor, b * self.second, rtol=1e-6):
            whole = round(factor)
            return Size(whole if np.isclose(factor, whole, rtol=1e-9) else factor, over=True)
        raise NotPlainError


# ---- writing


class _Exact(Formulas):
    """Formulas that compute what the calls compute: conversions and options are written out."""

    longest = 1000

    def __init__(self, program: Program, groups: Any) -> None:
        super().__init__(program, groups)
        self.imports: set[str] = set()

    def _says_more(self, _call: Call) -> bool:
        return True

    def _is_named(self, _view: Value, _call: Call) -> bool:
        return False

    def of(self, value: Value) -> str:
        """Return how a value is written where it is used."""
        return self._of(value)[0]

    def _told(self, call: Call) -> dict[str, Any]:
        return call.options

    def _digits(self, number: Any) -> str:
        return str(number)

    def _of(self, x: Any) -> tuple[str, int]:
        if type(x) is Size and x.dtype is not None:
            return f"{self._dtype(x.dtype)}({x})", ATOM
        if type(x) is Size:
            return f"({x})" if x.over or " " in str(x) else str(x), ATOM
        if type(x) is Value and x.origin is None:
            if x.shape == ():
                return f"{self._dtype(x.dtype)}({x.array[()]})", ATOM
            return self.names[x], ATOM
        if type(x) is tuple:
            inner = ", ".join([self._of(item)[0] for item in x])
            return f"({inner},)" if len(x) == 1 else f"({inner})", ATOM
        if isinstance(x, np.dtype):
            return self._dtype(x), ATOM
        if type(x) is float and not np.isfinite(x):
            self.imports.add("nan" if x != x else "inf")
        return super()._of(x)

    def _dtype(self, dtype: np.dtype[Any]) -> str:
        name = "bool_" if dtype.kind == "b" else str(dtype)
        self.imports.add(name)
        return name

    def _expression(self, call: Call) -> tuple[str, int]:
        if call.function == "astype":
            inner = self._within(call.args[0], ATOM)
            return f"{inner}.astype({self._of(call.args[1])[0]})", ATOM
        if call.function == "copy":
            return f"{self._within(call.args[0], ATOM)}.copy()", ATOM
        text, binding = super()._expression(call)
        if binding == ATOM and text.startswith(f"{call.function}("):
            self.imports.add(call.function.partition(".")[0])
        return text, binding


def _written(program: Program, origin: Origin) -> Plain:
    """Write a program that was found to be the same for two sizes."""
    if any([v.origin is None for v in program.outputs]):
        raise NotPlainError
    groups = groups_of(program.calls)
    exact = _Exact(program, groups)
    layout = Layout([*program.calls], len(program.calls))
    exact.names = names_of(program, layout, exact, origin)
    lines = list(_lines(program, groups, exact))
    arguments = []
    outside = _constants(program, exact.names)
    for value in program.inputs:
        source, name = source_of(value), exact.names[value]
        if source.kind == "argument":
            arguments.append((source.holder, (name, value.shape[1:], value.dtype)))
        else:
            outside[name] = source.array
    told = [argument for _, argument in sorted(arguments)]
    return Plain(lines, exact.imports, told, outside, [exact.of(v) for v in program.outputs])


def _lines(program: Program, groups: Sequence[Group], exact: _Exact) -> Iterator[str]:
    """Yield the statements with their comments, and the checks."""
    comments = comments_of(program, groups, None)
    checks = {check.value: check for check in program.checks if check.error is not None}
    for group in groups:
        statements = exact.statements(group.calls)
        ends = [c for c in group.calls if not is_view(c) and not exact.inlined(c.results[0])]
        if len(statements) != len(ends):
            raise NotPlainError
        for call in group.calls:
            above = comments.get(call, [])
            yield from [line for line in above if not line.startswith("# ----")]  # one phase
            if call in statements:
                yield statements[call]
            check = checks.get(call.results[0])
            if check is not None:
                yield f"if not {exact.of(check.value)}:"
                yield f"    raise ValueError({check.message!r})"


def _constants(program: Program, names: dict[Value, str]) -> dict[str, Array]:
    """Return the arrays that are the same in every run, by name."""
    operands = [value for call in program.calls for value in call.operands]
    return {names[v]: v.array for v in operands if v.origin is None and v.shape != ()}


# ---- is it right?


def _right(plain: Plain, origin: Origin) -> bool:
    """Whether the lines compute what the function computes, for further sizes."""
    names = ", ".join([name for name, *_ in plain.arguments])
    body = "\n".join(
        ["    " + line for line in [*plain.lines, f"return [{', '.join(plain.outputs)}]"]]
    )
    scope: dict[str, Any] = {name: function_at(name) for name in plain.imports} | plain.outside
    code = compile(f"def program(n, {names}):\n{body}", "<exported>", "exec")
    FunctionType(code, scope)()
    for seed, size in enumerate(FURTHER, 1):
        run, arrays = _run(origin, size, seed)
        found = scope["program"](size, *arrays)
        for value, computed in zip(run.program.outputs, found, strict=True):
            computed = np.asarray(computed)
            if computed.shape != value.shape or computed.dtype != value.dtype:
                return False
            if not np.allclose(computed, value.array, CLOSE, CLOSE, equal_nan=True):
                return False
    return True
