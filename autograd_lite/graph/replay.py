"""Running an operation of a recorded graph again, on other operands."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.arrays import Namespace, is_array
from autograd_lite.graph.function import ANY, SMALL, Function, fitted
from autograd_lite.graph.recorded import settings_names, twin_of

__all__ = ["Replay", "run_again", "settings_of"]

THERE = object()  # in the place of what computed an operand


class Replay:
    """One more run of a node's forward and rule; the node itself is left alone.

    The operands may be of any library that follows NumPy's names: NumPy's own, or symbols that
    write down what is done with them.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> from autograd_lite.arrays import NUMPY
    >>> y = ag.Variable(3.0) * ag.Variable(4.0)
    >>> again = ag.describe(y).nodes[-2].rule
    >>> (product,) = again.forward(NUMPY, np.array(5.0), np.array(6.0))
    >>> float(product), [float(g) for g in again.backward(np.array(1.0))]
    (30.0, [6.0, 5.0])
    """

    __slots__ = ("_node", "_twin")

    def __init__(self, node: Function) -> None:
        self._node = _bare(node)
        self._twin: Any = None

    @property
    def pointwise(self) -> bool:
        """Whether each gradient's element is its own slope times the one that arrived."""
        return self._node.pointwise

    @property
    def selects(self) -> bool:
        """Whether slopes are 1 where an operand was taken, and 0 elsewhere."""
        return self._node.selects

    def forward(self, xp: Namespace, *operands: Any) -> tuple[Any, ...]:
        """Return what the operation makes of other operands."""
        self._twin, outputs = run_again(self._node, xp, *operands)
        return outputs

    def backward(self, *gradients: Any) -> tuple[Any, ...]:
        """Return what the rule sends back after :meth:`forward`, None where nothing is wanted."""
        twin = self._twin
        given = twin.backward(*gradients)
        given = given if type(given) is tuple else (given,)
        if getattr(twin, "_fit", None) is not None:
            given = fitted(twin, given)
        return tuple([gx if want else None for want, gx in zip(twin.wants, given, strict=True)])


def run_again(node: Function, xp: Namespace, *operands: Any) -> tuple[Function, tuple[Any, ...]]:
    """Return a twin of a node that has run on other operands, and its results."""
    twin = twin_of(node)
    twin.xp = xp
    twin._notes = None
    out = twin.forward(*operands)
    return twin, out if type(out) is tuple else (out,)


def _bare(node: Function) -> Function:
    """Return a twin that holds no graph and no large array: settings, and which operands count."""
    twin: Any = twin_of(node)
    twin._value = twin._grads = twin._notes = None
    _forget(twin)
    for name in node.kept_names:
        array: Any = getattr(node, name, None)
        if name in node.keeps or (hasattr(array, "size") and array.size > SMALL):
            setattr(twin, name, None)
    bare: Function = twin
    return bare


def _forget(twin: Any) -> None:
    """Leave of the edges only whether they are there."""
    if twin.arity == ANY:
        twin._left = tuple([None if edge is None else THERE for edge in twin._left])
        twin._left_version = ()
        return
    for edge, version in (("_left", "_left_version"), ("_right", "_right_version")):
        if getattr(twin, edge, None) is not None:
            setattr(twin, edge, THERE)
        if hasattr(twin, version):
            delattr(twin, version)
    if hasattr(twin, "_constant"):
        del twin._constant


def settings_of(node: Function) -> tuple[object, ...]:
    """Return what a node was made with, beside its operands, in a form to be compared.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> from autograd_lite.graph.replay import settings_of
    >>> x = ag.Variable([[1.0, 2.0]])
    >>> rows, columns = ag.softmax(x, axis=0).creator, ag.softmax(x, axis=1).creator
    >>> settings_of(rows) == settings_of(columns)
    False
    """
    return tuple([(name, _comparable(getattr(node, name, None))) for name in settings_names(node)])


def _comparable(value: Any) -> object:
    if isinstance(value, np.ndarray) and value.size <= SMALL and value.dtype.kind in "biuf":
        return value.shape, value.dtype.str, value.tobytes()
    if is_array(value):  # a large mask is another one each time
        return value.shape, str(value.dtype)
    return repr(value)
