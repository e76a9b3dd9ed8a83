"""Complex numbers: the convention, against closed forms, JAX and PyTorch; what is refused."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import (
    DTypeError,
    GradientCheckError,
    OperandError,
)
from autograd_lite.graph.function import Operation

Z = np.array([[0.5 + 1.5j, -1.25 + 0.5j], [0.75 - 0.25j, 1.0 + 2.0j]])
W = np.array([[1.5 - 0.5j, 0.25 + 1.0j], [-0.5 + 0.5j, 0.75 - 1.25j]])


def jax_in_double() -> Any:
    """Return JAX, if it is there."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", val=True)
    return jax


def gradient(f: Callable[[Any], ag.Variable], at: Any = Z) -> np.ndarray:
    z = ag.Variable(at)
    f(z).backward()
    assert z.grad is not None
    return z.grad


# ---- the convention

SQUARES = {
    "the squares of both parts": lambda z: (ag.real(z) ** 2 + ag.imag(z) ** 2).sum(),
    "z times its conjugate": lambda z: ag.real(z * ag.conj(z)).sum(),
    "the square of the size": lambda z: (ag.abs(z) ** 2).sum(),
    "a square and an angle": lambda z: (ag.abs(z * ag.exp(1j * ag.angle(z))) ** 2).sum(),
}


@pytest.mark.parametrize("way", SQUARES)
def test_the_gradient_of_the_squared_size_is_twice_the_conjugate(way: str):
    """∂/∂x - i ∂/∂y of x² + y² is 2x - 2iy."""
    np.testing.assert_allclose(gradient(SQUARES[way]), 2 * Z.conj(), rtol=1e-13)


def test_a_step_changes_the_loss_by_the_real_part_of_grad_times_the_step():
    step = 1e-6 * W
    slope = (gradient(some_loss) * step).real.sum()
    moved = some_loss(ag.Variable(Z + step)).item() - some_loss(ag.Variable(Z - step)).item()
    assert abs(moved / 2 - slope) < 1e-6 * abs(slope)


def some_loss(z: Any) -> ag.Variable:
    return ag.real(ag.exp(z * W) / (z + 3.0)).sum() + ag.abs(ag.sin(z)).sum()


def test_descent_goes_along_the_conjugate():
    z = ag.Variable(Z)
    losses = []
    for _ in range(50):
        loss = (ag.abs(z * z - W) ** 2).sum()
        losses.append(loss.item())
        z.zero_grad()
        loss.backward()
        z.assign(z.data - 0.05 * z.grad.conj())
    assert losses[-1] < 1e-3 * losses[0]
    assert losses == sorted(losses, reverse=True)


HOLOMORPHIC = {
    "exp": (ag.exp, np.exp),
    "log": (ag.log, lambda z: 1 / z),
    "sqrt": (ag.sqrt, lambda z: 0.5 / np.sqrt(z)),
    "power": (lambda z: z**2.5, lambda z: 2.5 * z**1.5),
    "a complex power": (lambda z: z ** (1 - 2j), lambda z: (1 - 2j) * z**-2j),
    "tanh": (ag.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "arcsin": (ag.arcsin, lambda z: 1 / np.sqrt(1 - z * z)),
    "arccos": (ag.arccos, lambda z: -1 / np.sqrt(1 - z * z)),
    "arctan": (ag.arctan, lambda z: 1 / (1 + z * z)),
    "arcsinh": (ag.arcsinh, lambda z: 1 / np.sqrt(1 + z * z)),
    "arccosh": (ag.arccosh, lambda z: 1 / (np.sqrt(z - 1) * np.sqrt(z + 1))),
    "arctanh": (ag.arctanh, lambda z: 1 / (1 - z * z)),
    "reciprocal": (ag.reciprocal, lambda z: -1 / z**2),
}


@pytest.mark.parametrize("name", HOLOMORPHIC)
def test_holomorphic_functions_obey_cauchy_and_riemann(name: str):
    """Of u + iv: ∂u/∂x = ∂v/∂y and ∂u/∂y = -∂v/∂x; and both are those of the derivative."""
    function, slope = HOLOMORPHIC[name]
    of_u = gradient(lambda z: ag.real(function(z)).sum())
    of_v = gradient(lambda z: ag.imag(function(z)).sum())
    np.testing.assert_allclose(of_u, slope(Z), rtol=1e-12)
    np.testing.assert_allclose(of_v, -1j * of_u, rtol=1e-12)


CHAINS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "products": lambda xp, z, w: xp.real(z @ w * z).sum(),
    "sizes": lambda xp, z, w: (xp.abs(z * w + 1.0) ** 3).sum(),
    "quotients": lambda xp, z, w: xp.imag(z / w - w / z).sum(),
    "functions": lambda xp, z, w: xp.real(
        xp.exp(z) * xp.sin(w) + xp.sqrt(z + 3) * xp.conj(w)
    ).sum(),
    "angles": lambda xp, z, w: (xp.angle(z) * xp.angle(w + 2.0)).sum(),
    "powers": lambda xp, z, w: xp.abs(z**3 + w**2).sum(),
}


@pytest.mark.parametrize("name", CHAINS)
def test_gradients_are_those_of_jax(name: str):
    jax = jax_in_double()
    z, w = ag.Variable(Z), ag.Variable(W)
    CHAINS[name](ag, z, w).backward()
    expected = jax.grad(lambda z, w: CHAINS[name](jax.numpy, z, w), argnums=(0, 1))(Z, W)
    for ours, theirs in zip((z.grad, w.grad), expected, strict=True):
        np.testing.assert_allclose(ours, np.asarray(theirs), rtol=1e-11)


@pytest.mark.parametrize("name", list(CHAINS))
def test_gradients_are_the_conjugates_of_torchs(name: str):
    torch = pytest.importorskip("torch")
    z, w = ag.Variable(Z), ag.Variable(W)
    CHAINS[name](ag, z, w).backward()
    leaves = [torch.tensor(x, requires_grad=True) for x in (Z, W)]
    CHAINS[name](torch, *leaves).backward()
    for ours, theirs in zip((z.grad, w.grad), leaves, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy().conj(), rtol=1e-11)


def test_second_derivatives_are_those_of_jax():
    jax = jax_in_double()

    def slope(xp: Any, g: Any) -> Any:
        return (xp.abs(g) ** 2).sum() + xp.real(g * (1 + 2j)).sum()

    z, w = ag.Variable(Z), ag.Variable(W)
    first = ag.gradients(CHAINS["sizes"](ag, z, w), z, create_graph=True)
    ours = ag.gradients(slope(ag, first), [z, w])
    inner = jax.grad(lambda z, w: CHAINS["sizes"](jax.numpy, z, w))
    theirs = jax.grad(lambda z, w: slope(jax.numpy, inner(z, w)), argnums=(0, 1))(Z, W)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, np.asarray(b), rtol=1e-11)


# ---- real numbers beside complex ones


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "mixed",
    [
        lambda x: x * 1j,
        lambda x: 1j + x,
        lambda x: x / (1 + 1j),
        lambda x: x ** (1 + 1j),
        lambda x: np.array([1j, 2.0], np.complex64) * x,
        lambda x: ag.where([True, False], x, 1j),
        lambda x: ag.concatenate([x, np.array([1j], np.complex64)]),
        lambda x: ag.stack([x, x * 1j]),
        lambda x: ag.matmul(x, np.array([[1j, 2.0], [0.5, 1.0]], np.complex64)),
        lambda x: x.astype(complex),
    ],
)
def test_the_gradient_of_a_real_operand_is_real(mixed: Any, dtype: Any):
    x = ag.Variable([0.5, 2.0], dtype=dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = mixed(x)
        assert y.dtype.kind == "c"
        ag.real(y * (2 - 1j)).sum().backward()
    assert x.grad.dtype == dtype
    expected = ag.numerical_gradient(
        lambda v: ag.real(mixed(ag.Variable(v)) * (2 - 1j)).sum(), np.array([0.5, 2.0])
    )
    np.testing.assert_allclose(x.grad, expected, rtol=1e-4, atol=1e-4)


def test_a_broadcast_real_operand_gets_the_sum_of_real_parts():
    x, z = ag.Variable(2.0), ag.Variable(Z)
    ag.real(x * z * W).sum().backward()
    np.testing.assert_allclose(x.grad, (Z * W).real.sum())
    np.testing.assert_allclose(z.grad, 2.0 * W)


@pytest.mark.parametrize("number", [2, 2.0, 1j, True])
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_python_numbers_take_the_variables_dtype(dtype: Any, number: Any):
    z = ag.Variable(Z, dtype=dtype)
    for y in (z * number, number + z, z**number, z / number):
        assert y.dtype == dtype


def test_a_python_complex_beside_half_precision():
    assert (ag.Variable([1.0], dtype=np.float16) * 1j).dtype == np.complex64


# ---- what is refused


def test_what_has_no_rule_for_complex_numbers_says_so():
    """Recorded or not, with or without an outline, alone or beside a real operand."""
    z, x = ag.Variable([1j, 2.0]), ag.Variable([1.0, 2.0])
    for operand in (z, z * 1.0, np.array([1j, 2.0]), z.detach()):
        for name in ("relu", "cbrt", "floor", "softmax", "max", "logsumexp", "sinc"):
            with pytest.raises(DTypeError, match=rf"{name}: the operand is complex128.*ag\.real"):
                getattr(ag, name)(operand)
        for pair in ((operand, 1.0), (x, operand), (operand, operand)):
            for name in ("maximum", "hypot", "arctan2", "logaddexp"):
                with pytest.raises(DTypeError, match="no rule for complex numbers"):
                    getattr(ag, name)(*pair)
        with ag.no_grad(), pytest.raises(DTypeError, match="relu"):
            ag.relu(operand)
        with pytest.raises(DTypeError, match=r"ag\.real"):
            ag.layer_norm(operand)
        with pytest.raises(DTypeError, match=r"layer_norm: .*no rule for complex numbers"):
            ag.layer_norm(x, operand, x)


def test_every_rule_for_complex_numbers_is_checked_on_some():
    """But those whose vectors have a phase of LAPACK's choice: see test_linalg_complex.py."""
    for name, operation in Operation.registry.items():
        if name in ("eigh", "svd"):
            continue
        assert not operation.complexes or any(case.is_complex for case in operation.cases), name


def test_a_complex_output_needs_its_gradient():
    z = ag.Variable(2j)
    for start in (lambda: (z * z).backward(), lambda: ag.gradients(z * z, z)):
        with pytest.raises(DTypeError, match=r"complex128.*ag\.real\(y\)"):
            start()
    y = z * z
    y.backward(np.array(1.0 + 0j))
    assert z.grad == 4j


def test_optimizers_refuse_complex_parameters():
    with pytest.raises(DTypeError, match=r"SGD: .*complex128.*conj\(grad\)"):
        ag.optim.SGD([ag.Variable(Z)], lr=0.1)


def test_the_imaginary_part_is_never_dropped_unasked():
    z = ag.Variable(Z)
    for attempt in (
        lambda: ag.astype(z, float),
        lambda: ag.Variable(Z, dtype=float),
        lambda: z.assign(Z.real),
        lambda: ag.Variable(Z.real).assign(Z),
    ):
        with pytest.raises(DTypeError):
            attempt()
    with pytest.raises(TypeError), ag.no_grad():
        float(z[0, 0])


class Twice(ag.Function):
    def forward(self, z):
        return z + z

    def backward(self, gy):
        return gy + gy


class ComplexTwice(Twice):
    complexes = True


def test_a_users_function_says_whether_it_takes_complex_numbers():
    with pytest.raises(DTypeError, match=r"Twice.*complexes = True"):
        Twice()(ag.Variable(Z))
    np.testing.assert_array_equal(gradient(lambda z: ag.real(ComplexTwice()(z)).sum()), 2 + 0 * Z)
    assert ag.gradcheck(lambda z: ComplexTwice()(z), Z)


# ---- checking


def test_a_forgotten_conjugate_is_found_and_named():
    class Wrong(ag.Function):
        complexes = True
        keeps = ("z",)

        def forward(self, z):
            self.z = z
            return z * z

        def backward(self, gy):
            return gy * self.xp.conj(2 * self.z)

    with pytest.raises(GradientCheckError, match=r"\[0\]\.imag"):
        ag.gradcheck(lambda z: Wrong()(z), np.array([1 + 2j]))
    with pytest.raises(GradientCheckError, match="conjugated"):
        ag.gradcheck(lambda z: ag.real(Wrong()(z)).sum(), np.array([1 + 2j, 0.5 - 1j]))
    with pytest.raises(GradientCheckError):
        ag.gradcheck(lambda z: Wrong()(z), np.array([1 + 2j]), directions=2)


def test_checks_pass_where_rules_are_right():
    assert ag.gradcheck(some_loss, Z)
    assert ag.gradcheck(lambda z, x: ag.exp(z) * x, [Z, np.array([0.5, 2.0])], directions=3)
    assert ag.gradgradcheck(lambda z, x: ag.exp(z) * x, [Z, np.array([0.5, 2.0])])
    assert ag.gradcheck(lambda x: ag.exp(1j * x), np.array([0.5, 2.0]))


def test_numerical_gradients_have_both_parts():
    for start in (Z, ag.Variable(Z), ag.Variable(Z, dtype=np.complex64)):
        found = ag.numerical_gradient(lambda z: some_loss(ag.add(z, 0.0)), start)
        np.testing.assert_allclose(found, gradient(some_loss), rtol=1e-6, atol=1e-6)
    with pytest.raises(DTypeError, match="complex number"):
        ag.numerical_gradient(lambda z: (z * z).sum(), Z.copy())


def test_the_complex_step_needs_real_inputs():
    with pytest.raises(OperandError, match="real inputs"):
        ag.gradcheck(some_loss, Z, method="complex")


# ---- singular points


@np.errstate(all="ignore")
def test_what_is_hidden_gets_0():
    z = ag.Variable([0j, 4j])
    ag.real(ag.where([False, True], ag.log(z), 0.0)).sum().backward()
    np.testing.assert_allclose(z.grad, [0, 1 / 4j])
    z.zero_grad()
    ag.real(ag.sqrt(z) * np.array([0.0, 1.0])).sum().backward()
    np.testing.assert_allclose(z.grad, [0, 0.5 / np.sqrt(4j)])


def test_sizes_and_angles_have_no_slope_at_0():
    for function in (ag.abs, ag.angle, ag.norm, ag.std):
        found = gradient(lambda z, f=function: f(z).sum(), np.zeros(2, complex))
        np.testing.assert_array_equal(found, 0)


def test_negative_numbers_to_a_fraction_stay_nan():
    with np.errstate(invalid="ignore"):
        assert np.isnan((ag.Variable(-8.0) ** 2.5).item())
    assert abs((ag.Variable(-8.0 + 0j) ** 2.5).item() - (-8.0 + 0j) ** 2.5) < 1e-9


def test_the_sign_of_complex_numbers_has_a_slope():
    z = np.array([3 + 4j, -1j, 0])
    np.testing.assert_allclose(ag.sign(z).data, np.sign(z))
    assert ag.gradcheck(lambda v: ag.real(ag.sign(v) * (1 + 2j)), z[:2])
    v = ag.Variable(z)
    ag.real(ag.sign(v)).sum().backward()
    assert np.isfinite(v.grad[:2]).all()
