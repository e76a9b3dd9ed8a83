"""The twin of a node that a rule runs on when backward itself is recorded."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from autograd_lite.arrays import Array, as_array, is_array
from autograd_lite.errors import GraphError
from autograd_lite.graph.apply import output_of
from autograd_lite.graph.binding import BOUND
from autograd_lite.graph.function import Function, carries_nothing
from autograd_lite.graph.hooks import Version
from autograd_lite.graph.variable import Variable, constant

__all__ = ["recorded_twin", "settings_names", "twin_of"]

# The attributes of each class, found once: a picture asks of every node.
_STATE: WeakKeyDictionary[type, tuple[str, ...]] = WeakKeyDictionary()
_SETTINGS: WeakKeyDictionary[type, tuple[str, ...]] = WeakKeyDictionary()
_READ: WeakKeyDictionary[type, tuple[str, ...]] = WeakKeyDictionary()
# What pictures and checks need: to leave it halves the time of copying a small node.
_UNREAD = ("_constant", "_grads", "_left_version", "_right_version", "_value")
_OF_USERS = ("_notes", "_order")  # what else only a user's rule may read
UNSET = object()
_new = object.__new__


def recorded_twin(node: Function) -> Function:
    """Return a shallow copy of `node` whose kept names hold recorded Variables.

    Names are bound by position: an operand's name to what produced that operand, an output's
    name to the node itself. Constants stay arrays.

    Raises
    ------
    GraphError
        If a user's Function kept a floating-point value that it did not declare: it may depend
        on the inputs, and its derivative would be lost.
    """
    cls = type(node)
    twin: Function = _new(cls)
    twin.xp = BOUND.namespace
    for slot in _READ.get(cls) or _read(cls):
        value = getattr(node, slot, UNSET)
        if value is not UNSET:
            setattr(twin, slot, value)
    if not node.trusted:
        _refuse_undeclared(node)
        twin.__dict__.update(vars(node))
    for kept in node.keeps:
        value = getattr(node, kept, None)
        setattr(twin, kept, None if value is None else _bound(node, kept, value))
    return twin


def _read(cls: type[Function]) -> tuple[str, ...]:
    """Return the slots that a rule may read, but those that are bound to Variables."""
    unread = cls.keeps + (_UNREAD + _OF_USERS if cls.trusted else _UNREAD)
    names = tuple([n for n in _state(cls) if n not in unread])
    _READ[cls] = names
    return names


def twin_of(node: Function) -> Function:
    """Return a shallow copy of a node, without a namespace."""
    twin: Function = object.__new__(type(node))
    for slot in _state(type(node)):
        if hasattr(node, slot):
            setattr(twin, slot, getattr(node, slot))
    if not node.trusted:
        twin.__dict__.update(vars(node))
    return twin


def settings_names(node: Function) -> tuple[str, ...]:
    """Return the attributes of a node that are its own, not every Function's, and not kept."""
    if node.trusted:
        return _settings(type(node))
    return _settings(type(node)) + tuple([n for n in vars(node) if n not in node.keeps])


def _settings(cls: type[Function]) -> tuple[str, ...]:
    found = _SETTINGS.get(cls)
    if found is None:
        public = [n for n in _state(cls) if not n.startswith("_") and n not in cls.keeps]
        found = _SETTINGS[cls] = tuple(public)
    return found


def _state(cls: type[Function]) -> tuple[str, ...]:
    """Return every slot of a class but the namespace."""
    found = _STATE.get(cls)
    if found is None:
        names = [slot for base in cls.__mro__ for slot in getattr(base, "__slots__", ())]
        found = _STATE[cls] = tuple([n for n in names if n not in ("xp", "__weakref__")])
    return found


def _bound(node: Function, kept: str, array: Array) -> Variable | Array:
    if kept in node.operands:
        position = node.operands.index(kept)
        producer = node.inputs[position]
        if producer is None:
            return array
        if isinstance(producer, Variable):
            return producer
        versions = node.versions
        return _variable(array, producer, versions[position] if versions else None)
    index = node.outputs.index(kept)
    itself = index == 0 and (node.hidden or len(node.outputs) == 1)
    return _variable(array, node if itself else output_of(node, index, array))


def _variable(array: Array, producer: Function, version: Version | None = None) -> Variable:
    v = constant(array if is_array(array) else as_array(array))  # NumPy gives scalars for 0-d
    v._node = producer
    v._version = version
    return v


def _refuse_undeclared(node: Function) -> None:
    for name in node.notes.set_in_forward:
        declared = name in node.keeps or name in node.constants
        if not declared and name in vars(node) and not carries_nothing(vars(node)[name]):
            msg = (
                f"{node.name}: self.{name} was kept by forward but is neither an operand, an "
                f"output nor a declared constant{node.made_at}; a second derivative would miss "
                "it: list it in keeps or constants, or compute it in backward."
            )
            raise GraphError(msg)
