"""A gradient of exactly 0 stays 0, whatever lies further up: the walk's trap."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from lookalike import LookAlike

import autograd_lite as ag

LAST = np.array([False, True])

# A function, where its first element is hidden, and the slope at the second, 2.
HIDDEN: dict[str, tuple[Callable[[Any], Any], float, float]] = {
    "x log x at 0": (lambda x: x * ag.log(x), 0.0, np.log(2) + 1),
    "x log x below 0": (lambda x: x * ag.log(x), -1.0, np.log(2) + 1),
    "overflowed exp": (lambda x: ag.exp(x) * x, 1e4, 3 * np.exp(2)),
    "one over exp": (lambda x: x / ag.exp(x), 1e4, -np.exp(-2)),
    "∞ - ∞": (lambda x: ag.exp(x) - ag.exp(x) * x, 1e4, -2 * np.exp(2)),
    "a missing value": (lambda x: x * np.array([np.nan, 3.0]), 1.0, 3.0),
    "a missing value, twice": (lambda x: x * np.array([np.nan, 3.0]) * x, 1.0, 12.0),
    "√ below 0": (lambda x: ag.sqrt(x) * 2.0, -1.0, 2**-0.5),
    "x ** x": (lambda x: x**x, -0.5, 4 * (np.log(2) + 1)),
    "log of a log": (lambda x: ag.log(ag.log(x)), 0.5, 1 / (2 * np.log(2))),
}
HIDING: dict[str, Callable[[Any], Any]] = {
    "where": lambda y: ag.where(LAST, y, 0.0).sum(),
    "where, the other way": lambda y: ag.where(~LAST, 1.0, y).sum(),
    "a slice": lambda y: y[1:].sum(),
    "an index": lambda y: y[[1]].sum(),
    "a mask": lambda y: y[LAST].sum(),
    "an element": lambda y: y[1],
    "take": lambda y: ag.take(y, [1]).sum(),
    "fmax": lambda y: ag.fmax(ag.where(LAST, y, np.nan), -1e300)[1:].sum(),
    "split": lambda y: ag.split(y, 2)[1].sum(),
    "a power of 0": lambda y: (y ** np.array([0.0, 1.0])).sum() - 1.0,
    "the trace": lambda y: ag.trace(ag.stack([y, y]), 1),
    "einsum": lambda y: ag.einsum("ii->", ag.stack([y[::-1], y])) / 2,
    "a later where": lambda y: ag.where(LAST, y * 1.0 + 0.0, 0.0).sum(),
}


@pytest.mark.parametrize("hiding", HIDING)
@pytest.mark.parametrize("hidden", HIDDEN)
@np.errstate(all="ignore")
def test_what_is_hidden_gets_0_and_the_rest_its_slope(hidden: str, hiding: str):
    function, at, slope = HIDDEN[hidden]
    x = ag.Variable([at, 2.0])
    HIDING[hiding](function(x)).backward()
    np.testing.assert_allclose(x.grad, [0.0, slope])


@pytest.mark.parametrize("hidden", HIDDEN)
@np.errstate(all="ignore")
def test_second_derivatives_are_those_of_the_rest_alone(hidden: str):
    function, at, _ = HIDDEN[hidden]
    x = ag.Variable([at, 2.0])
    first = ag.gradients(ag.where(LAST, function(x), 0.0).sum(), x, create_graph=True)
    second = ag.gradients((first + x * 0).sum(), x)

    def slope(value: float) -> float:
        v = ag.Variable([1.0, value])
        return float(ag.gradients(function(v)[1], v)[1])

    step = 1e-6
    expected = (slope(2 + step) - slope(2 - step)) / (2 * step)
    np.testing.assert_allclose(second, [0.0, expected], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("hidden", [name for name in HIDDEN if "missing" not in name])
@np.errstate(all="ignore")
def test_libraries_that_raise_no_flags_are_looked_at_throughout(hidden: str):
    function, at, slope = HIDDEN[hidden]
    x = ag.Variable(LookAlike(np.array([at, 2.0])))
    ag.where(LookAlike(LAST), function(x), 0.0).sum().backward()
    np.testing.assert_allclose(x.grad.get(), [0.0, slope])


@pytest.mark.parametrize(
    "flat", [ag.relu, lambda x: ag.maximum(x, 0.0), lambda x: ag.clip(x, 0.0, 9.0)]
)
@np.errstate(all="ignore")
def test_an_infinite_gradient_does_not_reach_the_flat_side(flat: Any):
    x = ag.Variable([-1.0, 4.0])
    ag.sqrt(flat(x)).sum().backward()
    np.testing.assert_array_equal(x.grad, [0.0, 0.25])


@np.errstate(all="ignore")
def test_an_infinite_gradient_reaches_the_largest_element_only():
    x = ag.Variable([-1.0, 0.0])
    ag.sqrt(ag.max(x)).backward()
    np.testing.assert_array_equal(x.grad, [0.0, np.inf])


@np.errstate(all="ignore")
def test_nan_that_is_honest_stays():
    x = ag.Variable([0.0, 4.0])
    ag.sqrt(x * x).sum().backward()
    np.testing.assert_array_equal(x.grad, [np.nan, 1.0])
    assert np.isnan(ag.gradients(ag.softmax(x * np.array([np.nan, 1.0])).sum(), x)).all()


def test_a_users_rule_that_leaves_a_nan_out_is_minded():
    class Second(ag.Function):
        def forward(self, x: Any) -> Any:
            return x[1]

        def backward(self, gy: Any) -> Any:
            return self.xp.where(np.array([False, True]), gy, 0.0)

    x = ag.Variable([1.0, 2.0])
    Second()(x * np.array([np.nan, 3.0])).backward()
    np.testing.assert_array_equal(x.grad, [0.0, 3.0])


# ---- NumPy's error state is the user's


def honest() -> None:
    x = ag.Variable([0.0])
    with np.errstate(divide="ignore"):
        ag.sqrt(x * x).sum().backward()


def test_an_honest_nan_warns_as_numpy_would():
    with pytest.warns(RuntimeWarning, match="mul: 0 · ∞"):
        honest()


def test_an_honest_nan_raises_where_the_user_asked_for_it():
    with np.errstate(invalid="raise"), pytest.raises(FloatingPointError, match="mul"):
        honest()


def test_what_is_turned_into_0_says_nothing():
    with warnings.catch_warnings(), np.errstate(invalid="raise", over="ignore"):
        warnings.simplefilter("error")
        x = ag.Variable([1e4, 1.0])
        ag.where(LAST, ag.exp(x) * 2.0, 0.0).sum().backward()
    np.testing.assert_allclose(x.grad, [0.0, 2 * np.e])


@pytest.mark.parametrize("fails", [False, True])
def test_the_error_state_is_put_back(fails: bool):
    class Failing(ag.Function):
        def forward(self, x: Any) -> Any:
            return x * 1.0

        def backward(self, gy: Any) -> Any:
            if fails:
                raise ZeroDivisionError
            return gy

    before = np.geterr(), np.geterrcall()
    try:
        Failing()(ag.Variable(1.0)).backward()
    except ZeroDivisionError:
        assert fails
    assert (np.geterr(), np.geterrcall()) == before


def test_rules_and_hooks_of_users_run_in_their_own_error_state():
    seen = []

    class Own(ag.Function):
        def forward(self, x: Any) -> Any:
            return x * 1.0

        def backward(self, gy: Any) -> Any:
            seen.append(np.geterr()["invalid"])
            return gy

    y = Own()(ag.Variable([1.0]))
    y.register_hook(lambda g: seen.append(np.geterr()["invalid"]))
    with np.errstate(invalid="print"):
        y.sum().backward()
    assert seen == ["print", "print"]
