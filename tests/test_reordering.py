"""Reordering, padding and diagonals beyond the table: large arrays, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.arrays import NUMPY
from autograd_lite.errors import ArgumentError, OperandError, ShapeError
from autograd_lite.functions import padding

DIAGONALS = (-200, -65, -64, -3, -1, 0, 1, 2, 63, 64, 65, 200)


@pytest.mark.parametrize("name", ["tril", "triu"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("shape", [(3, 5), (130, 64), (64, 130), (200, 200), (9, 70, 70), (2, 0)])
def test_triangles_are_numpys(shape: tuple[int, ...], dtype: Any, name: str):
    x = np.full(shape, np.nan, dtype)
    for k in DIAGONALS:
        found, expected = getattr(NUMPY, name)(x, k), getattr(np, name)(x, k)
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("mode", ["edge", "reflect", "symmetric", "wrap"])
@pytest.mark.parametrize(
    ("shape", "width"), [((3,), 7), ((2, 3), ((3, 1), (0, 4))), ((2, 1), 2), ((2, 2), 0)]
)
def test_large_arrays_are_padded_as_small_ones(
    shape: Any, width: Any, mode: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(padding, "FEW", 0)
    x = ag.Variable(np.random.default_rng(0).normal(size=shape))
    y = ag.pad(x, width, mode)
    np.testing.assert_array_equal(y.data, np.pad(x.data, width, mode))
    assert not np.shares_memory(y.data, x.data)
    weights = np.random.default_rng(1).normal(size=y.shape)
    expected = np.zeros(x.size)
    np.add.at(expected, np.pad(np.arange(x.size).reshape(shape), width, mode), weights)
    y.backward(weights)
    np.testing.assert_allclose(x.grad, expected.reshape(shape))
    assert ag.gradgradcheck(lambda v: ag.pad(v, width, mode) ** 2, x.data.copy())


REFUSED: dict[str, tuple[type[Exception], Any]] = {
    "another mode": (ArgumentError, lambda x: ag.pad(x, 1, "linear_ramp")),
    "a negative width": (ArgumentError, lambda x: ag.pad(x, -1)),
    "three widths": (ArgumentError, lambda x: ag.pad(x, (1, 2, 3))),
    "pairs for other axes": (ShapeError, lambda x: ag.pad(x, ((1, 1),) * 3)),
    "a width of 0.5": (OperandError, lambda x: ag.pad(x, 0.5)),
    "an array around": (OperandError, lambda x: ag.pad(x, 1, constant_values=np.ones(3))),
    "copies of nothing": (ShapeError, lambda x: ag.pad(x[:0], 1, "edge")),
    "a vector's triangle": (ShapeError, lambda x: ag.tril(x[0])),
    "a number's triangle": (ShapeError, lambda x: ag.triu(ag.sum(x))),
    "a number on a diagonal": (ShapeError, lambda x: ag.diag(ag.sum(x))),
    "a vector's diagonal": (ShapeError, lambda x: ag.diagonal(x[0])),
    "the diagonal of one axis": (ShapeError, lambda x: ag.diagonal(x, axis1=1, axis2=-1)),
    "a plane of one axis": (ShapeError, lambda x: ag.rot90(x, axes=(0, 0))),
    "a plane of three": (ShapeError, lambda x: ag.rot90(x, axes=(0, 1, 2))),
    "shifts for other axes": (ArgumentError, lambda x: ag.roll(x, (1, 2, 3), axis=(0, 1))),
    "shifts by halves": (OperandError, lambda x: ag.roll(x, 0.5)),
    "flips of other axes": (ShapeError, lambda x: ag.flip(x, 2)),
    "moves to fewer places": (ShapeError, lambda x: ag.moveaxis(x, (0, 1), 0)),
    "moves of no axis": (ShapeError, lambda x: ag.moveaxis(x, 2, 0)),
    "a long axis squeezed": (ShapeError, lambda x: ag.squeeze(x, axis=1)),
    "an axis far away": (ShapeError, lambda x: ag.expand_dims(x, 4)),
    "one place for two axes": (ShapeError, lambda x: ag.expand_dims(x, (0, 0))),
    "axes named twice": (ShapeError, lambda x: ag.transpose(x, (0, 0))),
    "other elements": (ShapeError, lambda x: ag.reshape(x, (4, 2))),
}


@pytest.mark.parametrize("attempt", REFUSED)
def test_what_cannot_be_is_refused(attempt: str):
    error, call = REFUSED[attempt]
    with pytest.raises(error):
        call(ag.Variable(np.ones((2, 3))))


@pytest.mark.parametrize("view", [ag.flip, ag.rot90, ag.diagonal, ag.squeeze, ag.ravel])
def test_views_of_a_leaf_follow_it_and_writes_are_noticed(view: Any):
    x = ag.Variable([[1.0, 2.0], [3.0, 4.0]])
    y = view(x)
    z = (y * y).sum()
    x.assign(np.zeros((2, 2)))
    np.testing.assert_array_equal(y.data, 0)
    with pytest.raises(ag.AutogradError, match="written"):
        z.backward()


@pytest.mark.parametrize("view", [ag.flip, ag.rot90, ag.diagonal, ag.squeeze, ag.ravel])
def test_views_of_a_plain_array_are_private(view: Any):
    given = np.array([[1.0, 2.0], [3.0, 4.0]])
    y = view(given)
    before = y.data.copy()
    given[:] = 7.0
    np.testing.assert_array_equal(y.data, before)
