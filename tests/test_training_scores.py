"""What an epoch's loss and metrics mean: with weights, ignored labels, functions of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
from fits import ABOVE, T, X, Y, net, trainer_of
from lookalike import LIBRARY

import autograd_lite as ag
from autograd_lite import nn
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.training.partners import move

GAPS = np.where(np.arange(90) % 3 == 0, -100, T)
WEIGHTS = [0.2, 1.0, 5.0]
IGNORING = {
    "partial": partial(ag.softmax_cross_entropy, ignore_index=-100),
    "module": nn.CrossEntropyLoss(ignore_index=-100),
}


@pytest.mark.parametrize("loss", IGNORING.values(), ids=IGNORING)
def test_ignored_labels_are_no_misses(loss):
    model = net()
    trainer = trainer_of(model, loss, metrics=["accuracy", "f1"])
    plain = trainer_of(model, metrics=["accuracy", "f1"])
    kept = GAPS >= 0
    expected = pytest.approx(plain.evaluate(X[kept], T[kept]), rel=1e-6)
    for size in (1, 7, 90):
        assert trainer.evaluate(X, GAPS, size) == expected


def test_weights_and_gaps_on_another_device():
    loss = partial(ag.softmax_cross_entropy, ignore_index=-100, class_weights=WEIGHTS)
    options = {"metrics": ["accuracy", "f1"]}
    here, there = trainer_of(net(), loss, **options), trainer_of(net(), loss, **options)
    move(there.model, there.optimizer, LIBRARY.device)
    expected = here.fit(X, GAPS, 2, 9, validation=(X, GAPS))
    history = there.fit(X, GAPS, 2, 9, validation=(X, GAPS))
    for name in ("loss", "accuracy", "val_loss", "val_accuracy", "val_f1"):
        assert history[name] == pytest.approx(expected[name], rel=1e-5)


def test_batches_of_nothing_but_ignored_labels():
    loss, labels = IGNORING["partial"], np.array([-100] * 45 + [0] * 45)
    trainer = trainer_of(net(), loss)
    history = trainer.fit(X, labels, 2, 9, shuffle=False, validation=(X, labels))
    twin = trainer_of(net(), loss)
    assert history["loss"] == twin.fit(X[45:], labels[45:], 2, 9, shuffle=False)["loss"]
    with pytest.raises(ArgumentError, match="every label is ignored"):
        trainer.evaluate(X, labels - 100 - labels)
    with pytest.raises(ArgumentError, match="every label is ignored"):
        trainer.fit(X, labels - 100 - labels, 1)


@pytest.mark.parametrize(
    "targets", [T, GAPS, *[np.eye(3, dtype=kind)[T] for kind in (int, bool, float)]]
)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_of_a_set_does_not_depend_on_the_batches(targets, smoothing):
    options = {"class_weights": WEIGHTS, "label_smoothing": smoothing}
    if targets is GAPS:
        options["ignore_index"] = -100
    model = net()
    for loss in (partial(ag.softmax_cross_entropy, **options), nn.CrossEntropyLoss(**options)):
        trainer = trainer_of(model, loss)
        whole = loss(model(X), targets).item()
        for size in (1, 13, 90):
            assert trainer.evaluate(X, targets, size)["loss"] == pytest.approx(whole, rel=1e-5)


def test_a_class_that_weighs_nothing_still_counts_in_accuracy():
    trainer = trainer_of(net(), nn.CrossEntropyLoss(class_weights=[0.0, 1.0, 1.0]), lr=0.0)
    once, singly = trainer.evaluate(X, T, 90), trainer.evaluate(X, T, 1)
    assert singly["accuracy"] == once["accuracy"]
    assert singly["loss"] == pytest.approx(once["loss"], rel=1e-5)
    assert trainer.fit(X, T, 1, 1)["accuracy"] == [once["accuracy"]]


def test_training_and_validation_can_be_compared():
    loss = partial(ag.softmax_cross_entropy, class_weights=WEIGHTS)
    history = trainer_of(net(), loss, lr=0.0).fit(X, T, 1, 4, validation=(X, T))
    assert history["loss"] == pytest.approx(history["val_loss"], rel=1e-5)
    named = trainer_of(net(), lambda y, t: loss(y, t), task=loss, lr=0.0)
    assert named.fit(X, T, 1, 4)["loss"] == pytest.approx(history["loss"], rel=1e-6)


def test_a_loss_keeps_its_weights_beside_a_task():
    """The task only names the operation; what the loss was made with still counts."""
    loss = nn.CrossEntropyLoss(class_weights=WEIGHTS, ignore_index=-100)
    model = net()
    named = trainer_of(model, loss, task=ag.softmax_cross_entropy)
    whole = loss(model(X), GAPS).item()
    for size in (1, 13, 90):
        assert named.evaluate(X, GAPS, size)["loss"] == pytest.approx(whole, rel=1e-5)


def test_labels_along_two_axes_are_no_one_hot_rows():
    labels = np.arange(18).reshape(6, 3) % 2  # as many steps as classes
    x = np.random.default_rng(0).standard_normal((6, 3, 2)).astype(np.float32)
    model, loss = net(), partial(ag.softmax_cross_entropy, class_weights=WEIGHTS)
    whole = loss(model(x), labels).item()
    assert trainer_of(model, loss).evaluate(x, labels, 1)["loss"] == pytest.approx(whole, rel=1e-5)


def test_a_label_out_of_range_is_the_losss_error():
    trainer = trainer_of(net(), nn.CrossEntropyLoss(class_weights=WEIGHTS))
    with pytest.raises(ArgumentError, match="labels must be from 0 to 2"):
        trainer.fit(X, T + 1, 1)


@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_sums_are_refused(reduction):
    with pytest.raises(ArgumentError, match=f"reduction='{reduction}'.*leave it out"):
        trainer_of(net(), partial(ag.softmax_cross_entropy, reduction=reduction))
    with pytest.raises(ArgumentError, match=f"reduction='{reduction}'.*leave it out"):
        trainer_of(net(), ag.nn.CrossEntropyLoss(reduction=reduction))
    trainer_of(net(), partial(ag.softmax_cross_entropy, reduction="mean")).fit(X, T, 1)


# ---- metrics that are functions


def test_a_function_may_be_called_accuracy():
    for metrics in ([ag.metrics.accuracy], ["f1", ag.metrics.accuracy]):
        trainer = trainer_of(net(), metrics=metrics)
        trainer.fit(X, T, 2)
        found = trainer.evaluate(X, T)["accuracy"]
        assert found == pytest.approx((trainer.predict(X) == T).mean())


def test_functions_get_what_the_named_ones_get():
    def own(true, predicted):
        assert true.shape == predicted.shape == (90,)
        return (true == predicted).mean()

    trainer = trainer_of(
        net(1), nn.BCEWithLogitsLoss(), metrics=["accuracy", "f1", own, partial(ag.metrics.recall)]
    )
    history = trainer.fit(X, ABOVE, 2)
    assert history["own"] == pytest.approx(history["accuracy"])
    assert list(history)[:4] == ["loss", "accuracy", "f1", "own"]
    assert 0 <= history["recall"][-1] <= 1


@pytest.mark.parametrize("value", [None, "good", [1.0, 2.0], np.ones(2)])
def test_a_metric_returns_one_number(value):
    def odd(true, predicted):
        return value

    with pytest.raises(OperandError, match=r"metric odd returned .*; return one number"):
        trainer_of(net(), metrics=[odd]).fit(X, T, 1)


def test_losses_that_cannot_be_hashed():
    @dataclass
    class Scaled:
        factor: float

        def __call__(self, y, t):
            return ag.mean_squared_error(y, t) * self.factor

    assert trainer_of(net(1), Scaled(0.5), lr=0.1).fit(X, Y, 1).epochs == 1


@pytest.mark.parametrize("task", ["classification", ag.mean_squared_error, nn.CrossEntropyLoss, []])
def test_a_task_that_is_none(task):
    with pytest.raises(ArgumentError, match=r"task is .*pass one of ag\.softmax_cross_entropy"):
        trainer_of(net(), lambda y, t: ag.softmax_cross_entropy(y, t), task=task)
