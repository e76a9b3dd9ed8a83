"""DOT text: every edge, stable, escaped; files that appear whole or not at all."""

from __future__ import annotations

import re

import numpy as np
import pytest
from processes import printed_by_processes

import autograd_lite as ag
from autograd_lite.drawing.render.dot import to_dot
from autograd_lite.drawing.scene import Cluster, Link, Mark, Scene, Text
from autograd_lite.errors import ArgumentError

NASTY = 'a"b\\N<script>&\n한글 "]; x -> y [label="'


def apple():
    a, n, t = ag.Variable(100.0, name="apple"), ag.Variable(2.0), ag.Variable(1.1, name="tax")
    return a * n * t


def test_values_over_gradients():
    dot = ag.draw(apple()).dot
    edges = re.findall(r">([^<]+)</font></td></tr><hr/><tr><td><[^>]+>← ([^<]+)</font>", dot)
    assert edges == [("100", "2.2"), ("2", "110"), ("200", "1.1"), ("1.1", "200"), ("220", "1")]
    assert re.search(r"v0 \[shape=plaintext label=<<[^>]+>apple</font>>", dot)
    assert re.search(r"v1 \[shape=plaintext label=<<[^>]+>a</font>>", dot)  # unnamed: a, b, c


def test_only_single_signs_are_large():
    x = ag.Variable(3.0, name="x")
    dot = ag.draw(ag.tanh(x) * x).dot
    sizes = re.findall(r'point-size="(\d+)"><font color="#......">([^<]+)<', dot)
    assert sorted(sizes) == [("13", "tanh"), ("16", "×")]


def test_arguments_come_in_their_order():
    x = ag.Variable(3.0, name="x")
    dot = ag.draw(ag.exp(x) - x**2).dot
    assert "ordering=in" in dot
    assert "headport=sw" not in dot  # that is order enough where every link has a text
    assert 'port="a' not in dot
    targets = re.findall(r"(e\d) -> (\w+) \[tailport", dot)
    g = ag.draw(ag.exp(x) - x**2)
    positions = {link.id: link.position for link in g.scene.links}
    for target in {target for _, target in targets}:
        found = [positions[link] for link, entered in targets if entered == target]
        assert found == sorted(found)


def test_arguments_have_doors_where_links_have_no_texts():
    x, y = ag.Variable(3.0, name="x"), ag.Variable(2.0, name="y")
    dot = ag.draw((x - y) / (y - x), style="summary").dot
    assert re.findall(r'(v\d) -> (f\d) \[headport="(a\d):w"\]', dot) == [
        ("v0", "f0", "a0"),
        ("v1", "f0", "a1"),
        ("v1", "f1", "a0"),
        ("v0", "f1", "a1"),
    ]
    assert len(re.findall(r'port="a[01]"', dot)) == 3 * 2


def test_deep_scopes_need_no_deep_stack():
    clusters = [Cluster("g0", "0")]
    clusters += [Cluster(f"g{i}", f"{i}", f"g{i - 1}") for i in range(1, 1000)]
    marks = (Mark("f0", "circle", (Text("+"),), cluster="g999"), Mark("y0", "dot"))
    dot = to_dot(Scene(marks, (Link("e0", "f0", "y0", Text("1")),), tuple(clusters)))
    assert dot.count("subgraph") == 1000
    assert dot.count("{") == dot.count("}") == 1001


def test_both_edges_of_a_square():
    x = ag.Variable(3.0, name="x")
    dot = ag.draw(x * x).dot
    assert len(re.findall(r"v0 -> e[01] ", dot)) == 2


def test_drawing_changes_nothing():
    x = ag.Variable(3.0)
    y = x * x
    ag.draw(y)
    assert x.grad is None
    y.backward()
    assert x.grad == 6.0


def test_names_cannot_inject():
    x = ag.Variable(3.0, name=NASTY)
    dot = ag.draw(x * 2.0).dot
    clean = ag.draw(ag.Variable(3.0, name="x") * 2.0).dot
    assert dot.count("\n") == clean.count("\n")
    label = re.search(
        r'v0 \[shape=plaintext label=<<font color="#......">(.*?)</font>>', dot
    ).group(1)
    assert not re.search(r'["\\]|<(?!br/>)', label)
    assert "한글" in label


def test_graphviz_reads_it():
    pygraphviz = pytest.importorskip("pygraphviz")
    drawn = pygraphviz.AGraph(string=ag.draw(ag.Variable(3.0, name=NASTY) * 2.0).dot)
    assert len(drawn.nodes()) == 4 + 3
    assert len(drawn.edges()) == 2 * 3


def test_the_graphviz_source_goes_on():
    assert ag.draw(apple()).graphviz.source.startswith("digraph")


def test_the_same_in_every_process():
    script = (
        "import autograd_lite as ag\n"
        "x = ag.Variable([1.0, 2.0], name='x')\n"
        "w = ag.Variable([[1.0, 2.0], [3.0, 4.0]])\n"
        "print(ag.draw((ag.tanh(x @ w) * x).sum()).dot)\n"
    )
    outputs = printed_by_processes(script)
    assert len(outputs) == 1


def test_arrays_without_a_gradient_of_their_own():
    x = ag.Variable(np.ones((4, 5)))
    g = ag.draw(x * 2.0)
    assert "no gradients" in g.dot
    assert "4×5 float64" in g.dot
    assert "no gradients" not in ag.draw(x * 2.0, grad_outputs=np.ones((4, 5))).dot


def test_saving(tmp_path):
    g = ag.draw(apple())
    assert g.save(tmp_path / "apple.dot").read_text(encoding="utf-8") == g.dot
    with pytest.raises(ArgumentError, match=r"\.svg, \.png"):
        g.save(tmp_path / "apple.jpeg")
    with pytest.raises(ArgumentError, match="folder"):
        g.save(tmp_path / "nowhere" / "apple.dot")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["apple.dot"]


def test_a_picture_where_graphviz_is_there(tmp_path):
    pytest.importorskip("pygraphviz")
    svg = ag.draw(apple()).save(tmp_path / "apple.svg").read_text(encoding="utf-8")
    for shown in ("apple", "tax", "220", "← 2.2", "← 110"):
        assert f">{shown}<" in svg
