"""Arrays made of others, and writes that give a new array."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import torch

from oracles.words import t, tuple_of


def nested(stack, asarray):
    """Build an array of nested lists and tuples of arrays and numbers."""

    def built(parts):
        if isinstance(parts, list | tuple):
            return stack([built(part) for part in parts])
        return asarray(parts)

    return lambda parts, dtype=None: built(parts)


def torch_block(arrays):
    """Join the innermost lists along the last axis, the next ones along the one before."""

    def depth(part):
        return 1 + depth(part[0]) if isinstance(part, list) else 0

    def dims(part):
        return max(dims(p) for p in part) if isinstance(part, list) else t(part).ndim

    levels = depth(arrays)
    ndim = max(levels, dims(arrays))

    def joined(part, level):
        if not isinstance(part, list):
            x = t(part)
            return x.reshape([*[1] * (ndim - x.ndim), *x.shape])
        return torch.cat([joined(p, level + 1) for p in part], dim=level - levels)

    return joined(arrays, 0) * 1


def written(xp, x, places, values):
    """Write values at places of the flat array; of equal places the last one counts."""
    values = xp.broadcast_to(t(values) if xp is torch else jnp.asarray(values), places.shape)
    owner = np.full(int(np.prod(x.shape)), -1)
    owner[places.reshape(-1)] = np.arange(places.size)
    taken, owner = owner >= 0, np.maximum(owner, 0)
    if xp is torch:
        taken, owner = torch.tensor(taken), torch.tensor(owner)
    if not places.size:
        return x * 1
    return xp.where(taken, values.reshape(-1)[owner], x.reshape(-1)).reshape(x.shape)


def places_of(x):
    return np.arange(int(np.prod(x.shape))).reshape(tuple(x.shape))


def host(index):
    """Return an index that NumPy takes."""
    if isinstance(index, tuple):
        return tuple(host(part) for part in index)
    return index.numpy() if isinstance(index, torch.Tensor) else index


def set_at(xp):
    return lambda x, index, values: written(xp, x, places_of(x)[host(index)], values)


def scatter(xp):
    def spelled(x, indices, values, axis=-1):
        places, indices = places_of(x), np.asarray(host(indices))
        if axis is None:
            return written(xp, x, places.reshape(-1)[indices], values)
        shape = list(x.shape)
        shape[axis] = indices.shape[axis]
        at = np.broadcast_to(indices, shape) % x.shape[axis]
        return written(xp, x, np.take_along_axis(places, at, axis), values)

    return spelled


def torch_add_at(x, index, values):
    places = torch.tensor(np.array(places_of(x)[host(index)]))
    values = torch.broadcast_to(t(values), places.shape)
    return x.reshape(-1).index_add(0, places.reshape(-1), values.reshape(-1)).reshape(x.shape)


def torch_choose(indices, choices):
    y = torch.zeros((), dtype=torch.float64)
    for i, choice in enumerate(choices):
        y = torch.where(torch.as_tensor(indices) == i, choice, y)
    return y


def jax_choose(indices, choices):
    y = jnp.zeros(())
    for i, choice in enumerate(choices):
        y = jnp.where(jnp.asarray(indices) == i, choice, y)
    return y


def jax_insert(arr, obj, values, axis=None):
    return jnp.insert(arr, np.asarray(obj) if isinstance(obj, tuple) else obj, values, axis)


def jax_meshgrid(*xi, sparse=False, indexing="xy"):
    return jnp.meshgrid(*[x.reshape(-1) for x in xi], sparse=sparse, indexing=indexing)


def torch_select(conditions, choices, default=0):
    y = t(default)
    for condition, choice in reversed(list(zip(conditions, choices, strict=True))):
        y = torch.where(torch.as_tensor(condition), t(choice), y)
    return y


def piecewise(xp):
    """Spell it with where: later conditions count more; a last function is for the rest."""

    def spelled(x, conditions, choices):
        def of(choice):
            return choice(x) if callable(choice) else xp.full_like(x, choice)

        conditions = [xp.asarray(np.asarray(c)) for c in conditions]
        y = of(choices[-1]) if len(choices) > len(conditions) else xp.zeros_like(x)
        for condition, choice in zip(conditions, choices, strict=False):
            y = xp.where(condition, of(choice), y)
        return y

    return spelled


def torch_insert(arr, obj, values, axis=None):
    """Spell it as NumPy's own insertion of the places of values among those of the array."""
    if axis is None:
        arr, axis = arr.reshape(-1), 0
    values = t(values)
    size = arr.numel()
    shape = np.insert(np.zeros(tuple(arr.shape)), obj, np.zeros(tuple(values.shape)), axis).shape
    new = np.arange(size, size + values.numel()).reshape(tuple(values.shape))
    places = np.insert(places_of(arr), obj, new, axis).reshape(shape)
    return torch.cat([arr.reshape(-1), values.reshape(-1)])[torch.tensor(places)]


def torch_linspace(start, stop, num=50, endpoint=True, *, axis=0):
    share = torch.arange(num, dtype=torch.float64) / max(num - 1 if endpoint else num, 1)
    start, stop = torch.broadcast_tensors(t(start), t(stop))
    share = share.reshape([-1, *[1] * start.ndim])
    return torch.movedim(start + (stop - start) * share, 0, axis)


def torch_logspace(start, stop, num=50, endpoint=True, base=10.0, *, axis=0):
    return t(base) ** torch_linspace(start, stop, num, endpoint, axis=axis)


def torch_geomspace(start, stop, num=50, endpoint=True, *, axis=0):
    start, stop = torch.broadcast_tensors(t(start), t(stop))
    logs = [torch.log(torch.abs(end)) for end in (start, stop)]
    y = torch.sign(start.detach()) * torch.exp(torch_linspace(*logs, num, endpoint))
    return torch.movedim(y, 0, axis)


def torch_full(shape, fill_value, dtype=None):
    return torch.broadcast_to(fill_value, tuple_of(shape))


def torch_full_like(a, fill_value, dtype=None, *, shape=None):
    return torch.broadcast_to(fill_value, tuple(a.shape) if shape is None else tuple_of(shape))


def jax_full_like(a, fill_value, dtype=None, *, shape=None):
    return jnp.broadcast_to(fill_value, a.shape if shape is None else shape)


def torch_along_axis(f, axis, arr):
    rows = torch.movedim(arr, axis, -1)
    y = torch.stack([f(row) for row in rows.reshape(-1, rows.shape[-1])])
    y = y.reshape([*rows.shape[:-1], *y.shape[1:]])
    return torch.movedim(y, -1, axis) if y.ndim == arr.ndim else y


def torch_meshgrid(*xi, sparse=False, indexing="xy"):
    xi = [x.reshape(-1) for x in xi]
    if not sparse:
        return torch.meshgrid(*xi, indexing=indexing)
    order = list(range(len(xi)))
    if indexing == "xy":
        order[:2] = order[:2][::-1]
    shapes = [[-1 if d == place else 1 for d in range(len(xi))] for place in order]
    return [x.reshape(shape) for x, shape in zip(xi, shapes, strict=True)]


JAX = {
    "add_at": lambda x, index, values: x.at[index].add(values),
    "array": nested(jnp.stack, jnp.asarray),
    "choose": jax_choose,
    "full_like": jax_full_like,
    "insert": jax_insert,
    "meshgrid": jax_meshgrid,
    "piecewise": piecewise(jnp),
    "scatter": scatter(jnp),
    "set_at": set_at(jnp),
}
TORCH = {
    "add_at": torch_add_at,
    "apply_along_axis": torch_along_axis,
    "array": nested(torch.stack, t),
    "block": torch_block,
    "broadcast_arrays": torch.broadcast_tensors,
    "choose": torch_choose,
    "copy": torch.clone,
    "full": torch_full,
    "full_like": torch_full_like,
    "geomspace": torch_geomspace,
    "insert": torch_insert,
    "linspace": torch_linspace,
    "logspace": torch_logspace,
    "meshgrid": torch_meshgrid,
    "piecewise": piecewise(torch),
    "scatter": scatter(torch),
    "select": torch_select,
    "set_at": set_at(torch),
}
