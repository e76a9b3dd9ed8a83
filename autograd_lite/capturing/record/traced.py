"""Traced: the array that stands in for another while a function is captured.

It has NumPy's operators, methods and protocols. Each use of it is computed at once, on a copy of
what the function would have worked with, and written on the tape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.capturing.program import Value
from autograd_lite.capturing.record.packages import name_of

if TYPE_CHECKING:
    from autograd_lite.capturing.record.tape import Tape

__all__ = ["Traced"]


class Traced:
    """An array of a run that is being traced."""

    __slots__ = ("__weakref__", "array", "owner", "recipe", "scalar", "stamp", "tape", "value")

    array: Any  # the elements, in this run
    tape: Tape
    value: Value  # that the program has of it
    owner: Traced  # itself, or the array whose memory it is a view of
    recipe: Callable[[], Traced] | None  # makes a view anew from what its owner holds now
    stamp: int  # of the owner: how often it was written; of a view: when it was made
    scalar: bool  # one of NumPy's numbers, which ``+=`` replaces and nothing changes

    __hash__ = None  # type: ignore[assignment]
    __array_priority__ = 1000.0

    # ---- what it is

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.array.dtype  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        return self.array.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        return self.array.size  # type: ignore[no-any-return]

    @property
    def itemsize(self) -> int:
        return self.array.itemsize  # type: ignore[no-any-return]

    @property
    def nbytes(self) -> int:
        return self.array.nbytes  # type: ignore[no-any-return]

    @property
    def strides(self) -> tuple[int, ...]:
        return self.array.strides  # type: ignore[no-any-return]

    @property
    def flags(self) -> Any:
        return self.array.flags

    @property
    def base(self) -> Traced | None:
        return None if self.owner is self else self.owner

    @property
    def T(self) -> Traced:
        return self.transpose()

    @property
    def real(self) -> Traced:
        return self.tape.call("real", (self,), {})  # type: ignore[no-any-return]

    @property
    def imag(self) -> Traced:
        return self.tape.call("imag", (self,), {})  # type: ignore[no-any-return]

    # ---- protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        name = name_of(ufunc)
        if any([not _is_operand(x) for x in inputs]):
            return NotImplemented
        if method == "__call__":
            return self.tape.call(name, inputs, options)
        if method == "reduce":
            return self.tape.reduce(name, inputs, options)
        return self.tape.call(f"{name}.{method}", inputs, options)

    def __array_function__(
        self, function: Any, _types: Any, args: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        if function is np.copy:
            options = {"order": "K", **options}
        return self.tape.call(_path_of(function), args, options)

    # ---- leaving the array world

    def _known(self, why: str) -> Any:
        """Return the elements of a constant; of others nobody can know them now."""
        if self.value.origin is not None:
            self.tape.refuse(why)
        return self.array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self._known("an array of NumPy's was made of it"), dtype)

    def __bool__(self) -> bool:
        return bool(self._known("its truth was asked for, by if, while, and, or, not or assert"))

    def __float__(self) -> float:
        return float(self._known("float() was asked for it"))

    def __int__(self) -> int:
        return int(self._known("int() was asked for it"))

    def __complex__(self) -> complex:
        return complex(self._known("complex() was asked for it"))

    def __index__(self) -> int:
        why = "it was to be a Python index or the index of an array that is not traced"
        return int(self._known(why).__index__())

    def __repr__(self) -> str:
        return repr(self._known("it was printed"))

    def __str__(self) -> str:
        return str(self._known("it was printed"))

    def __format__(self, spec: str) -> str:
        return format(self._known("it was printed"), spec)

    def item(self, *index: int) -> Any:
        return self._known("item() was asked for it, as float() and print() do").item(*index)

    def tolist(self) -> Any:
        return self._known("tolist() was asked for it").tolist()

    def tobytes(self, *order: Any) -> Any:
        return self._known("tobytes() was asked for it").tobytes(*order)

    def __reduce__(self) -> Any:
        self.tape.refuse("it was pickled or copied")

    def __deepcopy__(self, memo: Any) -> Any:
        self.tape.refuse("it was copied by deepcopy")

    # ---- as a sequence

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[Traced]:
        return (self[i] for i in range(len(self)))

    def __contains__(self, item: object) -> bool:
        same: Any = self == item
        return bool(same.any())

    def __getitem__(self, index: Any) -> Traced:
        return self.tape.call("getitem", (self, index), {})  # type: ignore[no-any-return]

    def __setitem__(self, index: Any, value: Any) -> None:
        self.tape.write("setitem", self, (index, value))

    # ---- methods whose arguments differ from those of NumPy's function of that name

    def astype(self, dtype: Any, *_order: Any, copy: bool = True, **_options: Any) -> Traced:
        if not copy and np.dtype(dtype) == self.dtype:
            return self
        return self.tape.call("astype", (self, np.dtype(dtype)), {})  # type: ignore[no-any-return]

    def copy(self, order: str = "C") -> Traced:
        return self.tape.call("copy", (self,), {} if order == "C" else {"order": order})  # type: ignore[no-any-return]

    def reshape(self, *shape: Any) -> Traced:
        wanted = shape[0] if len(shape) == 1 else shape
        return self.tape.call("reshape", (self, wanted), {})  # type: ignore[no-any-return]

    def transpose(self, *axes: Any) -> Traced:
        order = axes[0] if len(axes) == 1 else axes or None
        options = {} if order is None else {"axes": order}
        return self.tape.call("transpose", (self,), options)  # type: ignore[no-any-return]

    def flatten(self) -> Traced:
        return self.tape.call("copy", (self.reshape(-1),), {})  # type: ignore[no-any-return]

    def fill(self, value: Any) -> None:
        self.tape.write("setitem", self, (..., value))

    def view(self, dtype: Any = None) -> Traced:
        if dtype is not None:
            return self.tape.call("view", (self, np.dtype(dtype)), {})  # type: ignore[no-any-return]
        return self[...]

    def read_only(self) -> Traced:
        """Return a view that refuses writes, and shows what is written into this array later."""
        made = self.reshape(self.shape)
        again = made.recipe

        def sealed() -> Traced:
            assert again is not None
            found = again()
            found.array.flags.writeable = False
            return found

        made.array.flags.writeable = False
        made.recipe = None if again is None else sealed
        return made

    def __pow__(self, other: Any) -> Traced:
        """As NumPy's operator, which squares, halves the exponent and so on where it can."""
        return self.tape.call("power", (self, other), {})  # type: ignore[no-any-return]

    def __rpow__(self, other: Any) -> Traced:
        return self.tape.call("power", (other, self), {})  # type: ignore[no-any-return]

    def __ipow__(self, other: Any) -> Traced:
        return self.tape.call("power", (self, other), {} if self.scalar else {"out": self})  # type: ignore[no-any-return]

    def sort(self, axis: int = -1, **options: Any) -> None:
        """Sort in place."""
        self[...] = np.sort(self, axis, **options)


def _is_operand(x: Any) -> bool:
    return isinstance(x, _OPERANDS)


def _path_of(function: Any) -> str:
    """Return the name under which NumPy has a function: ``"linalg.norm"``."""
    module = function.__module__ or ""
    name: str = function.__name__
    for part in ("linalg", "fft"):
        if module.startswith(f"numpy.{part}"):
            return f"{part}.{name}"
    return name


_OPERANDS = (Traced, np.ndarray, np.generic, complex, float, int, bool, slice, tuple)
_BINARY = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "matmul": "matmul",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "left_shift",
    "rshift": "right_shift",
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}
_COMPARING = {"eq", "ne", "lt", "le", "gt", "ge"}
_UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}
_METHODS = (
    "all any argmax argmin argsort clip conj cumprod cumsum diagonal dot max mean min "
    "nonzero prod ravel repeat round searchsorted squeeze std sum swapaxes take trace var"
)


def _operator(name: str, *, reflected: bool = False) -> Callable[..., Any]:
    def operator(self: Traced, other: Any) -> Any:
        if not _is_operand(other):
            return NotImplemented
        return self.tape.call(name, (other, self) if reflected else (self, other), {})

    return operator


def _in_place(name: str) -> Callable[..., Any]:
    def operator(self: Traced, other: Any) -> Any:
        return self.tape.call(name, (self, other), {} if self.scalar else {"out": self})

    return operator


def _unary(name: str) -> Callable[..., Any]:
    return lambda self: self.tape.call(name, (self,), {})


def _method(name: str) -> Callable[..., Any]:
    def method(self: Traced, *args: Any, **options: Any) -> Any:
        return self.tape.call(name, (self, *args), options)

    return method


for short, full in _BINARY.items():
    setattr(Traced, f"__{short}__", _operator(full))
    if short not in _COMPARING:
        setattr(Traced, f"__r{short}__", _operator(full, reflected=True))
        setattr(Traced, f"__i{short}__", _in_place(full))
for short, full in _UNARY.items():
    setattr(Traced, f"__{short}__", _unary(full))
for short in _METHODS.split():
    setattr(Traced, short, _method(short))
