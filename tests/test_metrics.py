"""Metrics: scikit-learn's numbers, what is no label, what is divided by nothing."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lookalike import LookAlike

import autograd_lite as ag
from autograd_lite import metrics
from autograd_lite.errors import ArgumentError, DTypeError, ShapeError

AVERAGES = ["macro", "micro", "weighted", None]
NAMES = {"precision": "precision_score", "recall": "recall_score", "f1": "f1_score"}


def pairs(low, high):
    label = st.integers(low, high)
    return st.lists(st.tuples(label, label), min_size=1, max_size=30).map(
        lambda rows: np.array(rows).T
    )


@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize("name", NAMES)
@given(pair=pairs(-2, 4), zero=st.sampled_from([0.0, 1.0]))
def test_scikit_learns_scores_of_many_classes(name, average, pair, zero):
    sk = pytest.importorskip("sklearn.metrics")
    t, y = pair
    theirs = getattr(sk, NAMES[name])(t, y, average=average, zero_division=zero)
    mine = getattr(metrics, name)(t, y, average=average, zero_division=zero)
    np.testing.assert_allclose(mine, theirs, rtol=1e-14)
    assert type(mine) is (np.ndarray if average is None else float)


@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize("name", NAMES)
@given(pair=pairs(0, 3), zero=st.sampled_from([0.0, 1.0]))
def test_scikit_learns_scores_with_absent_classes(name, average, pair, zero):
    sk = pytest.importorskip("sklearn.metrics")
    t, y = pair
    theirs = getattr(sk, NAMES[name])(
        t, y, average=average, zero_division=zero, labels=np.arange(6)
    )
    mine = getattr(metrics, name)(t, y, average=average, zero_division=zero, classes=6)
    np.testing.assert_allclose(mine, theirs, rtol=1e-14)


@pytest.mark.parametrize("name", NAMES)
@given(pair=pairs(0, 1), zero=st.sampled_from([0.0, 1.0]))
def test_scikit_learns_scores_of_two_classes(name, pair, zero):
    sk = pytest.importorskip("sklearn.metrics")
    t, y = pair
    theirs = getattr(sk, NAMES[name])(t, y, zero_division=zero)
    assert getattr(metrics, name)(t, y, zero_division=zero) == pytest.approx(theirs, rel=1e-14)


@pytest.mark.filterwarnings("ignore:A single label")
@given(pair=pairs(-3, 5))
def test_scikit_learns_confusion_matrix_and_accuracy(pair):
    sk = pytest.importorskip("sklearn.metrics")
    t, y = pair
    assert metrics.accuracy(t, y) == pytest.approx(sk.accuracy_score(t, y), rel=1e-15)
    np.testing.assert_array_equal(metrics.confusion_matrix(t, y), sk.confusion_matrix(t, y))
    t, y = t + 3, y + 3
    mine = metrics.confusion_matrix(t, y, classes=10)
    np.testing.assert_array_equal(mine, sk.confusion_matrix(t, y, labels=np.arange(10)))
    assert mine.dtype == np.int64


@given(pair=pairs(0, 1))
def test_binary_counts_are_the_matrix(pair):
    t, y = pair
    counts = metrics.binary_counts(t, y)
    assert counts.tp == ((t == 1) & (y == 1)).sum()
    assert counts.fp == ((t == 0) & (y == 1)).sum()
    assert counts.fn == ((t == 1) & (y == 0)).sum()
    assert counts.tn == ((t == 0) & (y == 0)).sum()
    assert all(type(count) is int for count in counts)


def test_figures_by_hand():
    t, y = [1, 1, 1, 0, 0, 0, 0, 0], [1, 1, 0, 1, 0, 0, 0, 0]
    assert metrics.binary_counts(t, y) == (2, 1, 1, 4)
    assert metrics.accuracy(t, y) == 0.75
    assert metrics.precision(t, y) == metrics.recall(t, y) == metrics.f1(t, y) == 2 / 3
    t, y = [0, 0, 1, 2], [0, 1, 1, 1]
    assert metrics.precision(t, y, average=None).tolist() == [1.0, 1 / 3, 0.0]
    assert metrics.recall(t, y, average=None).tolist() == [0.5, 1.0, 0.0]
    assert metrics.recall(t, y, average="weighted") == 0.5
    assert metrics.recall(t, y, average="macro") == 0.5
    assert metrics.precision(t, y, average="micro") == 0.5


def test_nothing_to_divide_by():
    for score in (metrics.precision, metrics.recall, metrics.f1):
        assert score([0, 0], [0, 0]) == 0.0
        assert score([0, 0], [0, 0], zero_division=1) == 1.0


KINDS = {
    "list": list,
    "bool": lambda x: np.array(x, bool),
    "float": lambda x: np.array(x, "float32"),
    "uint8": lambda x: np.array(x, "uint8"),
    "Variable": lambda x: ag.Variable(np.array(x, float)),
    "constant": lambda x: ag.Variable(np.array(x), requires_grad=False),
    "look-alike": lambda x: LookAlike(np.array(x)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_labels_of_many_kinds(kind):
    t, y = [1, 0, 1, 0], [1, 1, 1, 0]
    for a, b in ((KINDS[kind](t), y), (t, KINDS[kind](y))):
        assert metrics.accuracy(a, b) == 0.75
        assert metrics.binary_counts(a, b) == (2, 1, 0, 1)


SCORES = np.array([[0.1, 0.9], [0.8, 0.2]])


@pytest.mark.parametrize(
    ("t", "y", "error", "message"),
    [
        ([0, 1], SCORES, ShapeError, r"y has shape \(2, 2\); pass labels, y.argmax\(axis=1\)"),
        (np.eye(2), [0, 1], ShapeError, r"t has shape \(2, 2\); pass labels, t.argmax\(axis=1\)"),
        ([0, 1], [[[0]], [[1]]], ShapeError, r"y has shape \(2, 1, 1\); pass labels, a one-dim"),
        ([0, 1], [0.2, 0.7], ArgumentError, r"y holds scores .* y.argmax\(axis=1\) .* \(y > 0.5\)"),
        ([0, 1], ag.Variable([0.2, 0.7]), ArgumentError, r"y holds scores .* \(y.data > 0.5\)"),
        ([0, 1], ag.Variable(SCORES), ShapeError, r"pass labels, y.data.argmax\(axis=1\)"),
        ([0, 1], [np.nan, 1.0], ArgumentError, "y holds scores"),
        ([0, 1], [np.inf, 1.0], ArgumentError, "y holds scores"),
        ([0, 1], [1e30, 1.0], ArgumentError, "y holds scores"),
        ([0, 1, 1], [0, 1], ShapeError, "t has 3 labels, y has 2"),
        (1, 1, ShapeError, r"t has shape \(\)"),
        ([], [], ArgumentError, "there is no label"),
        (["a"], ["a"], DTypeError, "dtype"),
    ],
)
def test_what_is_no_label(t, y, error, message):
    for metric in (
        metrics.accuracy,
        metrics.precision,
        metrics.recall,
        metrics.f1,
        metrics.confusion_matrix,
        metrics.binary_counts,
    ):
        with pytest.raises(error, match=message) as caught:
            metric(t, y)
        assert str(caught.value).startswith(f"{metric.__name__}: ")


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: metrics.precision([0, 2], [0, 1]), 'average="binary" is of labels 0 and 1;.* 2'),
        (lambda: metrics.binary_counts([0, -1], [0, 1]), "labels 0 and 1; -1"),
        (lambda: metrics.f1([0, 1], [0, 1], average="mean"), "average is 'mean'"),
        (lambda: metrics.f1([0, 1], [0, 1], zero_division=0.5), "zero_division is 0.5"),
        (lambda: metrics.confusion_matrix([0, 3], [0, 1], 3), "from 0 to 3, .*classes=4"),
        (lambda: metrics.confusion_matrix([0, -1], [0, 1], 3), "from -1 to 1"),
        (lambda: metrics.confusion_matrix([0, 1], [0, 1], 0), "classes is 0"),
        (lambda: metrics.confusion_matrix([0, 1], [0, 1], 2.0), "classes is 2.0"),
    ],
)
def test_plausible_mistakes(attempt, message):
    with pytest.raises(ArgumentError, match=message):
        attempt()


def test_scores_of_many_classes_need_little_memory():
    t = np.arange(200_000)
    y = np.where(t % 2, t, 0)
    tracemalloc.start()
    found = metrics.precision(t, y, average=None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 * t.nbytes
    assert found[1] == 1.0
    assert found[0] == 1e-5
