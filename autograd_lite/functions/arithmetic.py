"""Arithmetic: add, subtract, multiply, divide, negative, and their short names."""

from __future__ import annotations

from math import inf, nan

from autograd_lite.arrays import Array
from autograd_lite.graph.apply import binary, unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Binary, Elementwise
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["add", "div", "divide", "mul", "multiply", "neg", "negative", "sub", "subtract"]

Pair = tuple[Array | None, Array | None]
_PAIRS = (Case(A(3, 4), A(3, 4)), Case(A(3, 4), A(4)), Case(A(2, 1, 3), A(4, 1)), Case(A(), A(2)))


class Add(Binary):
    """a + b; both gradients are the gradient that arrives."""

    __slots__ = ()
    name = "add"
    symbol = "+"
    complexes = True
    cases = (
        *_PAIRS,
        Case(A(3), 2.0),
        Case(A(3, complex=True), A(2, 3, complex=True)),
        Case(A(3), A(3, complex=True)),
    )
    points = (At(X([inf]), X([-inf]), gives=[nan], slopes=([1], [1])),)

    def forward(self, a: Array, b: Array) -> Array:
        return a + b

    def backward(self, gy: Array) -> Pair:
        return gy, gy


class Subtract(Binary):
    """a - b; the gradients are g and -g."""

    __slots__ = ()
    name = "sub"
    symbol = "−"
    complexes = True
    cases = (
        *_PAIRS,
        Case(2.0, A(3)),
        Case(A(3, complex=True), A(2, 3, complex=True)),
        Case(A(3, complex=True), A(1)),
    )
    points = (At(X([inf]), X([inf]), gives=[nan], slopes=([1], [-1])),)

    def forward(self, a: Array, b: Array) -> Array:
        return a - b

    def backward(self, gy: Array) -> Pair:
        return gy, None if self._right is None else -gy


class Multiply(Binary):
    """a · b; each gradient is the gradient that arrives times the other factor."""

    __slots__ = keeps = ("a", "b")
    name = "mul"
    symbol = "×"
    complexes = True
    cases = (
        *_PAIRS,
        Case(A(3), 2.0),
        Case(A(3, complex=True), A(2, 3, complex=True)),
        Case(A(3), A(3, complex=True)),
        Case(A(3), 1 - 2j),
    )
    points = (
        At(X([0.0, inf]), X([inf, 2.0]), gives=[nan, inf], slopes=([inf, 2], [0, inf])),
        At(X([[1.0], [2.0]]), X([3.0, 4.0]), gives=[[3, 4], [6, 8]], slopes=([[7], [7]], [3, 3])),
    )
    a: Array | None
    b: Array | None

    def forward(self, a: Array, b: Array) -> Array:
        self.a = None if self._right is None else a
        self.b = None if self._left is None else b
        return a * b

    def backward(self, gy: Array) -> Pair:
        a, b = self.a, self.b
        return None if b is None else gy * b, None if a is None else gy * a


class Divide(Binary):
    """a / b; the gradients are g / b and -(g / b) · (a / b)."""

    __slots__ = keeps = ("b", "out")
    name = "div"
    symbol = "/"
    complexes = True
    subgradient = "where b is 0 and no gradient arrives, 0 goes back"
    cases = (
        Case(A(3, 4), A(3, 4, away_from=0.0)),
        Case(A(3, 4), A(4, low=0.5)),
        Case(A(3), 2.0),
        Case(2.0, A(3, away_from=0.0)),
        Case(A(3, complex=True), A(2, 3, away_from=0.0, complex=True)),
        Case(A(3), A(3, away_from=0.0, complex=True)),
        Case(2j, A(3, away_from=0.0)),
    )
    points = (
        At(X([1.0, 0.0]), X([0.0, 2.0]), gives=[inf, 0], slopes=([inf, 0.5], [-inf, 0])),
        At(X([1.0]), X([inf]), gives=[0], slopes=([0], [0])),
    )
    b: Array
    out: Array | None

    def forward(self, a: Array, b: Array) -> Array:
        self.b = b
        out = a / b
        self.out = None if self._right is None else out
        return out

    def backward(self, gy: Array) -> Pair:
        ga = gy / self.b
        return ga, None if self.out is None else -(ga * self.out)


class Negative(Elementwise):
    """-x."""

    __slots__ = ()
    name = "neg"
    symbol = "−"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A(3, complex=True)),
    )

    def forward(self, x: Array) -> Array:
        return -x

    def backward(self, gy: Array) -> Array:
        return -gy


def add(x: Operand, y: Operand) -> Variable:
    """Add two operands that broadcast.

    Parameters
    ----------
    x, y : Variable, array or number
        Of shapes that broadcast together.

    Returns
    -------
    Variable
        Of the broadcast shape.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.add(ag.Variable([1.0, 2.0]), 3.0)
    Variable([4., 5.])
    """
    return binary(Add(), x, y)


def subtract(x: Operand, y: Operand) -> Variable:
    """Subtract `y` from `x`; they broadcast.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.subtract(ag.Variable([1.0, 2.0]), 3.0)
    Variable([-2., -1.])
    """
    return binary(Subtract(), x, y)


def multiply(x: Operand, y: Operand) -> Variable:
    """Multiply two operands that broadcast.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.multiply(ag.Variable(100.0), 2)
    Variable(200.0)
    """
    return binary(Multiply(), x, y)


def divide(x: Operand, y: Operand) -> Variable:
    """Divide `x` by `y`; they broadcast.

    Where y is 0 and the gradient that arrives is 0 (an element that ``where`` or a mask has
    hidden), 0 goes back, not NaN.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.divide(ag.Variable([1.0, 3.0]), 2)
    Variable([0.5, 1.5])
    """
    return binary(Divide(), x, y)


def negative(x: Operand) -> Variable:
    """Change the sign.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.negative(ag.Variable(3.0))
    Variable(-3.0)
    """
    return unary(Negative(), x)


mul, sub, div, neg = multiply, subtract, divide, negative
