"""Ways in which a gradient once went wrong without a word, and false alarms: each stays closed."""

from __future__ import annotations

import copy
import threading
from types import SimpleNamespace

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import AutogradError, DTypeError, GraphError, OperandError, ShapeError
from autograd_lite.graph import STATE, is_recording


class TestWrites:
    def test_to_a_constant_that_shares_memory_with_a_result(self):
        for constant in (lambda y: y.detach(), lambda y: ag.no_grad()(y.reshape)(-1)):
            x = ag.Variable([1.0, 2.0])
            y = ag.exp(x)
            constant(y).assign([0.0, 0.0])
            y.sum().backward()
            np.testing.assert_allclose(x.grad, np.exp([1.0, 2.0]))

    def test_to_a_thawed_constant(self):
        x = ag.Variable([1.0, 2.0])
        y = ag.exp(x)
        d = y.detach()
        d.requires_grad = True
        (d * d).sum().backward()
        ag.optim.SGD([d], lr=1.0).step()
        y.sum().backward()
        np.testing.assert_allclose(x.grad, np.exp([1.0, 2.0]))

    def test_to_a_constant_result_that_a_rule_reads(self):
        c, w = ag.exp(np.zeros(2)), ag.Variable([1.0, 2.0])
        y = (w * c).sum()
        c.assign([5.0, 5.0])
        y.backward()
        np.testing.assert_array_equal(w.grad, [1.0, 1.0])

    def test_to_the_leaf_of_a_view_before_a_second_order_pass(self):
        w = ag.Variable([1.0, 2.0, 3.0])
        g = ag.gradients((w.reshape(3) ** 3).sum(), w, create_graph=True)
        w.assign([10.0, 20.0, 30.0])
        with pytest.raises(GraphError, match="written"):
            ag.gradients(g.sum(), w)

    def test_to_foreign_index_arrays(self):
        class Foreign:
            def __init__(self, values):
                self.values = np.array(values)

            def __array__(self, dtype=None, copy=None):
                return self.values

        x, index, holds = (
            ag.Variable([1.0, 2.0, 3.0]),
            Foreign([0, 1]),
            Foreign([True, False, True]),
        )
        y, z = x[index].sum(), ag.where(holds, x, 0.0).sum()
        index.values[0], holds.values[:] = 2, False
        y.backward()
        np.testing.assert_array_equal(x.grad, [1.0, 1.0, 0.0])
        z.backward()
        np.testing.assert_array_equal(x.grad, [2.0, 1.0, 1.0])

    def test_to_what_a_sigmoid_was_computed_from(self):
        x = ag.Variable([0.0])
        p = ag.sigmoid(x)
        with ag.no_grad():
            q = ag.sigmoid(x)
        x.assign([5.0])
        with pytest.raises(GraphError, match="written"):
            ag.binary_cross_entropy(p, [1.0])
        np.testing.assert_allclose(ag.binary_cross_entropy(q, [1.0]).item(), np.log(2))

    def test_no_grad_holds_through_the_loss_of_a_sigmoid(self):
        x = ag.Variable([0.5])
        with ag.no_grad():
            p = ag.sigmoid(x)
        assert not ag.binary_cross_entropy(p, [1.0]).requires_grad

    def test_a_gradient_that_a_hook_kept_is_not_the_leafs_own(self):
        seen = []
        x = ag.Variable(np.ones(100))
        x.register_hook(seen.append)
        (x * 2.0).sum().backward()
        (x * 5.0).sum().backward()
        np.testing.assert_array_equal(seen[0], np.full(100, 2.0))

    def test_a_gradient_that_an_intermediate_hook_kept_is_not_the_leafs_own(self):
        kept = []
        a, b = ag.Variable(np.ones(100)), ag.Variable(np.ones(100))
        for _ in range(2):
            m = a * 2.0
            m.register_hook(kept.append)
            (m + b).backward(np.ones(100))
        np.testing.assert_array_equal(kept[0], np.ones(100))

    def test_a_leaf_frozen_since_gets_nothing(self):
        w = ag.Variable([1.0])
        y = (w * ag.Variable([2.0])).sum()
        w.requires_grad = False
        y.backward()
        assert w.grad is None


class TestWhatCustomForwardsKeep:
    @staticmethod
    def square(keep, read):
        class Square(ag.Function):
            def __init__(self):
                self.saved = []

            def forward(self, x):
                keep(self, x)
                return x * x

            def backward(self, gy):
                return 2 * read(self) * gy

        return Square()

    @pytest.mark.parametrize(
        ("keep", "read"),
        [
            (lambda node, x: node.saved.append(x), lambda node: node.saved[0]),
            (lambda node, x: setattr(node, "get", lambda: x), lambda node: node.get()),
            (lambda node, x: setattr(node, "box", SimpleNamespace(x=x)), lambda node: node.box.x),
        ],
        ids=["list", "closure", "object"],
    )
    def test_wherever_it_is_put(self, keep, read):
        x = ag.Variable([3.0])
        with pytest.raises(GraphError, match="declared constant"):
            ag.gradients(self.square(keep, read)(x) * x, x, np.ones(1), create_graph=True)
        y = self.square(keep, read)(x).sum()
        x.assign([100.0])
        try:
            y.backward()
        except GraphError:
            return
        np.testing.assert_array_equal(x.grad, [6.0])

    def test_a_rule_without_return_is_named(self):
        class Forgot(ag.Function):
            def forward(self, x):
                return x * 1.0

            def backward(self, gy):
                gy * 1.0

        with pytest.raises(OperandError, match="return missing"):
            Forgot()(ag.Variable(1.0)).backward()

    def test_misshapen_classes_are_refused_where_they_are_made(self):
        with pytest.raises(OperandError, match="ordinary method"):

            class Static(ag.Function):
                @staticmethod
                def forward(ctx, x):
                    return x

        with pytest.raises(OperandError, match="__slots__"):

            class Slotted(ag.Function):
                __slots__ = ("x",)

                def forward(self, x):
                    return x

    def test_an_unused_instance_can_be_copied(self):
        class Scale(ag.Function):
            def __init__(self, by):
                self.by = by

            def forward(self, x):
                return x * self.by

        assert copy.deepcopy(Scale(3.0))(2.0).item() == 6.0


class TestSecondOrder:
    def test_power_at_a_zero_exponent_is_symmetric(self):
        a, b = ag.Variable(2.0), ag.Variable(0.0)
        ga = ag.gradients(a**b, a, create_graph=True)
        gb = ag.gradients(a**b, b, create_graph=True)
        assert ag.gradients(ga, b) == ag.gradients(gb, a) == 0.5

    def test_hooks_and_intermediates_of_a_loss_with_a_hidden_output(self):
        def loss():
            x = ag.Variable([[0.3, -0.2, 0.9]])
            return x, ag.softmax_cross_entropy(x, [1])

        x, plain = loss()
        g = ag.gradients(plain, x, create_graph=True)
        expected = ag.gradients((g * g).sum(), x)
        x, hooked = loss()
        hooked.register_hook(lambda g: g * 1.0)
        g = ag.gradients(hooked, x, create_graph=True)
        np.testing.assert_allclose(ag.gradients((g * g).sum(), x), expected)
        x, kept = loss()
        g = ag.gradients(kept, x, create_graph=True)
        ((g * g).sum() + kept).backward(retain_grads=True)
        assert kept.grad is not None

    def test_weights_of_first_order_gradients_may_be_variables(self):
        x = ag.Variable([1.0, 2.0])
        g = ag.gradients(ag.softmax(x), x, ag.Variable([1.0, 1.0]))
        np.testing.assert_allclose(g, [0.0, 0.0], atol=1e-15)


class TestLossesOfOddInput:
    def test_integers_are_not_cut_short(self):
        whole = ag.binary_cross_entropy_with_logits([1, 1], [0.5, 0.5]).item()
        assert whole == ag.binary_cross_entropy_with_logits([1.0, 1.0], [0.5, 0.5]).item()
        assert ag.binary_cross_entropy([1, 1], [0.5, 0.5]).item() == 50.0
        assert ag.mean_squared_error(np.uint8([250]), np.uint8([5])).item() == 245.0**2

    def test_a_python_number_as_target_promotes_nothing(self):
        assert ag.mean_squared_error(ag.Variable(np.float32(1.0)), 0.5).dtype == np.float32


class TestPicturesAgree:
    def test_an_edge_without_a_gradient_does_not_hide_the_others(self):
        class Nothing(ag.Function):
            def forward(self, x):
                return x * 0.0

            def backward(self, gy):
                return (None,)

        x = ag.Variable(1.0)
        d = ag.describe(x * 2.0 + Nothing()(x) + x * 3.0)
        assert next(n for n in d.nodes if n.kind == "input").gradient == 5.0


class TestFalseAlarms:
    def test_the_most_ordinary_hook_on_a_scalar(self):
        x = ag.Variable(3.0)
        x.register_hook(lambda g: g * 2)
        (x * x).backward()
        assert x.grad == 12.0

    def test_adding_to_a_result_under_no_grad(self):
        x = ag.Variable(3.0)
        with ag.no_grad():
            h = x * 2
            h += 1
        assert h.item() == 7.0

    def test_one_variable_in_two_places(self):
        x = ag.Variable(np.array([0.5, 1.5], np.float32))
        ag.gradcheck(lambda a, b: a * b, [x, x])


class TestModesAndThreads:
    def test_debug_blocks_that_overlap(self):
        first, second = ag.debug(), ag.debug()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert STATE.observer is second
        second.__exit__(None, None, None)
        assert STATE.observer is None

    def test_decorators_refuse_what_they_cannot_hold(self):
        with pytest.raises(OperandError, match="generator"):

            @ag.no_grad()
            def generator():
                yield 1

        with pytest.raises(OperandError, match="parentheses"):

            @ag.no_grad
            def function():
                return 1

    def test_one_instance_in_two_threads(self):
        shared, errors, barrier = ag.no_grad(), [], threading.Barrier(2)

        def work():
            try:
                with shared:
                    barrier.wait(5)
                    assert not is_recording()
                    barrier.wait(5)
                assert is_recording()
            except (AssertionError, ValueError, threading.BrokenBarrierError) as error:
                errors.append(error)

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors


class TestErrorsAreOfTheFamily:
    @pytest.mark.parametrize(
        "attempt",
        [
            lambda x: np.repeat(x, [1, 2, 3]),
            lambda x: x * 10**400,
            lambda x: ag.add(np.ones(2, np.uint8), -1),
            lambda x: x.reshape(2.0),
            lambda x: np.sum(x, 0, np.float32),
            lambda x: np.where(x),
            lambda x: np.greater(np.ones(2), 0, out=x),
            lambda x: ag.scatter_add(x, slice(0, 3), (5,)),
            lambda x: ag.gradients(None, x),
            lambda x: ag.gradients(x.sum(), 3),
            lambda x: ag.describe([x, x], grad_outputs=[np.ones(2)]),
            lambda x: ag.describe(x, grad_outputs=np.ones(3)),
            lambda x: ag.draw(3.0),
            lambda x: ag.Variable([1.0], dtype="abc"),
            lambda x: ag.Variable([1j], dtype=float, requires_grad=False),
            lambda x: ag.optim.SGD([x], lr="0.1"),
            lambda x: ag.optim.SGD([x, x], lr=0.1),
            lambda x: ag.optim.SGD(x, lr=0.1),
            lambda x: ag.optim.SGD([x], lr=0.1).step(),
            lambda x: ag.gradcheck(lambda v: None, x),
            lambda x: ag.numerical_gradient(lambda v: None, x),
            lambda x: setattr(x, "data", np.zeros(2)),
            lambda x: x[5],
            lambda x: x @ np.ones((3, 2)),
        ],
    )
    def test_plausible_mistakes(self, attempt):
        with pytest.raises(AutogradError):
            attempt(ag.Variable([1.0, 2.0]))

    def test_a_product_names_columns_and_rows(self):
        with pytest.raises(ShapeError, match="3 columns, the second 4 rows"):
            ag.Variable(np.ones((5, 3))) @ np.ones((4, 2))

    def test_a_rule_that_asks_for_what_cannot_be_recorded(self):
        class Sine(ag.Function):
            keeps = ("x",)

            def forward(self, x):
                self.x = x
                return self.xp.sin(x)

            def backward(self, gy):
                return gy * self.xp.i0(self.x)

        x = ag.Variable(1.0)
        with pytest.raises(OperandError, match="no second derivative"):
            ag.gradients(Sine()(x), x, create_graph=True)

    def test_a_number_where_an_array_is_due(self):
        class Summed(ag.Function):
            def forward(self, x):
                return x * 1.0

            def backward(self, gy):
                return gy.sum()

        with pytest.raises(OperandError, match=r"a number.*shape \(2,\)"):
            Summed()(ag.Variable([1.0, 2.0])).sum().backward()

    def test_dtypes_that_cannot_be(self):
        with pytest.raises(DTypeError):
            ag.astype(np.ones(2), object)
        with pytest.raises(DTypeError, match="imaginary part"):
            ag.astype(np.ones(2, complex), float)
