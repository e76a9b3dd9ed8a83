"""Joining and splitting beyond the table: refusals, dtypes, unused parts, views."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, DTypeError, GraphError, OperandError, ShapeError

JOINS = [ag.concatenate, ag.stack, ag.vstack, ag.hstack]
every_join = pytest.mark.parametrize("join", JOINS, ids=lambda join: join.__name__)

# ---- refusals


@every_join
def test_what_is_no_sequence_of_operands_is_refused(join: Any):
    with pytest.raises(OperandError, match="list or a tuple"):
        join(ag.Variable([[1.0], [2.0]]))
    with pytest.raises(ArgumentError, match="nothing"):
        join([])


@every_join
def test_shapes_that_do_not_fit_are_named(join: Any):
    x, y = ag.Variable(np.ones((2, 2, 2))), ag.Variable(np.ones((3, 2, 3)))
    with pytest.raises(ShapeError, match=r"\(2, 2, 2\).*\(3, 2, 3\)"):
        join([x, y])


@pytest.mark.parametrize("axis", [2, -3])
def test_axes_out_of_range_are_refused(axis: int):
    x = ag.Variable(np.ones((2, 2)))
    for attempt in (
        lambda: ag.concatenate([x, x], axis=axis),
        lambda: ag.stack([x, x], axis=axis + np.sign(axis)),
        lambda: ag.split(x, 2, axis=axis),
        lambda: ag.repeat(x, 2, axis=axis),
    ):
        with pytest.raises(ShapeError, match="axis"):
            attempt()


@pytest.mark.parametrize(
    ("where", "error"),
    [(3, ShapeError), (0, ArgumentError), (-2, ArgumentError), ([2, 1], ArgumentError)],
)
def test_parts_that_cannot_be_are_refused(where: Any, error: type[Exception]):
    with pytest.raises(error, match="split"):
        ag.split(ag.Variable([1.0, 2.0, 3.0, 4.0]), where)


@pytest.mark.parametrize(
    ("repeats", "error"),
    [
        (-1, ArgumentError),
        ([1, -1], ArgumentError),
        ([1, 2, 3], ShapeError),
        ([[1, 2]], ShapeError),
        ([1.0, 2.0], DTypeError),
        (1.5, DTypeError),
    ],
)
def test_repeats_that_cannot_be_are_refused(repeats: Any, error: type[Exception]):
    with pytest.raises(error, match="repeat"):
        ag.repeat(ag.Variable([1.0, 2.0]), repeats)


@pytest.mark.parametrize(
    ("reps", "error"), [(-1, ArgumentError), ((1, -2), ArgumentError), (0.5, OperandError)]
)
def test_tiles_that_cannot_be_are_refused(reps: Any, error: type[Exception]):
    with pytest.raises(error, match="tile"):
        ag.tile(ag.Variable([1.0, 2.0]), reps)


# ---- operands


@every_join
def test_dtypes_are_promoted_and_gradients_come_back_in_their_own(join: Any):
    x, y = ag.Variable([1.0, 2.0], dtype=np.float32), ag.Variable([3.0, 4.0])
    z = join([x, y, [5, 6], np.array([7.0, 8.0], np.float16)])
    assert z.dtype == np.float64
    z.sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)


@every_join
def test_only_leaves_get_gradients(join: Any):
    x = ag.Variable([1.0, 2.0])
    z = join([np.zeros(2), x, ag.Variable([3.0, 4.0], requires_grad=False), x])
    weights = np.arange(8.0).reshape(z.shape)
    z.backward(weights)
    parts = weights.T.reshape(4, 2) if z.shape == (2, 4) else weights.reshape(4, 2)
    np.testing.assert_array_equal(x.grad, parts[1] + parts[3])


@every_join
def test_constants_alone_are_joined_to_a_copy(join: Any):
    given = np.array([1.0, 2.0])
    z = join([given])
    given[:] = 7.0
    assert not z.requires_grad
    np.testing.assert_array_equal(z.data.ravel(), [1.0, 2.0])


def test_numbers_are_stacked():
    x = ag.Variable(2.0)
    z = ag.stack([1.0, x, 3])
    z.backward(np.array([1.0, 10.0, 100.0]))
    np.testing.assert_array_equal(z.data, [1.0, 2.0, 3.0])
    assert float(x.grad) == 10


# ---- parts


@pytest.mark.parametrize("used", list(product([False, True], repeat=3))[1:])
@pytest.mark.parametrize("create_graph", [False, True])
def test_unused_parts_get_zeros(used: tuple[bool, ...], create_graph: bool):
    x = ag.Variable([1.0, 2.0, 3.0], dtype=np.float32)
    parts = [part for part, wanted in zip(ag.split(x * 1.0, 3), used, strict=True) if wanted]
    total = ag.concatenate([part * part for part in parts]).sum()
    first = ag.gradients(total, x, create_graph=create_graph)
    expected = np.where(used, 2 * x.data, 0)
    np.testing.assert_array_equal(first.data if create_graph else first, expected)
    if create_graph:
        second = ag.gradients(first.sum() + (x * 0.0).sum(), x)
        np.testing.assert_array_equal(second, np.where(used, 2.0, 0.0))


@pytest.mark.parametrize("where", [1, []])
def test_one_part_is_a_list_too(where: Any):
    x = ag.Variable([1.0, 2.0])
    (part,) = ag.split(x, where)
    (part * 3.0).sum().backward()
    np.testing.assert_array_equal(x.grad, 3.0)


def test_parts_are_views_whose_writes_are_noticed():
    x = ag.Variable([1.0, 2.0, 3.0])
    first, second = ag.split(x, [1])
    assert np.shares_memory(first.data, x.data)
    y = (first * first + second.sum()).sum()
    x.assign([7.0, 8.0, 9.0])
    np.testing.assert_array_equal(second.data, [8.0, 9.0])
    with pytest.raises(GraphError, match="written"):
        y.backward()


def test_parts_of_a_plain_array_are_private():
    given = np.array([1.0, 2.0])
    w = ag.Variable([3.0])
    first, second = ag.split(given, 2)
    y = w * first * second
    given[:] = 7.0
    y.backward(np.ones(1))
    np.testing.assert_array_equal(w.grad, [2.0])


def test_a_thousand_parts_and_back():
    x = ag.Variable(np.arange(2000.0))
    parts = ag.split(x, 1000)
    ag.concatenate([part * float(i) for i, part in enumerate(parts)]).sum().backward()
    np.testing.assert_array_equal(x.grad, np.repeat(np.arange(1000.0), 2))


def test_a_split_is_described():
    x = ag.Variable([1.0, 2.0], name="x")
    first, second = ag.split(x, 2)
    y = (first * second).sum()
    y.backward()
    assert [node.name for node in ag.describe(y).nodes].count("split") == 1
    assert "split" in ag.draw(y).dot
