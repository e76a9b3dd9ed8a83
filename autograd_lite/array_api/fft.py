"""The standard's ``fft`` extension: the library's Fourier transforms."""

from __future__ import annotations

import numpy.typing as npt

from autograd_lite import functions
from autograd_lite.array_api.creating import asarray
from autograd_lite.functions.fft import (
    fft,
    fftn,
    fftshift,
    hfft,
    ifft,
    ifftn,
    ifftshift,
    ihfft,
    irfft,
    irfftn,
    rfft,
    rfftn,
)
from autograd_lite.graph.variable import Variable

__all__ = [
    "fft",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfftn",
    "rfft",
    "rfftfreq",
    "rfftn",
]


def fftfreq(
    n: int, /, *, d: float = 1.0, dtype: npt.DTypeLike | None = None, device: str | None = None
) -> Variable:
    """Return the frequencies of the results of ``fft``."""
    return asarray(functions.fft.fftfreq(n, d), dtype=dtype, device=device)


def rfftfreq(
    n: int, /, *, d: float = 1.0, dtype: npt.DTypeLike | None = None, device: str | None = None
) -> Variable:
    """Return the frequencies of the results of ``rfft``."""
    return asarray(functions.fft.rfftfreq(n, d), dtype=dtype, device=device)
