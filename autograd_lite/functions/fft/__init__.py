"""Fourier transforms: NumPy's ``fft``, and the array standard's.

``ag.fft.rfft(v)`` and ``np.fft.rfft(v)`` are the same.
"""

__all__: list[str] = []
