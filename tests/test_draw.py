"""``ag.draw`` as its users meet it: styles, Modules, names, notebooks, the command."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.__main__ import main
from autograd_lite.errors import ArgumentError
from autograd_lite.script import last_variables

SNAPSHOT = """\
  v0 [shape=plaintext label=<<font color="#1f2937">apple</font>> \
width=0 height=0.2 margin="0.06,0.03" tooltip=<apple · float64>]
  v1 [shape=plaintext label=<<font color="#1f2937">a</font>> \
width=0 height=0.2 margin="0.06,0.03" tooltip=<float64>]
  f0 [shape=circle label=<<font point-size="16"><font color="#1f2937">×</font></font>> \
margin=0.05 tooltip=<mul · float64>]
  y0 [shape=plaintext label=<<font color="#1f2937">out</font>> width=0 height=0.2 \
margin="0.06,0.03"]
  e0 [shape=plain fontsize=11 label=<<table border="0" cellborder="0" cellspacing="0" \
cellpadding="2" color="#6b7280"><tr><td><font color="#1d4ed8">100</font></td></tr><hr/>\
<tr><td><font color="#c2410c">← 2</font></td></tr></table>>]
  v0 -> e0 [headport=w arrowhead=none]
  e0 -> f0 [tailport=e]
"""


def texts(graph):
    return [line.text for mark in graph.scene.marks for line in mark.lines]


def test_a_snapshot_of_the_text():
    dot = ag.draw(ag.Variable(100.0, name="apple") * ag.Variable(2.0)).dot
    assert SNAPSHOT in dot


class Net:
    """Anything with named parameters that can be called."""

    def __init__(self):
        self.W = ag.Variable(np.ones((2, 3)))
        self.b = ag.Variable(np.zeros(3))

    def named_parameters(self):
        return [("hidden.W", self.W), ("hidden.b", self.b)]

    def __call__(self, x):
        return ag.relu(x @ self.W + self.b)


class TestNames:
    def test_the_callers_variables(self):
        price, count = ag.Variable(100.0), ag.Variable(2.0)
        total = price * count
        assert texts(ag.draw(total)) == ["price", "count", "×", "total"]

    def test_own_names_before_the_callers_and_letters_last(self):
        price = ag.Variable(100.0, name="apple")
        assert texts(ag.draw(price * ag.Variable(3.0))) == ["apple", "a", "×", "out"]

    def test_names_of_a_given_namespace(self):
        v = ag.Variable(1.0)
        assert texts(ag.draw(v * v, names={"square": v}))[0] == "square"


class TestModules:
    def test_its_output_on_an_example(self):
        g = ag.draw(Net(), np.ones((4, 2)))
        assert {"hidden.W", "hidden.b", "relu"} <= set(texts(g))
        assert not g.scene.captions  # no complaint that a matrix has no gradient

    def test_a_frame_for_each_module(self):
        model = ag.nn.Sequential(ag.nn.Linear(2, 3), ag.nn.Tanh())
        g = ag.draw(model, np.ones((4, 2), np.float32))
        assert [c.label for c in g.scene.clusters] == ["0", "1"]
        assert "0.W" in texts(g)

    def test_groups_from_parameters_where_the_loss_was_computed_before(self):
        model = ag.nn.Sequential(ag.nn.Linear(2, 3), ag.nn.Tanh())
        loss = model(np.ones((4, 2), np.float32)).sum()
        g = ag.draw(loss)
        assert [c.label for c in g.scene.clusters] == ["0"]
        assert "0.W" in texts(g)

    def test_as_a_network(self):
        model = ag.nn.Sequential(ag.nn.Linear(2, 3), ag.nn.Tanh(), ag.nn.Linear(3, 1))
        g = ag.draw(model, np.ones((4, 2), np.float32), style="network")
        assert [text.split("=")[0] for text in texts(g)][:5] == ["x1", "x2", "a1", "a2", "a3"]

    def test_an_example_without_a_module(self):
        with pytest.raises(ArgumentError, match="Module"):
            ag.draw(ag.Variable(1.0) * 2.0, ag.Variable(1.0))


class TestStyles:
    def test_summary_of_many_operations_by_themselves(self):
        y = x = ag.Variable(1.0)
        for i in range(50):
            y = ag.sin(y) if i % 7 else y * x + ag.cos(y)
        g = ag.draw(y, collapse=False)
        assert not any(link.over for link in g.scene.links)
        assert any(link.over for link in ag.draw(y, collapse=False, style="book").scene.links)

    def test_fourteen_squarings(self):
        y = ag.Variable(1.0)
        for _ in range(14):
            y = y * y
        g = ag.draw(y)
        assert len(g.scene.marks) == 29
        assert g.dot.count("\n") < 200

    def test_what_repeats_is_drawn_once(self):
        y = ag.Variable(1.0)
        for _ in range(1000):
            y = y + 1.0
        g = ag.draw(y)
        assert [c.label for c in g.scene.clusters] == ["×1000"]

    def test_an_unknown_style(self):
        with pytest.raises(ArgumentError, match="auto, book, summary, network"):
            ag.draw(ag.Variable(1.0) * 2.0, style="Book")

    def test_gradients_can_be_left_out(self):
        g = ag.draw(ag.Variable(1.0) * 2.0, gradients=False)
        assert not any(link.under for link in g.scene.links)


class TestShowing:
    def test_in_a_notebook(self):
        bundle = ag.draw(ag.Variable(1.0) * 2.0)._repr_mimebundle_(include=None, exclude=None)
        assert bundle["text/plain"] == "<Graph of 1 operation; .dot, .save(path)>"
        assert ET.fromstring(bundle["image/svg+xml"]).tag.endswith("svg")

    @pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "dot", "html", "gif", "webp"])
    @pytest.mark.parametrize("style", ["book", "network"])
    def test_every_format_of_both_styles(self, tmp_path, suffix, style):
        model = ag.nn.Sequential(ag.nn.Linear(2, 2, rng=0), ag.nn.Sigmoid())
        y = ag.mean_squared_error(model(np.ones((3, 2), np.float32)), np.ones((3, 2), np.float32))
        file = ag.draw(y, style=style, engine="built-in").save(tmp_path / f"net.{suffix}")
        assert file.stat().st_size > 1000

    def test_the_same_bytes_twice(self, tmp_path):
        for suffix in ("svg", "html", "dot"):
            x = ag.Variable(3.0, name="x")
            first, second = [
                ag.draw(x * x, engine="built-in").save(tmp_path / f"{i}.{suffix}").read_bytes()
                for i in range(2)
            ]
            assert first == second


class TestCommand:
    SCRIPT = """
import autograd_lite as ag
x = ag.Variable(3.0)
y = x * x
z = y + x
z.backward()
print("ran", __name__)
"""

    def test_draws_what_a_script_ends_with(self, tmp_path, capsys):
        script = tmp_path / "script.py"
        script.write_text(self.SCRIPT, encoding="utf-8")
        out = tmp_path / "z.dot"
        assert main(["draw", str(script), "--out", str(out)]) == 0
        assert "ran __main__" in capsys.readouterr().out
        dot = out.read_text(encoding="utf-8")
        assert ">z<" in dot
        assert ">x<" in dot

    def test_a_style_may_be_asked_for(self, tmp_path):
        script = tmp_path / "script.py"
        script.write_text(self.SCRIPT, encoding="utf-8")
        out = tmp_path / "z.dot"
        assert main(["draw", str(script), "--out", str(out), "--style", "summary"]) == 0
        assert "<hr/>" not in out.read_text(encoding="utf-8")

    def test_nothing_to_draw(self, tmp_path, capsys):
        script = tmp_path / "script.py"
        script.write_text("a = 1\n", encoding="utf-8")
        assert main(["draw", str(script), "--out", str(tmp_path / "a.dot")]) == 2
        assert "without a Variable" in capsys.readouterr().err
        assert main(["draw", str(tmp_path / "none.py"), "--out", "a.dot"]) == 2
        assert "no such script" in capsys.readouterr().err

    def test_the_scripts_own_error_is_shown_as_python_does(self, tmp_path):
        script = tmp_path / "script.py"
        script.write_text("raise ValueError('mine')\n", encoding="utf-8")
        command = [sys.executable, "-m", "autograd_lite", "draw", str(script), "--out", "a.dot"]
        run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert run.returncode == 1
        assert 'script.py", line 1' in run.stderr
        assert "ValueError: mine" in run.stderr

    def test_only_ends_count(self):
        x = ag.Variable([1.0, 2.0])
        a, b = ag.split(x, 2)
        y = a * 2.0
        loss = y.sum()
        assert list(last_variables(locals())) == ["b", "loss"]
