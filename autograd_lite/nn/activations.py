"""Activations as modules, to stand in a Sequential."""

from __future__ import annotations

from autograd_lite.functions import relu, sigmoid, tanh
from autograd_lite.graph import Operand, Variable
from autograd_lite.nn.module import Module

__all__ = ["ReLU", "Sigmoid", "Tanh"]


class Sigmoid(Module):
    """1 / (1 + exp(-x)) of every element; the shape stays.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.Sigmoid()(ag.Variable([0.0]))
    Variable([0.5])
    """

    def forward(self, x: Operand) -> Variable:
        """Return the sigmoid of `x`."""
        return sigmoid(x)


class Tanh(Module):
    """The hyperbolic tangent of every element; the shape stays.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.Tanh()(ag.Variable([0.0]))
    Variable([0.])
    """

    def forward(self, x: Operand) -> Variable:
        """Return the hyperbolic tangent of `x`."""
        return tanh(x)


class ReLU(Module):
    """max(x, 0) of every element; the shape stays.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.ReLU()(ag.Variable([-1.0, 2.0]))
    Variable([0., 2.])
    """

    def forward(self, x: Operand) -> Variable:
        """Return the positive part of `x`."""
        return relu(x)
