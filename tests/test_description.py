"""The graph as data: what large arrays still tell, names, bytes kept, and rules run again."""

from __future__ import annotations

import tracemalloc
import warnings
import weakref
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from programs import programs

import autograd_lite as ag
from autograd_lite.arrays import NUMPY, namespace
from autograd_lite.checking import check_operations
from autograd_lite.graph import STATE, apply, function
from autograd_lite.graph.replay import run_again


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
        again = [xp.asarray(x) for x in run_again(node, xp, *arrays)[1]]
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

    def test_leaves_are_nobodys(self):
        y = ag.sin(ag.Variable(np.ones(1000))).sum()
        assert not any(n.kept for n in ag.describe(y).nodes)


class TestRunningARuleAgain:
    def test_gradients_have_the_shapes_of_the_operands(self):
        y = ag.Variable([1.0, 2.0, 3.0]) + ag.Variable(1.0)
        rule = node_named(ag.describe(y), "add").rule
        rule.forward(NUMPY, np.ones(3), np.ones(()))
        assert [gx.shape for gx in rule.backward(np.ones(3))] == [(3,), ()]

    def test_an_operand_that_asks_for_none_gets_none(self):
        rule = node_named(ag.describe(ag.Variable(3.0) + 2.0), "add").rule
        rule.forward(NUMPY, np.array(3.0), np.array(5.0))
        assert rule.backward(np.array(1.0))[1] is None

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


class TestNothingOfTheEngineGetsOut:
    @pytest.mark.parametrize("limit", [32, None])
    def test_arrays_are_read_only_copies(self, limit):
        x, W = ag.Variable(np.ones((2, 3))), ag.Variable(np.ones((3, 2)))
        y = (x @ W).sum()
        d = ag.describe(y, limit=limit)
        for thing in (*d.nodes, *d.edges):
            assert not thing.value.flags.writeable
            for array in (thing.value, thing.gradient):
                if array is not None:
                    assert not np.shares_memory(array, x.data)
                    assert not np.shares_memory(array, W.data)
        with pytest.raises(ValueError, match="read-only"):
            d.nodes[1].value[...] = 7

    def test_a_description_holds_no_graph_and_no_large_array(self):
        x = ag.Variable(np.ones(10_000))
        y = ag.exp(x)
        d = ag.describe((y * y).sum(), names={})
        alive = [weakref.ref(v) for v in (x, y)]
        del x, y
        assert [v() for v in alive] == [None, None]
        assert d.nodes[-1].value > 0

    def test_values_are_dropped_after_their_last_reader(self):
        y = ag.Variable(np.ones(10_000))
        for _ in range(50):
            y = y + 1.0
        tracemalloc.start()
        try:
            ag.describe(y.sum(), gradients=False)
            assert tracemalloc.get_traced_memory()[1] < 10 * 80_000
        finally:
            tracemalloc.stop()


class TestWhichPass:
    def test_the_seed_of_backward_is_the_outputs_gradient(self):
        x = ag.Variable(1.0)
        y = x * 2.0
        y.backward(np.array(5.0))
        d = ag.describe(y)
        assert [float(e.gradient) for e in d.edges if e.gradient is not None] == [10.0, 5.0]

    def test_of_a_later_output(self):
        x = ag.Variable(3.0)
        y = x * x
        (y * 100.0).backward()
        d = ag.describe(y)
        assert d.nodes[-1].gradient is None
        assert "later output" in d.note

    def test_of_another_output(self):
        x = ag.Variable(1.0)
        h = x * 2.0
        first, second = h * 10.0, h * 7.0
        first.backward()
        d = ag.describe(second)
        assert all(e.gradient is None for e in d.edges)
        assert "another output" in d.note

    def test_grad_outputs_come_too_late(self):
        x = ag.Variable(3.0)
        y = x * x
        y.backward()
        d = ag.describe(y, grad_outputs=7.0)
        assert [float(e.gradient) for e in d.edges] == [3.0, 3.0, 1.0]
        assert "not of grad_outputs" in d.note

    def test_one_of_several_outputs(self):
        x = ag.Variable([1.0, 2.0])
        a, _ = ag.split(x, 2)
        a.backward(np.array([4.0]))
        d = ag.describe(a)
        assert float(d.nodes[-1].gradient[0]) == 4.0

    def test_an_input_that_is_an_output_too(self):
        x = ag.Variable(1.0)
        d = ag.describe([x * 2.0, x])
        assert float(d.nodes[0].gradient) == 3.0


class TestWhatWasWritten:
    def test_frozen_operands_and_what_depends_on_them(self):
        W = ag.Variable(np.ones((10, 10)), requires_grad=False)
        x = ag.Variable(np.ones((5, 10)))
        s = (ag.exp(x @ W.T) + 1.0).sum()
        W.assign(np.full((10, 10), 5.0))
        d = ag.describe(s, gradients=False)
        assert next(n for n in d.nodes if n.kind == "constant").changed
        assert node_named(d, "matmul").range is None or node_named(d, "matmul").range.high == 10.0

    def test_a_kept_view_of_what_was_written(self):
        W = ag.Variable(np.ones((10, 10)))
        y = np.ones((5, 10)) @ W.T
        W.assign(np.full((10, 10), 5.0))
        d = ag.describe(y, gradients=False, limit=None)
        (edge,) = [e for e in d.edges if e.source == "f0"]
        assert edge.value is None

    def test_a_part_of_a_sum_is_no_sum(self):
        x = ag.Variable(2.0)
        y = (x * ag.Variable(np.ones(100))).sum() + x * x
        y.backward()
        assert ag.describe(y).nodes[0].gradient is None

    def test_hooks_are_told(self):
        x = ag.Variable(2.0)
        x.register_hook(lambda g: g * 10)
        h = x * 3.0
        h.register_hook(lambda g: g * 2)
        d = ag.describe(h * 1.0)
        assert [n.hooked for n in d.nodes if n.kind in ("input", "operation")] == [
            True,
            True,
            False,
        ]


class TestDrawingIsNobodysBusiness:
    def test_a_rule_that_raises(self):
        class Broken(ag.Function):
            def forward(self, x):
                return x * 1.0

            def backward(self, gy):
                raise RuntimeError("not today")

        d = ag.describe(Broken()(ag.Variable(1.0)))
        assert "not today" in d.note

    def test_users_forward_is_not_run_again(self):
        runs = []

        class Counted(ag.Function):
            def forward(self, x):
                runs.append(1)
                return x * 1.0

            def backward(self, gy):
                return gy

        ag.describe(Counted()(ag.Variable(np.ones(100))).sum())
        assert len(runs) == 1

    def test_no_rule_at_all(self):
        class Forward(ag.Function):
            def forward(self, x):
                return x * 1.0

        assert ag.describe(Forward()(ag.Variable(1.0))).note.startswith("no gradients")

    def test_infinite_slopes_can_be_drawn_where_they_are_hunted(self):
        with ag.debug():
            d = ag.describe(ag.sqrt(ag.Variable(0.0)))
        assert np.isinf(d.nodes[0].gradient)

    def test_nothing_is_warned_of(self):
        with np.errstate(all="raise"), warnings.catch_warnings():
            warnings.simplefilter("error")
            y = ag.sqrt(ag.Variable([0.0, 1.0])).sum()
            ag.describe(y)

    def test_views_of_frozen_arrays_are_not_named_after_each_other(self):
        W = ag.Variable(np.ones((2, 3)), requires_grad=False)
        bias = W[1]
        x = ag.Variable(np.ones((4, 2)))
        nodes = ag.describe(x @ W, names={bias: "bias"}).nodes
        assert "bias" not in [n.name for n in nodes if n.kind == "constant"]
