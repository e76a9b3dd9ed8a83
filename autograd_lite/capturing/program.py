"""Program: what a traced run did, as data: values, the calls that made them, what it leaves behind.

Every value is computed once and never changes. Where the traced function wrote into an array, the
program has a new value of that array; where the array outlives the run (a parameter, the state of
an optimizer, somebody's own), its last value is an effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    "Source",
    "Value",
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
    """

    function: str
    args: tuple[Any, ...]
    options: dict[str, Any]
    results: tuple[Value, ...]
    writes: Value | None
    note: Note

    @property
    def result(self) -> Value:
        """The only result."""
        return self.results[0]

    @property
    def operands(self) -> list[Value]:
        """The values that it reads."""
        found = list(values_in(self.args))
        if self.options:
            found.extend(values_in(self.options))
        return found

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
    """

    inputs: list[Value] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    gradients: list[Gradient] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)


Draw: TypeAlias = Callable[..., Array]


def values_in(nested: Any) -> Iterator[Value]:
    """Yield the values in nested tuples, lists, dicts and slices."""
    kind = type(nested)
    if kind is Value:
        yield nested
    elif kind is tuple or kind is list:
        for item in nested:
            yield from values_in(item)
    elif kind is dict:
        for item in nested.values():
            yield from values_in(item)


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
