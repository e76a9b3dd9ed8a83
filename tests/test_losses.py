"""Losses beyond their rows and points: options, what they agree with, what they refuse."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from drawn import uniform
from rows.activations import softmax_of

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, DTypeError, OperandError, ShapeError

X = uniform(0, (4, 3))
P = 0.8 * softmax_of(uniform(1, (4, 3)))
SOFT = softmax_of(uniform(2, (4, 3)))
SIGNS = np.sign(uniform(3, (4, 3)))
LABELS = np.array([2, 0, 1, 1])
WEIGHTS = np.array([0.5, 2.0, 1.0])

# A loss of X or P alone, and how many losses its mean is taken of.
LOSSES: dict[str, tuple[Callable[..., ag.Variable], np.ndarray, int]] = {
    "labels": (lambda x, **o: ag.softmax_cross_entropy(x, LABELS, **o), X, 4),
    "one-hot": (
        lambda x, **o: ag.softmax_cross_entropy(x, np.eye(3, dtype=int)[LABELS], **o),
        X,
        4,
    ),
    "soft": (lambda x, **o: ag.softmax_cross_entropy(x, SOFT, **o), X, 4),
    "nll": (lambda x, **o: ag.nll(x, LABELS, **o), np.log(P), 4),
    "nll soft": (lambda x, **o: ag.nll(x, SOFT, **o), np.log(P), 4),
    "bce": (lambda p, **o: ag.binary_cross_entropy(p, SOFT, **o), P, 12),
    "bce sigmoid": (lambda x, **o: ag.binary_cross_entropy(ag.sigmoid(x), SOFT, **o), X, 12),
    "bce logits": (lambda x, **o: ag.binary_cross_entropy_with_logits(x, SOFT, **o), X, 12),
    "mse": (lambda x, **o: ag.mean_squared_error(x, P, **o), X, 12),
    "mae": (lambda x, **o: ag.mean_absolute_error(x, P, **o), X, 12),
    "huber": (lambda x, **o: ag.huber(x, P, **o), X, 12),
    "hinge": (lambda x, **o: ag.hinge(x, SIGNS, **o), X, 12),
    "kl": (lambda x, **o: ag.kl_divergence(x, SOFT, **o), np.log(P), 4),
}
every_loss = pytest.mark.parametrize("name", LOSSES)


def gradient(loss: Callable[[Any], ag.Variable], x: np.ndarray, seed: Any = None) -> np.ndarray:
    v = ag.Variable(x)
    loss(v).backward(seed)
    return v.grad


# ---- reductions


@every_loss
def test_reductions_agree(name: str):
    loss, x, count = LOSSES[name]
    each = loss(x, reduction="none")
    assert each.size == count
    np.testing.assert_allclose(loss(x, reduction="sum").data, each.data.sum())
    np.testing.assert_allclose(loss(x).data, each.data.mean())
    alone = gradient(partial(loss, reduction="none"), x, np.ones(each.shape))
    np.testing.assert_allclose(gradient(partial(loss, reduction="sum"), x), alone)
    np.testing.assert_allclose(gradient(loss, x), alone / count)


@every_loss
def test_each_row_keeps_the_gradient_that_arrives_there(name: str):
    loss, x, _ = LOSSES[name]
    each = loss(x, reduction="none")
    seed = np.zeros(each.shape)
    seed[1] = 3.0
    found = gradient(partial(loss, reduction="none"), x, seed)
    expected = 3 * gradient(partial(loss, reduction="sum"), x)
    np.testing.assert_allclose(found[1], expected[1])
    np.testing.assert_array_equal(found[[0, 2, 3]], 0)


@every_loss
@pytest.mark.parametrize("reduction", ["batchmean", "Mean", None, 1])
def test_other_reductions_are_unknown(name: str, reduction: Any):
    loss, x, _ = LOSSES[name]
    with pytest.raises(ArgumentError, match="'mean', 'sum' or 'none'"):
        loss(x, reduction=reduction)


@every_loss
def test_dtypes_and_lists(name: str):
    loss, x, _ = LOSSES[name]
    for reduction in ("mean", "sum", "none"):
        v = ag.Variable(x, dtype=np.float32)
        y = loss(v, reduction=reduction)
        y.sum().backward()
        assert y.dtype == v.grad.dtype == np.float32
        np.testing.assert_allclose(loss(x.tolist(), reduction=reduction).data, y.data, rtol=1e-5)


# ---- targets


@pytest.mark.parametrize("loss", [ag.softmax_cross_entropy, ag.nll])
def test_labels_and_rows_are_one_thing(loss: Any):
    x = np.log(P)
    for options in (
        {},
        {"reduction": "none"},
        {"label_smoothing": 0.1},
        {"class_weights": WEIGHTS},
        {"class_weights": WEIGHTS, "label_smoothing": 0.3},
    ):
        expected = loss(x, LABELS, **options).data
        one_hot = np.eye(3, dtype=np.int8)[LABELS]
        np.testing.assert_allclose(loss(x, one_hot, **options).data, expected)
        np.testing.assert_allclose(loss(x, one_hot.astype(bool), **options).data, expected)
        if "class_weights" not in options:  # whose mean then is that of the rows
            np.testing.assert_allclose(loss(x, one_hot.astype(float), **options).data, expected)


def test_the_mean_of_weighted_classes():
    x = np.log(P)
    picked = -x[np.arange(4), LABELS] * WEIGHTS[LABELS]
    found = ag.nll(x, LABELS, class_weights=WEIGHTS).item()
    np.testing.assert_allclose(found, picked.sum() / WEIGHTS[LABELS].sum())
    rows = -(x * SOFT * WEIGHTS).sum(axis=1)
    np.testing.assert_allclose(ag.nll(x, SOFT, class_weights=WEIGHTS).item(), rows.mean())


@pytest.mark.parametrize("loss", [ag.softmax_cross_entropy, ag.nll])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("number", [1, -100, 255])
def test_ignored_rows_might_as_well_not_be_there(loss: Any, smoothing: float, number: int):
    kept = LABELS != 1
    labels = np.where(kept, LABELS, number)
    x = np.log(P)
    x[~kept] = np.nan
    options = {"class_weights": WEIGHTS, "label_smoothing": smoothing}
    found = gradient(lambda v: loss(v, labels, ignore_index=number, **options), x)
    expected = gradient(lambda v: loss(v, LABELS[kept], **options), x[kept])
    np.testing.assert_allclose(found[kept], expected)
    np.testing.assert_array_equal(found[~kept], 0)


@pytest.mark.parametrize("loss", [ag.softmax_cross_entropy, ag.nll])
def test_what_lies_above_an_ignored_row_gets_0(loss: Any):
    x = ag.Variable([[-0.5, -1.0], [-1.0, 4.0]])
    with np.errstate(invalid="ignore"):
        y = loss(-ag.sqrt(-x), [0, 9], ignore_index=9)
    y.backward()
    assert (x.grad[0] != 0).any()
    np.testing.assert_array_equal(x.grad[1], 0)


@pytest.mark.parametrize("loss", [ag.softmax_cross_entropy, ag.nll])
def test_where_every_label_is_ignored_there_is_a_sum_but_no_mean(loss: Any):
    x = ag.Variable(np.log(P))
    for options in ({"ignore_index": 7}, {"class_weights": [0.0, 0.0, 0.0]}):
        labels = [7] * 4 if "ignore_index" in options else LABELS
        with pytest.raises(ArgumentError, match="no mean"):
            loss(x, labels, **options)
        assert loss(x, labels, reduction="sum", **options).item() == 0
        np.testing.assert_array_equal(loss(x, labels, reduction="none", **options).data, 0)


@pytest.mark.parametrize("classes", [3, 70])
def test_nll_of_log_softmax_is_cross_entropy(classes: int):
    x, labels = uniform(0, (100, classes)), np.arange(100) % classes
    two = gradient(lambda v: ag.nll(ag.log_softmax(v), labels), x)
    np.testing.assert_allclose(gradient(lambda v: ag.softmax_cross_entropy(v, labels), x), two)


def test_large_tables_of_likelihoods_are_computed_as_small_ones():
    x, labels = -np.abs(uniform(0, (500, 9))), np.arange(500) % 9
    each = gradient(lambda v: ag.nll(v, labels, reduction="none"), x, np.arange(500.0))
    expected = np.zeros_like(x)
    expected[np.arange(500), labels] = -np.arange(500.0)
    np.testing.assert_array_equal(each, expected)
    mean = gradient(lambda v: ag.nll(v, labels), x)
    half = gradient(lambda v: ag.nll(v, labels[:250]), x[:250])
    np.testing.assert_allclose(mean[:250], half / 2)


@np.errstate(all="raise")
def test_masked_logits_cost_nothing_where_the_target_is_0():
    x = ag.Variable([[0.0, -np.inf, 0.0]])
    for t in ([0], [[1, 0, 0]], [[1.0, 0.0, 0.0]], [[0.5, 0.0, 0.5]]):
        loss = ag.softmax_cross_entropy(x, t)
        np.testing.assert_allclose(loss.item(), math.log(2))
        assert np.isfinite(ag.gradients(loss, x)).all()


@np.errstate(over="raise", invalid="raise")
def test_soft_targets_of_enormous_logits():
    x = ag.Variable([[1e4, -1e4]])
    loss = ag.softmax_cross_entropy(x, [[0.75, 0.25]])
    assert loss.item() == 5000
    np.testing.assert_array_equal(ag.gradients(loss, x), [[0.25, -0.25]])


def test_a_tiny_loss_keeps_its_digits():
    for loss in (
        ag.binary_cross_entropy_with_logits([40.0], [1]),
        ag.binary_cross_entropy(ag.sigmoid(ag.Variable([40.0])), [1]),
        ag.binary_cross_entropy_with_logits([40.0], [1], pos_weight=1.0),
    ):
        np.testing.assert_allclose(loss.item(), math.exp(-40), rtol=1e-14)


@every_loss
@np.errstate(invalid="ignore")
def test_a_missing_output_is_not_hidden(name: str):
    loss, x, _ = LOSSES[name]
    if name in ("bce", "bce sigmoid"):
        pytest.skip("a probability that is missing is refused")
    missing = x.copy()
    missing[1, np.argmax(x[1])] = np.nan
    each = loss(missing, reduction="none").data
    assert np.isnan(each[1]).any() or name == "nll"
    assert not np.isnan(each[[0, 2, 3]]).any()


# ---- divergences


def test_divergence_is_cross_entropy_less_entropy():
    entropy = -(SOFT * np.log(SOFT)).sum(axis=1).mean()
    found = ag.kl_divergence(ag.log_softmax(X), SOFT).item()
    np.testing.assert_allclose(found, ag.softmax_cross_entropy(X, SOFT).item() - entropy)
    assert abs(ag.kl_divergence(np.log(SOFT), SOFT).item()) < 1e-15


def test_divergence_from_a_share_that_underflowed_goes_back_finite():
    """The slope at p = 0 is infinite, but what softmax makes of it is 0."""
    x, z = ag.Variable([1.0, 0.0, -1.0]), ag.Variable([0.0, 1.0, -2000.0])
    ag.kl_divergence(ag.log_softmax(x), ag.softmax(z)).backward()
    shares = softmax_of(z.data[:2])
    steep = np.log(shares) - ag.log_softmax(x.data).data[:2]
    np.testing.assert_allclose(z.grad[:2], shares * (steep - (shares * steep).sum()))
    assert z.grad[2] == 0


def test_vectors_without_direction_to_second_order():
    x, y = ag.Variable([[0.0, 0.0], [1.0, 2.0]]), ag.Variable([[1.0, 1.0], [2.0, 1.0]])
    cosines = ag.cosine_similarity(x, y)
    first = ag.gradients(cosines, [x, y], np.ones(2), create_graph=True)
    second = ag.gradients(first[0].sum() + first[1].sum(), [x, y])
    for found in (*first, *second):
        np.testing.assert_array_equal(np.asarray(ag.Variable(found).data)[0], 0)
        assert np.isfinite(ag.Variable(found).data).all()


def test_how_short_a_vector_may_be():
    x = ag.Variable([1e-5, 0.0])
    np.testing.assert_allclose(ag.cosine_similarity(x, [1.0, 0.0]).item(), 1)
    assert ag.cosine_similarity(x, [1.0, 0.0], eps=1e-3).item() == 0


# ---- what is refused

VARIABLE = ag.Variable(SOFT)
REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "soft targets to differentiate": (
        lambda: ag.softmax_cross_entropy(X, VARIABLE),
        OperandError,
        "v.data",
    ),
    "probabilities to differentiate": (
        lambda: ag.binary_cross_entropy(P, VARIABLE),
        OperandError,
        "v.data",
    ),
    "negative shares": (lambda: ag.softmax_cross_entropy(X, -SOFT), ArgumentError, "negative"),
    "shares of 2": (lambda: ag.softmax_cross_entropy(X, 2 * SOFT), ArgumentError, "sum to 1"),
    "missing shares": (
        lambda: ag.softmax_cross_entropy(X, SOFT * np.nan),
        ArgumentError,
        "negative",
    ),
    "label numbers as floats": (lambda: ag.nll(np.log(P), [0.0] * 4), DTypeError, "integers"),
    "labels out of range": (lambda: ag.nll(np.log(P), [0, 1, 2, 3]), ArgumentError, "0 to 2"),
    "labels out of range beside gaps": (
        lambda: ag.nll(np.log(P), [0, 9, 2, 3], ignore_index=9),
        ArgumentError,
        "0 to 2",
    ),
    "gaps among rows": (
        lambda: ag.softmax_cross_entropy(X, SOFT, ignore_index=1),
        ArgumentError,
        "ignore_index",
    ),
    "gaps among one-hot rows": (
        lambda: ag.softmax_cross_entropy(X, np.eye(3, dtype=int)[LABELS], ignore_index=1),
        ArgumentError,
        "ignore_index",
    ),
    "a gap that is no label": (
        lambda: ag.softmax_cross_entropy(X, LABELS, ignore_index=0.5),
        OperandError,
        "ignore_index",
    ),
    "too few weights": (
        lambda: ag.softmax_cross_entropy(X, LABELS, class_weights=[1.0, 2.0]),
        ShapeError,
        "3 of them",
    ),
    "negative weights": (
        lambda: ag.nll(np.log(P), LABELS, class_weights=[1.0, -2.0, 1.0]),
        ArgumentError,
        "class_weights",
    ),
    "too smooth": (
        lambda: ag.softmax_cross_entropy(X, LABELS, label_smoothing=1.5),
        ArgumentError,
        "label_smoothing",
    ),
    "smooth by a word": (
        lambda: ag.softmax_cross_entropy(X, LABELS, label_smoothing=[0.1]),
        OperandError,
        "label_smoothing",
    ),
    "logits for logarithms": (lambda: ag.nll(X + 3, LABELS), ArgumentError, "log_softmax"),
    "logits in a divergence": (
        lambda: ag.kl_divergence(X + 3, SOFT),
        ArgumentError,
        "log_softmax",
    ),
    "a divergence the wrong way round": (
        lambda: ag.kl_divergence(SOFT, np.log(SOFT)),
        ArgumentError,
        "logarithms go first",
    ),
    "labels 0 and 1 for hinge": (lambda: ag.hinge(X, SIGNS > 0), ArgumentError, r"2 \* t - 1"),
    "no delta": (lambda: ag.huber(X, P, delta=0.0), ArgumentError, "delta"),
    "infinite delta": (lambda: ag.huber(X, P, delta=math.inf), ArgumentError, "delta"),
    "delta in words": (lambda: ag.huber(X, P, delta=[1.0]), OperandError, "delta"),
    "negative positives": (
        lambda: ag.binary_cross_entropy_with_logits(X, SOFT, pos_weight=[-1.0, 1.0, 1.0]),
        ArgumentError,
        "pos_weight",
    ),
    "positives of another shape": (
        lambda: ag.binary_cross_entropy_with_logits(X, SOFT, pos_weight=[1.0, 1.0]),
        ShapeError,
        "pos_weight",
    ),
    "vectors of two lengths": (
        lambda: ag.cosine_similarity(X, X[:, :2]),
        ShapeError,
        "one length",
    ),
    "vectors along an axis of one": (
        lambda: ag.cosine_similarity(X, X[0], axis=0),
        ShapeError,
        "one length",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_raises(case: str):
    call, error, words = REFUSED[case]
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("targets", [[1.0], 1.0, [[1.0, 1.0]]])
@pytest.mark.parametrize(
    "loss", [ag.mean_absolute_error, ag.huber, ag.hinge, lambda x, t: ag.kl_divergence(-x, t)]
)
def test_targets_are_not_broadcast(loss: Any, targets: Any):
    with pytest.raises(ShapeError):
        loss(ag.Variable([0.5, 0.5]), targets)


def test_rows_against_columns_show_the_reshape():
    row, column = np.array([0.0, 1.0]), ag.Variable([[0.5], [0.5]])
    for loss in (ag.mean_squared_error, ag.binary_cross_entropy, ag.huber):
        with pytest.raises(ShapeError, match=r"pass t\.reshape\(\(2, 1\)\)\.$"):
            loss(column, row)
        loss(column, row.reshape((2, 1)))
    with pytest.raises(ShapeError, match=r"reshape one of them\.$"):
        ag.mean_squared_error(ag.Variable(np.ones((2, 3))), np.ones((3, 2)))


@pytest.mark.parametrize("loss", [ag.mean_absolute_error, ag.huber, ag.hinge, ag.kl_divergence])
def test_losses_of_nothing_raise(loss: Any):
    with pytest.raises(ShapeError):
        loss(ag.Variable(np.zeros((0, 2))), np.zeros((0, 2)))


# ---- float16

THOUSANDS = 6000


def test_float16_means_and_sums_do_not_stall():
    ones = ag.Variable(np.ones(THOUSANDS), dtype=np.float16)
    for loss in (ag.mean_absolute_error, ag.huber, ag.hinge):
        t = -np.ones(THOUSANDS)
        exact = float(loss(ones.data.astype(float), t).item())
        assert loss(ones, t.astype(np.float16)).item() == exact
        np.testing.assert_allclose(
            loss(ones, t.astype(np.float16), reduction="sum").item(), exact * THOUSANDS, rtol=1e-3
        )
    logs = ag.Variable(np.full((THOUSANDS, 2), -1.0), dtype=np.float16)
    labels = np.arange(THOUSANDS) % 2
    assert ag.nll(logs, labels).item() == 1
    assert ag.nll(logs, labels, class_weights=[1.0, 3.0]).item() == 1
    shares = np.full((THOUSANDS, 2), 0.5, np.float16)
    np.testing.assert_allclose(ag.kl_divergence(logs, shares).item(), 1 - math.log(2), rtol=1e-2)
    many = ag.Variable(np.full(70_000, 100.0), dtype=np.float16)
    np.testing.assert_allclose(ag.cosine_similarity(many, many).item(), 1, rtol=1e-3)
