"""Dropout: probabilities, generators, evaluation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, GradientCheckError, OperandError
from autograd_lite.functions.stochastic import DEFAULT, FEW


@pytest.mark.parametrize("p", [0.001, 0.1, 0.25, 0.3, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("size", [FEW, 2**20, 2**20 + 3])
def test_p_of_the_elements_are_dropped(p: float, size: int):
    """Within five standard deviations, also where p is no multiple of 1/256."""
    draws = max(2**20 // size, 1)
    rng = np.random.default_rng(1)
    dropped = sum(
        int((ag.dropout(np.ones(size, np.float32), p, generator=rng).data == 0).sum())
        for _ in range(draws)
    )
    total = draws * size
    assert abs(dropped - p * total) < 5 * np.sqrt(total * p * (1 - p))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.7])
@pytest.mark.parametrize("size", [10, 2 * FEW])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_others_are_scaled_and_the_gradient_too(p: float, size: int, dtype: Any):
    x = ag.Variable(np.linspace(1.0, 2.0, size), dtype=dtype)
    y = ag.dropout(x, p, generator=3)
    kept = y.data != 0
    np.testing.assert_array_equal(y.data, x.data * kept * dtype(1 / (1 - p)))
    weights = np.linspace(-1.0, 1.0, size).astype(dtype)
    y.backward(weights)
    np.testing.assert_array_equal(x.grad, weights * kept * dtype(1 / (1 - p)))


@pytest.mark.parametrize("size", [100, 2 * FEW])
def test_a_seed_gives_the_same_mask_and_a_generator_the_next_one(size: int):
    x = np.ones(size)
    first, again, other = (ag.dropout(x, generator=seed).data for seed in (5, np.int64(5), 6))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    rng = np.random.default_rng(5)
    drawn = [ag.dropout(x, generator=rng).data for _ in range(2)]
    np.testing.assert_array_equal(drawn[0], first)
    assert (drawn[0] != drawn[1]).any()


def test_the_default_generator_can_be_seeded():
    drawn = []
    for _ in range(2):
        ag.seed(7)
        drawn.append([ag.dropout(np.ones(50)).data for _ in range(2)])
    ag.seed(None)
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0][0] != drawn[0][1]).any()


def test_threads_share_the_default_generator():
    def masks(_: int) -> list[bytes]:
        return [ag.dropout(np.ones(200)).data.tobytes() for _ in range(50)]

    with ThreadPoolExecutor(4) as pool:
        found = [mask for drawn in pool.map(masks, range(4)) for mask in drawn]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("options", [{"p": 0}, {"p": 0.0}, {"training": False}])
def test_nothing_to_drop_is_the_identity(options: dict[str, Any]):
    x = ag.Variable([1.0, np.inf])
    assert ag.dropout(x, **options) is x
    array = np.array([1.0, 2.0])
    y = ag.dropout(array, **options)
    assert not y.requires_grad
    assert not np.shares_memory(y.data, array)
    ag.seed(0)
    state = DEFAULT.generator.bit_generator.state
    ag.dropout(x, **options)
    assert DEFAULT.generator.bit_generator.state == state


def test_everything_dropped_is_0():
    x = ag.Variable(np.ones(3 * FEW))
    y = ag.dropout(x, 1)
    y.backward(np.ones(x.shape))
    np.testing.assert_array_equal(y.data, 0.0)
    np.testing.assert_array_equal(x.grad, 0.0)


def test_the_mean_stays():
    y = ag.dropout(np.ones(10**6), 0.3, generator=0)
    assert abs(y.data.mean() - 1.0) < 5e-3


@pytest.mark.parametrize("numbers", [[1, 2, 3], np.array([1, 2, 3]), 3])
def test_whole_numbers_become_floats(numbers: Any):
    y = ag.dropout(numbers, 0.5, generator=1)
    assert y.dtype == np.float64
    assert set(np.unique(y.data)) <= {0.0, 2.0, 4.0, 6.0}


@np.errstate(all="ignore")
def test_an_infinite_gradient_reaches_only_what_was_kept():
    x = ag.Variable(np.zeros(20))
    y = ag.dropout(ag.sqrt(x) + 1.0, 0.5, generator=0)
    y.backward(np.full(20, np.inf))
    np.testing.assert_array_equal(x.grad, np.where(y.data != 0, np.inf, 0.0))


@pytest.mark.parametrize("p", [-0.1, 1.1, np.nan])
def test_p_is_a_probability(p: float):
    with pytest.raises(ArgumentError, match="between 0 and 1"):
        ag.dropout(ag.Variable([1.0]), p)


@pytest.mark.parametrize(
    ("generator", "error"),
    [(-1, ArgumentError), (1.5, OperandError), (np.random.RandomState(0), OperandError)],
)
def test_a_generator_is_one_of_numpys_or_a_seed(generator: Any, error: type[Exception]):
    with pytest.raises(error, match="dropout"):
        ag.dropout(ag.Variable([1.0]), generator=generator)


def test_a_fixed_seed_can_be_checked_and_randomness_is_noticed():
    x = np.linspace(0.5, 1.5, 20)
    ag.gradcheck(lambda v: ag.dropout(ag.tanh(v), 0.4, generator=11), x)
    ag.gradgradcheck(lambda v: ag.dropout(ag.tanh(v), 0.4, generator=11), x)
    rng = np.random.default_rng(0)
    with pytest.raises(GradientCheckError, match="different results"):
        ag.gradcheck(lambda v: ag.dropout(v, 0.4, generator=rng), x)
