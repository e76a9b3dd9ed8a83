"""What the namespace can do, for code that asks before it calls."""

from __future__ import annotations

from typing import Any

from autograd_lite.array_api.dtypes import (
    BOOLEANS,
    COMPLEXES,
    FLOATS,
    INTEGERS,
    UNSIGNED,
    ScalarType,
)
from autograd_lite.array_api.dtypes import isdtype as _isdtype
from autograd_lite.arrays import LIBRARIES
from autograd_lite.errors import DeviceError

__all__ = ["NamespaceInfo"]

_EVERY = BOOLEANS | INTEGERS | UNSIGNED | FLOATS | COMPLEXES
_DEFAULTS = {
    "real floating": FLOATS["float64"],
    "complex floating": COMPLEXES["complex128"],
    "integral": INTEGERS["int64"],
    "indexing": INTEGERS["int64"],
}


class NamespaceInfo:
    """Answers of ``__array_namespace_info__()``.

    Examples
    --------
    >>> from autograd_lite import array_api as xp
    >>> xp.__array_namespace_info__().default_device()
    'cpu'
    """

    def capabilities(self) -> dict[str, Any]:
        """Return that masks index, that shapes may depend on values, and the most axes."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> str:
        """Return where arrays are made unless a device is named."""
        return "cpu"

    def default_dtypes(self, *, device: str | None = None) -> dict[str, ScalarType]:
        """Return the types of what is made of Python numbers, the same on every device."""
        self._known(device)
        return dict(_DEFAULTS)

    def devices(self) -> list[str]:
        """Return the devices whose libraries are in use."""
        return sorted({library.device for library in LIBRARIES.values()})

    def dtypes(self, *, device: str | None = None, kind: Any = None) -> dict[str, ScalarType]:
        """Return the types of a kind, by name; all without one."""
        self._known(device)
        if kind is None:
            return dict(_EVERY)
        return {name: dtype for name, dtype in _EVERY.items() if _isdtype(dtype, kind)}

    def _known(self, device: str | None) -> None:
        if device is not None and device not in self.devices():
            msg = f"__array_namespace_info__: there is no device {device!r}; see devices()."
            raise DeviceError(msg)
