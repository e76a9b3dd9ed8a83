"""Module: a function with parameters, made of Variables and other modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from contextvars import ContextVar
from reprlib import recursive_repr
from typing import Any, Self, TypeAlias

import numpy as np

from autograd_lite.arrays import rely
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.graph import STATE, Operand, Variable, scope
from autograd_lite.graph.variable import is_made, move_leaf
from autograd_lite.nn.parts import held
from autograd_lite.nn.state import State, load_state, state_of, unique
from autograd_lite.nn.summary import WATCHER, Summary, shapes_of, summarized

__all__ = ["Module"]

Part: TypeAlias = "Variable | Module"

# What the module that is running calls its children, by identity: two may share a child.
_names: ContextVar[dict[int, str]] = ContextVar("autograd_lite_module_names")


class Module:
    """A function with parameters: subclass it, make them in ``__init__``, write ``forward``.

    Leaf Variables that are attributes are its parameters, or with ``requires_grad=False`` its
    buffers; modules that are attributes are its children; so with those in lists, tuples and
    dicts. All are found in the order in which the attributes were first set, and each once. What
    was computed is neither, so that a module may keep an output; see :meth:`register_buffer`.

    Attributes
    ----------
    training : bool
        True at first; what behaves otherwise in evaluation (Dropout, BatchNorm1d) reads it.

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

    training: bool = True
    _warned = False  # that an input has a wider dtype

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

    # ---- what it holds

    def parameters(self) -> list[Variable]:
        """Return the parameters of this module and all below it."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_parameters(self) -> Iterator[tuple[str, Variable]]:
        """Yield each parameter with its path: ``("hidden.W", Variable)``."""
        return ((path, leaf) for path, leaf in self._named_leaves() if leaf.requires_grad)

    def named_buffers(self) -> Iterator[tuple[str, Variable]]:
        """Yield each Variable that is not trained, with its path; frozen parameters too."""
        return ((path, leaf) for path, leaf in self._named_leaves() if not leaf.requires_grad)

    def children(self) -> Iterator[Module]:
        """Yield the modules that this one holds itself, each once."""
        return iter({id(child): child for _, child in held(self, Module)}.values())

    def modules(self) -> Iterator[Module]:
        """Yield this module and each below it."""
        return (module for _, module in self.named_modules())

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """Yield this module, whose path is empty, and each below it: ``("hidden", Linear)``."""
        for path, part in self._parts():
            if isinstance(part, Module):
                yield path, part

    def named_generators(self) -> Iterator[tuple[str, np.random.Generator]]:
        """Yield each random Generator that modules hold, with its path: ``("1.rng", …)``."""
        seen: set[int] = set()
        for path, module in self.named_modules():
            for name, generator in held(module, np.random.Generator):
                if id(generator) not in seen:
                    seen.add(id(generator))
                    yield (f"{path}.{name}" if path else name), generator

    def register_buffer(self, name: str, value: Operand) -> None:
        """Keep a copy of constants as an attribute: saved and moved with the module, not trained.

        The same as ``self.name = ag.Variable(value, requires_grad=False)``.

        Parameters
        ----------
        name : str
            Of the attribute.
        value : array or Variable without gradient

        Raises
        ------
        ArgumentError
            If the name is no name of an attribute, or the module has that attribute.
        GraphError
            If the value is recorded.

        Examples
        --------
        >>> import autograd_lite as ag
        >>> layer = ag.nn.Linear(2, 1)
        >>> layer.register_buffer("scale", [1.0, 2.0])
        >>> layer.scale
        Variable([1., 2.], requires_grad=False)
        """
        if not isinstance(name, str) or not name.isidentifier() or hasattr(self, name):
            msg = f"register_buffer: name is {name!r:.40}; pass a name that no attribute has."
            raise ArgumentError(msg)
        setattr(self, name, Variable(value, requires_grad=False))

    # ---- modes, gradients, devices

    def train(self, mode: bool = True) -> Self:
        """Set ``training`` here and in all modules below, and return this module.

        Raises
        ------
        OperandError
            If `mode` is neither True nor False.
        """
        if not isinstance(mode, bool | np.bool_):
            msg = (
                f"train: mode is a {type(mode).__name__}; pass True or False. This sets a mode; a "
                "Trainer's fit trains."
            )
            raise OperandError(msg)
        for _, module in self.named_modules():
            module.training = bool(mode)
        return self

    def eval(self) -> Self:
        """Switch to evaluation: ``train(False)``."""
        return self.train(mode=False)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters, of those frozen since too."""
        for _, leaf in self._named_leaves():
            leaf.zero_grad()

    def to(self, device: str) -> Self:
        """Move parameters and buffers to a device, and return this module.

        They stay the same Variables, so that an optimizer made before still trains them.

        Parameters
        ----------
        device : {"cpu", "cuda"}

        Raises
        ------
        DeviceError
            If there is no such device.
        MissingDependencyError
            For ``"cuda"`` without CuPy.
        """
        for _, leaf in self._named_leaves():
            move_leaf(leaf, device)
        return self

    # ---- state

    def state_dict(self) -> State:
        """Return copies of all parameters and buffers, by path: NumPy arrays of the caller's own.

        A Variable that is held twice is there once, under its first path.

        Raises
        ------
        StateError
            If two Variables have the same path.

        Examples
        --------
        >>> import autograd_lite as ag
        >>> layer = ag.nn.Linear(2, 1, initialization="ones")
        >>> layer.state_dict()
        {'W': array([[1.],
               [1.]], dtype=float32), 'b': array([0.], dtype=float32)}
        """
        return state_of(unique(self._named_leaves()))

    def load_state_dict(self, state: Mapping[str, object]) -> None:
        """Write what ``state_dict`` returned into this module's own Variables.

        Narrower floats are converted, which is exact; wider ones are refused.

        Parameters
        ----------
        state : mapping of str to array
            By path, in any order: all that this module has and nothing else.

        Raises
        ------
        StateError
            If anything is missing, unexpected, of another shape or dtype; all is listed, and
            nothing has been written.
        OperandError
            If the state is no mapping.
        """
        load_state(unique(self._named_leaves()), state, "load_state_dict")

    def summary(self, x: Operand | None = None) -> Summary:
        """Return what this module consists of; it prints as a table.

        Parameters
        ----------
        x : Variable or array, optional
            An example: the module is run on it, in evaluation, to show the shapes of outputs.

        Raises
        ------
        OperandError
            For a shape.

        Examples
        --------
        >>> import numpy as np
        >>> import autograd_lite as ag
        >>> model = ag.nn.Sequential(ag.nn.Linear(64, 10), ag.nn.ReLU(), ag.nn.Linear(10, 3))
        >>> model.summary(np.zeros((5, 64), np.float32))
        layer  kind            output   parameters
        ------------------------------------------
        0      Linear(64, 10)  (5, 10)         650
        1      ReLU()          (5, 10)
        2      Linear(10, 3)   (5, 3)           33
        ------------------------------------------
        683 parameters, 2,732 bytes
        """
        return summarized(self, {} if x is None else shapes_of(self, x))

    # ---- how it is walked and observed

    def _named_leaves(self) -> Iterator[tuple[str, Variable]]:
        for path, part in self._parts():
            if isinstance(part, Variable) and is_made(part):
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
                pending += reversed([(prefix + name, value) for name, value in _parts_of(part)])

    def _observed(self, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> Variable:
        """Run in scopes named by the path from the module that calls: ``layers.0`` is two."""
        rely(self, "training")
        name = _names.get({}).get(id(self), "")
        children = {id(part): name for name, part in reversed(list(_parts_of(self)))}
        token = _names.set(children)
        try:
            with ExitStack() as scopes:
                for step in name.split("."):
                    if step:  # a key of a dict may be empty
                        scopes.enter_context(scope(step))
                output = self.forward(*inputs, **options)
        finally:
            _names.reset(token)
        watcher = WATCHER.get()
        if watcher is not None:
            watcher(self, output)
        return output

    @recursive_repr("…")  # a child may hold its parent
    def __repr__(self) -> str:
        children = [f"{name}={child!r}" for name, child in held(self, Module)]
        return f"{type(self).__name__}({', '.join(children)})"


def _parts_of(module: Module) -> Iterator[tuple[str, Part]]:
    return held(module, Variable, Module)
