"""Module: a function with parameters, made of Variables and other modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from contextvars import ContextVar
from reprlib import recursive_repr
from typing import Any, TypeAlias

from autograd_lite.errors import OperandError
from autograd_lite.graph import STATE, Variable, scope

__all__ = ["Module"]

Part: TypeAlias = "Variable | Module"

# What the module that is running calls its children, by identity: two may share a child.
_names: ContextVar[dict[int, str]] = ContextVar("autograd_lite_module_names")


class Module:
    """A function with parameters: subclass it, make them in ``__init__``, write ``forward``.

    Leaf Variables with ``requires_grad=True`` that are attributes are its parameters, modules
    that are attributes are its children; so with those in a list, tuple or dict that is an
    attribute. All are found in the order in which the attributes were first set, and each once.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> class Network(ag.nn.Module):
    ...     def __init__(self):
    ...         self.hidden = ag.nn.Linear(2, 3)
    ...         self.out = ag.nn.Linear(3, 1, bias=False)
    ...     def forward(self, x):
    ...         return self.out(ag.tanh(self.hidden(x)))
    >>> model = Network()
    >>> model([[1.0, 2.0]]).shape
    (1, 1)
    >>> [name for name, _ in model.named_parameters()]
    ['hidden.W', 'hidden.b', 'out.W']
    """

    def forward(self, *_inputs: Any, **_options: Any) -> Variable:
        """Compute the output; written by the subclass.

        Call the module itself instead, so that pictures can draw a frame around what it computes.

        Raises
        ------
        OperandError
            If the subclass has none.
        """
        name = type(self).__name__
        msg = f"{name}: there is no forward; write def forward(self, x): … in the class."
        raise OperandError(msg)

    def __call__(self, *inputs: Any, **options: Any) -> Variable:
        """Return what ``forward`` makes of the inputs and options."""
        if STATE.observer is None:  # an ordinary step pays for this line alone
            return self.forward(*inputs, **options)
        return self._observed(inputs, options)

    def parameters(self) -> list[Variable]:
        """Return the parameters of this module and all below it."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_parameters(self) -> Iterator[tuple[str, Variable]]:
        """Yield each parameter with its path: ``("hidden.W", Variable)``."""
        for path, part in self._parts():
            if isinstance(part, Variable) and part.is_leaf and part.requires_grad:
                yield path, part

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """Yield this module, whose path is empty, and each below it: ``("hidden", Linear)``."""
        for path, part in self._parts():
            if isinstance(part, Module):
                yield path, part

    def _parts(self) -> Iterator[tuple[str, Part]]:
        """Yield each module and Variable once, in the order of definition, without recursion."""
        seen: set[int] = set()
        pending: list[tuple[str, Part]] = [("", self)]
        while pending:
            path, part = pending.pop()
            if id(part) in seen:
                continue
            seen.add(id(part))
            yield path, part
            if isinstance(part, Module):
                prefix = f"{path}." if path else ""
                pending += reversed([(prefix + name, held) for name, held in _held(part)])

    def _observed(self, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> Variable:
        """Run in scopes named by the path from the module that calls: ``layers.0`` is two."""
        name = _names.get({}).get(id(self), "")
        children = {id(part): name for name, part in reversed(list(_held(self)))}
        token = _names.set(children)
        try:
            with ExitStack() as scopes:
                for step in name.split("."):
                    if step:  # a key of a dict may be empty
                        scopes.enter_context(scope(step))
                return self.forward(*inputs, **options)
        finally:
            _names.reset(token)

    @recursive_repr("…")  # a child may hold its parent
    def __repr__(self) -> str:
        children = [f"{name}={part!r}" for name, part in _held(self) if isinstance(part, Module)]
        return f"{type(self).__name__}({', '.join(children)})"


def _held(module: Module) -> Iterator[tuple[str, Part]]:
    """Yield the Variables and modules that a module's own attributes hold."""
    for name, value in vars(module).items():
        if isinstance(value, list | tuple):
            items = [(f"{name}.{i}", item) for i, item in enumerate(value)]
        elif isinstance(value, dict):
            items = [(f"{name}.{key}", item) for key, item in value.items()]
        else:
            items = [(name, value)]
        for path, item in items:
            if isinstance(item, Variable | Module):
                yield path, item
