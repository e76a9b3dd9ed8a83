"""Bringing the columns of a table to mean 0 and standard deviation 1."""

from __future__ import annotations

from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt

from autograd_lite.datasets.sealing import sealed
from autograd_lite.errors import ArgumentError, DTypeError, ShapeError

__all__ = ["Standardizer"]

Floats: TypeAlias = npt.NDArray[np.float32 | np.float64]


class Standardizer:
    """Subtract each column's mean and divide by its standard deviation, as measured once.

    Fit it on the rows to train on only, and transform all others with the same numbers: what the
    test rows look like must not be known in training.

    Attributes
    ----------
    mean : array
        Of each column, float64.
    scale : array
        The standard deviation (divided by N) of each column, float64; 1 where a column is
        constant, so that it becomes 0.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> x = np.array([[1.0, 5.0], [3.0, 5.0]])
    >>> scaler = ag.datasets.Standardizer().fit(x)
    >>> print(scaler.transform(x))
    [[-1.  0.]
     [ 1.  0.]]
    >>> print(scaler.inverse([[2.0, 0.0]]))
    [[4. 5.]]
    """

    mean: npt.NDArray[np.float64] | None = None
    scale: npt.NDArray[np.float64] | None = None

    def fit(self, x: npt.ArrayLike) -> Self:
        """Measure the columns of x, of shape (N, …), and return the scaler itself.

        Raises
        ------
        DTypeError
            If x holds no real numbers.
        ShapeError
            If it has no rows.
        ArgumentError
            If it holds NaN or infinity.
        """
        rows = _table(x, "fit")
        if not rows.size:
            raise ShapeError(f"Standardizer.fit: x has shape {rows.shape}; pass at least one row.")
        if not np.isfinite(rows).all():
            raise ArgumentError("Standardizer.fit: x holds NaN or infinity; drop those rows.")
        least = rows.min(axis=0)
        constant = least == rows.max(axis=0)  # rounding can leave a standard deviation above 0
        self.mean = np.where(constant, least, rows.mean(axis=0, dtype=np.float64))
        self.scale = np.where(constant, 1.0, rows.std(axis=0, dtype=np.float64))
        return self

    def transform(self, x: npt.ArrayLike) -> Floats:
        """Return standardized rows, read-only: float64 stays, everything else gives float32.

        Raises
        ------
        ArgumentError
            If nothing was fitted yet.
        DTypeError, ShapeError
            If x holds no real numbers, or rows of another shape than those fitted.
        """
        rows = _table(x, "transform")
        mean, scale = self._fitted(rows, "transform")
        return _scaled((rows - mean) / scale, rows)

    def inverse(self, x: npt.ArrayLike) -> Floats:
        """Return the rows that `transform` gave x for; raises as it does."""
        rows = _table(x, "inverse")
        mean, scale = self._fitted(rows, "inverse")
        return _scaled(rows * scale + mean, rows)

    def fit_transform(self, x: npt.ArrayLike) -> Floats:
        """Measure the columns of x, and return its rows standardized; raises as `fit` does."""
        return self.fit(x).transform(x)

    inverse_transform = inverse  # scikit-learn's name

    def _fitted(
        self, rows: npt.NDArray[np.generic], what: str
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        if self.mean is None or self.scale is None:
            raise ArgumentError(f"Standardizer.{what}: call fit with the training rows first.")
        if rows.shape[1:] != self.mean.shape:
            shapes = f"rows have shape {rows.shape[1:]}, those fitted {self.mean.shape}"
            raise ShapeError(f"Standardizer.{what}: {shapes}; pass the same columns.")
        return self.mean, self.scale


def _table(x: npt.ArrayLike, what: str) -> npt.NDArray[np.float64]:
    """Return x as an array of real numbers with rows; only its dtype is checked, not converted."""
    rows: npt.NDArray[np.float64] = np.asarray(x)
    if rows.dtype.kind not in "fiu":
        wrong = f"x is {rows.dtype}, not real numbers"
        raise DTypeError(f"Standardizer.{what}: {wrong}; pass x.astype('float32').")
    if rows.ndim == 0:
        raise ShapeError(f"Standardizer.{what}: x has shape (), no rows; pass an array.")
    return rows


def _scaled(result: npt.NDArray[np.float64], given: npt.NDArray[np.generic]) -> Floats:
    rows: Floats = result.astype(np.float64 if given.dtype == np.float64 else np.float32)
    return sealed(rows)
