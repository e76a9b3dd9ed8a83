"""Transforms at the edges: whose memory a result is, which argument, complex numbers, SciPy."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, DTypeError, NonFiniteError, OperandError

RNG = np.random.default_rng(0)
X = RNG.standard_normal((2, 3))
Z = np.array([1 + 2j, 3 - 1j])
V = np.array([1j, 1.0])


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


# ---- whose memory


@pytest.mark.parametrize(
    "f", [lambda x: x.sum(0), lambda x: x, lambda x: x.T, lambda x: ag.broadcast_to(x, (2, 2, 3))]
)
def test_jacobians_can_be_written(f):
    jacobian = ag.jacobian(f)(X)
    before = jacobian.copy()
    jacobian += 1.0
    np.testing.assert_array_equal(jacobian, before + 1.0)


def test_blocks_of_a_jacobian_share_nothing():
    a, b = ag.jacobian(lambda x, y: x + y, (0, 1))(X, X)
    assert not np.shares_memory(a, b)
    tree = ag.jacobian(lambda p: {"a": p["x"], "b": p["x"]})({"x": X})
    assert not np.shares_memory(tree["a"]["x"], tree["b"]["x"])


def test_a_hook_on_the_argument_is_heard_in_every_row():
    def f(x):
        x.register_hook(lambda g: 10 * g)
        return 2 * x

    np.testing.assert_array_equal(ag.jacobian(f)(X[0]), 20 * np.eye(3))
    np.testing.assert_array_equal(ag.jacobian(f)(ag.Variable(X[0])).data, 20 * np.eye(3))


# ---- which argument


def test_numbers_of_arguments_may_be_numpys():
    def f(x, y):
        return x * y**2

    assert ag.grad(f, np.int64(1))(2.0, 3.0) == 12.0
    assert ag.grad(f, [np.int64(1), 0])(2.0, 3.0) == (12.0, 9.0)
    assert ag.grad(f, range(2))(2.0, 3.0) == (9.0, 12.0)


@pytest.mark.parametrize("transform", [ag.grad, ag.value_and_grad, ag.jacobian, ag.hessian])
def test_one_argument_under_two_numbers_is_refused(transform):
    with pytest.raises(ArgumentError, match=r"argnums=\(1, -1\) names an argument twice"):
        transform(lambda x, y: x * y, (1, -1))(2.0, 3.0)


def test_f_may_have_an_argument_called_f():
    value, pull = ag.vjp(lambda x, f: x * f, 3.0, f=2.0)
    assert (value, pull(1.0)) == (6.0, (2.0,))
    assert ag.jvp(lambda x, f: x * f, [3.0], [1.0], f=2.0) == (6.0, 2.0)


@pytest.mark.parametrize("given", [(1.0, [1.0]), (X, [X]), ([X], X)])
def test_jvp_takes_sequences_of_arguments(given):
    with pytest.raises(OperandError, match="must be a tuple or list"):
        ag.jvp(ag.sin, *given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.arange(3), "int64"),
        ("adam", "str"),
        (ag.nn.Linear(3, 1, rng=0), "Linear"),
        (True, "bool"),
    ],
)
def test_what_has_no_gradient_is_named(given, said):
    with pytest.raises(DTypeError, match=f"grad: an argument to differentiate by holds {said}, "):
        ag.grad(lambda p: p["a"])({"a": 1.0, "b": given})


# ---- complex numbers


def loss(z):
    return (ag.abs(z) ** 4).sum() + ag.real(z[0] * z[1] ** 2)


def along(f, z, v):
    """Return how much a function changes along a direction, by small differences."""
    return (f(z + 1e-6 * v) - f(z - 1e-6 * v)) / 2e-6


def test_complex_gradients_follow_the_convention():
    gradient = ag.grad(loss)(Z)
    assert gradient.dtype == complex
    for v in (V, 1j * V, np.array([1.0, 0.0])):
        change = along(lambda z: loss(z).data, Z, v)
        np.testing.assert_allclose((gradient * v).sum().real, change, rtol=1e-8)
    value, again = ag.value_and_grad(loss)(Z)
    assert value.dtype == float
    np.testing.assert_array_equal(again, gradient)


def test_products_with_complex_derivatives():
    np.testing.assert_allclose(ag.hvp(loss)(Z, V), along(ag.grad(loss), Z, V), rtol=1e-7)
    for f in (lambda z: z**2, lambda z: np.conj(z) * z**2, lambda z: abs(z) ** 2):
        value, change = ag.jvp(f, [Z], [V])
        np.testing.assert_allclose(value, f(Z))
        np.testing.assert_allclose(change, along(f, Z, V), rtol=1e-8)
    np.testing.assert_allclose(ag.jvp(lambda x: ag.exp(1j * x), [0.0], [1.0])[1], 1j)
    np.testing.assert_allclose(ag.vjp(lambda z: z**2, Z)[1](V)[0], 2 * Z * V)


def test_jax_agrees_about_complex_numbers():
    jax = pytest.importorskip("jax")
    xp = jax.numpy

    def theirs(z):
        return (xp.abs(z) ** 4).sum() + xp.real(z[0] * z[1] ** 2)

    np.testing.assert_allclose(ag.grad(loss)(Z), jax.grad(theirs)(Z), rtol=1e-5)
    expected = jax.jvp(jax.grad(theirs), (xp.asarray(Z),), (xp.asarray(V),))[1]
    np.testing.assert_allclose(ag.hvp(loss)(Z, V), expected, rtol=1e-5)


def test_real_outputs_of_complex_arguments_have_jacobians():
    found = ag.jacobian(lambda z: ag.abs(z) ** 2)(Z)
    np.testing.assert_allclose(found, np.diag(2 * Z.conj()))
    np.testing.assert_allclose(ag.elementwise_grad(lambda z: ag.abs(z) ** 2)(Z), 2 * Z.conj())


@pytest.mark.parametrize("argument", [np.array([0.4, -0.6]), Z], ids=["real", "complex"])
def test_complex_outputs_have_no_jacobian(argument):
    for transform in (ag.jacobian, ag.elementwise_grad):
        with pytest.raises(
            DTypeError, match=r"complex128 is no array; return the tuple of ag.real"
        ):
            transform(lambda x: ag.exp(1j * x))(argument)
    parts = ag.jacobian(lambda x: (ag.cos(x), ag.sin(x)))(argument.real)
    np.testing.assert_allclose(parts[1], np.diag(np.cos(argument.real)))


def test_hessians_by_complex_arguments_are_refused():
    with pytest.raises(DTypeError, match=r"hessian: .* or use hvp"):
        ag.hessian(loss)(Z)
    assert ag.hessian(lambda x: ag.abs(ag.exp(1j * x) + 1) ** 2)(0.0) == pytest.approx(-2.0)


# ---- SciPy


METHODS = {
    "BFGS": {},
    "L-BFGS-B": {},
    "Newton-CG": {"hess": ag.hessian(rosenbrock)},
    "trust-exact": {"hess": ag.hessian(rosenbrock)},
    "trust-krylov": {"hessp": ag.hvp(rosenbrock)},
    "trust-constr": {"hessp": ag.hvp(rosenbrock)},  # which first passes a vector of int8
}


@pytest.mark.parametrize("method", METHODS)
def test_scipys_methods_take_the_transforms_as_they_stand(method):
    optimize = pytest.importorskip("scipy.optimize")
    value_and_slope = ag.value_and_grad(rosenbrock)
    found = optimize.minimize(
        value_and_slope, np.zeros(3), jac=True, method=method, **METHODS[method]
    )
    np.testing.assert_allclose(found.x, np.ones(3), atol=1e-3)


def test_directions_of_whole_numbers():
    v = np.array([0, 1, 0], np.int8)
    np.testing.assert_array_equal(ag.hvp(rosenbrock)(X[0], v), ag.hessian(rosenbrock)(X[0])[1])
    assert ag.vjp(lambda x: 2 * x, 3.0)[1](np.array(1)) == (2.0,)
    assert ag.jvp(lambda x: 2 * x, [3.0], [np.array(1)])[1] == 2.0


# ---- forensics, memory


def steep(x):
    root = ag.sqrt(x)
    return (root * 2.0).sum()


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize(
    "transform",
    [
        lambda: ag.grad(steep)(np.array([0.0, 1.0])),
        lambda: ag.hvp(steep)(np.array([0.0, 1.0]), np.ones(2)),
        lambda: ag.jacobian(lambda x: ag.stack([steep(x)]))(np.array([0.0, 1.0])),
        lambda: ag.grad(ag.checkpoint(steep))(np.array([0.0, 1.0])),
        lambda: ag.vjp(steep, np.array([0.0, 1.0]))[1](1.0),
    ],
)
def test_debug_names_the_operation_the_line_and_the_path(transform):
    with ag.debug(), pytest.raises(NonFiniteError, match=r"^sqrt.* holds inf at \[0\]") as raised:
        transform()
    report = str(raised.value)
    assert "root = ag.sqrt(x)" in report
    path = report[report.index("from here to the loss") :].splitlines()
    assert [line.split()[0] for line in path[1:4]] == ["sqrt", "mul", "sum"]
    assert "return (root * 2.0).sum()" in path[2]


@pytest.mark.parametrize(
    "act",
    [
        lambda x: ag.grad(rosenbrock)(x),
        lambda x: ag.hessian(rosenbrock)(x),
        lambda x: ag.grad(ag.checkpoint(rosenbrock))(x),
        lambda x: ag.grad(lambda y: ag.hvp(rosenbrock)(y, x).sum())(x),
        lambda x: ag.vjp(lambda y: y * y, x)[1](x),
    ],
)
def test_loops_do_not_grow_without_the_garbage_collector(act):
    x = np.ones(1000)[:10]
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            act(x)
        tracemalloc.start()
        for _ in range(500):
            act(x)
        assert gc.collect() == 0  # nothing waited for it; Python's own free lists are emptied
        assert tracemalloc.get_traced_memory()[0] < 20_000  # less than one object each
    finally:
        tracemalloc.stop()
        gc.enable()
