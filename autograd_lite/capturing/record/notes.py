"""Notes: which operation, of which module and in which phase, a call belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import get_ident
from typing import Any

import numpy as np

from autograd_lite.capturing.program import Call, Note, Role, Value
from autograd_lite.capturing.record.line import user_line
from autograd_lite.capturing.record.tape import Tape
from autograd_lite.capturing.record.traced import Traced
from autograd_lite.graph import Function
from autograd_lite.graph.scopes import scopes_here
from autograd_lite.graph.trap import Trap

__all__ = ["Notes"]


class Notes:
    """An observer that tells the tape what it is writing down."""

    def __init__(self, tape: Tape, thread: int, *, roles: bool = True) -> None:
        self.means = roles  # whether to note what values mean
        self.tape = tape
        self.thread = thread
        self.made: dict[Function, Note] = {}
        self.outputs: dict[Function, tuple[Value | None, ...]] = {}
        self.inputs: dict[Function, tuple[Value | None, ...]] = {}
        self.roles = tape.program.roles
        self.walked = False  # a backward pass has begun, and may be recorded itself

    def forward_starts(self, node: Function, arrays: tuple[Any, ...]) -> None:
        """Write down what follows as the operation's own."""
        if get_ident() == self.thread:
            path = ".".join(scopes_here())
            self.walked = self.walked and _in_a_walk()
            phase = "backward" if self.walked else "forward"
            note = Note(phase, node.name, path, user_line())
            self.made[node] = self.tape.note = note
            if self.means:
                self.inputs[node] = _values(arrays)

    def forward_ends(self, node: Function, _arrays: Any, outputs: Any) -> None:
        """Note what came out of the operation."""
        if get_ident() == self.thread:
            self.tape.note = Note("backward") if self.walked else Note()
            if not self.means:
                return
            self.outputs[node] = values = _values(outputs)
            for place, value in enumerate(values):
                if value is not None:
                    role = Role(self.made[node], "", self.inputs[node], place)
                    self.roles.setdefault(value, role)
            for word in node.kept_names:
                kept = getattr(node, word, None)
                if type(kept) is Traced and type(kept.value.origin) is Call:
                    self.roles.setdefault(kept.value, Role(self.made[node], word))

    def backward_starts(self, node: Function, gradient: Any) -> None:
        """Write down what follows as the rule's."""
        if get_ident() == self.thread:
            self.walked = True
            made = self.made.get(node, Note())
            self.tape.note = Note("backward", node.name, made.path, made.line)
            if not self.means:
                return
            arriving = gradient if isinstance(gradient, tuple) else (gradient,)
            self._mean(_values(arriving), self.outputs.get(node, ()))

    def backward_ends(self, node: Function, _gradient: Any, gradients: Any) -> None:
        """Between rules, gradients are added up: backward too."""
        if get_ident() == self.thread:
            if self.means:
                self._mean(_values(gradients), self.inputs.get(node, ()))
            self.tape.note = Note("backward")

    def _mean(self, gradients: Sequence[Value | None], values: Sequence[Value | None]) -> None:
        """Note of which values these are the gradients."""
        for gradient, value in zip(gradients, values, strict=False):
            if gradient is not None and value is not None:
                self.roles.setdefault(gradient, Role(self.tape.note, gradient_of=value))


def _values(arrays: Iterable[Any]) -> tuple[Value | None, ...]:
    """Return the values of traced arrays, None for others."""
    return tuple([x.value if type(x) is Traced else None for x in arrays])


def _in_a_walk() -> bool:
    """Whether a backward pass is listening to NumPy: to ask takes 5 µs."""
    return isinstance(np.geterrcall(), Trap)
