"""Names: what the caller calls its Variables, and what is not searched."""

from __future__ import annotations

import sys
import types

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.drawing.naming import (
    MOST_ITEMS,
    Model,
    groups_in,
    names_in,
    run_model,
)
from autograd_lite.graph import STATE


def V(value=1.0, **options):
    return ag.Variable(value, **options)


def names_here():
    return names_in(sys._getframe(1).f_locals)


class Net:
    def __init__(self):
        self.W1, self.b1, self._hidden = V(), V(), V()
        self.params = {"too": V()}

    @property
    def trap(self):
        raise AssertionError("a property was asked")


class Pair(ag.nn.Module):
    def __init__(self):
        self.hidden = ag.nn.Linear(2, 3, rng=0)
        self.out = ag.nn.Linear(3, 1, rng=1)

    def forward(self, x):
        return self.out(ag.tanh(self.hidden(x)))


class TestNames:
    def test_local_variables_in_their_order(self):
        x, y = V(), V()
        again = x
        z = x * y
        assert names_here() == {x: "x", y: "y", z: "z"}
        assert again is x

    def test_arguments_and_closures(self):
        outer = V()

        def f(argument, *rest, option):
            local = argument * outer
            return names_here(), local, rest, option

        a, b, c = V(), V(), V()
        names, local, _, _ = f(a, b, option=c)
        expected = {a: "argument", c: "option", local: "local", outer: "outer", b: "rest[0]"}
        assert names == expected

    def test_globals_of_a_script(self):
        space = {"ag": ag, "here": names_here, "__name__": "script"}
        exec("x = ag.Variable(1.0)\n_, _1, __y = [ag.Variable(2.0)] * 3\nnames = here()", space)
        assert space["names"] == {space["x"]: "x"}

    def test_not_the_globals_of_a_function(self):
        space = {"ag": ag, "here": names_here}
        exec("x = ag.Variable(1.0)\ndef f():\n    return here()\nnames = f()", space)
        assert space["names"] == {}

    def test_one_level_down(self):
        params, weights, net = {"W1": V(), "b1": V(), 3: V(), "_p": V()}, [V(), 2.0, V()], Net()
        names = names_here()
        assert names == {
            params["W1"]: "params['W1']",
            params["b1"]: "params['b1']",
            weights[0]: "weights[0]",
            weights[2]: "weights[2]",
            net.W1: "net.W1",
            net.b1: "net.b1",
        }
        del net
        assert list(names_here().values()) == ["W1", "b1", "weights[0]", "weights[2]"]

    def test_self(self):
        class Textbook(Net):
            def loss(self, x):
                h = x * self.W1
                return names_here(), h

        net, x = Textbook(), V()
        names, h = net.loss(x)
        assert names == {x: "x", h: "h", net.W1: "W1", net.b1: "b1"}

    def test_a_variable_of_its_own_comes_before_one_level_down(self):
        params = {"W1": V()}
        weight = params["W1"]
        assert names_here() == {weight: "weight"}

    def test_a_local_and_a_key_of_one_name(self):
        params, W = {"W": V()}, V()
        assert names_here() == {W: "W", params["W"]: "params['W']"}

    def test_large_containers_are_not_searched(self):
        many = [V()] * (MOST_ITEMS + 1)
        table = {f"v{i}": many[0] for i in range(MOST_ITEMS + 1)}
        holder = types.SimpleNamespace(**table)
        assert names_here() == {}
        assert holder.v0 is many[0]
        table = {f"v{i}": many[0] for i in range(MOST_ITEMS)}
        assert names_here() == {many[0]: "v0"}

    def test_no_code_of_the_caller_runs(self):
        class Sly:
            def __getattribute__(self, name):
                assert name == "__class__", name
                return object.__getattribute__(self, name)

        class Slots:
            __slots__ = ("x",)

        space = {"sly": Sly(), "slots": Slots(), "mocked": types.SimpleNamespace(x=V())}
        assert names_in(space) == {space["mocked"].x: "x"}

    def test_classes_and_modules_are_not_searched(self):
        module = types.ModuleType("m")
        module.y = V()
        assert names_in({"module": module, "kind": type("K", (), {"x": V()})}) == {}

    def test_a_given_mapping(self):
        x = V()
        assert names_in({"apple": x, "_hidden": V()}) == {x: "apple"}

    def test_own_names_come_first(self):
        apple, tax = V(name="Apfel"), V()
        price = apple * tax
        graph = ag.describe(price, names=names_here())
        assert [n.name for n in graph.nodes] == ["Apfel", "tax", "mul", "price"]


class TestModels:
    def test_paths_of_parameters_come_before_variables(self):
        model = Pair()
        W = model.hidden.W
        names = names_here()
        assert names[W] == "hidden.W"
        assert list(names.values()) == ["hidden.W", "hidden.b", "out.W", "out.b"]

    def test_two_models(self):
        one, two, x = Pair(), ag.nn.Linear(2, 2), V()
        names = names_here()
        assert names[two.W] == "W"
        assert names[one.out.b] == "out.b"
        assert names[x] == "x"
        two = Pair()
        names = names_here()
        assert (names[one.out.b], names[two.out.b]) == ("one.out.b", "two.out.b")

    def test_groups_of_operations_in_ordinary_training(self):
        model, x = Pair(), np.ones((1, 2), np.float32)
        loss = model(x).sum()
        graph = ag.describe(loss, groups=groups_in(locals()))
        groups = {n.name: n.group for n in graph.nodes if n.kind == "operation"}
        assert groups == {"linear": ("out",), "tanh": (), "sum": ()}
        linear = [n.group for n in graph.nodes if n.name == "linear"]
        assert linear == [("hidden",), ("out",)]

    def test_a_class_is_no_model(self):
        model = Pair
        assert names_here() == {}
        assert issubclass(model, ag.nn.Module)

    def test_models_of_others(self):
        class Foreign:
            def __init__(self):
                self.w = V(2.0)

            def named_parameters(self):
                return {"w.0": self.w, "other": np.ones(2)}.items()

            def __call__(self, x, y):
                return x * self.w + y

        model = Foreign()
        assert isinstance(model, Model)
        assert names_here() == {model.w: "w.0"}
        y, names = run_model(model, [np.array([1.0]), 3.0])
        assert y.item() == 5.0
        assert [names[model.w], *list(names.values())[-2:]] == ["w.0", "x1", "x2"]

    def test_what_is_no_model(self):
        for value in (V(), [V()], (V(), V()), ag.tanh, np.ones(2)):
            assert not isinstance(value, Model)


class TestRunning:
    def test_outputs_scopes_and_names(self):
        model, x = Pair(), np.ones((1, 2), np.float32)
        y, names = run_model(model, [x])
        assert STATE.observer is None
        graph = ag.describe(y, names=names)
        groups = [(n.name, n.group) for n in graph.nodes if n.kind == "operation"]
        assert groups == [("linear", ("hidden",)), ("tanh", ()), ("linear", ("out",))]
        inputs = [n.name for n in graph.nodes if n.kind in ("input", "constant")]
        assert inputs == ["x", "hidden.W", "hidden.b", "out.W", "out.b"]
        np.testing.assert_array_equal(y.data, model(x).data)

    def test_a_variable_stays_itself(self):
        x = V([[1.0, 2.0]], dtype=np.float32, name="pixel")
        y, names = run_model(Pair(), [x])
        y.backward()
        assert x.grad is not None
        graph = ag.describe(y, names=names)
        assert next(n.name for n in graph.nodes if n.kind == "input") == "pixel"

    def test_an_error_leaves_no_observer(self):
        with pytest.raises(ag.AutogradError):
            run_model(Pair(), [np.ones((1, 3), np.float32)])
        assert STATE.observer is None
