"""Modules: what they own, what they compute, and what pictures learn of them."""

from __future__ import annotations

import copy
import importlib
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


def test_options_reach_forward():
    class Noisy(ag.nn.Module):
        def forward(self, x, *, train=True):
            return x * (2.0 if train else 1.0)

    x = ag.Variable(3.0)
    assert Noisy()(x, train=False).item() == 3.0
    with ag.scope("a"):
        assert Noisy()(x, train=True).item() == 6.0


def test_a_module_without_forward():
    class Empty(ag.nn.Module):
        pass

    with pytest.raises(OperandError, match=r"^Empty: there is no forward; write def forward"):
        Empty()(1.0)


def test_an_empty_key_opens_no_scope():
    class Keyed(ag.nn.Module):
        def __init__(self):
            self.parts = {"": ag.nn.Linear(1, 1)}

        def forward(self, x):
            return self.parts[""](x)

    g = ag.draw(Keyed(), [[1.0]])
    assert [cluster.label for cluster in g.scene.clusters] == ["parts"]
    loss = (model := Keyed())([[1.0]]).sum()
    assert [cluster.label for cluster in ag.draw(loss, names={"m": model}).scene.clusters] == [
        "parts"
    ]


def test_a_child_that_holds_its_parent_can_be_shown():
    parent = ag.nn.Module()
    parent.child = ag.nn.Sequential(ag.nn.Tanh())
    parent.child[0].owner = parent
    assert repr(parent) == "Module(child=Sequential(Tanh(owner=…)))"
    assert repr(parent.child) == "Sequential(Tanh(owner=Module(child=…)))"


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
        assert repr(ag.nn.Linear(3, 2, dtype="float16")) == "Linear(3, 2, dtype='float16')"
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

    def test_a_truth_is_no_length(self):
        with pytest.raises(ArgumentError, match="inputs is True"):
            ag.nn.Linear(inputs=True, outputs=True)

    @pytest.mark.parametrize("length", [10**9, 10**10, 10**30])
    def test_weights_that_fit_nowhere(self, length):
        with pytest.raises(
            ArgumentError, match=f"{length:,} × .* weights are {length**2 // 250_000_000:,} GB"
        ):
            ag.nn.Linear(length, length)

    @pytest.mark.filterwarnings("ignore:Linear. x is float64")
    @pytest.mark.parametrize(
        "x",
        [
            [[1, 2, 3]],
            [[1.0, 2.0, 3.0]],
            np.array([[1, 2, 3]]),
            np.array([[1.0, 2.0, 3.0]]),
            np.array([[1.0, 2.0, 3.0]], np.float16),
            ag.Variable([[1.0, 2.0, 3.0]], requires_grad=False),
        ],
    )
    def test_an_input_of_another_dtype_is_converted_and_the_weights_are_not(self, x):
        layer = ag.nn.Linear(3, 2, rng=0)
        y = layer(x)
        assert y.dtype == np.float32
        np.testing.assert_array_equal(y.data, layer(np.array([[1, 2, 3]], np.float32)).data)
        assert [n.name for n in ag.describe(y).nodes if n.kind == "operation"] == ["linear"]

    def test_a_variables_conversion_is_recorded(self):
        layer, x = ag.nn.Linear(3, 2, rng=0), ag.Variable([[1.0, 2.0, 3.0]])
        y = layer(x)
        names = [n.name for n in ag.describe(y).nodes if n.kind == "operation"]
        assert names == ["astype", "linear"]
        y.sum().backward()
        assert x.grad.dtype == np.float64
        np.testing.assert_allclose(x.grad, [layer.W.data.sum(axis=1)], rtol=1e-6)

    def test_a_list_goes_where_the_weights_are(self, monkeypatch):
        importlib.import_module("lookalike")
        layer = ag.nn.Linear(3, 2, rng=0)
        there = layer.W.to("look"), layer.b.to("look")
        layer.W, layer.b = there
        assert type(layer([[1.0, 2.0, 3.0]])._data) is type(there[0]._data)

    def test_what_is_no_array(self):
        with pytest.raises(ag.AutogradError, match="Linear: x"):
            ag.nn.Linear(3, 2)([["a", "b", "c"]])

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

    def test_other_attributes_are_no_steps(self):
        model = ag.nn.Sequential(ag.nn.Linear(2, 3, rng=0), ag.nn.Tanh())
        model.training, model.title, model.spare = True, "net", ag.nn.Linear(7, 7)
        assert model(np.ones((4, 2), np.float32)).shape == (4, 3)
        assert len(model) == len(list(model)) == 2
        assert repr(model[-1]) == "Tanh()"

    def test_steps_are_added_and_replaced(self):
        model = ag.nn.Sequential(ag.nn.Linear(2, 3, rng=0), ag.nn.Tanh())
        model.spare = ag.nn.Linear(7, 7)
        assert model.append(ag.nn.Linear(3, 1, rng=1)) is model
        model[1] = ag.nn.ReLU()
        model[-1] = ag.nn.Linear(3, 4, rng=2)
        assert repr(model) == "Sequential(Linear(2, 3), ReLU(), Linear(3, 4))"
        x = np.ones((4, 2), np.float32)
        np.testing.assert_array_equal(model(x).data, model[2](ag.relu(model[0](x))).data)
        assert [name for name, _ in model.named_modules()] == ["", "0", "1", "spare", "2"]
        assert len(ag.nn.Sequential().append(ag.nn.Tanh())) == 1
        with pytest.raises(IndexError):
            model[3] = ag.nn.Tanh()
        with pytest.raises(OperandError, match="one step after the other"):
            model[:2] = ag.nn.Tanh()
        for attempt in (lambda: model.append(ag.nn.Tanh), lambda: model.__setitem__(0, ag.nn.Tanh)):
            with pytest.raises(OperandError, match=r"is the class Tanh; .* Tanh\(\)"):
                attempt()
        assert len(model) == 3

    def test_a_slice_shares_its_modules(self):
        model = ag.nn.MLP(2, 3, 1, rng=0)
        head = model[:-1]
        assert type(head) is ag.nn.Sequential
        assert list(head) == [model[0], model[1]]
        x = np.ones((4, 2), np.float32)
        np.testing.assert_array_equal(model[2](head(x)).data, model(x).data)
        assert [name for name, _ in model[2:].named_parameters()] == ["0.W", "0.b"]

    def test_all_modules(self):
        model = ag.nn.Sequential(ag.nn.Sequential(ag.nn.Tanh()), ag.nn.ReLU())
        assert list(model.modules()) == [model, model[0], model[0][0], model[1]]

    def test_modules_only(self):
        with pytest.raises(OperandError, match="argument 2 is the class Tanh"):
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
