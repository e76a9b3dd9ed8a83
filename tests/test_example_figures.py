"""The examples that work out figures by hand, or learn small tables, reach those figures."""

import importlib.util
import re
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure
from test_examples import EXAMPLES, run

import autograd_lite as ag


def example(name):
    """Return a script as a module, which runs nothing by itself."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def printed(script, out, *options):
    done = run(script, "--small", *options, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    assert "seed" in done.stdout
    return done.stdout


def status(module, out, monkeypatch, *options):
    """Return the exit status of a module's `main`."""
    monkeypatch.setattr(sys, "argv", [module.__name__, "--out", str(out), *options])
    return module.main()


def is_png(path):
    return path.read_bytes().startswith(b"\x89PNG")


HIDDEN_AND_OUT = "0.51998934 0.52747230 0.44498412 0.68047592 0.60944600 0.66384491"
ERRORS = "0.02193381 0.00203809 0.02397190"
SLOPES = "0.02592286 0.02243370 0.00997311 0.03240681 0.00080888"
STEPPED = "0.29959556 0.24919112 0.39964496 0.34928991 0.43703857 0.38685205 0.69629578 0.59624247"


def test_backpropagation_by_hand_prints_every_figure_and_draws_both_styles(tmp_path):
    shown = printed("backprop_by_hand.py", tmp_path)
    for figure in f"{HIDDEN_AND_OUT} {ERRORS} {SLOPES} {STEPPED} 0.02323634".split():
        assert f" {figure}\n" in shown
    operations = (tmp_path / "backprop_operations.svg").read_text(encoding="utf-8")
    for text in ("W1", "W8", "h1 = 0.519989", "0.0224337", "0.00997311", "E_o2 = 0.00203809"):
        assert text in operations
    neurons = (tmp_path / "backprop_neurons.svg").read_text(encoding="utf-8")
    for text in ("W3=0.4", "W6=0.4", "0.00080888", "loss=0.0239719"):
        assert text in neurons


def test_the_slopes_by_hand_are_those_of_small_differences():
    module = example("backprop_by_hand")
    values = {name: before for name, (before, _) in module.WEIGHTS.items()}
    v = {name: ag.Variable(value) for name, value in values.items()}
    v |= module.forward(v)
    for name in values:
        error = [
            module.forward({**values, name: values[name] + shift})["E"].item()
            for shift in (1e-5, -1e-5)
        ]
        assert module.slope(f"∂E/∂{name}", v) == pytest.approx((error[0] - error[1]) / 2e-5, 1e-7)


@pytest.mark.parametrize(("table", "name"), [("SLOPES", "∂E/∂W1"), ("WEIGHTS", "W7")])
def test_backpropagation_by_hand_fails_where_a_digit_differs(table, name, tmp_path, monkeypatch):
    module = example("backprop_by_hand")
    by_hand = getattr(module, table)[name]
    wrong = by_hand + 1e-8 if table == "SLOPES" else (by_hand[0], by_hand[1] + 1e-8)
    monkeypatch.setitem(getattr(module, table), name, wrong)
    assert status(module, tmp_path, monkeypatch) == 1


def test_softmax_by_hand(tmp_path):
    shown = printed("softmax_by_hand.py", tmp_path)
    for figures in ("[2.2  1.39 0.85]", "[0.59 0.26 0.15]", "[0.73 0.18 0.08]", "[0.74 0.18 0.08]"):
        assert figures in shown
    assert is_png(tmp_path / "softmax_by_hand.png")


def test_the_jacobian_of_softmax_is_that_of_small_differences():
    module = example("softmax_by_hand")
    z = np.array([2.20, 1.39, 0.85])
    shifts = 1e-6 * np.eye(3)
    differences = [(softmax(z + s) - softmax(z - s)) / 2e-6 for s in shifts]
    v = ag.Variable(z)
    np.testing.assert_allclose(module.jacobian(v), np.transpose(differences), atol=1e-9)
    np.testing.assert_allclose(module.by_the_chain_rule(v), softmax(z) - [1, 0, 0], atol=1e-12)


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


def test_softmax_by_hand_fails_where_a_digit_differs(tmp_path, monkeypatch):
    module = example("softmax_by_hand")
    monkeypatch.setattr(module, "PROBABILITIES", [[0.59, 0.26, 0.15], [0.74, 0.18, 0.08]])
    assert status(module, tmp_path, monkeypatch) == 1


def test_gates_by_hand_and_learned(tmp_path):
    shown = printed("gates.py", tmp_path)
    for line in ("AND  [0 0 0 1]", "NAND [1 1 1 0]", "OR   [0 1 1 1]", "XOR  [0 1 1 0]"):
        assert f"{line} right" in shown
    assert shown.count("right") == 6
    assert "XOR  loss 0.6931" in shown
    assert is_png(tmp_path / "gates_learned.png")
    assert "w22=0.6" in (tmp_path / "gates_xor.svg").read_text(encoding="utf-8")


def test_the_last_and_stands_on_the_line():
    module = example("gates")
    w1, w2, b = module.BY_HAND["AND"][-1]
    assert w1 + b == w2 + b == 0
    turned = module.perceptrons(module.INPUTS, (-w1, -w2, -b))
    assert turned.data[:, 0].tolist() == [1, 0, 0, 0]  # no NAND
    turned = module.perceptrons(module.INPUTS, (-0.5, -0.5, 0.7))
    assert turned.data[:, 0].tolist() == [1, 1, 1, 0]


@pytest.mark.parametrize("seed", [1, 2])
def test_one_sigmoid_cannot_learn_xor(seed):
    _, loss = example("gates").learn("XOR", seed)
    assert loss == pytest.approx(np.log(2), abs=1e-5)


def test_gates_fail_where_a_weight_is_wrong(tmp_path, monkeypatch):
    module = example("gates")
    monkeypatch.setattr(module, "STEPS", 1000)
    monkeypatch.setattr(module, "LEARNED", 0.1)
    assert status(module, tmp_path, monkeypatch) == 0
    monkeypatch.setitem(module.BY_HAND, "OR", [(0.4, 0.6, -0.5)])
    assert status(module, tmp_path, monkeypatch) == 1


def test_a_deep_network_learns_xor(tmp_path):
    shown = printed("xor_deep.py", tmp_path, "--seeds", 0)
    errors = re.search(r"seed 0: loss [\d.]+, errors \[(.*)\]", shown)[1].split()
    assert len(errors) == 4
    assert max(map(float, errors)) < 0.1
    assert is_png(tmp_path / "xor_deep.png")


def test_the_deep_network_begins_within_one_over_the_root_of_its_inputs():
    layers = [layer for layer in example("xor_deep").network(0) if isinstance(layer, ag.nn.Linear)]
    assert [layer.W.shape for layer in layers] == [(2, 10), (10, 10), (10, 10), (10, 1)]
    for layer in layers:
        bound = layer.W.shape[0] ** -0.5
        for drawn in (layer.W.data, layer.b.data):
            assert 0 < np.abs(drawn).max() <= bound
        assert np.abs(layer.W.data).max() > 0.8 * bound


def test_the_deep_network_fails_where_it_stops_too_early(tmp_path, monkeypatch, capsys):
    module = example("xor_deep")
    monkeypatch.setattr(module, "STEPS", 100)
    assert status(module, tmp_path, monkeypatch, "--seeds", "0") == 1
    assert "NOT YET" in capsys.readouterr().out


def test_breast_cancer(tmp_path):
    shown = printed("breast_cancer.py", tmp_path)
    assert "samples: 364 91 114" in shown
    means = re.findall(r"mean (0\.\d+), at least 0\.96: yes", shown)
    assert len(means) == 2
    assert min(map(float, means)) >= 0.96
    assert shown.count("test accuracy") == 10
    for name in ("penalties", "symmetry", "mini_batches"):
        assert is_png(tmp_path / f"breast_cancer_{name}.png")


@pytest.fixture(scope="module")
def tumours():
    module = example("breast_cancer")
    return module, module.load()


def test_tumours_are_scaled_by_the_training_samples_alone(tumours):
    (x, t), (x_validation, _), _ = tumours[1]
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(x.std(axis=0), 1, atol=1e-5)
    assert np.abs(x_validation.mean(axis=0)).max() > 0.01
    assert t.shape == (364, 1)


def test_the_penalty_is_on_weights_only_and_shared_by_the_samples(tumours):
    module, (training, _, _) = tumours
    model = module.two_layers("uniform", seed=0)
    W1, W2 = model[0].W.data.astype(float), model[2].W.data.astype(float)
    plain = module.loss_of(model, *training, 0.0, 0.0).item()
    with_l1 = module.loss_of(model, *training, 7.0, 0.0).item()
    with_l2 = module.loss_of(model, *training, 0.0, 7.0).item()
    absolute, squared = np.abs(W1).sum() + np.abs(W2).sum(), (W1**2).sum() + (W2**2).sum()
    assert with_l1 - plain == pytest.approx(7 * absolute / 364, rel=1e-5)
    assert with_l2 - plain == pytest.approx(7 * squared / 2 / 364, rel=1e-5)


def test_a_lesson_on_tumours_that_does_not_show_fails(tumours, monkeypatch):
    module, data = tumours
    monkeypatch.setattr(module, "PENALTIES", dict.fromkeys("abc", (0.0, 0.0)))
    assert not module.penalties(data, Figure().subplots(2, 3))
    random = module.two_layers
    monkeypatch.setattr(module, "two_layers", lambda _, seed: random("uniform", seed))
    assert not module.symmetry(data, Figure().subplots(2, 2))
    monkeypatch.setattr(module, "LEAST", 1.01)
    assert not module.mini_batches(data, Figure().subplots(1, 2), seeds=[0])


def test_newton_takes_the_steps_of_the_book(tmp_path):
    done = run("newton.py", "--small")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    for value in ("24.2 ", "4.73188", "1411.85", "0.0559655", "0.313189", "1.85274e-11"):
        assert f"f {value}" in done.stdout
    assert "at the end: yes" in done.stdout
    assert "settled: yes" in done.stdout


def test_newton_fails_where_the_book_is_missed(monkeypatch):
    module = example("newton")
    monkeypatch.setattr(module, "ROSENBROCK", [24.2, 4.74])
    monkeypatch.setattr(sys, "argv", ["newton"])
    assert module.main() == 1


def test_peaks_fitted_by_scipy(tmp_path):
    pytest.importorskip("scipy")
    shown = printed("fit_lbfgs.py", tmp_path)
    runs, by_differences = map(
        int, re.search(r"model: (\d+), by differences (\d+)", shown).groups()
    )
    assert 5 * runs < by_differences
    assert shown.count(": yes") == 2
    assert re.search(r"place 1 +3\.00\d ± 0\.007", shown)
    assert is_png(tmp_path / "fit_lbfgs.png")


def test_the_pendulums_length_is_learned(tmp_path):
    shown = printed("pendulum.py", tmp_path)
    assert re.search(r"L = 1\.\d+ ± 0\.0012, truth 1\.3: yes", shown)
    assert re.search(r"c = 0\.2\d+ ± 0\.0016, truth 0\.25: yes", shown)
    assert is_png(tmp_path / "pendulum.png")


def test_the_pendulum_keeps_its_energy_without_friction():
    module = example("pendulum")
    angles = module.swing(np.log([1.0, 1e-9])).data
    assert np.abs(angles).max() <= module.ANGLE + 1e-6
    assert np.abs(angles).max() > module.ANGLE - 0.02  # it comes back up


def test_logistic_regression_in_numpy_has_the_books_gradient_and_newtons_speed(tmp_path):
    shown = printed("logistic_numpy.py", tmp_path / "losses.png")
    assert float(re.search(r"from the book's by (\S+)", shown)[1]) < 1e-12
    descent, steps = re.findall(r"(?:descent|method): +(0\.\d+)", shown)
    assert float(steps) <= float(descent) < float(steps) + 1e-4
    assert len(re.findall(r" [+-]\d\.\d{3} ± 0\.\d{3}\n", shown)) == 5
    assert is_png(tmp_path / "losses.png")
