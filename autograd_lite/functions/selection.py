"""Selection: what takes one of its operands, element by element."""

from __future__ import annotations

from autograd_lite.arrays import Array
from autograd_lite.errors import DTypeError
from autograd_lite.functions.constants import beside
from autograd_lite.graph.apply import binary, nary
from autograd_lite.graph.cases import A, Case
from autograd_lite.graph.function import Binary, Nary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["maximum", "where"]


class Maximum(Binary):
    """The larger of a and b; the gradient goes to the larger one."""

    __slots__ = keeps = ("a", "b")
    selects = True
    name = "maximum"
    symbol = "max"
    subgradient = "of equal values the first operand takes the whole gradient"
    cases = (
        Case(A(3, 4, low=-2, high=-0.1), A(4, low=0.1)),
        Case(A(3, 4, low=0.1), A(3, 4, low=-2, high=-0.1)),
        Case(A(5, away_from=0.0), 0.0),
    )
    a: Array
    b: Array

    def forward(self, a: Array, b: Array) -> Array:
        self.a = a
        self.b = b
        return self.xp.maximum(a, b)

    def backward(self, gy: Array) -> tuple[Array, Array]:
        first = self.a >= self.b
        return gy * first, gy * ~first


class Where(Nary):
    """a where a condition holds, else b; each gets the gradient of the elements it gave."""

    __slots__ = ("condition", "shapes")
    constants = ("condition",)
    name = "where"
    cases = (
        Case([True, False, True], A(3), A(3)),
        Case([[True], [False]], A(2, 3), A(3)),
        Case([True, False], A(2), 0.0),
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

    def backward(self, gy: Array) -> tuple[Array, Array]:
        xp = self.xp
        mine, other = xp.where(self.condition, gy, 0.0), xp.where(self.condition, 0.0, gy)
        return xp.sum_to(mine, self.shapes[0]), xp.sum_to(other, self.shapes[1])


def maximum(x: Operand, y: Operand) -> Variable:
    """Return the larger of two operands, element by element; they broadcast.

    Of equal values, the first operand takes the whole gradient.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.maximum(ag.Variable([-1.0, 2.0]), 0.0)
    Variable([0., 2.])
    """
    return binary(Maximum(), x, y)


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
