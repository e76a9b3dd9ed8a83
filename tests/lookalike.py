"""A look-alike of CuPy for machines without a GPU: NumPy inside, CuPy's refusals outside.

Its arrays never mix with NumPy's, never turn into them unasked, reduce to 0-d arrays where NumPy
gives scalars, and take no keyword that CuPy lacks. What CuPy lacks was read off CuPy 14.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from autograd_lite.arrays import register_library

__all__ = ["LIBRARY", "LookAlike", "xp"]

# Names that NumPy has and CuPy lacks; its random module is another one altogether.
_ABSENT = (
    "asmatrix block bmat einsum_path frompyfunc fromregex geomspace geterr histogram_bin_edges "
    "insert isnat matvec nanpercentile nanquantile nested_iters polyder polydiv polyint random "
    "seterr spacing unstack vecdot vecmat matrix_norm multi_dot svdvals vector_norm"
)
ABSENT = frozenset(_ABSENT.split())
# Keywords that NumPy takes and CuPy does not, by function or method.
_REDUCING = "initial where"
_LACKS = {
    "all any mean nanmean": "where",
    "argsort sort": "order stable",
    "array asarray arange empty eye full ones zeros": "device like",
    "ascontiguousarray identity tri": "like",
    "broadcast_to broadcast_arrays copy": "subok",
    "clip": "min max",
    "count_nonzero": "keepdims",
    "empty_like full_like ones_like zeros_like linspace": "device",
    "max min amax amin sum prod nansum nanmax nanmin nanprod": _REDUCING,
    "reshape": "shape",
    "stack": "arrays",
    "std var nanstd nanvar": "where mean correction",
    "take": "mode",
    "unique": "sorted",
}
LACKS = {name: set(lacks.split()) for names, lacks in _LACKS.items() for name in names.split()}
NUMPYS = np.ndarray | np.generic
UFUNC_TAKES = {"out", "dtype", "casting"}
# These make arrays of numbers, lists and (the first few) NumPy arrays.
_CONVERTING = "array asarray asanyarray ascontiguousarray asfortranarray"
_CREATING = "arange empty eye full identity indices linspace logspace ones tri zeros"
CONVERTING = frozenset(_CONVERTING.split())
CREATING = CONVERTING | frozenset(_CREATING.split())
METHODS = (
    "all any argmax argmin argsort astype clip conj copy cumsum diagonal dot fill flatten max mean "
    "min nonzero prod ravel repeat reshape round searchsorted sort squeeze std sum swapaxes take "
    "trace transpose var view"
)
BINARY = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.true_divide,
    "floordiv": np.floor_divide,
    "mod": np.remainder,
    "pow": np.power,
    "matmul": np.matmul,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "lshift": np.left_shift,
    "rshift": np.right_shift,
}
COMPARISONS = {
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}
UNARY = {"neg": np.negative, "abs": np.absolute, "invert": np.invert}


class LookAlike:
    """An array that lives somewhere else: only its own kind and numbers may meet it."""

    __slots__ = ("_host", "base")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, host: Any, base: LookAlike | None = None) -> None:
        self._host = np.asarray(host)
        self.base = base

    # ---- what it is

    @property
    def shape(self) -> tuple[int, ...]:
        return self._host.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._host.dtype

    @property
    def ndim(self) -> int:
        return self._host.ndim

    @property
    def size(self) -> int:
        return self._host.size

    @property
    def nbytes(self) -> int:
        return self._host.nbytes

    @property
    def itemsize(self) -> int:
        return self._host.itemsize

    @property
    def strides(self) -> tuple[int, ...]:
        return self._host.strides

    @property
    def flags(self) -> SimpleNamespace:
        """Contiguity and ownership; there is no read-only memory here."""
        flags = self._host.flags
        return SimpleNamespace(
            c_contiguous=flags.c_contiguous,
            f_contiguous=flags.f_contiguous,
            owndata=self.base is None,
        )

    @property
    def T(self) -> LookAlike:
        return wrapped(self._host.T, (self,))

    # ---- leaving, on request only

    def get(self) -> np.ndarray:
        """Return a copy as a NumPy array."""
        return self._host.copy()

    def item(self, *index: Any) -> Any:
        return self._host.item(*index)

    def tolist(self) -> Any:
        return self._host.tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        raise TypeError("Implicit conversion to a NumPy array is not allowed; use .get().")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if any(not isinstance(x, LookAlike | np.ndarray | np.generic | float) for x in inputs):
            return NotImplemented  # somebody else's turn, as in CuPy
        raise TypeError(f"numpy.{ufunc.__name__} was called on a look-alike array.")

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if any(not issubclass(kind, LookAlike | np.ndarray) for kind in types):
            return NotImplemented
        raise TypeError(f"numpy.{function.__name__} was called on a look-alike array.")

    def __bool__(self) -> bool:
        return bool(self._host)

    def __float__(self) -> float:
        return float(self._host.item())

    def __int__(self) -> int:
        return int(self._host.item())

    def __complex__(self) -> complex:
        return complex(self._host.item())

    def __repr__(self) -> str:
        return repr(self._host)

    def __str__(self) -> str:
        return str(self._host)

    def __format__(self, spec: str) -> str:
        return format(self._host, spec)

    # ---- as a sequence

    def __len__(self) -> int:
        if self.ndim == 0:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self) -> Iterator[LookAlike]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> LookAlike:
        return wrapped(self._host[host(index)], (self,))

    def __setitem__(self, index: Any, value: Any) -> None:
        self._host[host(index)] = host(number_or_own(value))

    # ---- copies

    def __reduce__(self) -> tuple[Any, ...]:
        return LookAlike, (self.get(),)

    def __deepcopy__(self, memo: Any) -> LookAlike:
        return LookAlike(self.get())


def host(value: Any) -> Any:
    """Return what NumPy is to work with; a NumPy array is refused wherever it hides."""
    if isinstance(value, LookAlike):
        return value._host
    if isinstance(value, np.ndarray):
        raise TypeError("Unsupported type <class 'numpy.ndarray'>: use xp.asarray(x).")
    if isinstance(value, list | tuple):
        return type(value)([host(item) for item in value])
    return value


def number_or_own(value: Any) -> Any:
    """Refuse what is neither a number nor a look-alike array."""
    if not isinstance(value, LookAlike | np.generic | complex | float | int):
        raise TypeError(f"Unsupported type {type(value)}")
    return value


def wrapped(result: Any, sources: tuple[Any, ...] = ()) -> Any:
    """Return NumPy's result as look-alike arrays; scalars become 0-d arrays."""
    if isinstance(result, list | tuple) and any(isinstance(x, NUMPYS) for x in result):
        kind = list if isinstance(result, list) else tuple  # not linalg's named ones
        return kind([wrapped(item, sources) for item in result])
    if not isinstance(result, NUMPYS | bool):
        return result
    array = np.asarray(result)
    for source in sources:
        if isinstance(source, LookAlike) and np.may_share_memory(array, source._host):
            return LookAlike(array, source if source.base is None else source.base)
    return LookAlike(array)


def called(function: Callable[..., Any], name: str, *args: Any, **options: Any) -> Any:
    """Call NumPy for look-alike arrays, with the keywords that CuPy has."""
    lacking = LACKS.get(name, set()) & options.keys()
    if lacking:
        raise TypeError(f"{name}() got an unexpected keyword argument {lacking.pop()!r}")
    out = options.pop("out", None)
    if out is not None:
        function(*host(args), out=host(out), **host_options(options))
        return out
    return wrapped(function(*host(args), **host_options(options)), args)


def host_options(options: dict[str, Any]) -> dict[str, Any]:
    return {key: host(value) for key, value in options.items()}


class Ufunc:
    """An elementwise function: arrays of the library and numbers; no ``where``, no ``reduce``."""

    def __init__(self, ufunc: np.ufunc) -> None:
        self.ufunc = ufunc

    def __call__(self, *args: Any, **options: Any) -> Any:
        unknown = options.keys() - UFUNC_TAKES
        if unknown:
            raise TypeError(f"Wrong arguments {unknown}")
        for value in args:
            number_or_own(value)
        return called(self.ufunc, self.ufunc.__name__, *args, **options)

    def at(self, array: LookAlike, index: Any, value: Any) -> None:
        self.ufunc.at(array._host, host(index), host(number_or_own(value)))


def creating(name: str, *args: Any, **options: Any) -> LookAlike:
    """Make an array; what is one already comes back as it is, where NumPy does so."""
    converting = name in CONVERTING
    if converting and isinstance(args[0], np.ndarray):
        args = (LookAlike(args[0].copy()), *args[1:])
    made = called(getattr(np, name), name, *args, **options)
    given = args[0] if args else None
    same = isinstance(given, LookAlike) and made._host is given._host
    return given if same else made


def working(name: str, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Call a function that needs at least one array of the library."""
    first = args[0] if args else None
    if isinstance(first, str | list | tuple):  # einsum, concatenate
        first = next((x for x in (*args[1:], *args[0]) if isinstance(x, LookAlike)), None)
    if not any(isinstance(x, LookAlike) for x in (first, *args)):
        raise TypeError(f"{name}: {type(first).__name__} is not a look-alike array")
    return called(function, name, *args, **options)


class Module:
    """A module with NumPy's names, but for those that CuPy lacks."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        if name in ABSENT:
            raise AttributeError(f"module 'look-alike' has no attribute {name!r}")
        if name == "special":  # as CuPy has it, in a module of its own
            found = Module(import_module("scipy.special"))
            setattr(self, name, found)
            return found
        found = getattr(self._module, name)
        if isinstance(found, np.ufunc):
            found = Ufunc(found)
        elif isinstance(found, ModuleType):  # linalg, fft; fft has a function fft
            found = Module(found)
        elif name in CREATING:
            found = partial(creating, name)
        elif callable(found) and not isinstance(found, type):
            found = partial(working, name, found)
        setattr(self, name, found)
        return found


def _bind_operators() -> None:
    for name, ufunc in (BINARY | COMPARISONS).items():
        setattr(LookAlike, f"__{name}__", _operator(ufunc, reflected=False))
    for name, ufunc in BINARY.items():
        setattr(LookAlike, f"__r{name}__", _operator(ufunc, reflected=True))
        if name != "matmul":  # which CuPy does not have in place
            setattr(LookAlike, f"__i{name}__", _in_place(ufunc))
    for name, ufunc in UNARY.items():
        setattr(LookAlike, f"__{name}__", _unary(ufunc))
    for name in METHODS.split():
        setattr(LookAlike, name, _method(name))


def _operator(ufunc: np.ufunc, *, reflected: bool) -> Callable[..., Any]:
    def operator(self: LookAlike, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            raise TypeError("Unsupported type <class 'numpy.ndarray'>")
        if not isinstance(other, LookAlike | np.generic | complex | float | int):
            return NotImplemented
        return Ufunc(ufunc)(other, self) if reflected else Ufunc(ufunc)(self, other)

    return operator


def _in_place(ufunc: np.ufunc) -> Callable[..., Any]:
    def in_place(self: LookAlike, other: Any) -> LookAlike:
        return Ufunc(ufunc)(self, other, out=self)

    return in_place


def _unary(ufunc: np.ufunc) -> Callable[..., Any]:
    def unary(self: LookAlike) -> LookAlike:
        return Ufunc(ufunc)(self)

    return unary


def _method(name: str) -> Callable[..., Any]:
    def method(self: LookAlike, *args: Any, **options: Any) -> Any:
        return called(getattr(np.ndarray, name), name, self, *args, **options)

    return method


_bind_operators()
xp = Module(np)
LIBRARY = register_library(LookAlike, xp, name="look-alike", device="look")
