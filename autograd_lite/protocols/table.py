"""The one table from NumPy's functions to operations, and those that give plain values.

It is derived: every operation that has the name of a NumPy function stands for it; what lives in
``functions.linalg`` and ``functions.fft`` stands for the functions of ``numpy.linalg`` and
``numpy.fft``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from types import ModuleType
from typing import Any

import numpy as np

from autograd_lite import functions
from autograd_lite.errors import OperandError
from autograd_lite.graph.variable import Variable

__all__ = ["OPERATIONS", "VALUES", "path_of", "plain", "supported", "unsupported"]

# Whose slopes are 0 wherever they exist, and questions: these give NumPy's own plain results. What
# only chooses among values (unique) or weighs them (bincount) is not here: it would cut the graph,
# and so would what has a slope (nextafter, spacing).
_PLAIN = {*functions.values.__all__, *functions.searching.__all__}
_PLAIN -= {"bincount", "nextafter", "spacing"}
_PLAIN |= set(
    """
    around array2string array_repr array_str base_repr bitwise_and bitwise_or bitwise_xor can_cast
    ceil common_type fix floor floor_divide invert iscomplex isreal left_shift linalg.matrix_rank
    may_share_memory min_scalar_type right_shift rint round shares_memory sign trunc
    """.split()
)
# What to write in place of functions that write, count, or are made of others.
_INSTEAD = {
    "add.at": "autograd_lite.add_at returns a new array",
    "bincount": "autograd_lite.scatter_add sums weights by class",
    "copyto": "numpy.where returns a new array",
    "fill_diagonal": "numpy.where returns a new array",
    "i0": "autograd_lite.special.i0 is differentiable",
    "place": "numpy.where returns a new array",
    "polyfit": "numpy.linalg.lstsq of numpy.vander solves the same",
    "put": "autograd_lite.set_at returns a new array",
    "putmask": "numpy.where returns a new array",
    "unique": "index the Variable with the places that numpy.unique finds in .data",
}
_WITHOUT = {
    "dtype": "convert with astype",
    "out": "take what it returns",
    "where": "choose with numpy.where",
}
_ROOMS: dict[str, ModuleType] = {"linalg": functions.linalg, "fft": functions.fft}


def _names() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield NumPy's names, with their room, and the functions that may stand for them."""
    for name in functions.__all__:
        yield name, getattr(functions, name)
    for room, module in _ROOMS.items():
        for name in module.__all__:
            yield f"{room}.{name}", getattr(module, name)


def _numpys(path: str) -> Any:
    """Return a function of NumPy's, or None if this NumPy has none of the name."""
    room, _, name = path.rpartition(".")
    return getattr(getattr(np, room) if room else np, name, None)


VALUES = {_numpys(path) for path in _PLAIN} - {None}
OPERATIONS: dict[Any, Callable[..., Any]] = {
    theirs: operation
    for path, operation in _names()
    if callable(theirs := _numpys(path)) and theirs not in VALUES
}


def path_of(function: Any) -> str:
    """Return how one writes a function of NumPy's after ``np.``."""
    module: str = getattr(function, "__module__", None) or "numpy"
    room = module.removeprefix("numpy").lstrip(".")
    name: str = function.__name__
    return f"{room}.{name}" if room in _ROOMS else name


def supported() -> list[str]:
    """Return the names of the NumPy functions that record when called on Variables.

    Examples
    --------
    >>> from autograd_lite.protocols import supported
    >>> "einsum" in supported()
    True
    """
    return sorted({path_of(function) for function in OPERATIONS})


def plain(x: Any) -> Any:
    """Return what NumPy may see of an argument: the values of a Variable, also in sequences."""
    if isinstance(x, Variable):
        return x.data
    if type(x) in (list, tuple):
        return type(x)([plain(item) for item in x])
    return x


def unsupported(called: str) -> OperandError:
    """Return the error for a function that has no rule; it names the nearest that has one."""
    name, _, arguments = called.partition(" with ")
    hint = _INSTEAD.get(name) or _hint(name, arguments)
    return OperandError(
        f"numpy.{called} cannot be recorded on a Variable; {hint}, or use .data for the value."
    )


def _hint(name: str, arguments: str) -> str:
    """Say what to do without arguments of a known function, or the name nearest to another."""
    known = supported()
    if arguments and name in known:
        named = [_WITHOUT[word] for word in arguments.split(", ") if word in _WITHOUT]
        ours = getattr(getattr(functions, name, None), "__name__", name)  # of amax: max
        return " and ".join(named) or f"pass what autograd_lite.{ours} takes"
    last = name.rpartition(".")[2]  # the same name elsewhere: linalg.cross and cross
    near = [path for path in known if path.rpartition(".")[2] == last][:1]
    near = near or get_close_matches(name, known, n=1, cutoff=0.7)
    return f"the nearest supported is numpy.{near[0]}" if near else "see autograd_lite.functions"
