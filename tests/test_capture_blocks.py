"""Blocks of a captured program compute what eager code does, whatever they are made of."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from time import sleep
from typing import Any

import numpy as np
import pytest
from elementwise import Maker, make_small, programs, step_of
from hypothesis import Phase, given, settings

import autograd_lite as ag
from autograd_lite.capturing import capture
from autograd_lite.capturing.replay import lanes


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let small arrays be large ones."""
    with pytest.MonkeyPatch.context() as patch:
        make_small(patch)
        yield


def source_of(captured: Any) -> str:
    ((replay,),) = captured._kinds.values()
    text: str = replay.source
    return text


def outcome(step: Callable[[], Any], leaves: list[ag.Variable]) -> list[np.ndarray]:
    loss, results = step()
    return [loss, *results, *[leaf.grad for leaf in leaves]]


@settings(max_examples=150, deadline=None, phases=[Phase.generate], report_multiple_bugs=False)
@given(programs())
def test_random_programs_in_blocks(drawn: tuple[list[np.ndarray], Maker, bool]) -> None:
    arrays, function, doubles = drawn
    leaves = [ag.Variable(a, requires_grad=True) for a in arrays]
    step = step_of(leaves, function)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        make_small(patch)
        warnings.simplefilter("ignore")
        expected = outcome(step, leaves)
        before = None
        for threads in (1, 2, 3):
            captured = capture(step, threads=threads)
            for _ in range(2):
                found = outcome(captured, leaves)
                for one, other in zip(found, expected, strict=True):
                    assert (one.shape, one.dtype) == (other.shape, other.dtype)
                    few = 1e-9 if doubles else 1e-4  # sums of float32 cancel
                    size = max(np.abs(other).max(initial=0.0), 1.0)
                    np.testing.assert_allclose(one, other, rtol=few, atol=few * size)
                if before is not None:
                    for one, other in zip(found, before, strict=True):
                        assert one.tobytes() == other.tobytes()
                before = found


def grown(size: int) -> list[ag.Variable]:
    rng = np.random.default_rng(size)
    return [ag.Variable(rng.normal(size=size), requires_grad=True) for _ in range(3)]


def chain(x: Any, w: Any, b: Any) -> Any:
    return ag.sum(ag.tanh(x * w + b) * ag.sigmoid(x) + ag.exp(-x * x))


def one_step(leaves: list[ag.Variable]) -> Callable[[], Any]:
    def step() -> Any:
        loss = chain(*leaves)
        for leaf in leaves:
            leaf.grad = None
        loss.backward()
        return loss

    return step


@pytest.mark.parametrize("size", [1, 7, 8, 64, 1000, 1001])
def test_forward_and_backward_are_one_loop(size: int) -> None:
    leaves = grown(size)
    step = one_step(leaves)
    loss = step().data
    slopes = [leaf.grad.copy() for leaf in leaves]
    captured = capture(step, threads=1)
    np.testing.assert_allclose(captured().data, loss, rtol=1e-12)
    for leaf, slope in zip(leaves, slopes, strict=True):
        assert np.array_equal(leaf.grad, slope)
    assert source_of(captured).count("for part in range") == (size >= 8)


def test_threads_share_the_parts_and_find_what_is_invalid() -> None:
    values = np.ones(4000)
    values[3777] = -1.0
    leaf = ag.Variable(values, requires_grad=True)
    seen = set()
    barrier = threading.Barrier(2, timeout=30)

    def work(part: int, lane: int) -> None:
        if part < 2:
            barrier.wait()
        seen.add((lane, threading.get_ident(), np.geterr()["divide"]))

    with np.errstate(divide="ignore"):
        lanes.spread(work, 9, 2)
    assert {lane for lane, _, _ in seen} == {0, 1}
    assert len({thread for _, thread, _ in seen}) == 2
    assert {treatment for _, _, treatment in seen} == {"ignore"}

    def step() -> Any:
        loss = ag.sum(ag.log(leaf * leaf) * 2 + ag.sqrt(leaf))
        return loss.data

    captured = capture(step, threads=2)
    with np.errstate(all="ignore"):
        captured()
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        captured()
    assert "spread(" in source_of(captured)


def test_an_error_in_any_lane_reaches_the_caller() -> None:
    def work(part: int, lane: int) -> None:
        done.append(part)
        if part == wrong:
            raise IndexError(part)

    for wrong in range(12):
        done: list[int] = []
        with pytest.raises(IndexError, match=str(wrong)):
            lanes.spread(work, 12, 3)
        assert len(done) == len(set(done))
    wrong, done = -1, []
    lanes.spread(work, 12, 3)
    assert sorted(done) == list(range(12))


def test_the_default_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(lanes, "_usable_cores", lambda: 8)
    assert lanes.lanes_for(None) == 8
    monkeypatch.setenv("OMP_NUM_THREADS", "3,2")
    assert lanes.lanes_for(None) == 3
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    assert lanes.lanes_for(None) == 1
    assert lanes.lanes_for(5) == 5
    for wrong in (0, -1, 2.0, True):
        with pytest.raises(ag.errors.ArgumentError, match="threads"):
            lanes.lanes_for(wrong)  # type: ignore[arg-type]


def test_what_is_drawn_and_checked_keeps_its_order() -> None:
    leaf = ag.Variable(np.ones(64), requires_grad=True)
    labels = np.zeros(64, int)

    def step(t: np.ndarray) -> Any:
        x = ag.dropout(leaf.reshape(32, 2) * 3, 0.5)
        return ag.softmax_cross_entropy(ag.dropout(ag.exp(x), 0.5), t[:32]).data

    ag.seed(0)
    expected = [step(labels) for _ in range(3)]
    ag.seed(0)
    captured = capture(step)
    np.testing.assert_allclose([captured(labels) for _ in range(3)], expected, rtol=1e-12)


def test_an_array_that_is_parted_here_and_whole_there() -> None:
    x = ag.Variable(np.arange(64.0).reshape(8, 8), requires_grad=True)
    v = ag.Variable(np.linspace(1, 2, 8), requires_grad=True)

    def step() -> Any:
        doubled = v * 2
        loss = ag.sum(ag.sum(x + doubled, axis=1) * doubled)
        for leaf in (x, v):
            leaf.grad = None
        loss.backward()
        return loss

    expected = [step().data, x.grad, v.grad]
    found = [capture(step, threads=1)().data, x.grad, v.grad]
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_nobody_works_on_when_the_caller_goes_on() -> None:
    working = set()
    both = threading.Barrier(2, timeout=30)

    def work(part: int, lane: int) -> None:
        working.add(lane)
        if part < 2:
            both.wait()
        if lane == 0:
            working.discard(lane)
            raise ValueError
        sleep(0.05)
        working.discard(lane)

    with pytest.raises(ValueError):
        lanes.spread(work, 9, 2)
    assert not working
