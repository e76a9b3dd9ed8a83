"""What the Python array API standard asks of an array beyond NumPy's protocols.

The namespace itself is ``autograd_lite.array_api``, imported when it is first asked for.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from autograd_lite import functions
from autograd_lite.arrays import as_array, enter
from autograd_lite.errors import ArgumentError, DTypeError, ShapeError
from autograd_lite.graph.binding import BOUND
from autograd_lite.graph.variable import Variable, constant
from autograd_lite.protocols.assigning import assigned

__all__ = ["VERSIONS", "bind_array_standard"]

VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12")


def bind_array_standard() -> None:
    """Give Variable the methods of the standard that it has for no other reason."""
    BOUND.assigned = assigned
    for name in ("and", "or", "xor", "lshift", "rshift"):
        plain = getattr(operator, f"__{name}__")
        setattr(Variable, f"__{name}__", _of_two(plain, name))
        setattr(Variable, f"__r{name}__", _of_two(_swapped(plain), name))
    members: dict[str, Any] = {
        "__array_namespace__": _array_namespace,
        "__complex__": _complex,
        "__dlpack__": _dlpack,
        "__dlpack_device__": _dlpack_device,
        "__index__": _index,
        "__invert__": _invert,
        "mT": property(_matrix_transpose, doc="The transpose of the last two axes."),
        "to_device": _to_device,
    }
    for name, member in members.items():
        setattr(Variable, name, member)


def _array_namespace(self: Variable, /, *, api_version: str | None = None) -> ModuleType:
    """Return the functions of the Python array API standard for Variables.

    Raises
    ------
    ArgumentError
        If a version of the standard is asked for that is not followed.
    """
    if api_version is not None and api_version not in VERSIONS:
        msg = f"__array_namespace__: there is no {api_version!r}; use one of {', '.join(VERSIONS)}."
        raise ArgumentError(msg)
    return import_module("autograd_lite.array_api")


def _of_two(plain: Callable[[Any, Any], Any], name: str) -> Callable[[Variable, Any], Any]:
    """Return an operator on the bits of integers or booleans, which have no gradient."""

    def function(self: Variable, other: Any, /) -> Any:
        try:
            return constant(as_array(plain(_value(self), _value(other))))
        except TypeError as error:
            raise _not_bits(name, self) from error

    return function


def _swapped(plain: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: plain(b, a)


def _invert(self: Variable) -> Variable:
    try:
        return constant(as_array(~_value(self)))
    except TypeError as error:
        raise _not_bits("invert", self) from error


def _not_bits(name: str, x: Variable) -> DTypeError:
    return DTypeError(f"{name}: an operand of dtype {x.dtype} has no bits; pass integers or bools.")


def _index(self: Variable) -> int:
    """Return the value of an integer without axes, as indices and ranges want it."""
    if self.ndim or self.dtype.kind not in "iu":
        msg = f"index: a Variable of shape {self.shape}, dtype {self.dtype} is no single integer."
        raise DTypeError(msg)
    return int(self)


def _complex(self: Variable) -> complex:
    self._refuse_cut("complex")
    return complex(self.item())


def _matrix_transpose(self: Variable) -> Variable:
    if self.ndim < 2:
        msg = f"mT: a Variable of shape {self.shape} has no matrices; it needs 2 axes or more."
        raise ShapeError(msg)
    return functions.swapaxes(self, -1, -2)


def _to_device(self: Variable, device: str, /, *, stream: object = None) -> Variable:
    """Move to a device, as ``to`` does; the one stream of a device is its own.

    Raises
    ------
    ArgumentError
        If a stream is given.
    """
    if stream is not None:
        msg = f"to_device: stream={stream!r:.40} is not supported; leave it out."
        raise ArgumentError(msg)
    return functions.to(self, device)


def _dlpack(
    self: Variable,
    /,
    *,
    stream: Any = None,
    max_version: tuple[int, int] | None = None,
    dl_device: tuple[Any, int] | None = None,
    copy: bool | None = None,
) -> Any:
    """Return the values for another library: a copy, so that it cannot write into the graph.

    Raises
    ------
    GraphError
        If a gradient would be lost.
    BufferError
        If `copy` is False.
    """
    self._refuse_cut("a DLPack capsule")
    if copy is False:
        msg = "__dlpack__: a Variable's memory is its own; leave copy=False out."
        raise BufferError(msg)
    asked = {"stream": stream, "max_version": max_version, "dl_device": dl_device}
    options = {name: value for name, value in asked.items() if value is not None}
    return _value(self).copy().__dlpack__(**options)  # NumPy 2.0 knows no max_version


def _dlpack_device(self: Variable, /) -> tuple[Any, int]:
    device: tuple[Any, int] = _value(self).__dlpack_device__()
    return device


def _value(x: Any) -> Any:
    return enter(x._data, x) if isinstance(x, Variable) else x
