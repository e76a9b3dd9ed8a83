"""Exponentials, powers, trigonometric and hyperbolic functions where their points cannot say it."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial, pi
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError


def derivatives(f: Callable[[Any], ag.Variable], at: float, orders: int) -> list[float]:
    """Return f and its derivatives at a point, each from the one before."""
    x = ag.Variable(at)
    y = f(x)
    found = [y.item()]
    for _ in range(orders):
        y = ag.gradients(y + x * 0, x, create_graph=True)
        found.append(y.item())
    return found


def sinc_derivative(x: float, order: int) -> float:
    """Return a derivative of sinc by its Taylor series, which for |x| <= 1 needs few terms."""
    terms = [
        (-1) ** k * pi ** (2 * k) * x ** (2 * k - order) / (2 * k + 1) / factorial(2 * k - order)
        for k in range((order + 1) // 2, 24)
    ]
    return sum(terms)


@pytest.mark.parametrize("x", [0.0, -0.0, 1e-9, -1e-3, 0.1, -0.2499, 0.25, 0.2501, -0.5, 1.0])
def test_four_derivatives_of_sinc_have_their_digits_through_0(x: float):
    expected = [sinc_derivative(x, order) for order in range(5)]
    np.testing.assert_allclose(derivatives(ag.sinc, x, 4), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("function", "at", "slope"),
    [
        (ag.expm1, 1e-20, 1.0),
        (ag.expm1, -50.0, 1.9287498479639178e-22),
        (ag.log1p, 1e-20, 1.0),
        (ag.log1p, -1 + 2**-40, 2.0**40),
        (ag.arcsin, 1 - 2**-40, 2.0**20 / (2 - 2**-40) ** 0.5),
        (ag.arccos, -1 + 2**-40, -(2.0**20) / (2 - 2**-40) ** 0.5),
        (ag.arctanh, 1 - 2**-40, 2.0**40 / (2 - 2**-40)),
        (ag.arccosh, 1 + 2**-40, 2.0**20 / (2 + 2**-40) ** 0.5),
        (ag.arcsinh, 1e200, 1e-200),
        (ag.arccosh, 1e200, 1e-200),
        (lambda x: ag.logaddexp(x, 0.0), -50.0, 1.9287498479639178e-22),
        (lambda x: ag.logaddexp(50.0, x), 0.0, 1.9287498479639178e-22),
        (lambda x: ag.hypot(x, 4e200), 3e200, 0.6),
        (lambda x: ag.hypot(x, 4e-200), 3e-200, 0.6),
        (lambda x: ag.arctan2(x, 4e200), 3e200, 1.6e-201),
        (lambda x: ag.arctan2(x, 4e-200), 3e-200, 1.6e199),
    ],
)
def test_slopes_have_all_their_digits(function: Any, at: float, slope: float):
    np.testing.assert_allclose(derivatives(function, at, 1)[1], slope, rtol=2e-15, atol=0)


@pytest.mark.parametrize(
    ("function", "at", "expected"),
    [
        (ag.cbrt, -8.0, [-2.0, 1 / 12, 1 / 144]),
        (ag.reciprocal, -2.0, [-0.5, -0.25, -0.25]),
        (ag.tan, pi / 4, [1.0, 2.0, 4.0]),
        (lambda x: x**3, -2.0, [-8.0, 12.0, -12.0, 6.0, 0.0]),
        (lambda x: x**4, 0.0, [0.0, 0.0, 0.0, 0.0, 24.0]),
        (lambda x: x**-1, -2.0, [-0.5, -0.25, -0.25, -0.375]),
        (lambda x: x**-2, -2.0, [0.25, 0.25, 0.375]),
        (lambda x: x**0.5, 4.0, [2.0, 0.25, -1 / 32, 3 / 256]),
        (lambda x: x**-0.5, 4.0, [0.5, -1 / 16, 3 / 128]),
        (lambda x: ag.logaddexp(x, 3.0), 3.0, [3 + np.log(2), 0.5, 0.25, 0.0, -0.125]),
        (lambda x: ag.logaddexp(x, -np.inf), -np.inf, [-np.inf, 0.5, 0.0]),
        (lambda x: ag.hypot(x, 0.0), 0.0, [0.0, 0.0, 0.0]),
        (lambda x: ag.arctan2(x, 0.0), 0.0, [0.0, 0.0, 0.0]),
        (lambda x: ag.arctan2(0.0, x), 0.0, [0.0, 0.0, 0.0]),
    ],
)
@np.errstate(invalid="ignore")  # of -∞ · 0, in the helper
def test_derivatives_of_every_order(function: Any, at: float, expected: list[float]):
    found = derivatives(function, at, len(expected) - 1)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(
    "pair", [(-np.inf, -np.inf), (np.inf, np.inf), (0.0, 0.0), (-np.inf, 0.0), (1e4, -1e4)]
)
@pytest.mark.parametrize("function", [ag.logaddexp, ag.hypot, ag.arctan2])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@np.errstate(all="raise", under="ignore")
def test_values_at_the_extremes_raise_no_flag(function: Any, pair: Any, dtype: Any):
    a, b = (np.full(3, value, dtype) for value in pair)
    expected = getattr(np, function.__name__)(a, b)
    y = function(ag.Variable(a), ag.Variable(b))
    np.testing.assert_allclose(y.data, expected, rtol=2 * float(np.finfo(dtype).eps))


@pytest.mark.parametrize(("at", "slope"), [(300.0, 1 / 300), (1e4, 1e-4)])
@pytest.mark.parametrize("function", [ag.arcsinh, ag.arccosh])
def test_float16_squares_do_not_overflow(function: Any, at: float, slope: float):
    x = ag.Variable([at], dtype=np.float16)
    function(x).sum().backward()
    np.testing.assert_allclose(x.grad, [slope], rtol=2e-3)


def test_sinc_of_float16_has_its_own_accuracy():
    x = np.linspace(-20, 20, 401).astype(np.float16)
    v = ag.Variable(x)
    y = ag.sinc(v)
    assert y.dtype == np.float16
    np.testing.assert_allclose(y.data, np.sinc(x.astype(float)), atol=3e-4)


# ---- integers and numbers


@pytest.mark.parametrize(
    "function",
    [ag.reciprocal, ag.sqrt, ag.cbrt, ag.exp2, ag.log1p, ag.sinc, lambda x: ag.hypot(x, 3)],
)
def test_integers_give_floats(function: Any):
    whole = np.array([1, 2, 4])
    np.testing.assert_allclose(function(whole).data, function(whole * 1.0).data, rtol=1e-15)


def test_logaddexp_and_arctan2_of_integers():
    whole = np.array([0, 1])
    np.testing.assert_array_equal(ag.logaddexp(whole, whole).data, np.logaddexp(whole, whole))
    np.testing.assert_array_equal(ag.arctan2(whole, 1).data, np.arctan2(whole, 1))


def test_powers_of_integers_are_numpys_or_raise():
    whole = np.array([-2, 3])
    for exponent in (0, 1, 2, 3, 4):
        power = ag.power(whole, exponent)
        assert power.dtype == whole.dtype
        np.testing.assert_array_equal(power.data, whole**exponent)
    np.testing.assert_array_equal(ag.power(whole, -1.0).data, whole**-1.0)
    for exponent in (-1, [1, -1]):
        with pytest.raises(ArgumentError, match="negative powers"):
            ag.power(whole, exponent)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("number", [-3, -2, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4, 5, True])
def test_a_number_and_an_array_of_it_are_the_same_exponent(dtype: Any, number: Any):
    x, same = (ag.Variable([0.5, 1.0, 2.0], dtype=dtype) for _ in range(2))
    y, z = x**number, same ** np.full(3, number, dtype)
    (y * y).sum().backward()
    (z * z).sum().backward()
    tolerance = 4 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(y.data, z.data, rtol=tolerance)
    np.testing.assert_allclose(x.grad, same.grad, rtol=4 * tolerance)
    assert y.dtype == x.grad.dtype == dtype
    assert not np.shares_memory(y.data, x.data)
