"""Trigonometric functions, their inverses, and sinc."""

from __future__ import annotations

from math import factorial, inf, nan, pi

from autograd_lite.arrays import Array
from autograd_lite.graph.apply import binary, unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Binary, Elementwise
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["arccos", "arcsin", "arctan", "arctan2", "cos", "sin", "sinc", "tan"]


class Sin(Elementwise):
    """sin x; its slope is cos x."""

    __slots__ = keeps = ("x",)
    name = "sin"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A()),
        Case(A(3, complex=True)),
    )
    points = (At(X([-pi / 2, 0.0, pi]), gives=[-1.0, 0.0, 0.0], slopes=([0.0, 1.0, -1.0],)),)
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.sin(x)

    def backward(self, gy: Array) -> Array:
        return gy * self.xp.cos(self.x)


class Cos(Elementwise):
    """cos x; its slope is -sin x."""

    __slots__ = keeps = ("x",)
    name = "cos"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A(3, complex=True)),
    )
    points = (At(X([-pi / 2, 0.0, pi]), gives=[0.0, 1.0, -1.0], slopes=([1.0, 0.0, 0.0],)),)
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.cos(x)

    def backward(self, gy: Array) -> Array:
        return -(gy * self.xp.sin(self.x))


class Tan(Elementwise):
    """tan x; its slope is 1 + tan² x."""

    __slots__ = keeps = ("out",)
    name = "tan"
    complexes = True
    cases = (
        Case(A(3, 4, low=-1.2, high=1.2)),
        Case(A(3, low=-1.0, high=1.0, complex=True)),
    )
    points = (At(X([-pi / 4, 0.0, pi]), gives=[-1.0, 0.0, 0.0], slopes=([2.0, 1.0, 1.0],)),)
    out: Array

    def forward(self, x: Array) -> Array:
        out = self.out = self.xp.tan(x)
        return out

    def backward(self, gy: Array) -> Array:
        out = self.out
        return gy + gy * (out * out)


class Arcsin(Elementwise):
    """arcsin x; its slope is 1 / √(1 - x²)."""

    __slots__ = keeps = ("x",)
    name = "arcsin"
    complexes = True
    subgradient = "at ±1 infinite; 0 where no gradient arrives; NaN beyond"
    cases = (
        Case(A(3, 4, low=-0.9, high=0.9)),
        Case(A(3, low=-0.8, high=0.8, complex=True)),
    )
    points = (
        At(
            X([-1.0, 0.0, 0.6, 1.0, 2.0]),
            gives=[-pi / 2, 0.0, 0.6435011087932844, pi / 2, nan],
            slopes=([inf, 1.0, 1.25, inf, nan],),
        ),
        At(X([1 - 2**-20]), gives=[1.5694152587531343], slopes=([2**20 / (2**21 - 1) ** 0.5],)),
    )
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.arcsin(x)

    def backward(self, gy: Array) -> Array:
        x = self.x  # as two factors, all digits near ±1
        return gy / self.xp.sqrt((1.0 - x) * (1.0 + x))


class Arccos(Elementwise):
    """arccos x; its slope is -1 / √(1 - x²)."""

    __slots__ = keeps = ("x",)
    name = "arccos"
    complexes = True
    subgradient = "at ±1 infinite; 0 where no gradient arrives; NaN beyond"
    cases = (
        Case(A(3, 4, low=-0.9, high=0.9)),
        Case(A(3, low=-0.8, high=0.8, complex=True)),
    )
    points = (
        At(
            X([-1.0, 0.0, 0.6, 1.0, 2.0]),
            gives=[pi, pi / 2, 0.9272952180016122, 0.0, nan],
            slopes=([-inf, -1.0, -1.25, -inf, nan],),
        ),
    )
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.arccos(x)

    def backward(self, gy: Array) -> Array:
        x = self.x
        return -(gy / self.xp.sqrt((1.0 - x) * (1.0 + x)))


class Arctan(Elementwise):
    """arctan x; its slope is 1 / (1 + x²)."""

    __slots__ = keeps = ("x",)
    name = "arctan"
    complexes = True
    cases = (
        Case(A(3, 4)),
        Case(A(3, low=0.3, complex=True)),
    )
    points = (
        At(
            X([-inf, -1e30, 0.0, 1.0, inf]),
            gives=[-pi / 2, -pi / 2, 0.0, pi / 4, pi / 2],
            slopes=([0.0, 0.0, 1.0, 0.5, 0.0],),
        ),
    )
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.arctan(x)

    def backward(self, gy: Array) -> Array:
        x = self.x
        return gy / (1.0 + x * x)


class Arctan2(Binary):
    """The angle of the point (b, a); with r² = a² + b² the slopes are b / r² and -a / r²."""

    __slots__ = keeps = ("a", "b")
    name = "arctan2"
    subgradient = "at (0, 0) both slopes are 0; at the jump, where b is below 0, those beside it"
    cases = (
        Case(A(3, 4, away_from=0.0), A(4, away_from=0.0)),
        Case(A(3, low=0.2), -0.5),
        Case(0.5, A(3)),
    )
    points = (
        At(
            X([1.0, 1.0, -1.0, -1.0, 3.0]),
            X([1.0, -1.0, -1.0, 1.0, 4.0]),
            gives=[pi / 4, 0.75 * pi, -0.75 * pi, -pi / 4, 0.6435011087932844],
            slopes=([0.5, -0.5, -0.5, 0.5, 0.16], [-0.5, -0.5, 0.5, 0.5, -0.12]),
        ),
        At(
            X([0.0, -0.0, 0.0, -0.0, 2.0, -2.0]),
            X([4.0, 4.0, -4.0, -4.0, 0.0, -0.0]),
            gives=[0.0, -0.0, pi, -pi, pi / 2, -pi / 2],
            slopes=([0.25, 0.25, -0.25, -0.25, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, -0.5, 0.5]),
        ),
        At(
            X([0.0, -0.0, 0.0, -0.0]),
            X([0.0, 0.0, -0.0, -0.0]),
            gives=[0.0, -0.0, pi, -pi],
            slopes=([0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]),
        ),
        At(
            X([3e-30, 3e30]),
            X([4e-30, 4e30]),
            gives=[0.6435011087932844, 0.6435011087932844],
            slopes=([1.6e29, 0.0], [-1.2e29, 0.0]),
        ),
    )
    a: Array
    b: Array

    def forward(self, a: Array, b: Array) -> Array:
        self.a = a
        self.b = b
        return self.xp.arctan2(a, b)

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        """Divide by r twice, for r² may be too large or too small; by 1 at the origin."""
        a, b = self.a, self.b
        r = self.xp.hypot(a, b)
        origin = r == 0
        r = r + origin
        part = gy * ~origin / r
        return (
            None if self._left is None else part * (b / r),
            None if self._right is None else -(part * (a / r)),
        )


# Of d sinc / dx = x · P(x²): the coefficients, highest first. Below |x| = 1/4 the next one is less
# than the last digit of float64, in the third derivative still.
_NEAR = 0.25
_HIGHEST, *_LOWER = [
    (-1) ** k * 2 * k * pi ** (2 * k) / factorial(2 * k + 1) for k in range(8, 0, -1)
]


class Sinc(Elementwise):
    """sin(πx) / (πx); its slope is (cos(πx) - sinc x) / x, and near 0 its Taylor series."""

    __slots__ = keeps = ("x", "out")
    name = "sinc"
    cases = (Case(A(3, 4)), Case(A(4, low=-0.3, high=0.3)), Case(A(3, low=-1e-8, high=1e-8)))
    points = (
        At(
            X([-1.5, -0.5, -0.0, 0.0, 0.5, 1.0]),
            gives=[-2 / (3 * pi), 2 / pi, 1.0, 1.0, 2 / pi, 0.0],
            slopes=([-4 / (9 * pi), 4 / pi, 0.0, 0.0, -4 / pi, -1.0],),
        ),
        At(
            X([-1e-9, 1e-9, 1e-3]),
            gives=[1.0, 1.0, 0.9999983550667444],
            slopes=([pi**2 / 3e9, -(pi**2) / 3e9, -0.0032898648864858856],),
        ),
    )
    x: Array
    out: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        xp = self.xp
        wide = xp.widened(x)
        angle = wide * pi
        zero = angle == 0
        out = (xp.sin(angle) + zero) / (angle + zero)
        self.out = out if wide is x else out.astype(x.dtype)
        return self.out

    def backward(self, gy: Array) -> Array:
        x = self.x
        near = (x < _NEAR) & (x > -_NEAR)
        short = x * near
        square = short * short
        series = square * _HIGHEST
        for coefficient in _LOWER[:-1]:
            series = (series + coefficient) * square
        series = (series + _LOWER[-1]) * short
        formula = (self.xp.cos(x * pi) - self.out) / (x + near)
        return gy * (series + formula * ~near)


def sin(x: Operand) -> Variable:
    """Return the sine of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(0.0)
    >>> ag.sin(x).backward()
    >>> float(x.grad)
    1.0
    """
    return unary(Sin(), x)


def cos(x: Operand) -> Variable:
    """Return the cosine of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.cos(ag.Variable(0.0))
    Variable(1.0)
    """
    return unary(Cos(), x)


def tan(x: Operand) -> Variable:
    """Return the tangent of every element.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.tan(ag.Variable(0.0))
    Variable(0.0)
    """
    return unary(Tan(), x)


def arcsin(x: Operand) -> Variable:
    """Return the angle, between -π/2 and π/2, whose sine each element is.

    At -1 and 1 the slope is infinite; where no gradient arrives there, 0 goes back, not NaN.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.arcsin(ag.Variable([0.0, 1.0]))
    Variable([0.      , 1.570796])
    """
    return unary(Arcsin(), x)


def arccos(x: Operand) -> Variable:
    """Return the angle, between 0 and π, whose cosine each element is.

    At -1 and 1 the slope is infinite; where no gradient arrives there, 0 goes back, not NaN.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.arccos(ag.Variable([0.0, 1.0]))
    Variable([1.570796, 0.      ])
    """
    return unary(Arccos(), x)


def arctan(x: Operand) -> Variable:
    """Return the angle, between -π/2 and π/2, whose tangent each element is.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable(1.0)
    >>> ag.arctan(x).backward()
    >>> float(x.grad)
    0.5
    """
    return unary(Arctan(), x)


def arctan2(y: Operand, x: Operand) -> Variable:
    """Return the angle, between -π and π, of the point (`x`, `y`); the operands broadcast.

    Signs of 0 count, as in NumPy. At the origin, which has no angle, both slopes are 0.

    Parameters
    ----------
    y, x : Variable, array or number
        The second coordinate comes first.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> y, x = ag.Variable(3.0), ag.Variable(4.0)
    >>> ag.arctan2(y, x).backward()
    >>> round(float(y.grad), 12), round(float(x.grad), 12)
    (0.16, -0.12)
    """
    return binary(Arctan2(), y, x)


def sinc(x: Operand) -> Variable:
    """Return sin(πx) / (πx), which is 1 at 0.

    Its derivatives have all their digits through 0: near it they are those of the Taylor series.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.sinc(ag.Variable([0.0, 0.5, 1.0])).data.round(12)
    array([1.        , 0.63661977, 0.        ])
    """
    return unary(Sinc(), x)
