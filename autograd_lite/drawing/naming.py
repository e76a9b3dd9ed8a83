"""Names for inputs and intermediate values: what the caller calls them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import ModuleType
from typing import Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

from autograd_lite.graph.scopes import observed
from autograd_lite.graph.variable import Variable

__all__ = ["Model", "groups_in", "names_in", "run_model"]

MOST_NAMES = 5_000  # of the caller that are looked at
MOST_ITEMS = 100  # of a container or an object: a data set is not searched

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


def groups_in(namespace: Mapping[str, object]) -> dict[Variable, tuple[str, ...]]:
    """Return the modules that own the parameters of a program's models: ``("hidden",)``."""
    groups: dict[Variable, tuple[str, ...]] = {}
    for name, value in _visible(namespace):
        for found in _parameters(name, value) if _is_model(value) else ():
            groups.setdefault(found.variable, tuple(found.short.split(".")[:-1]))
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
    given = [x if isinstance(x, Variable) else Variable(x, requires_grad=False) for x in inputs]
    with observed():
        outputs = model(*given)
    names: dict[Variable, str] = {}
    for found in _parameters("", model):
        names.setdefault(found.variable, found.short)
    for i, x in enumerate(given):
        names.setdefault(x, "x" if len(given) == 1 else f"x{i + 1}")
    return outputs, names


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
