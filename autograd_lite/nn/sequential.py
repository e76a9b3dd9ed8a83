"""Sequential: modules one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from reprlib import recursive_repr
from typing import Self, overload

from autograd_lite.errors import OperandError
from autograd_lite.graph import Operand, Variable
from autograd_lite.nn.module import Module

__all__ = ["Sequential"]


class Sequential(Module):
    """Modules one after the other: each is given what the one before returned.

    Parameters
    ----------
    *modules : Module
        Called by their index in the paths of parameters and in pictures: ``0.W``, ``0.b``. What
        is set as an attribute later is no step.

    Raises
    ------
    OperandError
        For anything that is no Module.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> model = ag.nn.Sequential(ag.nn.Linear(2, 3, rng=0), ag.nn.Sigmoid(), ag.nn.Linear(3, 1))
    >>> model
    Sequential(Linear(2, 3), Sigmoid(), Linear(3, 1))
    >>> [(name, p.shape) for name, p in model.named_parameters()]
    [('0.W', (2, 3)), ('0.b', (3,)), ('2.W', (3, 1)), ('2.b', (1,))]
    >>> model([[1.0, 2.0]]).shape
    (1, 1)
    >>> model[:2]
    Sequential(Linear(2, 3), Sigmoid())
    """

    def __init__(self, *modules: Module) -> None:
        for i, module in enumerate(modules):
            setattr(self, str(i), _checked(module, f"Sequential: argument {i + 1}"))

    def append(self, module: Module) -> Self:
        """Add a last step, and return this module.

        Raises
        ------
        OperandError
            For anything that is no Module.
        """
        last = max([int(name) for name, _ in self._numbered()], default=-1)
        setattr(self, str(last + 1), _checked(module, "append: the argument"))
        return self

    def forward(self, x: Operand) -> Variable:
        """Return what the last module makes of `x`."""
        for _, module in self._numbered():
            x = module(x)
        return x if isinstance(x, Variable) else Variable(x, requires_grad=False)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._steps())

    def __len__(self) -> int:
        return len(self._steps())

    @overload
    def __getitem__(self, index: int) -> Module: ...

    @overload
    def __getitem__(self, index: slice) -> Sequential: ...

    def __getitem__(self, index: int | slice) -> Module:
        """Return a step, or of a slice a Sequential of the same modules."""
        found = self._steps()[index]
        return Sequential(*found) if isinstance(found, list) else found

    def __setitem__(self, index: int, module: Module) -> None:
        """Put another module in the place of a step.

        Raises
        ------
        OperandError
            For anything that is no Module, or a slice.
        IndexError
            If there is no such step.
        """
        if isinstance(index, slice):
            raise OperandError("Sequential: a slice cannot be set; set one step after the other.")
        name, _ = self._numbered()[index]
        setattr(self, name, _checked(module, f"Sequential: step {index}"))

    def _numbered(self) -> list[tuple[str, Module]]:
        """Return the modules that were given, whose names are numbers."""
        held = vars(self).items()
        return [item for item in held if isinstance(item[1], Module) and item[0].isdecimal()]

    def _steps(self) -> list[Module]:
        return [module for _, module in self._numbered()]

    @recursive_repr("…")  # a child may hold its parent
    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join([repr(module) for module in self])})"


def _checked(given: Module, what: str) -> Module:
    """Return what was given for a step, or refuse it."""
    if not isinstance(given, Module):
        raise OperandError(f"{what} is {_mistaken(given)}.")
    return given


def _mistaken(given: object) -> str:
    """Say what was given for a Module, and what to pass instead."""
    if isinstance(given, type) and issubclass(given, Module):
        return f"the class {given.__name__}; make a module of it, {given.__name__}()"
    if isinstance(given, list | tuple):
        return f"a {type(given).__name__}; pass its modules one by one, Sequential(*modules)"
    return f"a {type(given).__name__}; pass Modules, for example ag.nn.Tanh()"
