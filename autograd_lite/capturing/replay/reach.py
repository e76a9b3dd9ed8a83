"""Reach: what a function can come across by the names in its code, and what each name holds.

A program repeats what a function did. Had a name held something else, the function would have done
something else: so every place that it can look at is noted, to be looked at before each replay.
"""

from __future__ import annotations

import sys
from collections import ChainMap, UserDict, UserList, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from operator import is_
from types import (
    CellType,
    CodeType,
    FunctionType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    SimpleNamespace,
)
from typing import Any

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.arrays.entering import immutable
from autograd_lite.errors import AutogradError
from autograd_lite.graph import Function, Variable

__all__ = ["NUMBERS", "Reach", "Slot", "is_model", "unique"]

NUMBERS = (bool, int, float, complex, str, bytes, type(None))
_LIBRARY = __name__.partition(".")[0]
_IMPLICIT = {"__call__", "forward", "__enter__", "__exit__", "__getitem__", "__len__", "__iter__"}
# What reads attributes whose names stand nowhere in the code.
_ANY_NAME = {"getattr", "hasattr", "vars", "attrgetter", "__dict__"}
_MAKING = {"__init__", "__new__", "__post_init__"}
_GONE = object()


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that a function may look at, and what it held.

    Attributes
    ----------
    kind : str
        ``"attribute"``, ``"item"`` (of a namespace), ``"cell"``, ``"list"`` (also of a deque or
        set), ``"dict"``, or ``"names"``, those in a namespace but for some that do not count.
    key : object
        Which attribute or item; the names that do not count.
    thing : object
        What was there; of a list or dict, a copy of it.
    path : str
        For messages: ``"model.training"``.
    """

    kind: str
    holder: Any
    key: Any
    thing: Any
    path: str

    def holds(self) -> bool:
        """Whether the same is still there: the same object, or an equal number."""
        if self.kind == "list" or self.kind == "dict":
            return _same_items(self.holder, self.thing)
        if self.kind == "names":
            return bool(self.holder.keys() - self.key == self.thing)
        now = self._now()
        kind = type(self.thing)
        same = type(now) is kind and kind in NUMBERS and now == self.thing
        return now is self.thing or (same and repr(now) == repr(self.thing))  # -0.0 is not 0.0

    def _now(self) -> Any:
        if self.kind == "attribute":
            return getattr(self.holder, self.key, _GONE)
        if self.kind == "item":
            return self.holder.get(self.key, _GONE)
        try:
            return self.holder.cell_contents
        except ValueError:  # an empty cell
            return _GONE

    def put_back(self) -> None:
        """Let the place hold again what it held."""
        if self.kind == "attribute":
            setattr(self.holder, self.key, self.thing)
        elif self.kind == "item":
            self.holder[self.key] = self.thing
        elif self.kind == "cell":
            self.holder.cell_contents = self.thing
        elif self.kind == "list":
            self.holder.clear()
            (self.holder.update if isinstance(self.holder, set) else self.holder.extend)(self.thing)
        elif self.kind == "names":
            for name in self.holder.keys() - self.key - self.thing:
                del self.holder[name]
        else:
            self.holder.clear()
            self.holder.update(self.thing)


def _same_items(holder: Any, thing: Any) -> bool:
    if len(holder) != len(thing) or not all(map(is_, holder, thing)):
        return False
    return type(thing) is list or all(map(is_, holder.values(), thing.values()))


class Reach:
    """What can be reached from some objects.

    Parameters
    ----------
    roots : dict of str to object
        By the names that messages call them.

    Attributes
    ----------
    slots : list of Slot
    arrays : list of (array, str)
        Those whose elements can change, each with its path.
    quiet : set of int
        The identities of arrays that no code reads by name: a model holds them.
    iterators : list of str
        The paths of iterators: what they give next cannot be seen.
    """

    def __init__(self, roots: dict[str, object]) -> None:
        self.slots: list[Slot] = []
        self.arrays: list[tuple[Array, str]] = []
        self.iterators: list[str] = []
        self._held: dict[int, str] = {}
        self._seen: set[int] = set()
        self._kept: list[object] = []  # bound methods and the like must not go: ids are noted
        self._names: set[str] = set(_IMPLICIT)
        self._objects: list[tuple[Any, str, set[str]]] = []
        self._notices: dict[type, frozenset[str]] = {}  # of a class: names that do not count
        self._pending: list[tuple[Any, str]] = [(thing, path) for path, thing in roots.items()]
        while self._pending or self._more_attributes():
            self._visit(*self._pending.pop())
        self.quiet = {array for array, name in self._held.items() if name not in self._names}

    # ---- one thing

    def _visit(self, thing: Any, path: str) -> None:
        kind = type(thing)
        if kind in NUMBERS or id(thing) in self._seen:
            return
        self._seen.add(id(thing))
        self._kept.append(thing)
        if isinstance(thing, np.ndarray):
            if not immutable(thing):
                own = kind is np.ndarray
                self.arrays.append((thing if own else thing.view(np.ndarray), path))
        elif kind is FunctionType:
            self._function(thing)
        elif kind is MethodType:
            self._pending += [(thing.__self__, "self"), (thing.__func__, path)]
        elif kind is partial:
            self._pending += [(thing.func, path), (thing.args, path), (thing.keywords, path)]
        elif kind is Variable:
            self._variable(thing, path)
        elif isinstance(thing, tuple):
            self._pending += [(item, f"{path}[{i}]") for i, item in enumerate(thing)]
        elif isinstance(thing, Iterator):
            self.iterators.append(path)
        else:
            self._items(thing, path)
            if _is_open(thing):
                self._object(thing, path)

    def _items(self, thing: Any, path: str) -> None:
        """Note what a collection holds."""
        if isinstance(thing, list | deque | set):
            self.slots.append(Slot("list", thing, None, list(thing), path))
            self._pending += [(item, f"{path}[{i}]") for i, item in enumerate(thing)]
        elif isinstance(thing, dict):
            self.slots.append(Slot("dict", thing, None, dict(thing), path))
            self._pending += [(item, f"{path}[{key!r}]") for key, item in thing.items()]
        elif isinstance(thing, UserDict | UserList):
            self._pending.append((thing.data, path))
        elif isinstance(thing, ChainMap):
            self._pending.append((thing.maps, path))

    def _object(self, thing: Any, path: str) -> None:
        """Note which attributes an object has; what they hold is noted by their names."""
        self._objects.append((thing, path, set()))
        if _is_plain(thing) or is_model(thing):
            self._names_of(thing, path)
        made = isinstance(thing, type)
        for one in thing.__mro__ if made else type(thing).__mro__:
            if not _is_foreign(one.__module__):
                self._names |= {
                    name
                    for name, method in vars(one).items()
                    if type(method) is FunctionType
                    and name[:2] == name[-2:] == "__"
                    and (made or name not in _MAKING)
                }
        if "__wrapped__" in getattr(thing, "__dict__", ()):
            self._pending.append((thing.__wrapped__, path))

    def _note(self, kind: str, holder: Any, key: Any, thing: Any, path: str) -> None:
        self.slots.append(Slot(kind, holder, key, thing, path))
        self._pending.append((thing, path))
        if type(thing) is str and thing.isidentifier():
            self._names.add(thing)  # for getattr

    def _variable(self, v: Variable, path: str) -> None:
        """Note a leaf's array, whether it is frozen, and its hooks."""
        if v._node is None:
            for name in ("_data", "_req", "_hooks"):
                thing = getattr(v, name)
                self.slots.append(Slot("attribute", v, name, thing, f"{path}.{name.strip('_')}"))
            self._pending.append((v._hooks, path))

    def _function(self, function: FunctionType) -> None:
        """Note what a function closes over, its defaults, and the globals that it names."""
        for name, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        ):
            thing = _content(cell)
            self._note("cell", cell, None, thing, name)
        for name in ("__defaults__", "__kwdefaults__"):
            if (given := getattr(function, name)) is not None:
                self._note("attribute", function, name, given, f"{function.__name__}'s defaults")
        if _is_foreign(function.__module__):
            return
        if vars(function):
            self._items(vars(function), function.__name__)
        named = set(_names_in(function.__code__))
        self._names |= named
        for name in sorted(named):
            if name in function.__globals__:
                thing = function.__globals__[name]
                if not (type(thing) is ModuleType and _is_foreign(thing.__name__)):
                    self._note("item", function.__globals__, name, thing, name)

    # ---- attributes

    def _names_of(self, thing: Any, path: str) -> None:
        """Note which attributes an object has, but for a class's own notices."""
        if not isinstance(thing, ModuleType | type):
            own = vars(thing)
            notices = self._notices.get(type(thing))
            if notices is None:
                kinds = type(thing).__mro__
                notices = frozenset([n for c in kinds for n in vars(c) if n.startswith("_")])
                self._notices[type(thing)] = notices
            self.slots.append(Slot("names", own, notices, own.keys() - notices, path))

    def _more_attributes(self) -> bool:
        """Look at those attributes that code reached since names; tell whether there was one."""
        computed = not self._names.isdisjoint(_ANY_NAME)
        for thing, path, known in self._objects:
            named = self._names
            if is_model(thing) or (computed and _is_plain(thing)):
                named = named | vars(thing).keys() | {"training"}
            for name in sorted(named - known):
                known.add(name)
                self._attribute(thing, name, path)
        return bool(self._pending)

    def _attribute(self, thing: Any, name: str, path: str) -> None:
        """Note what an attribute is: of the object itself or of its class, or what computes it."""
        own = vars(thing) if hasattr(thing, "__dict__") else {}
        kinds = thing.__mro__ if isinstance(thing, type) else type(thing).__mro__
        of_class = next((vars(kind)[name] for kind in kinds if name in vars(kind)), _GONE)
        path = f"{path}.{name}"
        if name in own and not isinstance(thing, type):
            hidden = name.startswith("_") and name not in self._names
            if not (hidden and of_class is not _GONE):  # a module's own notice, as of a warning
                self._note("item", own, name, own[name], path)
                if isinstance(own[name], np.ndarray) and is_model(thing):
                    self._held[id(own[name])] = name
        elif type(of_class) is FunctionType:
            if _is_foreign(of_class.__module__):
                self._pending.append((of_class, path))
            else:
                self._note("attribute", kinds[0], name, of_class, path)
        elif isinstance(of_class, staticmethod | classmethod):
            self._pending.append((of_class.__func__, path))
        elif type(of_class) is property:
            self._computed(thing, name, of_class, path)
        elif type(of_class) is MemberDescriptorType:
            with suppress(AttributeError):  # a slot that is empty
                self._note("attribute", thing, name, getattr(thing, name), path)
        elif of_class is not _GONE and not hasattr(type(of_class), "__get__"):
            self._note("attribute", thing, name, of_class, path)
        elif not _is_foreign(type(of_class).__module__):
            self._pending.append((of_class, path))  # a descriptor of the user's

    def _computed(self, thing: Any, name: str, computed: property, path: str) -> None:
        """Note what a property reads; of this library's, the number that it gives."""
        if not _is_foreign(type(thing).__module__):
            self._pending.append((computed.fget, path))
            return
        with suppress(AutogradError):
            if type(value := getattr(thing, name)) in NUMBERS:
                self._note("attribute", thing, name, value, path)


def is_model(thing: object) -> bool:
    """Whether an object is a module, whose code reads all that it holds: known by its ways."""
    return hasattr(type(thing), "named_parameters")


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # empty: the name is not bound yet
        return _GONE


def _names_in(code: CodeType) -> Iterator[str]:
    """Yield the globals and attributes that code names, of functions inside it too."""
    yield from code.co_names
    for constant in code.co_consts:
        if type(constant) is CodeType:
            yield from _names_in(constant)
        elif type(constant) is str and constant.isidentifier():
            yield constant  # for getattr


def _is_open(thing: Any) -> bool:
    """Whether an object has attributes to look at, and is not known to stay as it is."""
    if isinstance(thing, np.ndarray | np.generic | Function):
        return False
    if isinstance(thing, type):
        return not _is_foreign(thing.__module__)
    if type(thing) is ModuleType:
        return not _is_foreign(thing.__name__)
    return hasattr(thing, "__dict__") or not _is_foreign(type(thing).__module__)


def _is_plain(thing: Any) -> bool:
    """Whether an object is of a class of the user's, or a namespace."""
    if isinstance(thing, ModuleType | type) or not hasattr(thing, "__dict__"):
        return False
    return type(thing) is SimpleNamespace or not _is_foreign(type(thing).__module__)


def _is_foreign(module: str | None) -> bool:
    """Whether a module is of Python, of this library or installed: its globals stay as they are."""
    top = (module or "").partition(".")[0]
    if top in sys.stdlib_module_names and top != "__main__":
        return True
    if top == _LIBRARY:
        return True
    place = getattr(sys.modules.get(top), "__file__", None) or ""
    return "site-packages" in place or "dist-packages" in place


def unique(slots: Iterable[Slot]) -> list[Slot]:
    """Return slots without those that name a place twice."""
    return list({(id(s.holder), s.kind, s.key): s for s in slots}.values())
