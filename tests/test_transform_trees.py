"""Trees in, trees of the same structure out."""

from __future__ import annotations

from collections import OrderedDict, namedtuple

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, AutogradError
from autograd_lite.transforms.trees import leaves_alike, leaves_of, rebuilt

Layer = namedtuple("Layer", "W b")
X = np.random.default_rng(0).standard_normal((5, 3))
PARAMETERS = {
    "first": Layer(np.full((3, 4), 0.1), np.zeros(4)),
    "rest": [(np.full((4, 1), 0.2), 0.5), None],
}


def network(p, x):
    hidden = ag.tanh(x @ p["first"].W + p["first"].b)
    (weights, bias), nothing = p["rest"]
    assert nothing is None
    return hidden @ weights + bias


def loss(p, x):
    return (network(p, x) ** 2).mean()


def same_structure(a, b):
    assert type(a) is type(b)
    if isinstance(a, dict):
        assert list(a) == list(b)
    if isinstance(a, dict | list | tuple):
        for key in a if isinstance(a, dict) else range(len(a)):
            same_structure(a[key], b[key])


def test_a_tree_of_gradients_has_the_structure_of_the_argument():
    found = ag.grad(loss)(PARAMETERS, X)
    as_arrays = rebuilt(PARAMETERS, [np.asarray(leaf) for leaf in leaves_of(PARAMETERS)])
    same_structure(found, as_arrays)
    assert isinstance(found["first"], Layer)
    for i, gradient in enumerate(leaves_of(found)):
        leaves = leaves_of(PARAMETERS)

        def of_one(leaf, i=i, leaves=leaves):
            return loss(rebuilt(PARAMETERS, [*leaves[:i], leaf, *leaves[i + 1 :]]), X)

        np.testing.assert_array_equal(gradient, ag.grad(of_one)(leaves[i]))
        np.testing.assert_allclose(
            gradient, ag.numerical_gradient(of_one, np.array(leaves[i])), rtol=1e-6, atol=1e-9
        )


def test_jax_gives_the_same_tree():
    jax = pytest.importorskip("jax")
    p = {"a": [np.float32(2.0), (np.float32(3.0),)], "b": Layer(np.ones(2, np.float32), None)}

    def f(p):
        return p["a"][0] * p["a"][1][0] ** 2 + (p["b"].W * p["a"][0]).sum()

    ours, theirs = ag.grad(f)(p), jax.grad(f)(p)
    for mine, other in zip(leaves_of(ours), jax.tree_util.tree_leaves(theirs), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-6)


def test_several_arguments_that_are_trees():
    (a, b), c = ag.grad(lambda p, q: p[0] * p[1] ** 2 * q["x"], (0, 1))((2.0, 3.0), {"x": 5.0})
    assert (a, b, c) == (45.0, 60.0, {"x": 18.0})


def test_trees_that_functions_return():
    value, pull = ag.vjp(lambda x: {"double": 2 * x, "rest": (x**2, 7.0)}, 3.0)
    assert value == {"double": 6.0, "rest": (9.0, 7.0)}
    assert type(value["rest"][1]) is np.ndarray
    (back,) = pull({"double": 1.0, "rest": (10.0, 0.0)})
    assert back == 62.0
    value, change = ag.jvp(lambda x: {"double": 2 * x, "rest": (x**2, 7.0)}, [3.0], [1.0])
    assert change == {"double": 2.0, "rest": (6.0, 0.0)}
    jacobian = ag.jacobian(lambda p: [p["x"] * p["y"], p["x"]])({"x": X[0], "y": 2.0})
    np.testing.assert_array_equal(jacobian[0]["x"], 2 * np.eye(3))
    np.testing.assert_array_equal(jacobian[0]["y"], X[0])
    np.testing.assert_array_equal(jacobian[1]["y"], np.zeros(3))


def test_hessians_and_products_of_trees():
    p = {"x": X[0], "y": 2.0}

    def f(p):
        return (p["x"] ** 3 * p["y"] ** 2).sum()

    h = ag.hessian(f)(p)
    np.testing.assert_allclose(h["x"]["x"], np.diag(24 * X[0]), rtol=1e-12)
    np.testing.assert_allclose(h["x"]["y"], 12 * X[0] ** 2, rtol=1e-12)
    np.testing.assert_allclose(h["y"]["x"], h["x"]["y"], rtol=1e-12)
    np.testing.assert_allclose(h["y"]["y"], 2 * (X[0] ** 3).sum(), rtol=1e-12)
    v = {"x": X[1], "y": 0.5}
    product = ag.hvp(f)(p, v)
    np.testing.assert_allclose(product["x"], h["x"]["x"] @ X[1] + 0.5 * h["x"]["y"], rtol=1e-12)
    np.testing.assert_allclose(product["y"], h["y"]["x"] @ X[1] + 0.5 * h["y"]["y"], rtol=1e-12)
    pair = ag.hvp(lambda x, y: x * y**2, (0, 1))(2.0, 3.0, (1.0, 1.0))
    assert pair == (6.0, 10.0)


def test_aux_comes_back_plain():
    def f(x):
        return (x**2).sum(), {"residual": x - 1, "note": "as it is", "count": 3}

    gradient, aux = ag.grad(f, has_aux=True)(X[0])
    np.testing.assert_array_equal(gradient, 2 * X[0])
    assert type(aux["residual"]) is np.ndarray
    np.testing.assert_array_equal(aux["residual"], X[0] - 1)
    assert aux["note"] == "as it is"
    assert aux["count"] == 3
    (value, again), _ = ag.value_and_grad(f, has_aux=True)(X[0])
    assert value == (X[0] ** 2).sum()
    assert again["count"] == 3


def test_aux_keeps_what_an_outer_derivative_needs():
    def outer(x):
        _, aux = ag.grad(lambda y: (y * y, x * y), has_aux=True)(3.0)
        return aux * x

    assert ag.grad(outer)(2.0) == 12.0


def test_one_variable_twice_in_a_tree():
    v = ag.Variable(3.0)
    with ag.no_grad():
        assert ag.grad(lambda p: p[0] * p[1] ** 2)([v, v]) == [9.0, 18.0]
    a, b = ag.grad(lambda p: p[0] * p[1] ** 2)([v, v])
    b.backward()
    assert a.item() == 9.0
    assert v.grad == 12.0  # of 2 · p0 · p1


def test_dictionaries_keep_their_order_and_lists_are_not_changed():
    given = OrderedDict(b=1.0, a=[2.0])
    assert list(ag.grad(lambda p: p["a"][0] * p["b"])(given)) == ["b", "a"]
    assert given["a"] == [2.0]


@pytest.mark.parametrize(
    "given", [{"a": 1.0}, {"a": 1.0, "c": 2.0}, [1.0, 2.0], {"a": 1.0, "b": None}]
)
def test_another_structure_is_refused(given):
    with pytest.raises(ArgumentError, match="another structure"):
        leaves_alike({"a": 0.0, "b": (1.0,)}, given, "here")


def test_leaves_that_are_no_numbers_are_refused():
    with pytest.raises(AutogradError, match=r"grad: an argument .* holds str"):
        ag.grad(lambda p: p[0])([1.0, "name"])
