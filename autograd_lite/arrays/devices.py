"""Moving arrays between libraries: ``"cpu"`` is NumPy, ``"cuda"`` is CuPy."""

from importlib import import_module

import numpy as np

from autograd_lite.arrays.libraries import LIBRARIES, Array, namespace
from autograd_lite.errors import DeviceError, MissingDependencyError

__all__ = ["device_of", "to_device"]


def device_of(x: Array) -> str:
    """Return the device of an array: ``"cpu"``, ``"cuda"``, or a registered library's."""
    return namespace(x).device


def to_device(x: Array, device: str) -> Array:
    """Copy an array to a device; an array that is there already is returned as it is.

    Raises
    ------
    DeviceError
        If no registered library answers to `device`.
    MissingDependencyError
        If `device` is ``"cuda"`` and CuPy is not installed.
    """
    if device_of(x) == device:
        return x
    host: Array = x if type(x) is np.ndarray else x.get()  # type: ignore[attr-defined]
    if device == "cpu":
        return host
    if device == "cuda":
        return _adopt_cupy(host)
    for library in LIBRARIES.values():
        if library.device == device:
            return library.asarray(host)
    known = sorted({library.device for library in LIBRARIES.values()} | {"cuda"})
    msg = f"to: there is no device {device!r}; use one of {', '.join(known)}."
    raise DeviceError(msg)


def _adopt_cupy(host: Array) -> Array:
    try:
        cupy = import_module("cupy")
    except ImportError as error:
        msg = "to: device 'cuda' needs CuPy; install the extra 'cuda12' or 'cuda13'."
        raise MissingDependencyError(msg) from error
    moved: Array = cupy.asarray(host)
    namespace(moved)
    return moved
