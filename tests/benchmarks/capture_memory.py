"""What a captured step takes beside its time: memory while it runs, and the capture itself."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from capture_steps import DEEP, NETS, Step, step_of
from contest import EAGER, captured
from harness import MICRO, MILLI, OURS, Row, interleave, repeated
from nets import Net

import autograd_lite as ag

KILOBYTE = 2**10
HALF = 0.5  # of eager's memory
FIXED, PER_CALL, EAGER_STEPS = 0.020, 20e-6, 2  # seconds a capture may take, and eager steps


def rows(*, quick: bool) -> list[Row]:
    """Measure each net; where the library has no capture, eager's memory alone."""
    measured = []
    for net in NETS:
        measured += [_memory(net), *_cost(net, rounds=3 if quick else 9)]
    return measured


def _memory(net: Net) -> Row:
    name = f"capture, memory of a step beyond parameters, gradients, state, {net.name}"
    eager = transient(net, lambda step: step) / KILOBYTE
    if not hasattr(ag, "capture"):
        return Row(f"{name}, eager", "KB", eager)
    ours = transient(net, captured) / KILOBYTE
    return Row(name, "KB", ours, EAGER, eager, ours / eager, HALF)


def transient(net: Net, wrap: Callable[[Step], Any]) -> int:
    """Return the bytes at the peak of a step that are no parameter, gradient or optimizer state.

    Python's objects that are there before the step, such as the program's code, are left out.
    Buffers that a captured program keeps between its steps count as much as those it lets go. An
    array for each gradient is taken off, of a program too that needs none.
    """
    written, parameters = step_of(net)
    x, t = net.examples()
    written(x, t)  # the optimizer has its state now
    for parameter in parameters:
        parameter.zero_grad()
    gc.collect()
    tracemalloc.start()
    try:
        step = wrap(written)
        for _ in range(2):
            step(x, t)
        gc.collect()
        highest = peak_of_arrays(step, x, t)
    finally:
        tracemalloc.stop()
    return highest - sum(int(parameter.data.nbytes) for parameter in parameters)


def peak_of_arrays(step: Step, x: Any, t: Any) -> int:
    """Return the bytes of the arrays before a step, and how much more there is at its peak."""
    arrays = tracemalloc.DomainFilter(inclusive=True, domain=np.lib.tracemalloc_domain)
    kept = tracemalloc.take_snapshot().filter_traces([arrays])
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    step(x, t)
    rise = tracemalloc.get_traced_memory()[1] - before
    return rise + sum(trace.size for trace in kept.traces)


def _cost(net: Net, *, rounds: int) -> list[Row]:
    """Hold a capture with its first step against what it may take, and give its parts."""
    written, _ = step_of(net)
    if (program := captured(written)) is None:
        return []
    x, t = net.examples()
    program(x, t)
    calls = recorded_calls(program.source)

    samples = {
        OURS: repeated(lambda: captured(written)(x, t), 1),
        EAGER: repeated(partial(written, x, t), 1 if net is DEEP else 20),
    }
    taken = interleave(samples, rounds=rounds, warm=2)
    ours, eager = (median([sample[-1] for sample in taken[who]]) for who in (OURS, EAGER))
    allowed = FIXED + PER_CALL * calls + EAGER_STEPS * eager
    name = f"capture, capturing a step of {net.name}"
    (milli, thousand), (micro, million) = MILLI, MICRO
    return [
        Row(name, milli, ours * thousand, "allowed", allowed * thousand, ours / allowed, 1.0),
        Row(f"{name}, by recorded call ({calls})", micro, ours / calls * million),
        Row(f"{name}, in eager steps", "steps", ours / eager),
    ]


def recorded_calls(source: str) -> int:
    """Count the lines of a program that call something: fewer than were recorded, if any."""
    lines = [line.strip() for line in source.splitlines()]
    return sum("(" in line and not line.startswith(("#", "def ", "@")) for line in lines)
