"""Clipping in captured functions: the same factor, found without looking at a number."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import NonFiniteError
from autograd_lite.optim import SGD, clip_grad_norm, clip_grad_value

RNG = np.random.default_rng(0)
X = RNG.random((30, 6))
T = RNG.integers(0, 3, 30)


def step_of(clip, dtype="float32"):
    """Return parameters, and a step that clips their gradients."""
    model = ag.nn.MLP(6, 5, 3, rng=0, dtype=dtype)
    optimizer = SGD(model.parameters(), lr=0.5)

    def step(x, t):
        optimizer.zero_grad()
        ag.softmax_cross_entropy(model(x), t).backward()
        found = clip(model.parameters())
        optimizer.step()
        return found

    return model.parameters(), step


def gradients_of(clip, *sizes):
    """Return leaves, and a function that gives them a gradient each and clips it."""
    leaves = [ag.Variable(np.ones(size, np.float32)) for size in sizes]

    def run(*slopes):
        for leaf, slope in zip(leaves, slopes, strict=True):
            leaf.zero_grad()
            (leaf * slope).sum().backward()
        return clip(leaves)

    return leaves, run


def same(these, those, places=0.0):
    for p, q in zip(these, those, strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=places, atol=0)
    return True


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("most", [0.0, 0.01, 0.3, 1e3, np.inf])
def test_steps_clipped_by_their_norm(dtype, most):
    def clip(parameters):
        return clip_grad_norm(parameters, most)

    (eager, step), (captured, twin) = step_of(clip, dtype), step_of(clip, dtype)
    program = ag.capture(twin)
    x = X.astype(dtype)
    for _ in range(3):
        norm, found = step(x, T), program(x, T)
        assert norm == pytest.approx(float(found), rel=1e-6)
        assert norm > 0.05
    assert same(eager, captured, 2e-3 if dtype == "float16" else 1e-6)


def test_a_norm_below_the_limit_changes_no_digit():
    (eager, step), (captured, twin) = [
        step_of(lambda ps: clip_grad_norm(ps, 1e3)),
        step_of(lambda ps: clip_grad_norm(ps, np.inf)),
    ]
    program = ag.capture(twin)
    for _ in range(3):
        step(X.astype("float32"), T)
        program(X.astype("float32"), T)
    assert same(eager, captured)


def test_steps_clipped_by_value():
    def clip(parameters):
        clip_grad_value(parameters, 0.01)

    (eager, step), (captured, twin) = step_of(clip), step_of(clip)
    program = ag.capture(twin)
    for _ in range(3):
        step(X.astype("float32"), T)
        program(X.astype("float32"), T)
    assert same(eager, captured)


@pytest.mark.parametrize("clip", [clip_grad_norm, clip_grad_value])
def test_the_gradients_are_there_afterwards_clipped(clip):
    slopes = [np.array([3.0, 0.0], "float32"), np.array([[4.0], [0.5]], "float32")]
    eager, run = gradients_of(lambda leaves: clip(leaves, 1.0), 2, (2, 1))
    captured, twin = gradients_of(lambda leaves: clip(leaves, 1.0), 2, (2, 1))
    program = ag.capture(twin)
    for factor in (1.0, 2.0, 0.01):
        given = [slope * np.float32(factor) for slope in slopes]
        run(*given)
        program(*given)
        for a, b in zip(eager, captured, strict=True):
            np.testing.assert_allclose(a.grad, b.grad, rtol=1e-6)
    assert abs(eager[0].grad).max() == pytest.approx(0.03)  # the last of them is not clipped


def test_leaves_without_gradients_are_passed_over():
    lonely, held = ag.Variable([1.0, 2.0]), ag.Variable([1.0])

    @ag.capture
    def run(slope):
        held.zero_grad()
        (held * slope).sum().backward()
        return clip_grad_norm([lonely, held], 1.0)

    assert run(np.array([5.0])) == pytest.approx(5.0)
    assert lonely.grad is None
    assert held.grad == pytest.approx(1.0, abs=1e-6)
    assert ag.capture(lambda: clip_grad_norm([lonely], 1.0))() == 0.0


@pytest.mark.parametrize("size", [1e25, 1e-30, 0.0])
def test_squares_beyond_the_range_of_the_dtype(size):
    slopes = np.array([3 * size, 4 * size], "float32"), np.array([1.0], "float32")
    eager, run = gradients_of(lambda leaves: clip_grad_norm(leaves, 2.0), 2, 1)
    captured, twin = gradients_of(lambda leaves: clip_grad_norm(leaves, 2.0), 2, 1)
    program = ag.capture(twin)
    program(np.ones(2, "float32"), slopes[1])  # it is captured with other numbers
    assert float(program(*slopes)) == pytest.approx(run(*slopes), rel=1e-6)
    for a, b in zip(eager, captured, strict=True):
        np.testing.assert_allclose(a.grad, b.grad, rtol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gradient_that_is_not_finite_raises_and_nothing_is_written(bad):
    model, step = step_of(lambda parameters: clip_grad_norm(parameters, 1.0))
    program = ag.capture(step)
    x = X.astype("float32")
    program(x, T)
    before = [parameter.data.copy() for parameter in model]
    x[0, 0] = bad
    with np.errstate(all="ignore"), pytest.raises(NonFiniteError, match="gradient of parameter 0"):
        program(x, T)
    assert all((parameter.data == old).all() for parameter, old in zip(model, before, strict=True))
