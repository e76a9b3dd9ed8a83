"""Trainer: what it learns and records, also on another device."""

from __future__ import annotations

import numpy as np
import pytest
from fits import T, X, net, same_weights, trainer_of
from lookalike import LookAlike

import autograd_lite as ag
from autograd_lite import nn
from autograd_lite.datasets import DataLoader
from autograd_lite.errors import (
    ArgumentError,
    ShapeError,
)
from autograd_lite.functions.stochastic import generator_of
from autograd_lite.training import Callback, Trainer


def by_hand(model, epochs, batch, *, shuffled=True):
    """Return mean losses and accuracies of an epoch each, from a loop that somebody would write."""
    sgd = ag.optim.SGD(model.parameters(), lr=0.5)
    generator = np.random.default_rng(0)
    generator.integers(2**63)  # the seed of the split
    loader = DataLoader(X, T, batch, shuffle=shuffled, seed=generator)
    losses, accuracies = [], []
    for _ in range(epochs):
        loss_sum, hits = 0.0, 0
        for x, t in loader:
            y = model(x)
            loss = ag.softmax_cross_entropy(y, t)
            sgd.zero_grad()
            loss.backward()
            sgd.step()
            loss_sum += loss.item() * len(x)
            hits += (y.data.argmax(1) == t).sum()
        losses.append(loss_sum / len(X))
        accuracies.append(hits / len(X))
    return losses, accuracies


# ---- what it does


@pytest.mark.parametrize("shuffle", [True, False])
def test_it_is_the_loop_that_one_would_write(shuffle):
    model, twin = net(), net()
    trainer = trainer_of(model)
    history = trainer.fit(X, T, epochs=3, batch_size=32, shuffle=shuffle)  # the last batch is 26
    losses, accuracies = by_hand(twin, 3, 32, shuffled=shuffle)
    assert same_weights(model, twin)
    assert history["loss"] == losses
    assert history["accuracy"] == accuracies
    assert history is trainer.history


def test_it_learns_and_the_history_says_so():
    trainer = trainer_of(net())
    history = trainer.fit(X, T, 30, 16, validation=(X[:40], T[:40]))
    assert list(history) == [
        *("loss", "accuracy", "val_loss", "val_accuracy", "seconds", "learning_rate")
    ]
    assert all(len(column) == 30 for column in history.values())
    assert history["accuracy"][-1] > 0.9 > 0.7 > history["accuracy"][0]
    assert history["learning_rate"] == [0.5] * 30
    assert min(history["seconds"]) > 0
    assert history.epochs == 30
    assert trainer.evaluate(X[:40], T[:40]) == {
        "loss": history["val_loss"][-1],
        "accuracy": history["val_accuracy"][-1],
    }


def test_further_epochs_go_on():
    once, twice = trainer_of(net()), trainer_of(net())
    once.fit(X, T, epochs=5)
    for epochs in (2, 3):
        twice.fit(X, T, epochs=epochs)
    assert same_weights(once.model, twice.model)
    assert twice.history["loss"] == once.history["loss"]


def test_the_textbooks_call():
    model = net()
    trainer = Trainer(model, ag.optim.SGD(model.parameters(), lr=1.0))
    trainer.fit(X, T, 4, 30, eval_interval=2)  # 12 batches
    assert len(trainer.losses) == 6
    assert np.mean(trainer.losses) == pytest.approx(np.mean(trainer.history["loss"]))


def test_intervals_run_across_epochs():
    losses = []

    class Spy(Callback):
        def on_batch_end(self, trainer, batch, loss):
            losses.append(loss)

    trainer = trainer_of(net())
    trainer.fit(X, T, 4, 30, eval_interval=5, callbacks=[Spy()])
    assert len(losses) == 12
    assert trainer.losses == pytest.approx([np.mean(losses[:5]), np.mean(losses[5:10])], rel=1e-12)
    trainer.fit(
        X, T, 1, 30, eval_interval=2, callbacks=[Spy()]
    )  # two batches had begun an interval
    assert trainer.losses[2:] == pytest.approx([np.mean(losses[12:14])], rel=1e-12)
    trainer.fit(X, T, 1, 30, eval_interval=3, callbacks=[Spy()])  # one batch had begun one
    assert trainer.losses[3:] == pytest.approx([np.mean(losses[14:17])], rel=1e-12)
    trainer.fit(X, T, 1, 30, callbacks=[Spy()])
    trainer.fit(X, T, 1, 30, eval_interval=2, callbacks=[Spy()])
    assert trainer.losses[4:] == pytest.approx([np.mean(losses[21:23])], rel=1e-12)
    assert trainer.intervals.ends == [5, 10, 14, 17, 23]


def test_seeds():
    first, second, other = (trainer_of(net(), seed=seed) for seed in (1, 1, 2))
    for trainer in (first, second, other):
        trainer.fit(X, T, 1)
    assert same_weights(first.model, second.model)
    assert not same_weights(first.model, other.model)
    models = []
    for _ in range(2):
        ag.seed(3)
        trainer = trainer_of(net(dropout=0.5), seed=None)
        trainer.fit(X, T, 1, validation=0.3)
        models.append(trainer.model)
    assert same_weights(*models)


def test_the_order_comes_from_a_generator_of_its_own():
    shared = generator_of(None, "test")
    trainer = trainer_of(net(), seed=None)
    state = shared.bit_generator.state
    trainer.fit(X, T, 2, validation=0.2)
    assert shared.bit_generator.state == state


def test_a_share_set_aside_is_never_trained_on():
    seen = []

    class Spy(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(2, 3, rng=0)

        def forward(self, x):
            seen.append((self.training, {tuple(row) for row in x.tolist()}))
            return self.layer(x)

    trainer = trainer_of(Spy())
    trainer.fit(X, T, 2, validation=0.2)
    trainer.fit(X, T, 1, validation=0.2)
    learned = set.union(*[rows for training, rows in seen if training])
    held = [rows for training, rows in seen if not training]
    assert len(held) == 3
    assert held[0] == held[1] == held[2]
    assert len(held[0]) == 18
    assert len(learned) == 72
    assert not learned & held[0]


def test_modes_are_as_they_were():
    model = net(dropout=0.5)
    modes = []

    class Spy(Callback):
        def on_batch_end(self, trainer, batch, loss):
            modes.append([module.training for _, module in model.named_modules()])

    trainer = trainer_of(model)
    model.eval()
    trainer.fit(X, T, 2, 90, validation=(X, T), callbacks=[Spy()])
    assert modes == [[True] * 5] * 2
    assert not model.training
    assert trainer.predict_proba(X).tolist() == trainer.predict_proba(X).tolist()
    model.train()
    with pytest.raises(ArgumentError, match="labels"):
        trainer.evaluate(X, T + 7)
    with pytest.raises(ShapeError):
        trainer.predict(X[:, :1])
    assert all(module.training for _, module in model.named_modules())


def test_validation_records_nothing():
    recorded = []

    def loss(y, t):
        recorded.append(y.requires_grad)
        return ag.softmax_cross_entropy(y, t)

    trainer_of(net(), loss).fit(X, T, 1, 90, validation=(X, T))
    assert recorded == [True, False]


def test_max_norm_scales_the_gradients():
    norms = []

    class Spy(Callback):
        def on_batch_end(self, trainer, batch, loss):
            norms.append(sum((p.grad**2).sum() for p in trainer.model.parameters()) ** 0.5)

    trainer_of(net(), max_norm=0.01).fit(X, T, 1, callbacks=[Spy()])
    assert norms == pytest.approx([0.01] * 3, rel=1e-5)


def test_a_schedule_steps_after_each_epoch():
    model = net()
    sgd = ag.optim.SGD(model.parameters(), lr=0.5)
    schedule = ag.optim.StepLR(sgd, 2, gamma=0.5)
    history = Trainer(model, sgd, schedule=schedule).fit(X, T, 5)
    assert history["learning_rate"] == [0.5, 0.5, 0.25, 0.25, 0.125]


def test_a_plateau_looks_at_the_validation_loss():
    given = []

    class Spy(ag.optim.Schedule):
        def rate(self, epoch):
            return self.base

        def step(self, metric=None):
            given.append(metric)

    model = net()
    sgd = ag.optim.SGD(model.parameters(), lr=0.5)
    trainer = Trainer(model, sgd, schedule=Spy(sgd))
    trainer.fit(X, T, 1)
    trainer.fit(X, T, 1, validation=(X, T))
    assert given == [trainer.history["loss"][0], trainer.history["val_loss"][1]]


def test_augmentation_is_for_training_alone():
    trainer = trainer_of(net())
    calls = []

    def transform(batch, generator):
        calls.append(generator is trainer.generator)
        return batch * 0

    history = trainer.fit(X, T, 2, 40, transform=transform, validation=(X, T), drop_last=True)
    assert calls == [True] * 4
    assert len(set(np.round(trainer.model(X * 0).data.sum(1), 5))) == 1
    assert history["val_loss"][-1] == trainer.evaluate(X, T)["loss"] != history["loss"][-1]


# ---- elsewhere


def test_another_device_gives_the_same():
    here, there = net(dropout=0.3), net(dropout=0.3)
    options = {"epochs": 3, "validation": (X, T), "early_stopping": 2}
    expected = trainer_of(here).fit(X, T, **options)
    trainer = Trainer(
        there, ag.optim.SGD(there.parameters(), lr=0.5), seed=0, device="look", metrics=["accuracy"]
    )
    history = trainer.fit(X, T, **options)
    assert type(there.parameters()[0]._data) is LookAlike
    assert trainer.device == "look"
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-5)
    assert history["val_accuracy"] == expected["val_accuracy"]
    for found in (trainer.predict(X), trainer.predict_proba(X)):
        assert type(found) is np.ndarray
    f1 = Trainer(there, trainer.optimizer, metrics=["f1"]).evaluate(X, T)["f1"]
    assert 0 < f1 <= 1


def test_plot_draws_the_history():
    trainer = trainer_of(net())
    trainer.fit(X, T, 3, validation=(X, T))
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert trainer.plot(ax) is ax
    assert any(line.get_ydata().tolist() == trainer.history["val_loss"] for line in ax.lines)


def test_plot_draws_the_losses_that_eval_interval_asked_for():
    trainer = trainer_of(net())
    trainer.fit(X, T, 2, 30)  # 6 batches, of which no loss was asked for
    trainer.fit(X, T, 4, 30, validation=(X, T), eval_interval=3)
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert trainer.plot(ax) is ax
    (line,) = ax.lines
    assert line.get_xdata().tolist() == [9, 12, 15, 18]
    assert line.get_ydata().tolist() == trainer.losses
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("iteration", "loss")
    ag.plots.history(trainer.history, [*Figure().subplots(1, 2)])


def test_plot_is_the_same_after_loading(tmp_path):
    from matplotlib.figure import Figure

    trainer, other = trainer_of(net()), trainer_of(net())
    trainer.fit(X, T, 4, 30, eval_interval=5)
    trainer.save(tmp_path / "run.npz")
    other.load(tmp_path / "run.npz")
    for one in (trainer, other):
        one.fit(X, T, 1, 30, eval_interval=5)
    drawn = [
        one.plot(Figure().subplots()).lines[0].get_xydata().tolist() for one in (trainer, other)
    ]
    assert drawn[0] == drawn[1]
    assert [x for x, _ in drawn[0]] == [5, 10, 15]
