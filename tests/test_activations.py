"""Activations beyond their rows and points: extremes, large arrays, options that are refused."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from drawn import uniform

import autograd_lite as ag
from autograd_lite.errors import (
    ArgumentError,
    MissingDependencyError,
    OperandError,
    ShapeError,
)

SMOOTH: dict[str, Callable[[Any], ag.Variable]] = {
    name: getattr(ag, name) for name in ("sigmoid", "softplus", "silu", "mish", "gelu")
}
KINKED: dict[str, Callable[[Any], ag.Variable]] = {
    **{name: getattr(ag, name) for name in ("relu", "elu", "selu", "hard_sigmoid", "step")},
    "leaky_relu": ag.leaky_relu,
    "steeper below": partial(ag.leaky_relu, alpha=3.0),
    "elu of 0.5": partial(ag.elu, alpha=0.5),
}
ALL = SMOOTH | KINKED
ROWS: dict[str, Callable[[Any], ag.Variable]] = {
    "softmax": ag.softmax,
    "log_softmax": ag.log_softmax,
    "maxout": partial(ag.maxout, pieces=5),
}


def derivatives(f: Callable[[Any], ag.Variable], x: np.ndarray) -> list[np.ndarray]:
    """Return the value, the slope, and the slope of the slope."""
    v = ag.Variable(x)
    y = f(v)
    weights = np.cos(np.arange(y.size)).reshape(y.shape).astype(x.dtype)
    first = ag.gradients(y, v, weights, create_graph=True)
    second = ag.gradients(first + v * 0, v, np.ones_like(x))
    f(v).backward(weights)
    np.testing.assert_allclose(v.grad, first.data, rtol=1e-6, atol=1e-9)
    return [y.data, first.data, second]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ALL)
@np.errstate(over="raise", invalid="raise", divide="raise")
def test_nothing_overflows_far_out(name: str, dtype: Any):
    for size in (2, 10_000):
        for found in derivatives(ALL[name], np.repeat(np.array([-1e4, 1e4], dtype), size // 2)):
            assert np.isfinite(found).all()


@pytest.mark.parametrize("name", ALL)
@np.errstate(over="ignore")
def test_float16_is_finite_at_its_ends(name: str):
    x = ag.Variable([-65504.0, -300.0, 300.0], dtype=np.float16)
    y = ALL[name](x)
    y.backward(np.ones(3, np.float16))
    assert np.isfinite(y.data[1:]).all()
    assert np.isfinite(x.grad).all()


@pytest.mark.parametrize("name", ALL)
def test_large_arrays_are_computed_as_small_ones(name: str):
    x = uniform(0, (90, 100), -6.0, 6.0)
    whole = derivatives(lambda v: ALL[name](v).sum(), x)[1:]
    np.testing.assert_allclose(ALL[name](x).data, np.stack([ALL[name](row).data for row in x]))
    for i, row in enumerate(x):
        alone = derivatives(lambda v: ALL[name](v).sum(), row)[1:]
        for found, expected in zip(whole, alone, strict=True):
            np.testing.assert_allclose(found[i], expected, atol=1e-14)


@pytest.mark.parametrize("columns", [5, 60, 100, 5000])
@pytest.mark.parametrize("name", ROWS)
def test_large_tables_are_computed_as_their_rows(name: str, columns: int):
    x = uniform(0, (5000 // columns + 3, columns))
    f = ROWS[name]

    def total(v: Any) -> ag.Variable:
        y = f(v)
        return (y * y).sum()

    np.testing.assert_allclose(f(x).data, np.stack([f(row).data for row in x]), rtol=1e-12)
    whole = derivatives(total, x)[1:]
    for i, row in enumerate(x):
        for found, expected in zip(whole, derivatives(total, row)[1:], strict=True):
            np.testing.assert_allclose(found[i], expected, rtol=1e-9, atol=1e-10)


def test_no_digit_of_a_tiny_result_is_lost():
    np.testing.assert_allclose(ag.softplus([-40.0]).data, math.exp(-40), rtol=1e-15)
    np.testing.assert_allclose(ag.sigmoid([-40.0]).data, math.exp(-40), rtol=1e-15)
    np.testing.assert_allclose(ag.mish([-40.0]).data, -40 * math.exp(-40), rtol=1e-14)
    np.testing.assert_allclose(ag.elu([-1e-12]).data, -1e-12, rtol=1e-11)
    np.testing.assert_allclose(ag.log_softmax([0.0, -40.0]).data[0], -math.exp(-40), rtol=1)


@pytest.mark.parametrize("name", ALL)
def test_missing_values_stay_missing(name: str):
    found = ALL[name](np.array([np.nan, 1.0])).data
    assert np.isnan(found[0]) == (name != "step")
    assert not np.isnan(found[1])


@pytest.mark.parametrize("size", [3, 9999])
@pytest.mark.parametrize("name", ALL)
def test_whole_numbers_are_taken(name: str, size: int):
    x = np.arange(size) % 3 - 1
    np.testing.assert_allclose(ALL[name](x).data, ALL[name](x.astype(float)).data, rtol=1e-6)


def test_a_step_hides_what_is_missing_above_it():
    x = ag.Variable([-1.0, 4.0])
    with np.errstate(invalid="ignore"):
        (ag.step(ag.sqrt(x)) + x).sum().backward()
    np.testing.assert_array_equal(x.grad, [1.0, 1.0])


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        # Derivatives of x σ(x) are n σ⁽ⁿ⁻¹⁾ at 0, those of σ: 1/2, 1/4, 0, -1/8.
        (ag.silu, [0, 1 / 2, 1 / 2, 0, -1 / 2]),
        (ag.sigmoid, [1 / 2, 1 / 4, 0, -1 / 8]),
        (ag.softplus, [math.log(2), 1 / 2, 1 / 4, 0, -1 / 8]),
        # x (3 + 16 x/… ): tanh(log 2 + u) with u = x/2 + x²/8 + …
        (ag.mish, [0, 0.6, 0.64]),
    ],
)
def test_every_derivative_at_0(function: Any, expected: list[float]):
    x = ag.Variable(0.0)
    y = function(x)
    for order, value in enumerate(expected):
        np.testing.assert_allclose(y.item(), value, atol=1e-14, err_msg=f"order {order}")
        y = ag.gradients(y + x * 0, x, create_graph=True)


# ---- gelu, exactly


class TestExactGelu:
    def test_values_have_all_their_digits(self):
        pytest.importorskip("scipy")
        x = np.array([-20.0, -3.0, -1e-3, 0.0, 0.5, 30.0])
        expected = [0.5 * v * math.erfc(-v / math.sqrt(2)) for v in x]
        np.testing.assert_allclose(ag.gelu(x, "none").data, expected, rtol=1e-13)

    def test_derivatives_agree_with_differences(self):
        pytest.importorskip("scipy")
        exact = partial(ag.gelu, approximate="none")
        ag.gradcheck(exact, [uniform(0, (3, 4))])
        ag.gradgradcheck(exact, [uniform(0, (3, 4))])

    @pytest.mark.parametrize("dtype", [np.float16, np.float32])
    def test_dtypes_are_kept(self, dtype: Any):
        pytest.importorskip("scipy")
        x = ag.Variable([-300.0, 1.0, 300.0], dtype=dtype)
        y = ag.gelu(x, approximate="none")
        y.sum().backward()
        assert y.dtype == x.grad.dtype == dtype
        np.testing.assert_allclose(x.grad, [0, 1.0833155, 1], rtol=1e-3)

    def test_both_forms_are_near_each_other(self):
        pytest.importorskip("scipy")
        x = np.linspace(-5, 5, 101)
        np.testing.assert_allclose(ag.gelu(x).data, ag.gelu(x, "none").data, atol=1e-3)

    def test_without_scipy_the_message_says_what_to_install(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "scipy.special", None)
        with pytest.raises(MissingDependencyError, match=r"autograd-lite\[scipy\]"):
            ag.gelu([1.0], approximate="none")
        assert ag.gelu([0.0]).data == 0

    def test_other_forms_are_unknown(self):
        with pytest.raises(ArgumentError, match="'tanh' or 'none'"):
            ag.gelu([1.0], approximate="erf")


# ---- ties and options


def test_equal_members_of_a_group_share_whatever_the_axis():
    x = ag.Variable(np.array([[1.0, 5.0], [1.0, 6.0], [0.0, 7.0]]))
    y = ag.maxout(x, 3, axis=0)
    np.testing.assert_array_equal(y.data, [[1, 7]])
    y.backward(np.array([[2.0, 3.0]]))
    np.testing.assert_array_equal(x.grad, [[1, 0], [1, 0], [0, 3]])


def test_a_missing_value_is_the_largest_of_its_group():
    x = ag.Variable([np.nan, 1.0, 2.0, 3.0])
    y = ag.maxout(x, 2)
    np.testing.assert_array_equal(y.data, [np.nan, 3.0])
    y.backward(np.ones(2))
    np.testing.assert_array_equal(x.grad, [0, 0, 0, 1])


def test_slopes_below_0_promote_nothing():
    x = ag.Variable([-1.0, 1.0], dtype=np.float32)
    for y in (ag.leaky_relu(x, np.float64(0.1)), ag.elu(x, np.float64(0.1))):
        y.sum().backward()
        assert y.dtype == x.grad.dtype == np.float32


def test_a_masked_class_gets_no_share():
    x = ag.Variable([1.0, -np.inf, 1.0])
    shares, logs = ag.softmax(x), ag.log_softmax(x)
    np.testing.assert_array_equal(shares.data, [0.5, 0, 0.5])
    np.testing.assert_array_equal(logs.data[1], -np.inf)
    logs[0].backward()
    np.testing.assert_array_equal(x.grad, [0.5, 0, -0.5])


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda x: ag.leaky_relu(x, -0.1), ArgumentError),
        (lambda x: ag.leaky_relu(x, math.nan), ArgumentError),
        (lambda x: ag.elu(x, math.inf), ArgumentError),
        (lambda x: ag.elu(x, [0.1, 0.2]), OperandError),
        (lambda x: ag.maxout(x, 4), ShapeError),
        (lambda x: ag.maxout(x, 0), ArgumentError),
        (lambda x: ag.maxout(x, 1.5), OperandError),
        (lambda x: ag.maxout(x, 2, axis=2), ShapeError),
        (lambda x: ag.softmax(x, axis=2), ShapeError),
        (lambda x: ag.log_softmax(x, axis=-3), ShapeError),
        (lambda x: ag.softmax(x[0, 0]), ShapeError),
        (lambda x: ag.softmax(x[:, :0]), ShapeError),
    ],
)
def test_what_cannot_be_used_raises(call: Any, error: type[Exception]):
    with pytest.raises(error):
        call(ag.Variable(np.ones((2, 6))))
