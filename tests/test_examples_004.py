"""The examples of perceptrons, the plane, activations, tangents, dearer apples and nodes."""

from __future__ import annotations

import importlib.util
import re

import numpy as np
import pytest
from test_examples import EXAMPLES, run

SAID = {
    "perceptron_network.py": ["parameters: 9", "[3. 8.]: -0.6 > -1? 1", "2 > 1.5? 1"],
    "activations.py": [
        "step       at  0:  0.00, slope  0.00",
        "sigmoid    at  0:  0.50, slope  0.25",
        "leaky_relu at -5: -0.05, slope  0.01",
        "maxout     at -5:  6.00, slope -1.00",
        "[0.6652 0.2447 0.09  ]",
    ],
    "cubic_tangent.py": ["tangent there is 10 x -26", "difference quotient 10.25, 0.25 too steep"],
    "dearer_apple.py": ["200, with tax 220.0", "202, with tax 222.2", "difference 2.2"],
    "nodes.py": [
        "branch: 21., from above 1.3\n  gradient of x: 9.1\n",
        "(2, 1, 5) · (2, 2, 5): (2, 2, 5), last row [ 75.  96. 119. 144. 171.]",
        "mul: shapes (2, 5, 1) and (2, 2, 5) do not fit together",
    ],
}
NODES = "add multiply branch repeat add_up matmul sigmoid affine softmax_with_loss"
PICTURES = {
    "perceptron_network.py": ["perceptron_network.svg", "perceptron_network.png"],
    "activations.py": ["activations.png"],
    "cubic_tangent.py": ["cubic_tangent.png"],
    "dearer_apple.py": ["apple_100.svg", "apple_101.svg"],
    "nodes.py": [f"node_{name}.svg" for name in NODES.split()],
}


def imported(script):
    spec = importlib.util.spec_from_file_location(script, EXAMPLES / f"{script}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_pictures(folder, names):
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    for path in folder.iterdir():
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG") or content.rstrip().endswith(b"</svg>"), path.name


@pytest.mark.parametrize("script", SAID)
def test_what_an_example_says_and_draws(script, tmp_path):
    done = run(script, "--small", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert re.search(r"^(no seed|seed \d)", done.stdout)
    for text in SAID[script]:
        assert text in done.stdout
    check_pictures(tmp_path / "out", PICTURES[script])


def test_the_plane(tmp_path):
    done = run("plane_two_three_one.py", "--small", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert "seed 317" in done.stdout
    assert "seed 42" in done.stdout
    first = float(re.search(r"by hand: ([\d.]+)", done.stdout)[1])
    assert first == pytest.approx(0.6832187873470724, rel=1e-14)
    by_backpropagation, by_numbers, by_steps = re.findall(r"\n  (w11 .*)", done.stdout)
    for printed in (by_backpropagation, by_numbers):
        for figure in ("w11 1.1974", "w21 0.9016", "b11 1.5873", "b12 1.2359", "b13 -1.3984"):
            assert figure in printed
        assert printed.endswith("b21 -2.2934")
    assert by_steps == (
        "w11 0.2000, w12 0.3000, w13 0.8000, w21 0.7000, w22 0.8000, w23 0.3000, w31 1.3576, "
        "w32 1.1833, w33 0.0189, b11 0.0000, b12 0.0000, b13 0.0000, b21 -1.6310"
    )
    drawn = ["by_hand.svg", "by_hand.png", "trained.svg", "trained.png", "step.png"]
    check_pictures(tmp_path, [f"plane_{name}" for name in [*drawn, "loss.png", "line.png"]])


def test_the_plane_stops_where_a_figure_is_missed(tmp_path, monkeypatch):
    plane = imported("plane_two_three_one")
    monkeypatch.setattr("sys.argv", ["plane", "--out", str(tmp_path)])
    monkeypatch.setattr(plane, "EPOCHS", 1)
    with pytest.raises(AssertionError, match="b11"):
        plane.main()
    monkeypatch.setitem(plane.FIRST_GRADIENTS, "b2", [0.0809003])
    with pytest.raises(AssertionError, match="atol=3e-09"):
        plane.main()
    monkeypatch.setattr(plane, "FIRST_LOSS", 0.68321878734)
    with pytest.raises(AssertionError, match="rtol=1e-14"):
        plane.main()


def test_the_hidden_layer_learns_nothing_of_steps_numerically_either():
    plane = imported("plane_two_three_one")
    net = plane.second_start(plane.ag.step)
    x, t = plane.ag.datasets.plane(seed=317, dtype="float64")
    hidden, bias, output, _ = plane.numerical(net, x, t.reshape(-1, 1).astype(float))
    assert not np.any(hidden)
    assert not np.any(bias)
    assert np.all(output)


def test_nodes_stop_where_a_gradient_is_another(tmp_path):
    nodes = imported("nodes")

    def wrong():
        z, dz, expected = nodes.multiply()
        return z, dz, {v: gradient * 1.001 for v, gradient in expected.items()}

    with pytest.raises(AssertionError, match="Mismatched"):
        nodes.show(wrong, tmp_path)
