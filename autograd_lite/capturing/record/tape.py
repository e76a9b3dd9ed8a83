"""Tape: writes down what is done with traced arrays, and does it on the arrays of this run."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.capturing.plan.knowledge import elementwise
from autograd_lite.capturing.program import Call, Check, Note, Program, Source, Value
from autograd_lite.capturing.record.kernels import KERNELS
from autograd_lite.capturing.record.line import user_line
from autograd_lite.capturing.record.packages import function_at
from autograd_lite.capturing.record.traced import Traced
from autograd_lite.capturing.record.vocabulary import (
    ALIASES,
    ASKING,
    CREATING,
    DEPENDING,
    POWERS,
    REDUCING,
    SPECIAL,
    VIEWING,
)
from autograd_lite.errors import CaptureError

__all__ = ["Tape", "numpy_function"]


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
        self.values = -1
        self.refusal: CaptureError | None = None  # which the function may have caught

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
        self.values += 1
        return Value(self.values, array.shape, array.dtype, array.strides, origin, array)

    def _traced(self, array: Any, value: Value) -> Traced:
        made = object.__new__(Traced)
        made.array = array
        made.tape = self
        made.value = value
        made.owner = made
        made.recipe = None
        made.stamp = 0
        made.scalar = False
        return made

    # ---- calls

    def call(self, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Do and write down one array function."""
        if self.closed:
            self.refuse("it is used after the captured function has ended")
        if name in ALIASES:
            name = ALIASES[name]
        elif name in SPECIAL or name.endswith(".at"):
            if name != "power" and name != "getitem":
                return self.write(name, args[0], args[1:], options)
            name, args = self._spelled(name, args)
        if options and "out" in options:
            return self._into(name, args, dict(options))
        if options and "where" in options and elementwise(name):
            self.refuse(
                f"{name} with where= leaves the rest of its result to chance; pass out= too"
            )
        arrays, values = self._lowered(args)
        chosen, named = self._lowered(options) if options else (options, options)
        result = numpy_function(name)(*arrays, **chosen)
        if type(result) is np.ndarray and _stays(name, args, options):
            return self.constant(result)
        if name in ASKING:
            return result
        return self._written_down(name, args, options, values, named, result)

    def _spelled(self, name: str, args: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        """Return how NumPy's operator goes about a power; look after masks in an index."""
        if name == "getitem":
            self._count(args[1])
        elif type(args[1]) in (int, float) and args[1] in POWERS and args[0].dtype.kind in "fc":
            return POWERS[args[1]], args[:1]
        return name, args

    def _into(self, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Traced:
        """Do and write down a function that is told where its result goes."""
        out = options.pop("out")
        out = out[0] if type(out) is tuple else out
        out = self.foreign(out) if type(out) is np.ndarray else out
        where = options.pop("where", True) if elementwise(name) else True
        made = self.call(name, args, options)
        if where is True:
            return self._put(out, made)
        self.write("copyto", out, (made,), {"where": where})
        return out

    def _count(self, index: Any) -> None:
        """Require that a mask picks as many elements in every run."""
        if type(index) is tuple:
            for part in index:
                self._count(part)
            return
        if type(index) is np.ndarray:
            index = self.foreign(index)
        if type(index) is Traced and index.dtype == np.bool_ and index.value.origin is not None:
            count = int(np.count_nonzero(index.array))
            same = self.call("sum", (index,), {}) == count
            msg = f"capture: {user_line()}: a mask picks another number of elements than the "
            msg += f"{count} of when it was captured; use where, or numbers in place of the mask."
            self.check(same, msg, CaptureError)

    def reduce(self, name: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Write down the reduction of a ufunc under the name of its function."""
        if name not in REDUCING:
            return self.call(f"{name}.reduce", inputs, options)
        chosen = {key: value for key, value in options.items() if value is not None}
        axis = inputs[1] if len(inputs) > 1 else options.get("axis", 0)
        chosen["axis"] = axis
        return self.call(REDUCING[name], inputs[:1], chosen)

    def _written_down(
        self, name: str, args: Any, options: Any, values: Any, named: Any, result: Any
    ) -> Any:
        note = self.note if self.note.phase else Note("", "", "", user_line())
        call = Call(name, values, named, (), None, note)
        several = isinstance(result, tuple | list)  # linalg names its tuples
        made = [self._made(x, call) for x in result] if several else [self._made(result, call)]
        call.results = tuple([one.value for one in made])
        self.program.calls.append(call)
        if name in VIEWING:
            for i, one in enumerate(made):
                self._as_view(one, i if several else None, name, args, options)
        elif name in DEPENDING or (name == "repeat" and type(args[1]) is Traced):
            self.refuse(f"the shape of what {name} returns depends on it")
        if not several:
            return made[0]
        return tuple(made) if isinstance(result, tuple) else made

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

    def _made(self, x: Any, call: Call) -> Traced:
        if type(x) is np.ndarray:
            return self._traced(x, self._value(x, call))
        if not isinstance(x, np.generic | np.ndarray):
            self.refuse(f"{call.function} turns it into a {type(x).__name__}")
        array = np.asarray(x)
        made = self._traced(array, self._value(array, call))
        made.scalar = isinstance(x, np.generic)
        return made

    # ---- writes

    def write(
        self, name: str, target: Any, args: tuple[Any, ...], options: dict[str, Any] | None = None
    ) -> None:
        """Do and write down what overwrites a part of an array."""
        owner: Traced = target.owner
        if target is not owner and not target.array.flags.writeable:
            msg = "assignment destination is read-only"  # as NumPy says
            raise ValueError(msg)
        if name == "setitem" and target is owner and _fits(target, *args):
            self._put(target, args[1])
            return
        before = owner.value
        self._own(owner)
        arrays, values = self._lowered((target, *args))
        chosen, named = self._lowered(options) if options else ({}, {})
        numpy_function(name)(*arrays, **chosen)
        call = Call(name, values, named, (), before, self.note)
        owner.value = self._value(owner.array, call)
        call.results = (owner.value,)
        self.program.calls.append(call)
        owner.stamp += 1

    def _put(self, target: Traced, made: Traced) -> Traced:
        """Let an array hold what was computed for it."""
        self._lowered(made)  # a view may be older than what it shows
        if made.dtype != target.dtype:
            made = made.astype(target.dtype)
        if target.owner is not target or not _fits(target, ..., made):
            self.write("setitem", target, (..., made))
            return target
        if made.array.flags.writeable:
            target.array = made.array  # every write copies first
        else:
            target.array = made.array.copy(order="K")
        target.value = made.value
        target.stamp += 1
        return target

    def _own(self, owner: Traced) -> None:
        """Give an array new memory before a write: what the run computed with stays as it was."""
        owner.array = owner.array.copy(order="K")
        owner.stamp += 1  # views are of the old memory

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

    def _lowered(self, nested: Any) -> tuple[Any, Any]:
        """Return nested arguments twice: with arrays to compute with, and with values."""
        kind = type(nested)
        if kind is tuple:
            arrays, values = [], []
            for x in nested:
                kind = type(x)
                if kind is float or kind is int:
                    arrays.append(x)
                    values.append(x)
                    continue
                if kind is Traced and x.owner is x and x.tape is self:  # nothing to look after
                    arrays.append(x.array)
                    values.append(x.value)
                    continue
                array, value = self._lowered(x)
                arrays.append(array)
                values.append(value)
            return tuple(arrays), tuple(values)
        if kind is Traced:
            if nested.tape is not self:
                nested.tape.refuse("it is used after the captured function has ended")
            if nested.owner.stamp != nested.stamp and nested.recipe is not None:
                fresh = nested.recipe()
                nested.array, nested.value, nested.stamp = fresh.array, fresh.value, fresh.stamp
            return nested.array, nested.value
        if kind is np.ndarray:
            return self._lowered(self.foreign(nested))
        if kind is list:
            pairs = [self._lowered(item) for item in nested]
            return [a for a, _ in pairs], [v for _, v in pairs]
        if kind is dict:
            found = {key: self._lowered(item) for key, item in nested.items()}
            return {k: a for k, (a, _) in found.items()}, {k: v for k, (_, v) in found.items()}
        if isinstance(nested, np.ndarray):
            self.refuse(
                f"it meets a {kind.__module__}.{kind.__name__}, not an array of NumPy's own"
            )
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
        self.refusal = CaptureError(msg)
        raise self.refusal


def _stays(name: str, args: tuple[Any, ...], options: dict[str, Any]) -> bool:
    """Whether a call reads nothing but constants, so that its result is one too."""
    if name.endswith("_like"):
        args = args[1:]  # of what it is to be like it reads no element
    for x in (*args, *options.values()) if options else args:
        kind = type(x)
        if kind is Traced:
            if x.value.origin is not None:
                return False
        elif kind is tuple or kind is list:
            if name not in CREATING or Traced in map(type, x):
                return False
        elif kind is np.ndarray:
            return False
    return name not in VIEWING


def _fits(target: Traced, index: Any, new: Any) -> bool:
    """Whether an array can simply take another's place as what the target holds."""
    whole = index is ... or (type(index) is slice and index == slice(None))
    if not whole or type(new) is not Traced:
        return False
    return (new.shape, new.dtype, new.strides) == (target.shape, target.dtype, target.strides)


@lru_cache(maxsize=512)
def numpy_function(name: str) -> Callable[..., Any]:
    """Return what a call's name stands for."""
    own = _OWN.get(name) or KERNELS.get(name)
    if own is not None:
        return own
    return function_at(name)  # type: ignore[no-any-return]


def _getitem(x: Array, index: Any) -> Any:
    return x[index]


def _setitem(x: Array, index: Any, value: Any) -> None:
    x[index] = value


def _astype(x: Array, dtype: np.dtype[Any]) -> Array:
    return x.astype(dtype)


def _view(x: Array, dtype: np.dtype[Any]) -> Array:
    return x.view(dtype)


def _copy(x: Array, order: Any = "C", **_options: Any) -> Array:
    return x.copy(order)


_OWN: dict[str, Callable[..., Any]] = {
    "getitem": _getitem,
    "setitem": _setitem,
    "astype": _astype,
    "copy": _copy,
    "empty": np.zeros,  # whose elements are the same in every run
    "empty_like": np.zeros_like,
    "view": _view,
}
