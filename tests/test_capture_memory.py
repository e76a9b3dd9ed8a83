"""No live value of a captured program is overwritten: every byte is followed through a step."""

from __future__ import annotations

import gc
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from elementwise import Maker, make_small, programs, step_of
from hypothesis import Phase, given, settings

import autograd_lite as ag
from autograd_lite.capturing import capture
from autograd_lite.capturing.plan.blocks import Block
from autograd_lite.capturing.plan.floats import Floats
from autograd_lite.capturing.plan.knowledge import elementwise, is_view
from autograd_lite.capturing.plan.memory import Layout
from autograd_lite.capturing.plan.planning import laid_out
from autograd_lite.capturing.plan.simplify import simplified
from autograd_lite.capturing.program import Call, Program, Source, Value, read_by, root_of
from autograd_lite.capturing.record.tracing import trace

Region = tuple[np.ndarray, int, int]  # the owner of each byte, and from where to where


class Simulation:
    """Runs a layout on memory whose bytes know only which value they belong to."""

    def __init__(self, program: Program, layout: Layout) -> None:
        self.program = program
        self.layout = layout
        self.memory = np.full(layout.size, -1)
        self.own: dict[Value, np.ndarray] = {}
        for value in program.inputs:
            self.own[value] = np.full(value.size * value.dtype.itemsize, value.number)

    def run(self) -> None:
        for place, step in enumerate(self.layout.steps):
            if place == self.layout.early:
                self.outside_is_untouched()
            if isinstance(step, Block):
                self.block(step)
            elif isinstance(step, Floats):
                for call in step.calls:
                    self.call(call)
            else:
                self.call(step)
        kept = [effect.value for effect in self.program.effects] + self.program.outputs
        for value in [*kept, *[g.value for g in self.program.gradients if g.value is not None]]:
            self.holds(value)

    def outside_is_untouched(self) -> None:
        for value in self.program.inputs:
            assert (self.own[value] == value.number).all()

    def region(self, value: Value) -> Region:
        size = value.size * value.dtype.itemsize
        if value in self.layout.homes:
            return self.own[self.layout.homes[value]], 0, size
        if value in self.layout.offsets:
            start = self.layout.offsets[value]
            assert start + size <= self.layout.size
            return self.memory, start, start + size
        return self.own.setdefault(value, np.full(size, -1)), 0, size

    def holds(self, value: Value) -> None:
        root = root_of(value)
        if root.origin is not None:
            owner, start, stop = self.region(root)
            assert (owner[start:stop] == root.number).all(), f"{root} was overwritten"

    def call(self, call: Call) -> None:
        read = [value for value in read_by(call) if value.origin is not None]
        for value in read:
            self.holds(value)
        if is_view(call):
            return
        for result in call.results:
            owner, start, stop = self.region(result)
            owner[start:stop] = result.number
        kept = read if not elementwise(call.function) else []
        for value in kept + (read[:2] if call.function == "where" else []):
            self.holds(value)

    def block(self, block: Block) -> None:
        """Run several lanes at a time, call by call."""
        for first in range(0, block.parts, block.threads):
            parts = range(first, min(first + block.threads, block.parts))
            for call in block.calls:
                for part in parts:
                    self.part(block, call, part, part - first)
        for total in block.totals:
            size = total.size * total.dtype.itemsize
            start = self.layout.partials[total]
            assert (self.memory[start : start + size * block.parts] == total.number).all()
            owner, start, stop = self.region(total)
            owner[start:stop] = total.number

    def part(self, block: Block, call: Call, part: int, lane: int) -> None:
        for value in call.operands:
            if value in block.parted and type(value.origin) is Call and is_view(value.origin):
                self.holds(value)
            elif value in block.parted and value.origin is not None:
                owner, start, stop = self.part_of(block, value, part, lane)
                assert (owner[start:stop] == value.number).all(), f"{value} was overwritten"
            else:
                self.holds(value)
        result = call.result
        if result in block.totals:
            size = result.size * result.dtype.itemsize
            start = self.layout.partials[result] + part * size
            self.memory[start : start + size] = result.number
            return
        owner, start, stop = self.part_of(block, result, part, lane)
        owner[start:stop] = result.number

    def part_of(self, block: Block, value: Value, part: int, lane: int) -> Region:
        row = value.size // block.cut.length * value.dtype.itemsize
        rows = min(block.rows, block.cut.length - part * block.rows)
        assert rows > 0
        if value in block.inner and value not in self.layout.homes:
            start = self.layout.offsets[value] + lane * self.layout.lanes[block]
            assert start + rows * row <= self.layout.size
            return self.memory, start, start + rows * row
        owner, start, _ = self.region(value)
        start += part * block.rows * row
        return owner, start, start + rows * row


def simulate(step: Callable[[], Any], threads: int = 1) -> Layout:
    run = trace(step, (), {}, [])
    program = simplified(run.program)
    layout = laid_out(program, threads)
    made = [result for call in layout.calls for result in call.results]
    assert sorted(v.number for v in made) == sorted(
        r.number for call in program.calls for r in call.results
    )
    Simulation(program, layout).run()
    return layout


@settings(max_examples=60, deadline=None, phases=[Phase.generate])
@given(programs())
def test_random_programs_overwrite_nothing(drawn: tuple[list[np.ndarray], Maker, bool]) -> None:
    arrays, function, _ = drawn
    leaves = [ag.Variable(a, requires_grad=True) for a in arrays]
    step = step_of(leaves, function)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        make_small(patch)
        for threads in (1, 3):
            simulate(step, threads)


OPTIMIZERS: dict[str, Callable[[Any], Any]] = {
    "SGD": lambda p: ag.optim.SGD(p, lr=0.1),
    "momentum": lambda p: ag.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
    "Adam": lambda p: ag.optim.Adam(p, lr=0.01),
    "AdamW": lambda p: ag.optim.AdamW(p, lr=0.01),
}


def training(
    optimizer: str, width: int = 24, depth: int = 0
) -> tuple[Callable[[], Any], ag.nn.Module]:
    middle = [
        layer for i in range(depth) for layer in (ag.nn.Linear(width, width, rng=i), ag.nn.ReLU())
    ]
    model = ag.nn.Sequential(
        ag.nn.Linear(20, width, rng=0), ag.nn.ReLU(), *middle, ag.nn.Linear(width, 7, rng=1)
    )
    update = OPTIMIZERS[optimizer](model.parameters())
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100 if depth else 33, 20)).astype(np.float32)
    t = rng.integers(0, 7, len(x))

    def step() -> Any:
        loss = ag.softmax_cross_entropy(model(x), t)
        update.zero_grad()
        loss.backward()
        update.step()
        return loss

    return step, model


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("small", [False, True])
def test_training_steps_overwrite_nothing(
    optimizer: str, small: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if small:
        make_small(monkeypatch)
    layout = simulate(training(optimizer)[0], threads=2)
    assert any([isinstance(step, Block) for step in layout.steps]) == small
    late = layout.steps[layout.early :]
    assert all([call.note.phase != "backward" for step in late for call in calls(step)])
    assert layout.homes  # parameters are computed where they are
    assert all([isinstance(source.origin, Source) for source in layout.homes.values()])


def calls(step: Any) -> list[Call]:
    return step.calls if isinstance(step, Block) else [step]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_updates_in_blocks_train_the_same(optimizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)
    (step, model), (captured, twin) = training(optimizer), training(optimizer)
    replayed = capture(captured, threads=2)
    for _ in range(4):
        np.testing.assert_allclose(replayed().data, step().data, rtol=1e-6)
    for one, other in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_allclose(one.data, other.data, rtol=2e-5, atol=1e-7)


def transient(run: Callable[[], Any]) -> int:
    """Return the most memory that a call has beyond what there is after another one."""
    gc.collect()
    tracemalloc.start()
    run()
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    run()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most - before


def elementwise_step(size: int) -> Callable[[], Any]:
    rng = np.random.default_rng(0)
    x, w, b = [ag.Variable(rng.normal(size=size), requires_grad=True) for _ in range(3)]

    def step() -> Any:
        loss = ag.sum(ag.tanh(x * w + b) * ag.sigmoid(x) + ag.exp(-x * x))
        for leaf in (x, w, b):
            leaf.grad = None
        loss.backward()
        return loss

    return step


def test_half_of_the_memory_at_most_for_elements() -> None:
    eager, captured = elementwise_step(400_000), capture(elementwise_step(400_000), threads=1)
    captured()
    assert 2 * memory_of(captured) <= transient(eager)


def test_half_of_the_memory_at_most_for_layers() -> None:
    (eager, model), (step, _) = training("Adam", 400, depth=6), training("Adam", 400, depth=6)
    captured = capture(step, threads=1)
    captured()
    gradients = sum([p.data.nbytes for p in model.parameters()])  # in the program's memory
    assert 2 * (memory_of(captured) - gradients + transient(captured)) <= transient(eager)


def memory_of(captured: Any) -> int:
    """Return the bytes that a program keeps."""
    ((replay,),) = captured._kinds.values()
    return max([memory.nbytes for memory in _cells(replay._step)])


def _cells(function: Any) -> list[np.ndarray]:
    arrays = [cell.cell_contents for cell in function.__closure__ or ()]
    bases = [a.base for a in arrays if isinstance(a, np.ndarray) and a.base is not None]
    return [base for base in bases if base.dtype == np.uint8]
