"""The trap: a gradient of exactly 0 that meets an infinite slope stays 0.

0 · ∞ and 0 / 0 raise the processor's "invalid" flag, which NumPy looks at after every operation
anyway. The walk listens to it, so that rules can be written as their formulas and pay nothing; only
where the flag went up are the results looked at. Two things raise no flag: a NaN that was there
before (an operation that leaves one out says so, see ``Function.leaves_out``) and the arrays of
libraries without flags. From there on the walk looks at every result.
"""

from __future__ import annotations

import warnings
from contextvars import copy_context
from typing import Any

import numpy as np

from autograd_lite.arrays import GATE
from autograd_lite.graph.function import Function, Gradient
from autograd_lite.graph.variable import Variable

__all__ = ["Trap"]


class Trap:
    """Whether the results of rules must be looked at.

    Attributes
    ----------
    sprung : bool
        Something invalid happened since the last look, or every result is looked at.
    diary : object
        Whatever an observer writes down about this pass; unset without one, gone after it.
    """

    __slots__ = ("_always", "_before", "diary", "sprung")
    diary: Any

    def __init__(self) -> None:
        self.sprung = False
        self._always = False
        self._before = copy_context()  # 0.04 µs; to ask for NumPy's error state costs 0.85

    def listening(self) -> np.errstate:
        """Return a context in which NumPy reports here."""
        return np.errstate(invalid="call", call=self)

    @property
    def theirs(self) -> str:
        """What the user asked NumPy to do about invalid operations."""
        return self._before.run(np.geterr)["invalid"]

    def as_the_user_asked(self) -> np.errstate:
        """Return a context with the user's own treatment, for the user's own code."""
        return np.errstate(invalid=self.theirs)  # type: ignore[arg-type]

    def __call__(self, _kind: str, _flag: int) -> None:
        """Hear from NumPy."""
        self.sprung = True

    def look_at_everything(self) -> None:
        """Look at every result from now on."""
        self.sprung = self._always = True

    def calmed(
        self, node: Function, gradient: Any, given: tuple[Gradient | None, ...]
    ) -> tuple[Gradient | None, ...]:
        """Return a rule's results with 0 where no gradient arrived and NaN came out.

        Where a gradient did arrive, NaN stays: that is honest. Under ``create_graph`` the zeros are
        recorded as such, and second derivatives elsewhere are untouched.
        """
        self.sprung = self._always
        if GATE.tracer is not None and not self._always:
            return given  # the program listens when it runs
        if not (node.pointwise or node.selects) or isinstance(gradient, list):
            return self._reported(node, gradient, given)
        arrived = gradient._data if isinstance(gradient, Variable) else gradient
        if node.pointwise:
            none = arrived == arrived if node.selects else arrived == 0
        else:
            none = (arrived == arrived).all()
        return self._reported(node, gradient, tuple([_zeroed(node, gx, none) for gx in given]))

    def _reported(
        self, node: Function, gradient: Any, given: tuple[Gradient | None, ...]
    ) -> tuple[Gradient | None, ...]:
        """Warn or raise, as the user asked NumPy to, about a NaN that stays and is new here."""
        if self.theirs == "ignore" or self._always or _holds_nan(gradient):
            return given
        if any([gx is not None and _holds_nan(gx) for gx in given]):
            msg = f"{node.name}: 0 · ∞ or 0 / 0 in backward gave NaN{node.made_at}."
            if self.theirs == "raise":
                raise FloatingPointError(msg)
            if self.theirs == "warn":
                warnings.warn(msg, RuntimeWarning, stacklevel=6)
        return given


def _zeroed(node: Function, gx: Gradient | None, none: Any) -> Gradient | None:
    if gx is None:
        return None
    raw: Any = gx._data if isinstance(gx, Variable) else gx
    lost = (raw != raw) & none
    if not lost.any():
        return gx
    xp: Any = node.xp
    zeroed: Gradient = xp.where(lost, 0.0, gx)
    return zeroed


def _holds_nan(gradient: Any) -> bool:
    parts = gradient if isinstance(gradient, list) else [gradient]
    raw = [g._data if isinstance(g, Variable) else g for g in parts if g is not None]
    return any([bool((x != x).any()) for x in raw])
