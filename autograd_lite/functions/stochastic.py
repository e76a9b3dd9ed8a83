"""Stochastic operations: dropout. Random numbers come from explicit NumPy Generators."""

from __future__ import annotations

from math import prod
from types import SimpleNamespace

import numpy as np

from autograd_lite.arrays import Array, draw, enter, forbid, namespace, read_only
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.functions.standardizing import floats
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Elementwise
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["dropout"]

FEW = 4096  # elements: beyond, random bytes are drawn, eight for the price of one number


# The Generator of operations that are given none; the draws of one are thread-safe. It is made when
# first asked for: numpy.random takes 12 ms to import.
DEFAULT = SimpleNamespace(generator=None)


def seed(value: int | None) -> None:
    """Start a new sequence of the random numbers that all of the library shares.

    They serve whatever is given no Generator of its own: dropout, initial weights, shuffling.

    Parameters
    ----------
    value : int or None
        0 or more; the same seed gives the same numbers. None starts somewhere unpredictable.

    Raises
    ------
    ArgumentError
        If the seed is negative.
    OperandError
        If it is no whole number.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.seed(0)
    >>> ag.dropout([1.0, 2.0, 3.0, 4.0], 0.5)
    Variable([2., 0., 0., 0.], requires_grad=False)
    """
    forbid("seed() was called", "call it between the calls")
    if value is None:
        DEFAULT.generator = np.random.default_rng()
    else:
        DEFAULT.generator = generator_of(value, "seed: value")


class Dropout(Elementwise):
    """x where a mask holds, times 1 / (1 - p), else 0; so with the gradient."""

    __slots__ = ("mask", "scale")
    constants = ("mask",)
    selects = True
    name = "dropout"
    cases = (
        Case(A(3, 4), generator=0),
        Case(A(2, 3), 0.2, generator=1),
        Case(A(2, 3), 1.0),
        Case(A(3), 0.5, training=False),
        Case(A(), 0.5, generator=3),
        Case(A(0, 2), 0.5),
    )
    points = (
        At(X([1.0, -2.0]), 1, gives=[0.0, 0.0], slopes=([0.0, 0.0],)),
        At(X([1.0, -2.0]), 0, gives=[1.0, -2.0], slopes=([1.0, 1.0],)),
        At(X([1e4, -1e4]), training=False, gives=[1e4, -1e4], slopes=([1.0, 1.0],)),
    )
    mask: Array
    scale: float

    def __init__(self, mask: Array, scale: float) -> None:
        self.mask = mask
        self.scale = scale

    def forward(self, x: Array) -> Array:
        out = x * self.mask
        out *= self.scale
        return out

    def backward(self, gy: Array) -> Array:
        gx = gy * self.mask
        gx *= self.scale
        return gx


def dropout(
    x: Operand,
    p: float = 0.5,
    *,
    training: bool = True,
    generator: np.random.Generator | int | None = None,
) -> Variable:
    """Set each element to 0 with probability `p` and multiply the others by 1 / (1 - p).

    In evaluation, and for ``p = 0``, `x` comes back as it is.

    Parameters
    ----------
    x : Variable or array
    p : float
        Between 0 and 1; exact, to the last digit of a float64.
    training : bool
    generator : numpy.random.Generator or int, optional
        Where random numbers come from: on the CPU, also for arrays on a GPU. An int is the seed of
        a new one: the same mask each time. By default one Generator that all threads share.

    Returns
    -------
    Variable

    Raises
    ------
    ArgumentError
        If `p` is not between 0 and 1, or the seed is negative.
    OperandError
        If `generator` is neither.

    Notes
    -----
    Srivastava and others, Dropout, 2014. The scale stands in training, so that evaluation is the
    identity.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, 2.0, 3.0, 4.0])
    >>> y = ag.dropout(x, 0.5, generator=0)
    >>> y
    Variable([2., 0., 0., 0.])
    >>> y.sum().backward()
    >>> print(x.grad)
    [2. 0. 0. 0.]
    """
    if not 0 <= p <= 1:
        msg = f"dropout: p is {p}; pass a probability between 0 and 1."
        raise ArgumentError(msg)
    v = floats(x)
    if p == 0 or not training:
        return v if v is x else Variable(v._data, requires_grad=False)
    chosen = generator_of(generator, "dropout: generator")
    if chosen is generator or generator is None:
        mask = draw(DEFAULT if generator is None else chosen, kept, v._data.shape, p)
    else:
        mask = read_only(kept(v._data.shape, p, chosen))  # the same each time
    mask = namespace(enter(v._data, v)).asarray(mask)
    return unary(Dropout(mask, 1.0 / (1.0 - p) if p < 1 else 1.0), v)


def generator_of(given: np.random.Generator | int | None, what: str) -> np.random.Generator:
    """Return the Generator that an argument asks for: itself, a new one, or the shared one."""
    if given is None:
        if DEFAULT.generator is None:
            DEFAULT.generator = np.random.default_rng()
        given = DEFAULT.generator
    if isinstance(given, np.random.Generator):
        return given
    if not isinstance(given, int | np.integer) or isinstance(given, bool):
        msg = f"{what} is {given!r:.40}; pass a numpy.random.Generator or a seed."
        raise OperandError(msg)
    if given < 0:
        msg = f"{what} is the seed {given}; pass 0 or more."
        raise ArgumentError(msg)
    return np.random.default_rng(given)


def kept(shape: tuple[int, ...], p: float, generator: np.random.Generator) -> Array:
    """Return a mask that is False with probability p.

    Of many elements each is given a random byte. Whether one is below 256 p, that alone decides;
    only those equal to its whole part need a second number, to compare with the rest.
    """
    size = prod(shape)
    if size <= FEW:
        return np.asarray(generator.random(shape) >= p)
    words = generator.integers(0, 2**64 - 1, -(-size // 8), dtype=np.uint64, endpoint=True)
    draws = words.view(np.uint8)[:size]
    whole, part = divmod(p * 256.0, 1.0)
    mask = draws >= int(whole)
    if part:
        edge = np.flatnonzero(draws == int(whole))
        mask[edge] = generator.random(edge.size) >= part
    return mask.reshape(shape)
