"""Normalization: batch_norm and layer_norm, a node each."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any

from autograd_lite.arrays import Array, enter, is_array, namespace
from autograd_lite.errors import ArgumentError, DeviceError, OperandError, ShapeError
from autograd_lite.functions.arithmetic import add, multiply, subtract
from autograd_lite.functions.axes import transpose
from autograd_lite.functions.constants import beside
from autograd_lite.functions.conversion import astype
from autograd_lite.functions.reductions import normalized_axes
from autograd_lite.functions.shapes import reshape
from autograd_lite.functions.standardizing import (
    Gradients,
    Normalization,
    floats,
    shape_of,
    with_parameters,
)
from autograd_lite.graph.apply import nary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.variable import Axis, Operand, Variable, note_write, write_access

__all__ = ["batch_norm", "layer_norm"]

Shape = tuple[int, ...]


class BatchNorm(Normalization):
    """Each channel by its own mean and variance in the batch, times γ, plus β."""

    __slots__ = ("momentum", "running")
    name = "batch_norm"
    symbol = "BN"
    cases = (
        Case(A(5, 3)),
        Case(A(4, 2), A(2), A(2)),
        Case(A(4, 2), A(2)),
        Case(A(4, 2), None, A(2)),
        Case(A(3, 2, 4), A(2), A(2)),
        Case(A(2, 2, 1, 2), A(2), A(2), axis=-1),
        Case(A(2, 3), A(2), A(2), axis=0, eps=0.1),
        Case(A(3, 2), A(2), A(2), [0.5, -1.0], [1.0, 2.0], training=False),
        Case(A(3, 2, 2), A(2), A(2), [0.5, -1.0], [1.0, 2.0], training=False),
        Case(A(3, 2), None, None, [0.5, -1.0], [1.0, 2.0], training=False),
    )
    points = (
        At(
            X([[1.0], [3.0]]),
            eps=3.0,
            arriving=[[1.0], [0.0]],
            gives=[[-0.5], [0.5]],
            slopes=([[0.1875], [-0.1875]],),
        ),
        At(
            *(X([[0.1]] * 4), X([2.0]), X([5.0])),
            eps=0.25,
            arriving=[[1.0], [0.0], [0.0], [0.0]],
            gives=[[5.0]] * 4,
            slopes=([[3.0], [-1.0], [-1.0], [-1.0]], [0.0], [1.0]),
        ),
        At(X([[1e4], [-1e4]]), gives=[[1.0], [-1.0]], slopes=([[0.0], [0.0]],)),
    )
    momentum: float
    running: tuple[Any, ...]

    def __init__(self, core: Shape, eps: float, running: tuple[Any, ...], momentum: float) -> None:
        super().__init__(core, eps)
        self.count = prod(core[:1] + core[2:])
        self.running = running
        self.momentum = momentum

    def average(self, z: Array) -> Array:
        if len(self.core) == 2:
            return self.weights @ z
        sums = self.xp.einsum("ijk->j", z).reshape((self.core[1], 1))
        return sums * (1.0 / self.count)

    def first(self, x: Array) -> Array:
        return x[:1] if len(self.core) == 2 else x[0, :, :1]

    def channelled(self, parameter: Array) -> Array:
        """Return γ or β so that it broadcasts."""
        return parameter if len(self.core) == 2 else parameter.reshape((self.core[1], 1))

    def forward(self, x: Array, gamma: Array | None = None, beta: Array | None = None) -> Array:
        self._follow(*self.standardize(x, (1, self.core[0] if len(self.core) == 2 else 0)))
        y, self.gamma = self.xhat, gamma
        if gamma is not None:
            y = y * self.channelled(gamma)
        if beta is not None:
            y += self.channelled(beta)
        return self.finished(y, self.shape)

    def _follow(self, mean: Array, variance: Array) -> None:
        """Move the running statistics towards the batch's, in place."""
        unbiased = self.count / (self.count - 1)
        for buffer, value, factor in zip(
            self.running, (mean, variance), (1.0, unbiased), strict=False
        ):
            memory = (
                enter(write_access(buffer)[0], buffer)
                if isinstance(buffer, Variable)
                else enter(buffer)
            )
            memory *= 1.0 - self.momentum
            memory += value.reshape(memory.shape) * (self.momentum * factor)
            if isinstance(buffer, Variable):
                note_write(buffer)
        self.running = ()

    def through(self, g: Array) -> Gradients:
        mean, slope = self.average(g), self.average(g * self.xhat)
        to_gamma, to_beta = slope * self.count, mean * self.count
        if self._left[0] is None:
            return None, to_gamma, to_beta
        scale = self.r if self.gamma is None else self.r * self.channelled(self.gamma)
        return self.projected(g, mean, slope, scale), to_gamma, to_beta


class LayerNorm(Normalization):
    """Each row by its own mean and variance, times γ, plus β, which have a number per column."""

    __slots__ = ()
    name = "layer_norm"
    symbol = "LN"
    cases = (
        Case(A(3, 4)),
        Case(A(3, 4), A(4), A(4)),
        Case(A(3, 4), A(4)),
        Case(A(3, 4), None, A(4)),
        Case(A(5)),
        Case(A(2, 2, 3), A(2, 3), A(2, 3), axis=(1, 2)),
        Case(A(4, 2, 2), A(4), A(4), axis=0, eps=0.1),
        Case(A(0, 3), A(3), A(3)),
    )
    points = (
        At(
            X([1.0, 3.0]),
            eps=3.0,
            arriving=[1.0, 0.0],
            gives=[-0.5, 0.5],
            slopes=([0.1875, -0.1875],),
        ),
        At(
            *(X([[0.1] * 4]), X([2.0, 1.0, 1.0, 1.0]), X([5.0, 6.0, 7.0, 8.0])),
            eps=0.25,
            arriving=[[1.0, 0.0, 0.0, 0.0]],
            gives=[[5.0, 6.0, 7.0, 8.0]],
            slopes=([[3.0, -1.0, -1.0, -1.0]], [0.0] * 4, [1.0, 0.0, 0.0, 0.0]),
        ),
        At(X([[3.0], [-1e4]]), gives=[[0.0], [0.0]], slopes=([[0.0], [0.0]],)),
        At(X([1e4, -1e4]), gives=[1.0, -1.0], slopes=([0.0, 0.0],)),
    )

    def __init__(self, core: Shape, eps: float) -> None:
        super().__init__(core, eps)
        self.count = core[1]

    def average(self, z: Array) -> Array:
        return z @ self.weights

    def first(self, x: Array) -> Array:
        return x[:, :1]

    def forward(self, x: Array, gamma: Array | None = None, beta: Array | None = None) -> Array:
        self.standardize(x, (self.count, 1))
        y, self.gamma = self.xhat, gamma
        if gamma is not None:
            y = y * gamma.reshape((self.count,))
        if beta is not None:
            y += beta.reshape((self.count,))
        return self.finished(y, self.shape)

    def through(self, g: Array) -> Gradients:
        product = g * self.xhat
        if self.gamma is None:
            mean, slope = self.average(g), self.average(product)
            return self.projected(g, mean, slope, self.r), None, None
        edges, xp = self._left, self.xp
        to_gamma = None if edges[1] is None else xp.sum(product, axis=0)
        to_beta = None if len(edges) < 3 or edges[2] is None else xp.sum(g, axis=0)
        if edges[0] is None:
            return None, to_gamma, to_beta
        gamma = self.gamma.reshape((self.count,))
        weights = gamma.reshape((self.count, 1)) * (1.0 / self.count)
        gx = self.projected(g * gamma, g @ weights, product @ weights, self.r)
        return gx, to_gamma, to_beta


def batch_norm(
    x: Operand,
    gamma: Operand | None = None,
    beta: Operand | None = None,
    running_mean: Array | Variable | None = None,
    running_var: Array | Variable | None = None,
    *,
    training: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
    axis: int = 1,
) -> Variable:
    """Normalize each channel by its mean and variance: (x - mean) / √(var + eps) · gamma + beta.

    In training these are the batch's, over all axes but the channels'; what is passed as running
    statistics is then moved towards them, in place: ``r = (1 - momentum) · r + momentum · batch``,
    the variance with n - 1 for n, as in PyTorch. In evaluation the running statistics are used.
    A graph never reads them again, so updating them disturbs no pending backward.

    Parameters
    ----------
    x : Variable or array, shape (N, C) or (N, C, ...)
    gamma, beta : Variable or array, shape (C,), optional
        Scale and shift; 1 and 0 by default.
    running_mean, running_var : array or Variable without gradient, shape (C,), optional
        Both or neither; needed in evaluation.
    training : bool
    momentum : float
        The share of the batch in the running statistics, between 0 and 1.
    eps : float
        Added to the variance, more than 0: equal values become 0, not NaN.
    axis : int
        The channels' axis.

    Returns
    -------
    Variable
        Of the shape and dtype of `x`; float16 is computed in float32.

    Raises
    ------
    ShapeError
        In training with a single value for each channel; for parameters of another shape.
    ArgumentError
        In evaluation without running statistics; for `eps` or `momentum` out of range.

    Notes
    -----
    Ioffe and Szegedy, Batch Normalization, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> mean, var = np.zeros(1), np.ones(1)
    >>> ag.batch_norm(ag.Variable([[1.0], [3.0]]), None, None, mean, var, eps=1e-12)
    Variable([[-1.],
              [ 1.]])
    >>> mean.round(3).tolist(), var.round(3).tolist()
    ([0.2], [1.1])
    """
    v = floats(x)
    shape = v._data.shape
    axis, channels, core = _columns(axis, shape, training)
    operands = with_parameters("batch_norm", v, gamma, beta, channels, eps)
    if not 0 <= momentum <= 1:
        msg = f"batch_norm: momentum is {momentum}; pass a share between 0 and 1."
        raise ArgumentError(msg)
    running = _running(running_mean, running_var, v, channels)
    if not training:
        return _by_running(operands, running, axis, eps)
    writable = tuple([_buffer(value, v) for value in running])
    return nary(BatchNorm(core, eps, writable, momentum), *operands)


def layer_norm(
    x: Operand,
    gamma: Operand | None = None,
    beta: Operand | None = None,
    *,
    axis: Axis = -1,
    eps: float = 1e-5,
) -> Variable:
    """Normalize along axes by mean and variance: (x - mean) / √(var + eps) · gamma + beta.

    Parameters
    ----------
    x : Variable or array
    gamma, beta : Variable or array, optional
        Scale and shift, in the shape that `x` has along `axis`; 1 and 0 by default.
    axis : int, tuple of int or None
        The axes that are normalized together; None for all.
    eps : float
        Added to the variance, more than 0: equal values become 0, not NaN.

    Returns
    -------
    Variable
        Of the shape and dtype of `x`; float16 is computed in float32.

    Raises
    ------
    ShapeError
        If there is nothing along `axis`; for parameters of another shape.
    ArgumentError
        If `eps` is not more than 0.

    Notes
    -----
    Ba, Kiros and Hinton, Layer Normalization, 2016.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.layer_norm(ag.Variable([[1.0, 3.0], [5.0, 5.0]]), eps=1e-12)
    Variable([[-1.,  1.],
              [ 0.,  0.]])
    """
    v = floats(x)
    shape = v._data.shape
    parameters, core, order = _rows(axis, shape)
    operands = with_parameters("layer_norm", v, gamma, beta, parameters, eps)
    node = LayerNorm(core, eps)
    if order is None:
        return nary(node, *operands)
    y = nary(node, transpose(v, order), *operands[1:])
    return transpose(y, [order.index(i) for i in range(len(order))])


@lru_cache(maxsize=1024)
def _columns(axis: int, shape: Shape, training: bool) -> tuple[int, Shape, Shape]:
    """Return the channels' axis, its length as a shape, and x's shape with other axes merged."""
    (axis,) = normalized_axes(axis, len(shape), "batch_norm")
    before, after = prod(shape[:axis]), prod(shape[axis + 1 :])
    if training and before * after < 2:
        msg = (
            f"batch_norm: x of shape {shape} has {before * after} values for each channel, too few "
            "for a variance; train with a larger batch, or pass training=False."
        )
        raise ShapeError(msg)
    channels = shape[axis : axis + 1]
    return axis, channels, (before, *channels) if after == 1 else (before, *channels, after)


@lru_cache(maxsize=1024)
def _rows(axis: Axis, shape: Shape) -> tuple[Shape, Shape, Shape | None]:
    """Return the parameters' shape, x's with axes merged, and how its axes are moved for that."""
    axes = tuple(sorted(normalized_axes(axis, len(shape), "layer_norm")))
    rest = tuple([i for i in range(len(shape)) if i not in axes])
    parameters = tuple([shape[i] for i in axes])
    if 0 in parameters:
        msg = f"layer_norm: axis {axis} of shape {shape} is empty, so there is no mean."
        raise ShapeError(msg)
    core = prod([shape[i] for i in rest]), prod(parameters)
    return parameters, core, None if axes == tuple(range(len(rest), len(shape))) else rest + axes


def _running(mean: Any, var: Any, v: Variable, shape: Shape) -> tuple[Any, ...]:
    """Return the running statistics, none or both, checked."""
    if mean is None and var is None:
        return ()
    if mean is None or var is None:
        msg = "batch_norm: only one of running_mean and running_var is given; pass both or neither."
        raise ArgumentError(msg)
    for value in (mean, var):
        if (found := shape_of(value, "batch_norm: running statistics")) != shape:
            msg = (
                f"batch_norm: running statistics need shape {shape} for x of shape {v.shape}, "
                f"not {found}; there is one number for each channel."
            )
            raise ShapeError(msg)
    return mean, var


def _buffer(value: Any, v: Variable) -> Any:
    """Return running statistics that can be written into."""
    data = value._data if isinstance(value, Variable) else value
    if not is_array(data) or data.dtype.kind != "f" or getattr(value, "requires_grad", False):
        msg = (
            "batch_norm: running statistics are updated in place; pass floating arrays, or "
            "Variables with requires_grad=False."
        )
        raise OperandError(msg)
    if namespace(enter(data, value)) is not namespace(enter(v._data, v)):
        msg = "batch_norm: running statistics live on another device than x; move one of them."
        raise DeviceError(msg)
    if not getattr(data.flags, "writeable", True):
        msg = "batch_norm: running statistics are read-only; pass copies, or training=False."
        raise ArgumentError(msg)
    return value


def _by_running(
    operands: tuple[Any, ...], running: tuple[Any, ...], axis: int, eps: float
) -> Variable:
    """Normalize by given statistics: ordinary operations, float16 by way of float32."""
    if not running:
        msg = "batch_norm: evaluation needs running_mean and running_var; pass both."
        raise ArgumentError(msg)
    v, *parameters = operands
    dtype = "float32" if v.dtype.char == "e" else v.dtype
    shape = v.shape[axis : axis + 1] + (1,) * (v.ndim - axis - 1)
    mean, var = [
        beside(value, (v,), "batch_norm: running statistics").astype(dtype).reshape(shape)
        for value in running
    ]
    scale = 1.0 / namespace(v._data).sqrt(var + eps)
    wide = v if v.dtype == dtype else astype(v, dtype)
    factor, *shift = [reshape(p, shape) if len(shape) > 1 else p for p in parameters] or [None]
    y = multiply(subtract(wide, mean), scale if factor is None else multiply(factor, scale))
    y = add(y, shift[0]) if shift else y
    return y if y.dtype == v.dtype else astype(y, v.dtype)
