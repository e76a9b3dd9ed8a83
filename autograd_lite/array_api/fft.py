"""The standard's ``fft`` extension: the library's Fourier transforms."""

from __future__ import annotations

from autograd_lite import functions

_NAMES = """
    fft fftfreq fftn fftshift hfft ifft ifftn ifftshift ihfft irfft irfftn rfft rfftfreq rfftn
"""
__all__ = [name for name in _NAMES.split() if hasattr(functions.fft, name)]
globals().update({name: getattr(functions.fft, name) for name in __all__})
