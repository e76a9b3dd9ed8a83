"""Decompositions and solutions of matrices, and Fourier transforms."""

from __future__ import annotations

import jax.numpy as jnp
import jax.scipy.linalg as jsl
import numpy as np
import torch
from torch import linalg

from oracles.lacks import lacks
from oracles.words import common

PHASES = "eigenvectors are known up to a phase, and each system takes its own"


def torch_solve(a, b):
    """Take one column as NumPy does: where there is but one axis."""
    a, b = common(a, b)
    return linalg.solve(a, b[:, None])[..., 0] if b.ndim == 1 else linalg.solve(a, b)


def symmetric(a, UPLO="L"):
    """Return the matrix whose one triangle is read; both systems are asked about that."""
    lower = a.swapaxes(-1, -2).conj() if UPLO == "U" else a
    xp = torch if isinstance(a, torch.Tensor) else jnp
    below = xp.tril(lower, -1)
    diagonal = xp.tril(xp.triu(lower)).real  # LAPACK reads no more of it
    return below + below.swapaxes(-1, -2).conj() + diagonal


def jax_eigh(a, UPLO="L"):
    return tuple(jnp.linalg.eigh(symmetric(a, UPLO), symmetrize_input=False))


def torch_eigh(a, UPLO="L"):
    return tuple(linalg.eigh(symmetric(a, UPLO)))


def torch_svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    if not compute_uv:
        return linalg.svdvals(a)
    u, s, vh = linalg.svd(a, full_matrices=full_matrices)
    if not s.numel():
        return u, s, vh
    ours = torch.tensor(np.linalg.svd(a.detach().numpy(), full_matrices=full_matrices)[0])
    signs = torch.sign((ours * u.detach()).sum(-2))  # no system fixes them: NumPy's are taken
    few = s.shape[-1]
    left, right = signs[..., None, : u.shape[-1]], signs[..., :few, None]
    if vh.shape[-2] > few:
        return u * left, s, torch.cat([vh[..., :few, :] * right, vh[..., few:, :]], dim=-2)
    return u * left, s, vh * right


def jax_svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    return jnp.linalg.svd(a, full_matrices=full_matrices, compute_uv=compute_uv)


def torch_pinv(a, rcond=None, hermitian=False, *, rtol=None):
    return linalg.pinv(symmetric(a) if hermitian else a, rtol=rcond if rtol is None else rtol)


def jax_pinv(a, rcond=None, hermitian=False, *, rtol=None):
    return jnp.linalg.pinv(symmetric(a) if hermitian else a, rtol=rcond if rtol is None else rtol)


def torch_lstsq(a, b, rcond=None):
    return linalg.pinv(a) @ b


def torch_qr(a, mode="reduced"):
    found = linalg.qr(a, mode=mode if mode != "r" else "reduced")
    return found[1] if mode == "r" else tuple(found)


def torch_eigvals(a):
    """Return real numbers where NumPy does: a real matrix with real eigenvalues."""
    w = linalg.eigvals(a)
    return w if a.is_complex() or w.detach().imag.any() else w.real


def torch_cond(x, p=None):
    if p is not None:  # the product of two norms, as linalg.cond, which has no second derivative
        return linalg.matrix_norm(x, p) * linalg.matrix_norm(linalg.inv(x), p)
    s = linalg.svdvals(x)
    return s[..., 0] / s[..., -1]


def triangular(a, b, trans=0, lower=False, unit_diagonal=False, **_):
    if trans:
        a, lower = a.mT, not lower
    rows = b[..., None] if b.ndim == 1 else b
    y = linalg.solve_triangular(a, rows, upper=not lower, unitriangular=unit_diagonal)
    return y[..., 0] if b.ndim == 1 else y


def transform(f):
    """Let a transform of torch along one axis take NumPy's words."""
    return lambda a, n=None, axis=-1, norm=None: f(a, n=n, dim=axis, norm=norm)


def transforms(f, axes=None):
    """Let a transform of torch along several axes take NumPy's words."""

    def spelled(a, s=None, axes=axes, norm=None):
        return f(a, s=s, dim=None if axes is None else tuple(axes), norm=norm)

    return spelled


def shifted(f):
    return lambda x, axes=None: f(x, dim=axes)


ONE = ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
TWO = ("fft2", "ifft2", "rfft2", "irfft2")
MORE = ("fftn", "ifftn", "rfftn", "irfftn")

JAX = {
    "eigh": jax_eigh,
    "eigvalsh": lambda a, UPLO="L": jnp.linalg.eigvalsh(symmetric(a, UPLO), symmetrize_input=False),
    "cholesky": lambda a, upper=False: jnp.linalg.cholesky(
        symmetric(a, "U" if upper else "L"), upper=upper, symmetrize_input=False
    ),
    "svd": jax_svd,
    "pinv": jax_pinv,
    "eig": lacks(PHASES),
    "eigvals": lacks("JAX differentiates the eigenvalues of a general matrix only by a switch"),
    "lstsq": lambda a, b, rcond=None: jnp.linalg.pinv(a) @ b,
    "solve_triangular": jsl.solve_triangular,
    "expm": jsl.expm,
    "det": lambda a: jnp.linalg.det(a) if a.size else jnp.ones(a.shape[:-2]),
    "logdet": lambda a: jnp.linalg.slogdet(a)[1],
}
TORCH = {
    "inv": linalg.inv,
    "solve": torch_solve,
    "det": linalg.det,
    "slogdet": lambda a: tuple(linalg.slogdet(a)),
    "logdet": lambda a: linalg.slogdet(a)[1],
    "cholesky": lambda a, upper=False: linalg.cholesky(
        symmetric(a, "U" if upper else "L"), upper=upper
    ),
    "eigh": torch_eigh,
    "eigvalsh": lambda a, UPLO="L": linalg.eigvalsh(symmetric(a, UPLO)),
    "eigvals": torch_eigvals,
    "eig": lacks(PHASES),
    "svd": torch_svd,
    "svdvals": linalg.svdvals,
    "pinv": torch_pinv,
    "lstsq": torch_lstsq,
    "qr": torch_qr,
    "cond": torch_cond,
    "matrix_power": linalg.matrix_power,
    "tensorinv": lambda a, ind=2: linalg.tensorinv(a, ind),
    "tensorsolve": lambda a, b, axes=None: linalg.tensorsolve(a, b, axes),
    "solve_triangular": triangular,
    "expm": linalg.matrix_exp,
    **{name: transform(getattr(torch.fft, name)) for name in ONE},
    **{name: transforms(getattr(torch.fft, name), (-2, -1)) for name in TWO},
    **{name: transforms(getattr(torch.fft, name)) for name in MORE},
    "fftshift": shifted(torch.fft.fftshift),
    "ifftshift": shifted(torch.fft.ifftshift),
}
