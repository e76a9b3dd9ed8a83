"""Users' Functions: what runs around their forward and their rule, so that both can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_lite.arrays import LIBRARIES, Array, enter, is_array, private, read_only
from autograd_lite.errors import DTypeError, GraphError, OperandError, ShapeError
from autograd_lite.graph.apply import (
    _agree,
    as_operands,
    binary,
    nary,
    seen,
    unary,
    wrap_outputs,
)
from autograd_lite.graph.function import (
    Function,
    Gradient,
    Nary,
    Pair,
    Places,
    Unary,
    carries_nothing,
    items_of,
)
from autograd_lite.graph.hooks import STATE, next_order
from autograd_lite.graph.modes import is_recording
from autograd_lite.graph.variable import Variable, producer_of
from autograd_lite.graph.walk import as_plain

__all__ = ["apply_custom", "pull_checked"]

Spec = tuple[tuple[int, ...], "np.dtype[Any]"]


def apply_custom(node: Function, inputs: Sequence[Any]) -> Any:
    """Apply a Function instance once: read-only operands, private results, checked keeps."""
    if hasattr(node, "_notes"):
        msg = f"{node.name}: a Function instance is one node; make a new one for another call."
        raise GraphError(msg)
    if isinstance(node, Unary):
        return unary(node, *inputs)
    if isinstance(node, Pair):
        return binary(node, *inputs)
    if isinstance(node, Nary):
        return nary(node, *inputs)
    if not inputs:
        msg = f"{node.name}: a Function needs at least one operand."
        raise OperandError(msg)
    before = {name: _snapshot(value) for name, value in vars(node).items()}
    variables = _agree(node, as_operands(node, inputs))
    arrays = tuple([read_only(enter(v._data, v)) for v in variables])
    if arrays[0].dtype.kind == "c" and not node.complexes:
        msg = (
            f"{node.name}: the operand is {arrays[0].dtype}; say complexes = True in the class if "
            "its rule holds for complex numbers, or take ag.real(x) or ag.abs(x) first."
        )
        raise DTypeError(msg)
    node.xp = LIBRARIES[type(arrays[0])]
    node._notes = None
    recording = is_recording()
    node._left = tuple(
        [producer_of(v) if recording and v.requires_grad else None for v in variables]
    )
    node._order = next_order()
    observer = STATE.observer
    if observer is not None:
        observer.forward_starts(node, arrays)
    returned = node.forward(*arrays)
    results = returned if isinstance(returned, tuple) else (returned,)
    outputs = _results(node, results, arrays)
    _keep_privately(node, before, arrays, results, outputs)
    for x in arrays:
        node.leaves_out(x)
    notes = node.notes
    notes.inputs = tuple([(x.shape, x.dtype) for x in arrays])
    notes.outputs = tuple([(x.shape, x.dtype) for x in outputs])
    notes.array_type = type(arrays[0])
    recorded = any(node.wants)
    if recorded:
        _results_can_have_gradients(node, outputs)
    versions = [v._version for v in variables]
    return wrap_outputs(node, versions, arrays, outputs, recorded, observer)


def _results(
    node: Function, results: tuple[Any, ...], arrays: tuple[Array, ...]
) -> tuple[Array, ...]:
    """Return what forward computed as arrays that nobody else can write into."""
    if len(results) != len(node.outputs):
        msg = (
            f"{node.name}: forward returned {len(results)} results but declares "
            f"outputs = {node.outputs!r}; name every result there."
        )
        raise OperandError(msg)
    outputs = []
    for result in results:
        if isinstance(result, Variable) or not (
            is_array(result) or isinstance(result, np.generic | complex | float | int)
        ):
            msg = (
                f"{node.name}: forward returned {type(result).__name__}; it works on arrays and "
                "must return one, built with operators and self.xp."
            )
            raise OperandError(msg)
        array = node.xp.asarray(result)
        shared = getattr(array, "base", None) is not None or any([seen(array, x) for x in arrays])
        array = array.copy() if shared or array is not result else array
        if type(array) is np.ndarray:
            array.flags.writeable = False
        outputs.append(array)
    return tuple(outputs)


def _results_can_have_gradients(node: Function, outputs: tuple[Array, ...]) -> None:
    for output in outputs:
        if output.dtype.kind not in "fc":
            msg = (
                f"{node.name}: forward returned dtype {output.dtype}, which cannot carry a "
                "gradient; return floating-point results, or call it under no_grad()."
            )
            raise DTypeError(msg)


def _keep_privately(
    node: Function,
    before: dict[str, tuple[Any, ...]],
    arrays: tuple[Array, ...],
    results: tuple[Any, ...],
    outputs: tuple[Array, ...],
) -> None:
    """Check what is declared, and make private copies of everything else that was kept."""
    own = vars(node)
    node.notes.set_in_forward = frozenset(
        [name for name, value in own.items() if before.get(name) != _snapshot(value)]
    )
    for name, value in list(own.items()):
        if name in node.keeps and value is not None:
            own[name] = _declared(node, name, value, arrays, results, outputs)
        else:
            own[name] = _private(value)
    node.notes.opaque = any(
        [name not in node.keeps and not _is_plain(own[name]) for name in node.notes.set_in_forward]
    )


def _snapshot(value: Any) -> tuple[Any, ...]:
    """Return what tells whether forward replaced a value, or filled a container."""
    if type(value) in (list, tuple):
        return (id(value), *[_snapshot(item) for item in value])
    if type(value) is dict:
        return (id(value), *[(key, _snapshot(item)) for key, item in value.items()])
    return (id(value),)


def _is_plain(value: Any) -> bool:
    """Whether a kept value holds on to nothing but what was made private."""
    if type(value) in (list, tuple, dict):
        return all([_is_plain(item) for item in items_of(value)])
    numbers = isinstance(value, float | np.generic)
    return is_array(value) or numbers or carries_nothing(value)


def _declared(
    node: Function,
    name: str,
    value: Any,
    arrays: tuple[Array, ...],
    results: tuple[Any, ...],
    outputs: tuple[Array, ...],
) -> Array:
    """Return the operand or the output that a kept name stands for."""
    if name in node.operands:
        expected, kept = arrays[node.operands.index(name)], arrays[node.operands.index(name)]
    elif name in node.outputs:
        place = node.outputs.index(name)
        expected, kept = results[place], outputs[place]
    else:
        msg = (
            f"{node.name}: keeps names {name!r}, which is neither a parameter of forward "
            f"{node.operands} nor one of outputs {node.outputs}; list masks under constants."
        )
        raise GraphError(msg)
    if value is not expected:
        msg = (
            f"{node.name}: self.{name} must be the operand or output itself, unchanged; "
            "keep derived arrays under other names, or compute them in backward."
        )
        raise GraphError(msg)
    return kept


def _private(value: Any) -> Any:
    """Return a kept value that its owner can no longer change, containers included."""
    if is_array(value):
        return private(value)
    if type(value) in (list, tuple):
        return type(value)([_private(item) for item in value])
    if type(value) is dict:
        return {key: _private(item) for key, item in value.items()}
    return value


def pull_checked(node: Function, gradient: Any) -> tuple[Gradient | None, ...]:
    """Run a user's rule: read-only gradients in; number, shape and dtype checked out."""
    if not hasattr(node, "backward"):
        msg = f"{node.name}: there is no backward method; write its rule, def backward(self, gy)."
        raise OperandError(msg)
    gradients = gradient if type(gradient) is Places else [gradient]
    filled = [_given(node, i, g) for i, g in enumerate(gradients)]
    try:
        returned = node.backward(*filled)
    except Exception as error:
        error.add_note(f"in the backward rule of {node.name}{node.made_at}")
        raise
    if returned is None:
        msg = (
            f"{node.name}: backward returned None although an input wants a gradient"
            f"{node.made_at}; is the return missing?"
        )
        raise OperandError(msg)
    if not isinstance(returned, tuple | list):
        returned = (returned,)
    specs: tuple[Spec, ...] = node.notes.inputs
    if len(returned) != len(specs):
        msg = (
            f"{node.name}: backward returned {len(returned)} gradients for {len(specs)} "
            f"inputs{node.made_at}; return one (or None) per input."
        )
        raise OperandError(msg)
    recorded = any([isinstance(g, Variable) for g in filled])
    return tuple(
        [
            None if g is None else _checked(node, i, g, specs[i], recorded)
            for i, g in enumerate(returned)
        ]
    )


def _given(node: Function, index: int, gradient: Gradient | None) -> Gradient:
    """Return the gradient of one output as the rule may see it: zeros where unused."""
    if gradient is None:
        shape, dtype = node.notes.outputs[index]
        gradient = LIBRARIES[node.notes.array_type].zeros(shape, dtype=dtype)
    return gradient if isinstance(gradient, Variable) else read_only(as_plain(gradient))


def _checked(node: Function, index: int, gradient: Any, spec: Spec, recorded: bool) -> Gradient:
    """Return a rule's result unless its kind, shape or dtype is wrong."""
    where = f"{node.name}: backward returned for input {index + 1}{node.made_at}"
    if isinstance(gradient, np.generic | complex | float | int) and spec[0] == () and not recorded:
        gradient = LIBRARIES[node.notes.array_type].asarray(gradient)
    if recorded and not isinstance(gradient, Variable):
        msg = (
            f"{where} a plain {type(gradient).__name__} where a recorded Variable is needed for "
            "second derivatives; build it from the given gradient with operators and self.xp."
        )
        raise GraphError(msg)
    if not recorded and type(gradient) is not node.notes.array_type:
        kind = "a number" if isinstance(gradient, np.generic) else type(gradient).__name__
        msg = f"{where} {kind}; return a {node.xp.library} array of the input's shape {spec[0]}."
        raise OperandError(msg)
    if gradient.shape != spec[0]:
        msg = f"{where} shape {gradient.shape}, but the input has shape {spec[0]}."
        raise ShapeError(msg)
    if gradient.dtype != spec[1]:
        msg = f"{where} dtype {gradient.dtype}, but the input has dtype {spec[1]}."
        raise DTypeError(msg)
    # A view is never taken for memory that the leaf could own.
    checked: Gradient = gradient if recorded else gradient.view()
    return checked
