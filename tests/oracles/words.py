"""What spellings have in common: constants as tensors, axes as dims."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


def t(x: Any) -> torch.Tensor:
    """Return an operand as a tensor: numbers become float64."""
    return x if isinstance(x, torch.Tensor) else torch.tensor(x, dtype=torch.float64)


def common(x: Any, y: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Return two tensors in one dtype, where PyTorch does not promote."""
    x, y = t(x), t(y)
    dtype = torch.promote_types(x.dtype, y.dtype)
    return x.to(dtype), y.to(dtype)


def tensors(f: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of two tensors take numbers too."""
    return lambda x, y: f(t(x), t(y))


def along(f: Callable[..., Any], axis: Any = None) -> Callable[..., Any]:
    """Let a function of `dim` take an axis; None means all of the array."""

    def spelled(x: torch.Tensor, axis: Any = axis, **options: Any) -> Any:
        return f(x.reshape(-1), dim=0, **options) if axis is None else f(x, dim=axis, **options)

    return spelled


def every_dim(x: torch.Tensor, axis: Any) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(x.ndim))
    return (axis,) if isinstance(axis, int) else tuple(axis)


def reduced(f: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of several dims and `keepdim` take NumPy's words."""

    def spelled(x: torch.Tensor, axis: Any = None, keepdims: bool = False) -> Any:
        if axis == ():  # which is all axes to PyTorch
            return f(x[None], dim=(0,))
        return f(x, dim=every_dim(x, axis), keepdim=keepdims)

    return spelled


def merged(f: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of one dim reduce several: they become one at the end."""

    def spelled(x: torch.Tensor, axis: Any = None, keepdims: bool = False, **options: Any) -> Any:
        dims = [d % max(x.ndim, 1) for d in every_dim(x, axis)]
        rest = [d for d in range(x.ndim) if d not in dims]
        shape = [x.shape[d] for d in rest]
        size = 1
        for d in dims:
            size *= x.shape[d]
        y = f(x.permute(rest + dims).reshape([*shape, size]), dim=-1, **options)
        if not keepdims:
            return y
        return y.reshape([1 if d in dims else x.shape[d] for d in range(x.ndim)])

    return spelled


def tuple_of(value: Any) -> tuple[int, ...]:
    return (value,) if isinstance(value, int) else tuple(value)


def averaged(losses: Any, reduction: str) -> Any:
    """Reduce losses of either system."""
    return {"mean": losses.mean, "sum": losses.sum, "none": lambda: losses}[reduction]()
