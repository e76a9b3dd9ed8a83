"""``v[i] = x`` on what is recorded: a new array, of which gradients know where it came from."""

from __future__ import annotations

from typing import Any

from autograd_lite import functions
from autograd_lite.arrays import enter, namespace
from autograd_lite.graph.variable import Variable, constant

__all__ = ["assigned"]


def assigned(v: Variable, index: Any, value: Any) -> Variable:
    """Return `v` with other elements at an index; where places repeat, the last one stays.

    Raises
    ------
    ShapeError
        If the value does not broadcast to what the index picks.
    """
    xp = namespace(enter(v._data, v))
    places = xp.arange(v.size).reshape(v.shape)[_plain(index)]
    if places.size == 0:
        return v
    new = value if isinstance(value, Variable) else constant(xp.asarray(value))
    new = new if new.dtype == v.dtype else functions.astype(new, v.dtype)
    flat = functions.reshape(functions.broadcast_to(new, places.shape), -1)
    source = xp.full(v.size, -1)
    source[places.reshape(-1)] = xp.arange(places.size)
    source = source.reshape(v.shape)
    taken = functions.take(flat, xp.maximum(source, 0))
    return functions.where(source >= 0, taken, v)


def _plain(index: Any) -> Any:
    """Return an index whose Variables are arrays."""
    parts = index if type(index) is tuple else (index,)
    plain = tuple([enter(x._data, x) if isinstance(x, Variable) else x for x in parts])
    return plain if type(index) is tuple else plain[0]
