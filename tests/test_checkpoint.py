"""Checkpoints: the same numbers as without, for less memory, or an error."""

from __future__ import annotations

import gc
import threading
import tracemalloc

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import GraphError, OperandError

X = np.random.default_rng(0).standard_normal((6, 4))


def both(f, *leaves, seed=0):
    """Return values and gradients without and with a checkpoint."""
    found = []
    for g in (f, ag.checkpoint(f)):
        ag.seed(seed)
        variables = [ag.Variable(x) for x in leaves]
        y = g(*variables)
        (y * y).sum().backward()
        found.append([y.data, *[v.grad for v in variables]])
    for plain, again in zip(*found, strict=True):
        np.testing.assert_array_equal(plain, again)


def test_values_and_gradients_are_those_without():
    both(lambda x: ag.tanh(x) * ag.exp(x), X)
    both(lambda x, y: (x @ y.T).sum(axis=0), X, X[:2])
    both(lambda x: x.reshape(-1)[::2] * 3.0, X)


def test_random_numbers_are_drawn_once():
    both(lambda x: ag.dropout(ag.sin(ag.dropout(x, 0.5)), 0.3), X)
    ag.seed(3)
    x = ag.Variable(X)
    y = ag.checkpoint(lambda x: ag.dropout(x, 0.5))(x)
    following = ag.dropout(X, 0.5).data
    y.sum().backward()
    ag.seed(3)
    ag.dropout(X, 0.5)
    np.testing.assert_array_equal(following, ag.dropout(X, 0.5).data)  # none was drawn since
    np.testing.assert_array_equal(x.grad != 0, y.data != 0)


def test_checkpoints_in_checkpoints():
    inner = ag.checkpoint(lambda x: ag.dropout(ag.sin(x), 0.5))
    both(lambda x: ag.dropout(inner(x) * inner(x), 0.5), X)


def test_parameters_and_other_variables_from_outside():
    model = ag.nn.MLP(4, 8, 3, rng=0)
    x = ag.Variable(X.astype(np.float32))
    w = ag.Variable(2.0)
    outer = w * 3.0  # computed before
    found = []

    def part(x):
        return model(x) * outer

    for run in (part, ag.checkpoint(part)):
        for v in (x, w, *model.parameters()):
            v.zero_grad()
        outer = w * 3.0
        (run(x) ** 2).sum().backward()
        found.append([v.grad for v in (x, w, *model.parameters())])
    for plain, again in zip(*found, strict=True):
        np.testing.assert_allclose(again, plain, rtol=1e-6)


def test_second_derivatives():
    h = ag.hessian(lambda x: ag.checkpoint(lambda x: ag.sin(x) ** 2)(x).sum())
    x = X[0]
    np.testing.assert_allclose(h(x), np.diag(2 * np.cos(2 * x)), rtol=1e-12, atol=1e-15)
    third = ag.grad(ag.grad(ag.grad(ag.checkpoint(lambda x: x**4))))
    assert third(2.0) == pytest.approx(48.0)
    w = ag.Variable(3.0)
    cubed = ag.checkpoint(lambda x: w**3 * x)
    slope = ag.gradients(cubed(ag.Variable(2.0)), w, create_graph=True)
    assert ag.gradients(slope, w) == pytest.approx(36.0)
    assert ag.gradcheck(ag.checkpoint(lambda x: ag.tanh(x) * x), [X[0]])
    assert ag.gradgradcheck(ag.checkpoint(lambda x: ag.tanh(x) * x), [X[0]])


def test_trees_and_what_is_no_variable():
    def f(p, *, label):
        return {"y": p["x"] * 2, "label": label, "same": p["x"], "fixed": X}

    x = ag.Variable(X)
    result = ag.checkpoint(f)({"x": x}, label="a")
    assert result["label"] == "a"
    assert result["same"] is x
    assert result["fixed"] is X
    result["y"].sum().backward()
    np.testing.assert_array_equal(x.grad, np.full(X.shape, 2.0))


def test_several_outputs_of_which_one_is_used():
    x = ag.Variable(X)
    a, b = ag.checkpoint(lambda x: (ag.sin(x), ag.exp(x)))(x)
    assert a.creator is b.creator
    b.sum().backward()
    np.testing.assert_array_equal(x.grad, np.exp(X))


def test_the_callers_arrays_are_copied():
    given = X.copy()
    x = ag.Variable(X)
    y = ag.checkpoint(lambda x, c: x * c)(x, given)
    given[:] = 0
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, X)


def test_without_recording_it_is_the_function():
    f = ag.checkpoint(lambda x: x * 2)
    with ag.no_grad():
        assert f(ag.Variable(X)).creator is None
    assert f(3.0) == 6.0
    step = ag.capture(lambda x: ag.grad(lambda x: ag.checkpoint(ag.sin)(x).sum())(x))
    for _ in range(3):
        np.testing.assert_allclose(step(X), np.cos(X), rtol=1e-12)


def test_what_cannot_be_repeated_raises():
    rng = np.random.default_rng(0)
    x = ag.Variable(X)
    y = ag.checkpoint(lambda x: x * rng.random(4))(x)
    with pytest.raises(GraphError, match="computed other values"):
        y.sum().backward()
    assert x.grad is None


def test_a_write_between_the_passes_raises():
    w = ag.Variable(2.0)
    view = w.reshape(1)
    for read in (lambda x: x * w, lambda x: x * view):
        y = ag.checkpoint(read)(ag.Variable(X))
        w.assign(w.data + 1)
        with pytest.raises(GraphError, match="was written since"):
            y.sum().backward()
    buffer = ag.Variable(1.0, requires_grad=False)
    y = ag.checkpoint(lambda x: x * buffer)(ag.Variable(X))
    buffer.assign(3.0)
    with pytest.raises(GraphError, match="was written since"):
        y.sum().backward()


def test_a_function_that_writes_is_refused():
    norm = ag.nn.BatchNorm1d(4)
    with pytest.raises(GraphError, match="wrote into a Variable"):
        ag.checkpoint(norm)(ag.Variable(X.astype(np.float32)))


def test_it_takes_functions_only():
    with pytest.raises(OperandError, match="checkpoint: the first argument"):
        ag.checkpoint(3.0)


def test_a_second_backward_raises_unless_retained():
    x = ag.Variable(X)
    y = ag.checkpoint(ag.sin)(x).sum()
    y.backward(retain_graph=True)
    y.backward()
    np.testing.assert_allclose(x.grad, 2 * np.cos(X), rtol=1e-14)
    with pytest.raises(GraphError, match="released"):
        y.backward()


def peak(parts):
    """Return the most memory that a deep network took in forward and backward, in arrays."""

    def part(x):
        for _ in range(10):
            x = ag.sin(x)
        return x

    x = ag.Variable(np.zeros(100_000))
    run = part if not parts else ag.checkpoint(part)
    gc.collect()
    tracemalloc.start()
    y = x
    for _ in range(10):
        y = run(y)
    y.sum().backward()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 800_000


def test_it_takes_less_memory():
    assert peak(parts=False) > 95
    assert peak(parts=True) < 35


def test_nothing_is_left_behind():
    gc.collect()
    gc.disable()
    try:
        x = ag.Variable(np.zeros(100_000))
        tracemalloc.start()
        for _ in range(3):
            y = ag.checkpoint(lambda x: ag.sin(x) * ag.exp(x))(x)
            y.sum().backward()
            x.zero_grad()
            del y
        assert tracemalloc.get_traced_memory()[0] < 400_000
    finally:
        tracemalloc.stop()
        gc.enable()


def test_transforms_of_checkpoints():
    """What stood for the argument is a constant again when the function runs a second time."""
    x = X[0]
    f = ag.checkpoint(lambda x: (ag.sin(x) * x).sum())
    slope = np.sin(x) + x * np.cos(x)
    np.testing.assert_allclose(ag.grad(f)(x), slope, rtol=1e-13)
    np.testing.assert_allclose(ag.value_and_grad(f)(x)[1], slope, rtol=1e-13)
    np.testing.assert_allclose(ag.elementwise_grad(f)(x), slope, rtol=1e-13)
    inside = ag.checkpoint(lambda x: ag.grad(lambda y: (y**3).sum())(x).sum())
    np.testing.assert_allclose(ag.grad(inside)(x), 6 * x, rtol=1e-13)
    with ag.no_grad():
        np.testing.assert_allclose(ag.grad(f)(x), slope, rtol=1e-13)
    _, pull = ag.vjp(f, x)
    for _ in range(2):
        np.testing.assert_allclose(pull(1.0)[0], slope, rtol=1e-13)


def test_threads_pull_back_through_one_checkpoint():
    x = X[0]
    _, pull = ag.vjp(ag.checkpoint(lambda x: ag.sin(x) * x), x)
    found = []

    def work():
        for _ in range(30):
            found.append(pull(np.ones(4))[0])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 120
    for gradient in found:
        np.testing.assert_allclose(gradient, np.sin(x) + x * np.cos(x), rtol=1e-13)


def test_what_it_reads_may_depend_on_what_else_it_reads():
    def slopes(checkpoint):
        x = ag.Variable(X)
        y = ag.sin(x) * 2.0
        part = checkpoint(lambda y: x * y * ag.exp(y))
        part(y).sum().backward()
        (first,) = ag.gradients([part(ag.sin(x) * 2.0).sum()], [x], create_graph=True)
        second = ag.gradients((first * first).sum(), x)
        return x.grad, first.data, second

    for plain, again in zip(slopes(lambda f: f), slopes(ag.checkpoint), strict=True):
        np.testing.assert_allclose(again, plain, rtol=1e-12)


def test_another_structure_the_second_time_raises():
    for results in ([lambda x: (x * 2, x * 3), lambda x: x * 2], [lambda x: x * 2, lambda _: 3.0]):
        runs = iter(results)
        y = ag.checkpoint(lambda x, runs=runs: next(runs)(x))(ag.Variable(X))
        with pytest.raises(GraphError, match="computed other values"):
            (y[0] if isinstance(y, tuple) else y).sum().backward()


def test_what_was_frozen_since_gets_no_gradient_and_stays_frozen():
    w, x = ag.Variable(2.0), ag.Variable(X)
    y = ag.checkpoint(lambda x: x * w)(x)
    w.requires_grad = False
    y.sum().backward()
    assert w.grad is None
    assert not w.requires_grad
    np.testing.assert_array_equal(x.grad, np.full(X.shape, 2.0))


def test_another_thread_may_write():
    w, started, written = ag.Variable(1.0), threading.Event(), threading.Event()

    def write():
        started.wait()
        w.assign(2.0)
        written.set()

    def f(x):
        started.set()
        assert written.wait(10)
        return x * 2

    thread = threading.Thread(target=write)
    thread.start()
    x = ag.Variable(X)
    ag.checkpoint(f)(x).sum().backward()
    thread.join()
    np.testing.assert_array_equal(x.grad, np.full(X.shape, 2.0))
