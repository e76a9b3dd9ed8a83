"""All rows of a Jacobian at once are those that one pass after the other gives."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import Row
from hypothesis import given, settings
from hypothesis import strategies as st
from rows import TABLE

import autograd_lite as ag
from autograd_lite.arrays import NUMPY
from autograd_lite.graph.function import PORT
from autograd_lite.graph.reach import Reach
from autograd_lite.graph.walk import nodes_below
from autograd_lite.transforms import batching, matrices
from autograd_lite.transforms.batched import BATCHED, Batched, UnbatchedError

every_operation = pytest.mark.parametrize("row", TABLE, ids=str)
X = np.random.default_rng(0).standard_normal(6)


def compare(output, leaves):
    """Compare both ways; return whether there was a batch to compare."""
    reach = Reach([output], leaves)
    one_by_one = matrices._rows(reach, output, leaves)
    at_once = batching.pulled_at_once(reach, output, leaves)
    if at_once is None:
        return False
    for batch, expected in zip(at_once, one_by_one, strict=True):
        assert batch.shape == expected.shape
        assert batch.dtype == expected.dtype
        scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
        np.testing.assert_allclose(batch, expected, rtol=0, atol=1e-13 * scale)
    return True


def goes_row_by_row(output):
    """Whether there are nodes of several outputs, or NaNs that were left out."""
    nodes = [node for node in nodes_below([output]) if isinstance(node, ag.Function)]
    return any(node.arity == PORT or node.notes.hides for node in nodes)


@every_operation
@settings(max_examples=6)
@given(data=st.data())
def test_first_derivatives(row: Row, data: st.DataObject):
    example = data.draw(row.examples)
    leaves = [ag.Variable(x) for x in example.operands]
    output = row(leaves, example)
    assert compare(output, leaves) or output.size < 2 or goes_row_by_row(output)


@every_operation
@settings(max_examples=6)
@given(data=st.data())
def test_second_derivatives(row: Row, data: st.DataObject):
    example = data.draw(row.examples)
    leaves = [ag.Variable(x) for x in example.operands]
    output = row(leaves, example)
    weights = np.cos(np.arange(output.size, dtype=output.dtype)).reshape(output.shape)
    for gradient in ag.gradients(output, leaves, weights, create_graph=True):
        if gradient.requires_grad:
            compare(gradient, leaves)


def count_rows(monkeypatch):
    """Let what is taken row by row be counted, by the node's name."""
    taken = []
    slowly = batching._row_by_row
    monkeypatch.setattr(
        batching, "_row_by_row", lambda node, g: (taken.append(node.name), slowly(node, g))[1]
    )
    return taken


def test_what_scientists_write_needs_no_single_rows(monkeypatch):
    taken = count_rows(monkeypatch)
    a = X.reshape(2, 3)

    def f(x):
        y = ag.tanh(x @ a.T @ a) * ag.exp(-x) / (1 + x**2)
        return ag.where(y > 0, y, ag.sin(y))[::-1].reshape(3, 1).T + y.sum() - y.mean()

    jacobian = ag.jacobian(f)(X[:3])
    ag.hessian(lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum())(X)
    assert set(taken) <= {"mean"}
    monkeypatch.setattr(matrices, "pulled_at_once", lambda *_: None)
    np.testing.assert_allclose(ag.jacobian(f)(X[:3]), jacobian, rtol=1e-12, atol=1e-14)


def test_what_is_not_known_is_taken_row_by_row(monkeypatch):
    taken = count_rows(monkeypatch)
    found = ag.jacobian(lambda x: ag.cumprod(ag.sin(x)))(X)
    assert taken == ["cumprod"]
    monkeypatch.setattr(matrices, "pulled_at_once", lambda *_: None)
    np.testing.assert_allclose(ag.jacobian(lambda x: ag.cumprod(ag.sin(x)))(X), found, rtol=1e-13)


def test_zero_times_infinity_goes_the_slow_way():
    with np.errstate(divide="ignore"):
        found = ag.jacobian(lambda x: ag.sqrt(x))(np.array([0.0, 4.0]))
    assert found.tolist() == [[np.inf, 0.0], [0.0, 0.25]]


def test_hooks_see_every_row():
    seen = []

    def f(x):
        y = x * 2
        y.register_hook(lambda g: seen.append(g.copy()))
        return ag.sin(y)

    ag.jacobian(f)(X)
    assert len(seen) == len(X)


def test_users_functions_and_several_outputs():
    class Double(ag.Function):
        def forward(self, x):
            return 2 * x

        def backward(self, gy):
            assert gy.shape == (6,)
            return 2 * gy

    np.testing.assert_array_equal(ag.jacobian(lambda x: Double()(x))(X), 2 * np.eye(6))


def test_large_stacks_go_row_by_row(monkeypatch):
    monkeypatch.setattr(batching, "MOST", 10)
    leaf = ag.Variable(X)
    assert batching.pulled_at_once(Reach([leaf * 2], [leaf]), leaf * 2, [leaf]) is None


@pytest.mark.parametrize(
    "act",
    [
        lambda b: np.asarray(b),
        bool,
        len,
        lambda b: b.flags,
        lambda b: np.add.reduce(b),
        lambda b: np.sort(b),
        lambda b: b[np.array([0]), np.array([1])],
        lambda b: np.add(b, 1, out=b),
        lambda b: BATCHED.cumsum(b, 0),
        lambda b: b @ b,
    ],
)
def test_what_a_batch_cannot_do_it_says(act):
    with pytest.raises(UnbatchedError):
        act(Batched(np.ones((2, 3, 4))))


@given(st.data())
def test_the_batched_namespace_does_to_each_row_what_numpys_does(data):
    array = np.random.default_rng(data.draw(st.integers(0, 99))).standard_normal((3, 2, 1, 4))
    flat = np.arange(4.0)
    act = data.draw(
        st.sampled_from(
            [
                lambda xp, x: xp.sum_to(x, (1, 4)),
                lambda xp, x: xp.sum_to(x, ()),
                lambda xp, x: xp.sum(x, 0),
                lambda xp, x: xp.sum(x, (0, -1), keepdims=True),
                lambda xp, x: xp.broadcast_to(x, (5, 2, 3, 4)),
                lambda xp, x: xp.expand_dims(x, (0, -1)),
                lambda xp, x: xp.transpose(x, (2, 0, 1)),
                lambda xp, x: x.T,
                lambda xp, x: x.reshape(4, -1),
                lambda xp, x: xp.where(x > 0, x, flat),
                lambda xp, x: xp.scatter_add(x, slice(1, 3), (4, 1, 4)),
                lambda xp, x: xp.scatter_add(x, np.array([1, 1]), (4, 1, 4)),
                lambda xp, x: x[..., None, 1:],
                lambda xp, x: flat - x * np.ones((6, 1, 1, 1)),
                lambda xp, x: np.ones((7, 2, 4)) / (2 + xp.cos(x[:, 0])),
                lambda xp, x: x[:, 0] @ np.ones((4, 2)),
                lambda xp, x: np.ones((3, 2)) @ x[:, 0],
                lambda xp, x: np.arange(8.0).reshape(2, 4) @ x[0, 0],
                lambda xp, x: x[0, 0] @ np.arange(8.0).reshape(4, 2),
                lambda xp, x: x @ flat,
            ]
        )
    )
    rows = act(BATCHED, Batched(array))
    for i, row in enumerate(array):
        np.testing.assert_allclose(rows.array[i], act(NUMPY, row), rtol=1e-14)
        assert rows.shape == act(NUMPY, row).shape
