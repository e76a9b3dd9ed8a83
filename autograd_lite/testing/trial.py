"""Trial: one call under test, and what the laws ask of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import Array, is_array
from autograd_lite.errors import GradientCheckError
from autograd_lite.graph.variable import Variable

__all__ = ["BrokenLawError", "Trial", "arrays_in", "constant_of", "leaves_of", "shown"]


class BrokenLawError(GradientCheckError):
    """A law does not hold: what differs, in words; `law` is its name, where it is known."""

    law = ""


@dataclass(frozen=True)
class Trial:
    """One call of a function, in float64.

    Parameters
    ----------
    function : callable
        Takes all the arguments and returns a Variable, or several.
    arguments : tuple
        Floating-point arrays, and anything else the function takes.
    places : tuple of int
        Which arguments are differentiated; they are arrays.
    expected : callable, optional
        Takes the arguments as arrays and returns the value, or several.
    plain : bool
        Whether the function takes arrays where it takes Variables.
    dtypes : tuple
        Which dtypes are kept.
    rtol, atol : float
        Allowed error of slopes, as in gradcheck.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    places: tuple[int, ...]
    expected: Callable[..., Any] | None = None
    plain: bool = True
    dtypes: tuple[npt.DTypeLike, ...] = ("float64", "float32")
    rtol: float = 1e-5
    atol: float = 1e-7

    @property
    def operands(self) -> list[Array]:
        """What is differentiated, as new float64 arrays."""
        return [np.array(self.arguments[i], np.float64) for i in self.places]

    def filled(self, operands: Sequence[Any]) -> tuple[Any, ...]:
        """Return all arguments: these operands, and copies of the rest."""
        arguments = [_copied(value) for value in self.arguments]
        for place, operand in zip(self.places, operands, strict=True):
            arguments[place] = operand
        return tuple(arguments)

    def called(self, arguments: Sequence[Any]) -> list[Variable]:
        """Call the function with all arguments; return its results.

        Raises
        ------
        BrokenLawError
            If it returned anything but Variables.
        """
        returned = self.function(*arguments)
        results = list(returned) if isinstance(returned, tuple | list) else [returned]
        for y in results:
            if not isinstance(y, Variable):
                kind = type(y).__name__
                raise BrokenLawError(
                    f"it returned {kind}; return Variables computed from the arguments"
                )
        return results

    def outputs(self, operands: Sequence[Any]) -> list[Variable]:
        """Call the function with some operands; return its results."""
        return self.called(self.filled(operands))

    def rounded(self, dtype: npt.DTypeLike) -> Trial:
        """Return the same call at numbers that a dtype can hold, still in float64."""
        lifted = [_cast(_cast(value, dtype), np.float64) for value in self.arguments]
        return replace(self, arguments=tuple(lifted))

    def cast(self, dtype: npt.DTypeLike) -> Trial:
        """Return the same call with everything but the operands in another dtype."""
        return replace(self, arguments=tuple([_cast(value, dtype) for value in self.arguments]))

    def weights(self, outputs: Sequence[Variable], number: int = 0) -> list[Array]:
        """Return gradients to arrive, other ones for each number, always the same for a trial.

        Some of the elements are exactly 0, which no rule may take for nothing.
        """
        drawn = b"".join([x.tobytes() for x in self.operands])
        rng = np.random.default_rng([number, zlib.crc32(drawn)])
        made = []
        for y in outputs:
            values = np.asarray(rng.uniform(-2.0, 2.0, y.shape))
            made.append((values * (np.abs(values) > 0.4)).astype(y.dtype))
        return made


def leaves_of(operands: Sequence[Array], dtype: npt.DTypeLike | None = None) -> list[Variable]:
    """Return Variables that own copies of some operands."""
    return [Variable(x, dtype=dtype) for x in operands]


def constant_of(x: Array) -> Variable:
    """Return a Variable that wants no gradient."""
    return Variable(x, requires_grad=False)


def _copied(value: Any) -> Any:
    if type(value) in (tuple, list):
        return type(value)([_copied(part) for part in value])
    return value.copy() if isinstance(value, np.ndarray) else value


def _cast(value: Any, dtype: npt.DTypeLike) -> Any:
    """Return floating-point arrays in a dtype, and everything else as it is."""
    if isinstance(value, Variable):
        return value if value.dtype.kind != "f" else constant_of(value.data.astype(dtype))
    if isinstance(value, np.ndarray | np.floating) and value.dtype.kind == "f":
        return value.astype(dtype)
    return value


def arrays_in(value: Any) -> list[Array]:
    """Return the arrays in an argument, those in lists and tuples among them."""
    if type(value) in (tuple, list):
        return [array for part in value for array in arrays_in(part)]
    return [value] if isinstance(value, np.ndarray) else []


def shown(value: Any) -> str:
    """Return an argument in a few words: dtype, shape and some values of an array."""
    if isinstance(value, Variable):
        value = value.data
    if not is_array(value):
        return f"{value!r:.100}"
    numbers = np.array2string(value, precision=4, separator=", ", threshold=12, edgeitems=2)
    words = " ".join(numbers.split())
    return f"{value.dtype} {value.shape} {words:.160}"
