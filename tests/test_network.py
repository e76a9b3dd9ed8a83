"""Network style: the options of a picture, wide layers, DOT, the notes' examples."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from networks import X, exact, fused_in_one, labels, parameters, scene_of, texts
from processes import printed_by_processes

import autograd_lite as ag
from autograd_lite.drawing.network.picture import network_scene
from autograd_lite.drawing.render.dot import to_dot
from autograd_lite.errors import ArgumentError
from autograd_lite.script import last_variables, run_script

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_the_gradients_of_the_notes():
    """The notes' own, by central differences with h = 1e-7."""
    expected = {
        "w11": 0.012743330835007782,
        "w12": 0.03822999361524637,
        "w13": 0.03822999361524637,
        "w21": -0.016027190130607494,
        "w22": -0.048081571502045506,
        "w23": -0.048081571502045506,
        "w31": -0.003283858185376687,
        "w32": -0.006567718036087911,
        "w33": -0.009851577331687622,
    }
    scene = scene_of(fused_in_one(), gradients=True, digits=6, weights="running")
    found = {
        link.over.text.split("=")[0]: float(link.under.text.replace("−", "-"))
        for link in scene.links
        if link.under is not None
    }
    assert found == pytest.approx(expected, abs=1.1e-6)
    assert scene.captions[0].text == (
        "b11: 0 (← −0.00691) / b12: 0 (← −0.02073) / b13: 0 (← −0.02073) / b21: 0 (← 0.0809)"
    )
    assert all(link.under is None for link in scene_of(fused_in_one()).links)


def test_a_sum_says_how_it_came_about():
    tips = {mark.id: mark.tip for mark in scene_of(fused_in_one()).marks}
    assert tips["a1_1"] == "a1 = −0.782599 × 0.1 + 0.905209 × 0.1 + 0 = 0.012261"
    y = ag.Variable([2.0, 3.0], requires_grad=False) @ ag.Variable([-1.0, 4.0]) - ag.Variable(-5.0)
    assert scene_of(y).marks[-1].tip == "y = 2 × −1 + 3 × 4 + 5 = 15"


def test_another_sample_of_the_batch():
    scene = scene_of(fused_in_one(), sample=99)
    hidden = X[99] @ np.array([[0.1, 0.2, 0.3], [0.1, 0.2, 0.3]])
    score = np.maximum(hidden, 0) @ [0.1, 0.3, 0.3]
    assert exact(scene, "x_1") == pytest.approx(X[99, 0], rel=1e-5)
    assert [exact(scene, f"a1_{j}") for j in (1, 2, 3)] == pytest.approx(hidden, rel=1e-5)
    assert exact(scene, "a2_1") == pytest.approx(score, rel=1e-5)
    assert exact(scene, "z2_1") == pytest.approx(1 / (1 + np.exp(-score)), rel=1e-5)
    assert scene.captions[1].text.startswith("sample 99 of 100")


@pytest.mark.parametrize("sample", [100, -1, 0.5, "0"])
def test_no_such_sample(sample):
    with pytest.raises(ArgumentError, match=r"no sample .*100 rows, counted from 0"):
        scene_of(fused_in_one(), sample=sample)


def two_three_two():
    W1, b1, _, _ = parameters()
    return ag.tanh(X @ W1 + b1) @ ag.Variable(np.ones((3, 2)))


@pytest.mark.parametrize(
    ("notation", "first", "second"),
    [
        ("w{source}{target}", "w11 w12 w13 w21 w22 w23", "w11 w12 w21 w22 w31 w32"),
        ("w{target}{source}", "w11 w21 w31 w12 w22 w32", "w11 w21 w12 w22 w13 w23"),
        ("running", "w11 w12 w13 w21 w22 w23", "w31 w32 w41 w42 w51 w52"),
        ("{layer}:{source}-{target}", "1:1-1 1:1-2 1:1-3 1:2-1 1:2-2 1:2-3", None),
        (lambda layer, s, t: f"v{layer}{s}{t}", None, "v211 v212 v221 v222 v231 v232"),
    ],
)
def test_notations(notation, first, second):
    named = [text.split("=")[0] for text in labels(scene_of(two_three_two(), weights=notation))]
    assert first is None or named[:6] == first.split()
    assert second is None or named[-6:] == second.split()


def test_the_notes_number_on_to_the_single_output():
    named = [text.split("=")[0] for text in labels(scene_of(fused_in_one(), weights="running"))]
    assert named[9:12] == ["w31", "w32", "w33"]
    named = [
        text.split("=")[0] for text in labels(scene_of(fused_in_one(), weights="w{target}{source}"))
    ]
    assert named[9:12] == ["w11", "w12", "w13"]


def test_numbering_on_after_a_single_neuron():
    y = X @ ag.Variable(np.ones((2, 1))) @ ag.Variable(np.ones((1, 2)))
    named = [text.split("=")[0] for text in labels(scene_of(y, weights="running"))]
    assert named == ["w11", "w12", "w21", "w22"]


def test_weights_without_names():
    assert labels(scene_of(fused_in_one(), weights=""))[:3] == ["0.1", "0.2", "0.3"]


@pytest.mark.parametrize("notation", ["w", "w{neuron}", "w{", "w{source.x}", "w{0}"])
def test_no_such_notation(notation):
    with pytest.raises(ArgumentError, match="is no notation"):
        scene_of(fused_in_one(), weights=notation)


def test_indices_of_two_digits_are_kept_apart():
    x, W = np.ones((1, 11)), ag.Variable(np.arange(22.0).reshape(11, 2))
    named = [text.split("=")[0] for text in labels(scene_of(x @ W))]
    assert named[-4:] == ["w10,1", "w10,2", "w11,1", "w11,2"]
    biased = scene_of(ag.linear(np.ones((1, 2)), ag.Variable(np.ones((2, 11))), np.arange(11.0)))
    assert biased.captions[0].text == "b1: 0 / b2: 1 / b3: 2 / b4: 3 / b5: 4 / b6: 5"
    assert biased.captions[1].text == "b7: 6 / b8: 7 / b9: 8 / b10: 9 / b11: 10"


def test_digits():
    assert texts(scene_of(fused_in_one(), digits=4))[0] == ["x1=−0.7826", "x2=0.9052"]
    assert texts(scene_of(fused_in_one(), digits=0))[0] == ["x1=−1", "x2=1"]


def digits_network():
    """Return the loss and the hidden values of 784-100-10, with known ends of all ranges."""
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 1, (5, 784))
    x[:, :2] = 0.0, 1.0
    W1 = rng.uniform(-0.2, 0.4, (784, 100))
    W1[0] = np.linspace(-0.25, 0.5, 100)
    z = ag.sigmoid(ag.linear(x, ag.Variable(W1), ag.Variable(np.linspace(-1, 1, 100))))
    scores = z @ ag.Variable(np.linspace(-1, 1, 1000).reshape(100, 10))
    return ag.softmax_cross_entropy(scores, np.arange(5)), z.data


def test_a_wide_layer_is_one_box():
    loss, z = digits_network()
    scene = scene_of(loss, sample=2, gradients=True)
    columns = texts(scene)
    low, high = z[2].min(), z[2].max()
    assert columns[0] == ["784 inputs\n0 … 1"]
    assert columns[1][0].startswith("100 × sigmoid\n")
    shown = [float(n) for n in columns[1][0].split("\n")[1].split(" … ")]
    assert shown == pytest.approx([low, high], abs=0.005)
    assert [len(column) for column in columns] == [1, 1, 10, 1, 10, 1]
    first, second = [link for link in scene.links if link.over is not None]
    assert first.over.text == "784×100 weights\n−0.25 … 0.5"
    assert (first.source, first.target) == ("x", "a1")
    assert second.over.text.startswith("100×10 weights\n−1 … 1")
    assert " … " in first.under.text
    assert scene.captions[0].text.startswith("b1: 100 biases, −1 … 1 (← ")


def test_a_wide_layer_between_narrow_ones():
    z = ag.relu(X @ ag.Variable(np.ones((2, 50))))
    scene = scene_of(z @ ag.Variable(np.ones((50, 3))))
    assert [len(column) for column in texts(scene)] == [2, 1, 3]
    assert labels(scene) == ["2×50 weights\n1 … 1", "50×3 weights\n1 … 1"]


def test_how_wide_is_too_wide_can_be_said():
    W1, *_ = parameters()
    assert [len(c) for c in texts(scene_of(X @ W1, widest=2))] == [2, 1]
    assert [len(c) for c in texts(scene_of(X @ W1, widest=3))] == [2, 3]


def test_what_backward_released_is_left_out_and_said():
    loss = fused_in_one()
    loss.backward()
    scene = scene_of(loss)
    assert texts(scene)[0] == ["x1", "x2"]
    assert texts(scene)[-1] == ["loss=0.68"]
    assert any("draw" in text.text and "before" in text.text for text in scene.captions)


def test_what_is_not_held_is_said_also_without_gradients():
    loss = fused_in_one()
    loss.backward()
    told = scene_of(loss, gradients=True).captions[-1].text
    scene = network_scene(ag.describe(loss, limit=None, gradients=False))
    assert scene.captions[-1].text == told.replace(" and their gradients", "")


def test_after_a_step_of_training_it_is_said_how_to_see_values():
    rng = np.random.default_rng(0)
    W1, W2 = ag.Variable(rng.normal(size=(20, 9))), ag.Variable(rng.normal(size=(9, 10)))
    loss = ag.softmax_cross_entropy(ag.relu(rng.random((30, 20)) @ W1) @ W2, np.zeros(30, int))
    loss.backward()
    for W in (W1, W2):
        W.assign(W.data - W.grad)
    scene = network_scene(ag.describe(loss, limit=None, gradients=False))
    assert texts(scene)[3] == [f"ay{j}" for j in range(1, 11)]
    assert scene.captions[-2].text.endswith("run the network again and draw before backward")
    assert scene.captions[-1].role == "alarm"


def test_gradients_that_are_asked_for_and_not_there_are_said():
    W = np.ones((2, 3))
    y = ag.sum(ag.tanh(ag.Variable(X) @ W + ag.Variable(np.ones(3))) @ ag.Variable(W.T))
    assert scene_of(y, gradients=True).captions[-1].text == (
        "no gradients arrived at the weights of layer 1"
    )
    assert not any("no gradients" in text.text for text in scene_of(y).captions)
    wide = ag.relu(X @ ag.Variable(np.ones((2, 50))))
    assert "grad_outputs" in scene_of(wide, gradients=True).captions[-1].text


def test_weights_written_since_are_said():
    parts = parameters()
    y = ag.relu(X[:2] @ parts[0] + parts[1])
    assert not any(text.role == "alarm" for text in scene_of(y).captions)
    before = [mark.tip for mark in scene_of(y).marks]
    parts[0].assign(np.full((2, 3), 7.0))
    scene = scene_of(y)
    assert "weights were written" in scene.captions[-1].text
    assert " × " in before[2]
    assert [mark.tip for mark in scene.marks] == [re.sub(r"= .* = ", "= ", tip) for tip in before]
    assert scene.said[1].forward == (
        "The 3 sums of layer 1, each of 2 values times weights plus a bias: "
        "a1 = 0.01, a2 = 0.02, a3 = 0.04."
    )


def test_what_is_not_finite_is_red():
    W = ag.Variable([[np.nan], [1.0]])
    with np.errstate(all="ignore"):
        scene = scene_of(X[:1] @ W)
    assert scene.links[0].over.role == "alarm"
    assert scene.links[0].over.text == "w1=NaN"
    assert scene.links[1].over.role == "value"
    assert [mark.alarm for mark in scene.marks] == [False, False, True]


def test_the_same_in_every_process():
    script = (
        "import numpy as np, autograd_lite as ag\n"
        "from autograd_lite.drawing.render.dot import to_dot\n"
        "from autograd_lite.drawing.network.picture import network_scene\n"
        "y = ag.softmax(ag.tanh(np.ones((2, 3)) @ ag.Variable(np.ones((3, 4)))) @ np.eye(4))\n"
        "print(to_dot(network_scene(ag.describe(y, limit=None))))\n"
    )
    outputs = printed_by_processes(script)
    assert len(outputs) == 1


def test_a_notation_cannot_inject():
    pygraphviz = pytest.importorskip("pygraphviz")
    nasty = '</font>>]; x -> y [label="\\N<b>'
    scene = scene_of(fused_in_one(), weights=lambda *_: nasty)
    drawn = pygraphviz.AGraph(string=to_dot(scene))
    assert len(drawn.nodes()) == len(scene.marks)
    assert "<b>" not in to_dot(scene)


def test_neurons_stand_in_their_order():
    pygraphviz = pytest.importorskip("pygraphviz")
    scene = scene_of(two_three_two())
    drawn = pygraphviz.AGraph(string=to_dot(scene))
    drawn.layout(prog="dot")
    places = {
        mark.id: tuple(map(float, drawn.get_node(mark.id).attr["pos"].split(",")))
        for mark in scene.marks
    }
    for before, mark in zip(scene.marks, scene.marks[1:], strict=False):
        if before.column == mark.column:
            assert places[before.id][0] == pytest.approx(places[mark.id][0], abs=1)
            assert places[before.id][1] > places[mark.id][1]  # y grows upwards in DOT
        else:
            assert places[before.id][0] < places[mark.id][0]


@pytest.mark.parametrize(
    ("script", "printed", "end"),
    [
        ("perceptron.py", ["-0.6 > θ = -1, so y = 1"], "y"),
        ("apple_basket.py", ["price 715", "650", "2.2", "3.3", "110", "165"], "price"),
        ("squared_sum.py", ["49", "dz/dx = dz/dt · dt/dx = 14"], "z"),
        ("softmax_cross_entropy_parts.py", ["0.407606", "-0.3348  0.2447  0.09"], "loss"),
        (
            "two_three_one.py",
            [
                *["x1 -0.78, x2 0.91; loss by hand 0.6832"],
                *["b1 1.587 1.236 -1.398", "b2 -2.293", "loss trained 0.1307"],
            ],
            "loss",
        ),
    ],
)
def test_examples(script, printed, end, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = run_script(EXAMPLES / script)
    shown = capsys.readouterr().out
    for text in printed:
        assert text in shown
    picture = tmp_path / script.replace(".py", ".svg")
    assert "</svg>" in picture.read_text(encoding="utf-8")
    assert list(last_variables(names)) == [end]


def test_the_first_example_can_be_drawn_by_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = run_script(EXAMPLES / "apple.py")
    assert "price 220" in capsys.readouterr().out
    assert "</svg>" in (tmp_path / "out" / "apple.svg").read_text(encoding="utf-8")
    assert list(last_variables(names)) == ["price"]


def test_training_ends_where_the_notes_end(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    W1, b1, _, b2 = run_script(EXAMPLES / "two_three_one.py")["parameters"]
    np.testing.assert_allclose([*b1.data, *b2.data], [1.587, 1.236, -1.398, -2.293], atol=5e-4)
    trained = [b1.data[0], *W1.data[:, 0]]
    np.testing.assert_allclose(trained, [1.587260123, 1.197357728, 0.901568947], atol=1e-7)
