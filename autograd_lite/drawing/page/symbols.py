"""Symbols: operands that write down what a rule does with them instead of computing it.

Run on symbols, an operation's own forward and rule become expressions, which are then printed as
JavaScript, in words, and in numbers. What a symbol cannot do raises: it never guesses.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import prod
from typing import Any

import numpy as np

from autograd_lite.arrays import Namespace
from autograd_lite.arrays.kernels import bound
from autograd_lite.drawing.page.primitives import EXACT, PRIMITIVES
from autograd_lite.drawing.page.symbolic import (
    Axis,
    NotSymbolicError,
    Shape,
    SymbolicNumPy,
    reduced_shape,
)

__all__ = ["NotSymbolicError", "Symbol", "Symbols"]

BOOL = np.dtype(bool)


class Symbol:
    """An expression that quacks like an array: a leaf, a number, or an operation on symbols.

    Symbols are made by :class:`Symbols` alone, so equal expressions are one object; they are
    compared by identity.

    Attributes
    ----------
    operation : str
        A name of ``PRIMITIVES``, or ``"leaf"``, ``"number"``, ``"cast"``, ``"reshape"``,
        ``"named"`` (parts: the meaning, then the operands), ``"sum"``, ``"spread"``,
        ``"matmul"``, ``"swapaxes"``.
    parts : tuple of Symbol
    shape, dtype
        As NumPy would have them.
    name : str
        Of a leaf or of a named function.
    number : float or None
        Of a number.
    """

    __slots__ = ("_symbols", "dtype", "name", "number", "operation", "parts", "shape")
    __array_ufunc__ = None  # an array on the left leaves the operator to the symbol

    def __init__(
        self,
        symbols: Symbols,
        operation: str,
        parts: tuple[Symbol, ...],
        shape: Shape,
        dtype: np.dtype[Any],
        name: str,
        number: float | None,
    ) -> None:
        self._symbols = symbols
        self.operation = operation
        self.parts = parts
        self.shape = shape
        self.dtype = dtype
        self.name = name
        self.number = number

    @property
    def ndim(self) -> int:
        """How many axes it has."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many elements it has."""
        return prod(self.shape)

    @property
    def T(self) -> Symbol:
        """With its axes the other way round."""
        return self.transpose()

    def astype(self, dtype: Any) -> Symbol:
        """Return it in another dtype."""
        return self._symbols.cast(self, np.dtype(dtype))

    def reshape(self, *shape: Any) -> Symbol:
        """Return its elements in another shape."""
        given = shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape
        # NumPy knows the rules; a view of one element costs nothing.
        outline = np.broadcast_to(np.float64(0), self.shape) if self.size <= 1 else None
        if outline is None:
            known = prod([n for n in given if n >= 0])
            new = tuple([self.size // known if n < 0 else n for n in given])
        else:
            new = outline.reshape(given).shape
        if self.operation == "sum":
            return self._symbols.made("sum", self.parts, new, self.dtype)
        return self._symbols.made("reshape", (self,), new, self.dtype)

    def transpose(self, *axes: Any) -> Symbol:
        """Return it with its axes in another order."""
        given = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        order = tuple(given) if given else tuple(range(self.ndim))[::-1]
        if sorted(order) == list(order) or self.size <= 1:
            return self.reshape(tuple([self.shape[i] for i in order]))
        if order != tuple(range(self.ndim))[::-1] or self.ndim != 2:
            raise NotSymbolicError("axes of more than a matrix are moved")
        return self.swapaxes(0, 1)

    def swapaxes(self, first: int, second: int) -> Symbol:
        """Return it with two axes exchanged."""
        shape = list(self.shape)
        shape[first], shape[second] = shape[second], shape[first]
        if self.size <= 1:
            return self.reshape(tuple(shape))
        if self.ndim > 2:
            raise NotSymbolicError("axes of more than a matrix are moved")
        return self._symbols.made("swapaxes", (self,), tuple(shape), self.dtype)

    def clip(self, low: Any = None, high: Any = None) -> Symbol:
        """Return it within bounds."""
        return self._symbols.clip(self, low, high)

    def round(self, decimals: int = 0) -> Symbol:
        """Return it rounded to so many decimals, halves to even, by the steps NumPy takes."""
        scale = 10.0 ** abs(decimals)
        if decimals >= 0:
            return self._symbols.apply("rint", self * scale) / scale
        return self._symbols.apply("rint", self / scale) * scale

    def sum(self, axis: Axis = None, *, keepdims: bool = False, dtype: Any = None) -> Symbol:
        """Return the sum over some axes."""
        wide = self.astype(np.int64) if self.dtype == BOOL and dtype is None else self
        wide = wide if dtype is None else wide.astype(dtype)
        shape = reduced_shape(self.shape, axis, keepdims=keepdims)
        if prod(shape) == self.size:
            return wide.reshape(shape)
        return self._symbols.made("sum", (wide,), shape, wide.dtype)

    def __add__(self, other: Any) -> Symbol:
        return self._symbols.apply("add", self, other)

    def __radd__(self, other: Any) -> Symbol:
        return self._symbols.apply("add", other, self)

    def __sub__(self, other: Any) -> Symbol:
        return self._symbols.apply("subtract", self, other)

    def __rsub__(self, other: Any) -> Symbol:
        return self._symbols.apply("subtract", other, self)

    def __mul__(self, other: Any) -> Symbol:
        return self._symbols.apply("multiply", self, other)

    def __rmul__(self, other: Any) -> Symbol:
        return self._symbols.apply("multiply", other, self)

    def __truediv__(self, other: Any) -> Symbol:
        return self._symbols.apply("divide", self, other)

    def __rtruediv__(self, other: Any) -> Symbol:
        return self._symbols.apply("divide", other, self)

    def __pow__(self, other: Any) -> Symbol:
        return self._symbols.apply("power", self, other)

    def __rpow__(self, other: Any) -> Symbol:
        return self._symbols.apply("power", other, self)

    def __mod__(self, other: Any) -> Symbol:
        return self._symbols.apply("remainder", self, other)

    def __matmul__(self, other: Any) -> Symbol:
        return self._symbols.matmul(self, other)

    def __neg__(self) -> Symbol:
        return self._symbols.apply("negative", self)

    def __abs__(self) -> Symbol:
        return self._symbols.apply("abs", self)

    def __invert__(self) -> Symbol:
        return self._truth("logical_not")

    def __and__(self, other: Any) -> Symbol:
        return self._truth("logical_and", other)

    def __or__(self, other: Any) -> Symbol:
        return self._truth("logical_or", other)

    __rand__, __ror__ = __and__, __or__

    def __lt__(self, other: Any) -> Symbol:
        return self._symbols.apply("less", self, other)

    def __le__(self, other: Any) -> Symbol:
        return self._symbols.apply("less_equal", self, other)

    def __gt__(self, other: Any) -> Symbol:
        return self._symbols.apply("greater", self, other)

    def __ge__(self, other: Any) -> Symbol:
        return self._symbols.apply("greater_equal", self, other)

    def __eq__(self, other: object) -> Symbol:  # type: ignore[override]
        return self._symbols.apply("equal", self, other)

    def __ne__(self, other: object) -> Symbol:  # type: ignore[override]
        return self._symbols.apply("not_equal", self, other)

    __hash__ = object.__hash__

    def _truth(self, operation: str, *others: Any) -> Symbol:
        if self.dtype != BOOL or any([getattr(x, "dtype", BOOL) != BOOL for x in others]):
            raise NotSymbolicError("bits of numbers are asked for")
        return self._symbols.apply(operation, self, *others)

    def _refuse(self, *_arguments: Any, **_options: Any) -> Any:
        raise NotSymbolicError("it asks for a value, not for an expression")

    __bool__ = __float__ = __int__ = __index__ = __len__ = __iter__ = __getitem__ = _refuse
    __setitem__ = __array__ = __contains__ = item = tolist = _refuse

    def __repr__(self) -> str:
        return f"<{self.operation} {self.name or self.number or ''}>".replace(" >", ">")


class Symbols:
    """Makes symbols: one object for equal expressions.

    Attributes
    ----------
    namespace : Namespace
        What rules see as ``xp``.
    asked : list of Symbol
        Where a forward asked for NaN, to leave it out of its result.
    fixed : bool
        Whether a choice was made by a condition that was recorded as data.

    Examples
    --------
    >>> from autograd_lite.drawing.page.symbols import Symbols
    >>> symbols = Symbols()
    >>> x = symbols.leaf("x")
    >>> (x * x + 1) is (x * x + 1)
    True
    >>> symbols.namespace.sigmoid(x).dtype
    dtype('float64')
    """

    def __init__(self) -> None:
        self._known: dict[Any, Symbol] = {}
        self._leaves: dict[Any, Symbol] = {}
        self.asked: list[Symbol] = []
        self.fixed = False
        functions = SymbolicNumPy(self)
        kernels = bound(functions)
        for name in ("sigmoid", "relu", "softplus"):
            kernels[name] = partial(self._named, name, kernels[name])
        kernels["holds_nan"] = self._holds_nan
        self.namespace = Namespace("symbols", functions, kernels)

    def leaf(self, name: str, shape: Shape = (), dtype: Any = np.float64) -> Symbol:
        """Return a symbol that stands for a value."""
        return self.made("leaf", (), shape, np.dtype(dtype), name)

    def made(
        self,
        operation: str,
        parts: tuple[Symbol, ...],
        shape: Shape,
        dtype: np.dtype[Any],
        name: str = "",
        number: float | None = None,
    ) -> Symbol:
        """Return the one symbol of this expression."""
        if operation == "reshape" and parts[0].shape == shape:
            return parts[0]
        exactly = None if number is None else np.float64(number).tobytes()  # 0 is not −0
        key = operation, tuple([id(part) for part in parts]), shape, dtype, name, exactly
        known = self._leaves if operation == "leaf" else self._known
        found = known.get(key)
        if found is None:
            found = known[key] = Symbol(self, operation, parts, shape, dtype, name, number)
        return found

    def turn_over(self) -> None:
        """Begin a new page: what is computed from now on is not what was computed before."""
        self._known = {}

    def apply(self, operation: str, *operands: Any) -> Symbol:
        """Return a primitive of operands: symbols, numbers, arrays of one element.

        Raises
        ------
        NotSymbolicError
            For operands of another kind.
        """
        # NumPy says which dtype comes out, and what it makes of a Python number beside an array.
        typed = [_outlined(x) for x in operands]
        with np.errstate(all="ignore"):
            outcome = PRIMITIVES[operation].compute(*typed)
            kinds = [x.dtype for x in typed if isinstance(x, np.ndarray | np.generic)]
            beside = np.result_type(*kinds) if kinds else np.dtype(np.float64)
        parts = tuple([self.operand(x, beside) for x in operands])
        shape = np.broadcast_shapes(*[part.shape for part in parts])
        if operation in EXACT and all([part.number is not None for part in parts]):
            return self.constant(outcome, shape)
        if operation == "logical_not" and parts[0].operation == "equal":
            return self.made("not_equal", parts[0].parts, shape, BOOL)
        return self.made(operation, parts, shape, np.asarray(outcome).dtype)

    def operand(self, x: Any, beside: np.dtype[Any]) -> Symbol:
        """Return an operand as a symbol; a Python number takes the dtype beside it."""
        if isinstance(x, Symbol):
            return x
        if isinstance(x, np.ndarray | np.generic):
            return self.constant(x, x.shape)
        rounded = beside.type(x) if beside.kind == "f" else x
        return self.constant(rounded, ())

    def constant(self, x: Any, shape: Shape) -> Symbol:
        """Return a NumPy number as a symbol, all of whose elements it is."""
        array = np.asarray(x)
        return self.made("number", (), shape, array.dtype, number=float(array.reshape(())))

    def number(self, x: float) -> Symbol:
        """Return a number as a symbol."""
        return self.constant(np.float64(x), ())

    def cast(self, x: Symbol, dtype: np.dtype[Any]) -> Symbol:
        """Return `x` in another dtype."""
        if x.dtype == dtype:
            return x
        if dtype.kind not in "fi" or dtype.itemsize < 4 or (dtype.kind == "i" and x.dtype != BOOL):
            raise NotSymbolicError(f"it makes {dtype} of {x.dtype}")
        if x.number is not None:
            return self.constant(dtype.type(x.number), x.shape)
        return self.made("cast", (x,), x.shape, dtype)

    def clip(self, x: Any, low: Any = None, high: Any = None) -> Symbol:
        """Return `x` within bounds, the upper one last, as NumPy has it."""
        above = x if low is None else self.apply("maximum", x, low)
        within: Symbol = above if high is None else self.apply("minimum", above, high)
        return within

    def matmul(self, a: Symbol, b: Symbol) -> Symbol:
        """Return the product of vectors or matrices."""
        if min(a.ndim, b.ndim) < 1 or max(a.ndim, b.ndim) > 2 or a.shape[-1] != b.shape[0]:
            raise NotSymbolicError("stacks of matrices are multiplied")
        shape = a.shape[:-1] + b.shape[1:]
        if a.size == b.size == 1:
            return (a.reshape(()) * b.reshape(())).reshape(shape)
        return self.made("matmul", (a, b), shape, np.result_type(a.dtype, b.dtype))

    def choose(self, condition: Any, a: Any, b: Any) -> Symbol:
        """Return `a` where a condition holds, else `b`."""
        if not isinstance(condition, Symbol):
            self.fixed = True
        return self.apply("where", condition, a, b)

    def substituted(self, targets: Sequence[Symbol], old: Symbol, new: Symbol) -> list[Symbol]:
        """Return expressions with one symbol in the place of another."""
        done: dict[Symbol, Symbol] = {old: new}
        stack = list(targets)
        while stack:
            symbol = stack[-1]
            missing = [part for part in symbol.parts if part not in done]
            if symbol not in done and missing:
                stack += missing
                continue
            stack.pop()
            if symbol not in done:
                parts = tuple([done[part] for part in symbol.parts])
                outline = symbol.shape, symbol.dtype, symbol.name, symbol.number
                done[symbol] = self.made(symbol.operation, parts, *outline)
        return [done[target] for target in targets]

    def _named(self, name: str, kernel: Any, x: Symbol) -> Symbol:
        """Return what a kernel makes of `x`, under the kernel's name."""
        meaning = kernel(x)
        return self.made("named", (meaning, x), meaning.shape, meaning.dtype, name)

    def _holds_nan(self, x: Symbol) -> bool:
        self.asked.append(x)
        return False


def _outlined(x: Any) -> Any:
    """Return what NumPy can tell an operand's dtype from: a number of it, or the number itself."""
    if isinstance(x, Symbol):
        return x.dtype.type(1 if x.number is None else x.number)
    if isinstance(x, bool | int | float | np.generic):
        return x
    if isinstance(x, np.ndarray) and x.size == 1 and x.dtype.kind in "fiub":
        return x.reshape(())[()]
    raise NotSymbolicError(f"it mixes symbols with a {type(x).__name__}")
