"""Activations as modules, to stand in a Sequential."""

from __future__ import annotations

from typing import Literal

from autograd_lite.errors import ArgumentError
from autograd_lite.functions import (
    elu,
    gelu,
    leaky_relu,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    step,
    tanh,
)
from autograd_lite.functions.constants import integer
from autograd_lite.graph import Operand, Variable
from autograd_lite.nn.arguments import spread_of
from autograd_lite.nn.module import Module

__all__ = [
    "ELU",
    "GELU",
    "Identity",
    "LeakyReLU",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Step",
    "Tanh",
]


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


class SiLU(Module):
    """x · sigmoid(x) of every element; the shape stays.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.SiLU()(ag.Variable([0.0, 1.0]))
    Variable([0.      , 0.731059])
    """

    def forward(self, x: Operand) -> Variable:
        """Return `x` times its sigmoid."""
        return silu(x)


class Softplus(Module):
    """log(1 + exp(x)) of every element; the shape stays.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.Softplus()(ag.Variable([0.0, 30.0]))
    Variable([ 0.693147, 30.      ])
    """

    def forward(self, x: Operand) -> Variable:
        """Return the smooth positive part of `x`."""
        return softplus(x)


class Step(Module):
    """1 where x > 0, else 0, as a perceptron's output; no gradient passes, so nothing below learns.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.Step()(ag.Variable([-1.0, 0.0, 2.0]))
    Variable([0., 0., 1.])
    """

    def forward(self, x: Operand) -> Variable:
        """Return 1 where `x` is positive."""
        return step(x)


class Identity(Module):
    """x itself: what stands where nothing is to be done.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.Identity()(ag.Variable([-1.0, 2.0]))
    Variable([-1.,  2.])
    """

    def forward(self, x: Operand) -> Variable:
        """Return `x`; an array or a list as a constant."""
        return x if isinstance(x, Variable) else Variable(x, requires_grad=False)


class LeakyReLU(Module):
    """x above 0 and slope · x below; the shape stays.

    Parameters
    ----------
    slope : float
        Not negative.

    Raises
    ------
    ArgumentError
        If it is.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.LeakyReLU(0.1)(ag.Variable([-2.0, 2.0]))
    Variable([-0.2,  2. ])
    """

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = spread_of(slope, "LeakyReLU: slope")

    def forward(self, x: Operand) -> Variable:
        """Return `x`, made smaller below 0."""
        return leaky_relu(x, self.slope)

    def __repr__(self) -> str:
        return f"LeakyReLU({self.slope:g})"


class ELU(Module):
    """x above 0 and alpha · (exp(x) - 1) below; the shape stays.

    Parameters
    ----------
    alpha : float
        What the result falls to is -alpha; not negative.

    Raises
    ------
    ArgumentError
        If it is.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.ELU()(ag.Variable([-1e4, 2.0]))
    Variable([-1.,  2.])
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = spread_of(alpha, "ELU: alpha")

    def forward(self, x: Operand) -> Variable:
        """Return `x`, bent to -alpha below 0."""
        return elu(x, self.alpha)

    def __repr__(self) -> str:
        return f"ELU({self.alpha:g})"


class GELU(Module):
    """x times the normal distribution function of x; the shape stays.

    Parameters
    ----------
    approximate : {"tanh", "none"}
        ``"tanh"`` is close and needs NumPy alone; ``"none"`` is exact, and needs SciPy.

    Raises
    ------
    ArgumentError
        For another word.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.GELU()(ag.Variable([0.0, 1.0]))
    Variable([0.      , 0.841192])
    """

    def __init__(self, approximate: Literal["tanh", "none"] = "tanh") -> None:
        if approximate not in ("tanh", "none"):
            msg = f'GELU: approximate is {approximate!r:.40}; pass "tanh" or "none".'
            raise ArgumentError(msg)
        self.approximate = approximate

    def forward(self, x: Operand) -> Variable:
        """Return the GELU of `x`."""
        return gelu(x, self.approximate)

    def __repr__(self) -> str:
        return "GELU()" if self.approximate == "tanh" else f"GELU({self.approximate!r})"


class Softmax(Module):
    """Probabilities: exp(x) / Σ exp(x) along an axis.

    For training leave it out: CrossEntropyLoss takes what comes before it, and applies it itself.

    Parameters
    ----------
    axis : int
        The axis along which the result sums to 1.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.nn.Softmax()(ag.Variable([[1000.0, 1000.0]]))
    Variable([[0.5, 0.5]])
    """

    def __init__(self, axis: int = -1) -> None:
        self.axis = integer(axis, "Softmax: axis")

    def forward(self, x: Operand) -> Variable:
        """Return probabilities."""
        return softmax(x, self.axis)

    def __repr__(self) -> str:
        return "Softmax()" if self.axis == -1 else f"Softmax(axis={self.axis})"
