"""Averages and what goes with them: weighted means, the range, covariance and correlation."""

from __future__ import annotations

from typing import Any

from autograd_lite.arrays import Array, require
from autograd_lite.errors import ShapeError
from autograd_lite.functions import axes, diagonals, joining, matrices, powers, reductions, shapes
from autograd_lite.functions.complex import conjugated, real
from autograd_lite.functions.constants import beside
from autograd_lite.functions.operands import (
    fractional,
    library_of,
    values,
    variable,
    variables,
)
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.composed import composed
from autograd_lite.graph.variable import Axis, Operand, Variable

__all__ = ["average", "corrcoef", "cov", "ptp"]


@composed(
    cases=[
        Case(A(3, 4), axis=0),
        Case(A(2, 3), axis=1, weights=[1.0, 2.0, 0.0]),
        Case(A(2, 3), None, A(2, 3, low=0.5), keepdims=True),
        Case(A(2, 3), 0, A(2, low=0.5)),
        Case(A()),
    ],
    points=[
        At(X([1.0, 3.0]), None, X([3.0, 1.0]), gives=1.5, slopes=([0.75, 0.25], [-0.125, 0.375])),
        At(X([5.0]), None, X([2.0]), gives=5, slopes=([1], [0])),
    ],
)
def average(
    x: Operand, axis: Axis = None, weights: Operand | None = None, *, keepdims: bool = False
) -> Variable:
    """Return the weighted mean Σ w x / Σ w over some axes.

    Parameters
    ----------
    x : Variable or array
    axis : int, tuple of int or None
        The axes to reduce; None for all.
    weights : Variable or array, optional
        Of the shape of `x`, or one for each element along one axis. Variables get a gradient.
    keepdims : bool
        Keep the axes with length 1.

    Raises
    ------
    ShapeError
        If the weights fit neither way.
    ArgumentError
        If weights add up to 0.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.average(ag.Variable([1.0, 3.0]), weights=[3.0, 1.0])
    Variable(1.5)
    """
    if weights is None:
        return reductions.mean(x, axis, keepdims)
    v, w = variables("average", x, weights)
    if w.shape != v.shape:
        (along,) = (
            reductions.normalized_axes(axis, v.ndim, "average") if axis is not None else (-1,)
        )
        if w.ndim != 1 or along < 0 or w.shape[0] != v.shape[along]:
            msg = f"average: weights of shape {w.shape} for {v.shape}; pass one for each element."
            raise ShapeError(msg)
        w = shapes.reshape(w, (-1, *(1,) * (v.ndim - 1 - along)))
        w = shapes.broadcast_to(w, v.shape)
    total = reductions.sum(w, axis, keepdims)
    require((values(total, "average") != 0).all(), "average: weights add up to 0; pass others.")
    return reductions.sum(v * w, axis, keepdims) / total


@composed(
    cases=[
        Case(A(3, 4, distinct=True)),
        Case(A(2, 3, distinct=True), axis=0, keepdims=True),
        Case(A()),
    ],
    points=[
        At(X([1.0, 5.0, 2.0]), gives=4, slopes=([-1, 1, 0],)),
        At(X([2.0, 2.0]), gives=0, slopes=([0, 0],)),
        At(X([1.0, 3.0, 3.0]), gives=2, slopes=([-1, 0.5, 0.5],)),
    ],
    subgradient="equal extreme elements share; where all are equal, 0",
)
def ptp(x: Operand, axis: Axis = None, keepdims: bool = False) -> Variable:
    """Return the largest less the smallest element over some axes ("peak to peak").

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.ptp(ag.Variable([1.0, 5.0, 2.0]))
    Variable(4.0)
    """
    v = variable(x, "ptp")
    return reductions.max(v, axis, keepdims) - reductions.min(v, axis, keepdims)


@composed(
    cases=[
        Case(A(3, 5)),
        Case(A(2, 4), A(1, 4), bias=True),
        Case(A(4, 2), rowvar=False, ddof=0),
        Case(A(6), fweights=[1, 2, 0, 1, 3, 1]),
        Case(A(2, 4), aweights=[0.5, 1.0, 2.0, 0.25]),
    ],
    points=[
        At(X([1.0, 3.0]), gives=2, slopes=([-2, 2],)),
        At(X([[1.0, 3.0], [2.0, 2.0]]), gives=[[2, 0], [0, 0]], slopes=([[-2, 2], [-2, 2]],)),
    ],
)
def cov(
    m: Operand,
    y: Operand | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Operand | None = None,
    aweights: Operand | None = None,
) -> Variable:
    """Return the covariance matrix of quantities that were observed together.

    Parameters
    ----------
    m : Variable or array of shape (k, n) or (n,)
        A quantity in each row, an observation in each column.
    y : Variable or array, optional
        More quantities.
    rowvar : bool
        False where quantities are in columns.
    bias : bool
        Divide by n, not by n - 1.
    ddof : int, optional
        Divide by n - ddof, whatever `bias` says.
    fweights, aweights : array of shape (n,), optional
        How often each observation was made, and how much it counts; they carry no gradient.

    Returns
    -------
    Variable
        Of shape (k, k); of one quantity, a number. In the dtype of the operands.

    Raises
    ------
    ShapeError
        If the operands are no matrices of as many observations.
    ArgumentError
        If there are too few observations.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.cov(ag.Variable([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    Variable([[ 1., -1.],
              [-1.,  1.]])
    """
    rows = _quantities("cov", m, y, rowvar)
    covariance = _covariance(rows, (0 if bias else 1) if ddof is None else ddof, fweights, aweights)
    return shapes.reshape(covariance, ()) if rows.shape[0] == 1 else covariance


@composed(
    cases=[Case(A(3, 5)), Case(A(2, 4), A(1, 4)), Case(A(4, 2), rowvar=False)],
    points=[
        At(X([[1.0, 3.0], [4.0, 2.0]]), gives=[[1, -1], [-1, 1]], slopes=([[0, 0], [0, 0]],)),
        At(X([1.0, 3.0]), gives=1, slopes=([0, 0],)),
    ],
)
def corrcoef(x: Operand, y: Operand | None = None, rowvar: bool = True) -> Variable:
    """Return the correlation coefficients of quantities that were observed together.

    Of a quantity that does not vary there are none: its row and column, and its gradient, are NaN.

    Parameters
    ----------
    x, y, rowvar
        As `m`, `y` and `rowvar` in :func:`cov`.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.corrcoef(ag.Variable([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])).data.round(3).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    rows = _quantities("corrcoef", x, y, rowvar)
    covariance = _covariance(rows, 1, None, None)
    spread = powers.sqrt(real(diagonals.diagonal(covariance)))
    ratio = covariance / shapes.expand_dims(spread, 1) / shapes.expand_dims(spread, 0)
    # Digits beyond ±1 are rounding errors; the slope is that of the ratio.
    found = values(ratio, "corrcoef")
    ratio = ratio - (found - found.clip(-1.0, 1.0))
    return shapes.reshape(ratio, ()) if rows.shape[0] == 1 else ratio


def _quantities(what: str, m: Operand, y: Operand | None, rowvar: bool) -> Variable:
    """Return the quantities as the rows of one matrix."""
    given = [fractional(v) for v in variables(what, *([m] if y is None else [m, y]))]
    rows = []
    for v in given:
        if v.ndim > 2:
            msg = f"{what}: an operand has shape {v.shape}; pass a matrix, or a vector."
            raise ShapeError(msg)
        row = shapes.reshape(v, (1, -1)) if v.ndim < 2 else v
        rows.append(row if rowvar or v.ndim < 2 else axes.transpose(row))
    if len({row.shape[1] for row in rows}) > 1:
        msg = f"{what}: {rows[0].shape[1]} and {rows[1].shape[1]} observations; pass as many."
        raise ShapeError(msg)
    return joining.concatenate(rows) if len(rows) > 1 else rows[0]


def _covariance(
    rows: Variable, ddof: int, fweights: Operand | None, aweights: Operand | None
) -> Variable:
    weights, freedom = _weights(rows, ddof, fweights, aweights)
    require(freedom > 0, "cov: too few observations for this ddof; pass more, or a smaller ddof.")
    if weights is None:
        off = rows - reductions.mean(rows, 1, keepdims=True)
        return matrices.matmul(off, conjugated(off.T)) / freedom
    off = rows - average(rows, 1, weights, keepdims=True)
    return matrices.matmul(off * weights, conjugated(off.T)) / freedom


def _weights(
    rows: Variable, ddof: int, fweights: Operand | None, aweights: Operand | None
) -> tuple[Array | None, Any]:
    """Return the weights of the observations, and what the sums of squares are divided by."""
    n = rows.shape[1]
    if fweights is None and aweights is None:
        return None, float(n - ddof)
    f, a = [
        None if given is None else beside(given, (rows,), f"cov: {name}")
        for name, given in (("fweights", fweights), ("aweights", aweights))
    ]
    for given in (f, a):
        if given is not None and given.shape != (n,):
            msg = f"cov: weights of shape {given.shape} for {n} observations; pass one for each."
            raise ShapeError(msg)
    weights: Any = a if f is None else f if a is None else f * a
    total = weights.sum()
    lost = ddof if a is None else ddof * (weights * a).sum() / total
    freedom = total - lost
    dtype = rows.dtype
    return weights.astype(dtype), library_of(rows).asarray(freedom).astype(dtype)
