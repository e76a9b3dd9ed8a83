"""Adam and AdamW: momentum, and a rate for each element."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lite.arrays import Array, Namespace
from autograd_lite.checked import number
from autograd_lite.errors import ArgumentError
from autograd_lite.optim.optimizer import Optimizer
from autograd_lite.optim.option import Option
from autograd_lite.optim.options import Parameters
from autograd_lite.optim.packing import Change

__all__ = ["Adam", "AdamW"]


class Adam(Optimizer):
    """Adam: w ← w − lr · m̂ / (√v̂ + eps), with running means m of g and v of g².

    m ← β₁ · m + (1 − β₁) · g and v ← β₂ · v + (1 − β₂) · g² start at 0, so that after t steps they
    are divided by what they lack: m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).

    Parameters
    ----------
    params : iterable or dict of Variable
    lr : float
        The learning rate, 0 or more.
    betas : pair of float
        How much of the last m and v is kept: 0 or more, less than 1.
    eps : float
        Keeps the quotient finite where every gradient was 0.
    weight_decay, l1 : float
        The penalties of :class:`Optimizer`; :class:`AdamW` decays weights beside the quotient.

    Raises
    ------
    OperandError
        If there is no parameter, or one is not a leaf Variable.
    ArgumentError
        If a number is out of its range.

    Notes
    -----
    Kingma and Ba, Adam: a method for stochastic optimization, 2015. What is kept is m / (1 − β₁)
    and v / (1 − β₂), the rate and eps are scaled for it: ten array passes instead of thirteen.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> w = ag.Variable([1.0, -20.0])
    >>> opt = ag.optim.Adam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> opt.step()
    >>> w
    Variable([  0.9, -19.9])
    """

    kept = ("momentum", "squares")
    counts = True
    elementwise = True
    betas = Option("_betas")
    eps = Option("_eps")

    def __init__(
        self,
        params: Parameters,
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        *,
        weight_decay: float = 0.0,
        l1: float = 0.0,
    ) -> None:
        what = type(self).__name__
        if not isinstance(betas, tuple | list) or len(betas) != 2:
            msg = f"{what}: betas is {betas!r:.40}; pass two numbers, for example (0.9, 0.999)."
            raise ArgumentError(msg)
        first, second = [number(beta, f"{what}: a beta", below=1.0) for beta in betas]
        self._betas = first, second
        self._eps = number(eps, f"{what}: eps")
        super().__init__(params, lr, weight_decay=weight_decay, l1=l1)

    def rates(self, xp: Namespace, lr: Array, steps: Array) -> tuple[Array, ...]:
        """Return the rate and eps that go with the sums that are kept."""
        first, second = self._betas
        taken = xp.maximum(steps, 1.0)  # also of those without a gradient so far
        scale = xp.sqrt((1.0 - second**taken) / (1.0 - second))
        return lr * (1.0 - first) / (1.0 - first**taken) * scale, self._eps * scale

    def update(
        self,
        xp: Namespace,
        data: Array,
        gradient: Array,
        state: Sequence[Array],
        rates: Sequence[Array],
        scratch: Sequence[Array],
    ) -> None:
        """Write the new values of `data` and both decaying sums."""
        self._change(xp, gradient, state, rates, scratch)
        xp.subtract(data, scratch[0], out=data)

    def _change(
        self,
        xp: Namespace,
        gradient: Array,
        state: Sequence[Array],
        rates: Sequence[Array],
        scratch: Sequence[Array],
    ) -> None:
        """Write both decaying sums, and the step into `scratch`."""
        (momentum, squares), step = state, scratch[0]
        rate, eps = rates[0], rates[1]
        first, second = self._betas
        xp.multiply(momentum, first, out=momentum)
        xp.add(momentum, gradient, out=momentum)
        xp.multiply(gradient, gradient, out=step)
        xp.multiply(squares, second, out=squares)
        xp.add(squares, step, out=squares)
        xp.sqrt(squares, out=step)
        xp.add(step, eps, out=step)
        xp.divide(momentum, step, out=step)
        xp.multiply(step, rate, out=step)

    def _packing(self) -> Change | None:
        """Return what small parameters share, unless a subclass does otherwise."""
        own = type(self).update is Adam.update and type(self).rates is Adam.rates
        return self._change if own else None


class AdamW(Adam):
    """Adam with decoupled weight decay: first w ← (1 − lr · weight_decay) · w.

    Parameters
    ----------
    params : iterable or dict of Variable
    lr : float
        The learning rate, 0 or more.
    betas : pair of float
    eps : float
        As for :class:`Adam`.
    weight_decay : float
        Multiplies the weights, not added to the gradient.
    l1 : float
        The penalty of :class:`Optimizer`, added to the gradient.

    Raises
    ------
    OperandError
        If there is no parameter, or one is not a leaf Variable.
    ArgumentError
        If a number is out of its range.

    Notes
    -----
    Loshchilov and Hutter, Decoupled weight decay regularization, 2019.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> w = ag.Variable([1.0, -20.0])
    >>> opt = ag.optim.AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).sum().backward()
    >>> opt.step()
    >>> w
    Variable([  0.85, -18.9 ])
    """

    elementwise = True
    weight_decay = Option("_shrinking")

    def __init__(
        self,
        params: Parameters,
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        *,
        weight_decay: float = 0.01,
        l1: float = 0.0,
    ) -> None:
        self._shrinking = number(weight_decay, f"{type(self).__name__}: weight_decay")
        super().__init__(params, lr, betas, eps, l1=l1)

    def rates(self, xp: Namespace, lr: Array, steps: Array) -> tuple[Array, ...]:
        """Return what Adam needs, and what the weights are multiplied by."""
        return *super().rates(xp, lr, steps), (1.0 - lr * self._shrinking) * xp.ones_like(steps)

    def update(
        self,
        xp: Namespace,
        data: Array,
        gradient: Array,
        state: Sequence[Array],
        rates: Sequence[Array],
        scratch: Sequence[Array],
    ) -> None:
        """Shrink `data`, and update it as Adam does."""
        xp.multiply(data, rates[2], out=data)
        super().update(xp, data, gradient, state, rates, scratch)
