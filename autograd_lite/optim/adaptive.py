"""AdaGrad and RMSProp: a rate for each element, by the size of its gradients so far."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from autograd_lite.arrays import Array, Namespace
from autograd_lite.checked import number
from autograd_lite.optim.optimizer import Optimizer
from autograd_lite.optim.option import Option
from autograd_lite.optim.options import Parameters

__all__ = ["AdaGrad", "RMSProp"]


class AdaGrad(Optimizer):
    """AdaGrad: w ← w − lr · g / (√s + eps), where s ← s + g².

    Parameters
    ----------
    params : iterable or dict of Variable
    lr : float
        The learning rate, 0 or more.
    eps : float
        Keeps the quotient finite where every gradient was 0.
    weight_decay, l1 : float
        The penalties of :class:`Optimizer`.

    Raises
    ------
    OperandError
        If there is no parameter, or one is not a leaf Variable.
    ArgumentError
        If a number is out of its range.

    Notes
    -----
    Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic
    optimization, 2011.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> w = ag.Variable([1.0, -20.0])
    >>> opt = ag.optim.AdaGrad([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> opt.step()
    >>> w
    Variable([  0.9, -19.9])
    """

    kept = ("squares",)
    eps = Option("_eps")

    def __init__(
        self,
        params: Parameters,
        lr: float = 0.01,
        *,
        eps: float = 1e-10,
        weight_decay: float = 0.0,
        l1: float = 0.0,
    ) -> None:
        self._eps = number(eps, f"{type(self).__name__}: eps")
        super().__init__(params, lr, weight_decay=weight_decay, l1=l1)

    def update(
        self,
        xp: Namespace,
        data: Array,
        gradient: Array,
        state: Sequence[Array],
        rates: Sequence[Array],
        scratch: Sequence[Array],
    ) -> None:
        """Write the new values of `data` and the sum of squares."""
        (squares,), (lr,), step = state, rates, scratch[0]
        xp.multiply(gradient, gradient, out=step)
        xp.add(squares, step, out=squares)
        xp.sqrt(squares, out=step)
        xp.add(step, self._eps, out=step)
        xp.divide(gradient, step, out=step)
        xp.multiply(step, lr, out=step)
        xp.subtract(data, step, out=data)


class RMSProp(Optimizer):
    """RMSProp: w ← w − lr · g / (√s + eps), where s ← alpha · s + (1 − alpha) · g².

    Parameters
    ----------
    params : iterable or dict of Variable
    lr : float
        The learning rate, 0 or more.
    alpha : float
        How much of the last mean square is kept: 0 or more, less than 1.
    eps : float
        Keeps the quotient finite where every gradient was 0.
    weight_decay, l1 : float
        The penalties of :class:`Optimizer`.

    Raises
    ------
    OperandError
        If there is no parameter, or one is not a leaf Variable.
    ArgumentError
        If a number is out of its range.

    Notes
    -----
    Tieleman and Hinton, Lecture 6.5: divide the gradient by a running average of its recent
    magnitude, 2012. What is kept is s / (1 − alpha), which takes an array pass less to update.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> w = ag.Variable([1.0, -20.0])
    >>> opt = ag.optim.RMSProp([w], lr=0.1, alpha=0.75)
    >>> (w * w).sum().backward()
    >>> opt.step()
    >>> w
    Variable([  0.8, -19.8])
    """

    kept = ("squares",)
    alpha = Option("_alpha")
    eps = Option("_eps")

    def __init__(
        self,
        params: Parameters,
        lr: float = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        *,
        weight_decay: float = 0.0,
        l1: float = 0.0,
    ) -> None:
        what = type(self).__name__
        self._alpha = number(alpha, f"{what}: alpha", below=1.0)
        self._eps = number(eps, f"{what}: eps")
        super().__init__(params, lr, weight_decay=weight_decay, l1=l1)

    def rates(self, xp: Namespace, lr: Array, steps: Array) -> tuple[Array, ...]:
        """Return the rate that goes with the sum that is kept."""
        return (lr / sqrt(1.0 - self._alpha) * xp.ones_like(steps),)

    def update(
        self,
        xp: Namespace,
        data: Array,
        gradient: Array,
        state: Sequence[Array],
        rates: Sequence[Array],
        scratch: Sequence[Array],
    ) -> None:
        """Write the new values of `data` and the decaying sum of squares."""
        (squares,), (rate,), step = state, rates, scratch[0]
        xp.multiply(gradient, gradient, out=step)
        xp.multiply(squares, self._alpha, out=squares)
        xp.add(squares, step, out=squares)
        xp.sqrt(squares, out=step)
        xp.add(step, self._eps / sqrt(1.0 - self._alpha), out=step)
        xp.divide(gradient, step, out=step)
        xp.multiply(step, rate, out=step)
        xp.subtract(data, step, out=data)
