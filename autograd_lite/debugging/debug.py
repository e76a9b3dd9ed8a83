"""The observer behind ``ag.debug()``."""

from __future__ import annotations

from threading import Lock
from types import TracebackType
from typing import ClassVar

import numpy as np

from autograd_lite.arrays import Array
from autograd_lite.debugging import report
from autograd_lite.debugging.journey import Journey, Step, in_backward, this_journey
from autograd_lite.debugging.provenance import Traced, result_of, trace
from autograd_lite.errors import NonFiniteError
from autograd_lite.graph.function import Function, Gradient, Producer
from autograd_lite.graph.hooks import subscribe, unsubscribe
from autograd_lite.graph.ranges import Range, on_host, range_of
from autograd_lite.graph.variable import Variable

__all__ = ["debug"]


class debug:
    """Find the line that went wrong: a context manager.

    Inside, every node remembers the user's line that made it, errors show it, and the first NaN
    or infinity that appears in forward or backward raises, with a report: what went into that
    operation, how it was made, and in backward through which operations the gradient came. The
    lines stay known afterwards.

    A NaN that an operation leaves out (``where``, an index) and one that backward turns into 0,
    because no gradient arrived there, are no error; nor is a gradient that nobody asked for.

    Raises
    ------
    NonFiniteError
        Naming the operation, the argument or result, its shape, and the line.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> x = ag.Variable([1.0, 0.0], name="x")
    >>> with np.errstate(divide="ignore"), ag.debug():
    ...     y = ag.log(x)
    Traceback (most recent call last):
    autograd_lite.errors.NonFiniteError: log: the result of shape (2,) holds -inf at [1] ...
    """

    # Blocks may end in another order than they began, in several threads. The first of them is
    # told; one that is still open takes over from it, so that nothing is noted twice.
    _active: ClassVar[list[debug]] = []
    _lock = Lock()

    def __enter__(self) -> None:
        with self._lock:
            if not self._active:
                subscribe(self)
            self._active.append(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            told = self._active[0]
            self._active.remove(self)
            unsubscribe(told, self._active[0] if self._active else None)

    def forward_starts(self, node: Function, arrays: tuple[Array, ...]) -> None:
        """Note the line, for errors in forward too."""
        node._notes = trace(this_journey().rule if in_backward() else None)

    def forward_ends(
        self, node: Function, arrays: tuple[Array, ...], outputs: tuple[Array, ...]
    ) -> None:
        """Refuse results that are not finite."""
        edges = node.inputs
        arguments = tuple([_argument(e, x) for e, x in zip(edges, arrays, strict=True)])
        results = tuple([range_of(on_host(x)) for x in outputs])
        if isinstance(node._notes, Traced):
            node._notes.arguments, node._notes.results = arguments, results
        # What a rule computes on its way does not matter: 0 · ∞ may still become 0.
        if all([found.finite for found in results]) or in_backward():
            return
        if all([found.finite for found in arguments]):
            raise NonFiniteError(report.of_result(node, arrays, outputs))
        raise NonFiniteError(report.of_argument(node, arrays, results))

    def backward_starts(self, node: Function, gradient: Gradient) -> None:
        """Refuse a gradient that is not finite already: a seed, a hook's, an overflowing sum."""
        journey = this_journey()
        parts = gradient if isinstance(gradient, list) else [gradient]
        journey.rule = node.name
        arrays = [on_host(part) for part in parts if part is not None]
        journey.arrived = [range_of(array) for array in arrays]
        for array, found in zip(arrays, journey.arrived, strict=True):
            if not found.finite:
                raise NonFiniteError(report.of_arrival(node, array, journey))

    def backward_ends(
        self, node: Function, gradient: Gradient, gradients: tuple[Gradient | None, ...]
    ) -> None:
        """Refuse gradients that the rule made not finite."""
        journey = this_journey()
        journey.rule = None
        step = journey.leave(node)
        for position, (edge, gx) in enumerate(zip(node.inputs, gradients, strict=True)):
            if edge is None or gx is None:
                continue
            array = on_host(gx)
            found = range_of(array)
            if not found.finite:
                whole = None if isinstance(gradient, list) else on_host(gradient)
                raise NonFiniteError(
                    report.of_rule(node, position, array, journey.arrived, whole, step.before)
                )
            _pass_on(journey, edge, array, found, step)


def _argument(edge: Producer | None, array: Array) -> Range:
    """Measure an argument, unless the operation that computed it did."""
    known = isinstance(edge, Function) and isinstance(edge._notes, Traced)
    return result_of(edge) if known and edge is not None else range_of(on_host(array))


def _pass_on(journey: Journey, edge: Producer, array: Array, found: Range, step: Step) -> None:
    """Note where a gradient goes; refuse the sum of a leaf's gradients if it overflows."""
    arrival = journey.go_on(edge, found, step)
    if not isinstance(edge, Variable):
        return
    with np.errstate(all="ignore"):
        arrival.total = array if arrival.total is None else arrival.total + array
    total = np.asarray(arrival.total)
    if arrival.times > 1 and not range_of(total).finite:
        raise NonFiniteError(report.of_sum(edge, total, arrival.times, arrival.step))
