"""The graph: depth, sharing, gradients(), descriptions, transitions between orders."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import GraphError, OperandError, ShapeError
from autograd_lite.graph import STATE
from autograd_lite.graph.walk import PICTURED


class TestDepth:
    def test_a_chain_of_a_hundred_thousand(self):
        x = ag.Variable([1.0])
        y = x
        for _ in range(100_000):
            y = y + 1.0
        y.backward()
        assert x.grad.item() == 1.0
        del y

    def test_a_chain_of_a_million_is_deleted_without_a_deep_stack(self):
        script = (
            "import autograd_lite as ag\n"
            "y = x = ag.Variable([1.0])\n"
            "for _ in range(1_000_000): y = y * 1.0\n"
            "y.backward()\n"
            "del y\n"
            "print(x.grad)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
        )
        assert done.stdout.strip() == "[1.]"

    def test_a_long_chain_of_second_order(self):
        x = ag.Variable(1.0)
        y = x
        for _ in range(3000):
            y = y * 1.0
        g = ag.gradients(y * y, x, create_graph=True)
        assert ag.gradients(g, x) == 2.0

    def test_sharing_is_not_exponential(self):
        x = ag.Variable(1.0)
        y = x
        for _ in range(200):
            y = (y + y) * 0.5
        y.backward()
        assert x.grad == 1.0


class TestWalk:
    def test_a_diamond(self):
        x = ag.Variable(3.0)
        a = x * x
        b, c = a * 2.0, a * 5.0
        (b + c).backward(retain_grads=True)
        assert x.grad == 2 * 3.0 * 7
        assert a.grad == 7.0
        assert b.grad == 1.0

    def test_intermediates_have_no_grad_unless_asked(self):
        x = ag.Variable(3.0)
        y = x * 2
        (y * y).backward()
        assert y.grad is None

    def test_backward_of_a_leaf(self):
        x = ag.Variable([1.0, 2.0])
        x.backward(np.array([3.0, 4.0]))
        np.testing.assert_array_equal(x.grad, [3.0, 4.0])

    @pytest.mark.parametrize("wrong", [lambda g: g[:1], lambda g: g.astype(np.float32)])
    def test_a_built_in_rule_cannot_give_a_leaf_what_does_not_fit(self, wrong, monkeypatch):
        monkeypatch.setattr(
            type(ag.exp(ag.Variable(1.0)).creator), "backward", lambda _, g: wrong(g)
        )
        x = ag.Variable([1.0, 2.0])
        with pytest.raises(ShapeError, match="please report"):
            ag.exp(x).backward(np.ones(2))
        assert x.grad is None

    def test_a_number_that_a_users_function_keeps_holds_on_to_no_operand(self):
        class Scaled(ag.Function):
            def forward(self, x):
                self.factor = 3.0
                return x * self.factor

            def backward(self, gy):
                return gy * self.factor

        x = ag.Variable([1.0])
        y = Scaled()(x)
        x.assign([5.0])
        y.backward(np.ones(1))
        assert x.grad == 3.0

    def test_a_grad_that_was_made_read_only_stops_all(self):
        x, y = ag.Variable([1.0]), ag.Variable([2.0])
        (x * y).sum().backward()
        y.grad.flags.writeable = False
        with pytest.raises(GraphError, match="read-only"):
            (x * y).sum().backward()
        np.testing.assert_array_equal([x.grad, y.grad], [[2.0], [1.0]])

    def test_backward_of_a_constant_raises(self):
        with pytest.raises(GraphError, match="no_grad"):
            (ag.Variable(1.0, requires_grad=False) * 2).backward()

    def test_frozen_leaves_get_nothing(self):
        x, w = ag.Variable(2.0), ag.Variable(3.0)
        w.requires_grad = False
        (x * w).backward()
        assert (x.grad, w.grad) == (3.0, None)
        w.requires_grad = True
        (x * w).backward()
        assert w.grad == 2.0


class TestGradients:
    def test_kinds_of_results(self):
        x, y = ag.Variable([1.0, 2.0]), ag.Variable([3.0, 4.0])
        g = ag.gradients((x * y).sum(), x)
        assert isinstance(g, np.ndarray)
        assert g.flags.writeable
        pair = ag.gradients((x * y).sum(), [x, y])
        assert isinstance(pair, tuple)
        assert x.grad is None

    def test_of_intermediates_and_several_outputs(self):
        x = ag.Variable(3.0)
        h = x * x
        g = ag.gradients([h * 2.0, h * h], h, [np.array(1.0), np.array(10.0)])
        assert g == 2.0 + 10 * 2 * 9

    def test_the_walk_ends_at_the_inputs(self):
        x = ag.Variable(3.0)
        h = x * x
        (h * 2.0).backward()
        assert ag.gradients(h * h, h) == 18.0  # what lies before h was released, and is not needed
        seen = []
        h = x * x
        h.register_hook(lambda g: seen.append(g.item()))
        ag.gradients(h * 5.0, h)
        assert seen == [5.0]
        assert ag.gradients(h, h) == 1.0

    def test_weights_that_are_variables(self):
        x, weight = ag.Variable([1.0, 2.0]), ag.Variable([3.0, 4.0])
        g = ag.gradients(x * x, x, weight, create_graph=True)
        np.testing.assert_array_equal(ag.gradients(g.sum(), weight), [2.0, 4.0])

    def test_the_rest_of_the_graph_is_left_alone(self):
        x, w = ag.Variable(3.0), ag.Variable(2.0)
        h = x * x
        y = h * w
        ag.gradients(y, w)
        h.backward()  # the branch to x was not on the way to w
        assert x.grad == 6.0

    def test_bad_arguments(self):
        x = ag.Variable([1.0, 2.0])
        with pytest.raises(OperandError):
            ag.gradients([3.0], [x])
        with pytest.raises(ShapeError, match="needs its gradient"):
            ag.gradients(x * 2, x)
        with pytest.raises(ShapeError, match="grad_outputs"):
            ag.gradients([x * 2], [x], [np.ones(2), np.ones(2)])

    def test_hessian_of_a_quadratic(self):
        m = np.array([[2.0, 1.0], [1.0, 5.0]])
        x = ag.Variable([1.0, -1.0])
        g = ag.gradients(x @ m @ x * 0.5, x, create_graph=True)
        rows = [ag.gradients(g[i], x, retain_graph=True) for i in range(2)]
        np.testing.assert_allclose(rows, m)


class TestDescription:
    def test_the_apple(self):
        apple, count, tax = (
            ag.Variable(v, name=n) for v, n in ((100.0, "apple"), (2.0, "count"), (1.1, "tax"))
        )
        price = apple * count * tax
        before = ag.describe(price)
        assert apple.grad is None
        price.backward()
        after = ag.describe(price)
        for d in (before, after):
            values = [float(e.value) for e in d.edges]
            gradients = [round(float(e.gradient), 9) for e in d.edges]
            assert values == pytest.approx([100, 2, 200, 1.1, 220])
            assert gradients == [2.2, 110, 1.1, 200, 1]
        assert [n.id for n in before.nodes] == [n.id for n in after.nodes]

    def test_both_edges_of_a_square_and_their_sum(self):
        x = ag.Variable(3.0)
        d = ag.describe(x * x)
        edges = [e for e in d.edges if e.target == "f0"]
        assert [(e.position, float(e.gradient)) for e in edges] == [(0, 3.0), (1, 3.0)]
        assert d.nodes[0].gradient == 6.0

    def test_fourteen_squarings(self):
        y = ag.Variable(1.0)
        for _ in range(14):
            y = y * y
        d = ag.describe(y)
        assert sum(n.kind == "operation" for n in d.nodes) == 14
        assert len(d.edges) == 29

    @pytest.mark.parametrize("call", [ag.multiply, lambda x, c: ag.where(c > 0, x, c)])
    @pytest.mark.parametrize("size", [3, 1000])
    def test_constants_are_known_as_long_as_a_person_can_read_them(self, call, size):
        constant = np.arange(1.0, size + 1)
        y = call(ag.Variable(np.ones(size)), constant)
        constant[...] = 0.0
        (shown,) = [n for n in ag.describe(y).nodes if n.kind == "constant"]
        assert shown.shape == (size,)
        if size == 3:
            np.testing.assert_array_equal(shown.value, [1.0, 2.0, 3.0])
        else:
            assert shown.value is None

    def test_constants_several_outputs_and_hidden_ones(self):
        class Both(ag.Function):
            outputs = ("a", "b")

            def forward(self, x):
                return x * 1.0, x * 2.0

            def backward(self, ga, gb):
                return ga + 2 * gb

        x = ag.Variable([1.0])
        a, b = Both()(x)
        d = ag.describe([a * 3.0, b])
        assert {e.output for e in d.edges if e.source == "f0"} == {0, 1}
        assert sum(n.kind == "constant" for n in d.nodes) == 1
        loss = ag.softmax_cross_entropy(ag.Variable(np.zeros((2, 3))), [0, 1])
        assert [n.name for n in ag.describe(loss).nodes if n.kind == "operation"] == [
            "softmax_cross_entropy"
        ]

    def test_large_arrays_are_outlined(self):
        x = ag.Variable(np.ones((100, 50)))
        d = ag.describe((x * 2.0).sum())
        node = next(n for n in d.nodes if n.name == "mul")
        assert (node.value, node.shape, node.dtype) == (None, (100, 50), "float64")

    def test_a_value_written_since_is_marked(self):
        x = ag.Variable([1.0])
        y = (x * 2.0).sum()
        y.backward()
        x.assign([5.0])
        assert [n.changed for n in ag.describe(y).nodes if n.kind == "input"] == [True]

    def test_it_is_linear_and_long_graphs_keep_no_gradients(self):
        y = x = ag.Variable([1.0])
        for _ in range(PICTURED + 1000):
            y = y + 1.0
        assert "more than 10,000" in ag.describe(y).note
        y.backward()
        d = ag.describe(y)
        assert len(d.nodes) > PICTURED
        assert d.note is not None
        assert x.grad.item() == 1.0

    def test_two_runs_give_the_same(self):
        def run():
            x = ag.Variable([1.0, 2.0], name="x")
            y = (ag.exp(x) * x + 3.0).sum()
            return ag.draw(y).dot

        assert run() == run()


class TestObserver:
    def test_it_is_told_of_start_and_end(self):
        told = []

        class Listener:
            def forward_starts(self, node, arrays):
                told.append(("forward_starts", node.name))

            def forward_ends(self, node, arrays, outputs):
                told.append(("forward_ends", node.name, len(outputs)))

            def backward_starts(self, node, gradient):
                told.append(("backward_starts", node.name))

            def backward_ends(self, node, gradient, gradients):
                told.append(("backward_ends", node.name, len(gradients)))

        STATE.observer = Listener()
        try:
            (ag.Variable(2.0) * 3.0).backward()
        finally:
            STATE.observer = None
        assert told == [
            ("forward_starts", "mul"),
            ("forward_ends", "mul", 1),
            ("backward_starts", "mul"),
            ("backward_ends", "mul", 2),
        ]
