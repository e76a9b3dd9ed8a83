"""The transforms of real signals: half of a spectrum, the other half being its conjugate.

Of the n complex results of a real signal, rfft gives the first n // 2 + 1. Each of the inner ones
stands for two, so each transform's rule is the other transform with those halved, or doubled: with
the factor 1/n on the other side, and conjugated, since both run the other way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.errors import ShapeError
from autograd_lite.functions.complex import conj
from autograd_lite.functions.fft.arguments import (
    SWAPPED,
    Lengths,
    Norm,
    as_complex,
    checked,
    sides,
)
from autograd_lite.functions.fft.transforms import FFT, IFFT, resized
from autograd_lite.functions.operands import variable
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["hfft", "ihfft", "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftn"]

Shape = tuple[int, ...]
_REALS = (
    Case(A(6)),
    Case(A(5), norm="ortho"),
    Case(A(2, 3), 6, 1, "forward"),
    Case(A(5, 2), 3, axis=0),
    Case(A(1)),
)
_HALVES = (
    Case(A(4, complex=True)),
    Case(A(3, complex=True), 5, norm="ortho"),
    Case(A(2, 3, complex=True), 8, 1, "forward"),
    Case(A(5, 2, complex=True), 4, axis=0),
    Case(A(3)),
    Case(A(2, complex=True), 1),
)


class Half(Unary):
    """What rfft and irfft share: an axis, the length of the real signal, which results count twice.

    The kept array holds `twice` where one stands for two, along the axis, and 1 elsewhere.
    """

    __slots__ = ("axis", "before", "length", "norm", "shares")
    constants = ("shares",)
    axis: int
    before: Shape
    length: int
    norm: str
    shares: Array | None

    def __init__(self, length: int, axis: int, norm: str) -> None:
        self.length = length
        self.axis = axis
        self.norm = norm

    def note(self, x: Array, dtype: Any, twice: float) -> None:
        """Note what the rule will need, if there will be one."""
        self.before = x.shape
        self.shares = None if self._left is None else self._of(x.ndim, dtype, twice)

    def _of(self, ndim: int, dtype: Any, twice: float) -> Array:
        xp = self.xp
        places = xp.arange(self.length // 2 + 1)
        inner = (places > 0) & (places * 2 != self.length)
        shares = xp.where(inner, twice, 1.0).astype(dtype)
        return shares.reshape((-1, *(1,) * (ndim - 1 - self.axis)))


class RFFT(Half):
    """Half the spectrum of a real signal; the rule is irfft, inner elements halved."""

    __slots__ = ("dtype",)
    name = "rfft"
    cases = _REALS
    points = (
        At(X([1.0, 2.0, 3.0, 4.0]), gives=[10, -2 + 2j, -2], arriving=[0, 1, 0],
           slopes=([1, 0, -1, 0],)),
        At(X([1.0]), n=2, gives=[1, 1], arriving=[1j, 2], slopes=([2],)),
    )  # fmt: skip
    dtype: Any

    def forward(self, x: Array) -> Array:
        xp: Any = self.xp
        self.dtype = x.dtype
        out: Array = xp.fft.rfft(x, self.length, self.axis, self.norm)
        self.note(x, xp.real(out).dtype, 0.5)
        return out

    def backward(self, gy: Array) -> Array:
        xp: Any = self.xp
        parts = xp.conj(gy) * self.shares
        gx: Array = xp.fft.irfft(parts, self.length, self.axis, SWAPPED[self.norm])
        cut = resized(xp, gx, self.before)
        return cut if cut.dtype == self.dtype else cut.astype(self.dtype)  # float16


class IRFFT(Half):
    """The real signal of half a spectrum; the rule is rfft, inner elements doubled, conjugated."""

    __slots__ = ()
    name = "irfft"
    complexes = True
    cases = _HALVES
    points = (
        At(X([1 + 5j, 2 + 1j, 3 + 7j]), gives=[2, -1, 0, 0], arriving=[4, 0, 0, 0],
           slopes=([1, 2, 1],)),
        At(X([1 + 5j, 2 + 1j]), n=1, gives=[1], slopes=([1, 0],)),
    )  # fmt: skip

    def forward(self, x: Array) -> Array:
        xp: Any = self.xp
        out: Array = xp.fft.irfft(x, self.length, self.axis, self.norm)
        self.note(x, out.dtype, 2.0)
        return out

    def backward(self, gy: Array) -> Array:
        xp: Any = self.xp
        half = xp.fft.rfft(gy, self.length, self.axis, SWAPPED[self.norm])
        return resized(xp, xp.conj(half) * self.shares, self.before)


def rfft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Variable:
    """Return the half of a real signal's spectrum that tells all of it, as ``numpy.fft.rfft``.

    Parameters
    ----------
    a : Variable or array of real numbers
        float32 gives complex64.
    n, axis, norm
        As in :func:`fft`.

    Returns
    -------
    Variable of complex numbers, with n // 2 + 1 elements along the axis

    Raises
    ------
    DTypeError
        For complex numbers; use :func:`fft`.
    ShapeError
        If there is no such axis.
    ArgumentError
        If n is less than 1, or norm is none of the three.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, 2.0, 3.0, 4.0])
    >>> ag.fft.rfft(x).imag
    Variable([0., 2., 0.])
    """
    return _rfft(variable(a, "rfft"), n, axis, norm, "rfft")


def irfft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Variable:
    """Return the real signal with this half of a spectrum, as ``numpy.fft.irfft``.

    The imaginary part of the first element, and for an even n of the last, has no effect: its
    gradient is 0.

    Parameters
    ----------
    a : Variable or array
    n : int, optional
        The length of the signal, by default 2 (m - 1) for m elements. Of m, n // 2 + 1 are taken;
        zeros stand for those that are missing.
    axis, norm
        As in :func:`fft`.

    Returns
    -------
    Variable of real numbers, with n elements along the axis

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.irfft(ag.fft.rfft(ag.Variable([1.0, 2.0, 3.0])), 3)
    Variable([1., 2., 3.])
    """
    return _irfft(as_complex(a, "irfft"), n, axis, norm, "irfft")


def _rfft(v: Variable, n: int | None, axis: int, norm: Norm, what: str) -> Variable:
    (length,), (along,) = sides(v, n, (axis,), what)
    return unary(RFFT(length, along, checked(norm, what)), v)


def _irfft(v: Variable, n: int | None, axis: int, norm: Norm, what: str) -> Variable:
    _, (along,) = sides(v, None, (axis,), what)
    (length,), _ = sides(v, 2 * (v.shape[along] - 1) if n is None else n, (along,), what)
    return unary(IRFFT(length, along, checked(norm, what)), v)


@composed(cases=(Case(A(3)), Case(A(3, complex=True)), Case(A(3, complex=True), 5, norm="ortho")))
def hfft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Variable:
    """Return the real spectrum of a signal whose second half is the first's conjugate.

    It is ``numpy.fft.hfft``: ``irfft`` of the conjugate, with the factor 1/n on the other side.

    Parameters
    ----------
    a, n, axis, norm
        As in :func:`irfft`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.hfft(ag.Variable([1.0, 2.0]))
    Variable([ 3., -1.])
    """
    v = as_complex(a, "hfft")
    return _irfft(conj(v), n, axis, SWAPPED[checked(norm, "hfft")], "hfft")


@composed(cases=(Case(A(4)), Case(A(5), 3, norm="ortho")))
def ihfft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Variable:
    """Return the inverse of :func:`hfft`, as ``numpy.fft.ihfft``.

    Parameters
    ----------
    a, n, axis, norm
        As in :func:`rfft`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.ihfft(ag.Variable([3.0, -1.0])).real
    Variable([1., 2.])
    """
    v = variable(a, "ihfft")
    return conj(_rfft(v, n, axis, SWAPPED[checked(norm, "ihfft")], "ihfft"))


_REAL_TABLES = (Case(A(2, 4)), Case(A(2, 3), (3, 5), norm="ortho"))
_HALF_TABLES = (
    Case(A(2, 3)),
    Case(A(2, 3, complex=True)),
    Case(A(2, 3, complex=True), (3, 5), norm="ortho"),
)


@composed(cases=(*_REAL_TABLES, Case(A(2, 2, 3), axes=(2, 0), norm="forward")))
def rfftn(
    a: Operand, s: Lengths = None, axes: Sequence[int] | None = None, norm: Norm = None
) -> Variable:
    """Return :func:`rfft` along the last of several axes, :func:`fft` along the others.

    Parameters
    ----------
    a : Variable or array of real numbers
    s, axes, norm
        As in :func:`fftn`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.rfftn(ag.Variable([[1.0, 2.0], [3.0, 4.0]])).real
    Variable([[10., -2.],
              [-4.,  0.]])
    """
    return _rfftn(a, s, axes, norm, "rfftn")


@composed(cases=(*_HALF_TABLES, Case(A(2, 2, 3, complex=True), axes=(2, 0), norm="forward")))
def irfftn(
    a: Operand, s: Lengths = None, axes: Sequence[int] | None = None, norm: Norm = None
) -> Variable:
    """Return the inverse of :func:`rfftn`, as ``numpy.fft.irfftn``.

    Parameters
    ----------
    a : Variable or array
    s : int or sequence of int, optional
        The lengths of the signal; by default 2 (m - 1) along the last axis.
    axes, norm
        As in :func:`fftn`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.irfftn(ag.Variable([[10.0, -2.0], [-4.0, 0.0]]))
    Variable([[1., 2.],
              [3., 4.]])
    """
    return _irfftn(a, s, axes, norm, "irfftn")


@composed(cases=_REAL_TABLES)
def rfft2(
    a: Operand, s: Lengths = None, axes: Sequence[int] = (-2, -1), norm: Norm = None
) -> Variable:
    """Return :func:`rfftn` over two axes, as ``numpy.fft.rfft2``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.rfft2(ag.Variable([[1.0, 2.0], [3.0, 4.0]])).real
    Variable([[10., -2.],
              [-4.,  0.]])
    """
    return _rfftn(a, s, axes, norm, "rfft2")


@composed(cases=_HALF_TABLES)
def irfft2(
    a: Operand, s: Lengths = None, axes: Sequence[int] = (-2, -1), norm: Norm = None
) -> Variable:
    """Return :func:`irfftn` over two axes, as ``numpy.fft.irfft2``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.irfft2(ag.Variable([[10.0, -2.0], [-4.0, 0.0]]))
    Variable([[1., 2.],
              [3., 4.]])
    """
    return _irfftn(a, s, axes, norm, "irfft2")


def _named(v: Variable, s: Lengths, axes: Any, what: str) -> tuple[Shape, Shape]:
    """Return lengths and axes, of which the last has half a spectrum."""
    lengths, chosen = sides(v, s, axes, what)
    if not chosen:
        msg = f"{what}: no axis is named; pass one or more, of an array that has them."
        raise ShapeError(msg)
    return lengths, chosen


def _rfftn(a: Operand, s: Lengths, axes: Any, norm: Norm, what: str) -> Variable:
    v, place = variable(a, what), checked(norm, what)
    lengths, chosen = _named(v, s, axes, what)
    half = _rfft(v, lengths[-1], chosen[-1], place, what)
    return unary(FFT(lengths[:-1], chosen[:-1], place), half) if chosen[:-1] else half


def _irfftn(a: Operand, s: Lengths, axes: Any, norm: Norm, what: str) -> Variable:
    v, place = as_complex(a, what), checked(norm, what)
    lengths, chosen = _named(v, s, axes, what)
    last = None if s is None else lengths[-1]
    rows = unary(IFFT(lengths[:-1], chosen[:-1], place), v) if chosen[:-1] else v
    return _irfft(rows, last, chosen[-1], place, what)
