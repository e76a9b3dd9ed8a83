"""Selection and rounding beyond the table: NaN, crossing bounds, steps, remainders."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, AutogradError, OperandError, ShapeError

# ---- NaN


@pytest.mark.parametrize("function", [ag.fmax, ag.fmin])
@pytest.mark.parametrize("first", [True, False])
@np.errstate(all="ignore")
def test_a_computed_nan_that_is_left_out_sends_nothing_back(function: Any, first: bool):
    x = ag.Variable([-1.0, 4.0])
    limit = np.array([0.5, 3.0 if function is ag.fmax else -3.0])
    roots = ag.log(x) * 1.0
    y = function(roots, limit) if first else function(limit, roots)
    taken = (np.log(4.0) > limit[1]) == (function is ag.fmax)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [0.0, 0.25 * taken])


@pytest.mark.parametrize("function", [ag.maximum, ag.minimum])
def test_nan_on_either_side_is_not_left_out(function: Any):
    assert np.isnan(function(ag.Variable([nan, 1.0]), [1.0, nan]).data).all()


@pytest.mark.parametrize("function", [ag.maximum, ag.minimum, ag.fmax, ag.fmin])
def test_a_value_chosen_from_itself_has_slope_1(function: Any):
    x = ag.Variable([1.0, -2.0, 0.0])
    function(x, x).sum().backward()
    np.testing.assert_array_equal(x.grad, 1.0)


def test_infinite_gradients_go_to_the_chosen_operand_alone():
    x, y = ag.Variable([1.0, 2.0]), ag.Variable([2.0, 1.0])
    ag.maximum(x, y).backward(np.array([inf, inf]))
    np.testing.assert_array_equal(x.grad, [0.0, inf])
    np.testing.assert_array_equal(y.grad, [inf, 0.0])


# ---- clip


@pytest.mark.parametrize(
    "bounds",
    [(-1.0, 1.0), (None, 1.0), (-1, None), (None, None), (1.0, -1.0), (1, 1), (-inf, inf)],
)
def test_clip_is_numpys(bounds: tuple[Any, Any]):
    x = np.array([-2.0, -1.0, 0.5, 1.0, 3.0, inf, -inf, nan])
    np.testing.assert_array_equal(ag.clip(x, *bounds).data, np.clip(x, *bounds))
    for dtype in (np.float16, np.float32):
        v = ag.Variable(x, dtype=dtype)
        assert ag.clip(v, *bounds).dtype == dtype
    for low, high in ({"min": bounds[0], "max": bounds[1]}.values(), bounds):
        np.testing.assert_array_equal(ag.clip(x, min=low, max=high).data, np.clip(x, *bounds))


def test_where_bounds_cross_the_upper_one_holds_and_nothing_goes_back():
    x = ag.Variable([-3.0, -1.0, 0.0, 1.0, 2.0])
    ag.clip(x, 1.0, -1.0).sum().backward()
    np.testing.assert_array_equal(x.grad, 0.0)


def test_variables_as_bounds_get_the_gradient_of_what_lies_outside():
    x, low, high = (
        ag.Variable([[-3.0, 0.0], [5.0, 1.0]]),
        ag.Variable(-1.0),
        ag.Variable([2.0, 0.5]),
    )
    ag.clip(x, low, high).sum().backward()
    np.testing.assert_array_equal(x.grad, [[0.0, 1.0], [0.0, 0.0]])
    np.testing.assert_array_equal(low.grad, 1.0)
    np.testing.assert_array_equal(high.grad, [1.0, 1.0])


def test_a_bound_of_two_names_is_refused():
    with pytest.raises(ArgumentError, match="a_min and min"):
        ag.clip(ag.Variable(1.0), 0.0, min=0.0)


# ---- steps

STEPS = {
    "sign": (ag.sign, np.sign),
    "floor": (ag.floor, np.floor),
    "ceil": (ag.ceil, np.ceil),
    "trunc": (ag.trunc, np.trunc),
    "round": (ag.round, np.round),
    "round to 1": (lambda x: ag.round(x, 1), lambda x: np.round(x, 1)),
}


@pytest.mark.parametrize("step", STEPS)
def test_steps_send_exactly_0_back_whatever_arrives(step: str):
    function, numpys = STEPS[step]
    x = ag.Variable([-0.5, 0.25, 1.0, -0.0, 1e300, nan])
    y = function(x)
    np.testing.assert_array_equal(y.data, numpys(x.data))
    y.backward(np.array([1.0, inf, nan, -inf, -1.0, nan]))
    np.testing.assert_array_equal(x.grad, 0.0)
    assert not np.signbit(x.grad).any()


def test_round_of_float16_does_not_overflow_on_the_way():
    x = ag.Variable([1000.0, 0.126], dtype=np.float16)
    np.testing.assert_array_equal(ag.round(x, 2).data, np.array([1000.0, 0.13], np.float16))
    assert ag.round(x, 2).dtype == np.float16


def test_round_takes_whole_decimals_only():
    with pytest.raises(OperandError, match="decimals"):
        ag.round(ag.Variable(1.0), 1.5)


# ---- mod


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("size", [1, 5000])
def test_mod_is_numpys_for_every_sign_and_extreme(size: int, dtype: Any):
    numbers = np.array([0.0, -0.0, 1.0, -1.0, 5.5, -5.5, 1e-30, -1e-30, 1e30, 3.0, 0.1], dtype)
    a, b = (grid.ravel() for grid in np.meshgrid(numbers, numbers[2:]))
    a, b = np.tile(a, size), np.tile(b, size)
    np.testing.assert_array_equal(ag.mod(a, b).data, np.mod(a, b))
    with np.errstate(all="ignore"):
        for extreme in (inf, -inf, nan, 0.0):
            c = np.full_like(b, extreme)
            np.testing.assert_array_equal(ag.mod(a, c).data, np.mod(a, c))
            np.testing.assert_array_equal(ag.mod(c, b).data, np.mod(c, b))


@pytest.mark.parametrize("size", [1, 10_000])
def test_mod_of_many_float32_has_its_slopes(size: int):
    a = ag.Variable(np.tile([5.5, -5.5, 5.5, -5.5], size), dtype=np.float32)
    b = ag.Variable(np.tile([2.0, 2.0, -2.0, -2.0], size), dtype=np.float32)
    ag.mod(a, b).sum().backward()
    np.testing.assert_array_equal(a.grad, 1.0)
    np.testing.assert_array_equal(b.grad, np.tile([-2.0, 3.0, 3.0, -2.0], size))


def test_shapes_that_do_not_fit_are_named():
    for function in (ag.minimum, ag.fmax, ag.mod):
        with pytest.raises(AutogradError, match=r"\(2,\) and \(3,\)"):
            function(ag.Variable([1.0, 2.0]), [1.0, 2.0, 3.0])


def test_a_condition_that_does_not_fit_is_named():
    with pytest.raises(ShapeError, match=r"where: .* the condition has shape \(2,\)"):
        ag.where(np.array([True, False]), ag.Variable(np.ones(3)), 0.0)
