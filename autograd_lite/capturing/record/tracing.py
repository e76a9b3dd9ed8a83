"""Tracing: one run of a function on traced arrays, which leaves nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from threading import get_ident
from typing import Any

import numpy as np

from autograd_lite.arrays import GATE, Array, is_array
from autograd_lite.arrays.entering import immutable
from autograd_lite.capturing.program import Call, Effect, Gradient, Note, Program, Role, Source
from autograd_lite.capturing.record import library
from autograd_lite.capturing.record.elements import same_elements
from autograd_lite.capturing.record.line import user_line
from autograd_lite.capturing.record.notes import Notes
from autograd_lite.capturing.record.tape import Tape
from autograd_lite.capturing.record.traced import Traced
from autograd_lite.capturing.record.trees import Build, built, stand_ins
from autograd_lite.capturing.replay.overlap import refuse_overlaps
from autograd_lite.errors import CaptureError
from autograd_lite.graph import Variable
from autograd_lite.graph.gradients import PUBLISHING
from autograd_lite.graph.hooks import subscribe, unsubscribe
from autograd_lite.graph.scopes import observed

__all__ = ["Run", "Tracing", "is_tracing", "trace"]

LIBRARY = library.LIBRARY
WRITTEN = (
    "capture: the captured function writes with NumPy into an array that the program reads, which "
    "a program would not do; make a new array, or pass it as an argument."
)


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
    sensitive : list of (Variable, bool)
        Leaves whose gradient was read, and whether there was one.
    before : list of (array, array)
        Arrays of others, and copies of what they held.
    """

    program: Program
    key: Any
    build: Build
    relied: list[tuple[Any, str, Any]]
    sensitive: list[tuple[Any, bool]]
    before: list[tuple[Array, Array]]

    def require_unchanged(self) -> None:
        """Refuse an array that NumPy itself wrote into meanwhile: no tracer sees that."""
        for array, before in self.before:
            if not same_elements(array, before):
                raise CaptureError(WRITTEN)


@dataclass(slots=True)
class Held:
    """The gradient of a leaf before the run, and whether the run looked at it first."""

    array: Any
    reads: bool
    traced: Any


class Tracing:
    """The tracer that stands in the gate during one run: see :class:`arrays.Tracer`."""

    def __init__(self) -> None:
        self.thread = get_ident()
        self.tape = Tape(self._foreign)
        self.known: dict[int, Traced] = {}
        self.before: dict[int, tuple[Array, Array]] = {}  # arrays of others, and copies of them
        self.kept: list[Any] = []  # what is known by its identity must not go
        self.sources: list[tuple[Traced, Any]] = []  # with the value that each had at first
        self.held: dict[Variable, Held] = {}
        self.relied: dict[tuple[int, str], tuple[Any, str, Any]] = {}
        self.generators: dict[int, Any] = {}
        self.refusal: CaptureError | None = None  # which the function may have caught

    # ---- what the gate asks

    def enter(self, x: Any, holder: Any) -> Any:
        """Return what stands in for an array."""
        if get_ident() != self.thread:
            return x
        if type(x) is not np.ndarray:
            return self._unfit(x)
        found = self.known.get(id(x))
        if found is None:
            found = self.known[id(x)] = self._entered(x, holder)
            self.kept.append(x)
        elif id(x) in self.before:
            if not same_elements(*self.before[id(x)]):
                raise self.refused(WRITTEN)
        elif isinstance(holder, Variable) and holder._req:
            origin = found.owner.value.origin
            if type(origin) is Source and origin.kind == "leaf":
                origin.holder = holder  # not a constant that shares its memory
        return found

    def _unfit(self, x: Any) -> Any:
        """Let pass what is traced already; refuse the arrays of other libraries."""
        if is_array(x) and not isinstance(x, Traced):
            msg = (
                f"capture: {user_line()}: {type(x).__name__} arrays cannot be captured, only "
                "NumPy's; call the function itself."
            )
            raise self.refused(msg)
        return x

    def _entered(self, x: Array, holder: Any) -> Traced:
        if immutable(x):
            return self.tape.constant(x)
        if isinstance(holder, Variable) and holder._data is x:
            return self.source(Source("leaf", holder, x, holder.name or ""))
        self.before[id(x)] = x, x.copy()
        return self.source(Source("array", None, x))

    def _foreign(self, array: Array) -> Any:
        """Return what stands in for an array that meets a traced one."""
        if get_ident() != self.thread:
            self.tape.refuse("it is used in another thread")
        return self.enter(array, None)

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
        if get_ident() != self.thread:
            if leaf in self.held:
                with PUBLISHING:  # wait: the run holds it
                    return
            return
        data: Any = leaf._data
        if leaf in self.held or type(data) is Traced:
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
        generator = getattr(source, "generator", source)
        copied = self.generators.get(id(generator))
        if copied is None:
            copied = self.generators[id(generator)] = deepcopy(generator)
            self.kept.append(generator)
        return self.tape.draw(source, function, arguments, function(*arguments, copied))

    def forbid(self, what: str, instead: str) -> None:
        """Refuse what a later run could not repeat."""
        if get_ident() == self.thread:
            msg = f"capture: {user_line()}: {what} inside the captured function; {instead}."
            raise self.refused(msg)

    def refused(self, message: str) -> CaptureError:
        """Return an error that holds also if the function catches it."""
        self.refusal = CaptureError(message)
        return self.refusal

    def begin(self, part: str) -> None:
        """Note which part of the program starts, or that it ends."""
        if get_ident() == self.thread:
            self.tape.note = Note("update", part, "", user_line()) if part else Note()

    # ---- the run

    def run(self, function: Callable[..., Any], args: Any, options: Any, arrays: list[Any]) -> Run:
        """Run the function on traced arguments and write down all that it did."""
        traced = []
        for place, array in enumerate(arrays):
            traced.append(self.source(Source("argument", place, array)))
        try:
            returned = function(*stand_ins(args, traced), **stand_ins(options, traced))
            refusal = self.refusal or self.tape.refusal
            if refusal is not None:
                raise refusal
            outputs: list[Any] = []
            key, build = built(returned, lambda x: self._output(x, outputs))
            program = self._finished(outputs)
        finally:
            self.tape.closed = True
            for leaf, held in self.held.items():
                leaf._grad = held.array
        sensitive = [(leaf, h.array is not None) for leaf, h in self.held.items() if h.reads]
        before = list(self.before.values())
        return Run(program, key, build, list(self.relied.values()), sensitive, before)

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
        refuse_overlaps(program)
        updated = _updated(program)
        leaves = {
            first.origin.holder: first
            for _, first in self.sources
            if type(first.origin) is Source and first.origin.kind == "leaf"
        }
        for leaf, held in self.held.items():
            after: Any = leaf._grad
            if type(after) is Traced and leaf in leaves:
                role = Role(Note("backward"), gradient_of=leaves[leaf])
                program.roles.setdefault(self.tape.value_of(after), role)
            if after is held.traced and (held.reads or after is not None):
                continue  # as before, or written in place
            if type(after) is not Traced:
                program.gradients.append(Gradient(leaf, None))
            elif leaf in updated and not held.reads:
                program.gradients.append(Gradient(leaf, None))  # used up
            else:
                program.gradients.append(Gradient(leaf, self.tape.value_of(after)))
        return program


def _updated(program: Program) -> set[Any]:
    """Return the leaves that an optimizer wrote."""
    found = set()
    for effect in program.effects:
        source, made_by = effect.source.origin, effect.value.origin
        updated = type(made_by) is Call and made_by.note.phase == "update"
        if updated and type(source) is Source and source.kind == "leaf":
            found.add(source.holder)
    return found


def trace(
    function: Callable[..., Any], args: Any, options: Any, arrays: list[Any], *, roles: bool = True
) -> Run:
    """Run a function once on traced arrays.

    Parameters
    ----------
    function : callable
    args, options : tuple and dict
        What it is called with.
    arrays : list of array
        Those in `args` and `options`, in order.
    roles : bool
        Whether to note what values mean: a run to compare with needs no names.

    Raises
    ------
    CaptureError
        If it does what a program cannot repeat.
    """
    with PUBLISHING, np.errstate(all="ignore"), observed():
        tracing = Tracing()
        notes = Notes(tracing.tape, tracing.thread, roles=roles)
        subscribe(notes)
        GATE.tracer = tracing
        try:
            return tracing.run(function, args, options, arrays)
        finally:
            GATE.tracer = None
            unsubscribe(notes)


def is_tracing() -> bool:
    """Whether this thread is capturing a function now."""
    tracer: Any = GATE.tracer
    return tracer is not None and tracer.thread == get_ident()
