"""Products of vectors, matrices and more."""

from __future__ import annotations

from functools import reduce

import jax.numpy as jnp
import torch

from oracles.words import common, t


def jax_linear(x, w, b=None):
    return x @ w if b is None else x @ w + b


def torch_linear(x, w, b=None):
    x, w = common(x, w)
    return torch.nn.functional.linear(x, w.mT, None if b is None else b.to(w.dtype))


def promoted(f):
    return lambda x, y, *rest: f(*common(x, y), *rest)


def torch_dot(x, y):
    if 0 in (x.ndim, y.ndim):
        return x * y
    return torch.tensordot(x, y, dims=([-1], [max(y.ndim - 2, 0)]))


def torch_tensordot(x, y, axes=2):
    if isinstance(axes, int):
        return torch.tensordot(x, y, dims=axes)
    pairs = [[side] if isinstance(side, int) else list(side) for side in axes]
    return torch.tensordot(x, y, dims=(pairs[0], pairs[1]))


def torch_einsum(subscripts, *operands):
    dtypes = [x.dtype for x in operands]
    dtype = dtypes[0]
    for other in dtypes[1:]:
        dtype = torch.promote_types(dtype, other)
    return torch.einsum(_explicit(subscripts), *[x.to(dtype) for x in operands])


def _explicit(subscripts):
    """Write the output that NumPy infers; torch orders capital letters otherwise."""
    if "->" in subscripts or "..." in subscripts:
        return subscripts
    letters = subscripts.replace(",", "")
    return f"{subscripts}->{''.join(sorted(c for c in set(letters) if letters.count(c) == 1))}"


def torch_cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    axisa, axisb, axisc = (axis,) * 3 if axis is not None else (axisa, axisb, axisc)
    a, b = torch.movedim(t(a), axisa, -1), torch.movedim(t(b), axisb, -1)
    if a.shape[-1] == b.shape[-1] == 2:
        return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    a, b = [torch.nn.functional.pad(v, (0, 3 - v.shape[-1])) for v in (a, b)]
    return torch.movedim(torch.linalg.cross(*torch.broadcast_tensors(a, b)), -1, axisc)


def torch_polyval(p, x):
    x = t(x)
    y = torch.zeros_like(x)
    for coefficient in t(p):
        y = y * x + coefficient
    return y


def torch_convolve(a, v, mode="full"):
    a, v = (a, v) if len(a) >= len(v) else (v, a)
    padding = {"full": len(v) - 1, "same": 0, "valid": 0}[mode]
    if mode == "same":
        padding = len(v) - 1
    y = torch.nn.functional.conv1d(a[None, None], v.flip(0)[None, None], padding=padding)[0, 0]
    start = (len(y) - len(a)) // 2 if mode == "same" else 0
    return y[start : start + len(a)] if mode == "same" else y


def torch_correlate(a, v, mode="valid"):
    if len(a) < len(v):
        return torch_convolve(v, a.flip(0), mode).flip(0)
    return torch_convolve(a, v.flip(0), mode)


def torch_vander(x, N=None, increasing=False):
    """Spell the powers: torch.vander has no second derivative."""
    powers = torch.arange(len(x) if N is None else N)
    return x[:, None] ** (powers if increasing else powers.flip(0))


def torch_vecdot(x, y, axis=-1):
    return torch.linalg.vecdot(*common(x, y), dim=axis)


JAX = {
    "linear": jax_linear,
    "polyval": lambda p, x: jnp.polyval(jnp.asarray(p), x),
}
TORCH = {
    "dot": promoted(torch_dot),
    "einsum": torch_einsum,
    "inner": promoted(torch.inner),
    "kron": promoted(torch.kron),
    "linear": torch_linear,
    "matmul": promoted(torch.matmul),
    "matvec": promoted(lambda a, x: (a @ x[..., None])[..., 0]),
    "vecmat": promoted(lambda x, a: (x.conj()[..., None, :] @ a)[..., 0, :]),
    "vecdot": torch_vecdot,
    "vdot": promoted(lambda a, b: torch.vdot(a.reshape(-1), b.reshape(-1))),
    "outer": promoted(lambda a, b: torch.outer(a.reshape(-1), b.reshape(-1))),
    "tensordot": lambda x, y, axes=2: torch_tensordot(*common(x, y), axes),
    "cross": torch_cross,
    "polyval": torch_polyval,
    "convolve": torch_convolve,
    "correlate": torch_correlate,
    "multi_dot": lambda arrays: reduce(torch.matmul, arrays),
    "vander": torch_vander,
}
