"""Origins: what the captured function is called, and what it calls the things that it works on."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from autograd_lite.capturing.record.trees import flattened, stand_ins
from autograd_lite.capturing.replay.reach import is_model
from autograd_lite.drawing.naming import names_in
from autograd_lite.graph import Variable
from autograd_lite.graph.modes import is_recording

__all__ = ["Origin", "origin_of"]


@dataclass(slots=True)
class Origin:
    """What a program was captured from.

    Attributes
    ----------
    function : str
        Its name: ``"step"``, ``"Network"``.
    place : str
        Where it is written: ``"train.py, line 12"``; empty if that is not known.
    arguments : list of str
        A name for each array that it is called with: ``"x"``, ``"batch_0"``.
    outputs : list of str
        A name for each array that it returns; empty where there is none.
    variables : dict of Variable to str
        Paths: ``"model.0.W"``.
    called : (callable, tuple, dict) or None
        The function and what it was called with, zeros in place of arrays.
    key : object
        Of what it returned: see `Run`.
    records : bool
        Whether it records a graph.
    arrays : dict of int to (str, Variable or None)
        Names of other arrays, by identity; of an optimizer's state with the parameter that it
        belongs to.
    """

    function: str = "step"
    place: str = ""
    arguments: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    called: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]] | None = None
    key: Any = None
    records: bool = True
    variables: dict[Variable, str] = field(default_factory=dict)
    arrays: dict[int, tuple[str, Variable | None]] = field(default_factory=dict)


def origin_of(
    function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any], key: Any
) -> Origin:
    """Return what a function, its arguments and what it reaches are called.

    Parameters
    ----------
    function : callable
    args, options : tuple and dict
        What it was called with.
    key : object
        Of what it returned: see `Run`.
    """
    written = _written(function)
    reached = _reached(function, written, (args, options))
    name, place = _place_of(function, written)
    return Origin(
        name,
        place,
        list(_argument_names(function, args, options)),
        list(_output_names(key, _returned(written))),
        (function, *_blank((args, options))),
        key,
        is_recording() and not is_model(function),  # a model is captured without a graph
        _variables(reached),
        _arrays(reached),
    )


def _blank(given: Any) -> Any:
    """Return arguments with zeros in place of arrays: they take no memory."""
    arrays: list[Any] = []
    flattened(given, arrays)
    return stand_ins(given, [np.broadcast_to(np.zeros((), x.dtype), x.shape) for x in arrays])


def _written(function: Any) -> FunctionType | None:
    """Return the Python function that is run in the end."""
    if not isinstance(function, FunctionType | MethodType):
        called = vars(type(function)).get("__call__")
        function = getattr(function, "forward", called)
    function = inspect.unwrap(function) if function is not None else None
    function = getattr(function, "__func__", function)
    return function if isinstance(function, FunctionType) else None


def _place_of(function: Any, written: FunctionType | None) -> tuple[str, str]:
    name = getattr(function, "__name__", None) or type(function).__name__
    if (
        written is None
        or (written.__module__ or "").partition(".")[0] == __name__.partition(".")[0]
    ):
        return name, ""
    code = written.__code__
    return name, f"{Path(code.co_filename).name}, line {code.co_firstlineno}"


# ---- what it reaches


def _reached(function: Any, written: FunctionType | None, given: Any) -> dict[str, object]:
    """Return what the function finds by a name: closed over, global, bound, or given."""
    reached: dict[str, object] = {}
    if written is not None:
        closure = zip(written.__code__.co_freevars, written.__closure__ or (), strict=True)
        for name, cell in closure:
            try:
                reached[name] = cell.cell_contents
            except ValueError:  # not yet given a value
                continue
        for name in sorted(_names_used(written.__code__)):
            if name in written.__globals__:
                reached.setdefault(name, written.__globals__[name])
    bound = getattr(function, "__self__", None)
    if bound is not None:
        reached.update(_attributes(bound))
    elif written is not None and function is not written:
        reached["model"] = function
    args, options = given
    reached.update({f"argument_{i}": item for i, item in enumerate(args)})
    reached.update(options)
    for value in list(reached.values()):
        if isinstance(value, ModuleType):
            continue
        if not hasattr(type(value), "named_parameters") and hasattr(value, "__dict__"):
            for name, part in _attributes(value).items():
                if hasattr(type(part), "named_parameters") or _is_optimizer(part):
                    reached.setdefault(name, part)
    return reached


def _names_used(code: CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _names_used(constant)
    return names


def _attributes(thing: object) -> Mapping[str, object]:
    held = getattr(thing, "__dict__", {})
    return {} if isinstance(thing, type | FunctionType) else dict(held)


def _is_optimizer(thing: object) -> bool:
    return hasattr(type(thing), "named_arrays")


def _variables(reached: Mapping[str, object]) -> dict[Variable, str]:
    """Return the paths of parameters and the names of other Variables."""
    visible = {name.lstrip("_"): thing for name, thing in reached.items()}
    found = {v: v.name or name for v, name in names_in(visible).items()}
    things: list[Any] = list(visible.values())
    for thing in things:
        if hasattr(type(thing), "named_buffers"):
            for path, buffer in thing.named_buffers():
                found[buffer] = path
        if _is_optimizer(thing):
            for i, parameter in enumerate(thing.params):
                found.setdefault(parameter, parameter.name or f"parameter{i}")
    return found


def _arrays(reached: Mapping[str, object]) -> dict[int, tuple[str, Variable | None]]:
    """Return the names of arrays: the state of optimizers, and what is closed over."""
    found: dict[int, tuple[str, Variable | None]] = {}
    optimizers: list[Any] = [thing for thing in reached.values() if _is_optimizer(thing)]
    for thing in dict.fromkeys(optimizers):
        for path, array in thing.named_arrays():
            word, _, place = path.rpartition(".")
            kept = bool(word) and word in thing.kept
            found.setdefault(id(array), (word, thing.params[int(place)]) if kept else (path, None))
    for name, thing in reached.items():
        if type(thing) is np.ndarray:
            found.setdefault(id(thing), (name, None))
    return found


# ---- arguments and results


def _argument_names(
    function: Any, args: Sequence[Any], options: Mapping[str, Any]
) -> Iterator[str]:
    """Yield a name for each array among the arguments, in the order of `flattened`."""
    names = [f"x{i}" for i in range(len(args))]
    try:
        target = getattr(function, "forward", function)
        parameters = list(inspect.signature(target).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    for i in range(len(args)):
        place = min(i, len(parameters) - 1)
        if place < 0:
            break
        several = parameters[place].kind is inspect.Parameter.VAR_POSITIONAL
        name = parameters[place].name.lstrip("_") or "x"
        if several:
            names[i] = name if len(args) == place + 1 else f"{name}_{i - place}"
        elif i < len(parameters):
            names[i] = name
    for name, argument in zip(names, args, strict=True):
        yield from _leaf_names(name, argument)
    for name, argument in options.items():
        yield from _leaf_names(name, argument)


def _leaf_names(name: str, tree: Any) -> Iterator[str]:
    kind = type(tree)
    if kind is np.ndarray or isinstance(tree, np.generic):
        yield name
    elif isinstance(tree, tuple | list):
        fields = getattr(tree, "_fields", range(len(tree)))
        for part, item in zip(fields, tree, strict=True):
            yield from _leaf_names(f"{name}_{part}", item)
    elif kind is dict:
        for part, item in tree.items():
            yield from _leaf_names(f"{name}_{part}", item)
    elif kind is Variable and not (tree.requires_grad and tree.is_leaf):
        yield name


def _returned(written: FunctionType | None) -> ast.expr | None:
    """Return the expression that the last return statement of a function gives back."""
    if written is None:
        return None
    try:
        tree = ast.parse(dedent(inspect.getsource(written)))
    except (OSError, SyntaxError, TypeError):
        return None
    pending: list[ast.AST] = [tree.body[0]] if tree.body else []
    last: ast.Return | None = None
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Return) and (last is None or node.lineno > last.lineno):
            last = node
        inner = ast.iter_child_nodes(node)
        pending += [x for x in inner if not isinstance(x, ast.FunctionDef | ast.Lambda)]
    return None if last is None else last.value


def _output_names(key: Any, written: ast.expr | None) -> Iterator[str]:
    """Yield a name for each array that was returned."""
    kind, inner = key if isinstance(key, tuple) and len(key) == 2 else (None, ())
    if isinstance(kind, str):  # an array or a Variable
        yield _word(written)
    elif kind is dict:
        values = dict(_items(written))
        for name, one in inner:
            for found in _output_names(one, values.get(name)):
                yield found if found and not isinstance(name, str) else str(name)
    elif isinstance(kind, type) and isinstance(inner, tuple):
        parts = written.elts if isinstance(written, ast.Tuple | ast.List) else []
        for i, one in enumerate(inner):
            yield from _output_names(one, parts[i] if i < len(parts) else None)


def _word(written: ast.expr | None) -> str:
    """Return the name that stands in a return statement: of ``loss.data`` too."""
    if isinstance(written, ast.Call) and isinstance(written.func, ast.Attribute):
        written = written.func if written.func.attr in ("detach", "copy") else None
    before = ""
    while isinstance(written, ast.Attribute):
        before = "grad_" if written.attr == "grad" else before
        written = written.value if written.attr in ("data", "grad", "detach", "copy") else None
    return before + written.id if isinstance(written, ast.Name) else ""


def _items(written: ast.expr | None) -> Iterator[tuple[Any, ast.expr]]:
    if isinstance(written, ast.Dict):
        for key, value in zip(written.keys, written.values, strict=True):
            if isinstance(key, ast.Constant):
                yield key.value, value
