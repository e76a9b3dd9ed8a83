"""Stochastic gradient descent, with and without momentum."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lite.arrays import Array, Namespace
from autograd_lite.checked import number, yes_or_no
from autograd_lite.errors import ArgumentError
from autograd_lite.optim.optimizer import Optimizer
from autograd_lite.optim.option import Option
from autograd_lite.optim.options import Parameters

__all__ = ["SGD", "Momentum", "Nesterov"]


class SGD(Optimizer):
    """Stochastic gradient descent: w ← w − lr · v, where v ← momentum · v + ∂L/∂w.

    Parameters
    ----------
    params : iterable or dict of Variable
        The leaves to train; those without a gradient are left as they are.
    lr : float
        The learning rate, 0 or more.
    momentum : float
        How much of the last v is kept: 0 or more, less than 1. Without momentum, v is the gradient.
    nesterov : bool
        Step along ``∂L/∂w + momentum · v``, where the next v will point.
    weight_decay, l1 : float
        The penalties of :class:`Optimizer`.

    Raises
    ------
    OperandError
        If there is no parameter, or one is not a leaf Variable.
    ArgumentError
        If a number is out of its range; for `nesterov` without momentum, or neither True nor False.

    Notes
    -----
    Sutskever and others, On the importance of initialization and momentum in deep learning, 2013,
    in PyTorch's form, where the rate multiplies v.

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

    momentum = Option("_momentum")
    nesterov = Option("_nesterov")

    def __init__(
        self,
        params: Parameters,
        lr: float = 0.01,
        momentum: float = 0.0,
        *,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        l1: float = 0.0,
    ) -> None:
        what = type(self).__name__
        self._momentum = number(momentum, f"{what}: momentum", below=1.0)
        self._nesterov = yes_or_no(nesterov, f"{what}: nesterov")
        if nesterov and not self._momentum:
            msg = f"{what}: nesterov=True looks ahead by momentum; pass one, for example 0.9."
            raise ArgumentError(msg)
        self.kept = ("momentum",) if self._momentum else ()
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
        """Write the new values of `data` and the momentum."""
        (lr,), step = rates, scratch[0]
        direction = gradient
        if state:
            (velocity,) = state
            xp.multiply(velocity, self._momentum, out=velocity)
            xp.add(velocity, gradient, out=velocity)
            direction = velocity
            if self._nesterov:
                xp.multiply(velocity, self._momentum, out=step)
                direction = xp.add(step, gradient, out=step)
        xp.multiply(direction, lr, out=step)
        xp.subtract(data, step, out=data)


class Momentum(SGD):
    """:class:`SGD` that keeps 0.9 of its last step.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> w = ag.Variable([1.0])
    >>> opt = ag.optim.Momentum([w], lr=0.1)
    >>> for _ in range(2):
    ...     opt.zero_grad()
    ...     (w * w).sum().backward()
    ...     opt.step()
    >>> w
    Variable([0.46])
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 0.01,
        momentum: float = 0.9,
        *,
        weight_decay: float = 0.0,
        l1: float = 0.0,
    ) -> None:
        super().__init__(params, lr, momentum=momentum, weight_decay=weight_decay, l1=l1)


class Nesterov(SGD):
    """:class:`SGD` with momentum that looks ahead.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> w = ag.Variable([1.0])
    >>> opt = ag.optim.Nesterov([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> opt.step()
    >>> w
    Variable([0.62])
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 0.01,
        momentum: float = 0.9,
        *,
        weight_decay: float = 0.0,
        l1: float = 0.0,
    ) -> None:
        super().__init__(
            params, lr, momentum=momentum, nesterov=True, weight_decay=weight_decay, l1=l1
        )
