"""Smooth activations: sigmoid, softplus, silu, mish, gelu; softmax lives beside them."""

from __future__ import annotations

from importlib import import_module
from math import inf, log, pi, sqrt
from typing import Any

from autograd_lite.arrays import Array, Namespace
from autograd_lite.errors import ArgumentError, MissingDependencyError
from autograd_lite.functions.reductions import narrow, wide
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Elementwise, Places
from autograd_lite.graph.variable import Operand, Variable, constant

__all__ = ["gelu", "mish", "sigmoid", "silu", "softplus"]

FAR = 1e4


class Sigmoid(Elementwise):
    """σ(x) = 1 / (1 + exp(-x)); its slope is σ · (1 - σ)."""

    __slots__ = keeps = ("out",)
    name = "sigmoid"
    symbol = "σ"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A(2, low=-30, high=30)),
        Case(A(3, complex=True)),
    )
    points = (At(X([-FAR, 0.0, FAR]), gives=[0, 0.5, 1], slopes=([0, 0.25, 0],)),)
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = self.xp.sigmoid(x)
        return out

    def backward(self, gy: Array) -> Array:
        return gy * ((1 - self.out) * self.out)


class Softplus(Elementwise):
    """log(1 + exp(x)); its slope is σ(x)."""

    __slots__ = keeps = ("x",)
    name = "softplus"
    cases = (Case(A(3, 4)), Case(A(2, low=-30, high=30)))
    points = (
        At(X([-FAR, 0.0, FAR]), gives=[0, log(2), FAR], slopes=([0, 0.5, 1],)),
        At(X([]), gives=[], slopes=([],)),
    )
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.softplus(x)

    def backward(self, gy: Array) -> Array:
        return gy * self.xp.sigmoid(self.x)


class Gated(Elementwise):
    """x · gate(x), with a gate between 0 and 1; the slope is gate + x · gate'.

    The gate is a hidden second output: backward need not compute it again, and second derivatives
    know where it comes from.
    """

    __slots__ = ("gate", "x")
    keeps = ("x", "gate")
    outputs = ("out", "gate")
    hidden = True
    x: Array
    gate: Array

    def gated(self, x: Array, gate: Array) -> Array:
        """Return the product; both come here widened, if they are float16."""
        self.gate = narrow(gate, self.x)
        return narrow(x * gate, self.x)

    def steepness(self, x: Array, gate: Array) -> Array:
        """Return the gate's slope."""
        raise NotImplementedError

    def backward(self, gy: Any) -> Array:
        x, gate = wide(self.x), wide(self.gate)  # x² may overflow
        steepness = self.steepness(x, gate)
        if type(gy) is Places:
            return narrow(added(gy, gate + x * steepness, steepness), self.x)
        return narrow(gy * (gate + x * steepness), self.x)


def added(places: Places, slope: Array, hidden: Array) -> Array:
    """Return the gradient of both outputs of a node, of which one or the other may be unused."""
    gy, g_hidden = places
    through: Array = g_hidden * hidden
    return through if gy is None else gy * slope + through


class SiLU(Gated):
    """x · σ(x)."""

    __slots__ = ()
    name = "silu"
    cases = (Case(A(3, 4)), Case(A(2, low=-30, high=30)))
    points = (
        At(X([-FAR, 0.0, FAR]), gives=[0, 0, FAR], slopes=([0, 0.5, 1],)),
        At(X([]), gives=[], slopes=([],)),
    )

    def forward(self, x: Array) -> Array:
        self.x = x
        z = wide(x)
        return self.gated(z, self.xp.sigmoid(z))

    def steepness(self, _x: Array, gate: Array) -> Array:
        return (1 - gate) * gate


class Mish(Elementwise):
    """x · tanh(log(1 + exp(x))), in which nothing overflows.

    With e = exp(x), a hidden second output, and n = e (e + 2) the tanh is n / (n + 2), and the
    slope (n + 4 x (n - e) / (n + 2)) / (n + 2). From a certain x on both are 1 to the last digit.
    """

    __slots__ = ("e", "x")
    keeps = ("x", "e")
    outputs = ("out", "e")
    hidden = True
    name = "mish"
    cases = (Case(A(3, 4)), Case(A(2, low=-30, high=30)))
    points = (
        At(X([-FAR, 0.0, FAR]), gives=[0, 0, FAR], slopes=([0, 0.6, 1],)),
        At(X([1e30, 45.0]), gives=[1e30, 45], slopes=([1, 1],)),
        At(X([]), gives=[], slopes=([],)),
    )
    x: Array
    e: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        z = wide(x)
        e = self.e = self.xp.exp(z.clip(-inf, self._enough(z)))
        n = (e + 2) * e
        return narrow(n / (n + 2) * z, x)

    def backward(self, gy: Any) -> Array:
        x, e = wide(self.x), self.e
        n = (e + 2) * e
        m = n + 2
        slope = ((n - e) / m * x * 4 + n) / m
        if type(gy) is Places:
            return narrow(added(gy, slope, e * (x < self._enough(x))), self.x)
        return narrow(gy * slope, self.x)

    @staticmethod
    def _enough(x: Array) -> float:
        """Return an x whose exp can still be squared, and is far beyond 1 by its digits."""
        return 44.0 if x.dtype.itemsize == 4 else 350.0


class GELU(Gated):
    """x · Φ(x), with Φ the normal distribution, or a sigmoid of x + 0.044715 x³ close to it."""

    __slots__ = ("exact",)
    name = "gelu"
    cases = (Case(A(3, 4)), Case(A(2, low=-30, high=30)))
    points = (
        At(X([-FAR, 0.0, FAR]), gives=[0, 0, FAR], slopes=([0, 0.5, 1],)),
        At(X([]), gives=[], slopes=([],)),
    )
    SLOPE = 2 * sqrt(2 / pi)
    BEND = 0.044715 * SLOPE
    DENSITY = 1 / sqrt(2 * pi)
    exact: bool

    def __init__(self, *, exact: bool) -> None:
        self.exact = exact

    def forward(self, x: Array) -> Array:
        self.x = x
        z = wide(x)
        if self.exact:
            return self.gated(z, _normal_distribution(self.xp, z))
        return self.gated(z, self.xp.sigmoid(z * (z * z * self.BEND + self.SLOPE)))

    def steepness(self, x: Array, gate: Array) -> Array:
        square = x * x
        if self.exact:
            return self.xp.exp(square * -0.5) * self.DENSITY
        return (1 - gate) * gate * (square * (3 * self.BEND) + self.SLOPE)


def _normal_distribution(xp: Namespace, x: Array) -> Array:
    """Return Φ(x) from the special functions that belong to an array library.

    Raises
    ------
    MissingDependencyError
        If they are not installed.
    """
    home = "cupyx.scipy.special" if xp.library == "CuPy" else "scipy.special"
    try:
        special: Any = import_module(home)
    except ImportError as error:
        msg = (
            f"gelu: approximate='none' needs {home}; install SciPy, for example with "
            "pip install 'autograd-lite[scipy]', or pass approximate='tanh'."
        )
        raise MissingDependencyError(msg) from error
    found: Array = special.ndtr(x)
    return found


def sigmoid(x: Operand) -> Variable:
    """Return 1 / (1 + exp(-x)), without overflow for any x.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.sigmoid(ag.Variable([-1000.0, 0.0]))
    Variable([0. , 0.5])
    """
    v = unary(Sigmoid(), x)
    if isinstance(x, Variable):
        v._logits = _logits_of(x, recorded=v._node is not None)
    return v


def _logits_of(x: Variable, *, recorded: bool) -> Variable:
    """Return what a loss of these probabilities is exact from.

    The logits live as long as the Variable of the probabilities: the node itself keeps no more
    than its rule reads. They hold on to no logits of their own.
    """
    if not recorded:
        return constant(x._data if x._version is None else x._data.copy())
    if x._node is None:
        return x
    logits = constant(x._data, x._version)
    logits._node = x._node
    return logits


def softplus(x: Operand) -> Variable:
    """Return log(1 + exp(x)), a smooth max(x, 0): no overflow, and all digits far below 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.softplus(ag.Variable([0.0, 30.0]))
    Variable([ 0.693147, 30.      ])
    """
    return unary(Softplus(), x)


def silu(x: Operand) -> Variable:
    """Return x · sigmoid(x), also called swish.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.silu(ag.Variable([-1e4, 0.0, 1.0]))
    Variable([-0.      ,  0.      ,  0.731059])
    """
    return unary(SiLU(), x)


def mish(x: Operand) -> Variable:
    """Return x · tanh(softplus(x)) (Misra 2019, https://arxiv.org/abs/1908.08681).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.mish(ag.Variable([-1e4, 0.0, 1.0]))
    Variable([-0.      ,  0.      ,  0.865098])
    """
    return unary(Mish(), x)


def gelu(x: Operand, approximate: str = "tanh") -> Variable:
    """Return x · Φ(x), Φ being the normal distribution (https://arxiv.org/abs/1606.08415).

    Parameters
    ----------
    x : Variable or array
    approximate : {"tanh", "none"}
        ``"tanh"``, the default here, is x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))); ``"none"`` is
        exact, and needs SciPy. (PyTorch has both by the same names; its default is ``"none"``.)

    Raises
    ------
    ArgumentError
        If `approximate` is neither.
    MissingDependencyError
        If SciPy is needed and not installed.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.gelu(ag.Variable([-1e4, 0.0, 1.0]))
    Variable([-0.      ,  0.      ,  0.841192])
    """
    if approximate not in ("tanh", "none"):
        msg = f"gelu: approximate={approximate!r} is unknown; pass 'tanh' or 'none'."
        raise ArgumentError(msg)
    return unary(GELU(exact=approximate == "none"), x)
