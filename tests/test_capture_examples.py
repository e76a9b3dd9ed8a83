"""The examples' training steps, captured: the same numbers as eagerly."""

from __future__ import annotations

import copy
import importlib.util
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from fits import same_weights

import autograd_lite as ag
from autograd_lite.functions.stochastic import generator_of
from autograd_lite.training import Trainer

EXAMPLES = Path(__file__).parents[1] / "examples"
TRAINERS = sorted(p for p in EXAMPLES.glob("*.py") if "training.Trainer(" in p.read_text("utf-8"))


MOST = 8  # fits of an example that are compared


def module_of(name):
    """Return an example as a module, as if another script imported it."""
    found = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module  # where its dataclasses look for their types
    found.loader.exec_module(module)
    return module


# ---- the examples with a Trainer: each fit is done twice, for two epochs


class Twice(Trainer):
    """Fits a captured twin beside itself."""

    fits: list[str]

    def fit(self, x, y=None, epochs=10, *options, **more):
        if len(self.fits) == MOST:
            return super().fit(x, y, min(epochs, 2), *options, **more)
        twin, given = copy.deepcopy((self, more))
        twin.capture = True
        shared = generator_of(None, "the test")  # dropout's
        before = shared.bit_generator.state
        history = super().fit(x, y, min(epochs, 2), *options, **more)
        after, shared.bit_generator.state = shared.bit_generator.state, before
        Trainer.fit(twin, x, y, min(epochs, 2), *options, **given)
        assert shared.bit_generator.state == after
        assert self.losses == twin.losses
        for name, column in history.items():
            if name != "seconds":
                np.testing.assert_allclose(column, twin.history[name], rtol=1e-6, err_msg=name)
        assert same_weights(self.model, twin.model)
        self.fits.append(repr(self.model))
        return history


@pytest.mark.parametrize("script", TRAINERS, ids=lambda path: path.stem)
def test_fits_of_the_examples(script, monkeypatch, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(ag.training, "Trainer", Twice)
    monkeypatch.setattr(Twice, "fits", [], raising=False)
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda *_args, **_options: None)
    monkeypatch.setattr(sys, "argv", [script.name, "--small", "--out", str(tmp_path)])
    module = module_of(script.stem)
    monkeypatch.setattr(module, "MAX_EPOCH", 10, raising=False)  # of the spiral's loop by hand
    module.main()  # two epochs reach no figure, which is said
    assert Twice.fits
    capsys.readouterr()


# ---- those with a loop of their own: its body as a function


def trained(model, loss_of, lr):
    optimizer = ag.optim.SGD(model.parameters(), lr=lr)

    def step(x, t):
        loss = loss_of(model, x, t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.data

    return model.parameters(), step


def binary(model, x, t):
    return ag.binary_cross_entropy(model(x), t)


def gates():
    module = module_of("gates")
    model = ag.nn.Sequential(ag.nn.Linear(2, 1, rng=0), ag.nn.Sigmoid())
    return *trained(model, binary, 1.0), module.INPUTS, module.TRUTH["NAND"].reshape(-1, 1)


def xor_deep():
    module = module_of("xor_deep")
    return *trained(module.network(0), binary, 1.0), module.X, module.T


def breast_cancer():
    module = module_of("breast_cancer")
    (x, t), *_ = module.load()

    def loss_of(model, x, t):
        return module.loss_of(model, x, t, 5.0, 2.0)

    return *trained(module.two_layers("xavier", 0), loss_of, module.LEARNING_RATE), x, t


def spiral():
    module = module_of("spiral")
    ag.seed(0)
    x, t = ag.datasets.spiral()
    made = trained(module.network(), lambda model, x, t: ag.softmax_cross_entropy(model(x), t), 1.0)
    return *made, x[:30], t[:30]


def plane_two_three_one():
    module = module_of("plane_two_three_one")
    net = module.second_start()
    x, t = ag.datasets.plane(100, seed=0, dtype="float64")

    def step(x, t):
        gradients = module.backpropagation(net, x, t)
        for v, gradient in zip(net.parameters(), gradients, strict=True):
            v.assign(v.data - module.LEARNING_RATE * gradient)
        return net.loss(x, t).data

    return net.parameters(), step, x, t.reshape(-1, 1)


def captured_step():
    module = module_of("captured_step")
    (x, t), _ = ag.datasets.digits()
    model, step = module.training_step(64, 0.5, 0)
    return model.parameters(), step, x[:100], t[:100]


LOOPS = [gates, xor_deep, breast_cancer, spiral, plane_two_three_one, captured_step]


@pytest.mark.parametrize("made", LOOPS, ids=lambda made: made.__name__)
def test_loops_of_the_examples(made):
    eager, step, x, t = made()
    captured, twin, _, _ = made()
    program = ag.capture(twin)
    for _ in range(20):
        np.testing.assert_allclose(program(x, t), step(x, t), rtol=1e-6)
    for p, q in zip(eager, captured, strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-6, atol=1e-12)


def test_the_script_of_thirteen_parameters(monkeypatch, tmp_path, capsys):
    argv = ["two_three_one.py", str(tmp_path / "net.svg")]
    monkeypatch.setattr(sys, "argv", argv)
    script = runpy.run_path(str(EXAMPLES / "two_three_one.py"))
    capsys.readouterr()
    parameters = script["network"]([[0.2, 0.3, 0.8], [0.7, 0.8, 0.3]], [[0.3], [0.1], [0.2]])
    optimizer = ag.optim.SGD(parameters, lr=0.1)

    @ag.capture
    def step():
        optimizer.zero_grad()
        script["loss_of"](*parameters).backward()
        optimizer.step()

    for _ in range(1000):
        step()
    for trained, captured in zip(script["parameters"], parameters, strict=True):
        np.testing.assert_allclose(captured.data, trained.data, rtol=1e-6)


# ---- single gradients


def test_the_network_by_hand_with_every_number():
    module = module_of("backprop_by_hand")
    names = list(module.WEIGHTS)

    def gradients(values):
        w = {name: ag.Variable(value) for name, value in zip(names, values, strict=True)}
        end = module.forward(w)["E"]
        return [end.data, *ag.gradients(end, list(w.values()))]

    captured = ag.capture(lambda *values: gradients(values))
    for factor in (1.0, 0.5):
        values = [np.array(before * factor) for before, _ in module.WEIGHTS.values()]
        for here, there in zip(captured(*values), gradients(values), strict=True):
            np.testing.assert_allclose(here, there, rtol=1e-12)
