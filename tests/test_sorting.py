"""Sorting, quantiles, NaN left out, writes: ties, places, and what is refused."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, AutogradError, DTypeError, ShapeError
from autograd_lite.functions.ranks import METHODS


def gradient_of(function: Any, x: Any, arriving: Any = None) -> np.ndarray:
    v = ag.Variable(x)
    y = function(v)
    y.backward(np.ones(y.shape) if arriving is None else np.asarray(arriving, float))
    return v.grad


# ---- order


@pytest.mark.parametrize("size", [5, 100, 3000])
def test_equal_elements_keep_their_order(size: int):
    x = np.random.default_rng(0).integers(0, 4, size).astype(float)
    arriving = np.arange(1.0, size + 1.0)
    expected = np.zeros(size)
    expected[np.argsort(x, kind="stable")] = arriving
    np.testing.assert_array_equal(gradient_of(ag.sort, x, arriving), expected)


def test_a_sort_without_gradient_is_the_same():
    x = np.array([0.0, nan, -0.0, 3.0, -inf, -0.0])
    recorded, plain = ag.sort(ag.Variable(x)).data, ag.sort(x).data
    np.testing.assert_array_equal(recorded, plain)
    np.testing.assert_array_equal(np.signbit(recorded), np.signbit(plain))


@pytest.mark.parametrize("kth", [0, 7, -1, (3, 9)])
def test_a_partition_parts(kth: Any):
    x = np.random.default_rng(1).normal(size=20)
    y = ag.partition(ag.Variable(x), kth).data
    for k in np.atleast_1d(kth) % 20:
        assert y[k] == np.sort(x)[k]
        assert (y[:k] <= y[k]).all()
        assert (y[k:] >= y[k]).all()
    assert sorted(y) == sorted(x)


@pytest.mark.parametrize("method", METHODS)
def test_quantiles_are_numpys_wherever_they_lie(method: str):
    shares = np.linspace(0.0, 1.0, 61)
    for n in range(1, 9):
        x = np.random.default_rng(n).normal(size=n)
        expected = np.quantile(x, shares, method=method)
        np.testing.assert_allclose(ag.quantile(x, shares, method=method).data, expected, 1e-13)


@pytest.mark.parametrize("function", [ag.quantile, ag.nanquantile])
def test_the_shares_of_a_quantile_add_up(function: Any):
    x = np.random.default_rng(2).integers(0, 3, 11).astype(float)
    for share in np.linspace(0, 1, 7):
        slopes = gradient_of(lambda v, q=share: function(v, q), x)
        assert slopes.sum() == pytest.approx(1.0)
        assert np.count_nonzero(slopes) <= 2


def test_equal_neighbours_give_exactly_their_value():
    x = np.full(7, 0.1)
    assert (ag.quantile(x, np.linspace(0, 1, 33)).data == 0.1).all()


@pytest.mark.parametrize("q", [-0.1, 1.1, nan, [0.5, 2.0]])
def test_shares_outside_of_0_to_1_are_refused(q: Any):
    with pytest.raises(ArgumentError, match="0 to 1"):
        ag.quantile(ag.Variable([1.0, 2.0]), q)
    with pytest.raises(ArgumentError, match="0 to 100"):
        ag.percentile(ag.Variable([1.0, 2.0]), -1)


# ---- NaN left out

LEAVING = [ag.nansum, ag.nanprod, ag.nanmean, ag.nanmax, ag.nanmin, ag.nanvar, ag.nanstd]
LEAVING += [ag.nanmedian, ag.nan_to_num, ag.nancumsum, ag.nancumprod]


@pytest.mark.parametrize("arriving", [1.0, 0.0, inf, nan])
@pytest.mark.parametrize("function", LEAVING)
@pytest.mark.filterwarnings("ignore:All-NaN slice")
@np.errstate(all="ignore")
def test_nan_gets_exactly_0_whatever_arrives(function: Any, arriving: float):
    for x in ([1.0, nan, 3.0], [nan, nan], [nan]):
        y = function(ag.Variable(x))
        slopes = gradient_of(function, x, np.full(y.shape, arriving))
        np.testing.assert_array_equal(slopes[np.isnan(x)], 0.0)


@pytest.mark.parametrize("function", LEAVING)
@np.errstate(all="ignore")
def test_a_computed_nan_sends_nothing_back(function: Any):
    slopes = gradient_of(lambda v: function(ag.log(v) * 1.0), [-1.0, 2.0, 5.0])
    assert slopes[0] == 0.0
    assert np.isfinite(slopes).all()


@pytest.mark.parametrize("name", ["nansum", "nanmean", "nanmax", "nanvar", "nanstd", "nanmedian"])
def test_numpys_functions_record(name: str):
    x = np.array([[1.0, nan, 3.0], [4.0, 5.0, nan]])
    y = getattr(np, name)(ag.Variable(x), axis=1)
    assert y.requires_grad
    np.testing.assert_allclose(y.data, getattr(np, name)(x, axis=1), 1e-15)


@pytest.mark.parametrize("function", [ag.nanmean, ag.nanmax, ag.nanvar, ag.median, ag.quantile])
def test_nothing_is_refused(function: Any):
    arguments = [0.5] if function is ag.quantile else []
    with pytest.raises(ShapeError):
        function(ag.Variable(np.zeros((2, 0))), *arguments, axis=1)


# ---- writes


def test_writes_leave_what_was_there():
    x, y = ag.Variable([1.0, 2.0]), ag.Variable(np.array([5.0]))
    z = ag.set_at(x, [0], y)
    np.testing.assert_array_equal(x.data, [1.0, 2.0])
    assert not np.shares_memory(z.data, x.data)


def test_of_two_writes_to_a_place_one_gets_the_gradient():
    index = np.random.default_rng(3).integers(0, 50, 400)
    x, y = ag.Variable(np.zeros(50)), ag.Variable(np.arange(400.0))
    z = ag.set_at(x, index, y)
    z.backward(np.arange(1.0, 51.0))
    np.testing.assert_allclose(z.data @ np.arange(1.0, 51.0), y.grad @ y.data)
    assert np.count_nonzero(y.grad) == np.unique(index).size
    np.testing.assert_array_equal(x.grad != 0, ~np.isin(np.arange(50), index))


@np.errstate(all="ignore")
def test_what_is_overwritten_sends_nothing_back():
    assert gradient_of(lambda v: ag.set_at(ag.log(v), 0, 1.0), [-1.0, 2.0]).tolist() == [0.0, 0.5]


def test_numpys_writes_in_place_are_refused():
    v = ag.Variable([1.0, 2.0])
    with pytest.raises(AutogradError):
        np.put_along_axis(v, np.array([0]), 5.0, 0)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda v: ag.scatter(v, [2], 1.0), ArgumentError),
        (lambda v: ag.scatter(v, [[0]], 1.0), ShapeError),
        (lambda v: ag.set_at(v, [0, 1], [1.0, 2.0, 3.0]), ShapeError),
        (lambda v: ag.compress([True] * 3, v), ShapeError),
        (lambda v: ag.compress([1, 0], v), DTypeError),
        (lambda v: ag.select([], []), ArgumentError),
        (lambda v: ag.choose([2, 0], [v, v]), ArgumentError),
        (lambda v: ag.partition(v, 2), ArgumentError),
        (lambda v: ag.quantile(v, 0.5, method="best"), ArgumentError),
        (lambda v: ag.interp(v, [1.0, 0.0], [1.0, 2.0]), ArgumentError),
        (lambda v: ag.interp(v, [1.0], [1.0, 2.0]), ShapeError),
        (lambda v: ag.convolve(v, []), ShapeError),
        (lambda v: ag.convolve(v, v, "some"), ArgumentError),
        (lambda v: ag.average(v, weights=[1.0, -1.0]), ArgumentError),
        (lambda v: ag.average(v, weights=[1.0]), ShapeError),
        (lambda v: ag.cov(v[:1]), ArgumentError),
        (lambda v: ag.diff(v, -1), ArgumentError),
        (lambda v: ag.gradient(v, edge_order=2), ShapeError),
    ],
)
def test_what_cannot_be_done_is_refused(call: Any, error: type[Exception]):
    with pytest.raises(error):
        call(ag.Variable([1.0, 2.0]))


# ---- convolution, interpolation


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_every_pair_of_lengths_is_numpys(mode: str):
    rng = np.random.default_rng(4)
    for n in range(1, 7):
        for m in range(1, 7):
            a, v = rng.normal(size=n), rng.normal(size=m)
            for ours, theirs in ((ag.convolve, np.convolve), (ag.correlate, np.correlate)):
                np.testing.assert_allclose(ours(a, v, mode).data, theirs(a, v, mode), 1e-12)


def test_interpolation_of_a_periodic_function():
    x, knots, y = np.linspace(-5, 9, 30), np.array([2.5, 0.2, 1.2]), np.array([1.0, 4.0, 2.0])
    found = ag.interp(x, knots, ag.Variable(y), period=3.0)
    np.testing.assert_allclose(found.data, np.interp(x, knots, y, period=3.0), 1e-12)
    assert ag.gradcheck(lambda *a: ag.interp(*a, period=3.0), [x, knots, y])


def test_searching_gives_plain_arrays():
    v = ag.Variable([[3.0, 1.0], [0.0, 2.0]])
    for found in (ag.argmax(v, 1), ag.argmin(v, 1), ag.argsort(v), ag.nonzero(v)[0]):
        assert isinstance(found, np.ndarray)
    assert ag.searchsorted(ag.Variable([1.0, 2.0]), v).tolist() == [[2, 0], [0, 1]]
    assert np.argsort(v).tolist() == [[1, 0], [0, 1]]
    assert np.argsort(v, kind="stable").tolist() == [[1, 0], [0, 1]]
