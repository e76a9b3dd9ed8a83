"""Selection: what takes one of its operands, element by element, or one side of a kink."""

from __future__ import annotations

from math import inf, nan
from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError, DTypeError
from autograd_lite.functions.constants import beside
from autograd_lite.graph.apply import binary, nary, unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Binary, Elementwise, Nary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["abs", "absolute", "clip", "fmax", "fmin", "maximum", "minimum", "where"]

Pair = tuple[Array | None, Array | None]
_BELOW = Case(A(3, 4, low=-2, high=-0.1), A(4, low=0.1))
_ABOVE = Case(A(3, 4, low=0.1), A(3, 4, low=-2, high=-0.1))
_PAIRS = (_BELOW, _ABOVE, Case(A(5, away_from=0.0), 0.0), Case(0.0, A(5, away_from=0.0)))


class Abs(Elementwise):
    """|x|; its slope is the sign of x, of a complex x conj(x) / |x|."""

    __slots__ = keeps = ("x",)
    name = "abs"
    symbol = "|x|"
    complexes = True
    subgradient = "at 0 the slope is 0"
    cases = (
        Case(A(3, 4, away_from=0.0)),
        Case(A(away_from=0.0)),
        Case(A(3, away_from=0.0, complex=True)),
    )
    points = (
        At(X([-2.0, -0.0, 0.0, 3.0]), gives=[2.0, 0.0, 0.0, 3.0], slopes=([-1.0, 0.0, 0.0, 1.0],)),
        At(X([-inf, inf]), gives=[inf, inf], slopes=([-1.0, 1.0],)),
        At(X(0.0), gives=0.0, slopes=(0.0,), arriving=-2.0),
        At(X([0j, 3 - 4j, 3e-30j]), gives=[0, 5, 3e-30], slopes=([0, 0.6 + 0.8j, -1j],)),
    )
    x: Array

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.xp.abs(x)

    def backward(self, gy: Array) -> Array:
        x = self.x
        if x.dtype.kind != "c":
            return gy * self.xp.sign(x)
        size = self.xp.abs(x)
        return gy * (self.xp.conj(x) / (size + (size == 0)))


class Choice(Binary):
    """What maximum and its relatives share: each element is one operand's, which gets it all."""

    __slots__ = constants = ("first",)
    selects = True
    cases = _PAIRS
    first: Array

    def chosen(self, a: Array, out: Array) -> Array:
        """Note where the first operand was chosen, if the rule will ask."""
        if self._left is not None or self._right is not None:
            self.first = out == a
        return out

    def backward(self, gy: Array) -> Pair:
        first = self.first
        return (
            None if self._left is None else gy * first.astype(gy.dtype),
            None if self._right is None else gy * (~first).astype(gy.dtype),
        )


class Maximum(Choice):
    """The larger of a and b; the gradient goes to the larger one."""

    __slots__ = ()
    name = "maximum"
    symbol = "max"
    subgradient = "of equal values the first operand takes the whole gradient"
    points = (
        At(
            X([1.0, 2.0, -0.0, 5.0]),
            X([1.0, 3.0, 0.0, -inf]),
            gives=[1.0, 3.0, 0.0, 5.0],
            slopes=([1.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 0.0]),
        ),
        At(X([-1.0, 0.0, 1.0]), 0.0, gives=[0.0, 0.0, 1.0], slopes=([0.0, 1.0, 1.0],)),
        At(X([[1.0], [2.0]]), X(2.0), gives=[[2.0], [2.0]], slopes=([[0.0], [1.0]], 1.0)),
    )

    def forward(self, a: Array, b: Array) -> Array:
        return self.chosen(a, self.xp.maximum(a, b))


class Minimum(Choice):
    """The smaller of a and b; the gradient goes to the smaller one."""

    __slots__ = ()
    name = "minimum"
    symbol = "min"
    subgradient = "of equal values the first operand takes the whole gradient"
    points = (
        At(
            X([1.0, 2.0, -0.0, 5.0]),
            X([1.0, 3.0, 0.0, -inf]),
            gives=[1.0, 2.0, 0.0, -inf],
            slopes=([1.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]),
        ),
        At(X([-1.0, 0.0, 1.0]), 0.0, gives=[-1.0, 0.0, 0.0], slopes=([1.0, 1.0, 0.0],)),
    )

    def forward(self, a: Array, b: Array) -> Array:
        return self.chosen(a, self.xp.minimum(a, b))


class FMax(Choice):
    """The larger of a and b, or the one that is a number; the gradient goes there."""

    __slots__ = ()
    name = "fmax"
    subgradient = (
        "of equal values the first operand takes the whole gradient; of NaN and a number, the "
        "number; of two NaN, the second"
    )
    points = (
        At(
            X([1.0, nan, 2.0, nan]),
            X([1.0, 3.0, nan, nan]),
            gives=[1.0, 3.0, 2.0, nan],
            slopes=([1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]),
        ),
    )

    def forward(self, a: Array, b: Array) -> Array:
        self.leaves_out(a)
        self.leaves_out(b)
        return self.chosen(a, self.xp.fmax(a, b))


class FMin(Choice):
    """The smaller of a and b, or the one that is a number; the gradient goes there."""

    __slots__ = ()
    name = "fmin"
    subgradient = FMax.subgradient
    points = FMax.points  # no two numbers differ there

    def forward(self, a: Array, b: Array) -> Array:
        self.leaves_out(a)
        self.leaves_out(b)
        return self.chosen(a, self.xp.fmin(a, b))


class Clip(Elementwise):
    """x within bounds, which are numbers; the slope is 1 from bound to bound and 0 outside."""

    __slots__ = ("high", "inside", "low")
    constants = ("inside",)
    selects = True
    name = "clip"
    subgradient = "at a bound the slope is 1; an array as bound takes the gradient outside"
    cases = (
        Case(A(3, 4, low=-0.9, high=0.9), -1.0, 1.0),
        Case(A(3, 4, away_from=0.5), 0.5),
        Case(A(3, 4, away_from=0.5), None, 0.5),
        Case(A(3, away_from=0.5), [-3.0, 0.5, 0.5], 2.5),
        Case(A(2, 3, low=0.1), A(3, low=-2.0, high=-0.1), A(2, 1, low=2.1, high=4.0)),
    )
    points = (
        At(X([-2.0, -1.0, 0.0, 1.0, inf]), -1.0, 1.0, gives=[-1.0, -1.0, 0.0, 1.0, 1.0],
           slopes=([0.0, 1.0, 1.0, 1.0, 0.0],)),
        At(X([1.0, 2.0, 3.0]), 4.0, 2.0, gives=[2.0, 2.0, 2.0], slopes=([0.0, 0.0, 0.0],)),
        At(X([0.0, 1.0, 2.0]), X([1.0, 1.0, 1.0]), 1.5, gives=[1.0, 1.0, 1.5],
           slopes=([0.0, 1.0, 0.0], [1.0, 0.0, 0.0])),
    )  # fmt: skip
    inside: Array

    def __init__(self, low: float | None, high: float | None) -> None:
        self.low = low
        self.high = high

    def forward(self, x: Array) -> Array:
        out: Array = x.clip(self.low, self.high)  # type: ignore[arg-type]
        if self._left is not None:
            self.inside = out == x
        return out

    def backward(self, gy: Array) -> Array:
        return gy * self.inside.astype(gy.dtype)


class Where(Nary):
    """a where a condition holds, else b; each gets the gradient of the elements it gave."""

    __slots__ = ("condition", "shapes")
    constants = ("condition",)
    name = "where"
    complexes = True
    cases = (
        Case([True, False, True], A(3), A(3)),
        Case([[True], [False]], A(2, 3), A(3)),
        Case([True, False], A(2), 0.0),
        Case([True, False, True], A(3, complex=True), A(3)),
    )
    points = (
        At(
            [True, False],
            X([inf, nan]),
            X([nan, 2.0]),
            gives=[inf, 2.0],
            slopes=([1.0, 0.0], [0.0, 1.0]),
        ),
    )
    condition: Array
    shapes: tuple[tuple[int, ...], tuple[int, ...]]

    def __init__(self, condition: Array) -> None:
        self.condition = condition

    def forward(self, a: Array, b: Array) -> Array:
        self.shapes = a.shape, b.shape
        self.leaves_out(a)
        self.leaves_out(b)
        return self.xp.where(self.condition, a, b)

    def misfit(self, *_shapes: tuple[int, ...]) -> str:
        return f": the condition has shape {self.condition.shape}; reshape one"

    def backward(self, gy: Array) -> tuple[Array, Array]:
        xp = self.xp
        mine, other = xp.where(self.condition, gy, 0.0), xp.where(self.condition, 0.0, gy)
        return xp.sum_to(mine, self.shapes[0]), xp.sum_to(other, self.shapes[1])


def abs(x: Operand) -> Variable:
    """Return the absolute value of every element; the slope at 0 is 0.

    Of complex numbers it is real: √(x² + y²).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.abs(ag.Variable([-1.5, 2.0]))
    Variable([1.5, 2. ])
    """
    return unary(Abs(), x)


absolute = abs


def maximum(x: Operand, y: Operand) -> Variable:
    """Return the larger of two operands, element by element; they broadcast.

    Of equal values, the first operand takes the whole gradient. NaN on either side gives NaN.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.maximum(ag.Variable([-1.0, 2.0]), 0.0)
    Variable([0., 2.])
    """
    return binary(Maximum(), x, y)


def minimum(x: Operand, y: Operand) -> Variable:
    """Return the smaller of two operands, element by element; they broadcast.

    Of equal values, the first operand takes the whole gradient. NaN on either side gives NaN.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.minimum(ag.Variable([-1.0, 2.0]), 0.0)
    Variable([-1.,  0.])
    """
    return binary(Minimum(), x, y)


def fmax(x: Operand, y: Operand) -> Variable:
    """Return the larger of two operands, and the number where one of them is NaN.

    The gradient goes to the operand that was taken; of equal values, to the first.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fmax(ag.Variable([-1.0, 2.0]), [float("nan"), 0.0])
    Variable([-1.,  2.])
    """
    return binary(FMax(), x, y)


def fmin(x: Operand, y: Operand) -> Variable:
    """Return the smaller of two operands, and the number where one of them is NaN.

    The gradient goes to the operand that was taken; of equal values, to the first.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fmin(ag.Variable([-1.0, 2.0]), [float("nan"), 0.0])
    Variable([-1.,  0.])
    """
    return binary(FMin(), x, y)


def clip(
    x: Operand,
    a_min: Operand | None = None,
    a_max: Operand | None = None,
    *,
    min: Operand | None = None,
    max: Operand | None = None,
) -> Variable:
    """Limit every element to the range from `a_min` to `a_max`; where they cross, `a_max` holds.

    The slope is 1 inside and at the bounds, 0 outside.

    Parameters
    ----------
    x : Variable or array
    a_min, a_max : number, array or Variable, optional
        Bounds; None leaves a side open. Arrays broadcast, and are applied as ``maximum`` and
        ``minimum``, so that Variables among them get the gradient of the elements outside.
    min, max
        NumPy's newer names of the two.

    Raises
    ------
    ArgumentError
        If a bound is given by both of its names.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([-3.0, 0.5, 1.0])
    >>> y = ag.clip(x, -1.0, 1.0)
    >>> y.sum().backward()
    >>> y.data.tolist(), x.grad.tolist()
    ([-1.0, 0.5, 1.0], [0.0, 1.0, 1.0])
    """
    low, high = _bound("min", a_min, min), _bound("max", a_max, max)
    if low is None and high is None:
        low = -inf
    if _are_numbers(low, high):
        return unary(Clip(low, high), x)
    limited: Any = x if low is None else maximum(x, low)
    return limited if high is None else minimum(limited, high)


def _bound(name: str, old: Operand | None, new: Operand | None) -> Any:
    if old is not None and new is not None:
        msg = f"clip: a_{name} and {name} are two names of one bound; pass one of them."
        raise ArgumentError(msg)
    return new if old is None else old


def _are_numbers(low: Any, high: Any) -> bool:
    """Whether both bounds take the dtype of x, as Python's numbers do, and do not cross."""
    numbers = [type(bound) for bound in (low, high) if bound is not None]
    return set(numbers) <= {int, float} and (len(numbers) == 1 or low <= high)


def where(condition: Operand, x: Operand, y: Operand) -> Variable:
    """Take elements of `x` where a condition holds, else of `y`; all three broadcast.

    Parameters
    ----------
    condition : array of bool
        Copied, unless it is read-only memory.
    x, y : Variable, array or number

    Raises
    ------
    DTypeError
        If the condition is not boolean.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([-1.0, 4.0])
    >>> ag.where(x > 0, ag.sqrt(ag.maximum(x, 0.0)), 0.0)
    Variable([0., 2.])
    """
    holds = beside(condition, (x, y), "where: condition")
    if holds.dtype.kind != "b":
        msg = f"where: the condition has dtype {holds.dtype}, not bool; compare, for example x > 0."
        raise DTypeError(msg)
    return nary(Where(holds), x, y)
