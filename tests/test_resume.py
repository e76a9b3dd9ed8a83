"""Going on where a training was left: to the last bit, also after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import warnings
from functools import partial

import numpy as np
import pytest
from lookalike import LIBRARY

import autograd_lite as ag
from autograd_lite import nn
from autograd_lite.archive import read_archive, write_archive
from autograd_lite.errors import ArgumentError, DataFileError, StateError
from autograd_lite.training import Callback, Checkpoint, CSVLog, EarlyStopping, Trainer
from autograd_lite.training.generators import packed

# What a run depends on: Adam or momentum, dropout from its own and from the shared Generator,
# BatchNorm's buffers, the order of the samples, augmentation, a schedule, early stopping, a split.
SCRIPT = """
import sys
import numpy as np
import autograd_lite as ag
from autograd_lite import nn

action, path, optimizer, epochs = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
ag.seed(7 if action != "resume" else 8)
rng = np.random.default_rng(0)
x = rng.standard_normal((120, 16)).astype(np.float32)
t = rng.integers(0, 3, 120)
model = nn.Sequential(
    nn.Linear(16, 12, rng=3), nn.BatchNorm1d(12), nn.ReLU(), nn.Dropout(0.3, rng=4),
    nn.Linear(12, 12, rng=5), nn.Dropout(0.2), nn.Linear(12, 3, rng=6),
)
if optimizer == "adam":
    opt = ag.optim.Adam(model.parameters(), lr=0.01)
    schedule = ag.optim.StepLR(opt, 2, gamma=0.7)
else:
    opt = ag.optim.Momentum(model.parameters(), lr=0.05)
    schedule = ag.optim.ReduceLROnPlateau(opt, patience=1)
trainer = ag.training.Trainer(model, opt, schedule=schedule, max_norm=1.0)
transform = ag.datasets.Compose(
    ag.datasets.Shift(1, shape=(4, 4)), ag.datasets.Rotate(15, shape=(4, 4)), ag.datasets.Noise(0.1)
)
options = dict(
    batch_size=32, validation=0.25, transform=transform, eval_interval=2,
    early_stopping=ag.training.EarlyStopping(patience=4),
)
if action == "fit":
    trainer.fit(x, t, epochs, **options)
    trainer.save(path)
elif action == "load":
    trainer.load(path)
    trainer.fit(x, t, epochs, **options)
    trainer.save(path)
else:
    class Slow(ag.training.Callback):
        def on_batch_end(self, trainer, batch, loss):
            print(trainer.history.epochs, flush=True)
            if action == "slow":
                import time
                time.sleep(0.01)
    trainer.fit(x, t, epochs, checkpoint=path, resume=True, callbacks=[Slow()], **options)
    trainer.save(path)
"""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
ENVIRONMENT = {**os.environ, **dict.fromkeys(THREADS, "1")}


def run(action, path, optimizer, epochs):
    command = [sys.executable, "-c", SCRIPT, action, str(path), optimizer, str(epochs)]
    subprocess.run(command, check=True, env=ENVIRONMENT, stdout=subprocess.PIPE)


def assert_same(first, second):
    a, b = read_archive(first), read_archive(second)
    assert list(a) == list(b)
    for name in a:
        if name != "history/seconds":
            np.testing.assert_array_equal(a[name], b[name], strict=True, err_msg=name)


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_to_the_last_bit_in_another_process(optimizer, tmp_path):
    whole, parts = tmp_path / "whole.npz", tmp_path / "parts.npz"
    run("fit", whole, optimizer, 5)
    run("fit", parts, optimizer, 2)
    run("load", parts, optimizer, 3)
    assert read_archive(whole)["history/loss"].shape == (5,)
    assert_same(whole, parts)


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_a_killed_process_leaves_a_whole_file_to_go_on_from(optimizer, tmp_path):
    whole, killed = tmp_path / "whole.npz", tmp_path / "killed.npz"
    run("all", whole, optimizer, 6)
    command = [sys.executable, "-c", SCRIPT, "slow", str(killed), optimizer, "6"]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if line.strip() == "3":  # three epochs are done, the fourth is under way
                process.kill()
                break
    assert process.returncode == -signal.SIGKILL
    assert read_archive(killed)["history/loss"].shape == (3,)
    run("resume", killed, optimizer, 6)
    assert_same(whole, killed)


# ---- in this process

RNG = np.random.default_rng(0)
X = RNG.standard_normal((60, 4)).astype(np.float32)
T = RNG.integers(0, 3, 60)


def trainer_of(*, hidden=5, kind=ag.optim.Adam, scheduled=False, shared=False, seed=0, device=None):
    layers = [nn.Linear(4, hidden, rng=seed), nn.Tanh(), nn.Linear(hidden, 3, rng=seed)]
    if shared:
        layers.insert(1, nn.Dropout(0.5, rng=0))
    model = nn.Sequential(*layers)
    optimizer = kind(model.parameters(), lr=0.01)
    schedule = ag.optim.StepLR(optimizer, 2) if scheduled else None
    return Trainer(model, optimizer, schedule=schedule, seed=seed, device=device)


def everything(trainer, path):
    trainer.save(path)
    return read_archive(path)


def assert_equal(before, after):
    assert list(before) == list(after)
    for name in before:
        np.testing.assert_array_equal(before[name], after[name], err_msg=name)


def test_resume_trains_what_is_missing(tmp_path):
    path = tmp_path / "run.npz"
    first = trainer_of()
    first.fit(X, T, 2, checkpoint=path)
    again = trainer_of(seed=1)
    history = again.fit(X, T, 5, checkpoint=path, resume=True)
    assert history.epochs == 5
    whole = trainer_of()
    assert whole.fit(X, T, 5)["loss"] == history["loss"]
    weights = again.model.state_dict()
    assert_equal(whole.model.state_dict(), weights)
    again.fit(X, T, 5, checkpoint=path, resume=True)
    assert again.history.epochs == 5
    assert_equal(again.model.state_dict(), weights)
    trainer_of().fit(X, T, 1, checkpoint=path)  # without resume it begins anew
    assert read_archive(path)["history/loss"].shape == (1,)


def test_a_run_that_stopped_early_stays_so(tmp_path):
    path, held = tmp_path / "run.npz", (X[:20], RNG.integers(0, 3, 20))
    first, second = trainer_of(), trainer_of(seed=1)
    for trainer in (first, second):
        trainer.optimizer.lr = 0.1
        options = {"early_stopping": 2, "checkpoint": path, "resume": trainer is second}
        trainer.fit(X, T, 40, validation=held, **options)
    assert 2 < first.history.epochs == second.history.epochs < 40
    assert first.history.stopped == second.history.stopped != ""
    assert_equal(first.model.state_dict(), second.model.state_dict())
    best = min(first.history["val_loss"])
    assert second.evaluate(*held)["loss"] == best != first.history["val_loss"][-1]


def test_from_the_last_weights_though_the_best_were_put_back(tmp_path):
    def falling():  # the best epoch is the first one
        return EarlyStopping(patience=9, mode="max")

    path, options = tmp_path / "run.npz", {"validation": (X, T)}
    whole, part, rest = trainer_of(), trainer_of(), trainer_of(seed=1)
    whole.fit(X, T, 5, early_stopping=falling(), **options)
    part.fit(X, T, 3, early_stopping=falling(), **options)
    part.save(path)
    rest.load(path)
    assert rest.evaluate(X, T)["loss"] == part.history["val_loss"][0]
    stopping = falling()
    rest.fit(X, T, 2, early_stopping=stopping, **options)
    assert rest.history["loss"] == whole.history["loss"]
    assert rest.history["val_loss"] == whole.history["val_loss"]
    assert stopping.best_epoch == 1
    rest.fit(X, T, 1, early_stopping=stopping, **options)
    assert stopping.best_epoch == 6


def test_weights_changed_after_loading_are_what_is_trained(tmp_path):
    path = tmp_path / "run.npz"
    first = trainer_of()
    first.fit(X, T, 3, validation=(X, -T % 3), early_stopping=3)
    first.save(path)
    other = trainer_of()
    other.load(path)
    for parameter in other.model.parameters():
        parameter.assign(parameter.data * 0)
    seen = []

    class Spy(Callback):
        def on_epoch_start(self, trainer):
            seen.append(sum(abs(p.data).sum() for p in trainer.model.parameters()))

    other.fit(X, T, 1, validation=(X, T), early_stopping=3, callbacks=[Spy()])
    assert seen == [0]


def test_what_a_checkpoint_holds_of_callbacks_is_not_lost_on_the_way(tmp_path):
    path = tmp_path / "run.npz"
    first = trainer_of()
    first.fit(X, T, 3, validation=(X, T), early_stopping=3)
    saved = everything(first, path)
    assert "callbacks/EarlyStopping/best" in saved
    second = trainer_of(seed=2)
    second.load(path)
    assert_equal(saved, everything(second, tmp_path / "again.npz"))
    with pytest.warns(UserWarning, match="made with EarlyStopping; pass it again"):
        second.fit(X, T, 1)


@pytest.mark.parametrize(
    ("samples", "options", "says"),
    [
        (59, {"validation": 0.2}, "samples: 60 saved, 59 here"),
        (60, {"validation": 0.25}, "validation: 0.2 saved, 0.25 here"),
        (60, {}, "validation: 0.2 saved, 0.0 here"),
        (60, {"validation": (X, T)}, "validation: 0.2 saved, 0.0 here"),
    ],
)
def test_what_was_set_aside_stays_so(samples, options, says, tmp_path):
    path = tmp_path / "run.npz"
    trainer_of().fit(X, T, 2, checkpoint=path, validation=0.2)
    other = trainer_of(seed=1)
    before = everything(other, tmp_path / "before.npz")
    with pytest.raises(StateError, match=says):
        other.fit(X[:samples], T[:samples], 5, checkpoint=path, resume=True, **options)
    assert_equal(before, everything(other, tmp_path / "after.npz"))
    assert other.fit(X, T, 5, checkpoint=path, resume=True, validation=0.2).epochs == 5


def test_another_batch_size_or_rate_is_warned_of(tmp_path):
    path = tmp_path / "run.npz"
    trainer_of().fit(X, T, 2, 20, checkpoint=path)
    model = trainer_of().model
    slower = Trainer(model, ag.optim.Adam(model.parameters(), lr=0.001))
    for epochs in (3, 4):
        with pytest.warns(UserWarning, match="lr: 0.01 saved, 0.001 here.*the file's") as caught:
            history = slower.fit(X, T, epochs, np.int64(20), checkpoint=path, resume=True)
        assert len(caught) == 1
        assert caught[0].filename == __file__
        assert history["learning_rate"][-1] == 0.01
        model = trainer_of().model
        slower = Trainer(model, ag.optim.Adam(model.parameters(), lr=0.001))
    with pytest.warns(UserWarning, match="batch_size: 20 saved, 30 here"):
        trainer_of().fit(X, T, 5, 30, checkpoint=path, resume=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer_of().fit(X, T, 6, 30, checkpoint=path, resume=True)


def test_a_file_stays_where_it_was_asked_for(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    saver, log = Checkpoint("run.npz"), CSVLog("log.csv")
    monkeypatch.chdir("elsewhere")
    trainer_of().fit(X, T, 1, checkpoint=saver, callbacks=[log])
    assert {file.name for file in tmp_path.iterdir()} == {"run.npz", "log.csv", "elsewhere"}


def test_a_pattern_is_no_name(tmp_path):
    with pytest.raises(ArgumentError, match=r"'run-\{epoch\}\.npz' has braces"):
        trainer_of().fit(X, T, 1, checkpoint=tmp_path / "run-{epoch}.npz")


MISFITS = {
    "shapes": ({"hidden": 6}, "0.W"),
    "optimizer": ({"kind": ag.optim.SGD}, "optimizer: Adam saved, SGD here"),
    "options": ({"kind": partial(ag.optim.Adam, eps=0.1)}, "options.eps: 1e-08 saved, 0.1 here"),
    "schedule": ({"scheduled": True}, "schedule: None saved, StepLR here"),
    "generators": ({"shared": True}, "model.1.rng"),
}


@pytest.mark.parametrize(("options", "says"), MISFITS.values(), ids=MISFITS)
def test_a_checkpoint_of_another_trainer_changes_nothing(options, says, tmp_path):
    path = tmp_path / "run.npz"
    saver = trainer_of()
    saver.fit(X, T, 2)
    saver.save(path)
    other = trainer_of(**options)
    other.fit(X, T, 1)
    before = everything(other, tmp_path / "before.npz")
    with pytest.raises(StateError, match=r"Trainer\.load: .*run\.npz does not fit") as caught:
        other.load(path)
    assert says in str(caught.value)
    assert_equal(before, everything(other, tmp_path / "after.npz"))
    with pytest.raises(StateError, match=r"fit: .*does not fit"):
        other.fit(X, T, 3, checkpoint=path, resume=True)


def test_all_that_differs_is_listed(tmp_path):
    path = tmp_path / "run.npz"
    saver = trainer_of()
    saver.fit(X, T, 1)
    arrays = everything(saver, path)
    arrays["generators/shared"] = arrays["generators/shared"][:5]
    arrays["losses/begun"] = np.zeros(2)
    arrays["history/loss"] = np.zeros(7)
    arrays["model/0.W"] = np.zeros((1, 1), np.float32)
    arrays["magic/x"] = np.zeros(1)
    write_archive(path, arrays, "test")
    with pytest.raises(StateError) as caught:
        saver.load(path)
    for part in ("0.W", "JSON", "Trainer.losses", "History", "'magic'"):
        assert part in str(caught.value)


def test_a_checkpoint_of_another_version(tmp_path):
    path = tmp_path / "run.npz"
    arrays = everything(trainer_of(), path)
    text = arrays["about"].tobytes().replace(b'"format": 1', b'"format": 9')
    write_archive(path, arrays | {"about": np.frombuffer(text, np.uint8)}, "test")
    with pytest.raises(StateError, match="format: 9 saved, 1 here"):
        trainer_of().load(path)


def test_files_that_are_no_checkpoint(tmp_path):
    trainer = trainer_of()
    weights = tmp_path / "weights.npz"
    nn.save(trainer.model, weights)
    with pytest.raises(StateError, match=r"no checkpoint.*load weights by ag\.nn\.load"):
        trainer.load(weights)
    broken = tmp_path / "broken.npz"
    trainer.save(broken)
    broken.write_bytes(broken.read_bytes()[:-200])
    with pytest.raises(DataFileError, match=r"broken\.npz"):
        trainer.load(broken)
    with pytest.raises(DataFileError, match=r"missing\.npz"):
        trainer.load(tmp_path / "missing.npz")
    with pytest.raises(ArgumentError, match="known format"):
        trainer.save(tmp_path / "run.pickle")


def told(**changes):
    def change(arrays):
        about = json.loads(arrays["about"].tobytes()) | changes
        return {"about": packed({key: value for key, value in about.items() if value is not None})}

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (told(split_seed=None), "split_seed: None is no seed"),
        (told(split_seed=-1), "split_seed: -1 is no seed"),
        (told(split_seed="a"), "split_seed: 'a' is no seed"),
        (lambda _: {"about/x": np.ones(1)}, "there is a part|no checkpoint"),
        (lambda _: {"generators/trainer": packed({"bit_generator": "PCG64"})}, "no state"),
        (lambda _: {"generators/trainer": packed({"bit_generator": "PCG64", "state": 1})}, "no st"),
        (lambda _: {"history/loss": np.array(["a", "b"])}, "no floats"),
        (lambda _: {"losses/begun": np.array(["a", "b", "c"])}, "whole checkpoint"),
        (lambda _: {"losses/begun": np.array([0.0, np.nan, 1.0])}, "whole checkpoint"),
        (lambda _: {"losses/ends": np.zeros(7)}, "whole checkpoint"),
    ],
)
def test_a_part_that_makes_no_sense_changes_nothing(change, says, tmp_path):
    path, other = tmp_path / "run.npz", tmp_path / "before.npz"
    arrays = everything(trainer_of(), path)
    changed = arrays | change(arrays)
    if "about/x" in changed:
        del changed["about"]
    write_archive(path, changed, "test")
    trainer = trainer_of()
    trainer.fit(X, T, 1)
    before = everything(trainer, other)
    with pytest.raises(StateError, match=says):
        trainer.load(path)
    after = everything(trainer, other)
    assert all((before[name] == after[name]).all() for name in before)


def test_what_early_stopping_kept_must_be_numbers():
    good = EarlyStopping("loss").state_dict()
    EarlyStopping("loss").load_state_dict(good)
    for wrong in ({"best": np.ones(2)}, {"best": np.array("a")}, {"counts": np.ones(2)}):
        with pytest.raises(StateError, match="whole checkpoint"):
            EarlyStopping("loss").load_state_dict(good | wrong)


def test_another_kind_of_generator_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    trainer_of().save(path)
    other = Trainer(
        (model := trainer_of().model),
        ag.optim.Adam(model.parameters()),
        seed=np.random.Generator(np.random.MT19937(0)),
    )
    with pytest.raises(StateError, match="trainer was a 'PCG64', here it is a MT19937"):
        other.load(path)
    other.fit(X, T, 1)
    other.save(path)
    drawn = other.generator.random(4).tolist()
    other.load(path)
    assert other.generator.random(4).tolist() == drawn


@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_from_one_device_to_another(suffix, tmp_path):
    if suffix == "safetensors":
        pytest.importorskip("safetensors")
    path = tmp_path / f"run.{suffix}"
    there, here, whole = trainer_of(device=LIBRARY.device), trainer_of(seed=1), trainer_of()
    there.fit(X, T, 2, checkpoint=path)
    history = here.fit(X, T, 4, checkpoint=path, resume=True)
    np.testing.assert_allclose(history["loss"], whole.fit(X, T, 4)["loss"], rtol=1e-5)
    there.load(path)
    assert there.device == "look"
    assert there.history["loss"] == history["loss"]
    assert there.evaluate(X, T)["loss"] == pytest.approx(here.evaluate(X, T)["loss"], rel=1e-5)
