"""Contenders that do the same work: built, held against each other, then timed in turn."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from harness import OURS, Row, compared, interleave, repeated

import autograd_lite as ag

EAGER, BY_HAND = "eager", "NumPy by hand"
TORCH, COMPILED, JAX = "torch", "torch.compile", "jax"
THREADS = int(os.environ.get("OMP_NUM_THREADS", "1"))
CHECKED = 2  # calls before results are compared; later ones differ where rounding crosses a kink
STRAY = 1e-3  # part of an array that may differ: Adam steps by a sign where a gradient is next to 0


class Contender(NamedTuple):
    """One library's way of doing the work."""

    work: Callable[[], Any]
    results: Callable[[Any], Sequence[Any]]  # what the last call returned → arrays to compare


Builder = Callable[[], "Contender | None"]  # None where a library is missing


class Clock(NamedTuple):
    """How the contenders are timed."""

    unit: tuple[str, float]
    calls: int  # averaged over by a sample: switching libraries cools the caches
    rounds: int
    per: float = 1.0  # operations in a call


def captured(function: Callable[..., Any]) -> Any:
    """Return ``ag.capture(function)``, or None where the library has no capture."""
    capture = getattr(ag, "capture", None)
    if capture is None:
        _say_missing()
        return None
    return capture(function)


@cache
def _say_missing() -> None:
    print("skipped: autograd_lite has no capture", file=sys.stderr)


def raced(
    name: str,
    builders: dict[str, Builder],
    clock: Clock,
    targets: dict[str, float],
    *,
    tolerance: float = 1e-4,
) -> list[Row]:
    """Compare the results of all, then time ours beside each; ``OURS`` is the captured work.

    Without capture the eager work takes its place, without targets. All are built before any is
    timed, and all take turns.
    """
    contenders = _checked(name, builders, tolerance)
    if OURS not in contenders:
        contenders[OURS] = contenders.pop(EAGER)
        name, targets = f"{name}, eager", {}
    if THREADS > 1:
        name = f"{name}, {THREADS} threads"
    samples = {who: repeated(one.work, clock.calls) for who, one in contenders.items()}
    taken = interleave(samples, rounds=clock.rounds)
    return compared(name, taken, clock.unit, targets, per=clock.per)


def _checked(name: str, builders: dict[str, Builder], tolerance: float) -> dict[str, Contender]:
    """Build all and let each work; raise where the results of two differ.

    A peer that fails is skipped with its reason.
    """
    contenders: dict[str, Contender] = {}
    expected: list[Any] = []
    for who, build in builders.items():
        try:
            contender = build()
            found = [] if contender is None else _results(contender)
        except Exception as error:
            if who in (OURS, EAGER, BY_HAND):
                raise
            reason = str(error).strip().partition("\n")[0]
            print(f"skipped: {who}, {type(error).__name__}: {reason:.200}", file=sys.stderr)
            continue
        if contender is None:
            continue
        expected = expected or found
        for mine, first in zip(found, expected, strict=True):
            assert mine.shape == first.shape, f"{name}: {who} gives {mine.shape}, not {first.shape}"
            differing = 1 - np.isclose(mine, first, tolerance, tolerance / 10).mean()
            assert differing <= STRAY, f"{name}: {who} differs from {next(iter(contenders))}"
        contenders[who] = contender
    return contenders


def _results(contender: Contender) -> list[Any]:
    """Copy the results: later calls write into the same arrays."""
    for _ in range(CHECKED):
        last = contender.work()
    return [np.array(value) for value in contender.results(last)]
