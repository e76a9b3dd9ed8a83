"""The complex transforms: fft and ifft, along one axis or several.

Y_k = Σ_j exp(∓2πi jk / n) x_j is a product with a symmetric matrix, so its rule is the transform
itself, on the gradient: in the convention of :mod:`autograd_lite.functions.complex` nothing is
conjugated. Padding and cutting to n elements go back as cutting and padding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.functions.fft.arguments import Lengths, Norm, as_complex, checked, sides
from autograd_lite.graph.apply import unary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.function import Unary
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["fft", "fft2", "fftn", "ifft", "ifft2", "ifftn", "resized"]

Shape = tuple[int, ...]
_ALONG = (
    Case(A(4, complex=True)),
    Case(A(5), norm="ortho"),
    Case(A(2, 3, complex=True), 5, 1, "forward"),
    Case(A(4, 2, complex=True), 3, axis=0),
    Case(A(1)),
)
_OVER = (
    Case(A(2, 3, complex=True)),
    Case(A(2, 3), (3, 2), (1, 0), "ortho"),
    Case(A(2, 2, 3, complex=True), axes=(0, 2), norm="forward"),
)


class Transform(Unary):
    """What fft and ifft share: the rule is the transform of the gradient."""

    __slots__ = ("axes", "before", "lengths", "norm")
    complexes = True
    cases = _ALONG
    before: Shape
    lengths: Shape
    axes: Shape
    norm: str

    def __init__(self, lengths: Shape, axes: Shape, norm: str) -> None:
        self.lengths = lengths
        self.axes = axes
        self.norm = norm

    def transformed(self, x: Array) -> Array:
        """Return the transform along the axes."""
        room: Any = self.xp.fft
        out: Array
        if len(self.axes) == 1:
            out = getattr(room, self.name)(x, self.lengths[0], self.axes[0], self.norm)
        else:
            out = getattr(room, f"{self.name}n")(x, self.lengths, self.axes, self.norm)
        return out

    def backward(self, gy: Array) -> Array:
        return resized(self.xp, self.transformed(gy), self.before)


class FFT(Transform):
    """Y_k = Σ_j exp(-2πi jk / n) x_j; the gradient is transformed in the same way."""

    __slots__ = ()
    name = "fft"
    points = (
        At(X([1 + 0j, 2j]), gives=[1 + 2j, 1 - 2j], arriving=[1, 1j], slopes=([1 + 1j, 1 - 1j],)),
        At(X([1.0]), n=2, gives=[1, 1], arriving=[1j, 2], slopes=([2],)),
    )

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        return self.transformed(x)


class IFFT(Transform):
    """x_j = (1/n) Σ_k exp(2πi jk / n) Y_k; the gradient is transformed in the same way."""

    __slots__ = ()
    name = "ifft"
    points = (
        At(X([2 + 0j, 4j]), gives=[1 + 2j, 1 - 2j], arriving=[2, 2j], slopes=([1 + 1j, 1 - 1j],)),
    )

    def forward(self, x: Array) -> Array:
        self.before = x.shape
        return self.transformed(x)


def resized(xp: Any, g: Array, shape: Shape) -> Array:
    """Return an array cut to a shape, and filled up with zeros to it."""
    if g.shape == shape:
        return g
    if any([n < m for n, m in zip(shape, g.shape, strict=True)]):
        g = g[tuple([slice(n) for n in shape])]
    lacking = [(0, n - m) for n, m in zip(shape, g.shape, strict=True)]
    filled: Array = xp.pad(g, lacking) if g.shape != shape else g
    return filled


def _applied(
    kind: type[Transform], a: Operand, lengths: Lengths, axes: Any, norm: Norm, what: str
) -> Variable:
    v = as_complex(a, what)
    return unary(kind(*sides(v, lengths, axes, what), checked(norm, what)), v)


def fft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Variable:
    """Return the discrete Fourier transform along an axis, as ``numpy.fft.fft``.

    Parameters
    ----------
    a : Variable or array
        Real or complex; float32 gives complex64.
    n : int, optional
        How many elements are transformed: the axis is cut, or filled up with zeros. By default all.
    axis : int
    norm : {"backward", "ortho", "forward"}, optional
        Where the factor 1/n goes: into ``ifft`` (the default), half as 1/√n into both, into
        ``fft``.

    Returns
    -------
    Variable of complex numbers, with n elements along the axis

    Raises
    ------
    ShapeError
        If there is no such axis.
    ArgumentError
        If n is less than 1, or norm is none of the three.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, 2.0, 3.0])
    >>> power = ag.abs(ag.fft.fft(x)) ** 2
    >>> power.sum().backward()  # by Parseval, 3 · Σ x²
    >>> x.grad.round(6).tolist()
    [6.0, 12.0, 18.0]

    References
    ----------
    J. W. Cooley and J. W. Tukey, An algorithm for the machine calculation of complex Fourier
    series, Mathematics of Computation 19 (1965).
    """
    return _applied(FFT, a, n, (axis,), norm, "fft")


def ifft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Variable:
    """Return the inverse of :func:`fft` along an axis, as ``numpy.fft.ifft``.

    Parameters
    ----------
    a, n, axis, norm
        As in :func:`fft`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.ifft(ag.fft.fft(ag.Variable([1.0, 2.0])))
    Variable([1.+0.j, 2.+0.j], dtype=complex128)
    """
    return _applied(IFFT, a, n, (axis,), norm, "ifft")


@composed(cases=_OVER)
def fftn(
    a: Operand, s: Lengths = None, axes: Sequence[int] | None = None, norm: Norm = None
) -> Variable:
    """Return the discrete Fourier transform over several axes, as ``numpy.fft.fftn``.

    Parameters
    ----------
    a : Variable or array
    s : int or sequence of int, optional
        The lengths of the result along the axes; -1 keeps an axis as long as it is.
    axes : sequence of int, optional
        Each once. By default all; with `s`, as many of the last as there are lengths.
    norm : {"backward", "ortho", "forward"}, optional
        As in :func:`fft`, for each axis.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.fftn(ag.Variable([[1.0, 2.0], [3.0, 4.0]])).real
    Variable([[10., -2.],
              [-4.,  0.]])
    """
    return _applied(FFT, a, s, axes, norm, "fftn")


@composed(cases=_OVER)
def ifftn(
    a: Operand, s: Lengths = None, axes: Sequence[int] | None = None, norm: Norm = None
) -> Variable:
    """Return the inverse of :func:`fftn`, as ``numpy.fft.ifftn``.

    Parameters
    ----------
    a, s, axes, norm
        As in :func:`fftn`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.ifftn(ag.Variable([[4.0, 0.0], [0.0, 0.0]])).real
    Variable([[1., 1.],
              [1., 1.]])
    """
    return _applied(IFFT, a, s, axes, norm, "ifftn")


@composed(cases=(_OVER[0], Case(A(2, 3), (3, 2), norm="ortho")))
def fft2(
    a: Operand, s: Lengths = None, axes: Sequence[int] = (-2, -1), norm: Norm = None
) -> Variable:
    """Return :func:`fftn` over two axes, as ``numpy.fft.fft2``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.fft2(ag.Variable([[1.0, 2.0], [3.0, 4.0]])).real
    Variable([[10., -2.],
              [-4.,  0.]])
    """
    return _applied(FFT, a, s, axes, norm, "fft2")


@composed(cases=(_OVER[0], Case(A(2, 3), (3, 2), norm="ortho")))
def ifft2(
    a: Operand, s: Lengths = None, axes: Sequence[int] = (-2, -1), norm: Norm = None
) -> Variable:
    """Return :func:`ifftn` over two axes, as ``numpy.fft.ifft2``.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.ifft2(ag.Variable([[4.0, 0.0], [0.0, 0.0]])).real
    Variable([[1., 1.],
              [1., 1.]])
    """
    return _applied(IFFT, a, s, axes, norm, "ifft2")
