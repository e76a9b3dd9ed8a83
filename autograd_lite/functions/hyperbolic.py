"""Hyperbolic functions and their inverses."""

from __future__ import annotations

from math import inf, nan

from autograd_lite.arrays import Array
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Elementwise
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["arccosh", "arcsinh", "arctanh", "cosh", "sinh", "tanh"]


class Sinh(Elementwise):
    """sinh x = (exp x - exp(-x)) / 2; its slope is cosh x."""

    __slots__ = keeps = ("x",)
    name = "sinh"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A(3, complex=True)),
    )
    points = (At(X([-1e4, 0.0, 1e4]), gives=[-inf, 0.0, inf], slopes=([inf, 1.0, inf],)),)
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.sinh(x)

    def backward(self, gy: Array) -> Array:
        return gy * self.xp.cosh(self.x)


class Cosh(Elementwise):
    """cosh x = (exp x + exp(-x)) / 2; its slope is sinh x."""

    __slots__ = keeps = ("x",)
    name = "cosh"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A(3, complex=True)),
    )
    points = (At(X([-1e4, 0.0, 1e4]), gives=[inf, 1.0, inf], slopes=([-inf, 0.0, inf],)),)
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.cosh(x)

    def backward(self, gy: Array) -> Array:
        return gy * self.xp.sinh(self.x)


class Tanh(Elementwise):
    """tanh x; its slope is 1 - tanh² x."""

    __slots__ = keeps = ("out",)
    name = "tanh"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A(3, low=-1.0, high=1.0, complex=True)),
    )
    points = (
        At(X([-1e4, 0.0, 1e4, inf]), gives=[-1.0, 0.0, 1.0, 1.0], slopes=([0.0, 1.0, 0.0, 0.0],)),
    )
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = self.xp.tanh(x)
        return out

    def backward(self, gy: Array) -> Array:
        out = self.out
        return gy - gy * (out * out)  # a Python number, 1 - out², would cost 190 ns more


class Arcsinh(Elementwise):
    """arcsinh x = log(x + √(x² + 1)); its slope is 1 / √(x² + 1)."""

    __slots__ = keeps = ("x",)
    name = "arcsinh"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A(3, low=0.3, complex=True)),
    )
    points = (
        At(
            X([-inf, -1e30, 0.0, 1e30]),
            gives=[-inf, -69.77069997038132, 0.0, 69.77069997038132],
            slopes=([0.0, 1e-30, 1.0, 1e-30],),
        ),
    )
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.arcsinh(x)

    def backward(self, gy: Array) -> Array:
        x, xp = self.x, self.xp
        if x.dtype.kind == "c":
            return gy / xp.sqrt(1.0 + x * x)
        return gy / xp.hypot(x, 1.0)  # whose square does not overflow


class Arccosh(Elementwise):
    """arccosh x = log(x + √(x² - 1)); its slope is 1 / √(x² - 1)."""

    __slots__ = keeps = ("x",)
    name = "arccosh"
    complexes = True
    subgradient = "at 1 infinite; 0 where no gradient arrives; NaN below 1"
    cases = (
        Case(A(3, 4, low=1.2, high=4.0)),
        Case(A(3, low=1.2, high=4.0, complex=True)),
    )
    points = (
        At(
            X([0.5, 1.0, 1.25, 1e30, inf]),
            gives=[nan, 0.0, 0.6931471805599453, 69.77069997038132, inf],
            slopes=([nan, inf, 4 / 3, 1e-30, 0.0],),
        ),
    )
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.arccosh(x)

    def backward(self, gy: Array) -> Array:
        xp, x = self.xp, self.x  # as two factors, all digits near 1, and no square overflows
        return gy / (xp.sqrt(x - 1.0) * xp.sqrt(x + 1.0))


class Arctanh(Elementwise):
    """arctanh x = log((1 + x) / (1 - x)) / 2; its slope is 1 / (1 - x²)."""

    __slots__ = keeps = ("x",)
    name = "arctanh"
    complexes = True
    subgradient = "at ±1 infinite; 0 where no gradient arrives"
    cases = (
        Case(A(3, 4, low=-0.9, high=0.9)),
        Case(A(3, low=-0.8, high=0.8, complex=True)),
    )
    points = (
        At(
            X([-1.0, 0.0, 0.5, 1.0]),
            gives=[-inf, 0.0, 0.5493061443340549, inf],
            slopes=([inf, 1.0, 4 / 3, inf],),
        ),
        At(X([1 - 2**-20]), gives=[7.27804515746079], slopes=([2**40 / (2**21 - 1)],)),
    )
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.arctanh(x)

    def backward(self, gy: Array) -> Array:
        x = self.x  # as two factors, all digits near ±1
        return gy / ((1.0 - x) * (1.0 + x))


def sinh(x: Operand) -> Variable:
    """Return the hyperbolic sine of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(0.0)
    >>> ag.sinh(x).backward()
    >>> float(x.grad)
    1.0
    """
    return unary(Sinh(), x)


def cosh(x: Operand) -> Variable:
    """Return the hyperbolic cosine of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.cosh(ag.Variable(0.0))
    Variable(1.0)
    """
    return unary(Cosh(), x)


def tanh(x: Operand) -> Variable:
    """Return the hyperbolic tangent of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(0.0)
    >>> ag.tanh(x).backward()
    >>> float(x.grad)
    1.0
    """
    return unary(Tanh(), x)


def arcsinh(x: Operand) -> Variable:
    """Return what has the elements as its hyperbolic sine.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(0.75)
    >>> y = ag.arcsinh(x)
    >>> y.backward()
    >>> y, float(x.grad)
    (Variable(0.693147), 0.8)
    """
    return unary(Arcsinh(), x)


def arccosh(x: Operand) -> Variable:
    """Return what has the elements, 1 or more, as its hyperbolic cosine.

    At 1 the slope is infinite; where no gradient arrives there, 0 goes back, not NaN.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.arccosh(ag.Variable(1.0))
    Variable(0.0)
    """
    return unary(Arccosh(), x)


def arctanh(x: Operand) -> Variable:
    """Return what has the elements, between -1 and 1, as its hyperbolic tangent.

    At -1 and 1 the slope is infinite; where no gradient arrives there, 0 goes back, not NaN.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.arctanh(ag.tanh(ag.Variable(0.25)))
    Variable(0.25)
    """
    return unary(Arctanh(), x)
