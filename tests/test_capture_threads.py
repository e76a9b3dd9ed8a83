"""Capture and threads: one step called by several, and others that go on eagerly meanwhile."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.arrays import GATE
from autograd_lite.errors import CaptureError


def together(*actions: Any) -> list[Any]:
    """Run actions at the same time; return their results, or raise."""
    with ThreadPoolExecutor(len(actions)) as pool:
        return [f.result(timeout=60) for f in [pool.submit(action) for action in actions]]


def test_several_threads_call_one_step():
    w = ag.Variable(np.zeros(50))
    optimizer = ag.optim.SGD([w], lr=1.0)

    @ag.capture
    def step(x: Any) -> Any:
        optimizer.zero_grad()
        (w * x).sum().backward()
        optimizer.step()
        return x * 2.0

    def calls(k: float) -> None:
        for i in range(200):
            np.testing.assert_array_equal(step(np.full(50, k + i)), np.full(50, 2 * (k + i)))

    together(*[lambda k=k: calls(float(k)) for k in range(4)])
    total = sum(k + i for k in range(4) for i in range(200))
    np.testing.assert_allclose(w.data, np.full(50, -float(total)))


def test_others_compute_eagerly_while_one_captures():
    inside, go_on = threading.Event(), threading.Event()
    shared = ag.Variable(np.ones(3))

    @ag.capture
    def step(x: Any) -> Any:
        y = shared * x
        inside.set()
        assert go_on.wait(30)
        y = y * y
        return y.data

    def other() -> Any:
        assert inside.wait(30)
        v = ag.Variable(np.array([1.0, 2.0]))
        optimizer = ag.optim.Adam([v], lr=0.1)
        y = ag.exp(v) * shared[:2]
        value = y.data.copy()
        assert type(value) is np.ndarray
        assert float(ag.sum(v).item()) == 3.0
        ag.dropout(v)
        optimizer.lr = 0.2
        u = ag.Variable(np.ones(2))
        u.grad = np.ones(2)
        ag.optim.SGD([u], lr=0.5).step()
        np.testing.assert_array_equal(u.data, [0.5, 0.5])
        go_on.set()
        y.sum().backward()
        optimizer.step()
        return v.grad

    result, gradient = together(lambda: step(np.full(3, 2.0)), other)
    np.testing.assert_array_equal(result, [4.0, 4.0, 4.0])
    np.testing.assert_allclose(gradient, np.exp([1.0, 2.0]))
    np.testing.assert_array_equal(step(np.full(3, 3.0)), [9.0, 9.0, 9.0])
    assert "exp" not in step.source
    assert "update" not in step.source


def test_no_gradient_is_lost_while_one_captures():
    """A backward on the same leaf waits for the run that has its gradient in hand."""
    w = ag.Variable(np.ones(3))
    inside = threading.Event()
    started = threading.Event()

    @ag.capture
    def step(x: Any) -> Any:
        (w * x).sum().backward()
        inside.set()
        started.wait(30)
        for _ in range(50):
            y = ag.exp(w)
        return y.data

    def other() -> None:
        assert inside.wait(30)
        y = (w * np.full(3, 10.0)).sum()
        started.set()
        y.backward()

    together(lambda: step(np.ones(3)), other)
    np.testing.assert_array_equal(w.grad, [11.0, 11.0, 11.0])


def test_no_gradient_is_lost_while_programs_run():
    w = ag.Variable(np.zeros(2000))

    @ag.capture
    def step(x: Any) -> Any:
        (w * x).sum().backward()

    w.grad = np.zeros(2000)
    step(np.zeros(2000))

    def captured() -> None:
        for _ in range(300):
            step(np.ones(2000))

    def eager() -> None:
        for _ in range(300):
            (w * np.ones(2000)).sum().backward()

    together(captured, eager, captured, eager)
    np.testing.assert_array_equal(w.grad, np.full(2000, 1200.0))


def test_a_gradient_that_goes_at_the_last_moment(monkeypatch: Any):
    w = ag.Variable(np.ones(3))
    step = ag.capture(lambda x: (w * x).sum().backward())
    step(np.ones(3))
    step(np.ones(3))
    apart = step._latest.apart

    def meanwhile(arrays: Any) -> Any:  # as if another thread had been quicker
        w.zero_grad()
        return apart(arrays)

    monkeypatch.setattr(step._latest, "apart", meanwhile)
    step(np.full(3, 5.0))
    np.testing.assert_array_equal(w.grad, np.full(3, 5.0))


def test_zero_grad_of_another_thread_waits():
    w = ag.Variable(np.ones(3))
    w.grad = np.full(3, 5.0)
    inside, release = threading.Event(), threading.Event()

    @ag.capture
    def step(x: Any) -> Any:
        (w * x).sum().backward()
        inside.set()
        release.wait(0.2)

    def other() -> None:
        assert inside.wait(30)
        w.zero_grad()

    together(lambda: step(np.ones(3)), other)
    assert w.grad is None or set(w.grad.tolist()) <= {1.0, 6.0}
    assert w.grad is None or type(w.grad) is np.ndarray


def test_several_functions_are_captured_at_the_same_time():
    def make(k: float) -> Any:
        w = ag.Variable(np.full(3, k))

        @ag.capture
        def step(x: Any) -> Any:
            w.zero_grad()
            for _ in range(30):
                y = (w * x * k).sum()
            y.backward()
            return w.grad

        return step

    steps = [make(float(k)) for k in range(1, 5)]
    found = together(*[lambda s=s: s(np.ones(3)) for s in steps])
    for k, gradient in enumerate(found, 1):
        np.testing.assert_array_equal(gradient, [k, k, k])
    assert GATE.tracer is None


def test_a_traced_array_is_not_used_in_another_thread():
    w = np.ones(3)

    @ag.capture
    def step(x: Any) -> Any:
        return together(lambda: x + w)[0]

    with pytest.raises(CaptureError, match="another thread"):
        step(np.ones(3))
    assert GATE.tracer is None


def test_modes_are_each_threads_own():
    w = ag.Variable(np.ones(2))
    step = ag.capture(lambda x: x * float((w * x).requires_grad))

    def without() -> Any:
        with ag.no_grad():
            return [step(np.ones(2)) for _ in range(50)]

    def recording() -> Any:
        return [step(np.ones(2)) for _ in range(50)]

    off, on = together(without, recording)
    np.testing.assert_array_equal(off, np.zeros((50, 2)))
    np.testing.assert_array_equal(on, np.ones((50, 2)))
