"""What the engine's lower files need from higher ones, bound once at import."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy.typing as npt

if TYPE_CHECKING:
    from autograd_lite.arrays import Namespace
    from autograd_lite.graph.variable import Variable

__all__ = ["BOUND", "Bound"]


class Bound:
    """The namespace that rules see on Variables, the recorded conversion, the backward walk.

    And the Variable that another one stands for when elements are assigned to it.
    """

    __slots__ = ("assigned", "backward", "namespace")
    assigned: Callable[[Variable, object, object], Variable]
    namespace: Namespace
    backward: Callable[[Variable, object, bool, bool], None]

    def astype(self, v: Variable, dtype: npt.DTypeLike) -> Variable:
        """Convert `v`, recorded."""
        converted: Variable = self.namespace.astype(v, dtype)  # type: ignore[assignment]
        return converted


BOUND = Bound()
