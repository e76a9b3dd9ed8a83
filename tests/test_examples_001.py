"""The examples of deep networks: digits stopped in time, overfitting, vanishing gradients."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from test_example_figures import example, is_png, status
from test_examples import run

import autograd_lite as ag


def test_the_deep_network_learns_the_packaged_digits_and_softmax_twice_costs(tmp_path):
    done = run("mnist_deep.py", "--small", "--twice", "--out", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "seed 0: 1,150, 287, 360 images" in done.stdout
    assert "at least 0.95: yes" in done.stdout
    rows = re.findall(r"^  \d +precision (\S+), recall (\S+)$", done.stdout, re.MULTILINE)
    counts = re.findall(r"^[ \[]*((?: *\d+){10})\]", done.stdout, re.MULTILINE)
    matrix = np.array([row.split() for row in counts], dtype=int)
    for sums, column in ((matrix.sum(axis=0), 0), (matrix.sum(axis=1), 1)):
        printed = [float(row[column]) for row in rows]
        np.testing.assert_allclose(printed, np.diag(matrix) / sums, atol=5.1e-5)
    once, twice = re.search(r"softmax once (0\.\d+), twice (0\.\d+)", done.stdout).groups()
    assert float(once) >= 0.95
    assert float(once) > float(twice)
    assert done.stderr.count("UserWarning") == 1
    assert "the model ends in Softmax" in done.stderr
    assert "cannot fall below 1.4612" in done.stdout
    for picture in ("history", "confusion", "images", "twice"):
        assert is_png(tmp_path / f"digits_deep_{picture}.png")


@pytest.mark.parametrize(
    ("script", "options", "folder"),
    [
        ("mnist_deep.py", [], "mnist"),
        ("mnist_deep.py", ["--data", "fashion"], "fashion-mnist"),
        ("mnist_deep.py", ["--data", "cifar10"], "cifar-10"),
        ("overfitting.py", [], "mnist"),
    ],
)
def test_without_data_an_example_says_how_to_get_them(script, options, folder, tmp_path):
    place = tmp_path / "data"
    done = run(script, *options, "--out", tmp_path / "out", AUTOGRAD_LITE_DATA=str(place))
    assert done.returncode == 2
    for part in (str(place / folder), ".gz", "download=True", "AUTOGRAD_LITE_DATA", "--small"):
        assert part in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_deep_network_is_that_of_the_lecture(monkeypatch):
    module = example("mnist_deep")
    monkeypatch.setattr(module, "EPOCHS", 1)
    rng = np.random.default_rng(0)
    x, t = rng.random((40, 784), dtype=np.float32), np.arange(40) % 10
    for name, least in (("mnist", 0.975), ("fashion", 0.87), ("cifar10", 0.35)):
        task = module.TASKS[name]
        assert (task.least, task.batch) == (least, 256)
    trainer = module.train(module.TASKS["mnist"], (x, t), (x, t), seed=0)
    layers = [layer for layer in trainer.model if isinstance(layer, ag.nn.Linear)]
    widths = [layer.W.shape[0] for layer in layers]
    assert widths == [784, 500, 400, 300, 200, 100, 50]
    assert layers[-1].W.shape == (50, 10)
    assert sum(isinstance(layer, ag.nn.LeakyReLU) for layer in trainer.model) == 6
    assert isinstance(trainer.optimizer, ag.optim.Adam)


def test_the_deep_network_fails_where_it_stops_too_early(tmp_path, monkeypatch, capsys):
    module = example("mnist_deep")
    monkeypatch.setattr(module, "EPOCHS", 1)
    assert status(module, tmp_path, monkeypatch, "--small") == 1
    assert "at least 0.95: NO" in capsys.readouterr().out


def test_every_measure_against_overfitting_helps(tmp_path):
    done = run("overfitting.py", "--small", "--out", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    assert "seed 0" in done.stdout
    rows = re.findall(r"^(\w[\w ]*?) +(\d\.\d+) +(\d\.\d+) +\d", done.stdout, re.MULTILINE)
    ends = {name: (float(training), float(validation)) for name, training, validation in rows}
    plain = ends.pop("plain")
    assert plain[0] < 0.3 < plain[1]
    assert len(ends) == 8
    assert max(validation for _, validation in ends.values()) < plain[1]
    assert is_png(tmp_path / "overfitting_digits.png")


def test_labels_that_validate_are_not_drawn_by_lot():
    module = example("overfitting")
    (x, t), (x_validation, t_validation) = module.load(module.DIGITS, seed=0)
    (every, true), _ = ag.datasets.digits()
    np.testing.assert_array_equal(t_validation, true[-337:])
    np.testing.assert_array_equal(x_validation, every[-337:])
    assert len(x) + len(x_validation) == len(every)
    assert 0.13 < np.mean(t != true[: len(t)]) < 0.23


def test_a_measure_that_does_not_help_is_named():
    module = example("overfitting")
    history = {"loss": [1.0, 0.1], "val_loss": [0.5, 0.7], "val_accuracy": [0.8, 0.8]}
    better = history | {"val_loss": [0.6, 0.6]}
    worse = history | {"val_loss": [0.6, 0.7]}
    histories = {"plain": history, "L1": worse, "L2": better}
    assert module.report(histories) == ["L1"]
    assert module.overfits(history)
    assert not module.overfits(better)
    assert not module.overfits(history | {"loss": [1.0, 0.4]})


def test_gradients_of_deep_sigmoids_vanish(tmp_path):
    done = run("vanishing_gradients.py", "--small", "--out", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    assert "seed 0" in done.stdout
    rows = re.findall(r"^(\w+) +first layer .*: ([\d.e+-]+) of it\n.* (0\.\d+)$", done.stdout, re.M)
    found = {name: (float(share), float(accuracy)) for name, share, accuracy in rows}
    assert list(found) == ["sigmoid", "tanh", "relu", "leaky_relu"]
    share, accuracy = found.pop("sigmoid")
    assert share < 1e-4
    assert accuracy < 0.25
    for share, accuracy in found.values():
        assert share > 0.1
        assert accuracy > 0.9
    for picture in ("norms", "activations", "losses"):
        assert is_png(tmp_path / f"vanishing_{picture}.png")


def test_gradients_are_those_that_the_plot_shows():
    module = example("vanishing_gradients")
    (x, t), _ = ag.datasets.digits()
    model = module.network("sigmoid", 1)
    norms = module.gradients(model, x[:50], t[:50])
    points = ag.plots.gradient_norms(model, Figure().subplots()).lines[0].get_ydata()
    np.testing.assert_allclose(norms, points, rtol=1e-4)


@pytest.mark.parametrize(
    ("activation", "norms", "accuracy", "good"),
    [
        ("sigmoid", [1e-7, 1e-2], 0.1, True),
        ("sigmoid", [1e-4, 1e-2], 0.1, False),
        ("sigmoid", [1e-7, 1e-2], 0.9, False),
        ("tanh", [1e-2, 1e-2], 0.95, True),
        ("tanh", [1e-7, 1e-2], 0.95, False),
        ("tanh", [1e-2, 1e-2], 0.5, False),
    ],
)
def test_what_counts_as_vanished(activation, norms, accuracy, good):
    assert example("vanishing_gradients").judge(activation, norms, accuracy) is good
