"""Layers are recognised however they are written; what is no network is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import T, X, exact, fused_in_one, labels, parameters, scene_of, texts

import autograd_lite as ag
from autograd_lite.drawing.network.picture import network_scene
from autograd_lite.errors import ArgumentError


def from_logits():
    W1, b1, W2, b2 = parameters()
    scores = b2 + ag.matmul(ag.relu(ag.matmul(X, W1) + b1), W2)
    return ag.binary_cross_entropy_with_logits(ag.reshape(scores, 100), T)


def from_probabilities():
    """A second user of the probabilities, so that the loss is computed of them."""
    W1, b1, W2, b2 = parameters()
    y = ag.clip(ag.sigmoid(ag.dot(ag.relu(ag.dot(X, W1) + b1), W2) + b2), 0.0, 1.0)
    return ag.binary_cross_entropy(y, T[:, None])


def written_out():
    """As the notes write it, down to sigmoid and relu."""
    W1, b1, W2, b2 = parameters()
    z = ag.maximum(0, X @ W1 + b1)
    y = (1 / (1 + ag.exp(-(z @ W2 + b2))))[:, 0]
    return -ag.mean(T * ag.log(y) + (1 - T) * ag.log(1 - y))


def with_weight_decay():
    W1, b1, W2, b2 = parameters()
    y = ag.sigmoid(ag.squeeze(ag.relu(X @ W1 + b1) @ W2 + b2, axis=1))
    return ag.binary_cross_entropy(y, T) + 0.0 * ag.sum(ag.square(W1))


def vector_of_weights():
    W1, b1, W2, _ = parameters()
    y = ag.sigmoid(ag.relu(ag.Variable(X, name="x") @ W1 + b1) @ W2[:, 0] + ag.Variable(0.0))
    return ag.binary_cross_entropy(y, T)


FIRST_SAMPLE = [
    ["x1=−0.78", "x2=0.91"],
    ["a1=0.01", "a2=0.02", "a3=0.04"],
    ["z1=0.01", "z2=0.02", "z3=0.04"],
    ["ay=0.02"],
    ["y=0.5"],
    ["loss=0.68"],
]


@pytest.mark.parametrize(
    "write", [fused_in_one, from_logits, written_out, with_weight_decay, vector_of_weights]
)
def test_the_first_sample_of_the_notes_however_it_is_written(write):
    loss = write()
    assert loss.item() == pytest.approx(0.6832187873470724, abs=1e-15)
    scene = scene_of(loss)
    assert texts(scene) == FIRST_SAMPLE
    assert exact(scene, "loss") == 0.683219
    assert exact(scene, "z2_1") == 0.504904
    assert labels(scene) == [
        *["w11=0.1", "w12=0.2", "w13=0.3", "w21=0.1", "w22=0.2", "w23=0.3"],
        *["relu", "relu", "relu", "w1=0.1", "w2=0.3", "w3=0.3", "sigmoid"],
    ]
    assert scene.captions[0].text == "b11: 0 / b12: 0 / b13: 0 / b21: 0"
    assert scene.captions[1].text.startswith("sample 0 of 100; loss: ")
    assert scene.captions[1].text.endswith("of the batch")


def test_an_activation_of_two_operations_names_both():
    scene = scene_of(from_probabilities())
    assert labels(scene)[-1] == "sigmoid, clip"
    assert texts(scene)[-2:] == [["y=0.5"], ["loss=0.68"]]


def test_a_perceptron():
    y = ag.step([3.0, 8.0] @ ag.Variable([0.6, -0.3]) - ag.Variable(-1.0))
    scene = scene_of(y)
    assert texts(scene) == [["x1=3", "x2=8"], ["a=0.4"], ["y=1"]]
    assert labels(scene) == ["w1=0.6", "w2=−0.3", "step"]
    assert [text.text for text in scene.captions] == ["θ: −1"]


def test_several_hidden_layers_are_told_apart():
    x, (W1, b1, _, _) = X[:, :1], parameters()
    z1 = ag.tanh(x @ ag.Variable([[1.0, 2.0]]))
    z2 = ag.relu(ag.linear(z1, W1, b1))
    y = z2 @ ag.Variable(np.ones((3, 2))) + ag.Variable(5.0)
    scene = scene_of(y)
    names = [[text.split("=")[0] for text in column] for column in texts(scene)]
    assert names == [
        *[["x"], ["a11", "a12"], ["z11", "z12"]],
        *[["a21", "a22", "a23"], ["z21", "z22", "z23"], ["y1", "y2"]],
    ]
    assert scene.captions[0].text == "b21: 0 / b22: 0 / b23: 0 / b3: 5"


def test_softmax_is_one_box_that_all_scores_go_through():
    scores = X @ ag.Variable(np.eye(2, 3)) + ag.Variable([0.0, 1.0, 2.0])
    scene = scene_of(ag.softmax_cross_entropy(scores, T.astype(int)), sample=3)
    e = np.exp(scores.data[3])
    assert [exact(scene, f"z1_{j}") for j in (1, 2, 3)] == pytest.approx(e / e.sum(), rel=1e-5)
    assert texts(scene)[2] == ["softmax"]
    ends = [
        (link.source, link.target) for link in scene.links if "h1" in (link.source, link.target)
    ]
    assert ends == [
        *[("a1_1", "h1"), ("a1_2", "h1"), ("a1_3", "h1")],
        *[("h1", "z1_1"), ("h1", "z1_2"), ("h1", "z1_3")],
    ]
    written = scene_of(ag.softmax(scores), sample=3)
    assert texts(written) == texts(scene)[:-1]


def test_scores_far_apart_give_probabilities_all_the_same():
    scores = np.eye(2) @ ag.Variable([[1e4, 0.0], [-1e4, 0.0]])
    scene = scene_of(ag.softmax_cross_entropy(scores, [0, 1]))
    assert texts(scene)[3] == ["y1=1", "y2=0"]


def test_no_probability_is_invented_of_a_loss_on_something_else():
    scores = X @ ag.Variable(np.eye(2))
    loss = ag.binary_cross_entropy_with_logits(scores - ag.mean(scores), np.zeros((100, 2)))
    assert texts(scene_of(loss))[1] == ["y1=−0.78", "y2=0.91"]


def test_regression_has_no_activation_at_the_end():
    W1, b1, W2, b2 = parameters()
    y = ag.linear(ag.relu(ag.linear(X, W1, b1)), W2, b2)
    scene = scene_of(ag.mean_squared_error(y, T[:, None]))
    assert [column[0].split("=")[0] for column in texts(scene)] == ["x1", "a1", "z1", "y", "loss"]
    assert scene.captions[1].text == "sample 0 of 100; loss: mean squared error of the batch"
    by_hand = scene_of(ag.mean((y - T[:, None]) ** 2))
    assert texts(by_hand) == texts(scene)
    assert by_hand.captions[1].text == "sample 0 of 100; loss: 3 operations of the batch"


def test_every_row_has_its_own_loss_where_none_is_reduced():
    y = ag.reshape(X @ ag.Variable([[1.0], [0.0]]), 100)
    losses = ag.mean_squared_error(y, T, reduction="none")
    scene = scene_of(losses, sample=7)
    assert exact(scene, "loss") == pytest.approx((X[7, 0] - T[7]) ** 2, rel=1e-5)
    assert scene.captions[0].text == "sample 7 of 100; loss: mean squared error"


def test_maxout_takes_neighbours_together():
    scene = scene_of(ag.maxout(X @ ag.Variable(np.ones((2, 4))), 2))
    ends = [(link.source, link.target) for link in scene.links if link.id.startswith("h")]
    assert ends == [("a1_1", "z1_1"), ("a1_2", "z1_1"), ("a1_3", "z1_2"), ("a1_4", "z1_2")]


@pytest.mark.parametrize("trained", [True, False])
def test_one_sample_with_the_weights_on_the_left(trained):
    """W @ x + b, as mathematicians write it."""
    x = np.array([1.0, 2.0])
    W1, b1, W2, b2 = parameters()
    W1 = ag.Variable(np.arange(6.0).reshape(3, 2))
    hidden = ag.tanh(W1 @ x + b1) if trained else ag.tanh(x @ ag.transpose(W1) + b1)
    scene = scene_of(ag.transpose(W2) @ hidden + b2)
    assert texts(scene)[:2] == [["x1=1", "x2=2"], ["a1=2", "a2=8", "a3=14"]]
    assert labels(scene)[:6] == ["w11=0", "w12=2", "w13=4", "w21=1", "w22=3", "w23=5"]


def test_numbers_that_go_along_are_on_the_link():
    y = ag.power(3.0 * ag.tanh(X @ ag.Variable([[1.0], [1.0]])), 2.0) @ ag.Variable([[1.0]])
    assert labels(scene_of(y))[2] == "tanh, 3 × a, a ^ 2"
    y = ag.maximum(X @ ag.Variable([[1.0], [1.0]]), 0.5)
    assert labels(scene_of(y))[2] == "max(a, 0.5)"


def test_what_looks_like_a_sigmoid_is_not_called_one():
    a = X @ ag.Variable([[1.0], [1.0]])
    assert labels(scene_of(1 / (1 + ag.exp(-a))))[2] == "sigmoid"
    assert labels(scene_of(1 / (2 + ag.exp(-a))))[2] == "neg, exp, 2 + a, 1 / a"
    assert labels(scene_of((1 + ag.exp(-a)) / 1))[2] == "neg, exp, 1 + a, a / 1"


def test_a_mask_by_hand_is_part_of_the_activation():
    z = ag.relu(X @ ag.Variable(np.ones((2, 2)))) * (X > 0)
    assert labels(scene_of(z @ ag.Variable(np.ones((2, 1)))))[4] == "relu, mul"


def test_one_sample_of_one_number_has_a_loss_all_the_same():
    """Every shape is (), so only names tell an activation from a loss."""
    y = np.array([3.0, 8.0]) @ ag.Variable([0.6, -0.3])
    shown = [["x1=3", "x2=8"], ["a=−0.6"], ["y=0.35"], ["loss=1.04"]]
    assert texts(scene_of(-ag.log(ag.sigmoid(y)))) == shown
    assert texts(scene_of(ag.binary_cross_entropy_with_logits(y, 1.0))) == shown


def test_weights_that_are_a_product_themselves():
    W = ag.Variable(np.ones((2, 1))) @ ag.Variable([[1.0, 2.0, 3.0]])
    assert labels(scene_of(ag.tanh(X @ W)))[:3] == ["w11=1", "w12=2", "w13=3"]


def test_a_loss_on_what_an_activation_made_of_the_scores():
    scores = ag.relu(X @ ag.Variable(np.eye(2)))
    scene = scene_of(ag.softmax_cross_entropy(scores, T.astype(int)))
    assert texts(scene)[2] == ["y1=0", "y2=0.91"]
    assert labels(scene)[-1] == "relu"


OPERATIONS = {"sigmoid": ag.sigmoid, "tanh": ag.tanh, "relu": ag.relu, "softplus": ag.softplus}


@settings(max_examples=40, deadline=None)
@given(
    widths=st.lists(st.integers(1, 5), min_size=2, max_size=5),
    names=st.lists(st.sampled_from([*OPERATIONS, None]), min_size=4, max_size=4),
    seed=st.integers(0, 999),
    rows=st.integers(0, 3),
    fused=st.booleans(),
)
def test_any_depth_and_width_shows_its_own_numbers(widths, names, seed, rows, fused):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, widths[0]) if rows else widths[0])
    y, expected = x, [x]
    for name, n, m in zip(names, widths, widths[1:], strict=False):
        W, b = ag.Variable(rng.normal(size=(n, m))), ag.Variable(rng.normal(size=m))
        y = ag.linear(y, W, b) if fused else y @ W + b
        expected.append(y.data)
        if name is not None:
            y = OPERATIONS[name](y)
            expected.append(y.data)
    sample = max(rows - 1, 0)
    scene = scene_of(y, sample=sample)
    columns = [[] for _ in expected]
    for mark in scene.marks:
        columns[mark.column].append(exact(scene, mark.id))
    for column, values in zip(columns, expected, strict=True):
        np.testing.assert_allclose(column, values.reshape(-1, len(column))[sample], rtol=1e-5)


def residual():
    W1, *_ = parameters()
    h = ag.relu(X @ W1)
    return ag.sum(h + ag.relu(h @ ag.Variable(np.eye(3))))


def two_branches():
    V, *_ = parameters()
    W, *_ = parameters()
    return ag.mean(X @ V + ag.relu(X @ W))


def two_branches_of_one_sample():
    V, *_ = parameters()
    W, *_ = parameters()
    return X[0] @ V + ag.relu(X[0] @ W)


def rearranged():
    h = ag.tanh(X[:4] @ ag.Variable(np.ones((2, 3))))
    return ag.reshape(h, (3, 4)) @ ag.Variable(np.ones((4, 2)))


def no_loss():
    return ag.cumsum(X @ ag.Variable(np.ones((2, 3))), axis=None)


def reordered():
    return ag.tanh(X @ ag.Variable(np.ones((2, 3))))[::-1]


def weights_on_the_left_of_hidden_rows():
    h = ag.tanh(X[:2] @ ag.Variable(np.ones((2, 2))))
    return ag.Variable(np.ones((2, 2))) @ h


def two_branches_of_a_trained_sample():
    x, V = ag.Variable(X[0]), ag.Variable(np.ones((2, 3)))
    return x @ V + ag.relu(x @ ag.Variable(np.ones((2, 3))))


def samples_in_columns():
    return ag.tanh(ag.Variable(np.ones((3, 2))) @ X.T + ag.Variable(np.ones((3, 1))))


@pytest.mark.parametrize(
    ("y", "found"),
    [
        (lambda: ag.Variable(100.0) * 2.0 + 1.0, "only mul, add"),
        (lambda: ag.Variable(1.0), "only no operation"),
        (residual, "branches .*linear|branches .*matmul"),
        (two_branches, "branches .add, mean"),
        (two_branches_of_one_sample, "branches .add"),
        (two_branches_of_a_trained_sample, "branches .add"),
        (weights_on_the_left_of_hidden_rows, "matmul has weights on the left of a batch"),
        (reordered, "getitem, of shape"),
        (rearranged, "rearranged after layer 1"),
        (no_loss, r"cumsum, of shape \(300,\)"),
        (samples_in_columns, "weights on the left of a batch"),
        (lambda: np.ones((2, 3, 2)) @ ag.Variable(np.ones((2, 2))), "only matmul"),
        (lambda: np.ones((0, 2)) @ ag.Variable(np.ones((2, 2))), "no rows"),
    ],
)
def test_a_graph_that_is_no_network_says_what_was_found(y, found):
    with pytest.raises(ArgumentError, match=rf'({found}).*style="book"'):
        scene_of(y())


def square(values):
    """Three samples of three features, and what three neurons sum up of them."""
    x = np.random.default_rng(values).normal(size=(3, 3))
    return x, x @ ag.Variable(np.random.default_rng(values + 1).normal(size=(3, 3)), name="W")


def reads_data_again():
    x = ag.Variable(X[:3])
    return ag.tanh(x @ ag.Variable(np.ones((2, 2)))) * ag.mean(x)


def skips_into_the_next_layer():
    x = ag.Variable(X[:3])
    return ag.sum((ag.tanh(x @ ag.Variable(np.eye(2))) + x) @ ag.Variable(np.eye(2)))


def skips_into_the_bias():
    x = np.array([1.0, 2.0])
    return ag.tanh(x @ ag.Variable(np.eye(2)) + x)


@pytest.mark.parametrize(
    ("y", "found"),
    [
        (lambda x, a: ag.flip(a, axis=1), "flip does not go neuron by neuron"),
        (lambda x, a: ag.flip(a, axis=0), "flip does not go neuron by neuron"),
        (lambda x, a: ag.tanh(ag.transpose(a)), "transpose does not go"),
        (lambda x, a: ag.cumsum(a, axis=1), "cumsum does not go"),
        (lambda x, a: ag.roll(ag.relu(a), 1), "roll does not go"),
        (lambda x, a: ag.softmax(a, axis=0), "softmax takes samples for neurons"),
        (lambda x, a: ag.log_softmax(ag.tanh(a), axis=0), "log_softmax takes samples"),
        (lambda x, a: ag.batch_norm(a, axis=0), "batch_norm takes samples"),
        (lambda x, a: ag.layer_norm(a, axis=None), "layer_norm takes samples"),
        (lambda x, a: ag.softmax(ag.reshape(a[:, :1], 3)), "getitem may move values or leave"),
        (lambda x, a: ag.softmax(ag.reshape(a, 9)), "softmax takes samples"),
        (lambda x, a: a[:, ::-1], "getitem may move values"),
        (lambda x, a: a[np.array([2, 0, 1])], "getitem may move values"),
        (lambda x, a: a[np.array([2, 0, 1]), :], "getitem may move values"),
        (
            lambda x, a: (np.ones((90, 2)) @ ag.Variable(np.eye(2)))[np.arange(89, -1, -1)],
            "getitem may move values",
        ),
        (lambda x, a: ag.tanh(a) + x, "add takes the data in again"),
        (lambda x, a: reads_data_again(), "mul takes the data in again"),
        (lambda x, a: skips_into_the_next_layer(), "add takes the data in again"),
        (lambda x, a: skips_into_the_bias(), "add takes the data in again"),
        (lambda x, a: ag.Variable(x) @ ag.transpose(x), "left of a batch"),
        (lambda x, a: (v := ag.Variable(x)) @ ag.transpose(v), "both operands .* same data"),
    ],
)
def test_what_is_not_done_neuron_by_neuron_is_refused(y, found):
    """These keep the shape of a layer's values, and would be drawn as its activation."""
    with pytest.raises(ArgumentError, match=rf'({found}).*style="book"'):
        scene_of(y(*square(5)))


def test_an_index_of_equal_values_moves_them_all_the_same():
    y = (np.ones((3, 3)) @ ag.Variable(np.ones((3, 3))))[:, ::-1]
    with pytest.raises(ArgumentError, match="getitem may move values"):
        scene_of(y)


def test_what_does_go_neuron_by_neuron_is_drawn():
    x, a = square(5)
    assert labels(scene_of(ag.relu(ag.batch_norm(a))))[-1] == "batch_norm, relu"
    assert labels(scene_of(ag.where(x > 0, a, 0.0)))[-1] == "where(a, 0)"
    assert texts(scene_of(ag.layer_norm(a)))[2] == ["layer_norm"]
    assert texts(scene_of(ag.softmax(a, axis=1)))[2] == ["softmax"]
    assert labels(scene_of(ag.tanh(a[:, :])[0:3]))[-1] == "tanh"
    assert labels(scene_of(np.zeros(2) @ ag.Variable(np.eye(2)) + np.zeros(2)))[0] == "w11=1"


def test_an_autoencoder_has_its_data_for_a_target():
    x, a = square(5)
    assert texts(scene_of(ag.mean_squared_error(ag.tanh(a), x)))[-1][0].startswith("loss=")
    assert texts(scene_of(ag.mean((ag.tanh(a) - x) ** 2)))[-1][0].startswith("loss=")


def trained(*shape):
    return ag.Variable(np.random.default_rng(sum(shape)).normal(size=shape))


def test_a_sample_whose_own_gradient_is_wanted():
    """Both W and x are trained: the bias, or the next layer, tells which is which."""
    W, x, b, V = trained(3, 2), ag.Variable([10.0, 20.0]), trained(3), trained(2, 3)
    for y in (ag.tanh(W @ x + b), V @ ag.tanh(W @ x)):
        assert texts(scene_of(y))[0] == ["x1=10", "x2=20"]
    with pytest.raises(ArgumentError, match=r"matmul of shapes \(3, 2\) and \(2,\) may be"):
        scene_of(ag.tanh(W @ x))
    with pytest.raises(ArgumentError, match="may be a batch times weights"):
        scene_of(X[:3] @ x + b.data)  # the same shapes: a batch, by what is trained, or a sample
    assert texts(scene_of(X[:3] @ x))[0] == ["x1=−0.78", "x2=0.91"]


def test_samples_in_columns_are_told_from_rows():
    W, columns = trained(3, 2), np.ones((2, 4))
    for y in (
        ag.tanh(W @ columns / 100),
        ag.tanh(W @ ag.Variable(columns) + trained(3, 1)),
        trained(1, 3) @ ag.tanh(W @ ag.Variable(columns)),
    ):
        with pytest.raises(ArgumentError, match="weights on the left of a batch"):
            scene_of(y)
    rows = ag.Variable(np.ones((4, 2)))
    for y in (rows @ np.eye(2) + np.ones(2), ag.tanh(rows @ np.eye(2)) @ np.eye(2), rows @ W.T):
        assert texts(scene_of(y))[0] == ["x1=1", "x2=1"]


def test_rows_that_are_left_out_are_noticed_without_their_values():
    y = ag.tanh(X @ ag.Variable(np.ones((2, 3))))[:7]
    with pytest.raises(ArgumentError, match="getitem, of shape"):
        network_scene(ag.describe(y, limit=0))


def test_one_output_at_a_time():
    W1, *_ = parameters()
    y = X @ W1
    with pytest.raises(ArgumentError, match="2 outputs"):
        scene_of([y, ag.tanh(y)])
