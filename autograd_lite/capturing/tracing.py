"""Tracing: one run of a function on traced arrays, which leaves nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from threading import RLock, get_ident
from typing import Any

import numpy as np

from autograd_lite.arrays import GATE, Array
from autograd_lite.arrays.entering import immutable
from autograd_lite.capturing import library
from autograd_lite.capturing.line import user_line
from autograd_lite.capturing.notes import Notes
from autograd_lite.capturing.program import Effect, Gradient, Note, Program, Source
from autograd_lite.capturing.tape import Tape
from autograd_lite.capturing.traced import Traced
from autograd_lite.capturing.trees import Build, built, stand_ins
from autograd_lite.errors import CaptureError
from autograd_lite.graph import Variable
from autograd_lite.graph.hooks import subscribe, unsubscribe
from autograd_lite.graph.scopes import observed

__all__ = ["Run", "Tracing", "trace"]

LIBRARY = library.LIBRARY
_TRACING = RLock()  # one function at a time: there is one gate


@dataclass(eq=False, slots=True)
class Run:
    """What one traced run came to.

    Attributes
    ----------
    program : Program
    key : object
        Tells whether two runs returned the same things.
    build : callable
        Makes what the function returns of the program's outputs.
    relied : list of (holder, attribute, object)
        Attributes that the run depends on, and what they held.
    """

    program: Program
    key: Any
    build: Build
    relied: list[tuple[Any, str, Any]]
    sensitive: list[tuple[Any, bool]]  # leaves whose gradient was read, and whether there was one


@dataclass(slots=True)
class Held:
    """The gradient of a leaf before the run, and whether the run looked at it first."""

    array: Any
    reads: bool
    traced: Any


class Tracing:
    """The tracer that stands in the gate during one run: see :class:`arrays.Tracer`."""

    def __init__(self, *, careful: bool = False) -> None:
        self.careful = careful
        self.thread = get_ident()
        self.tape = Tape(lambda array: self.enter(array, None))
        self.known: dict[int, Traced] = {}
        self.kept: list[Any] = []  # what is known by its identity must not go
        self.sources: list[tuple[Traced, Any]] = []  # with the value that each had at first
        self.held: dict[Variable, Held] = {}
        self.relied: dict[tuple[int, str], tuple[Any, str, Any]] = {}
        self.generators: dict[int, Any] = {}

    # ---- what the gate asks

    def enter(self, x: Any, holder: Any) -> Any:
        """Return what stands in for an array."""
        if type(x) is not np.ndarray or get_ident() != self.thread:
            return x
        found = self.known.get(id(x))
        if found is None:
            found = self.known[id(x)] = self._entered(x, holder)
            self.kept.append(x)
        elif isinstance(holder, Variable) and holder._req:
            origin = found.owner.value.origin
            if type(origin) is Source and origin.kind == "leaf":
                origin.holder = holder  # not a constant that shares its memory
        return found

    def _entered(self, x: Array, holder: Any) -> Traced:
        if immutable(x):
            return self.tape.constant(x)
        if isinstance(holder, Variable) and holder._data is x:
            return self.source(Source("leaf", holder, x, holder.name or ""))
        return self.source(Source("array", None, x))

    def source(self, source: Source) -> Traced:
        """Return a traced array for one from outside."""
        made = self.tape.source(source)
        self.sources.append((made, made.value))
        return made

    def require(self, condition: Any, message: str, error: type[Exception]) -> None:
        """Keep a check of values that are traced; look at others now."""
        if type(condition) is Traced:
            self.tape.check(condition, message, error)
        elif not condition:
            raise error(message)

    def touch(self, leaf: Variable, *, reads: bool) -> None:
        """Put a traced gradient in the place of a leaf's own, the first time."""
        if get_ident() != self.thread or leaf in self.held or type(leaf._data) is Traced:
            return
        before = leaf._grad
        traced = None if before is None else self.source(Source("gradient", leaf, before))
        self.held[leaf] = Held(before, reads, traced)
        leaf._grad = traced  # type: ignore[assignment]

    def rely(self, holder: object, attribute: str) -> None:
        """Note which object an attribute holds."""
        if get_ident() == self.thread:
            key = id(holder), attribute
            self.relied.setdefault(key, (holder, attribute, getattr(holder, attribute)))

    def draw(self, source: Any, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Draw from a copy of the generator now, and from itself in each later run."""
        if get_ident() != self.thread:
            return function(*arguments, getattr(source, "generator", source))
        copied = self.generators.get(id(source))
        if copied is None:
            copied = deepcopy(getattr(source, "generator", source))
            self.generators[id(source)] = copied
            self.kept.append(source)
        return self.tape.draw(source, function, arguments, function(*arguments, copied))

    def forbid(self, what: str, instead: str) -> None:
        """Refuse what a later run could not repeat."""
        if get_ident() == self.thread:
            msg = f"capture: {user_line()}: {what} inside the captured function; {instead}."
            raise CaptureError(msg)

    def begin(self, part: str) -> None:
        """Note which part of the program starts, or that it ends."""
        self.tape.note = Note("update", part, "", user_line()) if part else Note()

    # ---- the run

    def run(self, function: Callable[..., Any], args: Any, options: Any, arrays: list[Any]) -> Run:
        """Run the function on traced arguments and write down all that it did."""
        traced = []
        for place, array in enumerate(arrays):
            traced.append(self.source(Source("argument", place, array)))
            self.known[id(array)] = traced[-1]
        try:
            returned = function(*stand_ins(args, traced), **stand_ins(options, traced))
            outputs: list[Any] = []
            key, build = built(returned, lambda x: self._output(x, outputs))
            program = self._finished(outputs)
        finally:
            self.tape.closed = True
            for leaf, held in self.held.items():
                leaf._grad = held.array
        sensitive = [(leaf, h.array is not None) for leaf, h in self.held.items() if h.reads]
        return Run(program, key, build, list(self.relied.values()), sensitive)

    def _output(self, x: Any, outputs: list[Any]) -> int:
        outputs.append(x if type(x) is Traced else self.enter(np.asarray(x), None))
        return len(outputs) - 1

    def _finished(self, outputs: list[Traced]) -> Program:
        """Write down what the run leaves behind."""
        program = self.tape.program
        program.outputs = [self.tape.value_of(x) for x in outputs]
        for traced, first in self.sources:
            if traced.value is not first:
                program.effects.append(Effect(first, traced.value))
        written = {effect.source.origin.holder for effect in program.effects}  # type: ignore[union-attr]
        for leaf, held in self.held.items():
            after: Any = leaf._grad
            if after is held.traced:
                continue  # as before, or written in place
            if type(after) is not Traced:
                program.gradients.append(Gradient(leaf, None))
            elif leaf in written and not held.reads:
                program.gradients.append(Gradient(leaf, None))  # used up
            else:
                program.gradients.append(Gradient(leaf, self.tape.value_of(after)))
        return program


def trace(
    function: Callable[..., Any], args: Any, options: Any, arrays: list[Any], *, careful: bool
) -> Run:
    """Run a function once on traced arrays.

    Parameters
    ----------
    function : callable
    args, options : tuple and dict
        What it is called with.
    arrays : list of array
        Those in `args` and `options`, in order.
    careful : bool
        Write down, too, what keeps a gradient of 0 from becoming NaN.
    """
    with _TRACING, np.errstate(all="ignore"), observed():
        tracing = Tracing(careful=careful)
        notes = Notes(tracing.tape, tracing.thread)
        subscribe(notes)
        GATE.tracer = tracing
        try:
            return tracing.run(function, args, options, arrays)
        finally:
            GATE.tracer = None
            unsubscribe(notes)
