"""Reductions and running ones, statistics, order."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import torch

from oracles.lacks import Lacks
from oracles.words import along, every_dim, merged, reduced, t


def reversed_sum(x, axis=None, *, reverse=False):
    if not reverse:
        return jnp.cumsum(x, axis)
    return jnp.flip(jnp.cumsum(jnp.flip(x, axis), axis), axis)


def torch_cumsum(x, axis=None, *, reverse=False):
    if axis is None:
        x, axis = x.reshape(-1), 0
    if not reverse:
        return torch.cumsum(x, axis)
    return torch.flip(torch.cumsum(torch.flip(x, (axis,)), axis), (axis,))


def torch_var(x, axis=None, ddof=0, keepdims=False):
    return torch.var(x, dim=every_dim(x, axis), correction=ddof, keepdim=keepdims)


def torch_std(x, axis=None, ddof=0, keepdims=False):
    return torch.std(x, dim=every_dim(x, axis), correction=ddof, keepdim=keepdims)


def jax_norm(x, ord=None, axis=None, keepdims=False):
    if ord is None and axis is None:
        y = jnp.linalg.norm(x.reshape(-1))
        return y.reshape((1,) * x.ndim) if keepdims else y
    return jnp.linalg.norm(x, ord, axis, keepdims)


def torch_norm(x, ord=None, axis=None, keepdims=False):
    return torch.linalg.norm(x, ord, axis, keepdims)


def torch_vector_norm(x, axis=None, keepdims=False, ord=2):
    return torch.linalg.vector_norm(x, ord, axis, keepdims)


def torch_matrix_norm(x, keepdims=False, ord="fro"):
    return torch.linalg.matrix_norm(x, ord, keepdim=keepdims)


METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def of_method(f):
    """Refuse the methods that neither system has."""

    def spelled(x, q, axis=None, *, method="linear", keepdims=False):
        if method not in METHODS:
            raise Lacks("no such method of quantiles")
        return f(x, q, axis=axis, method=method, keepdims=keepdims)

    return spelled


def jax_quantiles(f):
    def spelled(x, q, axis, method, keepdims):
        return f(x, jnp.asarray(q, float), axis=axis, method=method, keepdims=keepdims)

    return spelled


def torch_quantiles(f, scale=1.0):
    """Let a quantile of PyTorch take NumPy's words; of several q the results stand first."""

    def spelled(x, q, axis, method, keepdims):
        shares = t(q).double() * scale

        def one(share):
            along_one = merged(lambda y, dim: f(y, share, dim=dim, interpolation=method))
            return along_one(x, axis, keepdims)

        if not shares.numel():
            raise Lacks("no quantiles at all")
        return torch.stack([one(share) for share in shares]) if shares.ndim else one(shares)

    return of_method(spelled)


def numbers(x):
    return ~torch.isnan(x)


def nan_moment(x, dim, ddof=0):
    n = numbers(x).sum(dim, keepdim=True)
    mean = filled(x, 0.0).sum(dim, keepdim=True) / n
    return torch.where(numbers(x), filled(x, 0.0) - mean, 0.0).square().sum(dim) / (
        n.squeeze(dim) - ddof
    )


def filled(x, value):
    return torch.where(numbers(x), x, value)


def extreme(f, x, dim, least):
    return torch.where(numbers(x).any(dim), f(filled(x, least), dim=dim), torch.nan)


def torch_diff(a, n=1, axis=-1, prepend=None, append=None):
    shape = [1 if d == axis % a.ndim else size for d, size in enumerate(a.shape)]
    ends = [
        None if end is None else t(end) if t(end).ndim else t(end).expand(shape)
        for end in (prepend, append)
    ]
    ends = [None if end is None else end.to(a.dtype) for end in ends]
    return torch.diff(a, n=n, dim=axis, prepend=ends[0], append=ends[1])


def torch_sort(a, axis=-1, **_):
    return along(lambda x, dim: torch.sort(x, dim=dim, stable=True)[0])(a, axis)


def torch_partition(a, kth, axis=-1):
    """Place elements where NumPy places them."""
    if axis is None:
        a, axis = a.reshape(-1), 0
    places = np.argpartition(a.detach().numpy(), kth, axis=axis)
    return torch.take_along_dim(a, torch.tensor(places), dim=axis)


def jax_partition(a, kth, axis=-1):
    if axis is None:
        a, axis = a.reshape(-1), 0
    like = jax.ShapeDtypeStruct(a.shape, int)
    places = jax.pure_callback(
        lambda x: np.argpartition(x, kth, axis=axis), like, jax.lax.stop_gradient(a)
    )
    return jnp.take_along_axis(a, places, axis=axis)


def torch_average(x, axis=None, weights=None, *, keepdims=False):
    dims = every_dim(x, axis)
    if weights is None:
        return torch.mean(x, dim=dims, keepdim=keepdims)
    w = t(weights)
    if w.ndim < x.ndim:
        w = w.reshape([-1 if d == dims[0] % x.ndim else 1 for d in range(x.ndim)])
    w = w.expand(x.shape)
    return (x * w).sum(dims, keepdim=keepdims) / w.sum(dims, keepdim=keepdims)


def jax_cumulated(f):
    return lambda x, *, axis=None, include_initial=False: f(
        x, axis=axis, include_initial=include_initial
    )


def cumulated(f, first):
    """Let a running function start with what it has before the first element."""

    def spelled(x, *, axis=None, include_initial=False):
        dim = 0 if axis is None else axis
        y = f(x, dim=dim)
        shape = [1 if d == dim % x.ndim else n for d, n in enumerate(x.shape)]
        start = torch.full(shape, first, dtype=x.dtype)
        return torch.cat([start, y], dim=dim) if include_initial else y

    return spelled


def torch_cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None):
    rows = torch.atleast_2d(m)
    rows = rows if rowvar or m.ndim < 2 else rows.mT
    if y is not None:
        other = torch.atleast_2d(y)
        rows = torch.cat([rows, other if rowvar or y.ndim < 2 else other.mT])
    correction = int(not bias) if ddof is None else ddof
    y = torch.cov(rows, correction=correction, fweights=fweights, aweights=aweights)
    return y.reshape(()) if len(rows) == 1 else y


def torch_corrcoef(x, y=None, rowvar=True):
    rows = torch.atleast_2d(x) if rowvar else torch.atleast_2d(x).mT
    return torch.corrcoef(rows if y is None else torch.cat([rows, torch.atleast_2d(y)]))


def torch_trapezoid(y, x=None, dx=1.0, axis=-1):
    if y.shape[axis] < 2:
        return y.sum(axis) * 0
    return torch.trapezoid(y, dx=dx, dim=axis) if x is None else torch.trapezoid(y, x, dim=axis)


def jax_trapezoid(y, x=None, dx=1.0, axis=-1):
    return jnp.trapezoid(y, x, dx, axis) if y.shape[axis] > 1 else y.sum(axis) * 0


def jax_gradient(f, *varargs, axis=None, edge_order=1):
    if edge_order != 1 or any(np.ndim(v) for v in varargs):
        raise Lacks("only even steps and first-order edges")
    return jnp.gradient(f, *varargs, axis=axis)


def torch_gradient(f, *varargs, axis=None, edge_order=1):
    dims = every_dim(f, axis)
    spacing = list(varargs) or [1.0]
    spacing = spacing * len(dims) if len(spacing) == 1 else spacing
    if any(np.ndim(step) for step in spacing):  # PyTorch wants places along every axis, or none
        sizes = [f.shape[d] for d in dims]
        spacing = [
            t(s).double() if np.ndim(s) else s * torch.arange(n, dtype=torch.float64)
            for s, n in zip(spacing, sizes, strict=True)
        ]
    found = torch.gradient(f, spacing=spacing, dim=dims, edge_order=edge_order)
    return found[0] if len(found) == 1 else list(found)


def torch_interp(x, xp, fp, left=None, right=None, period=None):
    """Spell interpolation by the segment that each x falls into."""
    xs, xp, fp = t(x), t(xp), t(fp)
    if period is not None:
        xs, xp = xs % period, xp % period
        order = torch.argsort(xp.detach())
        xp, fp = xp[order], fp[order]
        xp = torch.cat([xp[-1:] - period, xp, xp[:1] + period])
        fp = torch.cat([fp[-1:], fp, fp[:1]])
    if len(xp) == 1:  # a flat piece between two equal points
        xp, fp = torch.cat([xp, xp + 1]), torch.cat([fp, fp])
        xs = torch.where(xs > xp[0], xs + 1, xs)
    i = torch.clamp(torch.searchsorted(xp.detach(), xs.detach(), right=True) - 1, 0, len(xp) - 2)
    slope = (fp[i + 1] - fp[i]) / (xp[i + 1] - xp[i])
    y = fp[i] + slope * (xs - xp[i])
    y = torch.where(xs < xp[0], fp[0] if left is None else t(left), y)
    return torch.where(xs > xp[-1], fp[-1] if right is None else t(right), y)


def torch_ediff1d(x, to_end=None, to_begin=None):
    ends = [None if end is None else t(end).reshape(-1) for end in (to_begin, to_end)]
    parts = [ends[0], torch.diff(x.reshape(-1)), ends[1]]
    return torch.cat([part for part in parts if part is not None])


def torch_unwrap(p, discont=None, axis=-1, *, period=2 * np.pi):
    """Add what NumPy adds: it is constant from jump to jump."""
    values = p.detach().numpy()
    return p + torch.tensor(np.unwrap(values, discont, axis, period=period) - values)


def torch_nancumsum(x, axis=None):
    return torch_cumsum(filled(x, 0.0), axis)


def torch_nancumprod(x, axis=None):
    return along(torch.cumprod)(filled(x, 1.0), axis)


JAX = {
    "trapezoid": jax_trapezoid,
    "gradient": jax_gradient,
    "quantile": of_method(jax_quantiles(jnp.quantile)),
    "nanquantile": of_method(jax_quantiles(jnp.nanquantile)),
    "cumulative_sum": jax_cumulated(jnp.cumulative_sum),
    "cumulative_prod": jax_cumulated(jnp.cumulative_prod),
    "interp": lambda *arguments, **options: jnp.interp(
        *[jnp.asarray(a) for a in arguments], **options
    ),
    "cumsum": reversed_sum,
    "norm": jax_norm,
    "partition": jax_partition,
    "msort": lambda a: jnp.sort(a, axis=0),
}
TORCH = {
    "sum": reduced(torch.sum),
    "mean": reduced(torch.mean),
    "max": reduced(torch.amax),
    "min": reduced(torch.amin),
    "amax": reduced(torch.amax),
    "amin": reduced(torch.amin),
    "ptp": lambda x, axis=None, keepdims=False: (
        reduced(torch.amax)(x, axis, keepdims) - reduced(torch.amin)(x, axis, keepdims)
    ),
    "prod": merged(torch.prod),
    "logsumexp": reduced(torch.logsumexp),
    "var": torch_var,
    "std": torch_std,
    "norm": torch_norm,
    "vector_norm": torch_vector_norm,
    "matrix_norm": torch_matrix_norm,
    "cumsum": torch_cumsum,
    "cumprod": along(torch.cumprod),
    "cumulative_sum": cumulated(torch.cumsum, 0.0),
    "cumulative_prod": cumulated(torch.cumprod, 1.0),
    "sort": torch_sort,
    "msort": torch.msort,
    "partition": torch_partition,
    "median": merged(lambda x, dim: torch.quantile(x, 0.5, dim=dim)),
    "quantile": torch_quantiles(torch.quantile),
    "percentile": torch_quantiles(torch.quantile, 0.01),
    "nanquantile": torch_quantiles(torch.nanquantile),
    "nanpercentile": torch_quantiles(torch.nanquantile, 0.01),
    "nanmedian": merged(lambda x, dim: torch.nanquantile(x, 0.5, dim=dim)),
    "nansum": reduced(torch.nansum),
    "nanmean": reduced(torch.nanmean),
    "nanprod": merged(lambda x, dim: torch.prod(filled(x, 1.0), dim=dim)),
    "nanmax": merged(lambda x, dim: extreme(torch.amax, x, dim, -torch.inf)),
    "nanmin": merged(lambda x, dim: extreme(torch.amin, x, dim, torch.inf)),
    "nanvar": merged(nan_moment),
    "nanstd": merged(lambda x, dim, ddof=0: torch.sqrt(nan_moment(x, dim, ddof))),
    "nancumsum": torch_nancumsum,
    "nancumprod": torch_nancumprod,
    "average": torch_average,
    "cov": torch_cov,
    "corrcoef": torch_corrcoef,
    "diff": torch_diff,
    "ediff1d": torch_ediff1d,
    "unwrap": torch_unwrap,
    "gradient": torch_gradient,
    "trapezoid": torch_trapezoid,
    "interp": torch_interp,
}
