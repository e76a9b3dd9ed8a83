"""Variable: an array that the graph knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.arrays import (
    Array,
    as_array,
    device_of,
    enter,
    is_array,
    namespace,
    read_only,
    to_device,
    touch,
)
from autograd_lite.errors import DTypeError, GraphError, OperandError, ShapeError
from autograd_lite.graph.binding import BOUND
from autograd_lite.graph.conforming import conforms
from autograd_lite.graph.function import Function, Outline, Output
from autograd_lite.graph.hooks import STATE, Version, bump
from autograd_lite.graph.modes import is_recording
from autograd_lite.graph.operators import Axis, Index, Operators
from autograd_lite.graph.owning import can_have_gradient, owned

__all__ = [
    "Axis",
    "Index",
    "Operand",
    "Variable",
    "constant",
    "is_made",
    "leaf_from",
    "move_leaf",
    "note_write",
    "producer_of",
    "write_access",
]

Hook: TypeAlias = Callable[[Array], Array | None]


class Variable(Operators):
    """An array whose use is recorded, so that gradients can flow back to it.

    Parameters
    ----------
    data : array, number or nested sequence of numbers
        Copied, so that nobody else can write into it. Python integers, in lists too, become
        float64.
    name : str, optional
        What pictures and messages call it.
    dtype : dtype, optional
        Converts the data; by default it keeps its own.
    requires_grad : bool
        Whether gradients flow to it; only floating-point and complex data can have them.
    copy : bool
        False shares the array: the caller promises not to write into it.

    Attributes
    ----------
    data : array
        The value, read-only.
    grad : array or None
        The gradient that ``backward`` added up here: its own memory, the data's shape and dtype.
    creator : Function or None
        The node that computed it; None for a leaf.

    Raises
    ------
    DTypeError
        For integers, booleans or objects that are to have a gradient.
    OperandError
        For masked arrays and matrices.
    ShapeError
        For ragged lists.

    Notes
    -----
    The gradient of a real loss L in a complex z = x + iy is ∂L/∂x - i · ∂L/∂y, as in JAX: a small
    step dz changes L by the real part of grad · dz, and L descends fastest along -conj(grad).

    Examples
    --------
    >>> import autograd_lite as ag
    >>> apple, count, tax = ag.Variable(100.0), ag.Variable(2.0), ag.Variable(1.1)
    >>> price = apple * count * tax
    >>> price.backward()
    >>> price
    Variable(220.0)
    >>> print(f"{apple.grad:g} {count.grad:g} {tax.grad:g}")
    2.2 110 200
    """

    # A computed Variable has only data, node, version and outline; its node holds the rest.
    __slots__ = (
        "__weakref__",
        "_data",
        "_grad",
        "_hooks",
        "_logits",
        "_name",
        "_node",
        "_outline",
        "_req",
        "_version",
    )

    _data: Array
    _node: Function | None
    _version: Version | None
    _outline: Outline | None  # None where nobody has asked for it yet
    _req: bool
    _grad: Array | None
    _name: str | None
    _hooks: list[Hook] | None
    _logits: Variable  # of a sigmoid's output only

    def __init__(
        self,
        data: object,
        *,
        name: str | None = None,
        dtype: npt.DTypeLike | None = None,
        requires_grad: bool = True,
        copy: bool = True,
    ) -> None:
        if isinstance(data, Variable):
            data._refuse_cut("a new Variable")
            data = data.data
        array = owned(data, dtype, requires_grad=requires_grad, copy=copy)
        _fill_leaf(self, array, requires_grad, name)

    # ---- what it holds

    @property
    def data(self) -> Array:
        """The value as a read-only array (on a GPU: a copy)."""
        return read_only(enter(self._data, self))

    @data.setter
    def data(self, _value: object) -> None:
        msg = (
            "data is read-only, so that the graph can trust it; write w.assign(w.data - step), or "
            "use an optimizer."
        )
        raise GraphError(msg)

    @property
    def grad(self) -> Array | None:
        """The gradient that backward passes added up here, or None."""
        node = self._node
        if node is None:
            touch(self, reads=True)
            return self._grad
        return node._notes.gradient if node._notes is not None else None  # type: ignore[return-value]

    @grad.setter
    def grad(self, value: Array | None) -> None:
        if self._node is not None:
            msg = "grad: only a leaf's gradient can be set; this Variable was computed."
            raise GraphError(msg)
        touch(self, reads=False)
        self._grad = None if value is None else self._checked(value, "grad").copy()

    @property
    def name(self) -> str | None:
        """The name that pictures and messages use."""
        if self._node is None:
            return self._name
        return self._node._notes.name if self._node._notes is not None else None

    @name.setter
    def name(self, value: str | None) -> None:
        if self._node is None:
            self._name = value
        else:
            self._node.notes.name = value

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to it; a leaf can be frozen and thawed by setting this."""
        return self._node is not None or self._req

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if self._node is not None:
            msg = "requires_grad: only a leaf can be frozen; use .detach() to cut the graph here."
            raise GraphError(msg)
        if value:
            can_have_gradient(self._data.dtype)
        self._req = bool(value)
        if self._version is None:
            _own_memory(self)
        if self._outline is None:  # a constant becomes a leaf
            self._outline = Outline.carried(self._data)

    @property
    def creator(self) -> Function | None:
        """The node that computed this Variable; None for a leaf or a constant."""
        node = self._node
        return node._left if isinstance(node, Output) else node

    @property
    def is_leaf(self) -> bool:
        """Whether it was made by the user and not computed from recorded Variables."""
        return self._node is None

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self._data.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The element type."""
        return self._data.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._data.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._data.size

    @property
    def nbytes(self) -> int:
        """The bytes that the elements take."""
        return self._data.nbytes

    @property
    def itemsize(self) -> int:
        """The bytes that one element takes."""
        return self._data.itemsize

    @property
    def device(self) -> str:
        """``"cpu"`` or ``"cuda"``."""
        return device_of(self._data)

    def item(self) -> float:
        """Return the value of a one-element Variable as a Python number."""
        if self._data.size != 1:
            msg = f"item: a Variable of shape {self.shape} has {self.size} elements, not one."
            raise ShapeError(msg)
        number: float = enter(self._data, self).item()
        return number

    def tolist(self) -> Any:
        """Return the values as nested lists of Python numbers, as ``item`` does for one."""
        return enter(self._data, self).tolist()

    # ---- gradients

    def backward(
        self,
        grad: object = None,
        *,
        retain_graph: bool = False,
        retain_grads: bool = False,
    ) -> None:
        """Add the gradient of this Variable to the ``.grad`` of every leaf it depends on.

        Parameters
        ----------
        grad : array, optional
            The gradient of this Variable, in its shape; 1 by default, for one element.
        retain_graph : bool
            Keep what the rules need for another backward pass.
        retain_grads : bool
            Give intermediate Variables their ``.grad`` too.

        Raises
        ------
        ShapeError
            Without `grad` for more than one element; for a `grad` of another shape.
        GraphError
            If the graph was released by an earlier pass, or a value that a rule reads was
            written since; every ``.grad`` is then as it was.
        """
        BOUND.backward(self, grad, retain_graph, retain_grads)

    def zero_grad(self) -> None:
        """Forget the gradient: ``.grad`` is None again."""
        if self._node is None:
            touch(self, reads=False)
            self._grad = None
        elif self._node._notes is not None:
            self._node._notes.gradient = None

    def detach(self) -> Variable:
        """Return a constant that shares this value (and notices when it is written)."""
        return constant(self._data, self._version)

    def register_hook(self, hook: Hook) -> None:
        """Call `hook` with each gradient that arrives here; what it returns replaces it.

        Parameters
        ----------
        hook : callable
            Takes the read-only gradient; returns an array of the same shape and dtype, or None.
        """
        if self._node is not None:
            self._node.notes.hooks.append(hook)
            return
        if self._hooks is None:
            self._hooks = []
        self._hooks.append(hook)

    def assign(self, array: object) -> None:
        """Write new values into this leaf: same memory, same shape, same dtype.

        Raises
        ------
        GraphError
            If this Variable was computed.
        ShapeError, DTypeError
            If the array does not fit exactly.
        """
        if self._node is not None:
            msg = "assign: only a leaf can be written; this Variable was computed."
            raise GraphError(msg)
        fitting = self._checked(array, "assign")
        self._opened("assign")[...] = fitting
        note_write(self)

    def _opened(self, what: str) -> Array:
        """Return the memory for writing."""
        if self._version is not None and not getattr(self._data.flags, "writeable", True):
            msg = f"{what}: this Variable shares a read-only array (copy=False); make it a copy."
            raise GraphError(msg)
        return enter(write_access(self)[0], self)

    def _checked(self, value: object, what: str) -> Array:
        """Return `value` as an array of exactly this shape, dtype and library."""
        array = value._data if isinstance(value, Variable) else as_array(value, what=what)
        if not is_array(value) and not isinstance(value, Variable):
            array = namespace(self._data).asarray(array, dtype=self.dtype)
        if array.shape != self.shape:
            msg = f"{what}: shape {array.shape} does not fit this Variable of shape {self.shape}."
            raise ShapeError(msg)
        if array.dtype != self.dtype or type(array) is not type(enter(self._data, self)):
            msg = (
                f"{what}: {type(array).__name__} of {array.dtype} does not fit this Variable of "
                f"{self.dtype}; convert it with .astype({str(self.dtype)!r}) on the same device."
            )
            raise DTypeError(msg)
        return array

    # ---- leaving the graph

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        self._refuse_cut("an array")
        return np.array(enter(self._data, self), dtype=dtype) if copy is not False else self.data

    def __float__(self) -> float:
        self._refuse_cut("float")
        return float(self.item())

    def __int__(self) -> int:
        self._refuse_cut("int")
        return int(self.item())

    def __complex__(self) -> complex:
        self._refuse_cut("complex")
        return complex(self.item())

    def __round__(self, digits: int | None = None) -> float:
        self._refuse_cut("a rounded number")
        return round(self.item(), digits)

    def __bool__(self) -> bool:
        if self._data.size != 1:
            msg = (
                f"bool: the truth of a Variable of shape {self.shape} is ambiguous; "
                "use .data with .any() or .all()."
            )
            raise ShapeError(msg)
        return bool(enter(self._data, self).item())

    def _refuse_cut(self, kind: str) -> None:
        """Raise where leaving the graph would silently lose a gradient still to come."""
        node = self._node
        pending = self._req if node is None else not node.released
        if pending and is_recording():
            joins = ", array or stack to join Variables" if kind == "an array" else ""
            msg = (
                f"converting this Variable to {kind} would cut the graph and lose its gradient; "
                f"use .item() or .data for the value{joins}, or autograd_lite's own functions."
            )
            raise GraphError(msg)

    # ---- comparisons give plain boolean arrays, unless the array standard is followed

    def __eq__(self, other: object) -> Any:
        return _answer(_raw(self) == _raw(other))

    def __ne__(self, other: object) -> Any:
        return _answer(_raw(self) != _raw(other))

    def __lt__(self, other: object) -> Any:
        return _answer(_raw(self) < _raw(other))

    def __le__(self, other: object) -> Any:
        return _answer(_raw(self) <= _raw(other))

    def __gt__(self, other: object) -> Any:
        return _answer(_raw(self) > _raw(other))

    def __ge__(self, other: object) -> Any:
        return _answer(_raw(self) >= _raw(other))

    __hash__ = object.__hash__

    # ---- as a sequence

    def __len__(self) -> int:
        if self._data.ndim == 0:
            msg = "len: a Variable of shape () has no length."
            raise OperandError(msg)
        length: int = self._data.shape[0]
        return length

    def __iter__(self) -> Iterator[Variable]:
        return (self[i] for i in range(len(self)))

    def __contains__(self, item: object) -> bool:
        return bool((_raw(self) == _raw(item)).any())

    def __setitem__(self, index: Index, value: object) -> None:
        if self.requires_grad or (isinstance(value, Variable) and value.requires_grad):
            if conforms() and (self._node is not None or not self._req):
                self._become(BOUND.assigned(self, index, value))
                return
            msg = (
                "v[i] = … would change a value that the graph may still read; use assign() on a "
                "leaf, an optimizer, or where() to build a new Variable."
            )
            raise GraphError(msg)
        self._opened("v[i] = …")[_raw_index(index)] = _raw(value)
        note_write(self)

    def _become(self, new: Variable) -> None:
        """Stand for what was computed of this Variable; nodes that read it know the old node."""
        self._data, self._node = new._data, new._node
        self._version, self._outline = new._version, new._outline

    # ---- printing

    def __repr__(self) -> str:
        from autograd_lite.graph.printing import describe_variable

        return describe_variable(self)

    def __str__(self) -> str:
        from autograd_lite.graph.printing import format_array

        return format_array(self._data)

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else str(self)

    # ---- copies

    def __reduce__(self) -> tuple[Any, ...]:
        if self._node is not None:
            msg = "a recorded Variable cannot be pickled or copied; use .detach() first."
            raise GraphError(msg)
        grad = None if self._grad is None else self._grad.copy()
        return restored_leaf, (self._data.copy(), self._req, self._name, grad, is_made(self))

    # ---- operators and methods: declared here, bound by `functions` at import


Operand: TypeAlias = Variable | Array | np.generic | float | Sequence[Any]


def _raw(value: object) -> Any:
    return enter(value._data, value) if isinstance(value, Variable) else value


def _answer(result: Any) -> Any:
    """Return what a comparison found: plain, unless the array standard is followed."""
    return constant(as_array(result)) if conforms() and result is not NotImplemented else result


def _raw_index(index: Any) -> Any:
    return tuple([_raw(part) for part in index]) if type(index) is tuple else _raw(index)


def _fill_leaf(v: Variable, array: Array, requires_grad: bool, name: str | None) -> None:
    v._data = array
    v._outline = Outline.carried(array)
    v._node = None
    v._version = Version()
    v._req = requires_grad
    v._grad = None
    v._name = name
    v._hooks = None


def leaf_from(
    array: Array, requires_grad: bool, name: str | None = None, grad: Array | None = None
) -> Variable:
    """Make a leaf around an array that is already the caller's to give away."""
    v: Variable = object.__new__(Variable)
    _fill_leaf(v, array, requires_grad, name)
    v._grad = grad
    return v


def restored_leaf(
    array: Array, requires_grad: bool, name: str | None, grad: Array | None, made: bool = True
) -> Variable:
    """Make a leaf of what was pickled, of a computed constant a constant."""
    v = leaf_from(_plain(array), requires_grad, name, None if grad is None else _plain(grad))
    if not made:
        v._outline = None
    return v


def _plain(array: Array) -> Array:
    """Return an unpickled array as one of its own.

    joblib may have made a memory map of it, others share a buffer that is read-only; and pickle
    gives every NumPy array a dtype object of its own, which operations take a slower path for.
    """
    if not isinstance(array, np.ndarray):
        return array
    dtype: np.dtype[Any] = np.dtype(array.dtype.type)
    if type(array) is np.ndarray and array.flags.writeable and array.dtype is dtype:
        return array
    plain: Array = np.empty_like(array, dtype, subok=False)  # astype would keep the dtype object
    plain[...] = array
    return plain


def constant(array: Array, version: Version | None = None) -> Variable:
    """Make a Variable without gradient around an array, sharing its memory's version."""
    v: Variable = object.__new__(Variable)
    v._data = array
    v._outline = None
    v._node = None
    v._version = version
    v._req = False
    v._grad = None
    v._name = None
    v._hooks = None
    return v


def _own_memory(v: Variable) -> None:
    """Give a constant memory and a version of its own: nodes read what it shared until now."""
    v._data = v._data.copy()
    v._version = Version()


def is_made(v: Variable) -> bool:
    """Whether a Variable was made by somebody; operations compute theirs, also under no_grad.

    What is made gets its outline at once; if it is complex, memory with a version alone. The
    outline of what is computed is in its node, if any.
    """
    if v._node is not None:
        return False
    return v._version is not None if v._data.dtype.kind == "c" else v._outline is not None


def producer_of(v: Variable) -> Function | Variable:
    """Return what gradients of `v` go to: the node that computed it, or the leaf itself."""
    return v if v._node is None else v._node


def write_access(*leaves: Variable) -> list[Array]:
    """Return the memory of leaves for writing, and note the writes: for optimizers.

    A backward pass that would read an old value then raises. Call :func:`note_write` when the
    writes are done.
    """
    for v in leaves:
        if v._version is None:
            _own_memory(v)
    note_write(*leaves)
    return [v._data for v in leaves]


def note_write(*written: Variable) -> None:
    """Note that writes are done: what another thread recorded meanwhile saw older values."""
    bump(*[v._version for v in written if v._version is not None])


def move_leaf(leaf: Variable, device: str) -> None:
    """Let a leaf live on another device: the same Variable, with its values and gradient there.

    For :meth:`Module.to`. What shared the old memory (views, ``detach``) keeps it. A graph that
    was recorded before and would read the leaf raises in backward, as after any write.

    Raises
    ------
    DeviceError
        If there is no such device.
    """
    data = to_device(leaf._data, device)
    if data is leaf._data:
        return
    grad = None if leaf._grad is None else to_device(leaf._grad, device)
    if leaf._version is not None:
        bump(leaf._version)
    leaf._data, leaf._grad = data, grad
    leaf._outline, leaf._version = Outline.carried(data), Version()


def changed_since(version: Version | None, order: int) -> bool:
    """Whether memory was written after the node of that creation number was made."""
    return version is not None and order > STATE.newest_write and version.written < order
