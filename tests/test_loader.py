"""DataLoader: what batches hold, in which order, and who may write into them."""

from __future__ import annotations

import numpy as np
import pytest
from lookalike import LookAlike

import autograd_lite as ag
from autograd_lite.datasets import DataLoader, Noise
from autograd_lite.errors import ArgumentError, OperandError, ShapeError

X = np.arange(14, dtype=np.float32).reshape(7, 2)
T = np.arange(7)


def labels(loader):
    return [t.tolist() for _, t in loader]


def test_batches_in_order_without_shuffling():
    loader = DataLoader(X, T, 3)
    assert labels(loader) == [[0, 1, 2], [3, 4, 5], [6]]
    assert labels(loader) == labels(loader)
    assert len(loader) == 3
    assert all((x[:, 0] == 2 * t).all() for x, t in loader)


def test_drop_last():
    loader = DataLoader(X, T, 3, drop_last=True)
    assert labels(loader) == [[0, 1, 2], [3, 4, 5]]
    assert len(loader) == 2
    assert len(DataLoader(X[:6], T[:6], 3, drop_last=True)) == 2
    assert len(DataLoader(X[:6], T[:6], 3)) == 2


def test_shuffled_pairs_stay_together_and_each_comes_once():
    loader = DataLoader(X, T, 3, shuffle=True, seed=1)
    for _ in range(3):
        batches = list(loader)
        assert all((x[:, 0] == 2 * t).all() for x, t in batches)
        assert sorted(np.concatenate([t for _, t in batches])) == T.tolist()


def test_orders_by_seed():
    first, second = [DataLoader(X, T, 3, shuffle=True, seed=1) for _ in range(2)]
    once, again = labels(first), labels(first)
    assert once != again
    assert [labels(second), labels(second)] == [once, again]
    assert labels(DataLoader(X, T, 3, shuffle=True, seed=2)) != once
    ag.seed(5)
    shared = labels(DataLoader(X, T, 3, shuffle=True))
    ag.seed(5)
    assert labels(DataLoader(X, T, 3, shuffle=True)) == shared


def test_the_generator_is_the_whole_state():
    loader = DataLoader(X, T, 3, shuffle=True, seed=1, transform=Noise(1.0))
    list(loader)
    state = loader.generator.bit_generator.state
    expected = [x.tolist() for x, _ in loader]
    loader.generator.bit_generator.state = state
    assert [x.tolist() for x, _ in loader] == expected


@pytest.mark.parametrize("shuffle", [False, True])
def test_batches_own_read_only_memory(shuffle):
    data, targets = X.copy(), T.copy()
    for transform in (None, Noise(0.1), lambda batch, _: batch, lambda *_: data[:3]):
        loader = DataLoader(data, targets, 3, shuffle=shuffle, seed=0, transform=transform)
        x, t = next(iter(loader))
        for batch, source in ((x, data), (t, targets)):
            assert batch.flags.owndata
            assert not batch.flags.writeable
            assert not np.shares_memory(batch, source)
    assert data.flags.writeable
    assert targets.flags.writeable
    assert (data == X).all()


def test_the_graph_copies_no_batch():
    model = ag.nn.Linear(2, 1, rng=0)
    x, _ = next(iter(DataLoader(X, T, 3)))
    assert model(x).creator.x is x


def test_lists_and_what_a_transform_returns_keep_the_dtype():
    loader = DataLoader(X.tolist(), T.tolist(), 7)
    x, t = next(iter(loader))
    assert x.dtype == np.float64
    assert t.dtype.kind == "i"
    doubled = DataLoader(X, T, 7, transform=lambda batch, _: batch.astype(np.float64) * 2)
    x, _ = next(iter(doubled))
    assert x.dtype == np.float32
    assert (x == 2 * X).all()


def test_fractions_of_whole_numbers_stay_fractions():
    pixels = np.array([[0, 51], [102, 255]], np.uint8)
    loader = DataLoader(pixels, [0, 1], 2, transform=lambda batch, _: batch / 255)
    x, _ = next(iter(loader))
    assert x.dtype == np.float32
    assert x.tolist() == np.float32([[0.0, 0.2], [0.4, 1.0]]).tolist()
    x, _ = next(iter(DataLoader(pixels, [0, 1], 2, transform=lambda batch, _: batch[:, ::-1])))
    assert x.dtype == np.uint8


def test_another_library():
    x, t = next(iter(DataLoader(LookAlike(X), LookAlike(T), 3, shuffle=True, seed=0)))
    assert type(x) is type(t) is LookAlike
    assert (x.get()[:, 0] == 2 * t.get()).all()


def test_refusals():
    with pytest.raises(ShapeError, match=r"x of shape \(7, 2\) and t of shape \(6,\)"):
        DataLoader(X, T[:6])
    with pytest.raises(ShapeError, match="one target for each"):
        DataLoader(1.0, 2.0)
    with pytest.raises(ShapeError, match="holds no sample"):
        DataLoader(X[:0], T[:0])
    for size in (0, -1, 2.0, True, "3"):
        with pytest.raises(ArgumentError, match="batch_size"):
            DataLoader(X, T, size)
    with pytest.raises(ArgumentError, match="drop_last leaves nothing of 7 samples"):
        DataLoader(X, T, 8, drop_last=True)
    with pytest.raises(OperandError, match="transform is a int"):
        DataLoader(X, T, transform=3)
    for wrong in (lambda batch, _: batch[:1], lambda batch, _: batch.sum()[...]):
        with pytest.raises(ShapeError, match=r"transform made the shape \(.*\) of \(3, 2\)"):
            list(DataLoader(X, T, 3, transform=wrong))
    for wrong in (lambda *_: None, lambda batch, _: batch.tolist()):
        with pytest.raises(OperandError, match="transform returned a"):
            list(DataLoader(X, T, 3, transform=wrong))
