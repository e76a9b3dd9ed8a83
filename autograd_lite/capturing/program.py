"""Program: what a traced run did, as data: values, the calls that made them, what it leaves behind.

Every value is computed once and never changes. Where the traced function wrote into an array, the
program has a new value of that array; where the array outlives the run (a parameter, the state of
an optimizer, somebody's own), its last value is an effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from autograd_lite.arrays import Array

__all__ = [
    "Call",
    "Check",
    "Effect",
    "Gradient",
    "Note",
    "Program",
    "Role",
    "Source",
    "Value",
    "kind_of",
    "read_by",
    "root_of",
    "source_of",
    "substituted",
    "values_in",
]


@dataclass(frozen=True, slots=True)
class Note:
    """Where a call comes from: for comments and names."""

    phase: str = ""  # "forward", "backward", "update" or ""
    operation: str = ""  # "linear", "sigmoid", "Adam"
    path: str = ""  # of the module that called it: "layers.0"
    line: str = ""  # the user's: "script.py:12"


@dataclass(eq=False, slots=True)
class Source:
    """Where an array from outside comes from.

    Attributes
    ----------
    kind : str
        ``"argument"``, ``"leaf"`` (a Variable's value), ``"gradient"`` (a Variable's, from before)
        or ``"array"`` (one that the function closes over, or a part of the library's state).
    holder : object
        The Variable; of an argument, its place among all of them.
    array : array
        What was there when it was traced: itself, not a copy.
    """

    kind: str
    holder: Any
    array: Array
    name: str = ""


@dataclass(eq=False, slots=True)
class Value:
    """An array that the program reads or computes, once.

    Attributes
    ----------
    shape, dtype, strides
        As traced; strides in bytes.
    origin : Call, Source or None
        None for a constant.
    array : array or None
        The elements of a constant. Of other values, those of the traced run, for a while.
    view_of : Value or None
        The value whose memory this one shares.
    """

    number: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    strides: tuple[int, ...]
    origin: Call | Source | None
    array: Any = None
    view_of: Value | None = None
    name: str = ""

    @property
    def size(self) -> int:
        """The number of elements."""
        size = 1
        for length in self.shape:
            size *= length
        return size

    @property
    def constant(self) -> bool:
        """Whether its elements are the same in every run."""
        return self.origin is None

    def __repr__(self) -> str:
        return f"<{self.name or 'v'}{self.number} {self.dtype} {self.shape}>"


@dataclass(eq=False, slots=True)
class Call:
    """One array function, applied.

    Attributes
    ----------
    function : str
        A name of NumPy's (``"multiply"``, ``"add.at"``, ``"linalg.norm"``), or one of ``getitem``,
        ``setitem``, ``astype``, ``copy``, ``draw``.
    args, options
        Its arguments, with a Value in place of each array.
    results : tuple of Value
    writes : Value or None
        The value whose memory is overwritten: the result is what it holds afterwards.
    quiet : bool
        An overflow in it is harmless, and NumPy's warning of it would only confuse.
    """

    function: str
    args: tuple[Any, ...]
    options: dict[str, Any]
    results: tuple[Value, ...]
    writes: Value | None
    note: Note
    quiet: bool = False
    _operands: list[Value] | None = None

    @property
    def result(self) -> Value:
        """The only result."""
        return self.results[0]

    @property
    def operands(self) -> list[Value]:
        """The values that it reads."""
        if self._operands is None:
            self._operands = values_in((self.args, self.options))
        return self._operands

    def replace(self, known: dict[Value, Value]) -> None:
        """Read, and write into, what took the place of some values."""
        self.args = substituted(self.args, known)
        self.options = substituted(self.options, known)
        self._operands = None
        if self.writes is not None:
            self.writes = known.get(self.writes, self.writes)
        for result in self.results:
            if result.view_of is not None:
                result.view_of = known.get(result.view_of, result.view_of)

    def __repr__(self) -> str:
        return f"<{self.results} = {self.function}{self.args} {self.options or ''}>"


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold, or the run stops before anything is written; or else "the trap is sprung"."""

    value: Value
    message: str
    error: type[Exception] | None  # None: holds if the value has no NaN; else be careful


@dataclass(frozen=True, slots=True)
class Effect:
    """An array from outside, and what it holds after the run."""

    source: Value
    value: Value


@dataclass(frozen=True, slots=True)
class Gradient:
    """The ``.grad`` of a leaf after the run: a value, or None."""

    leaf: Any
    value: Value | None


@dataclass(eq=False, slots=True)
class Program:
    """A traced run.

    Attributes
    ----------
    inputs : list of Value
        Those from outside; each has a Source.
    calls : list of Call
        In the order of the run.
    outputs : object
        What the function returned, with a Value in place of each array; see `replay`.
    roles : dict
        What values mean, for names and comments.
    """

    inputs: list[Value] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    gradients: list[Gradient] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    roles: dict[Value, Role] = field(default_factory=dict)

    @property
    def kept(self) -> list[Value]:
        """The values that are read after the last call."""
        gradients = [g.value for g in self.gradients if g.value is not None]
        return [*self.outputs, *[effect.value for effect in self.effects], *gradients]


@dataclass(frozen=True, slots=True)
class Role:
    """What a value means: an output of an operation, what it keeps, or the gradient of a value."""

    note: Note
    word: str = ""  # what the operation calls it
    inputs: tuple[Value | None, ...] = ()  # of the operation
    place: int = 0  # which of its outputs
    gradient_of: Value | None = None


Draw: TypeAlias = Callable[..., Array]


def source_of(value: Value) -> Source:
    """Return where a value comes from that is an array from outside."""
    assert type(value.origin) is Source
    return value.origin


def kind_of(value: Value) -> str:
    """Return the kind of the source of a value; empty for what is computed or constant."""
    return value.origin.kind if type(value.origin) is Source else ""


def root_of(value: Value) -> Value:
    """Return the value whose memory a view shares, or the value itself."""
    while value.view_of is not None:
        value = value.view_of
    return value


def read_by(call: Call) -> list[Value]:
    """Return what a call reads, what it overwrites included."""
    return call.operands if call.writes is None else [*call.operands, call.writes]


def values_in(nested: Any) -> list[Value]:
    """Return the values in nested tuples, lists and dicts."""
    found: list[Value] = []
    _collect(nested, found)
    return found


def _collect(nested: Any, found: list[Value]) -> None:
    for item in nested.values() if type(nested) is dict else nested:
        kind = type(item)
        if kind is Value:
            found.append(item)
        elif kind is tuple or kind is list or kind is dict:
            _collect(item, found)


def substituted(nested: Any, known: dict[Value, Any]) -> Any:
    """Return nested arguments with other things in place of some values."""
    kind = type(nested)
    if kind is Value:
        return known.get(nested, nested)
    if kind is tuple or kind is list:
        return kind([substituted(item, known) for item in nested])
    if kind is dict:
        return {name: substituted(item, known) for name, item in nested.items()}
    return nested
