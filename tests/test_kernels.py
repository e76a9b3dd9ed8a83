"""NumPy's own spellings of the kernels, against the plain ones of every library.

Arrays are on both sides of every threshold: the rows of the operations' table are small, and never
see what is done for large ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_lite.arrays import NUMPY, kernels, scattering
from autograd_lite.testing.strategies import LAYOUTS, laid_out, seeds

PLAIN = kernels.bound(np)
SHAPES = [
    (),
    (0,),
    (3, 0),
    (5,),
    (8192,),
    (9001,),
    (1, 5000),
    (5000, 1),
    (2, 4097),
    (4097, 2),
    (130, 70),
    (70, 130),
    (3, 64, 65),
    (40, 3, 50),
    (50, 40, 3),
    (2, 1, 5000),
    (9, 65, 66),
    (64, 128, 1),
    (32, 16, 16, 1),
    (4096, 1, 1),
]
shapes = st.sampled_from(SHAPES)
some_shapes = pytest.mark.parametrize("shape", SHAPES, ids=str)
kinds = st.sampled_from([np.float16, np.float32, np.float64])
layouts = st.sampled_from([*LAYOUTS, "stretched"])


@st.composite
def arrays(draw: st.DrawFn, shape: Any = shapes, low: float = -2.0, high: float = 2.0) -> Any:
    """Draw an array in any memory, also one whose rows are all the same memory."""
    shape = draw(shape) if isinstance(shape, st.SearchStrategy) else shape
    layout = draw(layouts)
    drawn = np.random.default_rng(draw(seeds())).uniform(low, high, shape)
    x = np.asarray(drawn).astype(draw(kinds))
    if layout == "stretched" and shape:
        return np.broadcast_to(x[:1], shape)
    return laid_out(x, layout if layout != "stretched" else "C")[0]


def axes_of(ndim: int) -> Iterator[Any]:
    yield None
    for i in range(ndim):
        yield from (i, i - ndim, (i,))
    if ndim > 1:
        yield from ((0, ndim - 1), (-1, 0), tuple(range(ndim)))


def close(found: Any, expected: Any, digits: float = 1.0) -> None:
    """Compare shape, dtype and values, relative to the largest; NaN with NaN."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    if expected.dtype.kind != "f":
        np.testing.assert_array_equal(found, expected)
        return
    with np.errstate(all="ignore"):
        large = np.abs(expected[np.isfinite(expected)]).max(initial=1e-30)
    tolerance = digits * {2: 2e-3, 4: 3e-5, 8: 1e-12}[expected.dtype.itemsize] * large
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "prod"])
@given(data=st.data())
@np.errstate(all="ignore")
def test_reductions(name: str, data: st.DataObject):
    near_1 = name == "prod"
    x = data.draw(arrays(low=0.9 if near_1 else -2.0, high=1.1 if near_1 else 2.0))
    axis = data.draw(st.sampled_from(list(axes_of(x.ndim))))
    keepdims = data.draw(st.booleans())
    if not x.size and name != "sum" and name != "prod":
        return
    plain = PLAIN.get(name, getattr(np, name))
    wide = x.astype(np.float64) if x.dtype != np.float16 else x
    expected = np.asarray(plain(wide, axis=axis, keepdims=keepdims)).astype(x.dtype)
    close(getattr(NUMPY, name)(x, axis=axis, keepdims=keepdims), expected)


@pytest.mark.parametrize("columns", [10, 1001])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equal_lines_have_equal_sums(dtype: Any, columns: int):
    """Else ties would be split by rounding."""
    line = np.random.default_rng(0).standard_normal((1000, 1)).astype(dtype)
    x = np.repeat(line, columns, axis=1)
    assert np.unique(NUMPY.sum(x, axis=0)).size == 1
    assert np.unique(NUMPY.sum(x.T.copy(), axis=1)).size == 1
    assert np.unique(NUMPY.sum(x.T.copy(), axis=-1, keepdims=True)).size == 1


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.bool_, ">i4", np.int64])
@pytest.mark.parametrize("shape", [(9000,), (90, 100), (3, 3)])
def test_whole_numbers_accumulate_as_numpys(shape: Any, dtype: Any):
    x = np.full(shape, 1, dtype)
    for axis in range(x.ndim):
        close(NUMPY.cumsum(x, axis), np.cumsum(x, axis))
        close(NUMPY.cumprod(x, axis), np.cumprod(x, axis))
        close(NUMPY.sum(x, axis), np.sum(x, axis))


@some_shapes
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@np.errstate(all="ignore")
def test_what_is_not_finite_stays_where_it_is(shape: Any, value: float):
    if not np.prod(shape):
        return
    x = np.ones(shape, np.float32)
    place = tuple(n // 2 for n in shape)
    x[place] = value
    for axis in axes_of(x.ndim):
        for name in ("sum", "mean", "max", "min", "prod"):
            found = getattr(NUMPY, name)(x, axis=axis, keepdims=True)
            expected = getattr(np, name)(x, axis=axis, keepdims=True)
            np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
            np.testing.assert_array_equal(np.isinf(found), np.isinf(expected))
    assert NUMPY.holds_nan(x) == np.isnan(value)
    assert NUMPY.holds_nan(x[..., ::-1] if shape else x) == np.isnan(value)


@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
@given(data=st.data())
@np.errstate(all="ignore")
def test_accumulations(name: str, data: st.DataObject):
    x = data.draw(arrays(low=0.95 if name == "cumprod" else -2.0, high=1.05))
    if not x.ndim or not x.size:
        return
    axis = data.draw(st.integers(0, x.ndim - 1))
    options = {"reverse": data.draw(st.booleans())} if name == "cumsum" else {}
    wide = x.astype(np.float64) if x.dtype != np.float16 else x
    expected = PLAIN[name](wide, axis, **options).astype(x.dtype)
    before = x.copy()
    close(getattr(NUMPY, name)(x, axis, **options), expected, 4)
    np.testing.assert_array_equal(x, before)


@given(data=st.data())
@np.errstate(all="ignore")
def test_remainders(data: st.DataObject):
    x = data.draw(arrays(low=-1e4, high=1e4))
    y = data.draw(arrays(shape=st.just(x.shape), low=0.5, high=3.0)).astype(x.dtype)
    y = y * data.draw(st.sampled_from([1, -1]))
    found, expected = NUMPY.mod(x, y), np.remainder(x, y)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    apart = np.abs(found.astype(float) - expected.astype(float))
    # A remainder of 0 and one of y are neighbours, where a quotient is nearly whole.
    off = np.minimum(apart, np.abs(apart - np.abs(y.astype(float))))
    assert (off <= 1e-3 * np.maximum(1, np.abs(y))).all()


@pytest.mark.parametrize("y", [0.0, np.inf, np.nan, 1e-30, -3.0])
@pytest.mark.parametrize("value", [np.inf, np.nan, 1e30, -5.0, -0.0])
@np.errstate(all="ignore")
def test_remainders_of_extremes(value: float, y: float):
    x, divisor = np.full(9000, value, np.float32), np.full(9000, y, np.float32)
    x[1:] = np.arange(1, 9000)
    np.testing.assert_array_equal(NUMPY.mod(x, divisor), np.remainder(x, divisor))


@given(data=st.data())
def test_rows(data: st.DataObject):
    x = data.draw(arrays(st.sampled_from([s for s in SHAPES if s and s[-1]])))
    if x.size:
        close(NUMPY.row_max(x), PLAIN["row_max"](x))
        close(NUMPY.sum(x, axis=-1, keepdims=True), PLAIN["sum"](x, axis=-1, keepdims=True))


@given(data=st.data())
@np.errstate(all="ignore")
def test_elementwise(data: st.DataObject):
    x = data.draw(arrays(low=-30, high=30))
    before = x.copy()
    for name in ("relu", "sigmoid", "softplus"):
        close(getattr(NUMPY, name)(x), PLAIN[name](x))
    np.testing.assert_array_equal(x, before)
    extremes = np.resize(np.array([np.inf, -np.inf, np.nan, 1e4, -1e4], np.float32), 5000)
    for name in ("relu", "sigmoid", "softplus"):
        close(getattr(NUMPY, name)(extremes), PLAIN[name](extremes))


@given(data=st.data())
def test_sums_to_a_shape(data: st.DataObject):
    x = data.draw(arrays())
    dropped = data.draw(st.integers(0, x.ndim))
    shape = tuple(data.draw(st.sampled_from([1, n])) for n in x.shape[dropped:])
    wide = x.astype(np.float64) if x.dtype != np.float16 else x
    close(NUMPY.sum_to(x, shape), PLAIN["sum_to"](wide, shape).astype(x.dtype))


# ---- moving elements about

MATRICES = [s for s in SHAPES if len(s) > 1]


@given(data=st.data())
@pytest.mark.parametrize("name", ["tril", "triu"])
def test_triangles(name: str, data: st.DataObject):
    x = data.draw(arrays(st.sampled_from(MATRICES)))
    k = data.draw(st.integers(-140, 140) | st.integers(-3, 3))
    close(getattr(NUMPY, name)(x, k), getattr(np, name)(x, k))


@given(data=st.data())
def test_turning_and_rolling(data: st.DataObject):
    x = data.draw(arrays(st.sampled_from([s for s in SHAPES if s])))
    axis = data.draw(st.sampled_from([a for a in axes_of(x.ndim) if a is not None]))
    close(NUMPY.flip(x, axis), np.flip(x, axis))
    close(NUMPY.flip(x, None), np.flip(x))
    along = axis if isinstance(axis, tuple) else (axis,)
    shift = tuple(data.draw(st.integers(-9, 9)) for _ in along)
    close(NUMPY.roll(x, shift, along), np.roll(x, shift, along))


@given(data=st.data())
def test_splitting(data: st.DataObject):
    x = data.draw(arrays(st.sampled_from([s for s in SHAPES if s])))
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    ends = sorted(data.draw(st.lists(st.integers(0, x.shape[axis]), max_size=4)))
    for found, part in zip(NUMPY.split(x, ends, axis), np.split(x, ends, axis), strict=True):
        close(found, part)


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_splitting_nothing(parts: int):
    x = np.zeros((2, 0))
    found, expected = NUMPY.split(x, parts, 1), np.split(x, parts, 1)
    assert [part.shape for part in found] == [part.shape for part in expected]


# ---- scattering

PICKS: dict[str, Callable[[np.random.Generator, int], Any]] = {
    "anywhere": lambda rng, n: rng.integers(-n, n, 3 * n + 1),
    "often the same": lambda rng, n: rng.integers(0, min(n, 3), 3 * n + 1),
    "rarely": lambda rng, n: rng.integers(0, n, max(n // 50, 1)),
    "each once": lambda rng, n: rng.permutation(n),
    "a table": lambda rng, n: rng.integers(0, n, (7, n)),
    "short numbers": lambda rng, n: rng.integers(0, min(n, 100), 2 * n).astype(np.int8),
    "one": lambda rng, n: np.array([n - 1]),
    "none": lambda rng, n: np.array([], int),
}
TABLES = [(1000, 20), (500, 8), (3000, 7), (9000,), (40, 300), (20, 30, 16), (5, 4), (70000, 1)]


@pytest.mark.parametrize("pick", PICKS)
@pytest.mark.parametrize(("shape", "axis"), [(s, a) for s in TABLES for a in range(len(s))])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_lines_are_added_up_where_they_belong(shape: Any, axis: int, pick: str, dtype: Any):
    rng = np.random.default_rng(0)
    rows = PICKS[pick](rng, shape[axis])
    index: Any = (*(slice(None),) * axis, rows) if axis else rows
    picked = np.empty(shape, np.int8)[index].shape
    if np.prod(picked) > 3e5:
        pytest.skip("a small table says the same")
    x = rng.integers(-8, 9, picked).astype(dtype)  # their sums are exact in float16 too
    expected = np.zeros(shape)
    np.add.at(expected, index, x.astype(float))
    found = NUMPY.scatter_add(x, index, shape)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, expected.astype(dtype))


INDICES: dict[str, Callable[[np.random.Generator], Any]] = {
    "two axes": lambda rng: (rng.integers(-30, 30, 5000), rng.integers(0, 40, 5000)),
    "two axes that broadcast": lambda rng: (rng.integers(0, 30, (60, 1)), rng.integers(0, 40, 50)),
    "all axes": lambda rng: tuple(rng.integers(-n, n, 4000) for n in (30, 40, 9)),
    "a slice between": lambda rng: (
        rng.integers(0, 30, 99),
        slice(1, None),
        rng.integers(0, 9, 99),
    ),
    "a number and an array": lambda rng: (3, rng.integers(0, 40, 200)),
    "an axis more": lambda rng: (None, rng.integers(0, 30, 200)),
    "an ellipsis": lambda rng: (..., rng.integers(0, 9, 300)),
    "a step": lambda rng: (slice(None, None, -2), rng.integers(0, 40, 300)),
    "a mask": lambda rng: rng.uniform(size=(30, 40)) > 0.5,
    "a mask beside": lambda rng: (slice(None), rng.uniform(size=40) > 0.5),
    "a few": lambda rng: (rng.integers(0, 30, 300), 0, rng.integers(0, 9, 300)),
}


@pytest.mark.parametrize("index", INDICES)
def test_any_index_scatters(index: str):
    rng = np.random.default_rng(1)
    where = INDICES[index](rng)
    shape = (30, 40, 9)
    x = rng.integers(-8, 9, np.empty(shape, np.int8)[where].shape).astype(np.float32)
    expected = np.zeros(shape, np.float32)
    np.add.at(expected, where, x)
    np.testing.assert_array_equal(NUMPY.scatter_add(x, where, shape), expected)
    np.testing.assert_array_equal(PLAIN["scatter_add"](x, where, shape), expected)


@pytest.mark.parametrize(("shape", "axis"), list(product([(6, 5, 4), (90, 100)], range(2))))
def test_places_along_an_axis(shape: Any, axis: int):
    rng = np.random.default_rng(2)
    picked = tuple(3 if i == axis else n for i, n in enumerate(shape))
    index = rng.integers(-shape[axis], shape[axis], picked)
    expected = PLAIN["places_along"](index, shape, axis)
    np.testing.assert_array_equal(NUMPY.places_along(index, shape, axis), expected)
    x = rng.uniform(size=shape)
    np.testing.assert_array_equal(x.ravel()[expected], np.take_along_axis(x, index, axis))


@pytest.mark.parametrize("bounds", [(0, 5), (-5, 5), (0, 4), (1, 5)])
def test_within(bounds: tuple[int, int]):
    for index in (np.array([0, 4]), np.array([-5, 0]), np.array([], int), np.array(3)):
        assert NUMPY.within(index, *bounds) == bool(scattering.within(index, *bounds))
