"""Shapes, places, pieces: what moves elements about."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import torch

from oracles.words import t, tuple_of


def moved(x, f):
    """Move elements as a NumPy function moves their places."""
    places = np.array(f(np.arange(int(np.prod(x.shape))).reshape(tuple(x.shape))))
    if not places.size or not np.prod(x.shape):
        return x.sum() * (torch if isinstance(x, torch.Tensor) else jnp).zeros(places.shape)
    return x.reshape(-1)[torch.tensor(places) if isinstance(x, torch.Tensor) else places]


def torch_pad(x, pad_width, mode="constant", *, constant_values=0.0):
    if mode != "constant":
        return moved(x, lambda places: np.pad(places, pad_width, mode=mode))
    inside = np.pad(np.ones(tuple(x.shape), bool), pad_width)
    frame = torch.full(inside.shape, float(constant_values), dtype=x.dtype)
    return frame.masked_scatter(torch.tensor(inside), x)


def getitem(x, index):
    """Index, also by the steps back that PyTorch refuses."""
    parts = index if isinstance(index, tuple) else (index,)
    if any(isinstance(part, slice) and (part.step or 1) < 0 for part in parts):
        return moved(x, lambda places: places[index])
    return x[index]


def jax_scatter_add(x, index, shape):
    return jnp.zeros(shape, x.dtype).at[index].add(x)


def torch_scatter_add(x, index, shape):
    places = torch.arange(int(np.prod(shape))).reshape(shape)[index]
    flat = torch.zeros(int(np.prod(shape)), dtype=x.dtype)
    return flat.index_add(0, places.reshape(-1), x.expand(places.shape).reshape(-1)).reshape(shape)


def torch_repeat(x, repeats, axis=None):
    if axis is None:
        x, axis = x.reshape(-1), 0
    counts = repeats if isinstance(repeats, int) else torch.as_tensor(repeats)
    return torch.repeat_interleave(x, counts, dim=axis)


def jax_repeat(x, repeats, axis=None):
    counts = repeats if isinstance(repeats, int) else np.asarray(repeats)
    return jnp.repeat(x, counts, axis=axis)


def torch_take(x, indices, axis=None):
    places = torch.as_tensor(indices, dtype=torch.long)
    if axis is None:
        x, axis = x.reshape(-1), 0
    axis %= x.ndim
    found = torch.index_select(x, axis, places.reshape(-1) % x.shape[axis])
    return found.reshape([*x.shape[:axis], *places.shape, *x.shape[axis + 1 :]])


def torch_take_along_axis(x, indices, axis=-1):
    if axis is None:
        return torch.take_along_dim(x, indices % x.numel())
    return torch.take_along_dim(x, indices % x.shape[axis], dim=axis)


def jax_take_along_axis(x, indices, axis=-1):
    return jnp.take_along_axis(x, indices, axis=axis)


def torch_squeeze(x, axis=None):
    return torch.squeeze(x) if axis is None else torch.squeeze(x, tuple_of(axis))


def torch_expand(x, axis):
    return moved(x, lambda places: np.expand_dims(places, axis))


def torch_flip(x, axis=None):
    return torch.flip(x, tuple(range(x.ndim)) if axis is None else tuple_of(axis))


def torch_roll(x, shift, axis=None):
    if axis is None:
        return torch.roll(x.reshape(-1), shift, 0).reshape(x.shape)
    axes = tuple_of(axis)
    shifts = tuple_of(shift)
    return torch.roll(x, shifts * len(axes) if len(shifts) < len(axes) else shifts, axes)


def torch_transpose(x, axes=None):
    return x.permute(tuple(range(x.ndim))[::-1] if axes is None else tuple(axes))


def torch_concatenate(arrays, axis=0):
    if axis is None:
        arrays, axis = [a.reshape(-1) for a in arrays], 0
    return torch.cat(arrays, dim=axis)


def torch_split(x, indices_or_sections, axis=0):
    given = indices_or_sections
    return torch.tensor_split(x, given if isinstance(given, int) else tuple(given), dim=axis)


def jax_split(x, indices_or_sections, axis=0):
    given = indices_or_sections
    if not isinstance(given, int):
        given = [min(place, x.shape[axis]) for place in given]  # JAX refuses places beyond the end
    return jnp.split(x, given, axis)


def torch_tile(x, reps):
    return torch.tile(x, tuple_of(reps))


def torch_trace(x, offset=0, axis1=0, axis2=1):
    return torch.diagonal(x, offset, axis1, axis2).sum(-1)


def torch_diag(v, k=0):
    return torch.diag(v, k)


def deleted(arr, obj, axis=None):
    return moved(arr, lambda places: np.delete(places, obj, axis))


def compressed(condition, x, axis=None):
    return moved(x, lambda places: np.compress(condition, places, axis))


def extracted(condition, x):
    return moved(x, lambda places: np.extract(condition, places))


JAX = {
    "embedding": lambda weight, indices: weight[indices],
    "getitem": lambda x, index: x[index],
    "scatter_add": jax_scatter_add,
    "repeat": jax_repeat,
    "take_along_axis": jax_take_along_axis,
    "split": jax_split,
    "delete": deleted,
    "compress": compressed,
    "extract": extracted,
}
TORCH = {
    "broadcast_to": lambda x, shape: torch.broadcast_to(x, tuple_of(shape)),
    "concatenate": torch_concatenate,
    "concat": torch_concatenate,
    "hstack": torch.hstack,
    "vstack": torch.vstack,
    "dstack": torch.dstack,
    "column_stack": torch.column_stack,
    "stack": lambda arrays, axis=0: torch.stack(arrays, dim=axis),
    "split": torch_split,
    "array_split": torch_split,
    "hsplit": lambda x, given: torch.hsplit(x, given),
    "vsplit": lambda x, given: torch.vsplit(x, given),
    "dsplit": lambda x, given: torch.dsplit(x, given),
    "unstack": lambda x, axis=0: torch.unbind(x, dim=axis),
    "diag": torch_diag,
    "diagflat": lambda v, k=0: torch.diagflat(v, k),
    "diagonal": lambda x, offset=0, axis1=0, axis2=1: torch.diagonal(x, offset, axis1, axis2),
    "embedding": lambda weight, indices: torch.nn.functional.embedding(
        torch.as_tensor(indices), weight
    ),
    "expand_dims": torch_expand,
    "flip": torch_flip,
    "fliplr": torch.fliplr,
    "flipud": torch.flipud,
    "getitem": getitem,
    "moveaxis": torch.movedim,
    "rollaxis": lambda x, axis, start=0: moved(x, lambda p: np.rollaxis(p, axis, start)),
    "pad": torch_pad,
    "ravel": torch.ravel,
    "repeat": torch_repeat,
    "reshape": lambda x, shape: torch.reshape(x, tuple_of(shape)),
    "resize": lambda x, shape: moved(x, lambda p: np.resize(p, shape)),
    "roll": torch_roll,
    "rot90": lambda x, k=1, axes=(0, 1): torch.rot90(x, k, tuple(axes)),
    "scatter_add": torch_scatter_add,
    "squeeze": torch_squeeze,
    "swapaxes": torch.swapaxes,
    "take": torch_take,
    "take_along_axis": torch_take_along_axis,
    "tile": torch_tile,
    "trace": torch_trace,
    "transpose": torch_transpose,
    "permute_dims": torch_transpose,
    "matrix_transpose": lambda x: x.mT,
    "tril": lambda x, k=0: torch.tril(x, k),
    "triu": lambda x, k=0: torch.triu(x, k),
    "atleast_1d": torch.atleast_1d,
    "atleast_2d": torch.atleast_2d,
    "atleast_3d": torch.atleast_3d,
    "append": lambda arr, values, axis=None: torch_concatenate([arr, t(values)], axis),
    "delete": deleted,
    "compress": compressed,
    "extract": extracted,
}
