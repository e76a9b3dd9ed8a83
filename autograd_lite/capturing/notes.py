"""Notes: which operation, of which module and in which phase, a call belongs to."""

from __future__ import annotations

from threading import get_ident
from typing import Any

from autograd_lite.capturing.line import user_line
from autograd_lite.capturing.program import Note
from autograd_lite.capturing.tape import Tape
from autograd_lite.graph import Function
from autograd_lite.graph.scopes import scopes_here

__all__ = ["Notes"]


class Notes:
    """An observer that tells the tape what it is writing down."""

    def __init__(self, tape: Tape, thread: int) -> None:
        self.tape = tape
        self.thread = thread
        self.made: dict[Function, Note] = {}

    def forward_starts(self, node: Function, _arrays: tuple[Any, ...]) -> None:
        """Write down what follows as the operation's own."""
        if get_ident() == self.thread:
            path = ".".join(scopes_here())
            note = Note("forward", node.name, path, user_line())
            self.made[node] = self.tape.note = note

    def forward_ends(self, _node: Function, _arrays: Any, _outputs: Any) -> None:
        """The operation has ended."""
        if get_ident() == self.thread:
            self.tape.note = Note()

    def backward_starts(self, node: Function, _gradient: Any) -> None:
        """Write down what follows as the rule's."""
        if get_ident() == self.thread:
            made = self.made.get(node, Note())
            self.tape.note = Note("backward", node.name, made.path, made.line)

    def backward_ends(self, _node: Function, _gradient: Any, _gradients: Any) -> None:
        """Between rules, gradients are added up: backward too."""
        if get_ident() == self.thread:
            self.tape.note = Note("backward")
