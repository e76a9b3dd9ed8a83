"""Saved states: checked before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_lite.errors import StateError

__all__ = ["checked_state"]


def checked_state(
    state: Mapping[str, npt.NDArray[Any]], own: Mapping[str, npt.NDArray[Any]], what: str
) -> dict[str, npt.NDArray[Any]]:
    """Return a saved state whose names, shapes and dtypes are those of the own one.

    Parameters
    ----------
    state : mapping of str to array
        What is to be loaded.
    own : mapping of str to array
        The state of the object that loads it.
    what : str
        Who asks, for the message.

    Raises
    ------
    StateError
        If it does not fit; the message says all that does not.
    """
    if not isinstance(state, Mapping):
        msg = f"{what}: a state is a dict of arrays, not a {type(state).__name__}; pass one."
        raise StateError(msg)
    kinds = (np.ndarray, np.generic, float, int)
    found = {name: np.asarray(value) for name, value in state.items() if isinstance(value, kinds)}
    faults = [f"{name!r} is missing" for name in own if name not in state]
    faults += [f"{name!r} is not expected" for name in state if name not in own]
    faults += [
        f"{name!r} is a {type(value).__name__}, not an array"
        for name, value in state.items()
        if name not in found
    ]
    for name, array in own.items():
        given = found.get(name, array)
        if (given.shape, given.dtype) != (array.shape, array.dtype):
            faults.append(
                f"{name!r} is {given.dtype} of shape {given.shape} "
                f"where {array.dtype} of shape {array.shape} is needed"
            )
    if faults:
        listed = ", ".join(faults[:10]) + (", …" if len(faults) > 10 else "")
        msg = f"{what}: {listed}; load what the same class saved with the same options."
        raise StateError(msg)
    return found
