"""Applying a built-in operation: the hot path.

:func:`unary` and :func:`binary` are written out, because every small operation pays for each
line here; :func:`nary` and the helpers serve the rest. All three do the same: coerce operands,
pass the gate, note the edges, compute, wrap the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_lite.arrays import (
    GATE,
    LIBRARIES,
    NUMPY,
    Array,
    as_array,
    enter,
    frozen,
    is_array,
    private,
    scalar,
)
from autograd_lite.errors import AutogradError, AxisError, DeviceError, DTypeError, ShapeError
from autograd_lite.graph.binding import BOUND
from autograd_lite.graph.function import (
    ONE_ELEMENTWISE,
    SMALL,
    TWO_ELEMENTWISE,
    Function,
    Nary,
    Outline,
    Output,
    Pair,
    Unary,
)
from autograd_lite.graph.hooks import STATE, Observer, Version, next_order
from autograd_lite.graph.modes import is_recording
from autograd_lite.graph.variable import Variable, constant

__all__ = [
    "SMALL",
    "as_operands",
    "binary",
    "nary",
    "output_of",
    "seen",
    "unary",
    "without_rule",
    "wrap_outputs",
]

_new = object.__new__
# Constants made of Python numbers: `y * 2.0` in a loop makes one. NumPy takes a 0-d array 170 ns
# faster than a Python float, forward and backward again.
_NUMBERS: dict[np.dtype[Any], dict[float, Variable]] = {
    np.dtype(np.float32): {},
    np.dtype(np.float64): {},
}
_MOST_NUMBERS = 1024


def _number(value: float, dtype: np.dtype[Any], known: dict[float, Variable]) -> Variable:
    """Return a constant for a Python number beside an array of `dtype`, and share it if it can."""
    made = constant(scalar(value, dtype))
    if value and len(known) < _MOST_NUMBERS:  # 0.0 and -0.0 are one key
        known[value] = made
    return made


def unary(node: Unary, a: Any) -> Variable:
    """Apply a one-operand operation."""
    if type(a) is not Variable:
        (a,) = as_operands(node, (a,))
    x = a._data
    tracer = GATE.tracer
    if tracer is not None:
        x = tracer.enter(x, a)
    xp = node.xp = LIBRARIES[type(x)]
    producer = a._node
    if producer is None and a._req:
        producer = a
    if producer is not None:
        if is_recording():
            node._order = next_order()  # before forward reads what another thread may write
        else:
            producer = None
    node._left = producer
    node._notes = None
    observer = STATE.observer
    if observer is not None:
        observer.forward_starts(node, (x,))
    try:
        out = node.forward(x)
    except Exception as error:
        raise explained(node, (x,), error) from error
    if type(out) is not type(x) and type(out) not in LIBRARIES:
        out = xp.asarray(out)
    if producer is None:
        if x.dtype.kind == "c" and not node.complexes:
            raise without_rule(node, x)
        return _unrecorded(node, (a,), (x,), out, observer)
    node._grads = None
    v: Variable = _new(Variable)
    v._data = out
    v._node = node
    v._version = None
    outline = v._outline = a._outline if node.arity == ONE_ELEMENTWISE else None
    if outline is not None:
        node._value = out if outline.small else outline
    else:
        if x.dtype.kind == "c" and not node.complexes:  # which never carries an outline
            raise without_rule(node, x)
        node._value = out if out.size <= SMALL else Outline.of(out)
    if a._version is not None:
        _note_version(node, a, v)
    if observer is not None:
        observer.forward_ends(node, (x,), (out,))
    return v


def binary(node: Pair, a: Any, b: Any) -> Variable:
    """Apply a two-operand operation."""
    number = False
    if type(a) is Variable and type(b) is Variable:
        pass
    elif (
        type(a) is Variable
        and (type(b) is float or type(b) is int)
        and (known := _NUMBERS.get(a._data.dtype)) is not None
        and type(a._data) is np.ndarray
    ):
        number = True
        shared = known.get(b)
        b = shared if shared is not None else _number(b, a._data.dtype, known)
    else:
        a, b = as_operands(node, (a, b))
    x, y = a._data, b._data
    tracer = GATE.tracer
    if tracer is not None:
        x, y = tracer.enter(x, a), tracer.enter(y, b)
    outline = a._outline
    fit: Any = None
    if not number and (outline is None or outline is not b._outline):
        if x.dtype is not y.dtype or type(x) is not type(y):
            a, b = _agree(node, (a, b))
            x, y = enter(a._data, a), enter(b._data, b)
            outline = a._outline
        if x.dtype.kind == "c" and not node.complexes:
            raise without_rule(node, x)
        if x.shape != y.shape:
            outline = None
            if node.arity == TWO_ELEMENTWISE:
                fit = x.shape, y.shape
    xp = node.xp = LIBRARIES[type(x)]
    left, right = a._node, b._node
    if left is None and a._req:
        left = a
    if right is None and b._req:
        right = b
    recorded = left is not None or right is not None
    if recorded:
        if is_recording():
            node._order = next_order()
        else:
            left, right, recorded = None, None, False
    node._left = left
    node._right = right
    node._notes = None
    observer = STATE.observer
    if observer is not None:
        observer.forward_starts(node, (x, y))
    try:
        out = node.forward(x, y)
    except Exception as error:
        raise explained(node, (x, y), error) from error
    if type(out) is not type(x):
        out = xp.asarray(out)
    if not recorded:
        return _unrecorded(node, (a, b), (x, y), out, observer)
    node._grads = None
    node._fit = fit
    v: Variable = _new(Variable)
    v._data = out
    v._node = node
    v._version = None
    if outline is not None and node.arity == TWO_ELEMENTWISE:
        v._outline = outline
        node._value = out if outline.small else outline
    else:
        v._outline = None
        node._value = out if out.size <= SMALL else Outline.of(out)
    if number:
        node._constant = y
    elif left is None or right is None:
        node._constant = _shown(x if left is None else y)
    if a._version is not None:
        node._left_version = a._version
    if b._version is not None:
        node._right_version = b._version
    if observer is not None:
        observer.forward_ends(node, (x, y), (out,))
    return v


def nary(node: Nary, *inputs: Any) -> Any:
    """Apply an operation of any number of operands; returns one Variable per output."""
    arrays: Any = []
    edges: list[Any] = []
    versions: list[Version | None] = []
    recorded = fixed = bare = False
    dtype: Any = None
    kind: Any = None
    tracer = GATE.tracer
    for v in inputs:
        edge: Any = None
        if type(v) is Variable:
            x = v._data
            edge = v._node
            if edge is None and v._req:
                edge = v
            versions.append(v._version)
        elif type(v) is np.ndarray and not node.view:  # of which a view would lead to the user's
            x = v
            bare = True
            versions.append(None)
        else:
            return nary(node, *as_operands(node, inputs))
        if tracer is not None:
            x = tracer.enter(x, v)
        if dtype is not x.dtype or kind is not type(x):
            if arrays and (dtype != x.dtype or kind is not type(x)):
                return nary(node, *_agree(node, as_operands(node, inputs)))
            dtype, kind = x.dtype, type(x)
            if dtype.kind == "c" and not node.complexes:
                raise without_rule(node, x)
        arrays.append(x)
        edges.append(edge)
        if edge is None:
            fixed = True
        else:
            recorded = True
    if recorded and not is_recording():
        edges, recorded = [None] * len(edges), False
    if bare and recorded:
        _keep_privately(node, inputs, arrays)
    node._left = tuple(edges)
    node._notes = None
    node._order = next_order()
    node.xp = LIBRARIES[type(arrays[0])]
    observer = STATE.observer
    if observer is not None:
        observer.forward_starts(node, tuple(arrays))
    try:
        out = node.forward(*arrays)
    except Exception as error:
        raise explained(node, tuple(arrays), error) from error
    if type(out) is not kind and type(out) is not tuple:
        out = node.xp.asarray(out)
    if type(out) is tuple or not recorded or observer is not None:
        results = out if type(out) is tuple else (out,)
        return wrap_outputs(node, versions, arrays, results, recorded, observer)
    node._grads = None
    node._value = out if out.size <= SMALL else Outline.of(out)
    node._left_version = tuple(versions)
    if fixed:
        node._constant = _shown_constants(edges, arrays)
    return _recorded(out, node)


def _keep_privately(node: Function, inputs: Sequence[Any], arrays: list[Array]) -> None:
    """Copy the bare arrays that the rule will read, unless nobody can write into them."""
    for i, name in enumerate(node.operands):
        if name in node.keeps and type(inputs[i]) is np.ndarray:
            arrays[i] = private(arrays[i])


def _shown_constants(
    edges: Sequence[object], arrays: Sequence[Array]
) -> tuple[Array | Outline | None, ...]:
    return tuple([None if e is not None else _shown(x) for e, x in zip(edges, arrays, strict=True)])


def wrap_outputs(
    node: Function,
    versions: Sequence[Version | None],
    arrays: Sequence[Array],
    results: tuple[Any, ...],
    recorded: bool,
    observer: Observer | None,
) -> Any:
    """Make the Variables of a node's results and finish the node, if it is recorded."""
    kind = type(arrays[0])
    outputs = tuple([x if type(x) is kind else node.xp.asarray(x) for x in results])
    if recorded:
        node._grads = None
        node._value = _shown(outputs[0])
        node._left_version = tuple(versions)
        node._constant = _shown_constants(node._left, arrays)
    if observer is not None:
        observer.forward_ends(node, tuple(arrays), outputs)
    if not recorded:
        made = tuple([constant(x) for x in outputs])
    elif len(outputs) == 1:  # also of a node whose other outputs are hidden
        made = (_recorded(outputs[0], node),)
    else:
        made = tuple([_recorded(x, output_of(node, i, x)) for i, x in enumerate(outputs)])
    if node.view:
        for v, x in zip(made, outputs, strict=False):
            v._version = _shared_version(x, versions, arrays)
    return made[0] if len(outputs) == 1 else made


def _recorded(array: Array, node: Function) -> Variable:
    v: Variable = _new(Variable)
    v._data = array
    v._node = node
    v._version = None
    v._outline = None
    return v


def output_of(node: Function, index: int, array: Array) -> Output:
    """Make the small node that stands for one of several outputs."""
    port = Output()
    port._left = node
    port.index = index
    port._order = next_order()
    port._grads = None
    port._notes = None
    port._value = _shown(array)
    return port


def _unrecorded(
    node: Function,
    variables: tuple[Variable, ...],
    arrays: tuple[Array, ...],
    out: Array,
    observer: Observer | None,
) -> Variable:
    if observer is not None:
        observer.forward_ends(node, arrays, (out,))
    if not node.view:
        return constant(out)
    return constant(out, _shared_version(out, [v._version for v in variables], arrays))


def _note_version(node: Function, a: Variable, made: Variable) -> None:
    """Let a view share its operand's version; what the picture shows of it is a copy."""
    node._left_version = a._version
    if node.view:
        made._version = _shared_version(made._data, (a._version,), (a._data,))
        if type(node._value) is not Outline:
            node._value = made._data.copy()


def _shared_version(
    out: Array, versions: Sequence[Version | None], arrays: Sequence[Array]
) -> Version | None:
    """Return the version of the operand whose memory `out` shares, if any."""
    for version, x in zip(versions, arrays, strict=True):
        if version is not None and seen(out, x):
            return version
    return None


def seen(out: Array, x: Array) -> bool:
    """Whether `out` is, or may be a view of, the memory of `x`."""
    if out is x:
        return True
    if type(out) is not np.ndarray:
        return getattr(out, "base", None) is not None
    return out.base is not None and np.may_share_memory(out, x)


def _shown(x: Array) -> Array | Outline:
    """Return what a picture can say of an array: its values if a person could read them."""
    return private(x) if x.size <= SMALL else Outline.of(x)


def as_operands(node: Function, inputs: Sequence[Any]) -> tuple[Variable, ...]:
    """Turn every input into a Variable; constants that the rule will read become private."""
    partner: Array | None = None
    recorded = False
    for value in inputs:
        if isinstance(value, Variable):
            if partner is None:
                partner = value._data
            recorded = recorded or value._node is not None or value._req
        elif partner is None and is_array(value):
            partner = value
    reads = node.keeps if recorded and is_recording() else ()
    guarded = node.view or not node.trusted
    made = []
    for i, value in enumerate(inputs):
        if isinstance(value, Variable):
            made.append(value)
            continue
        if type(value) is np.ndarray is type(partner) and value.dtype in _NUMBERS:
            array = value
        else:
            array = _constant_array(node, i, value, partner)
        array = enter(array)
        if guarded or (reads and i < len(node.operands) and node.operands[i] in reads):
            array = private(array)
        made.append(constant(array))
    return tuple(made)


def _constant_array(node: Function, position: int, value: Any, partner: Array | None) -> Array:
    """Return a number, list or array as an array beside `partner`."""
    if partner is None:
        return as_array(value, what=f"{node.name}: argument {position + 1}")
    library = LIBRARIES[type(partner)]
    if type(value) in (bool, int, float, complex):  # Python numbers follow their partner's dtype
        dtype = np.result_type(partner.dtype, value)
        return scalar(value, dtype) if library is NUMPY else library.asarray(value, dtype=dtype)
    array = as_array(value, what=f"{node.name}: argument {position + 1}")
    return array if is_array(value) else library.asarray(frozen(array))


def _agree(node: Function, variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    """Bring operands to one library (or raise) and one dtype (by a recorded conversion)."""
    arrays = [enter(v._data, v) for v in variables]
    dtype, kind = arrays[0].dtype, type(arrays[0])
    if all([x.dtype is dtype and type(x) is kind for x in arrays]):
        return variables
    if any([type(x) is not kind for x in arrays]):
        libraries = ", ".join([LIBRARIES[type(x)].library for x in arrays])
        msg = (
            f"{node.name}: the operands live in different array libraries ({libraries}); "
            "move them to one device with .to('cpu') or .to('cuda')."
        )
        raise DeviceError(msg)
    common = np.result_type(*[v._data.dtype for v in variables])
    return tuple([v if v._data.dtype == common else BOUND.astype(v, common) for v in variables])


def without_rule(node: Function, x: Array) -> DTypeError:
    """Say that an operation has no rule for complex operands."""
    return DTypeError(
        f"{node.name}: the operand is {x.dtype}, and there is no rule for complex numbers; take "
        "ag.real(x), ag.imag(x) or ag.abs(x) first."
    )


def explained(node: Function, arrays: tuple[Array, ...], error: Exception) -> Exception:
    """Say in the library's words why an array library refused the operands."""
    if isinstance(error, AutogradError) or not isinstance(
        error, ValueError | TypeError | IndexError
    ):
        return error
    if arrays[0].dtype.kind == "c" and not node.complexes:
        return without_rule(node, arrays[0])
    if len(arrays) == 1:
        shape = arrays[0].shape
        msg = f"{node.name}: an operand of shape {shape} was refused{node.made_at}: {error}."
        return AxisError(msg) if isinstance(error, IndexError) else ShapeError(msg)
    shapes = [x.shape for x in arrays]
    named = " and ".join([str(shape) for shape in shapes])
    why = node.misfit(*shapes)
    if not why and isinstance(error, TypeError):
        dtypes = " and ".join([str(x.dtype) for x in arrays])
        msg = f"{node.name}: operands of dtypes {dtypes} were refused{node.made_at}: {error}."
        return DTypeError(msg)
    msg = f"{node.name}: shapes {named} do not fit together{why}{node.made_at}."
    return ShapeError(msg)
