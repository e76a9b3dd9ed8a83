"""NumPy's functions at the edges: what their arguments mean, integers, infinities, masks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, OperandError, ShapeError

INF, NAN = np.inf, np.nan
SQUARE = np.array([[0.53, -0.27, 0.76], [0.13, 0.91, -0.63], [0.34, 0.22, 0.86]])
COMPLEX = SQUARE + 1j * SQUARE.T[::-1]
SINGLE = np.array([1.0, 2.0], dtype=np.float32)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.sort(x, axis=None),
        lambda x: np.sort(x, axis=None, kind=None),
        lambda x: np.sort(a=x, axis=None),
        lambda x: np.partition(x, 8, axis=None)[8],
        lambda x: np.take_along_axis(x, np.array([5, 0]), axis=None),
    ],
)
def test_an_axis_of_none_means_all_elements_at_the_first_call_too(call: Any, monkeypatch: Any):
    monkeypatch.setattr("autograd_lite.protocols.functions._ROUTES", {})
    np.testing.assert_array_equal(call(ag.Variable(SQUARE)).data, call(SQUARE))


EVERY_NUMBER: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "quantile": (np.quantile, (np.array([1, 2, 3, 4]), 0.3)),
    "percentile": (np.percentile, (np.array([[4, 1], [2, 9]], np.int8), 40, 0)),
    "median": (np.median, (np.array([True, False]),)),
    "nanmedian": (np.nanmedian, (np.array([3, 0]),)),
    "gradient": (np.gradient, (np.array([1, 2, 4]), np.float64(0.5))),
    "gradient, places": (np.gradient, (np.array([1, 2, 4]), np.array([0.0, 0.5, 0.75]))),
    "nanvar": (np.nanvar, (np.array([[1, 2], [3, 5]]), 0)),
    "cov, weights": (
        lambda m: (ag if isinstance(m, ag.Variable) else np).cov(m, aweights=[0.4, 1.1, 0.9]),
        (np.array([2, -2, 1]),),
    ),
}


@pytest.mark.parametrize("name", EVERY_NUMBER)
def test_statistics_of_integers_are_fractions(name: str):
    function, (x, *others) = EVERY_NUMBER[name]
    found = function(ag.Variable(x, requires_grad=False), *others)
    np.testing.assert_allclose(found.data, function(x, *others), rtol=1e-14)
    assert found.dtype == np.float64


def test_where_too_few_integers_are_left_their_variance_is_nan():
    with pytest.warns(RuntimeWarning):
        assert np.isnan(ag.nanvar([1], ddof=1).item())


@pytest.mark.parametrize(
    "call",
    [
        np.cov,
        np.corrcoef,
        lambda z: np.cov(z, z[:1].real if isinstance(z, np.ndarray) else ag.real(z[:1])),
        lambda z: (np if isinstance(z, np.ndarray) else ag).cov(z, aweights=[0.5, 1.0, 2.0]),
    ],
)
def test_the_covariance_of_complex_quantities_conjugates_one_of_them(call: Any):
    np.testing.assert_allclose(call(ag.Variable(COMPLEX)).data, call(COMPLEX), atol=1e-14)
    weights = SQUARE - 0.3j * SQUARE.T
    size = np.shape(call(COMPLEX))[0]
    picked = np.resize(weights, (size, size))
    ag.gradcheck(lambda z: ag.sum(ag.real(call(z) * picked)), COMPLEX)


@pytest.mark.parametrize(
    ("start", "stop"),
    [(1e-200, 1e200), (-1e-200, -1e200), (2.0, 1e-300), ([2.0, -3.0], [4.0, -0.5]), (1j, 2 + 1j)],
)
def test_a_geometric_sequence_neither_overflows_nor_misses_its_ends(start: Any, stop: Any):
    expected = np.geomspace(start, stop, 5)
    found = ag.geomspace(ag.Variable(start), stop, 5).data
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    np.testing.assert_allclose(found[[0, -1]], [start, stop], rtol=1e-15)


@pytest.mark.parametrize(("start", "stop"), [(0.0, 1.0), ([1.0, 2.0], [1.0, 0.0])])
def test_a_geometric_sequence_has_no_end_of_0(start: Any, stop: Any):
    with pytest.raises(ArgumentError, match="geomspace: an end is 0"):
        ag.geomspace(ag.Variable(start), stop, 3)


@pytest.mark.parametrize(
    "conditions",
    [
        np.array([True, False]),
        [True, False],
        [np.array([True, False])],
        np.array([[True, False], [True, True]]),
        [[False, True], [True, False]],
    ],
)
def test_piecewise_takes_one_condition_without_a_list(conditions: Any):
    functions = [lambda piece: piece * 2.0, lambda piece: piece * 3.0]
    x = np.array([1.0, -1.0])
    expected = np.piecewise(x, conditions, functions)
    np.testing.assert_array_equal(
        ag.piecewise(ag.Variable(x), conditions, functions).data, expected
    )
    np.testing.assert_array_equal(
        np.piecewise(ag.Variable(x), conditions, functions).data, expected
    )


def test_piecewise_of_a_number_takes_one_truth():
    x = ag.Variable(2.0)
    assert ag.piecewise(x, x.data > 1, [lambda x: x * x, 0.5]).item() == 4.0
    assert ag.piecewise(x, [False], [lambda x: x * x, 0.5]).item() == 0.5


@pytest.mark.parametrize(
    "known", [[5, 6, INF], [5, INF, INF], [-INF, 0, 1], [5, -INF, 0], [1, NAN, 2]]
)
def test_between_infinities_interp_is_not_nan_unless_numpys_is(known: list[float]):
    x, places = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.0]), [0.0, 1.0, 2.0]
    np.testing.assert_array_equal(
        ag.interp(ag.Variable(x), places, known).data, np.interp(x, places, known)
    )


def test_at_a_knot_before_an_infinity_interp_gives_the_knot_the_gradient():
    x, places = ag.Variable([0.5, 1.0, 2.0]), ag.Variable([0.0, 1.0, 2.0])
    known = ag.Variable([5.0, 6.0, INF])
    ag.interp(x, places, known).sum().backward()
    assert known.grad.tolist() == [0.5, 1.5, 1.0]
    assert x.grad.tolist() == [1.0, 0.0, 0.0]
    assert places.grad.tolist() == [-0.5, -0.5, 0.0]


def test_a_captured_interp_meets_infinities_later():
    x, places = np.array([0.5, 1.0, 1.5, 2.0]), [0.0, 1.0, 2.0]
    step = ag.capture(lambda known: ag.interp(x, places, known) * 1.0)
    for known in ([1.0, 2.0, 4.0], [5.0, 6.0, INF], [5.0, -INF, 0.0]):
        np.testing.assert_array_equal(step(np.array(known)), np.interp(x, places, known))


@pytest.mark.parametrize("edge_order", [1, 2])
@pytest.mark.parametrize(
    "f",
    [
        [1.0, NAN, 3.0, 7.0, 2.0],
        [INF, 1.0, 2.0, 4.0, 3.0],
        [1.0, 2.0, 4.0, 3.0, -INF],
        [1.0, INF, 3.0, 5.0, 5.5],
        [0.0, 1e17, 1.0, 2.0, 4.0],
    ],
)
def test_in_slopes_on_a_regular_grid_the_sample_itself_has_no_part(f: list[float], edge_order: int):
    expected = np.gradient(f, 0.5, edge_order=edge_order)
    found = ag.gradient(ag.Variable(f), 0.5, edge_order=edge_order)
    np.testing.assert_allclose(found.data, expected, rtol=1e-15)


def test_differences_of_order_0_are_the_array_alone():
    x, before = ag.Variable(SQUARE), ag.Variable(1.0)
    assert ag.diff(x, 0, prepend=before, append=2.0).shape == (3, 3)
    np.testing.assert_array_equal(np.diff(x, 0, prepend=1.0).data, SQUARE)


def test_float_power_widens_complex_numbers():
    z = ag.Variable([1 + 1j], dtype=np.complex64)
    y = ag.float_power(z, 2)
    assert y.dtype == np.complex128
    ag.real(y).sum().backward()
    assert z.grad.dtype == np.complex64


@pytest.mark.parametrize("axis", [(), (0, 1), 0.5])
@pytest.mark.parametrize(
    "call",
    [
        lambda x, axis: ag.trapezoid(x, axis=axis),
        lambda x, axis: ag.diff(x, axis=axis, prepend=0.0),
        lambda x, axis: ag.cumulative_sum(x, axis=axis),
        lambda x, axis: ag.cumulative_prod(x, axis=axis),
    ],
)
def test_one_axis_is_an_integer(call: Any, axis: Any):
    with pytest.raises((OperandError, ShapeError)):
        call(ag.Variable(SQUARE), axis)


def test_filling_the_shape_of_an_array_can_be_captured():
    shape = np.ones((2, 2))
    step = ag.capture(lambda x: ag.full_like(shape, x.sum()) * 2.0)
    for x in (SINGLE.astype(float), np.array([3.0, 4.0])):
        np.testing.assert_array_equal(step(x), np.full((2, 2), 2 * x.sum()))


MASKED = np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])


@pytest.mark.parametrize(
    "call",
    [
        lambda x: MASKED * x,
        lambda x: MASKED - x,
        lambda x: MASKED**x,
        lambda x: x + MASKED,
        np.ma.sin,
        lambda x: np.ma.multiply(np.ones(3), x),
        lambda x: np.ma.where(np.ones(3) > 0, x, 0.0),
        lambda x: np.ma.concatenate([np.ones(3), x]),
        lambda x: np.ma.power(x, 2),
        lambda x: np.ma.sum(x),
        lambda x: MASKED.copy().__setitem__(0, x[0]),
    ],
)
def test_masked_arrays_cannot_cut_the_graph(call: Any):
    with pytest.raises((OperandError, ag.errors.GraphError)):
        call(ag.Variable([1.0, 2.0, 3.0]))


def test_the_sign_of_complex_numbers_has_a_slope_and_is_refused():
    with pytest.raises(OperandError, match="sign of complex numbers"):
        np.sign(ag.Variable([1j, 2.0]))
    assert np.sign(ag.Variable([-2.0, 3.0])).tolist() == [-1, 1]


@pytest.mark.parametrize("places", [(None, [0, 1]), (Ellipsis, 0), "first", [[0], [1, 2]]])
@pytest.mark.parametrize(
    "call", [ag.delete, lambda x, places, axis: ag.insert(x, places, 1.0, axis)]
)
def test_places_that_are_none_are_refused_in_the_librarys_words(call: Any, places: Any):
    with pytest.raises(OperandError, match="the places"):
        call(ag.Variable(SQUARE), places, 0)


def test_what_real_if_close_gives_back_is_a_copy():
    x = SQUARE.copy()
    y = ag.real_if_close(x)
    x[:] = 7.0
    np.testing.assert_array_equal(y.data, SQUARE)
