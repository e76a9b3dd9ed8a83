"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from autograd_lite.arrays import GATE, Array, enter, namespace
from autograd_lite.errors import ArgumentError, GraphError, OperandError
from autograd_lite.graph import Variable, note_write, write_access

__all__ = ["SGD"]


class SGD:
    """Stochastic gradient descent: w ← w − lr · ∂L/∂w.

    Parameters
    ----------
    params : iterable or dict of Variable
        The leaves to train; those without a gradient are left as they are.
    lr : float
        The learning rate, more than 0.

    Raises
    ------
    OperandError
        If there is no parameter, or one is not a leaf Variable.
    ArgumentError
        If the learning rate is not a positive number.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> w = ag.Variable([1.0, 2.0])
    >>> opt = ag.optim.SGD([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> opt.step()
    >>> w
    Variable([0.8, 1.6])
    """

    def __init__(self, params: Iterable[Variable] | Mapping[str, Variable], lr: float) -> None:
        if isinstance(params, Variable):
            msg = "SGD: pass a list of parameters, SGD([w], lr), not a single Variable."
            raise OperandError(msg)
        self.params = list(params.values()) if isinstance(params, Mapping) else list(params)
        if not self.params:
            msg = "SGD: there is no parameter to train; pass Variables."
            raise OperandError(msg)
        for parameter in self.params:
            if not isinstance(parameter, Variable) or not parameter.is_leaf:
                msg = (
                    f"SGD: {parameter!r:.60} is not a leaf Variable; pass Variables that you made, "
                    "not ones that were computed."
                )
                raise OperandError(msg)
        if len({id(parameter) for parameter in self.params}) < len(self.params):
            msg = "SGD: a parameter is listed twice and would be updated twice; list each once."
            raise ArgumentError(msg)
        # An array per parameter, in its dtype: a rate of another would promote the update.
        self._rates = [namespace(p._data).full((), 1.0, dtype=p._data.dtype) for p in self.params]
        self.lr = lr

    @property
    def lr(self) -> float:
        """The learning rate."""
        return self._lr

    @lr.setter
    def lr(self, value: float) -> None:
        if not isinstance(value, float | int | np.number) or not value > 0 or value == float("inf"):
            msg = f"SGD: the learning rate is {value!r}; pass a positive number."
            raise ArgumentError(msg)
        self._lr = float(value)
        for rate in self._rates:
            rate[...] = value

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.params:
            parameter.zero_grad()

    def step(self) -> None:
        """Update every parameter that has a gradient, in place.

        Raises
        ------
        GraphError
            If none has one: backward was not called.
        """
        updated: list[Variable] = []
        changes: list[tuple[Array, Array]] = []
        for parameter, rate in zip(self.params, self._rates, strict=True):
            gradient = parameter.grad
            if gradient is not None:
                updated.append(parameter)
                changes.append((rate, gradient))
        if not updated:
            msg = "SGD: no parameter has a gradient; call loss.backward() before step()."
            raise GraphError(msg)
        for data, (rate, gradient) in zip(write_access(*updated), changes, strict=True):
            if GATE.hook is not None:
                data, rate, gradient = enter(data), enter(rate), enter(gradient)
            data -= rate * gradient
        note_write(*updated)
