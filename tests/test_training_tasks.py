"""What a loss makes of outputs: classes, chances or numbers, and their metrics."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from fits import ABOVE, T, X, Y, net, trainer_of, with_last
from lookalike import LIBRARY

import autograd_lite as ag
from autograd_lite import nn
from autograd_lite.errors import (
    ArgumentError,
    OperandError,
)
from autograd_lite.training.task import task_of

LOGITS = [ag.softmax_cross_entropy, nn.CrossEntropyLoss()]
LOGITS += [partial(ag.softmax_cross_entropy, label_smoothing=0.1)]


@pytest.mark.parametrize("loss", LOGITS, ids=["operation", "module", "partial"])
@pytest.mark.parametrize("targets", [T, np.eye(3)[T], np.eye(3, dtype=int)[T]])
def test_classes(loss, targets):
    trainer = trainer_of(net(), loss)
    history = trainer.fit(X, targets, 20)
    predicted, chances = trainer.predict(X), trainer.predict_proba(X)
    assert predicted.dtype == np.int64
    assert (predicted == T).mean() == trainer.evaluate(X, targets)["accuracy"] > 0.9
    assert (predicted == chances.argmax(1)).all()
    np.testing.assert_allclose(chances.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(chances, ag.softmax(trainer.model(X)).data, rtol=1e-6)
    assert history["accuracy"][-1] > 0.9


def test_log_probabilities():
    model = nn.Sequential(net())
    trainer = trainer_of(with_last(model, ag.log_softmax), ag.nll)
    trainer.fit(X, T, 5)
    np.testing.assert_allclose(trainer.predict_proba(X).sum(1), 1, rtol=1e-6)


@pytest.mark.parametrize("logits", [False, True])
def test_two_classes(logits):
    if logits:
        model, loss = net(1), ag.binary_cross_entropy_with_logits
    else:
        model, loss = nn.Sequential(net(1), nn.Sigmoid()), nn.BCELoss()
    trainer = trainer_of(model, loss, metrics=["accuracy", "precision", "recall", "f1"])
    history = trainer.fit(X, ABOVE, 40, 10)
    chances, predicted = trainer.predict_proba(X), trainer.predict(X)
    assert predicted.shape == chances.shape == (90, 1)
    assert (predicted == (chances > 0.5)).all()
    assert chances.min() >= 0
    assert chances.max() <= 1
    scores = trainer.evaluate(X, ABOVE)
    true, said = ABOVE.ravel() == 1, predicted.ravel() == 1
    assert scores["accuracy"] == (true == said).mean() > 0.9
    assert scores["precision"] == pytest.approx((true & said).sum() / said.sum())
    assert scores["recall"] == pytest.approx((true & said).sum() / true.sum())
    assert len(history["f1"]) == 40


def test_a_chance_of_a_half_is_the_limit():
    chances = np.array([0.0, 0.49, 0.5, 0.51, 1.0])
    logits = np.array([-9.0, -0.1, 0.0, 0.1, 9.0])
    for loss, outputs in (
        (ag.binary_cross_entropy, chances),
        (ag.binary_cross_entropy_with_logits, logits),
    ):
        task = task_of(loss)
        assert task.decided(outputs).tolist() == [0, 0, 0, 1, 1]
        assert task.true(chances, outputs).tolist() == [0, 0, 0, 1, 1]


def test_numbers():
    def worst(true, predicted):
        assert type(true) is type(predicted) is np.ndarray
        assert true.shape == predicted.shape == (90, 1)
        return abs(true - predicted).max()

    trainer = trainer_of(net(1), nn.MSELoss(), lr=0.05, metrics=[worst])
    history = trainer.fit(X, Y, 20, validation=(X, Y))
    assert list(history)[:4] == ["loss", "worst", "val_loss", "val_worst"]
    assert history["loss"][-1] < history["loss"][0] / 4
    assert trainer.predict(X).shape == (90, 1)
    assert abs(Y - trainer.predict(X)).max() == pytest.approx(history["val_worst"][-1], rel=1e-6)
    with pytest.raises(ArgumentError, match="predict_proba: the loss does not say"):
        trainer.predict_proba(X)
    assert list(trainer_of(net(1), ag.mean_squared_error).fit(X, Y, 1))[0:2] == ["loss", "seconds"]


def test_scores_of_many_classes_are_macro_averages():
    trainer = trainer_of(net(), metrics=["f1", "precision"])
    trainer.fit(X, T, 3)
    predicted, found = trainer.predict(X), trainer.evaluate(X, T)
    precisions = [(T[predicted == c] == c).mean() for c in range(3) if (predicted == c).any()]
    assert found["precision"] == pytest.approx(sum(precisions) / 3)


def test_a_loss_of_ones_own_with_a_penalty():
    model = net()

    def loss(y, t):
        penalty = sum([(p * p).sum() for p in model.parameters()])
        return ag.softmax_cross_entropy(y, t) + penalty * 0.001

    trainer = trainer_of(model, loss, task=ag.softmax_cross_entropy)
    history = trainer.fit(X, T, 10)
    assert history["accuracy"][-1] > 0.8
    assert trainer.evaluate(X, T)["loss"] > ag.softmax_cross_entropy(model(X), T).item() + 1e-3
    assert trainer.predict_proba(X).shape == (90, 3)
    with pytest.raises(ArgumentError, match=r"task=ag\.softmax_cross_entropy"):
        trainer_of(model, loss, metrics=["accuracy"])
    assert "accuracy" not in trainer_of(model, loss).fit(X, T, 1)


def test_any_callable_with_parameters():
    class Book:
        def __init__(self):
            rng = np.random.default_rng(0)
            self.w = ag.Variable(rng.standard_normal((2, 3)) * 0.01)
            self.b = ag.Variable(np.zeros(3))

        def __call__(self, x):
            return ag.linear(x, self.w, self.b)

        def parameters(self):
            return [self.w, self.b]

    trainer = trainer_of(Book(), lr=1.0)
    assert trainer.fit(X, T, 10, early_stopping=3, validation=(X, T))["accuracy"][-1] > 0.7
    with pytest.raises(OperandError, match=r"Trainer\.save: a Book has no state_dict"):
        trainer.save("book.npz")
    with pytest.raises(OperandError, match="Checkpoint: a Book has no state_dict"):
        trainer.fit(X, T, 1, checkpoint="book.npz")
    with pytest.raises(OperandError, match="cannot be moved"):
        trainer_of(Book(), device=LIBRARY.device)
