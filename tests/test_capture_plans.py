"""Plans of captured programs: what may share, move or be written early, and what may not."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.capturing.plan.blocks import Block
from autograd_lite.capturing.plan.floats import Floats
from autograd_lite.capturing.plan.memory import Layout
from autograd_lite.capturing.plan.planning import laid_out
from autograd_lite.capturing.plan.simplify import simplified
from autograd_lite.capturing.program import Call, Note, Program, Source, Value
from autograd_lite.capturing.record.tracing import trace
from autograd_lite.capturing.replay.lanes import spread

SIZE, OTHER_SIZE, ROWS = (
    600_000,
    900_000,
    400,
)  # of arrays for blocks


def agrees(function: Callable[..., Any], *arrays: np.ndarray) -> None:
    """Check a captured function against itself, what it writes into its arguments included."""
    captured = ag.capture(function, threads=1)
    for _ in range(2):
        given, taken = [x.copy() for x in arrays], [x.copy() for x in arrays]
        expected, found = function(*given), captured(*taken)
        np.testing.assert_equal(found, expected)
        np.testing.assert_equal(taken, given)


def layout_of(function: Callable[..., Any], *arrays: np.ndarray) -> Layout:
    return laid_out(simplified(trace(function, arrays, {}, list(arrays)).program))


def numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(0.1, 1.0, shape)


# ---- blocks


def two_blocks_in_turn(x: Any, y: Any) -> Any:
    a = np.tanh(np.exp(x) + 1.0) * 2.0
    length = np.dot(a, a)  # after the first block
    p = np.tanh(np.exp(y) + 1.0) * 2.0
    scaled = a * p.max()  # the first block, after the second
    return scaled, p * length  # so the second block, after the first, must be another


def test_no_block_waits_for_itself() -> None:
    x, y = numbers(SIZE), numbers(OTHER_SIZE)
    agrees(two_blocks_in_turn, x, y)
    layout = layout_of(two_blocks_in_turn, x, y)
    assert len(layout.calls) == 12
    assert any([isinstance(step, Block) for step in layout.steps])


def a_row_for_all_parts(x: Any, y: Any) -> Any:
    a = x @ y
    moved = y * 0.5 + a[0]  # each part reads the first row
    powers = np.exp(a)
    return moved * powers, powers @ y


def test_what_all_parts_read_is_not_overwritten_by_the_first() -> None:
    x, y = numbers(ROWS, ROWS) / ROWS, numbers(ROWS, ROWS)
    agrees(a_row_for_all_parts, x, y)
    layout = layout_of(a_row_for_all_parts, x, y)
    blocks = [step for step in layout.steps if isinstance(step, Block)]
    assert any([call.function == "exp" for block in blocks for call in block.calls])
    assert any([block.viewed for block in blocks])


@pytest.mark.parametrize("shape", [(), (SIZE,)])
def test_what_only_the_update_reads_is_kept_for_it(shape: tuple[int, ...]) -> None:
    def trained(*, captured: bool) -> Any:
        p = ag.Variable(numbers(*shape))
        optimizer = ag.optim.SGD([p], lr=0.1)

        def step() -> Any:
            h = p
            for _ in range(6):
                h = ag.tanh(h * h + 0.5)
            optimizer.zero_grad()
            h.sum().backward()
            optimizer.step()

        run = ag.capture(step, threads=1) if captured else step
        for _ in range(3):
            run()
        kinds = [type(x) for x in layout_of(step).steps]
        assert (Block if shape else Floats) in kinds
        return p.data

    np.testing.assert_allclose(trained(captured=True), trained(captured=False), rtol=1e-12)


# ---- homes


def the_old_one_is_read_later(a: Any, b: Any) -> None:
    new, other = a * 2.0, b + a * 3.0
    a[...] = new
    b[...] = other


def each_takes_the_others(a: Any, b: Any) -> None:
    a[...], b[...] = b + 0.0, a + 0.0


def each_is_the_other(a: Any, b: Any) -> None:
    one, other = a.copy(), b.copy()
    a[...] = other
    b[...] = one


def chosen_from_itself(a: Any, b: Any) -> None:
    a[...] = np.where(b > 0.5, a, b)


def chosen_by_itself(a: Any, b: Any) -> None:
    a[...] = np.where(a, b, 3.0)


def chosen_otherwise(a: Any, b: Any) -> None:
    a[...] = np.where(b > 0.5, b, a)


WRITERS = [
    the_old_one_is_read_later,
    each_takes_the_others,
    each_is_the_other,
    chosen_from_itself,
    chosen_by_itself,
    chosen_otherwise,
]


@pytest.mark.parametrize("writer", WRITERS)
def test_what_is_written_outside_is_read_before(writer: Callable[..., None]) -> None:
    agrees(writer, np.array([0.0, 0.2, 0.8]), np.array([0.9, 0.1, 0.7]))


def test_an_old_version_outlives_a_write() -> None:
    def both(x: Any) -> Any:
        y = x * 2.0
        before = y[1:]
        kept = before + 0.0
        z = y.copy()
        z[0] = 5.0
        w = z * 1.0 + y
        z[1] = 6.0
        return kept, y, z, w

    agrees(both, numbers(4))


def test_what_is_returned_twice_is_two_arrays() -> None:
    captured = ag.capture(lambda x: (y := x * 2.0, y))
    one, other = captured(numbers(3))
    assert not np.shares_memory(one, other)
    again, _ = captured(numbers(3))
    assert not np.shares_memory(one, again)


# ---- lanes


def test_after_a_failure_no_part_begins() -> None:
    begun: list[int] = []
    another, failed = Event(), Event()

    def work(part: int, lane: int) -> None:
        begun.append(part)
        if lane:
            another.set()
            failed.wait(5)
            Event().wait(0.002)
            return
        another.wait(5)
        failed.set()
        raise ValueError("a part failed")

    with pytest.raises(ValueError, match="a part failed"):
        spread(work, 300, 2)
    assert another.is_set()
    assert len(begun) < 300


# ---- simplifying


def constant(number: float) -> Value:
    return Value(0, (), np.dtype(float), (), None, np.array(number))


def given() -> Value:
    array = np.array(2.0)
    return Value(1, (), array.dtype, (), Source("argument", 0, array), array)


def called(function: str, *args: Value, phase: str) -> Call:
    call = Call(function, args, {}, (), None, Note(phase))
    with np.errstate(all="ignore"):
        array = np.asarray(getattr(np, function)(*[x.array for x in args]))
    call.results = (Value(2, array.shape, array.dtype, array.strides, call, array),)
    return call


def left(*calls: Call) -> int:
    """Return how many calls there are after simplifying."""
    return len(simplified(Program(calls=list(calls), outputs=[c.result for c in calls])).calls)


@pytest.mark.parametrize(
    ("number", "phase", "count"), [(0, "backward", 1), (0, "forward", 0), (1, "backward", 0)]
)
def test_a_constant_nan_of_backward_is_computed_where_the_trap_listens(
    number: float, phase: str, count: int
) -> None:
    assert left(called("divide", constant(number), constant(number), phase=phase)) == count


@pytest.mark.parametrize(("phases", "count"), [("forward backward", 2), ("update forward", 1)])
def test_what_the_trap_listens_to_is_not_shared(phases: str, count: int) -> None:
    x = given()
    assert left(*[called("log", x, phase=phase) for phase in phases.split()]) == count


def test_a_uniform_array_gives_its_shape_away_only_where_another_has_it() -> None:
    ones = np.full((3, 2), 2.0)
    ones.flags.writeable = False
    layout = layout_of(lambda x: (x * ones, np.multiply(x[:1], ones)), numbers(3, 2))
    shapes = [call.operands[-1].shape for call in layout.calls if call.function == "multiply"]
    assert shapes == [(), (3, 2)]
