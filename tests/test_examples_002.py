"""The examples of the spiral, of precisions, of clothes and of digits by a Trainer."""

from __future__ import annotations

import re

import numpy as np
import pytest
from lookalike import LookAlike
from test_example_figures import example, is_png, printed, status
from test_examples import run

import autograd_lite as ag


def test_the_spiral_by_both_ways(tmp_path):
    shown = printed("spiral.py", tmp_path)
    assert "300 points, data seed 1984; seed 1" in shown
    for name in ("by hand", "Trainer"):
        accuracy = re.search(rf"{name}: accuracy (\S+), at least 0.94: yes", shown)[1]
        loss = re.search(rf"{name}: last loss (\S+), at most 0.16: yes", shown)[1]
        assert float(accuracy) >= 0.94
        assert float(loss) <= 0.16
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("spiral_boundary.png", "spiral_data.png", "spiral_loss.png")
    ]
    assert all(is_png(path) for path in tmp_path.iterdir())


def test_the_spirals_network_is_the_books():
    W1, b1, W2, b2 = [p.data for p in example("spiral").network().parameters()]
    assert (W1.shape, W2.shape) == ((2, 10), (10, 3))
    assert 0.007 < W2.std() < 0.013
    assert not np.any(b1)
    assert not np.any(b2)


@pytest.mark.parametrize(("figure", "value"), [("LEAST_ACCURACY", 0.99), ("LARGEST_LOSS", 0.01)])
def test_the_spiral_fails_where_a_figure_is_missed(figure, value, tmp_path, monkeypatch, capsys):
    spiral = example("spiral")
    monkeypatch.setattr(spiral, "MAX_EPOCH", 60)
    monkeypatch.setattr(spiral, "LEAST_ACCURACY", 0)
    monkeypatch.setattr(spiral, "LARGEST_LOSS", 2)
    assert status(spiral, tmp_path, monkeypatch) == 0
    monkeypatch.setattr(spiral, figure, value)
    assert status(spiral, tmp_path, monkeypatch) == 1
    assert capsys.readouterr().out.count("NO") == 2


def test_the_clothes_example_learns_the_packaged_digits(tmp_path):
    shown = printed("fashion.py", tmp_path, "--seeds", 0, 1)
    assert "training, validation, test images 1150 287 360" in shown
    mean = float(re.search(r"SGD: mean (\S+), at least 0.92: yes", shown)[1])
    assert mean >= 0.92
    seeds = re.findall(r"SGD, seed \d: validation (\S+), test", shown)
    assert np.mean([float(seed) for seed in seeds]) == pytest.approx(mean, abs=1e-4)
    assert float(re.search(r"Adam: (\S+), at least 0.95: yes", shown)[1]) >= 0.95
    assert is_png(tmp_path / "digits_history.png")


def test_clothes_are_split_as_in_the_lecture():
    fashion = example("fashion")
    selection = pytest.importorskip("sklearn.model_selection")
    t = np.random.default_rng(0).permutation(np.repeat(np.arange(10), 60))
    x = np.arange(600)
    expected = selection.train_test_split(x, t, test_size=0.2, stratify=t, random_state=42)
    (training, t_training), (validation, t_validation) = fashion.stratified(x, t, 0.2, 42)
    for found, wanted in zip(
        (training, validation, t_training.argmax(1), t_validation.argmax(1)), expected, strict=True
    ):
        np.testing.assert_array_equal(found, wanted)


def test_the_clothes_network_begins_as_glorot_says():
    rng = np.random.default_rng(0)
    x, t = rng.random((20, 784), np.float32), ag.datasets.one_hot(rng.integers(0, 10, 20), 10)

    def resting(parameters):
        return ag.optim.SGD(parameters, lr=1e-9)

    trainer = example("fashion").train([(x, t)] * 3, resting, 1, seed=0)
    W1, _, W2, _ = [p.data for p in trainer.model.parameters()]
    assert (W1.shape, W2.shape) == ((784, 100), (100, 10))
    for W in (W1, W2):
        assert 0.97 < np.abs(W).max() / np.sqrt(6 / sum(W.shape)) <= 1
    assert list(trainer.history)[:4] == ["loss", "accuracy", "val_loss", "val_accuracy"]


def test_what_is_asked_of_clothes():
    fashion = example("fashion")
    assert (fashion.EPOCHS, fashion.BATCH, fashion.SPLIT_SEED) == (40, 32, 42)
    assert fashion.Task("fashion", sgd=0.01, adam=0.001, mean=0.861, better=0.88) == fashion.FASHION


@pytest.mark.parametrize("figure", ["mean", "better"])
def test_clothes_fail_where_a_figure_is_missed(figure, tmp_path, monkeypatch):
    fashion = example("fashion")
    monkeypatch.setattr(fashion, "EPOCHS", 2)
    for name in ("mean", "better"):
        monkeypatch.setattr(fashion.DIGITS, name, 1.01 if name == figure else 0)
    assert status(fashion, tmp_path, monkeypatch, "--small", "--seeds", "0") == 1
    monkeypatch.setattr(fashion.DIGITS, figure, 0)
    assert status(fashion, tmp_path, monkeypatch, "--small", "--seeds", "0") == 0


def test_precisions_on_the_packaged_digits(tmp_path):
    shown = printed("precision.py", tmp_path)
    runs = re.findall(r"cpu +(\w+) +weights +(\S+) MB, learning +(\S+) MB, \S+ s an epoch", shown)
    assert [name for name, _, _ in runs] == ["float16", "float32", "float64"]
    half, single, double = [float(weights) for _, weights, _ in runs]
    assert 4 * half == pytest.approx(double, rel=0.05)
    assert 2 * single == pytest.approx(double, rel=0.05)
    _, single, double = [float(learning) for _, _, learning in runs]
    assert single < 0.6 * double
    assert "cuda is skipped: " in shown or shown.count("weights take 1 : 2 : 4: yes") == 2
    assert is_png(tmp_path / "digits_precision.png")


def test_precisions_on_another_device(tmp_path, monkeypatch, capsys):
    precision = example("precision")
    monkeypatch.setattr(precision, "devices", lambda: ["cpu", "look"])
    monkeypatch.setattr(precision, "DIGITS", precision.Task("digits", (64, 300, 10), 200, 2, 0.3))
    prepared = precision.prepared
    runs = []
    monkeypatch.setattr(precision, "prepared", lambda *a: runs.append(prepared(*a)) or runs[-1])
    assert status(precision, tmp_path, monkeypatch, "--small") == 0
    shown = capsys.readouterr().out
    assert len(re.findall(r"^look +float", shown, re.MULTILINE)) == 3
    assert type(runs[-1].trainer.model.parameters()[0]._data) is LookAlike is type(runs[-1].x)
    assert runs[-1].trainer.history.epochs == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("weights", 1), ("learning", 10**6), ("accuracy", 0.89)],
)
def test_a_precision_that_takes_more_or_learns_less_fails(name, value):
    precision = example("precision")

    class Run:
        def __init__(self, share):
            self.weights, self.learning, self.accuracy = 4 * share, 1000 * share, 0.95

    runs = [Run(share) for share in (1, 2, 4)]
    assert precision.judge(runs, precision.DIGITS)
    setattr(runs[1], name, value)
    assert not precision.judge(runs, precision.DIGITS)


def test_the_two_layer_network_fails_where_a_gradient_or_an_accuracy_is_wrong(
    tmp_path, monkeypatch
):
    two_layer = example("mnist_two_layer")
    short = two_layer.Task("digits", 64, 0.5, epochs=2, mean=0.0, least=0.0)
    monkeypatch.setattr(two_layer, "DIGITS", short)
    options = "--small", "--seeds", "0"
    assert status(two_layer, tmp_path, monkeypatch, *options) == 0
    monkeypatch.setattr(short, "least", 1.01)
    assert status(two_layer, tmp_path, monkeypatch, *options) == 1
    monkeypatch.setattr(short, "least", 0.0)
    numerical = ag.numerical_gradient
    monkeypatch.setattr(ag, "numerical_gradient", lambda *a: 1.001 * numerical(*a))
    assert status(two_layer, tmp_path, monkeypatch, *options) == 1


@pytest.mark.parametrize(
    ("script", "folder"), [("fashion.py", "fashion-mnist"), ("precision.py", "mnist")]
)
def test_without_data_an_example_says_where_to_put_it_and_what_else_runs(script, folder, tmp_path):
    done = run(script, "--out", tmp_path, AUTOGRAD_LITE_DATA=str(tmp_path / "data"))
    assert done.returncode == 2
    for part in (str(tmp_path / "data" / folder), "train-images", "download=True", "--small"):
        assert part in done.stderr
    assert not list(tmp_path.iterdir())
