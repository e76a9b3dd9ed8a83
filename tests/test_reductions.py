"""Reductions, statistics, products and running sums beyond the table: extremes, zeros, errors."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from itertools import product
from math import inf
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, AutogradError, OperandError, ShapeError

Function = Callable[..., Any]

# ---- nothing to reduce


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
@pytest.mark.parametrize("name", ["mean", "max", "min", "logsumexp", "var", "std"])
def test_what_nothing_has_not_raises(name: str, axis: Any):
    with pytest.raises(ShapeError, match=f"{name}: axis .* is empty"):
        getattr(ag, name)(ag.Variable(np.zeros((0, 0))), axis=axis)


@pytest.mark.parametrize("name", ["mean", "max", "min", "logsumexp", "var", "std", "norm"])
def test_no_results_at_all_are_fine(name: str):
    x = ag.Variable(np.zeros((0, 3)))
    y = getattr(ag, name)(x, axis=1)
    y.backward(np.zeros(0))
    assert y.shape == (0,)
    assert x.grad.shape == (0, 3)


@pytest.mark.parametrize("ord", [None, 1, 0, inf, 3, "fro"])
def test_every_norm_of_nothing_is_0(ord: Any):
    x = ag.Variable(np.zeros((0, 2)))
    y = ag.norm(x, ord, (0, 1) if ord == "fro" else 0)
    np.testing.assert_array_equal(y.data, np.zeros(() if ord == "fro" else 2))
    y.backward(np.ones(y.shape))
    assert x.grad.shape == (0, 2)


def test_nothing_has_no_least_element():
    with pytest.raises(ShapeError, match="empty"):
        ag.norm(ag.Variable(np.zeros((0, 2))), -inf, 0)


@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
def test_sums_of_nothing_are_0_and_products_1(axis: Any, keepdims: bool):
    for ours, numpys in ((ag.sum, np.sum), (ag.prod, np.prod)):
        x = ag.Variable(np.zeros((0, 2)))
        y = ours(x, axis, keepdims)
        expected = numpys(x.data, axis=axis, keepdims=keepdims)
        np.testing.assert_array_equal(y.data, expected)
        y.backward(np.ones(y.shape))
        assert x.grad.shape == (0, 2)


@pytest.mark.parametrize("function", [ag.cumsum, ag.cumprod])
def test_running_over_nothing_gives_nothing(function: Function):
    for axis, shape in ((None, (0,)), (0, (0, 2)), (1, (0, 2))):
        x = ag.Variable(np.zeros((0, 2)))
        y = function(x, axis)
        assert y.shape == shape
        y.backward(np.zeros(shape))
        assert x.grad.shape == (0, 2)


# ---- arguments


@pytest.mark.parametrize("function", [ag.var, ag.std])
def test_ddof_must_leave_something(function: Function):
    for ddof in (3, 4, 3.5, float("nan")):
        with pytest.raises(ArgumentError, match=r"ddof is .* only 3 elements"):
            function(ag.Variable(np.ones((2, 3))), axis=1, ddof=ddof)
    with pytest.raises(ArgumentError):
        function(ag.Variable([1.0]), ddof=1)
    with pytest.raises(OperandError, match="ddof"):
        function(ag.Variable([1.0, 2.0]), ddof="1")


@pytest.mark.parametrize("name", ["sum", "min", "prod", "var", "logsumexp", "cumsum", "cumprod"])
@pytest.mark.parametrize("axis", [2, -3, 0.5])
def test_axes_out_of_range_are_refused(name: str, axis: Any):
    with pytest.raises(AutogradError, match=f"{name}: axis"):
        getattr(ag, name)(ag.Variable(np.ones((2, 2))), axis=axis)


@pytest.mark.parametrize("ord", [3, 0, "Fro", "fru"])
def test_matrix_norms_of_other_orders_are_refused(ord: Any):
    with pytest.raises(ArgumentError, match="matrix norm"):
        ag.norm(ag.Variable(np.ones((2, 2))), ord)


@pytest.mark.parametrize("ord", ["fro", "nuc", float("nan"), ()])
def test_orders_that_vectors_do_not_have_are_refused(ord: Any):
    with pytest.raises(ArgumentError, match="vector norm"):
        ag.norm(ag.Variable([1.0, 2.0]), ord)


@pytest.mark.parametrize("shape", [(), (2, 2, 2)])
def test_an_order_needs_vectors_or_matrices(shape: tuple[int, ...]):
    with pytest.raises(ArgumentError, match="axis="):
        ag.norm(ag.Variable(np.ones(shape)), 2)


# ---- many elements, which have ways of their own

LARGE: dict[str, tuple[Function, Function]] = {
    "sum": (ag.sum, np.sum),
    "mean": (ag.mean, np.mean),
    "prod": (ag.prod, np.prod),
    "cumsum": (ag.cumsum, np.cumsum),
    "cumsum from the end": (
        lambda x, axis: ag.cumsum(x, axis, reverse=True),
        lambda x, axis: np.flip(np.cumsum(np.flip(x, axis), axis), axis),
    ),
    "cumprod": (ag.cumprod, np.cumprod),
    "var": (ag.var, np.var),
    "norm": (lambda x, axis: ag.norm(x, axis=axis), lambda x, axis: np.linalg.norm(x, axis=axis)),
}
SHAPES = [(8200,), (20_011,), (3, 5001), (300, 41), (41, 300), (5, 60, 40), (2, 4100, 3)]


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_many_elements_reduce_as_few_do(shape: tuple[int, ...], name: str):
    function, numpys = LARGE[name]
    x = 1 + np.random.default_rng(0).uniform(-1, 1, shape) / 100
    for axis, dtype in product(range(len(shape)), (np.float64, np.float32)):
        for memory in (x.astype(dtype), np.asfortranarray(x, dtype), x.astype(dtype)[::-1]):
            exact = numpys(memory.astype(np.float64), axis=axis)
            found = function(memory, axis=axis)
            assert found.dtype == dtype
            tolerance = 1e-11 if dtype == np.float64 else 1e-4
            np.testing.assert_allclose(found.data, exact, rtol=tolerance, atol=1e-9)


@pytest.mark.parametrize("name", LARGE)
def test_many_elements_have_the_slopes_of_few(name: str):
    """A row alone and the same row among many others."""
    function, _ = LARGE[name]
    rng = np.random.default_rng(0)
    rows = 1 + rng.uniform(-1, 1, (300, 41)) / 10
    every, one = ag.Variable(rows), ag.Variable(rows[7:8])
    y, z = function(every, axis=1), function(one, axis=1)
    weights = rng.uniform(-1, 1, y.shape)
    y.backward(weights)
    z.backward(weights[7:8])
    np.testing.assert_allclose(every.grad[7:8], one.grad, rtol=1e-9, atol=1e-12)


def test_all_of_many_elements_add_up_over_any_axes():
    x = np.random.default_rng(0).uniform(0, 1, (30, 40, 50))
    for axis in (None, (0, 1, 2), (2, 0, 1), (-1, -2, -3), (1, 2), -1):
        for keepdims in (True, False):
            expected = np.sum(x, axis=axis, keepdims=keepdims)
            found = ag.sum(x, axis, keepdims).data
            assert found.shape == expected.shape
            np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_0_before_an_overflow_stays_0_in_running_products():
    x = ag.Variable(np.full((300, 60), 10.0), dtype=np.float32)
    zero = np.ones((300, 60), np.float32)
    zero[:, 0] = 0.0
    y = ag.cumprod(x * zero, axis=1)
    np.testing.assert_array_equal(y.data, 0.0)


# ---- factors of 0, to any order


def mixed_derivative(function: Function, at: list[float], order: list[int]) -> float:
    """Differentiate once for each index in `order`."""
    x = ag.Variable(at)
    y = function(x)
    for i in order:
        (y,) = ag.gradients([y + (x * 0).sum()], [x], create_graph=True)
        y = y[i]
    return y.item()


@pytest.mark.parametrize(
    ("at", "order", "expected"),
    [
        ([0.0, 2.0, 3.0], [0], 6.0),
        ([0.0, 2.0, 3.0], [1], 0.0),
        ([0.0, 2.0, 3.0], [0, 1], 3.0),
        ([0.0, 2.0, 3.0], [1, 0], 3.0),
        ([0.0, 2.0, 3.0], [0, 0], 0.0),
        ([0.0, 0.0, 3.0], [0], 0.0),
        ([0.0, 0.0, 3.0], [0, 1], 3.0),
        ([0.0, 0.0, 3.0], [1, 0], 3.0),
        ([0.0, 0.0, 3.0], [0, 1, 2], 1.0),
        ([0.0, 0.0, 0.0], [0, 1], 0.0),
        ([0.0, 0.0, 0.0], [2, 1, 0], 1.0),
    ],
)
def test_products_with_zeros_are_exact_to_any_order(
    at: list[float], order: list[int], expected: float
):
    assert mixed_derivative(ag.prod, at, order) == expected
    assert mixed_derivative(lambda x: ag.cumprod(x)[-1], at, order) == expected
    # The product of 40 factors is folded, and so are 40 steps.
    ones = [1.0] * 37
    assert mixed_derivative(ag.prod, ones + at, [37 + i for i in order]) == expected
    running = mixed_derivative(lambda x: ag.cumprod(x)[-1], ones + at, [37 + i for i in order])
    assert running == expected


@pytest.mark.parametrize("zeros", [[], [0], [999], [3, 700], [1, 2, 3]])
def test_long_products_with_zeros(zeros: list[int]):
    rng = np.random.default_rng(0)
    x = ag.Variable(np.exp(rng.normal(size=1000) / 30))
    values = x.data.copy()
    values[zeros] = 0.0
    x = ag.Variable(values)
    ag.prod(x).backward()
    others = [np.prod(np.delete(values, i)) for i in range(1000)]
    np.testing.assert_allclose(x.grad, others, rtol=1e-9)


@pytest.mark.parametrize("axis", [0, 1])
def test_products_may_be_far_too_small_to_divide_by(axis: int):
    """All of the product underflows; each factor's others do not."""
    tiny = np.full((2, 2), 1e-200)
    x, y = ag.Variable(tiny), ag.Variable(tiny)
    ag.prod(x, axis=axis).sum().backward()
    np.testing.assert_array_equal(x.grad, 1e-200)
    last = ag.cumprod(y, axis=axis)[(slice(None),) * axis + (slice(1, None),)]
    last.sum().backward()
    np.testing.assert_array_equal(y.grad, 1e-200)


# ---- where all elements are equal, or 0


@pytest.mark.parametrize("value", [0.0, 0.1, 1e4, -1e300, 1e-300])
@pytest.mark.parametrize("length", [1, 3, 7, 1000])
def test_std_of_equal_elements_is_0_and_sends_0_back_to_any_order(length: int, value: float):
    x = ag.Variable([[value] * length, list(np.linspace(1.0, 2.0, length))])
    with np.errstate(all="raise", under="ignore"):
        y = ag.std(x, axis=1)
        first = ag.gradients(y, [x], np.array([1.0, 0.0]), create_graph=True)[0]
        (second,) = ag.gradients(first, [x], np.ones(x.shape))
    assert y.data[0] == 0.0
    np.testing.assert_array_equal(first.data, 0.0)
    np.testing.assert_array_equal(second[0], 0.0)
    assert np.isfinite(second).all()


@pytest.mark.parametrize("ord", [None, 2, 1, 3, 1.5, 0.5, inf])
def test_norms_at_0_send_0_back_to_any_order(ord: Any):
    x = ag.Variable([[0.0, 0.0, 0.0], [3.0, 0.0, -4.0]])
    with np.errstate(all="raise", under="ignore"):
        y = ag.norm(x, ord, axis=1)
    with np.errstate(all="ignore"):
        first = ag.gradients(y.sum() + (x * 0).sum(), [x], create_graph=True)[0]
        (second,) = ag.gradients((first + x * 0).sum(), [x])
    np.testing.assert_array_equal(first.data[0], 0.0)
    np.testing.assert_array_equal(second[0], 0.0)
    assert np.isfinite(first.data).all()
    assert np.isfinite(second).all()


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1.0, 1e160, 1e300])
@pytest.mark.parametrize("ord", [None, 3, 0.7, -2.0])
def test_norms_do_not_overflow_on_the_way(ord: Any, scale: float):
    at = np.array([3.0, -4.0, 1.0, 2.0])
    x, y = ag.Variable(at * scale), ag.Variable(at)
    with np.errstate(all="raise"):
        big, plain = ag.norm(x, ord), ag.norm(y, ord)
        big.backward()
        plain.backward()
    np.testing.assert_allclose(big.data, plain.data * scale, rtol=1e-12)
    np.testing.assert_allclose(x.grad, y.grad, rtol=1e-12)
    np.testing.assert_allclose(plain.data, np.linalg.norm(at, ord), rtol=1e-12)


# ---- logsumexp


@np.errstate(all="raise", under="ignore")
def test_logsumexp_of_rows_without_any_weight():
    x = ag.Variable([[-inf, -inf], [-inf, 1.0], [0.0, 0.0]])
    y = ag.logsumexp(x, axis=1)
    np.testing.assert_allclose(y.data, [-inf, 1.0, np.log(2.0)])
    first = ag.gradients(y, [x], np.ones(3), create_graph=True)[0]
    np.testing.assert_allclose(first.data, [[0.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    (second,) = ag.gradients(first, [x], np.array([[1.0, 0.0]] * 3))
    np.testing.assert_allclose(second, [[0.0, 0.0], [0.0, 0.0], [0.25, -0.25]])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shift", [-1e4, 0.0, 1e4])
def test_shares_of_logsumexp_are_exact_at_any_size(shift: float, dtype: Any):
    x = ag.Variable(np.array([shift, shift, shift - 100]), dtype=dtype)
    with np.errstate(all="raise", under="ignore"):
        ag.logsumexp(x).backward()
    np.testing.assert_allclose(x.grad, [0.5, 0.5, 0.0], atol=1e-7)


def test_logsumexp_of_infinity_is_infinite():
    assert ag.logsumexp([inf, 1.0]).item() == inf
    assert np.isnan(ag.logsumexp([np.nan, 1.0]).item())


# ---- float16 holds whole numbers to 2048 and nothing above 65504

MANY = 70_000
WIDE: dict[str, tuple[Function, float]] = {
    "sum": (lambda x: ag.sum(x * 0.5), 35_000.0),
    "mean": (ag.mean, 1.0),
    "prod": (ag.prod, 1.0),
    "var": (lambda x: ag.var(ag.concatenate([x, -x])), 1.0),
    "std": (lambda x: ag.std(ag.concatenate([x, -x])), 1.0),
    "norm": (ag.norm, MANY**0.5),
    "1-norm": (lambda x: ag.norm(x * 0.5, 1), 35_000.0),
    "3-norm": (lambda x: ag.norm(x, 3), MANY ** (1 / 3)),
    "logsumexp": (ag.logsumexp, 1 + np.log(MANY)),
    "cumsum": (lambda x: ag.cumsum(x * 0.5)[-1], 35_000.0),
    "cumprod": (lambda x: ag.cumprod(x)[-1], 1.0),
}


@pytest.mark.parametrize("name", WIDE)
def test_float16_is_accumulated_in_float32(name: str):
    function, expected = WIDE[name]
    x = ag.Variable(np.ones(MANY), dtype=np.float16)
    y = function(x)
    assert y.dtype == np.float16
    np.testing.assert_allclose(float(y.data), expected, rtol=1e-3)
    y.backward()
    assert x.grad.dtype == np.float16
    assert np.isfinite(x.grad).all()


def test_float16_deviations_are_taken_from_an_exact_mean():
    x = ag.Variable(np.array([1000.0, 1001.0, 1000.0, 1000.0]), dtype=np.float16)
    ag.var(x).backward()
    np.testing.assert_allclose(x.grad, [-0.125, 0.375, -0.125, -0.125])


def test_float16_products_may_overflow_on_the_way():
    x = ag.Variable([300.0, 300.0, 0.001, 0.001], dtype=np.float16)
    y = ag.prod(x)
    y.backward()
    np.testing.assert_allclose(float(y.data), 0.09, rtol=1e-2)
    np.testing.assert_allclose(x.grad, [3e-4, 3e-4, 90.0, 90.0], rtol=1e-2)


@pytest.mark.parametrize(
    ("name", "x", "last"),
    [
        ("sum", np.ones((4096, 3)), 4096.0),
        ("mean", np.full(20_000, 10.0), 10.0),
        ("prod", np.repeat([[300.0], [300.0], [0.001], [0.001]], 3, 1), 0.09),
        ("cumsum", np.ones(4096), 4096.0),
    ],
)
def test_float16_of_a_pickle_is_accumulated_in_float32(name: str, x: Any, last: float):
    own = pickle.loads(pickle.dumps(x.astype(np.float16)))  # has a dtype object of its own
    assert own.dtype is not np.dtype(np.float16)
    for operand in (own, ag.Variable(own)):
        result = getattr(ag, name)(operand, 0)
        assert result.dtype == np.float16
        np.testing.assert_allclose(np.ravel(result.data)[-1], last, rtol=1e-3)


def test_float16_of_a_pickle_is_scattered_in_float32():
    x = pickle.loads(pickle.dumps(np.ones(2, np.float16)))
    leaf = ag.Variable(x)
    leaf[np.zeros(5000, int)].backward(pickle.loads(pickle.dumps(np.ones(5000, np.float16))))
    assert leaf.grad.tolist() == [5000.0, 0.0]
