"""Normalization: statistics, equal values, float16, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, AutogradError, OperandError, ShapeError

RNG = np.random.default_rng(0)
DATA = RNG.normal(3.0, 2.0, (6, 3))
EVERY = {
    "batch_norm": ag.batch_norm,
    "batch_norm of images": lambda x, *p, **o: ag.batch_norm(x.reshape(*x.shape, 1), *p, **o),
    "layer_norm": lambda x, *p, **o: ag.layer_norm(x.T, *p, **o).T,
}
every_one = pytest.mark.parametrize("normalize", EVERY.values(), ids=EVERY)


# ---- equal values, large values


@every_one
@pytest.mark.parametrize("value", [0.1, 1e4 / 3, 12345.678, -1e6 / 7])
@pytest.mark.parametrize("count", [2, 7, 1000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equal_values_become_0(normalize: Any, value: float, count: int, dtype: Any):
    x = ag.Variable(np.full((count, 2), value), dtype=dtype)
    y = normalize(x)
    np.testing.assert_allclose(y.data, 0.0, atol=1e-5)
    weights = np.zeros(y.shape, dtype)
    weights[0] = 1.0
    first = ag.gradients(y, x, weights, create_graph=True)
    expected = np.full((count, 2), -1.0 / count)
    expected[0] += 1.0
    np.testing.assert_allclose(first.data, expected / np.sqrt(1e-5), rtol=1e-4)
    second = ag.gradients((first * first).sum(), x)
    np.testing.assert_allclose(second, 0.0, atol=10.0)  # of slopes of 10^7 or so


@every_one
def test_digits_are_not_lost_beside_a_large_mean(normalize: Any):
    noise = RNG.integers(-8, 9, (1000, 2)) / 64
    x = ag.Variable(noise + 1e4, dtype=np.float32)  # exact: 1e4 has 10 binary places to spare
    np.testing.assert_allclose(
        normalize(x).data.reshape(1000, 2),
        normalize(ag.Variable(noise)).data.reshape(1000, 2),
        atol=2e-5,
    )


@every_one
def test_float16_is_computed_in_float32(normalize: Any):
    x = ag.Variable(RNG.normal(200.0, 50.0, (6000, 2)), dtype=np.float16)
    exact = ag.Variable(x.data, dtype=float)
    y, same = normalize(x), normalize(exact)
    np.testing.assert_allclose(y.data, same.data, atol=2e-3)
    weights = RNG.normal(size=y.shape).astype(np.float16)
    y.backward(weights)
    same.backward(weights.astype(float))
    assert x.grad.dtype == np.float16
    np.testing.assert_allclose(x.grad, exact.grad, rtol=2e-2, atol=1e-3)


def test_float16_parameters_gather_thousands():
    for normalize, shape in ((ag.batch_norm, (6000, 1)), (ag.layer_norm, (6000, 2))):
        x = ag.Variable(RNG.normal(size=shape), dtype=np.float16)
        gamma, beta = (ag.Variable(np.ones(shape[1]), dtype=np.float16) for _ in range(2))
        normalize(x, gamma, beta).backward(np.ones(shape, np.float16))
        np.testing.assert_array_equal(beta.grad, 6000)


def test_a_single_column_is_its_own_mean():
    x, beta = ag.Variable([[5.0], [-2.0]]), ag.Variable([3.0])
    y = ag.layer_norm(x, None, beta)
    np.testing.assert_array_equal(y.data, 3.0)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, 0.0)
    np.testing.assert_array_equal(beta.grad, [2.0])


# ---- operands


@every_one
def test_only_what_is_wanted_gets_a_gradient(normalize: Any):
    weights = RNG.normal(size=normalize(DATA).shape)
    gamma, beta = RNG.normal(size=3), RNG.normal(size=3)
    if normalize is EVERY["layer_norm"]:
        gamma, beta = RNG.normal(size=6), RNG.normal(size=6)
    leaves = [ag.Variable(a) for a in (DATA, gamma, beta)]
    normalize(*leaves).backward(weights)
    for wanted in range(3):
        operands: list[Any] = [DATA, gamma, beta]
        v = operands[wanted] = ag.Variable(operands[wanted])
        normalize(*operands).backward(weights)
        np.testing.assert_allclose(v.grad, leaves[wanted].grad, rtol=1e-12)


@every_one
def test_it_is_one_node_and_keeps_no_operand(normalize: Any):
    x = ag.Variable(DATA)
    y = normalize(x)
    kinds = [node.name for node in _nodes(y)]
    assert sum("norm" in kind for kind in kinds) == 1
    assert "x" not in next(node for node in _nodes(y) if "norm" in node.name).kept_names


def _nodes(y: ag.Variable) -> list[Any]:
    found, stack = [], [y.creator]
    while stack:
        node = stack.pop()
        if node is not None and not isinstance(node, ag.Variable):
            found.append(node)
            stack += node.inputs
    return found


@pytest.mark.parametrize("numbers", [[[1, 2], [3, 6]], np.array([[1, 2], [3, 6]])])
def test_whole_numbers_are_normalized_as_floats(numbers: Any):
    expected = [[-1.0, -1.0], [1.0, 1.0]]
    np.testing.assert_allclose(ag.batch_norm(numbers, eps=1e-9).data, expected, rtol=1e-6)
    np.testing.assert_allclose(ag.layer_norm(numbers, axis=0, eps=1e-9).data, expected, rtol=1e-6)


def test_an_array_is_not_written():
    x, kept = DATA.copy(), DATA.copy()
    for normalize in EVERY.values():
        y = normalize(x)
        assert not np.shares_memory(y.data, x)
    np.testing.assert_array_equal(x, kept)


def test_channels_last_are_the_same_channels():
    x = RNG.normal(size=(4, 3, 5))
    last = ag.batch_norm(np.moveaxis(x, 1, -1), axis=-1).data
    np.testing.assert_allclose(np.moveaxis(last, -1, 1), ag.batch_norm(x).data, rtol=1e-12)


# ---- running statistics


@pytest.mark.parametrize("shape", [(6, 3), (2, 3, 3)])
@pytest.mark.parametrize("momentum", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("as_variables", [True, False])
def test_training_moves_the_running_statistics(
    shape: tuple[int, ...], momentum: float, dtype: Any, as_variables: bool
):
    x = RNG.normal(3.0, 2.0, shape)
    others = (0, *range(2, len(shape)))
    mean, var = np.array([1.0, 2.0, 3.0], dtype), np.array([4.0, 5.0, 6.0], dtype)
    running: list[Any] = [mean.copy(), var.copy()]
    if as_variables:
        running = [ag.Variable(r, requires_grad=False) for r in running]
    ag.batch_norm(ag.Variable(x), None, None, *running, momentum=momentum)
    found = [r.data if as_variables else r for r in running]
    assert [r.dtype for r in found] == [dtype, dtype]
    batch = x.mean(others), x.var(others, ddof=1)
    for r, before, now in zip(found, (mean, var), batch, strict=True):
        np.testing.assert_allclose(r, (1 - momentum) * before + momentum * now, rtol=1e-6)


def test_evaluation_uses_them_and_moves_nothing():
    mean, var = DATA.mean(0), DATA.var(0)
    kept = mean.copy(), var.copy()
    y = ag.batch_norm(ag.Variable(DATA), None, None, mean, var, training=False)
    np.testing.assert_allclose(y.data, ag.batch_norm(DATA).data, rtol=1e-12)
    np.testing.assert_array_equal((mean, var), kept)


@pytest.mark.parametrize("as_variables", [True, False])
def test_moving_them_disturbs_no_pending_backward(as_variables: bool):
    x, gamma = ag.Variable(DATA), ag.Variable(np.ones(3))
    running: list[Any] = [np.zeros(3), np.ones(3)]
    if as_variables:
        running = [ag.Variable(r, requires_grad=False) for r in running]
    y = ag.batch_norm(x, gamma, None, *running, training=False, eps=1e-12)
    ag.batch_norm(x, gamma, None, *running)
    y.backward(np.ones(y.shape))
    np.testing.assert_allclose(x.grad, 1.0)
    np.testing.assert_allclose(gamma.grad, DATA.sum(0))


def test_batches_train_the_statistics_of_the_whole():
    mean, var = np.zeros(2), np.ones(2)
    for _ in range(300):
        batch = RNG.normal([5.0, -1.0], [2.0, 0.5], (64, 2))
        ag.batch_norm(batch, None, None, mean, var, momentum=0.05)
    np.testing.assert_allclose(mean, [5.0, -1.0], atol=0.3)
    np.testing.assert_allclose(var, [4.0, 0.25], rtol=0.2)


def test_nothing_moves_where_something_is_refused():
    mean, var = np.zeros(3), np.ones(3)
    with pytest.raises(AutogradError):
        ag.batch_norm(ag.Variable(DATA), np.ones(2), None, mean, var)
    with pytest.raises(AutogradError):
        ag.batch_norm(ag.Variable(DATA), None, None, mean, _frozen(var))
    np.testing.assert_array_equal((mean, var), (np.zeros(3), np.ones(3)))


def _frozen(x: np.ndarray) -> np.ndarray:
    view = x.view()
    view.flags.writeable = False
    return view


# ---- what is refused

ZEROS, ONES = np.zeros(3), np.ones(3)
REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "batch_norm one sample": (lambda: ag.batch_norm(DATA[:1]), ShapeError, "1 values for each"),
    "batch_norm no sample": (lambda: ag.batch_norm(DATA[:0]), ShapeError, "0 values for each"),
    "batch_norm vector": (lambda: ag.batch_norm(DATA[0]), ShapeError, "axis 1"),
    "batch_norm gamma": (lambda: ag.batch_norm(DATA, np.ones(2)), ShapeError, r"shape \(3,\)"),
    "batch_norm beta": (lambda: ag.batch_norm(DATA, None, [[1.0]]), ShapeError, r"not \(1, 1\)"),
    "batch_norm eps": (lambda: ag.batch_norm(DATA, eps=0.0), ArgumentError, "eps is 0.0"),
    "batch_norm momentum": (lambda: ag.batch_norm(DATA, momentum=1.5), ArgumentError, "1.5"),
    "batch_norm none": (lambda: ag.batch_norm(DATA, training=False), ArgumentError, "pass both"),
    "batch_norm one": (
        lambda: ag.batch_norm(DATA, running_mean=ZEROS),
        ArgumentError,
        "both or neither",
    ),
    "batch_norm running shape": (
        lambda: ag.batch_norm(DATA, None, None, ZEROS, np.ones(2)),
        ShapeError,
        r"not \(2,\)",
    ),
    "batch_norm running lists": (
        lambda: ag.batch_norm(DATA, None, None, [0.0] * 3, [1.0] * 3),
        OperandError,
        "updated in place",
    ),
    "batch_norm running integers": (
        lambda: ag.batch_norm(DATA, None, None, ZEROS.astype(int), ONES),
        OperandError,
        "updated in place",
    ),
    "batch_norm running leaves": (
        lambda: ag.batch_norm(DATA, None, None, ag.Variable(ZEROS), ag.Variable(ONES)),
        OperandError,
        "requires_grad=False",
    ),
    "batch_norm evaluated leaves": (
        lambda: ag.batch_norm(
            DATA, None, None, ag.Variable(ZEROS), ag.Variable(ONES), training=False
        ),
        OperandError,
        "cannot be differentiated",
    ),
    "layer_norm empty": (lambda: ag.layer_norm(DATA[:, :0]), ShapeError, "empty"),
    "layer_norm axis": (lambda: ag.layer_norm(DATA, axis=2), ShapeError, "axis 2"),
    "layer_norm gamma": (lambda: ag.layer_norm(DATA, np.ones(6)), ShapeError, r"shape \(3,\)"),
    "layer_norm eps": (lambda: ag.layer_norm(DATA, eps=-1.0), ArgumentError, "eps is -1.0"),
}


@pytest.mark.parametrize("attempt", REFUSED)
def test_what_does_not_fit_is_refused(attempt: str):
    call, error, match = REFUSED[attempt]
    with pytest.raises(error, match=match) as caught:
        call()
    assert str(caught.value).startswith(attempt.partition(" ")[0])


def test_evaluation_takes_a_single_sample_and_lists():
    y = ag.batch_norm(DATA[:1], None, None, [0.0] * 3, [1.0] * 3, training=False)
    np.testing.assert_allclose(y.data, DATA[:1] / np.sqrt(1 + 1e-5))
