"""Linear algebra of complex matrices, and eigenvalues that need not be real."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_linalg import (
    COMPLEX,
    DIRECTION,
    EQUAL,
    RNG,
    SYMMETRIC,
    WEIGHTS,
    gradient,
    transposed,
)

import autograd_lite as ag
from autograd_lite import linalg
from autograd_lite.errors import CaptureError

# ---- complex matrices


@pytest.mark.parametrize("f", [linalg.inv, linalg.det, lambda x: linalg.solve(x, COMPLEX[0])])
def test_holomorphic_functions_have_their_complex_derivative(f: Any):
    """The gradient of Re w f is w f', whichever way the matrix moves."""
    x = ag.Variable(COMPLEX)
    y = f(x)
    weights = RNG.uniform(-1, 1, y.shape) + 1j * RNG.uniform(-1, 1, y.shape)
    ag.real((y * weights).sum()).backward()
    for direction in (DIRECTION, 1j * WEIGHTS):
        step = 1e-6 * direction
        ahead, behind = f(COMPLEX + step).data, f(COMPLEX - step).data
        slope = ((ahead - behind) * weights).sum() / 2e-6
        np.testing.assert_allclose((x.grad * direction).sum(), slope, rtol=1e-6)


def test_a_complex_determinant_is_its_sign_and_size():
    def again(x: Any) -> Any:
        sign, logarithm = linalg.slogdet(x)
        return ag.real(sign * ag.exp(logarithm) * (1 + 2j))

    found = gradient(again, COMPLEX)
    expected = gradient(lambda x: ag.real(linalg.det(x) * (1 + 2j)), COMPLEX)
    np.testing.assert_allclose(found, expected)


HERMITIAN = COMPLEX @ COMPLEX.conj().T + np.eye(4)
COMPLEX_WEIGHTS = WEIGHTS + 1j * DIRECTION


def adjoint(x: Any) -> Any:
    return ag.conj(transposed(x))


def weighed(y: Any) -> Any:
    """Return a real number that feels both parts of all elements."""
    rows, columns = y.shape[-2:]
    return ag.real(y * COMPLEX_WEIGHTS[:rows, :columns]).sum()


def by_eigh(x: Any, triangle: str = "L") -> Any:
    w, v = linalg.eigh(x, triangle)
    return (v * w**2) @ adjoint(v)


def by_svd(x: Any) -> Any:
    u, s, vh = linalg.svd(x, full_matrices=False)
    return (u * s**3) @ vh


def by_svd_of_hermitian(x: Any) -> Any:
    u, s, vh = linalg.svd(x - 8.0 * np.eye(4), hermitian=True)
    return (u * s**3) @ vh


WITHOUT_PHASES = {
    "eigh": by_eigh,
    "eigh of the upper triangle": lambda x: by_eigh(x, "U"),
    "svd": by_svd,
    "svd of columns": lambda x: by_svd(x[:, :2]),
    "svd of rows": lambda x: by_svd(x[:2]),
    "svd of Hermitian matrices": by_svd_of_hermitian,
    "eig": lambda x: (lambda w, v: (v * w**2) @ linalg.inv(v))(*linalg.eig(x)),
    "lstsq": lambda x: linalg.lstsq(x[:, :3], x[:, 3:])[0],
    "residuals": lambda x: linalg.lstsq(x[:, :2], x[:, 2:]).residuals[None],
}


@pytest.mark.parametrize("name", WITHOUT_PHASES)
def test_complex_factors_by_differences_where_phases_cancel(name: str):
    at = HERMITIAN + 0.1 * np.tril(COMPLEX)
    ag.gradcheck(lambda x: weighed(WITHOUT_PHASES[name](x)), [at])
    ag.gradgradcheck(lambda x: weighed(WITHOUT_PHASES[name](x)), [at])


def test_complex_factors_multiplied_again_have_the_gradient_of_the_matrix():
    for f in (
        lambda x: linalg.qr(x).Q @ linalg.qr(x).R,
        lambda x: (lambda u, s, vh: (u * s) @ vh)(*linalg.svd(x)),
        lambda x: x @ linalg.pinv(x) @ x,
        lambda x: (lambda w, v: (v * w) @ linalg.inv(v))(*linalg.eig(x)),
    ):
        np.testing.assert_allclose(
            gradient(lambda x, f=f: weighed(f(x)), COMPLEX), COMPLEX_WEIGHTS, atol=1e-11
        )


def test_the_gradient_of_complex_matrices_is_the_conjugate_of_papers():
    """Of |det L|² = det A it is conj(A⁻ᴴ) det A, seen by the lower triangle of A."""
    found = gradient(lambda x: ag.abs(ag.prod(linalg.diagonal(linalg.cholesky(x)))) ** 2, HERMITIAN)
    whole = np.linalg.det(HERMITIAN).real * np.linalg.inv(HERMITIAN).T
    expected = 2 * np.tril(whole, -1) + np.diag(np.diag(whole).real)
    np.testing.assert_allclose(found, expected, atol=1e-9 * abs(expected).max())


@pytest.mark.parametrize("f", [lambda x: by_eigh(x), lambda x: linalg.pinv(x, hermitian=True)])
def test_what_is_not_read_of_complex_triangles_gets_0(f: Any):
    """The upper triangle, and the imaginary part of the diagonal."""
    found = gradient(lambda x: weighed(f(x)), HERMITIAN)
    assert not np.triu(found, 1).any()
    assert not np.diag(found).imag.any()
    other = np.tril(HERMITIAN) + 7j * np.eye(4)
    np.testing.assert_allclose(f(ag.Variable(other)).data, f(HERMITIAN).data, atol=1e-9)


@pytest.mark.parametrize("order", [2, -2, "nuc"])
def test_norms_of_complex_matrices_are_those_of_their_singular_values(order: Any):
    np.testing.assert_allclose(linalg.norm(COMPLEX, order).data, np.linalg.norm(COMPLEX, order))
    found = gradient(lambda x: linalg.norm(x, order), COMPLEX)
    u, _, vh = np.linalg.svd(COMPLEX)
    kept = {2: slice(0, 1), -2: slice(3, 4), "nuc": slice(None)}[order]
    np.testing.assert_allclose(found, (u[:, kept] @ vh[kept]).conj(), atol=1e-12)


# ---- eigenvalues of any matrix

TURNING = np.array([[0.0, -1.0, 0.2], [1.0, 0.3, 0.1], [0.3, 0.2, 5.0]])


def test_eigenvalues_move_by_left_and_right_vectors():
    """Dw = yᴴ dA v / yᴴ v, with the left eigenvector y."""
    w, v = np.linalg.eig(TURNING)
    left = np.linalg.inv(v)
    assert np.iscomplex(w).any()
    for i in range(3):
        found = gradient(lambda x, i=i: ag.real(linalg.eigvals(x)[i]), TURNING)
        np.testing.assert_allclose(found, np.outer(left[i], v[:, i]).real, atol=1e-12)


def test_results_of_eig_are_real_where_numpys_are():
    for at, kind in ((TURNING, "c"), (SYMMETRIC, "f"), (SYMMETRIC + 0j, "c")):
        for one, other in zip(linalg.eig(at), np.linalg.eig(at), strict=True):
            assert one.dtype.kind == kind
            np.testing.assert_array_equal(one.data, other)
        assert gradient(lambda x: ag.abs(linalg.eigvals(x)).sum(), at).dtype == at.dtype
    assert linalg.eigvals(TURNING.astype(np.float16)).dtype == np.complex64
    assert linalg.eig(np.eye(2, dtype=np.float16)).eigenvectors.dtype == np.float16


def test_vectors_of_eig_keep_their_length_and_a_real_element():
    """What LAPACK holds has no slope: the length, and the phase of the largest element."""
    for at in (TURNING, COMPLEX):
        largest = np.abs(np.linalg.eig(at)[1]).argmax(0)
        for loss in (
            lambda v: (ag.abs(v) ** 2).sum(),
            lambda v, k=largest: ag.imag(v[k, range(len(k))]).sum(),
        ):
            found = gradient(lambda x, loss=loss: loss(linalg.eig(x).eigenvectors), at)
            np.testing.assert_allclose(found, 0, atol=1e-12)


def test_equal_eigenvalues_of_eig_give_nan_only_where_they_are_felt():
    spread = gradient(lambda x: (linalg.eigvals(x) ** 2).sum(), EQUAL)
    np.testing.assert_allclose(spread, 2 * EQUAL)
    top = gradient(lambda x: linalg.eig(x).eigenvectors[0, 2], EQUAL)
    np.testing.assert_array_equal(top, [[0.0, 0.0, 0.5], [0.0] * 3, [0.0] * 3])
    assert np.isnan(gradient(lambda x: linalg.eig(x).eigenvectors[0, 1], EQUAL)).any()


def test_a_captured_eig_takes_what_it_can_and_refuses_the_rest():
    def step(k: Any) -> Any:
        x = ag.Variable(k, copy=False)
        w, v = linalg.eig(x)
        loss = ag.abs(w * w).sum() + ag.abs(v[0, 1] * 3 + v[1, 0])
        return w.data, ag.gradients(loss, [x])[0]

    distinct = np.diag([1.0, 2.0, 4.0]) + 0.1 * DIRECTION[:3, :3]
    of_reals, of_all = ag.capture(step), ag.capture(step)
    for program, matrices in ((of_reals, (distinct, 2 * distinct)), (of_all, (TURNING, distinct))):
        for k in matrices:
            for found, expected in zip(program(k), step(k), strict=True):
                np.testing.assert_array_equal(found, expected)
    with pytest.raises(CaptureError, match="eigenvalues were real"):
        of_reals(TURNING)
