"""Fourier transforms: NumPy's values and dtypes, closed forms, JAX and PyTorch, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ArgumentError, DTypeError, OperandError, ShapeError

NORMS = ["backward", "ortho", "forward"]
ALONG = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
OVER = ["fftn", "ifftn", "rfftn", "irfftn", "fft2", "ifft2", "rfft2", "irfft2"]
OF_REALS = {"rfft", "ihfft", "rfftn", "rfft2"}


def signal(name: str, *shape: int) -> np.ndarray:
    rng = np.random.default_rng(len(shape))
    x = rng.normal(size=shape)
    return x if name in OF_REALS else x + 1j * rng.normal(size=shape)


def pulled_back(name: str, x: np.ndarray, *args: Any, **options: Any) -> np.ndarray:
    """Return the gradient of a real loss of a transform, which is no symmetric function of it."""
    v = ag.Variable(x)
    y = getattr(ag.fft, name)(v, *args, **options)
    loss_of(ag, y, weights(y.shape)).backward()
    return v.grad


def weights(shape: tuple[int, ...]) -> np.ndarray:
    rng = np.random.default_rng(9)
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def loss_of(xp: Any, y: Any, w: Any) -> Any:
    return (xp.abs(y * w + 0.5) ** 2).sum()


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("n", [None, 3, 8])
@pytest.mark.parametrize("name", ALONG)
def test_gradients_are_those_of_jax(name: str, n: int | None, norm: str):
    """JAX's convention is ours; real operands of its complex transforms get real gradients."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", val=True)
    x = signal(name, 3, 5)

    def loss(x: Any) -> Any:
        y = getattr(jax.numpy.fft, name)(x, n, 1, norm)
        return loss_of(jax.numpy, y, weights(y.shape))

    np.testing.assert_allclose(
        pulled_back(name, x, n, 1, norm), np.asarray(jax.grad(loss)(x)), rtol=1e-9, atol=1e-9
    )


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("s", [None, (2, 5), (4, 3)])
@pytest.mark.parametrize("name", OVER)
def test_gradients_are_the_conjugates_of_torchs(name: str, s: Any, norm: str):
    torch = pytest.importorskip("torch")
    x = signal(name, 3, 2, 4)
    theirs = torch.tensor(x, requires_grad=True)
    y = getattr(torch.fft, name)(theirs, s, (0, 2), norm)
    loss_of(torch, y, torch.tensor(weights(tuple(y.shape)))).backward()
    ours = pulled_back(name, x, s, (0, 2), norm)
    np.testing.assert_allclose(ours, theirs.grad.numpy().conj(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64, int, bool])
@pytest.mark.parametrize("name", [*ALONG, *OVER])
def test_values_and_dtypes_are_numpys(name: str, dtype: Any):
    if name in OF_REALS and dtype == np.complex64:
        return
    if name in ("irfft", "hfft") and dtype == np.float16:
        return  # NumPy rounds the signal back to float16; ours goes by complex64
    x = np.arange(12).reshape(3, 4).astype(dtype)
    ours, theirs = getattr(ag.fft, name)(x), getattr(np.fft, name)(x)
    assert ours.dtype == theirs.dtype
    close = 1e-3 if dtype == np.float16 else 1e-5  # for which NumPy's 1/n is itself a float16
    np.testing.assert_allclose(ours.data, theirs, rtol=close, atol=close)
    given = getattr(ag.fft, name)(x.tolist()).data
    np.testing.assert_allclose(given, theirs, rtol=close, atol=close)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("name", ["fft", "rfft", "rfftn", "ihfft"])
def test_gradients_come_back_in_the_dtype_they_left(name: str, dtype: Any):
    x = ag.Variable(np.arange(6.0), dtype=dtype)
    ag.abs(getattr(ag.fft, name)(x)).sum().backward()
    assert x.grad.dtype == dtype


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("n", [6, 7])
def test_parseval(n: int, norm: str):
    """The spectrum's energy is the signal's times a factor: so are the gradients."""
    x = ag.Variable(np.random.default_rng(n).normal(size=n))
    (ag.abs(ag.fft.fft(x, norm=norm)) ** 2).sum().backward()
    factor = {"backward": n, "ortho": 1, "forward": 1 / n}[norm]
    np.testing.assert_allclose(x.grad, 2 * factor * x.data)


@pytest.mark.parametrize("n", [1, 2, 5, 6])
@pytest.mark.parametrize("norm", NORMS)
def test_there_and_back_is_the_identity(n: int, norm: str):
    x = ag.Variable(np.random.default_rng(n).normal(size=n))
    u = np.random.default_rng(1).normal(size=n)
    ways = {
        "fft": lambda: ag.real(ag.fft.ifft(ag.fft.fft(x, norm=norm), norm=norm)),
        "rfft": lambda: ag.fft.irfft(ag.fft.rfft(x, norm=norm), n, norm=norm),
        "ihfft": lambda: ag.fft.hfft(ag.fft.ihfft(x, norm=norm), n, norm=norm),
        "fftshift": lambda: ag.fft.ifftshift(ag.fft.fftshift(x)),
    }
    for name, way in ways.items():
        x.zero_grad()
        y = way()
        np.testing.assert_allclose(y.data, x.data, atol=1e-14, err_msg=name)
        y.backward(u)
        np.testing.assert_allclose(x.grad, u, atol=1e-14, err_msg=name)


def test_what_irfft_ignores_gets_no_gradient():
    z = ag.Variable(np.ones(4, complex) * (1 + 1j))
    ag.fft.irfft(z).backward(np.array([1.0, 2.0, -1.0, 0.5, 3.0, 0.25]))
    np.testing.assert_array_equal(z.grad.imag[[0, 3]], 0)
    assert (z.grad.imag[1:3] != 0).all()
    z.zero_grad()
    ag.fft.irfft(z, 4).backward(np.array([1.0, 2.0, -1.0, 0.5]))
    assert z.grad[3] == 0


def test_a_signal_is_found_by_its_spectrum():
    """Deconvolution: a real loss, by descent, of a spectrum divided into known factors."""
    rng = np.random.default_rng(0)
    truth = rng.normal(size=32)
    kernel = np.exp(-0.5 * np.arange(32.0))
    measured = np.fft.irfft(np.fft.rfft(truth) * np.fft.rfft(kernel), 32)
    x = ag.Variable(np.zeros(32))
    optimizer = ag.optim.SGD([x], lr=0.15)
    response = np.fft.rfft(kernel)
    for _ in range(400):
        optimizer.zero_grad()
        blurred = ag.fft.irfft(ag.fft.rfft(x) * response, 32)
        ((blurred - measured) ** 2).sum().backward()
        optimizer.step()
    np.testing.assert_allclose(x.data, truth, atol=1e-3)


def test_a_captured_spectral_loss_is_the_eager_one():
    x = ag.Variable(np.random.default_rng(3).normal(size=(4, 9)))

    def step(t: Any) -> Any:
        x.zero_grad()
        loss = (ag.abs(ag.fft.rfft(x, 12) - ag.fft.rfft(t, 12)) ** 2).mean()
        loss.backward()
        return loss.data, x.grad.copy()

    captured = ag.capture(step)
    for seed in range(3):
        t = np.random.default_rng(seed).normal(size=(4, 9))
        for ours, eager in zip(captured(t), step(t), strict=True):
            np.testing.assert_array_equal(ours, eager)
    assert "fft.rfft" in captured.source


def test_frequencies_are_numpys():
    for n in (1, 4, 5):
        np.testing.assert_array_equal(ag.fft.fftfreq(n, 0.5), np.fft.fftfreq(n, 0.5))
        np.testing.assert_array_equal(ag.fft.rfftfreq(n, 0.5), np.fft.rfftfreq(n, 0.5))


REFUSED = {
    "no such axis": (lambda x: ag.fft.fft(x, axis=2), ShapeError, "fft"),
    "no axis at all": (lambda x: ag.fft.rfft(1.0), ShapeError, "rfft"),
    "an axis twice": (lambda x: ag.fft.fftn(x, axes=(0, 0)), ShapeError, "fftn"),
    "too few lengths": (lambda x: ag.fft.rfft2(x, (3,)), ShapeError, "rfft2: 1 lengths for 2"),
    "length 0": (lambda x: ag.fft.ifft(x, 0), ArgumentError, "ifft: a length is less than 1"),
    "a length below 0": (lambda x: ag.fft.rfft(x, -1), ArgumentError, "rfft: a length is less"),
    "no axes": (lambda x: ag.fft.irfftn(x, axes=()), ShapeError, "irfftn: no axis is named"),
    "nothing": (lambda x: ag.fft.fft(x[:, :0]), ArgumentError, "fft: a length"),
    "half of nothing": (lambda x: ag.fft.irfft(x[:, :1]), ArgumentError, "irfft: a length"),
    "no such norm": (lambda x: ag.fft.hfft(x, norm="unit"), ArgumentError, "hfft: norm is 'unit'"),
    "a fraction": (lambda x: ag.fft.fft(x, 2.5), OperandError, "fft: length: 2.5"),
    "complex reals": (lambda x: ag.fft.rfft(x * 1j), DTypeError, "rfft: the operand is complex128"),
}


@pytest.mark.parametrize("mistake", REFUSED)
def test_mistakes_are_named(mistake: str):
    attempt, error, message = REFUSED[mistake]
    with pytest.raises(error, match=message):
        attempt(ag.Variable(np.ones((3, 4))))
