"""What Variable's operators and methods call: bound here, once, at import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd_lite.errors import GraphError
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
    "matmul": "matmul",
}
# These are the function itself, with the Variable as its operand.
_METHODS = (
    *(
        "abs",
        "astype",
        "clip",
        "conj",
        "cumprod",
        "cumsum",
        "diagonal",
        "dot",
        "exp",
        "log",
        "max",
        "mean",
    ),
    *("min", "prod", "ravel", "repeat", "round", "sqrt", "squeeze", "std", "sum", "swapaxes"),
    *("take", "tanh", "to", "trace", "var"),
)


def bind_methods(operations: Mapping[str, Operation]) -> None:
    """Give Variable its operators and methods."""
    for name, operation in _OPERATORS.items():
        operator = operations[operation]
        setattr(Variable, f"__{name}__", operator)
        setattr(Variable, f"__r{name}__", _reflected(operator))
        setattr(Variable, f"__i{name}__", _in_place(name, operator))
    for name in _METHODS:
        setattr(Variable, name, operations[name])
    others: dict[str, Any] = {
        "__abs__": operations["abs"],
        "__getitem__": operations["getitem"],
        "__neg__": operations["negative"],
        "__pos__": _positive,
        "T": property(operations["transpose"]),
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


def _of_several(operation: Operation, nothing: object) -> Operation:
    """Return a method that takes numbers one by one or together: (2, 3) or ((2, 3))."""

    def method(self: Variable, *given: int | Sequence[int]) -> Any:
        if not given:
            return operation(self, nothing)
        return operation(self, given[0] if len(given) == 1 else given)

    return method


def _positive(self: Variable) -> Variable:
    return self
