"""The state of a module: its numbers by name, copied out and, if all of them fit, copied in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import Array, device_of, is_array, to_device
from autograd_lite.errors import OperandError, StateError
from autograd_lite.graph import Variable

__all__ = ["State", "load_state", "state_of", "unique"]

State: TypeAlias = dict[str, npt.NDArray[Any]]
Leaves: TypeAlias = Mapping[str, Variable]

_MOST = 8  # problems that an error lists; of a foreign model there may be thousands


def unique(leaves: Iterable[tuple[str, Variable]]) -> dict[str, Variable]:
    """Return Variables by path.

    Raises
    ------
    StateError
        If two have the same path, as by the keys 1 and "1" of a dict.
    """
    found: dict[str, Variable] = {}
    for path, leaf in leaves:
        if found.setdefault(path, leaf) is not leaf:
            msg = f"state_dict: two Variables have the path {path!r}; rename an attribute or a key."
            raise StateError(msg)
    return found


def state_of(leaves: Leaves) -> State:
    """Return copies on the CPU of what Variables hold, by path."""
    return {path: np.array(_on_host(leaf._data), order="C") for path, leaf in leaves.items()}


def load_state(leaves: Leaves, state: Mapping[str, object], what: str) -> None:
    """Write arrays into the Variables of the same paths, if all of them fit.

    Parameters
    ----------
    leaves : mapping of str to Variable
    state : mapping of str to array
    what : str
        Who asks, for the errors.

    Raises
    ------
    OperandError
        If the state is no mapping.
    StateError
        If anything is missing, unexpected, of another shape or of a wider dtype; nothing has been
        written then.
    """
    if not isinstance(state, Mapping):
        msg = f"{what}: a state is a dict of arrays, not a {type(state).__name__}; pass one."
        raise OperandError(msg)
    problems = [f"{path!r} is missing" for path in leaves if path not in state]
    problems += [f"{path!r} is unexpected" for path in state if path not in leaves]
    shared = [(leaf, state[path], path) for path, leaf in leaves.items() if path in state]
    problems += [
        f"{path!r} {words}" for leaf, value, path in shared if (words := _misfit(leaf, value))
    ]
    if problems:
        raise StateError(f"{what}: {_listed(problems)}; nothing was loaded.")
    # All are copied before any is written: what is given may share the memory of what is written.
    fitting = [_fitted(leaf, value) for leaf, value, _ in shared]
    for (leaf, _, _), array in zip(shared, fitting, strict=True):
        leaf.assign(array)


def _misfit(leaf: Variable, value: object) -> str:
    """Say why a value does not fit a leaf; nothing if it does."""
    array: Any = value._data if isinstance(value, Variable) else value
    if not is_array(array):
        return f"is a {type(value).__name__}, not an array: convert it with numpy.asarray"
    if array.shape != leaf.shape:
        return f"has shape {array.shape}, not {leaf.shape}"
    given, wanted = array.dtype, leaf.dtype
    if given.kind != wanted.kind:
        return f"has dtype {given}, not {wanted}: convert it with .astype({wanted.name!r})"
    if not np.can_cast(given, wanted):
        return (
            f"has dtype {given}, which {wanted} would round: convert it with "
            f".astype({wanted.name!r}), or make the model with dtype={given.name!r}"
        )
    if leaf._version is not None and not getattr(leaf._data.flags, "writeable", True):
        return "belongs to a Variable that shares a read-only array (copy=False): make it a copy"
    return ""


def _fitted(leaf: Variable, value: Any) -> Array:
    """Return a copy of a value in a leaf's dtype and on its device."""
    host = _on_host(value._data if isinstance(value, Variable) else value)
    return to_device(np.array(host, leaf.dtype), device_of(leaf._data))


def _on_host(array: Array) -> Array:
    return to_device(array, "cpu")


def _listed(problems: list[str]) -> str:
    more = len(problems) - _MOST
    return "; ".join(problems[:_MOST]) + (f"; and {more:,} more" if more > 0 else "")
