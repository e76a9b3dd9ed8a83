"""Checkpointing: compute a part of the graph again in backward instead of keeping it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, wraps
from threading import RLock
from typing import Any, TypeAlias, TypeVar

import numpy as np

from autograd_lite.arrays import GATE, LIBRARIES, Array, is_array, private
from autograd_lite.arrays.gate import drawn_before, draws_heard
from autograd_lite.errors import GraphError, OperandError
from autograd_lite.graph import Function, Variable, constant, enable_grad, is_recording
from autograd_lite.graph.apply import output_of
from autograd_lite.graph.function import SMALL, Outline, Producer
from autograd_lite.graph.hooks import MINE, Version, next_order
from autograd_lite.graph.reach import Reach
from autograd_lite.graph.variable import changed_since
from autograd_lite.transforms.trees import leaves_of, mapped, rebuilt

__all__ = ["checkpoint"]

F = TypeVar("F", bound=Callable[..., Any])
Spec: TypeAlias = "tuple[tuple[int, ...], np.dtype[Any]]"
_THAWING = RLock()


def checkpoint(f: F) -> F:
    """Return a function like `f` whose inside is computed again in backward instead of kept.

    The graph holds one node for each call: its results, its arguments and the random numbers that
    it drew. In backward `f` runs once more. So a network of n layers cut into √n parts needs the
    memory of about 2 √n layers, for one more forward.

    Parameters
    ----------
    f : callable
        Of anything; it returns Variables, or a tree of them. Variables that it uses without being
        given them, such as the parameters of a Module, have their gradients too.

    Returns
    -------
    callable
        Takes and returns what `f` does. Where nothing is recorded, and while a function is
        captured (whose program plans its memory itself), it is `f`.

    Raises
    ------
    GraphError
        When called: if `f` writes into a Variable, as batch normalization does in training: it
        would write again. In backward: if `f` computes other values than before, since it draws
        random numbers by other means than the library's, or a Variable that it reads was written.

    References
    ----------
    T. Chen, B. Xu, C. Zhang and C. Guestrin, Training deep nets with sublinear memory cost, 2016.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Variable([0.0, 1.0])
    >>> y = ag.checkpoint(lambda x: ag.exp(ag.sin(x)).sum())(x)
    >>> y.creator, (y.backward(), x.grad)[1]
    (<checkpoint node>, array([1.        , 1.25338077]))
    """
    if not callable(f):
        msg = f"checkpoint: the first argument must be a function, not {type(f).__name__}."
        raise OperandError(msg)

    @wraps(f)
    def cheaper(*args: Any, **kwargs: Any) -> Any:
        if not is_recording() or GATE.tracer is not None:
            return f(*args, **kwargs)
        return _run(f, mapped(_kept, args), {name: mapped(_kept, v) for name, v in kwargs.items()})

    return cheaper  # type: ignore[return-value]


class Checkpoint(Function):
    """A part of a graph that was dropped, and how to compute it again."""

    name = "checkpoint"
    again: Callable[[], list[Any]]
    results: list[Array]
    read: set[Version]

    def backward(self, *gradients: Any) -> tuple[Any, ...]:
        """Run the part again, recorded, and go back through it."""
        if any([changed_since(version, self._order) for version in self.read]):
            msg = (
                "checkpoint: a Variable that the function reads was written since; run backward "
                "before the update, or compute the output again."
            )
            raise GraphError(msg)
        with _thawed(self.inputs):
            outputs = self.again()
            self._compare(outputs)
            recorded = any([isinstance(g, Variable) for g in gradients])
            # What one input computes another from is counted by the walk that called.
            reach = Reach(outputs, self.inputs, through=False)  # type: ignore[arg-type]
            with enable_grad():
                found, _ = reach.pull(gradients, create_graph=recorded, retain_graph=recorded)
        return tuple(found)

    def release(self) -> None:
        """Let go of the arguments and the results."""
        super().release()
        del self.again, self.results

    def _compare(self, outputs: list[Any]) -> None:
        same = len(outputs) == len(self.results)
        if not same or not all(map(_is_again, outputs, self.results)):
            msg = (
                "checkpoint: the function computed other values when it ran again for "
                "backward; draw its random numbers through the library (dropout, rng=…)."
            )
            raise GraphError(msg)


def _is_again(v: Any, before: Array) -> bool:
    """Whether a second run computed what the first one did."""
    if not isinstance(v, Variable) or (v.shape, v.dtype) != (before.shape, before.dtype):
        return False
    tolerance = float(np.sqrt(np.finfo(before.dtype).eps))
    xp = LIBRARIES[type(before)]
    return bool(xp.allclose(v._data, before, tolerance, tolerance, equal_nan=True))


@contextmanager
def _thawed(producers: Sequence[Producer | None]) -> Iterator[None]:
    """Let gradients flow to leaves again that were made constants since they were read.

    Transforms do so with what stood for their arguments, before they or a pullback come here.
    """
    with _THAWING:  # two threads may pull back through one graph
        frozen = [p for p in producers if isinstance(p, Variable) and not p._req]
        if frozen:
            _set_required(frozen, value=True)
            try:
                yield
            finally:
                _set_required(frozen, value=False)
            return
    yield


def _set_required(leaves: Sequence[Variable], *, value: bool) -> None:
    for leaf in leaves:
        leaf._req = value


def _run(f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Run a function, drop what it recorded and put one node in its place."""
    newest, start = MINE.newest_write, next_order()
    with draws_heard() as drawn:
        result = f(*args, **kwargs)
    if MINE.newest_write != newest:
        msg = (
            "checkpoint: the function wrote into a Variable, and would again when it runs for "
            "backward; leave what is written (batch normalization in training) outside."
        )
        raise GraphError(msg)
    leaves = leaves_of(result)
    inside = [i for i, leaf in enumerate(leaves) if _made_inside(leaf, start)]
    if not inside:
        return result

    def again() -> list[Any]:
        with enable_grad(), drawn_before(drawn):
            found = leaves_of(f(*args, **kwargs))
        return [found[i] for i in inside if i < len(found)]

    outputs = _one_node([leaves[i] for i in inside], start, again)
    for i, v in zip(inside, outputs, strict=True):
        leaves[i] = v
    return rebuilt(result, leaves)


def _one_node(
    outputs: list[Variable], start: int, again: Callable[[], list[Any]]
) -> list[Variable]:
    """Return the outputs as those of a single node on what was there before."""
    node: Checkpoint = _class_for(len(outputs))()
    before, node.read = _surroundings(outputs, start)
    node.again = again
    node.results = [v._data for v in outputs]
    node.xp = LIBRARIES[type(node.results[0])]
    node._left = tuple(before)
    node._left_version = node._constant = (None,) * len(before)
    node._value = _shown(node.results[0])
    node._notes = node._grads = None
    node._order = next_order()
    notes = node.notes
    notes.inputs = tuple(before.values())
    notes.outputs = tuple([(x.shape, x.dtype) for x in node.results])
    notes.array_type = type(node.results[0])
    made = []
    for i, v in enumerate(outputs):
        made.append(constant(v._data, v._version))
        made[i]._node = node if len(outputs) == 1 else output_of(node, i, v._data)
    return made


@cache
def _class_for(count: int) -> type[Checkpoint]:
    """Return the class of nodes with that many outputs."""
    return type("Checkpoint", (Checkpoint,), {"name": "checkpoint", "outputs": _names(count)})


def _names(count: int) -> tuple[str, ...]:
    return tuple([f"out{i + 1}" for i in range(count)])


def _surroundings(outputs: list[Variable], start: int) -> tuple[dict[Producer, Spec], set[Version]]:
    """Return what the inside of a part was computed from, and the versions of what it read."""
    before: dict[Producer, Spec] = {}
    read: set[Version] = set()
    inside: list[Any] = [v._node for v in outputs]
    seen = set(inside)
    for node in inside:  # which grows meanwhile
        read.update([version for version in node.versions if version is not None])
        for edge in node.producers:
            if edge is None or edge in seen or edge in before:
                continue
            if isinstance(edge, Variable):
                before[edge] = edge.shape, edge.dtype
            elif edge._order < start:
                seen.add(edge)
                inside.append(edge)
            else:
                before[edge] = edge._value.shape, edge._value.dtype
    return before, read


def _made_inside(leaf: Any, start: int) -> bool:
    return isinstance(leaf, Variable) and leaf._node is not None and leaf._node._order < start


def _kept(leaf: Any) -> Any:
    """Return an argument as the function will be given it again."""
    return private(leaf) if is_array(leaf) else leaf


def _shown(x: Array) -> Array | Outline:
    """Return what a picture can say of a result."""
    return private(x) if x.size <= SMALL else Outline.of(x)
