"""Replay: a program bound to the arrays that it works on."""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

from numpy.linalg import LinAlgError

from autograd_lite.arrays import Array
from autograd_lite.capturing.plan.knowledge import is_view
from autograd_lite.capturing.plan.memory import Layout
from autograd_lite.capturing.plan.planning import laid_out
from autograd_lite.capturing.plan.simplify import simplified
from autograd_lite.capturing.program import Call, Program, kind_of, source_of
from autograd_lite.capturing.record.tracing import Run
from autograd_lite.capturing.replay.eager import Patience
from autograd_lite.capturing.replay.guards import Guards
from autograd_lite.capturing.replay.overlap import Apart
from autograd_lite.capturing.write.emit import emitted
from autograd_lite.capturing.write.origins import Origin
from autograd_lite.errors import SingularError
from autograd_lite.graph.gradients import PUBLISHING
from autograd_lite.graph.hooks import bump

__all__ = ["Replay", "SprungError", "StaleError"]


class SprungError(Exception):
    """A gradient of exactly 0 may have met an infinite slope; nothing was written."""


class StaleError(Exception):
    """What the program relies on has changed since it was chosen."""


class Trap:
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
        What was traced; it is used up.
    guards : Guards
        What must hold for the program to be replayed.
    origin : Origin
        Names, for the source.
    threads : int
        The most that work on a block.

    Attributes
    ----------
    source : str
    drawn : list of array
        The random numbers of a call whose trap was sprung.
    apart : callable
        ``apart(arrays)`` is whether the arguments share no memory with what is written.
    patience : Patience
    """

    def __init__(self, run: Run, guards: Guards, origin: Origin, threads: int = 1) -> None:
        traced = run.program.calls
        program = simplified(run.program)
        layout = laid_out(program, threads)
        text = emitted(program, layout, origin)
        for call in traced:
            for value in call.results:
                if value.origin is not None:
                    value.array = None  # of the traced run: memory
        self.text = text
        self.source = text.source
        self.guards = guards
        self.hold = guards.hold
        self.patience = Patience()
        self.drawn: list[Array] = []
        self._build = run.build
        self._places = [source_of(v).holder for v in text.arguments if kind_of(v) == "argument"]
        self._before = [source_of(v).holder for v in text.arguments if kind_of(v) == "gradient"]
        self._after = _after(program, layout)
        self._used_up = [g.leaf for g in program.gradients if g.value is None]
        self._versions = _versions(program)
        # Whoever reads gradients, and writes sums, lets nobody else add to them meanwhile.
        self._adding = bool(run.sensitive)
        self.apart = Apart(program, self._places)
        self._trap = Trap()
        scope: dict[str, Any] = {"__builtins__": builtins}
        FunctionType(compile(self.source, "<captured>", "exec"), scope)()
        outside = [source_of(v).array for v in text.outside]
        draws = [self._draw(*draw) for draw in text.draws]
        make = scope["make"]
        self._step: Callable[..., Any] = make(
            outside, text.constants, draws, text.errors, self._trap
        )

    def __call__(self, arrays: list[Array]) -> Any:
        """Run the program.

        Raises
        ------
        SprungError
            If the function itself must run instead.
        StaleError
            If another thread has changed what the program relies on.
        """
        if not self._adding:
            return self._build(self._outputs(self._given(arrays)))
        with PUBLISHING:
            if not self.hold():
                raise StaleError
            gradients = [leaf._grad for leaf in self._before]
            outputs = self._outputs([*self._given(arrays), *gradients])
        return self._build(outputs)

    def _given(self, arrays: list[Array]) -> list[Array]:
        """Return the arguments that the program reads: most often all of them, in order."""
        if len(arrays) == len(self._places):
            return arrays
        return [arrays[place] for place in self._places]

    def _outputs(self, given: list[Array]) -> list[Array]:
        self._trap.sprung = False
        try:
            done = self._step(*given)
        except BaseException as error:
            self.drawn.clear()
            bump(*self._versions)  # it may have begun to write
            if type(error) is LinAlgError:
                raise SingularError(_refused(error)) from error
            raise
        if done is None:
            self.patience.spent()
            raise SprungError
        if self.drawn:
            self.drawn.clear()
        if self.patience.next:
            self.patience.restored()
        outputs: list[Array]
        outputs, gradients = done
        for leaf in self._used_up:
            leaf._grad = None
        if gradients:
            for (leaf, own), gradient in zip(self._after, gradients, strict=True):
                leaf._grad = gradient if own else gradient.copy()
        if self._versions:
            bump(*self._versions)
        return outputs

    def _draw(self, source: Any, function: Any, arguments: Iterable[Any]) -> Callable[[], Array]:
        def draw() -> Array:
            numbers: Array = function(*arguments, getattr(source, "generator", source))
            self.drawn.append(numbers)
            return numbers

        return draw


def _refused(error: LinAlgError) -> str:
    """Say what an operation of ``linalg`` says when it is not captured."""
    what = str(error).rstrip(".").lower()
    return f"a captured program: {what}; call the function itself to see which operation it was."


def _after(program: Program, layout: Layout) -> list[tuple[Any, bool]]:
    """Return the leaves that get a gradient, and whether each may keep the very array.

    What stays the program's (memory, a constant), or is somebody else's too, is copied.
    """
    shared = Counter([*program.outputs, *[g.value for g in program.gradients]])
    return [
        (
            gradient.leaf,
            shared[value] == 1
            and type(value.origin) is Call
            and not is_view(value.origin)
            and value not in layout.offsets
            and value not in layout.homes,
        )
        for gradient in program.gradients
        if (value := gradient.value) is not None
    ]


def _versions(program: Program) -> list[Any]:
    """Return the versions of the leaves that the program writes."""
    sources = [source_of(effect.source) for effect in program.effects]
    leaves = [source.holder for source in sources if source.kind == "leaf"]
    return [leaf._version for leaf in leaves if leaf._version is not None]
