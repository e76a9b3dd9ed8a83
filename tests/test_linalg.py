"""Linear algebra: laws of derivatives, awkward matrices, NumPy's results and refusals."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_examples import run

import autograd_lite as ag
from autograd_lite import linalg
from autograd_lite.errors import (
    ArgumentError,
    AutogradError,
    ShapeError,
    SingularError,
)
from autograd_lite.functions.linalg.products import _cheapest

RNG = np.random.default_rng(7)
SQUARE = RNG.uniform(-1, 1, (4, 4)) + 3 * np.eye(4)
SYMMETRIC = SQUARE + SQUARE.T
POSITIVE = SQUARE @ SQUARE.T + np.eye(4)
DIRECTION = RNG.uniform(-1, 1, (4, 4))
TALL = RNG.uniform(-1, 1, (5, 3))
WEIGHTS = RNG.uniform(-1, 1, (4, 4))
COMPLEX = SQUARE + 1j * DIRECTION


def gradient(f: Any, at: Any) -> np.ndarray:
    x = ag.Variable(at)
    f(x).backward()
    return x.grad


def transposed(x: Any) -> Any:
    return linalg.matrix_transpose(x)


# ---- laws


@pytest.mark.parametrize("stack", [(), (2,), (2, 1)])
def test_what_is_always_the_identity_has_no_gradient(stack: tuple[int, ...]):
    at = np.broadcast_to(SQUARE, (*stack, 4, 4)).copy()
    always = [
        lambda x: linalg.inv(x) @ x,
        lambda x: linalg.solve(x, x),
        lambda x: transposed(linalg.qr(x).Q) @ linalg.qr(x).Q,
        lambda x: linalg.pinv(x) @ x,
        lambda x: linalg.matrix_power(x, -2) @ linalg.matrix_power(x, 2),
    ]
    for f in always:
        x = ag.Variable(at)
        y = f(x)
        np.testing.assert_allclose(y.data, np.broadcast_to(np.eye(4), y.shape), atol=1e-12)
        (y * WEIGHTS).sum().backward()
        np.testing.assert_allclose(x.grad, 0, atol=1e-11)


FACTORED = {
    "qr": lambda x: linalg.qr(x).Q @ linalg.qr(x).R,
    "qr of columns": lambda x: linalg.qr(x[..., :2]).Q @ linalg.qr(x[..., :2]).R,
    "qr of rows": lambda x: linalg.qr(x[..., :2, :]).Q @ linalg.qr(x[..., :2, :]).R,
    "svd": lambda x: (lambda u, s, vh: (u * s[..., None, :]) @ vh)(*linalg.svd(x)),
    "svd of columns": lambda x: (lambda u, s, vh: (u * s[..., None, :]) @ vh)(
        *linalg.svd(x[..., :2], full_matrices=False)
    ),
    "svd of rows": lambda x: (lambda u, s, vh: (u * s[..., None, :]) @ vh)(
        *linalg.svd(x[..., :2, :], full_matrices=False)
    ),
    "pinv": lambda x: x @ linalg.pinv(x) @ x,
    "inv": lambda x: linalg.inv(linalg.inv(x)),
}


@pytest.mark.parametrize("name", FACTORED)
def test_factors_multiplied_again_have_the_gradient_of_the_matrix(name: str):
    x = ag.Variable(np.stack([SQUARE, DIRECTION]))
    y = FACTORED[name](x)
    rows, columns = y.shape[-2:]
    np.testing.assert_allclose(y.data, x.data[..., :rows, :columns], atol=1e-12)
    weights = WEIGHTS[:rows, :columns]
    (y * weights).sum().backward()
    expected = np.zeros((2, 4, 4))
    expected[..., :rows, :columns] = weights
    np.testing.assert_allclose(x.grad, expected, atol=1e-10)


@pytest.mark.parametrize("upper", [False, True])
def test_the_cholesky_factor_squared_has_the_gradient_of_the_triangle_that_was_read(upper: bool):
    def squared(x: Any) -> Any:
        factor = linalg.cholesky(x, upper=upper)
        return transposed(factor) @ factor if upper else factor @ transposed(factor)

    found = gradient(lambda x: (squared(x) * WEIGHTS).sum(), POSITIVE)
    both = WEIGHTS + WEIGHTS.T - np.diag(np.diag(WEIGHTS))
    np.testing.assert_allclose(found, np.triu(both) if upper else np.tril(both), atol=1e-12)


@pytest.mark.parametrize("triangle", ["L", "U"])
def test_eigenvectors_multiplied_again_have_the_gradient_of_the_triangle(triangle: str):
    def again(x: Any) -> Any:
        w, v = linalg.eigh(x, triangle)
        return (v * w) @ v.T

    found = gradient(lambda x: (again(x) * WEIGHTS).sum(), SYMMETRIC)
    both = WEIGHTS + WEIGHTS.T - np.diag(np.diag(WEIGHTS))
    np.testing.assert_allclose(
        found, np.tril(both) if triangle == "L" else np.triu(both), atol=1e-12
    )


def test_jacobis_formula():
    """d det = tr(adj(A) dA), and adj(A) is det(A) A⁻¹ where there is one."""
    found = gradient(linalg.det, SQUARE)
    np.testing.assert_allclose(found, np.linalg.det(SQUARE) * np.linalg.inv(SQUARE).T)


def test_det_is_the_exponential_of_slogdet():
    def exponential(x: Any) -> Any:
        sign, logarithm = linalg.slogdet(x)
        return sign * ag.exp(logarithm)

    for at in (SQUARE, -SQUARE[:3, :3]):
        np.testing.assert_allclose(gradient(exponential, at), gradient(linalg.det, at))


def test_eigenvalues_move_by_perturbation_theory():
    """First order vᵀ E v, second order 2 Σ (vⱼᵀ E vᵢ)² / (wᵢ - wⱼ)."""
    e = DIRECTION + DIRECTION.T
    w, v = np.linalg.eigh(SYMMETRIC)
    coupling = (v.T @ e @ v) ** 2
    t = ag.Variable(0.0)
    for i in range(4):
        value = linalg.eigvalsh(SYMMETRIC + t * e)[i]
        (first,) = ag.gradients(value, [t], create_graph=True)
        np.testing.assert_allclose(first.data, v[:, i] @ e @ v[:, i])
        (second,) = ag.gradients(first, [t])
        others = [j for j in range(4) if j != i]
        expected = 2 * sum(coupling[j, i] / (w[i] - w[j]) for j in others)
        np.testing.assert_allclose(second, expected)


def test_the_second_derivative_of_log_det():
    """-tr(A⁻¹ E A⁻¹ E)."""
    t = ag.Variable(0.0)
    value = linalg.slogdet(POSITIVE + t * DIRECTION).logabsdet
    (first,) = ag.gradients(value, [t], create_graph=True)
    (second,) = ag.gradients(first, [t])
    inner = np.linalg.inv(POSITIVE) @ DIRECTION
    np.testing.assert_allclose(second, -np.trace(inner @ inner))


TWICE = {
    "lstsq": lambda x: linalg.lstsq(x, TALL[:4, 0]).x,
    "residuals": lambda x: linalg.lstsq(x[:, :2], TALL[:4]).residuals,
    "lstsq of rows": lambda x: linalg.lstsq(x[:2], TALL[:2, 0])[0],
    "nuclear norm": lambda x: ag.norm(x, "nuc"),
    "diagonal": lambda x: linalg.diagonal(x, offset=1) ** 2,
    "trace": lambda x: linalg.trace(x @ x),
    "third order of det": lambda x: gradient_of(linalg.det, x),
    "third order of cholesky": lambda x: gradient_of(lambda y: linalg.cholesky(y).sum(), x),
}


def gradient_of(f: Any, x: Any) -> Any:
    return ag.gradients(f(x), [x], create_graph=True)[0]


@pytest.mark.parametrize("name", TWICE)
def test_first_and_second_derivatives_by_differences(name: str):
    leaf = ag.Variable(POSITIVE / 4)
    ag.gradcheck(lambda x: TWICE[name](x * 1.0), [leaf])
    ag.gradgradcheck(lambda x: TWICE[name](x * 1.0), [leaf])


# ---- awkward matrices

SINGULAR = {
    "rank 2 of 3": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]],
    "rank 1 of 3": [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [-1.0, -2.0, -3.0]],
    "0": [[0.0] * 3] * 3,
    "a column of 0": [[1.0, 0.0, 3.0], [4.0, 0.0, 6.0], [7.0, 0.0, 1.0]],
    "the identity": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
}


@pytest.mark.parametrize("name", SINGULAR)
def test_det_of_singular_matrices_is_right_to_second_order(name: str):
    at = np.array(SINGULAR[name])
    ag.gradcheck(linalg.det, [at])
    ag.gradgradcheck(linalg.det, [at])


def test_a_singular_matrix_that_is_not_used_spoils_nothing():
    x = ag.Variable([[[1.0, 2.0], [2.0, 4.0]], [[2.0, 0.0], [0.0, 4.0]]])
    logarithms = linalg.slogdet(x).logabsdet
    ag.where(np.isfinite(logarithms.data), logarithms, 0.0).sum().backward()
    np.testing.assert_array_equal(x.grad, [np.zeros((2, 2)), [[0.5, 0.0], [0.0, 0.25]]])


EQUAL = np.diag([1.0, 1.0, 3.0])


def test_equal_eigenvalues_give_nan_only_where_they_are_felt():
    top = gradient(lambda x: linalg.eigh(x).eigenvectors[0, 2], EQUAL)
    np.testing.assert_array_equal(top, [[0.0] * 3, [0.0] * 3, [0.5, 0.0, 0.0]])
    apart = gradient(lambda x: linalg.eigh(x).eigenvectors[0, 1], EQUAL)
    assert np.isnan(apart).any()
    spread = gradient(lambda x: (linalg.eigvalsh(x) ** 2).sum(), EQUAL)
    np.testing.assert_allclose(spread, 2 * EQUAL)


def test_equal_singular_values_give_nan_only_where_they_are_felt():
    sizes = gradient(lambda x: (linalg.svdvals(x) ** 2).sum(), EQUAL)
    np.testing.assert_allclose(sizes, 2 * EQUAL)
    first = gradient(lambda x: linalg.svd(x).U[1, 0], EQUAL)
    assert np.isfinite(first).all()
    between = gradient(lambda x: linalg.svd(x).U[:2, 2].sum(), EQUAL)
    assert np.isnan(between).any()


def test_eigenvalues_that_differ_by_rounding_count_as_equal():
    at = EQUAL + np.diag([0.0, 2e-16, 0.0])
    assert np.isnan(gradient(lambda x: linalg.eigh(x).eigenvectors[0, 1], at)).any()


def test_singular_values_of_0_where_no_gradient_arrives():
    at = np.zeros((3, 2))
    np.testing.assert_array_equal(gradient(lambda x: (linalg.svdvals(x) ** 2).sum(), at), at)
    for order in (2, -2, "nuc"):
        np.testing.assert_array_equal(gradient(lambda x, p=order: ag.norm(x, p), at), at)


def test_vectors_of_a_singular_value_of_0_have_no_slope_where_they_are_felt():
    at = np.array([[2.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    first = gradient(lambda x: linalg.svd(x, full_matrices=False).U[1, 0], at)
    np.testing.assert_allclose(first, [[0.0, 0.0], [0.5, 0.0], [0.0, 0.0]])
    with np.errstate(all="ignore"):
        last = gradient(lambda x: linalg.svd(x, full_matrices=False).U[1:, 1].sum(), at)
    assert not np.isfinite(last).all()


def test_only_one_triangle_is_read_and_gets_a_gradient():
    noise = np.triu(DIRECTION, 1)
    for f in (lambda x: linalg.cholesky(x).sum(), lambda x: linalg.eigvalsh(x)[0]):
        plain, noisy = gradient(f, POSITIVE), gradient(f, POSITIVE + noise)
        np.testing.assert_array_equal(plain, noisy)
        assert not np.triu(plain, 1).any()


# ---- results and refusals


def test_results_are_named_as_numpys():
    x = ag.Variable(POSITIVE)
    for ours, numpys in (
        (linalg.slogdet(x), np.linalg.slogdet(POSITIVE)),
        (linalg.eigh(x), np.linalg.eigh(POSITIVE)),
        (linalg.eig(x), np.linalg.eig(POSITIVE)),
        (linalg.svd(x, hermitian=True), np.linalg.svd(POSITIVE, hermitian=True)),
        (linalg.qr(x), np.linalg.qr(POSITIVE)),
        (linalg.svd(x), np.linalg.svd(POSITIVE)),
    ):
        assert ours._fields == numpys._fields
        for one, other in zip(ours, numpys, strict=True):
            np.testing.assert_allclose(one.data, other, atol=1e-12)


CALLS = {
    "cholesky": lambda f, x: f(x, upper=True),
    "cond": lambda f, x: f(x, "fro"),
    "matrix_norm": lambda f, x: f(x, ord="nuc"),
    "matrix_power": lambda f, x: f(x, 3),
    "multi_dot": lambda f, x: f([x, x, x]),
    "norm": lambda f, x: f(x, ord=2, axis=(0, 1), keepdims=True),
    "solve": lambda f, x: f(x, np.ones(4)),
    "outer": lambda f, x: f(x[0], x[1]),
    "matmul": lambda f, x: f(x, x),
    "tensordot": lambda f, x: f(x, x, axes=1),
    "tensorinv": lambda f, x: f(x, ind=1),
    "tensorsolve": lambda f, x: f(x, np.ones(4)),
    "vector_norm": lambda f, x: f(x, axis=0, ord=3),
    "qr": lambda f, x: f(x, mode="r"),
    "svd": lambda f, x: f(x, compute_uv=False),
    "slogdet": lambda f, x: f(x)[1],
    "eig": lambda f, x: f(x)[1],
    "eigh": lambda f, x: f(x, UPLO="u")[0],
    "cross": lambda f, x: f(x[:3], x[1:], axis=0),
    "vecdot": lambda f, x: f(x, x, axis=0),
    "pinv": lambda f, x: f(x, 0.5, hermitian=True),
    "lstsq": lambda f, x: f(x, np.ones(4))[0],
}
FUNCTIONS = sorted(n for n in linalg.__all__ if hasattr(np.linalg, n) and n != "matrix_rank")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_numpys_functions_record_what_they_compute(name: str):
    call = CALLS.get(name, lambda f, x: f(x))
    x = ag.Variable(POSITIVE)
    recorded = call(getattr(np.linalg, name), x)
    assert recorded.requires_grad
    np.testing.assert_allclose(recorded.data, call(getattr(np.linalg, name), POSITIVE), atol=1e-12)


def test_ranks_are_plain_numbers():
    x = ag.Variable([[1.0, 2.0], [2.0, 4.0]])
    assert linalg.matrix_rank(x) == 1
    assert type(linalg.matrix_rank(x)) is int
    assert linalg.matrix_rank(np.zeros((0, 3))) == 0
    assert linalg.matrix_rank(x, tol=10.0) == 0
    np.testing.assert_array_equal(linalg.matrix_rank(np.stack([EQUAL, EQUAL * 0])), [3, 0])
    shares = np.array([0.1, 0.5])
    np.testing.assert_array_equal(linalg.matrix_rank(np.stack([EQUAL] * 2), rtol=shares), [3, 1])
    assert linalg.matrix_rank([1.0, 2.0]) == 1
    assert linalg.matrix_rank([0.0]) == 0
    assert linalg.matrix_rank(np.arange(4).reshape(2, 2)) == 2
    assert linalg.matrix_rank([[1.0, 9.0], [1.0, 1.0]], hermitian=True) == 1
    assert linalg.lstsq(TALL, TALL[:, 0]).rank == 3


@pytest.mark.parametrize("k", [None, 2])
@pytest.mark.parametrize("shape", [(5, 3), (3, 3), (2, 3)])
def test_lstsq_gives_numpys_results(shape: tuple[int, int], k: int | None):
    a = RNG.uniform(-1, 1, shape)
    b = RNG.uniform(-1, 1, (shape[0],) if k is None else (shape[0], k))
    ours, numpys = linalg.lstsq(ag.Variable(a), b), np.linalg.lstsq(a, b)
    for one, other in zip(ours, numpys, strict=True):
        found = one.data if isinstance(one, ag.Variable) else one
        assert np.shape(found) == np.shape(other)
        np.testing.assert_allclose(found, other, atol=1e-12)


def test_what_counts_as_0_is_numpys_choice():
    nearly = np.diag([1.0, 1e-15, 1e-17])
    stack, shares = np.stack([np.diag([1.0, 0.1])] * 2), np.array([0.5, 0.01])
    for args, options in (
        ((nearly,), {}),
        ((nearly,), {"rtol": None}),
        ((nearly, 1e-16), {}),
        ((nearly,), {"rtol": 1e-18}),
        ((nearly,), {"hermitian": True}),
        ((stack, shares), {}),
        ((nearly.astype(np.float32),), {}),
    ):
        expected = np.linalg.pinv(*args, **options)
        np.testing.assert_allclose(linalg.pinv(*args, **options).data, expected)


def test_lstsq_computes_in_the_wider_precision():
    a, b = TALL.astype(np.float32), TALL[:, 0]
    x, _, _, values = linalg.lstsq(a, b)
    np.testing.assert_allclose(x.data, np.linalg.lstsq(a, b)[0], atol=1e-13)
    assert values.dtype == np.float64


def test_residuals_of_complex_systems_are_real():
    a, b = COMPLEX[:, :2], COMPLEX[:, 2:]
    found, expected = linalg.lstsq(a, b).residuals.data, np.linalg.lstsq(a, b)[1]
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("order", [None, "fro", "nuc", 2, 1, np.inf])
def test_the_norm_of_nothing_is_0(order: Any):
    x = ag.Variable(np.zeros((0, 3)))
    y = linalg.norm(x, order, axis=(0, 1), keepdims=True)
    y.backward(np.ones((1, 1)))
    np.testing.assert_array_equal(y.data, [[0.0]])
    assert x.grad.shape == (0, 3)
    np.testing.assert_array_equal(linalg.vector_norm(x, axis=0).data, np.zeros(3))
    assert linalg.norm(x).item() == 0.0


def test_the_condition_of_zeros_is_infinite():
    stack = ag.Variable(np.stack([np.zeros((2, 2)), np.diag([4.0, 2.0])]))
    for order, expected in ((2, [np.inf, 2.0]), (-2, [np.inf, 0.5])):
        np.testing.assert_array_equal(linalg.cond(stack, order).data, expected)


SINGULAR_2 = np.array([[1.0, 2.0], [2.0, 4.0]])
REFUSED = {
    "inv": (lambda: linalg.inv(SINGULAR_2), SingularError, "inv: singular matrix"),
    "solve": (lambda: linalg.solve(SINGULAR_2, [1.0, 1.0]), SingularError, "solve: singular"),
    "cholesky": (lambda: linalg.cholesky(-SINGULAR_2), SingularError, "not positive definite"),
    "lstsq": (lambda: linalg.lstsq(SINGULAR_2, [1.0, 1.0]), SingularError, "rank of a"),
    "a vector": (lambda: linalg.inv([1.0]), ShapeError, "no matrix"),
    "not square": (lambda: linalg.det(TALL), ShapeError, "not square"),
    "rows": (lambda: linalg.solve(SQUARE, [1.0]), ShapeError, "4 unknowns, but 1 rows"),
    "a number": (lambda: linalg.solve(SQUARE, 1.0), ShapeError, "right-hand side"),
    "triangle": (lambda: linalg.eigh(SQUARE, "X"), ArgumentError, "UPLO"),
    "full matrices": (lambda: linalg.svd(ag.Variable(TALL)), ArgumentError, "full_matrices=False"),
    "complete": (lambda: linalg.qr(ag.Variable(TALL), "complete"), ArgumentError, "no gradient"),
    "mode": (lambda: linalg.qr(TALL, "raw"), ArgumentError, "mode='raw'"),
    "a plane": (lambda: linalg.cross([1.0, 2.0], [3.0, 4.0]), ShapeError, "no 3 elements"),
    "infinity": (lambda: linalg.eig(SINGULAR_2 * np.inf), SingularError, "eig: .* infinity"),
    "NaN": (
        lambda: linalg.det(ag.Variable([[0.0, np.nan], [1.0, 1.0]])),
        SingularError,
        "det: .*NaN",
    ),
    "vectors": (lambda: linalg.vector_norm(np.zeros(0), ord=-1), ShapeError, "of nothing"),
    "order": (lambda: linalg.norm(SQUARE, 3), ArgumentError, "ord=3"),
    "empty": (lambda: linalg.cond(np.zeros((0, 0))), ShapeError, "empty"),
    "one operand": (lambda: linalg.multi_dot([SQUARE]), ArgumentError, "two or more"),
    "a stack": (lambda: linalg.multi_dot([SQUARE, [1.0], SQUARE]), ShapeError, "operand 2"),
    "tensorinv": (lambda: linalg.tensorinv(TALL, 1), ShapeError, "no square matrix"),
    "tensorsolve": (lambda: linalg.tensorsolve(TALL, [1.0]), ShapeError, "do not fit"),
    "lstsq's shapes": (lambda: linalg.lstsq(TALL, [1.0]), ShapeError, "do not fit"),
    "several right-hand sides": (
        lambda: linalg.solve(np.stack([SQUARE] * 3), np.ones((3, 4))),
        ShapeError,
        "rows",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@np.errstate(invalid="ignore")
def test_refusals_say_what_to_do(name: str):
    call, error, words = REFUSED[name]
    with pytest.raises(error, match=words) as caught:
        call()
    assert ";" in str(caught.value)


def test_a_singular_matrix_raises_what_numpy_raises():
    with pytest.raises(np.linalg.LinAlgError):
        linalg.inv(ag.Variable(SINGULAR_2))


def test_dependent_columns_have_no_gradient_by_qr():
    x = ag.Variable(SINGULAR_2[:, ::-1] * 0.0)
    with pytest.raises(AutogradError, match="depend on each other"):
        linalg.qr(x).R.sum().backward()


# ---- how it is done


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int64])
def test_dtypes(dtype: Any):
    at = np.array([[2, 1], [1, 3]], dtype)
    expected = np.float64 if dtype is np.int64 else dtype
    for y in (*linalg.eigh(at), linalg.inv(at), linalg.det(at), linalg.norm(at, "nuc")):
        assert y.dtype == expected


def test_a_chain_is_multiplied_in_the_cheapest_order():
    """The example of Cormen et al., section 15.2: ((A1 (A2 A3)) ((A4 A5) A6))."""
    cuts = _cheapest([30, 35, 15, 5, 10, 20, 25])
    assert (cuts[0, 5], cuts[0, 2], cuts[3, 5]) == (2, 0, 4)


def test_forward_alone_decomposes_nothing(monkeypatch: pytest.MonkeyPatch):
    """The determinant needs cofactors for its gradient only."""
    monkeypatch.setattr("autograd_lite.arrays.NUMPY.linalg.svd", None)
    assert linalg.det(SINGULAR_2).item() == 0.0


def test_a_captured_program_repeats_it():
    def step(k: Any, y: Any) -> Any:
        x = ag.Variable(k, copy=False)
        loss = y @ linalg.solve(x, y) + linalg.slogdet(x).logabsdet + linalg.eigh(x)[0].max()
        loss = loss + linalg.det(x) + (linalg.cholesky(x) ** 3).sum() + ag.norm(linalg.qr(x)[1])
        return loss.data, ag.gradients(loss, [x])[0]

    program = ag.capture(step)
    for scale in (1.0, 2.0, 0.5):
        k = POSITIVE * scale
        for found, expected in zip(program(k, k[0]), step(k, k[0]), strict=True):
            np.testing.assert_array_equal(found, expected)
    assert "linalg.solve(" in program.source


@pytest.mark.parametrize("name", ["inv", "cholesky", "solve"])
def test_a_captured_program_refuses_singular_matrices_as_the_function_does(name: str):
    def step(k: Any) -> Any:
        return CALLS.get(name, lambda f, x: f(x))(getattr(linalg, name), ag.Variable(k)).data

    program = ag.capture(step)
    program(POSITIVE)
    with pytest.raises(SingularError, match=r"a captured program: .*matrix"):
        program(POSITIVE * 0.0)
    np.testing.assert_array_equal(program(2 * POSITIVE), step(2 * POSITIVE))


def test_a_captured_determinant_rounds_as_the_eager_one():
    """Complex products differ in the last digit between NumPy's numbers and its arrays."""

    def step(k: Any) -> Any:
        x = ag.Variable(k, copy=False)
        return ag.gradients(linalg.det(x), [x], [np.array(1.3 - 0.4j)])[0]

    program = ag.capture(step)
    for scale in np.linspace(0.3, 2.0, 20):
        np.testing.assert_array_equal(program(COMPLEX * scale), step(COMPLEX * scale))


def test_the_gaussian_process_learns_its_parameters(tmp_path: Path):
    done = run("gaussian_process.py", "--small", "--out", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    assert "seed 0" in done.stdout
    by = dict(re.findall(r"gradient at the start, by ([^:]+): +(.+)", done.stdout))
    assert by["equation 5.9"] == by["cholesky"] == by["slogdet"] == "5.340904 5.748177 -15.593332"
    assert (tmp_path / "gaussian_process.png").read_bytes().startswith(b"\x89PNG")


def test_of_constants_full_factors_are_numpys():
    x = np.arange(6.0).reshape(3, 2)
    u, s, vh = ag.linalg.svd(x)
    np.testing.assert_allclose((u.data[:, :2] * s.data) @ vh.data, x, atol=1e-12)
    assert (u.shape, vh.shape) == ((3, 3), (2, 2))
    q, r = ag.linalg.qr(ag.Variable(x, requires_grad=False), mode="complete")
    np.testing.assert_allclose(q.data @ r.data, x, atol=1e-12)
    assert (q.shape, r.shape) == ((3, 3), (3, 2))
    with ag.no_grad():
        assert ag.linalg.svd(ag.Variable(x)).U.shape == (3, 3)
    with pytest.raises(ArgumentError, match="have no gradient"):
        ag.linalg.svd(ag.Variable(x))
