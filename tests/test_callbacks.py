"""Callbacks, early stopping, logs, progress and Ctrl-C."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import nn
from autograd_lite.archive import read_archive
from autograd_lite.errors import ArgumentError, NonFiniteError, OperandError
from autograd_lite.training import Callback, Checkpoint, CSVLog, EarlyStopping, History, Trainer

RNG = np.random.default_rng(0)
X = RNG.standard_normal((40, 3)).astype(np.float32)
T = RNG.integers(0, 2, 40)


def trainer_of(*, lr=0.1):
    model = nn.Linear(3, 2, rng=0)
    return Trainer(model, ag.optim.SGD(model.parameters(), lr=lr), seed=0)


class Told(Callback):
    """Notes what it is told."""

    def __init__(self):
        self.told = []

    def on_fit_start(self, trainer):
        self.told.append("fit")

    def on_epoch_start(self, trainer):
        self.told.append(f"epoch {trainer.history.epochs}")

    def on_batch_end(self, trainer, batch, loss):
        assert type(loss) is float
        self.told.append(batch)

    def on_epoch_end(self, trainer):
        self.told.append(f"done {trainer.history.epochs} {trainer.is_last_epoch}")

    def on_fit_end(self, trainer):
        self.told.append("end")


class Scripted(Callback):
    """Writes the numbers of a quantity into the history, one an epoch."""

    def __init__(self, name, values):
        self.name = name
        self.values = values

    def on_epoch_end(self, trainer):
        trainer.history[self.name][-1] = self.values[trainer.history.epochs - 1]


def test_what_a_callback_is_told():
    told = Told()
    trainer_of().fit(X, T, 2, 20, callbacks=[told])
    assert told.told == [
        *("fit", "epoch 0", 1, 2, "done 1 False", "epoch 1", 1, 2, "done 2 True", "end")
    ]


def test_a_callback_stops_after_the_epoch():
    class Stop(Callback):
        def on_batch_end(self, trainer, batch, loss):
            trainer.stop("enough")

    told = Told()
    trainer = trainer_of()
    history = trainer.fit(X, T, 9, 20, callbacks=[Stop(), told])
    assert history.stopped == "enough"
    assert told.told[-2:] == ["done 1 True", "end"]
    assert trainer.fit(X, T, 2).stopped == ""
    assert history.epochs == 3


def test_callbacks_run_in_order_and_checkpoints_last(tmp_path):
    order = []

    class Mark(Callback):
        def __init__(self, name):
            self.name = name

        def on_epoch_end(self, trainer):
            order.append(self.name)

    class Save(Checkpoint):
        def on_epoch_end(self, trainer):
            order.append("save")

    saving = Save(tmp_path / "a.npz")
    trainer_of().fit(X, T, 1, callbacks=[saving, Mark("a"), Mark("b")], checkpoint=saving)
    assert order == ["a", "b", "save", "save"]


# ---- early stopping

VALUES = {
    "falls": ([5.0, 4.0, 3.0, 2.0, 1.0, 0.5], 6, 6),
    "rises": ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3, 1),
    "equal": ([1.0, 1.0, 1.0, 1.0, 1.0, 1.0], 3, 1),
    "recovers": ([3.0, 4.0, 2.0, 3.0, 3.0, 1.0], 5, 3),
    "not a number": ([3.0, np.nan, 2.0, np.nan, np.nan, 1.0], 5, 3),
}


@pytest.mark.parametrize(("values", "epochs", "best"), VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("monitor", ["val_loss", "val_accuracy"])
def test_early_stopping_keeps_the_best(values, epochs, best, monitor):
    weights = []

    class Spy(Callback):
        def on_epoch_end(self, trainer):
            weights.append(trainer.model.state_dict())

    sign = 1 if monitor == "val_loss" else -1
    stopping = EarlyStopping(monitor, patience=2)
    scripted = Scripted(monitor, [sign * value for value in values])
    trainer = trainer_of()
    callbacks = [scripted, Spy(), stopping]
    history = trainer.fit(X, T, 6, validation=(X, T), callbacks=callbacks)
    assert history.epochs == epochs
    assert stopping.best_epoch == best
    assert stopping.best == sign * values[best - 1]
    assert bool(history.stopped) == (epochs < 6)
    for path, value in trainer.model.state_dict().items():
        assert (value == weights[best - 1][path]).all()
    if epochs < 6:
        assert f"{monitor} has not improved since epoch {best}" in history.stopped


def test_an_improvement_must_be_large_enough():
    for least, epochs in ((0.0, 5), (0.2, 3)):
        scripted = Scripted("loss", [1.0, 0.9, 0.8, 0.7, 0.6])
        stopping = EarlyStopping("loss", 2, least)
        assert trainer_of().fit(X, T, 5, callbacks=[scripted, stopping]).epochs == epochs


def test_the_last_weights_may_stay():
    kept, put_back = (EarlyStopping("loss", 1, restore_best=flag) for flag in (False, True))
    trainers = [trainer_of(), trainer_of()]
    for trainer, stopping in zip(trainers, (kept, put_back), strict=True):
        trainer.fit(X, T, 5, callbacks=[Scripted("loss", [1.0, 2.0]), stopping])
    last, best = [trainer.model.W.data for trainer in trainers]
    expected = [trainer_of(), trainer_of()]
    for epochs, trainer in zip((2, 1), expected, strict=True):
        trainer.fit(X, T, epochs)
    assert (last == expected[0].model.W.data).all()
    assert (best == expected[1].model.W.data).all()


def test_a_new_fit_is_judged_anew():
    stopping = EarlyStopping("loss", 2)
    trainer = trainer_of()
    trainer.fit(X, T, 5, callbacks=[Scripted("loss", [0.0, 1.0, 1.0]), stopping])
    assert trainer.history.epochs == 3
    trainer.fit(X, T, 4, callbacks=[stopping])
    assert trainer.history.epochs == 7


def test_early_stopping_refusals():
    trainer = trainer_of()
    with pytest.raises(ArgumentError, match="does not record 'val_loss'; pass validation= to fit"):
        trainer.fit(X, T, early_stopping=3)
    trainer.fit(X, T, 1, validation=(X, T))
    with pytest.raises(ArgumentError, match="does not record 'val_loss'"):
        trainer.fit(X, T, early_stopping=3)
    with pytest.raises(ArgumentError, match="'f1'; add it to metrics"):
        trainer.fit(X, T, early_stopping=EarlyStopping("f1"))
    for patience in (0, -1, 1.5, True):
        with pytest.raises(ArgumentError, match="patience"):
            EarlyStopping(patience=patience)
    for wrong, error in ((0, ArgumentError), (True, ArgumentError), (1.5, OperandError)):
        with pytest.raises(error):
            trainer.fit(X, T, validation=(X, T), early_stopping=wrong)
    with pytest.raises(ArgumentError, match="which is better"):
        EarlyStopping("val_error")
    with pytest.raises(ArgumentError, match="which is better"):
        EarlyStopping(mode="up")
    assert EarlyStopping("val_error", mode="max").sign == -1


# ---- files


def test_a_log_of_all_epochs(tmp_path):
    path = tmp_path / "log.csv"
    trainer = trainer_of()
    trainer.fit(X, T, 2, callbacks=[CSVLog(path)])
    trainer.fit(X, T, 1, validation=(X, T), callbacks=[CSVLog(path)])
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row.pop("epoch") for row in rows] == ["1", "2", "3"]
    assert list(rows[0]) == list(trainer.history)
    for name, column in trainer.history.items():
        np.testing.assert_array_equal([float(row[name]) for row in rows], column)
    with pytest.raises(ArgumentError, match=r"use one of \.csv"):
        CSVLog(tmp_path / "log.txt")


def saved_epochs(trainer, checkpoint, epochs, *callbacks):
    """Return after which epochs a file was written."""
    written = []

    class Spy(Callback):
        def on_epoch_start(self, trainer):
            if checkpoint.path.exists():
                written.append(trainer.history.epochs)
                checkpoint.path.unlink()

    trainer.fit(X, T, epochs, checkpoint=checkpoint, callbacks=[Spy(), *callbacks])
    return [*written, epochs] if checkpoint.path.exists() else written


def test_checkpoints_every_so_often_and_at_the_end(tmp_path):
    assert saved_epochs(trainer_of(), Checkpoint(tmp_path / "a.npz"), 3) == [1, 2, 3]
    assert saved_epochs(trainer_of(), Checkpoint(tmp_path / "b.npz", every=2), 5) == [2, 4, 5]


def test_checkpoints_of_the_best_only(tmp_path):
    values = [3.0, np.nan, 4.0, 2.0, 2.0, 1.0]
    scripted = Scripted("loss", values)
    best = Checkpoint(tmp_path / "a.npz", best_only=True, monitor="loss")
    assert saved_epochs(trainer_of(), best, 6, scripted) == [1, 4, 6]
    highest = Checkpoint(tmp_path / "b.npz", best_only=True, monitor="loss", mode="max")
    assert saved_epochs(trainer_of(), highest, 6, scripted) == [1, 3]
    with pytest.raises(ArgumentError, match="does not record 'val_loss'"):
        trainer_of().fit(X, T, 1, checkpoint=Checkpoint(tmp_path / "c.npz", best_only=True))
    for wrong in ({"every": 0}, {"best_only": True, "monitor": "val_error"}):
        with pytest.raises(ArgumentError):
            Checkpoint(tmp_path / "c.npz", **wrong)
    with pytest.raises(OperandError):
        Checkpoint(3)


# ---- history


def test_columns_that_a_fit_lacks_are_not_numbers():
    trainer = trainer_of()
    history = trainer.fit(X, T, 1)
    trainer.fit(X, T, 1, validation=(X, T))
    trainer.fit(X, T, 1)
    assert np.isnan(history["val_loss"]).tolist() == [True, False, True]
    assert "val_loss" in history
    assert "val_f1" not in history
    with pytest.raises(KeyError, match="there is no 'val_f1', only loss, accuracy"):
        history["val_f1"]
    assert repr(History()) == "History()"
    assert repr(history).startswith("History(3 epochs: loss ")


# ---- what a person sees


def test_a_bar_on_a_terminal_only(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def shown(stream, **options):
        monkeypatch.setattr(sys, "stderr", stream)
        trainer_of().fit(X, T, 2, 20, validation=(X, T), **options)
        return stream.getvalue()

    assert shown(io.StringIO()) == ""
    assert shown(Terminal(), progress=False) == ""
    for text in (shown(Terminal()), shown(io.StringIO(), progress=True)):
        assert "epoch 2/2" in text
        assert "4/4" in text
        assert "val_accuracy=" in text
        assert "seconds=" not in text


def test_ctrl_c_keeps_what_was_learned(capsys, tmp_path):
    class Interrupt(Callback):
        def on_batch_end(self, trainer, batch, loss):
            if trainer.history.epochs == 2 and batch == 2:
                self.learned = trainer.model.state_dict()
                raise KeyboardInterrupt

    interrupt, told = Interrupt(), Told()
    trainer = trainer_of()
    history = trainer.fit(X, T, 9, 10, callbacks=[interrupt, told], checkpoint=tmp_path / "a.npz")
    assert history.interrupted
    assert history.epochs == 2
    assert told.told[-1] == "end"
    assert (trainer.model.W.data == interrupt.learned["W"]).all()
    assert capsys.readouterr().err == "fit: interrupted in epoch 3; what was learned is kept.\n"
    assert read_archive(tmp_path / "a.npz")["history/loss"].tolist() == history["loss"]
    assert not trainer.fit(X, T, 1).interrupted
    assert trainer.history.epochs == 3


def test_ctrl_c_while_modes_are_put_back_leaves_nothing_in_evaluation():
    class Restless(nn.Identity):
        modes = ()

        @property
        def training(self):
            return True

        @training.setter
        def training(self, mode):
            self.modes = (*self.modes, mode)
            if self.modes[-2:] == (False, True) and self.modes.count(False) == 1:
                raise KeyboardInterrupt

    model = nn.Sequential(Restless(), nn.Linear(3, 2, rng=0))
    trainer = Trainer(model, ag.optim.SGD(model.parameters()), seed=0)
    assert trainer.fit(X, T, 2, validation=(X, T)).interrupted
    assert model[1].training


def test_ctrl_c_puts_the_best_weights_back():
    class Interrupt(Callback):
        def on_epoch_start(self, trainer):
            if trainer.history.epochs == 1:
                self.best = trainer.model.state_dict()
            if trainer.history.epochs == 3:
                raise KeyboardInterrupt

    interrupt = Interrupt()
    callbacks = [Scripted("loss", [1.0, 2.0, 3.0]), EarlyStopping("loss", 9), interrupt]
    trainer = trainer_of()
    trainer.fit(X, T, 9, callbacks=callbacks)
    assert (trainer.model.W.data == interrupt.best["W"]).all()


def test_ctrl_c_while_a_checkpoint_is_written_leaves_the_one_before(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    trainer = trainer_of()
    trainer.fit(X, T, 2, checkpoint=path)
    before = path.read_bytes()

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    assert trainer.fit(X, T, 2, checkpoint=path).interrupted
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]


SCRIPT = """
import numpy as np
import autograd_lite as ag
class Say(ag.training.Callback):
    def on_epoch_end(self, trainer):
        print(trainer.history.epochs, flush=True)
model = ag.nn.Linear(3, 2, rng=0)
trainer = ag.training.Trainer(model, ag.optim.SGD(model.parameters(), lr=0.1))
x, t = np.ones((64, 3), np.float32), np.zeros(64, int)
history = trainer.fit(x, t, 10**9, callbacks=[Say()])
print("interrupted", history.interrupted, len(history["loss"]) == history.epochs)
"""


def test_a_real_ctrl_c():
    command = [sys.executable, "-c", SCRIPT]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        assert process.stdout.readline() == "1\n"
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert output.splitlines()[-1] == "interrupted True True"
    assert errors.count("\n") == 1


def test_an_error_closes_the_fit_without_its_end():
    told = Told()
    trainer = trainer_of()
    with pytest.raises(NonFiniteError), np.errstate(all="ignore"):
        trainer.fit(X * np.float32(np.nan), T, 1, callbacks=[told])
    assert told.told == ["fit", "epoch 0"]


def test_only_callbacks_are_callbacks():
    for wrong in (print, Callback, "csv"):
        with pytest.raises(OperandError, match="no callback"):
            trainer_of().fit(X, T, 1, callbacks=[wrong])
