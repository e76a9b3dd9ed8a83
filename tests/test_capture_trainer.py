"""Trainer(capture=True), and estimators: what they learn is what they learn without."""

from __future__ import annotations

import copy
import pickle
import warnings
from functools import partial

import numpy as np
import pytest
from fits import ABOVE, T, X, Y, net, same_weights, trainer_of

import autograd_lite as ag
from autograd_lite import nn
from autograd_lite.errors import ArgumentError, CaptureError, NonFiniteError, ShapeError
from autograd_lite.training import Callback, EarlyStopping, Trainer

IGNORED = np.where(np.arange(len(T)) % 3 == 0, -1, T)
IGNORED[:40] = -1  # whole batches of them, unless they are shuffled
WEIGHTS = np.array([1.0, 2.0, 0.5], np.float32)


def both(make, x=X, t=T, epochs=4, batch_size=16, **options):
    """Fit two Trainers of a kind, the second captured; compare and return them."""
    trainers = []
    for captured in (False, True):
        ag.seed(0)
        trainer = make(capture=captured)
        given = {name: copy.deepcopy(value) for name, value in options.items()}
        trainer.fit(x, t, epochs, batch_size, **given)
        trainers.append(trainer)
    eager, captured = trainers
    assert same_weights(eager.model, captured.model)
    assert list(eager.history) == list(captured.history)
    for name, column in eager.history.items():
        if name != "seconds":
            assert column == captured.history[name], name
    assert eager.losses == captured.losses
    return eager, captured


def with_optimizer(kind, **options):
    def make(**more):
        model = net()
        return Trainer(model, kind(model.parameters(), lr=0.05, **options), seed=0, **more)

    return make


def normalized(*, seed=0, **more):
    layers = nn.Linear(2, 8, rng=seed), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3)
    return trainer_of(nn.Sequential(*layers, nn.Linear(8, 3, rng=seed + 1)), **more)


# ---- the same results


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("batch_size", [1, 16, 90, 200])  # 90 rows: of 16 the last batch is 10
def test_weights_and_history_to_the_last_bit(dtype, batch_size):
    both(lambda **o: trainer_of(net(dtype=dtype), **o), X.astype(dtype), batch_size=batch_size)


@pytest.mark.parametrize(
    ("loss", "targets", "outputs"),
    [
        (ag.binary_cross_entropy_with_logits, ABOVE, 1),
        (ag.mean_squared_error, Y, 1),
        (nn.HuberLoss(), Y, 1),
        (partial(ag.softmax_cross_entropy, class_weights=WEIGHTS), T, 3),
        (partial(ag.softmax_cross_entropy, label_smoothing=0.1), T, 3),
        (partial(ag.softmax_cross_entropy, ignore_index=-1), IGNORED, 3),
        (lambda y, t: ag.softmax_cross_entropy(y, t) + 0.01 * (y * y).mean(), T, 3),
    ],
)
def test_losses(loss, targets, outputs):
    both(lambda **o: trainer_of(net(outputs), loss, **o), t=targets, validation=0.2, shuffle=False)


OPTIMIZERS = {
    "Momentum": (ag.optim.Momentum, {}),
    "Nesterov": (ag.optim.Nesterov, {"l1": 0.01}),
    "AdaGrad": (ag.optim.AdaGrad, {}),
    "RMSProp": (ag.optim.RMSProp, {}),
    "Adam": (ag.optim.Adam, {"weight_decay": 0.1}),
    "AdamW": (ag.optim.AdamW, {"weight_decay": 0.1}),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name):
    kind, options = OPTIMIZERS[name]
    both(with_optimizer(kind, **options))


def test_what_else_a_fit_may_have():
    both(partial(normalized, max_norm=0.5), validation=0.2, eval_interval=2)
    both(lambda **o: trainer_of(net(dropout=0.5), **o), shuffle=False, drop_last=True)
    both(lambda **o: trainer_of(net(), metrics=["accuracy", "f1"], **o))
    both(lambda **o: trainer_of(net(), **o), transform=ag.datasets.Noise(0.1))
    both(lambda **o: trainer_of(net(), **o), validation=0.2, early_stopping=1, epochs=40)


def test_parameters_that_the_optimizer_does_not_hold():
    def make(**more):
        model = net()
        return Trainer(model, ag.optim.SGD(model.parameters()[:2], lr=0.1), seed=0, **more)

    with pytest.warns(UserWarning, match="does not hold"):
        both(make)


def test_a_schedule_is_followed():
    def make(**more):
        trainer = trainer_of(net(), **more)
        trainer.schedule = ag.optim.StepLR(trainer.optimizer, 1, gamma=0.5)
        return trainer

    eager, _ = both(make)
    assert len(set(eager.history["learning_rate"])) == 4


# ---- what a callback may do between the batches


class At(Callback):
    """Does things after some batches of each epoch."""

    def __init__(self, **deeds):
        self.deeds = deeds

    def on_fit_start(self, trainer):
        self.first = trainer.model.parameters()[0]

    def on_batch_end(self, trainer, batch, loss):
        for name, at in self.deeds.items():
            if batch in at:
                getattr(self, name)(trainer)

    def freeze(self, _):
        self.first.requires_grad = not self.first.requires_grad

    def slow(self, trainer):
        trainer.optimizer.lr *= 0.7

    def halve(self, _):
        self.first.assign(self.first.data * np.float32(0.5))

    def reload(self, trainer):
        trainer.model.load_state_dict({k: v * 2 for k, v in trainer.model.state_dict().items()})
        trainer.optimizer.load_state_dict(trainer.optimizer.state_dict())

    def switch(self, trainer):
        trainer.model.train(not trainer.model.training)

    def forget(self, trainer):
        for parameter in trainer.model.parameters():
            parameter.zero_grad()

    def look(self, trainer):
        trainer.evaluate(X, T)


@pytest.mark.parametrize(
    "deeds",
    [
        {"freeze": [2, 4]},
        {"slow": [1, 2, 3]},
        {"halve": [2]},
        {"reload": [3]},
        {"switch": [2, 4]},
        {"forget": [1, 2, 3]},
        {"look": [1, 4]},
    ],
    ids=str,
)
def test_callbacks_between_batches(deeds):
    both(lambda **o: trainer_of(net(dropout=0.5), **o), callbacks=[At(**deeds)])


def test_another_loss_or_norm_between_fits_counts():
    trainers = [trainer_of(net(), capture=captured) for captured in (False, True)]
    for trainer in trainers:
        trainer.fit(X, T, 2, 16)
        trainer.max_norm = 0.01
        trainer.fit(X, T, 2, 16)
        trainer.loss = partial(ag.softmax_cross_entropy, label_smoothing=0.5)
        trainer.fit(X, T, 2, 16)
    assert same_weights(trainers[0].model, trainers[1].model)


# ---- files and interruptions


def test_resume_to_the_last_bit(tmp_path):
    def make():
        ag.seed(0)
        return normalized(max_norm=0.5, capture=True)

    path = tmp_path / "run.npz"
    whole = make()
    whole.fit(X, T, 5, 16, validation=0.2)
    make().fit(X, T, 2, 16, validation=0.2, checkpoint=path)
    ag.seed(1)
    resumed = normalized(seed=5, max_norm=0.5, capture=True)
    resumed.fit(X, T, 5, 16, validation=0.2, checkpoint=path, resume=True)
    assert same_weights(whole.model, resumed.model)
    assert whole.history["val_loss"] == resumed.history["val_loss"]


def test_an_early_stop_puts_the_best_weights_back_into_what_is_trained_on():
    trainers = [trainer_of(net(), capture=captured) for captured in (False, True)]
    for trainer in trainers:
        trainer.fit(X, T, 30, 16, validation=0.3, early_stopping=EarlyStopping(patience=1))
        trainer.fit(X, T, 1, 16)
    assert same_weights(trainers[0].model, trainers[1].model)


class Interrupt(Callback):
    def on_batch_end(self, trainer, batch, loss):
        if batch == 3 and trainer.history.epochs == 1:
            raise KeyboardInterrupt


def test_ctrl_c_keeps_what_was_learned(capsys):
    eager, captured = both(lambda **o: trainer_of(net(), **o), callbacks=[Interrupt()])
    assert eager.history.interrupted
    assert captured.history.interrupted
    for trainer in (eager, captured):
        trainer.fit(X, T, 2, 16)
    assert same_weights(eager.model, captured.model)
    assert "interrupted" in capsys.readouterr().err


def test_programs_are_neither_copied_nor_pickled():
    trainer = trainer_of(net(), capture=True)
    trainer.fit(X, T, 2, 16)
    twin = copy.deepcopy(trainer)
    for one in (trainer, twin):
        one.fit(X, T, 2, 16)
    assert same_weights(trainer.model, twin.model)
    assert pickle.loads(pickle.dumps(trainer)).history["loss"] == trainer.history["loss"]


# ---- errors


def test_a_loss_that_looks_at_numbers_is_refused_with_the_way_out():
    def loss(y, t):
        found = ag.softmax_cross_entropy(y, t)
        return found * 2.0 if found.data > 1 else found

    model = net()
    before = copy.deepcopy(model)
    trainer = trainer_of(model, loss, capture=True)
    with pytest.raises(CaptureError, match=r"(?s)^fit: .*test_capture_trainer.*capture=True"):
        trainer.fit(X, T, 1, 16)
    assert same_weights(model, before)
    trainer.capture = False
    trainer.fit(X, T, 1, 16)  # and eagerly it works
    assert not same_weights(model, before)


def test_what_a_first_batch_is_refused_for():
    with pytest.raises(ShapeError, match=r"reshape\(-1, 1\)"):
        trainer_of(net(1), ag.mean_squared_error, capture=True).fit(X, Y[:, 0], 1)
    twice = trainer_of(nn.Sequential(net(), nn.Softmax()), capture=True)
    with pytest.warns(UserWarning, match="softmax once more") as noted:
        twice.fit(X, T, 2, 16)
    assert len(noted) == 1
    with pytest.raises(ArgumentError, match="labels must be from 0 to 2"):
        trainer_of(net(), capture=True).fit(X, T + 1, 1)
    with pytest.raises(ArgumentError, match=r"capture is 'yes'.*True or False"):
        trainer_of(net(), capture="yes")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_ends_the_fit_before_the_update(bad):
    x = X.copy()
    x[40, 0] = bad  # in the third batch
    messages, models = [], []
    for captured in (False, True):
        trainer = trainer_of(net(), capture=captured)
        with np.errstate(all="ignore"), pytest.raises(NonFiniteError) as caught:
            trainer.fit(x, T, 2, 16, shuffle=False)
        messages.append(str(caught.value))
        models.append(trainer.model)
    assert messages[0] == messages[1]
    assert "in epoch 1, batch " in messages[0]
    for p, q in zip(*[model.parameters() for model in models], strict=True):
        np.testing.assert_array_equal(p.data, q.data)


def test_a_gradient_that_is_not_finite_ends_the_fit_too():
    messages = []
    for captured in (False, True):
        trainer = trainer_of(net(), max_norm=1.0, capture=captured)
        trainer.model.parameters()[1].register_hook(lambda g: g * np.float32("nan"))
        with pytest.raises(NonFiniteError, match="gradient of parameter 1") as caught:
            trainer.fit(X, T, 2, 16)
        messages.append(str(caught.value))
        assert same_weights(trainer.model, net())
    assert messages[0] == messages[1]


# ---- estimators


def learned(kind, program, x, t, **options):
    """Fit an estimator whose updates become a program after so many; return it."""
    pytest.importorskip("sklearn")
    update = pytest.importorskip("autograd_lite.estimators.update")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it does not converge
        patch.setattr(update, "EAGER", program)
        return getattr(ag.estimators, kind)(random_state=0, **options).fit(x, t)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"alpha": 0.0, "solver": "sgd", "learning_rate": "adaptive", "tol": 0.1},
        {"alpha": 0.5, "solver": "sgd", "learning_rate": "invscaling", "momentum": 0.0},
        {"early_stopping": True, "activation": "logistic", "batch_size": 7},
    ],
    ids=str,
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_estimators_learn_the_same_as_programs(options, dtype):
    x, y = X.astype(dtype), np.concatenate([Y, -Y], axis=1)
    for kind, targets in (("MLPClassifier", T), ("MLPRegressor", y)):
        given = {"max_iter": 12, "hidden_layer_sizes": 9} | options
        eager = learned(kind, 10**9, x, targets, **given)
        program = learned(kind, 1, x, targets, **given)
        assert same_weights(eager.module_, program.module_)
        assert eager.loss_curve_ == program.loss_curve_


def test_a_fitted_estimator_is_pickled_and_goes_on():
    model = learned("MLPClassifier", 1, X, T, max_iter=5, warm_start=True)
    again = pickle.loads(pickle.dumps(model))
    assert "_update" in vars(model)
    assert "_update" not in vars(again)
    for one in (model, again):
        for _ in range(3):
            one.partial_fit(X, T)
    assert same_weights(model.module_, again.module_)
