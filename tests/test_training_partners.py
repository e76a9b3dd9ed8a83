"""What a Trainer works with: parameters left out, what a schedule watches, classes for objects."""

from __future__ import annotations

import json
import re
import sys
import types
import warnings

import numpy as np
import pytest
from fits import T, X, net, same_weights, trainer_of, with_last

import autograd_lite as ag
from autograd_lite import nn
from autograd_lite.datasets import DataLoader
from autograd_lite.errors import ArgumentError, DTypeError, NonFiniteError, OperandError
from autograd_lite.optim import ReduceLROnPlateau, WarmUp
from autograd_lite.training import Callback, Checkpoint, CSVLog, EarlyStopping, Trainer
from autograd_lite.training.progress import Progress


def test_a_layer_that_was_swapped_does_not_learn_and_says_so():
    class Two(nn.Module):
        def __init__(self):
            self.body, self.head = net(8), nn.Linear(8, 3, rng=4)

        def forward(self, x):
            return self.head(self.body(x))

    trainer = trainer_of(Two())
    fresh = trainer.model.head = nn.Linear(8, 3, rng=5)
    before, norms = fresh.W.data.copy(), []

    class Spy(Callback):
        def on_batch_end(self, trainer, batch, loss):
            norms.append(abs(fresh.W.grad).max())

    with pytest.warns(
        UserWarning, match=r"does not hold head\.W, head\.b, which will not"
    ) as caught:
        trainer.fit(X, T, 40, 30, callbacks=[Spy()])
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert (fresh.W.data == before).all()
    assert max(norms) < 1  # of one batch, not of all that were
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for parameter in fresh.parameters():
            parameter.requires_grad = False
        trainer.fit(X, T, 1)
        trainer_of(net()).fit(X, T, 1)
        model = net()
        other = with_last(model, lambda y: y)
        model[0].W.requires_grad = False
        kept = [p for p in model.parameters() if p.requires_grad]
        other.parameters = lambda: [*kept, model[0].W]
        Trainer(other, ag.optim.SGD(kept, lr=0.1)).fit(X, T, 1)
    model[0].W.requires_grad = True
    with pytest.warns(UserWarning, match="does not hold 3, which"):
        Trainer(other, ag.optim.SGD(kept, lr=0.1)).fit(X, T, 1)


# ---- what a schedule watches


@pytest.mark.parametrize("warm", [False, True])
def test_a_schedule_watches_the_column_that_it_names(warm):
    model = net()
    sgd = ag.optim.SGD(model.parameters(), lr=0.1)
    watching = ReduceLROnPlateau(sgd, mode="max", monitor="val_accuracy", patience=50)
    schedule = WarmUp(sgd, 1, then=watching) if warm else watching
    trainer = Trainer(model, sgd, schedule=schedule, seed=0)
    history = trainer.fit(X, T, 9, validation=(X, T))
    assert watching.best == max(history["val_accuracy"][warm:])
    with pytest.raises(ArgumentError, match="'val_accuracy'; pass validation= to fit"):
        trainer.fit(X, T, 1)


@pytest.mark.parametrize(
    "options",
    [
        {"mode": "max"},
        {"mode": "max", "monitor": "val_loss"},
        {"monitor": "val_accuracy"},
    ],
)
def test_a_schedule_that_would_watch_the_wrong_way(options):
    model = net()
    sgd = ag.optim.SGD(model.parameters(), lr=0.1)
    watching = ReduceLROnPlateau(sgd, **options)
    for schedule in (watching, WarmUp(sgd, 2, then=watching)):
        with pytest.raises(ArgumentError, match="pass monitor= and the mode that fits it"):
            Trainer(model, sgd, schedule=schedule)


# ---- classes where objects belong, and other slips


def test_classes_for_objects():
    model = net()
    sgd = ag.optim.SGD(model.parameters(), lr=0.1)
    for arguments, options, says in (
        ((model, sgd, nn.CrossEntropyLoss), {}, "loss is the class CrossEntropyLoss; pass an"),
        ((model, ag.optim.Adam), {}, "optimizer is the class Adam; pass an object"),
        ((nn.ReLU, sgd), {}, "model is the class ReLU; pass an object"),
        ((model, sgd), {"schedule": ag.optim.StepLR}, "schedule is the class StepLR; pass an"),
        ((model, sgd), {"schedule": "cosine"}, "schedule is a str"),
    ):
        with pytest.raises(OperandError, match=says):
            Trainer(*arguments, **options)
    for norm in (-1.0, "1", float("nan"), True):
        with pytest.raises(ArgumentError, match="Trainer: max_norm"):
            Trainer(model, sgd, max_norm=norm)
    trainer = Trainer(model, sgd)
    for options, error, says in (
        ({"callbacks": [CSVLog]}, OperandError, "CSVLog is a class and no callback"),
        ({"callbacks": CSVLog}, OperandError, "pass a list"),
        ({"early_stopping": EarlyStopping}, OperandError, "pass the patience"),
        ({"early_stopping": "val_loss"}, OperandError, "pass the patience"),
        ({"early_stopping": True}, ArgumentError, "is no patience"),
        ({"early_stopping": False}, ArgumentError, "is no patience"),
        ({"validation": True}, OperandError, r"validation is a bool; pass \(xv, yv\)"),
        ({"validation": (X, T, T)}, OperandError, "validation is a tuple of 3; pass"),
        (
            {"early_stopping": EarlyStopping("val_los", mode="min")},
            ArgumentError,
            "'val_los'.*loss",
        ),
    ):
        with pytest.raises(error, match=says):
            trainer.fit(X, T, 1, **options)
    with pytest.raises(ArgumentError, match="metrics, or monitor one of loss, accuracy, val_loss"):
        trainer.fit(X, T, 1, validation=0.5, early_stopping=EarlyStopping("val_f1"))
    assert trainer.history.epochs == 0
    stopping = trainer.fit(X, T, 1, validation=0.5, early_stopping=np.int64(3))
    assert stopping.epochs == 1


def test_data_of_the_wrong_kind():
    trainer = trainer_of(net())
    names = np.array(["a", "b", "c"])[T]
    for y in (names, names.tolist(), names.astype(object)):
        with pytest.raises(DTypeError, match=re.escape("names, t = np.unique(y, return_inverse")):
            trainer.fit(X, y)
    with pytest.raises(DTypeError, match="complex"):
        trainer.fit(X, T * 1j)
    with pytest.raises(OperandError, match="x is a DataLoader; pass its arrays"):
        trainer.fit(DataLoader(X, T))
    with pytest.raises(OperandError, match="there are no targets"):
        trainer.fit(X)
    with pytest.raises(ArgumentError, match="call fit first"):
        trainer.plot()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_data_that_are_not_finite_are_named(value):
    x = X.copy()
    x[7] = value
    with np.errstate(all="ignore"), pytest.raises(NonFiniteError, match="because x holds NaN or"):
        trainer_of(net()).fit(x, T, 1)
    model = net()
    model[0].W.assign(model[0].W.data * np.nan)
    with pytest.raises(NonFiniteError, match=r"batch 1, and no update.*lower the learning rate"):
        trainer_of(model).fit(X, T, 1)


def test_a_fit_records_whatever_is_around_it():
    trainer, twin = trainer_of(net()), trainer_of(net())
    twin.fit(X, T, 2, validation=(X, T))
    with ag.no_grad():
        trainer.fit(X, T, 2, validation=(X, T))
    assert same_weights(trainer.model, twin.model)


def test_stop_needs_no_reason():
    class Stop(Callback):
        def on_epoch_end(self, trainer):
            trainer.stop()

    assert trainer_of(net()).fit(X, T, 9, callbacks=[Stop()]).stopped == "stopped by a callback"


# ---- how they look


def test_one_line_each(tmp_path):
    trainer = trainer_of(net())
    for thing, text in (
        (trainer, "Trainer(Sequential, SGD(4 parameters, lr=0.5), History())"),
        (DataLoader(X, T, 9), "DataLoader(x (90, 2), t (90,), batch_size=9)"),
        (EarlyStopping(patience=3), "EarlyStopping('val_loss', patience=3)"),
        (CSVLog(tmp_path / "a.csv"), f"CSVLog('{tmp_path}/a.csv')"),
        (Checkpoint(tmp_path / "a.npz", 2), f"Checkpoint('{tmp_path}/a.npz', every=2)"),
    ):
        assert repr(thing) == text
    history = trainer.fit(X, T, 2, validation=(X, T))
    assert json.loads(json.dumps(dict(history))) == dict(history)


def test_a_bar_in_a_notebook(monkeypatch, capsys):
    """A stand-in for the kernel: nothing else in this process may be one."""
    shell = types.SimpleNamespace(config={})
    ipython = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    assert Progress(0, 1, 1, None).tick is None
    shell.config["IPKernelApp"] = {}
    bar = Progress(0, 1, 1, None)
    assert bar.tick is not None
    bar.close()
    assert Progress(0, 1, 1, shown=False).tick is None
    capsys.readouterr()
