"""Threads and tasks: no update is lost, no mode leaks, whatever they do at the same time."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import GraphError
from autograd_lite.functions.arithmetic import Multiply
from autograd_lite.graph import STATE, hooks, is_recording, variable

THREADS = 8
ROUNDS = 80


@pytest.fixture(autouse=True)
def switching_often():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)
    assert STATE.observer is None
    assert is_recording()


def together(*works: Callable[[int], Any]) -> list[Any]:
    """Run works in threads that start at the same moment; raise the first error of any."""
    barrier, results, errors = threading.Barrier(len(works)), [None] * len(works), []

    def run(i: int) -> None:
        try:
            barrier.wait(30)
            results[i] = works[i](i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]
    return results


def whole(*shape: int) -> np.ndarray:
    """Return small whole numbers: their sums are exact in any order."""
    return np.random.default_rng(0).integers(-3, 4, shape).astype(float)


class Double(ag.Function):
    def forward(self, x):
        return 2 * x

    def backward(self, gy):
        return 2 * gy


class SumAndDifference(ag.Function):
    outputs = ("total", "rest")

    def forward(self, a, b):
        return a + b, a - b

    def backward(self, g_total, g_rest):
        return g_total + g_rest, g_total - g_rest


class TestSharedLeaves:
    @pytest.mark.parametrize("rows", [3, 30])  # the larger is not small enough for pictures
    def test_no_update_is_lost(self, rows):
        w, b = ag.Variable(whole(rows, 4)), ag.Variable(whole(4))

        def loss(i: int) -> ag.Variable:
            h = w * float(i + 1) + b
            total, rest = SumAndDifference()(h, Double()(w))
            return (total * w).sum() + rest.reshape(-1)[[0, 0]].sum()

        def work(i: int) -> None:
            for n in range(ROUNDS):
                with ag.no_grad():
                    assert not loss(i).requires_grad
                    with ag.enable_grad():
                        y = loss(i)
                    y.backward(retain_grads=n % 2 == 0)
                assert loss(i).requires_grad

        expected = [np.zeros(w.shape), np.zeros(b.shape)]
        for i in range(THREADS):
            found = ag.gradients(loss(i), [w, b])
            expected = [total + ROUNDS * g for total, g in zip(expected, found, strict=True)]
        together(*[work] * THREADS)
        np.testing.assert_array_equal(w.grad, expected[0])
        np.testing.assert_array_equal(b.grad, expected[1])

    def test_a_first_gradient_that_several_bring(self):
        def work(i: int) -> None:
            (x * float(i)).sum().backward()

        for _ in range(ROUNDS):
            x = ag.Variable(whole(40))
            together(*[work] * THREADS)
            np.testing.assert_array_equal(x.grad, np.full(40, 28.0))

    def test_gradients_of_gradients(self):
        x = ag.Variable(whole(5))
        cube = x.data**3

        def work(i: int) -> None:
            for _ in range(ROUNDS):
                y = (x**2 * (x * x)).sum()
                g = ag.gradients(y, x, create_graph=True)
                np.testing.assert_allclose(g.data, 4 * cube, atol=1e-12)
                second = ag.gradients(g.sum(), x)
                np.testing.assert_allclose(second, 12 * x.data**2, atol=1e-12)

        together(*[work] * THREADS)
        assert x.grad is None

    def test_one_thread_fails_and_the_others_do_not(self):
        class Fails(ag.Function):
            def forward(self, x):
                return x * 1.0

            def backward(self, gy):
                raise ZeroDivisionError

        x = ag.Variable(whole(3))

        def work(i: int) -> None:
            for _ in range(ROUNDS):
                if i % 2:
                    with pytest.raises(ZeroDivisionError):
                        (Fails()(x) * x).sum().backward()
                else:
                    (x * 2.0).sum().backward()

        together(*[work] * THREADS)
        np.testing.assert_array_equal(x.grad, np.full(3, 2.0 * ROUNDS * THREADS / 2))

    def test_what_is_looked_up_for_the_first_time(self, monkeypatch):
        """Shared constants, outlines and namespaces are filled by whoever comes first."""
        from autograd_lite.graph.function import Outline

        monkeypatch.setattr(Outline, "_known", {})

        def work(i: int) -> None:
            for n in range(1, ROUNDS):
                x = ag.Variable(whole(n))
                (x * (n + 0.5) + x).sum().backward()
                np.testing.assert_array_equal(x.grad, np.full(n, n + 1.5))

        together(*[work] * THREADS)


class TestModes:
    def test_each_thread_has_its_own(self):
        shared = {True: ag.enable_grad(), False: ag.no_grad()}
        x = ag.Variable(2.0)

        def enter_all(modes: list[bool], instances: dict[bool, Any] | None) -> None:
            with ExitStack() as stack:
                for records in modes:
                    own = ag.enable_grad() if records else ag.no_grad()
                    stack.enter_context(instances[records] if instances else own)
                    assert is_recording() == records
                    assert (x * 2.0).requires_grad == records
                raise ZeroDivisionError

        def work(i: int) -> None:
            rng = np.random.default_rng(i)
            for _ in range(ROUNDS):
                modes = (rng.random(4) < 0.5).tolist()
                with pytest.raises(ZeroDivisionError):
                    enter_all(modes, shared if i % 2 else None)
                assert is_recording()

        with ag.no_grad():
            together(*[work] * THREADS)
            assert not is_recording()

    @pytest.mark.parametrize("shared", [False, True])
    def test_each_task_has_its_own(self, shared):
        """Also where tasks use one instance, and leave in the order in which they entered."""
        instance = ag.enable_grad()

        async def task(records: bool, steps: list[int]) -> None:
            with ag.enable_grad() if records else ag.no_grad():
                with instance if shared else ag.enable_grad():
                    assert is_recording()
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
                assert is_recording() == records
                steps.append(1)

        async def main() -> None:
            steps: list[int] = []
            await asyncio.gather(*[task(i % 2 == 0, steps) for i in range(6)])
            assert len(steps) == 6
            assert is_recording()

        asyncio.run(main())


class TestObservers:
    def test_debugging_and_drawing_while_others_work(self):
        w = ag.Variable(whole(3))

        def debugging(i: int) -> None:
            for _ in range(ROUNDS):
                with ag.debug():
                    (w * w).sum().backward()

        def drawing(i: int) -> None:
            for _ in range(ROUNDS // 4):
                y = (Double()(w) * 3.0).sum()
                assert ag.draw(y).dot == ag.draw(y).dot

        def working(i: int) -> None:
            for _ in range(ROUNDS):
                total, rest = SumAndDifference()(w, w * 2.0)
                with ag.no_grad():
                    Double()(w)
                (total * 2.0 + rest).sum().backward()

        together(*[debugging] * 3, *[drawing] * 2, *[working] * 3)
        expected = 3 * ROUNDS * 2 * w.data + 3 * ROUNDS * 5.0
        np.testing.assert_array_equal(w.grad, expected)

    @pytest.mark.parametrize("leaves", [True, False], ids=["leaves", "enters"])
    def test_one_that_comes_or_goes_at_any_line(self, leaves):
        """What another thread's debug block does to this one, between any two lines of the graph.

        A trace function is called before every line, so that no line is left to chance.
        """

        def program() -> None:
            x = ag.Variable(np.array([1.0, 2.0]))
            with ag.no_grad():
                Double()(x * 2.0)
            total, rest = SumAndDifference()(x, Double()(x))
            y = ag.where([True, False], total, rest) * x
            y.sum().backward()

        assert disturbed(program, leaves=leaves) > 100


def disturbed(program: Callable[[], None], *, leaves: bool) -> int:
    """Run a program as often as it has lines, and switch the observer before another one each."""
    observer = ag.debug()
    lines = wanted = 0

    def trace(frame: Any, event: str, _: Any) -> Any:
        nonlocal lines
        if not frame.f_globals.get("__name__", "").startswith("autograd_lite.graph"):
            return None
        if event == "line":
            lines += 1
            if lines == wanted:
                STATE.observer = None if leaves else observer
        return trace

    while lines >= wanted:
        lines, wanted = 0, wanted + 1
        STATE.observer = observer if leaves else None
        sys.settrace(trace)
        try:
            program()
        finally:
            sys.settrace(None)
            STATE.observer = None
    return wanted


class TestWrites:
    """A write in one thread is noticed by the graphs of all."""

    def test_one_that_another_thread_overtakes(self, monkeypatch):
        """Its number is drawn; before it is noted, another thread records, writes, and is done."""
        x, other = ag.Variable([2.0]), ag.Variable([1.0])
        made = []

        def record_and_write() -> None:
            made.append((x * x).sum())
            x.assign([5.0])

        thread = threading.Thread(target=record_and_write)
        draw = hooks.next_order

        def interrupted() -> int:
            number = draw()
            monkeypatch.setattr(hooks, "next_order", draw)
            thread.start()
            thread.join(0.3)  # it may have to wait for this write to be noted
            return number

        monkeypatch.setattr(hooks, "next_order", interrupted)
        other.assign([3.0])
        thread.join(30)
        with pytest.raises(GraphError, match="written"):
            made[0].backward()

    def test_one_that_comes_while_forward_computes(self, monkeypatch):
        """The node has read the old value, and keeps the memory that then changes."""
        x = ag.Variable([2.0])
        forward = Multiply.forward

        def interrupted(self: Multiply, a: np.ndarray, b: np.ndarray) -> np.ndarray:
            out = forward(self, a, b)
            thread = threading.Thread(target=x.assign, args=([5.0],))
            thread.start()
            thread.join(0.3)
            return out

        monkeypatch.setattr(Multiply, "forward", interrupted)
        y = (x * x).sum()
        assert y.item() == 4.0
        with pytest.raises(GraphError, match="written"):
            y.backward()

    def test_one_that_is_noted_but_not_yet_done(self, monkeypatch):
        """Value and gradient belong together, or backward raises."""
        x, made = ag.Variable([2.0]), []
        bump = hooks.bump

        def interrupted(*versions: hooks.Version) -> None:
            bump(*versions)
            if not made:
                thread = threading.Thread(target=lambda: made.append((x * x).sum()))
                thread.start()
                thread.join(0.3)

        monkeypatch.setattr(variable, "bump", interrupted)
        x.assign([5.0])
        try:
            made[0].backward()
        except GraphError:
            return
        assert x.grad.item() == 2 * made[0].item() ** 0.5

    def test_optimizers_in_several_threads(self):
        """Each with leaves of its own: a backward after the step raises, one before it does not."""

        def work(i: int) -> None:
            w = ag.Variable(whole(4))
            optimizer = ag.optim.SGD([w], lr=0.5)
            for _ in range(ROUNDS):
                before = w.data.copy()
                late = (w * w).sum()
                (w * 2.0).sum().backward()
                optimizer.step()
                optimizer.zero_grad()
                np.testing.assert_array_equal(w.data, before - 1.0)
                with pytest.raises(GraphError, match="written"):
                    late.backward()
                assert w.grad is None

        together(*[work] * THREADS)
