"""ag.trace: what is printed of a function's graph."""

from __future__ import annotations

import io
import re
import threading
from collections import OrderedDict, namedtuple
from pathlib import Path

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import OperandError
from autograd_lite.graph.hooks import STATE


def lines_of(f, *args):
    text = io.StringIO()
    ag.trace(f, *args, file=text)
    return text.getvalue().splitlines()


def test_a_line_for_each_operation_with_what_it_keeps(capsys):
    def loss(x, w):
        hidden = ag.tanh(x @ w)
        return (hidden * 2.0).sum()

    ag.trace(loss, np.ones((5, 4)), np.ones((4, 3)))
    head, *rows, end = capsys.readouterr().out.splitlines()
    assert head.split() == ["operation", "shape", "dtype", "kept", "line"]
    assert [row.split()[0] for row in rows] == ["x", "w", "%0", "%1", "%2", "%3"]
    matmul, tanh, mul, total = rows[2:]
    assert re.search(r"matmul\(x, w\) +\(5, 3\) +float64 +- ", matmul)  # leaves hold its operands
    assert re.search(r"tanh\(%0\) .* 120 B +test_trace.py:\d+: hidden = ag.tanh\(x @ w\)", tanh)
    assert re.search(r"mul\(%1, 2.0\)", mul)
    assert re.search(r"sum\(%2\) +\(\) ", total)
    kept = sum(int(n) for row in rows for n in re.findall(r"(\d+) B", row))
    assert end == f"4 operations; {kept} bytes kept for backward"


def test_several_results_trees_and_constants():
    rows = lines_of(
        lambda p: {"a": [ag.split(p["w"], 2)[1] * 3.0], "b": p["b"] + np.arange(3.0)},
        {"w": np.ones((4, 4)), "b": np.ones(3)},
    )
    text = "\n".join(rows)
    assert "split(p['w'])" in text
    assert "mul(%0.1, 3.0)" in text or "mul(%1.1, 3.0)" in text
    assert "add(p['b'], float64[3])" in text


def test_nothing_is_left_behind():
    w = ag.Variable(np.ones(3))
    lines_of(lambda x: (x * w).sum(), np.ones(3))
    assert w.grad is None
    assert STATE.observer is None
    with pytest.raises(OperandError, match="returned int"):
        lines_of(lambda _: 3, 1.0)
    with pytest.raises(ZeroDivisionError):
        lines_of(lambda _: 1 / 0, 1.0)
    assert STATE.observer is None
    with ag.no_grad():
        assert any("exp(x)" in row for row in lines_of(lambda x: ag.exp(x), 1.0))


def test_inside_debug_lines_stay_its_own():
    with ag.debug():
        rows = lines_of(lambda x: ag.exp(x), 1.0)
    assert any("test_trace.py" in row for row in rows)


def test_a_model_and_integers_are_passed_on():
    net = ag.nn.Sequential(ag.nn.Linear(4, 2))
    x = np.ones((3, 4), np.float32)
    rows = lines_of(
        lambda x, t: ag.softmax_cross_entropy(net(x), t),
        x,
        np.zeros(3, int),
    )
    assert any("linear(x, v1, v2)" in row for row in rows)


def test_of_a_matrix_it_is_the_trace():
    x = ag.Variable(np.arange(9.0).reshape(3, 3))
    assert ag.trace(x).item() == 12.0
    assert ag.trace(x, 1).item() == 6.0
    assert ag.trace(x, offset=-1, axis1=1, axis2=0).item() == 6.0
    assert np.trace(x).item() == 12.0


def test_another_threads_operations_are_not_listed():
    def f(x):
        thread = threading.Thread(target=lambda: ag.exp(ag.Variable(1.0)))
        thread.start()
        thread.join()
        return x * 2.0

    assert lines_of(f, 1.0)[-1].startswith("1 operation;")


def test_inputs_are_told_apart():
    w = ag.Variable(2.0, name="x")
    rows = lines_of(lambda x: x * w, 3.0)
    a, b, product = (row.split("  ")[0] for row in rows[1:4])
    assert a != b
    assert f"mul({a}, {b})" in rows[3]
    assert product == "%0"


def test_arguments_of_every_kind():
    pair = namedtuple("pair", "a b")
    rows = lines_of(lambda p, q: p.a * p.b * q["k"], pair(2.0, 3.0), OrderedDict(k=1.0))
    assert "mul(p.a, p.b)" in "\n".join(rows)
    assert "mul(%0, q['k'])" in "\n".join(rows)
    assert "abs(z)" in "\n".join(lines_of(lambda z: ag.abs(z), 1 + 2j))
    assert "mul(a[0], a[1])" in "\n".join(lines_of(lambda *a: a[0] * a[1], 2.0, 3.0))


def test_keyword_arguments_are_handed_on():
    text = io.StringIO()
    ag.trace(lambda x, *, power: x**power, 2.0, file=text, power=3)
    assert "pow(x, 3.0)" in text.getvalue()


def test_transforms_are_listed():
    text = "\n".join(lines_of(ag.hvp(lambda x: (x**3).sum()), np.ones(3), np.ones(3)))
    assert "args[0]" in text
    assert "args[1]" in text
    assert "kwargs" not in text


def test_the_listing_in_the_documentation_is_the_true_one(tmp_path, capsys):
    page = (Path(__file__).parent.parent / "docs" / "numpy.md").read_text(encoding="utf-8")
    code, shown = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    script = tmp_path / "train.py"
    script.write_text(code, encoding="utf-8")
    exec(compile(code, str(script), "exec"), {"__name__": "train"})
    assert capsys.readouterr().out == shown
