"""numerical_gradient, gradcheck, gradgradcheck, the self-check."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.checking import check_operations, public_function
from autograd_lite.errors import DTypeError, GradientCheckError, OperandError, ShapeError
from autograd_lite.graph.cases import A, Case, marked
from autograd_lite.graph.composed import proven
from autograd_lite.graph.function import Operation


class TwoLayerNet:
    """The textbook's network: plain arrays in a dict, and a loss that reads them there."""

    def __init__(self, dtype):
        rng = np.random.default_rng(0)
        self.params = {
            "W1": rng.standard_normal((3, 4)).astype(dtype),
            "b1": np.zeros(4, dtype),
            "W2": rng.standard_normal((4, 2)).astype(dtype),
        }

    def loss(self, x, t):
        p = self.params
        y = np.tanh(x @ p["W1"] + p["b1"]) @ p["W2"]
        return ((y - t) ** 2).sum()

    def gradient(self, x, t):
        p = {name: ag.Variable(value) for name, value in self.params.items()}
        y = ag.tanh(x @ p["W1"] + p["b1"]) @ p["W2"]
        ((y - t) ** 2).sum().backward()
        return {name: v.grad for name, v in p.items()}


class TestNumericalGradient:
    @pytest.mark.parametrize(("dtype", "error"), [(np.float64, 1e-7), (np.float32, 5e-3)])
    def test_the_textbooks_way_f_ignores_its_argument(self, dtype, error):
        net, rng = TwoLayerNet(dtype), np.random.default_rng(1)
        x, t = rng.standard_normal((5, 3)).astype(dtype), np.ones((5, 2), dtype)
        expected = net.gradient(x, t)
        before = {name: value.copy() for name, value in net.params.items()}
        for name, value in net.params.items():
            found = ag.numerical_gradient(lambda _: net.loss(x, t), value)
            np.testing.assert_allclose(found, expected[name], rtol=error, atol=error)
            np.testing.assert_array_equal(value, before[name])
        both = ag.numerical_gradient(lambda _: net.loss(x, t), net.params)
        assert both.keys() == expected.keys()

    def test_a_float32_variable_is_differentiated_in_float64(self):
        x = ag.Variable(np.array([0.3, -0.7], np.float32))
        data = x._data
        found = ag.numerical_gradient(lambda _: ag.tanh(x).sum(), x)
        np.testing.assert_allclose(found, 1 - np.tanh(x.data.astype(float)) ** 2, rtol=1e-8)
        assert x._data is data
        assert x.dtype == np.float32

    def test_everything_is_restored_after_an_error(self):
        x, v = np.array([1.0, 2.0]), ag.Variable(np.array([1.0, 2.0], np.float32))
        for owner in (x, v):
            calls = []

            def f(_, calls=calls):
                calls.append(1)
                if len(calls) == 2:
                    raise ZeroDivisionError
                return 1.0

            with pytest.raises(ZeroDivisionError):
                ag.numerical_gradient(f, owner)
        np.testing.assert_array_equal(x, [1.0, 2.0])
        np.testing.assert_array_equal(v.data, [1.0, 2.0])
        (v * v).sum().backward()  # and the version is the old one

    def test_a_graph_recorded_before_is_still_good(self):
        x = ag.Variable([3.0])
        y = (x * x).sum()
        ag.numerical_gradient(lambda v: (v * v).sum(), x)
        y.backward()
        assert x.grad.item() == 6.0

    def test_structures_and_numbers(self):
        found = ag.numerical_gradient(lambda p: p[0] ** 2 + p[1].sum(), [3.0, np.ones(2)])
        np.testing.assert_allclose(found[0], 6.0)
        np.testing.assert_allclose(found[1], [1.0, 1.0])
        np.testing.assert_allclose(ag.numerical_gradient(lambda x: x**3, 2.0), 12.0)

    def test_an_absolute_step(self):
        found = ag.numerical_gradient(lambda x: x**3, 3.0, eps=0.5)
        assert found == pytest.approx(27.25)  # 3 x² + eps²

    def test_a_function_that_does_not_read_x(self):
        with pytest.warns(RuntimeWarning, match="zero"):
            ag.numerical_gradient(lambda _: 1.0, np.ones(2))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ag.numerical_gradient(lambda x: x.sum(), np.ones(2))

    def test_bad_input(self):
        with pytest.raises(DTypeError, match="float"):
            ag.numerical_gradient(lambda x: x.sum(), np.array([1, 2]))
        with pytest.raises(ShapeError, match="one number"):
            ag.numerical_gradient(lambda x: x, np.ones(2))
        with pytest.raises(OperandError):
            ag.numerical_gradient(lambda x: x, ag.Variable(1.0) * 2)


def broken(rule, forward=lambda x: x * x, keeps=("x",)):
    """Return a function whose rule is the given one."""

    class Broken(ag.Function):
        def forward(self, x):
            self.x = x
            return forward(x)

        def backward(self, gy):
            return rule(self, gy)

    Broken.keeps = keeps
    return lambda x: Broken()(x)


class TestGradcheck:
    @pytest.mark.parametrize("directions", [None, 3])
    def test_a_right_rule_passes(self, directions):
        f = broken(lambda node, gy: 2 * node.x * gy)
        result = ag.gradcheck(f, np.linspace(-1, 2, 12).reshape(3, 4), directions=directions)
        assert result.worst_error < 1e-7
        assert result.comparisons == (12 if directions is None else 3)

    @pytest.mark.parametrize(
        ("rule", "looks"),
        [
            (lambda node, gy: 3 * node.x * gy, r"wrong factor: 1\.5"),
            (lambda node, gy: -2 * node.x * gy, "wrong sign"),
            (lambda node, gy: 0 * gy, "no gradient"),
            (lambda node, gy: (2 * node.x * gy).T.copy(), "transposed"),
            (lambda node, gy: 2 * node.x * gy + 1, "wrong rule"),
        ],
    )
    @pytest.mark.parametrize("directions", [None, 4])
    def test_a_wrong_rule_fails_and_says_what_it_looks_like(self, rule, looks, directions):
        x = np.random.default_rng(0).standard_normal((3, 3)) + 2
        match = looks if directions is None else "direction"
        with pytest.raises(GradientCheckError, match=match):
            ag.gradcheck(broken(rule), x, directions=directions)

    def test_one_wrong_element_is_found_and_named(self):
        def rule(node, gy):
            g = 2 * node.x * gy
            g[1, 2] += 1e-3
            return g

        with pytest.raises(GradientCheckError, match=r"1 of 12 .*\n.*\n1 +\[1, 2\]"):
            ag.gradcheck(broken(rule), np.ones((3, 4)))

    def test_a_missing_sum(self):
        class BadAdd(ag.Function):
            def forward(self, x, b):
                return x + b

            def backward(self, gy):
                return gy, gy[0]

        with pytest.raises(GradientCheckError, match="missing sum over broadcast axis 0"):
            ag.gradcheck(lambda x, b: BadAdd()(x, b), [np.ones((3, 2)), np.ones(2)])

    def test_a_kink(self):
        with pytest.raises(GradientCheckError, match="kink"):
            ag.gradcheck(ag.relu, np.array([0.0, 1.0]))
        ag.gradcheck(ag.relu, np.array([-0.5, 1.0]))

    def test_a_kink_where_differences_agree_by_chance(self):
        f = broken(lambda node, gy: np.sign(node.x) * gy, forward=abs)
        with pytest.raises(GradientCheckError, match="kink"):
            ag.gradcheck(f, np.array([0.0]))

    def test_a_random_function(self):
        rng = np.random.default_rng(0)
        with pytest.raises(GradientCheckError, match="different results"):
            ag.gradcheck(lambda x: x * rng.random(), np.ones(2))

    def test_every_input_is_checked_and_integers_are_passed_on(self):
        class SecondWrong(ag.Function):
            def forward(self, a, b):
                return a + b

            def backward(self, gy):
                return gy, 2 * gy

        with pytest.raises(GradientCheckError, match=r"\n2 "):
            ag.gradcheck(lambda a, b: SecondWrong()(a, b), [np.ones(2), np.ones(2)])
        ag.gradcheck(ag.softmax_cross_entropy, [np.ones((2, 3)), np.array([0, 2])])

    def test_leaves_that_f_reads_from_where_they_live(self):
        w = ag.Variable(np.ones((2, 2), np.float32))
        ag.gradcheck(lambda *_: ag.tanh(w @ w), [w])
        assert w.dtype == np.float32
        np.testing.assert_array_equal(w.data, np.ones((2, 2)))
        assert w.grad is None

    def test_the_cost_of_directions_does_not_depend_on_the_size(self):
        calls = []

        def f(x):
            calls.append(1)
            return (x * x).sum()

        ag.gradcheck(f, np.ones(10), directions=3)
        few = len(calls)
        ag.gradcheck(f, np.ones(10_000), directions=3)
        assert len(calls) == 2 * few

    def test_second_order(self):
        ag.gradgradcheck(lambda x, y: ag.tanh(x) * y, [np.ones(3), np.ones(3)])

        class Halved(ag.Function):  # right once, wrong twice: the derivative of x is hidden
            constants = ("x",)

            def forward(self, x):
                self.x = x
                return x * x

            def backward(self, gy):
                return 2 * self.x * gy

        def f(x):
            return Halved()(x)

        ag.gradcheck(f, np.ones(2))
        with pytest.raises(GradientCheckError):
            ag.gradgradcheck(f, np.ones(2))


class TestSelfCheck:
    def test_every_operation_has_cases_and_a_public_function(self):
        for name, operation in proven().items():
            assert operation.cases, f"{name} has no cases"
            assert callable(public_function(operation))
            assert operation.__doc__, f"{name} has no formula"
            assert any(any(marked(case.arguments, A)) for case in operation.cases)

    def test_points_are_checked_in_float32_too(self):
        (both,) = check_operations(only="relu")
        (one,) = check_operations(only="relu", dtypes=("float64",))
        (other,) = check_operations(only="relu", dtypes=("float32",))
        assert both.comparisons == one.comparisons + other.comparisons
        assert all(point.exact32 for point in Operation.registry["relu"].points)

    def test_every_rule_is_right_to_second_order(self):
        for report in check_operations():
            assert report.failure is None, report
            assert report.comparisons > 0
            assert report.second_order is not None

    @pytest.mark.parametrize("name", ["mul", "tanh", "sum", "matmul", "softmax_cross_entropy"])
    def test_a_broken_rule_is_noticed(self, name, monkeypatch):
        operation = Operation.registry[name]
        right = operation.backward

        def wrong(self, *gradients):
            result = right(self, *gradients)
            if isinstance(result, tuple):
                return tuple(None if g is None else g * 1.001 for g in result)
            return result * 1.001

        monkeypatch.setattr(operation, "backward", wrong)
        (report,) = check_operations(only=name)
        assert report.failure is not None
        assert "wrong factor: 1.001" in report.failure

    def test_an_operation_without_cases_fails(self, monkeypatch):
        monkeypatch.setattr(Operation.registry["exp"], "cases", ())
        (report,) = check_operations(only="exp")
        assert report.failure == "no cases are registered"

    def test_a_case_prints_as_it_is_written(self):
        assert repr(Case(A(2, 3), axis=0)) == "Case(A(2, 3), axis=0)"
