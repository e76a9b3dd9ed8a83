"""Scaling: angles in degrees, logarithms and powers on other scales."""

from __future__ import annotations

from math import log, pi

import numpy as np

from autograd_lite.functions.arithmetic import multiply
from autograd_lite.functions.conversion import astype
from autograd_lite.functions.entry import asarray
from autograd_lite.functions.exponentials import logaddexp
from autograd_lite.functions.powers import power
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["deg2rad", "float_power", "logaddexp2", "rad2deg"]

_DEGREE = pi / 180
_LOG_2 = log(2)


@composed(
    cases=(Case(A(3, 4)), Case(A())),
    points=(At(X([0.0, -180.0]), gives=[0, -pi], slopes=([_DEGREE, _DEGREE],)),),
)
def deg2rad(x: Operand) -> Variable:
    """Convert degrees to radians; ``radians`` is another name for it.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> print(ag.deg2rad(ag.Variable([0.0, 180.0])))
    [0.      , 3.141593]
    """
    return multiply(x, _DEGREE)


@composed(
    cases=(Case(A(3, 4)), Case(A())),
    points=(At(X([0.0, -pi]), gives=[0, -180], slopes=([1 / _DEGREE, 1 / _DEGREE],)),),
)
def rad2deg(x: Operand) -> Variable:
    """Convert radians to degrees; ``degrees`` is another name for it.

    Examples
    --------
    >>> import math
    >>> import autograd_lite as ag
    >>> ag.rad2deg(ag.Variable(math.pi))
    Variable(180.0)
    """
    return multiply(x, 1 / _DEGREE)


@composed(
    cases=(Case(A(3, 4), A(4)), Case(A(3), 0.5)),
    points=(
        At(X([0.0, 1e4]), X([0.0, -1e4]), gives=[1, 1e4], slopes=([0.5, 1], [0.5, 0])),
    ),
)  # fmt: skip
def logaddexp2(x1: Operand, x2: Operand) -> Variable:
    """Return log₂(2^x1 + 2^x2), shifted so that nothing overflows.

    Notes
    -----
    It is ``logaddexp`` on the scale of log 2.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.logaddexp2(ag.Variable([0.0, 3.0]), [0.0, 3.0])
    Variable([1., 4.])
    """
    return multiply(logaddexp(_times(x1, _LOG_2), _times(x2, _LOG_2)), 1 / _LOG_2)


@composed(
    cases=(Case(A(3, low=0.5), A(3)), Case(A(2, 3), 2)),
    points=(At(X([0.0, -3.0]), 2, gives=[0, 9], slopes=([0, -6],)),),
)
def float_power(x1: Operand, x2: Operand) -> Variable:
    """Return x1 to the power of x2 in float64 (complex128), whatever the operands are.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.float_power(ag.Variable([2.0, 3.0], dtype="float32"), -1).dtype
    dtype('float64')
    """
    return power(_wide(x1), _wide(x2))


def _times(x: Operand, factor: float) -> Operand:
    """Return x · factor, of a Python number another one, which takes its partner's dtype."""
    return x * factor if isinstance(x, int | float) else multiply(x, factor)


def _wide(x: Operand) -> Operand:
    """Return float64, of complex numbers complex128; a Python number, which follows, as a float."""
    if isinstance(x, int | float):
        return float(x)
    whole = asarray(x)
    return astype(whole, np.complex128 if whole.dtype.kind == "c" else np.float64)
