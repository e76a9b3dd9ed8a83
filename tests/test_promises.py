"""One test, or a few, for every promise: each would fail without it."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import threading
import weakref

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import (
    ArgumentError,
    AutogradError,
    DTypeError,
    GraphError,
    OperandError,
    ShapeError,
)


class TestValuesStayAsTheyWere:
    def test_the_callers_array_is_copied(self):
        data = np.array([1.0, 2.0])
        x = ag.Variable(data)
        y = (x * x).sum()
        data[:] = 100.0
        y.backward()
        np.testing.assert_array_equal(x.grad, [2.0, 4.0])

    def test_what_offers_an_array_is_copied_too(self):
        class Table:
            values = np.array([1.0, 2.0])

            def __array__(self, dtype=None, copy=None):
                return self.values

        x = ag.Variable(Table())
        Table.values[:] = 9.0
        np.testing.assert_array_equal(x.data, [1.0, 2.0])

    def test_data_cannot_be_written_nor_made_writable(self):
        x = ag.Variable([1.0, 2.0])
        with pytest.raises(ValueError, match="read-only"):
            x.data[0] = 5.0
        with pytest.raises(ValueError):
            x.data.flags.writeable = True
        with pytest.raises(ValueError, match="read-only"):
            (x * 2).data[0] = 5.0

    def test_a_constant_that_a_rule_reads_is_copied(self):
        x, factor = ag.Variable([1.0, 2.0]), np.array([3.0, 4.0])
        y = (x * factor).sum()
        factor[:] = 0.0
        y.backward()
        np.testing.assert_array_equal(x.grad, [3.0, 4.0])

    @pytest.mark.parametrize("index", [np.array([0, 0]), np.array([True, False, True])])
    def test_an_index_is_copied(self, index):
        x = ag.Variable([1.0, 2.0, 3.0])
        kept = index.copy()
        y = x[index].sum()
        index[:] = 1
        y.backward()
        expected = np.zeros(3)
        np.add.at(expected, kept, 1.0)
        np.testing.assert_array_equal(x.grad, expected)

    def test_labels_and_conditions_are_copied(self):
        x, labels, holds = ag.Variable(np.eye(3)), np.array([0, 1, 2]), np.array([True, False])
        v = ag.Variable([1.0, 2.0])
        loss, chosen = ag.softmax_cross_entropy(x, labels), ag.where(holds, v, 0.0).sum()
        labels[:], holds[:] = 0, False
        loss.backward()
        chosen.backward()
        assert np.all(np.diag(x.grad) < 0)
        np.testing.assert_array_equal(v.grad, [1.0, 0.0])

    def test_read_only_memory_is_shared_not_copied(self):
        batch = np.ones((4, 3))
        batch.flags.writeable = False
        w = ag.Variable(np.ones((3, 2)))
        y = ag.matmul(batch, w)
        assert y.creator.a is batch
        view_of_writable = np.ones((4, 3))[:]
        view_of_writable.flags.writeable = False
        assert ag.matmul(view_of_writable, w).creator.a is not view_of_writable

    def test_an_operand_written_since_raises_and_names_the_operation(self):
        w, x = ag.Variable([2.0]), ag.Variable([3.0])
        y = (w * x).sum()
        w.assign([5.0])
        with pytest.raises(GraphError, match="mul"):
            y.backward()
        assert w.grad is None
        assert x.grad is None

    @pytest.mark.parametrize("view", [lambda w: w.T, lambda w: w.detach(), lambda w: w.reshape(4)])
    def test_views_share_the_version(self, view):
        w, x = ag.Variable(np.ones((2, 2))), ag.Variable(2.0)
        y = (view(w) * x).sum()
        w.assign(np.zeros((2, 2)))
        with pytest.raises(GraphError, match="written"):
            y.backward()

    def test_what_is_not_read_again_may_be_written(self):
        w, x = ag.Variable([2.0]), ag.Variable([3.0])
        y = (w + x).sum()
        w.assign([5.0])
        y.backward()
        np.testing.assert_array_equal(w.grad, [1.0])

    def test_an_operand_kept_for_the_other_gradient_only(self):
        w = ag.Variable([2.0])
        y = (w * np.array([3.0])).sum()  # the rule reads 3, not w
        w.assign([5.0])
        y.backward()
        np.testing.assert_array_equal(w.grad, [3.0])

    def test_an_optimizer_step_counts_as_a_write(self):
        w = ag.Variable([2.0])
        optimizer = ag.optim.SGD([w], lr=0.1)
        later = (w * w).sum()
        (w * 3).sum().backward()
        optimizer.step()
        with pytest.raises(GraphError):
            later.backward()

    def test_a_custom_forward_cannot_write_its_operands(self):
        class Clobber(ag.Function):
            def forward(self, x):
                x[0] = 0.0
                return x * 1.0

        with pytest.raises(ValueError, match="read-only"):
            Clobber()(ag.Variable([1.0]))

    def test_a_custom_result_shares_no_writable_memory(self):
        buffer = np.ones(3)

        class Buffered(ag.Function):
            def forward(self, x):
                np.multiply(x, 2.0, out=buffer)
                return buffer[:]

            def backward(self, gy):
                return 2 * gy

        y = Buffered()(ag.Variable(np.ones(3)))
        buffer[:] = 100.0
        np.testing.assert_array_equal(y.data, [2.0, 2.0, 2.0])

    def test_an_array_that_a_custom_forward_keeps_is_copied(self):
        mask = np.array([1.0, 0.0])

        class Masked(ag.Function):
            constants = ("mask",)

            def forward(self, x):
                self.mask = mask
                return x * mask

            def backward(self, gy):
                return gy * self.mask

        x = ag.Variable([1.0, 1.0])
        y = Masked()(x)
        mask[:] = 7.0
        y.backward(np.ones(2))
        np.testing.assert_array_equal(x.grad, [1.0, 0.0])


class TestGradIsOwned:
    def graph(self):
        a, b = ag.Variable(np.ones(100), name="a"), ag.Variable(np.ones(100), name="b")
        return a, b, a + b + a.reshape(100)

    def test_it_is_writable_and_shares_memory_with_nothing(self):
        a, b, y = self.graph()
        seed = np.ones(100)
        y.backward(seed)
        for grad in (a.grad, b.grad):
            assert grad.flags.writeable
            assert not np.shares_memory(grad, seed)
        assert not np.shares_memory(a.grad, b.grad)
        a.grad[:] = 9.0
        np.testing.assert_array_equal(b.grad, np.ones(100))

    def test_writing_it_changes_no_saved_array(self):
        w, x = ag.Variable(np.full(100, 2.0)), ag.Variable(np.full(100, 3.0))
        y = (w * x).sum()
        y.backward(retain_graph=True)
        w.grad[:] = 0.0
        y.backward()
        np.testing.assert_array_equal(x.grad, np.full(100, 4.0))

    def test_backward_accumulates(self):
        x = ag.Variable(3.0)
        (x * 2).backward()
        (x * 5).backward()
        assert x.grad == 7.0
        x.zero_grad()
        assert x.grad is None

    def test_it_is_all_or_nothing(self):
        class Fails(ag.Function):
            def forward(self, x):
                return x * 1.0

            def backward(self, gy):
                raise ZeroDivisionError

        a, b = ag.Variable(1.0), ag.Variable(1.0)
        a.grad = np.array(4.0)
        y = Fails()(a) + b * 2.0 + a
        with pytest.raises(ZeroDivisionError):
            y.backward()
        assert a.grad == 4.0
        assert b.grad is None

    def test_a_grad_that_is_set_is_checked_and_copied(self):
        x, given = ag.Variable([1.0, 2.0]), np.ones(2)
        x.grad = given
        given[:] = 5.0
        np.testing.assert_array_equal(x.grad, [1.0, 1.0])
        with pytest.raises(ShapeError):
            x.grad = np.ones(3)


class TestGradientsAreChecked:
    @staticmethod
    def returning(result):
        class Custom(ag.Function):
            def forward(self, x):
                return x * 1.0

            def backward(self, gy):
                return result(gy)

        return Custom()

    @pytest.mark.parametrize(
        ("result", "error"),
        [
            (lambda gy: gy.sum(keepdims=True), ShapeError),
            (lambda gy: gy.astype(np.float32), DTypeError),
            (lambda gy: (gy, gy), OperandError),
            (lambda gy: "gradient", OperandError),
            (lambda gy: gy.tolist(), OperandError),
        ],
    )
    def test_what_a_rule_returns(self, result, error):
        x = ag.Variable([1.0, 2.0])
        y = self.returning(result)(x)
        with pytest.raises(error, match="Custom"):
            y.backward(np.ones(2))
        assert x.grad is None

    def test_a_rule_cannot_write_its_gradient(self):
        def clobber(gy):
            gy *= 0.0
            return gy

        with pytest.raises(ValueError, match="read-only"):
            self.returning(clobber)(ag.Variable([1.0, 2.0])).backward(np.ones(2))

    def test_hooks_may_replace_but_not_misshape_or_write(self):
        x = ag.Variable([1.0, 2.0])
        x.register_hook(lambda g: 2 * g)
        y = x * 3.0
        y.register_hook(lambda g: g * 10.0)
        y.backward(np.ones(2))
        np.testing.assert_array_equal(x.grad, [60.0, 60.0])
        for bad in (lambda g: g[:1], lambda g: g.astype(np.float32), lambda g: 0.0):
            v = ag.Variable([1.0, 2.0])
            v.register_hook(bad)
            with pytest.raises(ShapeError, match="hook"):
                (v * 2.0).backward(np.ones(2))
            assert v.grad is None
        v = ag.Variable([1.0, 2.0])
        v.register_hook(lambda g: g.__setitem__(0, 0.0))
        with pytest.raises(ValueError, match="read-only"):
            (v * 2.0).sum().backward()

    def test_the_seed(self):
        x = ag.Variable([1.0, 2.0])
        with pytest.raises(ShapeError, match="needs its gradient"):
            (x * 2).backward()
        with pytest.raises(ShapeError):
            (x * 2).backward(np.ones(3))
        with pytest.raises(DTypeError):
            (x * 2).backward(np.ones(2, dtype=np.float32))

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_shape_and_dtype_follow_the_input(self, dtype):
        x = ag.Variable(np.ones((2, 1), dtype))
        w = ag.Variable(np.ones(3, dtype))
        (ag.tanh(x * w) * 2.0 - 1).mean().backward()
        assert (x.grad.shape, x.grad.dtype) == ((2, 1), dtype)
        assert (w.grad.shape, w.grad.dtype) == ((3,), dtype)


class TestDTypes:
    def test_a_leaf_keeps_its_own(self):
        assert ag.Variable(np.float32(1.0)).dtype == np.float32
        assert ag.Variable(3).dtype == np.float64
        assert ag.Variable([1, 2]).dtype == np.float64
        assert (ag.Variable(np.ones(2, np.float32)) * 2.0 / 3 + 1).dtype == np.float32

    @pytest.mark.parametrize(
        "data",
        [
            np.array([1, 2]),
            np.array([True]),
            np.array([object()]),
            np.ma.masked_array([1.0], [True]),
            lambda: np.matrix([[1.0]]),
            np.array(["a"]),
        ],
        ids=["int", "bool", "object", "masked", "matrix", "text"],
    )
    @pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
    def test_what_cannot_have_a_gradient(self, data):
        if callable(data):  # NumPy warns of matrices where they are made
            data = data()
        with pytest.raises(AutogradError) as caught:
            ag.Variable(data)
        assert isinstance(caught.value, TypeError)

    def test_the_message_prints_the_fix(self):
        with pytest.raises(DTypeError, match="dtype=float"):
            ag.Variable(np.array([1, 2]))

    def test_mixed_dtypes_are_promoted_and_recorded(self):
        x, y = ag.Variable(np.ones(2, np.float32)), ag.Variable(np.ones(2))
        z = x * y
        assert z.dtype == np.float64
        z.sum().backward()
        assert x.grad.dtype == np.float32

    def test_float16_sums_accumulate_wide(self):
        x = ag.Variable(np.full((4096, 2), 1.0, np.float16))
        np.testing.assert_array_equal(x.sum(axis=0).data, [4096.0, 4096.0])
        b = ag.Variable(np.zeros(2, np.float16))
        (x + b).sum(axis=0).backward(np.ones(2, np.float16))
        np.testing.assert_array_equal(b.grad, [4096.0, 4096.0])


class TestRelease:
    def test_a_second_backward_raises(self):
        x = ag.Variable(2.0)
        y = x * x
        y.backward()
        with pytest.raises(GraphError, match="this graph was released"):
            y.backward()
        z = x + 1.0  # nothing was kept, and yet
        z.backward()
        with pytest.raises(GraphError, match="this graph was released"):
            z.backward()

    def test_retain_graph(self):
        x = ag.Variable(2.0)
        y = x * x
        y.backward(retain_graph=True)
        y.backward()
        assert x.grad == 8.0

    def test_saved_arrays_are_freed_at_once_though_the_losses_are_kept(self):
        x = ag.Variable(np.ones(1000))
        losses = []
        for _ in range(3):
            hidden = ag.exp(x)
            watch = weakref.ref(hidden.creator.out)
            losses.append((hidden * hidden).sum())
            del hidden
            assert watch() is not None
            losses[-1].backward()
            assert watch() is None

    @pytest.mark.parametrize("create_graph", [False, True])
    def test_reference_counting_alone_frees_everything(self, create_graph):
        gc.collect()
        gc.disable()
        try:
            x = ag.Variable(np.ones(50))
            loss = (ag.sigmoid(x) * x).sum()
            node = weakref.ref(x._data)
            g = ag.gradients(loss, x, create_graph=create_graph)
            del x, loss, g
            assert node() is None
        finally:
            gc.enable()

    def test_an_exception_in_a_rule_leaves_no_cycle(self):
        x = ag.Variable(np.ones(50))
        data = weakref.ref(x._data)
        y = (x * x).sum()
        y.backward()
        with pytest.raises(GraphError):
            y.backward()
        del x, y
        gc.collect()
        assert data() is None

    def test_fifty_additions_hold_few_arrays(self):
        import tracemalloc

        size = 200_000
        x = ag.Variable(np.ones(size))
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        y = x
        for _ in range(50):
            y = y + 1.0
        y.backward(np.ones(size))
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
        assert peak <= 4.1 * 8 * size  # 3 of the graph, and the caller's seed


class TestModes:
    def test_no_grad_and_enable_grad_nest_and_restore(self):
        x = ag.Variable(1.0)
        with ag.no_grad():
            assert not (x * 2).requires_grad
            with ag.enable_grad():
                assert (x * 2).requires_grad
            with pytest.raises(ZeroDivisionError), ag.enable_grad():
                raise ZeroDivisionError
            assert not (x * 2).requires_grad
        assert (x * 2).requires_grad

    def test_as_decorators_also_recursive(self):
        x = ag.Variable(1.0)

        @ag.no_grad()
        def f(depth):
            return x * 2 if depth == 0 else f(depth - 1)

        assert not f(3).requires_grad
        assert (x * 2).requires_grad

    def test_modes_are_per_thread(self):
        x, seen = ag.Variable(1.0), []
        with ag.no_grad():
            thread = threading.Thread(target=lambda: seen.append((x * 2).requires_grad))
            thread.start()
            thread.join()
        assert seen == [True]

    def test_concurrent_backwards_lose_no_update(self):
        x = ag.Variable(np.ones(3))

        def work():
            for _ in range(200):
                (x * 2.0).sum().backward()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        np.testing.assert_array_equal(x.grad, np.full(3, 2.0 * 200 * 8))

    def test_a_first_order_rule_runs_whatever_the_mode(self):
        x = ag.Variable(2.0)
        y = x * x
        with ag.no_grad():
            y.backward()
        assert x.grad == 4.0


class TestKinksAndPoles:
    def test_ties_of_max_share(self):
        x = ag.Variable([2.0, 5.0, 5.0])
        x.max().backward()
        np.testing.assert_array_equal(x.grad, [0.0, 0.5, 0.5])

    def test_ties_of_maximum_give_one_in_total(self):
        a, b = ag.Variable(3.0), ag.Variable(3.0)
        ag.maximum(a, b).backward()
        assert a.grad + b.grad == 1.0
        v = ag.Variable(3.0)
        ag.maximum(v, v).backward()
        assert v.grad == 1.0

    @pytest.mark.parametrize("hidden", [ag.sqrt, ag.log, lambda x: 1.0 / x, lambda x: x**0.5])
    @pytest.mark.filterwarnings("ignore::RuntimeWarning")
    def test_the_where_trap(self, hidden):
        x = ag.Variable([0.0, 4.0])
        y = ag.where([False, True], hidden(x), 0.0)
        (g,) = ag.gradients(y.sum(), [x], create_graph=True)
        assert g.data[0] == 0.0
        assert np.isfinite(g.data).all()
        g2 = ag.gradients(g.sum(), x)
        assert g2[1] != 0.0  # the mask hid the pole alone
        assert np.isfinite(g2[1])

    @pytest.mark.filterwarnings("ignore::RuntimeWarning")
    def test_a_pole_that_counts_stays_infinite(self):
        x = ag.Variable(0.0)
        ag.sqrt(x).backward()
        assert x.grad == math.inf

    def test_powers_take_their_limits(self):
        x = ag.Variable([0.0, 2.0])
        (x**0).sum().backward()
        np.testing.assert_array_equal(x.grad, [0.0, 0.0])
        x.zero_grad()
        (x**1).sum().backward()
        np.testing.assert_array_equal(x.grad, [1.0, 1.0])
        n = ag.Variable([2.0, 3.0])
        (0.0**n).sum().backward()
        np.testing.assert_array_equal(n.grad, [0.0, 0.0])


class TestLosses:
    @pytest.mark.parametrize(("logit", "label"), [(1e4, 1), (-1e4, 0), (1e4, 0)])
    def test_softmax_cross_entropy_is_exact_far_out(self, logit, label):
        x = ag.Variable([[logit, 0.0]])
        loss = ag.softmax_cross_entropy(x, [label])
        exact = max(logit, 0.0) - (logit if label == 0 else 0.0)
        assert loss.item() == exact
        loss.backward()
        assert np.isfinite(x.grad).all()

    def test_binary_cross_entropy_of_a_sigmoid_uses_its_logits(self):
        x = ag.Variable([1e4, -1e4])
        loss = ag.binary_cross_entropy(ag.sigmoid(x), [0, 1])
        assert loss.item() == 1e4
        loss.backward()
        np.testing.assert_array_equal(x.grad, [0.5, -0.5])

    def test_binary_cross_entropy_of_bare_probabilities_is_bounded(self):
        p = ag.Variable([0.0, 1.0])
        assert ag.binary_cross_entropy(p, [1, 0]).item() == 100.0
        assert ag.binary_cross_entropy(p, [0, 1]).item() == 0.0

    @pytest.mark.parametrize(
        ("labels", "error"),
        [
            ([0, 3], ArgumentError),
            ([0, -1], ArgumentError),
            ([0.0, 1.0], DTypeError),
            ([0, 1, 2], ShapeError),
            ([[0], [1]], ShapeError),
            (1, ShapeError),
            ([[1, 0, 0], [0, 1, 1]], ArgumentError),
            ([[0.5, 0.6, 0], [0, 1, 0]], ArgumentError),
        ],
    )
    def test_labels_are_checked(self, labels, error):
        with pytest.raises(error, match="softmax_cross_entropy"):
            ag.softmax_cross_entropy(ag.Variable(np.zeros((2, 3))), labels)

    def test_targets_never_broadcast(self):
        y = ag.Variable(np.zeros((3, 1)))
        for loss in (ag.mean_squared_error, ag.binary_cross_entropy):
            with pytest.raises(ShapeError, match="reshape"):
                loss(y, np.zeros(3))


class TestNumPyCannotCutTheGraph:
    def test_an_array_on_the_left_records(self):
        x = ag.Variable([1.0, 2.0])
        for y in (np.ones(2) * x, np.ones(2) - x, np.float64(2.0) / x, np.ones((2, 2)) @ x):
            assert isinstance(y, ag.Variable)
            assert y.requires_grad

    def test_functions_record_or_raise(self):
        x = ag.Variable([1.0, 2.0])
        np.exp(x).sum().backward()
        np.testing.assert_allclose(x.grad, np.exp([1.0, 2.0]))
        assert np.sum(x, axis=0).requires_grad
        assert np.reshape(x, (2, 1)).shape == (2, 1)
        for refused in (
            lambda: np.i0(x),
            lambda: np.subtract.reduce(x),
            lambda: np.linalg.svd(x),
            lambda: np.add(x, 1.0, out=np.ones(2)),
            lambda: np.array([x, x]),
        ):
            with pytest.raises(AutogradError):
                refused()

    def test_questions_of_value_give_plain_results(self):
        x = ag.Variable([1.0, 2.0])
        assert np.argmax(x) == 1
        assert np.allclose(x, [1.0, 2.0])
        assert (x > 1.5).tolist() == [False, True]

    @pytest.mark.parametrize("convert", [float, int, math.sin, np.asarray, complex])
    def test_leaving_raises_exactly_while_a_gradient_may_come(self, convert):
        x = ag.Variable(2.0)
        y = x * 1.0
        for v in (x, y):
            with pytest.raises(GraphError, match="cut the graph"):
                convert(v)
        with ag.no_grad():
            convert(y)
        convert(y.detach())
        y.backward()
        convert(y)

    def test_printing_always_works(self):
        price = ag.Variable(100.0) * 2 * 1.1
        price.name = "price"
        assert repr(price) == "Variable(220.0, name='price')"
        assert f"{price:.2f}" == "220.00"
        assert str(ag.Variable(2.2000000000000002)) == "2.2"
        assert "float32" in repr(ag.Variable(np.float32(1.5)))

    def test_truth_and_hash(self):
        x = ag.Variable([1.0, 2.0])
        with pytest.raises(ShapeError):
            bool(x)
        assert bool(ag.Variable(1.0))
        assert len({x, x, ag.Variable([1.0, 2.0])}) == 2

    def test_changing_in_place_raises_and_says_what_to_do(self):
        w = ag.Variable([1.0, 2.0])
        with pytest.raises(GraphError, match="assign"):
            w -= 0.1
        with pytest.raises(GraphError, match="where"):
            w[0] = 1.0
        total = w.sum()
        total += 1.0
        assert total.item() == 4.0


class TestSecondOrder:
    def test_of_any_order_by_the_same_rule(self):
        x = ag.Variable(0.7)
        g = x**4
        for expected in (4 * 0.7**3, 12 * 0.7**2, 24 * 0.7, 24.0):
            g = ag.gradients(g, x, create_graph=True)
            np.testing.assert_allclose(g.data, expected)

    def test_an_undeclared_intermediate_is_refused(self):
        class Sneaky(ag.Function):
            def forward(self, x):
                self.slope = 2 * x
                return x * x

            def backward(self, gy):
                return gy * self.slope

        x = ag.Variable(3.0)
        Sneaky()(x).backward()
        assert x.grad == 6.0
        with pytest.raises(GraphError, match="slope"):
            ag.gradients(Sneaky()(x), x, create_graph=True)

    def test_a_kept_name_must_hold_the_operand_itself(self):
        class Changed(ag.Function):
            keeps = ("x",)

            def forward(self, x):
                self.x = x * 2
                return x * x

        with pytest.raises(GraphError, match=r"self\.x"):
            Changed()(ag.Variable(3.0))

    def test_operands_are_bound_by_position(self):
        class Product(ag.Function):
            keeps = ("a", "b")

            def forward(self, a, b):
                self.a, self.b = a, b
                return a * b

            def backward(self, gy):
                return gy * self.b, gy * self.a

        x = ag.Variable(3.0)
        g = ag.gradients(Product()(x, x.detach()), x, create_graph=True)
        assert g.data == 3.0
        assert not isinstance(g, np.ndarray)
        with pytest.raises(GraphError, match="depend"):
            ag.gradients(g, x)

    def test_several_outputs(self):
        class SumAndDifference(ag.Function):
            outputs = ("total", "rest")

            def forward(self, a, b):
                return a + b, a - b

            def backward(self, g_total, g_rest):
                return g_total + g_rest, g_total - g_rest

        a, b = ag.Variable([3.0]), ag.Variable([2.0])
        total, rest = SumAndDifference()(a, b)
        (total * rest).sum().backward()
        assert a.grad.item() == 6.0
        assert b.grad.item() == -4.0
        _, rest = SumAndDifference()(a, b)
        assert ag.gradients(rest, b).item() == -1.0
        ag.gradgradcheck(lambda a, b: SumAndDifference()(a * a, b), [np.ones(2), np.ones(2)])


class TestCopies:
    def test_leaves_pickle_and_copy(self):
        x = ag.Variable([1.0, 2.0], name="x")
        x.grad = np.array([3.0, 4.0])
        for twin in (pickle.loads(pickle.dumps(x)), copy.deepcopy(x), copy.copy(x)):
            assert twin.name == "x"
            np.testing.assert_array_equal(twin.data, x.data)
            np.testing.assert_array_equal(twin.grad, x.grad)
            twin.assign([9.0, 9.0])
        np.testing.assert_array_equal(x.data, [1.0, 2.0])

    def test_a_recorded_variable_refuses(self):
        y = ag.Variable(1.0) * 2
        for attempt in (pickle.dumps, copy.deepcopy, copy.copy):
            with pytest.raises(GraphError, match="detach"):
                attempt(y)


class TestErrors:
    def test_they_are_one_family(self):
        for error in (ShapeError, DTypeError, GraphError, OperandError, ArgumentError):
            assert issubclass(error, AutogradError)
            assert issubclass(error, TypeError | ValueError | RuntimeError)

    def test_shapes_that_do_not_fit_are_both_named(self):
        a, b = ag.Variable(np.ones((2, 5, 1))), ag.Variable(np.ones((2, 2, 5)))
        with pytest.raises(ShapeError, match=r"matmul.*\(2, 5, 1\).*\(2, 2, 5\)"):
            a @ b
        with pytest.raises(ShapeError, match=r"add.*\(2, 3\).*\(4,\).*axis -1 has 3 and 4"):
            ag.Variable(np.ones((2, 3))) + np.ones(4)

    def test_a_function_instance_is_one_node(self):
        class Same(ag.Function):
            def forward(self, x):
                return x * 1.0

        same = Same()
        same(ag.Variable(1.0))
        with pytest.raises(GraphError, match="one node"):
            same(ag.Variable(1.0))

    def test_debug_mode_names_the_users_line(self):
        x = ag.Variable([1.0, 0.0])
        with np.errstate(divide="ignore"), ag.debug(), pytest.raises(AutogradError) as caught:
            ag.log(x)
        assert "log" in str(caught.value)
        assert "test_promises.py" in str(caught.value)
        assert "-inf at [1]" in str(caught.value)

    def test_debug_mode_finds_it_in_backward(self):
        x = ag.Variable([0.0])
        with np.errstate(all="ignore"), ag.debug():
            y = ag.sqrt(x).sum()
            with pytest.raises(AutogradError, match="sqrt: the gradient of argument 1"):
                y.backward()

    def test_lines_stay_known_after_debug_mode(self):
        x = ag.Variable([1.0])
        with ag.debug():
            y = (x * x).sum()
        y.backward()
        with pytest.raises(GraphError, match=r"released.*test_promises\.py"):
            y.backward()

    def test_unrelated_inputs_are_named(self):
        x, other = ag.Variable(1.0), ag.Variable(7.0, name="other")
        with pytest.raises(GraphError, match="other"):
            ag.gradients(x * 2, [x, other])
