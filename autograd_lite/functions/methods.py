"""What Variable's operators and methods call: bound here, once, at import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_lite.errors import GraphError
from autograd_lite.functions import (
    arithmetic,
    conversion,
    exponentials,
    hyperbolic,
    indexing,
    linalg,
    powers,
    reductions,
    shapes,
)
from autograd_lite.graph.variable import Operand, Variable

__all__ = ["bind_methods"]

Operator = Callable[[Any, Any], Variable]


def bind_methods() -> None:
    """Give Variable its operators and methods."""
    for name, operator in _OPERATORS.items():
        setattr(Variable, f"__{name}__", operator)
        setattr(Variable, f"__r{name}__", _reflected(operator))
        setattr(Variable, f"__i{name}__", _in_place(name, operator))
    for name, method in _METHODS.items():
        setattr(Variable, name, method)


def _reflected(operator: Operator) -> Operator:
    def reflected(self: Variable, other: Operand) -> Variable:
        return operator(other, self)

    return reflected


def _in_place(name: str, operator: Operator) -> Operator:
    def in_place(self: Variable, other: Operand) -> Variable:
        if self._node is None and self._req:
            msg = (
                f"in-place {name} on a leaf would cut it from the graph; to train it, use an "
                "optimizer or w.assign(w.data - lr * w.grad)."
            )
            raise GraphError(msg)
        return operator(self, other)  # rebinds the name, as += does for Python numbers

    return in_place


def _reshape(self: Variable, *shape: int | Sequence[int]) -> Variable:
    """Give the elements another shape: ``v.reshape(2, 3)`` or ``v.reshape((2, 3))``."""
    return shapes.reshape(self, _flat(shape))


def _transpose(self: Variable, *axes: int | Sequence[int]) -> Variable:
    """Reorder the axes: ``v.transpose()``, ``v.transpose(1, 0)`` or ``v.transpose((1, 0))``."""
    return shapes.transpose(self, _flat(axes) if axes else None)


def _flat(given: tuple[int | Sequence[int], ...]) -> Any:
    return given[0] if len(given) == 1 else given


def _positive(self: Variable) -> Variable:
    return self


_OPERATORS: dict[str, Operator] = {
    "add": arithmetic.add,
    "sub": arithmetic.subtract,
    "mul": arithmetic.multiply,
    "truediv": arithmetic.divide,
    "pow": powers.power,
    "matmul": linalg.matmul,
}

_METHODS: dict[str, Any] = {
    "__neg__": arithmetic.negative,
    "__pos__": _positive,
    "__getitem__": indexing.getitem,
    "T": property(shapes.transpose),
    "astype": conversion.astype,
    "exp": exponentials.exp,
    "log": exponentials.log,
    "max": reductions.max,
    "mean": reductions.mean,
    "repeat": shapes.repeat,
    "reshape": _reshape,
    "sqrt": powers.sqrt,
    "sum": reductions.sum,
    "swapaxes": shapes.swapaxes,
    "tanh": hyperbolic.tanh,
    "to": conversion.to,
    "transpose": _transpose,
}
