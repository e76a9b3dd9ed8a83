"""Book style: what stands where in a scene, before anything draws it."""

from __future__ import annotations

import json
from contextlib import ExitStack

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.drawing.book import book_scene
from autograd_lite.drawing.labels import AS_DIGIT as DIGIT
from autograd_lite.drawing.labels import AS_POINT as POINT
from autograd_lite.drawing.labels import (
    bytes_text,
    in_one_line,
    number,
    pointing_back,
    printable,
    value_text,
)
from autograd_lite.graph.ranges import range_of


def scene_of(y, **options):
    return book_scene(ag.describe(y), **options)


def texts(scene):
    """Return, by link, what stands over and under it."""
    return {
        (link.source, link.target): (link.over and link.over.text, link.under and link.under.text)
        for link in scene.links
    }


def mark(scene, id_):
    return next(m for m in scene.marks if m.id == id_)


def lines(scene, id_):
    return [line.text for line in mark(scene, id_).lines]


def test_the_apple():
    names = {"apple": 100.0, "count": 2.0, "tax": 1.1}
    apple, count, tax = (ag.Variable(v, name=name) for name, v in names.items())
    scene = scene_of(apple * count * tax)
    assert texts(scene) == {
        ("v0", "f0"): ("100", "2.2"),
        ("v1", "f0"): ("2", "110"),
        ("f0", "f1"): ("200", "1.1"),
        ("v2", "f1"): ("1.1", "200"),
        ("f1", "y0"): ("220", "1"),
    }
    assert [m.shape for m in scene.marks] == ["text", "text", "circle", "text", "circle", "text"]


def test_both_edges_of_a_square_and_their_sum():
    x = ag.Variable(3.0, name="x")
    scene = scene_of(x * x)
    contributions = [link.under.text for link in scene.links if link.source == "v0"]
    assert contributions == ["3", "3"]
    assert lines(scene, "v0") == ["x", "sum ← 6"]


def test_a_branch_shows_the_sum():
    t = ag.Variable(3.0, name="x") + 2.0
    scene = scene_of(t**2 + ag.exp(t))
    (branch,) = [m for m in scene.marks if m.id.startswith("b")]
    assert branch.shape == "dot"
    shown = texts(scene)
    assert shown["f0", branch.id] == ("5", "158.413")
    assert [under for (source, _), (_, under) in shown.items() if source == branch.id] == [
        "10",
        "148.413",
    ]


def test_fourteen_squarings_are_29_marks():
    y = ag.Variable(1.0)
    for _ in range(14):
        y = y * y
    scene = scene_of(y)
    assert len(scene.marks) == 29
    assert len(scene.links) == 2 * 14 + 13 + 1


def test_frozen_changed_and_named():
    x = ag.Variable([1.0], name="x")
    w = ag.Variable([2.0], name="w")
    hidden = x * w
    hidden.name = "hidden"
    y = (hidden * 3.0).sum()
    y.backward()
    w.assign([5.0])
    scene = scene_of(y)
    assert lines(scene, "v1") == ["w", "changed since"]
    assert texts(scene)["f0", "f1"] == ("hidden = 2", "3")


def test_large_arrays_tell_their_range():
    x = ag.Variable(np.linspace(-1, 3, 100).reshape(10, 10), name="x")
    over, under = texts(scene_of(ag.exp(x).sum()))["v0", "f0"]
    assert over == "10×10 float64\n−1 … 3, mean 1"
    assert under.startswith("10×10 float64\n0.368 … 20.1")


def test_nothing_finite_is_red():
    with np.errstate(all="ignore"):
        x = ag.Variable([1.0, 0.0], name="x")
        scene = scene_of(ag.log(x).sum(), values=False)
        large = scene_of(ag.log(ag.Variable(np.zeros(100))).sum())
    assert [m.id for m in scene.marks if m.alarm] == ["f0", "f1", "y0"]
    assert next(link for link in large.links if link.source == "f0").over.role == "alarm"


def test_a_summary_has_bare_links_and_facts_in_its_marks():
    x = ag.Variable(np.ones((4, 20)), name="x")
    scene = scene_of(ag.exp(x).sum(), values=False, memory=True)
    assert not any(link.over or link.under for link in scene.links)
    assert lines(scene, "f0") == ["exp", "4×20 float64", "2.72 … 2.72, mean 2.72", "keeps 640 B"]


def test_a_summary_tells_small_arrays_and_single_numbers():
    x = ag.Variable([1.0, 2.0, 3.0], name="x")
    y = (ag.exp(x * 2.0) * np.ones(3)).sum()
    scene = scene_of(y, values=False)
    assert lines(scene, "v0") == ["x", "3 float64", "1 … 3, mean 2"]
    assert lines(scene, "c0") == ["2"]
    assert lines(scene, "c1") == ["3 float64", "1 … 1, mean 1"]
    assert lines(scene, "f0") == ["×", "3 float64", "2 … 6, mean 4"]
    assert lines(scene, "f3") == ["Σ", "float64", "465.416"]


def test_the_range_of_a_sum_is_not_told_from_one_part():
    t = ag.exp(ag.Variable(np.ones(100), name="x"))
    shown = texts(scene_of((t * t + t).sum()))
    assert shown["f0", "bf0_0"] == ("100 float64\n2.72 … 2.72, mean 2.72", None)
    assert shown["bf0_0", "f1"][1] == "100 float64\n2.72 … 2.72, mean 2.72"


def test_a_thousand_scopes_in_each_other():
    with ExitStack() as scopes:
        for i in range(1_000):
            scopes.enter_context(ag.scope(f"s{i}"))
        y = ag.tanh(ag.Variable(0.5))
    scene = scene_of(y)
    assert [c.label for c in scene.clusters] == [f"s{i}" for i in range(1_000)]
    assert [c.parent for c in scene.clusters] == [None, *[c.id for c in scene.clusters[:-1]]]
    assert mark(scene, "f0").cluster == scene.clusters[-1].id


def test_names_of_matrices_stand_above_them():
    x = ag.Variable([[1.0, 2.0], [3.0, 4.0]], name="x")
    hidden = x * x
    hidden.name = "hidden"
    scene = scene_of(ag.exp(hidden).sum())
    assert texts(scene)["f0", "f1"][0].split("\n")[0] == "hidden ="
    assert lines(scene, "v0")[1].split("\n")[0] == "sum ←"
    x = ag.Variable(np.ones(20), name="x")
    assert lines(scene_of((x * x).sum()), "v0") == ["x", "sum ← 20 float64\n2 … 2, mean 2"]


def test_outputs_without_a_name():
    x = ag.Variable(3.0, name="x")
    assert lines(scene_of(x * 2.0), "y0") == ["out"]
    scene = scene_of([x * 2.0, x, x + 1.0])
    assert [lines(scene, f"y{i}")[0] for i in range(3)] == ["out1", "x", "out3"]


def test_an_output_that_is_an_input_says_so():
    x = ag.Variable(3.0, name="x")
    scene = scene_of([x, x * 2.0])
    assert lines(scene, "y0") == ["x", "no operation recorded"]
    assert lines(scene, "y1") == ["out2"]


def test_released_arrays_are_mentioned_with_what_to_do():
    y = ag.exp(ag.Variable(np.ones(100))).sum()
    y.backward()
    (caption,) = scene_of(y).captions
    assert "released" in caption.text
    assert "retain_graph" in caption.text


def test_small_graphs_keep_all_after_backward():
    x = ag.Variable([1.0, 2.0], name="x")
    y = (ag.exp(x) * x).sum()
    before = scene_of(y)
    y.backward()
    assert scene_of(y) == before
    assert not before.captions


def test_several_outputs():
    x = ag.Variable([1.0, 2.0, 3.0, 4.0], name="x")
    first, second = ag.split(x, 2)
    scene = book_scene(ag.describe([first.sum(), (second * 2.0).sum()]))
    assert {"y0", "y1"} <= {m.id for m in scene.marks}
    assert texts(scene)["v0", "f0"] == ("[1 2 3 4]", "[1 1 2 2]")


class TestLabels:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (2.2000000000000002, "2.2"),
            (220.00000000000003, "220"),
            (-0.0, "0"),
            (-1.5, "−1.5"),
            (1e-9, "1e−09"),
            (123456789.0, "1.23457e+08"),
            (float("inf"), "∞"),
            (float("-inf"), "−∞"),
            (float("nan"), "NaN"),
        ],
    )
    def test_numbers_are_for_the_eye(self, value, text):
        assert number(value) == text

    def test_arrays_are_written_out_while_they_can_be_read(self):
        small = np.array([[1.0, 0.123456], [0.0, -2.0]])
        text = value_text(small, (2, 2), "float64")
        assert text == f"[[1 {DIGIT}0.1235]{POINT}\n{POINT}[0 −2{POINT}{DIGIT * 4}]]"
        assert in_one_line(text) == "[[1 0.1235] [0 −2]]"
        assert value_text(np.ones((), bool), (), "bool") == "True"
        large = np.arange(8.0)
        assert value_text(large, (8,), "float64") == "8 float64\n0 … 7, mean 3.5"
        assert value_text(None, (8,), "float32") == "8 float32"

    @pytest.mark.parametrize(
        "shape", [(6,), (1, 6), (6, 1), (3, 2), (1, 2, 3), (3, 1, 2), (1,) * 5]
    )
    def test_rows_tell_the_shape_and_are_equally_long(self, shape):
        values = np.array([-12.5, 3.0, 0.25, -1.0, 1000.0, 7.5])[: np.prod(shape)].reshape(shape)
        text = value_text(values, shape, "float64")
        if values.size > 1:
            listed = in_one_line(text).replace(" ", ",").replace("−", "-")
            np.testing.assert_array_equal(np.array(json.loads(listed)), values)
            assert np.array(json.loads(listed)).shape == shape
        blank = text.replace("[", POINT).replace("]", POINT).replace("−", DIGIT).replace(".", POINT)
        widths = {(line.count(POINT), len(line)) for line in blank.split("\n")}
        assert len(widths) == 1

    def test_nothing_and_what_is_no_number(self):
        assert value_text(np.zeros((3, 0)), (3, 0), "float64") == "[]"
        assert value_text(np.ones((1, 2), bool), (1, 2), "bool") == "[[ True  True]]"

    def test_all_rows_of_a_gradient_are_behind_its_arrow(self):
        assert pointing_back("2") == "← 2"
        assert pointing_back("[1]\n[2]") == f"← [1]\n{DIGIT}{POINT} [2]"
        assert pointing_back("100 float64\n1 … 2") == "← 100 float64\n1 … 2"

    def test_the_padding_is_drawn_and_other_blanks_are_not(self):
        assert printable(f"{DIGIT}{POINT}\u2003") == f"{DIGIT}{POINT} "

    def test_what_is_not_finite_is_counted(self):
        bad = np.array([1.0, np.nan, np.inf, 3.0])
        text = value_text(None, (4,), "float64", range_of(bad))
        assert text == "4 float64\n1 … 3, mean 2, 1 NaN, 1 ∞"

    def test_bytes(self):
        sizes = (0, 999, 1500, 3_140_000, 10**12)
        assert [bytes_text(n) for n in sizes] == ["0 B", "999 B", "1.5 kB", "3.14 MB", "1000 GB"]
