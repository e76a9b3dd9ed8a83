"""How far apart: the Kullback-Leibler divergence, and the cosine of an angle."""

from __future__ import annotations

from math import inf, log, sqrt
from typing import Any

from autograd_lite.arrays import Array, namespace, require
from autograd_lite.errors import ShapeError
from autograd_lite.functions.reductions import narrow, normalized_axes, wide
from autograd_lite.functions.targets import as_floats, as_partner, known
from autograd_lite.graph.apply import binary
from autograd_lite.graph.cases import A, At, Case, X
from autograd_lite.graph.function import Pair
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["cosine_similarity", "kl_divergence"]

FAR = 1e4
SLACK = 1e-3  # by how much rounding may lift a float16 logarithm of 1


class KLDivergence(Pair):
    """The mean over rows of Σ p (log p - log q); the gradients are -p and log p + 1 - log q."""

    __slots__ = ("axis", "kept_shape", "log_q", "p", "reduction", "scale")
    keeps = ("log_q", "p")
    name = "kl_divergence"
    symbol = "KL"
    subgradient = "0 in p where p is 0 (its slope log p is infinite there)"
    cases = (
        Case(A(3, 4, low=-3, high=-0.1), A(3, 4, low=0.1, high=0.9)),
        Case(A(3, low=-3, high=-0.1), [0.2, 0.0, 0.8]),
        Case([-1.0, -2.0], A(2, low=0.1, high=0.9), reduction="sum"),
        Case(
            A(2, 3, 2, low=-3, high=-0.1),
            A(2, 3, 2, low=0.1, high=0.9),
            axis=1,
            reduction="none",
        ),
    )
    points = (
        At(
            X([[-log(2), -log(2)], [0.0, -inf]]),
            X([[1.0, 0.0], [1.0, 0.0]]),
            gives=log(2) / 2,
            slopes=([[-0.5, 0], [-0.5, 0]], [[0.5 + log(2) / 2, 0], [0.5, 0]]),
        ),
        At(
            X([[-1.0, -1e4], [-1.0, -inf]]),
            X([[0.0, 1.0], [0.5, 0.5]]),
            reduction="none",
            gives=[1e4, inf],
            arriving=[1, 0],
            slopes=([[0, -1], [0, 0]], [[0, 10001], [0, 0]]),
        ),
    )
    log_q: Array
    p: Array
    axis: int
    kept_shape: tuple[int, ...]
    reduction: str
    scale: float

    def __init__(self, axis: int, reduction: str) -> None:
        self.axis = axis
        self.reduction = reduction

    def forward(self, log_q: Array, p: Array) -> Array:
        xp = self.xp
        (self.axis,) = normalized_axes(self.axis, p.ndim, "kl_divergence")
        self.log_q = log_q
        self.p = p
        shares = wide(p)
        logs = xp.log(shares + (shares == 0)) - log_q
        losses = xp.sum(shares * xp.where(p > 0, logs, 0.0), axis=self.axis)  # 0 log 0 is 0
        self.kept_shape = tuple([1 if i == self.axis else n for i, n in enumerate(p.shape)])
        self.scale = p.shape[self.axis] / p.size
        if self.reduction != "none":
            losses = xp.sum(losses)
        return narrow(losses * self.scale if self.reduction == "mean" else losses, p)

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        xp, p, log_q = self.xp, self.p, self.log_q
        if self.reduction == "none":
            g = xp.reshape(gy, self.kept_shape)
        else:
            g = gy * self.scale if self.reduction == "mean" else gy
        g_p: Any = None
        if self._right is not None:
            # Where q is 0 the slope is infinite: it meets no gradient of 0.
            steep = (p > 0) & ((g != 0) | (log_q > -inf))
            g_p = g * xp.where(steep, xp.log(p + (p == 0)) + 1 - log_q, 0.0)
        return None if self._left is None else -(p * g), g_p


class CosineSimilarity(Pair):
    """x · y / (|x| |y|) along an axis, and 0 where a vector is shorter than eps."""

    __slots__ = ("axis", "eps", "kept_shape", "out", "shapes", "x", "y")
    keeps = ("x", "y", "out")
    name = "cosine_similarity"
    symbol = "cos"
    subgradient = "0 in both vectors where one of them is shorter than eps"
    cases = (
        Case(A(3, 4), A(3, 4)),
        Case(A(3), A(3)),
        Case(A(3, 2), A(3, 2), axis=0),
        Case(A(2, 3), A(3)),
        Case(A(2, 1, 3), A(4, 3)),
    )
    points = (
        At(X([3.0, 4.0]), X([3.0, 4.0]), gives=1, slopes=([0, 0], [0, 0])),
        At(X([3.0, 4.0]), X([-3.0, -4.0]), gives=-1, slopes=([0, 0], [0, 0])),
        At(X([3.0, 4.0]), X([-4.0, 3.0]), gives=0, slopes=([-0.16, 0.12], [0.12, 0.16])),
        At(
            X([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0]]),
            X([[1.0, 2.0], [0.0, 0.0], [1.0, 1.0]]),
            gives=[0, 0, sqrt(0.5)],
            slopes=(
                [[0, 0], [0, 0], [0, sqrt(0.5)]],
                [[0, 0], [0, 0], [sqrt(0.125), -sqrt(0.125)]],
            ),
        ),
        At(
            X([FAR, 0.0]),
            X([FAR, FAR]),
            gives=sqrt(0.5),
            slopes=([0, sqrt(0.5) / FAR], [sqrt(0.125) / FAR, -sqrt(0.125) / FAR]),
        ),
    )
    axis: int
    eps: float
    x: Array
    y: Array
    out: Array
    shapes: tuple[tuple[int, ...], tuple[int, ...]]
    kept_shape: tuple[int, ...]

    def __init__(self, axis: int, eps: float) -> None:
        self.axis = axis
        self.eps = eps

    def forward(self, x: Array, y: Array) -> Array:
        xp = self.xp
        self.axis = _common_axis(x, y, self.axis)
        self.x = x
        self.y = y
        wide_x, wide_y = wide(x), wide(y)
        dots = xp.sum(wide_x * wide_y, axis=self.axis, keepdims=True)
        self.kept_shape = dots.shape
        cosines = dots * (self._inverse_norm(wide_x) * self._inverse_norm(wide_y))
        out = self.out = narrow(xp.squeeze(cosines, axis=self.axis), x)
        return out

    def backward(self, gy: Array) -> tuple[Array | None, Array | None]:
        xp, x, y = self.xp, self.x, self.y
        g, cosines = xp.reshape(gy, self.kept_shape), xp.reshape(self.out, self.kept_shape)
        x, y = wide(x), wide(y)
        inverse_x, inverse_y = self._inverse_norm(x), self._inverse_norm(y)
        unit_x, unit_y = x * inverse_x, y * inverse_y
        g_x: Any = None
        g_y: Any = None
        if self._left is not None:
            g_x = xp.sum_to((unit_y - unit_x * cosines) * (g * inverse_x), x.shape)
            g_x = narrow(g_x, gy)
        if self._right is not None:
            g_y = xp.sum_to((unit_x - unit_y * cosines) * (g * inverse_y), y.shape)
            g_y = narrow(g_y, gy)
        return g_x, g_y

    def _inverse_norm(self, x: Array) -> Array:
        """Return 1 / |x|, and 0 for vectors that are too short to have a direction."""
        squares = self.xp.sum(x * x, axis=self.axis, keepdims=True)
        long = squares > self.eps * self.eps
        return long / self.xp.sqrt(squares + ~long)


def _common_axis(x: Array, y: Array, axis: object) -> int:
    """Return the axis of the vectors, counted from the last, which both operands have."""
    (one,) = normalized_axes(axis, max(x.ndim, y.ndim), "cosine_similarity")  # type: ignore[arg-type]
    common = one - max(x.ndim, y.ndim)
    lengths = [z.shape[common] if z.ndim >= -common else None for z in (x, y)]
    if lengths[0] is None or lengths[0] != lengths[1]:
        msg = (
            f"cosine_similarity: axis {axis} of shapes {x.shape} and {y.shape} holds no vectors of "
            "one length; reshape or transpose one."
        )
        raise ShapeError(msg)
    return common


def kl_divergence(
    log_q: Operand, p: Operand, *, axis: int = -1, reduction: str = "mean"
) -> Variable:
    """Return the Kullback-Leibler divergence of q from p: Σ p (log p - log q), averaged over rows.

    As PyTorch's ``kl_div(log_q, p, reduction="batchmean")``: it takes the logarithm of the model's
    probabilities, and the targets as they are; but both may be differentiated, and 0 · log 0 is 0.

    Parameters
    ----------
    log_q : Variable or array
        Logarithms of probabilities, so none is positive: what comes out of log_softmax.
    p : Variable or array of the same shape
        Probabilities; never broadcast.
    axis : int
        The axis along which the probabilities sum to 1; the last by default.
    reduction : {"mean", "sum", "none"}
        The mean over all rows, their sum, or every row's own divergence.

    Returns
    -------
    Variable, shape () or that of `p` without the axis

    Raises
    ------
    ShapeError
        If the shapes differ, or there is no element.
    ArgumentError
        If a probability is outside [0, 1], or a logarithm positive.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.kl_divergence(ag.log_softmax(ag.Variable([0.0, 0.0])), [1.0, 0.0])
    Variable(0.693147)
    """
    what = "kl_divergence"
    how = known(reduction, what)
    logs = as_floats(log_q, what, p)
    targets = as_floats(as_partner(p, logs, what), what)
    xp = namespace(targets._data)
    inside = (xp.min(targets._data) >= 0) & (xp.max(targets._data) <= 1 + SLACK)
    require(inside, f"{what}: probabilities p must lie between 0 and 1; the logarithms go first.")
    negative = ~(namespace(logs._data).max(logs._data) > SLACK)
    require(negative, f"{what}: a log-probability is positive; apply log_softmax to logits.")
    return binary(KLDivergence(axis, how), logs, targets)


def cosine_similarity(x: Operand, y: Operand, axis: int = -1, eps: float = 1e-8) -> Variable:
    """Return the cosine of the angle between vectors: x · y / (|x| |y|).

    Parameters
    ----------
    x, y : Variable or array
        Vectors of one length along `axis`; the other axes broadcast.
    axis : int
        The axis of the vectors' components.
    eps : float
        A vector shorter than this has no direction: the similarity is 0, and so is its gradient.

    Returns
    -------
    Variable
        Between -1 and 1, of the broadcast shape without the axis.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.cosine_similarity(ag.Variable([[3.0, 4.0], [0.0, 0.0]]), [1.0, 0.0])
    Variable([0.6, 0. ])
    """
    what = "cosine_similarity"
    return binary(CosineSimilarity(axis, float(eps)), as_floats(x, what, y), as_floats(y, what, x))
