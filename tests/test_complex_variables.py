"""Complex Variables as any other: parts, statistics, hooks, copies, printing, capture."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from test_complex import CHAINS, W, Z

import autograd_lite as ag
from autograd_lite.errors import DTypeError

# ---- a Variable like any other


def test_parts_are_properties():
    z = ag.Variable(Z)
    (z.real * z.conj().imag).sum().backward()
    np.testing.assert_allclose(z.grad, -Z.imag + 1j * Z.real)


def test_plain_questions_have_plain_answers():
    z = ag.Variable([1 + 2j, 3.0])
    np.testing.assert_array_equal(ag.isreal(z), [False, True])
    np.testing.assert_array_equal(ag.iscomplex(z), [True, False])
    assert not ag.iscomplex([1.0, 2.0]).any()


def test_real_if_close_looks_at_the_values():
    assert ag.real_if_close(ag.Variable([1 + 1e-15j])).dtype == float
    assert ag.real_if_close(ag.Variable([1 + 1e-10j])).dtype == complex
    assert ag.real_if_close(ag.Variable([1 + 1e-10j]), tol=1e-9).dtype == float
    assert ag.real_if_close([1.0]).dtype == float


@pytest.mark.parametrize("statistic", [ag.var, ag.std, ag.norm])
def test_statistics_are_numpys(statistic: Any):
    expected = {ag.var: np.var, ag.std: np.std, ag.norm: np.linalg.norm}[statistic](Z)
    np.testing.assert_allclose(statistic(ag.Variable(Z)).item(), expected)
    np.testing.assert_allclose(statistic(Z.tolist()).item(), expected)
    assert ag.gradgradcheck(statistic, Z)


def test_hooks_see_and_replace_complex_gradients():
    z, seen = ag.Variable(Z), []
    w = z * 2.0
    w.register_hook(lambda g: seen.append(g) or g * 1j)
    ag.real(w).sum().backward()
    np.testing.assert_array_equal(seen[0], np.ones_like(Z))
    np.testing.assert_array_equal(z.grad, 2j * np.ones_like(Z))


@pytest.mark.parametrize("requires_grad", [True, False])
def test_leaves_are_pickled_and_copied(requires_grad: bool):
    z = ag.Variable(Z, name="z", requires_grad=requires_grad)
    for again in (pickle.loads(pickle.dumps(z)), copy.deepcopy(z)):
        np.testing.assert_array_equal(again.data, Z)
        assert (again.name, again.requires_grad) == ("z", requires_grad)
        with pytest.raises(DTypeError):
            ag.relu(again)


def test_a_module_keeps_complex_parameters():
    class Turn(ag.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.by = ag.Variable(Z)
            self.fixed = ag.Variable(W, requires_grad=False)

        def forward(self, x: Any) -> ag.Variable:
            return x * self.by * self.fixed

    assert [name for name, _ in Turn().named_parameters()] == ["by"]
    assert set(Turn().state_dict()) == {"by", "fixed"}


def test_printing():
    assert repr(ag.Variable(1 / 3 + 2j)) == "Variable(0.333333+2j, dtype=complex128)"
    assert repr(ag.Variable([1j])) == "Variable([0.+1.j], dtype=complex128)"


def test_accumulation_and_reuse():
    z = ag.Variable(Z)
    for _ in range(2):
        ag.real(z * z + z).sum().backward()
    np.testing.assert_allclose(z.grad, 2 * (2 * Z + 1))


def test_lists_of_complex_numbers():
    assert ag.Variable([1, 2j]).dtype == complex
    np.testing.assert_array_equal(ag.add([1j, 2], [1, 1]).data, [1 + 1j, 3])


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_gradients_are_of_the_leafs_dtype(dtype: Any):
    z = ag.Variable(Z, dtype=dtype)
    ag.abs(ag.exp(z) * 2.0 + 1j).sum().backward()
    assert z.grad.dtype == dtype


# ---- capture


@pytest.mark.parametrize("name", CHAINS)
def test_captured_steps_give_the_eager_gradients(name: str):
    z, w = ag.Variable(Z), ag.Variable(W)

    def step(scale: Any) -> Any:
        z.zero_grad()
        w.zero_grad()
        loss = CHAINS[name](ag, z * scale, w + 1j * scale)
        loss.backward()
        return loss.data, z.grad.copy(), w.grad.copy()

    captured = ag.capture(step)
    for scale in (0.5, 1.25, -0.75):
        given = np.array(scale)
        for ours, eager in zip(captured(given), step(given), strict=True):
            np.testing.assert_array_equal(ours, eager)
            assert ours.dtype == eager.dtype


def test_captured_numbers_keep_the_sign_of_0():
    z = ag.Variable([1 + 0j])
    turned = ag.capture(lambda x: (z * complex(-0.0, 2.0) * x).data)
    for x in (1.0, 3.0):
        found = turned(np.array(x + 0j))
        assert np.signbit(found.real) == np.signbit((z * complex(-0.0, 2.0) * (x + 0j)).data.real)
        assert np.signbit((z * complex(-0.0, 2.0)).data.real)


def test_captured_constants_keep_the_sign_of_0():
    z = ag.Variable(Z)

    def step(x: Any) -> Any:
        return ag.imag(z * x).data, ag.gradients(ag.imag(z * x).sum(), z)

    captured = ag.capture(step)
    for at in (Z, -Z):
        for ours, eager in zip(captured(at), step(at), strict=True):
            np.testing.assert_array_equal(np.signbit(ours.real), np.signbit(eager.real))
            np.testing.assert_array_equal(np.signbit(ours.imag), np.signbit(eager.imag))
