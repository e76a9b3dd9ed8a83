"""Transforms: laws, closed forms, nesting, what depends on other Variables, errors."""

from __future__ import annotations

import gc
import math
import threading
import weakref

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, DTypeError, OperandError, ShapeError

RNG = np.random.default_rng(0)
A = RNG.standard_normal((4, 4))
X = RNG.standard_normal(4)
V = RNG.standard_normal(4)


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def mixed(x):
    return ag.sin(x @ A) * ag.exp(-x)


def is_plain(x):
    return type(x) is np.ndarray


# ---- laws


def test_the_gradient_of_a_quadratic_form():
    found = ag.grad(lambda x: x @ (A @ x))(X)
    assert is_plain(found)
    np.testing.assert_allclose(found, (A + A.T) @ X, rtol=1e-13)


def test_value_and_gradient_come_from_one_run():
    runs = []

    def f(x):
        runs.append(x)
        return (x * x).sum()

    value, gradient = ag.value_and_grad(f)(X)
    assert len(runs) == 1
    assert is_plain(value)
    assert value.shape == ()
    assert value == pytest.approx(X @ X, rel=1e-15)
    np.testing.assert_array_equal(gradient, 2 * X)


def test_the_jacobian_of_a_linear_map_is_its_matrix():
    np.testing.assert_array_equal(ag.jacobian(lambda x: A @ x)(X), A)


def test_a_jacobian_has_the_outputs_shape_then_the_inputs():
    x = RNG.standard_normal((2, 3))
    found = ag.jacobian(lambda x: ag.stack([x.T, 2 * x.T]))(x)
    assert found.shape == (2, 3, 2, 2, 3)
    expected = np.einsum("k,ia,jb->kabji", [1, 2], np.eye(3), np.eye(2)).transpose(0, 1, 2, 3, 4)
    np.testing.assert_array_equal(found, expected.reshape(found.shape))
    assert ag.jacobian(lambda x: x[:0])(X).shape == (0, 4)
    assert ag.jacobian(lambda x: x * 2)(3.0) == 2.0


def test_hessians_are_symmetric_and_products_with_them_are_products():
    h = ag.hessian(rosenbrock)(X)
    np.testing.assert_allclose(h, h.T, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ag.hvp(rosenbrock)(X, V), h @ V, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(ag.jacobian(ag.grad(rosenbrock))(X), h, rtol=1e-12)
    differences = [
        (ag.grad(rosenbrock)(X + e) - ag.grad(rosenbrock)(X - e)) / 2e-6 for e in 1e-6 * np.eye(4)
    ]
    np.testing.assert_allclose(h, differences, rtol=1e-4, atol=1e-4)


def test_vjp_is_linear_and_agrees_with_the_jacobian():
    value, pull = ag.vjp(mixed, X)
    np.testing.assert_array_equal(value, mixed(X).data)
    jacobian = ag.jacobian(mixed)(X)
    (back,) = pull(V)
    np.testing.assert_allclose(back, V @ jacobian, rtol=1e-12)
    np.testing.assert_allclose(pull(2 * V + X)[0], 2 * back + pull(X)[0], rtol=1e-12)


def test_jvp_against_finite_differences_and_the_jacobian():
    value, change = ag.jvp(mixed, [X], [V])
    np.testing.assert_array_equal(value, mixed(X).data)
    np.testing.assert_allclose(change, ag.jacobian(mixed)(X) @ V, rtol=1e-12)
    difference = (mixed(X + 1e-6 * V).data - mixed(X - 1e-6 * V).data) / 2e-6
    np.testing.assert_allclose(change, difference, rtol=1e-7)


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_jvp_does_not_lose_an_infinite_slope():
    """Weights of 0 would meet ∞ and be taken for a branch that was not."""
    _, change = ag.jvp(ag.sqrt, [np.array([0.0, 4.0])], [np.array([1.0, 1.0])])
    assert change.tolist() == [math.inf, 0.25]


def test_the_slope_at_each_element():
    np.testing.assert_allclose(ag.elementwise_grad(ag.tanh)(X), 1 - np.tanh(X) ** 2, rtol=1e-13)
    second = ag.elementwise_grad(ag.elementwise_grad(ag.sin))
    np.testing.assert_allclose(second(X), -np.sin(X), rtol=1e-13)


def test_argnums_and_further_arguments():
    def f(x, y, *, scale, label):
        assert label == "a"
        return x * y**2 * scale

    assert ag.grad(f, 1)(2.0, 3.0, scale=10.0, label="a") == 120.0
    assert ag.grad(f, -1)(2.0, 3.0, scale=10.0, label="a") == 120.0
    assert ag.grad(f, (1, 0))(2.0, 3.0, scale=10.0, label="a") == (120.0, 90.0)
    assert ag.grad(f, [0])(2.0, 3.0, scale=10.0, label="a") == (90.0,)


def test_names_and_pages_are_those_of_the_function():
    assert ag.grad(rosenbrock).__name__ == "grad_of_rosenbrock"
    assert "rosenbrock" in ag.hessian(rosenbrock).__doc__


def test_dtypes_are_kept_and_the_callers_array_stays():
    x = X.astype(np.float32)
    before = x.copy()
    gradient = ag.grad(lambda x: (x**3).sum())(x)
    assert gradient.dtype == np.float32
    gradient += 1.0  # it is the caller's
    np.testing.assert_array_equal(x, before)
    same = ag.grad(lambda x: x.sum())(x)
    same += 1.0
    np.testing.assert_array_equal(same, 2.0)


def test_a_result_shares_memory_with_nothing():
    seed = np.ones(100)
    (first,), (second,) = (ag.vjp(lambda x: x, np.zeros(100))[1](seed) for _ in range(2))
    first += 1.0
    assert seed.sum() == second.sum() == 100
    a, b = ag.vjp(lambda x, y: x + y, np.zeros(100), np.zeros(100))[1](seed)
    assert not np.shares_memory(a, b)
    value, _ = ag.vjp(lambda x: x, seed)
    assert not np.shares_memory(value, seed)


# ---- orders


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("x", [0.3, -1.2])
def test_orders_against_closed_forms(order, x):
    expected = {
        ag.exp: math.exp(x),
        ag.sin: [math.sin(x), math.cos(x), -math.sin(x), -math.cos(x)][order % 4],
        (lambda x: x**5): math.perm(5, order) * x ** (5 - order),
        (lambda x: 1 / x): (-1) ** order * math.factorial(order) / x ** (order + 1),
    }
    for f, value in expected.items():
        found = f
        for _ in range(order):
            found = ag.grad(found)
        assert is_plain(found(x))
        assert found(x) == pytest.approx(value, rel=1e-12)


CONFUSIONS = {
    "product": (lambda g: lambda x: x * g(lambda y: x * y)(2.0), 3.0, 6.0),
    "square inside": (lambda g: lambda x: g(lambda y: x * y * y)(2.0), 3.0, 4.0),
    "sum": (lambda g: lambda x: x * g(lambda y: x + y)(1.0), 5.0, 1.0),
    "its own argument": (lambda g: lambda x: x * g(lambda y: x * y)(x), 3.0, 6.0),
    "square": (lambda g: lambda x: g(lambda y: x * y * y)(x), 3.0, 12.0),
    "three deep": (lambda g: lambda x: g(lambda y: g(lambda z: x * y * z * z)(y))(x), 2.0, 16.0),
    "shadowed": (lambda g: lambda x: g(lambda x: x**3)(x) + x, 2.0, 13.0),
    "unused": (lambda g: lambda x: g(lambda y: x * x)(1.0) + x, 2.0, 1.0),
}


@pytest.mark.parametrize("case", CONFUSIONS.values(), ids=CONFUSIONS)
def test_perturbations_are_not_confused(case):
    made, x, expected = case
    assert is_plain(ag.grad(made(ag.grad))(x))
    assert ag.grad(made(ag.grad))(x) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("case", CONFUSIONS.values(), ids=CONFUSIONS)
def test_jax_agrees_about_confusions(case):
    jax = pytest.importorskip("jax")
    made, x, expected = case
    assert float(jax.grad(made(jax.grad))(x)) == pytest.approx(expected, rel=1e-6)


def test_transforms_of_transforms():
    trace = ag.grad(lambda x: ag.jacobian(lambda y: y**3 * x)(x).sum())
    np.testing.assert_allclose(trace(X), 9 * X**2, rtol=1e-12)
    along = ag.grad(lambda x: ag.jvp(lambda y: (y**3).sum(), [x], [V])[1])
    np.testing.assert_allclose(along(X), 6 * X * V, rtol=1e-12)
    twice = ag.grad(lambda x: ag.hvp(lambda y: (y**4).sum())(x, V).sum())
    np.testing.assert_allclose(twice(X), 24 * X * V, rtol=1e-12)
    inside = ag.grad(lambda x: ag.vjp(lambda y: y**2, x)[1](V)[0].sum())
    np.testing.assert_allclose(inside(X), 2 * V, rtol=1e-12)
    by_vector = ag.grad(lambda v: ag.hvp(lambda y: (y**3).sum())(X, v).sum())
    np.testing.assert_allclose(by_vector(V), 6 * X, rtol=1e-12)
    by_tangent = ag.grad(lambda v: ag.jvp(lambda y: y**3, [X], [v])[1].sum())
    np.testing.assert_allclose(by_tangent(V), 3 * X**2, rtol=1e-12)


def test_transforms_of_what_is_constant_for_the_outer_one():
    inner = {
        "grad": lambda x: ag.grad(lambda y: x * y**3)(2.0),
        "hvp": lambda x: ag.hvp(lambda y: x * y**3)(2.0, 1.0),
        "jvp": lambda x: ag.jvp(lambda y: x * y**3, [2.0], [1.0])[1],
        "vjp": lambda x: ag.vjp(lambda y: x * y**3, 2.0)[1](1.0)[0],
        "jacobian": lambda x: ag.jacobian(lambda y: x * y**3)(2.0),
        "value": lambda x: ag.value_and_grad(lambda y: x * y**3)(2.0)[0],
    }
    expected = {"hvp": 12.0, "value": 8.0}
    for name, f in inner.items():
        assert is_plain(ag.grad(f)(5.0)), name
        assert ag.grad(f)(5.0) == expected.get(name, 12.0), name


# ---- other Variables


def test_what_depends_on_other_variables_is_recorded():
    w = ag.Variable(A)
    penalty = ag.grad(lambda x: ag.tanh(x @ w).sum())(X)
    assert isinstance(penalty, ag.Variable)
    (penalty * penalty).sum().backward()

    def by_hand(flat):
        w = flat.reshape(4, 4)
        slopes = 1 - np.tanh(X @ w) ** 2
        return float(((w @ slopes) ** 2).sum())

    differences = [
        (by_hand(A.ravel() + e) - by_hand(A.ravel() - e)) / 2e-6 for e in 1e-6 * np.eye(16)
    ]
    np.testing.assert_allclose(w.grad.ravel(), differences, rtol=1e-6, atol=1e-8)


def test_under_no_grad_and_for_constants_results_are_plain():
    w = ag.Variable(2.0)
    with ag.no_grad():
        assert is_plain(ag.grad(lambda x: w * x * x)(3.0))
        assert is_plain(ag.hessian(lambda x: w * x * x)(3.0))
        value, gradient = ag.value_and_grad(lambda x: x * x)(w)
        assert is_plain(value)
        assert gradient == 4.0
    assert w.grad is None
    fixed = ag.Variable(2.0, requires_grad=False)
    assert is_plain(ag.grad(lambda x: fixed * x * x)(fixed))
    assert isinstance(ag.value_and_grad(lambda x: w * x * x)(3.0)[0], ag.Variable)


def test_a_variable_argument_is_differentiated_by_itself_only():
    x = ag.Variable(3.0)
    y = x * 2.0
    assert ag.grad(lambda v: v * x + v * y)(y).item() == 9.0
    z = ag.grad(lambda v: v**3)(x)
    z.backward()
    assert x.grad == 18.0


def test_a_gradient_penalty_in_training():
    ag.seed(0)
    model = ag.nn.MLP(3, 8, 1, activation="tanh", rng=0)
    x = RNG.standard_normal((5, 3)).astype(np.float32)

    def penalized():
        slopes = ag.grad(lambda x: model(x).sum())(x)
        return (model(x) ** 2).mean() + (slopes**2).mean()

    loss = penalized()
    loss.backward()
    parameter = model.parameters()[0]
    gradient = parameter.grad.astype(float)
    direction = RNG.standard_normal(gradient.shape)
    direction /= np.linalg.norm(direction)
    values = []
    for step in (1e-2, -2e-2):
        parameter.assign(parameter.data + (step * direction).astype(np.float32))
        values.append(penalized().item())
    assert (values[0] - values[1]) / 2e-2 == pytest.approx((gradient * direction).sum(), rel=2e-2)


def test_nothing_outside_is_touched():
    w = ag.Variable(2.0)
    y = w * 3.0
    with ag.no_grad():
        ag.grad(lambda x: x * x * y)(2.0)
    assert w.grad is None
    y.backward()  # was not released
    assert w.grad == 3.0


# ---- zeros


@pytest.mark.parametrize(
    "f", [lambda x: 1.0, lambda x: np.ones(1), lambda x: 3, lambda x: x[:0].sum()]
)
def test_what_nothing_depends_on_is_zero(f):
    found = ag.grad(f)(X)
    assert is_plain(found)
    np.testing.assert_array_equal(found, np.zeros(4))
    np.testing.assert_array_equal(ag.hessian(f)(X), np.zeros((4, 4)))
    np.testing.assert_array_equal(ag.hvp(f)(X, V), np.zeros(4))


def test_zeros_for_one_of_several():
    a, b = ag.grad(lambda x, y: (x**2).sum(), (0, 1))(X, np.ones(2, np.float32))
    np.testing.assert_array_equal(a, 2 * X)
    np.testing.assert_array_equal(b, [0, 0])
    assert b.dtype == np.float32
    assert ag.jvp(lambda x: 5.0, [1.0], [1.0])[1] == 0.0
    assert ag.grad(ag.grad(lambda x: 3 * x))(1.0) == 0.0
    jacobian = ag.jacobian(lambda x: (x * 2, 1.0))(X)
    np.testing.assert_array_equal(jacobian[1], np.zeros(4))


# ---- errors


ERRORS = {
    "grad: the function returned shape (4,).*jacobian": (ArgumentError, lambda: ag.grad(ag.sin)(X)),
    "hvp: the function returned shape": (ArgumentError, lambda: ag.hvp(ag.sin)(X, X)),
    "hessian: the function returned shape": (ArgumentError, lambda: ag.hessian(ag.sin)(X)),
    "grad: the function returned NoneType": (OperandError, lambda: ag.grad(lambda x: None)(X)),
    "grad: the function returned tuple.*has_aux=True": (
        OperandError,
        lambda: ag.grad(lambda x: (x.sum(), x))(X),
    ),
    "hvp: an argument to differentiate by holds str": (
        DTypeError,
        lambda: ag.hvp(lambda p: p["a"].sum())({"a": X, "name": "a"}, X),
    ),
    "jvp: args must be a tuple or list, not": (OperandError, lambda: ag.jvp(ag.sin, X, V)),
    "grad: the first argument must be a function": (OperandError, lambda: ag.grad(X)),
    "grad: argnums must be an int": (OperandError, lambda: ag.grad(ag.sin, "x")),
    "grad: argnums must be": (OperandError, lambda: ag.grad(ag.sin, argnums=True)),
    "names an argument twice": (ArgumentError, lambda: ag.grad(ag.sin, (0, 0))),
    "grad: argnums=1 asks for an argument": (ArgumentError, lambda: ag.grad(ag.sin, 1)(2.0)),
    "grad: with has_aux=True": (OperandError, lambda: ag.grad(ag.sin, has_aux=True)(2.0)),
    "grad: an argument to differentiate by holds int64": (
        DTypeError,
        lambda: ag.grad(ag.sum)(np.arange(3)),
    ),
    "hvp: the vector: shape": (ShapeError, lambda: ag.hvp(rosenbrock)(X, V[:2])),
    "hvp: call it with": (ArgumentError, lambda: ag.hvp(rosenbrock)(X)),
    "vjp: the gradient: shape": (ShapeError, lambda: ag.vjp(ag.sin, X)[1](V[:2])),
    "jvp: tangents has another structure": (
        ArgumentError,
        lambda: ag.jvp(lambda p: p["a"], [{"a": X}], [{"b": V}]),
    ),
}


@pytest.mark.parametrize("message", ERRORS)
def test_errors_say_what_to_do(message):
    kind, call = ERRORS[message]
    with pytest.raises(kind, match=message.replace("(", r"\(").replace(")", r"\)")):
        call()


# ---- where they run


def test_scipy_minimizes_it_as_it_stands():
    optimize = pytest.importorskip("scipy.optimize")
    done = optimize.minimize(ag.value_and_grad(rosenbrock), np.zeros(5), jac=True)
    np.testing.assert_allclose(done.x, np.ones(5), atol=1e-4)
    newton = optimize.minimize(
        ag.value_and_grad(rosenbrock),
        np.zeros(5),
        jac=True,
        hessp=ag.hvp(rosenbrock),
        method="Newton-CG",
    )
    np.testing.assert_allclose(newton.x, np.ones(5), atol=1e-2)


def test_they_run_in_threads():
    found = [None] * 8

    def work(i):
        for _ in range(20):
            with ag.no_grad():
                found[i] = ag.hessian(rosenbrock)(X + i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, h in enumerate(found):
        np.testing.assert_array_equal(h, ag.hessian(rosenbrock)(X + i))


def test_they_run_in_a_captured_function():
    step = ag.capture(lambda x: ag.grad(rosenbrock)(x))
    for i in range(3):
        np.testing.assert_allclose(step(X + i), ag.grad(rosenbrock)(X + i), rtol=1e-12)


def test_nothing_is_left_behind():
    left = []

    def watched(function):
        def inner(x, *rest):
            left.append(weakref.ref(x))
            return function(x, *rest)

        return inner

    gc.disable()
    try:
        seen = watched(rosenbrock)
        ag.grad(seen)(X)
        ag.hessian(seen)(X)
        ag.hvp(seen)(X, V)
        ag.jvp(watched(mixed), [X], [V])
        ag.vjp(watched(mixed), X)[1](V)
        assert left
        assert [ref() for ref in left] == [None] * len(left)
    finally:
        gc.enable()
