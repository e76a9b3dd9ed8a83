"""Fourier transforms: NumPy's ``fft``, and the array standard's.

``ag.fft.rfft(v)`` and ``np.fft.rfft(v)`` are the same.
"""

from autograd_lite.functions.fft.places import fftfreq, fftshift, ifftshift, rfftfreq
from autograd_lite.functions.fft.reals import (
    hfft,
    ihfft,
    irfft,
    irfft2,
    irfftn,
    rfft,
    rfft2,
    rfftn,
)
from autograd_lite.functions.fft.transforms import fft, fft2, fftn, ifft, ifft2, ifftn

__all__ = [
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
]
