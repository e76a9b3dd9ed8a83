"""Tape: writes down what is done with traced arrays, and does it on the arrays of this run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NoReturn

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.capturing.line import user_line
from autograd_lite.capturing.program import Call, Check, Note, Program, Source, Value
from autograd_lite.capturing.traced import Traced
from autograd_lite.errors import CaptureError

__all__ = ["CREATING", "VIEWING", "Tape", "numpy_function"]

VIEWING = frozenset(
    "getitem reshape transpose swapaxes expand_dims squeeze broadcast_to diagonal ravel moveaxis "
    "real imag asarray asanyarray ascontiguousarray view flip split array_split atleast_1d "
    "atleast_2d atleast_3d rollaxis rot90 fliplr flipud".split()
)
CREATING = frozenset(
    "zeros ones empty full arange eye identity linspace tri zeros_like ones_like empty_like "
    "full_like indices".split()
)
_ASKING = frozenset("result_type shape ndim size can_cast iscomplexobj isrealobj".split())
_REDUCTIONS = {
    "add": "sum",
    "multiply": "prod",
    "maximum": "max",
    "minimum": "min",
    "logical_and": "all",
    "logical_or": "any",
}
_ALIASES = {
    "amax": "max",
    "amin": "min",
    "true_divide": "divide",
    "abs": "absolute",
    "conj": "conjugate",
    "round": "around",
}
_POWERS = {2: "square", 0.5: "sqrt", -1: "reciprocal", 1: "positive"}
_EVERYTHING = (..., slice(None))


class Tape:
    """The calls of one run.

    Parameters
    ----------
    foreign : callable
        Returns what stands in for an array that is not traced yet.
    """

    def __init__(self, foreign: Callable[[Array], Traced]) -> None:
        self.program = Program()
        self.note = Note()
        self.foreign = foreign
        self.closed = False

    # ---- arrays come in

    def source(self, source: Source) -> Traced:
        """Return a traced array for one from outside."""
        array = source.array
        value = self._value(array, source)
        value.name = source.name
        self.program.inputs.append(value)
        return self._traced(array, value)

    def constant(self, array: Array) -> Traced:
        """Return a traced array for one that is the same in every run."""
        return self._traced(array, self._value(array, None))

    def _value(self, array: Any, origin: Call | Source | None) -> Value:
        self._count = count = getattr(self, "_count", -1) + 1
        return Value(count, array.shape, array.dtype, array.strides, origin, array)

    def _traced(self, array: Any, value: Value) -> Traced:
        made = object.__new__(Traced)
        made.array = array
        made.tape = self
        made.value = value
        made.owner = made
        made.recipe = None
        made.stamp = 0
        return made

    # ---- calls

    def call(self, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Do and write down one array function."""
        if self.closed:
            self.refuse("it is used after the captured function has ended")
        if name.endswith(".at"):
            return self.write(name, args[0], args[1:])
        out = None
        if "out" in options:
            options = dict(options)
            out = options.pop("out")
            out = out[0] if type(out) is tuple else out
        name = _ALIASES.get(name, name)
        if name == "power" and type(args[1]) in (int, float) and args[1] in _POWERS:
            if args[0].dtype.kind in "fc":
                name, args = _POWERS[args[1]], args[:1]
        arrays, values = self._lowered(args)
        chosen, named = self._lowered(options) if options else (options, options)
        result = numpy_function(name)(*arrays, **chosen)
        if name in _ASKING:
            return result
        if name in CREATING:
            return self.constant(result)
        made = self._written_down(name, args, options, values, named, result)
        return made if out is None else self._put(out, made)

    def reduce(self, name: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Write down the reduction of a ufunc under the name of its function."""
        if name not in _REDUCTIONS:
            return self.call(f"{name}.reduce", inputs, options)
        chosen = {key: value for key, value in options.items() if value is not None}
        axis = inputs[1] if len(inputs) > 1 else options.get("axis", 0)
        chosen["axis"] = axis
        return self.call(_REDUCTIONS[name], inputs[:1], chosen)

    def _written_down(
        self, name: str, args: Any, options: Any, values: Any, named: Any, result: Any
    ) -> Any:
        several = type(result) is tuple or type(result) is list
        results = [self._as_array(x, name) for x in (result if several else (result,))]
        call = Call(name, values, named, (), None, self.note)
        made = [self._traced(x, self._value(x, call)) for x in results]
        call.results = tuple([one.value for one in made])
        self.program.calls.append(call)
        if name in VIEWING:
            for i, one in enumerate(made):
                self._as_view(one, i if several else None, name, args, options)
        if not several:
            return made[0]
        return tuple(made) if type(result) is tuple else made

    def _as_view(self, made: Traced, place: int | None, name: str, args: Any, options: Any) -> None:
        """Note that a result shares the memory of its first operand, if it does."""
        parent = args[0]
        if type(parent) is not Traced or not np.may_share_memory(made.array, parent.array):
            return

        def again() -> Traced:
            found = self.call(name, args, options)
            return found if place is None else found[place]  # type: ignore[no-any-return]

        made.value.view_of = parent.value
        made.owner = parent.owner
        made.stamp = parent.owner.stamp
        made.recipe = again

    def _as_array(self, x: Any, name: str) -> Any:
        if type(x) is np.ndarray:
            return x
        if isinstance(x, np.generic | np.ndarray):
            return np.asarray(x)
        self.refuse(f"{name} turns it into a {type(x).__name__}")

    # ---- writes

    def write(self, name: str, target: Any, args: tuple[Any, ...]) -> None:
        """Do and write down what overwrites a part of an array."""
        owner: Traced = target.owner
        if name == "setitem" and target is owner and _is_everything(args[0]):
            self._put(target, self._as_traced(args[1]))
            return
        before = owner.value
        self._own(owner)
        arrays, values = self._lowered((target, *args))
        numpy_function(name)(*arrays)
        call = Call(name, values, {}, (), before, self.note)
        owner.value = self._value(owner.array, call)
        call.results = (owner.value,)
        self.program.calls.append(call)
        owner.stamp += 1

    def _put(self, target: Traced, made: Any) -> Traced:
        """Let an array hold what was computed for it."""
        if target.owner is not target:
            self.write("setitem", target, (..., made))
            return target
        if made.dtype != target.dtype:
            made = made.astype(target.dtype)
        if made.shape != target.shape:
            made = self.call("copy", (self.call("broadcast_to", (made, target.shape), {}),), {})
        self._own(target)
        target.array[...] = made.array
        target.value = made.value
        target.stamp += 1
        return target

    def _own(self, owner: Traced) -> None:
        """Give an array memory of its own before the first write: this run has no effects."""
        if owner.stamp == 0:
            owner.array = owner.array.copy()

    def draw(
        self, source: Any, function: Callable[..., Array], arguments: Any, drawn: Array
    ) -> Traced:
        """Write down random numbers, which every run draws anew."""
        call = Call("draw", (source, function, *arguments), {}, (), None, self.note)
        made = self._traced(drawn, self._value(drawn, call))
        call.results = (made.value,)
        self.program.calls.append(call)
        return made

    # ---- inside

    def _as_traced(self, x: Any) -> Traced:
        return x if type(x) is Traced else self.foreign(np.asarray(x))

    def _lowered(self, nested: Any) -> tuple[Any, Any]:
        """Return nested arguments twice: with arrays to compute with, and with values."""
        kind = type(nested)
        if kind is Traced:
            if nested.owner.stamp != nested.stamp and nested.recipe is not None:
                fresh = nested.recipe()
                nested.array, nested.value, nested.stamp = fresh.array, fresh.value, fresh.stamp
            return nested.array, nested.value
        if kind is np.ndarray:
            return self._lowered(self.foreign(nested))
        if kind is tuple or kind is list:
            pairs = [self._lowered(item) for item in nested]
            return kind([a for a, _ in pairs]), kind([v for _, v in pairs])
        if kind is dict:
            found = {key: self._lowered(item) for key, item in nested.items()}
            return {k: a for k, (a, _) in found.items()}, {k: v for k, (_, v) in found.items()}
        return nested, nested

    def value_of(self, x: Traced) -> Value:
        """Return the value that a traced array has now."""
        value: Value = self._lowered(x)[1]
        return value

    def check(self, condition: Any, message: str, error: type[Exception] | None) -> None:
        """Write down what must hold."""
        self.program.checks.append(Check(self.value_of(condition), message, error))

    def refuse(self, why: str) -> NoReturn:
        """Raise because a traced array would leave what can be traced."""
        line = user_line()
        msg = (
            f"capture: {line}: the value of a traced array is not known while it is captured, but "
            f"{why}; return it from the captured function and look at it there, or use "
            "autograd_lite's functions (where, maximum, …) in its place."
        )
        raise CaptureError(msg)


def _is_everything(index: Any) -> bool:
    return index is ... or (type(index) is slice and index == slice(None))


@lru_cache(maxsize=512)
def numpy_function(name: str) -> Callable[..., Any]:
    """Return what a call's name stands for."""
    own = _OWN.get(name)
    if own is not None:
        return own
    found: Any = np
    for part in name.split("."):
        found = getattr(found, part)
    return found  # type: ignore[no-any-return]


def _getitem(x: Array, index: Any) -> Any:
    return x[index]


def _setitem(x: Array, index: Any, value: Any) -> None:
    x[index] = value


def _astype(x: Array, dtype: np.dtype[Any]) -> Array:
    return x.astype(dtype)


def _view(x: Array, dtype: np.dtype[Any]) -> Array:
    return x.view(dtype)


def _copy(x: Array) -> Array:
    return x.copy()


_OWN: dict[str, Callable[..., Any]] = {
    "getitem": _getitem,
    "setitem": _setitem,
    "astype": _astype,
    "copy": _copy,
    "view": _view,
}
