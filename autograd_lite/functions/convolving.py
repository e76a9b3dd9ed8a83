"""Convolution and correlation of two vectors."""

from __future__ import annotations

from autograd_lite.arrays import Array
from autograd_lite.errors import ArgumentError, ShapeError
from autograd_lite.functions.indexing import getitem
from autograd_lite.functions.operands import variables
from autograd_lite.functions.reductions import narrow, wide
from autograd_lite.functions.reordering import flip
from autograd_lite.graph.apply import binary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Pair
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["convolve", "correlate"]

MODES = ("full", "same", "valid")


class Convolve(Pair):
    """Σ a_i v_{k-i}, at every k where they overlap, or where they do so completely.

    What one operand gets is gy convolved with the other one reversed, in the other mode.
    """

    __slots__ = ("a", "mode", "v")
    keeps = ("a", "v")
    name = "convolve"
    symbol = "∗"
    cases = tuple(
        [Case(A(n), A(m), mode) for n, m in ((5, 3), (2, 4), (3, 3), (1, 2)) for mode in MODES]
    )
    points = (
        At(X([1.0, 2.0]), X([3.0, 4.0, 5.0]), gives=[3, 10, 13, 10], arriving=[1, 0, 0, 2],
           slopes=([3, 10], [1, 0, 4])),
        At(X([1.0, 2.0, 3.0]), X([3.0, 4.0]), "valid", gives=[10, 17], arriving=[1, 2],
           slopes=([4, 11, 6], [8, 5])),
        At(X([1.0, 2.0, 3.0]), X([3.0, 4.0]), "same", gives=[3, 10, 17],
           slopes=([7, 7, 3], [6, 3])),
        At(X([2.0]), X([3.0]), gives=[6], slopes=([3], [2])),
    )  # fmt: skip
    a: Array
    v: Array
    mode: str

    def __init__(self, mode: str) -> None:
        self.mode = mode

    def forward(self, a: Array, v: Array) -> Array:
        self.a, self.v = a, v
        return self.convolved(a, v, self.mode)

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        left = None if self._left is None else self.pulled(gy, self.v)
        if self._right is None:
            return left, None
        if self.mode == "full":
            return left, self.pulled(gy, self.a)
        # v is the shorter one.
        return left, self.xp.flip(self.convolved(self.a, self.xp.flip(gy, 0), "valid"), 0)

    def pulled(self, gy: Array, other: Array) -> Array:
        """Return what the operand beside `other` gets; in mode valid, the longer one."""
        back = "valid" if self.mode == "full" else "full"
        return self.convolved(gy, self.xp.flip(other, 0), back)

    def convolved(self, a: Array, v: Array, mode: str) -> Array:
        """Convolve; the sums of float16 in float32."""
        return narrow(self.xp.convolve(wide(a), wide(v), mode), a)


def convolve(a: Operand, v: Operand, mode: str = "full") -> Variable:
    """Convolve two vectors: the k-th sum is Σ a[i] v[k - i].

    Parameters
    ----------
    a, v : Variable or array of shape (n,) and (m,)
    mode : {"full", "same", "valid"}
        All n + m - 1 sums, the max(n, m) in the middle, or those where the vectors overlap
        completely: max(n, m) - min(n, m) + 1.

    Raises
    ------
    ShapeError
        If an operand is empty or has more than one axis.
    ArgumentError
        For another mode.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> a, v = ag.Variable([1.0, 2.0, 3.0]), ag.Variable([1.0, 10.0])
    >>> ag.convolve(a, v)
    Variable([ 1., 12., 23., 30.])
    >>> ag.convolve(a, v, "valid")
    Variable([12., 23.])
    """
    return _convolved("convolve", variables("convolve", a, v), mode)


@composed(
    cases=[Case(A(n), A(m), mode) for n, m in ((5, 3), (2, 4), (3, 3)) for mode in MODES],
    points=[
        At(X([1.0, 2.0, 3.0]), X([3.0, 4.0]), gives=[11, 18], arriving=[1, 2],
           slopes=([3, 10, 8], [5, 8])),
    ],
)  # fmt: skip
def correlate(a: Operand, v: Operand, mode: str = "valid") -> Variable:
    """Correlate two vectors: the k-th sum is Σ a[i + k] v[i].

    Parameters
    ----------
    a, v, mode
        As in :func:`convolve`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.correlate(ag.Variable([1.0, 2.0, 3.0]), [1.0, 10.0])
    Variable([21., 32.])
    """
    left, right = variables("correlate", a, v)
    if mode == "same" and left.size < right.size:
        # As NumPy: the same sums of v and a, backwards.
        return flip(_convolved("correlate", (right, flip(left)), mode))
    return _convolved("correlate", (left, flip(right)), mode)


def _convolved(what: str, given: tuple[Variable, ...], mode: str) -> Variable:
    a, v = given
    if mode not in MODES:
        msg = f"{what}: mode {mode!r:.40} is unknown; choose one of {', '.join(MODES)}."
        raise ArgumentError(msg)
    if not (a.ndim == v.ndim == 1 and a.size and v.size):
        msg = f"{what}: shapes {a.shape} and {v.shape}; pass two vectors, neither of them empty."
        raise ShapeError(msg)
    if mode == "same":
        start = (min(a.size, v.size) - 1) // 2
        return getitem(binary(Convolve("full"), a, v), slice(start, start + max(a.size, v.size)))
    if mode == "valid" and v.size > a.size:
        a, v = v, a
    return binary(Convolve(mode), a, v)
