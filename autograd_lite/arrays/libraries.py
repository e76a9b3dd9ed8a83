"""One namespace per array library: NumPy's names plus the few kernels that rules need."""

import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import kernels
from autograd_lite.errors import MissingOperationError, OperandError

__all__ = ["LIBRARIES", "NUMPY", "Array", "Namespace", "attach", "namespace", "register_library"]

# The element type of an array is known only when it runs; rules are typed as if written for NumPy.
Array: TypeAlias = npt.NDArray[Any]


class Namespace:
    """The functions that a rule may call on the arrays of one library: ``xp`` in every rule.

    Parameters
    ----------
    name : str
        What messages call the library: ``"NumPy"``.
    module : module or object
        Where NumPy's names are looked up (``numpy``, ``cupy``, the recorded functions).
    kernels : mapping of str to callable
        Names that replace or extend the module's.
    device : str
        The device that ``Variable.to`` calls these arrays by.
    traps : bool
        Whether the library reports 0 · ∞ and 0 / 0 through ``numpy.errstate``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd_lite.arrays import namespace
    >>> xp = namespace(np.ones(3))
    >>> xp.sum_to(xp.ones((2, 3)), (3,)).tolist()
    [2.0, 2.0, 2.0]
    """

    def __init__(
        self,
        name: str,
        module: object,
        kernels: Mapping[str, Callable[..., Any]],
        device: str = "cpu",
        *,
        traps: bool = False,
    ) -> None:
        self.traps = traps
        self.library = name
        self.module = module
        self.device = device
        self.__dict__.update(kernels)

    holds_nan: Callable[[Array], bool]
    linalg: Any  # NumPy's rooms
    fft: Any
    special: Any  # functions by SciPy's names, once that room is imported

    def __getattr__(self, attribute: str) -> Callable[..., Array]:
        attached = _ATTACHED.get(attribute)
        if attached is not None:
            room: Callable[..., Array] = attached(self)
            self.__dict__[attribute] = room
            return room
        if self.module is None:
            msg = (
                f"{attribute} is not an operation of {self.library}, so a rule that uses it has no "
                "second derivative; build the rule from operations, or add this one."
            )
            raise MissingOperationError(msg)
        found: Callable[..., Array] = getattr(self.module, attribute)
        self.__dict__[attribute] = found  # the next look-up finds it at once
        return found

    def __repr__(self) -> str:
        return f"<namespace of {self.library}>"


# Rooms of functions beyond NumPy's own, and what finds a library's when a rule first asks.
_ATTACHED: dict[str, Callable[[Namespace], Any]] = {}

NUMPY = Namespace("NumPy", np, kernels.bound(np) | kernels.numpy_only(), traps=True)

# From the type of an array to its namespace; the hot path reads this mapping directly.
LIBRARIES: dict[type, Namespace] = {np.ndarray: NUMPY}


def attach(name: str, find: Callable[[Namespace], Any]) -> None:
    """Give every namespace, those that come later too, a room of functions: ``xp.special``.

    Parameters
    ----------
    name : str
        The attribute.
    find : callable
        Returns the room of a namespace; asked once for each, when a rule first needs it.
    """
    _ATTACHED[name] = find


def is_scipys(ufunc: np.ufunc) -> bool:
    """Whether a ufunc is one of ``scipy.special``, or one that its functions call (``_zeta``)."""
    found = getattr(sys.modules.get("scipy.special"), ufunc.__name__.removeprefix("_"), None)
    return found is ufunc or (found is not None and ufunc.__name__.startswith("_"))


def register_library(
    array_type: type, module: ModuleType | object, *, name: str, device: str
) -> Namespace:
    """Teach the engine another array library that follows NumPy's names.

    Parameters
    ----------
    array_type : type
        The library's array class; it must offer NumPy's operators and methods.
    module : module
        Where NumPy's function names are found.
    name, device : str
        What messages call the library, and what ``Variable.to`` calls its device.

    Returns
    -------
    Namespace
        The namespace that rules see for arrays of this type.
    """
    created = Namespace(name, module, kernels.bound(module), device)
    LIBRARIES[array_type] = created
    return created


def namespace(x: object) -> Namespace:
    """Return the namespace of an array, adopting CuPy when its first array arrives.

    Raises
    ------
    OperandError
        If `x` is not an array of a known library.
    """
    found = LIBRARIES.get(type(x))
    if found is not None:
        return found
    if type(x).__module__.partition(".")[0] == "cupy":
        return register_library(type(x), sys.modules["cupy"], name="CuPy", device="cuda")
    msg = f"{type(x).__name__} is not an array of NumPy or CuPy; convert it with numpy.asarray."
    raise OperandError(msg)
