"""Rows to train and to test on, labels as rows, and columns brought to one scale."""

import numpy as np
import pytest
from datafiles import assert_sealed
from hypothesis import given
from hypothesis import strategies as st

import autograd_lite as ag
from autograd_lite.datasets import Standardizer, one_hot, train_test_split
from autograd_lite.errors import ArgumentError, DTypeError, OperandError, ShapeError

# ---- train_test_split


@given(data=st.data(), rows=st.integers(2, 60), seed=st.integers(0, 1000))
def test_every_row_is_in_one_part_with_its_target(data, rows, seed):
    test = data.draw(st.integers(1, rows - 1))
    x = np.arange(rows * 3).reshape(rows, 3)
    a, c, b, d = train_test_split(x, x[:, 0] * 2, test_size=test, seed=seed)
    assert (len(a), len(c)) == (rows - test, test)
    assert sorted(np.concatenate([a, c])[:, 0]) == x[:, 0].tolist()
    np.testing.assert_array_equal(np.concatenate([b, d]), np.concatenate([a, c])[:, 0] * 2)
    for array in (a, b, c, d):
        assert_sealed(array)


@given(data=st.data(), counts=st.lists(st.integers(2, 30), min_size=1, max_size=8))
def test_a_stratified_split_keeps_shares_and_loses_nothing(data, counts):
    classes, rows = len(counts), sum(counts)
    size = data.draw(st.integers(classes, rows - classes))
    t = np.repeat(np.arange(classes), counts)
    t = np.random.default_rng(data.draw(st.integers(0, 99))).permutation(t)
    x = np.arange(rows)
    a, c, b, d = train_test_split(x, t, test_size=size, stratify=t, seed=1)
    assert len(c) == size
    assert sorted([*a, *c]) == x.tolist()
    np.testing.assert_array_equal(t[a], b)
    np.testing.assert_array_equal(t[c], d)
    tested = np.bincount(d, minlength=classes)
    assert tested.min() >= 1
    assert np.bincount(b, minlength=classes).min() >= 1
    ideal = np.array(counts) * size / rows
    if ideal.min() >= 1 and (np.array(counts) - ideal).min() >= 1:
        assert np.abs(tested - ideal).max() < 1


def test_a_fraction_is_taken_to_the_nearest_row():
    x = np.arange(569)
    assert len(train_test_split(x, x, test_size=0.2, seed=0)[1]) == 114
    assert len(train_test_split(x[:30], x[:30], test_size=0.1, seed=0)[1]) == 3
    assert len(train_test_split(x[:8], x[:8], seed=0)[1]) == 2


def test_stratified_shares_are_as_scikit_learns():
    t = np.repeat([0, 1], [212, 357])
    _, _, train, test = train_test_split(t, t, test_size=114, stratify=t, seed=3)
    assert np.bincount(test).tolist() == [42, 72]
    assert np.bincount(train).tolist() == [170, 285]


def test_the_seed_decides_and_parts_are_shuffled():
    x = np.arange(100)
    t = x % 4
    for stratify in (None, t):
        split = [train_test_split(x, t, stratify=stratify, seed=s)[0] for s in (7, 7, 8)]
        np.testing.assert_array_equal(split[0], split[1])
        assert not np.array_equal(split[0], split[2])
        assert not np.array_equal(split[0], np.sort(split[0]))
        assert len(set((split[0][:20] % 4).tolist())) == 4
    ag.seed(5)
    shared = train_test_split(x, t)[0]
    ag.seed(5)
    np.testing.assert_array_equal(train_test_split(x, t)[0], shared)
    given_generator = train_test_split(x, t, seed=np.random.default_rng(7))[0]
    np.testing.assert_array_equal(given_generator, train_test_split(x, t, seed=7)[0])


def test_every_row_is_tested_on_equally_often():
    x = np.arange(12)
    t = np.repeat([0, 1], 6)
    drawn = [train_test_split(x, t, test_size=4, stratify=t, seed=s)[1] for s in range(300)]
    counts = np.bincount(np.concatenate(drawn))
    assert counts.min() > 70
    assert counts.max() < 130


def test_dtypes_names_and_one_hot_targets_stay_as_they_are():
    names = np.array(["cat", "dog"] * 4)
    x, _, t, _ = train_test_split(np.ones((8, 2), np.float32), names, stratify=names, seed=0)
    assert (x.dtype, t.dtype) == (np.float32, names.dtype)
    _, _, t, _ = train_test_split(np.ones(8), np.eye(8), seed=0)
    assert t.shape == (6, 8)


X = np.arange(10)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: train_test_split(X, X[:9]), ShapeError, "x has 10 rows and t has 9"),
        (lambda: train_test_split(3, X), ShapeError, r"x has shape \(\)"),
        (lambda: train_test_split(X, X, test_size=0.0), ArgumentError, "test_size=0.0 is neither"),
        (lambda: train_test_split(X, X, test_size=1.0), ArgumentError, "test_size=1.0 is neither"),
        (
            lambda: train_test_split(X, X, test_size=-0.1),
            ArgumentError,
            "test_size=-0.1 is neither",
        ),
        (
            lambda: train_test_split(X, X, test_size=float("nan")),
            ArgumentError,
            "test_size=nan is neither",
        ),
        (lambda: train_test_split(X, X, test_size=10), ArgumentError, "leaves a part empty"),
        (lambda: train_test_split(X, X, test_size=0), ArgumentError, "leaves a part empty"),
        (lambda: train_test_split(X, X, test_size=0.01), ArgumentError, "leaves a part empty"),
        (lambda: train_test_split(X, X, test_size=True), OperandError, "test_size is True"),
        (lambda: train_test_split(X, X, test_size="half"), OperandError, "test_size is 'half'"),
        (lambda: train_test_split(X, X, stratify=X), ArgumentError, "class 0 has only 1 row"),
        (lambda: train_test_split(X, X, stratify=X > 8), ArgumentError, "class True has only 1"),
        (lambda: train_test_split(X, X, stratify=X[:5]), ShapeError, r"shape \(5,\), not \(10,\)"),
        (
            lambda: train_test_split(X, X, test_size=3, stratify=X // 2),
            ArgumentError,
            "5 classes do not fit into both 7 and 3 rows",
        ),
        (
            lambda: train_test_split(X, X, test_size=7, stratify=X // 2),
            ArgumentError,
            "5 classes do not fit into both 3 and 7 rows",
        ),
        (lambda: train_test_split(X, X, seed=-1), ArgumentError, "train_test_split: seed"),
    ],
)
def test_what_cannot_be_split_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


# ---- one_hot


@given(t=st.lists(st.integers(0, 20), min_size=1, max_size=30), more=st.integers(0, 3))
def test_one_hot_is_rows_of_the_identity(t, more):
    rows = one_hot(t)
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows, np.eye(max(t) + 1)[t])
    assert one_hot(t, max(t) + 1 + more).shape == (len(t), max(t) + 1 + more)
    assert_sealed(rows)


def test_one_hot_of_small_unsigned_labels_and_of_none():
    np.testing.assert_array_equal(one_hot(np.array([255], np.uint8))[0], np.eye(256)[255])
    assert one_hot([], 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: one_hot([0, -1]), ArgumentError, "labels go from -1 to 0"),
        (lambda: one_hot([0, 3], 3), ArgumentError, "from 0 to 3, not from 0 to 2"),
        (lambda: one_hot([]), ArgumentError, "pass classes="),
        (lambda: one_hot([0], 3.0), ArgumentError, "classes is 3.0"),
        (lambda: one_hot([0], "3"), ArgumentError, "classes is '3'"),
        (lambda: one_hot([], -1), ArgumentError, "classes is -1"),
        (lambda: one_hot([0.0, 1.0]), DTypeError, "labels are float64"),
        (lambda: one_hot([True, False]), DTypeError, "labels are bool"),
        (lambda: one_hot([[0], [1]]), ShapeError, r"shape \(2, 1\).*reshape"),
    ],
)
def test_labels_that_are_none_are_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


# ---- Standardizer


def test_columns_come_to_mean_0_and_deviation_1_and_back():
    rng = np.random.default_rng(0)
    x = rng.normal([5, -300, 0.01], [2, 90, 0.001], (200, 3))
    scaler = Standardizer().fit(x[:150])
    z = scaler.transform(x[:150])
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(z.std(axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(scaler.inverse(scaler.transform(x)), x, rtol=1e-12)
    np.testing.assert_array_equal(Standardizer().fit_transform(x[:150]), z)
    np.testing.assert_array_equal(scaler.inverse_transform(x), scaler.inverse(x))
    np.testing.assert_allclose(scaler.mean, x[:150].mean(axis=0), rtol=1e-12)
    assert abs(scaler.transform(x[150:]).mean()) > 1e-6
    assert_sealed(z)


def test_standardizing_is_scikit_learns():
    scaling = pytest.importorskip("sklearn.preprocessing")
    (x, _), (validation, _), _ = ag.datasets.breast_cancer_split()
    expected = scaling.StandardScaler().fit(x.astype(float)).transform(validation.astype(float))
    found = Standardizer().fit(x).transform(validation)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e30, -7.3])
def test_a_constant_column_becomes_0(value):
    for dtype in (np.float32, np.float64):
        x = np.full((1000, 2), value, dtype)
        scaler = Standardizer().fit(x)
        np.testing.assert_array_equal(scaler.transform(x), 0)
        np.testing.assert_array_equal(scaler.inverse(np.zeros((2, 2), dtype)), x[:2])
        assert scaler.scale.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("given", "gives"), [("f4", "f4"), ("f8", "f8"), ("f2", "f4"), ("u1", "f4"), ("i8", "f4")]
)
def test_dtypes_of_standardized_rows(given, gives):
    x = np.array([[1, 2], [3, 200], [0, 7]], given)
    z = Standardizer().fit(x).transform(x)
    assert z.dtype == gives
    np.testing.assert_allclose(z, (x - x.mean(0, float)) / x.std(0, float), rtol=1e-6)


def test_images_are_standardized_pixel_by_pixel():
    x = np.random.default_rng(1).random((9, 4, 4))
    assert Standardizer().fit(x).mean.shape == (4, 4)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Standardizer().transform(np.ones((2, 2))), ArgumentError, "call fit with the"),
        (lambda: Standardizer().inverse(np.ones((2, 2))), ArgumentError, "inverse: call fit"),
        (lambda: Standardizer().fit(np.ones((0, 2))), ShapeError, "at least one row"),
        (lambda: Standardizer().fit(1.0), ShapeError, r"shape \(\)"),
        (lambda: Standardizer().fit([[1.0, np.nan]]), ArgumentError, "NaN or infinity"),
        (lambda: Standardizer().fit([[1.0, np.inf]]), ArgumentError, "NaN or infinity"),
        (lambda: Standardizer().fit([["a"]]), DTypeError, "not real numbers"),
        (lambda: Standardizer().fit([[True]]), DTypeError, "bool"),
        (
            lambda: Standardizer().fit(np.ones((2, 3))).transform(np.ones((2, 2))),
            ShapeError,
            r"rows have shape \(2,\), those fitted \(3,\)",
        ),
    ],
)
def test_what_cannot_be_standardized_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
