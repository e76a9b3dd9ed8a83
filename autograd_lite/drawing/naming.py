"""Names for inputs and intermediate values: what the caller calls them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from inspect import CO_OPTIMIZED, signature
from itertools import islice
from types import FrameType, ModuleType
from typing import Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

import numpy as np

from autograd_lite.drawing.arguments import check_drawable
from autograd_lite.errors import ArgumentError
from autograd_lite.graph.scopes import observed
from autograd_lite.graph.variable import Variable
from autograd_lite.modes import in_mode

__all__ = ["Model", "groups_in", "names_in", "names_of", "run_model"]

MOST_NAMES = 5_000  # of the caller that are looked at
MOST_ITEMS = 100  # of a container or an object: a data set is not searched

HELD_BY_FRAME_ALONE = 3  # references: the frame's, and of who asks a name and an argument

Outputs: TypeAlias = "Variable | Sequence[Variable]"


@runtime_checkable
class Model(Protocol):
    """What has named parameters and can be called: a Module, of this library or another."""

    def named_parameters(self) -> Iterable[tuple[str, Variable]]:
        """Yield each parameter with its path."""

    def __call__(self, *inputs: Any) -> Outputs:
        """Return what it computes."""


class _Found(NamedTuple):
    """A Variable, its short name, and one that tells it from others of the same short name."""

    variable: Variable
    short: str
    full: str


def names_of(frame: FrameType) -> dict[str, object]:
    """Return what the names of a running function, class body or module hold.

    Before Python 3.13 a function keeps the dictionary of its variables that it once gave out, and
    with it what it has deleted since; unless somebody else holds that dictionary, too, it is left
    empty.

    Parameters
    ----------
    frame : frame

    Returns
    -------
    dict of str to object
    """
    held = frame.f_locals
    names = dict(held)
    is_snapshot = type(held) is dict and frame.f_code.co_flags & CO_OPTIMIZED
    counts = sys.implementation.name == "cpython"
    if is_snapshot and counts and sys.getrefcount(held) == HELD_BY_FRAME_ALONE:
        held.clear()
    return names


def groups_in(namespace: Mapping[str, object]) -> dict[Variable, tuple[str, ...]]:
    """Return the modules that own the parameters of a program's models: ``("hidden",)``."""
    groups: dict[Variable, tuple[str, ...]] = {}
    for name, value in _visible(namespace):
        for found in _parameters(name, value) if _is_model(value) else ():
            path = found.short.split(".")[:-1]
            groups.setdefault(found.variable, tuple([step for step in path if step]))
    return groups


def names_in(namespace: Mapping[str, object]) -> dict[Variable, str]:
    """Return what the variables of a program call its Variables.

    The parameters of models have their paths (``hidden.W``); other Variables the name of the
    variable itself, else, one level down, the key of a dict, the attribute of an object, or the
    place in a list (``W1`` of ``params["W1"]`` and ``self.W1``, ``weights[0]``). Where two would
    have one name, the container's stands before it. Of several names the first counts; names that
    begin with ``_`` are not told. Large containers are not searched.

    Parameters
    ----------
    namespace : mapping of str to object

    Returns
    -------
    dict of Variable to str

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite.drawing.naming import names_in
    >>> x, params = ag.Variable(1.0), {"W1": ag.Variable(2.0), "b1": ag.Variable(3.0)}
    >>> list(names_in({"x": x, "params": params}).values())
    ['x', 'W1', 'b1']
    """
    visible = list(_visible(namespace))
    models = [
        found for name, value in visible if _is_model(value) for found in _parameters(name, value)
    ]
    own = [_Found(value, name, name) for name, value in visible if isinstance(value, Variable)]
    held = [
        _Found(item, short, full)
        for name, value in visible
        if not isinstance(value, Variable) and not _is_model(value)
        for item, short, full in _one_level_down(name, value)
    ]
    firsts: dict[Variable, _Found] = {}
    for found in (*models, *own, *held):
        firsts.setdefault(found.variable, found)
    meant = Counter([found.short for found in firsts.values()])
    return {v: f.short if meant[f.short] == 1 else f.full for v, f in firsts.items()}


def run_model(model: Model, inputs: Sequence[Any]) -> tuple[Outputs, dict[Variable, str]]:
    """Run a model on an example, so that a picture shows which module computes what.

    A Module is run in evaluation, which leaves its statistics and random numbers as they are.

    Where all parameters are of one dtype, an example of other floats is converted before the
    model would do it, so that it keeps its name.

    Parameters
    ----------
    model : Model
    inputs : sequence of Variables or arrays

    Returns
    -------
    outputs : Variable or sequence of Variables
        What the model returned, its nodes in the scopes of their modules.
    names : dict of Variable to str
        The paths of the parameters, and ``x`` or ``x1``, ``x2``… for the inputs.

    Raises
    ------
    ArgumentError
        If the model is a class, or needs an example and there is none.
    OperandError
        If it returns anything but Variables, or a list or tuple of them.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> from autograd_lite.drawing.naming import run_model
    >>> model = ag.nn.Sequential(ag.nn.Linear(2, 3), ag.nn.Tanh())
    >>> y, names = run_model(model, [np.ones((1, 2), np.float32)])
    >>> list(names.values())
    ['0.W', '0.b', 'x']
    """
    if isinstance(model, type):
        msg = f"draw: {model.__name__} is a class; make a Module of it: {model.__name__}(…)."
        raise ArgumentError(msg)
    names: dict[Variable, str] = {}
    for found in _parameters("", model):
        names.setdefault(found.variable, found.short)
    dtypes = {v.dtype for v in names}
    dtype = dtypes.pop() if len(dtypes) == 1 else None
    given = [_example(x, dtype) for x in inputs]
    with observed(), in_mode(model, training=False):  # so that nothing of the model changes
        outputs = _called(model, given)
    check_drawable(outputs, "let the model return Variables, or a list of them")
    for i, x in enumerate(given):
        names.setdefault(x, "x" if len(given) == 1 else f"x{i + 1}")
    return outputs, names


def _example(x: Any, dtype: np.dtype[Any] | None) -> Variable:
    """Return an input as a Variable; constant floats in the dtype of the parameters."""
    v = x if isinstance(x, Variable) else Variable(x, requires_grad=False)
    if v.requires_grad or v.dtype.kind != "f" or dtype is None or v.dtype == dtype:
        return v
    return Variable(v, name=v.name, dtype=dtype, requires_grad=False)


def _called(model: Model, inputs: Sequence[Variable]) -> Outputs:
    """Call a model; without inputs it may be that it was to be given some."""
    try:
        return model(*inputs)
    except TypeError as error:
        if inputs or not _needs_inputs(model):
            raise
        msg = "draw: a Module needs an example input; pass one: ag.draw(model, x)."
        raise ArgumentError(msg) from error


def _needs_inputs(model: Model) -> bool:
    try:
        signature(getattr(model, "forward", model)).bind()
    except ValueError:  # not told, as by a compiled function
        return False
    except TypeError:
        return True
    return False


def _visible(namespace: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield what a person has given a name to: no ``_``, no ``__name__``, no modules."""
    for name, value in islice(list(namespace.items()), MOST_NAMES):
        if name.isidentifier() and not name.startswith("_") and not isinstance(value, ModuleType):
            yield name, value


def _is_model(value: object) -> bool:
    """Whether the class says so: asking an object itself could run its code."""
    return hasattr(type(value), "named_parameters")


def _parameters(name: str, model: Any) -> Iterator[_Found]:
    for path, parameter in model.named_parameters():
        if isinstance(parameter, Variable):
            yield _Found(parameter, path, f"{name}.{path}")


def _one_level_down(name: str, value: object) -> Iterator[tuple[Variable, str, str]]:
    """Yield the Variables that a dict, a list or an object holds, with two names each."""
    if isinstance(value, list | tuple):
        items = enumerate(value) if len(value) <= MOST_ITEMS else ()
        for i, item in items:
            if isinstance(item, Variable):
                yield item, f"{name}[{i}]", f"{name}[{i}]"
        return
    is_dict = isinstance(value, dict)
    held: Mapping[Any, object] = value if isinstance(value, dict) else _attributes(value)
    if len(held) > MOST_ITEMS:
        return
    for key, item in list(held.items()):
        if isinstance(key, str) and isinstance(item, Variable) and not key.startswith("_"):
            yield item, key, f"{name}[{key!r}]" if is_dict else f"{name}.{key}"


def _attributes(value: object) -> Mapping[str, object]:
    """Return what an object's own attributes hold, without running its code."""
    if isinstance(value, type):
        return {}
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return found if type(found) is dict else {}
