"""Modules: what they own, what they compute, and what pictures learn of them."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, OperandError
from autograd_lite.graph import STATE


class Inner(ag.nn.Module):
    def __init__(self):
        self.scale = ag.Variable(2.0)

    def forward(self, x):
        return x * self.scale


class Outer(ag.nn.Module):
    def __init__(self):
        self.first = ag.nn.Linear(2, 2, rng=0)
        self.shift = ag.Variable([0.5, 0.5])
        self.blocks = [Inner(), Inner()]
        self.named = {"head": Inner(), "offset": ag.Variable(1.0)}
        self.frozen = ag.Variable(1.0, requires_grad=False)
        self.computed = self.shift * 2.0
        self.again = self.first
        self.parent = self
        self.note = "not a parameter"

    def forward(self, x):
        y = self.first(x) + self.shift
        for block in self.blocks:
            y = block(y)
        return self.named["head"](y) + self.named["offset"] + self.again(x)


PATHS = ["first.W", "first.b", "shift", "blocks.0.scale", "blocks.1.scale"]
PATHS += ["named.head.scale", "named.offset"]


def test_parameters_in_the_order_of_definition_and_each_once():
    model = Outer()
    assert [path for path, _ in model.named_parameters()] == PATHS
    assert model.parameters()[0] is model.first.W
    assert [v for _, v in model.named_parameters()] == model.parameters()
    modules = dict(model.named_modules())
    assert list(modules) == ["", "first", "blocks.0", "blocks.1", "named.head"]
    assert modules[""] is model
    assert modules["blocks.1"] is model.blocks[1]


def test_a_deep_model_is_no_deep_stack():
    model = Inner()
    for _ in range(5_000):
        outer = ag.nn.Module()
        outer.inner = model
        model = outer
    ((path, _),) = model.named_parameters()
    assert path.count(".") == 5_000


def groups_of(y):
    return [(n.name, n.group) for n in ag.describe(y).nodes if n.kind == "operation"]


def test_scopes_by_attribute_where_somebody_looks():
    model, x = Outer(), ag.Variable([[1.0, 2.0]], dtype=np.float32)
    assert {group for _, group in groups_of(model(x))} == {()}
    with ag.scope("model"):
        y = model(x)
    assert STATE.observer is None
    found = groups_of(y)
    assert ("linear", ("model", "first")) in found
    assert ("mul", ("model", "blocks", "0")) in found
    assert ("mul", ("model", "blocks", "1")) in found
    assert ("mul", ("model", "named", "head")) in found
    assert ("add", ("model",)) in found
    assert [group for name, group in found if name == "linear"] == [("model", "first")] * 2


def test_a_module_in_two_others_is_called_as_each_calls_it():
    class Holder(ag.nn.Module):
        def __init__(self, name, inner):
            setattr(self, name, inner)
            self.name = name

        def forward(self, x):
            return getattr(self, self.name)(x)

    inner = Inner()
    with ag.scope("a"):
        y = Holder("left", inner)(ag.Variable(1.0))
        y = Holder("right", inner)(y)
        y = inner(y)  # nobody's child here
    assert [group for _, group in groups_of(y)] == [("a", "left"), ("a", "right"), ("a",)]


def test_an_error_in_forward_leaves_no_name():
    class Broken(ag.nn.Module):
        def __init__(self):
            self.inner = Inner()

        def forward(self, x):
            raise OSError("broken")

    model = Broken()
    with ag.scope("a"):
        with pytest.raises(OSError, match="broken"):
            model(1.0)
        assert [g for _, g in groups_of(model.inner(ag.Variable(1.0)))] == [("a",)]


class TestLinear:
    def test_the_affine_map(self):
        layer = ag.nn.Linear(3, 2, rng=1)
        x = np.arange(6, dtype=np.float32).reshape(2, 3)
        expected = x @ layer.W.data + layer.b.data
        np.testing.assert_allclose(layer(x).data, expected, rtol=1e-6)
        assert layer(x).dtype == layer.W.dtype == layer.b.dtype == np.float32
        assert layer(np.ones((4, 5, 3), np.float32)).shape == (4, 5, 2)

    def test_without_a_bias(self):
        layer = ag.nn.Linear(3, 2, bias=False)
        assert [path for path, _ in layer.named_parameters()] == ["W"]
        assert repr(layer) == "Linear(3, 2, bias=False)"
        assert not layer(np.zeros((1, 3), np.float32)).data.any()

    @pytest.mark.parametrize(("how", "variance"), [("xavier", 2 / 900), ("he", 2 / 600)])
    def test_the_spread(self, how, variance):
        layer = ag.nn.Linear(600, 300, initialization=how, rng=np.random.default_rng(0))
        assert layer.W.data.var() == pytest.approx(variance, rel=0.02)
        assert abs(layer.W.data.mean()) < 1e-3
        assert not layer.b.data.any()

    def test_where_the_weights_come_from(self):
        same = [ag.nn.Linear(3, 2, rng=seed).W.data for seed in (7, np.random.default_rng(7))]
        np.testing.assert_array_equal(*same)
        rng = np.random.default_rng(7)
        one, other = (ag.nn.Linear(3, 2, rng=rng).W.data for _ in range(2))
        assert (one != other).any()
        assert (ag.nn.Linear(3, 2).W.data != ag.nn.Linear(3, 2).W.data).any()

    @pytest.mark.parametrize("wrong", [0, -1, 2.5, "3"])
    def test_lengths(self, wrong):
        with pytest.raises(ArgumentError, match="Linear: inputs"):
            ag.nn.Linear(wrong, 2)
        with pytest.raises(ArgumentError, match="Linear: outputs"):
            ag.nn.Linear(2, wrong)

    def test_other_wrong_arguments(self):
        with pytest.raises(ArgumentError, match="xavier"):
            ag.nn.Linear(1, 1, initialization="best")
        with pytest.raises(OperandError, match="Linear: rng"):
            ag.nn.Linear(1, 1, rng="seed")


class TestSequential:
    def test_one_after_the_other(self):
        model = ag.nn.Sequential(ag.nn.Linear(2, 3, rng=0), ag.nn.ReLU(), ag.nn.Linear(3, 1, rng=1))
        x = np.ones((4, 2), np.float32)
        np.testing.assert_array_equal(model(x).data, model[2](ag.relu(model[0](x))).data)
        assert [path for path, _ in model.named_parameters()] == ["0.W", "0.b", "2.W", "2.b"]
        assert len(model) == 3
        assert list(model) == [model[0], model[1], model[-1]]

    def test_empty(self):
        assert ag.nn.Sequential()([1.0]).item() == 1.0

    def test_modules_only(self):
        with pytest.raises(OperandError, match="argument 2 is a type"):
            ag.nn.Sequential(ag.nn.Tanh(), ag.nn.Tanh)


@pytest.mark.parametrize(
    ("module", "function"),
    [(ag.nn.Sigmoid, ag.sigmoid), (ag.nn.Tanh, ag.tanh), (ag.nn.ReLU, ag.relu)],
)
def test_activations(module, function):
    x = ag.Variable([-1.0, 0.5])
    np.testing.assert_array_equal(module()(x).data, function(x).data)
    assert module().parameters() == []
    assert repr(module()) == f"{module.__name__}()"


def test_it_learns():
    rng = np.random.default_rng(0)
    model = ag.nn.Sequential(
        ag.nn.Linear(2, 8, rng=rng), ag.nn.Tanh(), ag.nn.Linear(8, 1, rng=rng), ag.nn.Sigmoid()
    )
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    t = np.array([[0], [1], [1], [0]], np.float32)
    opt = ag.optim.SGD(model.parameters(), lr=1.0)
    for _ in range(2_000):
        opt.zero_grad()
        ag.binary_cross_entropy(model(x), t).backward()
        opt.step()
    assert ((model(x).data > 0.5) == t).all()


def test_numerical_gradients_of_a_module():
    model = ag.nn.Sequential(ag.nn.Linear(2, 2, rng=0), ag.nn.Sigmoid())
    x = np.ones((3, 2), np.float32)
    model(x).sum().backward()
    numerical = ag.numerical_gradient(lambda m: m(x).sum(), model)
    assert list(numerical) == ["0.W", "0.b"]
    for path, parameter in model.named_parameters():
        np.testing.assert_allclose(numerical[path], parameter.grad, rtol=1e-4)


def test_copies_and_pickles():
    model = Outer()
    model.computed = None
    for made in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert [path for path, _ in made.named_parameters()] == PATHS
        assert made.first.W is not model.first.W
        np.testing.assert_array_equal(made.first.W.data, model.first.W.data)
