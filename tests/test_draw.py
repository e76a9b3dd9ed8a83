"""``ag.draw`` as its users meet it: styles, Modules, names, notebooks, the command."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.__main__ import main
from autograd_lite.drawing import graph as graph_module
from autograd_lite.drawing.render import fonts
from autograd_lite.errors import ArgumentError, OperandError
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
        assert [text.text for text in g.scene.captions] == [
            "no gradients: the output has more than one element; pass grad_outputs"
        ]
        assert not ag.draw(Net(), np.ones((4, 2)), gradients=False).scene.captions
        g = ag.draw(Net(), np.ones((4, 2)), grad_outputs=np.ones((4, 3)))
        assert not g.scene.captions
        assert any(link.under for link in g.scene.links)

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

    def test_an_example_of_other_floats_keeps_its_name(self):
        model = ag.nn.Sequential(ag.nn.Linear(2, 3), ag.nn.Tanh())
        x = ag.Variable(np.ones((4, 2)), requires_grad=False, name="pixels")
        for example, name in (([[1.0, 2.0]], "x"), (np.ones((4, 2)), "x"), (x, "pixels")):
            g = ag.draw(model, example)
            assert texts(g)[:3] == [name, "0.W", "0.b"]

    def test_an_example_of_numbers_of_rows_stays_one(self):
        class Table(ag.nn.Module):
            def __init__(self):
                self.rows = ag.Variable(np.ones((5, 2), np.float32))

            def forward(self, i):
                return self.rows[i.data]

        assert "4×2 float32" in ag.draw(Table(), np.array([0, 1, 2, 3])).dot

    def test_without_an_example(self):
        for model in (Net(), ag.nn.Sequential(ag.nn.Tanh()), ag.nn.Linear(1, 1)):
            with pytest.raises(ArgumentError, match=r"needs an example input; .*draw\(model, x\)"):
                ag.draw(model)
        with pytest.raises(ArgumentError, match=r"^draw: Linear is a class"):
            ag.draw(ag.nn.Linear, 1.0)

    def test_a_module_that_needs_no_example(self):
        class Constant(ag.nn.Module):
            def __init__(self):
                self.w = ag.Variable(2.0)

            def forward(self, *parts):
                return sum(parts, self.w * 1.0)

        assert "w" in texts(ag.draw(Constant()))

    def test_the_modules_own_type_error(self):
        class Broken(ag.nn.Module):
            def forward(self):
                return len(3)

        with pytest.raises(TypeError, match=r"^object of type 'int' has no len"):
            ag.draw(Broken())

    @pytest.mark.parametrize("make", [lambda y: {"y": y}, lambda y: ((y, y), y), lambda _: None])
    def test_a_module_that_returns_something_else(self, make):
        class Several(ag.nn.Module):
            def forward(self, x):
                return make(x * 2.0)

        with pytest.raises(OperandError, match=r"^draw: a \w+ has no graph; let the model return"):
            ag.draw(Several(), 1.0)

    def test_a_module_of_several_outputs(self):
        class Several(ag.nn.Module):
            def __init__(self):
                self.w = ag.Variable(2.0)

            def forward(self, x):
                return x * self.w, [x + self.w][0]

        assert (
            len([n for n in ag.draw(Several(), 1.0).description.nodes if n.kind == "output"]) == 2
        )

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
        assert repr(g).startswith("<Graph of 1000 operations")

    def test_an_unknown_style(self):
        with pytest.raises(ArgumentError, match="auto, book, summary, network"):
            ag.draw(ag.Variable(1.0) * 2.0, style="Book")

    def test_gradients_can_be_left_out(self):
        g = ag.draw(ag.Variable(1.0) * 2.0, gradients=False)
        assert not any(link.under for link in g.scene.links)


class TestArguments:
    @pytest.mark.parametrize("wrong", [3.0, np.ones(2), None, {"y": 1}, "y", [3.0]])
    def test_what_has_no_graph(self, wrong):
        with pytest.raises(OperandError, match=r"^draw: a \w+ has no graph; pass Variables"):
            ag.draw(wrong)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"style": 3},
            {"style": np.ones(2)},
            {"style": None},
            {"engine": 3},
            {"engine": np.ones(2)},
            {"gradients": "yes"},
            {"collapse": "yes"},
            {"collapse": None},
            {"collapse": 0},
            {"digits": "2"},
            {"digits": 2.0},
            {"digits": -1},
            {"digits": 10**20},
            {"digits": True},
            {"weights": None},
            {"weights": 0},
            {"sample": np.array([0, 1])},
            {"sample": 1.5},
            {"sample": True},
            {"names": ["x"]},
            {"names": {1: "x"}},
        ],
        ids=str,
    )
    def test_values_that_cannot_be_used(self, wrong):
        (name,) = wrong
        x = ag.Variable(np.ones((1, 2)))
        style = {} if "style" in wrong else {"style": "network"}
        with pytest.raises(ArgumentError, match=rf"^draw: [^\n]*{name}[^\n]*[;][^\n]*\.$"):
            ag.draw(x @ np.ones((2, 1)), **style, **wrong)

    @pytest.mark.parametrize("style", ["auto", "book", "summary"])
    @pytest.mark.parametrize("option", [{"sample": 1}, {"digits": 3}, {"weights": "running"}])
    def test_options_of_the_network_with_another_style(self, style, option):
        (name,) = option
        with pytest.raises(ArgumentError, match=f'^draw: {name} can be .* style="network"'):
            ag.draw(ag.Variable(1.0) * 2.0, style=style, **option)

    def test_whole_numbers_of_numpy(self):
        x = ag.Variable(np.ones((3, 2)))
        y = x @ ag.Variable(np.ones((2, 1)))
        ag.draw(y, style="network", sample=np.int64(2), digits=np.int32(3))
        ag.draw(y, collapse=np.int64(5))


class TestTheCallersFrame:
    def test_what_is_deleted_after_drawing_is_gone(self):
        def work():
            x = ag.Variable(np.ones(3))
            y = (ag.exp(x) * 2.0).sum()
            ag.draw(y)
            left = weakref.ref(x)
            del x, y
            gc.collect()
            return left()

        assert work() is None

    def test_variables_and_what_shares_them_stay(self):
        outer = ag.Variable(1.0)

        def work(argument):
            local = argument * outer
            g = ag.draw(local)
            made = sorted(locals())
            return local, argument, made, texts(g)

        local, argument, made, found = work(ag.Variable(2.0))
        assert (local.item(), argument.item()) == (2.0, 2.0)
        assert made == ["argument", "g", "local", "outer"]
        assert found == ["argument", "outer", "×", "local"]

    def test_a_dictionary_of_locals_that_somebody_holds(self):
        first = ag.Variable(1.0)
        held = locals()
        ag.draw(first * 2.0)
        assert held["first"] is first

    def test_a_generator(self):
        def work():
            x = ag.Variable(1.0)
            ag.draw(x * 2.0)
            yield x
            ag.draw(x * 3.0)
            yield x.item()

        made = work()
        x = next(made)
        left = weakref.ref(x)
        assert next(made) == 1.0
        made.close()
        del x, made
        gc.collect()
        assert left() is None

    @pytest.mark.parametrize(
        "code",
        [
            "x = V(1.0)\ndraw(x * 2.0)\ny = x",
            "class C:\n x = V(1.0)\n draw(x * 2.0)\n y = x\ny = C.y",
        ],
    )
    def test_a_module_and_a_class_body(self, code):
        space = {"V": ag.Variable, "draw": ag.draw}
        exec(code, space)
        assert space["y"].item() == 1.0
        local = {}
        exec(code, space, local)
        assert local["y"].item() == 1.0

    def test_while_a_debugger_looks(self):
        seen = []

        def tracer(frame, event, _):
            if frame.f_code.co_name == "work":
                seen.append(sorted(frame.f_locals))
            return tracer

        def work():
            x = ag.Variable(1.0)
            y = x * 2.0
            ag.draw(y)
            return x, y

        before = sys.gettrace()
        sys.settrace(tracer)
        try:
            x, y = work()
        finally:
            sys.settrace(before)
        assert (x.item(), y.item()) == (1.0, 2.0)
        assert seen[-1] == ["x", "y"]


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

    def test_a_warning_points_at_the_line_that_draws(self, tmp_path, monkeypatch):
        monkeypatch.setattr(fonts, "_missing", set())
        monkeypatch.setattr(fonts, "_found", fonts._found.__wrapped__)
        monkeypatch.setattr(fonts, "_known_fonts", list)
        monkeypatch.setattr(fonts, "_new_fonts", list)
        g = ag.draw(ag.Variable(1.0, name="𓀀") * 2.0, engine="built-in")
        with pytest.warns(UserWarning, match="No font") as caught:
            g.save(tmp_path / "x.png")
        assert [warning.filename for warning in caught] == [__file__]

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
        said = capsys.readouterr().err
        assert said.startswith("draw: ")
        assert "without a Variable" in said
        assert "top level" in said
        assert main(["draw", str(tmp_path / "none.py"), "--out", "a.dot"]) == 2
        assert "no such script" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("source", "error"),
        [
            ("def f():\n    raise ValueError('mine')\nf()\n", "ValueError: mine"),
            ("import autograd_lite as ag\nag.exp('x')\n", "DTypeError"),
            ("x = = 1\n", "SyntaxError: invalid syntax"),
        ],
    )
    def test_the_scripts_own_error_is_shown_as_python_does(self, tmp_path, source, error):
        script = tmp_path / "script.py"
        script.write_text(source, encoding="utf-8")
        command = [sys.executable, "-m", "autograd_lite", "draw", str(script), "--out", "a.dot"]
        own = [sys.executable, str(script)]
        drawn, expected = (
            subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path)
            for words in (command, own)
        )
        assert drawn.returncode == expected.returncode == 1
        assert error in drawn.stderr
        assert drawn.stderr == expected.stderr

    @pytest.mark.parametrize("end", ["sys.exit()", "sys.exit(0)", "raise SystemExit", "f()"])
    def test_a_script_that_ends_itself(self, tmp_path, end):
        script = tmp_path / "script.py"
        text = f"{self.SCRIPT}\nimport sys\ndef f():\n    sys.exit(0)\n{end}\n"
        script.write_text(text, encoding="utf-8")
        assert main(["draw", str(script), "--out", str(tmp_path / "z.dot")]) == 0
        assert ">z<" in (tmp_path / "z.dot").read_text(encoding="utf-8")

    @pytest.mark.parametrize("status", ["3", "'why'"])
    def test_a_script_that_ends_itself_with_another_status(self, tmp_path, status):
        script = tmp_path / "script.py"
        script.write_text(f"{self.SCRIPT}\nraise SystemExit({status})\n", encoding="utf-8")
        with pytest.raises(SystemExit) as end:
            main(["draw", str(script), "--out", str(tmp_path / "z.dot")])
        assert repr(end.value.code) == status
        assert not (tmp_path / "z.dot").exists()

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["--out", "{}/z.jpg"], "no known format"),
            (["--out", "{}/none/z.svg"], "does not exist"),
            (["--out", "{}/z.svg", "--sample", "1"], 'only with style="network"'),
            (["--out", "{}/z.svg", "--weights", "running"], 'only with style="network"'),
        ],
    )
    def test_mistakes_are_told_before_the_script_runs(self, tmp_path, capsys, options, message):
        script = tmp_path / "script.py"
        script.write_text(self.SCRIPT, encoding="utf-8")
        assert main(["draw", str(script), *[o.format(tmp_path) for o in options]]) == 2
        said = capsys.readouterr()
        assert message in said.err
        assert "ran" not in said.out

    def test_options(self, tmp_path, capsys):
        script = tmp_path / "script.py"
        script.write_text(
            "import numpy as np\nimport autograd_lite as ag\n"
            "W = ag.Variable([[0.5], [0.25]])\n"
            "y = ag.tanh(np.array([[1.0, 2.0], [3.0, 4.0]]) @ W)\nloss = y.sum()\n",
            encoding="utf-8",
        )
        out = tmp_path / "net.dot"
        words = ["draw", str(script), "--out", str(out)]
        network = ["--style", "network", "--sample", "1", "--weights", "v{source}"]
        assert main([*words, *network]) == 0
        dot = out.read_text(encoding="utf-8")
        assert "x1=3" in dot
        assert "v1=0.5" in dot
        assert "←" not in dot
        assert main([*words, *network, "--gradients"]) == 0
        assert "←" in out.read_text(encoding="utf-8")
        assert main(words) == 0
        assert "←" in out.read_text(encoding="utf-8")
        assert main([*words, "--no-gradients"]) == 0
        assert "←" not in out.read_text(encoding="utf-8")

    def test_the_engine_is_told_of_images_alone(self, tmp_path, capsys, monkeypatch):
        script = tmp_path / "script.py"
        script.write_text(self.SCRIPT, encoding="utf-8")
        drawn = []
        once = graph_module.rendered
        monkeypatch.setattr(
            graph_module, "rendered", lambda *given: (drawn.append(given[2]), once(*given))[1]
        )
        for suffix in ("png", "svg", "dot", "html"):
            out = tmp_path / f"z.{suffix}"
            words = ["draw", str(script), "--out", str(out), "--engine", "built-in"]
            assert main(words) == 0
            end = ", drawn by built-in" if suffix in ("png", "svg") else ""
            assert capsys.readouterr().out.splitlines()[-1] == f"{out}: z{end}"
        assert drawn == ["png", "svg"]

    def test_the_scripts_own_picture(self, tmp_path, capsys):
        script = tmp_path / "script.py"
        own = f"{self.SCRIPT}\ng = ag.draw([z, y], style='summary')\nh = 'saved'\n"
        script.write_text(own, encoding="utf-8")
        out = tmp_path / "z.dot"
        words = ["draw", str(script), "--out", str(out)]
        assert main(words) == 0
        assert capsys.readouterr().out.endswith("z.dot: g\n")
        assert "<hr/>" not in out.read_text(encoding="utf-8")
        assert main([*words, "--style", "book"]) == 0
        assert capsys.readouterr().out.endswith("z.dot: z\n")
        script.write_text(f"{own}\nlast = z * 2.0\n", encoding="utf-8")
        assert main(words) == 0
        assert capsys.readouterr().out.endswith("z.dot: last\n")

    def test_only_ends_count(self):
        x = ag.Variable([1.0, 2.0])
        a, b = ag.split(x, 2)
        y = a * 2.0
        loss = y.sum()
        assert list(last_variables(locals())) == ["b", "loss"]
