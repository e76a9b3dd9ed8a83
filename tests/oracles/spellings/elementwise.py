"""Functions of single elements and of pairs."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp
import numpy as np
import torch

from oracles.words import common, t, tensors

SAME = (
    *("arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "ceil", "conj", "cos", "cosh"),
    *("exp", "exp2", "expm1", "floor", "log", "log10", "log1p", "log2", "reciprocal"),
    *("sin", "sinc", "sinh", "sqrt", "square", "tan", "tanh", "trunc", "deg2rad", "rad2deg"),
    *("nan_to_num", "positive"),
)
PAIRS = (
    *("arctan2", "copysign", "float_power", "fmax", "fmin", "fmod", "hypot", "ldexp"),
    *("logaddexp", "logaddexp2", "maximum", "minimum"),
)
OPERATORS = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
}


def clipped(x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None):
    low, high = [a if a is not None else b for a, b in ((a_min, min), (a_max, max))]
    bounds = [None if b is None else t(b) for b in (low, high)]
    return torch.clamp(x, *bounds)


def jax_clipped(x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None):
    return jnp.clip(x, a_min if min is None else min, a_max if max is None else max)


def torch_round(x: torch.Tensor, decimals: int = 0) -> torch.Tensor:
    """Round the parts of complex numbers, which torch leaves to its callers."""
    if x.is_complex():
        parts = torch.view_as_real(x)
        return torch.view_as_complex(torch.round(parts, decimals=decimals))
    return torch.round(x, decimals=decimals)


def cbrt(x: torch.Tensor) -> torch.Tensor:
    return torch.sign(x) * torch.abs(x) ** (1 / 3)


def angle(z: torch.Tensor, deg: bool = False) -> torch.Tensor:
    return torch.angle(z) * (180 / math.pi if deg else 1)


JAX = {
    **OPERATORS,
    "clip": jax_clipped,
    "pow": lambda x, y: x**y,
    "nan_to_num": jnp.nan_to_num,
    "to": lambda x, device: x,
    "real_if_close": lambda a, tol=100: a,
    "sum_to": lambda x, shape: summed(x, shape),
}
TORCH = {
    **{name: getattr(torch, name) for name in SAME},
    **{name: tensors(getattr(torch, name)) for name in PAIRS},
    "mod": tensors(torch.remainder),
    "floor_divide": tensors(lambda x, y: torch.floor(x / y)),
    "divmod": tensors(lambda x, y: [torch.floor(x / y), torch.remainder(x, y)]),
    "heaviside": tensors(lambda x, y: torch.where(x == 0, y, torch.where(x.isnan(), x, x > 0))),
    "modf": lambda x: [torch.frac(x), torch.trunc(x)],
    **OPERATORS,
    "abs": torch.abs,
    "absolute": torch.abs,
    "fabs": torch.abs,
    "sign": torch.sign,
    "rint": torch.round,
    "round": torch_round,
    "cbrt": cbrt,
    "degrees": torch.rad2deg,
    "radians": torch.deg2rad,
    "pow": lambda x, y: torch.pow(t(x) if not isinstance(y, torch.Tensor) else x, y),
    "clip": clipped,
    "where": lambda c, x, y: torch.where(c, *common(x, y)),
    "astype": lambda x, dtype: x.to(getattr(torch, np.dtype(dtype).name)),
    "to": lambda x, device: x.to(device),
    "real": lambda x: torch.real(x) if x.is_complex() else x * 1,
    "imag": lambda x: torch.imag(x) if x.is_complex() else torch.zeros_like(x),
    "angle": angle,
    "real_if_close": lambda a, tol=100: a * 1,
    "sum_to": lambda x, shape: x.sum_to_size(shape),
}


def summed(x: Any, shape: Any) -> Any:
    """Sum what broadcasting a shape to that of `x` would repeat."""
    wide = (1,) * (x.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i in range(x.ndim) if wide[i] == 1 and x.shape[i] != 1)
    return x.sum(axis=axes, keepdims=True).reshape(shape)
