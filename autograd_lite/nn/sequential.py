"""Sequential: modules one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from reprlib import recursive_repr

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
    """

    def __init__(self, *modules: Module) -> None:
        for i, module in enumerate(modules):
            if not isinstance(module, Module):
                raise OperandError(f"Sequential: argument {i + 1} is {_mistaken(module)}.")
            setattr(self, str(i), module)

    def forward(self, x: Operand) -> Variable:
        """Return what the last module makes of `x`."""
        for module in self:
            x = module(x)
        return x if isinstance(x, Variable) else Variable(x, requires_grad=False)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._steps())

    def __len__(self) -> int:
        return len(self._steps())

    def __getitem__(self, index: int) -> Module:
        return self._steps()[index]

    def _steps(self) -> list[Module]:
        """Return the modules that were given, whose names are numbers."""
        held = vars(self).items()
        return [part for name, part in held if isinstance(part, Module) and name.isdecimal()]

    @recursive_repr("…")  # a child may hold its parent
    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join([repr(module) for module in self])})"


def _mistaken(given: object) -> str:
    """Say what was given for a Module, and what to pass instead."""
    if isinstance(given, type) and issubclass(given, Module):
        return f"the class {given.__name__}; make a module of it, {given.__name__}()"
    if isinstance(given, list | tuple):
        return f"a {type(given).__name__}; pass its modules one by one, Sequential(*modules)"
    return f"a {type(given).__name__}; pass Modules, for example ag.nn.Tanh()"
