"""Powers and roots."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan
from typing import Any

from autograd_lite.arrays import Array, require
from autograd_lite.graph.apply import binary, unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Binary, Elementwise
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["cbrt", "hypot", "pow", "power", "reciprocal", "sqrt", "square"]

Pair = tuple[Array | None, Array | None]


def _squared(x: Array) -> Array:
    return x * x


# Powers by a few products and roots, which take a tenth of the time.
_SHORT: dict[float, Callable[[Any, Array], Array]] = {
    -2: lambda _, a: _squared(1.0 / a),
    -1: lambda _, a: 1.0 / a,
    -0.5: lambda xp, a: 1.0 / xp.sqrt(a),
    0.5: lambda xp, a: xp.sqrt(a),
    2: lambda _, a: a * a,
    3: lambda _, a: a * a * a,
    4: lambda _, a: _squared(a * a),
}


class Power(Binary):
    """a ** b; the gradients are g · b · a**(b-1) and g · a**b · log a."""

    __slots__ = ("a", "b", "number", "out")
    keeps = ("a", "b", "out")
    name = "pow"
    symbol = "^"
    complexes = True
    subgradient = "0 ** 0 has slope 0 in both operands; a below 0 has none in the exponent (NaN)"
    cases = (
        Case(A(3, 4, low=0.3), 2.0),
        Case(A(3, 4), 3),
        Case(A(3, 4, low=0.3), A(4)),
        Case(2.0, A(3)),
        Case(A(3, away_from=0.0), -1.0),
        Case(A(4, low=0.3), 2.5),
        Case(A(4, away_from=0.0), [-1.0, 0.0, 2.0, 3.0]),
        Case(A(3, away_from=0.0, complex=True), 3),
        Case(A(3, low=0.3, complex=True), A(3, complex=True)),
        Case(A(3, low=0.3, complex=True), 2.5),
        Case(A(3, low=0.3), 1 - 2j),
    )
    points = (
        At(X([-3.0, 0.0, 1e4]), 2, gives=[9.0, 0.0, 1e8], slopes=([-6.0, 0.0, 2e4],)),
        At(X([-2.0, 0.0]), 3, gives=[-8.0, 0.0], slopes=([12.0, 0.0],)),
        At(X([-2.0, 0.0, inf]), 1, gives=[-2.0, 0.0, inf], slopes=([1.0, 1.0, 1.0],)),
        At(X([-2.0, 0.0, inf]), 0, gives=[1.0, 1.0, 1.0], slopes=([0.0, 0.0, 0.0],)),
        At(X([-2.0, 0.0, inf]), -1, gives=[-0.5, inf, 0.0], slopes=([-0.25, -inf, 0.0],)),
        At(X([0.0, 4.0, -1.0]), 0.5, gives=[0.0, 2.0, nan], slopes=([inf, 0.25, nan],)),
        At(X([0.0, 4.0]), 2.5, gives=[0.0, 32.0], slopes=([0.0, 20.0],)),
        At(
            X([0.0, 0.0, 0.0, 0.0, -2.0]),
            [0.0, 0.5, 1.0, 2.0, 3.0],
            gives=[1.0, 0.0, 0.0, 0.0, -8.0],
            slopes=([0.0, inf, 1.0, 0.0, 12.0],),
        ),
        At(
            X([0.0, 0.0, 0.0, 1.0, -2.0]),
            X([0.0, 1.0, 2.0, 1e4, 2.0]),
            gives=[1.0, 0.0, 0.0, 1.0, 4.0],
            slopes=([0.0, 1.0, 0.0, 1e4, -4.0], [0.0, 0.0, 0.0, 0.0, nan]),
        ),
        At(0.0, X([0.0, 0.5, 2.0]), gives=[1.0, 0.0, 0.0], slopes=([0.0, 0.0, 0.0],)),
        At(0.0, X([-1.0]), gives=[inf], slopes=([-inf],)),
        At(1.0, X([-1e4, 0.0, 1e4]), gives=[1.0, 1.0, 1.0], slopes=([0.0, 0.0, 0.0],)),
    )
    a: Array
    b: Any  # None beside a number
    out: Array | None
    number: float | None

    def __init__(self, number: float | None = None) -> None:
        self.number = number  # the exponent, where it is a Python number

    def forward(self, a: Array, b: Array) -> Array:
        if a.dtype.kind in "iub":  # which are never recorded
            require((b >= 0).all(), "pow: integers have no negative powers; make them floats.")
            return a**b
        self.a = a
        self.b = None if self.number is not None else b
        out = a**b if self.number is None else _raised(self.xp, a, self.number)
        self.out = None if self._right is None else out
        if not self.number:  # NaN ** 0 and 1 ** NaN are 1
            self.leaves_out(a)
            self.leaves_out(b)
        return out

    def backward(self, gy: Array) -> Pair:
        return (
            None if self._left is None else self._base_gradient(gy),
            None if self._right is None else self._exponent_gradient(gy),
        )

    def _base_gradient(self, gy: Array) -> Array:
        """Return g · b · a**(b-1), which is 0 for b = 0."""
        a, b = self.a, self.b
        if b is None:
            return self._simple_gradient(gy)
        if self._right is None:
            return gy * (b * a ** (b - 1 + (b == 0)))
        base = self.xp.where(((a == 0) | (a != a)) & (b == 0), 1.0, a)
        return gy * (b * base ** (b - 1))

    def _simple_gradient(self, gy: Array) -> Array:
        """Return g · n · a**(n-1) for a Python number n."""
        a, n = self.a, self.number
        if not n:
            return gy * 0.0
        if n == 1:
            return gy
        if n == 2:
            return gy * (a + a)
        return gy * (n * _raised(self.xp, a, n - 1))

    def _exponent_gradient(self, gy: Array) -> Array:
        """Return g · a**b · log a, whose limit at a = 0 is 0 for b > 0; log 1 stands for it."""
        a: Any = self.a
        base = self.xp.where((a == 0) & (self.b >= 0), 1.0, a)
        return gy * (self.out * self.xp.log(base))


def _raised(xp: Any, a: Array, number: float) -> Array:
    """Return a to the power of a Python number."""
    short = _SHORT.get(number)
    return a**number if short is None else short(xp, a)


class Square(Elementwise):
    """x²; its slope is 2 x."""

    __slots__ = keeps = ("x",)
    name = "square"
    symbol = "x²"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A()),
        Case(A(3, complex=True)),
    )
    points = (At(X([-3.0, 0.0, 1e4]), gives=[9.0, 0.0, 1e8], slopes=([-6.0, 0.0, 2e4],)),)
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return x * x

    def backward(self, gy: Array) -> Array:
        return gy * (self.x + self.x)


class Sqrt(Elementwise):
    """√x; its slope is 1 / (2 √x)."""

    __slots__ = keeps = ("out",)
    name = "sqrt"
    symbol = "√"
    complexes = True
    subgradient = "at 0 infinite; 0 where no gradient arrives"
    cases = (
        Case(A(3, 4, low=0.3)),
        Case(A(3, low=0.3, complex=True)),
    )
    points = (
        At(X([0.0, 4.0, inf, -1.0]), gives=[0.0, 2.0, inf, nan], slopes=([inf, 0.25, 0.0, nan],)),
    )
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = self.xp.sqrt(x)
        return out

    def backward(self, gy: Array) -> Array:
        return gy / (self.out + self.out)


class Cbrt(Elementwise):
    """∛x, also of negative x; its slope is 1 / (3 (∛x)²)."""

    __slots__ = keeps = ("out",)
    name = "cbrt"
    symbol = "∛"
    subgradient = "at 0 infinite; 0 where no gradient arrives"
    cases = (Case(A(3, 4, away_from=0.0)),)
    points = (
        At(
            X([-8.0, -0.0, 0.0, 27.0, inf]),
            gives=[-2.0, 0.0, 0.0, 3.0, inf],
            slopes=([1 / 12, inf, inf, 1 / 27, 0.0],),
        ),
    )
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = self.xp.cbrt(x)
        return out

    def backward(self, gy: Array) -> Array:
        return gy / (self.out * self.out * 3.0)


class Reciprocal(Elementwise):
    """1 / x; its slope is -1 / x²."""

    __slots__ = keeps = ("out",)
    name = "reciprocal"
    symbol = "1/x"
    complexes = True
    subgradient = "at 0 infinite; 0 where no gradient arrives"
    cases = (
        Case(A(3, 4, away_from=0.0)),
        Case(A(3, away_from=0.0, complex=True)),
    )
    points = (
        At(
            X([-2.0, -0.0, 0.0, 1e4, inf]),
            gives=[-0.5, -inf, inf, 1e-4, 0.0],
            slopes=([-0.25, -inf, -inf, -1e-8, 0.0],),
        ),
    )
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = 1.0 / x  # numpy.reciprocal of integers is 0
        return out

    def backward(self, gy: Array) -> Array:
        return -(gy * (self.out * self.out))


class Hypot(Binary):
    """√(a² + b²); the slopes are a and b divided by it.

    With the larger of |a| and |b| taken out of the root no square overflows or is lost; on large
    arrays this takes half the time of NumPy's loop.
    """

    __slots__ = ("a", "b", "least", "out")
    keeps = ("a", "b", "out")
    constants = ("least",)
    name = "hypot"
    subgradient = "at (0, 0) both slopes are 0; of ∞ and NaN the value is NaN"
    cases = (
        Case(A(3, 4, away_from=0.0), A(4, away_from=0.0)),
        Case(A(3), 1.0),
        Case(0.5, A(2, 1)),
    )
    points = (
        At(
            X([3.0, -3.0, 0.0, 2.0, 0.0]),
            X([4.0, -4.0, -2.0, 0.0, 0.0]),
            gives=[5.0, 5.0, 2.0, 2.0, 0.0],
            slopes=([0.6, -0.6, 0.0, 1.0, 0.0], [0.8, -0.8, -1.0, 0.0, 0.0]),
        ),
        At(
            X([3e30, -0.0, 3e-30]),
            X([4e30, 0.0, -4e-30]),
            gives=[5e30, 0.0, 5e-30],
            slopes=([0.6, 0.0, 0.6], [0.8, 0.0, -0.8]),
        ),
    )
    a: Array
    b: Array
    least: float
    out: Array

    def forward(self, a: Array, b: Array) -> Array:
        xp = self.xp
        if a.dtype.kind != "f":
            return xp.hypot(a, b)
        limits: Any = xp.finfo(a.dtype)
        self.a = a
        self.b = b
        self.least = float(limits.smallest_subnormal)  # which, added, changes 0 alone
        x, y = xp.abs(a), xp.abs(b)
        larger = xp.maximum(x, y)
        ratio = xp.clip(xp.minimum(x, y), 0.0, float(limits.max))  # not ∞ / ∞
        ratio /= larger + self.least  # not 0 / 0
        ratio *= ratio
        ratio += 1.0
        out = self.out = larger * xp.sqrt(ratio)
        return out

    def backward(self, gy: Array) -> Pair:
        """Divide, but multiply by 0 at the origin."""
        out = self.out
        part = gy * ((out > 0) / (out + self.least))
        return (
            None if self._left is None else part * self.a,
            None if self._right is None else part * self.b,
        )


def power(x: Operand, y: Operand) -> Variable:
    """Raise `x` to the power `y`; they broadcast, and both may be differentiated.

    Raises
    ------
    ArgumentError
        For integers to a negative power; floats have them.

    Notes
    -----
    d(x**y)/dx = y · x**(y-1), with its limit 0 at ``x**0``; d(x**y)/dy = x**y · log x, with its
    limit 0 at ``0**y``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(3.0)
    >>> (x ** 2).backward()
    >>> float(x.grad)
    6.0
    """
    return binary(Power(y if type(y) is float or type(y) is int else None), x, y)


def square(x: Operand) -> Variable:
    """Return the square of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.square(ag.Variable([-2.0, 3.0]))
    Variable([4., 9.])
    """
    return unary(Square(), x)


def sqrt(x: Operand) -> Variable:
    """Return the square root of every element.

    At 0 the slope is infinite; where no gradient arrives there, 0 goes back, not NaN.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.sqrt(ag.Variable(9.0))
    Variable(3.0)
    """
    return unary(Sqrt(), x)


def cbrt(x: Operand) -> Variable:
    """Return the cube root of every element, negative ones too.

    At 0 the slope is infinite; where no gradient arrives there, 0 goes back, not NaN.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.cbrt(ag.Variable([-8.0, 27.0]))
    Variable([-2.,  3.])
    """
    return unary(Cbrt(), x)


def reciprocal(x: Operand) -> Variable:
    """Return 1 / x; of integers, too, floats.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.reciprocal(ag.Variable([0.5, 4.0]))
    Variable([2.  , 0.25])
    """
    return unary(Reciprocal(), x)


def hypot(x: Operand, y: Operand) -> Variable:
    """Return √(x² + y²) without overflow on the way; the operands broadcast.

    At (0, 0), where the length has a kink, both slopes are 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x, y = ag.Variable(3.0), ag.Variable(4.0)
    >>> z = ag.hypot(x, y)
    >>> z.backward()
    >>> z, round(float(x.grad), 12), round(float(y.grad), 12)
    (Variable(5.0), 0.6, 0.8)
    """
    return binary(Hypot(), x, y)


pow = power
