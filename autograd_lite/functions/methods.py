"""What Variable's operators and methods call: bound here, once, at import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd_lite.errors import GraphError
from autograd_lite.functions.values import of_values
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["bind_methods"]

Operation = Callable[..., Any]

_OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "pow": "power",
    "mod": "mod",
    "floordiv": "floor_divide",
    "matmul": "matmul",
}
# These are the function itself, with the Variable as its operand.
_METHODS = (
    *(
        "abs",
        "astype",
        "clip",
        "conj",
        "copy",
        "cumprod",
        "cumsum",
        "diagonal",
        "dot",
        "exp",
        "log",
    ),
    *("max", "mean", "min", "prod", "ravel", "repeat", "round", "sqrt", "squeeze", "std"),
    *("sum", "swapaxes", "take", "tanh", "to", "trace", "var"),
)
# So are these, with plain results.
_QUESTIONS = (
    *("all", "any", "argmax", "argmin", "argpartition", "argsort", "nonzero", "searchsorted"),
)
# An array's methods that write into it, and what to call instead.
_WRITING = {
    "fill": "autograd_lite.full_like(v, value)",
    "partition": "autograd_lite.partition(v, kth)",
    "put": "where() or scatter_add()",
    "resize": "autograd_lite.resize(v, shape)",
    "sort": "autograd_lite.sort(v)",
}


def bind_methods(operations: Mapping[str, Operation]) -> None:
    """Give Variable its operators and methods."""
    for name, operation in _OPERATORS.items():
        operator = operations[operation]
        setattr(Variable, f"__{name}__", operator)
        setattr(Variable, f"__r{name}__", _reflected(operator))
        setattr(Variable, f"__i{name}__", _in_place(name, operator))
    for name in _METHODS:
        setattr(Variable, name, operations[name])
    for name in _QUESTIONS:
        setattr(Variable, name, of_values(name))
    for name, instead in _WRITING.items():
        setattr(Variable, name, _refusing(name, instead))
    divmod = operations["divmod"]
    others: dict[str, Any] = {
        "__abs__": operations["abs"],
        "__divmod__": divmod,
        "__rdivmod__": _reflected(divmod),
        "__getitem__": operations["getitem"],
        "__neg__": operations["negative"],
        "__pos__": _positive,
        "T": property(operations["transpose"]),
        "mT": property(operations["matrix_transpose"]),
        "flatten": operations["ravel"],
        "imag": property(operations["imag"]),
        "real": property(operations["real"]),
        "reshape": _of_several(operations["reshape"], ()),
        "transpose": _of_several(operations["transpose"], None),
    }
    for name, method in others.items():
        setattr(Variable, name, method)


def _reflected(operator: Operation) -> Operation:
    def reflected(self: Variable, other: Operand) -> Any:
        return operator(other, self)

    return reflected


def _in_place(name: str, operator: Operation) -> Operation:
    def in_place(self: Variable, other: Operand) -> Any:
        if self._node is None and self._req:
            msg = (
                f"in-place {name} on a leaf would cut it from the graph; to train it, use an "
                "optimizer or w.assign(w.data - lr * w.grad)."
            )
            raise GraphError(msg)
        return operator(self, other)  # rebinds the name, as += does for Python numbers

    return in_place


def _refusing(name: str, instead: str) -> Operation:
    def refusing(_self: Variable, *_given: object, **_options: object) -> None:
        msg = (
            f"{name}: this method of arrays would change a value that the graph may still read; "
            f"use {instead}, which returns a new Variable."
        )
        raise GraphError(msg)

    return refusing


def _of_several(operation: Operation, nothing: object) -> Operation:
    """Return a method that takes numbers one by one or together: (2, 3) or ((2, 3))."""

    def method(self: Variable, *given: int | Sequence[int]) -> Any:
        if not given:
            return operation(self, nothing)
        return operation(self, given[0] if len(given) == 1 else given)

    return method


def _positive(self: Variable) -> Variable:
    return self
