"""Replay: a program bound to the arrays that it works on, and what must hold for it to run."""

from __future__ import annotations

from typing import Any

from autograd_lite.arrays import Array
from autograd_lite.capturing.emit import Text, emitted
from autograd_lite.capturing.planning import laid_out
from autograd_lite.capturing.program import Source, Value
from autograd_lite.capturing.simplify import simplified
from autograd_lite.capturing.tracing import Run
from autograd_lite.graph.variable import note_write

__all__ = ["Replay", "Sprung"]


class Sprung:
    """Whether something invalid happened while a program was listening."""

    __slots__ = ("sprung",)

    def __init__(self) -> None:
        self.sprung = False

    def __call__(self, _kind: str, _flag: int) -> None:
        """Hear from NumPy."""
        self.sprung = True


class Replay:
    """One program, for arguments of one kind.

    Parameters
    ----------
    run : Run
    arguments : list of str
        Names for the arrays that it is called with.
    threads : int
        The most that work on a block.
    """

    def __init__(self, run: Run, arguments: list[str], threads: int = 1) -> None:
        program = simplified(run.program)
        text = emitted(program, laid_out(program, threads), arguments)
        self.text: Text = text
        self.source = text.source
        self.build = run.build
        self.relied = run.relied
        self.sensitive = run.sensitive
        self.gradients = program.gradients
        self.trap = Sprung()
        self.places = [v.origin.holder for v in text.arguments if _kind(v) == "argument"]
        self.before = [v.origin.holder for v in text.arguments if _kind(v) == "gradient"]
        self.leaves = [
            (v.origin.holder, v.origin.array, v.origin.holder._req)
            for v in text.outside
            if _kind(v) == "leaf"
        ]
        self.written = tuple(
            [e.source.origin.holder for e in program.effects if _kind(e.source) == "leaf"]
        )
        scope: dict[str, Any] = {}
        exec(compile(self.source, "<captured>", "exec"), scope)  # noqa
        outside = [v.origin.array for v in text.outside]
        draws = [_drawing(*draw) for draw in text.draws]
        self.step = scope["make"](outside, text.constants, draws, text.errors, self.trap)

    def holds(self) -> bool:
        """Whether everything is as it was when the program was captured."""
        for leaf, array, required in self.leaves:
            if leaf._data is not array or leaf._req is not required:
                return False
        for holder, attribute, thing in self.relied:
            if getattr(holder, attribute) is not thing:
                return False
        return True

    def __call__(self, arrays: list[Array]) -> Any:
        """Run the program."""
        given = [arrays[place] for place in self.places]
        given += [leaf._grad for leaf in self.before]
        done = self.step(*given)
        if done is None:
            self.trap.sprung = False
            raise NotImplementedError
        outputs, gradients = done
        fresh = iter(gradients)
        for gradient in self.gradients:
            gradient.leaf._grad = None if gradient.value is None else next(fresh)
        if self.written:
            note_write(*self.written)
        return self.build(outputs)


def _kind(value: Value) -> str:
    origin = value.origin
    return origin.kind if type(origin) is Source else ""


def _drawing(source: Any, function: Any, arguments: Any) -> Any:
    return lambda: function(*arguments, getattr(source, "generator", source))
