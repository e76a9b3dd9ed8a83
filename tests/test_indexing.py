"""Indexing beyond the table: many elements at once, refusals, what is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.arrays import NUMPY
from autograd_lite.errors import ArgumentError, DTypeError, ShapeError
from autograd_lite.testing.strategies import seeds


def added_one_by_one(x: np.ndarray, index: Any, shape: tuple[int, ...]) -> np.ndarray:
    out = np.zeros(shape)
    np.add.at(out, index, x.astype(float))
    return out


# ---- sizes at which the kernel changes its ways


@st.composite
def picks(draw: st.DrawFn) -> tuple[Any, tuple[int, ...]]:
    """Draw an index and a shape; some places get hundreds of elements, others few or none."""
    rng = np.random.default_rng(draw(seeds()))
    length = draw(st.sampled_from([1, 3, 100, 3000, 70_000]))
    count = draw(st.sampled_from([40, 600, 3000]))
    rows = rng.integers(-length, length, count)
    rows[: draw(st.sampled_from([0, count // 2]))] = draw(st.integers(0, length - 1))
    dtype = draw(st.sampled_from([np.int64, np.int32] + [np.int8] * (length <= 100)))
    width = draw(st.sampled_from([(), (3,), (9,), (2, 5)]))
    before = draw(st.sampled_from([(), (2,)])) if length < 70_000 else ()
    index = (*(slice(None),) * len(before), rows.astype(dtype))
    return index if before or draw(st.booleans()) else index[0], (*before, length, *width)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@given(picked=picks(), seed=seeds())
def test_gradients_of_many_elements_add_up(picked: Any, seed: int, dtype: Any):
    index, shape = picked
    places = np.broadcast_to(np.zeros((), dtype), shape)[index].shape
    x = np.random.default_rng(seed).integers(-8, 9, places).astype(dtype)
    found = NUMPY.scatter_add(x, index, shape)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, added_one_by_one(x, index, shape), rtol=1e-3)


@pytest.mark.parametrize("count", [5, 500])
def test_indices_of_several_axes_add_up(count: int):
    rng = np.random.default_rng(0)
    x = ag.Variable(rng.normal(size=(20, 30)))
    i, j = rng.integers(-20, 20, (2, count)), rng.integers(-30, 30, count)
    for index in [(i, j), (i, slice(3, 5)), (slice(2, 4), j), (i[:, :1], slice(None, None, 7))]:
        y = x[index]
        weights = rng.normal(size=y.shape)
        (found,) = ag.gradients([y], [x], [weights])
        np.testing.assert_allclose(found, added_one_by_one(weights, index, (20, 30)), atol=1e-12)


@pytest.mark.parametrize(("size", "picked"), [(20, 20), (5000, 5000), (5000, 300)])
def test_large_arrays_are_taken_along_an_axis_as_by_numpy(size: int, picked: int):
    rng = np.random.default_rng(0)
    x = ag.Variable(rng.normal(size=(3, size)))
    order = rng.integers(-size, size, (3, picked))
    y = ag.take_along_axis(x, order, axis=1)
    np.testing.assert_array_equal(y.data, np.take_along_axis(x.data, order, axis=1))
    weights = rng.normal(size=y.shape)
    y.backward(weights)
    index = (np.arange(3)[:, None], order)
    np.testing.assert_allclose(x.grad, added_one_by_one(weights, index, x.shape), atol=1e-12)


THOUSANDS = 6000
LOOKUPS: dict[str, Callable[[ag.Variable], ag.Variable]] = {
    "getitem": lambda x: x[np.zeros(THOUSANDS, int)],
    "take": lambda x: ag.take(x, np.zeros(THOUSANDS, int), axis=0),
    "embedding": lambda x: ag.embedding(x, np.zeros(THOUSANDS, int)),
    "take_along_axis": lambda x: ag.take_along_axis(x, np.zeros((THOUSANDS, 8), int), axis=0),
    "repeat": lambda x: ag.repeat(x, [THOUSANDS], axis=0),
}


@pytest.mark.parametrize("lookup", LOOKUPS)
def test_float16_gradients_of_thousands_of_lookups_do_not_stall(lookup: str):
    x = ag.Variable(np.ones((1, 8)), dtype=np.float16)
    y = LOOKUPS[lookup](x)
    y.backward(np.ones(y.shape, np.float16))
    assert x.grad.dtype == np.float16
    np.testing.assert_array_equal(x.grad, THOUSANDS)


# ---- refusals


@pytest.mark.parametrize("wrap", [list, np.array])
@pytest.mark.parametrize("bad", [[0, 3], [-4, 0]])
def test_indices_out_of_range_raise(wrap: Any, bad: list[int]):
    x = ag.Variable(np.zeros((3, 2)))
    with pytest.raises(ArgumentError, match="-3 to 2"):
        ag.take(x, wrap(bad), axis=0)
    with pytest.raises(ArgumentError, match="-3 to 2"):
        ag.take_along_axis(x, wrap([bad, bad]), axis=0)
    with pytest.raises(ShapeError, match="out of bounds"):
        x[wrap(bad)]


@pytest.mark.parametrize("bad", [[-1], [[0], [3]], 3])
def test_rows_that_a_table_does_not_have_raise(bad: Any):
    with pytest.raises(ArgumentError, match="0 to 2"):
        ag.embedding(ag.Variable(np.zeros((3, 2))), bad)


@pytest.mark.parametrize("indices", [[0.0, 1.0], [True, False], np.zeros(2)])
@pytest.mark.parametrize("function", [ag.take, ag.take_along_axis, ag.embedding])
def test_indices_that_are_no_integers_raise(function: Any, indices: Any):
    with pytest.raises(DTypeError, match="integers"):
        function(ag.Variable(np.ones((2, 2))), indices)


@pytest.mark.parametrize("shape", [(), (3,), (3, 2, 2)])
def test_tables_have_two_axes(shape: tuple[int, ...]):
    with pytest.raises(ShapeError, match="embedding"):
        ag.embedding(ag.Variable(np.zeros(shape)), [0])


@pytest.mark.parametrize("indices", [[0], 0, [[[0]]], [[0, 0], [0, 0], [0, 0]]])
def test_indices_along_an_axis_that_do_not_fit_raise(indices: Any):
    with pytest.raises(ShapeError, match="take_along_axis"):
        ag.take_along_axis(ag.Variable(np.zeros((2, 3))), indices, axis=1)


@pytest.mark.parametrize("axis", [2, -3])
@pytest.mark.parametrize("function", [ag.take, ag.take_along_axis])
def test_axes_out_of_range_raise(function: Any, axis: int):
    with pytest.raises(ShapeError, match="axis"):
        function(ag.Variable(np.zeros((2, 3))), [[0]], axis=axis)


@pytest.mark.parametrize("index", [[0, 1], slice(2), ([0, 1],), [True, False, True, False]])
def test_elements_that_do_not_fit_their_places_raise(index: Any):
    with pytest.raises(ShapeError, match=r"\(2,\).*\(3,\)"):
        ag.scatter_add(ag.Variable([1.0, 2.0, 3.0]), index, (4,))


def test_places_that_are_not_there_raise():
    with pytest.raises(ArgumentError, match="-4 to 3"):
        ag.scatter_add(ag.Variable([1.0, 2.0]), [0, 4], (4,))
    with pytest.raises(ShapeError, match="out of bounds"):
        ag.scatter_add(ag.Variable([1.0, 2.0]), ([0, 4],), (4,))


# ---- nothing


@pytest.mark.parametrize("shape", [(0,), (2, 0)])
def test_no_rows_of_a_table(shape: tuple[int, ...]):
    weight = ag.Variable(np.ones((3, 2)))
    y = ag.embedding(weight, np.zeros(shape, int))
    assert y.shape == (*shape, 2)
    y.sum().backward()
    np.testing.assert_array_equal(weight.grad, 0)


def test_nothing_is_taken_from_nothing():
    x = ag.Variable(np.zeros((2, 0)))
    assert ag.take(x, [], axis=1).shape == (2, 0)
    assert ag.take_along_axis(x, np.zeros((2, 0), int), axis=1).shape == (2, 0)
    with pytest.raises(ArgumentError, match="take"):
        ag.take(x, [0], axis=1)


# ---- what is left out

LEAVING_OUT: dict[str, Callable[[ag.Variable], ag.Variable]] = {
    "getitem": lambda y: y[1:, 1:],
    "take": lambda y: ag.take(y, [1], axis=0)[:, 1],
    "take_along_axis": lambda y: ag.take_along_axis(y, [[1], [1]], axis=1),
    "embedding": lambda y: ag.embedding(y, [1]),
    "tril": lambda y: ag.tril(y, -1),
    "triu": lambda y: ag.triu(y, 1),
    "diagonal": lambda y: ag.diagonal(y, 1),
    "diag": lambda y: ag.diag(y, -1),
    "split": lambda y: ag.split(y, 2)[1],
    "repeat": lambda y: ag.repeat(y, 0),
    "some repeat": lambda y: ag.repeat(y, [0, 2], axis=0),
    "tile": lambda y: ag.tile(y, 0),
    "broadcast_to": lambda y: ag.broadcast_to(y[:1, :1], (0, 1)),
}


@pytest.mark.parametrize("operation", LEAVING_OUT)
@np.errstate(all="ignore")
def test_a_nan_that_is_left_out_gives_no_gradient(operation: str):
    x = ag.Variable([[-1.0, 2.0], [2.0, 2.0]])
    LEAVING_OUT[operation](ag.log(x) * 1.0).sum().backward()
    assert x.grad[0, 0] == 0
    assert np.isfinite(x.grad).all()
