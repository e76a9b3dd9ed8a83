"""Captured: a function that runs as the programs of its first calls."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from threading import RLock
from types import MethodType
from typing import Any, Generic, ParamSpec, TypeVar

from autograd_lite.arrays import GATE
from autograd_lite.capturing.export.export import export
from autograd_lite.capturing.record.tracing import is_tracing
from autograd_lite.capturing.record.trees import flattened, leaves_of
from autograd_lite.capturing.record.twice import traced_twice, uncollected
from autograd_lite.capturing.replay.eager import run_eagerly
from autograd_lite.capturing.replay.lanes import lanes_for
from autograd_lite.capturing.replay.reach import is_model
from autograd_lite.capturing.replay.replay import Replay, SprungError, StaleError
from autograd_lite.capturing.replay.watched import watched
from autograd_lite.capturing.write.origins import origin_of
from autograd_lite.errors import CaptureError, OperandError
from autograd_lite.graph.gradients import PUBLISHING
from autograd_lite.graph.hooks import STATE
from autograd_lite.graph.modes import is_recording, no_grad, refuse_suspended
from autograd_lite.warning import warn_user

__all__ = ["Captured", "capture"]

P = ParamSpec("P")
R = TypeVar("R")

KINDS = 16  # of arguments that programs are kept for
VARIANTS = 4  # programs for one kind of arguments: in training, in evaluation, …
PATIENCE = 4  # values of a number, or captures in a row, before a warning


class Captured(Generic[P, R]):
    """A captured function: see :func:`capture`.

    Attributes
    ----------
    source : str
        The latest program, as text.
    programs : list of str
        All that are kept, the latest last.
    """

    def __init__(
        self,
        function: Callable[P, R],
        threads: int | None = None,
        model: Callable[..., Any] | None = None,
    ) -> None:
        update_wrapper(self, function)
        self._shown: Callable[..., Any] = function if model is None else model
        self._threads = lanes_for(threads)
        self._function = function
        self._name = getattr(function, "__name__", type(function).__name__)
        self._lock = RLock()
        self._kinds: OrderedDict[Any, list[Replay]] = OrderedDict()
        self._latest: Replay | None = None
        self._key: Any = None  # of the arguments of the latest
        self._numbers: dict[str, set[float]] = {}
        self._again = 0  # captures in a row, for arguments that there was a program for

    # ---- what a user calls

    def __call__(self, *args: P.args, **options: P.kwargs) -> R:
        """Run the program for such arguments; where there is none, capture it."""
        if GATE.tracer is not None and is_tracing():
            return self._function(*args, **options)  # becomes a part of that program
        if STATE.observer is not None and watched():
            return run_eagerly(self._function, args, options)  # type: ignore[no-any-return]
        arrays: list[Any] = []
        key = flattened(args, arrays), flattened(options, arrays) if options else 0, is_recording()
        with self._lock:
            while True:
                replay = self._latest
                if replay is None or key != self._key or not replay.hold():
                    replay = self._found(key) or self._captured(key, args, options, arrays)
                    self._key = key
                elif self._again:
                    self._again = 0
                if replay.patience.left or not replay.apart(arrays):
                    return self._instead(replay, args, options)  # type: ignore[no-any-return]
                try:
                    return replay(arrays)  # type: ignore[no-any-return]
                except SprungError:
                    return self._instead(replay, args, options)  # type: ignore[no-any-return]
                except StaleError:
                    continue  # another thread was quicker

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """As a method: bound, as functions are."""
        return self if instance is None else MethodType(self, instance)

    def __repr__(self) -> str:
        count = sum([len(variants) for variants in self._kinds.values()])
        return f"<captured {self._name}, {count} program{'s' * (count != 1)}>"

    @property
    def source(self) -> str:
        """The latest program, as text.

        Raises
        ------
        CaptureError
            If it was never called.
        """
        return self._last().source

    def export(self, path: str | os.PathLike[str]) -> Path:
        """Write the latest program as a module that needs NumPy only.

        Parameters
        ----------
        path : str or path-like
            Ends in ``.py``; arrays that the program works on go beside it, into an ``.npz``.

        Returns
        -------
        Path
            Of the module.

        Raises
        ------
        CaptureError
            If the function was never called.
        """
        return export(self._last().text, path)

    @property
    def programs(self) -> list[str]:
        """All programs that are kept, as text, the latest last."""
        return [replay.source for variants in self._kinds.values() for replay in variants]

    # ---- inside

    def _last(self) -> Replay:
        if self._latest is None:
            msg = f"capture: there is no program of {self._name} yet; call it once, then look."
            raise CaptureError(msg)
        return self._latest

    def _instead(self, replay: Replay, args: Any, options: Any) -> Any:
        """Run the function itself, with the random numbers that its program has drawn."""
        drawn, replay.drawn = replay.drawn, []
        replay.patience.wait()
        return run_eagerly(self._function, args, options, drawn)

    def _found(self, key: Any) -> Replay | None:
        """Return the program for a kind of arguments, if all is as it was when it was captured."""
        variants = self._kinds.get(key)
        if variants is None:
            return None
        for replay in variants:
            if replay.hold():
                if replay is not self._latest:
                    self._kinds.move_to_end(key)
                    self._latest = replay
                self._again = 0
                return replay
        return None

    def _captured(self, key: Any, args: Any, options: Any, arrays: list[Any]) -> Replay:
        """Trace the function twice and keep its program."""
        self._warn_of_numbers(args, options)
        variants = self._kinds.setdefault(key, [])
        self._warn_of_changes(variants)
        try:
            with PUBLISHING, uncollected():  # both runs are to find the same gradients
                run, guards = traced_twice(self._function, args, options, arrays)
                origin = origin_of(self._shown, args, options, run.key)
                replay = Replay(run, guards, origin, self._threads)
        except BaseException:
            if not variants:
                del self._kinds[key]
            raise
        del variants[: max(len(variants) - VARIANTS + 1, 0)]
        variants.append(replay)
        self._kinds.move_to_end(key)
        while len(self._kinds) > KINDS:
            self._kinds.popitem(last=False)
        self._latest = replay
        return replay

    def _warn_of_changes(self, variants: list[Replay]) -> None:
        """Warn, once, if the function is captured anew at every call."""
        self._again += bool(variants)
        if self._again == PATIENCE:
            changed = variants[-1].guards.changed()
            msg = (
                f"capture: {self._name} was captured anew at each of {PATIENCE} calls in a row, "
                f"because {changed} had changed; pass what changes as an argument."
            )
            warn_user(msg, UserWarning)

    def _warn_of_numbers(self, args: Any, options: Any) -> None:
        """Warn, once, if a Python number among the arguments makes program after program."""
        for name, number in (*leaves_of(args, "args"), *leaves_of(options, "options")):
            if type(number) is not float and type(number) is not int:
                continue
            known = self._numbers.setdefault(name, set())
            if len(known) < PATIENCE and number not in known:
                known.add(number)
                if len(known) == PATIENCE:
                    msg = (
                        f"capture: {name} of {self._name} is a Python number that had "
                        f"{PATIENCE} values, each of which made a program of its own; pass "
                        "numpy.float32(x) or an array, which is read at each call."
                    )
                    warn_user(msg, UserWarning)


def capture(function: Callable[P, R], *, threads: int | None = None) -> Captured[P, R]:
    """Run a function once and replay it from then on as a straight NumPy program.

    The program is the array operations of the run, those of backward and of an optimizer's step
    included. Parameters, optimizer state, learning rates and random generators are used in place:
    a captured training step trains the same model. It is called with arguments of other values;
    for arguments of another shape or dtype, for other Python numbers, for a model in evaluation,
    the function is captured anew.

    Parameters
    ----------
    function : callable or Module
        Takes and returns arrays, Variables and numbers, or nested tuples, lists and dicts of them.
        Of a module the forward pass alone is captured, without a graph.
    threads : int, optional
        The most that work on elementwise operations over large arrays; results are the same for
        any number. None: one for each core that the process may use, but no more than what
        ``OMP_NUM_THREADS``, ``OPENBLAS_NUM_THREADS`` and ``MKL_NUM_THREADS`` say.

    Returns
    -------
    Captured
        To be called as the function is; its `source` is the latest program.

    Raises
    ------
    CaptureError
        When it is called: if the function does what a program could not repeat, or asks for the
        value of an array (``if``, ``float``, ``print``); the message names the line.
    OperandError
        If `function` cannot be called.

    Notes
    -----
    A function is run twice to capture it, without effects, and both runs must come to the same.
    What it prints, it prints in these runs only; a list or a counter of its own may not change. The
    arrays that a program returns are the caller's own. ``.grad`` is as after the function itself,
    or None where an optimizer in the function used it up. A call in which a gradient of exactly 0
    meets an infinite slope, or whose arguments share memory with what is written, runs the function
    itself; so does a call that is being debugged. Threads may share a captured function: they wait
    for each other.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> w = ag.Variable([1.0, 2.0])
    >>> optimizer = ag.optim.SGD([w], lr=0.5)
    >>> @ag.capture
    ... def step(x):
    ...     optimizer.zero_grad()
    ...     loss = (w * x).sum()
    ...     loss.backward()
    ...     optimizer.step()
    ...     return loss.data
    >>> step(np.array([1.0, 1.0]))
    array(3.)
    >>> step(np.array([2.0, 0.0]))
    array(1.)
    >>> w
    Variable([-0.5,  1.5])
    """
    if is_model(function):
        return Captured(_forward_of(function), threads, function)
    if not callable(function):
        msg = f"capture: {type(function).__name__} is not callable; pass a function or a Module."
        raise OperandError(msg)
    refuse_suspended(function, "capture", "function")
    return Captured(function, threads)


def _forward_of(model: Any) -> Any:
    """Return a function that runs a model without recording."""

    def forward(*inputs: Any, **options: Any) -> Any:
        with no_grad():
            return model(*inputs, **options)

    forward.__name__ = type(model).__name__
    return forward
