"""The graph as data: what large arrays still tell, names, bytes kept, and rules run again."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from programs import programs

import autograd_lite as ag
from autograd_lite.arrays import NUMPY, namespace
from autograd_lite.checking import check_operations
from autograd_lite.graph import STATE, apply, function
from autograd_lite.graph.replay import Replay


def node_named(description, name):
    return next(n for n in description.nodes if n.name == name)


def layer():
    """Return x, W, x @ W + b and its relu, 100 rows."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 5))
    W = ag.Variable(rng.normal(size=(5, 3)), name="W")
    b = ag.Variable(np.zeros(3), name="b")
    a = ag.linear(x, W, b)
    return x, W, a, ag.relu(a)


class TestLargeArrays:
    def test_what_nobody_holds_is_computed_once_more(self):
        x, _, a, z = layer()
        expected, right = a.data.copy(), z.data.copy()
        loss = (z * 2.0).sum()
        del a, z
        d = ag.describe(loss, limit=None)
        np.testing.assert_array_equal(node_named(d, "linear").value, expected)
        np.testing.assert_array_equal(node_named(d, "relu").value, right)
        np.testing.assert_array_equal(next(n for n in d.nodes if n.kind == "constant").value, x)

    def test_their_range_is_told(self):
        *_, z = layer()
        relu = node_named(ag.describe(z.sum()), "relu")
        assert relu.value is None
        assert (relu.range.low, relu.range.high) == (z.data.min(), z.data.max())
        assert relu.range.mean == pytest.approx(z.data.mean())

    def test_gradients_too(self):
        *_, z = layer()
        edges = [e for e in ag.describe((z * z).sum()).edges if e.target[0] == "f"]
        into_relu = next(e for e in edges if e.gradient is None and e.gradient_range is not None)
        assert into_relu.gradient_range.shape == into_relu.shape

    def test_nothing_is_made_up_after_an_update(self):
        _, W, _, z = layer()
        loss = z.sum()
        right = z.data.copy()
        W.assign(W.data * 2)
        d = ag.describe(loss, limit=None)
        for name, expected in (("linear", None), ("relu", right)):
            value = node_named(d, name).value
            assert value is None or np.array_equal(value, expected), name

    def test_nothing_large_is_left_after_backward(self):
        *_, z = layer()
        loss = z.sum()
        loss.backward()
        d = ag.describe(loss)
        assert node_named(d, "relu").range is None
        assert "released" in d.note

    def test_describing_leaves_no_trace(self):
        *_, z = layer()
        loss = (ag.dropout(z) * z).sum()
        one, two = ag.describe(loss, limit=None), ag.describe(loss, limit=None)
        for a, b in zip(one.nodes, two.nodes, strict=True):
            np.testing.assert_array_equal(a.value, b.value)
        assert loss.item() == float(one.nodes[-1].value)


@contextmanager
def only_numbers_are_small():
    """Nodes hold no arrays for pictures, as if all were large."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apply, "SMALL", 1)
        patch.setattr(function, "SMALL", 1)
        patch.setattr(function.Outline, "_known", {})
        yield


@settings(deadline=None)
@given(programs(ag.functions, 1, 20))
def test_every_value_is_the_one_that_forward_made(program):
    with only_numbers_are_small():
        values = program.run(ag, [ag.Variable(x) for x in program.leaves])
        d = ag.describe(values[-1], names={v: str(i) for i, v in enumerate(values)}, limit=None)
    for edge in d.edges:
        if edge.name is not None:
            np.testing.assert_array_equal(edge.value, values[int(edge.name)].data)


class RunningAgain:
    """An observer that runs every operation a second time and compares."""

    def __init__(self):
        self.unlike = set()

    def forward_ends(self, node, arrays, outputs):
        xp = namespace(arrays[0])
        again = [xp.asarray(x) for x in Replay(node).forward(xp, *arrays)]
        for one, two in zip(again, outputs, strict=False):  # hidden outputs are not told
            same = one.shape == two.shape and one.dtype == two.dtype
            if not same or one.tobytes() != two.tobytes():
                self.unlike.add(node.name)

    def forward_starts(self, *_):
        pass

    backward_starts = backward_ends = forward_starts


def test_every_operation_can_run_again(monkeypatch):
    """Forward changes none of the settings that it was made with."""
    observer = RunningAgain()
    monkeypatch.setattr(STATE, "observer", observer)
    assert not [report.name for report in check_operations(quick=True) if report.failure]
    assert not observer.unlike


class TestNames:
    def test_own_names_come_first(self):
        x, y = ag.Variable(1.0, name="own"), ag.Variable(2.0)
        product = x * y
        total = product + 1.0
        d = ag.describe(total, names={x: "other", y: "second", product: "product", total: "total"})
        assert [n.name for n in d.nodes if n.kind == "input"] == ["own", "second"]
        assert [e.name for e in d.edges] == ["own", "second", "product", None, "total"]

    def test_constants_that_are_variables_keep_theirs(self):
        c = ag.Variable([2.0, 3.0], requires_grad=False, name="c")
        y = (ag.Variable([1.0, 1.0]) * c).sum()
        constant = next(n for n in ag.describe(y, names={c: "c"}).nodes if n.kind == "constant")
        assert constant.name == "c"


class TestBytesKept:
    def test_arrays_are_counted_once_and_leaves_never(self):
        x = ag.Variable(np.ones(1000))
        e = ag.exp(x)
        y = (e * e).sum()
        kept = {n.name: n.kept for n in ag.describe(y).nodes if n.kind == "operation"}
        assert kept == {"exp": 8000, "mul": 0, "sum": 0}

    def test_none_after_backward(self):
        y = ag.exp(ag.Variable(np.ones(1000))).sum()
        y.backward()
        assert not any(n.kept for n in ag.describe(y).nodes)


class TestRunningARuleAgain:
    def test_other_operands_other_gradients(self):
        y = ag.sin(ag.Variable(1.0))
        y.backward()
        rule = node_named(ag.describe(y), "sin").rule
        (out,) = rule.forward(NUMPY, np.array(2.0))
        (gradient,) = rule.backward(np.array(3.0))
        assert (out, gradient) == (np.sin(2.0), 3.0 * np.cos(2.0))
        assert y.item() == np.sin(1.0)

    def test_constants_get_no_gradient(self):
        rule = node_named(ag.describe(ag.Variable(3.0) * 2.0), "mul").rule
        rule.forward(NUMPY, np.array(3.0), np.array(5.0))
        left, right = rule.backward(np.array(1.0))
        assert (left, right) == (5.0, None)

    def test_users_functions_too(self):
        class Cube(ag.Function):
            keeps = ("x",)

            def forward(self, x):
                self.x = x
                return x**3

            def backward(self, gy):
                return 3 * self.x**2 * gy

        y = Cube()(ag.Variable(1.0))
        rule = node_named(ag.describe(y), "Cube").rule
        assert rule.forward(NUMPY, np.array(2.0)) == (8.0,)
        assert rule.backward(np.array(1.0)) == (12.0,)
        y.backward()
