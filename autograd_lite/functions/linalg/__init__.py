"""Linear algebra beyond products: NumPy's ``linalg``, and the array standard's.

``ag.linalg.inv(v)`` and ``np.linalg.inv(v)`` are the same.
"""

__all__: list[str] = []
