"""Signs: one operand's size with another's sign, and what a sign switches on."""

from __future__ import annotations

from math import inf, nan

from autograd_lite.arrays import Array
from autograd_lite.functions.operands import variables
from autograd_lite.functions.rounding import sign
from autograd_lite.functions.selection import where
from autograd_lite.graph.apply import binary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Binary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["copysign", "heaviside"]


class CopySign(Binary):
    """|a| with the sign of b; the slopes are 1 or -1 in a, where the signs differ, and 0 in b."""

    __slots__ = constants = ("nothing", "turned")
    name = "copysign"
    subgradient = "for a = 0 the slope is 0, as that of abs; in b it is 0 everywhere"
    cases = (
        Case(A(3, 4, away_from=0.0), A(4, away_from=0.0)),
        Case(A(3, away_from=0.0), -1.0),
        Case(2.0, A(3, away_from=0.0)),
    )
    points = (
        At(
            X([-2.0, 3.0, 0.0, -inf]),
            X([-1.0, -0.0, -1.0, 0.0]),
            gives=[-2.0, -3.0, -0.0, inf],
            slopes=([1.0, -1.0, 0.0, -1.0], [0.0] * 4),
        ),
    )
    nothing: Array
    turned: Array

    def forward(self, a: Array, b: Array) -> Array:
        xp = self.xp
        out = xp.copysign(a, b)
        self.turned = xp.sign(a) * xp.sign(out)
        self.nothing = xp.zeros((), dtype=out.dtype)
        return out

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        return (
            None if self._left is None else gy * self.turned,
            None if self._right is None else self.xp.broadcast_to(self.nothing, gy.shape),
        )


def copysign(x1: Operand, x2: Operand) -> Variable:
    """Return the size of x1 with the sign of x2, also that of a zero; they broadcast.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.copysign(ag.Variable([1.0, -2.0]), -1.0)
    Variable([-1., -2.])
    """
    return binary(CopySign(), x1, x2)


@composed(
    cases=(
        Case(A(3, 4, away_from=0.0), A(4)),
        Case([-1.0, 0.0, 2.0], A(3)),
        Case(A(3, away_from=0.0), 0.5),
    ),
    points=(
        At(
            X([-inf, 0.0, 2.0, nan]),
            X([5.0, 5.0, 5.0, 5.0]),
            gives=[0.0, 5.0, 1.0, nan],
            slopes=([0.0] * 4, [0.0, 1.0, 0.0, 0.0]),
        ),
    ),
    subgradient="0 in x1 everywhere, also at the jump; 1 in x2 at the jump",
)
def heaviside(x1: Operand, x2: Operand) -> Variable:
    """Return 0 below 0, 1 above, and x2 at 0. The gradient in x1 is exactly 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.heaviside(ag.Variable([-1.5, 0.0, 2.0]), 0.5)
    Variable([0. , 0.5, 1. ])
    """
    x, _ = variables("heaviside", x1, x2)
    return where(x == 0, x2, (sign(x) + 1.0) * 0.5)
