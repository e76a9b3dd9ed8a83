"""Places in a spectrum: shifts that put the zero frequency in the middle, and the frequencies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.functions.constants import integer, number
from autograd_lite.functions.operands import variable
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.functions.reordering import roll
from autograd_lite.graph.cases import A, Case
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["fftfreq", "fftshift", "ifftshift", "rfftfreq"]

_SHIFTS = (
    Case(A(5)),
    Case(A(2, 3)),
    Case(A(2, 3), axes=1),
    Case(A(4, 3, complex=True), axes=(0, 1)),
)


@composed(cases=_SHIFTS)
def fftshift(x: Operand, axes: int | Sequence[int] | None = None) -> Variable:
    """Move the zero frequency from the front to the middle, as ``numpy.fft.fftshift``.

    Parameters
    ----------
    x : Variable or array
    axes : int or sequence of int, optional
        By default all.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.fftshift(ag.Variable([0.0, 1.0, 2.0, -2.0, -1.0]))
    Variable([-2., -1.,  0.,  1.,  2.])
    """
    return _shifted(x, axes, 1, "fftshift")


@composed(cases=_SHIFTS)
def ifftshift(x: Operand, axes: int | Sequence[int] | None = None) -> Variable:
    """Move the zero frequency from the middle to the front: the inverse of :func:`fftshift`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.ifftshift(ag.Variable([-2.0, -1.0, 0.0, 1.0, 2.0]))
    Variable([ 0.,  1.,  2., -2., -1.])
    """
    return _shifted(x, axes, -1, "ifftshift")


def _shifted(x: Operand, axes: int | Sequence[int] | None, way: int, what: str) -> Variable:
    v = variable(x, what)
    given = tuple(axes) if isinstance(axes, Sequence) else axes
    chosen = normalized_axes(given, v.ndim, what)
    return roll(v, [way * (v.shape[i] // 2) for i in chosen], chosen)


def fftfreq(n: int, d: float = 1.0) -> Array:
    """Return the frequencies of :func:`fft`'s results, as a plain array.

    Parameters
    ----------
    n : int
        How many results.
    d : float
        The time between two elements of the signal.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.fftfreq(4, d=0.5)
    array([ 0. ,  0.5, -1. , -0.5])
    """
    return np.fft.fftfreq(integer(n, "fftfreq: n"), number(d, "fftfreq: d"))


def rfftfreq(n: int, d: float = 1.0) -> Array:
    """Return the frequencies of :func:`rfft`'s results, as a plain array.

    Parameters
    ----------
    n, d
        As in :func:`fftfreq`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.fft.rfftfreq(4, d=0.5)
    array([0. , 0.5, 1. ])
    """
    return np.fft.rfftfreq(integer(n, "rfftfreq: n"), number(d, "rfftfreq: d"))
