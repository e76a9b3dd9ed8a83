"""Capture at singular points: a gradient of exactly 0 stays 0, as it does eagerly."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from test_zero_gradients import HIDDEN, HIDING

import autograd_lite as ag
from autograd_lite.checking.points import _Run
from autograd_lite.checking.probe import pulled_back
from autograd_lite.checking.selfcheck import public_function
from autograd_lite.graph.composed import proven

ORDINARY = 3.0


def slopes(function: Callable[[Any], Any], wrap: Any, values: list[Any]) -> list[Any]:
    """Return the gradients at some places, one after the other."""
    x = ag.Variable(np.array(values[0], float))

    def step(at: Any) -> Any:
        x.assign(at)
        x.zero_grad()
        function(x).backward()

    called = wrap(step)
    found = []
    for value in values:
        called(np.array(value, float))
        found.append(x.grad.copy())
    return found


@pytest.mark.parametrize("hiding", HIDING)
@pytest.mark.parametrize("hidden", HIDDEN)
@np.errstate(all="ignore")
def test_what_is_hidden_gets_0(hidden: str, hiding: str):
    function, at, slope = HIDDEN[hidden]
    values = [[ORDINARY, 2.0], [at, 2.0], [ORDINARY, 2.0], [at, 2.0]]
    eager = slopes(lambda x: HIDING[hiding](function(x)), lambda f: f, values)
    captured = slopes(lambda x: HIDING[hiding](function(x)), ag.capture, values)
    np.testing.assert_array_equal(captured, eager)
    np.testing.assert_allclose(captured[1], [0.0, slope])


@pytest.mark.parametrize("hidden", HIDDEN)
@np.errstate(all="ignore")
def test_what_is_hidden_when_it_is_captured(hidden: str):
    function, at, _ = HIDDEN[hidden]
    values = [[at, 2.0], [ORDINARY, 2.0], [at, 2.0]]
    eager = slopes(lambda x: HIDING["where"](function(x)), lambda f: f, values)
    captured = slopes(lambda x: HIDING["where"](function(x)), ag.capture, values)
    np.testing.assert_array_equal(captured, eager)


POINTS = [
    pytest.param(operation, point, id=f"{name}-{i}")
    for name, operation in proven().items()
    for i, point in enumerate(operation.points)
]


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize(("operation", "point"), POINTS)
@np.errstate(all="ignore")
def test_the_points_of_the_registry(operation: Any, point: Any, create_graph: bool):
    run = _Run(public_function(operation), point, "float64", "cpu")

    def step(*seeds: Any) -> Any:
        outputs = run.outputs()
        found = pulled_back(outputs, run.operands, seeds, create_graph=create_graph)
        return [y.data for y in outputs], [g.data if create_graph else g for g in found]

    captured = ag.capture(step)
    for nothing in (False, True, False):
        seeds = run.seeds(run.outputs(), nothing=nothing)
        for a, b in zip(captured(*seeds), step(*seeds), strict=True):
            for x, y in zip(a, b, strict=True):
                np.testing.assert_array_equal(x, y)


def test_nothing_is_written_twice_and_nothing_drawn_twice():
    def make() -> Any:
        ag.seed(5)
        w = ag.Variable(np.ones(20))
        optimizer = ag.optim.SGD([w], lr=0.5, momentum=0.9)

        def step(x: Any) -> Any:
            optimizer.zero_grad()
            y = ag.dropout(ag.where(x > 0, ag.log(x * w), 0.0), 0.5)
            y.sum().backward()
            optimizer.step()
            return ag.dropout(np.ones(20)).data

        return step, lambda: [w.data, ag.dropout(np.ones(20)).data]

    places = [np.linspace(low, 2.0, 20) for low in (1.0, -1.0, 1.0, -1.0, -1.0, -1.0, 1.0, 1.0)]
    found = []
    for wrap in (lambda f: f, ag.capture):
        step, state = make()
        step = wrap(step)
        with np.errstate(all="ignore"):
            results = [step(x) for x in places]
        found.append([*results, *state()])
    for a, b in zip(*found, strict=True):
        np.testing.assert_array_equal(b, a)


def test_a_step_that_springs_every_time_is_not_tried_every_time(monkeypatch: Any):
    tried = []
    x = ag.Variable(np.zeros(2))
    step = ag.capture(lambda: ag.where([False, True], ag.log(x) * x, 1.0).sum().backward())
    with np.errstate(all="ignore"):
        x.grad = np.zeros(2)
        step()
        replay = step._latest
        monkeypatch.setattr(replay, "_step", lambda *given: tried.append(given))
        for _ in range(100):
            step()
    assert 4 < len(tried) < 12


def test_it_is_tried_again_when_all_is_well():
    x = ag.Variable(np.zeros(2))

    @ag.capture
    def step(at: Any) -> Any:
        x.zero_grad()
        y = ag.where([False, True], ag.log(x + at) * (x + at), 0.0)
        y.sum().backward()

    with np.errstate(all="ignore"):
        for _ in range(5):
            step(np.zeros(2))
        for _ in range(10):
            step(np.ones(2))
            np.testing.assert_array_equal(x.grad, [0.0, 1.0])
    assert step._latest.patience.left == 0
    assert step._latest.patience.next == 0


@np.errstate(all="ignore")
def test_nan_that_is_honest_stays():
    x = ag.Variable(np.array([0.0, 4.0]))

    @ag.capture
    def step() -> Any:
        x.zero_grad()
        ag.sqrt(x * x).sum().backward()

    for _ in range(2):
        step()
        np.testing.assert_array_equal(x.grad, [np.nan, 1.0])


def honest() -> Any:
    x = ag.Variable(np.array([1.0]))

    @ag.capture
    def step(at: Any) -> Any:
        x.zero_grad()
        ag.sqrt((x * at) * (x * at)).sum().backward()

    step(np.ones(1))
    return step


def test_an_honest_nan_warns_or_raises_as_the_user_asked():
    step = honest()
    with pytest.warns(RuntimeWarning, match="mul: 0 · ∞"), np.errstate(divide="ignore"):
        step(np.zeros(1))
    raising = np.errstate(invalid="raise", divide="ignore")
    with raising, pytest.raises(FloatingPointError, match="mul"):
        step(np.zeros(1))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")
        step(np.zeros(1))


@np.errstate(all="ignore")
def test_a_leaf_that_holds_nan_and_a_result_that_holds_one():
    x = ag.Variable(np.array([np.nan, 2.0]))
    w = ag.Variable(np.array([1.0, 2.0]))

    def step(mask: Any) -> Any:
        w.zero_grad()
        x.zero_grad()
        y = x * w
        ag.where(mask, y, 0.0).sum().backward()
        return y.data

    captured = ag.capture(step)
    for mask in ([False, True], [True, True], [False, False]):
        mask = np.array(mask)
        step(mask)
        expected = w.grad.copy(), x.grad.copy()
        captured(mask)
        np.testing.assert_array_equal((w.grad, x.grad), expected)


@np.errstate(all="ignore")
def test_constants_alone_may_spring_the_trap():
    x = ag.Variable(np.array([1.0, 2.0]))

    def step(at: Any) -> Any:
        x.zero_grad()
        ag.where([False, True], (x * at) * [np.inf, 3.0], 0.0).sum().backward()

    step(np.ones(2))
    expected = x.grad.copy()
    np.testing.assert_array_equal(expected, [0.0, 3.0])
    captured = ag.capture(step)
    for _ in range(2):
        captured(np.ones(2))
        np.testing.assert_array_equal(x.grad, expected)


def test_draws_that_were_kept_are_not_used_later():
    from autograd_lite.arrays.gate import drawn_before

    ag.seed(0)
    kept = np.zeros(100, bool)
    with drawn_before([kept, kept]):
        assert not ag.dropout(np.ones(100)).data.any()
    assert ag.dropout(np.ones(100)).data.any()
