"""Plots: what is drawn, where, in which letters, and what is refused."""

from __future__ import annotations

import warnings
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from lookalike import LookAlike
from matplotlib import pyplot as plt
from matplotlib import rcParams
from matplotlib.colors import same_color, to_rgb
from matplotlib.figure import Figure
from PIL import Image

import autograd_lite as ag
from autograd_lite import plots
from autograd_lite.errors import ArgumentError, GraphError, OperandError, ShapeError
from autograd_lite.plots.look import ALARM, COLOURS

PAST = {
    "loss": [0.9, 0.5, 0.4],
    "accuracy": [0.5, 0.8, 0.9],
    "val_loss": [1.0, None, 0.7],
    "val_accuracy": [0.4, 0.6, 0.7],
    "seconds": [1.0, 1.0, 1.0],
    "learning_rate": [0.1, 0.1, 0.1],
}
SQUARE = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
OR = np.array([0, 1, 1, 1])


def saved(ax):
    """Return the pixels of a figure, drawn without any warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        file = BytesIO()
        ax.figure.savefig(file, format="png")
    return np.asarray(Image.open(file).convert("RGB"))


def labels(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def network(*sizes, activation=ag.nn.Sigmoid):
    layers = []
    for i, (inputs, outputs) in enumerate(pairwise(sizes)):
        layers += [ag.nn.Linear(inputs, outputs, rng=i), activation()]
    return ag.nn.Sequential(*layers[:-1])


# Every function, as it is called with nothing but its data.
EVERY = {
    "curves": lambda ax: plots.curves({"a": [1.0, 2.0]}, ax, title="제목"),
    "history": lambda ax: plots.history({"loss": [2.0, 1.0]}, ax, title="제목"),
    "scatter": lambda ax: plots.scatter(SQUARE, OR, ax, title="제목", names=["아니오", "예"]),
    "decision_boundary": lambda ax: plots.decision_boundary(
        lambda p: p.sum(axis=1), SQUARE, OR, ax, title="제목", names=["아니오", "예"]
    ),
    "confusion_matrix": lambda ax: plots.confusion_matrix(
        [[3, 1], [0, 2]], ["양성", "악성"], ax, title="제목"
    ),
    "activation": lambda ax: plots.activation("tanh", ax, title="제목"),
    "maxout": lambda ax: plots.maxout(ax=ax, title="제목"),
    "softmax": lambda ax: plots.softmax(ax=ax, title="제목"),
    "tangent": lambda ax: plots.tangent(lambda x: x**2, 1.0, 0.5, ax, title="제목"),
}


@pytest.mark.parametrize("name", EVERY)
def test_into_the_given_axes_or_a_new_figure(name):
    own = Figure().subplots()
    assert EVERY[name](own) is own
    assert not plt.get_fignums()
    saved(own)
    new = EVERY[name](None)
    first = new.flat[0] if isinstance(new, np.ndarray) else new
    assert plt.get_fignums() == [first.figure.number]
    assert plt.gcf() is first.figure
    assert first.figure.get_layout_engine() is not None  # nothing is cut off
    saved(first)
    with pytest.raises((OperandError, ShapeError), match=name):
        EVERY[name]("axes")


@pytest.mark.parametrize("name", EVERY)
def test_no_setting_is_changed(name):
    before = rcParams.copy()
    EVERY[name](Figure().subplots())
    assert rcParams == before


@pytest.mark.parametrize("name", EVERY)
def test_hangul_is_drawn_where_a_font_has_it(name):
    """A letter that no font has is warned of, and drawn as a box."""
    ax = EVERY[name](Figure(layout="constrained").subplots())
    texts = [t for t in ax.figure.findobj(plt.Text) if any("가" <= c <= "힣" for c in t.get_text())]
    assert texts or "□" in ax.get_title()
    for text in texts:
        assert len(text.get_fontfamily()) > 1
    saved(ax)


def test_the_users_own_font_comes_first():
    with plt.rc_context({"font.family": ["DejaVu Serif"]}):
        ax = plots.curves({"a": [1.0]}, title="× 제목")
        assert ax.title.get_fontfamily()[0] == "DejaVu Serif"
        assert plots.curves({"a": [1.0]}, title="title").title.get_fontfamily() == ["DejaVu Serif"]


def test_a_panel_for_each_quantity():
    panels = plots.history(PAST)
    assert [panel.get_ylabel() for panel in panels] == ["loss", "accuracy"]
    assert [labels(panel) for panel in panels] == [["training", "validation"]] * 2
    training, validation = panels[0].lines
    assert training.get_xdata().tolist() == [1, 2, 3]
    np.testing.assert_array_equal(validation.get_ydata(), [1.0, np.nan, 0.7])
    assert (training.get_linestyle(), validation.get_linestyle()) == ("-", "--")
    assert not same_color(training.get_color(), validation.get_color())


def test_four_curves_in_one():
    ax = Figure().subplots()
    assert plots.history(PAST, ax) is ax
    assert labels(ax) == ["loss", "val_loss", "accuracy", "val_accuracy"]
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--", "-", "--"]
    assert len({line.get_color() for line in ax.lines}) == 4


def test_a_history_in_two_of_three_axes():
    given = Figure().subplots(1, 3)
    panels = plots.history(PAST, given[:2])
    assert list(panels) == list(given[:2])
    assert not given[2].lines
    with pytest.raises(ShapeError, match=r"history: ax has 3 Axes where 1 × 2 are drawn"):
        plots.history(PAST, given)


def test_curves_of_different_lengths_over_places_of_their_own():
    ax = plots.curves({"a": [1.0, 2.0, 3.0], "b": np.array([4.0])}, x=[0, 10, 20], xlabel="반복")
    assert [line.get_xdata().tolist() for line in ax.lines] == [[0, 10, 20], [0]]
    assert ax.get_xlabel() in ("반복", "□□")


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: plots.curves([1.0]), OperandError, "curves: the curves are a list"),
        (lambda: plots.curves({"a": [[1.0]]}), ShapeError, r"curve 'a' has the shape \(1, 1\)"),
        (lambda: plots.curves({"a": ["x"]}), OperandError, "curve 'a' is not made of numbers"),
        (lambda: plots.curves({"a": [1, 2]}, x=[1]), ShapeError, r"x has the shape \(1,\)"),
        (lambda: plots.history({"seconds": [1.0]}), ArgumentError, "history: there is no curve"),
        (lambda: plots.scatter([[1, 2, 3]], [0]), ShapeError, r"scatter: x has the shape \(1, 3\)"),
        (lambda: plots.scatter(SQUARE, [0, 1]), ShapeError, r"scatter: t has the shape \(2,\)"),
        (lambda: plots.scatter(SQUARE, OR + 0.5), ArgumentError, "scatter: t holds fractions"),
        (lambda: plots.scatter(SQUARE, OR, markers=""), ArgumentError, "markers is empty"),
        (lambda: plots.scatter(SQUARE, OR, names=["a"]), ShapeError, "1 names for 2 classes"),
        (lambda: plots.scatter(SQUARE, OR, highlight=4), ArgumentError, "highlight is 4"),
        (lambda: plots.scatter(SQUARE, OR, highlight=[-1]), ArgumentError, r"highlight is \[-1\]"),
        (lambda: plots.scatter(SQUARE, OR, highlight=0.5), ArgumentError, "highlight is 0.5"),
        (lambda: plots.scatter([[1, 2], [3]], [0]), OperandError, "scatter: x is no array"),
        (lambda: plots.decision_boundary(3, SQUARE, OR), OperandError, "predict is a int"),
        (lambda: plots.decision_boundary(ag.sum, [[0, np.nan]], [0]), ArgumentError, "x holds NaN"),
        (
            lambda: plots.decision_boundary(lambda p: p[:3, 0], SQUARE, OR),
            ShapeError,
            r"predict returned the shape \(3,\) for \d+ points",
        ),
        (lambda: plots.confusion_matrix([[1, 2]]), ShapeError, r"shape \(1, 2\)"),
        (
            lambda: plots.confusion_matrix(np.arange(9), np.arange(9)),
            ShapeError,
            r"metrics\.confusion_matrix\(t, y\) makes of labels",
        ),
        (lambda: plots.confusion_matrix([[0.5]]), ArgumentError, "other things than counts"),
        (lambda: plots.confusion_matrix([[-1]]), ArgumentError, "other things than counts"),
        (lambda: plots.confusion_matrix([["a"]]), ArgumentError, "other things than counts"),
        (lambda: plots.confusion_matrix([[1]], ["a", "b"]), ShapeError, "2 names for 1 classes"),
        (lambda: plots.images(np.zeros((2, 7))), ShapeError, r"\(2, 7\), which makes no images"),
        (lambda: plots.images(np.zeros(9)), ShapeError, r"\(9,\), which makes no images"),
        (lambda: plots.images(np.zeros((2, 6)), shape=(2, 4)), ShapeError, r"shape \(2, 4\)"),
        (lambda: plots.images(np.zeros((2, 2, 2, 2))), ShapeError, "makes no images"),
        (lambda: plots.images(np.zeros((2, 4)), grid=(0, 5)), ArgumentError, r"grid is \(0, 5\)"),
        (lambda: plots.images(np.zeros((2, 4)), grid=5), ArgumentError, "grid is 5"),
        (lambda: plots.images(np.zeros((2, 4)), grid=(2.0, 2)), ArgumentError, r"grid is \(2.0"),
        (lambda: plots.images(np.zeros((2, 4)), [1]), ShapeError, "images: predicted has"),
        (lambda: plots.images(np.zeros((1, 4)), [3], names="ab"), ArgumentError, "class 3 has no"),
        (lambda: plots.activation("rely"), ArgumentError, "none called 'rely'; pass one of elu"),
        (lambda: plots.activation(3), OperandError, "the function is a int"),
        (lambda: plots.activation("relu", domain=(2, 2)), ArgumentError, r"domain is \(2, 2\)"),
        (lambda: plots.activation(ag.sum), ShapeError, r"gave the shape \(\)"),
        (lambda: plots.softmax(()), ArgumentError, "no other class"),
        (lambda: plots.tangent(ag.exp, 1.0, 0.0), ArgumentError, "h is 0.0"),
        (lambda: plots.tangent(ag.exp, 1.0, domain=(3, 1)), ArgumentError, r"domain is \(3, 1\)"),
        (lambda: plots.tangent(lambda x: x.data, 1.0), GraphError, "nothing of f was recorded"),
        (lambda: plots.weight_histograms(ag.exp), OperandError, "model is a function"),
        (lambda: plots.weight_histograms(ag.nn.Tanh()), ArgumentError, "no weights"),
        (lambda: plots.activation_histograms(ag.exp, [1.0]), OperandError, "pass a Sequential"),
        (
            lambda: plots.activation_histograms([ag.nn.Tanh()], [1.0]),
            ArgumentError,
            "no module has weights",
        ),
        (lambda: plots.gradient_norms(network(2, 3, 1)), ArgumentError, "0.W has no gradient"),
    ],
)
def test_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()
    assert not plt.get_fignums()  # before a figure is opened that would stay empty


def test_points_by_class():
    ax = plots.scatter(SQUARE, [[0], [2], [2], [0]], markers="ox", highlight=[1, 2])
    zero, two, *rings, red = ax.collections
    np.testing.assert_array_equal(zero.get_offsets(), SQUARE[[0, 3]])
    np.testing.assert_array_equal(two.get_offsets(), SQUARE[[1, 2]])
    np.testing.assert_array_equal(red.get_offsets(), SQUARE[[1, 2]])
    assert same_color(red.get_facecolor()[0], ALARM)
    assert all(ring.get_zorder() < red.get_zorder() for ring in rings)
    assert labels(ax) == ["class 0", "class 2", "2 samples"]
    one_hot = plots.scatter(ag.Variable(SQUARE), np.eye(2)[OR])
    assert labels(one_hot) == ["class 0", "class 1"]


def test_markers_without_an_edge_are_drawn_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        saved(plots.scatter(SQUARE, OR, markers=["+", "x"]))


def regions(ax):
    """Return the class at each point of the coloured plane, and where its corners are."""
    (picture,) = ax.images
    return np.asarray(picture.get_array()), picture.get_extent()


OUTPUTS = {
    "classes": lambda p: (p[:, 0] > 0.25).astype(int),
    "truth": lambda p: p[:, 0] > 0.25,
    "score": lambda p: p[:, 0] + 0.25,
    "column": lambda p: p[:, :1] + 0.25,
    "scores": lambda p: np.stack([np.full(len(p), 0.25), p[:, 0]], axis=1),
    "Variable": lambda p: ag.Variable(p[:, :1]) + 0.25,
}


@pytest.mark.parametrize("kind", OUTPUTS)
def test_the_plane_is_coloured_by_what_predict_returns(kind):
    ax = plots.decision_boundary(OUTPUTS[kind], SQUARE, OR)
    found, (left, right, low, high) = regions(ax)
    assert (left, right, low, high) == pytest.approx((-0.15, 1.15, -0.15, 1.15))
    places = np.linspace(left, right, found.shape[1])
    np.testing.assert_array_equal(found, np.broadcast_to(places > 0.25, found.shape))


def test_the_picture_shows_each_class_in_its_colour():
    """Class 1 is above; orange, palely, on white."""
    ax = plots.decision_boundary(lambda p: p[:, 1], SQUARE, OR, Figure(dpi=100).subplots())
    pixels = saved(ax)
    for place, colour in (((0.5, 0.9), COLOURS[1]), ((0.5, 0.1), COLOURS[0])):
        column, row = ax.transData.transform(place).astype(int)
        pale = 255 * (0.28 * np.array(to_rgb(colour)) + 0.72)
        np.testing.assert_allclose(pixels[len(pixels) - 1 - row, column], pale, atol=2)


def test_a_threshold_for_logits():
    ax = plots.decision_boundary(lambda p: p[:, 0] - 0.25, SQUARE, OR, threshold=0.0)
    found, (left, right, *_) = regions(ax)
    places = np.linspace(left, right, found.shape[1])
    np.testing.assert_array_equal(found[0], places > 0.25)


def test_classes_as_floats_are_no_scores():
    def thirds(p):
        return np.floor(p[:, 0] * 2.6).clip(0, 2)

    x, t = [[0.1, 0.0], [0.5, 1.0], [0.9, 0.5]], [0.0, 1.0, 2.0]
    found, _ = regions(plots.decision_boundary(thirds, x, t))
    assert np.unique(found).tolist() == [0, 1, 2]


def test_classes_that_only_the_data_or_only_the_model_knows():
    ax = plots.decision_boundary(lambda p: np.full(len(p), 7), SQUARE, [2, 5, 5, 2])
    found, _ = regions(ax)
    assert labels(ax) == ["class 2", "class 5", "class 7"]
    assert set(found.ravel()) == {2}


def test_a_model_is_asked_in_its_dtype_in_evaluation_mode_without_recording():
    class Probe(ag.nn.Module):
        def __init__(self):
            self.inner = ag.nn.Linear(2, 1, rng=0)
            self.seen = []

        def forward(self, x):
            y = self.inner(x)
            self.seen.append((x.dtype, self.training, self.inner.training, y.requires_grad))
            return y

    model = Probe()
    model.inner.training = False
    plots.decision_boundary(model, SQUARE, OR)
    assert set(model.seen) == {(np.dtype(np.float32), False, False, False)}
    assert len(model.seen) > 1  # in pieces
    assert (model.training, model.inner.training) == (True, False)


def test_a_model_on_another_device():
    """Points go to its device; what it answers, its weights and gradients come back."""
    model = network(2, 3, 1)
    for layer in (model[0], model[2]):
        layer.W = ag.Variable(LookAlike(np.array(layer.W.data)))
        layer.b = ag.Variable(LookAlike(np.array(layer.b.data)))
    found, _ = regions(plots.decision_boundary(model, SQUARE, OR, threshold=0.0))
    assert found.shape[0] > 1
    ag.sum(model(LookAlike(SQUARE.astype(np.float32)))).backward()
    assert np.all(plots.gradient_norms(model).lines[0].get_ydata() > 0)
    assert [counts(panel) for panel in plots.weight_histograms(model)] == [6, 3]
    outputs = plots.activation_histograms(model, LookAlike(SQUARE.astype(np.float32)))
    assert [counts(panel) for panel in outputs] == [12, 4]


def test_an_error_of_the_model_leaves_its_mode():
    class Broken(ag.nn.Module):
        def forward(self, x):
            raise OSError("broken")

    model = Broken()
    with pytest.raises(OSError, match="broken"):
        plots.decision_boundary(model, SQUARE, OR)
    assert model.training


def test_an_object_with_a_method_predict():
    class Estimator:
        def predict(self, p):
            return (p[:, 0] > 0.5).astype(int)

    found, _ = regions(plots.decision_boundary(Estimator(), SQUARE, OR))
    assert set(found.ravel()) == {0, 1}


def test_points_of_one_place_are_drawn_too():
    ax = plots.decision_boundary(lambda p: p[:, 0], [[1.0, 1.0]], [1])
    assert regions(ax)[1] == pytest.approx((0.85, 1.15, 0.85, 1.15))
    saved(ax)


def test_a_confusion_matrix():
    ax = plots.confusion_matrix(np.array([[90, 10, 0], [0, 0, 0], [1, 1, 1]]), ["a", "b", "c"])
    assert [cell.get_text() for cell in ax.texts] == ["90", "10", *"0000111"]
    assert [cell.get_position() for cell in ax.texts][1] == (1, 0)  # predicted 1, true 0
    shares = np.asarray(ax.images[0].get_array())
    np.testing.assert_allclose(shares, [[0.9, 0.1, 0], [0, 0, 0], [1 / 3] * 3])
    assert ax.texts[0].get_color() == "white"
    assert ax.texts[1].get_color() != "white"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    assert ax.yaxis_inverted()


@pytest.mark.parametrize(
    ("shape", "drawn"),
    [
        ((3, 16), (4, 4)),
        ((3, 4, 5), (4, 5)),
        ((3, 1, 4, 5), (4, 5)),
        ((3, 4, 5, 1), (4, 5)),
        ((3, 3, 4, 5), (4, 5, 3)),
        ((3, 4, 5, 3), (4, 5, 3)),
        ((3, 48), (4, 4, 3)),
    ],
)
def test_images_of_every_shape(shape, drawn):
    x = np.random.default_rng(0).random(shape)
    cells = plots.images(x, grid=(2, 2))
    assert cells.shape == (2, 2)
    for i, cell in enumerate(cells.flat):
        assert [np.shape(image.get_array()) for image in cell.images] == [drawn] * (i < 3)
    first = np.asarray(cells[0, 0].images[0].get_array())
    wanted = x[0].reshape(3, *drawn[:2]) if shape in ((3, 3, 4, 5), (3, 48)) else None
    if wanted is not None:
        np.testing.assert_array_equal(first, np.moveaxis(wanted, 0, -1))


def test_images_are_scaled_together_unless_they_are_from_0_to_1():
    def drawn(x):
        return [cell.images[0].get_array().max() for cell in plots.images(x, grid=(1, 2)).flat]

    dark_and_bright = np.stack([np.full((2, 2), 51), np.full((2, 2), 255)])
    dark_and_bright[:, 0, 0] = 0
    assert drawn(dark_and_bright.astype(np.uint8)) == [0.2, 1.0]
    assert drawn(dark_and_bright / 510) == [0.1, 0.5]
    saved(plots.images(np.zeros((1, 4)) - 1, grid=(1, 1))[0, 0])
    dark_and_bright = dark_and_bright.astype(float)
    dark_and_bright[0, 1, 1] = np.nan  # is empty, and leaves the others as they are
    bright = plots.images(dark_and_bright, grid=(1, 2))[0, 1].images[0].get_array()
    assert (bright.min(), bright.max()) == (0.0, 1.0)


def test_titles_of_images_are_red_where_they_are_wrong():
    scores = np.eye(3)[[0, 1, 2, 2]]
    cells = plots.images(np.zeros((4, 4)), scores, [0, 1, 1, 2], grid=(2, 2))
    assert [cell.get_title() for cell in cells.flat] == ["0", "1", "2, not 1", "2"]
    red = [same_color(cell.title.get_color(), ALARM) for cell in cells.flat]
    assert red == [False, False, True, False]
    long = plots.images(np.zeros((1, 4)), [0], [1], grid=(1, 1), names=["Ankle boot", "Sandal"])
    assert long[0, 0].get_title() == "Ankle boot\nnot Sandal"
    assert plots.images(np.zeros((1, 4)), true=[1], grid=(1, 1))[0, 0].get_title() == "1"


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "leaky_relu", "gelu", "softplus"])
def test_an_activation_and_its_derivative(name):
    ax = plots.activation(name)
    curve, slope = ax.lines
    x, y = curve.get_xdata(), curve.get_ydata()
    there = ~np.isnan(slope.get_ydata())
    known = np.interp(x, slope.get_xdata()[there], slope.get_ydata()[there])
    np.testing.assert_allclose(np.diff(y) / np.diff(x), known[1:], atol=1e-2)
    assert (x[0], x[-1]) == (-5, 5)
    assert labels(ax)[1] == "derivative"


def gaps(line):
    x, y = line.get_data()
    return x[np.isnan(y)].tolist()


def test_jumps_are_gaps():
    curve, slope = plots.activation("step").lines
    assert gaps(curve) == pytest.approx([0.0125])
    assert not np.any(slope.get_ydata())
    curve, slope = plots.activation("relu").lines
    assert gaps(curve) == []
    assert gaps(slope) == pytest.approx([0.0125])
    for line in plots.activation(lambda x: ag.sigmoid(50 * x)).lines:
        assert gaps(line) == []


@pytest.mark.parametrize("name", plots.functions.ACTIVATIONS)
def test_every_activation_by_name(name):
    ax = plots.activation(name)
    assert ax.get_title().startswith(name.replace("_", " "))
    saved(ax)


def test_an_activation_by_itself():
    assert labels(plots.activation(ag.nn.Tanh()))[0] == "Tanh"
    assert labels(plots.activation(ag.leaky_relu))[0] == "leaky relu"
    with ag.no_grad():
        assert labels(plots.activation(lambda x: x * x)) == ["f", "derivative"]
    assert labels(plots.activation(lambda x: np.sign(x.data))) == ["f"]


def test_maxout_of_the_notes():
    ax = plots.maxout(2, -1, -1, 1)
    *pieces, curve, slope = ax.lines
    x, y = curve.get_data()
    np.testing.assert_allclose(y, np.maximum(2 * x - 1, 1 - x))
    assert set(slope.get_ydata()[~np.isnan(slope.get_ydata())]) == {-1, 2}
    assert labels(ax) == ["2x − 1", "−x + 1", "maxout", "derivative"]
    assert plots.maxout(1, 0, -0.5, 0).get_title() == "maxout(x, −0.5x)"
    assert len(pieces) == 2


def test_softmax_of_a_growing_score():
    ax = plots.softmax((1.0, 0.0), domain=(0.0, 1.0))
    ends = [line.get_ydata()[-1] for line in ax.lines]
    np.testing.assert_allclose(ends, np.exp([1, 1, 0]) / np.exp([1, 1, 0]).sum())
    np.testing.assert_allclose(np.sum([line.get_ydata() for line in ax.lines], axis=0), 1)


def test_the_tangent_of_the_notes():
    ax = plots.tangent(lambda x: x**3 - 3 * x**2 + x + 1, 3, h=0.5, domain=(-2, 4))
    curve, line, secant, _, point = ax.lines
    x, y = line.get_data()
    np.testing.assert_allclose(y, 10 * x - 26)
    np.testing.assert_allclose(curve.get_data()[1][[0, -1]], [-21, 21])
    assert (curve.get_xdata()[0], curve.get_xdata()[-1]) == (-2, 4)
    np.testing.assert_allclose(secant.get_data(), [[2.5, 3.5], [0.375, 10.625]])
    np.testing.assert_allclose(point.get_data(), [[3], [4]])
    assert labels(ax) == ["f", "tangent: 10 x − 26", "secant, h = 0.5: slope 10.25"]
    low, high = ax.get_ylim()
    assert -26 < low < -21
    assert 21 < high < 26
    assert labels(plots.tangent(ag.exp, 0)) == ["f", "tangent: 1 x + 1"]


@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
def test_a_tangent_where_the_function_is_not_defined_everywhere():
    ax = plots.tangent(ag.log, 1.0)
    assert labels(ax) == ["f", "tangent: 1 x − 1"]
    assert np.isfinite(ax.get_ylim()).all()
    saved(ax)


def counts(panel):
    return sum(bar.get_height() for bar in panel.patches)


def test_histograms_of_weights():
    model = network(4, 8, 3)
    panels = plots.weight_histograms(model)
    assert [panel.get_title().split("\n")[0] for panel in panels] == ["0.W", "2.W"]
    assert [counts(panel) for panel in panels] == [32, 24]
    assert f"std {model[0].W.data.std():.2g}" in panels[0].get_title()


def test_more_than_four_layers_stand_in_rows():
    panels = plots.weight_histograms(network(2, 2, 2, 2, 2, 2))
    assert panels.shape == (5,)
    assert len(panels[0].figure.axes) == 5
    assert panels[4].get_position().y1 < panels[0].get_position().y0


def test_histograms_of_what_each_layer_gives():
    model = network(4, 8, 3)
    x = np.random.default_rng(0).random((10, 4), np.float32)
    first, last = plots.activation_histograms(model, x)
    assert (counts(first), counts(last)) == (80, 30)
    hidden = ag.sigmoid(model[0](x)).data
    assert f"mean {hidden.mean():.2g}, std {hidden.std():.2g}" in first.get_title()
    assert f"mean {model(x).data.mean():.2g}" in last.get_title()
    assert first.get_title().startswith("layer 1: Linear, Sigmoid")
    edges = [(panel.patches[0].get_x(), panel.patches[-1].get_x()) for panel in (first, last)]
    assert edges[0] == pytest.approx(edges[1])  # the same bins, so that layers can be compared
    given = Figure().subplots(1, 2)
    assert list(plots.activation_histograms(list(model), x, given)) == list(given)


def test_what_stands_before_the_first_weights_belongs_to_them():
    (panel,) = plots.activation_histograms([ag.nn.Tanh(), *network(2, 3)], [[1.0, 2.0]])
    assert panel.get_title().startswith("layer 1: Tanh, Linear")
    assert counts(panel) == 3


def test_outputs_that_are_not_finite_are_counted():
    model = network(1, 2, 1, activation=ag.nn.Tanh)
    model[2].b.assign(np.full(1, np.inf, np.float32))
    _, last = plots.activation_histograms(model, np.ones((3, 1), np.float32))
    assert "3 not finite" in last.get_title()
    saved(last)


def test_gradients_vanish_towards_the_input():
    model = network(8, *[8] * 6, 2)
    x = np.random.default_rng(0).random((16, 8), np.float32)
    ag.softmax_cross_entropy(model(x), np.arange(16) % 2).backward()
    ax = plots.gradient_norms(model)
    (dots,) = ax.lines
    expected = [np.sqrt(np.mean(model[i].W.grad ** 2)) for i in range(0, 13, 2)]
    np.testing.assert_allclose(dots.get_ydata(), expected, rtol=1e-5)
    assert ax.get_yscale() == "log"
    assert expected[0] < expected[-1] / 100
    assert ax.get_ylim()[0] < expected[0] / 2
    (stems,) = ax.collections
    assert {low for (_, low), _ in stems.get_segments()} == {0.0}  # they reach any axis
    saved(ax)
